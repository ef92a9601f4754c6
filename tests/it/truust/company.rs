//! A company in Truust's language alone: who acts for it is made of what its system says, and a request waits for the desk.

use vouch::schema::{documents, relations};

use super::*;

/// Id, first and last name, e-mail and phone.
type Row = (
    Uuid,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
);

/// Who is made of it: their id, and what is known of them.
fn representatives(app: &TestApp, company: Uuid) -> Vec<(Uuid, [Option<String>; 4])> {
    let on = customers::organisation_id
        .eq(relations::organisation_id)
        .and(customers::id.eq(relations::child_id));
    let rows: Vec<Row> = relations::table
        .inner_join(customers::table.on(on))
        .filter(relations::parent_id.eq(company))
        .filter(relations::role.eq("legal_representative"))
        .order(relations::id)
        .select((
            customers::id,
            customers::first_name,
            customers::last_name,
            customers::email,
            customers::phone,
        ))
        .load(&mut app.owner())
        .expect("representatives");
    rows.into_iter()
        .map(|(id, first, last, email, phone)| (id, [first, last, email, phone]))
        .collect()
}

/// The one there is.
pub(super) fn representative(app: &TestApp, company: Uuid) -> (Uuid, [String; 4]) {
    let mut found = representatives(app, company);
    assert_eq!(found.len(), 1, "{found:?}");
    let (id, said) = found.remove(0);
    (id, said.map(Option::unwrap_or_default))
}

const JOHN: [&str; 4] = ["John", "Doe", "john@obras.example", "+34 600 000 000"];

/// A customer that was added by the machine.
pub(super) fn added(ours: &Machine<'_>) -> Uuid {
    let made = ours
        .post(
            "/2.0/customers",
            &json!({"email": "office@obras.example", "name": "Obras Doe"}),
        )
        .ok();
    text(&made["uuid"]).parse().expect("a uuid")
}

pub(super) fn hand_in(ours: &Machine<'_>, company: Uuid, of: &str) {
    let target = format!("/2.0/verifications/{company}/documents");
    ours.post(&target, &paper(of, make::pdf(1).as_bytes())).ok();
}

#[test]
fn a_company_of_which_all_is_said_waits_for_the_desk_and_is_validated() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let company_id = added(&ours);
    ours.verify(company_id, &company()).ok();
    let (person, said) = representative(&app, company_id);
    assert_eq!(said, JOHN);
    // Nobody is asked for what the language has no word for.
    for of in ["COMPANY_REGISTRATION_PROOF", "ARTICLES_OF_ASSOCIATION"] {
        hand_in(&ours, company_id, of);
    }
    let waits = refused_on_status(&ours.request(company_id));
    assert_eq!(
        waits,
        "Every member of the company must be complete first. Missing or to be mended: Shareholder declaration; Administrator's \
         identity document."
    );
    assert_eq!(kyc(&app, company_id), "draft");
    hand_in(&ours, company_id, "BUSINESS_ADMINISTRATOR_ID");
    let asked = ours.request(company_id).ok();
    assert_eq!(asked["status"], "CREATED");
    assert_eq!(
        asked["refused_reason"],
        "Missing or to be mended: Shareholder declaration."
    );
    hand_in(&ours, company_id, "SHAREHOLDER_DECLARATION");
    assert_eq!(ours.request(company_id).ok()["status"], "PENDING");
    assert_eq!(ours.verification(person).ok()["status"], "PENDING");
    // What stands on the papers, the desk has read off.
    diesel::update(customers::table.filter(customers::id.eq(company_id)))
        .set((
            customers::legal_form.eq("SL"),
            customers::registration_number.eq("B12345678"),
            customers::no_beneficial_owner.eq(true),
        ))
        .execute(&mut app.owner())
        .expect("the company");
    diesel::update(customers::table.filter(customers::id.eq(person)))
        .set((
            customers::birth_date.eq(chrono::NaiveDate::from_ymd_opt(1987, 3, 9)),
            customers::birth_place.eq("Madrid"),
            customers::birth_country.eq("ES"),
            customers::nationality.eq("ES"),
            customers::address_line1.eq("Calle Mayor 1"),
            customers::city.eq("Madrid"),
            customers::postal_code.eq("28001"),
            customers::country.eq("ES"),
        ))
        .execute(&mut app.owner())
        .expect("the person");
    make::document(&app, person, "ADDRESS_PROOF");
    let fields = [("decision", "validated"), ("risk", "low")];
    life::decided(&app, company_id, &fields);
    for one in [company_id, person] {
        assert_eq!(ours.verification(one).ok()["status"], "VALIDATED");
    }
}

