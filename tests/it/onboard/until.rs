//! Until when the link works, as the page says it: it ends partway through a day.

use chrono::TimeDelta;
use vouch::schema::organisations;

use super::*;

#[test]
fn the_page_says_until_which_minute_and_in_whose_time_it_works() {
    let app = TestApp::start();
    diesel::update(organisations::table.filter(organisations::id.eq(app.acme.id)))
        .set(organisations::time_zone.eq("America/Sao_Paulo"))
        .execute(&mut app.owner())
        .expect("another zone");
    let mut visitor = visitor(&app, &everything());
    for (lang, until) in [
        (
            "en",
            "until 19 November 2026, 09:00 (America/Sao_Paulo time)",
        ),
        (
            "fr",
            "jusqu’au 19 novembre 2026 à 09:00 (heure de America/Sao_Paulo)",
        ),
        (
            "es",
            "hasta el 19 de noviembre de 2026, 09:00 (hora de America/Sao_Paulo)",
        ),
    ] {
        let page = visitor
            .browser
            .get(&format!("{}?lang={lang}", visitor.path));
        assert!(page.text().contains(until), "{lang}: {}", page.text());
    }
    // 12:00 at the server, and not the end of that day.
    app.clock.advance(TimeDelta::hours(72));
    assert_eq!(visitor.look().status, 404);
}
