//! How far a job is: written while a case file is made, and said on its page.

use diesel::sql_types::BigInt;

use super::*;
use crate::documents;

/// What was once written of a job.
#[derive(Debug, QueryableByName)]
struct Written {
    #[diesel(sql_type = BigInt)]
    done: i64,
    #[diesel(sql_type = BigInt)]
    total: i64,
}

#[test]
fn how_far_a_case_file_is_is_written_while_it_is_made() {
    let app = start();
    let customer = make::customer(&app, |_| {});
    // A result of four pieces.
    let mut paper = documents::jpeg();
    paper.resize(7 * 1024 * 1024, 0);
    let (officer, kind) = (Persona::Officer, "IDENTITY_PROOF");
    make::paper(&app, officer, customer, kind, "a.jpg", &paper);
    app.owner()
        .batch_execute(
            "CREATE TABLE written (n bigserial, done bigint, total bigint);
             CREATE FUNCTION write_down() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
             BEGIN
                 INSERT INTO written (done, total) VALUES (NEW.done, NEW.total);
                 RETURN NULL;
             END $$;
             CREATE TRIGGER write_down AFTER UPDATE OF done, total ON jobs FOR EACH ROW EXECUTE FUNCTION write_down();",
        )
        .expect("somebody who watches");
    ask(&app, Persona::Officer, customer);
    work(&app);
    let job = only(&app);
    assert_eq!(job.state, State::Done);
    assert!(job.total > 7 * 1024 * 1024, "{}", job.total);
    assert_eq!(job.done, job.total);
    let written: Vec<Written> = diesel::sql_query("SELECT done, total FROM written ORDER BY n")
        .load(&mut app.owner())
        .expect("what was written");
    assert!(
        written.is_sorted_by_key(|one| (one.total, one.done)),
        "{written:?}"
    );
    let midway = written
        .iter()
        .filter(|one| one.total == job.total && 0 < one.done && one.done < one.total);
    assert!(midway.count() >= 3, "{written:?}");
}

#[test]
fn the_page_says_how_far_a_job_is() {
    let app = start();
    let customer = make::customer(&app, |_| {});
    let path = ask(&app, Persona::Officer, customer);
    let mut officer = app.sign_in(Persona::Officer);
    let share = |page: &Response| page.attributes("#job progress", "value");
    assert!(share(&officer.get(&path)).is_empty(), "nobody began it");
    let worker = worker(&app);
    let mut conn = worker.db.connection().expect("a connection");
    let taken = queue::claim(&mut conn).expect("a claim").expect("a job");
    assert!(share(&officer.get(&path)).is_empty(), "of an unknown whole");
    assert!(queue::beat(&mut conn, &taken, 3, 12).expect("an answer"));
    let page = officer.get(&path);
    assert_eq!(share(&page), ["25"]);
    assert!(page.text().contains("25 % done"), "{}", page.text());
}
