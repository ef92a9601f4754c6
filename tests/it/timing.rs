//! How long a failed sign-in takes tells nothing about whether the e-mail is known.
//!
//! Some 1,100 real sign-ins over HTTP, each with its argon2 hash: about half a minute on two cores. It is what the
//! promise costs to hold; a test of the hashing alone would not see the database's part of the time.

use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection as _;

use crate::support::{Browser, Persona, TestApp};

mod import;
mod watchlist;

/// Sign-ins of each kind that are counted.
const EACH: usize = 500;
/// And as many before that are not: caches, the pool, the hashing threads' memory.
const WARM_UP: usize = 25;
/// As is usual for such tests (TVLA): beyond this the two kinds can be told apart.
const LIMIT: f64 = 4.5;

#[test]
fn a_known_and_an_unknown_e_mail_take_the_same_time() {
    let app = TestApp::start();
    let mut owner = app.database.owner();
    let mut browser = app.browser();
    let mut known = Vec::with_capacity(EACH);
    let mut unknown = Vec::with_capacity(EACH);
    for round in 0..WARM_UP + EACH {
        // Known first, then unknown first: what drifts with time falls on both alike.
        let pair = if round % 2 == 0 {
            [true, false]
        } else {
            [false, true]
        };
        for is_known in pair {
            // Nobody waits, and every attempt finds the same empty table.
            owner
                .batch_execute("DELETE FROM sign_in_delays")
                .expect("delays to forget");
            let email = if is_known {
                Persona::Officer.email()
            } else {
                "offices@acme.example"
            };
            let took = refused(&mut browser, email);
            if round >= WARM_UP {
                let times = if is_known { &mut known } else { &mut unknown };
                times.push(took.as_secs_f64() * 1_000.0);
            }
        }
    }
    let t = welch(&known, &unknown);
    assert!(
        t.abs() < LIMIT,
        "|t| = {:.2}: known {:.2} ms, unknown {:.2} ms",
        t.abs(),
        mean(&known),
        mean(&unknown)
    );
}

fn refused(browser: &mut Browser, email: &str) -> Duration {
    let fields = [
        ("email", email),
        ("password", "not-the-password-of-anybody"),
    ];
    let asked = Instant::now();
    let answer = browser.post("/login", &fields);
    let took = asked.elapsed();
    assert_eq!(answer.status, 422, "{}", answer.text());
    took
}

/// Welch's t of what is left of both under one limit: a fifth of all measurements, the slowest, say more about what
/// else the machine did. The limit is the same for both kinds, so that it favours neither.
fn welch(one: &[f64], other: &[f64]) -> f64 {
    let mut all: Vec<f64> = one.iter().chain(other).copied().collect();
    all.sort_by(f64::total_cmp);
    let limit = all[all.len() * 4 / 5];
    let below = |times: &[f64]| -> Vec<f64> {
        times
            .iter()
            .copied()
            .filter(|time| *time <= limit)
            .collect()
    };
    let (one, other) = (below(one), below(other));
    let spread = |times: &[f64]| variance(times) / count(times);
    (mean(&one) - mean(&other)) / (spread(&one) + spread(&other)).sqrt()
}

fn count(times: &[f64]) -> f64 {
    f64::from(u32::try_from(times.len()).expect("not that many"))
}

fn mean(times: &[f64]) -> f64 {
    times.iter().sum::<f64>() / count(times)
}

fn variance(times: &[f64]) -> f64 {
    let mean = mean(times);
    times.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / (count(times) - 1.0)
}

#[test]
fn a_difference_of_a_tenth_would_be_seen() {
    // A sawtooth stands for a machine's noise.
    let noisy = |base: f64| -> Vec<f64> {
        (0..500_u32)
            .map(|n| base + f64::from(n * 7 % 50) / 10.0)
            .collect()
    };
    assert!(welch(&noisy(30.0), &noisy(30.0)).abs() < LIMIT);
    assert!(welch(&noisy(33.0), &noisy(30.0)).abs() > LIMIT);
}
