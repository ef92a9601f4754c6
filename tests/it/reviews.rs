//! The life of a review: asked for, looked at, taken, decided, and what is refused on the way.

use chrono::{NaiveDate, TimeDelta};
use diesel::{connection::SimpleConnection as _, prelude::*};
use uuid::Uuid;
use vouch::{
    reviews::policy::{changes, rules::Policy},
    schema::{customers, proposals, reviews, verifications},
};

use crate::{
    approvals::act,
    policy_effects::edit,
    support::{Browser, Persona, Response, TestApp, make},
};

/// A person with everything that is asked of them.
fn ready(app: &TestApp) -> Uuid {
    let customer = make::customer(app, |_| {});
    make::complete(app, customer);
    customer
}

pub fn kyc(app: &TestApp, customer: Uuid) -> (String, Option<String>, i32) {
    customers::table
        .filter(customers::id.eq(customer))
        .select((customers::kyc, customers::kyc_comment, customers::version))
        .first(&mut app.owner())
        .expect("the customer")
}

pub fn latest(
    app: &TestApp,
    customer: Uuid,
) -> (Uuid, String, Option<chrono::DateTime<chrono::Utc>>) {
    reviews::table
        .filter(reviews::customer_id.eq(customer))
        .order(reviews::round.desc())
        .select((reviews::id, reviews::state, reviews::due_at))
        .first(&mut app.owner())
        .expect("a review")
}

fn check(app: &TestApp, review: Uuid) -> String {
    verifications::table
        .filter(verifications::review_id.eq(review))
        .select(verifications::status)
        .first(&mut app.owner())
        .expect("the review's own check")
}

pub fn request(browser: &mut Browser, customer: Uuid) -> Response {
    browser.post(&format!("/customers/{customer}/reviews"), &[])
}

/// Holds the review for a persona, as claiming it does.
pub fn hold(app: &TestApp, review: Uuid, by: Persona) {
    diesel::update(reviews::table.filter(reviews::id.eq(review)))
        .set((
            reviews::assignee.eq(app.staff(by)),
            reviews::claim_expires_at.eq(app.clock.now() + TimeDelta::minutes(30)),
        ))
        .execute(&mut app.owner())
        .expect("the review");
}

pub fn decide(
    app: &TestApp,
    by: &mut Browser,
    customer: Uuid,
    fields: &[(&str, &str)],
) -> Response {
    let (review, _, _) = latest(app, customer);
    let version = kyc(app, customer).2.to_string();
    let mut all = vec![("version", version.as_str())];
    all.extend_from_slice(fields);
    by.post(&format!("/reviews/{review}/decision"), &all)
}

/// A review that the officer requested and the manager holds.
fn held_by_manager(app: &TestApp) -> (Uuid, Uuid) {
    let customer = ready(app);
    let done = request(&mut app.sign_in(Persona::Officer), customer);
    assert_eq!(done.status, 303, "{}", done.text());
    let (review, _, _) = latest(app, customer);
    hold(app, review, Persona::Manager);
    (customer, review)
}

#[test]
fn a_complete_customer_goes_to_review_with_a_deadline_and_a_check_of_its_own() {
    let app = TestApp::start();
    let customer = ready(&app);
    let mut officer = app.sign_in(Persona::Officer);
    let before = app.actions().len();
    let done = request(&mut officer, customer);
    assert_eq!(
        done.header("location"),
        Some(format!("/customers/{customer}?done=requested").as_str())
    );
    assert_eq!(kyc(&app, customer).0, "pending");
    let (review, state, due) = latest(&app, customer);
    // The tests' clock stands on a Monday: a working day later is Tuesday.
    assert_eq!(
        (state.as_str(), due),
        ("open", Some(app.clock.now() + TimeDelta::hours(24)))
    );
    assert_eq!(check(&app, review), "pending");
    assert_eq!(
        app.actions()[before..],
        ["verification.created", "review.requested"]
    );
    // A second request of an open review is no lawful move.
    assert_eq!(request(&mut officer, customer).status, 409);
}

#[test]
fn the_automatic_review_sends_back_what_is_not_complete_and_names_each_thing() {
    let app = TestApp::start();
    let customer = make::customer(&app, |_| {});
    let mut officer = app.sign_in(Persona::Officer);
    let done = request(&mut officer, customer);
    assert_eq!(
        done.header("location"),
        Some(format!("/customers/{customer}?done=incomplete").as_str())
    );
    let (status, comment, _) = kyc(&app, customer);
    assert_eq!(status, "incomplete");
    let comment = comment.expect("what is missing");
    for missing in [
        "Place of birth",
        "Identity document",
        "Proof of address",
        "Tax residence",
    ] {
        assert!(comment.contains(missing), "{comment}");
    }
    let (review, state, _) = latest(&app, customer);
    assert_eq!(state, "waiting");

    // Once it is there, the same round goes on, with what was left of its time.
    make::complete(&app, customer);
    app.clock.advance(TimeDelta::days(3));
    let mut officer = app.sign_in(Persona::Officer);
    assert_eq!(request(&mut officer, customer).status, 303);
    let (again, state, due) = latest(&app, customer);
    assert_eq!((again, state.as_str()), (review, "open"));
    assert_eq!(due, Some(app.clock.now() + TimeDelta::hours(24)));
}

