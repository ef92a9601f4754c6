//! Whoever is held to a branch is told of that branch alone, whichever face's caller did what is told.

use vouch::{access::keys::rules::Face, schema::reviews};

use super::*;
use crate::{key_matrix, onboard, races, support::machines::Made, treezor};

/// A key of Acme's, held to these branches.
fn key(app: &TestApp, of: (&str, &str), may: &[&str], branches: &[&str]) -> Made {
    machines::key(app, &app.acme, of, may, branches)
}

/// Asks a face to tell a receiver of all that it can.
fn listens(app: &TestApp, face: Face, key: &Made, path: &str, receiver: &Receiver) {
    let body = json!({ "url": receiver.url() });
    let made = key_matrix::sent(app, face, Some(key), "POST", path, body, None);
    assert_eq!(made.status, 200, "{}", made.body);
}

/// Somebody of a branch, as far as they were before a first review.
fn draft(app: &TestApp, branch: &str) -> Uuid {
    make::customer(app, |new| {
        new.kyc = "draft";
        new.branch_id = app.acme.branch(branch);
    })
}

#[test]
fn a_trustist_webhook_of_one_branch_hears_of_the_sessions_of_that_branch_alone() {
    let app = TestApp::start();
    let (held, all) = (Receiver::ok(), Receiver::ok());
    for (receiver, branches) in [(&held, &["madrid"][..]), (&all, &[][..])] {
        let of = ("trustist", "tenant");
        let key = key(&app, of, &["manage_webhooks"], branches);
        let path = "/v1/onboard/webhooks";
        listens(&app, Face::Trustist, &key, path, receiver);
    }
    let completed = |branch: &str| {
        let customer = draft(&app, branch);
        let mut visitor = onboard::visitor_of(&app, customer, &onboard::everything());
        visitor.fill_in();
        assert_eq!(visitor.post("send", &[]).status, 200);
        json!(visitor.session)
    };
    let told = |receiver: &Receiver| -> Vec<Value> {
        let got = receiver.got().into_iter();
        got.map(|one| one.json()["data"]["id"].clone()).collect()
    };
    let elsewhere = completed("paris");
    assert_eq!(deliver(&app), 1);
    assert!(held.got().is_empty(), "that is another branch's");
    let own = completed("madrid");
    assert_eq!(deliver(&app), 2);
    assert_eq!(told(&held), std::slice::from_ref(&own));
    assert_eq!(told(&all), [elsewhere, own]);
}

#[test]
fn a_treezor_hook_of_one_branch_hears_of_that_branch_s_reviews_alone_whoever_asks() {
    let app = TestApp::start();
    let (held, all) = (Receiver::ok(), Receiver::ok());
    for (receiver, branches) in [(&held, &["madrid"][..]), (&all, &[][..])] {
        let key = key(&app, ("treezor", "oauth"), &["admin"], branches);
        listens(&app, Face::Treezor, &key, "/settings/hooks", receiver);
    }
    let truust = key(&app, ("truust", "live"), &["read", "write"], &[]);
    let reviewed = |branch: &str| {
        let customer = draft(&app, branch);
        make::complete(&app, customer);
        let path = format!("/2.0/verifications/{customer}/request");
        let asked = key_matrix::sent(
            &app,
            Face::Truust,
            Some(&truust),
            "POST",
            &path,
            Value::Null,
            None,
        );
        assert_eq!(asked.status, 200, "{}", asked.body);
        let round: Uuid = reviews::table
            .filter(reviews::customer_id.eq(customer))
            .select(reviews::id)
            .first(&mut app.owner())
            .expect("the round");
        let mut admin = app.sign_in(Persona::Admin);
        assert_eq!(races::claim(&mut admin, round), 303);
        let version = races::kyc(&app, customer).1;
        let decided = races::decide(&mut admin, round, version, &treezor::VALIDATE);
        assert_eq!(decided, 303);
        treezor::number(&app, &app.acme, customer).to_string()
    };
    let told = |receiver: &Receiver| {
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let got = receiver.got().into_iter().map(|one| one.json());
        let mut all: Vec<(String, String)> = got
            .map(|one| (text(&one["object_id"]), text(&one["webhook"])))
            .collect();
        all.sort();
        all
    };
    let both = |user: &str| {
        ["kycreview.request", "kycreview.result"]
            .map(|event| (user.to_owned(), event.to_owned()))
            .to_vec()
    };
    let elsewhere = reviewed("paris");
    assert_eq!(deliver(&app), 2);
    assert!(held.got().is_empty(), "that is another branch's");
    let own = reviewed("madrid");
    assert_eq!(deliver(&app), 4);
    assert_eq!(told(&held), both(&own));
    let mut every = [both(&elsewhere), both(&own)].concat();
    every.sort();
    assert_eq!(told(&all), every);
}
