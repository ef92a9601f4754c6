//! `/reports`: what was decided in a period, by branch, by officer or over time, each number a link to its rows.

use std::collections::HashMap;

use askama::Template;
use serde::Deserialize;

use crate::{
    access::{guard::By, permissions::ReadReports},
    days,
    error::Result,
    organisations::store::{Branch, branches},
    reports::{
        charts::{self, Piece},
        period::{Period, Wrong},
        store::decided::{self, Figures, Group, Key},
    },
    staff::store as staff,
    web::{
        answer::Answer,
        filters::count_of,
        input::{Input, Query},
        shell::{Place, Shell},
    },
};

/// What the address asks for.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    by: String,
    from: String,
    to: String,
}

/// A number and where its rows are. Of a time those are the rows that it was reckoned from.
struct Cell {
    text: String,
    href: String,
}

/// One group.
struct Row {
    name: String,
    decided: Cell,
    validated: Cell,
    refused: Cell,
    overrides: Cell,
    median: Option<Cell>,
    p90: Option<Cell>,
    late: Cell,
    reopened: Cell,
    bar: Vec<Piece>,
}

/// One way to group.
struct Tab {
    word: &'static str,
    href: String,
    current: bool,
}

#[derive(Template)]
#[template(path = "reports/report.html", blocks = ["list"])]
struct ReportPage {
    shell: Shell,
    zone: chrono_tz::Tz,
    asked: Asked,
    tabs: Vec<Tab>,
    head: &'static str,
    rows: Vec<Row>,
    all: Option<Row>,
    wrong: Option<Wrong>,
}

impl ReportPage {
    fn error(&self, field: &str) -> Option<&'static str> {
        let found = self.wrong.filter(|wrong| wrong.field() == field);
        found.map(Wrong::words)
    }

    fn summary(&self) -> Vec<(&'static str, &'static str)> {
        let wrong = self.wrong.iter();
        wrong.map(|one| (one.field(), one.words())).collect()
    }
}

const GROUPS: [(&str, &str, &str); 3] = [
    ("branch", "By branch", "Branch"),
    ("officer", "By officer", "Officer"),
    ("time", "Over time", "Period"),
];

/// Puts rows and their links together.
struct Writer<'a> {
    group: Group,
    period: Period,
    branches: &'a [Branch],
    names: &'a HashMap<uuid::Uuid, String>,
    highest: i64,
}

impl Writer<'_> {
    fn name(&self, key: Key) -> String {
        match (self.group, key) {
            (_, Key::All) => "All".to_owned(),
            (Group::Time(step), Key::Day(day)) => step.words(step.covers(day, self.period)),
            (Group::Branch, Key::Id(id)) => self
                .branches
                .iter()
                .find(|branch| branch.id.0 == id)
                .map_or_else(|| "Another branch".to_owned(), |one| one.name.clone()),
            (_, Key::Id(id)) => self
                .names
                .get(&id)
                .map_or_else(|| "A former colleague".to_owned(), Clone::clone),
            _ => "The clock and machines".to_owned(),
        }
    }

    /// The days and the branch or officer that a row is about, as fields of the queue's address.
    fn fields(&self, key: Key) -> Vec<(&'static str, String)> {
        let (mut days, mut fields) = (self.period, Vec::new());
        match (self.group, key) {
            (Group::Time(step), Key::Day(day)) => days = step.covers(day, self.period),
            (Group::Branch, Key::Id(id)) => {
                let branch = self.branches.iter().find(|one| one.id.0 == id);
                fields.extend(branch.map(|one| ("branch", one.code.clone())));
            }
            (Group::Officer, Key::Id(id)) => fields.push(("by", id.to_string())),
            (Group::Officer, Key::Nobody) => fields.push(("by", "nobody".to_owned())),
            _ => {}
        }
        fields.push(("from", days.from.to_string()));
        fields.push(("to", days.to.to_string()));
        fields
    }

    fn rounds(&self, key: Key, more: Option<(&'static str, &str)>) -> String {
        let mut fields = vec![("tab", "decided".to_owned())];
        fields.extend(self.fields(key));
        fields.extend(more.map(|(name, value)| (name, value.to_owned())));
        address("/reviews", &fields)
    }

    /// Where the overrides of a row are. Each is of a customer, so it always has a branch.
    fn overrides(&self, key: Key) -> String {
        let action = |name: &str| ("action", name.to_owned());
        let mut fields = vec![
            action("customer.overridden"),
            action("verification.overridden"),
        ];
        for (name, value) in self.fields(key) {
            match (name, key) {
                ("branch", Key::Id(id)) => fields.push(("branch", id.to_string())),
                ("by", _) => fields.push(("actor", value)),
                _ => fields.push((name, value)),
            }
        }
        address("/audit", &fields)
    }

    fn row(&self, figures: &Figures, overrides: &HashMap<Key, i64>) -> Row {
        let key = figures.key();
        let cell = |n: i64, more| Cell {
            text: count_of(n),
            href: self.rounds(key, more),
        };
        let time = |hours: Option<f64>| {
            hours.map(|hours| Cell {
                text: words(hours),
                href: self.rounds(key, None),
            })
        };
        let others = figures.decided - figures.validated - figures.refused;
        let parts = [
            ("c-ok", figures.validated),
            ("c-more", others),
            ("c-bad", figures.refused),
        ];
        Row {
            name: self.name(key),
            decided: cell(figures.decided, None),
            validated: cell(figures.validated, Some(("decision", "validated"))),
            refused: cell(figures.refused, Some(("decision", "refused"))),
            late: cell(figures.late, Some(("only", "late"))),
            reopened: cell(figures.reopened, Some(("only", "reopened"))),
            overrides: Cell {
                text: count_of(overrides.get(&key).copied().unwrap_or_default()),
                href: self.overrides(key),
            },
            median: time(figures.median),
            p90: time(figures.p90),
            bar: if key == Key::All {
                Vec::new()
            } else {
                charts::stacked(&parts, self.highest)
            },
        }
    }
}

