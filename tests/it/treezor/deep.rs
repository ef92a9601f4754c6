//! A company whose shareholder is a company: those behind that one are asked for, and move, with the first.

use super::{
    company::{company, under},
    *,
};

/// A company, a company that owns it, and for each of the two a person.
struct Firms {
    top: i64,
    leader: i64,
    holding: i64,
    owner: i64,
}

impl Firms {
    /// Of the people nothing was handed in; of the companies everything.
    fn founded(ours: &Machine<'_>) -> Self {
        let app = ours.app;
        let owns = |share: i64| {
            [
                ("parentType", json!("shareholder")),
                ("effectiveBeneficiary", json!(share)),
            ]
        };
        let top = ours.user(&company());
        let leader = ours.user(&under(top, &[("parentType", json!("leader"))]));
        let holding = with(company(), &[("parentUserId", json!(top))]);
        let holding = ours.user(&with(holding, &owns(100)));
        let leads = [
            ("parentType", json!("leader")),
            ("controllingPersonType", json!(3)),
            ("employeeType", json!(1)),
            ("effectiveBeneficiary", json!(100)),
        ];
        let owner = ours.user(&under(holding, &leads));
        for firm in [top, holding] {
            for kind in [4, 23] {
                ours.paper(firm, kind);
            }
            // The vendor has no number for it: it comes to the desk.
            make::document(app, id(app, firm), "SHAREHOLDER_DECLARATION");
        }
        Self {
            top,
            leader,
            holding,
            owner,
        }
    }

    fn all(&self) -> [i64; 4] {
        [self.top, self.leader, self.holding, self.owner]
    }

    fn complete(&self, ours: &Machine<'_>) {
        for kind in [9, 12] {
            ours.paper(self.leader, kind);
        }
        ours.complete(self.owner);
    }
}

fn standing(ours: &Machine<'_>, firms: &Firms) -> [Value; 4] {
    firms.all().map(|user| ours.kyc(user)["kycStatus"].clone())
}

#[test]
fn who_stands_behind_a_shareholder_is_asked_for_too_and_all_move_or_nobody() {
    let app = TestApp::start();
    let ours = ours(&app);
    let firms = Firms::founded(&ours);
    let said = app.actions();
    let missing = |user: i64, what: &str| {
        (
            "missing_prerequisite".to_owned(),
            format!("User {user}: {what}"),
        )
    };
    let (status, mut errors) = ours.review(firms.top).errors();
    errors.sort();
    let mut expected = vec![
        missing(firms.leader, "Identity document"),
        missing(firms.leader, "Proof of address"),
        missing(firms.owner, "Identity document"),
        missing(firms.owner, "Proof of address"),
        missing(firms.owner, "Tax residence"),
    ];
    expected.sort();
    assert_eq!((status, errors), (400, expected));
    // Of the owner's alone.
    for kind in [9, 12] {
        ours.paper(firms.leader, kind);
        ours.paper(firms.owner, kind);
    }
    let (status, errors) = ours.review(firms.top).errors();
    assert_eq!(
        (status, errors),
        (400, vec![missing(firms.owner, "Tax residence")])
    );
    assert_eq!(standing(&ours, &firms), ["NONE"; 4]);
    assert!(
        app.actions()[said.len()..]
            .iter()
            .all(|one| one == "document.added")
    );
    // The desk sees it alike, and is refused alike.
    let desk = format!("/customers/{}", id(&app, firms.top));
    let mut officer = app.sign_in(Persona::Officer);
    assert!(officer.get(&desk).text().contains("1 of 3 open"));
    let refused = officer.post(&format!("{desk}/reviews"), &[]);
    assert_eq!(refused.status, 409, "{}", refused.text());
    assert_eq!(standing(&ours, &firms), ["NONE"; 4]);
    let tax = json!({"userId": firms.owner, "country": "FR", "liabilityWaiver": true});
    ours.post("/v1/taxResidences", &tax).good();
    ours.review(firms.top).good();
    assert_eq!(standing(&ours, &firms), ["PENDING"; 4]);
    let moments: Vec<chrono::DateTime<chrono::Utc>> = reviews::table
        .select(reviews::submitted_at)
        .load(&mut app.owner())
        .expect("rounds");
    assert_eq!(moments, [app.clock.now(); 4]);
    decide(&app, firms.top, &VALIDATE);
    assert_eq!(standing(&ours, &firms), ["VALIDATED"; 4]);
}

#[test]
fn all_are_taken_back_together() {
    let app = TestApp::start();
    let ours = ours(&app);
    let firms = Firms::founded(&ours);
    firms.complete(&ours);
    ours.review(firms.top).good();
    assert_eq!(standing(&ours, &firms), ["PENDING"; 4]);
    let round: Uuid = reviews::table
        .filter(reviews::customer_id.eq(id(&app, firms.top)))
        .select(reviews::id)
        .first(&mut app.owner())
        .expect("the round");
    let back = app
        .sign_in(Persona::Officer)
        .post(&format!("/reviews/{round}/withdraw"), &[]);
    assert_eq!(back.status, 303, "{}", back.text());
    assert_eq!(standing(&ours, &firms), ["NONE"; 4]);
}

#[test]
fn one_who_is_elsewhere_hinders_and_is_not_named() {
    let app = TestApp::start();
    let london = machine(&app, &app.acme, &ALL, &["london"]);
    let firms = Firms::founded(&london);
    firms.complete(&london);
    let hidden = make::customer(&app, |new| new.branch_id = app.acme.branch("paris"));
    make::relation(&app, id(&app, firms.holding), hidden, "director", None);
    let (status, errors) = london.review(firms.top).errors();
    let elsewhere = "A member outside of this key's branches: Every member complete";
    assert_eq!(
        (status, errors),
        (
            400,
            vec![("missing_prerequisite".to_owned(), elsewhere.to_owned())]
        )
    );
    assert_eq!(standing(&london, &firms), ["NONE"; 4]);
}
