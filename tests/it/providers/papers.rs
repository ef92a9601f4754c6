//! What `vouch_checks` makes of papers: their last day and their machine-readable zone.

use super::{vouch_checks::ask, *};

/// Papers by type, last day and standing; where the check of their days then stands, and what failed.
type Papers = (
    &'static [(&'static str, &'static str, &'static str)],
    &'static str,
    &'static [&'static str],
);

const PAPERS: &[Papers] = &[
    (&[], "failed", &["document_expiry: missing"]),
    (
        &[("IDENTITY_PROOF", "2026-11-16", "pending")],
        "verified",
        &[],
    ),
    (
        &[("IDENTITY_PROOF", "2026-11-15", "validated")],
        "failed",
        &["document_expiry: expired"],
    ),
    // One that serves is enough.
    (
        &[
            ("IDENTITY_PROOF", "2020-01-01", "validated"),
            ("IDENTITY_PROOF", "2030-01-01", "pending"),
            ("IDENTITY_PROOF", "", "pending"),
        ],
        "verified",
        &[],
    ),
    // Accepted without its day being read: a person must look. Not accepted yet: there is nothing to go by.
    (&[("IDENTITY_PROOF", "", "validated")], "pending", &[]),
    (
        &[("IDENTITY_PROOF", "", "pending")],
        "failed",
        &["document_expiry: missing"],
    ),
    // What shows nobody's identity, and what was refused or taken back, does not count.
    (
        &[
            ("ADDRESS_PROOF", "2030-01-01", "validated"),
            ("IDENTITY_PROOF", "2030-01-01", "refused"),
            ("IDENTITY_PROOF", "2030-01-01", "canceled"),
        ],
        "failed",
        &["document_expiry: missing"],
    ),
];

#[test]
fn a_paper_serves_to_its_last_day_and_one_that_serves_is_enough() {
    let app = TestApp::start();
    let paper = |customer, kind, day: &str, status| {
        make::document_of(&app, &app.acme, customer, kind, |new| {
            (new.expires_on, new.status) = (day.parse().ok(), status);
        })
    };
    for (papers, status, failed) in PAPERS {
        let customer = make::customer(&app, |_| {});
        for &(kind, day, standing) in *papers {
            paper(customer, kind, day, standing);
        }
        let (came, payload) = ask(&app, customer, "document_expiry", "");
        assert_eq!(
            (came.as_str(), &payload["failed"]),
            (*status, &json!(failed)),
            "{papers:?}"
        );
    }
    // The day may have been read off the paper instead of being entered.
    let customer = make::customer(&app, |_| {});
    let read = paper(customer, "IDENTITY_PROOF", "", "pending");
    let (whose, day) = ((customer, read), "2030-01-01");
    make::extracted(&app, &app.acme, whose, "mrz", "expires_on", day);
    assert_eq!(ask(&app, customer, "document_expiry", "").0, "verified");
}

#[test]
fn a_machine_readable_zone_adds_up_and_is_of_the_one_who_was_declared() {
    // The specimen of ICAO Doc 9303, part 4, of somebody born on 12 August 1974; and with one digit misread.
    const ZONE: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";
    let misread = ZONE.replace("L898902C3", "L898902C4");
    let app = TestApp::start();
    for (zone, born, failed) in [
        (None, "1974-08-12", &["mrz: missing"][..]),
        (Some(ZONE), "1974-08-12", &[]),
        (Some(ZONE), "1987-03-09", &["mrz: differs"]),
        (Some(misread.as_str()), "1974-08-12", &["mrz: check_digit"]),
    ] {
        let customer = make::customer(&app, |new| new.birth_date = born.parse().ok());
        let paper = make::document_of(&app, &app.acme, customer, "IDENTITY_PROOF", |new| {
            new.expires_on = "2030-01-01".parse().ok();
        });
        if let Some(zone) = zone {
            make::extracted(&app, &app.acme, (customer, paper), "mrz", "mrz", zone);
        }
        let status = if failed.is_empty() {
            "verified"
        } else {
            "failed"
        };
        // A paper's check is that of its zone and of its day, which is in order here.
        for kind in ["mrz", "document"] {
            let (came, payload) = ask(&app, customer, kind, "");
            assert_eq!(
                (came.as_str(), &payload["failed"]),
                (status, &json!(failed)),
                "{kind} {zone:?} {born}"
            );
        }
    }
}
