//! Who owns a quarter or more of a company, reckoned along all paths through every company behind it, in whatever branch these
//! lie: what is true of a company does not follow who asks. Who it is is told as far as the asker sees.

use std::collections::HashMap;

use crate::{
    customers::{
        ownership::{
            rules::{Held, Owns, owns},
            store::{self, Member},
        },
        relations::visible_ones,
        rules::Kind,
        store::Customer,
    },
    db::Read,
    error::Result,
    value::CustomerId,
};

/// Told where the way to whoever it is leads through what the asker does not see.
const ELSEWHERE: &str = "Somebody owns 25 % or more, through companies outside of your branches";

/// Whether somebody certainly owns a quarter or more of a company, of itself, through others, or both.
pub fn owned(tx: &mut Read<'_>, company: CustomerId) -> Result<bool> {
    let members = store::owning(tx, company)?;
    Ok(!holding(&members, company).is_empty())
}

/// Who certainly owns a quarter or more of a company, and how much, for people; nothing where nobody does. The people at the
/// end of the paths, and companies only where no person is reached.
pub fn told(tx: &mut Read<'_>, company: CustomerId) -> Result<Option<String>> {
    let mut members = store::owning(tx, company)?;
    if holding(&members, company).is_empty() {
        return Ok(None);
    }
    let ids = members.iter().map(|one| one.child_id).collect();
    let known = visible_ones(tx, ids)?;
    // What a company outside of the asker's branches belongs to is not shown to them, so it is not reckoned with here.
    members.retain(|one| one.parent_id == company || known.contains_key(&one.parent_id));
    Ok(Some(named(&holding(&members, company), &known)))
}

/// Those who certainly hold a quarter or more, the largest share first.
fn holding(members: &[Member], company: CustomerId) -> Vec<(CustomerId, Held)> {
    let held = store::structure(members).held(company);
    let mut found: Vec<(CustomerId, Held)> = held
        .into_iter()
        .filter(|(_, held)| owns(held.total) == Owns::Yes)
        .collect();
    found.sort_by_key(|(id, held)| (std::cmp::Reverse(held.total.least), *id));
    found
}

fn named(holders: &[(CustomerId, Held)], known: &HashMap<CustomerId, Customer>) -> String {
    let of = |company: bool| -> Vec<String> {
        holders
            .iter()
            .filter_map(|(id, held)| Some((known.get(id)?, held)))
            .filter(|(one, _)| (one.kind == Kind::Legal) == company)
            .map(|(one, held)| format!("{} owns {}", one.name, held.total))
            .collect()
    };
    let people = of(false);
    let shown = if people.is_empty() { of(true) } else { people };
    if shown.is_empty() {
        ELSEWHERE.to_owned()
    } else {
        shown.join(", ")
    }
}
