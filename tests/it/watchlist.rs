//! Lists of names: loaded from a file, looked up, and what officers say of what is found.

use diesel::prelude::*;
use uuid::Uuid;
use vouch::{
    cli::watchlist::{Import, watchlist_import},
    db::{Db, PoolOptions},
    keys::Keys,
    schema::{customers, hits, verifications, watchlist_entries},
};

use crate::support::{Browser, Persona, TestApp, make};

mod console;
mod merged;

pub const HEAD: &str = "id,schema,name,aliases,birth_date,countries,addresses,identifiers,sanctions,phones,emails,program_ids,dataset,first_seen,last_seen,last_change";

/// The owner's pool, as the command line reaches it.
pub fn owner(app: &TestApp) -> Db {
    Db::open(
        &PoolOptions {
            url: app.database.owner_url.clone(),
            size: 1,
            wait: std::time::Duration::from_secs(5),
            statement_cache: true,
        },
        app.clock.clone(),
        Keys::new(app.secret.clone()),
    )
}

/// Loads these lines as the list `un`; how many entries, names, and unchanged.
pub fn load(app: &TestApp, lines: &str) -> Result<(u64, u64, u64), String> {
    let file = app.folder.path().join("un.simple.csv");
    std::fs::write(&file, lines).expect("a file");
    let mut conn = owner(app).connection().expect("a connection");
    let wanted = Import { file, list: None };
    watchlist_import(&mut conn, &wanted)
        .map(|loaded| (loaded.entries, loaded.names, loaded.unchanged))
        .map_err(|error| error.to_string())
}

/// Merges the other into the one.
pub fn merge(by: &mut Browser, one: Uuid, other: Uuid) -> u16 {
    let other = other.to_string();
    by.post(
        &format!("/customers/{one}/duplicates"),
        &[
            ("other", other.as_str()),
            ("answer", "merge"),
            ("reason", "The passport is the same."),
        ],
    )
    .status
}

pub const FALCAO: &str = "Q1,Person,Ines FALCAO,Инеш Фалькан;Falcao Ines,1987-03-09,pt,,,\"Travel ban; \"\"frozen\"\"\",,,,un,2020-01-01,2026-11-01,2026-01-01";
const OTHER: &str =
    "Q2,Person,Vladimir Putin,,1952-10-07,ru,,,,,,,un,2020-01-01,2026-11-01,2026-01-01";
const SHIP: &str = "Q3,Vessel,Ines Falcao,,,pa,,,,,,,un,2020-01-01,2026-11-01,2026-01-01";

fn file(entries: &[&str]) -> String {
    format!("{HEAD}\n{}\n", entries.join("\n"))
}

fn check(app: &TestApp, customer: Uuid) -> (Uuid, String) {
    let done = app.sign_in(Persona::Officer).post(
        &format!("/customers/{customer}/verifications"),
        &[
            ("verification_type", "sanctions"),
            ("provider", "watchlist"),
        ],
    );
    assert_eq!(done.status, 303, "{}", done.text());
    newest(app)
}

fn newest(app: &TestApp) -> (Uuid, String) {
    verifications::table
        .filter(verifications::provider.eq("watchlist"))
        .order(verifications::number.desc())
        .select((verifications::id, verifications::status))
        .first(&mut app.owner())
        .expect("a check")
}

fn settle(app: &TestApp, outcome: &str) {
    let mut officer = app.sign_in(Persona::Officer);
    let list = officer.get("/hits");
    let action = list.attributes("form[action^='/hits/']", "action")[0].clone();
    for wrong in [
        &[("reason", "The photograph differs.")][..],
        &[("outcome", outcome), ("reason", "no")],
    ] {
        assert_eq!(officer.post(&action, wrong).status, 422, "{wrong:?}");
    }
    let said = [("outcome", outcome), ("reason", "The photograph differs.")];
    let done = officer.post(&action, &said);
    assert_eq!(
        done.header("location"),
        Some("/hits?done=settled"),
        "{}",
        done.text()
    );
    assert_eq!(officer.post(&action, &said).status, 409);
}

