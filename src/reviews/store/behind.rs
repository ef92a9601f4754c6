//! Who stands behind a company: its required members, and those of the members that are companies themselves.

use std::collections::HashSet;

use diesel::prelude::*;

use crate::{
    customers::{
        relations::Relation,
        rules::{Kind, Kyc},
        store as rows,
    },
    db::Read,
    error::{Error, Result},
    reviews::rules::{self, MOST_BEHIND, TOO_MANY_BEHIND},
    schema::{customers, relations},
    value::CustomerId,
};

/// Members without whom a company is not validated.
const REQUIRED: [&str; 4] = [
    "legal_representative",
    "director",
    "shareholder",
    "beneficial_owner",
];

/// A relation to somebody who is reviewed together with a company, and how that member stands.
struct Tie {
    relation: Relation,
    kind: Kind,
    kyc: Kyc,
}

impl Tie {
    /// Whether the company cannot be accepted before this member.
    fn waits(&self) -> bool {
        REQUIRED.contains(&self.relation.role.as_str()) && !rules::member_complete(self.kyc)
    }
}

/// What was read of those who stand behind a company.
struct Ties {
    found: Vec<Tie>,
    /// There are more than are read.
    more: bool,
}

impl Ties {
    /// All of them; `Error::Refused` where they were not read.
    fn whole(self) -> Result<Vec<Tie>> {
        if self.more {
            return Err(Error::Refused(TOO_MANY_BEHIND.into()));
        }
        Ok(self.found)
    }
}

/// Level by level: every relation of the company's own, and, behind each member that is a company and not accepted yet, those of
/// its required members who are not accepted either. Whoever is accepted is not looked behind: that was done when they were.
fn ties(tx: &mut Read<'_>, company: CustomerId) -> Result<Ties> {
    let tenant = tx.scope().organisation();
    let mut seen = HashSet::from([company]);
    let (mut found, mut level, mut left) = (Vec::<Tie>::new(), vec![company], MOST_BEHIND);
    while !level.is_empty() {
        let own = level == [company];
        let child = customers::organisation_id
            .eq(relations::organisation_id)
            .and(customers::id.eq(relations::child_id));
        let mut below: Vec<(Relation, Kind, Kyc)> = relations::table
            .inner_join(customers::table.on(child))
            .filter(relations::organisation_id.eq(tenant))
            .filter(relations::parent_id.eq_any(level))
            .order((relations::role, relations::percent.desc(), relations::id))
            .limit(i64::try_from(left + 1).unwrap_or(i64::MAX))
            .select((Relation::as_select(), customers::kind, customers::kyc))
            .load(tx.conn())?;
        let more = below.len() > left;
        below.truncate(left);
        left -= below.len();
        level = Vec::new();
        for (relation, kind, kyc) in below {
            let tie = Tie {
                relation,
                kind,
                kyc,
            };
            let id = tie.relation.child_id;
            // A company never stands behind itself, but two may share somebody.
            if id == company || !(own || tie.waits()) {
                continue;
            }
            if tie.kind == Kind::Legal && tie.waits() && seen.insert(id) {
                level.push(id);
            }
            found.push(tie);
        }
        if more {
            return Ok(Ties { found, more });
        }
    }
    Ok(Ties { found, more: false })
}

/// Those who are reviewed together with a company, as far as they are read.
pub struct Together {
    /// Every relation to one of them, in whatever branch; the company's own first.
    pub relations: Vec<Relation>,
    /// There are more than are read.
    pub more: bool,
}

/// Every relation to somebody who is reviewed together with a company, of so many as are read at once.
pub fn together(tx: &mut Read<'_>, company: CustomerId) -> Result<Together> {
    let Ties { found, more } = ties(tx, company)?;
    Ok(Together {
        relations: found.into_iter().map(|tie| tie.relation).collect(),
        more,
    })
}

/// Each once, in the order of their ids, in which they are held everywhere, since two companies may share some.
fn in_order(mut ids: Vec<CustomerId>) -> Vec<CustomerId> {
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Whom a company takes along when it is asked for or taken back: all of them, in the order of their ids. `Error::Refused` where
/// they are more than are read.
pub fn along(tx: &mut Read<'_>, company: CustomerId) -> Result<Vec<CustomerId>> {
    let all = ties(tx, company)?.whole()?;
    Ok(in_order(
        all.iter().map(|tie| tie.relation.child_id).collect(),
    ))
}

/// Holds a customer and whoever it takes along, all in the order of their ids: the first thing that any move about a customer
/// does, since a company that is moved and one of its members that is moved by itself, a company too, would else wait for
/// each other. Whoever is put behind the company meanwhile is held later, where they are needed.
/// Of more than are read, those who are: whoever would move them all refuses that later, and says so.
pub fn hold(tx: &mut Read<'_>, customer: CustomerId) -> Result<()> {
    let Ties { found, .. } = ties(tx, customer)?;
    if found.is_empty() {
        // Alone, they are held by whoever reads them next.
        return Ok(());
    }
    let mut all: Vec<CustomerId> = found.iter().map(|tie| tie.relation.child_id).collect();
    all.push(customer);
    rows::hold(tx, &all)
}

/// Those who are not accepted yet, in the order of their ids, in whatever branch. `Error::Refused` as above.
pub fn incomplete(tx: &mut Read<'_>, company: CustomerId) -> Result<Vec<CustomerId>> {
    let all = ties(tx, company)?.whole()?;
    let waiting = all.iter().filter(|tie| tie.waits());
    Ok(in_order(waiting.map(|tie| tie.relation.child_id).collect()))
}

/// Everybody whom a company takes along, as far as they are read, in whatever branch and accepted or not, with their versions:
/// the same whoever asks.
pub fn versions(tx: &mut Read<'_>, company: CustomerId) -> Result<Vec<(CustomerId, i32)>> {
    let read = together(tx, company)?.relations;
    let found = in_order(read.iter().map(|one| one.child_id).collect());
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let tenant = tx.scope().organisation();
    Ok(customers::table
        .filter(customers::organisation_id.eq(tenant))
        .filter(customers::id.eq_any(found))
        .select((customers::id, customers::version))
        .load(tx.conn())?)
}