#[test]
fn whoever_holds_the_review_validates_and_the_next_review_is_scheduled() {
    let app = TestApp::start();
    let (customer, review) = held_by_manager(&app);
    let mut manager = app.sign_in(Persona::Manager);
    let form = manager.get(&format!("/reviews/{review}/decision"));
    assert_eq!(form.status, 200, "{}", form.text());
    let missing = decide(&app, &mut manager, customer, &[("decision", "validated")]);
    assert_eq!(missing.status, 422, "a validation says the risk");
    let done = decide(
        &app,
        &mut manager,
        customer,
        &[
            ("decision", "validated"),
            ("risk", "low"),
            ("comment", "All in order."),
            // Ticked and written before the mind changed.
            ("reason", "identity_not_proved"),
            ("message", "We cannot tell who you are."),
        ],
    );
    assert_eq!(done.status, 303, "{}", done.text());
    let kept: (Vec<String>, Option<String>) = reviews::table
        .filter(reviews::id.eq(review))
        .select((reviews::reason_codes, reviews::message))
        .first(&mut app.owner())
        .expect("the review");
    assert_eq!(kept, (Vec::new(), None), "nothing of a refusal is kept");
    assert_eq!(kyc(&app, customer).0, "validated");
    assert_eq!(check(&app, review), "verified");
    let (risk, next): (Option<String>, Option<NaiveDate>) = customers::table
        .filter(customers::id.eq(customer))
        .select((customers::risk, customers::next_review_on))
        .first(&mut app.owner())
        .expect("the customer");
    assert_eq!(risk.as_deref(), Some("low"));
    assert_eq!(next, "2031-11-16".parse().ok());
    let (by, policy): (Option<Uuid>, Option<i32>) = reviews::table
        .filter(reviews::id.eq(review))
        .select((reviews::decided_by, reviews::policy_version))
        .first(&mut app.owner())
        .expect("the review");
    assert_eq!((by, policy), (Some(app.staff(Persona::Manager)), Some(0)));
    let said = app.actions();
    for action in ["review.decided", "customer.moved", "verification.answered"] {
        assert!(said.iter().any(|one| one == action), "{action}");
    }
}

#[test]
fn a_refusal_needs_a_reason_of_the_policy_and_words_for_colleagues() {
    let app = TestApp::start();
    let (customer, review) = held_by_manager(&app);
    let mut manager = app.sign_in(Persona::Manager);
    for fields in [
        &[
            ("decision", "refused"),
            ("comment", "The papers are forged."),
        ][..],
        &[("decision", "refused"), ("reason", "identity_not_proved")],
        &[
            ("decision", "refused"),
            ("reason", "invented"),
            ("comment", "The papers are forged."),
        ],
        &[("decision", "canceled")],
        &[],
    ] {
        let answer = decide(&app, &mut manager, customer, fields);
        assert_eq!(answer.status, 422, "{fields:?}");
    }
    let done = decide(
        &app,
        &mut manager,
        customer,
        &[
            ("decision", "refused"),
            ("reason", "identity_not_proved"),
            ("reason", "data_mismatch"),
            ("comment", "A suspicion that must not leak."),
            ("message", "We could not verify you."),
        ],
    );
    assert_eq!(done.status, 303, "{}", done.text());
    let (status, comment, _) = kyc(&app, customer);
    assert_eq!(
        (status.as_str(), comment.as_deref()),
        ("refused", Some("We could not verify you."))
    );
    assert_eq!(check(&app, review), "failed");
    let codes: Vec<String> = reviews::table
        .filter(reviews::id.eq(review))
        .select(reviews::reason_codes)
        .first(&mut app.owner())
        .expect("the review");
    assert_eq!(codes, ["identity_not_proved", "data_mismatch"]);
}

#[test]
fn a_reason_stands_once_under_the_document_or_the_field_that_it_is_said_of() {
    let app = TestApp::start();
    let (_, review) = held_by_manager(&app);
    let mut manager = app.sign_in(Persona::Manager);
    let form = manager.get(&format!("/reviews/{review}/decision"));
    assert_eq!(
        form.texts("#reasons > fieldset > legend"),
        [
            "Any document",
            "Proof of address",
            "Last name, First name, Legal name",
            "Date of birth",
            "Address, Postal code, City, Country",
            "What was declared"
        ]
    );
    let under = |at: usize| {
        form.attributes(
            &format!("#reasons > fieldset:nth-of-type({at}) input[name=reason]"),
            "value",
        )
    };
    assert_eq!(under(2), ["address_too_old"]);
    assert!(under(1).contains(&"document_not_legible".to_owned()));
    assert_eq!(under(4), ["birth_date_differs"]);
    assert!(under(6).contains(&"data_mismatch".to_owned()));
    let mut all = form.attributes("input[name=reason]", "value");
    let n = all.len();
    all.sort();
    all.dedup();
    assert_eq!((all.len(), n), (n, Policy::default().reasons.len()));
    // Enter presses the first button of the form: that one saves.
    assert_eq!(
        form.attributes("form.decide button", "value"),
        ["preview"],
        "only the button below the text shows it"
    );
    assert!(form.body.find("<button class=\"sr\"") < form.body.find("value=\"preview\""));
}

#[test]
fn the_page_of_the_next_review_names_whom_the_decision_was_about() {
    let app = TestApp::start();
    let (first, _) = held_by_manager(&app);
    let second = ready(&app);
    request(&mut app.sign_in(Persona::Officer), second);
    let mut manager = app.sign_in(Persona::Manager);
    let done = decide(
        &app,
        &mut manager,
        first,
        &[("decision", "validated"), ("risk", "low")],
    );
    let to = done.header("location").expect("the next").to_owned();
    assert_eq!(to, format!("/customers/{second}?done=validated&of={first}"));
    let page = manager.get(&to);
    let links = page.attributes(".flash a", "href");
    assert_eq!(
        links,
        [
            format!("/customers/{first}"),
            format!("/customers/{second}")
        ]
    );
    let said = page.texts(".flash").join(" ");
    assert!(said.contains(": validated. Next, now yours: "), "{said}");
    // An address that names nobody in scope says what it can.
    let odd = manager.get(&format!(
        "/customers/{second}?done=validated&of={}",
        Uuid::from_u128(7)
    ));
    assert_eq!(odd.texts(".flash"), ["The customer is validated."]);
}

