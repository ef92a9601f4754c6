//! Every route, asked by everybody, for what is theirs and what is not. The table of statuses is one reviewed
//! snapshot; and what is somebody else's answers as if it were not there, to the byte.

use std::fmt::Write as _;

use crate::{
    calls::{self, Object, Place},
    providers::signed,
    support::{Browser, Persona, Response, TestApp},
};

const PLACES: [Place; 4] = [
    Place::Own,
    Place::OtherBranch,
    Place::OtherOrganisation,
    Place::Absent,
];

#[test]
fn every_route_answers_each_asker_as_reviewed() {
    let mut routes = calls::routes();
    routes.sort_by_key(|route| (route.path, route.method));
    let mut table = String::from(
        "A route, its guard, and what is asked for; then the statuses for nobody, auditor, officer, manager, admin.\n",
    );
    let mut wrong = Vec::new();
    for route in &routes {
        // A server for each route: what one call changed (a password, say) is not in the way of the next.
        let app = TestApp::start();
        let call = calls::call(route.method, route.path);
        writeln!(
            table,
            "\n{} {}  ({})",
            route.method, route.path, route.guard
        )
        .expect("text");
        for place in PLACES {
            match call.object {
                object if place != Place::Own && !object.is_asked_for() => continue,
                object if place == Place::OtherBranch && !object.has_branch() => continue,
                // A link opens for whoever holds it.
                Object::Invitation | Object::Onboard | Object::OnboardDone
                    if place == Place::OtherOrganisation =>
                {
                    continue;
                }
                _ => {}
            }
            let mut statuses = Vec::new();
            for persona in askers() {
                let asked = ask(&app, call, persona, place);
                let who =
                    persona.map_or_else(|| "nobody".to_owned(), |persona| format!("{persona:?}"));
                let line = format!("{} {} as {who}, {place:?}", route.method, route.path);
                if let Err(why) = headers_are_right(&asked.response) {
                    wrong.push(format!("{line}: {why}"));
                }
                let status = asked.response.status;
                let lets_in = match persona {
                    None => matches!(route.guard.as_str(), "Anyone"),
                    Some(persona) => calls::holds(&route.guard, persona),
                };
                let expected = match (persona, lets_in, place) {
                    (None, false, _) => {
                        status == 303
                            && asked
                                .response
                                .header("location")
                                .is_some_and(|to| to.starts_with("/login"))
                    }
                    (Some(_), false, _) => status == 403,
                    (_, true, Place::Own) => status < 400,
                    (Some(persona), true, Place::OtherBranch) => {
                        let all = !matches!(persona, Persona::Officer | Persona::Manager);
                        if all { status < 400 } else { status == 404 }
                    }
                    (_, true, _) => status == 404,
                };
                if !expected {
                    wrong.push(format!("{line}: {status} {}", asked.response.text()));
                }
                if status == 404 && place != Place::Absent {
                    let absent = ask(&app, call, persona, Place::Absent);
                    if let Err(why) = asked.same_as(&absent) {
                        wrong.push(format!("{line} can be told from absent: {why}"));
                    }
                }
                statuses.push(status.to_string());
            }
            writeln!(
                table,
                "  {:<20}{}",
                words(call.object, place),
                statuses.join(" ")
            )
            .expect("text");
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    insta::assert_snapshot!(table);
}

fn askers() -> impl Iterator<Item = Option<Persona>> {
    std::iter::once(None).chain(Persona::ROLES.into_iter().map(Some))
}

const fn words(object: Object, place: Place) -> &'static str {
    match (object, place) {
        (object, _) if !object.is_asked_for() => "",
        (_, Place::Own) => "own",
        (_, Place::OtherBranch) => "other branch",
        (_, Place::OtherOrganisation) => "other organisation",
        (_, Place::Absent) => "absent",
    }
}

struct Asked {
    response: Response,
    text: String,
}

/// Asks with a new object and a new session, so that nothing asked before matters.
fn ask(app: &TestApp, call: &calls::Call, persona: Option<Persona>, place: Place) -> Asked {
    let case = call.object.make(app, place, persona.unwrap_or(call.by));
    let mut browser = persona.map_or_else(|| app.browser(), |persona| case.browser(call, persona));
    Asked {
        response: send(&mut browser, call, &case),
        text: case.text,
    }
}

/// Sends a call, well.
pub fn send(browser: &mut Browser, call: &calls::Call, case: &calls::Case<'_>) -> Response {
    let path = case.path(call);
    if call.method == "GET" {
        return browser.get(&path);
    }
    if call.object == Object::Callback {
        let said = format!(r#"{{"verification_id":"{}","status":"verified"}}"#, case.id);
        return signed(browser, case.app, &path, &said);
    }
    let fields = (call.fields)(case);
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    match fields.split_last() {
        // A form with a file ends with it.
        Some((("file", file), fields)) => {
            browser.post_file(&path, fields, "paper.pdf", file.as_bytes())
        }
        _ => browser.post(&path, &fields),
    }
}

fn headers_are_right(response: &Response) -> Result<(), String> {
    for (name, value) in vouch::web::headers::SECURITY {
        if response.header(name) != Some(*value) {
            return Err(format!("{name} is {:?}", response.header(name)));
        }
    }
    if response.header("cache-control") != Some("no-store") {
        return Err(format!(
            "cache-control is {:?}",
            response.header("cache-control")
        ));
    }
    Ok(())
}

impl Asked {
    /// Equal to the byte, but for the id that was asked for and the request's own.
    fn same_as(&self, other: &Self) -> Result<(), String> {
        if self.masked() == other.masked() {
            Ok(())
        } else {
            Err(format!("{}\n--- or ---\n{}", self.masked(), other.masked()))
        }
    }

    fn masked(&self) -> String {
        const BEFORE: &str = "Request <span class=\"id\">";
        let mut headers = self.response.headers.clone();
        headers.retain(|(name, _)| name != "date");
        headers.sort();
        let mut body = self.response.body.replace(&self.text, "ASKED");
        if let Some(at) = body.find(BEFORE) {
            let at = at + BEFORE.len();
            body.replace_range(at..at + 36, "REQUEST");
        }
        format!("{} {headers:?}\n{body}", self.response.status)
    }
}

#[test]
fn the_content_security_policy_is_the_one_that_was_reviewed() {
    insta::assert_snapshot!(vouch::web::headers::CONTENT_SECURITY_POLICY, @"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; worker-src 'none'");
}
