//! The other machines, copied by hand from what was agreed on, and the role that serves held to all of them: whatever the
//! statement, it makes no move that the tables do not list.

use diesel::{
    connection::SimpleConnection as _,
    sql_types::{Text, Uuid as SqlUuid},
};
use uuid::Uuid;

use super::*;
use crate::support::app::enter;

/// From, and where it may go.
type Pairs = [(&'static str, &'static [&'static str])];

/// A round of a customer's KYC.
const ROUND: &Pairs = &[
    ("draft", &[]),
    ("open", &["waiting", "decided", "withdrawn"]),
    ("waiting", &["open", "withdrawn"]),
    ("decided", &[]),
    ("withdrawn", &[]),
];

/// What a second person is asked: they answer it once, or nobody does.
const PROPOSAL: &Pairs = &[
    ("open", &["approved", "sent_back", "lapsed", "returned"]),
    ("approved", &[]),
    ("sent_back", &[]),
    ("lapsed", &[]),
    ("returned", &[]),
];

/// A name on a list that is like the customer's.
const HIT: &Pairs = &[
    ("open", &["cleared", "confirmed"]),
    ("cleared", &[]),
    ("confirmed", &[]),
];

/// What somebody handed to the managers.
const SUSPICION: &Pairs = &[
    ("open", &["reported", "unfounded"]),
    ("reported", &[]),
    ("unfounded", &[]),
];

/// A customer's own way in.
const ONBOARDING: &Pairs = &[
    ("pending", &["in_progress", "expired", "cancelled"]),
    (
        "in_progress",
        &["completed", "failed", "expired", "cancelled"],
    ),
    ("completed", &[]),
    ("failed", &[]),
    ("expired", &[]),
    ("cancelled", &[]),
];

/// Long work.
const JOB: &Table = &[
    (
        "queued",
        &[
            ("begin", &["running"]),
            ("give_up", &["failed"]),
            ("cancel", &["canceled"]),
        ],
    ),
    (
        "running",
        &[
            ("take_over", &["running"]),
            ("give_back", &["queued"]),
            ("finish", &["done"]),
            ("fail", &["failed"]),
            ("give_up", &["failed"]),
            ("cancel", &["canceled"]),
        ],
    ),
    ("done", &[]),
    ("failed", &[]),
    ("canceled", &[]),
];

/// Whether the program's moves are those of the table, for each pair of all states.
fn hold<S: Copy + PartialEq + ToString>(what: &str, all: &[S], moves: &[(S, S)], table: &Pairs) {
    assert_eq!(all.len(), table.len(), "{what}");
    for from in all {
        let name = from.to_string();
        let (_, targets) = table
            .iter()
            .find(|(known, _)| *known == name)
            .unwrap_or_else(|| panic!("{what}: no state {name}"));
        for to in all {
            let to_name = to.to_string();
            assert_eq!(
                moves.contains(&(*from, *to)),
                targets.contains(&to_name.as_str()),
                "{what}: {name} to {to_name}"
            );
        }
    }
}

#[test]
fn rounds_proposals_hits_and_suspicions_move_as_agreed_and_no_other_way() {
    hold("round", rounds::State::ALL, rounds::ROUNDS, ROUND);
    hold(
        "proposal",
        proposals::State::ALL,
        proposals::MOVES,
        PROPOSAL,
    );
    hold("hit", hits::State::ALL, hits::MOVES, HIT);
    hold(
        "suspicion",
        suspicions::State::ALL,
        suspicions::MOVES,
        SUSPICION,
    );
    hold(
        "onboarding",
        onboarding::State::ALL,
        onboarding::MOVES,
        ONBOARDING,
    );
}

#[test]
fn a_job_moves_as_agreed_and_no_other_way() {
    assert_eq!(jobs::State::ALL.len(), JOB.len());
    for from in jobs::State::ALL {
        for by in jobs::Move::ALL {
            for to in jobs::State::ALL {
                assert_eq!(
                    jobs::lawful(*from, *by, *to),
                    said(JOB, from.as_str(), by.as_str(), to.as_str()),
                    "{from} by {by} to {to}"
                );
            }
        }
    }
}

/// A row that moves: its machine, its table and column, and where each of its states may go.
struct Kept {
    machine: &'static str,
    table: &'static str,
    column: &'static str,
    row: Uuid,
    leads: Vec<(&'static str, Vec<&'static str>)>,
}

impl Kept {
    /// Sets its state, by whatever role this is.
    fn set(&self, conn: &mut PgConnection, state: &str) -> QueryResult<usize> {
        let Self { table, column, .. } = self;
        diesel::sql_query(format!("UPDATE {table} SET {column} = $1 WHERE id = $2"))
            .bind::<Text, _>(state)
            .bind::<SqlUuid, _>(self.row)
            .execute(conn)
    }
}

fn of_moves(table: &Table) -> Vec<(&'static str, Vec<&'static str>)> {
    let targets = |moves: Moves| {
        moves
            .iter()
            .flat_map(|(_, to)| to.iter().copied())
            .collect()
    };
    table
        .iter()
        .map(|(from, moves)| (*from, targets(moves)))
        .collect()
}

fn of_pairs(table: &Pairs) -> Vec<(&'static str, Vec<&'static str>)> {
    table
        .iter()
        .map(|(from, targets)| (*from, targets.to_vec()))
        .collect()
}

/// One row of each machine.
fn kept(app: &TestApp) -> Vec<Kept> {
    let customer = make::customer(app, |_| {});
    let (review, _) = make::open_review(app, customer, 1);
    let job = crate::jobs::job(app, &app.acme, app.staff(Persona::Officer), customer);
    let row = |machine, table, column, row, leads| Kept {
        machine,
        table,
        column,
        row,
        leads,
    };
    let check = make::verification(app, customer, |_| {});
    let paper = make::document(app, customer, "IDENTITY_PROOF");
    let proposal = make::proposal(app, &app.acme, customer);
    let hit = make::hit(app, &app.acme, customer);
    let suspicion = make::suspicion(app, &app.acme, review);
    let options = serde_json::json!({});
    let session = crate::onboard::session(app, &app.acme, customer, &options);
    vec![
        row("kyc", "customers", "kyc", customer, of_moves(KYC)),
        row(
            "verification",
            "verifications",
            "status",
            check,
            of_moves(CHECK),
        ),
        row("document", "documents", "status", paper, of_moves(PAPER)),
        row("job", "jobs", "state", job, of_moves(JOB)),
        row("review", "reviews", "state", review, of_pairs(ROUND)),
        row(
            "proposal",
            "proposals",
            "state",
            proposal,
            of_pairs(PROPOSAL),
        ),
        row("hit", "hits", "state", hit, of_pairs(HIT)),
        row(
            "suspicion",
            "suspicions",
            "state",
            suspicion,
            of_pairs(SUSPICION),
        ),
        row(
            "onboarding",
            "onboard_sessions",
            "state",
            session,
            of_pairs(ONBOARDING),
        ),
    ]
}

/// Takes away what else a row must be in each state, so that nothing but the machine stands in a move's way.
fn without_other_rules(owner: &mut PgConnection, kept: &[Kept]) {
    let tables: Vec<String> = kept
        .iter()
        .map(|one| format!("'{}'::regclass", one.table))
        .collect();
    let sql = format!(
        "DO $$ DECLARE one record; BEGIN
           FOR one IN SELECT conrelid::regclass AS held, conname FROM pg_constraint WHERE contype = 'c' AND conrelid IN ({}) LOOP
             EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.held, one.conname);
           END LOOP;
         END $$",
        tables.join(", ")
    );
    owner.batch_execute(&sql).expect("no other rules");
}

#[test]
fn the_serving_role_makes_no_move_that_no_table_lists() {
    let app = TestApp::start();
    let machines = kept(&app);
    let mut owner = app.owner();
    without_other_rules(&mut owner, &machines);
    let mut serving = app.database.app();
    enter(&mut serving, app.acme.id);
    for one in &machines {
        for (from, targets) in &one.leads {
            for (to, _) in &one.leads {
                // The owner may, for repairs.
                assert_eq!(one.set(&mut owner, from), Ok(1), "{} {from}", one.machine);
                let moved = one.set(&mut serving, to);
                let what = format!("{}: {from} to {to}", one.machine);
                if from == to || targets.contains(to) {
                    assert_eq!(moved, Ok(1), "{what}");
                } else {
                    let why = moved.expect_err(&what).to_string();
                    assert_eq!(why, format!("no lawful move of a {what}"));
                }
            }
        }
    }
}