fn address(path: &str, fields: &[(&str, String)]) -> String {
    let query = serde_html_form::to_string(fields).unwrap_or_default();
    format!("{path}?{query}")
}

/// "3.5 h", or two days and more as "4.2 d".
fn words(hours: f64) -> String {
    if hours < 48.0 {
        format!("{hours:.1} h")
    } else {
        format!("{:.1} d", hours / 24.0)
    }
}

/// The report.
pub(super) fn show(
    mut by: By<ReadReports>,
    Query(mut asked): Query<Asked>,
    input: Input,
) -> Result<Answer> {
    let zone = by.time_zone;
    let today = by.now().with_timezone(&zone).date_naive();
    let (period, wrong) = match Period::read(&asked.from, &asked.to, today) {
        Ok(period) => (period, None),
        Err(wrong) => (Period::usual(today), Some(wrong)),
    };
    let (name, _, head) = GROUPS
        .into_iter()
        .find(|(name, ..)| *name == asked.by)
        .unwrap_or(GROUPS[0]);
    let group = match name {
        "officer" => Group::Officer,
        "time" => Group::Time(period.step()),
        _ => Group::Branch,
    };
    if wrong.is_none() {
        asked.from = period.from.to_string();
        asked.to = period.to.to_string();
    }
    let tabs = GROUPS
        .into_iter()
        .map(|(one, word, _)| Tab {
            word,
            href: address(
                "/reports",
                &[
                    ("by", one.to_owned()),
                    ("from", period.from.to_string()),
                    ("to", period.to.to_string()),
                ],
            ),
            current: one == name,
        })
        .collect();
    let between = (
        days::begins(period.from, zone),
        days::begins(period.to.succ_opt().unwrap_or(period.to), zone),
    );
    let (branches, found, overrides, names) = by.read(|tx| {
        let found = decided::figures(tx, group, between, zone)?;
        let overrides = decided::overrides(tx, group, between, zone)?;
        let found = decided::with_overridden(found, overrides.keys().copied());
        let ids = overrides
            .keys()
            .copied()
            .chain(found.iter().map(Figures::key))
            .filter_map(|key| match key {
                Key::Id(id) => Some(id),
                _ => None,
            })
            .collect();
        let names = staff::names(tx, ids)?;
        Ok((branches(tx)?, found, overrides, names))
    })?;
    let (all, each): (Vec<Figures>, Vec<Figures>) =
        found.into_iter().partition(|one| one.key() == Key::All);
    let writer = Writer {
        group,
        period,
        branches: &branches,
        names: &names,
        highest: each.iter().map(|one| one.decided).max().unwrap_or_default(),
    };
    let page = ReportPage {
        rows: each.iter().map(|one| writer.row(one, &overrides)).collect(),
        all: all
            .first()
            .filter(|one| one.decided > 0 || !each.is_empty())
            .map(|one| writer.row(one, &overrides)),
        shell: by.shell("Reports", Place::Reports).failed(wrong.is_some()),
        zone,
        asked: Asked {
            by: name.to_owned(),
            ..asked
        },
        tabs,
        head,
        wrong,
    };
    if input.htmx && input.target.as_deref() == Some("list") && page.wrong.is_none() {
        return Answer::page(&page.as_list());
    }
    Answer::page_with(if page.wrong.is_some() { 422 } else { 200 }, &page)
}
