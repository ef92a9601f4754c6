//! What a list of customers is asked for: the query string as a value, and back.

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize};

use crate::{
    customers::rules::{Kind, Kyc, Risk},
    days, stored_words,
};

stored_words! {
    /// In which order.
    Sort {
        /// What moved last stands first.
        Updated = "-updated",
        /// By last name, or a company's name.
        Name = "name",
        /// The highest risk first.
        Risk = "-risk",
        /// The newest first.
        Created = "-created",
    }
}

stored_words! {
    /// A risk, or that nobody has rated the customer.
    Rating {
        /// Low.
        Low = "low",
        /// Medium.
        Medium = "medium",
        /// High.
        High = "high",
        /// Not rated.
        None = "none",
    }
}

impl Rating {
    /// The risk; nothing where there is none yet.
    pub const fn risk(self) -> Option<Risk> {
        match self {
            Self::Low => Some(Risk::Low),
            Self::Medium => Some(Risk::Medium),
            Self::High => Some(Risk::High),
            Self::None => None,
        }
    }

    /// The number by which the database sorts.
    pub const fn rank(self) -> i16 {
        match self {
            Self::None => 0,
            Self::Low => 1,
            Self::Medium => 2,
            Self::High => 3,
        }
    }
}

stored_words! {
    /// Whoever was merged into another stands in no list, unless it is asked for them.
    Merged {
        /// Those alone.
        Yes = "yes",
    }
}

/// The query of `/customers` and `/customers.csv`, and with `q` in place of `s` the form of the search.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Codes of branches.
    pub branch: Vec<String>,
    /// KYC statuses.
    pub kyc: Vec<Kyc>,
    /// Kinds.
    pub kind: Vec<Kind>,
    /// Risks.
    pub risk: Vec<Rating>,
    /// Countries of the address, by their code of two letters.
    pub country: Vec<String>,
    /// Created on this day or later, in the organisation's zone.
    #[serde(
        deserialize_with = "blank_is_none",
        skip_serializing_if = "Option::is_none"
    )]
    pub from: Option<NaiveDate>,
    /// Created on this day or earlier.
    #[serde(
        deserialize_with = "blank_is_none",
        skip_serializing_if = "Option::is_none"
    )]
    pub to: Option<NaiveDate>,
    /// Those who were merged into another, instead of all others.
    #[serde(
        deserialize_with = "blank_is_none",
        skip_serializing_if = "Option::is_none"
    )]
    pub merged: Option<Merged>,
    /// The order; nothing is `-updated`.
    #[serde(
        deserialize_with = "blank_is_none",
        skip_serializing_if = "Option::is_none"
    )]
    pub sort: Option<Sort>,
    /// What was searched, sealed with the organisation's key.
    #[serde(
        deserialize_with = "blank_is_none",
        skip_serializing_if = "Option::is_none"
    )]
    pub s: Option<String>,
    /// The row after which this page begins, sealed.
    #[serde(
        deserialize_with = "blank_is_none",
        skip_serializing_if = "Option::is_none"
    )]
    pub after: Option<String>,
}

/// A form sends an empty field where nobody typed anything.
fn blank_is_none<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    let text = Option::<String>::deserialize(deserializer)?;
    text.as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map(|text| text.parse().map_err(serde::de::Error::custom))
        .transpose()
}

impl Filter {
    /// Each value once, codes of countries in capitals, nothing empty: the form in which addresses are written.
    #[must_use]
    pub fn tidy(mut self) -> Self {
        for code in &mut self.country {
            *code = code.trim().to_ascii_uppercase();
        }
        self.branch.retain(|code| !code.is_empty());
        self.country.retain(|code| !code.is_empty());
        keep_first(&mut self.branch);
        keep_first(&mut self.kyc);
        keep_first(&mut self.kind);
        keep_first(&mut self.risk);
        keep_first(&mut self.country);
        self.sort = self.sort.filter(|sort| *sort != Sort::Updated);
        self
    }

    /// The order.
    pub fn order(&self) -> Sort {
        self.sort.unwrap_or(Sort::Updated)
    }

    /// The query string, without the question mark.
    pub fn query(&self) -> String {
        // Plain lists, words and dates always have a form as a query.
        serde_html_form::to_string(self).unwrap_or_default()
    }

    /// The address of the list.
    pub fn address(&self) -> String {
        self.at("/customers")
    }

