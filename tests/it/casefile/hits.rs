//! Entries of watchlists in a case file: each with what was compared, and what an officer said of it.

use super::*;
use crate::watchlist::{FALCAO, HEAD, load};

#[test]
fn a_hit_is_told_with_its_entry_and_who_settled_it_in_which_words() {
    let app = start();
    load(&app, &format!("{HEAD}\n{FALCAO}\n")).expect("a list");
    let customer = make::customer(&app, |_| {});
    let mut officer = app.sign_in(Persona::Officer);
    let asked = [
        ("verification_type", "sanctions"),
        ("provider", "watchlist"),
    ];
    let done = officer.post(&format!("/customers/{customer}/verifications"), &asked);
    assert_eq!(done.status, 303, "{}", done.text());
    let told = |settled: bool| {
        let (facts, page) = made(&app, customer);
        let hit = &facts["hits"][0];
        assert_eq!(facts["hits"].as_array().map(Vec::len), Some(1));
        assert_eq!(hit["list"], "un");
        assert_eq!(hit["entry_id"], "Q1");
        assert_eq!(hit["entry"]["name"], "Ines FALCAO");
        assert_eq!(hit["entry"]["birth_date"][0], "1987-03-09");
        assert_eq!(hit["compared_name"], "Inês Falcão");
        assert_eq!(hit["score"], 100);
        assert_eq!(hit["check"], facts["verifications"][0]["id"]);
        let state = if settled { "cleared" } else { "open" };
        assert_eq!(hit["state"], state);
        // What the check itself says of the entry, and of how many there are, is no other.
        let result = &facts["verifications"][0]["result"];
        assert_eq!(result["entries"][0]["state"], state);
        assert_eq!(result["open"], i32::from(!settled));
        assert_eq!(result["cleared"], i32::from(settled));
        assert_eq!(hit["answered_by"].is_string(), settled);
        assert_eq!(hit["answered_at"].is_string(), settled);
        let text = texts(&page, "#verifications").join(" ");
        for word in [
            "Ines FALCAO",
            "1987-03-09",
            "Q1",
            "100 of 100 alike",
            "Entries 1, score",
            if settled {
                "Cleared: it is somebody else"
            } else {
                "Open: nobody has said yet"
            },
        ] {
            assert!(text.contains(word), "{word} is not in {text}");
        }
        (facts, text)
    };
    told(false);
    let list = officer.get("/hits");
    let action = list.attributes("form[action^='/hits/']", "action")[0].clone();
    let reason = "The photograph & the birthplace differ.";
    let done = officer.post(&action, &[("outcome", "cleared"), ("reason", reason)]);
    assert_eq!(done.status, 303, "{}", done.text());
    let (facts, text) = told(true);
    assert_eq!(facts["hits"][0]["answered_by"], "Officer Person");
    assert_eq!(facts["hits"][0]["reason"], reason);
    assert!(text.contains(reason), "{text}");
    assert!(text.contains("Officer Person"), "{text}");
    // So it reads on the check's own page.
    let check = facts["verifications"][0]["id"].as_str().expect("an id");
    let page = officer.get(&format!("/verifications/{check}"));
    let payload = page.texts("pre.payload").join(" ");
    assert!(payload.contains("\"state\": \"cleared\""), "{payload}");
    assert!(!payload.contains("\"state\": \"open\""), "{payload}");
}
