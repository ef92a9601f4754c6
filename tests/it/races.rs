//! Two people at once. Of two moves that exclude each other exactly one is done and the other is refused, and what the
//! database holds afterwards is what one after the other would have left.

use std::sync::Barrier;

use chrono::TimeDelta;
use diesel::prelude::*;
use uuid::Uuid;
use vouch::{
    reviews::deadlines::{self, Swept},
    schema::{customers, documents, proposals, reviews, tax_residences, verifications},
};

use crate::{
    approvals::database,
    support::{Browser, Persona, TestApp, make},
};

mod assigning;
mod follows;
mod lists;
mod members;
mod ordered;
mod shares;
mod together;
mod webhooks;

/// Each race is run so often, since a single one says little.
const TIMES: usize = 4;

const WHY: &str = "The register names somebody else.";

/// Does both at the same moment, on two threads.
fn race<A: Send, B: Send>(a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B + Send) -> (A, B) {
    let start = Barrier::new(2);
    std::thread::scope(|scope| {
        let one = scope.spawn(|| {
            start.wait();
            a()
        });
        start.wait();
        let b = b();
        (one.join().expect("the other racer"), b)
    })
}

/// A person with everything that is asked of them.
pub fn ready(app: &TestApp, change: impl FnOnce(&mut make::NewCustomer)) -> Uuid {
    let customer = make::customer(app, change);
    make::complete(app, customer);
    customer
}

/// Asks for a review of a customer; the round.
pub fn request(app: &TestApp, by: &mut Browser, customer: Uuid) -> Uuid {
    let done = by.post(&format!("/customers/{customer}/reviews"), &[]);
    assert_eq!(done.status, 303, "{}", done.text());
    reviews::table
        .filter(reviews::customer_id.eq(customer))
        .order(reviews::round.desc())
        .select(reviews::id)
        .first(&mut app.owner())
        .expect("a round")
}

/// Takes a round, from whoever holds it.
pub fn claim(by: &mut Browser, review: Uuid) -> u16 {
    by.post(&format!("/reviews/{review}/claim"), &[("take_over", "1")])
        .status
}

/// Decides a round with these fields, on the customer as they are.
pub fn decide(by: &mut Browser, review: Uuid, version: i32, fields: &[(&str, &str)]) -> u16 {
    let version = version.to_string();
    let mut all = vec![("version", version.as_str())];
    all.extend_from_slice(fields);
    by.post(&format!("/reviews/{review}/decision"), &all).status
}

/// KYC and version of a customer.
pub fn kyc(app: &TestApp, customer: Uuid) -> (String, i32) {
    customers::table
        .filter(customers::id.eq(customer))
        .select((customers::kyc, customers::version))
        .first(&mut app.owner())
        .expect("the customer")
}

/// What a race left: the round's state, its decision, who holds it, the customer's KYC, the round's own check.
#[derive(Debug, PartialEq)]
struct Left {
    state: String,
    decision: Option<String>,
    holder: Option<Uuid>,
    kyc: String,
    check: String,
}

fn left(app: &TestApp, review: Uuid) -> Left {
    let mut owner = app.owner();
    let (customer, state, decision, holder): (Uuid, String, Option<String>, Option<Uuid>) =
        reviews::table
            .filter(reviews::id.eq(review))
            .select((
                reviews::customer_id,
                reviews::state,
                reviews::decision,
                reviews::assignee,
            ))
            .first(&mut owner)
            .expect("the round");
    let check = verifications::table
        .filter(verifications::review_id.eq(review))
        .select(verifications::status)
        .first(&mut owner)
        .expect("its check");
    Left {
        state,
        decision,
        holder,
        kyc: kyc(app, customer).0,
        check,
    }
}

fn lawful(state: &str, decision: Option<&str>, holder: Option<Uuid>, rest: [&str; 2]) -> Left {
    Left {
        state: state.to_owned(),
        decision: decision.map(str::to_owned),
        holder,
        kyc: rest[0].to_owned(),
        check: rest[1].to_owned(),
    }
}

fn said(app: &TestApp, action: &str) -> usize {
    app.actions().iter().filter(|one| *one == action).count()
}

