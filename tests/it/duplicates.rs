//! Who may be the same: side by side, remembered as two, merged and brought back, and what is refused. And a customer
//! who is moved to another branch with all that is listed by branch.

use diesel::{
    QueryableByName, RunQueryDsl as _,
    prelude::*,
    sql_query,
    sql_types::{BigInt, Text},
};
use uuid::Uuid;
use vouch::schema::{customers, documents, reviews};

use crate::support::{Browser, Persona, Response, TestApp, make};

mod members;
mod numbers;
mod told;

const REASON: &str = "The passport is the same.";

fn address(customer: Uuid) -> String {
    format!("/customers/{customer}/duplicates")
}

fn merged_into(app: &TestApp, customer: Uuid) -> Option<Uuid> {
    customers::table
        .filter(customers::id.eq(customer))
        .select(customers::merged_into)
        .first(&mut app.owner())
        .expect("the customer")
}

fn version(app: &TestApp, customer: Uuid) -> i32 {
    customers::table
        .filter(customers::id.eq(customer))
        .select(customers::version)
        .first(&mut app.owner())
        .expect("the customer")
}

/// Two rows of one person: the same name, birth date and tax id, another e-mail and city.
fn twins(app: &TestApp) -> (Uuid, Uuid) {
    let of = |new: &mut make::NewCustomer| new.tax_id = Some("PT123456789".to_owned());
    (
        make::customer(app, of),
        make::customer(app, |new| {
            of(new);
            new.country = Some("ES");
        }),
    )
}

fn say(by: &mut Browser, one: Uuid, other: Uuid, answer: &str, reason: &str) -> Response {
    let other = other.to_string();
    by.post(
        &address(one),
        &[("other", &other), ("answer", answer), ("reason", reason)],
    )
}

fn listed(by: &mut Browser, list: &str) -> usize {
    let page = by.get(list);
    assert_eq!(page.status, 200, "{}", page.text());
    page.texts("tr[data-row]").len()
}

fn counted(app: &TestApp) -> (i64, i64) {
    #[derive(QueryableByName)]
    struct Both {
        #[diesel(sql_type = BigInt)]
        counters: i64,
        #[diesel(sql_type = BigInt)]
        rows: i64,
    }
    let both: Both = sql_query(
        "SELECT (SELECT coalesce(sum(n), 0)::bigint FROM customer_counts) AS counters, \
         (SELECT count(*) FROM customers WHERE merged_into IS NULL) AS rows",
    )
    .get_result(&mut app.owner())
    .expect("counts");
    (both.counters, both.rows)
}

#[test]
fn those_who_are_alike_stand_side_by_side_with_what_differs_first() {
    let app = TestApp::start();
    let (one, other) = twins(&app);
    let stranger = make::customer(&app, |new| new.last_name = Some("Reis".to_owned()));
    let page = app.sign_in(Persona::Auditor).get(&address(one));
    assert_eq!(page.status, 200);
    assert_eq!(
        page.attributes("section[id^=pair]", "id"),
        [format!("pair-{other}")]
    );
    assert!(!page.body.contains(&stranger.to_string()));
    assert!(
        page.text().contains("Same: Tax ID, Name and date of birth"),
        "{}",
        page.text()
    );
    let rows = page.texts(".compare tbody tr");
    assert!(
        rows[0].ends_with("Differs") && rows[1].ends_with("Differs"),
        "{rows:?}"
    );
    assert!(
        rows.iter()
            .any(|row| row.starts_with("Country Portugal Spain")),
        "{rows:?}"
    );
    assert!(
        rows.last().is_some_and(|row| row.ends_with("Same")),
        "{rows:?}"
    );
    // Who looks at both has opened both; who may change neither is offered nothing.
    assert_eq!(app.actions(), ["customer.viewed", "customer.viewed"]);
    assert!(page.attributes("main form", "action").is_empty());
}

