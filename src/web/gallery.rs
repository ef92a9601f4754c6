//! Every component on one page, and the pages whose structs live elsewhere: what holds for them is tested here.
//! To look at them: `VOUCH_GALLERY=/tmp/gallery cargo test --lib gallery`, then serve that folder.

use std::collections::HashSet;
use std::io::Write as _;

use askama::Template;
use chrono::{DateTime, NaiveDate, TimeZone as _, Utc};
use chrono_tz::Tz;
use scraper::{Html, Selector};

use super::assets;
use super::error_page::ErrorPage;
use super::preferences::Preferences;
use super::shell::{Flash, Place, PrintHead, PrintedEntry, Shell, ShellStaff, Tone};

struct Row {
    kind: &'static str,
    name: String,
    kyc: String,
    check: &'static str,
    risk: &'static str,
}

#[derive(Template)]
#[template(path = "components/gallery.html")]
struct Gallery {
    shell: Shell,
    options: Vec<(String, String, bool)>,
    rows: Vec<Row>,
    typed: String,
    typed_branch: String,
    at: DateTime<Utc>,
    zone: Tz,
    day: NaiveDate,
}

#[derive(Template)]
#[template(path = "access/login.html")]
struct LoginPage {
    shell: Shell,
    email: String,
    problem: Option<&'static str>,
    next: &'static str,
}

impl LoginPage {
    fn error(&self) -> Option<&str> {
        self.problem
    }
}

#[derive(Template)]
#[template(path = "access/login_code.html")]
struct CodePage {
    shell: Shell,
    error: Option<String>,
}

fn admin() -> ShellStaff {
    let places = vec![
        Place::Overview,
        Place::Customers,
        Place::Verifications,
        Place::Audit,
        Place::Settings,
    ];
    ShellStaff::new("Rita Andrade", "Admin", "All branches", places)
}

fn gallery() -> String {
    let at = Utc
        .with_ymd_and_hms(2026, 11, 19, 10, 4, 18)
        .single()
        .expect("a moment");
    let row = |kind, name: &str, kyc: &str, check, risk| Row {
        kind,
        name: name.into(),
        kyc: kyc.into(),
        check,
        risk,
    };
    let head = PrintHead {
        subject: "KYC file".to_owned(),
        organisation: "Demo".to_owned(),
        by: "Rita Andrade, 19 Nov 2026, 10:04 (Europe/London)".to_owned(),
        entry: Some(PrintedEntry::new(48_213, &[0x41; 32])),
    };
    let flash = Flash {
        tone: Tone::Ok,
        text: "The customer is saved.".to_owned(),
    };
    Gallery {
        shell: Shell::desk("Gallery", Place::Customers, admin(), Preferences::default())
            .flash(Some(flash))
            .printed(head),
        options: vec![
            ("pending".into(), "In review".into(), true),
            ("draft".into(), "Draft".into(), false),
        ],
        rows: vec![
            row(
                "natural",
                "Inês Catarina Falcão Sequeira",
                "none",
                "pending",
                "low",
            ),
            row("natural", "محمد أمين الفاسي", "draft", "verified", "medium"),
            row(
                "legal",
                "Hoffmann-Krüger <Präzision> GmbH & Co. KG",
                "pending",
                "failed",
                "high",
            ),
            row(
                "sole_trader",
                "Óscar Peña Íñiguez",
                "incomplete",
                "expired",
                "",
            ),
            row("natural", "李明", "validated", "verified", "low"),
            row(
                "natural",
                "Jürgen Weißkopf",
                "review_needed",
                "verified",
                "low",
            ),
            row(
                "legal",
                "Ó Briain Seafoods DAC",
                "refused",
                "failed",
                "high",
            ),
            row("legal", "Sukarno", "canceled", "pending", ""),
        ],
        typed: "\"<script>".to_owned(),
        typed_branch: "madrid".to_owned(),
        at,
        zone: chrono_tz::Europe::London,
        day: at.date_naive(),
    }
    .render()
    .expect("the gallery")
}

fn pages() -> Vec<(&'static str, String)> {
    let error = || {
        Some(
            "The e-mail address or the password is wrong. Wait 3 seconds before the next attempt."
                .to_owned(),
        )
    };
    let login = |problem: Option<&'static str>| LoginPage {
        shell: Shell::public("Sign in").failed(problem.is_some()),
        email: "rita@vouch.test".to_owned(),
        problem,
        next: "/",
    };
    let code = CodePage {
        shell: Shell::public("Enter your code").failed(true),
        error: error(),
    };
    let oops = |shell: Shell, status| {
        ErrorPage {
        shell,
        status,
        title: "There is nothing at this address".to_owned(),
        explanation: "The link may be incomplete. If it belongs to a branch that you do not work in, you see this page too."
            .to_owned(),
        request_id: "01J9ZB4T".to_owned(),
        retry_after: (status == 503).then_some(2),
    }
    };
    vec![
        ("gallery", gallery()),
        ("login", login(None).render().expect("a page")),
        (
            "login-error",
            login(Some("E-mail or password is wrong."))
                .render()
                .expect("a page"),
        ),
        ("code", code.render().expect("a page")),
        (
            "404",
            oops(
                Shell::desk("Error", Place::None, admin(), Preferences::default()),
                404,
            )
            .render()
            .expect("a page"),
        ),
        (
            "503",
            oops(Shell::public("Error"), 503).render().expect("a page"),
        ),
    ]
}

