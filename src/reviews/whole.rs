//! A review that a machine asks for of a customer as a whole: of a company together with its members, once nothing is missing
//! of any of them. Whoever is refused for that learns of every item at once, and nobody moves.

use std::collections::HashSet;

use crate::{
    customers::{
        rules::{Kind, Kyc},
        store::{self as customers, Customer},
    },
    db::{Change, Read},
    error::{Error, Result},
    reviews::{
        decision::itself,
        evidence::Gathered,
        owners,
        policy::{rules::Prerequisites, store as policies},
        prerequisites::{self, Mend, wordless::Wordless},
        request, retry, rules,
        store::{self, behind},
    },
    value::CustomerId,
};

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whole {
    /// It was asked for.
    Requested,
    /// One is open already; nothing changed.
    Open,
    /// So much is missing first.
    Owed(Vec<Owed>),
}

/// Something that is missing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Owed {
    /// The number of the customer of whom it is missing; nothing for a member outside of the asker's branches.
    pub number: Option<i64>,
    /// What.
    pub words: &'static str,
}

/// Said of somebody who is accepted: that something happened to them is for people and for the clock to say.
const ACCEPTED: &str =
    "This user is validated. A review can be requested once the next one is due.";
/// Said of a member whom the asker may not see.
const ELSEWHERE: &str = "Every member complete";

/// Asks for a review of a customer and those behind it. `Error::Refused` where none may be asked for now.
pub fn request(tx: &mut Change<'_>, id: CustomerId) -> Result<Whole> {
    behind::hold(tx, id)?;
    let customer = customers::lock(tx, id)?;
    match customer.kyc {
        Kyc::Pending => return Ok(Whole::Open),
        Kyc::Validated => return Err(Error::Refused(ACCEPTED.into())),
        _ => {}
    }
    retry::allowed(tx, &customer)?;
    let gathered = Gathered::of(tx, &customer)?;
    let strict = policies::current(tx)?.policy.kyc_prerequisites == Prerequisites::Strict
        // Whose name decides is not asked for papers.
        && itself::decides(tx, &customer)?.is_none();
    if strict || customer.kind == Kind::Legal {
        let owed = owed(tx, &customer, &gathered)?;
        if !owed.is_empty() {
            return Ok(Whole::Owed(owed));
        }
    }
    request::with(tx, customer, &gathered, "", Wordless::NOTHING)?;
    Ok(Whole::Requested)
}

/// What is missing of a customer, and of everybody who would be reviewed together with a company as far as that is asked of them.
fn owed(tx: &mut Read<'_>, customer: &Customer, gathered: &Gathered) -> Result<Vec<Owed>> {
    let today = rules::today(tx.now(), store::time_zone(tx)?);
    let of = |customer: &Customer, words| Owed {
        number: Some(customer.number),
        words,
    };
    let lines = owners::checklist(tx, gathered, customer, today)?;
    let lines = prerequisites::owed(&lines);
    let mut found: Vec<Owed> = lines
        .iter()
        // Whose incompleteness it is follows, item by item.
        .filter(|line| line.words != prerequisites::MEMBERS)
        .map(|line| of(customer, line.words))
        .collect();
    for (id, lines) in gathered.behind(today) {
        let Some(lines) = lines else {
            found.push(Owed {
                number: None,
                words: ELSEWHERE,
            });
            continue;
        };
        if let Some(member) = gathered.known.get(&id) {
            // A difference between sources hinders a company as well, and is for an officer to judge.
            let words = lines.iter().map(|line| match line.mend {
                Mend::Compare => "A difference that the desk must settle",
                _ => line.words,
            });
            found.extend(words.map(|words| of(member, words)));
        }
    }
    let mut once = HashSet::new();
    found.retain(|one| once.insert(one.clone()));
    Ok(found)
}
