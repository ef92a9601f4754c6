//! Who stands behind a company: its members, each a customer of their own.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use crate::{
    access::scope::Branches,
    customers::{
        rules::MemberRole,
        store::{Customer, within_branches},
    },
    db::Read,
    error::Result,
    schema::{customers, relations},
    value::CustomerId,
};

/// A company and a member of it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = relations)]
pub struct Relation {
    /// The company.
    pub parent_id: CustomerId,
    /// The member.
    pub child_id: CustomerId,
    /// What the member is to it.
    pub role: MemberRole,
    /// The share, in hundredths of a percent.
    pub percent: Option<i32>,
    /// The share as a register gives it: "25-50".
    pub band: Option<String>,
    /// Who says so.
    pub source: String,
}

impl Relation {
    /// The other of the two.
    pub fn other_than(&self, id: CustomerId) -> CustomerId {
        if self.parent_id == id {
            self.child_id
        } else {
            self.parent_id
        }
    }
}

impl Relation {
    /// The share for people: "37.5 %", "25 to 50 %"; nothing where none is known.
    pub fn share(&self) -> Option<String> {
        if let Some(percent) = self.percent {
            let (whole, rest) = (percent / 100, percent % 100);
            return Some(match rest {
                0 => format!("{whole} %"),
                rest if rest % 10 == 0 => format!("{whole}.{} %", rest / 10),
                rest => format!("{whole}.{rest:02} %"),
            });
        }
        self.band
            .as_ref()
            .map(|band| format!("{} %", band.replace('-', " to ")))
    }
}

/// Every relation in which this customer is the company: nobody is left out, since a decision stands on all of them.
pub fn below(tx: &mut Read<'_>, company: CustomerId) -> Result<Vec<Relation>> {
    let tenant = tx.scope().organisation();
    Ok(relations::table
        .filter(relations::organisation_id.eq(tenant))
        .filter(relations::parent_id.eq(company))
        .order((relations::role, relations::percent.desc(), relations::id))
        .select(Relation::as_select())
        .load(tx.conn())?)
}

/// A nominee may sit in thousands of companies; no page shows more of them than this.
const MOST: i64 = 200;

/// The relations in which this customer is the member.
pub fn above(tx: &mut Read<'_>, member: CustomerId) -> Result<Vec<Relation>> {
    let tenant = tx.scope().organisation();
    Ok(relations::table
        .filter(relations::organisation_id.eq(tenant))
        .filter(relations::child_id.eq(member))
        .order((relations::role, relations::percent.desc(), relations::id))
        .limit(MOST)
        .select(Relation::as_select())
        .load(tx.conn())?)
}

/// Those of these customers who represent a company and own a part of none, in whatever branch the companies lie.
pub fn only_representing(tx: &mut Read<'_>, ids: &[CustomerId]) -> Result<HashSet<CustomerId>> {
    let tenant = tx.scope().organisation();
    let roles: Vec<(CustomerId, MemberRole)> = relations::table
        .filter(relations::organisation_id.eq(tenant))
        .filter(relations::child_id.eq_any(ids.to_vec()))
        .select((relations::child_id, relations::role))
        .distinct()
        .load(tx.conn())?;
    let of = |role: fn(MemberRole) -> bool| -> HashSet<CustomerId> {
        let found = roles.iter().filter(|(_, one)| role(*one));
        found.map(|(id, _)| *id).collect()
    };
    let owners = of(MemberRole::owns);
    let mut represent = of(|role| role == MemberRole::LegalRepresentative);
    represent.retain(|id| !owners.contains(id));
    Ok(represent)
}

/// Those of these customers that lie in scope; the others are left out.
pub fn visible_ones(
    tx: &mut Read<'_>,
    ids: Vec<CustomerId>,
) -> Result<HashMap<CustomerId, Customer>> {
    let branches = tx.scope().branches().clone();
    within(tx, ids, &branches)
}

/// Those of these customers that lie in these branches, for whoever is told of them without asking.
pub fn within(
    tx: &mut Read<'_>,
    ids: Vec<CustomerId>,
    branches: &Branches,
) -> Result<HashMap<CustomerId, Customer>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let lies = within_branches(tx.scope().organisation(), branches);
    let found: Vec<Customer> = customers::table
        .filter(lies)
        .filter(customers::id.eq_any(ids))
        .select(Customer::as_select())
        .load(tx.conn())?;
    Ok(found.into_iter().map(|one| (one.id, one)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_read_by_people() {
        let share = |percent, band: Option<&str>| {
            Relation {
                parent_id: CustomerId(uuid::Uuid::nil()),
                child_id: CustomerId(uuid::Uuid::nil()),
                role: MemberRole::Shareholder,
                percent,
                band: band.map(str::to_owned),
                source: "declared".to_owned(),
            }
            .share()
        };
        assert_eq!(share(Some(2500), None).as_deref(), Some("25 %"));
        assert_eq!(share(Some(3750), None).as_deref(), Some("37.5 %"));
        assert_eq!(share(Some(3333), None).as_deref(), Some("33.33 %"));
        assert_eq!(share(None, Some("25-50")).as_deref(), Some("25 to 50 %"));
        assert_eq!(share(None, None), None);
    }
}
