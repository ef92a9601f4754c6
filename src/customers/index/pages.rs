//! The page of the list, whole or as the piece that htmx replaces.

use askama::Template;
use serde::Deserialize;

use crate::{
    access::{
        guard::By,
        permissions::{EditCustomers, Export, ImportCustomers, Permission as _, ReadCustomers},
    },
    audit::store::organisation_key,
    customers::index::{
        filter::{Filter, Sort},
        links::{self, Facet, Head},
        store::{self, Mark, Row, Wanted},
    },
    days,
    db::{
        Read,
        page::{Count, Page},
    },
    error::{Error, Result},
    organisations::store::{self as organisations, Branch},
    value::BranchId,
    web::{
        answer::Answer,
        input::{Form, Input, Query},
        shell::{Place, Shell},
    },
};

/// Rows of a page.
const SIZE: usize = 50;
/// What the sealed words of a search are bound to.
const SEARCH: &str = "customer-search";
/// The longest search, in characters.
const LONGEST: usize = 200;

#[derive(Template)]
#[template(path = "customers/index.html", blocks = ["list"])]
struct IndexPage {
    shell: Shell,
    filter: Filter,
    facets: Vec<Facet>,
    term: Option<String>,
    branches: Vec<Branch>,
    page: Page<Row>,
    count: Count,
    first: Option<String>,
    next: Option<String>,
    zone: chrono_tz::Tz,
    may_add: bool,
    may_export: bool,
    may_import: bool,
}

impl IndexPage {
    fn chips(&self) -> Vec<(String, String)> {
        links::chips(&self.filter, &self.branches, self.term.as_deref())
    }

    fn hidden(&self) -> Vec<(String, String)> {
        links::hidden(&self.filter)
    }

    fn head(&self, word: &'static str, sort: Sort) -> Head {
        links::head(&self.filter, word, sort)
    }

    fn branch_name(&self, id: &BranchId) -> &str {
        self.branches
            .iter()
            .find(|branch| branch.id == *id)
            .map_or("", |branch| &branch.name)
    }

    fn days(&self) -> String {
        links::days(&self.filter)
    }

    fn count_noun(&self) -> &'static str {
        noun(&self.count)
    }

    fn day(day: Option<chrono::NaiveDate>) -> String {
        day.map(|day| day.to_string()).unwrap_or_default()
    }
}

/// How many customers a search found, where that is told after its rows.
#[derive(Template)]
#[template(
    ext = "html",
    source = r#"{%- import "components/list.html" as l -%}{{ l::count(count.n, count.more, noun) }}"#
)]
struct Counted {
    count: Count,
    noun: &'static str,
}

const fn noun(count: &Count) -> &'static str {
    if count.n == 1 {
        "customer"
    } else {
        "customers"
    }
}

/// What the filter stands for, and the words of its search.
pub(super) fn wanted(
    tx: &mut Read<'_>,
    filter: Filter,
    zone: chrono_tz::Tz,
    branches: &[Branch],
) -> Result<(Wanted, Option<String>)> {
    let asked = [filter.from, filter.to];
    if !asked.into_iter().flatten().all(days::is_plausible) {
        return Err(Error::BadRequest("a day is outside of the calendar".into()));
    }
    let term = match &filter.s {
        Some(sealed) => Some(
            organisation_key(tx)?
                .open_text(SEARCH, sealed)
                .map_err(|_| Error::BadRequest("this search cannot be read".into()))?,
        ),
        None => None,
    };
    let words = term
        .iter()
        .flat_map(|term| term.split_whitespace().map(str::to_owned))
        .collect();
    let named = |code: &String| branches.iter().find(|branch| branch.code == *code);
    let chosen = (!filter.branch.is_empty()).then(|| {
        let ids = filter.branch.iter().filter_map(named);
        ids.map(|branch| branch.id).collect()
    });
    let wanted = Wanted {
        filter,
        branches: chosen,
        zone,
        words,
    };
    Ok((wanted, term))
}