#[test]
fn asking_for_more_stops_the_clock() {
    let app = TestApp::start();
    let (customer, review) = held_by_manager(&app);
    app.clock.advance(TimeDelta::hours(4));
    hold(&app, review, Persona::Manager);
    let mut manager = app.sign_in(Persona::Manager);
    let done = decide(
        &app,
        &mut manager,
        customer,
        &[
            ("decision", "incomplete"),
            ("reason", "address_too_old"),
            ("message", "Send a newer bill."),
        ],
    );
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(kyc(&app, customer).0, "incomplete");
    assert_eq!(check(&app, review), "pending");
    app.clock.advance(TimeDelta::days(2));
    assert_eq!(
        request(&mut app.sign_in(Persona::Officer), customer).status,
        303
    );
    let (again, state, due) = latest(&app, customer);
    assert_eq!((again, state.as_str()), (review, "open"));
    assert_eq!(
        due,
        Some(app.clock.now() + TimeDelta::hours(20)),
        "four hours had gone"
    );
}

#[test]
fn the_customer_s_text_is_shown_before_it_is_sent_in_the_chosen_language() {
    let app = TestApp::start();
    let (customer, review) = held_by_manager(&app);
    let mut manager = app.sign_in(Persona::Manager);
    let chosen = [
        ("decision", "refused"),
        ("reason", "address_too_old"),
        ("reason", "suspicion"),
        ("comment", "Canary 5120, for colleagues."),
        ("language", "fr"),
    ];
    let shown = decide(
        &app,
        &mut manager,
        customer,
        &[&chosen[..], &[("step", "preview")]].concat(),
    );
    assert_eq!(shown.status, 200);
    let preview = shown.texts("#preview [role=status]").join("");
    assert!(preview.contains("justificatif de domicile"), "{preview}");
    assert_eq!(shown.attributes("#preview blockquote", "lang"), ["fr"]);
    assert!(!preview.contains("5120"), "{preview}");
    assert_eq!(kyc(&app, customer).0, "pending", "nothing is decided yet");
    assert_eq!(decide(&app, &mut manager, customer, &chosen).status, 303);
    let text: Option<String> = kyc(&app, customer).1;
    assert_eq!(
        text.as_deref(),
        Some(
            "Votre justificatif de domicile date de plus de trois mois. Merci d’en envoyer un récent."
        )
    );
    let language: Option<String> = reviews::table
        .filter(reviews::id.eq(review))
        .select(reviews::message_language)
        .first(&mut app.owner())
        .expect("the review");
    assert_eq!(language.as_deref(), Some("fr"));
}

#[test]
fn nobody_decides_what_they_submitted_or_do_not_hold() {
    let app = TestApp::start();
    let (customer, review) = held_by_manager(&app);
    let validate = [("decision", "validated"), ("risk", "low")];
    let mut officer = app.sign_in(Persona::Officer);
    let own = decide(&app, &mut officer, customer, &validate);
    assert_eq!(own.status, 409);
    assert!(
        own.text().contains("somebody else must decide"),
        "{}",
        own.text()
    );
    let mut admin = app.sign_in(Persona::Admin);
    assert_eq!(
        decide(&app, &mut admin, customer, &validate).status,
        409,
        "a colleague holds it"
    );
    // The submitter holds it, by whatever way: still not.
    hold(&app, review, Persona::Officer);
    assert_eq!(decide(&app, &mut officer, customer, &validate).status, 409);
    // And the database would not take it either.
    let forced = diesel::update(reviews::table.filter(reviews::id.eq(review)))
        .set((
            reviews::state.eq("decided"),
            reviews::decision.eq("validated"),
            reviews::decided_kind.eq("staff"),
            reviews::decided_by.eq(app.staff(Persona::Officer)),
            reviews::decided_at.eq(app.clock.now() + TimeDelta::hours(1)),
        ))
        .execute(&mut app.owner());
    assert!(forced.is_err_and(|error| error.to_string().contains("reviews_other_eyes")));
    // A claim ends by itself.
    hold(&app, review, Persona::Manager);
    app.clock.advance(TimeDelta::minutes(31));
    let mut manager = app.sign_in(Persona::Manager);
    assert_eq!(decide(&app, &mut manager, customer, &validate).status, 409);
    assert_eq!(kyc(&app, customer).0, "pending");
}

#[test]
fn a_decision_on_data_that_changed_is_refused_and_the_change_is_shown() {
    let app = TestApp::start();
    let (customer, review) = held_by_manager(&app);
    let mut manager = app.sign_in(Persona::Manager);
    let form = manager.get(&format!("/reviews/{review}/decision"));
    let version = form.attributes("input[name=version]", "value")[0].clone();
    app.clock.advance(TimeDelta::minutes(1));
    app.sign_in(Persona::Admin).post(
        &format!("/customers/{customer}/verifications"),
        &[("verification_type", "address")],
    );
    // What makes no page stale comes after it, and is not what is shown.
    app.sign_in(Persona::Admin).post(
        &format!("/customers/{customer}/notes"),
        &[("body", "A quiet word.")],
    );
    let late = manager.post(
        &format!("/reviews/{review}/decision"),
        &[
            ("version", &version),
            ("decision", "validated"),
            ("risk", "low"),
            ("comment", "Kept as typed."),
        ],
    );
    assert_eq!(late.status, 409);
    assert!(late.text().contains("something changed") && late.text().contains("Kept as typed."));
    assert!(
        late.text().contains("Started a verification") && !late.text().contains("Wrote a note"),
        "{}",
        late.text()
    );
    assert_eq!(kyc(&app, customer).0, "pending");
}

