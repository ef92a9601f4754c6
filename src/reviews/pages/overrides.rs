//! The pages of overrides: the form, the confirmation of the frozen facts, and what is said when something changed.

use askama::Template;
use serde::Deserialize;

use super::facts::{Facts, consequence, place, word};
use crate::{
    access::{guard::By, permissions::OverrideStatus},
    error::{Error, FieldError, Result},
    reason,
    reviews::overrides::{self, Case, Of, Outcome, Plan},
    value::{CustomerId, VerificationId},
    verifications::history::{self, Entry},
    web::{
        answer::Answer,
        form_errors::FormErrors as _,
        input::{Form, Id, Input},
        shell::{Place, Shell},
        words::Word,
    },
};

/// What the form sends.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    status: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    version: String,
    #[serde(default)]
    step: String,
}

impl Asked {
    fn reason(&self) -> &str {
        self.reason.trim()
    }

    fn errors(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        if self.status.is_empty() {
            errors.push(FieldError {
                field: "status".into(),
                message: "Choose the new status".into(),
            });
        }
        errors.extend(reason::checked("reason", &self.reason, "why").err());
        errors
    }
}

/// One status to choose.
struct Choice {
    id: String,
    word: Word,
    hint: String,
    chosen: bool,
}

/// The form with what was typed, what is wrong with it, and what changed meanwhile.
struct Draft {
    facts: Facts,
    choices: Vec<Choice>,
    none: &'static str,
    reason: String,
    errors: Vec<FieldError>,
    refusal: Option<String>,
    changes: Option<Vec<Entry>>,
    zone: chrono_tz::Tz,
}

impl Draft {
    /// Errors by the id of the element that mends each.
    fn summary(&self) -> Vec<(&str, &str)> {
        let first = self.choices.first().map_or("reason", |choice| &choice.id);
        self.errors.listed_by(|field| match field {
            "status" => first,
            field => field,
        })
    }
}

#[derive(Template)]
#[template(path = "reviews/override.html", blocks = ["content"])]
struct FormPage {
    shell: Shell,
    dialog: bool,
    draft: Draft,
}

/// What is about to be done.
struct Frozen {
    second: bool,
    facts: Facts,
    to: Word,
    consequence: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "reviews/override_confirm.html", blocks = ["content"])]
struct ConfirmPage {
    shell: Shell,
    dialog: bool,
    frozen: Frozen,
}

pub(super) fn check_form(
    by: By<OverrideStatus>,
    id: Id<VerificationId>,
    input: Input,
) -> Result<Answer> {
    form(by, Of::Check(id.0), &input)
}

pub(super) fn customer_form(
    by: By<OverrideStatus>,
    id: Id<CustomerId>,
    input: Input,
) -> Result<Answer> {
    form(by, Of::Customer(id.0), &input)
}

pub(super) fn check_post(
    by: By<OverrideStatus>,
    id: Id<VerificationId>,
    asked: Form<Asked>,
    input: Input,
) -> Result<Answer> {
    post(by, Of::Check(id.0), &asked.0, &input)
}

pub(super) fn customer_post(
    by: By<OverrideStatus>,
    id: Id<CustomerId>,
    asked: Form<Asked>,
    input: Input,
) -> Result<Answer> {
    post(by, Of::Customer(id.0), &asked.0, &input)
}

fn form(mut by: By<OverrideStatus>, of: Of, input: &Input) -> Result<Answer> {
    let case = by.read(|tx| overrides::case(tx, of))?;
    let draft = draft(&by, &case, &Asked::default());
    show_form(&by, input, 200, draft)
}

