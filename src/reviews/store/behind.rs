//! Who stands behind a company: its required members, and those of the members that are companies themselves.

use diesel::prelude::*;

use crate::{
    customers::{
        relations::Relation,
        rules::{Kind, Kyc},
        store as rows,
    },
    db::Read,
    error::Result,
    reviews::rules,
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

/// Level by level: every relation of the company's own, and, behind each member that is a company and not accepted yet, those of
/// its required members who are not accepted either. Whoever is accepted is not looked behind: that was done when they were.
fn ties(tx: &mut Read<'_>, company: CustomerId) -> Result<Vec<Tie>> {
    let tenant = tx.scope().organisation();
    let (mut found, mut seen, mut level) = (Vec::<Tie>::new(), vec![company], vec![company]);
    while !level.is_empty() {
        let own = level == [company];
        let child = customers::organisation_id
            .eq(relations::organisation_id)
            .and(customers::id.eq(relations::child_id));
        let below: Vec<(Relation, Kind, Kyc)> = relations::table
            .inner_join(customers::table.on(child))
            .filter(relations::organisation_id.eq(tenant))
            .filter(relations::parent_id.eq_any(level))
            .order((relations::role, relations::percent.desc(), relations::id))
            .select((Relation::as_select(), customers::kind, customers::kyc))
            .load(tx.conn())?;
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
            if tie.kind == Kind::Legal && tie.waits() && !seen.contains(&id) {
                seen.push(id);
                level.push(id);
            }
            found.push(tie);
        }
    }
    Ok(found)
}

/// Every relation to somebody who is reviewed together with a company, in whatever branch; the company's own first.
pub fn together(tx: &mut Read<'_>, company: CustomerId) -> Result<Vec<Relation>> {
    let ties = ties(tx, company)?;
    Ok(ties.into_iter().map(|tie| tie.relation).collect())
}

/// Whom a company takes along when it is asked for or taken back: all of them, each once, in the order of their ids.
pub fn along(tx: &mut Read<'_>, company: CustomerId) -> Result<Vec<CustomerId>> {
    let together = together(tx, company)?;
    let mut found: Vec<CustomerId> = together.iter().map(|one| one.child_id).collect();
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// Holds a customer and whoever it takes along, all in the order of their ids: the first thing that any move about a customer
/// does, since a company that is moved and one of its members that is moved by itself, a company too, would else wait for
/// each other. Whoever is put behind the company meanwhile is held later, where they are needed.
pub fn hold(tx: &mut Read<'_>, customer: CustomerId) -> Result<()> {
    let mut all = along(tx, customer)?;
    if all.is_empty() {
        // Alone, they are held by whoever reads them next.
        return Ok(());
    }
    all.push(customer);
    rows::hold(tx, &all)
}

/// Those who are not accepted yet, in the order of their ids, in whatever branch.
pub fn incomplete(tx: &mut Read<'_>, company: CustomerId) -> Result<Vec<CustomerId>> {
    let ties = ties(tx, company)?;
    let waiting = ties.iter().filter(|tie| tie.waits());
    let mut found: Vec<CustomerId> = waiting.map(|tie| tie.relation.child_id).collect();
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// Everybody whom a company takes along, in whatever branch and accepted or not, with their versions: the same whoever asks.
pub fn versions(tx: &mut Read<'_>, company: CustomerId) -> Result<Vec<(CustomerId, i32)>> {
    let found = along(tx, company)?;
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