fn rounds(app: &TestApp, customer: Uuid) -> i64 {
    reviews::table
        .filter(reviews::customer_id.eq(customer))
        .count()
        .get_result(&mut app.owner())
        .expect("a number")
}

#[test]
fn a_review_is_taken_back_or_taken_up_and_never_both() {
    let app = TestApp::start();
    let mut officer = app.sign_in(Persona::Officer);
    let mut manager = app.sign_in(Persona::Manager);
    let holder = Some(app.staff(Persona::Manager));
    for _ in 0..TIMES {
        let customer = ready(&app, |_| {});
        let review = request(&app, &mut officer, customer);
        let statuses = race(
            || {
                let path = format!("/reviews/{review}/withdraw");
                officer.post(&path, &[]).status
            },
            || {
                let path = format!("/reviews/{review}/claim");
                manager.post(&path, &[]).status
            },
        );
        let expected = match statuses {
            (303, 409) => lawful("withdrawn", None, None, ["draft", "expired"]),
            (409, 303) => lawful("open", None, holder, ["pending", "pending"]),
            both => panic!("{both:?}"),
        };
        assert_eq!(left(&app, review), expected, "{statuses:?}");
    }
}

#[test]
fn a_review_is_taken_over_or_decided_and_never_both() {
    let app = TestApp::start();
    let mut officer = app.sign_in(Persona::Officer);
    let mut manager = app.sign_in(Persona::Manager);
    let mut admin = app.sign_in(Persona::Admin);
    let holder = Some(app.staff(Persona::Admin));
    for _ in 0..TIMES {
        let customer = ready(&app, |_| {});
        let review = request(&app, &mut officer, customer);
        assert_eq!(claim(&mut manager, review), 303);
        let version = kyc(&app, customer).1;
        let statuses = race(
            || claim(&mut admin, review),
            || {
                let fields = [("decision", "validated"), ("risk", "low")];
                decide(&mut manager, review, version, &fields)
            },
        );
        let expected = match statuses {
            (303, 409) => lawful("open", None, holder, ["pending", "pending"]),
            (409, 303) => lawful(
                "decided",
                Some("validated"),
                None,
                ["validated", "verified"],
            ),
            both => panic!("{both:?}"),
        };
        assert_eq!(left(&app, review), expected, "{statuses:?}");
    }
}

#[test]
fn of_two_windows_of_the_holder_and_a_colleague_who_takes_over_one_wins() {
    let app = TestApp::start();
    let mut officer = app.sign_in(Persona::Officer);
    // Two sessions, as of two machines.
    let mut here = app.sign_in(Persona::Manager);
    let mut there = app.sign_in(Persona::Manager);
    let mut admin = app.sign_in(Persona::Admin);
    let holder = Some(app.staff(Persona::Admin));
    for _ in 0..TIMES {
        let customer = ready(&app, |_| {});
        let review = request(&app, &mut officer, customer);
        assert_eq!(claim(&mut here, review), 303);
        let version = kyc(&app, customer).1;
        let ((validated, asked), taken) = race(
            || {
                race(
                    || {
                        let fields = [("decision", "validated"), ("risk", "low")];
                        decide(&mut here, review, version, &fields)
                    },
                    || {
                        let fields = [("decision", "incomplete"), ("message", "Send more.")];
                        decide(&mut there, review, version, &fields)
                    },
                )
            },
            || claim(&mut admin, review),
        );
        let expected = match (validated, asked, taken) {
            (303, 409, 409) => lawful(
                "decided",
                Some("validated"),
                None,
                ["validated", "verified"],
            ),
            (409, 303, 409) => lawful("waiting", None, None, ["incomplete", "pending"]),
            (409, 409, 303) => lawful("open", None, holder, ["pending", "pending"]),
            all => panic!("{all:?}"),
        };
        assert_eq!(left(&app, review), expected, "{validated} {asked} {taken}");
    }
}

