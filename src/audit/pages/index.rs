//! `GET /audit`.

use askama::Template;
use chrono_tz::Tz;

use crate::{
    access::{
        guard::By,
        permissions::{ExportAudit, Permission as _, ReadAudit},
    },
    audit::{
        event::What,
        list::{self, Opened},
        witness::{self, Standing},
    },
    db::page::Page,
    error::Result,
    web::{
        answer::Answer,
        input::{Input, Query},
        shell::{Place, Shell},
    },
};

use super::query::{AuditQuery, WHOEVER, reach};

const ROWS: usize = 50;

#[derive(Template)]
#[template(path = "audit/index.html", blocks = ["list"])]
struct Index {
    shell: Shell,
    zone: Tz,
    standing: Option<Standing>,
    own_alone: bool,
    page: Page<Opened>,
    /// Value, word, ticked.
    actors: Vec<(String, String, bool)>,
    actions: Vec<(&'static str, &'static str, bool)>,
    query: AuditQuery,
    chosen_actors: String,
    chosen_actions: String,
    chosen_days: String,
    chips: Vec<(String, String)>,
    first: Option<String>,
    next: Option<String>,
    export: Option<String>,
}

pub fn index(
    mut by: By<ReadAudit>,
    Query(query): Query<AuditQuery>,
    input: Input,
) -> Result<Answer> {
    let (zone, reach) = (by.time_zone, reach(&by));
    let filter = query.filter(zone)?;
    let after = query.after()?;
    let (page, actors, standing) = by.read(|tx| {
        let page = list::page(tx, reach, &filter, after, ROWS)?;
        Ok((page, list::actors(tx)?, witness::standing(tx)?))
    })?;
    let own_alone = matches!(reach, list::Reach::Own(_));
    let index = Index {
        shell: by.shell("Audit log", Place::Audit),
        zone,
        standing,
        own_alone,
        next: page.next(|entry| query.following((entry.at, entry.id))),
        first: after.map(|_| {
            AuditQuery {
                after: String::new(),
                ..query.clone()
            }
            .address("/audit")
        }),
        export: ExportAudit::ROLES.contains(&by.role).then(|| {
            AuditQuery {
                after: String::new(),
                ..query.clone()
            }
            .address("/audit.csv")
        }),
        chosen_actors: chosen(&query.actor),
        chosen_actions: chosen(&query.action),
        chosen_days: chosen_days(&query),
        chips: query.chips(&actors),
        actions: What::ALL
            .iter()
            .map(|what| {
                (
                    what.action(),
                    what.words(),
                    query.action.iter().any(|chosen| chosen == what.action()),
                )
            })
            .collect(),
        actors: WHOEVER
            .into_iter()
            .map(|(word, words, ..)| (word.to_owned(), words.to_owned()))
            .chain(actors.into_iter().map(|(id, name)| (id.to_string(), name)))
            .filter(|_| !own_alone)
            .map(|(value, words)| {
                let ticked = query.actor.contains(&value);
                (value, words, ticked)
            })
            .collect(),
        page,
        query,
    };
    if input.htmx && input.target.as_deref() == Some("list") {
        return Ok(Answer::new(
            200,
            "text/html; charset=utf-8",
            index.as_list().render().map_err(anyhow::Error::new)?,
        ));
    }
    Answer::page(&index)
}

/// What a facet says of how many were chosen.
fn chosen(list: &[String]) -> String {
    match list.iter().filter(|text| !text.is_empty()).count() {
        0 => String::new(),
        n => format!("{n} chosen"),
    }
}

fn chosen_days(query: &AuditQuery) -> String {
    match (query.from.as_str(), query.to.as_str()) {
        ("", "") => String::new(),
        (from, "") => format!("since {from}"),
        ("", to) => format!("until {to}"),
        (from, to) => format!("{from} to {to}"),
    }
}
