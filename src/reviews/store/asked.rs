//! What an officer asked a customer for who has not answered yet, and why papers did not serve: in words that leave the
//! house. What colleagues write for one another, and a reason that stays among them, is never among it.

use diesel::prelude::*;

use crate::{
    customers::{rules::Kyc, store::Customer},
    db::Read,
    documents::store::Document,
    error::Result,
    reviews::{
        policy::rules::{Language, Policy, Wording},
        rules::State,
    },
    schema::reviews,
};

/// What a customer was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// What the reasons say, in every language.
    Reasons(Vec<Wording>),
    /// What the officer wrote for them, and in which language.
    Own(String, Language),
}

impl Asked {
    /// What they read where this language is spoken, line by line, and the language in which it is written.
    pub fn lines(&self, spoken: Language) -> (Vec<&str>, Language) {
        match self {
            Self::Own(text, written) => (text.lines().collect(), *written),
            Self::Reasons(reasons) => (said(reasons, spoken), spoken),
        }
    }
}

/// What reasons say in a language, each sentence once.
fn said(reasons: &[Wording], language: Language) -> Vec<&str> {
    let mut lines: Vec<&str> = Vec::new();
    for line in reasons.iter().map(|words| words.of(language)) {
        if !line.is_empty() && !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
}

/// The reasons of the latest round, what the customer reads of it, and the code of its language.
type Row = (Vec<String>, Option<String>, Option<String>);

/// What this customer was asked for by an officer, while they are waited for. What the automatic review misses is no
/// sentence of anybody: the checklist says it. Who calls this has found the customer in scope.
pub fn of(tx: &mut Read<'_>, customer: &Customer, policy: &Policy) -> Result<Option<Asked>> {
    if customer.kyc != Kyc::Incomplete {
        return Ok(None);
    }
    let tenant = tx.scope().organisation();
    let row: Option<Row> = reviews::table
        .filter(reviews::organisation_id.eq(tenant))
        .filter(reviews::customer_id.eq(customer.id))
        .filter(reviews::state.eq(State::Waiting))
        .order(reviews::round.desc())
        .select((
            reviews::reason_codes,
            reviews::message,
            reviews::message_language,
        ))
        .first(tx.conn())
        .optional()?;
    // The automatic review may have looked since: then that is what they owe.
    let Some((codes, Some(text), language)) =
        row.filter(|(_, text, _)| *text == customer.kyc_comment)
    else {
        return Ok(None);
    };
    let language = language.and_then(|code| code.parse().ok());
    let language = language.unwrap_or(Language::En);
    let reasons: Vec<Wording> = codes
        .iter()
        .filter_map(|code| policy.reason(code))
        .map(|reason| reason.customer.clone())
        .collect();
    // As the decision put them together: what an officer wrote of their own is not translated.
    Ok(Some(if said(&reasons, language).join("\n") == text {
        Asked::Reasons(reasons)
    } else {
        Asked::Own(text, language)
    }))
}

/// What the customer reads of a paper that does not serve; empty where the reason stays among colleagues.
pub fn of_paper(paper: &Document, policy: &Policy) -> Option<Wording> {
    let reason = policy.reason(paper.reason.as_deref()?)?;
    Some(reason.customer.clone())
}
