//! What the queue's page draws from its filter: tabs, facets, chips.

use crate::{
    customers::index::filter::Rating,
    customers::rules::{Kind, Kyc, ReviewType, Risk},
    organisations::store::Branch,
    reviews::queue::filter::{Apart, Decider, Due, Filter, Holder, Tab},
    web::words,
};

/// One tab.
pub struct TabLink {
    /// Its word.
    pub word: &'static str,
    /// Its address, with the filters that hold there too.
    pub href: String,
    /// Whether it is open.
    pub current: bool,
}

/// One filter of the form: a fold with ticks, or with one choice.
pub struct Facet {
    /// The query's field.
    pub name: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// What its summary says; empty where nothing is chosen.
    pub chosen: String,
    /// Value, word, whether ticked.
    pub options: Vec<(String, String, bool)>,
    /// Whether one value at most is chosen.
    pub single: bool,
}

/// A colleague who may hold a review.
pub type Colleague = (crate::value::StaffId, String);

/// The word of a tab.
pub const fn tab_word(tab: Tab) -> &'static str {
    match tab {
        Tab::Mine => "Mine",
        Tab::Open => "Open",
        Tab::Waiting => "Waiting for customer",
        Tab::Second => "Second approval",
        Tab::Decided => "Decided",
    }
}

/// The word of a type of review.
pub const fn type_word(review_type: ReviewType) -> &'static str {
    match review_type {
        ReviewType::Onboarding => "Onboarding",
        ReviewType::Periodic => "Periodic",
        ReviewType::Event => "Event",
    }
}

const fn due_word(due: Due) -> &'static str {
    match due {
        Due::Overdue => "Overdue",
        Due::Today => "Due today",
    }
}

/// What a review may end with.
const DECISIONS: [Kyc; 4] = [
    Kyc::Validated,
    Kyc::Refused,
    Kyc::ReviewNeeded,
    Kyc::Canceled,
];

const fn apart_word(only: Apart) -> &'static str {
    match only {
        Apart::Late => "Decided late",
        Apart::Reopened => "Reopened since",
    }
}

fn kind_word(kind: Kind) -> &'static str {
    words::kind(kind.as_str()).word
}

fn risk_word(rating: Rating) -> &'static str {
    words::risk(rating.risk().map_or("", Risk::as_str)).word
}

fn branch_word<'a>(branches: &'a [Branch], code: &'a str) -> &'a str {
    branches
        .iter()
        .find(|branch| branch.code == code)
        .map_or(code, |branch| &branch.name)
}

fn holder_word(holder: Holder, colleagues: &[Colleague]) -> String {
    match holder {
        Holder::Mine => "Me".to_owned(),
        Holder::Nobody => "Nobody".to_owned(),
        Holder::Of(id) => colleagues
            .iter()
            .find(|(known, _)| *known == id)
            .map_or_else(|| "A colleague".to_owned(), |(_, name)| name.clone()),
    }
}

/// The tabs. What narrows one narrows the others, as far as they can tell it apart.
pub fn tabs(filter: &Filter) -> Vec<TabLink> {
    Tab::ALL
        .iter()
        .map(|tab| TabLink {
            word: tab_word(*tab),
            href: filter.first_page().on(*tab).address(),
            current: filter.tab == Some(*tab),
        })
        .collect()
}

fn facet(
    name: &'static str,
    label: &'static str,
    single: bool,
    options: impl IntoIterator<Item = (String, String, bool)>,
) -> Facet {
    let options: Vec<_> = options.into_iter().collect();
    let ticked: Vec<&str> = options
        .iter()
        .filter(|(value, _, ticked)| *ticked && !value.is_empty())
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
        single,
    }
}

