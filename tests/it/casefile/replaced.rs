//! One member of a company put in another's place, in everything but who they are the same: it shows wherever what was
//! declared then stands beside what is declared now, and nobody learns by it of somebody whom they may not see.

use serde_json::json;
use vouch::schema::relations;

use super::*;

/// A member of the company with half of it.
fn half(member: Uuid) -> Value {
    json!([{ "customer": member, "role": "shareholder", "percent": 5000, "band": null, "source": "declared" }])
}

/// A person of a branch.
fn person(app: &TestApp, name: &str, branch: &str) -> Uuid {
    make::customer(app, |new| {
        new.last_name = Some(name.to_owned());
        new.branch_id = app.acme.branch(branch);
    })
}

/// A company with an open round, held by the officer, for which this member was declared; now another owns the half.
fn replaced(app: &TestApp, then: Uuid, now: Uuid) -> (Uuid, Uuid) {
    let company = make::customer(app, |new| {
        make::as_company(new, "Moinho & Filhos");
        new.kyc = "pending";
    });
    make::relation(app, company, now, "shareholder", Some(50));
    let (review, _) = make::review_of(app, &app.acme, company, |new| {
        new.assignee = Some(app.staff(Persona::Officer));
    });
    diesel::update(reviews::table.filter(reviews::id.eq(review)))
        .set(reviews::snapshot.eq(json!({ "members": half(then) })))
        .execute(&mut app.owner())
        .expect("a round");
    (company, review)
}

/// The tables of a case file's rounds, as the officer has it made: each caption with its rows.
fn differences(app: &TestApp, company: Uuid) -> Vec<String> {
    let (_, page) = made_for(app, Persona::Officer, company);
    texts(&page, "#reviews table")
}

#[test]
fn whoever_was_put_in_a_member_s_place_is_told_in_the_case_file_and_where_it_is_decided() {
    let app = start();
    let (ana, bento) = (
        person(&app, "Ana-Neves", "london"),
        person(&app, "Bento-Reis", "london"),
    );
    let (company, review) = replaced(&app, ana, bento);
    let tables = differences(&app, company);
    assert_eq!(tables.len(), 1, "{tables:?}");
    assert!(
        tables[0].starts_with("Declared when round 1 was submitted last, and different now"),
        "{tables:?}"
    );
    let page = app
        .sign_in(Persona::Officer)
        .get(&format!("/reviews/{review}/decision"));
    assert_eq!(page.status, 200, "{}", page.text());
    let changed = page.texts("dl.change");
    for told in [&tables[0], &changed[0]] {
        let places = ["Ana-Neves", "Bento-Reis"].map(|name| told.find(name).expect(name));
        assert!(places[0] < places[1], "{told}");
        assert!(told.contains("shareholder 50.00 % declared"), "{told}");
    }
}

#[test]
fn the_same_member_is_no_difference_in_whatever_order_the_database_keeps_their_parts() {
    let app = start();
    let ana = person(&app, "Ana-Neves", "london");
    let (company, _) = replaced(&app, ana, ana);
    assert_eq!(differences(&app, company), Vec::<String>::new());
}

#[test]
fn of_members_elsewhere_a_mark_says_that_they_are_others_and_nothing_says_who() {
    let app = start();
    let (ana, bento) = (
        person(&app, "Ana-Neves", "paris"),
        person(&app, "Bento-Reis", "paris"),
    );
    let (same, _) = replaced(&app, ana, ana);
    assert_eq!(differences(&app, same), Vec::<String>::new());
    let (company, review) = replaced(&app, ana, bento);
    let tables = differences(&app, company);
    assert_eq!(tables.len(), 1, "{tables:?}");
    let page = app
        .sign_in(Persona::Officer)
        .get(&format!("/reviews/{review}/decision"));
    let changed = page.texts("dl.change");
    assert_eq!(changed.len(), 1, "{changed:?}");
    for told in [&tables[0], &changed[0]] {
        let marks: Vec<&str> = told.split("outside of your branches, mark ").collect();
        assert_eq!(marks.len(), 3, "{told}");
        assert_ne!(marks[1][..8], marks[2][..8], "{told}");
    }
    let archive = fetched(&app, Persona::Officer, company);
    for secret in [
        "Ana-Neves".to_owned(),
        "Bento-Reis".to_owned(),
        ana.to_string(),
        bento.to_string(),
    ] {
        let found = archive
            .windows(secret.len())
            .any(|bytes| bytes == secret.as_bytes());
        assert!(!found, "{secret}");
        assert!(!page.body.contains(&secret), "{secret}");
    }
    // Whoever may see them reads their names.
    let (_, admins) = made(&app, company);
    let told = texts(&admins, "#reviews table").join(" ");
    assert!(told.contains("Bento-Reis"), "{told}");
}

#[test]
fn a_decided_round_is_said_to_show_what_was_declared_when_it_was_decided() {
    let app = start();
    let (ana, bento) = (
        person(&app, "Ana-Neves", "london"),
        person(&app, "Bento-Reis", "london"),
    );
    let (company, review) = replaced(&app, ana, bento);
    diesel::update(reviews::table.filter(reviews::id.eq(review)))
        .set((
            reviews::state.eq("decided"),
            reviews::assignee.eq(None::<Uuid>),
            reviews::decision.eq("validated"),
            reviews::decided_kind.eq("staff"),
            reviews::decided_by.eq(app.staff(Persona::Manager)),
            reviews::decided_at.eq(app.clock.now()),
        ))
        .execute(&mut app.owner())
        .expect("a decision");
    let tables = differences(&app, company);
    assert!(
        tables[0].starts_with("Declared when round 1 was decided, and different now"),
        "{tables:?}"
    );
    let now = relations::table.filter(relations::parent_id.eq(company));
    diesel::update(now)
        .set(relations::child_id.eq(ana))
        .execute(&mut app.owner())
        .expect("a member");
    assert_eq!(differences(&app, company), Vec::<String>::new());
}
