//! `watchlist`: the customer's names against the lists that the operator loads, in the layout that `OpenSanctions` calls
//! "simplified". What is like enough is a hit, of which an officer says whether it is the customer. An entry that an
//! officer cleared stays cleared until the entry itself changes.

pub mod import;
pub mod rules;
mod store;

pub use store::like;

use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::{Answer, Provider, Question, Step};
use crate::{
    customers::{merging::store::absorbed_customers, rules::Kind, store::Customer},
    db::Read,
    error::Result,
    value::CustomerId,
    verifications::{
        hits::store::{self as hits, Found, Hit, State},
        providers::facts::Facts,
        rules::Status,
        store::Verification,
    },
};

/// Its name.
pub const NAME: &str = "watchlist";

/// The lists.
pub struct Watchlist;

impl Provider for Watchlist {
    fn start(&self, tx: &mut Read<'_>, question: &Question<'_>) -> Result<Step> {
        let lists = store::lists(tx)?;
        // Whoever was merged into the customer is the customer, in whatever branch, and so are their names.
        let absorbed = absorbed_customers(tx, question.facts.customer.id)?;
        let hits = find(tx, names(question.facts, &absorbed))?;
        let payload = Map::from_iter([("lists".to_owned(), lists.into())]);
        Ok(Step::Answered(Answer {
            payload: Some(payload),
            hits,
            ..Answer::pending()
        }))
    }
}

/// Whether a check looked at any list. One that was made while none was loaded found nobody, so it says of nobody that they
/// are on none, whatever is said of hits that another one found.
pub fn looked(check: &Verification) -> bool {
    let payload = check.result_payload.as_ref();
    let lists = payload.and_then(|payload| payload.get("lists")?.as_array());
    lists.is_some_and(|lists| !lists.is_empty())
}

/// Said in the place of a name that belongs to somebody in another branch, which is looked for and shown to nobody.
const ELSEWHERE: &str = "A name of somebody merged into them, of another branch";

/// A name that is looked for.
struct Sought {
    name: String,
    /// Whether it is somebody's of another branch.
    elsewhere: bool,
    /// Whether it is a person's.
    person: bool,
    /// When that person was born.
    born: Option<NaiveDate>,
}

/// The names under which a customer goes: declared, by them and by whoever was merged into them, and as read off their papers.
fn names(facts: &Facts, absorbed: &[Customer]) -> Vec<Sought> {
    use crate::documents::fields::rules::Field;
    let customer = &facts.customer;
    let mut all = declared(customer);
    if customer.kind != Kind::Legal {
        for last in facts.read(Field::LastName) {
            let first = facts
                .read(Field::FirstName)
                .find(|first| (first.document_id, first.source) == (last.document_id, last.source));
            all.extend(first.map(|first| Sought {
                name: format!("{} {}", first.value, last.value),
                elsewhere: false,
                person: true,
                born: customer.birth_date,
            }));
        }
    }
    all.extend(absorbed.iter().flat_map(|one| {
        let elsewhere = one.branch_id != customer.branch_id;
        declared(one).into_iter().map(move |sought| Sought {
            elsewhere,
            ..sought
        })
    }));
    let mut seen = Vec::new();
    all.retain(|sought| {
        let one = (rules::words(&sought.name), sought.person, sought.born);
        let new = !one.0.is_empty() && !seen.contains(&one);
        seen.push(one);
        new
    });
    all
}

/// The declared names, and of each whether it is a person's. A company may be called as whoever acts for it: then one name is
/// looked for as both.
fn declared(customer: &Customer) -> Vec<Sought> {
    let own = [Some(customer.name.clone()), customer.legal_name.clone()];
    // A company's representative is a person, whatever the company is; and so is who acts for it.
    let people = [customer.representative_name.clone(), acts_for(customer)];
    let sought = |person: bool| {
        move |name: String| Sought {
            name,
            elsewhere: false,
            person,
            born: customer.birth_date.filter(|_| person),
        }
    };
    let own = own.into_iter().flatten();
    let people = people.into_iter().flatten();
    own.map(sought(customer.kind != Kind::Legal))
        .chain(people.map(sought(true)))
        .collect()
}

/// Whoever acts for a company, by their own name.
fn acts_for(customer: &Customer) -> Option<String> {
    let part = |name: &Option<String>| name.clone().unwrap_or_default();
    let name = format!(
        "{} {}",
        part(&customer.first_name),
        part(&customer.last_name)
    );
    let name = name.trim();
    (customer.kind == Kind::Legal && !name.is_empty()).then(|| name.to_owned())
}

