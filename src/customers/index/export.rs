//! The list as a file.

use serde_json::Value;

use crate::{
    access::{guard::By, permissions::Export},
    audit::event::{Change, Event, Subject, What},
    customers::index::{
        filter::Filter,
        pages::wanted,
        store::{self, FileRow},
    },
    error::Result,
    organisations::store::{self as organisations, Branch},
    web::{
        answer::{Answer, Sink},
        input::Query,
        words,
    },
};

/// The names of the columns.
const COLUMNS: [&str; 14] = [
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

/// The rows of the list in its order. What was taken is written down before the first byte leaves.
pub fn export(mut by: By<Export>, Query(filter): Query<Filter>) -> Result<Answer> {
    let filter = filter.first_page().tidy();
    let zone = by.time_zone;
    let (branches, wanted) = by.change(|tx| {
        let branches = organisations::branches(tx)?;
        let (wanted, term) = wanted(tx, filter.clone(), zone, &branches)?;
        let event = Event::new(What::CustomersExported, Subject::List("customers"));
        tx.say(event.changing(asked(&filter, term.as_deref())));
        Ok((branches, wanted))
    })?;
    let name = format!(
        "customers-{}.csv",
        by.now().with_timezone(&zone).date_naive()
    );
    let (mut conn, actor, _) = by.into_parts();
    Ok(Answer::file(
        &name,
        "text/csv; charset=utf-8",
        move |sink| {
            conn.read(&actor.scope, |tx| {
                let mut file = csv::Writer::from_writer(sink);
                file.write_record(COLUMNS).map_err(anyhow::Error::new)?;
                store::each(tx, &wanted, |row| write(&mut file, &branches, &row))?;
                file.flush().map_err(anyhow::Error::new)?;
                Ok(())
            })
        },
    ))
}

/// The filters as the log keeps them: what was searched is about a person.
fn asked(filter: &Filter, term: Option<&str>) -> Vec<Change> {
    let list = |words: Vec<String>| Value::from(words);
    let mut asked = Vec::new();
    let mut plain = |field, value: Value| asked.push(Change::plain(field, Value::Null, value));
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
        asked.push(Change::personal("search", Value::Null, term));
    }
    asked
}

fn write(file: &mut csv::Writer<&mut Sink>, branches: &[Branch], row: &FileRow) -> Result<()> {
    const MOMENT: &str = "%Y-%m-%dT%H:%M:%SZ";
    let branch = branches.iter().find(|branch| branch.id == row.branch_id);
    let text = |text: &Option<String>| harmless(text.as_deref().unwrap_or_default()).into_owned();
    let cells: [&str; 14] = [
        &row.short_id,
        &harmless(&row.name),
        words::kind(row.kind.as_str()).word,
        &harmless(branch.map_or("", |branch| &branch.name)),
        words::kyc(row.kyc.as_str()).word,
        words::risk(row.risk.map_or("", |risk| risk.as_str())).word,
        row.country.as_deref().unwrap_or_default(),
        &text(&row.email),
        &text(&row.tax_id),
        &text(&row.registration_number),
        &row.next_review_on
            .map(|day| day.to_string())
            .unwrap_or_default(),
        &row.created_at.format(MOMENT).to_string(),
        &row.updated_at.format(MOMENT).to_string(),
        &row.id.to_string(),
    ];
    file.write_record(cells).map_err(anyhow::Error::new)?;
    Ok(())
}

/// A cell that a spreadsheet would run as a formula begins with an apostrophe instead.
fn harmless(text: &str) -> std::borrow::Cow<'_, str> {
    let begins = |letter: char| {
        matches!(
            letter,
            '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'
        )
    };
    if text.trim_start_matches(' ').starts_with(begins) {
        format!("'{text}").into()
    } else {
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_a_formula() {
        assert_eq!(harmless("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(harmless(" +44"), "' +44");
        assert_eq!(harmless("-1"), "'-1");
        assert_eq!(harmless("＠SUM"), "'＠SUM");
        assert_eq!(harmless("Ana-María"), "Ana-María");
        assert_eq!(harmless(""), "");
    }

    #[test]
    fn the_log_says_what_was_asked_for_and_seals_what_was_searched() {
        let filter: Filter =
            serde_html_form::from_str("branch=london&kyc=pending&from=2026-01-01").expect("read");
        let event = Event::new(What::CustomersExported, Subject::List("customers"))
            .changing(asked(&filter, Some("Ana")));
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
