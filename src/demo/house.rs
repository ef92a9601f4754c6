//! The demo's organisation: its branches, its people and their keys.

use std::net::{IpAddr, Ipv4Addr};

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{PgConnection, prelude::*};
use uuid::Uuid;

use super::{
    chance::Chance,
    ledger::{Hand, Ledger},
    staging::Chunk,
};
use crate::{
    access::{
        actor::{Origin, Who},
        password,
        permissions::Role,
    },
    audit::event::{Change, Event, Subject, What},
    keys::Keys,
    schema::{branches, data_keys, organisations, sign_ins, staff, staff_branches},
    seal::{DataKey, SecretKey},
    value::{BranchId, DataKeyId, OrganisationId, StaffId},
};

/// The organisation's name.
pub const NAME: &str = "Demo";
/// The password of everybody who can sign in to the demo.
pub const PASSWORD: &str = "vouch-demo-2026";
/// Who can sign in: e-mail, name, role, indices of their branches (none: all).
pub const PEOPLE: [(&str, &str, Role, &[usize]); 4] = [
    ("admin@vouch.test", "Ada Marlowe", Role::Admin, &[]),
    ("manager@vouch.test", "Martin Hale", Role::Manager, &[0]),
    ("officer@vouch.test", "Olga Serrano", Role::Officer, &[0, 1]),
    ("auditor@vouch.test", "Aurelio Brandt", Role::Auditor, &[]),
];
/// Colleagues of theirs, who have no password and cannot sign in: somebody did the work of two years.
const COLLEAGUES: [(&str, Role, usize); 12] = [
    ("Priya Nair", Role::Officer, 0),
    ("Thomas Okafor", Role::Officer, 0),
    ("Hannah Whitlock", Role::Officer, 0),
    ("Lucía Ferrer", Role::Manager, 1),
    ("Íñigo Zabala", Role::Officer, 1),
    ("Catarina Brás", Role::Officer, 1),
    ("Hélène Vasseur", Role::Manager, 2),
    ("Loïc Maréchal", Role::Officer, 2),
    ("Femke Dijkstra", Role::Officer, 2),
    ("Gareth Pugh", Role::Manager, 3),
    ("Siobhán Kerr", Role::Officer, 3),
    ("Jörg Lindner", Role::Officer, 3),
];
/// Code and name of each branch; the first takes customers for whom none was named.
pub const BRANCHES: [(&str, &str); 4] = [
    ("london", "London"),
    ("madrid", "Madrid"),
    ("paris", "Paris"),
    ("manchester", "Manchester"),
];
const BROWSERS: [&str; 3] = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_6) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15",
];

/// The organisation while its history is told.
pub struct House {
    /// Its id.
    pub organisation: Uuid,
    /// Its key, which wraps all others.
    pub key: DataKey,
    /// Its branches, in the order of [`BRANCHES`].
    pub branches: Vec<BranchId>,
    /// Its people.
    pub staff: Vec<Hand>,
    /// Who decides in each branch: indices of `staff`.
    pub desks: Vec<Vec<usize>>,
    /// The clock.
    pub clock: Hand,
}

/// The admin's place in [`House::staff`].
pub const ADMIN: usize = 0;
/// The auditor's.
pub const AUDITOR: usize = 3;

impl House {
    /// Somebody who works at a branch, and is not the one who must not.
    pub fn somebody(&self, chance: &mut Chance, branch: usize, but: Option<usize>) -> usize {
        let desk = &self.desks[branch];
        let place = chance.below(desk.len());
        if Some(desk[place]) == but {
            desk[(place + 1) % desk.len()]
        } else {
            desk[place]
        }
    }

    /// The id of a member.
    pub fn staff_id(&self, member: usize) -> Uuid {
        self.staff[member].who.parts().1.unwrap_or_default()
    }
}

/// Makes the organisation and its people, and writes how that was done into the log.
pub fn found(
    conn: &mut PgConnection,
    secret: &SecretKey,
    chance: &mut Chance,
    start: DateTime<Utc>,
) -> anyhow::Result<House> {
    let organisation = chance.id(start);
    let (key, wrapped) =
        Keys::new(secret.clone()).new_organisation(OrganisationId(organisation))?;
    let branch_ids: Vec<Uuid> = BRANCHES.iter().map(|_| chance.id(start)).collect();
    diesel::sql_query("SELECT set_config('vouch.organisation', $1::text, true)")
        .bind::<diesel::sql_types::Uuid, _>(organisation)
        .execute(conn)?;
    diesel::insert_into(organisations::table)
        .values((
            organisations::id.eq(organisation),
            organisations::name.eq(NAME),
            organisations::demo.eq(true),
            organisations::default_branch.eq(branch_ids[0]),
            organisations::wrapped_key.eq(wrapped),
            organisations::created_at.eq(start),
        ))
        .execute(conn)?;
    for ((code, name), id) in BRANCHES.iter().zip(&branch_ids) {
        diesel::insert_into(branches::table)
            .values((
                branches::organisation_id.eq(organisation),
                branches::id.eq(id),
                branches::code.eq(code),
                branches::name.eq(name),
                branches::created_at.eq(start),
            ))
            .execute(conn)?;
    }
    let mut house = House {
        organisation,
        key,
        branches: branch_ids.into_iter().map(BranchId).collect(),
        staff: Vec::new(),
        desks: vec![Vec::new(); BRANCHES.len()],
        clock: Hand {
            who: Who::Clock,
            key: None,
            origin: None,
        },
    };
    for (email, name, role, at) in PEOPLE {
        let member = Member {
            email: email.to_owned(),
            name,
            role,
            at,
            signs_in: true,
        };
        member.join(conn, &mut house, secret, chance, start)?;
    }
    for (name, role, branch) in COLLEAGUES {
        let mailbox = super::people::plain(name).to_lowercase().replace(' ', ".");
        let member = Member {
            email: format!("{mailbox}@vouch.test"),
            name,
            role,
            at: &[branch],
            signs_in: false,
        };
        member.join(conn, &mut house, secret, chance, start)?;
    }
    Ok(house)
}

