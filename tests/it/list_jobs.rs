//! Lists that are too long to send while somebody waits: made as jobs, for whoever asked and as they may see them.

use diesel::prelude::*;
use vouch::{
    jobs::{
        queue::Job,
        rules::{Failure, State},
    },
    schema::{jobs, staff_branches},
};

use crate::{
    jobs::{Program, present, start, work, worker},
    support::{Persona, make},
};

fn all(app: &crate::support::TestApp) -> Vec<Job> {
    jobs::table
        .order(jobs::created_at)
        .select(Job::as_select())
        .load(&mut app.owner())
        .expect("the jobs")
}

#[test]
fn a_list_of_more_than_ten_thousand_is_made_as_a_job_and_a_shorter_one_is_sent() {
    let app = start();
    make::customer(&app, |new| new.last_name = Some("Unique".to_owned()));
    make::many(&app, 9_999);
    let mut officer = app.sign_in(Persona::Officer);
    let short = officer.get("/customers.csv");
    assert_eq!(short.status, 200, "exactly ten thousand are sent");
    assert_eq!(short.body.lines().count(), 10_001);
    assert!(all(&app).is_empty());

    make::many(&app, 1);
    present(&app);
    let answer = officer.get("/customers.csv?sort=name");
    assert_eq!(answer.status, 303, "{}", answer.text());
    let path = answer.header("location").expect("its job").to_owned();
    assert!(path.starts_with("/jobs/"), "{path}");
    let again = officer.get("/customers.csv?sort=name");
    assert_eq!(again.header("location"), Some(path.as_str()), "once");
    let other = officer.get("/customers.csv?sort=-created");
    assert_ne!(
        other.header("location"),
        Some(path.as_str()),
        "another order is another file"
    );
    assert_eq!(all(&app).len(), 2);

    let page = officer.get(&path);
    assert_eq!(page.texts("h1"), ["List of customers"]);
    work(&app);
    assert!(all(&app).iter().all(|job| job.total == 10_001));
    let page = officer.get(&path);
    assert!(page.text().contains("Ready"), "{}", page.text());
    let file = officer.get(&format!("{path}/file"));
    assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
    let name = file.header("content-disposition").expect("a name");
    assert!(
        name.contains("filename=\"customers-20") && name.ends_with(".csv\""),
        "{name}"
    );
    let mut lines = file.body.lines();
    assert!(
        lines
            .next()
            .is_some_and(|head| head.starts_with("short_id,name,kind,branch"))
    );
    let names: Vec<&str> = lines.filter_map(|line| line.split(',').nth(1)).collect();
    assert_eq!(names.len(), 10_001);
    let many: Vec<&str> = names
        .into_iter()
        .filter(|name| name.starts_with("Many"))
        .collect();
    assert!(
        many.len() == 10_000 && many.is_sorted(),
        "in the order that was asked for"
    );
    let said = app.actions();
    let times = |action: &str| said.iter().filter(|said| *said == action).count();
    assert_eq!((times("customers.exported"), times("job.fetched")), (3, 1));
}

#[test]
fn a_file_is_its_askers_own_and_holds_what_they_see_when_it_is_made() {
    let app = start();
    make::customer(&app, |_| {});
    make::many(&app, 10_001);
    let path = app
        .sign_in(Persona::Officer)
        .get("/customers.csv")
        .header("location")
        .expect("its job")
        .to_owned();
    assert_eq!(app.sign_in(Persona::Manager).get(&path).status, 404);
    assert_eq!(app.sign_in(Persona::Admin).get(&path).status, 200);
    // Half of them move to a branch that the officer does not see.
    let paris = app.acme.branch("paris");
    diesel::sql_query("UPDATE customers SET branch_id = $1 WHERE number % 2 = 0")
        .bind::<diesel::sql_types::Uuid, _>(paris)
        .execute(&mut app.owner())
        .expect("a move");
    work(&app);
    let file = app.sign_in(Persona::Officer).get(&format!("{path}/file"));
    let rows = file.body.lines().count() - 1;
    assert!((4_900..5_100).contains(&rows), "{rows} rows");
    assert!(!file.body.contains(",Paris,"));
    // Who no longer has a branch that the file was made of does not get it; who has more does.
    let london = app.acme.branch("london");
    let of_officer = staff_branches::table
        .filter(staff_branches::staff_id.eq(app.staff(Persona::Officer)))
        .filter(staff_branches::branch_id.eq(london));
    diesel::delete(of_officer)
        .execute(&mut app.owner())
        .expect("one branch less");
    let narrowed = app.sign_in(Persona::Officer).get(&format!("{path}/file"));
    assert_eq!(narrowed.status, 404);
    let wider = app.sign_in(Persona::Admin).get(&format!("{path}/file"));
    assert_eq!(wider.status, 200);
}

#[test]
fn what_was_searched_stands_in_no_clear_text_and_a_canceled_list_is_not_made() {
    let app = start();
    make::customer(&app, |_| {});
    make::many(&app, 10_001);
    let mut officer = app.sign_in(Persona::Officer);
    let found = officer.post("/customers/search", &[("q", "many")]);
    let list = found.header("location").expect("the list").to_owned();
    let csv = list.replacen("/customers", "/customers.csv", 1);
    let answer = officer.get(&csv);
    let path = answer.header("location").expect("its job").to_owned();
    let asked = all(&app).remove(0).asked.expect("what was asked for");
    let sealed = list.split_once("s=").expect("a sealed search").1;
    assert!(!asked.contains("s=") && !asked.contains(sealed), "{asked}");

    assert_eq!(officer.post(&format!("{path}/cancel"), &[]).status, 303);
    assert!(
        !worker(&app).step().expect("a step"),
        "nothing is to be done"
    );
    assert_eq!(officer.get(&format!("{path}/file")).status, 409);
    let again = officer.get(&csv);
    let anew = again.header("location").expect("another job").to_owned();
    assert_ne!(anew, path);
    work(&app);
    let file = officer.get(&format!("{anew}/file"));
    assert_eq!(file.body.lines().count(), 10_002);
}