#[test]
fn two_who_decide_at_once_do_not_both() {
    let app = TestApp::start();
    let (customer, review) = held_by_manager(&app);
    let version = kyc(&app, customer).2.to_string();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let both: Vec<_> = ["validated", "incomplete"]
            .into_iter()
            .map(|decision| {
                let mut manager = app.sign_in(Persona::Manager);
                let version = version.clone();
                scope.spawn(move || {
                    manager
                        .post(
                            &format!("/reviews/{review}/decision"),
                            &[
                                ("version", &version),
                                ("decision", decision),
                                ("risk", "low"),
                                ("message", "Send more."),
                            ],
                        )
                        .status
                })
            })
            .collect();
        both.into_iter()
            .map(|one| one.join().expect("an answer"))
            .collect()
    });
    let mut sorted = statuses.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, [303, 409]);
}

#[test]
fn high_risk_waits_for_a_second_person() {
    let app = TestApp::start();
    let (customer, review) = held_by_manager(&app);
    let mut manager = app.sign_in(Persona::Manager);
    let done = decide(
        &app,
        &mut manager,
        customer,
        &[
            ("decision", "validated"),
            ("risk", "high"),
            ("comment", "Cash business."),
        ],
    );
    assert!(
        done.header("location")
            .is_some_and(|to| to.ends_with("done=proposed"))
    );
    assert_eq!(kyc(&app, customer).0, "pending");
    let (state, by): (String, Uuid) = proposals::table
        .filter(proposals::review_id.eq(review))
        .select((proposals::state, proposals::proposed_by))
        .first(&mut app.owner())
        .expect("a proposal");
    assert_eq!((state.as_str(), by), ("open", app.staff(Persona::Manager)));
    let page = manager.get(&format!("/customers/{customer}"));
    assert!(page.text().contains("waits for a second person"));
}

/// A company that lacks nothing but its members.
pub fn complete_company(app: &TestApp, name: &str) -> Uuid {
    let company = make::company(app, name);
    diesel::update(customers::table.filter(customers::id.eq(company)))
        .set((
            customers::legal_form.eq("Lda"),
            customers::registration_number.eq("500123456"),
            customers::address_line1.eq("Rua Direita 1"),
            customers::city.eq("Porto"),
            customers::postal_code.eq("4000-001"),
        ))
        .execute(&mut app.owner())
        .expect("the company");
    for kind in [
        "COMPANY_REGISTRATION_PROOF",
        "ARTICLES_OF_ASSOCIATION",
        "SHAREHOLDER_DECLARATION",
    ] {
        make::document(app, company, kind);
    }
    make::tax_residence(app, company, "PT", Some("500123456"));
    company
}

/// A complete person who stands for a company and owns it.
pub fn owner_of(app: &TestApp, company: Uuid, name: &str) -> Uuid {
    let owner = make::customer(app, |new| new.last_name = Some(name.to_owned()));
    make::complete(app, owner);
    make::relation(app, company, owner, "legal_representative", None);
    make::relation(app, company, owner, "beneficial_owner", Some(100));
    owner
}

#[test]
fn a_company_goes_with_its_members_and_not_before_they_are_complete() {
    let app = TestApp::start();
    let company = complete_company(&app, "Falcão Lda");
    let owner = make::customer(&app, |new| new.last_name = Some("Sequeira".to_owned()));
    make::relation(&app, company, owner, "legal_representative", None);
    make::relation(&app, company, owner, "beneficial_owner", Some(100));
    let mut officer = app.sign_in(Persona::Officer);
    let early = request(&mut officer, company);
    assert_eq!(early.status, 409);
    assert!(early.text().contains("Sequeira"), "{}", early.text());
    assert_eq!(
        (kyc(&app, company).0.as_str(), kyc(&app, owner).0.as_str()),
        ("none", "none")
    );

    make::complete(&app, owner);
    assert_eq!(request(&mut officer, company).status, 303);
    assert_eq!(
        (kyc(&app, company).0.as_str(), kyc(&app, owner).0.as_str()),
        ("pending", "pending")
    );
    let (review, _, _) = latest(&app, company);
    hold(&app, review, Persona::Manager);
    let done = decide(
        &app,
        &mut app.sign_in(Persona::Manager),
        company,
        &[("decision", "validated"), ("risk", "medium")],
    );
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(
        (kyc(&app, company).0.as_str(), kyc(&app, owner).0.as_str()),
        ("validated", "validated")
    );
    let (own, state, _) = latest(&app, owner);
    assert_eq!(
        (state.as_str(), check(&app, own).as_str()),
        ("decided", "verified")
    );
}

