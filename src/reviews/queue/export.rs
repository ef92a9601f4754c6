//! The queue as a file.

use std::{borrow::Cow, collections::HashMap};

use chrono::NaiveDate;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    access::{guard::By, permissions::Export},
    audit::event::{Change, Event, Subject, What},
    db::{Read, page::Count},
    error::Result,
    jobs::rules::Kind,
    organisations::store::Branch,
    reviews::{
        policy::store as policies,
        queue::{
            filter::Filter,
            pages::asked,
            shown::{Line, Teller},
            store::{self, Wanted},
        },
    },
    staff::store as people,
    web::{
        answer::Answer,
        csv::{harmless, moment},
        input::Query,
        list_file::{self, ListFile, Taker},
        words,
    },
    working_time::WorkingTime,
};

/// The queue as a file: its rows in its order.
pub struct File {
    wanted: Wanted,
    taker: Taker,
    branches: Vec<Branch>,
    names: HashMap<Uuid, String>,
    holidays: Vec<NaiveDate>,
}

/// `GET /reviews.csv`.
pub fn export(by: By<Export>, Query(filter): Query<Filter>) -> Result<Answer> {
    list_file::answer::<File>(by, filter)
}

impl ListFile for File {
    type Filter = Filter;
    const KIND: Kind = Kind::Reviews;
    const COLUMNS: &'static [&'static str] = &[
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

    fn asked(tx: &mut Read<'_>, taker: &Taker, filter: Filter) -> Result<Self> {
        let (branches, wanted) = asked(tx, &filter.first_page(), taker.staff, taker.zone)?;
        let names = people::all(tx)?
            .into_iter()
            .map(|member| (member.id.0, member.name))
            .collect();
        Ok(Self {
            wanted,
            taker: *taker,
            branches,
            names,
            holidays: policies::current(tx)?.policy.holidays,
        })
    }

    fn query(&self) -> String {
        self.wanted.filter.query()
    }

    /// The filters as the log keeps them. None is about a person.
    fn event(&self) -> Event {
        Event::new(What::ReviewsExported, Subject::List("reviews")).changing(vec![Change::plain(
            "filter",
            Value::Null,
            self.query(),
        )])
    }

    fn count(&self, tx: &mut Read<'_>) -> Result<Count> {
        store::count(tx, &self.wanted)
    }

    fn total(&self, tx: &mut Read<'_>) -> Result<i64> {
        store::total(tx, &self.wanted)
    }

    fn rows(&self, tx: &mut Read<'_>, row: &mut dyn FnMut(&[&str]) -> Result<()>) -> Result<()> {
        let teller = Teller {
            now: self.taker.now,
            me: self.taker.staff,
            time: WorkingTime {
                zone: self.taker.zone,
                holidays: &self.holidays,
            },
            branches: &self.branches,
            names: &self.names,
        };
        store::each(tx, &self.wanted, |found| {
            let line = teller.line(found);
            row(&cells(&self.names, &line).each_ref().map(AsRef::as_ref))
        })
    }
}

fn cells<'a>(names: &'a HashMap<Uuid, String>, line: &'a Line) -> [Cow<'a, str>; 18] {
    let (round, customer) = (&line.row.round, &line.row.customer);
    let proposed = line.row.proposed.as_ref();
    // "You" is nobody's name in a file that others read.
    let name = |id: Option<Uuid>, told: &'a str| {
        let name = id.and_then(|id| names.get(&id));
        harmless(name.map_or(told, String::as_str))
    };
    let holder = round.assignee.filter(|_| !line.holder.is_empty());
    let by = proposed.map_or(round.decided_by, |proposed| Some(proposed.proposed_by.0));
    let decided = proposed.map_or(round.decided_at, |proposed| Some(proposed.proposed_at));
    let about = proposed.is_some() || round.decided_at.is_some();
    let decision = match line.decision() {
        "" => "",
        decision => words::kyc(decision).word,
    };
    [
        customer.short_id.as_str().into(),
        harmless(&customer.name),
        words::kind(customer.kind.as_str()).word.into(),
        harmless(&line.branch),
        words::risk(line.risk()).word.into(),
        line.type_word.into(),
        round.round.to_string().into(),
        state(line).into(),
        moment(Some(round.submitted_at)).into(),
        name(round.submitted_id, &line.submitted_by),
        moment(round.due_at).into(),
        line.urgency.word.as_str().into(),
        name(holder.map(|staff| staff.0), &line.holder),
        decision.into(),
        moment(decided).into(),
        if about { name(by, &line.by) } else { "".into() },
        round.customer_id.to_string().into(),
        round.id.to_string().into(),
    ]
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
