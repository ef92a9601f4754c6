//! Papers while a review is open and after it was decided.

use chrono::TimeDelta;

use super::{
    life::{decided, pending, refused},
    *,
};

/// A paper may be sent at any time, and one that nobody has checked may be replaced, unless something was decided while it was
/// there: what is sent for it then stands beside it. Neither moves the KYC.
#[test]
fn papers_are_taken_whatever_the_status_and_what_was_decided_on_is_not_replaced() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &ALL, &[]);
    for status in ["PENDING", "VALIDATED", "REFUSED"] {
        let customer = pending(&app, &ours);
        let at = format!("/2.0/verifications/{customer}/documents");
        let body = |of: &str, pages| paper(of, make::pdf(pages).as_bytes());
        let early = ours.post(&at, &body("BANK_VERIFICATION", 1)).ok();
        match status {
            "VALIDATED" => decided(
                &app,
                customer,
                &[("decision", "validated"), ("risk", "low")],
            ),
            "REFUSED" => refused(&app, customer, true),
            _ => {}
        }
        app.clock.advance(TimeDelta::hours(1));
        let stood = ours.verification(customer).ok();
        assert_eq!(stood["status"], status);
        let late = ours.post(&at, &body("TAX_VERIFICATION", 2)).ok();
        assert_eq!(late["status"], "CREATED", "{status}");
        for one in [&early, &late] {
            let this = format!("{at}/{}", text(&one["uuid"]));
            let sound = body("TAX_VERIFICATION", 3);
            for (wrong, faults) in [
                (json!({}), vec!["content", "type"]),
                (without(&sound, "type"), vec!["type"]),
                (without(&sound, "content"), vec!["content"]),
                (with(&sound, json!({"type": null})), vec!["type"]),
                (with(&sound, json!({"content": ""})), vec!["content"]),
            ] {
                assert_eq!(ours.put(&this, &wrong).faults(), faults, "{status}");
            }
            let other = body(&text(&one["type"]), 4);
            let put = ours.put(&this, &other).ok();
            let beside = status != "PENDING" && one == &early;
            assert_eq!(put["uuid"] != one["uuid"], beside, "{status}");
            assert_eq!(ours.get(&this).ok(), *one, "{status}");
        }
        assert_eq!(ours.verification(customer).ok(), stood);
    }
}
