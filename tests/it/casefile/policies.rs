//! The policy that a decision was made under, as it was then.

use vouch::schema::policies;

use super::*;

/// A version of Acme's policy.
fn policy(app: &TestApp, version: i32, due_hours: u32) {
    diesel::insert_into(policies::table)
        .values((
            policies::organisation_id.eq(app.acme.id),
            policies::version.eq(version),
            policies::body.eq(serde_json::json!({ "due_hours": due_hours })),
            policies::made_by.eq(app.staff(Persona::Admin)),
            policies::made_at.eq(app.clock.now()),
        ))
        .execute(&mut app.owner())
        .expect("a policy");
}

/// A round that was decided under a version.
fn decided(app: &TestApp, customer: Uuid, round: i32, version: i32) {
    let (review, _) = make::open_review(app, customer, round);
    diesel::update(reviews::table.filter(reviews::id.eq(review)))
        .set((
            reviews::state.eq("decided"),
            reviews::decision.eq("validated"),
            reviews::decided_kind.eq("staff"),
            reviews::decided_by.eq(app.staff(Persona::Manager)),
            reviews::decided_at.eq(app.clock.now()),
            reviews::policy_version.eq(version),
        ))
        .execute(&mut app.owner())
        .expect("a decision");
}

#[test]
fn each_version_that_a_decision_names_is_there_whole_and_others_are_not() {
    let app = start();
    for (version, due_hours) in [(1, 30), (2, 36), (3, 48)] {
        policy(&app, version, due_hours);
    }
    let customer = make::customer(&app, |new| new.kyc = "validated");
    for (round, version) in [(1, 0), (2, 2), (3, 2)] {
        decided(&app, customer, round, version);
    }
    let archive = fetched(&app, Persona::Auditor, customer);
    let mut files = files(&archive);
    let names: Vec<&str> = files.0.iter().map(|(name, _)| name.as_str()).collect();
    let there: Vec<&&str> = names
        .iter()
        .filter(|name| name.starts_with("policies/"))
        .collect();
    assert_eq!(there, [&"policies/0.json", &"policies/2.json"]);
    let read = |name: &str| -> Value { serde_json::from_slice(&files.get(name)).expect("JSON") };
    let second = read("policies/2.json");
    assert_eq!(second["version"], 2);
    assert_eq!(second["made_by"], "Admin Person");
    assert!(second["made_at"].is_string());
    assert_eq!(second["policy"]["due_hours"], 36);
    assert_eq!(second["policy"]["claim_minutes"], 30);
    let delivered = read("policies/0.json");
    assert_eq!(delivered["policy"]["due_hours"], 24);
    assert_eq!(delivered["made_by"], Value::Null);

    let facts = read("casefile.json");
    assert_eq!(facts["policies"][1]["version"], 2);
    assert_eq!(facts["policies"][1]["file"], "policies/2.json");
    assert_eq!(facts["reviews"][0]["policy_file"], "policies/0.json");
    assert_eq!(facts["reviews"][2]["policy_file"], "policies/2.json");
    let listed = read("manifest.json")["files"].to_string();
    assert!(listed.contains("policies/2.json"), "{listed}");

    let page = scraper::Html::parse_document(&files.text("index.html"));
    let told = texts(&page, "#reviews").join(" ");
    for words in [
        "Policy as delivered",
        "Policy version 2",
        "36 working hours",
        "Admin Person",
        "after 5 years at low risk, 3 at medium, 1 at high",
    ] {
        assert!(told.contains(words), "{words} is not in {told}");
    }
    let selector = scraper::Selector::parse("#reviews a[href='policies/2.json']");
    let links = page.select(&selector.expect("a selector")).count();
    assert_eq!(links, 3, "from both rounds, and from what it says");

    // What it said cannot be changed unnoticed.
    let altered = files.text("policies/2.json").replace("36", "48");
    files.set("policies/2.json", altered);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("case.zip");
    fs::write(&file, files.pack()).expect("a file");
    let (status, said) = run(&VerifyArgs {
        file,
        public_key: None,
        checkpoint: None,
    });
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("\"policies/2.json\" was altered"), "{said}");
}
