//! The KYC page, and adding and editing customers.

use crate::support::{Persona, TestApp, make};

mod view {
    use super::*;

    #[test]
    fn a_person_shows_what_applies_to_a_person() {
        let app = TestApp::start();
        let id = make::customer(&app, |new| new.tax_id = Some("238114906".to_owned()));
        make::verification(&app, id, |check| check.status = "verified");
        make::tax_residence(&app, id, "PT", Some("238 114 906"));
        make::note(&app, id, "Called her.\nShe uses the short name.");
        let mut officer = app.sign_in(Persona::Officer);
        let page = officer.get(&format!("/customers/{id}"));
        assert_eq!(page.status, 200);
        for there in [
            "Inês Falcão",
            "Declared data",
            "Date of birth",
            "Tax residences",
            "238 114 906",
            "Portugal",
            "Called her.",
            "Officer Person",
            "requirements open",
            "Identity document",
        ] {
            assert!(page.body.contains(there), "{there}");
        }
        for absent in ["Legal form", "Articles of association", "Override the"] {
            assert!(!page.body.contains(absent), "{absent}");
        }
    }

    #[test]
    fn a_company_shows_its_members_with_their_own_status() {
        let app = TestApp::start();
        let company = make::company(&app, "Figueiredo & Filhos");
        let owner = make::customer(&app, |new| new.kyc = "validated");
        let elsewhere = make::customer(&app, |new| {
            new.branch_id = app.acme.branch("paris");
            new.last_name = Some("Secret".to_owned());
        });
        make::relation(&app, company, owner, "beneficial_owner", Some(60));
        make::relation(&app, company, elsewhere, "shareholder", Some(40));
        let mut officer = app.sign_in(Persona::Officer);
        let page = officer.get(&format!("/customers/{company}"));
        for there in [
            "Figueiredo &#38; Filhos",
            "Articles of association",
            "Beneficial owner",
            "60 %",
            "Validated",
            "Outside of your branches",
        ] {
            assert!(page.body.contains(there), "{there}");
        }
        for absent in ["Date of birth", "Proof of address", "Secret"] {
            assert!(!page.body.contains(absent), "{absent}");
        }
        let page = officer.get(&format!("/customers/{owner}"));
        assert!(page.body.contains("Member of"));
    }

    #[test]
    fn a_sole_trader_also_shows_a_registration() {
        let app = TestApp::start();
        let id = make::customer(&app, |new| new.kind = "sole_trader");
        let page = app
            .sign_in(Persona::Officer)
            .get(&format!("/customers/{id}"));
        assert!(page.body.contains("Registration proof") && page.body.contains("Trading name"));
        assert!(page.body.contains("Date of birth"));
    }

    #[test]
    fn outside_of_the_branch_is_as_absent_as_what_never_was() {
        let app = TestApp::start();
        let paris = make::customer(&app, |new| new.branch_id = app.acme.branch("paris"));
        let mut officer = app.sign_in(Persona::Officer);
        let foreign = officer.get(&format!("/customers/{paris}"));
        let absent = officer.get(&format!("/customers/{}", uuid::Uuid::nil()));
        assert_eq!((foreign.status, absent.status), (404, 404));
        let mask = |body: &str| {
            let id = request_id(body);
            body.replace(&id, "")
        };
        assert_eq!(mask(&foreign.body), mask(&absent.body));
        assert!(!app.actions().contains(&"customer.viewed".to_owned()));
    }

    /// The request's id is the only thing that tells two error pages apart.
    fn request_id(body: &str) -> String {
        body.split(|c: char| !(c.is_ascii_hexdigit() || c == '-'))
            .find(|word| word.len() == 36 && word.parse::<uuid::Uuid>().is_ok())
            .unwrap_or_default()
            .to_owned()
    }

    #[test]
    fn an_opening_is_written_down_once_in_fifteen_minutes() {
        let app = TestApp::start();
        let id = make::customer(&app, |_| ());
        let mut officer = app.sign_in(Persona::Officer);
        let views = |app: &TestApp| {
            app.actions()
                .iter()
                .filter(|action| *action == "customer.viewed")
                .count()
        };
        let path = format!("/customers/{id}");
        officer.get(&path);
        officer.get(&path);
        assert_eq!(views(&app), 1);
        app.clock.advance(chrono::TimeDelta::minutes(16));
        officer.get(&path);
        assert_eq!(views(&app), 2);
        app.sign_in(Persona::Auditor).get(&path);
        assert_eq!(views(&app), 3);
    }

    #[test]
    fn only_who_may_sees_a_control() {
        let app = TestApp::start();
        let id = make::customer(&app, |new| new.kyc = "validated");
        make::verification(&app, id, |check| check.status = "verified");
        make::verification(&app, id, |check| check.status = "failed");
        let path = format!("/customers/{id}");
        let auditor = app.sign_in(Persona::Auditor).get(&path);
        for control in ["/edit", "/notes", "/override", "/verifications\""] {
            assert!(
                !auditor.body.contains(&format!("{path}{control}")),
                "{control}"
            );
        }
        let admin = app.sign_in(Persona::Admin).get(&path);
        assert!(admin.body.contains(&format!("{path}/override")));
        assert_eq!(
            admin.body.matches("href=\"/verifications/").count() - 2,
            1,
            "one check is final"
        );
    }
}