#[test]
fn that_two_are_not_the_same_is_remembered_from_either_side_and_taken_back() {
    let app = TestApp::start();
    let (one, other) = twins(&app);
    let mut officer = app.sign_in(Persona::Officer);
    let done = say(&mut officer, one, other, "not_same", "");
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(
        app.actions(),
        ["duplicate.not_the_same", "duplicate.not_the_same"]
    );
    for side in [one, other] {
        let page = officer.get(&address(side));
        assert!(
            page.attributes("section[id^=pair]", "id").is_empty(),
            "{}",
            page.text()
        );
        assert_eq!(page.texts("#distinct li").len(), 1);
    }
    assert_eq!(say(&mut officer, other, one, "not_same", "").status, 409);
    // Nor may they be merged while somebody says so.
    let mut admin = app.sign_in(Persona::Admin);
    assert_eq!(say(&mut admin, one, other, "merge", REASON).status, 409);
    assert_eq!(say(&mut officer, other, one, "open", "").status, 303);
    let page = officer.get(&address(one));
    assert_eq!(page.attributes("section[id^=pair]", "id").len(), 1);
}

/// A customer on whose passport somebody read this number, and the passport.
fn with_passport(app: &TestApp, name: &str, number: &str) -> (Uuid, Uuid) {
    let customer = make::customer(app, |new| new.last_name = Some(name.to_owned()));
    let paper = make::document(app, customer, "IDENTITY_PROOF");
    make::extracted(
        app,
        &app.acme,
        (customer, paper),
        "officer",
        "document_number",
        number,
    );
    (customer, paper)
}

#[test]
fn two_papers_with_one_number_make_their_owners_alike_however_it_was_written() {
    let app = TestApp::start();
    let (one, _) = with_passport(&app, "Falcão", "CA 123456-7");
    let (other, _) = with_passport(&app, "Pereira", "ca1234567");
    let (stranger, _) = with_passport(&app, "Reis", "CA 123456-8");
    // Nothing but marks is no number, and an equal value of another field is none either.
    let (blank, _) = with_passport(&app, "Sousa", "--");
    let (dash, _) = with_passport(&app, "Prates", "/");
    let (field, paper) = with_passport(&app, "Lopes", "X1");
    make::extracted(
        &app,
        &app.acme,
        (field, paper),
        "officer",
        "personal_number",
        "CA1234567",
    );
    // A paper that was taken back, and customers of elsewhere.
    let (back, taken) = with_passport(&app, "Matos", "CA1234567");
    diesel::update(documents::table.filter(documents::id.eq(taken)))
        .set(documents::status.eq("canceled"))
        .execute(&mut app.owner())
        .expect("the paper");
    let paris = make::customer(&app, |new| {
        new.last_name = Some("Hidden".to_owned());
        new.branch_id = app.acme.branch("paris");
    });
    let foreign = make::customer_of(&app, &app.other, |_| {});
    for (tenant, customer) in [(&app.acme, paris), (&app.other, foreign)] {
        let paper = make::document_of(&app, tenant, customer, "IDENTITY_PROOF", |_| {});
        let read = (customer, paper);
        make::extracted(&app, tenant, read, "mrz", "document_number", "CA1234567");
    }
    let mut officer = app.sign_in(Persona::Officer);
    for (side, found, read) in [
        (one, other, "CA 123456-7 ca1234567 Same"),
        (other, one, "ca1234567 CA 123456-7 Same"),
    ] {
        let page = officer.get(&address(side));
        assert_eq!(
            page.attributes("section[id^=pair]", "id"),
            [format!("pair-{found}")]
        );
        assert!(
            page.text().contains("Same: Document number"),
            "{}",
            page.text()
        );
        let rows = page.texts(".compare tbody tr");
        assert!(
            rows.contains(&format!("Document number {read}")),
            "{rows:?}"
        );
    }
    for alone in [stranger, blank, dash, field, back] {
        let page = officer.get(&address(alone));
        assert!(page.text().contains("Nobody is alike"), "{}", page.text());
    }
    // Whoever sees all branches sees one more; nobody sees another organisation.
    let page = app.sign_in(Persona::Admin).get(&address(one));
    let mut pairs = page.attributes("section[id^=pair]", "id");
    let mut expected = [format!("pair-{other}"), format!("pair-{paris}")];
    pairs.sort_unstable();
    expected.sort_unstable();
    assert_eq!(pairs, expected);
    // That two are two is remembered, though the number stays the same.
    let said = say(&mut officer, other, one, "not_same", "");
    assert_eq!(said.status, 303, "{}", said.text());
    let page = officer.get(&address(one));
    assert!(page.attributes("section[id^=pair]", "id").is_empty());
    assert_eq!(page.texts("#distinct li").len(), 1);
}

