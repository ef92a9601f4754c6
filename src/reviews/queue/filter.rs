//! What the queue is asked for: the query string as a value, and back.

use std::{fmt, str::FromStr};

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{
    customers::{
        index::filter::Rating,
        rules::{Kind, Kyc, ReviewType},
    },
    days, stored_words,
    value::StaffId,
};

stored_words! {
    /// Which reviews.
    Tab {
        /// Those that I work on.
        Mine = "mine",
        /// All that an officer may decide.
        Open = "open",
        /// Those whose customer owes something.
        Waiting = "waiting",
        /// Those whose decision waits for a second person.
        Second = "second",
        /// Those that are over.
        Decided = "decided",
    }
}

stored_words! {
    /// By when they are due.
    Due {
        /// Their time is over.
        Overdue = "overdue",
        /// From now until the day ends.
        Today = "today",
    }
}

stored_words! {
    /// Decided ones that a report counts apart.
    Apart {
        /// Decided after they were due.
        Late = "late",
        /// Decided, and opened again by another round that was not the ordinary next one.
        Reopened = "reopened",
    }
}

/// Who works on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// Whoever asks.
    Mine,
    /// Nobody, or somebody whose claim ran out.
    Nobody,
    /// This colleague.
    Of(StaffId),
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mine => f.write_str("mine"),
            Self::Nobody => f.write_str("nobody"),
            Self::Of(id) => id.fmt(f),
        }
    }
}

impl FromStr for Holder {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "mine" => Ok(Self::Mine),
            "nobody" => Ok(Self::Nobody),
            id => id.parse().map(Self::Of),
        }
    }
}

impl Serialize for Holder {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Who decided them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decider {
    /// No member of staff: the clock or a machine.
    Nobody,
    /// This colleague.
    Of(StaffId),
}

impl fmt::Display for Decider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nobody => f.write_str("nobody"),
            Self::Of(id) => id.fmt(f),
        }
    }
}

impl FromStr for Decider {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "nobody" => Ok(Self::Nobody),
            id => id.parse().map(Self::Of),
        }
    }
}

impl Serialize for Decider {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The query of `/reviews` and `/reviews.csv`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// The tab; without one it is the first that has something for whoever asks.
    #[serde(deserialize_with = "blank", skip_serializing_if = "Option::is_none")]
    pub tab: Option<Tab>,
    /// Codes of branches.
    pub branch: Vec<String>,
    /// Why the review is made.
    #[serde(rename = "type")]
    pub review_type: Vec<ReviewType>,
    /// Kinds of customers.
    pub kind: Vec<Kind>,
    /// Risks of customers.
    pub risk: Vec<Rating>,
    /// Who works on it.
    #[serde(deserialize_with = "blank", skip_serializing_if = "Option::is_none")]
    pub assignee: Option<Holder>,
    /// By when it is due.
    #[serde(deserialize_with = "blank", skip_serializing_if = "Option::is_none")]
    pub due: Option<Due>,
    /// What was decided.
    pub decision: Vec<Kyc>,
    /// Who decided it.
    #[serde(deserialize_with = "blank", skip_serializing_if = "Option::is_none")]
    pub by: Option<Decider>,
    /// The first day on which it was decided; of what is open, on which it was asked for.
    #[serde(deserialize_with = "blank", skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// The last day.
    #[serde(deserialize_with = "blank", skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
    /// Only those that a report counts apart.
    #[serde(deserialize_with = "blank", skip_serializing_if = "Option::is_none")]
    pub only: Option<Apart>,
    /// The row after which this page begins.
    #[serde(deserialize_with = "blank", skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// What was just done.
    #[serde(deserialize_with = "blank", skip_serializing_if = "Option::is_none")]
    pub done: Option<String>,
}

/// A form sends an empty field where nobody chose anything.
fn blank<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr,
    T::Err: fmt::Display,
{
    let text = Option::<String>::deserialize(deserializer)?;
    text.as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map(|text| text.parse().map_err(serde::de::Error::custom))
        .transpose()
}

impl Filter {
    /// On a tab, without what that tab does not tell apart: who holds what nobody may hold, when what has no time is due.
    #[must_use]
    pub fn on(&self, tab: Tab) -> Self {
        let mut filter = self.clone();
        filter.tab = Some(tab);
        filter.branch.retain(|code| !code.is_empty());
        keep_first(&mut filter.branch);
        keep_first(&mut filter.review_type);
        keep_first(&mut filter.kind);
        keep_first(&mut filter.risk);
        if tab != Tab::Open {
            filter.assignee = None;
        }
        if matches!(tab, Tab::Waiting | Tab::Decided) {
            filter.due = None;
        }
        let plausible = |day: &NaiveDate| days::is_plausible(*day);
        filter.from = filter.from.filter(plausible);
        filter.to = filter.to.filter(plausible);
        keep_first(&mut filter.decision);
        if !matches!(tab, Tab::Open | Tab::Decided) {
            (filter.from, filter.to) = (None, None);
        }
        if tab != Tab::Decided {
            filter.decision.clear();
            (filter.by, filter.only) = (None, None);
        }
        filter
    }

