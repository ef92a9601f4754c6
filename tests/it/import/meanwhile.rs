//! What others of the same organisation wait for while a large import is at work: for nothing but its entries' places in the
//! chain, at the very end.

use std::time::{Duration, Instant};

use super::*;

/// Longer than any of them may take, on a machine that does other things beside: less than a request has in all.
const SOON: Duration = Duration::from_secs(3);

#[test]
fn customers_are_added_and_looked_at_while_a_large_import_is_at_work() {
    const ROWS: usize = 20_000;
    let app = start();
    let mut manager = app.sign_in(Persona::Manager);
    let path = hand_in(&mut manager, many(ROWS).as_bytes());
    let asked = ask(&mut manager, &path, "import", &[]);
    assert_eq!(asked.status, 303, "{}", asked.text());
    let branch = app.acme.branch("london").to_string();
    let mut admin = app.sign_in(Persona::Admin);
    let doing = worker(&app);
    let importing = std::thread::spawn(move || doing.step().expect("a step"));
    let mut waited = Vec::new();
    while !importing.is_finished() {
        let last_name = format!("Meanwhile {}", waited.len());
        let fields = [
            ("kind", "natural"),
            ("branch", branch.as_str()),
            ("first_name", "Ana"),
            ("last_name", last_name.as_str()),
        ];
        let begun = Instant::now();
        let added = admin.post("/customers/new", &fields);
        let adding = begun.elapsed();
        assert_eq!(added.status, 303, "{adding:?}: {}", added.text());
        // Looking at somebody is written down, and so it is linked too.
        let begun = Instant::now();
        let page = admin.follow(&added);
        waited.push((adding, begun.elapsed()));
        assert_eq!(page.status, 200, "{}", page.text());
        assert!(page.text().contains(&last_name), "{}", page.text());
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(importing.join().expect("a step"));
    let job = all_jobs(&app).remove(0);
    assert_eq!((job.state, job.rows_bad), (State::Done, Some(0)));
    assert!(waited.len() > 3, "it was over too soon: {waited:?}");
    let longest = waited.iter().map(|(adding, looking)| *adding.max(looking));
    let longest = longest.max();
    assert!(longest.is_some_and(|one| one < SOON), "{longest:?}");
    assert_eq!(names(&app).len(), ROWS + waited.len());
    assert_eq!(
        chain(&app),
        i64::try_from(app.actions().len()).expect("a number")
    );
}
