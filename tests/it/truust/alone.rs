//! A person and a trader by the vendor's calls alone, from the first upsert to the desk's decision.

use super::{life::decided, *};

#[test]
fn a_person_and_a_trader_get_from_an_upsert_to_the_desk_and_are_validated() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let of_person = [
        ("IDENTITY_PROOF", "Identity document"),
        ("ADDRESS_PROOF", "Proof of address"),
    ];
    let of_trader = ("REGISTRATION_PROOF", "Registration proof");
    for (sent, answered) in [("NATURAL", "INDIVIDUAL"), ("SOLETRADER", "SELFEMPLOYEE")] {
        let made = ours
            .post(
                "/2.0/customers",
                &json!({"email": format!("{sent}@mail.example"), "first_name": "John", "last_name": "Doe"}),
            )
            .ok();
        let customer: Uuid = text(&made["uuid"]).parse().expect("a uuid");
        let body = with(&person(), json!({"type": sent, "birthday": "1987-03-09"}));
        let begun = ours.verify(customer, &body).ok();
        assert_eq!(
            (&begun["type"], &begun["status"]),
            (&json!(answered), &json!("CREATED"))
        );
        let mut owed = of_person.to_vec();
        owed.extend((sent == "SOLETRADER").then_some(of_trader));
        while !owed.is_empty() {
            let asked = ours.request(customer).ok();
            assert_eq!(asked["status"], "CREATED");
            let words: Vec<&str> = owed.iter().map(|(_, words)| *words).collect();
            let missing = format!("Missing or to be mended: {}.", words.join("; "));
            assert_eq!(asked["refused_reason"], missing);
            let (of, _) = owed.remove(0);
            let target = format!("/2.0/verifications/{customer}/documents");
            let handed_in = ours.post(&target, &paper(of, make::pdf(1).as_bytes())).ok();
            assert_eq!(
                (&handed_in["type"], &handed_in["status"]),
                (&json!(of), &json!("CREATED"))
            );
        }
        let asked = ours.request(customer).ok();
        assert_eq!(
            (&asked["status"], &asked["refused_reason"]),
            (&json!("PENDING"), &Value::Null)
        );
        // What the language has no word for, the desk has read off the papers.
        diesel::update(customers::table.filter(customers::id.eq(customer)))
            .set((
                customers::birth_place.eq("Madrid"),
                customers::birth_country.eq("ES"),
                customers::nationality.eq("ES"),
            ))
            .execute(&mut app.owner())
            .expect("the customer");
        make::tax_residence(&app, customer, "ES", Some("12345678A"));
        decided(
            &app,
            customer,
            &[("decision", "validated"), ("risk", "low")],
        );
        let shown = ours.verification(customer).ok();
        assert_eq!(
            (&shown["type"], &shown["status"], &shown["refused_reason"]),
            (&json!(answered), &json!("VALIDATED"), &Value::Null)
        );
    }
}
