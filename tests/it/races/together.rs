//! Whoever needs the rows of several customers holds them all in one order, so that nobody waits in a circle; and what is
//! judged of two customers is judged while both are held.

use serde_json::{Value, json};
use vouch::{access::keys::rules::Face, schema::relations};

use super::{ordered::in_order, *};
use crate::{key_matrix, support::machines, treezor};

/// A company, and a member of it that is one too, each with a person who stands for it and owns it; the persons were made
/// first, so that each is held before either company.
fn group(app: &TestApp) -> ([Uuid; 2], [Uuid; 2]) {
    let persons = [(); 2].map(|()| ready(app, |_| {}));
    app.clock.advance(TimeDelta::milliseconds(1));
    let companies = ["Falcão SGPS", "Falcão Lda"].map(|name| company(app, name));
    for (company, person) in companies.into_iter().zip(persons) {
        make::relation(app, company, person, "legal_representative", None);
        make::relation(app, company, person, "beneficial_owner", Some(100));
    }
    make::relation(app, companies[0], companies[1], "shareholder", Some(60));
    (companies, persons)
}

fn latest(app: &TestApp, customer: Uuid) -> Uuid {
    reviews::table
        .filter(reviews::customer_id.eq(customer))
        .order(reviews::round.desc())
        .select(reviews::id)
        .first(&mut app.owner())
        .expect("a round")
}

/// The person behind the member is the one for whom both wait: the company, which came first, needs the member as well, and
/// the member is moved by itself at that moment. Whoever held one of the two companies by now would never get the other.
#[test]
fn a_company_and_a_member_that_is_one_are_moved_at_once_and_wait_for_each_other_in_no_circle() {
    let app = TestApp::start();
    let mut officers = [app.sign_in(Persona::Officer), app.sign_in(Persona::Officer)];
    let mut managers = [app.sign_in(Persona::Manager), app.sign_in(Persona::Manager)];
    for turned in [false, true] {
        let (companies, persons) = group(&app);
        let everybody = || {
            let all = companies.into_iter().chain(persons);
            all.map(|one| kyc(&app, one).0).collect::<Vec<_>>()
        };
        // With the company the member is moved too, and there is nothing left to do; before it, by itself.
        let lawful = if turned { (303, 303) } else { (303, 409) };
        let [one, other] = &mut officers;
        let mut both = |paths: [String; 2]| {
            in_order(
                &app,
                persons[1],
                turned,
                || one.post(&paths[0], &[]).status,
                || other.post(&paths[1], &[]).status,
            )
        };
        let asked = both(companies.map(|company| format!("/customers/{company}/reviews")));
        assert_eq!(
            (asked, everybody()),
            (lawful, vec!["pending".to_owned(); 4])
        );
        let rounds = companies.map(|company| latest(&app, company));
        let back = both(rounds.map(|round| format!("/reviews/{round}/withdraw")));
        assert_eq!((back, everybody()), (lawful, vec!["draft".to_owned(); 4]));

        let again = both(companies.map(|company| format!("/customers/{company}/reviews")));
        assert_eq!(
            (again, everybody()),
            (lawful, vec!["pending".to_owned(); 4])
        );
        let rounds = companies.map(|company| latest(&app, company));
        for round in rounds {
            assert_eq!(claim(&mut managers[0], round), 303);
        }
        let versions = companies.map(|company| kyc(&app, company).1);
        let fields = [("decision", "validated"), ("risk", "low")];
        let [one, other] = &mut managers;
        let decided = in_order(
            &app,
            persons[1],
            turned,
            || decide(one, rounds[0], versions[0], &fields),
            || decide(other, rounds[1], versions[1], &fields),
        );
        assert_eq!(
            (decided, everybody()),
            (lawful, vec!["validated".to_owned(); 4])
        );
    }
}