#[test]
fn a_proposal_is_agreed_to_or_sent_back_and_never_both() {
    let app = TestApp::start();
    let mut officer = app.sign_in(Persona::Officer);
    let mut manager = app.sign_in(Persona::Manager);
    let mut admin = app.sign_in(Persona::Admin);
    let mut second = app.sign_in(Persona::SecondAdmin);
    let proposer = app.staff(Persona::Manager);
    for _ in 0..TIMES {
        let customer = ready(&app, |new| new.risk = Some("high"));
        let review = request(&app, &mut officer, customer);
        assert_eq!(claim(&mut manager, review), 303);
        let fields = [
            ("decision", "refused"),
            ("reason", "data_mismatch"),
            ("comment", WHY),
        ];
        let version = kyc(&app, customer).1;
        assert_eq!(decide(&mut manager, review, version, &fields), 303);
        let proposal: Uuid = proposals::table
            .filter(proposals::review_id.eq(review))
            .select(proposals::id)
            .first(&mut app.owner())
            .expect("a proposal");
        let statuses = race(
            || {
                let path = format!("/approvals/{proposal}/approve");
                admin.post(&path, &[]).status
            },
            || {
                let path = format!("/approvals/{proposal}/reject");
                let points = [("points", "Name the document that shows it.")];
                second.post(&path, &points).status
            },
        );
        let (state, approved, settled): (String, Option<Uuid>, Option<Uuid>) = proposals::table
            .filter(proposals::id.eq(proposal))
            .select((
                proposals::state,
                proposals::approved_by,
                proposals::settled_by,
            ))
            .first(&mut app.owner())
            .expect("the proposal");
        let (agreed, back) = (app.staff(Persona::Admin), app.staff(Persona::SecondAdmin));
        let expected = match statuses {
            (303, 409) => {
                assert_eq!((approved, settled), (Some(agreed), Some(agreed)));
                assert_eq!(state, "approved");
                lawful("decided", Some("refused"), None, ["refused", "failed"])
            }
            (409, 303) => {
                assert_eq!((approved, settled), (None, Some(back)));
                assert_eq!(state, "sent_back");
                lawful("open", None, Some(proposer), ["pending", "pending"])
            }
            both => panic!("{both:?}"),
        };
        assert_eq!(left(&app, review), expected, "{statuses:?}");
    }
}

#[test]
fn two_who_ask_for_one_review_open_one_round() {
    let app = TestApp::start();
    let mut officer = app.sign_in(Persona::Officer);
    let mut manager = app.sign_in(Persona::Manager);
    for n in 1..=TIMES {
        let customer = ready(&app, |_| {});
        let path = format!("/customers/{customer}/reviews");
        let (one, other) = race(
            || officer.post(&path, &[]).status,
            || manager.post(&path, &[]).status,
        );
        let mut statuses = [one, other];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409]);
        assert_eq!(rounds(&app, customer), 1);
        let by: Option<Uuid> = reviews::table
            .filter(reviews::customer_id.eq(customer))
            .select(reviews::submitted_id)
            .first(&mut app.owner())
            .expect("the round");
        let winner = if one == 303 {
            Persona::Officer
        } else {
            Persona::Manager
        };
        assert_eq!(by, Some(app.staff(winner)));
        let checks: i64 = verifications::table
            .filter(verifications::customer_id.eq(customer))
            .count()
            .get_result(&mut app.owner())
            .expect("a number");
        assert_eq!((checks, kyc(&app, customer).0.as_str()), (1, "pending"));
        assert_eq!(said(&app, "review.requested"), n);
    }
}

#[test]
fn a_paper_is_accepted_or_refused_and_never_both() {
    let app = TestApp::start();
    let mut officer = app.sign_in(Persona::Officer);
    let mut manager = app.sign_in(Persona::Manager);
    for n in 1..=TIMES {
        let customer = make::customer(&app, |_| {});
        let paper = make::document(&app, customer, "IDENTITY_PROOF");
        let path = format!("/documents/{paper}/check");
        let version = kyc(&app, customer).1;
        let seen = version.to_string();
        let statuses = race(
            || {
                let fields = [("status", "validated"), ("version", seen.as_str())];
                officer.post(&path, &fields).status
            },
            || {
                let fields = [
                    ("status", "refused"),
                    ("reason", "document_not_legible"),
                    ("version", seen.as_str()),
                ];
                manager.post(&path, &fields).status
            },
        );
        let after: (String, Option<String>) = documents::table
            .filter(documents::id.eq(paper))
            .select((documents::status, documents::reason))
            .first(&mut app.owner())
            .expect("the paper");
        let expected = match statuses {
            (303, 409) => ("validated".to_owned(), None),
            (409, 303) => (
                "refused".to_owned(),
                Some("document_not_legible".to_owned()),
            ),
            both => panic!("{both:?}"),
        };
        assert_eq!(after, expected);
        assert_eq!(kyc(&app, customer).1, version + 1);
        assert_eq!(said(&app, "document.checked"), n);
    }
}

