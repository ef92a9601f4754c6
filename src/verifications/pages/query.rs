//! The list's filters as they stand in its address, and what the list makes of them.

use chrono::NaiveDate;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::{
    audit::store as audit,
    days,
    db::Read,
    error::{Error, Result},
    organisations::store::Branch,
    value::CustomerId,
    verifications::{
        list::{self, Criteria},
        rules::Status,
    },
    web::words,
};

/// What a sealed search term is sealed for: the same as on the customers' list, so that one serves both.
const SEARCH: &str = "customer-search";

/// The address's query.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Filter {
    /// What somebody searched for, sealed: a name in an address would stand in every log on its way.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub s: String,
    /// What somebody searches for; only ever in the body of a POST.
    #[serde(default, skip_serializing)]
    pub q: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub branch: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub customer: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub status: Vec<String>,
    #[serde(default, rename = "type", skip_serializing_if = "Vec::is_empty")]
    pub types: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub provider: Vec<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub from: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub to: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub after: String,
}

impl Filter {
    /// Without what an empty field of a form sends.
    pub fn tidy(mut self) -> Self {
        for list in [
            &mut self.branch,
            &mut self.customer,
            &mut self.status,
            &mut self.types,
            &mut self.provider,
        ] {
            for text in list.iter_mut() {
                *text = text.trim().to_owned();
            }
            list.retain(|text| !text.is_empty());
        }
        self
    }

    /// The address of the list with this filter.
    pub fn href(&self, path: &str) -> String {
        let query = serde_html_form::to_string(self).unwrap_or_default();
        if query.is_empty() {
            path.to_owned()
        } else {
            format!("{path}?{query}")
        }
    }

    /// The same list from its first page.
    pub fn first(&self) -> Self {
        Self {
            after: String::new(),
            ..self.clone()
        }
    }

    /// Whether anything narrows the list.
    pub fn narrows(&self) -> bool {
        self.first() != Self::default()
    }

    /// What was searched for, opened.
    pub fn term(&self, tx: &mut Read<'_>) -> Result<Option<String>> {
        if self.s.is_empty() {
            return Ok(None);
        }
        audit::organisation_key(tx)?
            .open_text(SEARCH, &self.s)
            .map(Some)
            .map_err(|_| Error::BadRequest("`s` is no search of this organisation".into()))
    }

    /// With `q` sealed into `s`.
    pub fn sealed(mut self, tx: &mut Read<'_>) -> Result<Self> {
        let term = self.q.trim();
        self.s = if term.is_empty() {
            String::new()
        } else {
            audit::organisation_key(tx)?.seal_text(SEARCH, term)?
        };
        Ok(self.first())
    }

    /// What the list shows. It is [`Criteria::cut`] where the search means too many customers. Days begin in the organisation's zone, and the last one counts whole.
    pub fn criteria(&self, tx: &mut Read<'_>, branches: &[Branch], zone: Tz) -> Result<Criteria> {
        let named: Option<Vec<CustomerId>> = if self.customer.is_empty() {
            None
        } else {
            Some(each(&self.customer, "customer")?)
        };
        let found = match self.term(tx)? {
            Some(term) => Some(list::matching(tx, &term)?),
            None => None,
        };
        let cut = found.as_ref().is_some_and(|found| found.more);
        let customers = match (found.map(|found| found.rows), named) {
            (Some(found), Some(named)) => {
                Some(named.into_iter().filter(|id| found.contains(id)).collect())
            }
            (Some(all), None) | (None, Some(all)) => Some(all),
            (None, None) => None,
        };
        let in_branches = branches
            .iter()
            .filter(|branch| self.branch.contains(&branch.code))
            .map(|branch| branch.id)
            .collect();
        Ok(Criteria {
            customers,
            cut,
            branches: (!self.branch.is_empty()).then_some(in_branches),
            statuses: each(&self.status, "status")?,
            types: self.types.clone(),
            providers: self.provider.clone(),
            from: day(&self.from, "from")?.map(|day| days::begins(day, zone)),
            before: day(&self.to, "to")?
                .and_then(|day| day.succ_opt())
                .map(|day| days::begins(day, zone)),
        })
    }