#[test]
fn whoever_stands_behind_a_member_is_decided_with_it_however_deep() {
    let app = TestApp::start();
    let (parent, held) = (
        complete_company(&app, "Falcão SGPS"),
        complete_company(&app, "Falcão Lda"),
    );
    let owner = owner_of(&app, parent, "Sequeira");
    make::relation(&app, parent, held, "shareholder", Some(60));
    let behind = owner_of(&app, held, "Matias");
    let states = || [parent, held, owner, behind].map(|one| kyc(&app, one).0);
    let mut officer = app.sign_in(Persona::Officer);
    assert_eq!(request(&mut officer, parent).status, 303);
    assert_eq!(states(), ["pending"; 4], "asked for together");
    let (review, _, _) = latest(&app, parent);
    hold(&app, review, Persona::Manager);
    let validate = || {
        let fields = [("decision", "validated"), ("risk", "low")];
        decide(&app, &mut app.sign_in(Persona::Manager), parent, &fields)
    };
    // One who was never submitted, or in whom something is missing, hinders the company, however far behind it.
    let set = |status: &str| {
        diesel::update(customers::table.filter(customers::id.eq(behind)))
            .set(customers::kyc.eq(status))
            .execute(&mut app.owner())
            .expect("the status");
    };
    set("none");
    assert_eq!(validate().status, 409);
    set("pending");
    diesel::update(customers::table.filter(customers::id.eq(behind)))
        .set(customers::birth_place.eq(None::<String>))
        .execute(&mut app.owner())
        .expect("a gap");
    let gap = validate();
    assert_eq!(gap.status, 409, "{}", gap.text());
    assert_eq!(states(), ["pending"; 4]);
    diesel::update(customers::table.filter(customers::id.eq(behind)))
        .set(customers::birth_place.eq(Some("Faro")))
        .execute(&mut app.owner())
        .expect("the gap is filled");
    let done = validate();
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(states(), ["validated"; 4]);
}

#[test]
fn what_asks_for_two_about_a_member_asks_for_two_about_the_company() {
    let app = TestApp::start();
    let mut officer = app.sign_in(Persona::Officer);
    for (name, risk, suspected) in [("Sequeira", Some("high"), false), ("Matias", None, true)] {
        let company = complete_company(&app, "Falcão Lda");
        let owner = owner_of(&app, company, name);
        assert_eq!(request(&mut officer, company).status, 303);
        diesel::update(customers::table.filter(customers::id.eq(owner)))
            .set(customers::risk.eq(risk))
            .execute(&mut app.owner())
            .expect("a risk");
        if suspected {
            make::suspicion(&app, &app.acme, latest(&app, owner).0);
        }
        hold(&app, latest(&app, company).0, Persona::Manager);
        let fields = [("decision", "validated"), ("risk", "low")];
        let done = decide(&app, &mut app.sign_in(Persona::Manager), company, &fields);
        assert_eq!(done.status, 303, "{}", done.text());
        assert!(
            done.header("location")
                .is_some_and(|to| to.contains("done=proposed")),
            "{name}: {:?}",
            done.header("location")
        );
        assert_eq!(
            (kyc(&app, company).0, kyc(&app, owner).0),
            ("pending".to_owned(), "pending".to_owned())
        );
        let (waits,): (Uuid,) = proposals::table
            .filter(proposals::customer_id.eq(company))
            .select((proposals::id,))
            .first(&mut app.owner())
            .expect("a proposal");
        let agreed = app
            .sign_in(Persona::Admin)
            .post(&format!("/approvals/{waits}/approve"), &[]);
        assert_eq!(agreed.status, 303, "{}", agreed.text());
        assert_eq!(kyc(&app, owner).0, "validated");
    }
}

#[test]
fn a_member_whom_a_colleague_holds_or_one_submitted_oneself_is_not_decided_with_the_company() {
    let app = TestApp::start();
    let company = complete_company(&app, "Falcão Lda");
    let owner = owner_of(&app, company, "Sequeira");
    let mut manager = app.sign_in(Persona::Manager);
    // The manager submitted the member, the officer the company.
    assert_eq!(request(&mut manager, owner).status, 303);
    assert_eq!(
        request(&mut app.sign_in(Persona::Officer), company).status,
        303
    );
    let (review, _, _) = latest(&app, company);
    hold(&app, review, Persona::Manager);
    for risk in ["low", "high"] {
        let own = decide(
            &app,
            &mut manager,
            company,
            &[("decision", "validated"), ("risk", risk)],
        );
        assert_eq!(own.status, 409, "nor proposed: {}", own.text());
    }
    hold(&app, review, Persona::Admin);
    hold(&app, latest(&app, owner).0, Persona::SecondAdmin);
    let mut admin = app.sign_in(Persona::Admin);
    let fields = [("decision", "validated"), ("risk", "low")];
    let held = decide(&app, &mut admin, company, &fields);
    assert_eq!(held.status, 409);
    assert!(
        held.text()
            .contains("A colleague is working on the review of"),
        "{}",
        held.text()
    );
    hold(&app, latest(&app, owner).0, Persona::Admin);
    assert_eq!(decide(&app, &mut admin, company, &fields).status, 303);
    assert_eq!(kyc(&app, owner).0, "validated");
}