fn post(mut by: By<OverrideStatus>, of: Of, asked: &Asked, input: &Input) -> Result<Answer> {
    let case = by.read(|tx| overrides::case(tx, of))?;
    let version: i32 = asked
        .version
        .parse()
        .map_err(|_| Error::BadRequest("`version` is the number that the form carries".into()))?;
    // Before anything else: a form that comes back must not carry a version that nobody saw.
    if version != case.customer.version {
        return stale(by, of, asked, version, input);
    }
    if asked.step == "edit" {
        let draft = draft(&by, &case, asked);
        return show_form(&by, input, 200, draft);
    }
    let errors = asked.errors();
    if !errors.is_empty() {
        let mut draft = draft(&by, &case, asked);
        draft.errors = errors;
        return show_form(&by, input, 422, draft);
    }
    let plan = match case.plan(&asked.status, by.actor().who) {
        Ok(plan) => plan,
        Err(why) => return refused(&by, &case, asked, why, input),
    };
    if asked.step != "apply" {
        return confirm(&by, &case, &plan, asked, input);
    }
    let done = by.change(|tx| overrides::apply(tx, of, version, plan.to, asked.reason()));
    match done {
        Ok(Outcome::Proposed) => Ok(after(input, "/approvals?done=asked")),
        Ok(Outcome::Applied) => Ok(after(
            input,
            &format!("{}?done=overridden", Facts::of(&case).back),
        )),
        Err(Error::Conflict(_)) => stale(by, of, asked, version, input),
        Err(Error::Refused(why)) => refused(&by, &case, asked, &why, input),
        Err(error) => Err(error),
    }
}

/// After a POST, a GET: the browser is sent by 303, htmx by its own header, since it would put the page into the dialog.
fn after(input: &Input, location: &str) -> Answer {
    if input.htmx {
        Answer::new(204, "text/plain; charset=utf-8", Vec::new()).with("hx-redirect", location)
    } else {
        Answer::see(location)
    }
}

fn confirm(
    by: &By<OverrideStatus>,
    case: &Case,
    plan: &Plan,
    asked: &Asked,
    input: &Input,
) -> Result<Answer> {
    let page = ConfirmPage {
        shell: by.shell("Confirm the override", place(case)),
        dialog: in_dialog(input),
        frozen: Frozen {
            second: plan.second,
            facts: Facts::of(case),
            to: word(case, plan.to),
            consequence: consequence(case, plan),
            reason: asked.reason().to_owned(),
        },
    };
    if page.dialog {
        Answer::page(&page.as_content())
    } else {
        Answer::page(&page)
    }
}

/// Somebody was faster: what changed since the version that the admin saw, and the form again with what was typed.
fn stale(
    mut by: By<OverrideStatus>,
    of: Of,
    asked: &Asked,
    seen: i32,
    input: &Input,
) -> Result<Answer> {
    let (case, changes) = by.read(|tx| {
        let case = overrides::case(tx, of)?;
        let behind = case.customer.version.saturating_sub(seen);
        let changes = history::last_changes(tx, &case.customer, behind)?;
        Ok((case, changes))
    })?;
    let mut draft = draft(&by, &case, asked);
    draft.changes = Some(changes);
    show_form(&by, input, 409, draft)
}

fn refused(
    by: &By<OverrideStatus>,
    case: &Case,
    asked: &Asked,
    why: &str,
    input: &Input,
) -> Result<Answer> {
    let mut draft = draft(by, case, asked);
    draft.refusal = Some(why.to_owned());
    show_form(by, input, 409, draft)
}

fn draft(by: &By<OverrideStatus>, case: &Case, asked: &Asked) -> Draft {
    let who = by.actor().who;
    let choices: Vec<Choice> = case
        .offered(who)
        .iter()
        .map(|plan| Choice {
            id: format!("status-{}", plan.to),
            word: word(case, plan.to),
            hint: consequence(case, plan),
            chosen: plan.to == asked.status,
        })
        .collect();
    Draft {
        none: if choices.is_empty() {
            case.why_none(who)
        } else {
            ""
        },
        facts: Facts::of(case),
        choices,
        reason: asked.reason.clone(),
        errors: Vec::new(),
        refusal: None,
        changes: None,
        zone: by.time_zone,
    }
}

fn show_form(by: &By<OverrideStatus>, input: &Input, status: u16, draft: Draft) -> Result<Answer> {
    let page = FormPage {
        shell: by
            .shell(draft.facts.title.clone(), Place::Customers)
            .failed(status != 200),
        dialog: in_dialog(input),
        draft,
    };
    if page.dialog {
        Answer::page_with(status, &page.as_content())
    } else {
        Answer::page_with(status, &page)
    }
}

fn in_dialog(input: &Input) -> bool {
    input.htmx && input.target.as_deref() == Some("dialog")
}
