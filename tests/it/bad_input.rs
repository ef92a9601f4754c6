//! Whatever is sent, it is the sender's mistake that is answered: never a 5xx.

use crate::{
    calls::{self, Call, Object, Place},
    support::{Browser, Persona, TestApp, make},
};

/// No text at all: always refused.
const REFUSED: &[(&str, &str)] = &[("NUL", "%00"), ("a NUL inside", "a%00b")];

/// May be text or not, may fit or not: whatever the field makes of it, it is no fault of ours.
const ODD: &[(&str, &str)] = &[
    ("nothing", ""),
    ("a lone surrogate", "%ED%A0%80"),
    ("half a character", "%C3"),
    ("an overlong slash", "%C0%AF"),
    ("a direction mark", "%E2%80%AEabc"),
    ("zero width", "%E2%80%8B"),
    ("a number", "-1"),
    ("a huge number", "99999999999999999999999999"),
    ("not a number", "NaN"),
    ("no day", "2026-02-31"),
    ("a day of the far past", "-9999-01-01"),
    ("a day of the far future", "999999-12-31"),
    ("SQL", "%27%3B+DROP+TABLE+customers%3B--"),
    ("a pattern", "%25_%5C"),
    ("markup", "%3Cscript%3Ealert(1)%3C%2Fscript%3E"),
    ("a broken escape", "%zz"),
    ("no id", "00000000-0000-0000-0000-00000000000g"),
    ("line ends", "a%0D%0Ab"),
];

/// What the lists are asked by.
const OF_LISTS: &[&str] = &[
    "branch", "kyc", "kind", "risk", "country", "from", "to", "sort", "after", "s", "status",
    "type", "provider", "customer", "actor", "action", "next", "tab", "due", "assignee", "done",
];

/// What the pages of one customer, one paper or one review are asked by.
const OF_ONE: &[&str] = &[
    "timeline",
    "before",
    "change",
    "decision",
    "answer",
    "review",
    "version",
    "with",
    "page",
    "turn",
    "zoom",
    "width",
    "with_page",
    "with_turn",
    "with_zoom",
    "lang",
    "of",
];

