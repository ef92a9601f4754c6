//! A member of staff for whom the server does something that they asked for earlier: with what they may see now, not
//! then. Whoever may no longer sign in has nothing done for them.

use diesel::prelude::*;

use crate::{
    access::{
        actor::{Actor, Who},
        permissions::{HandleSuspicions, Permission as _, Role},
        scope::Scope,
    },
    db::Connection,
    error::{Error, Result},
    schema::organisations,
    staff::store as staff,
    value::{OrganisationId, RequestId, StaffId},
};

/// Somebody, and what they may see.
#[derive(Clone, Debug)]
pub struct Behalf {
    /// Them at work, from nowhere in particular.
    pub actor: Actor,
    /// Who.
    pub staff: StaffId,
    /// Their name.
    pub name: String,
    /// As what.
    pub role: Role,
    /// Their organisation's name.
    pub organisation_name: String,
    /// Its time zone.
    pub time_zone: chrono_tz::Tz,
}

/// Reads a member's standing anew.
pub fn of(conn: &mut Connection, organisation: OrganisationId, id: StaffId) -> Result<Behalf> {
    let request = RequestId(conn.new_id());
    conn.read(&Scope::system(organisation), |tx| {
        let member = staff::member(tx, id)?;
        if member.disabled_at.is_some() {
            return Err(Error::NotFound);
        }
        let branches = staff::branches(tx, &member)?;
        let (organisation_name, zone): (String, String) = organisations::table
            .find(organisation)
            .select((organisations::name, organisations::time_zone))
            .first(tx.conn())?;
        Ok(Behalf {
            actor: Actor {
                who: Who::Staff(id),
                scope: Scope::new(
                    organisation,
                    branches,
                    HandleSuspicions::ROLES.contains(&member.role),
                ),
                request,
                origin: None,
                key: Some(member.data_key),
            },
            staff: id,
            name: member.name,
            role: member.role,
            organisation_name,
            time_zone: zone.parse().unwrap_or(chrono_tz::UTC),
        })
    })
}