    /// The query string, without the question mark.
    pub fn query(&self) -> String {
        // Plain lists and words always have a form as a query.
        serde_html_form::to_string(self).unwrap_or_default()
    }

    /// The address of the list.
    pub fn address(&self) -> String {
        at("/reviews", &self.query())
    }

    /// The address of the same as a file: all of it, so without the page.
    pub fn file_address(&self) -> String {
        at("/reviews.csv", &self.first_page().query())
    }

    /// The same list from its beginning, with nothing just done.
    #[must_use]
    pub fn first_page(&self) -> Self {
        Self {
            after: None,
            done: None,
            ..self.clone()
        }
    }

    /// The same list changed, from its beginning.
    #[must_use]
    pub fn but(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut other = self.first_page();
        change(&mut other);
        other
    }

    /// The same tab with no filter at all.
    #[must_use]
    pub fn cleared(&self) -> Self {
        Self {
            tab: self.tab,
            ..Self::default()
        }
    }

    /// Whether anything narrows the tab.
    pub fn narrows(&self) -> bool {
        self.first_page() != self.cleared()
    }

    /// Whether something about the round or its customer narrows it, beside the branch.
    pub fn asks_about_rounds(&self) -> bool {
        !self.kind.is_empty()
            || !self.risk.is_empty()
            || self.due.is_some()
            || !self.review_type.is_empty()
            || !self.decision.is_empty()
            || self.by.is_some()
            || self.from.is_some()
            || self.to.is_some()
            || self.only.is_some()
    }
}

fn at(path: &str, query: &str) -> String {
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{query}")
    }
}

fn keep_first<T: PartialEq + Clone>(list: &mut Vec<T>) {
    let mut kept: Vec<T> = Vec::with_capacity(list.len());
    for value in list.drain(..) {
        if !kept.contains(&value) {
            kept.push(value);
        }
    }
    *list = kept;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Filter {
        serde_html_form::from_str(query).expect("a filter")
    }

    #[test]
    fn an_address_and_its_filter_are_the_same_thing() {
        let query = "tab=open&branch=london&branch=madrid&type=ONBOARDING&kind=legal&risk=high&risk=none\
                     &assignee=nobody&due=overdue&after=1.2";
        assert_eq!(read(query).on(Tab::Open).query(), query);
        let machines = "tab=decided&by=nobody";
        assert_eq!(read(machines).on(Tab::Decided).query(), machines);
        assert_eq!(read("").address(), "/reviews");
        assert_eq!(read("tab=&assignee=&due=&after=").address(), "/reviews");
    }

    #[test]
    fn a_tab_keeps_what_it_can_tell_apart() {
        let all = read("branch=london&branch=london&branch=&assignee=mine&due=today&after=x");
        let on = |tab| all.on(tab).but(|_| {}).query();
        assert_eq!(
            on(Tab::Open),
            "tab=open&branch=london&assignee=mine&due=today"
        );
        assert_eq!(on(Tab::Mine), "tab=mine&branch=london&due=today");
        assert_eq!(on(Tab::Decided), "tab=decided&branch=london");
    }

    #[test]
    fn what_a_report_counts_has_an_address_on_the_tab_of_decided_ones_and_days_also_on_that_of_open_ones()
     {
        let query = "tab=decided&decision=refused&from=2026-11-01&to=2026-11-30&only=late";
        let filter = read(query);
        assert_eq!(filter.on(Tab::Decided).query(), query);
        assert_eq!(
            filter.on(Tab::Open).query(),
            "tab=open&from=2026-11-01&to=2026-11-30"
        );
        assert_eq!(filter.on(Tab::Waiting).query(), "tab=waiting");
        assert_eq!(
            read("from=0001-01-01").on(Tab::Decided).query(),
            "tab=decided"
        );
    }

    #[test]
    fn an_unknown_word_cannot_be_read() {
        for query in [
            "tab=all",
            "type=YEARLY",
            "assignee=me",
            "by=me",
            "due=soon",
            "kind=robot",
            "risk=5",
        ] {
            assert!(
                serde_html_form::from_str::<Filter>(query).is_err(),
                "{query}"
            );
        }
    }

    #[test]
    fn what_was_just_done_narrows_nothing() {
        assert!(!read("tab=open&done=released&after=x").narrows());
        assert!(read("tab=open&due=overdue").narrows());
    }
}
