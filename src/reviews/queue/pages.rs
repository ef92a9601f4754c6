//! The queue's page, whole or as the piece that htmx replaces.

use askama::Template;

use crate::{
    access::{
        guard::By,
        permissions::{
            Approve, AssignReview, DecideReview, Export, Permission as _, PreferViews,
            ReadCustomers, Role,
        },
    },
    days,
    db::{
        Read,
        page::{Count, Page},
    },
    error::Result,
    organisations::store::{self as organisations, Branch},
    reviews::{
        policy::store as policies,
        queue::{
            filter::{Filter, Tab},
            links::{self, Colleague, Facet, TabLink},
            shown::{Hold, Line, Teller},
            store::{
                self, Row, Wanted,
                views::{self, Scope, View},
            },
            views as kept,
        },
        store::proposals,
    },
    staff::store as people,
    value::{ReviewId, StaffId, ViewId},
    web::{
        answer::Answer,
        input::{Input, Query},
        shell::{Place, Shell},
        words,
    },
    working_time::WorkingTime,
};

pub mod bulk;
mod said;
pub mod saved;
pub mod work;

/// Rows of a page.
const SIZE: usize = 50;

#[derive(Template)]
#[template(path = "reviews/index.html", blocks = ["list"])]
struct IndexPage {
    shell: Shell,
    filter: Filter,
    tab: Tab,
    tabs: Vec<TabLink>,
    facets: Vec<Facet>,
    chips: Vec<(String, String)>,
    colleagues: Vec<Colleague>,
    views: Vec<View>,
    /// What roles see first, for whoever may choose it.
    firsts: Option<Vec<(Role, ViewId)>>,
    me: StaffId,
    page: Page<Line>,
    count: Count,
    first: Option<String>,
    next: Option<String>,
    zone: chrono_tz::Tz,
    may_work: bool,
    may_assign: bool,
    may_export: bool,
    /// What waits for a second person and stands in no list of the queue.
    elsewhere: Option<Count>,
    /// Why nothing was given to a colleague.
    wrong: Vec<String>,
    /// The colleague who was chosen.
    chosen: Option<StaffId>,
}

impl IndexPage {
    /// The same page once nothing could be given: it says why, and keeps what was chosen.
    fn again(mut self, wrong: Vec<String>, ticked: &[ReviewId], chosen: Option<StaffId>) -> Self {
        for line in &mut self.page.rows {
            line.ticked = ticked.contains(&line.row.round.id);
        }
        Self {
            wrong,
            chosen,
            ..self
        }
    }

    fn summary(&self) -> Vec<(&str, &str)> {
        let sentences = self.wrong.iter();
        sentences.map(|why| ("assign-to", why.as_str())).collect()
    }

    fn is_chosen(&self, colleague: &StaffId) -> bool {
        self.chosen.as_ref() == Some(colleague)
    }

    /// Whether colleagues can be given rows of this tab.
    fn assigns(&self) -> bool {
        self.may_assign && matches!(self.tab, Tab::Mine | Tab::Open)
    }

    /// Whether its rows are open for work.
    fn works(&self) -> bool {
        matches!(self.tab, Tab::Mine | Tab::Open)
    }

    fn noun(&self) -> &'static str {
        noun(&self.count)
    }

    /// Where the rest is counted.
    fn count_address(&self) -> String {
        self.filter.first_page().address()
    }

    /// What stands in the head of the column of moments.
    fn moment(&self) -> &'static str {
        match self.tab {
            Tab::Second => "Proposed",
            Tab::Waiting => "Waiting since",
            _ => "Decided",
        }
    }

    fn own_views(&self) -> Vec<&View> {
        self.views
            .iter()
            .filter(|view| view.staff_id == self.me)
            .collect()
    }

    /// The views that a role may see first: id and name.
    fn team_views(&self) -> Vec<(String, String)> {
        self.views
            .iter()
            .filter(|view| view.scope == Scope::Team)
            .map(|view| (view.id.to_string(), view.name.clone()))
            .collect()
    }

    /// Each role, its word, and the view that it sees first.
    fn roles(&self) -> Vec<(&'static str, &'static str, String)> {
        let chosen = |role: Role| {
            let mut firsts = self.firsts.iter().flatten();
            let found = firsts.find(|(known, _)| *known == role);
            found.map_or_else(String::new, |(_, view)| view.to_string())
        };
        Role::ALL
            .iter()
            .map(|role| {
                let word = words::role(role.as_str()).word;
                (role.as_str(), word, chosen(*role))
            })
            .collect()
    }

    fn view_is_open(&self, view: &View) -> bool {
        self.filter.first_page().query() == view.query
    }

    /// The query under which this list is saved.
    fn query(&self) -> String {
        self.filter.first_page().query()
    }

    /// What an empty tab says: icon, title, what to do.
    fn empty(&self) -> (&'static str, &'static str, &'static str) {
        if self.filter.narrows() {
            return (
                "search",
                "No review matches",
                "Take a filter away. You see only the branches you work in.",
            );
        }
        match self.tab {
            Tab::Mine if self.may_work => (
                "queue",
                "You work on no review",
                "Take the next one, or choose one among the open reviews.",
            ),
            Tab::Mine => (
                "queue",
                "You work on no review",
                "Your role reads reviews and takes none.",
            ),
            Tab::Open => (
                "s-approved",
                "No open reviews",
                "Everything is decided. A review is requested on the customer’s page, and then stands here.",
            ),
            Tab::Waiting => (
                "s-waiting",
                "No customer is waited for",
                "When a customer is asked for something, the review stands here with its clock stopped.",
            ),
            Tab::Second => (
                "s-second",
                "No review waits for a second person",
                "A decision that two must make stands here until the second agrees or sends it back.",
            ),
            Tab::Decided => (
                "s-review",
                "Nothing is decided yet",
                "Reviews stand here once somebody has decided them.",
            ),
        }
    }
}

