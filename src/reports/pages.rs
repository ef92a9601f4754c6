//! The overview: what the desk holds and what waits, each number a link to its rows.

use askama::Template;
use chrono::{Days, NaiveDate};

use crate::{
    access::{
        guard::By,
        permissions::{Approve, Permission as _, ReadCustomers},
    },
    customers::{mentions::store as mentions, rules::Kyc},
    days,
    db::page::Count,
    error::Result,
    organisations::store::{Branch, branches},
    reports::{
        charts::{self, Column, Day, Piece},
        store::{self, Work},
    },
    value::BranchId,
    web::{
        answer::Answer,
        filters::count_of,
        router::Router,
        shell::{Place, Shell},
        words::{self, Word},
    },
};

mod report;

/// Its addresses.
pub fn routes(router: Router) -> Router {
    router.get("/", overview).get_slow("/reports", report::show)
}

/// Days of the chart of decisions.
const DAYS: u64 = 14;

/// A big figure.
struct Figure {
    number: String,
    word: &'static str,
    note: &'static str,
    href: String,
    tone: &'static str,
    icon: &'static str,
}

/// A number in a table, and where its rows are.
struct Cell {
    n: i64,
    href: String,
}

/// One branch with its customers by status.
struct BranchRow {
    name: String,
    href: String,
    cells: Vec<Cell>,
    total: i64,
    bar: Vec<Piece>,
}

/// Open reviews of one age.
struct Age {
    word: &'static str,
    n: i64,
    href: String,
    bar: Vec<Piece>,
}

#[derive(Template)]
#[template(path = "reports/overview.html")]
struct OverviewPage {
    shell: Shell,
    today: NaiveDate,
    zone: chrono_tz::Tz,
    figures: Vec<Figure>,
    statuses: Vec<Figure>,
    heads: &'static [Word],
    branches: Vec<BranchRow>,
    columns: Vec<Column>,
    days: Vec<Day>,
    decisions: i64,
    ages: Vec<Age>,
    open: i64,
}

/// The overview.
pub fn overview(mut by: By<ReadCustomers>) -> Result<Answer> {
    let zone = by.time_zone;
    let (now, me) = (by.now(), by.staff.staff);
    let today = now.with_timezone(&zone).date_naive();
    let tomorrow = today.checked_add_days(Days::new(1)).unwrap_or(today);
    let first = today.checked_sub_days(Days::new(DAYS - 1)).unwrap_or(today);
    let approves = Approve::ROLES.contains(&by.role);
    let (branches, customers, pending, open, decided, work, mentions) = by.read(|tx| {
        Ok((
            branches(tx)?,
            store::customers(tx)?,
            store::pending_verifications(tx)?,
            store::days(tx, true, None)?,
            store::days(tx, false, Some(first))?,
            store::work(tx, me, days::begins(tomorrow, zone), approves)?,
            mentions::unread(tx, me)?,
        ))
    })?;
    let days = by_day(first, &decided);
    let open: Vec<(NaiveDate, i64)> = open.into_iter().map(|(_, day, n)| (day, n)).collect();
    Answer::page(&OverviewPage {
        shell: by.shell("Overview", Place::Overview),
        today,
        zone,
        figures: figures(work, pending, mentions, approves),
        statuses: statuses(&customers),
        heads: words::KYC,
        branches: by_branch(&branches, &customers),
        columns: charts::columns(&days),
        decisions: days.iter().map(|day| day.total).sum(),
        days,
        open: open.iter().map(|(_, n)| n).sum(),
        ages: by_age(today, &open),
    })
}

fn figures(work: Work, pending: i64, mentions: usize, approves: bool) -> Vec<Figure> {
    // Whoever may not agree still sees what waits, in the queue.
    let second = if approves {
        "/approvals"
    } else {
        "/reviews?tab=second"
    };
    let review = |count: Count, word, note, href: &str, tone: &'static str, icon: &'static str| {
        let late = count.n > 0;
        Figure {
            number: format!("{}{}", count_of(count.n), if count.more { "+" } else { "" }),
            word,
            note,
            href: href.to_owned(),
            tone: if late { tone } else { "" },
            icon: if late { icon } else { "" },
        }
    };
    vec![
        review(
            work.overdue,
            "Overdue",
            "open reviews past their time",
            "/reviews?tab=open&due=overdue",
            "tone-bad",
            "s-action",
        ),
        review(
            work.today,
            "Due today",
            "open reviews",
            "/reviews?tab=open&due=today",
            "",
            "",
        ),
        review(
            work.mine,
            "Mine",
            "reviews you work on",
            "/reviews?tab=mine",
            "",
            "",
        ),
        review(
            work.second,
            "Second approval",
            "decisions that wait for it",
            second,
            "tone-two",
            "s-second",
        ),
        Figure {
            number: count_of(pending),
            word: "Pending checks",
            note: "no result yet",
            href: "/verifications?status=pending".to_owned(),
            tone: "",
            icon: "",
        },
        Figure {
            number: count_of(i64::try_from(mentions).unwrap_or(i64::MAX)),
            word: "Mentions",
            note: "notes that call you",
            href: "/mentions".to_owned(),
            tone: "",
            icon: "",
        },
    ]
}