#[test]
fn a_member_who_changed_meanwhile_stops_the_companys_decision_and_returns_its_proposal() {
    let app = TestApp::start();
    let edit = |owner: Uuid, name: &str| {
        app.clock.advance(TimeDelta::seconds(1));
        let mut manager = app.sign_in(Persona::Manager);
        let path = format!("/customers/{owner}/edit");
        let mut fields = manager.get(&path).form(&path);
        for (field, value) in &mut fields {
            if field == "first_name" {
                name.clone_into(value);
            }
        }
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        let done = manager.post(&path, &fields);
        assert_eq!(done.status, 303, "{}", done.text());
    };
    let company = complete_company(&app, "Falcão Lda");
    let owner = owner_of(&app, company, "Sequeira");
    assert_eq!(
        request(&mut app.sign_in(Persona::Officer), company).status,
        303
    );
    let (review, _, _) = latest(&app, company);
    hold(&app, review, Persona::Manager);
    let mut manager = app.sign_in(Persona::Manager);
    let path = format!("/reviews/{review}/decision");
    let send = |manager: &mut Browser, page: &Response, risk: &str| {
        let hidden = |name: &str| {
            page.attributes(&format!("input[name={name}]"), "value")
                .remove(0)
        };
        let (version, members) = (hidden("version"), hidden("members"));
        let fields = [
            ("decision", "validated"),
            ("risk", risk),
            ("comment", "All papers were seen."),
            ("version", version.as_str()),
            ("members", members.as_str()),
        ];
        manager.post(&path, &fields)
    };
    let page = manager.get(&path);
    edit(owner, "Zoraida");
    let stale = send(&mut manager, &page, "low");
    assert_eq!(stale.status, 409);
    assert!(
        stale.text().contains("Zoraida"),
        "what changed is shown: {}",
        stale.text()
    );
    assert_eq!(kyc(&app, company).0, "pending");

    let asked = send(&mut manager, &stale, "high");
    assert_eq!(asked.status, 303, "{}", asked.text());
    edit(owner, "Inês");
    let waits: Uuid = proposals::table
        .select(proposals::id)
        .first(&mut app.owner())
        .expect("a proposal");
    app.sign_in(Persona::Admin)
        .post(&format!("/approvals/{waits}/approve"), &[]);
    let ended: String = proposals::table
        .select(proposals::state)
        .first(&mut app.owner())
        .expect("it");
    assert_eq!(
        (ended.as_str(), kyc(&app, company).0.as_str()),
        ("returned", "pending")
    );
}

#[test]
fn a_validated_customer_whose_declared_identity_changes_is_looked_at_again() {
    let app = TestApp::start();
    for (changed, value, then) in [
        ("tag", "vip", "validated"),
        ("nationality", "ES", "review_needed"),
    ] {
        let customer = ready(&app);
        diesel::update(customers::table.filter(customers::id.eq(customer)))
            .set(customers::kyc.eq("validated"))
            .execute(&mut app.owner())
            .expect("validated");
        let mut officer = app.sign_in(Persona::Officer);
        let path = format!("/customers/{customer}/edit");
        let mut fields = officer.get(&path).form(&path);
        for (field, typed) in &mut fields {
            if field == changed {
                value.clone_into(typed);
            }
        }
        fields.push(("confirm".to_owned(), "yes".to_owned()));
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        let done = officer.post(&path, &fields);
        assert_eq!(done.status, 303, "{}", done.text());
        assert_eq!(kyc(&app, customer).0, then, "{changed}");
    }
}

#[test]
fn a_members_branch_that_asks_for_two_asks_for_two_about_the_company() {
    let app = TestApp::start();
    let policy = Policy {
        second_approval_branches: vec!["madrid".to_owned()],
        ..Policy::default()
    };
    act(&app, Persona::Admin, |tx| changes::change(tx, 0, &policy)).expect("a policy");
    let company = complete_company(&app, "Falcão Lda");
    let owner = owner_of(&app, company, "Sequeira");
    assert_eq!(
        request(&mut app.sign_in(Persona::Admin), company).status,
        303
    );
    diesel::update(customers::table.filter(customers::id.eq(owner)))
        .set(customers::branch_id.eq(app.acme.branch("madrid")))
        .execute(&mut app.owner())
        .expect("a branch");
    hold(&app, latest(&app, company).0, Persona::Officer);
    let fields = [("decision", "validated"), ("risk", "low")];
    let done = decide(&app, &mut app.sign_in(Persona::Officer), company, &fields);
    assert!(
        done.header("location")
            .is_some_and(|to| to.contains("done=proposed")),
        "{} {}",
        done.status,
        done.text()
    );
    assert_eq!(kyc(&app, company).0, "pending");
}

#[test]
fn a_change_of_whoever_stands_behind_a_member_makes_the_companys_page_stale() {
    let app = TestApp::start();
    let (parent, held) = (
        complete_company(&app, "Falcão SGPS"),
        complete_company(&app, "Falcão Lda"),
    );
    let owner = owner_of(&app, parent, "Sequeira");
    make::relation(&app, parent, held, "shareholder", Some(60));
    let behind = owner_of(&app, held, "Matias");
    assert_eq!(
        request(&mut app.sign_in(Persona::Officer), parent).status,
        303
    );
    let review = latest(&app, parent).0;
    hold(&app, review, Persona::Manager);
    let mut manager = app.sign_in(Persona::Manager);
    let path = format!("/reviews/{review}/decision");
    let mark = |manager: &mut Browser| {
        let page = manager.get(&path);
        page.attributes("input[name=members]", "value").remove(0)
    };
    // What somebody else of the company changed before the page was opened is no news.
    app.clock.advance(TimeDelta::minutes(1));
    edit(&app, Persona::Manager, owner, "city", "Braga");
    let seen = mark(&mut manager);
    app.clock.advance(TimeDelta::minutes(1));
    edit(&app, Persona::Manager, behind, "city", "Faro");
    let validate = |manager: &mut Browser, mark: &str| {
        let fields = [
            ("decision", "validated"),
            ("risk", "low"),
            ("members", mark),
        ];
        decide(&app, manager, parent, &fields)
    };
    let stale = validate(&mut manager, &seen);
    assert_eq!(stale.status, 409);
    let news = stale.texts(".error-summary").join(" ");
    assert!(news.contains("Faro"), "{news}");
    assert!(!news.contains("Braga"), "{news}");
    let fresh = mark(&mut manager);
    assert_eq!(validate(&mut manager, &fresh).status, 303);
}