#[test]
fn those_of_elsewhere_and_those_who_are_somebody_else_hide_nobody() {
    let app = TestApp::start();
    let of = |new: &mut make::NewCustomer| new.tax_id = Some("PT123456789".to_owned());
    let one = make::customer(&app, of);
    // They were there before those who count, and are more than a page shows.
    for _ in 0..12 {
        make::customer(&app, |new| {
            of(new);
            new.branch_id = app.acme.branch("paris");
        });
    }
    let others: Vec<Uuid> = (0..12).map(|_| make::customer(&app, of)).collect();
    let mut officer = app.sign_in(Persona::Officer);
    let page = officer.get(&address(one));
    assert_eq!(page.attributes("section[id^=pair]", "id").len(), 10);
    assert_eq!(page.texts("#more").len(), 1, "{}", page.text());
    let meant = make::customer(&app, of);
    for other in others {
        assert_eq!(say(&mut officer, one, other, "not_same", "").status, 303);
    }
    let page = officer.get(&address(one));
    assert_eq!(
        page.attributes("section[id^=pair]", "id"),
        [format!("pair-{meant}")]
    );
    assert!(page.texts("#more").is_empty(), "{}", page.text());
    assert_eq!(page.texts("#distinct li").len(), 12);
    // Nor do they where the number of a paper is all that is shared.
    let (one, _) = with_passport(&app, "Alves", "CA 123456-7");
    let others: Vec<Uuid> = (0..12)
        .map(|_| with_passport(&app, "Brito", "CA1234567").0)
        .collect();
    let (meant, _) = with_passport(&app, "Costa", "CA1234567");
    let page = officer.get(&address(one));
    assert_eq!(page.attributes("section[id^=pair]", "id").len(), 10);
    assert_eq!(page.texts("#more").len(), 1, "{}", page.text());
    for other in others {
        assert_eq!(say(&mut officer, one, other, "not_same", "").status, 303);
    }
    let page = officer.get(&address(one));
    assert_eq!(
        page.attributes("section[id^=pair]", "id"),
        [format!("pair-{meant}")]
    );
}

#[test]
fn two_companies_with_one_registration_number_are_alike_whatever_they_are_called() {
    let app = TestApp::start();
    let registered = |name: &str, number: Option<&str>| {
        make::customer(&app, |new| {
            make::as_company(new, name);
            new.registration_number = number.map(str::to_owned);
        })
    };
    let one = registered("Falcão & Filhos", Some("500 123 456"));
    let other = registered("Sequeira Lda", Some("500 123 456"));
    let stranger = registered("Matias Lda", Some("500 123 457"));
    // Two of whom no number is known share none.
    let unknown = [registered("Reis Lda", None), registered("Sousa Lda", None)];
    let mut officer = app.sign_in(Persona::Officer);
    for (side, found) in [(one, other), (other, one)] {
        let page = officer.get(&address(side));
        assert_eq!(
            page.attributes("section[id^=pair]", "id"),
            [format!("pair-{found}")]
        );
        let text = page.text();
        assert!(text.contains("Same: Registration number"), "{text}");
        assert!(!text.contains("Same: Registration number,"), "{text}");
    }
    for alone in [stranger, unknown[0], unknown[1]] {
        let page = officer.get(&address(alone));
        assert!(page.text().contains("Nobody is alike"), "{}", page.text());
    }
}