#[test]
fn no_field_of_a_form_breaks_the_server() {
    let mut wrong = Vec::new();
    for route in calls::routes().iter().filter(|route| route.method != "GET") {
        let app = TestApp::start();
        let call = calls::call(route.method, route.path);
        let case = call.object.make(&app, Place::Own, call.by);
        let path = case.path(call);
        let good = (call.fields)(&case);
        let mut hand = Hand::of(&app, call);
        for at in 0..good.len() {
            let field = good[at].0;
            let with = |value: &str| encoded(&good, at, value);
            for (what, value) in REFUSED {
                let status = hand.post(&path, &with(value));
                if !(400..500).contains(&status) {
                    wrong.push(format!("{} {field}={what}: {status}", call.path));
                }
            }
            for (what, value) in ODD {
                let status = hand.post(&path, &with(value));
                if status >= 500 {
                    wrong.push(format!("{} {field}={what}: {status}", call.path));
                }
            }
            // More than a form may have: refused before it is read to its end, so the line is cut or answered.
            // (Where people without an account hand papers in, it is read, and is no form with a file.)
            let status = flood(&app, &path, &with(&"x".repeat(1024 * 1024)));
            let expected = if route.sender == vouch::web::router::Sender::Guest
                && route.limit > vouch::web::router::JSON_LIMIT
            {
                400
            } else {
                413
            };
            if status.is_some_and(|status| status != expected) {
                wrong.push(format!("{} {field}=1 MB: {status:?}", call.path));
            }
            let status = hand.post(&path, &with(&"x".repeat(200 * 1024)));
            if status >= 500 {
                wrong.push(format!("{} {field}=200 KB: {status}", call.path));
            }
        }
        for (what, body) in [
            ("no body", ""),
            ("no form", "{\"a\":[[[[[[1]]]]]]}"),
            ("a thousand fields", &"a=1&".repeat(1000)),
            ("brackets", "a[b][c]=1&version[]=2"),
        ] {
            let status = hand.post(&path, body);
            if status >= 500 {
                wrong.push(format!("{} {what}: {status}", call.path));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn no_query_or_path_breaks_the_server() {
    let app = TestApp::start();
    let mut wrong = Vec::new();
    for route in calls::routes().iter().filter(|route| route.method == "GET") {
        let call = calls::call(route.method, route.path);
        let case = call.object.make(&app, Place::Own, call.by);
        let mut browser = app.sign_in(call.by);
        // A list is asked by each field alone, so that none hides behind another that is refused. A page of one thing
        // reads few of them: it is asked by all at once.
        let mut asked: Vec<&[&str]> = vec![OF_ONE];
        if call.object == Object::None {
            asked.extend(OF_LISTS.chunks(1));
        } else {
            asked.push(OF_LISTS);
        }
        for fields in asked {
            for (what, value) in REFUSED.iter().chain(ODD) {
                let each = fields.iter().map(|field| format!("{field}={value}"));
                let query = each.collect::<Vec<_>>().join("&");
                let status = browser.get(&format!("{}?{query}", case.path(call))).status;
                if status >= 500 {
                    let fields = fields.join(", ");
                    wrong.push(format!("{}?{fields}={what}: {status}", call.path));
                }
            }
        }
        if call.object != Object::None {
            for (what, value) in REFUSED
                .iter()
                .chain(ODD)
                .filter(|(_, value)| !value.is_empty())
            {
                let status = browser
                    .get(&call.path.replace("{id}", value).replace("{token}", value))
                    .status;
                if !(400..500).contains(&status) {
                    wrong.push(format!("{} with {what} as id: {status}", call.path));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// What the forms of several steps read in the others than the one that the calls take.
#[test]
fn no_other_step_of_a_form_breaks_the_server() {
    let app = TestApp::start();
    let company = make::company(&app, "Falcão Lda");
    let customer = make::customer(&app, |_| {});
    make::tax_residence(&app, customer, "PT", Some("123456789"));
    let forms: [(String, &[&str], &[&str]); 2] = [
        (
            format!("/customers/{company}/relations"),
            &["state", "take_back", "change", "remove", "add"],
            &[
                "stated_by",
                "stated_on",
                "relation",
                "role",
                "percent",
                "band",
                "source",
                "member",
                "birth_date",
                "version",
            ],
        ),
        (
            format!("/customers/{customer}/tax-residences"),
            &["change", "remove", "add"],
            &[
                "residence",
                "country",
                "tax_payer_id",
                "waived",
                "reason",
                "version",
            ],
        ),
    ];
    let mut officer = app.sign_in(Persona::Officer);
    for (path, steps, fields) in forms {
        for step in steps {
            for (what, value) in REFUSED.iter().chain(ODD) {
                for field in fields {
                    let body = format!(
                        "step={step}&version=1&stated_by=The+board&stated_on=2026-01-01&{field}={value}"
                    );
                    // The field that is tried stands alone.
                    let body = match *field {
                        "version" | "stated_by" | "stated_on" => {
                            let mut parts: Vec<&str> = body.split('&').collect();
                            parts.retain(|part| !part.starts_with(field));
                            format!("{}&{field}={value}", parts.join("&"))
                        }
                        _ => body,
                    };
                    let headers = [
                        ("sec-fetch-site", "same-origin"),
                        ("content-type", "application/x-www-form-urlencoded"),
                    ];
                    let answer = officer.request("POST", &path, &headers, Some(body));
                    assert!(
                        answer.status < 500,
                        "{path} {step} {field}={what}: {}",
                        answer.status
                    );
                }
            }
        }
    }
}

/// The good form with one value, already encoded, in place of another.
fn encoded(good: &calls::Fields, at: usize, value: &str) -> String {
    let fields: Vec<String> = good
        .iter()
        .enumerate()
        .map(|(index, (name, good))| {
            if index == at {
                format!("{name}={value}")
            } else {
                serde_html_form::to_string([(name, good)]).expect("a form")
            }
        })
        .collect();
    fields.join("&")
}

/// Whoever sends a form, signed in.
struct Hand<'a> {
    app: &'a TestApp,
    call: &'a Call,
    browser: Browser,
}

impl<'a> Hand<'a> {
    fn of(app: &'a TestApp, call: &'a Call) -> Self {
        let browser = app.sign_in(call.by);
        Self { app, call, browser }
    }

    /// The status; where what was sent before has ended the session, as whoever has signed in again.
    fn post(&mut self, path: &str, body: &str) -> u16 {
        let headers = [
            ("sec-fetch-site", "same-origin"),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        let (method, body) = (self.call.method, body.to_owned());
        let send =
            |browser: &mut Browser| browser.request(method, path, &headers, Some(body.clone()));
        let mut answer = send(&mut self.browser);
        let out = |location: &str| location.starts_with("/login");
        if answer.status == 401 || answer.header("location").is_some_and(out) {
            self.browser = self.app.sign_in(self.call.by);
            answer = send(&mut self.browser);
        }
        answer.status
    }
}

/// Sends more than is taken, as a plain client does; nothing where the line is cut before an answer can be read.
fn flood(app: &TestApp, path: &str, body: &str) -> Option<u16> {
    use std::io::{Read as _, Write as _};
    let mut line = std::net::TcpStream::connect(app.address).expect("a line");
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {}\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        app.address,
        body.len()
    );
    let _ = line
        .write_all(head.as_bytes())
        .and_then(|()| line.write_all(body.as_bytes()));
    let mut answer = Vec::new();
    let _ = line.read_to_end(&mut answer);
    let status = std::str::from_utf8(answer.get(9..12)?).ok()?;
    status.parse().ok()
}
