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

/// A passport's zone with this line of names, of somebody born on 12 August 1974: its second line is that of the specimen.
fn passport(names: &str) -> String {
    format!("P<UTO{names:<<39}\nL898902C36UTO7408122F1204159ZE184226B<<<<<10")
}

#[test]
fn a_name_in_a_zone_is_transcribed_and_may_be_cut_off() {
    let app = TestApp::start();
    for (names, first, last, good) in [
        ("MUELLER<WEISS<<JUERGEN", "Jürgen", "Müller-Weiß", true),
        ("IVANOV<<IURII", "Юрий", "Иванов", true),
        (
            "FALCAO<DE<MAGALHAES<SEQUEIRA<<INES<CATA",
            "Inês Catarina",
            "Falcão de Magalhães Sequeira",
            true,
        ),
        // There was room for all of it.
        ("FALCAO<<INES<CATA", "Inês Catarina", "Falcão", false),
        ("PETROV<<IURII", "Юрий", "Иванов", false),
    ] {
        let customer = make::customer(&app, |new| {
            new.birth_date = "1974-08-12".parse().ok();
            (new.first_name, new.last_name) = (Some(first.to_owned()), Some(last.to_owned()));
        });
        let paper = make::document_of(&app, &app.acme, customer, "IDENTITY_PROOF", |_| {});
        let zone = passport(names);
        make::extracted(&app, &app.acme, (customer, paper), "mrz", "mrz", &zone);
        let (came, payload) = ask(&app, customer, "mrz", "");
        let status = if good { "verified" } else { "failed" };
        assert_eq!(came, status, "{names}: {payload}");
    }
}

#[test]
fn one_misread_zone_counts_only_where_no_other_is_good() {
    let app = TestApp::start();
    let ours = passport("ERIKSSON<<ANNA<MARIA");
    let (misread, another) = (
        ours.replace("L898902C3", "L898902C4"),
        passport("SVENSSON<<KARIN"),
    );
    for (zones, status, failed) in [
        ([&misread, &ours], "verified", &[][..]),
        ([&ours, &misread], "verified", &[]),
        (
            [&misread, &misread],
            "failed",
            &["mrz: check_digit", "mrz: check_digit"],
        ),
        // That one paper is theirs makes another's no less another's.
        ([&ours, &another], "failed", &["mrz: other_name"]),
        ([&misread, &another], "failed", &["mrz: other_name"]),
    ] {
        let customer = make::customer(&app, |new| {
            new.birth_date = "1974-08-12".parse().ok();
            (new.first_name, new.last_name) =
                (Some("Anna".to_owned()), Some("Eriksson".to_owned()));
        });
        for zone in zones {
            let paper = make::document_of(&app, &app.acme, customer, "IDENTITY_PROOF", |_| {});
            make::extracted(&app, &app.acme, (customer, paper), "mrz", "mrz", zone);
        }
        let (came, payload) = ask(&app, customer, "mrz", "");
        assert_eq!(
            (came.as_str(), &payload["failed"]),
            (status, &json!(failed)),
            "{payload}"
        );
    }
}

#[test]
fn a_machine_readable_zone_adds_up_and_is_of_the_one_who_was_declared() {
    // The specimen of ICAO Doc 9303, part 4, of somebody born on 12 August 1974; and with one digit misread.
    const ZONE: &str = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10";
    let misread = ZONE.replace("L898902C3", "L898902C4");
    let app = TestApp::start();
    let anna = ("Anna Maria", "Eriksson");
    for (zone, born, (first, last), failed) in [
        (None, "1974-08-12", anna, &["mrz: missing"][..]),
        (Some(ZONE), "1974-08-12", anna, &[]),
        (Some(ZONE), "1974-08-12", ("Änna", "Eriksson"), &[]),
        (Some(ZONE), "1987-03-09", anna, &["mrz: differs"]),
        // Of the same day, and somebody else; a sister, and a stranger.
        (
            Some(ZONE),
            "1974-08-12",
            ("Karin", "Eriksson"),
            &["mrz: other_name"],
        ),
        (
            Some(ZONE),
            "1974-08-12",
            ("Inês", "Falcão"),
            &["mrz: other_name"],
        ),
        (
            Some(ZONE),
            "1987-03-09",
            ("Inês", "Falcão"),
            &["mrz: differs", "mrz: other_name"],
        ),
        (
            Some(misread.as_str()),
            "1974-08-12",
            anna,
            &["mrz: check_digit"],
        ),
    ] {
        let customer = make::customer(&app, |new| {
            new.birth_date = born.parse().ok();
            (new.first_name, new.last_name) = (Some(first.to_owned()), Some(last.to_owned()));
        });
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