/// Two rows of one person who may be asked for.
fn twins(app: &TestApp) -> (Uuid, Uuid) {
    (ready(app, |_| {}), ready(app, |_| {}))
}

fn merge(by: &mut Browser, into: Uuid, other: Uuid) -> u16 {
    let other = other.to_string();
    let fields = [
        ("other", other.as_str()),
        ("answer", "merge"),
        ("reason", "The passport is the same."),
    ];
    by.post(&format!("/customers/{into}/duplicates"), &fields)
        .status
}

fn merged_into(app: &TestApp, customer: Uuid) -> Option<Uuid> {
    customers::table
        .filter(customers::id.eq(customer))
        .select(customers::merged_into)
        .first(&mut app.owner())
        .expect("the customer")
}

#[test]
fn two_who_merge_the_same_two_either_way_merge_them_one_way() {
    let app = TestApp::start();
    let mut manager = app.sign_in(Persona::Manager);
    let mut admin = app.sign_in(Persona::Admin);
    for n in 1..=TIMES {
        let (one, other) = twins(&app);
        let statuses = race(
            || merge(&mut manager, one, other),
            || merge(&mut admin, other, one),
        );
        let expected = match statuses {
            (303, 409) => (None, Some(one)),
            (409, 303) => (Some(other), None),
            both => panic!("{both:?}"),
        };
        assert_eq!((merged_into(&app, one), merged_into(&app, other)), expected);
        assert_eq!(said(&app, "customer.merged"), 2 * n, "one under each");
    }
}

#[test]
fn whoever_is_merged_away_is_not_asked_for_at_the_same_time() {
    let app = TestApp::start();
    let mut manager = app.sign_in(Persona::Manager);
    let mut officer = app.sign_in(Persona::Officer);
    for _ in 0..TIMES {
        let (one, other) = twins(&app);
        let statuses = race(
            || merge(&mut manager, one, other),
            || {
                let path = format!("/customers/{other}/reviews");
                officer.post(&path, &[]).status
            },
        );
        let after = (merged_into(&app, other), rounds(&app, other));
        let status = kyc(&app, other).0;
        match statuses {
            (303, 409) => assert_eq!((after, status.as_str()), ((Some(one), 0), "none")),
            (409, 303) => assert_eq!((after, status.as_str()), ((None, 1), "pending")),
            both => panic!("{both:?}"),
        }
        // The one who stays is nobody's prey: both are done.
        let (stays, goes) = twins(&app);
        let both = race(
            || merge(&mut manager, stays, goes),
            || {
                let path = format!("/customers/{stays}/reviews");
                officer.post(&path, &[]).status
            },
        );
        assert_eq!(both, (303, 303));
        assert_eq!(
            (merged_into(&app, goes), rounds(&app, stays)),
            (Some(stays), 1)
        );
    }
}

#[test]
fn a_country_of_tax_that_two_add_at_once_stands_once() {
    let app = TestApp::start();
    let mut officer = app.sign_in(Persona::Officer);
    let mut manager = app.sign_in(Persona::Manager);
    for n in 1..=TIMES {
        let customer = make::customer(&app, |_| {});
        let version = kyc(&app, customer).1;
        let seen = version.to_string();
        let add = |by: &mut Browser, number: &str| {
            let fields = [
                ("version", seen.as_str()),
                ("step", "add"),
                ("country", "PT"),
                ("tax_payer_id", number),
            ];
            by.post(&format!("/customers/{customer}/tax-residences"), &fields)
                .status
        };
        let statuses = race(
            || add(&mut officer, "123456789"),
            || add(&mut manager, "238114902"),
        );
        let expected = match statuses {
            (303, 409) => "123456789",
            (409, 303) => "238114902",
            both => panic!("{both:?}"),
        };
        let numbers: Vec<Option<String>> = tax_residences::table
            .filter(tax_residences::customer_id.eq(customer))
            .select(tax_residences::tax_payer_id)
            .load(&mut app.owner())
            .expect("tax residences");
        assert_eq!(numbers, [Some(expected.to_owned())]);
        assert_eq!(kyc(&app, customer).1, version + 1);
        assert_eq!(said(&app, "tax_residence.added"), n);
    }
}

