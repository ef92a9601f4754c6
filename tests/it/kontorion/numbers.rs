//! The number that `vouch_checks` is to judge: no customer declares an account or an LEI, so whoever asks says it.

use super::*;

#[test]
fn an_account_is_checked_by_the_number_that_is_sent_and_by_none_without_it() {
    let app = TestApp::start();
    let ours = machine(&app, &app.acme, &["read", "write"], &[]);
    let customer = make::customer(&app, |_| {});
    let ask = |kind: &str, number: Option<&str>| {
        let mut body = json!({
            "customer_id": customer, "provider": "vouch_checks", "verification_type": kind,
        });
        if let Some(number) = number {
            body["number"] = json!(number);
        }
        ours.post(&body)
    };
    for kind in ["iban", "lei"] {
        for none in [None, Some(""), Some("  ")] {
            let refused = ask(kind, none);
            assert_eq!(refused.problem(), (400, "VALIDATION"));
            let field = &refused.body["fields"][0];
            assert_eq!(
                (&field["field"], &field["code"]),
                (&json!("number"), &json!("required"))
            );
        }
    }
    assert_eq!(
        ours.get("/v1/verifications").body["data"],
        json!([]),
        "nothing is stored"
    );
    for (number, status) in [
        ("GB33BUKB20201555555555", "verified"),
        ("GB34BUKB20201555555555", "failed"),
    ] {
        let made = ask("iban", Some(number));
        assert_eq!(
            (made.status, &made.body["data"]["status"]),
            (201, &json!(status))
        );
    }
    let long = ask("iban", Some(&"1".repeat(65)));
    assert_eq!(long.problem(), (400, "VALIDATION"));
}