#[test]
fn a_page_names_no_member_elsewhere_and_is_stale_once_one_changed() {
    let app = TestApp::start();
    let company = complete_company(&app, "Falcão Lda");
    let owner = owner_of(&app, company, "Sequeira");
    let hidden = owner_of(&app, company, "Neves");
    assert_eq!(
        request(&mut app.sign_in(Persona::Admin), company).status,
        303
    );
    diesel::update(customers::table.filter(customers::id.eq(hidden)))
        .set(customers::branch_id.eq(app.acme.branch("paris")))
        .execute(&mut app.owner())
        .expect("a branch");
    let review = latest(&app, company).0;
    hold(&app, review, Persona::Manager);
    let mut manager = app.sign_in(Persona::Manager);
    let path = format!("/reviews/{review}/decision");
    let mark = |page: &Response| page.attributes("input[name=members]", "value").remove(0);
    let page = manager.get(&path);
    assert!(!page.body.contains(&hidden.to_string()), "{}", mark(&page));
    assert!(mark(&page).contains(&owner.to_string()), "{}", mark(&page));
    let seen = mark(&page);
    edit(&app, Persona::Admin, hidden, "city", "Faro");
    let refuse = |manager: &mut Browser, mark: &str| {
        let fields = [
            ("decision", "refused"),
            ("reason", "data_mismatch"),
            ("comment", "The register names somebody else."),
            ("members", mark),
        ];
        decide(&app, manager, company, &fields)
    };
    let stale = refuse(&mut manager, &seen);
    assert_eq!(stale.status, 409, "{}", stale.text());
    let news = stale.texts(".error-summary").join(" ");
    assert!(news.contains("something changed"), "{news}");
    assert!(!news.contains("Faro"), "{news}");
    let now = mark(&stale);
    assert_ne!(now, seen);
    assert!(!stale.body.contains(&hidden.to_string()));
    assert_eq!(refuse(&mut manager, &now).status, 303);
}

#[test]
fn a_proposal_holds_though_the_second_person_sees_a_member_whom_the_first_does_not() {
    let app = TestApp::start();
    let company = complete_company(&app, "Falcão Lda");
    owner_of(&app, company, "Sequeira");
    let accepted = ready(&app);
    diesel::update(customers::table.filter(customers::id.eq(accepted)))
        .set((
            customers::kyc.eq("validated"),
            customers::branch_id.eq(app.acme.branch("paris")),
        ))
        .execute(&mut app.owner())
        .expect("accepted elsewhere");
    make::relation(&app, company, accepted, "director", None);
    diesel::update(customers::table.filter(customers::id.eq(company)))
        .set(customers::risk.eq("high"))
        .execute(&mut app.owner())
        .expect("a risk");
    assert_eq!(
        request(&mut app.sign_in(Persona::Admin), company).status,
        303
    );
    hold(&app, latest(&app, company).0, Persona::Manager);
    let fields = [
        ("decision", "refused"),
        ("reason", "data_mismatch"),
        ("comment", "The register names somebody else."),
    ];
    let asked = decide(&app, &mut app.sign_in(Persona::Manager), company, &fields);
    assert!(
        asked
            .header("location")
            .is_some_and(|to| to.contains("done=proposed")),
        "{}",
        asked.text()
    );
    let proposal: Uuid = proposals::table
        .select(proposals::id)
        .first(&mut app.owner())
        .expect("a proposal");
    let agreed = app
        .sign_in(Persona::SecondAdmin)
        .post(&format!("/approvals/{proposal}/approve"), &[]);
    assert_eq!(agreed.header("location"), Some("/approvals?done=approved"));
    assert_eq!(kyc(&app, company).0, "refused");
}

#[test]
fn what_is_decided_is_answered_as_decided_though_the_next_review_cannot_be_taken() {
    let app = TestApp::start();
    let (customer, _) = held_by_manager(&app);
    let waits = ready(&app);
    assert_eq!(
        request(&mut app.sign_in(Persona::Officer), waits).status,
        303
    );
    app.owner()
        .batch_execute(
            "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'canceling statement due to lock timeout'; END $$;
             CREATE TRIGGER broken BEFORE UPDATE ON reviews FOR EACH ROW
             WHEN (OLD.assignee IS NULL AND NEW.assignee IS NOT NULL) EXECUTE FUNCTION broken()",
        )
        .expect("no round can be taken");
    let done = decide(
        &app,
        &mut app.sign_in(Persona::Manager),
        customer,
        &[("decision", "validated"), ("risk", "low")],
    );
    assert_eq!(
        (done.status, done.header("location")),
        (
            303,
            Some(format!("/customers/{customer}?done=validated").as_str())
        ),
        "{}",
        done.text()
    );
    assert_eq!(kyc(&app, customer).0, "validated");
}

