//! How long a list as long as those that are published takes to be loaded, and a name to be matched against it.

use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use vouch::{
    access::scope::Scope, value::OrganisationId, verifications::providers::watchlist::like,
};

use crate::{
    support::TestApp,
    watchlist::{FALCAO, HEAD, load, owner},
};

/// As many entries as the bar asks for; `VOUCH_WATCHLIST` says another number.
const ENTRIES: usize = 100_000;
/// In less than this they are loaded.
const LOADED: Duration = Duration::from_mins(1);
/// In less than this one name is matched.
const MATCHED: Duration = Duration::from_millis(20);
/// How often each name is matched. The middle one counts: a single one may have waited for the machine.
const TRIES: usize = 5;

/// Plausible names of many languages, all different.
fn many(count: usize) -> String {
    const FIRST: [&str; 40] = [
        "Mohammed", "Ahmad", "Ali", "Hassan", "Ivan", "Vladimir", "Sergey", "Olga", "Maria", "Ana",
        "Jose", "Juan", "Kim", "Li", "Wei", "Chen", "Yusuf", "Ibrahim", "Omar", "Khalid", "Dmitri",
        "Elena", "Natalia", "Fatima", "Aisha", "Carlos", "Pedro", "Luis", "Abdul", "Rahman",
        "Mahmoud", "Saleh", "Nikolai", "Andrei", "Boris", "Pavel", "Igor", "Hugo", "Simon",
        "Peter",
    ];
    const PARTS: [&str; 30] = [
        "ka", "ro", "mi", "ta", "le", "so", "ni", "ba", "du", "vi", "ha", "ze", "pa", "lo", "gu",
        "ri", "sha", "mo", "te", "fa", "no", "ke", "zu", "la", "be", "dro", "sti", "kar", "nov",
        "yan",
    ];
    let mut out = format!("{HEAD}\n");
    for at in 0..count {
        let first = FIRST[at % FIRST.len()];
        let second = FIRST[(at / 7) % FIRST.len()];
        let n = at * 7919;
        let last: String = [n % 30, (n / 30) % 30, (n / 900) % 30]
            .iter()
            .map(|part| PARTS[*part])
            .collect();
        let _ = writeln!(
            out,
            "N{at},Person,{first} {last},{first} {second} {last};{last} {first},19{}-01-02,xx,,,Program {at},,,,test,,,",
            40 + at % 60
        );
    }
    out
}

/// The figures of `docs/operations.md`, which this prints.
#[test]
fn many_entries_are_loaded_and_searched_fast() {
    let count = std::env::var("VOUCH_WATCHLIST").map_or(ENTRIES, |n| n.parse().expect("a number"));
    let app = TestApp::start();
    let lines = many(count) + &FALCAO.replace(",un,", ",test,") + "\n";
    let begun = Instant::now();
    let (entries, names, _) = load(&app, &lines).expect("a list");
    let loading = begun.elapsed();
    assert_eq!(entries, count as u64 + 1);
    let mut conn = owner(&app).connection().expect("a connection");
    let scope = Scope::system(OrganisationId(app.acme.id));
    let mut took = Vec::new();
    for (name, hits) in [
        ("Inês Falcão", Some(1)),
        ("Mohamed Karomi", None),
        ("Vladimir Stikarnov", None),
        ("Ana Maria Lopez", None),
        ("Ahmad Ali Hassan", None),
    ] {
        let mut tries: Vec<Duration> = (0..TRIES)
            .map(|_| {
                let begun = Instant::now();
                let found = conn.read(&scope, |tx| like(tx, name, false, None));
                let took = begun.elapsed();
                let found = found.expect("a search").len();
                assert!(hits.is_none_or(|hits| hits == found), "{name}: {found}");
                took
            })
            .collect();
        tries.sort_unstable();
        assert!(tries[TRIES / 2] < MATCHED, "{name}: {tries:?}");
        took.extend(tries);
    }
    took.sort_unstable();
    let (middle, worst) = (took[took.len() / 2], took[took.len() - 1]);
    println!(
        "{entries} entries with {names} names in {loading:?}; a search {middle:?}, at most {worst:?}"
    );
    assert!(loading < LOADED, "{loading:?}");
}
