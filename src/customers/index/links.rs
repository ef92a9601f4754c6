//! What the list's page draws from its filter: facets, chips, sorted heads.

use crate::{
    customers::{
        index::filter::{Filter, Rating, Sort},
        rules::{Kind, Kyc},
    },
    organisations::store::Branch,
    web::{countries, filters::date_of, words},
};

/// One filter of the form: a fold with ticks.
pub struct Facet {
    /// The query's field.
    pub name: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// What its summary says; empty where nothing is chosen.
    pub chosen: String,
    /// Value, word, whether ticked.
    pub options: Vec<(String, String, bool)>,
    /// Whether a value that is not offered may be typed.
    pub open: bool,
}

/// One head of the table that sorts.
pub struct Head {
    /// Its word.
    pub word: &'static str,
    /// What a click does.
    pub href: String,
    /// Its `aria-sort`, empty where the list is sorted by something else.
    pub direction: &'static str,
}

/// The countries offered by name; any other by its code.
const OFFERED: [&str; 8] = ["BE", "DE", "ES", "FR", "GB", "IT", "NL", "PT"];

fn kyc_word(kyc: Kyc) -> &'static str {
    words::kyc(kyc.as_str()).word
}

fn kind_word(kind: Kind) -> &'static str {
    words::kind(kind.as_str()).word
}

fn risk_word(rating: Rating) -> &'static str {
    words::risk(rating.risk().map_or("", |risk| risk.as_str())).word
}

fn branch_word<'a>(branches: &'a [Branch], code: &'a str) -> &'a str {
    branches
        .iter()
        .find(|branch| branch.code == code)
        .map_or(code, |branch| &branch.name)
}

fn country_word(code: &str) -> &str {
    countries::name(code).unwrap_or(code)
}

fn facet(
    name: &'static str,
    label: &'static str,
    options: impl IntoIterator<Item = (String, String, bool)>,
) -> Facet {
    let options: Vec<_> = options.into_iter().collect();
    let ticked: Vec<&str> = options
        .iter()
        .filter(|(_, _, ticked)| *ticked)
        .map(|(_, word, _)| word.as_str())
        .collect();
    let chosen = match ticked[..] {
        [] => String::new(),
        [one] => one.to_owned(),
        [one, two] => format!("{one}, {two}"),
        [one, two, ref more @ ..] => format!("{one}, {two} +{}", more.len()),
    };
    Facet {
        name,
        label,
        chosen,
        options,
        open: false,
    }
}

/// The countries offered, and those of the filter that are not among them.
fn countries(filter: &Filter) -> Facet {
    let others = filter
        .country
        .iter()
        .map(String::as_str)
        .filter(|code| !OFFERED.contains(code));
    let mut codes: Vec<&str> = OFFERED.into_iter().chain(others).collect();
    codes.sort_by_key(|code| country_word(code));
    let facet = facet(
        "country",
        "Country",
        codes.into_iter().map(|code| {
            let ticked = filter.country.iter().any(|chosen| chosen == code);
            (code.to_owned(), country_word(code).to_owned(), ticked)
        }),
    );
    Facet {
        open: true,
        ..facet
    }
}

/// Branch, status, kind, risk, country, in this order.
pub fn facets(filter: &Filter, branches: &[Branch]) -> Vec<Facet> {
    vec![
        facet(
            "branch",
            "Branch",
            branches.iter().map(|branch| {
                let ticked = filter.branch.contains(&branch.code);
                (branch.code.clone(), branch.name.clone(), ticked)
            }),
        ),
        facet(
            "kyc",
            "Status",
            Kyc::ALL.iter().map(|kyc| {
                let ticked = filter.kyc.contains(kyc);
                (kyc.to_string(), kyc_word(*kyc).to_owned(), ticked)
            }),
        ),
        facet(
            "kind",
            "Kind",
            Kind::ALL.iter().map(|kind| {
                let ticked = filter.kind.contains(kind);
                (kind.to_string(), kind_word(*kind).to_owned(), ticked)
            }),
        ),
        facet(
            "risk",
            "Risk",
            Rating::ALL.iter().map(|risk| {
                let ticked = filter.risk.contains(risk);
                (risk.to_string(), risk_word(*risk).to_owned(), ticked)
            }),
        ),
        countries(filter),
    ]
}

/// What the summary of the days says.
pub fn days(filter: &Filter) -> String {
    match (filter.from, filter.to) {
        (None, None) => String::new(),
        (Some(from), None) => format!("since {}", date_of(from)),
        (None, Some(to)) => format!("to {}", date_of(to)),
        (Some(from), Some(to)) => format!("{} to {}", date_of(from), date_of(to)),
    }
}

/// The filters in use, each with the address of the list without it.
pub fn chips(filter: &Filter, branches: &[Branch], term: Option<&str>) -> Vec<(String, String)> {
    let mut chips = Vec::new();
    let mut chip = |word: String, without: Filter| chips.push((word, without.address()));
    if let Some(term) = term {
        chip(format!("“{term}”"), filter.but(|f| f.s = None));
    }
    for code in &filter.branch {
        chip(
            format!("Branch: {}", branch_word(branches, code)),
            filter.but(|f| f.branch.retain(|other| other != code)),
        );
    }
    for kyc in &filter.kyc {
        chip(
            format!("Status: {}", kyc_word(*kyc)),
            filter.but(|f| f.kyc.retain(|other| other != kyc)),
        );
    }
    for kind in &filter.kind {
        chip(
            format!("Kind: {}", kind_word(*kind)),
            filter.but(|f| f.kind.retain(|other| other != kind)),
        );
    }
    for risk in &filter.risk {
        chip(
            format!("Risk: {}", risk_word(*risk)),
            filter.but(|f| f.risk.retain(|other| other != risk)),
        );
    }
    for code in &filter.country {
        chip(
            format!("Country: {}", country_word(code)),
            filter.but(|f| f.country.retain(|other| other != code)),
        );
    }
    if filter.merged.is_some() {
        chip(
            "Merged into another".to_owned(),
            filter.but(|f| f.merged = None),
        );
    }
    if let Some(from) = filter.from {
        chip(
            format!("Created from {}", date_of(from)),
            filter.but(|f| f.from = None),
        );
    }
    if let Some(to) = filter.to {
        chip(
            format!("Created to {}", date_of(to)),
            filter.but(|f| f.to = None),
        );
    }
    chips
}

/// A head that sorts the list.
pub fn head(filter: &Filter, word: &'static str, sort: Sort) -> Head {
    let direction = match (filter.order() == sort, sort) {
        (false, _) => "",
        (true, Sort::Name) => "ascending",
        (true, _) => "descending",
    };
    Head {
        word,
        href: filter.sorted(sort).address(),
        direction,
    }
}

/// Name and value of every filter but the search and the page: the hidden fields of the search's form.
pub fn hidden(filter: &Filter) -> Vec<(String, String)> {
    let query = filter.but(|f| f.s = None).query();
    serde_html_form::from_str(&query).unwrap_or_default()
}