    /// The filters in use: the words, and the address without each.
    pub fn chips(
        &self,
        path: &str,
        term: Option<&str>,
        branches: &[Branch],
    ) -> Vec<(String, String)> {
        let all = self.first();
        let mut chips = Vec::new();
        let mut chip = |text: String, without: Self| chips.push((text, without.href(path)));
        if let Some(term) = term {
            chip(
                format!("Search: {term}"),
                Self {
                    s: String::new(),
                    ..all.clone()
                },
            );
        }
        for code in &all.branch {
            let name = branches
                .iter()
                .find(|branch| branch.code == *code)
                .map_or(code, |branch| &branch.name);
            chip(
                format!("Branch: {name}"),
                Self {
                    branch: without(&all.branch, code),
                    ..all.clone()
                },
            );
        }
        for id in &all.customer {
            chip(
                "One customer".to_owned(),
                Self {
                    customer: without(&all.customer, id),
                    ..all.clone()
                },
            );
        }
        for name in &all.status {
            let word = words::verification(name).word;
            chip(
                format!("Status: {word}"),
                Self {
                    status: without(&all.status, name),
                    ..all.clone()
                },
            );
        }
        for name in &all.types {
            chip(
                format!("Type: {name}"),
                Self {
                    types: without(&all.types, name),
                    ..all.clone()
                },
            );
        }
        for name in &all.provider {
            chip(
                format!("Provider: {name}"),
                Self {
                    provider: without(&all.provider, name),
                    ..all.clone()
                },
            );
        }
        if !all.from.is_empty() {
            chip(
                format!("From {}", all.from),
                Self {
                    from: String::new(),
                    ..all.clone()
                },
            );
        }
        if !all.to.is_empty() {
            chip(
                format!("To {}", all.to),
                Self {
                    to: String::new(),
                    ..all.clone()
                },
            );
        }
        chips
    }
}

fn without(list: &[String], one: &str) -> Vec<String> {
    list.iter().filter(|text| *text != one).cloned().collect()
}

fn each<T: std::str::FromStr>(texts: &[String], field: &str) -> Result<Vec<T>> {
    texts
        .iter()
        .map(|text| text.parse().map_err(|_| unreadable(field)))
        .collect()
}

fn day(text: &str, field: &str) -> Result<Option<NaiveDate>> {
    if text.is_empty() {
        return Ok(None);
    }
    days::read(text).map(Some).ok_or_else(|| unreadable(field))
}

fn unreadable(field: &str) -> Error {
    Error::BadRequest(format!("`{field}` cannot be read").into())
}

/// The statuses as a filter offers them.
pub(super) fn status_options(filter: &Filter) -> Vec<(&'static str, &'static str, bool)> {
    Status::ALL
        .iter()
        .map(|status| {
            let name = status.as_str();
            let ticked = filter.status.iter().any(|text| text == name);
            (name, words::verification(name).word, ticked)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_repeated_names_and_drops_empty_ones() {
        let filter: Filter = serde_html_form::from_str(
            "status=pending&status=failed&type=&provider=+acme+&from=2026-11-01&to=",
        )
        .map(Filter::tidy)
        .expect("a filter");
        assert_eq!(
            filter.href("/verifications"),
            "/verifications?status=pending&status=failed&provider=acme&from=2026-11-01"
        );
        let chips = filter.chips("/verifications", None, &[]);
        assert_eq!(chips[0].0, "Status: Pending");
        assert_eq!(
            chips[0].1,
            "/verifications?status=failed&provider=acme&from=2026-11-01"
        );
    }

    #[test]
    fn a_day_begins_where_the_organisation_is_even_when_midnight_is_skipped() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        assert_eq!(
            days::begins(day("2026-07-01"), chrono_tz::Europe::London).to_rfc3339(),
            "2026-06-30T23:00:00+00:00"
        );
        // Lebanon's clocks go forward at midnight.
        assert_eq!(
            days::begins(day("2026-03-29"), chrono_tz::Asia::Beirut).to_rfc3339(),
            "2026-03-28T22:00:00+00:00"
        );
    }

    #[test]
    fn a_typed_search_never_stands_in_an_address() {
        let filter = Filter {
            q: "Ana".to_owned(),
            ..Filter::default()
        };
        assert_eq!(filter.href("/verifications"), "/verifications");
    }
}