    /// The address of the same as a file: all of it, so without the page.
    pub fn file_address(&self) -> String {
        self.first_page().at("/customers.csv")
    }

    fn at(&self, path: &str) -> String {
        let query = self.query();
        if query.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{query}")
        }
    }

    /// The same list from its beginning.
    #[must_use]
    pub fn first_page(&self) -> Self {
        Self {
            after: None,
            ..self.clone()
        }
    }

    /// The same list in another order, from its beginning.
    #[must_use]
    pub fn sorted(&self, sort: Sort) -> Self {
        Self {
            sort: Some(sort).filter(|sort| *sort != Sort::Updated),
            ..self.first_page()
        }
    }

    /// The same list changed, from its beginning.
    #[must_use]
    pub fn but(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut other = self.first_page();
        change(&mut other);
        other
    }

    /// The same page in the same order with no filter at all.
    #[must_use]
    pub fn cleared(&self) -> Self {
        Self {
            sort: self.sort,
            ..Self::default()
        }
    }

    /// Whether anything narrows the list.
    pub fn narrows(&self) -> bool {
        self.first_page() != self.cleared()
    }

    /// Whether neither days nor a search narrow it, nor merged ones are asked for: then the counters know how many there are.
    pub fn is_counted(&self) -> bool {
        self.merged.is_none() && self.from.is_none() && self.to.is_none() && self.s.is_none()
    }

    /// The moments between which customers were created: from the first, before the second.
    pub fn created(&self, zone: Tz) -> (Option<DateTime<Utc>>, Option<DateTime<Utc>>) {
        let until = self
            .to
            .map(|day| day.checked_add_days(Days::new(1)).unwrap_or(day));
        (
            self.from.map(|day| days::begins(day, zone)),
            until.map(|day| days::begins(day, zone)),
        )
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
        serde_html_form::from_str::<Filter>(query)
            .expect("a filter")
            .tidy()
    }

    #[test]
    fn an_address_and_its_filter_are_the_same_thing() {
        let query = "branch=london&branch=madrid&kyc=pending&kyc=review_needed&kind=legal&risk=high&risk=none\
                     &country=PT&from=2026-10-01&to=2026-11-19&sort=name&s=abc&after=def";
        assert_eq!(read(query).query(), query);
        assert_eq!(read("").query(), "");
        assert_eq!(read("").address(), "/customers");
    }

    #[test]
    fn an_empty_field_of_the_form_is_no_filter() {
        let filter = read("branch=&country=&country=pt&country=PT&from=&to=&sort=&s=&after=");
        assert_eq!(filter.query(), "country=PT");
        assert_eq!(read("sort=-updated").query(), "");
    }

    #[test]
    fn an_unknown_word_cannot_be_read() {
        for query in [
            "kyc=lost",
            "kind=robot",
            "risk=5",
            "sort=number",
            "from=yesterday",
        ] {
            assert!(
                serde_html_form::from_str::<Filter>(query).is_err(),
                "{query}"
            );
        }
    }

    #[test]
    fn another_filter_begins_at_the_first_page() {
        let filter = read("kyc=pending&sort=name&after=x");
        assert_eq!(filter.but(|f| f.kyc.clear()).query(), "sort=name");
        assert_eq!(filter.sorted(Sort::Updated).query(), "kyc=pending");
        assert_eq!(
            filter.file_address(),
            "/customers.csv?kyc=pending&sort=name"
        );
        assert!(filter.narrows() && filter.is_counted());
        assert!(!read("sort=name&after=x").narrows());
        assert!(!read("kyc=pending&from=2026-01-01").is_counted());
    }

    #[test]
    fn a_day_begins_and_ends_in_the_zone_of_the_organisation() {
        let filter = read("from=2026-03-29&to=2026-03-29");
        let (from, to) = filter.created(chrono_tz::Europe::Madrid);
        let text = |at: Option<DateTime<Utc>>| at.map(|at| at.to_rfc3339());
        assert_eq!(text(from).as_deref(), Some("2026-03-28T23:00:00+00:00"));
        // The clocks went forward in between: the day had 23 hours.
        assert_eq!(text(to).as_deref(), Some("2026-03-29T22:00:00+00:00"));
        let skipped = NaiveDate::from_ymd_opt(2026, 9, 6).expect("a day");
        assert_eq!(
            days::begins(skipped, chrono_tz::America::Santiago).to_rfc3339(),
            "2026-09-06T04:00:00+00:00"
        );
    }
}
