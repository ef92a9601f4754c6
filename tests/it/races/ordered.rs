//! Two moves about one customer that have both begun before either is done, in each order. A stranger holds the row that
//! both wait for; once it is let go, whoever came first goes on first. A move that did not wait for the row, or that had
//! looked before it waited, would do here what the other has made unlawful.

use diesel::{connection::SimpleConnection as _, sql_query, sql_types::BigInt};

use super::*;
use crate::support::{Response, app::enter};

#[derive(QueryableByName)]
struct Waiting {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Until so many connections to the test's database wait for a lock.
pub(super) fn until_wait(app: &TestApp, wanted: i64) {
    let mut owner = app.owner();
    for _ in 0..200 {
        let waiting: Waiting = sql_query(
            "SELECT count(DISTINCT pid) AS n FROM pg_locks JOIN pg_stat_activity USING (pid)
              WHERE NOT granted AND datname = current_database()",
        )
        .get_result(&mut owner)
        .expect("a number");
        if waiting.n == wanted {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("{wanted} were to wait");
}

/// Does both while `hold` keeps from them what both need. The first that came is the first that goes on.
pub(super) fn behind<A: Send, B: Send>(
    app: &TestApp,
    hold: &str,
    first: impl FnOnce() -> A + Send,
    second: impl FnOnce() -> B + Send,
) -> (A, B) {
    let mut gate = app.database.owner();
    enter(&mut gate, app.acme.id);
    gate.batch_execute(&format!("BEGIN; {hold}"))
        .expect("what both need");
    std::thread::scope(|scope| {
        let one = scope.spawn(first);
        until_wait(app, 1);
        let other = scope.spawn(second);
        until_wait(app, 2);
        gate.batch_execute("ROLLBACK").expect("its end");
        let one = one.join().expect("the first");
        (one, other.join().expect("the second"))
    })
}

pub(super) fn row_of(customer: Uuid) -> String {
    format!("SELECT FROM customers WHERE id = '{customer}' FOR UPDATE")
}

/// Both about one customer; `turned`: the second comes first.
pub(super) fn in_order<A: Send, B: Send>(
    app: &TestApp,
    customer: Uuid,
    turned: bool,
    one: impl FnOnce() -> A + Send,
    other: impl FnOnce() -> B + Send,
) -> (A, B) {
    let hold = row_of(customer);
    if turned {
        let (other, one) = behind(app, &hold, other, one);
        (one, other)
    } else {
        behind(app, &hold, one, other)
    }
}

/// In which state the customer is about whom two do something.
#[derive(Clone, Copy, Debug)]
enum Scene {
    /// In review, claimed by the manager.
    Claimed,
    /// The same of a company, with its members.
    Company,
    /// Validated.
    Validated,
    /// In review, and their paper names somebody else.
    Differs,
}

/// What somebody does on what they saw.
#[derive(Clone, Copy, Debug)]
pub(super) enum Move {
    Validate,
    Edit,
    Rate,
    AddMember,
    Revoke,
    Override,
    Accept,
    Correct,
}

impl Move {
    /// Who does it, and what the log says of it alone.
    const fn by(self) -> (Persona, &'static str) {
        match self {
            Self::Validate => (Persona::Manager, "review.decided"),
            Self::Edit => (Persona::Officer, "customer.edited"),
            Self::Rate => (Persona::Admin, "customer.rated"),
            Self::AddMember => (Persona::Officer, "member.added"),
            Self::Revoke => (Persona::Manager, "customer.revoked"),
            Self::Override => (Persona::Admin, "customer.overridden"),
            Self::Accept => (Persona::Officer, "field.accepted"),
            Self::Correct => (Persona::Manager, "field.corrected"),
        }
    }
}

pub(super) struct Subject {
    pub(super) customer: Uuid,
    pub(super) review: Uuid,
    /// The paper that names somebody else.
    pub(super) paper: Uuid,
    pub(super) version: i32,
}

pub(super) fn claimed(app: &TestApp, customer: Uuid) -> Uuid {
    let review = request(app, &mut app.sign_in(Persona::Officer), customer);
    assert_eq!(claim(&mut app.sign_in(Persona::Manager), review), 303);
    review
}

impl Scene {
    fn made(self, app: &TestApp) -> Subject {
        let (mut review, mut paper) = (Uuid::nil(), Uuid::nil());
        let customer = match self {
            Self::Claimed => ready(app, |_| {}),
            Self::Company => {
                let company = company(app, "Falcão Lda");
                let member = ready(app, |_| {});
                make::relation(app, company, member, "legal_representative", None);
                make::relation(app, company, member, "beneficial_owner", Some(60));
                company
            }
            Self::Validated => ready(app, |new| {
                (new.kyc, new.risk) = ("validated", Some("low"));
            }),
            Self::Differs => ready(app, |new| new.kyc = "pending"),
        };
        match self {
            Self::Claimed | Self::Company => review = claimed(app, customer),
            Self::Differs => {
                paper = make::document(app, customer, "IDENTITY_PROOF");
                let of = (customer, paper);
                make::extracted(app, &app.acme, of, "officer", "last_name", "Sequeira");
            }
            Self::Validated => {}
        }
        Subject {
            customer,
            review,
            paper,
            version: kyc(app, customer).1,
        }
    }
}

/// What is sent, on the page as it is now.
pub(super) fn prepared(
    app: &TestApp,
    by: &mut Browser,
    what: Move,
    of: &Subject,
) -> (String, Vec<[String; 2]>) {
    let customer = of.customer;
    let mut fields = vec![["version".to_owned(), of.version.to_string()]];
    let mut more = |pairs: &[(&str, &str)]| {
        fields.extend(
            pairs
                .iter()
                .map(|(name, value)| [(*name).to_owned(), (*value).to_owned()]),
        );
    };
    let path = match what {
        Move::Validate => {
            more(&[("decision", "validated"), ("risk", "low")]);
            format!("/reviews/{}/decision", of.review)
        }
        Move::Edit => {
            let path = format!("/customers/{customer}/edit");
            fields = by
                .get(&path)
                .form(&path)
                .into_iter()
                .map(|(name, value)| {
                    let value = if name == "city" {
                        "Braga".to_owned()
                    } else {
                        value
                    };
                    [name, value]
                })
                .collect();
            path
        }
        Move::Rate => {
            more(&[("risk", "medium"), ("reason", WHY)]);
            format!("/customers/{customer}/risk")
        }
        Move::AddMember => {
            let another = make::customer(app, |new| new.last_name = Some("Quintela".to_owned()));
            more(&[
                ("step", "add"),
                ("pick", &another.to_string()),
                ("role", "director"),
                ("source", "declared"),
            ]);
            format!("/customers/{customer}/relations")
        }
        Move::Revoke => {
            more(&[("reason", "data_mismatch"), ("comment", WHY)]);
            format!("/customers/{customer}/revoke")
        }
        Move::Override => {
            more(&[("status", "refused"), ("reason", WHY), ("step", "apply")]);
            format!("/customers/{customer}/override")
        }
        Move::Accept | Move::Correct => {
            let answer = if matches!(what, Move::Accept) {
                "accept"
            } else {
                "correct"
            };
            let source = format!("page:{}", of.paper);
            more(&[
                ("field", "last_name"),
                ("answer", answer),
                ("source", &source),
                ("reason", WHY),
            ]);
            format!("/customers/{customer}/fields")
        }
    };
    (path, fields)
}

pub(super) fn send(by: &mut Browser, path: &str, fields: &[[String; 2]]) -> Response {
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|[name, value]| (name.as_str(), value.as_str()))
        .collect();
    by.post(path, &fields)
}

#[test]
fn of_two_who_saw_the_same_page_the_second_is_refused_whatever_each_does() {
    let app = TestApp::start();
    for (scene, one, other) in [
        (Scene::Claimed, Move::Edit, Move::Validate),
        (Scene::Claimed, Move::Rate, Move::Validate),
        (Scene::Company, Move::AddMember, Move::Validate),
        (Scene::Validated, Move::Revoke, Move::Override),
        (Scene::Differs, Move::Accept, Move::Correct),
    ] {
        for turned in [false, true] {
            let pair = format!("{one:?} and {other:?}, turned: {turned}");
            let subject = scene.made(&app);
            let mut hands = [one, other].map(|what| app.sign_in(what.by().0));
            let [first, second] = &mut hands;
            let (path_one, fields_one) = prepared(&app, first, one, &subject);
            let (path_other, fields_other) = prepared(&app, second, other, &subject);
            let before = [one, other].map(|what| said(&app, what.by().1));
            let (done_one, done_other) = in_order(
                &app,
                subject.customer,
                turned,
                || send(first, &path_one, &fields_one),
                || send(second, &path_other, &fields_other),
            );
            let statuses = (done_one.status, done_other.status);
            let lawful = if turned { (409, 303) } else { (303, 409) };
            assert_eq!(
                statuses,
                lawful,
                "{pair}: {} / {}",
                done_one.text(),
                done_other.text()
            );
            // One entry of what was done, none of what was refused; and the customer moved on by one step.
            let after = [one, other].map(|what| said(&app, what.by().1));
            // A company's decision is one for each member too.
            let entries = if turned && matches!(scene, Scene::Company) {
                2
            } else {
                1
            };
            let more = if turned { [0, entries] } else { [entries, 0] };
            assert_eq!(after, [before[0] + more[0], before[1] + more[1]], "{pair}");
            assert_eq!(kyc(&app, subject.customer).1, subject.version + 1, "{pair}");
        }
    }
}
