use askama::Template;

use super::*;
use crate::web::preferences::Theme;

/// The smallest page there is: what every page has round its content.
#[derive(Template)]
#[template(
    source = "{% extends \"layout.html\" %}{% block content %}<h1>{{ shell.title }}</h1>{% endblock %}",
    ext = "html"
)]
struct Page {
    shell: Shell,
}

fn officer() -> ShellStaff {
    ShellStaff::new(
        "Rita Andrade",
        "Officer",
        "London, Madrid",
        vec![Place::Overview, Place::Customers, Place::Audit],
    )
}

fn page(shell: Shell) -> String {
    Page { shell }.render().expect("a page")
}

#[test]
fn a_person_sees_only_the_places_of_their_role() {
    let html = page(Shell::desk(
        "Customers",
        Place::Customers,
        officer(),
        Preferences::default(),
    ));
    assert!(html.contains("<title>Customers · Vouch</title>"), "{html}");
    assert!(html.contains(r#"<a href="/customers" aria-current="page">"#));
    assert!(html.contains(r#"<a href="/audit">"#));
    assert!(!html.contains("/settings/staff"));
    assert!(html.contains(r#"action="/logout""#) && html.contains(">RA</span>"));
}

#[test]
fn preferences_stand_on_the_root_and_in_the_menu() {
    let preferences = Preferences {
        theme: Theme::Dark,
        density: Density::Comfortable,
        keys: false,
    };
    let html = page(Shell::desk(
        "Overview",
        Place::Overview,
        officer(),
        preferences,
    ));
    assert!(html.contains(r#"data-theme="dark" data-density="comfortable" data-keys="off""#));
    assert!(html.contains(r#"name="theme" value="dark" checked"#));
    assert!(html.contains(r#"name="keys" value="on">"#));
}

#[test]
fn a_public_page_has_no_sidebar_and_no_way_out_of_it() {
    let html = page(Shell::public("Sign in").failed(true));
    assert!(html.contains("<title>Error: Sign in · Vouch</title>"));
    assert!(!html.contains("class=\"side\"") && !html.contains("/logout"));
    assert!(html.contains(r#"data-density="comfortable""#));
}

#[test]
fn the_page_obeys_the_content_security_policy() {
    let html = page(Shell::desk(
        "Overview",
        Place::Overview,
        officer(),
        Preferences::default(),
    ));
    let document = scraper::Html::parse_document(&html);
    for element in document.root_element().descendent_elements() {
        let element = element.value();
        assert!(element.name() != "style" && element.attr("style").is_none());
        assert!(
            element.name() != "script"
                || element
                    .attr("src")
                    .is_some_and(|src| src.starts_with("/static/"))
        );
        assert!(
            element
                .attrs()
                .all(|(name, _)| !name.starts_with("on") && !name.starts_with("hx-on"))
        );
    }
}

#[test]
fn htmx_is_hardened_and_shows_what_a_person_can_mend() {
    let html = page(Shell::public("Sign in"));
    let document = scraper::Html::parse_document(&html);
    let meta = scraper::Selector::parse(r#"meta[name="htmx-config"]"#).expect("a selector");
    let config = document
        .select(&meta)
        .next()
        .and_then(|meta| meta.value().attr("content"))
        .expect("a config");
    let config: serde_json::Value = serde_json::from_str(config).expect("JSON");
    for off in ["allowEval", "includeIndicatorStyles", "allowScriptTags"] {
        assert_eq!(config[off], false, "{off}");
    }
    assert_eq!(config["historyCacheSize"], 0);
    assert_eq!(
        (&config["refreshOnHistoryMiss"], &config["selfRequestsOnly"]),
        (&true.into(), &true.into())
    );
    assert_eq!(config["responseHandling"][2]["code"], "409|422|429");
}

#[test]
fn a_name_is_never_markup() {
    let staff = ShellStaff {
        name: "<img src=x>".to_owned(),
        ..officer()
    };
    assert!(
        !page(Shell::desk(
            "Overview",
            Place::Overview,
            staff,
            Preferences::default()
        ))
        .contains("<img")
    );
}

#[test]
fn the_message_of_the_last_action_is_shown_once_at_the_top() {
    let flash = Flash {
        tone: Tone::Ok,
        text: "The check is now Verified.".to_owned(),
    };
    let shell = Shell::desk(
        "Overview",
        Place::Overview,
        officer(),
        Preferences::default(),
    )
    .flash(Some(flash));
    assert_eq!(page(shell).matches("The check is now Verified.").count(), 1);
}