struct Member<'a> {
    email: String,
    name: &'a str,
    role: Role,
    at: &'a [usize],
    signs_in: bool,
}

impl Member<'_> {
    fn join(
        &self,
        conn: &mut PgConnection,
        house: &mut House,
        secret: &SecretKey,
        chance: &mut Chance,
        start: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let (id, data_key) = (chance.id(start), DataKeyId(chance.id(start)));
        let (key, wrapped) = Keys::new_data_key(&house.key, data_key)?;
        diesel::insert_into(data_keys::table)
            .values((
                data_keys::organisation_id.eq(house.organisation),
                data_keys::id.eq(data_key.0),
                data_keys::wrapped.eq(wrapped),
                data_keys::created_at.eq(start),
            ))
            .execute(conn)?;
        let password = self
            .signs_in
            .then(|| password::hash(PASSWORD))
            .transpose()?;
        diesel::insert_into(staff::table)
            .values((
                staff::organisation_id.eq(house.organisation),
                staff::id.eq(id),
                staff::email.eq(&self.email),
                staff::name.eq(self.name),
                staff::role.eq(self.role.as_str()),
                staff::all_branches.eq(self.at.is_empty()),
                staff::password_hash.eq(password),
                staff::demo.eq(true),
                staff::data_key.eq(data_key.0),
                staff::created_at.eq(start),
                staff::updated_at.eq(start),
            ))
            .execute(conn)?;
        if self.signs_in {
            diesel::insert_into(sign_ins::table)
                .values((
                    sign_ins::email_hmac.eq(secret.email_index(&self.email).to_vec()),
                    sign_ins::organisation_id.eq(house.organisation),
                    sign_ins::staff_id.eq(id),
                ))
                .execute(conn)?;
        }
        for branch in self.at {
            diesel::insert_into(staff_branches::table)
                .values((
                    staff_branches::organisation_id.eq(house.organisation),
                    staff_branches::staff_id.eq(id),
                    staff_branches::branch_id.eq(house.branches[*branch].0),
                ))
                .execute(conn)?;
            house.desks[*branch].push(house.staff.len());
        }
        let place = house.staff.len();
        // 192.0.2.0/24 is nobody's: it is kept for examples.
        let address = Ipv4Addr::new(192, 0, 2, u8::try_from(place + 10).unwrap_or(9));
        house.staff.push(Hand {
            who: Who::Staff(StaffId(id)),
            key: Some((data_key, key)),
            origin: Some(Origin {
                address: IpAddr::V4(address),
                browser: BROWSERS[place % BROWSERS.len()].to_owned(),
            }),
        });
        Ok(())
    }
}

/// Writes the first entries of the log: the organisation, its branches and its people were added at the console.
pub fn tell(
    house: &House,
    ledger: &mut Ledger,
    chunk: &mut Chunk,
    chance: &mut Chance,
    start: DateTime<Utc>,
) -> anyhow::Result<()> {
    let console = Hand {
        who: Who::Console,
        key: None,
        origin: None,
    };
    let mut events = vec![Event::new(What::OrganisationAdded, Subject::Organisation)];
    for ((code, name), id) in BRANCHES.iter().zip(&house.branches) {
        events.push(
            Event::new(What::BranchAdded, Subject::Branch(*id)).changing(vec![
                Change::plain("code", serde_json::Value::Null, *code),
                Change::plain("name", serde_json::Value::Null, *name),
            ]),
        );
    }
    let people = PEOPLE.iter().map(|(_, name, role, _)| (*name, *role));
    let people = people.chain(COLLEAGUES.iter().map(|(name, role, _)| (*name, *role)));
    let mut keys: Vec<Option<&DataKey>> = vec![None; events.len()];
    for ((name, role), hand) in people.zip(&house.staff) {
        let Some((key_id, key)) = &hand.key else {
            continue;
        };
        let id = StaffId(hand.who.parts().1.unwrap_or_default());
        events.push(
            Event::new(What::StaffAdded, Subject::Staff(id, Some(*key_id))).changing(vec![
                Change::plain("role", serde_json::Value::Null, role.as_str()),
                Change::personal("name", serde_json::Value::Null, name),
            ]),
        );
        keys.push(Some(key));
    }
    for ((event, key), second) in events.iter().zip(keys).zip(1..) {
        let at = start + TimeDelta::seconds(second);
        ledger.write(&mut chunk.audit_entries, chance, at, &console, key, event)?;
    }
    Ok(())
}