/// The same by machines, each in the words of its face: what the second finds is a review that is open.
#[test]
fn machines_that_ask_for_a_company_and_for_its_member_at_once_wait_in_no_circle_either() {
    let app = TestApp::start();
    for (face, kind, expected) in [
        (Face::Treezor, "oauth", (200, 200)),
        (Face::Kontorion, "live", (201, 409)),
        (Face::Truust, "live", (200, 422)),
    ] {
        let may: Vec<&str> = face.permissions().collect();
        let key = machines::key(&app, &app.acme, (face.as_str(), kind), &may, &[]);
        let (companies, persons) = group(&app);
        if face == Face::Truust {
            // Its verification begins with what is declared.
            diesel::update(customers::table.filter(customers::id.eq_any(companies)))
                .set(customers::kyc.eq("draft"))
                .execute(&mut app.owner())
                .expect("drafts");
        }
        let ask = |company: Uuid| {
            let (method, target, body) = match face {
                Face::Treezor => {
                    let number = treezor::number(&app, &app.acme, company);
                    ("PUT", format!("/v1/users/{number}/Kycreview"), Value::Null)
                }
                Face::Kontorion => {
                    let body = json!({
                        "customer_id": company, "provider": "manual", "verification_type": "kyb",
                    });
                    ("POST", "/v1/verifications".to_owned(), body)
                }
                _ => {
                    let target = format!("/2.0/verifications/{company}/request");
                    ("POST", target, Value::Null)
                }
            };
            key_matrix::sent(&app, face, Some(&key), method, &target, body, None).status
        };
        let statuses = in_order(
            &app,
            persons[1],
            false,
            || ask(companies[0]),
            || ask(companies[1]),
        );
        assert_eq!(statuses, expected, "{face}");
        for one in companies.into_iter().chain(persons) {
            assert_eq!(kyc(&app, one).0, "pending", "{face}");
        }
    }
}

/// Each looks at what the other writes: a role that is a person's alone, and who is a person.
#[test]
fn nobody_becomes_a_company_while_they_are_given_a_role_that_only_a_person_has() {
    let app = TestApp::start();
    let machine = machines::key(&app, &app.acme, ("truust", "live"), &["read", "write"], &[]);
    let mut officer = app.sign_in(Persona::Officer);
    for turned in [false, true] {
        let employer = make::company(&app, "Falcão Lda");
        let person = make::customer(&app, |_| {});
        let version = kyc(&app, employer).1.to_string();
        let pick = person.to_string();
        let body = json!({
            "type": "LEGAL", "first_name": "Inês", "last_name": "Falcão", "legal_name": "Falcão Obras SL",
            "vat_id": "12345678A", "legal_address": "Calle Mayor 1", "legal_city": "Madrid", "legal_zip": "28001",
            "legal_state": "Madrid", "legal_country": "ES", "representative_name": "Inês Falcão",
            "representative_email": "ines@obras.example", "representative_phone": "+34 600 000 000",
        });
        let bearer = format!("Bearer {}", machine.secret);
        let statuses = in_order(
            &app,
            person,
            turned,
            || {
                let target = format!("/2.0/customers/{person}/verify");
                let headers = [
                    ("authorization", bearer.as_str()),
                    ("content-type", "application/json"),
                ];
                let body = Some(body.to_string());
                app.browser()
                    .request("POST", &target, &headers, body)
                    .status
            },
            || {
                let fields = [
                    ("version", version.as_str()),
                    ("step", "add"),
                    ("pick", pick.as_str()),
                    ("role", "employee"),
                    ("source", "declared"),
                ];
                officer
                    .post(&format!("/customers/{employer}/relations"), &fields)
                    .status
            },
        );
        let kind: String = customers::table
            .filter(customers::id.eq(person))
            .select(customers::kind)
            .first(&mut app.owner())
            .expect("the customer");
        let roles: i64 = relations::table
            .filter(relations::child_id.eq(person))
            .count()
            .get_result(&mut app.owner())
            .expect("a number");
        let (answers, is, has) = if turned {
            ((422, 303), "natural", 1)
        } else {
            ((200, 422), "legal", 0)
        };
        assert_eq!((statuses, kind.as_str(), roles), (answers, is, has));
    }
}
