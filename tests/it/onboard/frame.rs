//! What goes wrong is said in the frame of the customer's page and in their language, with what to do next.

use super::*;

const FORM: &str = "application/x-www-form-urlencoded";

/// The same as in the page itself: no desk, its own language, and the way back to the page.
fn framed(answer: &Response, lang: &str, page: Option<&str>) {
    assert_eq!(
        answer.attributes("html", "lang"),
        [lang],
        "{}",
        answer.text()
    );
    assert_eq!(answer.attributes("body", "class"), ["hosted"]);
    let back = answer.attributes("main a.btn", "href");
    match page {
        Some(page) => assert_eq!(back, [format!("{page}?lang={lang}")]),
        None => assert!(back.is_empty(), "{back:?}"),
    }
    assert!(
        answer
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("text/html"))
    );
}

#[test]
fn what_cannot_be_taken_is_said_in_the_customers_words() {
    let app = TestApp::start();
    let mut visitor = visitor(&app, &everything());
    let path = visitor.path.clone();
    let long = format!("city={}", "x".repeat(300 * 1024));
    for (lang, elsewhere, large, unread) in [
        (
            "en",
            "This did not come from your page",
            "This is too large",
            "This did not arrive as it should",
        ),
        (
            "fr",
            "Cela ne vient pas de votre page",
            "C’est trop volumineux",
            "Cela n’est pas arrivé comme il faut",
        ),
        (
            "es",
            "Esto no viene de su página",
            "Es demasiado grande",
            "No ha llegado como debe",
        ),
    ] {
        let target = format!("{path}/details?lang={lang}");
        for (method, site, kind, body, status, title) in [
            ("POST", "cross-site", FORM, "city=Porto", 403, elsewhere),
            ("POST", "same-origin", FORM, long.as_str(), 413, large),
            ("POST", "same-origin", FORM, "city=%00", 400, unread),
            // Somebody reloads what answered a form.
            ("GET", "same-origin", FORM, "", 405, unread),
        ] {
            let headers = [("sec-fetch-site", site), ("content-type", kind)];
            let answer = visitor
                .browser
                .request(method, &target, &headers, Some(body.to_owned()));
            assert_eq!(answer.status, status, "{}", answer.text());
            framed(&answer, lang, Some(&path));
            assert_eq!(answer.texts("h1"), [title]);
        }
        let papers = format!("{path}/papers?lang={lang}");
        let headers = [("sec-fetch-site", "same-origin"), ("content-type", FORM)];
        let body = Some("type=IDENTITY_PROOF".to_owned());
        let answer = visitor.browser.request("POST", &papers, &headers, body);
        assert_eq!(answer.status, 400);
        framed(&answer, lang, Some(&path));
        // Where no link is, nothing is told of one.
        let nowhere = visitor.browser.get(&format!("{path}/nothing?lang={lang}"));
        assert_eq!(nowhere.status, 404);
        framed(&nowhere, lang, None);
    }
    assert_eq!(visitor.state(&app), "pending");
}

#[test]
fn an_address_that_asks_too_often_is_told_in_its_language_when_to_come_back() {
    let app = TestApp::start();
    let mut visitor = visitor(&app, &everything());
    let before = visitor.untouched(&app);
    for (lang, title, until) in [
        ("fr", "Trop de tentatives", "Attendez {} s et"),
        ("es", "Demasiados intentos", "Espere {} s y"),
        ("en", "Too many attempts", "Wait {} s and"),
    ] {
        let step = format!("details?lang={lang}");
        let wrong = [("first_name", "")];
        let mut last = visitor.post(&step, &wrong);
        for _ in 0..vouch::onboarding::limits::AT_ONCE * 3 {
            if last.status == 429 {
                break;
            }
            assert_eq!(last.status, 422);
            last = visitor.post(&step, &wrong);
        }
        assert_eq!(last.status, 429, "{lang}");
        let wait = last.header("retry-after").expect("a time").to_owned();
        assert!(wait.parse::<u64>().is_ok_and(|seconds| seconds >= 1));
        framed(&last, lang, Some(&visitor.path));
        assert_eq!(last.texts("h1"), [title]);
        // Said to people as it is to their browser.
        let until = until.replace("{}", &wait);
        assert!(last.text().contains(&until), "{until}: {}", last.text());
        assert!(!last.body.contains("Acme"));
    }
    assert_eq!(visitor.untouched(&app), before);
}

#[test]
fn what_is_busy_says_so_and_the_page_keeps_what_was_typed() {
    let app = TestApp::start();
    let mut visitor = visitor(&app, &everything());
    let customer = visitor.customer;
    let mut owner = app.owner();
    let (first, page) = std::thread::scope(|scope| {
        owner
            .transaction(|conn| {
                customers::table
                    .filter(customers::id.eq(customer))
                    .select(customers::id)
                    .for_update()
                    .first::<Uuid>(conn)?;
                // The row is held: the change waits until it is told that it waits too long.
                let answer = scope
                    .spawn(|| {
                        let saved = visitor.post("details?lang=es", &[("city", "Braga")]);
                        (saved, visitor.look())
                    })
                    .join()
                    .expect("an answer");
                diesel::QueryResult::Ok(answer)
            })
            .expect("a lock")
    });
    assert_eq!(first.status, 503, "{}", first.text());
    assert_eq!(first.attributes("html", "lang"), ["es"]);
    assert_eq!(first.attributes("body", "class"), ["hosted"]);
    assert!(first.header("retry-after").is_some());
    let kept = first.attributes("#city", "value") == ["Braga"];
    let told = first.text().contains("sigue en el formulario");
    assert!(kept || told, "{}", first.text());
    // Looking does not wait for who writes.
    assert_eq!(page.status, 200);
    assert_eq!(visitor.state(&app), "pending");
}