#[test]
fn whoever_was_of_high_risk_is_decided_by_two_even_where_the_risk_was_lowered_first() {
    let app = TestApp::start();
    let customer = ready(&app);
    diesel::update(customers::table.filter(customers::id.eq(customer)))
        .set(customers::risk.eq("high"))
        .execute(&mut app.owner())
        .expect("a risk");
    let mut manager = app.sign_in(Persona::Manager);
    let lowered = manager.post(
        &format!("/customers/{customer}/risk"),
        &[
            ("risk", "low"),
            ("reason", "They sold the cash business."),
            ("version", &kyc(&app, customer).2.to_string()),
        ],
    );
    assert_eq!(lowered.status, 303, "{}", lowered.text());
    app.clock.advance(TimeDelta::minutes(1));
    assert_eq!(
        request(&mut app.sign_in(Persona::Officer), customer).status,
        303
    );
    hold(&app, latest(&app, customer).0, Persona::Manager);
    let fields = [("decision", "validated"), ("risk", "low")];
    let done = decide(&app, &mut manager, customer, &fields);
    assert!(
        done.header("location")
            .is_some_and(|to| to.contains("done=proposed"))
    );
    let waits: Uuid = proposals::table
        .select(proposals::id)
        .first(&mut app.owner())
        .expect("a proposal");
    let agreed = app
        .sign_in(Persona::Admin)
        .post(&format!("/approvals/{waits}/approve"), &[]);
    assert_eq!(agreed.status, 303, "{}", agreed.text());
    assert_eq!(kyc(&app, customer).0, "validated");
}

#[test]
fn who_waits_for_each_other_in_the_database_is_told_to_try_again() {
    let app = TestApp::start();
    let (one, other) = (ready(&app), ready(&app));
    let (first, second) = if one < other {
        (one, other)
    } else {
        (other, one)
    };
    let hold_row = |conn: &mut PgConnection, id: Uuid| {
        customers::table
            .filter(customers::id.eq(id))
            .select(customers::id)
            .for_update()
            .first::<Uuid>(conn)
    };
    let mut manager = app.sign_in(Persona::Manager);
    let answer = std::thread::scope(|scope| {
        let mut conn = app.owner();
        diesel::sql_query("BEGIN")
            .execute(&mut conn)
            .expect("begin");
        hold_row(&mut conn, second).expect("the second row");
        let asked = scope.spawn(move || {
            manager.post(
                &format!("/customers/{one}/duplicates"),
                &[
                    ("other", &other.to_string()),
                    ("answer", "merge"),
                    ("reason", "The passport is the same."),
                ],
            )
        });
        // The request holds the first row and waits for the second; the one that waited longer is the one that is let go.
        std::thread::sleep(std::time::Duration::from_millis(400));
        hold_row(&mut conn, first).expect("the first row, once the request let go");
        diesel::sql_query("ROLLBACK")
            .execute(&mut conn)
            .expect("the end");
        asked.join().expect("an answer")
    });
    assert_eq!(answer.status, 503, "{}", answer.text());
    assert!(answer.header("retry-after").is_some());
    assert!(answer.text().contains("Try again"), "{}", answer.text());
}

#[test]
fn a_refusal_while_a_colleague_works_on_the_members_company_may_be_tried_again_and_is_not_called_stale()
 {
    let app = TestApp::start();
    let (member, _) = held_by_manager(&app);
    let company = make::customer(&app, |new| {
        make::as_company(new, "Falcão Lda");
        new.kyc = "validated";
    });
    make::relation(&app, company, member, "legal_representative", None);
    let mut manager = app.sign_in(Persona::Manager);
    let fields = [
        ("decision", "refused"),
        ("reason", "data_mismatch"),
        ("comment", "The register names somebody else."),
    ];
    let mut colleague = app.owner();
    let row = format!("BEGIN; SELECT FROM customers WHERE id = '{company}' FOR UPDATE");
    colleague.batch_execute(&row).expect("the company's row");
    let busy = decide(&app, &mut manager, member, &fields);
    assert_eq!(busy.status, 503, "{}", busy.text());
    assert!(busy.header("retry-after").is_some());
    let said = busy.text();
    assert!(said.contains("at work on a company"), "{said}");
    assert!(!said.contains("something changed"), "{said}");
    assert_eq!(kyc(&app, member).0, "pending");
    colleague.batch_execute("ROLLBACK").expect("its end");
    assert_eq!(decide(&app, &mut manager, member, &fields).status, 303);
    let after = [member, company].map(|one| kyc(&app, one).0);
    assert_eq!(after, ["refused", "review_needed"]);
}

#[test]
fn two_companies_that_share_members_are_submitted_at_once_without_a_deadlock() {
    let app = TestApp::start();
    for _ in 0..3 {
        let one = complete_company(&app, "Falcão Lda");
        let other = complete_company(&app, "Sequeira Lda");
        let members: Vec<Uuid> = (0..2).map(|_| owner_of(&app, one, "Matias")).collect();
        for member in members.iter().rev() {
            make::relation(&app, other, *member, "legal_representative", None);
            make::relation(&app, other, *member, "beneficial_owner", Some(50));
        }
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let asked = [one, other].map(|company| {
                let mut officer = app.sign_in(Persona::Officer);
                scope.spawn(move || request(&mut officer, company).status)
            });
            asked
                .into_iter()
                .map(|asked| asked.join().expect("an answer"))
                .collect()
        });
        assert_eq!(statuses, [303, 303]);
    }
}

#[test]
fn a_validated_customer_is_reviewed_before_its_day_only_with_a_reason() {
    let app = TestApp::start();
    let customer = ready(&app);
    diesel::update(customers::table.filter(customers::id.eq(customer)))
        .set(customers::kyc.eq("validated"))
        .execute(&mut app.owner())
        .expect("the customer");
    let mut officer = app.sign_in(Persona::Officer);
    assert_eq!(request(&mut officer, customer).status, 422);
    let path = format!("/customers/{customer}/reviews");
    let done = officer.post(&path, &[("reason", "A new owner stands in the register.")]);
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(kyc(&app, customer).0, "pending");
    let kind: String = reviews::table
        .filter(reviews::customer_id.eq(customer))
        .select(reviews::type_)
        .first(&mut app.owner())
        .expect("a review");
    assert_eq!(kind, "EVENT");
}