fn statuses(customers: &[(BranchId, Kyc, i64)]) -> Vec<Figure> {
    let figure = |kyc: &Kyc| {
        let word = words::kyc(kyc.as_str());
        let n = customers.iter().filter(|(_, of, _)| of == kyc);
        Figure {
            number: count_of(n.map(|(_, _, n)| n).sum()),
            word: word.word,
            note: "",
            href: format!("/customers?kyc={kyc}"),
            tone: word.tone,
            icon: word.icon,
        }
    };
    Kyc::ALL.iter().map(figure).collect()
}

fn by_branch(branches: &[Branch], customers: &[(BranchId, Kyc, i64)]) -> Vec<BranchRow> {
    let row = |branch: &Branch| {
        let href = format!("/customers?{}", address(&branch.code));
        let n = |kyc: Kyc| -> i64 {
            let of = customers
                .iter()
                .filter(|(id, of, _)| *id == branch.id && *of == kyc);
            of.map(|(_, _, n)| n).sum()
        };
        let total = Kyc::ALL.iter().map(|kyc| n(*kyc)).sum();
        let parts = [
            ("c-ok", n(Kyc::Validated)),
            ("c-more", n(Kyc::Pending) + n(Kyc::Incomplete)),
            ("c-warn", n(Kyc::ReviewNeeded)),
            ("c-bad", n(Kyc::Refused)),
        ];
        BranchRow {
            name: branch.name.clone(),
            cells: Kyc::ALL
                .iter()
                .map(|kyc| Cell {
                    n: n(*kyc),
                    href: format!("{href}&kyc={kyc}"),
                })
                .collect(),
            href,
            total,
            bar: charts::stacked(&parts, total),
        }
    };
    branches.iter().map(row).collect()
}

/// A branch's code as a query.
fn address(code: &str) -> String {
    serde_html_form::to_string([("branch", code)]).unwrap_or_default()
}

fn by_day(first: NaiveDate, decided: &[(String, NaiveDate, i64)]) -> Vec<Day> {
    let of = |day: NaiveDate| {
        let mut count = Day {
            day,
            validated: 0,
            refused: 0,
            other: 0,
            total: 0,
        };
        for (decision, _, n) in decided.iter().filter(|(_, on, _)| *on == day) {
            count.total += n;
            match decision.as_str() {
                "validated" => count.validated += n,
                "refused" => count.refused += n,
                _ => count.other += n,
            }
        }
        count
    };
    let days = usize::try_from(DAYS).unwrap_or(usize::MAX);
    first.iter_days().take(days).map(of).collect()
}

/// The open reviews that were asked for so many days ago: from the youngest age to the oldest.
fn aged(today: NaiveDate, youngest: i64, oldest: i64) -> String {
    let day = |ago: i64| {
        let ago = u64::try_from(ago).ok()?;
        today.checked_sub_days(Days::new(ago))
    };
    let from = day(oldest).map_or_else(String::new, |day| format!("&from={day}"));
    let to = day(youngest).map_or_else(String::new, |day| format!("&to={day}"));
    format!("/reviews?tab=open{from}{to}")
}

fn by_age(today: NaiveDate, open: &[(NaiveDate, i64)]) -> Vec<Age> {
    const AGES: [(&str, i64, i64, &str); 5] = [
        ("Today", i64::MIN, 0, "c-ok"),
        ("1 to 2 days", 1, 2, "c-ok"),
        ("3 to 5 days", 3, 5, "c-ok"),
        ("6 to 10 days", 6, 10, "c-warn"),
        ("Over 10 days", 11, i64::MAX, "c-bad"),
    ];
    let counts = AGES.map(|(_, from, to, _)| -> i64 {
        let aged = |day: &NaiveDate| (from..=to).contains(&(today - *day).num_days());
        open.iter()
            .filter(|(day, _)| aged(day))
            .map(|(_, n)| n)
            .sum()
    });
    let highest = counts.into_iter().max().unwrap_or_default();
    AGES.into_iter()
        .zip(counts)
        .map(|((word, from, to, class), n)| Age {
            word,
            n,
            href: aged(today, from, to),
            bar: charts::stacked(&[(class, n)], highest),
        })
        .collect()
}
