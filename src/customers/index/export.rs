//! The list as a file.

use std::borrow::Cow;

use serde_json::Value;

use crate::{
    access::{guard::By, permissions::Export},
    audit::event::{Change, Event, Subject, What},
    customers::index::{
        filter::Filter,
        pages::wanted,
        store::{self, FileRow, Wanted},
    },
    db::{Read, page::Count},
    error::Result,
    jobs::rules::Kind,
    organisations::store::{self as organisations, Branch},
    web::{
        answer::Answer,
        csv::{harmless, moment},
        input::Query,
        list_file::{self, ListFile, Taker},
        words,
    },
};

/// The list as a file: its rows in its order.
pub struct File {
    filter: Filter,
    term: Option<String>,
    branches: Vec<Branch>,
    wanted: Wanted,
}

/// `GET /customers.csv`.
pub fn export(by: By<Export>, Query(filter): Query<Filter>) -> Result<Answer> {
    list_file::answer::<File>(by, filter)
}

impl ListFile for File {
    type Filter = Filter;
    const KIND: Kind = Kind::Customers;
    const COLUMNS: &'static [&'static str] = &[
        "short_id",
        "name",
        "kind",
        "branch",
        "status",
        "risk",
        "country",
        "email",
        "tax_id",
        "registration_number",
        "next_review",
        "created_at",
        "updated_at",
        "id",
    ];

    fn asked(tx: &mut Read<'_>, taker: &Taker, filter: Filter) -> Result<Self> {
        let filter = filter.first_page().tidy();
        let branches = organisations::branches(tx)?;
        let (wanted, term) = wanted(tx, filter.clone(), taker.zone, &branches)?;
        Ok(Self {
            filter,
            term,
            branches,
            wanted,
        })
    }

    fn query(&self) -> String {
        self.filter.query()
    }

    fn event(&self) -> Event {
        Event::new(What::CustomersExported, Subject::List("customers"))
            .changing(told(&self.filter, self.term.as_deref()))
    }

    fn count(&self, tx: &mut Read<'_>) -> Result<Count> {
        store::count(tx, &self.wanted)
    }

    fn total(&self, tx: &mut Read<'_>) -> Result<i64> {
        store::total(tx, &self.wanted)
    }

    fn rows(&self, tx: &mut Read<'_>, row: &mut dyn FnMut(&[&str]) -> Result<()>) -> Result<()> {
        store::each(tx, &self.wanted, |found| {
            row(&cells(&self.branches, &found).each_ref().map(AsRef::as_ref))
        })
    }
}

/// The filters as the log keeps them: what was searched is about a person.
fn told(filter: &Filter, term: Option<&str>) -> Vec<Change> {
    let list = |words: Vec<String>| Value::from(words);
    let mut told = Vec::new();
    let mut plain = |field, value: Value| told.push(Change::plain(field, Value::Null, value));
    if !filter.branch.is_empty() {
        plain("branch", list(filter.branch.clone()));
    }
    if !filter.kyc.is_empty() {
        plain(
            "kyc",
            list(filter.kyc.iter().map(ToString::to_string).collect()),
        );
    }
    if !filter.kind.is_empty() {
        plain(
            "kind",
            list(filter.kind.iter().map(ToString::to_string).collect()),
        );
    }
    if !filter.risk.is_empty() {
        plain(
            "risk",
            list(filter.risk.iter().map(ToString::to_string).collect()),
        );
    }
    if !filter.country.is_empty() {
        plain("country", list(filter.country.clone()));
    }
    if let Some(from) = filter.from {
        plain("from", from.to_string().into());
    }
    if let Some(to) = filter.to {
        plain("to", to.to_string().into());
    }
    plain("sort", filter.order().as_str().into());
    if let Some(term) = term {
        told.push(Change::personal("search", Value::Null, term));
    }
    told
}

fn cells<'a>(branches: &'a [Branch], row: &'a FileRow) -> [Cow<'a, str>; 14] {
    let branch = branches.iter().find(|branch| branch.id == row.branch_id);
    let text = |text: &'a Option<String>| harmless(text.as_deref().unwrap_or_default());
    let day = row.next_review_on.map(|day| day.to_string());
    [
        Cow::Borrowed(&row.short_id),
        harmless(&row.name),
        words::kind(row.kind.as_str()).word.into(),
        harmless(branch.map_or("", |branch| &branch.name)),
        words::kyc(row.kyc.as_str()).word.into(),
        words::risk(row.risk.map_or("", |risk| risk.as_str()))
            .word
            .into(),
        row.country.as_deref().unwrap_or_default().into(),
        text(&row.email),
        text(&row.tax_id),
        text(&row.registration_number),
        day.unwrap_or_default().into(),
        moment(Some(row.created_at)).into(),
        moment(Some(row.updated_at)).into(),
        row.id.to_string().into(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_says_what_was_asked_for_and_seals_what_was_searched() {
        let filter: Filter =
            serde_html_form::from_str("branch=london&kyc=pending&from=2026-01-01").expect("read");
        let event = Event::new(What::CustomersExported, Subject::List("customers"))
            .changing(told(&filter, Some("Ana")));
        let plain = event.plain().to_string();
        assert!(
            plain.contains("london") && plain.contains("pending") && plain.contains("2026-01-01")
        );
        assert!(!plain.contains("Ana"));
        assert!(
            event
                .personal()
                .is_some_and(|sealed| sealed.to_string().contains("Ana"))
        );
    }
}