#[test]
fn a_merged_customer_leaves_the_lists_and_comes_back_whole() {
    let app = TestApp::start();
    let (one, other) = twins(&app);
    make::note(&app, other, "Called about the bill.");
    let mut manager = app.sign_in(Persona::Manager);
    assert_eq!(listed(&mut manager, "/customers"), 2);
    assert_eq!(counted(&app), (2, 2));
    let before = app.actions().len();
    let done = say(&mut manager, one, other, "merge", REASON);
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(
        app.actions()[before..],
        ["customer.merged", "customer.merged"]
    );
    assert_eq!(merged_into(&app, other), Some(one));
    assert_eq!(counted(&app), (1, 1));
    // Gone from the list, from each filter, from the search and the file, and there when asked for.
    for list in [
        "/customers",
        "/customers?kyc=none&kind=natural",
        "/customers?from=2026-01-01",
        "/customers?sort=name&country=PT&country=ES",
    ] {
        let page = manager.get(list);
        assert_eq!(page.texts("tr[data-row]").len(), 1, "{list}");
        assert!(
            page.text().contains("1 customer"),
            "{list}: {}",
            page.text()
        );
    }
    let found = manager.post("/customers/search", &[("q", "falcão")]);
    let found = manager.follow(&found);
    assert_eq!(found.texts("tr[data-row]").len(), 1);
    assert_eq!(manager.get("/customers.csv").body.lines().count(), 2);
    assert_eq!(listed(&mut manager, "/customers?merged=yes"), 1);
    let hidden = manager.post("/customers/search", &[("q", "falcão"), ("merged", "yes")]);
    let hidden = manager.follow(&hidden);
    assert_eq!(hidden.texts("tr[data-row]").len(), 1, "{}", hidden.text());
    assert!(hidden.body.contains(&other.to_string()));
    // Its page says where it went; the survivor's leads to it.
    let page = manager.get(&format!("/customers/{other}"));
    assert!(page.text().contains("was merged into"), "{}", page.text());
    assert!(
        page.attributes("main a[href]", "href")
            .contains(&format!("/customers/{one}"))
    );
    assert!(page.text().contains("Called about the bill."));
    let page = manager.get(&format!("/customers/{one}"));
    assert!(
        page.attributes("main a[href]", "href")
            .contains(&format!("/customers/{other}"))
    );
    // Nothing happens to it meanwhile.
    let mut officer = app.sign_in(Persona::Officer);
    let asked = officer.post(&format!("/customers/{other}/reviews"), &[]);
    assert_eq!(asked.status, 409);
    assert!(asked.text().contains("merged"), "{}", asked.text());
    let before = app.actions().len();
    let done = say(
        &mut manager,
        other,
        one,
        "unmerge",
        "They are father and son.",
    );
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(
        app.actions()[before..],
        ["customer.unmerged", "customer.unmerged"]
    );
    assert_eq!((merged_into(&app, other), counted(&app)), (None, (2, 2)));
    assert_eq!(listed(&mut manager, "/customers"), 2);
    assert_eq!(
        officer
            .post(&format!("/customers/{other}/reviews"), &[])
            .status,
        303
    );
}

