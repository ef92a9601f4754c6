//! `vouch_checks`: what can be known of numbers, papers and dates without asking anybody. That a number is well made does
//! not say that it was ever given out, or to whom; that it is not well made says that it was not.

mod accounts;
mod digits;
mod finding;
mod judging;
mod national;
mod places;
mod zones;

use super::{Provider, Question, Step};
use crate::{
    customers::rules::Kind,
    db::Read,
    error::{Error, Result},
};
use judging::Rule;

/// Its name.
pub const NAME: &str = "vouch_checks";

/// Raised whenever a rule changes, so that an old answer says by which it came about.
pub const VERSION: u32 = 4;

/// What each type of check looks at.
const TYPES: &[(&str, &[Rule])] = &[
    ("tax_id", &[judging::tax_id]),
    ("vat", &[judging::vat]),
    ("company_number", &[judging::company_number]),
    ("iban", &[judging::iban]),
    ("lei", &[judging::lei]),
    ("age", &[judging::age]),
    ("country", &[judging::country]),
    ("mrz", &[zones::zone]),
    ("document_expiry", &[judging::document_expiry]),
    ("document", &[zones::zone, judging::document_expiry]),
    (
        "identity",
        &[
            zones::zone,
            judging::document_expiry,
            judging::age,
            judging::country,
        ],
    ),
];

/// All that can be looked at of a person.
const OF_A_PERSON: &[Rule] = &[
    judging::tax_id,
    judging::iban,
    judging::age,
    judging::country,
    zones::zone,
    judging::document_expiry,
];

/// All that can be looked at of a company or a trader.
const OF_A_COMPANY: &[Rule] = &[
    judging::tax_id,
    judging::company_number,
    judging::iban,
    judging::lei,
    judging::age,
    judging::country,
];

/// Everything that applies, whatever is there.
const ALL: [&str; 3] = ["all", "kyc", "kyb"];

/// What no customer declares: whoever asks says the number. (A check that failed for want of one could never be mended.)
const SENT: [&str; 2] = ["iban", "lei"];

/// The rules.
pub struct VouchChecks;

impl Provider for VouchChecks {
    fn start(&self, _tx: &mut Read<'_>, question: &Question<'_>) -> Result<Step> {
        let wanted = question.asked.verification_type.as_str();
        let typed = Some(question.asked.number.as_str()).filter(|number| !number.is_empty());
        let facts = question.facts;
        let all = ALL.contains(&wanted);
        let rules = if all {
            match facts.customer.kind {
                Kind::Natural => OF_A_PERSON,
                Kind::SoleTrader | Kind::Legal => OF_A_COMPANY,
            }
        } else {
            let found = TYPES.iter().find(|(name, _)| *name == wanted);
            found.map(|(_, rules)| *rules).ok_or_else(unknown)?
        };
        // A number that was typed is of the one kind that was asked for.
        let typed = typed.filter(|_| !all);
        if typed.is_none() && SENT.contains(&wanted) && facts.said(wanted).is_none() {
            return Err(Error::field("number", "Say which number is to be checked"));
        }
        let findings: Vec<_> = rules.iter().flat_map(|rule| rule(facts, typed)).collect();
        Ok(Step::Answered(finding::answer(&findings, all)))
    }
}

fn unknown() -> Error {
    let names: Vec<&str> = TYPES.iter().map(|(name, _)| *name).collect();
    Error::field(
        "verification_type",
        format!("vouch_checks checks: {}, all", names.join(", ")),
    )
}