#[test]
fn a_hit_waits_for_an_officer_and_stays_cleared_until_its_entry_changes() {
    let app = TestApp::start();
    assert_eq!(load(&app, &file(&[FALCAO, OTHER, SHIP])), Ok((3, 5, 0)));
    let customer = make::customer(&app, |_| {});
    let (id, status) = check(&app, customer);
    assert_eq!(status, "pending");
    let page = app.sign_in(Persona::Auditor).get("/hits");
    assert_eq!(
        page.texts("article.proposal").len(),
        1,
        "the ship is no person"
    );
    assert!(page.text().contains("100 of 100 alike") && page.body.contains("1987-03-09"));
    assert!(
        page.attributes("form[action^='/hits/']", "action")
            .is_empty()
    );
    // Not in the manager's branch, not in the organisation: not there.
    assert!(
        app.sign_in(Persona::Other)
            .get("/hits")
            .text()
            .contains("No hit is open")
    );
    settle(&app, "cleared");
    assert_eq!(newest(&app), (id, "verified".to_owned()));
    let (_, status) = check(&app, customer);
    assert_eq!(status, "verified", "it stays cleared");
    // Published anew without a change of its meaning.
    let again = FALCAO.replace("2026-11-01", "2026-11-16");
    assert_eq!(load(&app, &file(&[&again, OTHER])), Ok((2, 4, 2)));
    assert_eq!(check(&app, customer).1, "verified");
    // Now it says something else.
    let changed = FALCAO.replace("Travel ban", "Arms");
    assert_eq!(load(&app, &file(&[&changed, OTHER])), Ok((2, 4, 1)));
    assert_eq!(check(&app, customer).1, "pending");
    settle(&app, "confirmed");
    assert_eq!(newest(&app).1, "failed");
    assert_eq!(check(&app, customer).1, "failed");
    let all: Vec<String> = hits::table
        .order(hits::state)
        .select(hits::state)
        .load(&mut app.owner())
        .expect("hits");
    assert_eq!(all, ["cleared", "confirmed"]);
    let said = app.actions();
    for action in ["hit.found", "hit.cleared", "hit.confirmed"] {
        assert!(said.iter().any(|one| one == action), "{action} in {said:?}");
    }
}

#[test]
fn nobody_is_validated_while_a_hit_is_open_and_who_was_must_be_looked_at_again() {
    let app = TestApp::start();
    load(&app, &file(&[FALCAO])).expect("a list");
    let customer = make::customer(&app, |new| new.kyc = "pending");
    make::complete(&app, customer);
    let (review, _) = make::review_of(&app, &app.acme, customer, |new| {
        new.assignee = Some(app.staff(Persona::Officer));
    });
    assert_eq!(check(&app, customer).1, "pending");
    let decide = || {
        let version: i32 = customers::table
            .filter(customers::id.eq(customer))
            .select(customers::version)
            .first(&mut app.owner())
            .expect("the customer");
        app.sign_in(Persona::Officer).post(
            &format!("/reviews/{review}/decision"),
            &[
                ("version", version.to_string().as_str()),
                ("decision", "validated"),
                ("risk", "low"),
                ("comment", "All in order."),
            ],
        )
    };
    let refused = decide();
    assert_eq!(refused.status, 409, "{}", refused.text());
    assert!(refused.text().contains("watchlist"), "{}", refused.text());
    settle(&app, "cleared");
    assert_eq!(decide().status, 303);

    let validated = make::customer(&app, |new| new.kyc = "validated");
    check(&app, validated);
    let kyc: String = customers::table
        .filter(customers::id.eq(validated))
        .select(customers::kyc)
        .first(&mut app.owner())
        .expect("the customer");
    assert_eq!(kyc, "review_needed");
}

