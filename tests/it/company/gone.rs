//! What becomes of an accepted company once a round of somebody behind it ends otherwise than by an officer's decision.

use super::*;

/// Ends the open round of a member, by its id and that of its check.
type End = fn(&TestApp, Uuid, Uuid, Uuid);

fn overridden(app: &TestApp, member: Uuid, check: Uuid, status: &str) {
    let done = app.sign_in(Persona::Admin).post(
        &format!("/verifications/{check}/override"),
        &[
            ("version", &version(app, member).to_string()),
            ("status", status),
            ("reason", "The papers are of somebody else."),
            ("step", "apply"),
        ],
    );
    assert_eq!(done.status, 303, "{}", done.text());
}

#[test]
fn a_company_is_looked_at_again_however_a_members_round_ends_without_their_being_accepted() {
    let ends: [(&str, &str, bool, End); 4] = [
        ("failed", "refused", true, |app, member, _, check| {
            overridden(app, member, check, "failed");
        }),
        ("expired", "draft", true, |app, member, _, check| {
            overridden(app, member, check, "expired");
        }),
        ("withdrawn", "draft", true, |app, _, review, _| {
            let mut officer = app.sign_in(Persona::Officer);
            let done = officer.post(&format!("/reviews/{review}/withdraw"), &[]);
            assert_eq!(done.status, 303, "{}", done.text());
        }),
        ("verified", "validated", false, |app, member, _, check| {
            overridden(app, member, check, "verified");
        }),
    ];
    let app = TestApp::start();
    for (end, after, moves, act) in ends {
        for (role, counts) in [("director", true), ("employee", false)] {
            // Accepted once and looked at again, as the clock asks for: in another branch too.
            let member = make::customer(&app, |new| new.kyc = "pending");
            let companies = ["london", "paris"].map(|branch| {
                make::customer(&app, |new| {
                    make::as_company(new, "Falcão & Filhos");
                    new.kyc = "validated";
                    new.branch_id = app.acme.branch(branch);
                })
            });
            for company in companies {
                make::relation(&app, company, member, role, None);
            }
            let (review, check) = make::open_review(&app, member, 2);
            act(&app, member, review, check);
            assert_eq!(kyc(&app, member), after, "{end}");
            let expected = if moves && counts {
                "review_needed"
            } else {
                "validated"
            };
            for company in companies {
                assert_eq!(kyc(&app, company), expected, "{end} {role}");
            }
        }
    }
}
