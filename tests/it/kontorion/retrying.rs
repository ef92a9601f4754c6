//! A refusal that the desk decided, with and without "may try again at once", as a key and an officer find it.

use super::*;

/// A customer whose review the manager refused at the desk, with the box ticked or not; the customer and the round.
fn refused_at_the_desk(app: &TestApp, ticked: bool) -> (Uuid, Uuid) {
    let customer = make::customer(app, |_| {});
    make::complete(app, customer);
    let asked = app
        .sign_in(Persona::Officer)
        .post(&format!("/customers/{customer}/reviews"), &[]);
    assert_eq!(asked.status, 303, "{}", asked.text());
    let round: Uuid = reviews::table
        .filter(reviews::customer_id.eq(customer))
        .select(reviews::id)
        .first(&mut app.owner())
        .expect("a round");
    let mut manager = app.sign_in(Persona::Manager);
    let claimed = manager.post(&format!("/reviews/{round}/claim"), &[]);
    assert_eq!(claimed.status, 303, "{}", claimed.text());
    let path = format!("/reviews/{round}/decision");
    let form = manager.get(&format!("{path}?decision=refused"));
    let version = form
        .form(&path)
        .into_iter()
        .find(|(name, _)| name == "version")
        .expect("the version that was seen")
        .1;
    assert!(
        form.texts("label")
            .iter()
            .any(|text| text.starts_with("May try again at once"))
    );
    let tick = form.attributes("input[name=retry]", "value");
    let mut fields = vec![
        ("version", version.as_str()),
        ("decision", "refused"),
        ("reason", "identity_not_proved"),
        ("comment", "The photograph shows somebody else."),
    ];
    if ticked {
        fields.push(("retry", tick[0].as_str()));
    }
    let done = manager.post(&path, &fields);
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(kyc(app, customer), "refused");
    (customer, round)
}

fn may_try_again(app: &TestApp, round: Uuid) -> Option<bool> {
    reviews::table
        .filter(reviews::id.eq(round))
        .select(reviews::retry)
        .first(&mut app.owner())
        .expect("the round")
}

#[test]
fn the_box_ticked_at_the_desk_lets_a_key_ask_again_and_an_officer_may_always() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let (firm, firm_round) = refused_at_the_desk(&app, false);
    let (again, again_round) = refused_at_the_desk(&app, true);
    assert_eq!(may_try_again(&app, firm_round), Some(false));
    assert_eq!(may_try_again(&app, again_round), Some(true));

    let answer = ours.post(&review(firm, "kyc"));
    assert_eq!(answer.problem(), (409, "INVALID_STATE_TRANSITION"));
    assert_eq!(kyc(&app, firm), "refused");
    ours.made(&review(again, "kyc"));
    assert_eq!(kyc(&app, again), "pending");

    let asked = app
        .sign_in(Persona::Officer)
        .post(&format!("/customers/{firm}/reviews"), &[]);
    assert_eq!(asked.status, 303, "{}", asked.text());
    assert_eq!(
        kyc(&app, firm),
        "pending",
        "no machine, so nothing forbids it"
    );
    let rounds: i64 = reviews::table
        .filter(reviews::customer_id.eq(firm))
        .count()
        .get_result(&mut app.owner())
        .expect("a number");
    assert_eq!(rounds, 2);
}
