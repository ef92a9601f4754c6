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
        // A member's own list is opened in place; the company is asked for none of it.
        assert!(page.texts("#members details")[0].contains("Proof of address"));
        let asked = page.texts(".checklist").join(" ");
        for absent in ["Date of birth", "Proof of address"] {
            assert!(!asked.contains(absent), "{absent}");
        }
        assert!(!page.body.contains("Secret"));
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
    fn what_was_just_done_is_said_once_and_nothing_else_is() {
        let app = TestApp::start();
        let id = make::customer(&app, |_| ());
        let mut officer = app.sign_in(Persona::Officer);
        let path = format!("/customers/{id}");
        for (done, sentence) in [
            ("overridden", "The override is saved"),
            ("started", "The verification is started"),
            ("saved", "The changes are saved"),
        ] {
            let page = officer.get(&format!("{path}?done={done}"));
            let said = page.texts(".flash[role=status]");
            assert!(said.len() == 1 && said[0].contains(sentence), "{said:?}");
        }
        for other in ["", "?done=", "?done=anything"] {
            let page = officer.get(&format!("{path}{other}"));
            assert!(page.texts(".flash").is_empty());
        }
        let fields = [("verification_type", "identity"), ("provider", "manual")];
        let done = officer.post(&format!("{path}/verifications"), &fields);
        assert_eq!(officer.follow(&done).texts(".flash").len(), 1);
    }

    #[test]
    fn a_check_offers_an_override_where_the_table_has_one() {
        use vouch::verifications::rules::{Move, Status, targets};
        for status in Status::ALL {
            let app = TestApp::start();
            let id = make::customer(&app, |new| new.kyc = "validated");
            let check = make::verification(&app, id, |check| check.status = status.as_str());
            let there = targets(*status, Move::Override).next().is_some();
            let mut admin = app.sign_in(Persona::Admin);
            for page in [
                format!("/customers/{id}"),
                format!("/verifications/{check}"),
            ] {
                let links = admin
                    .get(&page)
                    .attributes("main a", "href")
                    .iter()
                    .filter(|href| **href == format!("/verifications/{check}/override"))
                    .count();
                assert_eq!(links == 1, there, "{status:?} on {page}");
            }
        }
    }

    #[test]
    fn the_printed_page_names_the_entry_of_its_opening() {
        use diesel::prelude::*;
        use vouch::schema::audit_links;
        let app = TestApp::start();
        let id = make::customer(&app, |_| ());
        let path = format!("/customers/{id}");
        app.sign_in(Persona::Auditor).get(&path);
        let mut officer = app.sign_in(Persona::Officer);
        for _ in 0..2 {
            let head = officer.get(&path).texts(".print-head").concat();
            let hash: Vec<u8> = audit_links::table
                .filter(audit_links::sequence.eq(2))
                .select(audit_links::chain_hash)
                .first(&mut app.owner())
                .expect("the officer's own opening");
            let hash: Vec<String> = hash.chunks(4).map(hex::encode).collect();
            assert!(head.contains("Audit entry #2 "), "{head}");
            assert!(head.contains(&hash.join(" ")), "{head}");
        }
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

mod form {
    use super::*;
    use crate::support::Response;

    fn add<'a>(app: &'a TestApp, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, String)> {
        let mut fields = vec![
            ("kind", "natural".to_owned()),
            ("branch", app.acme.branch("london").to_string()),
            ("first_name", "Rui".to_owned()),
            ("last_name", "Neves".to_owned()),
        ];
        for (name, value) in more {
            fields.retain(|(known, _)| known != name);
            fields.push((name, (*value).to_owned()));
        }
        fields
    }

    fn post(
        browser: &mut crate::support::Browser,
        path: &str,
        fields: &[(&str, String)],
    ) -> Response {
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        browser.post(path, &fields)
    }

    #[test]
    fn a_customer_is_added_and_written_down_with_sealed_values() {
        let app = TestApp::start();
        let mut officer = app.sign_in(Persona::Officer);
        let fields = add(
            &app,
            &[("email", " rui@mail.example "), ("nationality", "PT")],
        );
        let done = post(&mut officer, "/customers/new", &fields);
        assert_eq!(done.status, 303, "{}", done.text());
        assert_eq!(app.actions(), ["customer.added"]);
        let page = officer.follow(&done);
        for there in [
            "Rui Neves",
            "rui@mail.example",
            "Added the customer",
            "Before and after",
        ] {
            assert!(page.body.contains(there), "{there}");
        }
        let plain: serde_json::Value = diesel::RunQueryDsl::first(
            diesel::QueryDsl::select(
                // The page that was opened since has an entry too.
                diesel::QueryDsl::filter(
                    vouch::schema::audit_entries::table,
                    diesel::ExpressionMethods::eq(
                        vouch::schema::audit_entries::action,
                        "customer.added",
                    ),
                ),
                vouch::schema::audit_entries::changes,
            ),
            &mut app.owner(),
        )
        .expect("an entry");
        assert_eq!(
            plain,
            serde_json::json!({"branch": {"before": null, "after": "LONDON"}})
        );
    }

    #[test]
    fn what_is_wrong_stands_beside_the_field_and_what_was_typed_comes_back() {
        let app = TestApp::start();
        let mut officer = app.sign_in(Persona::Officer);
        for (field, value) in [
            ("birth_date", "2026-11-17"),
            ("birth_date", "1899-12-31"),
            ("nationality", "ZZ"),
            ("email", "no-address"),
            ("postal_code", &"1".repeat(256)),
            ("phone", "call me"),
            ("income_range", "much"),
            ("branch", ""),
            ("branch", &app.acme.branch("paris").to_string()),
            ("branch", &app.other.branch("main").to_string()),
        ] {
            let answer = post(
                &mut officer,
                "/customers/new",
                &add(&app, &[(field, value)]),
            );
            assert_eq!(answer.status, 422, "{field}={value}");
            assert_eq!(
                answer.attributes(".error-summary a", "href"),
                [format!("#{field}")]
            );
            assert_eq!(
                answer.texts(&format!("#{field}-error")).len(),
                1,
                "{field}={value}"
            );
            assert!(answer.attributes("#last_name", "value") == ["Neves"]);
            assert!(answer.texts("title")[0].starts_with("Error:"));
        }
        assert!(app.actions().is_empty());
    }

    #[test]
    fn whoever_points_to_the_united_states_is_stated_to_be_a_us_person() {
        let app = TestApp::start();
        let mut officer = app.sign_in(Persona::Officer);
        for field in ["nationality", "birth_country", "country"] {
            let mut fields = add(&app, &[(field, "US")]);
            let answer = post(&mut officer, "/customers/new", &fields);
            assert_eq!(answer.status, 422, "{field}");
            assert_eq!(
                answer.attributes(".error-summary a", "href"),
                ["#us_person"]
            );
            assert_eq!(answer.texts("#us_person-error").len(), 1);
            fields.push(("us_person", "on".to_owned()));
            fields.push(("confirm", "yes".to_owned()));
            let done = post(&mut officer, "/customers/new", &fields);
            assert_eq!(done.status, 303, "{}", done.text());
            // Nor is the statement taken away again.
            let path = done.header("location").expect("its page");
            let path = format!("{}/edit", path.split('?').next().unwrap_or(path));
            let mut kept = officer.get(&path).form(&path);
            kept.retain(|(name, _)| name != "us_person");
            let kept: Vec<(&str, String)> = kept
                .iter()
                .map(|(name, value)| (name.as_str(), value.clone()))
                .collect();
            let answer = post(&mut officer, &path, &kept);
            assert_eq!(answer.status, 422, "{}", answer.text());
        }
    }

    #[test]
    fn possible_duplicates_are_shown_first_and_only_those_in_scope() {
        let app = TestApp::start();
        let there = make::customer(&app, |new| new.email = Some("Same@Mail.example".to_owned()));
        make::customer(&app, |new| {
            new.branch_id = app.acme.branch("paris");
            new.last_name = Some("Hidden".to_owned());
            new.email = Some("same@mail.example".to_owned());
        });
        let mut officer = app.sign_in(Persona::Officer);
        let mut fields = add(&app, &[("email", "same@mail.EXAMPLE")]);
        let answer = post(&mut officer, "/customers/new", &fields);
        assert_eq!(answer.status, 422);
        assert!(answer.body.contains(&there.to_string()) && answer.body.contains("Same: E-mail"));
        assert!(!answer.body.contains("Hidden"));
        fields.push(("confirm", "yes".to_owned()));
        assert_eq!(post(&mut officer, "/customers/new", &fields).status, 303);
    }

    #[test]
    fn the_same_name_and_birth_date_is_a_possible_duplicate_without_accents() {
        let app = TestApp::start();
        let there = make::customer(&app, |_| ());
        let mut officer = app.sign_in(Persona::Officer);
        let fields = add(
            &app,
            &[
                ("first_name", "INES"),
                ("last_name", "Falcao"),
                ("birth_date", "1987-03-09"),
            ],
        );
        let answer = post(&mut officer, "/customers/new", &fields);
        assert_eq!(answer.status, 422);
        assert!(answer.body.contains(&there.to_string()));
        assert!(answer.body.contains("Name and date of birth"));
    }

    fn edit_fields(browser: &mut crate::support::Browser, id: uuid::Uuid) -> Vec<(String, String)> {
        let path = format!("/customers/{id}/edit");
        browser.get(&path).form(&path)
    }

    fn set(fields: &mut [(String, String)], name: &str, value: &str) {
        let field = fields
            .iter_mut()
            .find(|(known, _)| known == name)
            .expect("the field");
        value.clone_into(&mut field.1);
    }

    fn send(
        browser: &mut crate::support::Browser,
        id: uuid::Uuid,
        fields: &[(String, String)],
    ) -> Response {
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        browser.post(&format!("/customers/{id}/edit"), &fields)
    }

    #[test]
    fn an_edit_saves_what_is_different_and_says_when_nothing_is() {
        let app = TestApp::start();
        let id = make::customer(&app, |_| ());
        let mut officer = app.sign_in(Persona::Officer);
        let mut fields = edit_fields(&mut officer, id);
        let same = send(&mut officer, id, &fields);
        assert_eq!(same.status, 200);
        assert!(same.body.contains("Nothing was changed"));
        assert_eq!(app.actions(), ["customer.viewed"]);
        set(&mut fields, "city", "Porto");
        app.clock.advance(chrono::TimeDelta::seconds(1));
        assert_eq!(send(&mut officer, id, &fields).status, 303);
        assert_eq!(app.actions(), ["customer.viewed", "customer.edited"]);
        let page = officer.get(&format!("/customers/{id}"));
        assert!(page.body.contains("Porto") && page.body.contains("version 2"));
    }

    #[test]
    fn a_stale_version_shows_both_values_and_the_choice_is_saved() {
        let app = TestApp::start();
        let id = make::customer(&app, |_| ());
        let (mut one, mut two) = (app.sign_in(Persona::Officer), app.sign_in(Persona::Admin));
        let (mut first, mut second) = (edit_fields(&mut one, id), edit_fields(&mut two, id));
        set(&mut first, "city", "Porto");
        set(&mut second, "city", "Lisboa");
        set(&mut second, "occupation", "Carpenter");
        assert_eq!(send(&mut one, id, &first).status, 303);
        let stale = send(&mut two, id, &second);
        assert_eq!(stale.status, 409);
        for there in ["Porto", "Lisboa", "Carpenter", "version 2"] {
            assert!(stale.body.contains(there), "{there}");
        }
        let mut chosen = stale.form(&format!("/customers/{id}/edit"));
        assert_eq!(
            stale.attributes("[name=city][required]", "value"),
            ["Lisboa", "Porto"],
            "nothing is chosen for them"
        );
        let unchosen = send(&mut two, id, &chosen);
        assert_eq!(unchosen.status, 400, "no choice is not an empty city");
        chosen.push(("city".to_owned(), "Lisboa".to_owned()));
        assert_eq!(send(&mut two, id, &chosen).status, 303);
        let page = two.get(&format!("/customers/{id}"));
        assert!(page.body.contains("Lisboa") && page.body.contains("Carpenter"));
    }

    #[test]
    fn what_only_one_of_them_changed_is_kept_without_asking() {
        let app = TestApp::start();
        let id = make::customer(&app, |_| ());
        let (mut one, mut two) = (app.sign_in(Persona::Officer), app.sign_in(Persona::Admin));
        let (mut first, mut second) = (edit_fields(&mut one, id), edit_fields(&mut two, id));
        set(&mut first, "city", "Porto");
        set(&mut first, "occupation", "Potter");
        set(&mut second, "tag", "vip");
        // A mistake first: the form that comes back still knows what it was loaded with.
        set(&mut second, "email", "no-address");
        let refused = send(&mut two, id, &second);
        assert_eq!(refused.status, 422);
        let mut second = refused.form(&format!("/customers/{id}/edit"));
        set(&mut second, "email", "");
        assert_eq!(send(&mut one, id, &first).status, 303);
        let stale = send(&mut two, id, &second);
        assert_eq!(stale.status, 409);
        assert!(stale.attributes("[required]", "name").is_empty());
        let kept = stale.form(&format!("/customers/{id}/edit"));
        for (field, value) in [("city", "Porto"), ("occupation", "Potter"), ("tag", "vip")] {
            assert!(
                kept.contains(&(field.to_owned(), value.to_owned())),
                "{field} is {value}: {kept:?}"
            );
        }
        assert_eq!(send(&mut two, id, &kept).status, 303);
        let saved = edit_fields(&mut two, id);
        for (field, value) in [("city", "Porto"), ("occupation", "Potter"), ("tag", "vip")] {
            assert!(saved.contains(&(field.to_owned(), value.to_owned())));
        }
    }

    fn branch_of(app: &TestApp, id: uuid::Uuid) -> uuid::Uuid {
        use diesel::prelude::*;
        use vouch::schema::customers;
        customers::table
            .filter(customers::id.eq(id))
            .select(customers::branch_id)
            .first(&mut app.owner())
            .expect("the customer")
    }

    #[test]
    fn an_edit_shows_the_branch_and_never_changes_it() {
        let app = TestApp::start();
        let id = make::customer(&app, |_| ());
        let madrid = app.acme.branch("madrid").to_string();
        let path = format!("/customers/{id}/edit");
        let mover = format!("/customers/{id}/branch");
        for (persona, leads) in [
            (Persona::Officer, false),
            (Persona::Manager, true),
            (Persona::Admin, true),
        ] {
            let mut browser = app.sign_in(persona);
            let page = browser.get(&path);
            assert!(page.texts("#branch")[0].contains("LONDON"), "{persona:?}");
            let links = page.attributes("main a", "href");
            assert_eq!(links.contains(&mover), leads, "{persona:?}");
            let mut fields = page.form(&path);
            assert!(
                fields.iter().all(|(name, _)| name != "branch"),
                "{fields:?}"
            );
            // Whoever sends one all the same, with a reason even, is led to the page that asks for it.
            set(&mut fields, "city", "Porto");
            fields.push(("branch".to_owned(), madrid.clone()));
            fields.push(("reason".to_owned(), "They moved to Madrid.".to_owned()));
            let refused = send(&mut browser, id, &fields);
            assert_eq!(refused.status, 422, "{persona:?}");
            assert_eq!(
                refused.attributes(".error-summary a", "href"),
                ["#branch"],
                "{persona:?}"
            );
            assert!(refused.texts("#branch-error")[0].contains("a page of its own"));
            assert!(refused.texts("#branch")[0].contains("LONDON"));
            assert_eq!(branch_of(&app, id), app.acme.branch("london"));
            assert!(!app.actions().contains(&"customer.edited".to_owned()));
        }
    }

    #[test]
    fn a_branch_that_changed_while_somebody_typed_stays_as_it_is_now() {
        let app = TestApp::start();
        let id = make::customer(&app, |_| ());
        let path = format!("/customers/{id}/edit");
        let mut officer = app.sign_in(Persona::Officer);
        let mut fields = officer.get(&path).form(&path);
        set(&mut fields, "city", "Porto");
        let madrid = app.acme.branch("madrid");
        let moved = app.sign_in(Persona::Admin).post(
            &format!("/customers/{id}/branch"),
            &[
                ("version", "1"),
                ("branch", &madrid.to_string()),
                ("reason", "They moved to Madrid."),
            ],
        );
        assert_eq!(moved.status, 303, "{}", moved.text());
        let stale = send(&mut officer, id, &fields);
        assert_eq!(stale.status, 409, "{}", stale.text());
        let again = stale.form(&path);
        assert_eq!(send(&mut officer, id, &again).status, 303);
        assert_eq!(branch_of(&app, id), madrid);
        assert!(
            officer
                .get(&format!("/customers/{id}"))
                .body
                .contains("Porto")
        );
    }

    #[test]
    fn a_note_is_written_for_colleagues() {
        let app = TestApp::start();
        let id = make::customer(&app, |_| ());
        let mut officer = app.sign_in(Persona::Officer);
        let path = format!("/customers/{id}/notes");
        assert_eq!(officer.post(&path, &[("body", "  ")]).status, 422);
        let long = "x".repeat(10_001);
        let refused = officer.post(&path, &[("body", &long)]);
        assert_eq!(refused.status, 422);
        assert!(refused.body.contains(&long), "what was typed comes back");
        assert_eq!(
            officer.post(&path, &[("body", "<b>Called</b>")]).status,
            303
        );
        let page = officer.get(&format!("/customers/{id}"));
        assert!(page.body.contains("&#60;b&#62;Called"));
        assert!(app.actions().contains(&"note.added".to_owned()));
        assert_eq!(
            app.sign_in(Persona::Auditor)
                .post(&path, &[("body", "x")])
                .status,
            403
        );
    }

    #[test]
    fn each_kind_has_its_own_form() {
        let app = TestApp::start();
        let mut officer = app.sign_in(Persona::Officer);
        let company = officer.get("/customers/new?kind=legal");
        assert_eq!(company.texts("#legal_form").len(), 1);
        assert!(company.texts("#birth_date").is_empty());
        let person = officer.get("/customers/new");
        assert_eq!(person.texts("#birth_date").len(), 1);
        assert!(person.texts("#legal_form").is_empty());
        let mut fields = add(
            &app,
            &[
                ("kind", "legal"),
                ("legal_name", "Neves Lda"),
                ("legal_type", "2"),
            ],
        );
        fields.push(("legal_form", "Lda".to_owned()));
        assert_eq!(post(&mut officer, "/customers/new", &fields).status, 303);
    }
}