#[test]
fn who_acts_for_a_company_follows_what_its_system_says_and_is_said_in_the_log() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let company_id = make::customer(&app, |_| {});
    let before = app.actions().len();
    ours.verify(company_id, &company()).ok();
    let said = app.actions().split_off(before);
    assert_eq!(
        said,
        [
            "customer.moved",
            "customer.edited",
            "customer.added",
            "member.added"
        ]
    );
    let (person, _) = representative(&app, company_id);
    // The same again says nothing.
    let before = app.actions();
    ours.verify(company_id, &company()).ok();
    assert_eq!(app.actions(), before);
    // What an officer mended stays where the machine says the same of it.
    diesel::update(customers::table.filter(customers::id.eq(person)))
        .set(customers::first_name.eq("Johnathan"))
        .execute(&mut app.owner())
        .expect("the person");
    let other = json!({
        "representative_name": "John Doe Roe", "representative_email": "roe@obras.example",
        "representative_phone": "+34 611 111 111",
    });
    let moved = with(&company(), other);
    let said = app.actions().len();
    ours.verify(
        company_id,
        &with(&moved, json!({"representative_name": "John Doe"})),
    )
    .ok();
    let mended = ["Johnathan", "Doe", "roe@obras.example", "+34 611 111 111"];
    assert_eq!(
        representative(&app, company_id),
        (person, mended.map(str::to_owned))
    );
    assert_eq!(
        app.actions().split_off(said),
        ["customer.edited", "customer.edited"]
    );
    // Of one name the last word is the last name.
    ours.put(&format!("/2.0/verifications/{company_id}"), &moved)
        .ok();
    let named = ["John Doe", "Roe", "roe@obras.example", "+34 611 111 111"];
    assert_eq!(
        representative(&app, company_id),
        (person, named.map(str::to_owned))
    );
}

/// The other face reads the paper that identifies a company's administrator as the representative's.
#[test]
fn an_administrators_paper_is_the_representatives_on_the_other_face() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let company_id = make::customer(&app, |_| {});
    ours.verify(company_id, &company()).ok();
    hand_in(&ours, company_id, "BUSINESS_ADMINISTRATOR_ID");
    hand_in(&ours, company_id, "ARTICLES_OF_ASSOCIATION");
    let (person, _) = representative(&app, company_id);
    let number = |customer| crate::treezor::number(&app, &app.acme, customer);
    let (firm, user) = (number(company_id), number(person));
    let theirs = crate::treezor::ours(&app);
    let papers = |query: &str| {
        let answer = theirs.get(&format!("/v1/documents{query}")).good();
        let papers = answer["documents"].as_array().expect("papers").clone();
        let mut found: Vec<(i64, i64)> = papers
            .iter()
            .filter_map(|one| Some((one["userId"].as_i64()?, one["documentTypeId"].as_i64()?)))
            .collect();
        found.sort_unstable();
        found
    };
    let (identity, articles) = ((user, 9), (firm, 23));
    assert_eq!(papers(&format!("?userId={user}")), [identity]);
    assert_eq!(papers(&format!("?userId={firm}")), [articles]);
    let mut all = [identity, articles];
    all.sort_unstable();
    assert_eq!(papers(""), all);
}

#[test]
fn whoever_is_named_next_is_not_proved_by_the_paper_of_the_one_before() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let company_id = make::customer(&app, |_| {});
    ours.verify(company_id, &company()).ok();
    hand_in(&ours, company_id, "BUSINESS_ADMINISTRATOR_ID");
    diesel::update(documents::table.filter(documents::customer_id.eq(company_id)))
        .set((
            documents::status.eq("validated"),
            documents::updated_at.eq(app.clock.now()),
        ))
        .execute(&mut app.owner())
        .expect("an accepted paper");
    let (person, _) = representative(&app, company_id);
    let mut officer = app.sign_in(Persona::Officer);
    let mut line = || {
        let page = officer.get(&format!("/customers/{person}"));
        let lines = page.texts(".checklist li");
        let found = lines.iter().find(|line| line.contains("Identity document"));
        found.expect("the line of the identity document").clone()
    };
    assert!(line().contains("Accepted"), "{}", line());
    app.clock.advance(chrono::TimeDelta::minutes(1));
    let told = json!({"representative_email": "else@obras.example"});
    ours.verify(company_id, &with(&company(), told)).ok();
    assert!(
        line().contains("Accepted"),
        "another address is nobody else"
    );
    let bruno =
        json!({"representative_name": "Bruno Gil", "representative_email": "bruno@obras.example"});
    ours.verify(company_id, &with(&company(), bruno)).ok();
    assert_eq!(representative(&app, company_id).0, person);
    assert!(line().contains("Missing"), "{}", line());
    hand_in(&ours, company_id, "BUSINESS_ADMINISTRATOR_ID");
    assert!(line().contains("To be checked"), "{}", line());
}

#[test]
fn whom_an_officer_named_is_left_alone_and_nobody_is_put_beside_them() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let company_id = make::company(&app, "Obras SA");
    let member = make::customer(&app, |_| {});
    make::relation(&app, company_id, member, "legal_representative", None);
    let before = row(&app, member);
    ours.verify(company_id, &company()).ok();
    assert_eq!(representative(&app, company_id).0, member);
    assert_eq!(row(&app, member), before);
    // A paper of the company's is not theirs: nobody said so.
    for of in [
        "COMPANY_REGISTRATION_PROOF",
        "ARTICLES_OF_ASSOCIATION",
        "SHAREHOLDER_DECLARATION",
        "BUSINESS_ADMINISTRATOR_ID",
    ] {
        hand_in(&ours, company_id, of);
    }
    refused_on_status(&ours.request(company_id));
}

#[test]
fn who_becomes_a_person_has_nobody_who_acts_for_them() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |_| {});
    ours.verify(customer, &company()).ok();
    let (first, _) = representative(&app, customer);
    assert_eq!(ours.verify(customer, &person()).ok()["type"], "INDIVIDUAL");
    assert_eq!(representatives(&app, customer), []);
    assert_eq!(kyc(&app, first), "none", "they stay a customer");
    assert_eq!(
        app.actions().last().map(String::as_str),
        Some("customer.edited")
    );
    assert!(app.actions().iter().any(|one| one == "member.removed"));
}