#[test]
fn a_merge_is_a_managers_and_never_of_whoever_is_being_decided() {
    let app = TestApp::start();
    let (one, other) = twins(&app);
    let mut officer = app.sign_in(Persona::Officer);
    for answer in ["merge", "unmerge"] {
        assert_eq!(say(&mut officer, one, other, answer, REASON).status, 403);
    }
    let mut auditor = app.sign_in(Persona::Auditor);
    assert_eq!(say(&mut auditor, one, other, "not_same", "").status, 403);
    let mut manager = app.sign_in(Persona::Manager);
    let back = say(&mut manager, one, other, "merge", "same");
    assert_eq!(back.status, 422);
    assert_eq!(
        back.texts(&format!("[id='{other}-reason-error']")).len(),
        1,
        "{}",
        back.text()
    );
    let (here, there) = (
        version(&app, one).to_string(),
        (version(&app, other) - 1).to_string(),
    );
    let id = other.to_string();
    let stale = manager.post(
        &address(one),
        &[
            ("other", &id),
            ("answer", "merge"),
            ("reason", REASON),
            ("version", &here),
            ("other_version", &there),
        ],
    );
    assert_eq!(stale.status, 409);
    let company = make::company(&app, "Falcão & Filhos");
    assert_eq!(say(&mut manager, one, company, "merge", REASON).status, 409);
    assert_eq!(say(&mut manager, one, one, "merge", REASON).status, 409);
    assert_eq!(say(&mut manager, one, other, "unmerge", REASON).status, 409);
    make::open_review(&app, other, 1);
    let open = say(&mut manager, one, other, "merge", REASON);
    assert_eq!(open.status, 409);
    assert!(
        open.text()
            .contains("A review of the customer who would be merged is open"),
        "{}",
        open.text()
    );
    assert_eq!(merged_into(&app, other), None);
    // The other way round nothing hinders: the one with the review stays.
    assert_eq!(say(&mut manager, other, one, "merge", REASON).status, 303);
    assert_eq!(say(&mut manager, one, other, "merge", REASON).status, 409);
}

#[test]
fn nobody_of_elsewhere_is_shown_or_touched() {
    let app = TestApp::start();
    let (one, _) = twins(&app);
    let of = |new: &mut make::NewCustomer| new.tax_id = Some("PT123456789".to_owned());
    let elsewhere = make::customer(&app, |new| {
        of(new);
        new.branch_id = app.acme.branch("paris");
    });
    let foreign = make::customer_of(&app, &app.other, of);
    let mut manager = app.sign_in(Persona::Manager);
    let page = manager.get(&address(one));
    for hidden in [elsewhere, foreign] {
        assert!(!page.body.contains(&hidden.to_string()));
        assert_eq!(manager.get(&address(hidden)).status, 404);
        for answer in ["not_same", "merge"] {
            assert_eq!(say(&mut manager, one, hidden, answer, REASON).status, 404);
            assert_eq!(say(&mut manager, hidden, one, answer, REASON).status, 404);
        }
    }
    // Whoever sees all branches does; the manager then learns no more than that it went elsewhere.
    let mut admin = app.sign_in(Persona::Admin);
    assert_eq!(say(&mut admin, elsewhere, one, "merge", REASON).status, 303);
    let page = manager.get(&format!("/customers/{one}"));
    assert!(
        page.text().contains("outside of your branches"),
        "{}",
        page.text()
    );
    assert!(!page.body.contains(&elsewhere.to_string()));
}

fn branch(app: &TestApp, by: &mut Browser, customer: Uuid, to: &str, reason: &str) -> Response {
    let (version, to) = (
        version(app, customer).to_string(),
        app.acme.branch(to).to_string(),
    );
    by.post(
        &format!("/customers/{customer}/branch"),
        &[("version", &version), ("branch", &to), ("reason", reason)],
    )
}

/// Tables with rows of a customer that still name another branch than the customer's.
fn left_behind(app: &TestApp, customer: Uuid) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Name {
        #[diesel(sql_type = Text)]
        name: String,
    }
    // The log says where something happened, so it stays.
    let tables: Vec<Name> = sql_query(
        "SELECT c.relname::text AS name FROM pg_class c JOIN pg_attribute b ON b.attrelid = c.oid AND b.attname = 'branch_id' \
         JOIN pg_attribute w ON w.attrelid = c.oid AND w.attname = 'customer_id' \
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname NOT LIKE 'audit%'",
    )
    .load(&mut app.owner())
    .expect("the tables");
    assert!(tables.len() >= 3, "the catalogue was not read");
    let stays = |table: &Name| {
        let found: Vec<Name> = sql_query(format!(
            "SELECT t.customer_id::text AS name FROM {} t JOIN customers c ON c.id = t.customer_id \
             WHERE t.customer_id = '{customer}' AND t.branch_id <> c.branch_id",
            table.name
        ))
        .load(&mut app.owner())
        .expect("its rows");
        !found.is_empty()
    };
    tables
        .into_iter()
        .filter(stays)
        .map(|table| table.name)
        .collect()
}