#[test]
fn other_people_are_no_hits_and_without_a_list_nobody_is_verified() {
    let app = TestApp::start();
    let customer = make::customer(&app, |_| {});
    assert_eq!(check(&app, customer).1, "pending");
    let younger = FALCAO.replace("1987-03-09", "1961");
    load(&app, &file(&[&younger, OTHER])).expect("a list");
    let (_, status) = check(&app, customer);
    assert_eq!(status, "pending", "the same words, whatever the year");
    let near = OTHER
        .replace("Vladimir Putin", "Inesa Falkon")
        .replace("1952", "1961");
    load(&app, &file(&[&near])).expect("a list");
    let other = make::customer(&app, |_| {});
    assert_eq!(check(&app, other).1, "verified");
    let company = make::company(&app, "Inesa Falkon");
    assert_eq!(check(&app, company).1, "verified", "a person is no company");
}

#[test]
fn a_check_that_looked_at_no_list_is_not_verified_by_what_is_said_of_a_hit() {
    for (outcome, blind, seeing) in [
        ("cleared", "pending", "verified"),
        ("confirmed", "failed", "failed"),
    ] {
        let app = TestApp::start();
        let customer = make::customer(&app, |_| {});
        let (first, status) = check(&app, customer);
        assert_eq!(status, "pending", "no list is loaded");
        load(&app, &file(&[FALCAO])).expect("a list");
        let (second, status) = check(&app, customer);
        assert_eq!(status, "pending", "a hit is open");
        settle(&app, outcome);
        let stands = |id: Uuid| -> String {
            verifications::table
                .filter(verifications::id.eq(id))
                .select(verifications::status)
                .first(&mut app.owner())
                .expect("the check")
        };
        assert_eq!(stands(second), seeing, "{outcome}");
        assert_eq!(stands(first), blind, "{outcome}");
    }
}

#[test]
fn who_is_declared_in_another_script_is_found_with_how_alike_they_are() {
    let app = TestApp::start();
    load(&app, &file(&[FALCAO, OTHER])).expect("a list");
    let customer = make::customer(&app, |new| {
        (new.first_name, new.last_name) = (Some("Владимир".to_owned()), Some("Путин".to_owned()));
        new.birth_date = "1961-01-01".parse().ok();
    });
    assert_eq!(check(&app, customer).1, "pending");
    let found: Vec<(String, i16)> = hits::table
        .select((hits::entry_id, hits::score))
        .load(&mut app.owner())
        .expect("hits");
    // The same words, and another year of birth.
    assert_eq!(found, [("Q2".to_owned(), 85)]);
}

#[test]
fn who_has_a_single_name_is_found_by_it_and_nobody_else_is() {
    const SUHARTO: &str = "Q5,Person,Suharto,,,id,,,,,,,un,2020-01-01,,";
    let app = TestApp::start();
    load(&app, &file(&[SUHARTO])).expect("a list");
    let of = |first: Option<&str>, last: &str| {
        make::customer(&app, |new| {
            new.first_name = first.map(str::to_owned);
            new.last_name = Some(last.to_owned());
        })
    };
    assert_eq!(check(&app, of(None, "Suharto")).1, "pending");
    assert_eq!(check(&app, of(Some("Tommy"), "Suharto")).1, "verified");
    assert_eq!(check(&app, of(Some("Suharto"), "Suharto")).1, "verified");
}