#[test]
fn the_lists_of_checks_and_of_reviews_are_made_as_jobs_too() {
    let app = start();
    make::customer(&app, |_| {});
    make::many(&app, 10_001);
    // One check and one open review each.
    diesel::sql_query(
        "INSERT INTO verifications (organisation_id, id, number, customer_id, branch_id, verification_type, provider, status, started_by_kind, created_at, updated_at)
         SELECT organisation_id, gen_random_uuid(), number, id, branch_id, 'identity', 'acme', 'pending', 'console', created_at, created_at FROM customers",
    )
    .execute(&mut app.owner())
    .expect("checks");
    let mut officer = app.sign_in(Persona::Officer);
    let answer = officer.get("/verifications.csv?provider=acme&from=2020-01-01");
    assert_eq!(answer.status, 303, "{}", answer.text());
    let checks = answer.header("location").expect("its job").to_owned();
    work(&app);
    let file = officer.get(&format!("{checks}/file"));
    assert_eq!(file.body.lines().count(), 10_003);
    assert!(file.body.starts_with("id,number,customer_id,"));

    make::many_reviews(&app);
    let answer = officer.get("/reviews.csv?tab=open");
    assert_eq!(answer.status, 303, "{}", answer.text());
    let reviews = answer.header("location").expect("its job").to_owned();
    work(&app);
    let file = officer.get(&format!("{reviews}/file"));
    assert_eq!(file.body.lines().count(), 10_003);
    assert!(file.body.starts_with("short_id,customer,kind,"));
    assert_eq!(officer.get(&reviews).texts("h1"), ["List of reviews"]);
}

#[test]
fn a_list_whose_search_means_too_many_once_it_is_made_says_so() {
    let app = start();
    make::customer(&app, |_| {});
    make::many(&app, 1_000);
    // Eleven checks each, so that the list is a job; its search means as many customers as it may.
    diesel::sql_query(
        "INSERT INTO verifications (organisation_id, id, number, customer_id, branch_id, verification_type, provider, status, started_by_kind, created_at, updated_at)
         SELECT organisation_id, gen_random_uuid(), 1000000 + row_number() OVER (), customers.id, branch_id, 'identity', 'acme', 'pending', 'console', created_at, created_at
           FROM customers, generate_series(1, 11) n WHERE first_name = 'Many'",
    )
    .execute(&mut app.owner())
    .expect("checks");
    let mut officer = app.sign_in(Persona::Officer);
    let found = officer.post("/verifications/search", &[("q", "many")]);
    let list = found.header("location").expect("the list").to_owned();
    let csv = list.replacen("/verifications", "/verifications.csv", 1);
    let answer = officer.get(&csv);
    assert_eq!(answer.status, 303, "{}", answer.text());
    let path = answer.header("location").expect("its job").to_owned();
    make::many(&app, 1);
    work(&app);
    let job = all(&app).remove(0);
    assert_eq!(
        (job.state, job.failure),
        (State::Failed, Some(Failure::TooMany))
    );
    let said = officer.get(&path).text();
    assert!(said.contains("More customers match the search"), "{said}");
    assert!(!said.contains("no longer see"), "{said}");
    assert_eq!(officer.get(&csv).status, 409, "nor is it asked for now");
}

#[test]
fn a_list_is_written_and_sent_in_the_same_memory_however_long_it_is() {
    // Whoever held the longer list as a whole would need half as much again, at the least.
    // What it takes is some 8 MB, which the allocator keeps after a hundred thousand rows and more.
    const MORE: u64 = 12 * 1024 * 1024;
    let app = start();
    make::customer(&app, |_| {});
    // More than one piece of what is written, so that both hold a whole one.
    make::many(&app, 30_000);
    let server = Program::start(&app);
    let mut officer = app.sign_in(Persona::Officer);
    let mut fetching = server.browser(&officer);
    let mut made = |rows: i64| {
        present(&app);
        let answer = officer.get("/customers.csv");
        assert_eq!(answer.status, 303, "{}", answer.text());
        let deadline = std::time::Instant::now() + std::time::Duration::from_mins(2);
        while all(&app)
            .iter()
            .all(|job| (job.state, job.total) != (State::Done, rows))
        {
            assert!(std::time::Instant::now() < deadline, "it was not made");
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        let path = answer.header("location").expect("its job");
        let file = fetching.get(&format!("{path}/file"));
        assert_eq!(file.status, 200, "{}", file.text());
        assert_eq!(i64::try_from(file.body.lines().count()), Ok(rows + 1));
        (server.peak(), file.bytes.len() as u64)
    };
    let (short, bytes) = made(30_001);
    make::many(&app, 60_000);
    make::many(&app, 60_000);
    let (long, all_bytes) = made(150_001);
    let longer = all_bytes - bytes;
    assert!(longer > MORE + MORE / 2, "{longer} bytes are too few");
    let more = long.saturating_sub(short);
    assert!(
        more < MORE,
        "{longer} bytes more took {} KB more",
        more / 1024
    );
}
