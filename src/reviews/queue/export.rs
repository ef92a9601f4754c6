//! The queue as a file.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    access::{guard::By, permissions::Export},
    audit::event::{Change, Event, Subject, What},
    error::Result,
    reviews::{
        policy::store as policies,
        queue::{
            filter::Filter,
            pages::asked,
            shown::{Line, Teller},
            store,
        },
    },
    staff::store as people,
    web::{
        answer::{Answer, Sink},
        input::Query,
        words,
    },
    working_time::WorkingTime,
};

/// The names of the columns.
const COLUMNS: [&str; 18] = [
    "short_id",
    "customer",
    "kind",
    "branch",
    "risk",
    "type",
    "round",
    "state",
    "submitted_at",
    "submitted_by",
    "due_at",
    "due",
    "held_by",
    "decision",
    "proposed_or_decided_at",
    "proposed_or_decided_by",
    "customer_id",
    "id",
];

/// The rows of the list in its order. What was taken is written down before the first byte leaves.
pub fn export(mut by: By<Export>, Query(filter): Query<Filter>) -> Result<Answer> {
    let filter = filter.first_page();
    let (zone, now, me) = (by.time_zone, by.now(), by.staff.staff);
    let (branches, wanted, names, policy) = by.change(|tx| {
        let (branches, wanted) = asked(tx, &filter, me, zone)?;
        let names: HashMap<Uuid, String> = people::all(tx)?
            .into_iter()
            .map(|member| (member.id.0, member.name))
            .collect();
        let policy = policies::current(tx)?.policy;
        let event = Event::new(What::ReviewsExported, Subject::List("reviews"));
        tx.say(event.changing(told(&wanted.filter)));
        Ok((branches, wanted, names, policy))
    })?;
    let name = format!("reviews-{}.csv", now.with_timezone(&zone).date_naive());
    let (mut conn, actor, _) = by.into_parts();
    Ok(Answer::file(
        &name,
        "text/csv; charset=utf-8",
        move |sink| {
            let teller = Teller {
                now,
                me,
                time: WorkingTime {
                    zone,
                    holidays: &policy.holidays,
                },
                branches: &branches,
                names: &names,
            };
            conn.read(&actor.scope, |tx| {
                let mut file = csv::Writer::from_writer(sink);
                file.write_record(COLUMNS).map_err(anyhow::Error::new)?;
                store::each(tx, &wanted, |row| {
                    write(&mut file, &names, &teller.line(row))
                })?;
                Ok(file.flush().map_err(anyhow::Error::new)?)
            })
        },
    ))
}

/// The filters as the log keeps them. None is about a person.
fn told(filter: &Filter) -> Vec<Change> {
    vec![Change::plain("filter", Value::Null, filter.query())]
}

fn write(
    file: &mut csv::Writer<&mut Sink>,
    names: &HashMap<Uuid, String>,
    line: &Line,
) -> Result<()> {
    let (round, customer) = (&line.row.round, &line.row.customer);
    let proposed = line.row.proposed.as_ref();
    // "You" is nobody's name in a file that others read.
    let name = |id: Option<Uuid>, told: &str| {
        let name = id.and_then(|id| names.get(&id));
        name.map_or_else(|| told.to_owned(), Clone::clone)
    };
    let holder = round.assignee.filter(|_| !line.holder.is_empty());
    let by = proposed.map_or(round.decided_by, |proposed| Some(proposed.proposed_by.0));
    let decided = proposed.map_or(round.decided_at, |proposed| Some(proposed.proposed_at));
    let about = proposed.is_some() || round.decided_at.is_some();
    let cells = [
        customer.short_id.clone(),
        harmless(&customer.name),
        words::kind(customer.kind.as_str()).word.to_owned(),
        harmless(&line.branch),
        words::risk(line.risk()).word.to_owned(),
        line.type_word.to_owned(),
        round.round.to_string(),
        state(line).to_owned(),
        moment(Some(round.submitted_at)),
        harmless(&name(round.submitted_id, &line.submitted_by)),
        moment(round.due_at),
        line.urgency.word.clone(),
        harmless(&name(holder.map(|staff| staff.0), &line.holder)),
        match line.decision() {
            "" => String::new(),
            decision => words::kyc(decision).word.to_owned(),
        },
        moment(decided),
        if about {
            harmless(&name(by, &line.by))
        } else {
            String::new()
        },
        round.customer_id.to_string(),
        round.id.to_string(),
    ];
    Ok(file.write_record(cells).map_err(anyhow::Error::new)?)
}

/// Where the round stands, in the words of the desk.
fn state(line: &Line) -> &'static str {
    use crate::reviews::rules::State;
    match line.row.round.state {
        State::Open if line.row.proposed.is_some() => words::SECOND.word,
        State::Open => words::kyc("pending").word,
        State::Waiting => words::kyc("incomplete").word,
        State::Draft | State::Withdrawn => words::kyc("draft").word,
        State::Decided => "Decided",
    }
}

fn moment(at: Option<DateTime<Utc>>) -> String {
    at.map(|at| at.format("%Y-%m-%dT%H:%M:%SZ").to_string())
        .unwrap_or_default()
}

/// A cell that a spreadsheet would run as a formula begins with an apostrophe instead.
fn harmless(text: &str) -> String {
    let begins = |letter: char| {
        matches!(
            letter,
            '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'
        )
    };
    if text.trim_start_matches(' ').starts_with(begins) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn a_cell_is_never_a_formula() {
        assert_eq!(harmless("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(harmless(" +44"), "' +44");
        assert_eq!(harmless("Ana-María"), "Ana-María");
    }
}