/// Entries that are like enough to one of these names; each once, by the name it is most like.
fn find(tx: &mut Read<'_>, names: Vec<Sought>) -> Result<Vec<Found>> {
    let mut found: Vec<Found> = Vec::new();
    for sought in names {
        for mut one in store::like(tx, &sought.name, !sought.person, sought.born)? {
            if sought.elsewhere {
                ELSEWHERE.clone_into(&mut one.name);
            }
            let same =
                |known: &&mut Found| (&known.list, &known.entry_id) == (&one.list, &one.entry_id);
            match found.iter_mut().find(same) {
                Some(known) if known.score >= one.score => {}
                Some(known) => *known = one,
                None => found.push(one),
            }
        }
    }
    found.sort_by(|a, b| {
        b.score
            .cmp(&a.score)
            .then_with(|| a.entry_id.cmp(&b.entry_id))
    });
    Ok(found)
}

/// What was found comes to, with what officers said of the same entries. For whoever records the check and holds the
/// customer: a hit may have been settled since the lists were read, and then nobody would settle it again.
pub fn judged(tx: &mut Read<'_>, customer: CustomerId, answer: Answer) -> Result<Answer> {
    let known = hits::of_everybody(tx, customer)?;
    let said = |one: &Found| {
        let same = known.iter().filter(|hit| {
            (&hit.list, &hit.entry_id, &hit.entry_hash)
                == (&one.list, &one.entry_id, &one.entry_hash)
        });
        stands(customer, same).unwrap_or(State::Open)
    };
    let each: Vec<State> = answer.hits.iter().map(said).collect();
    let entries = answer.hits.iter().zip(&each).map(|(one, state)| {
        serde_json::json!({ "list": one.list, "entry": one.entry_id, "score": one.score, "state": state })
    });
    let entries: Value = entries.collect();
    let mut payload = answer.payload.unwrap_or_default();
    let [open, _, confirmed] = count(&mut payload, &each);
    payload.insert("entries".to_owned(), entries);
    let lists = payload.get("lists").and_then(Value::as_array);
    let (status, reason) = if lists.is_none_or(Vec::is_empty) {
        (Status::Pending, Some("No list is loaded here."))
    } else if confirmed > 0 {
        (Status::Failed, Some("The customer is on a list."))
    } else if open > 0 {
        (
            Status::Pending,
            Some("Names on lists are alike; an officer must look."),
        )
    } else {
        (Status::Verified, None)
    };
    Ok(Answer {
        status,
        reason: reason.map(str::to_owned),
        payload: Some(payload),
        ..answer
    })
}

/// What a check that waited found, with what officers said of it since; nothing where it found nothing of the kind. For
/// whoever answers it and holds the customer.
pub fn settled(
    tx: &mut Read<'_>,
    customer: CustomerId,
    check: &Verification,
) -> Result<Option<Map<String, Value>>> {
    let Some(Value::Object(mut payload)) = check.result_payload.clone() else {
        return Ok(None);
    };
    let Some(Value::Array(entries)) = payload.get_mut("entries") else {
        return Ok(None);
    };
    let known = hits::of_everybody(tx, customer)?;
    let mut states = Vec::new();
    for entry in entries.iter_mut().filter_map(Value::as_object_mut) {
        let text = |name: &str| entry.get(name).and_then(Value::as_str).map(str::to_owned);
        let (list, id) = (text("list"), text("entry"));
        let same = known
            .iter()
            .filter(|hit| list.as_ref() == Some(&hit.list) && id.as_ref() == Some(&hit.entry_id));
        let state = stands(customer, same).unwrap_or(State::Open);
        entry.insert("state".to_owned(), state.as_str().into());
        states.push(state);
    }
    count(&mut payload, &states);
    Ok(Some(payload))
}

/// How one entry stands to a customer, by the hits of it about them and whoever was merged into them; nothing where no hit
/// counts.
fn stands<'h>(customer: CustomerId, same: impl Iterator<Item = &'h Hit>) -> Option<State> {
    // Of whoever was merged into them it counts that they are on a list; that they are not is said of each anew.
    let counts = |hit: &&Hit| hit.customer_id == customer || hit.state == State::Confirmed;
    let states: Vec<State> = same.filter(counts).map(|hit| hit.state).collect();
    if states.contains(&State::Confirmed) {
        return Some(State::Confirmed);
    }
    states.first().copied()
}

/// Writes how many entries are open, cleared and confirmed, and gives these numbers.
fn count(payload: &mut Map<String, Value>, states: &[State]) -> [usize; 3] {
    [State::Open, State::Cleared, State::Confirmed].map(|state| {
        let n = states.iter().filter(|one| **one == state).count();
        payload.insert(state.as_str().to_owned(), n.into());
        n
    })
}
