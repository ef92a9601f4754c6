//! The rows of the queue in the words of the desk.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::{
    customers::rules::{Kyc, Risk},
    organisations::store::Branch,
    reviews::{
        kyc_file,
        queue::{
            filter::Tab,
            links::type_word,
            store::{Round, Row},
        },
        rules::State,
    },
    value::StaffId,
    working_time::WorkingTime,
};

/// What the words are made with.
pub struct Teller<'a> {
    /// The time.
    pub now: DateTime<Utc>,
    /// Who reads.
    pub me: StaffId,
    /// The hours in which the clock runs.
    pub time: WorkingTime<'a>,
    /// The branches in scope.
    pub branches: &'a [Branch],
    /// Colleagues by id.
    pub names: &'a HashMap<Uuid, String>,
}

/// How urgent it is, as a word with its shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Urgency {
    /// "Overdue by 3 h", "Due in 5 h", "Clock stopped".
    pub word: String,
    /// The moment that it is due, "23 Nov, 12:36"; empty where the clock stands.
    pub moment: String,
    /// The CSS class that colours it.
    pub tone: &'static str,
    /// The icon's name.
    pub icon: &'static str,
}

/// Who may do what with a round that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// Nobody holds it.
    Free,
    /// Nobody holds it, and whoever reads submitted it, so somebody else must decide it.
    Own,
    /// Whoever reads holds it.
    Mine,
    /// A colleague holds it.
    Colleague,
    /// It waits for a second person.
    Second,
    /// It is not open.
    Closed,
}

/// One row.
pub struct Line {
    /// The row.
    pub row: Row,
    /// The branch's name.
    pub branch: String,
    /// The type's word.
    pub type_word: &'static str,
    /// Who submitted it.
    pub submitted_by: String,
    /// How urgent it is.
    pub urgency: Urgency,
    /// Who holds it.
    pub holder: String,
    /// Who may do what.
    pub hold: Hold,
    /// Who proposed or decided it.
    pub by: String,
    /// Whether it was chosen to be given to a colleague.
    pub ticked: bool,
}

impl Line {
    /// The customer's page.
    pub fn href(&self) -> String {
        format!("/customers/{}", self.row.round.customer_id)
    }

    /// The stored name of the risk, empty where nobody has rated the customer.
    pub fn risk(&self) -> &'static str {
        self.row.customer.risk.map_or("", Risk::as_str)
    }

    /// The stored name of the decision.
    pub fn decision(&self) -> &'static str {
        self.row.round.decision.map_or("", Kyc::as_str)
    }

    /// When it was proposed, paused or decided, by the tab.
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "a template passes references"
    )]
    pub fn at(&self, tab: &Tab) -> Option<DateTime<Utc>> {
        match tab {
            Tab::Second => self
                .row
                .proposed
                .as_ref()
                .map(|proposed| proposed.proposed_at),
            Tab::Waiting => self.row.round.paused_at,
            Tab::Decided => self.row.round.decided_at,
            Tab::Mine | Tab::Open => None,
        }
    }
}

impl Teller<'_> {
    /// A row in words.
    pub fn line(&self, row: Row) -> Line {
        let round = &row.round;
        let by = match &row.proposed {
            Some(proposed) => self.person(proposed.proposed_by),
            None => self.actor(
                round.decided_kind.as_deref().unwrap_or_default(),
                round.decided_by,
            ),
        };
        let holder = round
            .holder(self.now)
            .filter(|_| round.state == State::Open);
        Line {
            branch: self.branch(&row).to_owned(),
            type_word: type_word(round.review_type),
            submitted_by: self.actor(&round.submitted_kind, round.submitted_id),
            urgency: self.urgency(round),
            holder: holder.map(|staff| self.person(staff)).unwrap_or_default(),
            hold: self.hold(&row),
            by,
            ticked: false,
            row,
        }
    }

    /// The name of its branch.
    pub fn branch(&self, row: &Row) -> &str {
        self.branches
            .iter()
            .find(|branch| branch.id == row.round.branch_id)
            .map_or("", |branch| &branch.name)
    }

    fn actor(&self, kind: &str, id: Option<Uuid>) -> String {
        kyc_file::shown::actor(kind, id, self.names)
    }

    fn person(&self, staff: StaffId) -> String {
        if staff == self.me {
            "You".to_owned()
        } else {
            self.actor("staff", Some(staff.0))
        }
    }

    fn hold(&self, row: &Row) -> Hold {
        let round = &row.round;
        let own = round.submitted_by(self.me);
        match round.holder(self.now) {
            _ if round.state != State::Open => Hold::Closed,
            _ if row.proposed.is_some() => Hold::Second,
            Some(holder) if holder == self.me => Hold::Mine,
            _ if own => Hold::Own,
            Some(_) => Hold::Colleague,
            None => Hold::Free,
        }
    }

    /// How much working time is left, or is over.
    pub fn urgency(&self, round: &Round) -> Urgency {
        let urgency = |word: String, tone, icon| Urgency {
            word,
            moment: String::new(),
            tone,
            icon,
        };
        let due = match (round.state, round.due_at) {
            (State::Open, Some(due)) => due,
            (State::Waiting, _) => {
                return urgency("Clock stopped".to_owned(), "tone-mute", "s-waiting");
            }
            _ => return urgency(String::new(), "tone-mute", "clock"),
        };
        let local = due.with_timezone(&self.time.zone);
        let moment = local.format("%-d %b, %H:%M").to_string();
        if due < self.now {
            let late = span(self.time.between(due, self.now));
            return Urgency {
                moment,
                ..urgency(format!("Overdue by {late}"), "tone-bad", "s-action")
            };
        }
        let left = self.time.between(self.now, due);
        let tone = if left < TimeDelta::hours(8) {
            "tone-warn"
        } else {
            "tone-mute"
        };
        Urgency {
            moment,
            ..urgency(format!("Due in {}", span(left)), tone, "clock")
        }
    }
}

/// A time for people: minutes below an hour, hours below three days, then days of 24 hours.
fn span(time: TimeDelta) -> String {
    match (time.num_minutes(), time.num_hours()) {
        (minutes, 0) => format!("{minutes} min"),
        (_, hours @ 1..72) => format!("{hours} h"),
        (_, hours) => format!("{} d", hours / 24),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_in_its_own_unit() {
        let told: Vec<String> = [0, 59, 60, 119, 71 * 60, 72 * 60, 20_000]
            .map(|minutes| span(TimeDelta::minutes(minutes)))
            .to_vec();
        assert_eq!(told.join(", "), "0 min, 59 min, 1 h, 1 h, 71 h, 3 d, 13 d");
    }
}