/// How many reviews there are, where more of them are counted than before the rows were shown.
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
    if count.n == 1 { "review" } else { "reviews" }
}

/// What a filter stands for, and the branches that its reader sees. Without a tab: what they work on, where they work on
/// anything, else what is open.
pub(super) fn asked(
    tx: &mut Read<'_>,
    filter: &Filter,
    me: StaffId,
    zone: chrono_tz::Tz,
) -> Result<(Vec<Branch>, Wanted)> {
    let tab = match filter.tab {
        Some(tab) => tab,
        None if store::holds_something(tx, me)? => Tab::Mine,
        None => Tab::Open,
    };
    let filter = filter.on(tab);
    let branches = organisations::branches(tx)?;
    let chosen = (!filter.branch.is_empty()).then(|| {
        let named = |code: &String| branches.iter().find(|branch| branch.code == *code);
        let ids = filter.branch.iter().filter_map(named);
        ids.map(|branch| branch.id).collect()
    });
    let today = tx.now().with_timezone(&zone).date_naive();
    let wanted = Wanted {
        tab,
        days: days::between(filter.from, filter.to, zone),
        filter,
        me,
        branches: chosen,
        day_ends: days::begins(today.succ_opt().unwrap_or(today), zone),
    };
    Ok((branches, wanted))
}

/// Everybody whom a page of rows names.
fn named(rows: &[Row]) -> Vec<uuid::Uuid> {
    rows.iter()
        .flat_map(|row| {
            [
                row.round.submitted_id,
                row.round.assignee.map(|staff| staff.0),
                row.round.decided_by,
                row.proposed.as_ref().map(|proposed| proposed.proposed_by.0),
            ]
        })
        .flatten()
        .collect()
}

/// How many overrides and revocations wait for a second person too, for whoever may answer them and looks for such.
fn elsewhere(tx: &mut Read<'_>, tab: Tab, role: Role) -> Result<Option<Count>> {
    if tab != Tab::Second || !Approve::ROLES.contains(&role) {
        return Ok(None);
    }
    Ok(Some(proposals::count_elsewhere(tx)?).filter(|count| count.n > 0))
}

/// The queue.
pub fn index(
    mut by: By<ReadCustomers>,
    Query(filter): Query<Filter>,
    input: Input,
) -> Result<Answer> {
    let (zone, me, role) = (by.time_zone, by.staff.staff, by.role);
    if input.htmx && input.target.as_deref() == Some("count") {
        let count = by.read(|tx| {
            let (_, wanted) = asked(tx, &filter, me, zone)?;
            store::count(tx, &wanted)
        })?;
        let noun = noun(&count);
        return Answer::page(&Counted { count, noun });
    }
    // Who says nothing of what they want is led to a list that says it, so that the address stays the state.
    if filter == Filter::default()
        && let Some(first) = by.read(|tx| kept::first_seen(tx, role, me))?
    {
        return Ok(Answer::see(first.address()));
    }
    let page = list(&mut by, &filter)?;
    if input.htmx && input.target.as_deref() == Some("list") {
        return Ok(Answer::page(&page.as_list())?.with("hx-push-url", page.filter.address()));
    }
    Answer::page(&page)
}

/// What a filter stands for, as whoever asks may see it.
fn list<P>(by: &mut By<P>, filter: &Filter) -> Result<IndexPage> {
    let (zone, now, me, role) = (by.time_zone, by.now(), by.staff.staff, by.role);
    let after = filter.after.as_deref().map(store::parsed).transpose()?;
    let may_prefer = PreferViews::ROLES.contains(&role);
    let (branches, wanted, page, count, views, firsts, colleagues, elsewhere) = by.read(|tx| {
        let (branches, wanted) = asked(tx, filter, me, zone)?;
        let rows = store::page(tx, &wanted, after, SIZE)?;
        let names = people::names(tx, named(&rows.rows))?;
        let policy = policies::current(tx)?.policy;
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
        let page = rows.map(|row| teller.line(row));
        let count = store::count_of_work(tx, &wanted)?;
        let colleagues = people::deciding(tx)?;
        let elsewhere = elsewhere(tx, wanted.tab, role)?;
        Ok((
            branches,
            wanted,
            page,
            count,
            views::in_sight(tx, me)?,
            may_prefer.then(|| views::defaults(tx)).transpose()?,
            colleagues,
            elsewhere,
        ))
    })?;
    let (tab, filter) = (wanted.tab, wanted.filter);
    let next = page.next(|line| line.row.key(tab)).map(|key| {
        filter
            .but(|filter| filter.after = Some(store::written(key)))
            .address()
    });
    Ok(IndexPage {
        shell: by
            .shell("Reviews", Place::Reviews)
            .flash(said::said(&filter)),
        tabs: links::tabs(&filter),
        facets: links::facets(&filter, &branches, &colleagues),
        chips: links::chips(&filter, &branches, &colleagues),
        first: filter.after.as_ref().map(|_| filter.first_page().address()),
        tab,
        filter,
        colleagues,
        views,
        firsts,
        me,
        page,
        count,
        next,
        zone,
        may_work: DecideReview::ROLES.contains(&role),
        may_assign: AssignReview::ROLES.contains(&role),
        may_export: Export::ROLES.contains(&role),
        elsewhere,
        wrong: Vec::new(),
        chosen: None,
    })
}