#[test]
fn every_id_is_there_once_and_every_reference_leads_to_one() {
    for (name, page) in pages() {
        let page = Html::parse_document(&page);
        let mut ids = HashSet::new();
        for element in page.root_element().descendent_elements() {
            if let Some(id) = element.value().attr("id") {
                assert!(ids.insert(id.to_owned()), "{name}: {id} twice");
            }
        }
        for element in page.root_element().descendent_elements() {
            for attribute in ["for", "aria-labelledby", "aria-describedby"] {
                for id in element
                    .value()
                    .attr(attribute)
                    .unwrap_or_default()
                    .split_whitespace()
                {
                    assert!(
                        ids.contains(id),
                        "{name}: {attribute} to {id}, which is not there"
                    );
                }
            }
            if let Some(id) = element
                .value()
                .attr("href")
                .and_then(|href| href.strip_prefix('#'))
            {
                assert!(
                    ids.contains(id),
                    "{name}: a link to #{id}, which is not there"
                );
            }
        }
    }
}

#[test]
fn every_icon_stands_in_the_sprite() {
    let sprite = std::str::from_utf8(assets::find(assets::ICONS_SVG, "").expect("embedded").body)
        .expect("UTF-8");
    let uses = Selector::parse("use").expect("a selector");
    for (name, page) in pages() {
        for element in Html::parse_document(&page).select(&uses) {
            let (address, icon) = element
                .value()
                .attr("href")
                .and_then(|href| href.split_once('#'))
                .expect("an icon");
            assert_eq!(address, assets::ICONS_SVG);
            assert!(sprite.contains(&format!("id=\"{icon}\"")), "{name}: {icon}");
        }
    }
}

#[test]
fn what_was_typed_comes_back_and_is_never_markup() {
    let page = Html::parse_document(&gallery());
    let field = |selector| Selector::parse(selector).expect("a selector");
    let typed = page
        .select(&field("#full_name"))
        .next()
        .and_then(|input| input.value().attr("value"));
    assert_eq!(typed, Some("\"<script>"));
    let reason = page
        .select(&field("#reason"))
        .next()
        .map(|area| area.text().collect::<String>());
    assert_eq!(reason.as_deref(), Some("\"<script>"));
    let chosen: Vec<_> = page
        .select(&field("option[selected]"))
        .map(|option| option.value().attr("value"))
        .collect();
    assert_eq!(chosen, [Some("PT"), Some("madrid")]);
    assert_eq!(page.select(&field("main script")).count(), 0);
}

#[test]
fn an_error_is_tied_to_its_field() {
    let page = Html::parse_document(&gallery());
    let input = page
        .select(&Selector::parse("#full_name").expect("a selector"))
        .next()
        .expect("the field");
    assert_eq!(input.value().attr("aria-invalid"), Some("true"));
    assert_eq!(
        input.value().attr("aria-describedby"),
        Some("full_name-hint full_name-error")
    );
    let fine = page
        .select(&Selector::parse("#email").expect("a selector"))
        .next()
        .expect("the field");
    assert_eq!(
        (
            fine.value().attr("aria-invalid"),
            fine.value().attr("aria-describedby")
        ),
        (None, None)
    );
}

#[test]
fn the_first_visit_stays_under_sixty_kilobytes() {
    let assets: usize = [
        assets::APP_CSS,
        assets::APP_JS,
        assets::HTMX_JS,
        assets::ICONS_SVG,
        assets::FAVICON_SVG,
    ]
    .iter()
    .map(|address| assets::find(address, "br").expect("embedded").body.len())
    .sum();
    let html: usize = pages()
        .iter()
        .filter(|(name, _)| ["login", "gallery"].contains(name))
        .map(|(_, page)| {
            let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            gzip.write_all(page.as_bytes()).expect("memory");
            gzip.finish().expect("memory").len()
        })
        .sum();
    assert!(
        assets + html < 60 * 1024,
        "{assets} bytes of assets and {html} bytes of pages"
    );
}

#[test]
fn the_pages_can_be_looked_at() {
    for (name, page) in pages() {
        assert!(
            page.starts_with("<!DOCTYPE html>") && page.trim_end().ends_with("</html>"),
            "{name}"
        );
        if let Some(folder) = std::env::var_os("VOUCH_GALLERY").map(std::path::PathBuf::from) {
            std::fs::create_dir_all(folder.join("static")).expect("a folder");
            std::fs::write(folder.join(format!("{name}.html")), page).expect("a file");
            for address in [
                assets::APP_CSS,
                assets::APP_JS,
                assets::HTMX_JS,
                assets::ICONS_SVG,
                assets::FAVICON_SVG,
            ] {
                let body = assets::find(address, "").expect("embedded").body;
                std::fs::write(folder.join(&address[1..]), body).expect("a file");
            }
        }
    }
}