/// The filters that the tab offers.
pub fn facets(filter: &Filter, branches: &[Branch], colleagues: &[Colleague]) -> Vec<Facet> {
    let tab = filter.tab.unwrap_or(Tab::Open);
    let mut facets = Vec::new();
    if !matches!(tab, Tab::Waiting | Tab::Decided) {
        let option = |due: Option<Due>| {
            let word = due.map_or("At any time", due_word);
            let value = due.map_or("", Due::as_str);
            (value.to_owned(), word.to_owned(), filter.due == due)
        };
        let all = [None, Some(Due::Overdue), Some(Due::Today)];
        facets.push(facet("due", "Due", true, all.map(option)));
    }
    if tab == Tab::Open {
        let option = |holder: Option<Holder>| {
            let word = holder.map_or_else(
                || "Anybody".to_owned(),
                |holder| holder_word(holder, colleagues),
            );
            let value = holder.map(|holder| holder.to_string()).unwrap_or_default();
            (value, word, filter.assignee == holder)
        };
        let all = [None, Some(Holder::Mine), Some(Holder::Nobody)]
            .into_iter()
            .chain(colleagues.iter().map(|(id, _)| Some(Holder::Of(*id))));
        facets.push(facet("assignee", "Held by", true, all.map(option)));
    }
    if tab == Tab::Decided {
        facets.push(facet(
            "decision",
            "Decision",
            false,
            DECISIONS.map(|decision| {
                let ticked = filter.decision.contains(&decision);
                let word = words::kyc(decision.as_str()).word;
                (decision.to_string(), word.to_owned(), ticked)
            }),
        ));
        let option = |only: Option<Apart>| {
            let word = only.map_or("All", apart_word);
            let value = only.map_or("", Apart::as_str);
            (value.to_owned(), word.to_owned(), filter.only == only)
        };
        let all = [None, Some(Apart::Late), Some(Apart::Reopened)];
        facets.push(facet("only", "Only", true, all.map(option)));
    }
    facets.push(facet(
        "branch",
        "Branch",
        false,
        branches.iter().map(|branch| {
            let ticked = filter.branch.contains(&branch.code);
            (branch.code.clone(), branch.name.clone(), ticked)
        }),
    ));
    facets.push(facet(
        "type",
        "Type",
        false,
        ReviewType::ALL.iter().map(|one| {
            let ticked = filter.review_type.contains(one);
            (one.to_string(), type_word(*one).to_owned(), ticked)
        }),
    ));
    facets.push(facet(
        "kind",
        "Kind",
        false,
        Kind::ALL.iter().map(|kind| {
            let ticked = filter.kind.contains(kind);
            (kind.to_string(), kind_word(*kind).to_owned(), ticked)
        }),
    ));
    facets.push(facet(
        "risk",
        "Risk",
        false,
        Rating::ALL.iter().map(|risk| {
            let ticked = filter.risk.contains(risk);
            (risk.to_string(), risk_word(*risk).to_owned(), ticked)
        }),
    ));
    facets
}

/// The filters in use, each with the address of the list without it.
pub fn chips(
    filter: &Filter,
    branches: &[Branch],
    colleagues: &[Colleague],
) -> Vec<(String, String)> {
    let mut chips = Vec::new();
    let mut chip = |word: String, without: Filter| chips.push((word, without.address()));
    if let Some(due) = filter.due {
        chip(due_word(due).to_owned(), filter.but(|f| f.due = None));
    }
    if let Some(holder) = filter.assignee {
        chip(
            format!("Held by: {}", holder_word(holder, colleagues)),
            filter.but(|f| f.assignee = None),
        );
    }
    for decision in &filter.decision {
        chip(
            words::kyc(decision.as_str()).word.to_owned(),
            filter.but(|f| f.decision.retain(|other| other != decision)),
        );
    }
    if let Some(decider) = filter.by {
        let who = match decider {
            Decider::Of(staff) => holder_word(Holder::Of(staff), colleagues),
            Decider::Nobody => "The clock and machines".to_owned(),
        };
        chip(format!("Decided by: {who}"), filter.but(|f| f.by = None));
    }
    let dated = match filter.tab {
        Some(Tab::Decided) => "Decided",
        _ => "Requested",
    };
    if let Some(day) = filter.from {
        chip(format!("{dated} from {day}"), filter.but(|f| f.from = None));
    }
    if let Some(day) = filter.to {
        chip(format!("{dated} until {day}"), filter.but(|f| f.to = None));
    }
    if let Some(only) = filter.only {
        chip(apart_word(only).to_owned(), filter.but(|f| f.only = None));
    }
    for code in &filter.branch {
        chip(
            format!("Branch: {}", branch_word(branches, code)),
            filter.but(|f| f.branch.retain(|other| other != code)),
        );
    }
    for one in &filter.review_type {
        chip(
            format!("Type: {}", type_word(*one)),
            filter.but(|f| f.review_type.retain(|other| other != one)),
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
    chips
}
