//! An address as people write it: in several lines.

use super::*;

/// Street, city, postal code and state as they are kept.
type Kept = (
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
);

#[test]
fn the_lines_of_an_address_become_one() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    let customer = make::customer(&app, |_| {});
    let written = json!({
        "legal_address": "Calle Mayor 1\n2º B", "legal_city": "San Lorenzo \r\n de El Escorial\n", "legal_zip": "\t28200",
        "legal_state": "Comunidad\tde  Madrid",
    });
    ours.verify(customer, &with(&person(), written.clone()))
        .ok();
    let kept: Kept = customers::table
        .filter(customers::id.eq(customer))
        .select((
            customers::address_line1,
            customers::city,
            customers::postal_code,
            customers::state,
        ))
        .first(&mut app.owner())
        .expect("the customer");
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        kept,
        (
            some("Calle Mayor 1 2º B"),
            some("San Lorenzo de El Escorial"),
            some("28200"),
            some("Comunidad de  Madrid"),
        )
    );
    // By PUT the same: nothing is different.
    let said = app.actions();
    let at = format!("/2.0/verifications/{customer}");
    ours.put(&at, &with(&person(), written)).ok();
    assert_eq!(app.actions(), said);
    // What is no line break stays a fault, and so does a line break in what is no address; an address of none is none.
    for (field, wrong) in [
        ("legal_address", "Calle\u{7}Mayor"),
        ("first_name", "Jo\nhn"),
        ("legal_city", "\r\n"),
    ] {
        let answer = ours.verify(customer, &with(&person(), json!({ (field): wrong })));
        assert_eq!(answer.faults(), [field]);
    }
    // A line is counted as it is kept.
    let long = format!("{}\n\n", "ö".repeat(255));
    ours.verify(customer, &with(&person(), json!({"legal_address": long})))
        .ok();
}