/// A company that lacks nothing but its members.
pub fn company(app: &TestApp, name: &str) -> Uuid {
    let company = make::customer(app, |new| {
        make::as_company(new, name);
        new.registration_number = Some("500123456".to_owned());
    });
    diesel::update(customers::table.filter(customers::id.eq(company)))
        .set((
            customers::legal_form.eq("Lda"),
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

#[test]
fn two_companies_that_share_members_are_decided_at_once_and_each_member_once() {
    let app = TestApp::start();
    let mut officer = app.sign_in(Persona::Officer);
    let mut manager = app.sign_in(Persona::Manager);
    let mut admin = app.sign_in(Persona::Admin);
    for n in 1..=TIMES {
        let companies = [company(&app, "Falcão Lda"), company(&app, "Sequeira Lda")];
        let members = [ready(&app, |_| {}), ready(&app, |_| {})];
        // Listed in the two orders in which two might wait for each other.
        for (at, company) in companies.into_iter().enumerate() {
            let mut listed = members;
            if at == 1 {
                listed.reverse();
            }
            for member in listed {
                make::relation(&app, company, member, "legal_representative", None);
                make::relation(&app, company, member, "beneficial_owner", Some(50));
            }
        }
        let [one, other] = companies.map(|company| request(&app, &mut officer, company));
        assert_eq!(claim(&mut manager, one), 303);
        assert_eq!(claim(&mut admin, other), 303);
        let versions = companies.map(|company| kyc(&app, company).1);
        let fields = [("decision", "validated"), ("risk", "low")];
        let statuses = race(
            || decide(&mut manager, one, versions[0], &fields),
            || decide(&mut admin, other, versions[1], &fields),
        );
        assert_eq!(statuses, (303, 303));
        for customer in companies.into_iter().chain(members) {
            assert_eq!(kyc(&app, customer).0, "validated");
            assert_eq!(rounds(&app, customer), 1);
        }
        let by: Vec<Option<Uuid>> = reviews::table
            .filter(reviews::customer_id.eq_any(members))
            .select(reviews::decided_by)
            .load(&mut app.owner())
            .expect("the members' rounds");
        assert_eq!(by[0], by[1], "whoever came first decided both");
        assert_eq!(said(&app, "review.decided"), 4 * n);
    }
}

#[test]
fn two_servers_that_sweep_at_once_do_each_thing_once() {
    let app = TestApp::start();
    let today = app.clock.now().date_naive();
    let databases = (database(&app), database(&app));
    for n in 1..=TIMES {
        let mut made = Vec::new();
        for at in 0..6 {
            let customer = make::customer(&app, |new| {
                new.kyc = "validated";
                if at % 2 == 0 {
                    new.next_review_on = Some(today + TimeDelta::days(7));
                }
            });
            make::document_of(&app, &app.acme, customer, "IDENTITY_PROOF", |new| {
                new.status = "validated";
                new.expires_on = Some(today - TimeDelta::days(1));
            });
            made.push(customer);
        }
        let (mut swept, more): (Swept, Swept) = race(
            || deadlines::sweep(&databases.0).expect("a sweep"),
            || deadlines::sweep(&databases.1).expect("a sweep"),
        );
        swept += more;
        assert_eq!((swept.papers, swept.fell_due), (6, 3));
        for (at, customer) in made.into_iter().enumerate() {
            // Whoever fell due moved for that; their paper's end only raised the version once more.
            let raised = if at % 2 == 0 { 3 } else { 2 };
            assert_eq!(kyc(&app, customer), ("review_needed".to_owned(), raised));
        }
        assert_eq!(said(&app, "document.expired"), 6 * n);
        assert_eq!(said(&app, "customer.moved"), 6 * n);
        let quiet = deadlines::sweep(&databases.0).expect("a sweep");
        assert_eq!((quiet.papers, quiet.fell_due), (0, 0));
    }
}
