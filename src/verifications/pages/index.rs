//! The list of checks, as a page, as a fragment and as a file.

use askama::Template;

use super::query::{Filter, status_options};
use crate::{
    access::{
        guard::By,
        permissions::{Export, Permission, ReadCustomers},
    },
    db::page::{Count, Page},
    error::{Error, Result},
    organisations::store::{self as organisations, Branch},
    value::BranchId,
    verifications::list::{self, Row},
    web::{
        answer::Answer,
        input::{Form, Input, Query},
        shell::{Place, Shell},
        words,
    },
};

/// Rows on a page.
const SIZE: usize = 50;
/// The list's address.
const PATH: &str = "/verifications";

#[derive(Template)]
#[template(path = "verifications/index.html", blocks = ["list"])]
struct IndexPage {
    shell: Shell,
    filter: Filter,
    term: Option<String>,
    chips: Vec<(String, String)>,
    branches: Vec<Branch>,
    statuses: Vec<(&'static str, &'static str, bool)>,
    in_branches: Vec<(String, String, bool)>,
    page: Page<Row>,
    count: Count,
    first: Option<String>,
    next: Option<String>,
    may_export: bool,
    /// Whether the search means more customers than are looked for.
    cut: bool,
    zone: chrono_tz::Tz,
}

impl IndexPage {
    fn branch(&self, id: &BranchId) -> &str {
        branch_name(&self.branches, *id)
    }

    fn csv(&self) -> String {
        self.filter.first().href("/verifications.csv")
    }

    /// What a facet's summary says of the chosen.
    fn chosen(&self, list: &[String]) -> String {
        match list {
            [] => String::new(),
            [one] => words::VERIFICATION
                .iter()
                .find(|word| word.name == one)
                .map(|word| word.word.to_owned())
                .or_else(|| {
                    self.branches
                        .iter()
                        .find(|branch| branch.code == *one)
                        .map(|branch| branch.name.clone())
                })
                .unwrap_or_else(|| one.clone()),
            many => many.len().to_string(),
        }
    }

    fn days(&self) -> String {
        match (self.filter.from.as_str(), self.filter.to.as_str()) {
            ("", "") => String::new(),
            (from, "") => format!("from {from}"),
            ("", to) => format!("to {to}"),
            (from, to) => format!("{from} to {to}"),
        }
    }
}

pub(super) fn branch_name(branches: &[Branch], id: BranchId) -> &str {
    branches
        .iter()
        .find(|branch| branch.id == id)
        .map_or("", |branch| &branch.name)
}

pub(super) fn show(
    mut by: By<ReadCustomers>,
    Query(filter): Query<Filter>,
    input: Input,
) -> Result<Answer> {
    let filter = filter.tidy();
    let zone = by.time_zone;
    let after = if filter.after.is_empty() {
        None
    } else {
        Some(list::parsed(&filter.after)?)
    };
    let (branches, term, count, page, cut) = by.read(|tx| {
        let branches = organisations::branches(tx)?;
        let criteria = filter.criteria(tx, &branches, zone)?;
        let term = filter.term(tx)?;
        let mut count = list::count(tx, &criteria)?;
        count.more |= criteria.cut;
        let page = list::page(tx, &criteria, after, SIZE)?;
        Ok((branches, term, count, page, criteria.cut))
    })?;
    let next = page.next(Row::key).map(|key| {
        Filter {
            after: list::written(key),
            ..filter.clone()
        }
        .href(PATH)
    });
    let index = IndexPage {
        shell: by.shell("Checks", Place::Verifications),
        chips: filter.chips(PATH, term.as_deref(), &branches),
        first: (!filter.after.is_empty()).then(|| filter.first().href(PATH)),
        statuses: status_options(&filter),
        in_branches: branches
            .iter()
            .map(|branch| {
                let ticked = filter.branch.contains(&branch.code);
                (branch.code.clone(), branch.name.clone(), ticked)
            })
            .collect(),
        filter,
        term,
        branches,
        page,
        count,
        next,
        may_export: Export::ROLES.contains(&by.role),
        cut,
        zone,
    };
    if input.htmx && input.target.as_deref() == Some("list") {
        Answer::page(&index.as_list())
    } else {
        Answer::page(&index)
    }
}

/// The longest search, in characters.
const LONGEST: usize = 200;

/// Seals the search and goes to its list, so that no address says whom somebody looked for.
pub(super) fn search(mut by: By<ReadCustomers>, Form(filter): Form<Filter>) -> Result<Answer> {
    if filter.q.chars().count() > LONGEST {
        return Err(Error::field("q", "Search for at most 200 characters"));
    }
    let sealed = by.read(|tx| filter.tidy().sealed(tx))?;
    Ok(Answer::see(sealed.href(PATH)))
}
