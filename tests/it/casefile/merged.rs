//! Rows that are one customer: the case file of the one that stays holds what hangs on the others, and theirs say where they
//! went.

use super::*;
use crate::watchlist::{FALCAO, HEAD, load};

const WHY: &str = "The passport & the photograph are the same.";

fn merge(app: &TestApp, one: Uuid, other: Uuid) {
    let id = other.to_string();
    let done = app.sign_in(Persona::Admin).post(
        &format!("/customers/{one}/duplicates"),
        &[("other", id.as_str()), ("answer", "merge"), ("reason", WHY)],
    );
    assert_eq!(done.status, 303, "{}", done.text());
}

fn short_id(app: &TestApp, customer: Uuid) -> String {
    customers::table
        .filter(customers::id.eq(customer))
        .select(customers::short_id)
        .first(&mut app.owner())
        .expect("the customer")
}

/// Somebody of a branch with a paper, a decided round, a hit and a note.
fn known(app: &TestApp, name: &str, branch: &str) -> Uuid {
    let customer = make::customer(app, |new| {
        new.last_name = Some(name.to_owned());
        new.branch_id = app.acme.branch(branch);
        new.kyc = "validated";
    });
    let (review, _) = make::open_review(app, customer, 1);
    diesel::update(reviews::table.filter(reviews::id.eq(review)))
        .set((
            reviews::state.eq("decided"),
            reviews::decision.eq("validated"),
            reviews::comment.eq("Seen in the branch."),
            reviews::decided_kind.eq("staff"),
            reviews::decided_by.eq(app.staff(Persona::Manager)),
            reviews::decided_at.eq(app.clock.now()),
            reviews::policy_version.eq(0),
        ))
        .execute(&mut app.owner())
        .expect("a decision");
    let pdf = make::pdf(1);
    make::paper(
        app,
        Persona::Admin,
        customer,
        "IDENTITY_PROOF",
        "passport.pdf",
        pdf.as_bytes(),
    );
    make::note(app, customer, &format!("A note about {name}"));
    let asked = [
        ("verification_type", "sanctions"),
        ("provider", "watchlist"),
    ];
    let done = app
        .sign_in(Persona::Admin)
        .post(&format!("/customers/{customer}/verifications"), &asked);
    assert_eq!(done.status, 303, "{}", done.text());
    customer
}

#[test]
fn the_one_who_stays_has_in_their_file_what_hangs_on_whoever_was_merged() {
    let app = start();
    load(&app, &format!("{HEAD}\n{FALCAO}\n")).expect("a list");
    // The third into the second, and both into the first; one more lies where the officer may not look.
    let first = make::customer(&app, |_| {});
    let second = known(&app, "Falcão", "london");
    let third = known(&app, "Falcao", "madrid");
    let hidden = known(&app, "Falcão", "paris");
    for (one, other) in [(second, third), (first, second), (first, hidden)] {
        merge(&app, one, other);
    }
    let archive = fetched(&app, Persona::Officer, first);
    let files = files(&archive);
    let facts: Value = serde_json::from_str(&files.text("casefile.json")).expect("JSON");
    assert_eq!(facts["merged_into"], Value::Null);
    assert_eq!(facts["merged_elsewhere"], 1);
    let here = facts["merged_here"].as_array().expect("rows");
    assert_eq!(here.len(), 2);
    for (row, into) in [(second, first), (third, second)] {
        let told = here
            .iter()
            .find(|one| one["customer"]["id"] == row.to_string())
            .expect("the row");
        assert_eq!(told["merge"]["into"], into.to_string());
        assert_eq!(told["merge"]["into_short_id"], short_id(&app, into));
        assert_eq!(told["merge"]["by"], "Admin Person");
        assert_eq!(told["merge"]["reason"], WHY);
        assert!(told["merge"]["at"].is_string());
        assert_eq!(told["declared"]["first_name"], "Inês");
        assert_eq!(told["reviews"][0]["comment"], "Seen in the branch.");
        assert_eq!(told["reviews"][0]["policy_file"], "policies/0.json");
        assert_eq!(told["hits"][0]["entry_id"], "Q1");
        assert_eq!(told["verifications"].as_array().map(Vec::len), Some(2));
        assert_eq!(told["notes"].as_array().map(Vec::len), Some(1));
        let paper = told["documents"][0]["file"].as_str().expect("a file");
        assert_eq!(files.get(paper), make::pdf(1).into_bytes());
    }
    // Papers are numbered through, and their hashes stand together.
    assert_eq!(files.text("documents/SHA256SUMS").lines().count(), 2);
    files.get("policies/0.json");
    let secret = hidden.to_string();
    assert!(
        !archive
            .windows(secret.len())
            .any(|bytes| bytes == secret.as_bytes())
    );

    let page = scraper::Html::parse_document(&files.text("index.html"));
    assert!(page.errors.is_empty(), "{:?}", page.errors);
    let told = texts(&page, "#merged").join(" ");
    for words in [
        WHY,
        "Admin Person",
        "Seen in the branch.",
        "A note about Falcão",
        "A note about Falcao",
        "Ines FALCAO",
        "passport.pdf",
        "Outside of the reader’s branches: 1 more.",
    ] {
        assert!(told.contains(words), "{words} is not in {told}");
    }
    for row in [second, third] {
        assert!(told.contains(&short_id(&app, row)), "{row} in {told}");
    }
    assert_eq!(texts(&page, "#merged > section").len(), 2);
    // What an admin may see is all of it.
    let (facts, _) = made(&app, first);
    assert_eq!(facts["merged_here"].as_array().map(Vec::len), Some(3));
    assert_eq!(facts["merged_elsewhere"], 0);
}

#[test]
fn the_file_of_whoever_was_merged_says_first_into_whom_and_when() {
    let app = start();
    let (one, other) = (
        make::customer(&app, |new| new.branch_id = app.acme.branch("paris")),
        make::customer(&app, |_| {}),
    );
    merge(&app, one, other);
    let (facts, page) = made(&app, other);
    let short = short_id(&app, one);
    assert_eq!(facts["merged_into"]["into"], one.to_string());
    assert_eq!(facts["merged_into"]["into_short_id"], short);
    assert_eq!(facts["merged_into"]["by"], "Admin Person");
    assert_eq!(facts["merged_here"].as_array().map(Vec::len), Some(0));
    let at: DateTime<Utc> = facts["merged_into"]["at"]
        .as_str()
        .and_then(|at| at.parse().ok())
        .expect("a moment");
    assert!((app.clock.now() - at).num_minutes() < 10, "{at}");
    let head = texts(&page, "body > header").join(" ");
    for words in ["This row was merged into another", short.as_str(), WHY] {
        assert!(head.contains(words), "{words} is not in {head}");
    }
    // Whoever may not see the other learns that there is one.
    let (facts, page) = made_for(&app, Persona::Officer, other);
    assert_eq!(facts["merged_into"]["into"], Value::Null);
    assert_eq!(facts["merged_into"]["into_name"], Value::Null);
    let head = texts(&page, "body > header").join(" ");
    assert!(
        head.contains("which lies outside of the reader’s branches"),
        "{head}"
    );
    assert!(!head.contains(&short), "{head}");
}