#[test]
fn a_customer_moves_to_another_branch_with_all_that_is_listed_by_branch() {
    let app = TestApp::start();
    let customer = make::customer(&app, |new| new.kyc = "pending");
    let (review, _) = make::open_review(&app, customer, 1);
    let asked = make::proposal(&app, &app.acme, customer);
    let mut admin = app.sign_in(Persona::Admin);
    let early = branch(&app, &mut admin, customer, "paris", "They moved to Paris.");
    assert_eq!(early.status, 409, "a second person is asked");
    diesel::sql_query("UPDATE proposals SET state = 'sent_back', settled_at = now() WHERE id = $1")
        .bind::<diesel::sql_types::Uuid, _>(asked)
        .execute(&mut app.owner())
        .expect("an answer");
    diesel::update(reviews::table.filter(reviews::id.eq(review)))
        .set(reviews::assignee.eq(app.staff(Persona::Officer)))
        .execute(&mut app.owner())
        .expect("the review");
    let form = admin.get(&format!("/customers/{customer}/branch"));
    assert_eq!(form.texts("#branch option").len(), 3, "{}", form.text());
    let before = app.actions().len();
    let done = branch(&app, &mut admin, customer, "paris", "They moved to Paris.");
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(left_behind(&app, customer), Vec::<String>::new());
    assert_eq!(
        app.actions()[before..],
        ["customer.branch_changed", "customer.branch_changed"]
    );
    // Under both branches, and the officer, who may not see Paris, holds nothing there.
    let branches: Vec<Uuid> = {
        use vouch::schema::audit_entries as log;
        log::table
            .filter(log::action.eq("customer.branch_changed"))
            .select(log::branch_id.assume_not_null())
            .load(&mut app.owner())
            .expect("entries")
    };
    for code in ["london", "paris"] {
        assert!(branches.contains(&app.acme.branch(code)), "{code}");
    }
    let holder: Option<Uuid> = reviews::table
        .filter(reviews::id.eq(review))
        .select(reviews::assignee)
        .first(&mut app.owner())
        .expect("the review");
    assert_eq!(holder, None);
    let mut officer = app.sign_in(Persona::Officer);
    assert_eq!(officer.get(&format!("/customers/{customer}")).status, 404);
}

#[test]
fn a_customer_is_moved_by_managers_within_what_they_see_and_with_a_reason() {
    let app = TestApp::start();
    let customer = make::customer(&app, |_| {});
    let form = format!("/customers/{customer}/branch");
    let mut officer = app.sign_in(Persona::Officer);
    assert_eq!(officer.get(&form).status, 403);
    assert_eq!(
        branch(&app, &mut officer, customer, "madrid", REASON).status,
        403
    );
    // The manager sees london alone: paris is as unknown as a branch that never was.
    let mut manager = app.sign_in(Persona::Manager);
    let back = branch(&app, &mut manager, customer, "paris", REASON);
    assert_eq!(back.status, 422);
    assert_eq!(
        back.texts("#branch-error").len() + back.texts("main .mute").len(),
        1,
        "{}",
        back.text()
    );
    let mut admin = app.sign_in(Persona::Admin);
    assert_eq!(
        branch(&app, &mut admin, customer, "paris", "because").status,
        422
    );
    assert_eq!(
        branch(&app, &mut admin, customer, "london", REASON).status,
        422
    );
    let stale = admin.post(
        &form,
        &[
            ("version", "0"),
            ("branch", &app.acme.branch("paris").to_string()),
            ("reason", REASON),
        ],
    );
    assert_eq!(stale.status, 409);
    let elsewhere = make::customer(&app, |new| new.branch_id = app.acme.branch("paris"));
    assert_eq!(
        branch(&app, &mut manager, elsewhere, "london", REASON).status,
        404
    );
    assert_eq!(left_behind(&app, customer), Vec::<String>::new());
}
