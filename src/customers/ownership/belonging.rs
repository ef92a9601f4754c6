//! A customer and the one company that it stands behind, for those who know no more than one: the oldest.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::{
    access::scope::Branches,
    customers::{
        ownership::{
            actions::{self, Whom},
            store::{self, Member, Wanted},
        },
        relations::within,
        rules::Kind,
        store::{self as rows, Customer},
    },
    db::{Change, Read},
    error::{Error, Result},
    schema::relations,
    value::CustomerId,
};

/// How many levels of companies may stand over somebody who is put there by a machine.
const DEEPEST: usize = 2;

/// What a customer is to one company.
#[derive(Clone, Debug)]
pub struct Belongs {
    /// The company.
    pub company: Customer,
    /// Its rows, the oldest first.
    pub members: Vec<Member>,
}

/// What each of these customers is to the oldest company that it stands behind. Only companies in these branches count: of the
/// others nobody learns that they are there. One that was merged into another is none any more.
pub fn of(
    tx: &mut Read<'_>,
    members: &[CustomerId],
    branches: &Branches,
) -> Result<HashMap<CustomerId, Belongs>> {
    let tenant = tx.scope().organisation();
    let all: Vec<Member> = relations::table
        .filter(relations::organisation_id.eq(tenant))
        .filter(relations::child_id.eq_any(members.to_vec()))
        .order(relations::id)
        .select(Member::as_select())
        .load(tx.conn())?;
    let companies = all.iter().map(|one| one.parent_id).collect();
    let companies = within(tx, companies, branches)?;
    let mut found: HashMap<CustomerId, Belongs> = HashMap::new();
    for one in all {
        let company = companies.get(&one.parent_id);
        let Some(company) = company.filter(|one| one.merged_into.is_none()) else {
            continue;
        };
        let known = found.entry(one.child_id).or_insert_with(|| Belongs {
            company: company.clone(),
            members: Vec::new(),
        });
        if known.company.id == one.parent_id {
            known.members.push(one);
        }
    }
    Ok(found)
}

/// Gives a customer the roles in this company that are `wanted`, judged by the rows that stand there now, and takes away those in
/// the oldest that it stood behind before, as far as the asker may see it. Says whether anything changed.
pub fn set(
    tx: &mut Change<'_>,
    member: CustomerId,
    company: Option<CustomerId>,
    wanted: impl FnOnce(&[&Member]) -> Result<Vec<Wanted>>,
) -> Result<bool> {
    store::hold_structure(tx)?;
    let branches = tx.scope().branches().clone();
    let before = of(tx, &[member], &branches)?.remove(&member);
    let before = before.map(|one| one.members).unwrap_or_default();
    let mut held: Vec<CustomerId> = before.iter().map(|one| one.parent_id).collect();
    held.extend(company);
    held.push(member);
    rows::hold(tx, &held)?;
    let there: Vec<Member> = match company {
        Some(company) => store::members(tx, company)?,
        None => Vec::new(),
    };
    let standing: Vec<&Member> = there.iter().filter(|one| one.child_id == member).collect();
    let wanted = &wanted(&standing)?;
    let left = before.iter().filter(|one| company != Some(one.parent_id));
    let mut changed = false;
    for one in left.chain(standing.iter().copied()) {
        let kept =
            company == Some(one.parent_id) && wanted.iter().any(|wanted| wanted.role == one.role);
        if !kept {
            let version = rows::lock(tx, one.parent_id)?.version;
            actions::remove(tx, one.parent_id, version, one.id)?;
            changed = true;
        }
    }
    let Some(company) = company else {
        return Ok(changed);
    };
    for wanted in wanted {
        let there = standing.iter().find(|one| one.role == wanted.role);
        if there.is_some_and(|one| one.share() == wanted.share) {
            continue;
        }
        let held = rows::lock(tx, company)?;
        if let Some(one) = there {
            actions::change(tx, company, held.version, one.id, *wanted)?;
        } else {
            if held.kind != Kind::Legal {
                return Err(Error::field("member", "is no company"));
            }
            not_too_deep(tx, company, member)?;
            let whom = Whom::Known(member);
            // Only a new person may be like another.
            if actions::add(tx, company, held.version, &whom, *wanted)?.is_err() {
                return Err(Error::Conflict("the company changed meanwhile".into()));
            }
        }
        changed = true;
    }
    Ok(changed)
}

/// Whether a customer may be put under a company: so many levels over the lowest, and no more.
fn not_too_deep(tx: &mut Read<'_>, company: CustomerId, member: CustomerId) -> Result<()> {
    let over = levels(tx, company, |one| one.parent_id, above)?;
    let under = levels(tx, member, |one| one.child_id, below)?;
    if over + 1 + under > DEEPEST {
        return Err(Error::field(
            "member",
            "stands too deep: there are two levels",
        ));
    }
    Ok(())
}

type Step = fn(&mut Read<'_>, Vec<CustomerId>) -> Result<Vec<Member>>;

/// How many levels lead away from a customer, counted as far as matters.
fn levels(
    tx: &mut Read<'_>,
    from: CustomerId,
    towards: fn(&Member) -> CustomerId,
    step: Step,
) -> Result<usize> {
    let mut level = vec![from];
    for depth in 0..=DEEPEST {
        level = step(tx, level)?.iter().map(towards).collect();
        if level.is_empty() {
            return Ok(depth);
        }
    }
    Ok(DEEPEST + 1)
}

/// No more of a level are looked at.
const MOST: i64 = 1_000;

fn above(tx: &mut Read<'_>, members: Vec<CustomerId>) -> Result<Vec<Member>> {
    let tenant = tx.scope().organisation();
    Ok(relations::table
        .filter(relations::organisation_id.eq(tenant))
        .filter(relations::child_id.eq_any(members))
        .limit(MOST)
        .select(Member::as_select())
        .load(tx.conn())?)
}

fn below(tx: &mut Read<'_>, companies: Vec<CustomerId>) -> Result<Vec<Member>> {
    let tenant = tx.scope().organisation();
    Ok(relations::table
        .filter(relations::organisation_id.eq(tenant))
        .filter(relations::parent_id.eq_any(companies))
        .limit(MOST)
        .select(Member::as_select())
        .load(tx.conn())?)
}
