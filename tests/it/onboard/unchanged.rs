//! A session about something else than who the customer is, while a review of them waits: they can say that their data is
//! right and send it off, and the review is left alone.

use vouch::schema::reviews;

use super::{
    stale::{corrected, seen},
    *,
};

/// Somebody whose review waits for an officer, at a link that asks for their bank accounts alone.
fn waiting(app: &TestApp) -> (Visitor, Uuid) {
    let customer = make::customer(app, |new| new.kyc = "pending");
    make::complete(app, customer);
    let round = make::open_review(app, customer, 1).0;
    let options = json!({"ais": {"accounts": true}});
    (visitor_of(app, customer, &options), round)
}

#[test]
fn what_stands_there_is_confirmed_and_sent_while_a_review_waits() {
    let app = TestApp::start();
    let (mut visitor, round) = waiting(&app);
    let state = || -> String {
        reviews::table
            .filter(reviews::id.eq(round))
            .select(reviews::state)
            .first(&mut app.owner())
            .expect("the round")
    };
    let before = (state(), visitor.kyc(&app), visitor.checks(&app));
    let (version, said) = visitor.untouched(&app);
    for (lang, right) in [
        ("fr", "Ces informations sont exactes"),
        ("es", "Estos datos son correctos"),
        ("en", "These details are right"),
    ] {
        let page = visitor
            .browser
            .get(&format!("{}?lang={lang}", visitor.path));
        assert_eq!(page.texts("#details button"), [right]);
    }
    // They read what they say is right, a country by its name, and may change nothing of it.
    let page = visitor.look();
    let shown = page.texts("#details li");
    for line in ["City: Porto", "Country of birth: Portugal"] {
        assert!(shown.iter().any(|one| one == line), "{line}: {shown:?}");
    }
    let now = seen(&page);
    let changed = visitor.post("details", &[("city", "Braga"), ("seen", &now)]);
    assert_eq!(changed.status, 409, "{}", changed.text());
    let errors = changed.attributes(".error-summary a", "href");
    assert_eq!(errors, ["#looked-at"]);
    let right = visitor.post("details", &[("seen", &now)]);
    assert_eq!(right.status, 303, "{}", right.text());
    let forms = visitor.look().attributes("form", "action");
    assert_eq!(forms, [format!("{}/send", visitor.path)]);
    let sent = visitor.post("send", &[]);
    assert_eq!(sent.status, 200, "{}", sent.text());
    assert_eq!(visitor.state(&app), "completed");
    // Nothing of the customer or their review is another.
    assert_eq!((state(), visitor.kyc(&app), visitor.checks(&app)), before);
    assert_eq!(visitor.untouched(&app).0, version);
    assert_eq!(
        app.actions()[said.len()..],
        [
            "onboarding.begun",
            "onboarding.confirmed",
            "onboarding.completed"
        ]
    );
}

#[test]
fn what_the_house_corrects_while_a_review_waits_is_read_before_it_is_confirmed() {
    let app = TestApp::start();
    let (mut visitor, _) = waiting(&app);
    let first = seen(&visitor.look());
    let changed = json!({"address": {"city": "Faro"}});
    corrected(&app, visitor.customer, &changed);
    let told = visitor.post("details", &[("seen", &first)]);
    assert_eq!(told.status, 409, "{}", told.text());
    let errors = told.attributes(".error-summary a", "href");
    assert_eq!(errors, ["#details"]);
    let shown = told.texts("#details li");
    assert!(shown.iter().any(|one| one == "City: Faro"), "{shown:?}");
    let now = seen(&told);
    assert_eq!(visitor.post("details", &[("seen", &now)]).status, 303);
    assert_eq!(visitor.post("send", &[]).status, 200);
}

/// What would be refused is not offered.
#[test]
fn what_is_not_whole_is_not_confirmed_while_a_review_waits() {
    let app = TestApp::start();
    let customer = make::customer(&app, |new| new.kyc = "pending");
    make::complete(&app, customer);
    make::open_review(&app, customer, 1);
    let options = json!({"identity": {"identityCheck": true}});
    let mut visitor = visitor_of(&app, customer, &options);
    assert_eq!(visitor.look().texts("#details button").len(), 1);
    diesel::update(customers::table.filter(customers::id.eq(customer)))
        .set(customers::email.eq(None::<String>))
        .execute(&mut app.owner())
        .expect("the customer");
    assert!(visitor.look().texts("#details button").is_empty());
}