/// What a mark is bound to: the list it belongs to, so that it leads into no other.
fn mark_purpose(filter: &Filter) -> String {
    format!("customer-page?{}", filter.first_page().query())
}

fn open_mark(tx: &mut Read<'_>, filter: &Filter) -> Result<Option<Mark>> {
    let Some(sealed) = &filter.after else {
        return Ok(None);
    };
    let unreadable = || Error::BadRequest("this page of the list cannot be read".into());
    let text = organisation_key(tx)?
        .open_text(&mark_purpose(filter), sealed)
        .map_err(|_| unreadable())?;
    serde_json::from_str(&text)
        .map(Some)
        .map_err(|_| unreadable())
}

fn next_address(tx: &mut Read<'_>, filter: &Filter, mark: &Mark) -> Result<String> {
    let text = serde_json::to_string(mark).map_err(anyhow::Error::new)?;
    let sealed = organisation_key(tx)?
        .seal_text(&mark_purpose(filter), &text)
        .map_err(anyhow::Error::new)?;
    Ok(filter.but(|f| f.after = Some(sealed)).address())
}

/// The list.
pub fn index(
    mut by: By<ReadCustomers>,
    Query(filter): Query<Filter>,
    input: Input,
) -> Result<Answer> {
    let filter = filter.tidy();
    let zone = by.time_zone;
    if input.htmx && input.target.as_deref() == Some("count") {
        let count = by.read(|tx| {
            let branches = organisations::branches(tx)?;
            let (wanted, _) = wanted(tx, filter.clone(), zone, &branches)?;
            store::count(tx, &wanted)
        })?;
        let noun = noun(&count);
        return Answer::page(&Counted { count, noun });
    }
    let (branches, term, page, count, next) = by.read(|tx| {
        let branches = organisations::branches(tx)?;
        let (wanted, term) = wanted(tx, filter.clone(), zone, &branches)?;
        let mark = open_mark(tx, &filter)?;
        let (page, count) = store::list(tx, &wanted, mark.as_ref(), SIZE)?;
        let next = page
            .next(|row| row.mark(filter.order()))
            .map(|mark| next_address(tx, &filter, &mark))
            .transpose()?;
        Ok((branches, term, page, count, next))
    })?;
    let page = IndexPage {
        shell: by.shell("Customers", Place::Customers),
        facets: links::facets(&filter, &branches),
        term,
        branches,
        page,
        count,
        first: filter.after.as_ref().map(|_| filter.first_page().address()),
        next,
        zone,
        may_add: EditCustomers::ROLES.contains(&by.role),
        may_export: Export::ROLES.contains(&by.role),
        may_import: ImportCustomers::ROLES.contains(&by.role),
        filter,
    };
    if input.htmx && input.target.as_deref() == Some("list") {
        return Ok(Answer::page(&page.as_list())?.with("hx-push-url", page.filter.address()));
    }
    Answer::page(&page)
}

/// The search as it is typed.
#[derive(Deserialize)]
pub struct Search {
    #[serde(default)]
    q: String,
    #[serde(flatten)]
    filter: Filter,
}

/// Seals what was typed and leads to the list that shows it. Reads nothing and changes nothing.
pub fn search(mut by: By<ReadCustomers>, Form(search): Form<Search>) -> Result<Answer> {
    let mut filter = search.filter.first_page().tidy();
    let term = search.q.split_whitespace().collect::<Vec<_>>().join(" ");
    if term.chars().count() > LONGEST {
        return Err(Error::field("q", "Search for at most 200 characters"));
    }
    filter.s = if term.is_empty() {
        None
    } else {
        let sealed = by.read(|tx| {
            organisation_key(tx)?
                .seal_text(SEARCH, &term)
                .map_err(|error| anyhow::Error::new(error).into())
        })?;
        Some(sealed)
    };
    Ok(Answer::see(filter.address()))
}