#[test]
fn the_page_shows_the_oldest_hits_and_says_where_there_are_more() {
    const MORE: &str = "More follow once these are settled.";
    let app = TestApp::start();
    let customer = make::customer(&app, |_| {});
    make::hit(&app, &app.acme, customer);
    let further = |from: i32, to: i32| {
        diesel::sql_query(
            "INSERT INTO hits (organisation_id, id, customer_id, verification_id, list, entry_id, entry, entry_hash, name, score, found_at)
             SELECT organisation_id, gen_random_uuid(), customer_id, verification_id, list, 'N' || n, entry, entry_hash, name, score, found_at + n * interval '1 second'
               FROM hits, generate_series($1, $2) n WHERE entry_id = 'Q1'",
        )
        .bind::<diesel::sql_types::Integer, _>(from)
        .bind::<diesel::sql_types::Integer, _>(to)
        .execute(&mut app.owner())
        .expect("further hits");
    };
    let shown = |path: &str| {
        let page = app.sign_in(Persona::Officer).get(path);
        let last = page.texts("article.proposal .id").pop().expect("a hit");
        let count = page.texts("article.proposal").len();
        (count, last, page.text().contains(MORE))
    };
    further(1, 199);
    let of_one = format!("/hits?customer={customer}");
    for path in ["/hits", of_one.as_str()] {
        assert_eq!(shown(path), (200, "N199".to_owned(), false), "{path}");
    }
    further(200, 200);
    for path in ["/hits", of_one.as_str()] {
        assert_eq!(shown(path), (200, "N199".to_owned(), true), "{path}");
    }
}

/// A company's caller says who acts for it: they are looked for as the person that they are.
#[test]
fn whoever_acts_for_a_company_is_looked_for_by_their_own_name() {
    let app = TestApp::start();
    load(&app, &file(&[FALCAO])).expect("a list");
    let of = |first: &str, last: &str| {
        make::customer(&app, |new| {
            make::as_company(new, "Obras SL");
            new.first_name = Some(first.to_owned());
            new.last_name = Some(last.to_owned());
        })
    };
    assert_eq!(check(&app, of("Inês", "Falcão")).1, "pending");
    assert_eq!(check(&app, of("Juana", "Obrera")).1, "verified");
}

/// A name that differs from the company's by its legal form alone is two names: the company's, and a person's.
#[test]
fn whoever_acts_for_a_company_that_is_called_like_them_is_looked_for_as_a_person_too() {
    const COMPANY: &str = "Q4,Company,Ines Falcao Lda,,,pt,,,,,,,un,2020-01-01,,";
    let app = TestApp::start();
    let found = |customer: Uuid| -> Vec<String> {
        hits::table
            .filter(hits::customer_id.eq(customer))
            .order(hits::entry_id)
            .select(hits::entry_id)
            .load(&mut app.owner())
            .expect("hits")
    };
    load(&app, &file(&[FALCAO])).expect("a list");
    let acts = make::customer(&app, |new| {
        make::as_company(new, "Ines Falcao SL");
        new.first_name = Some("Ines".to_owned());
        new.last_name = Some("Falcao".to_owned());
    });
    assert_eq!(check(&app, acts).1, "pending");
    assert_eq!(found(acts), ["Q1"]);
    // The same of a representative; and where a person and a company are listed, both are found.
    load(&app, &file(&[FALCAO, COMPANY])).expect("a list");
    for name in ["Ines Falcao SL", "Ines Falcao"] {
        let represented = make::company(&app, name);
        diesel::update(customers::table.filter(customers::id.eq(represented)))
            .set(customers::representative_name.eq("Ines Falcao"))
            .execute(&mut app.owner())
            .expect("the company");
        assert_eq!(check(&app, represented).1, "pending");
        assert_eq!(found(represented), ["Q1", "Q4"], "{name}");
    }
    let alone = make::company(&app, "Ines Falcao SL");
    check(&app, alone);
    assert_eq!(found(alone), ["Q4"], "nobody is said to act for it");
}

#[test]
fn a_file_that_is_no_list_changes_nothing() {
    let app = TestApp::start();
    load(&app, &file(&[FALCAO])).expect("a list");
    for (bad, why) in [
        ("id,name\nQ1,A", "no column `schema`"),
        (&*file(&[FALCAO, FALCAO]), "a second time"),
        (&*file(&[",Person,A"]), "line 2"),
        (&*file(&["Q1,Person,"]), "line 2"),
    ] {
        let error = load(&app, bad).expect_err("refused");
        assert!(error.contains(why), "{error}");
    }
    let count: i64 = watchlist_entries::table
        .count()
        .get_result(&mut app.database.owner())
        .expect("a count");
    assert_eq!(count, 1);
}
