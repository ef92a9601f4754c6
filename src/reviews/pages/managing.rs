//! What a manager does to a customer outside of a round: a validation taken back, the risk set.

use askama::Template;
use serde::Deserialize;

use crate::{
    access::{guard::By, permissions::Revoke},
    customers::{
        rules::{Kyc, Risk},
        store::{self as customers, Customer},
    },
    error::{Error, FieldError, Result},
    reviews::{
        decision::{Decision, Outcome},
        pages::reason_groups::{ReasonGroup, reason_groups},
        policy::rules::{Language, Reason},
        rating, revocation,
    },
    value::CustomerId,
    web::{
        answer::Answer,
        form_errors::FormErrors as _,
        input::{Form, Id},
        shell::{Place, Shell},
        words::{self, Word},
    },
};

/// What the form of a revocation sends.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Revoking {
    #[serde(default)]
    reason: Vec<String>,
    #[serde(default)]
    comment: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    language: String,
    #[serde(default)]
    version: String,
}

/// What the form of a rating sends.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Rating {
    #[serde(default)]
    risk: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    version: String,
}

/// What was refused: fields to be mended, or a sentence.
#[derive(Default)]
struct Wrong {
    errors: Vec<FieldError>,
    sentence: Option<String>,
    status: u16,
    /// The version that the form carried, where it is still to be compared.
    seen: String,
}

impl Wrong {
    /// Of an error that the form can show; others go to the page of errors.
    fn of(error: Error, version: &str) -> Result<Self> {
        let status = error.status();
        let stale = matches!(error, Error::Conflict(_));
        let (errors, sentence) = match error {
            Error::Invalid(errors) => (errors, None),
            Error::Conflict(_) => (
                Vec::new(),
                Some("Somebody changed this customer since you opened the form. Nothing was saved; look at the customer, then send this again.".to_owned()),
            ),
            Error::Refused(why) => (Vec::new(), Some(why.into_owned())),
            other => return Err(other),
        };
        Ok(Self {
            errors,
            sentence,
            status,
            seen: if stale { "" } else { version }.to_owned(),
        })
    }
}

fn version(text: &str) -> Result<i32> {
    text.parse()
        .map_err(|_| Error::BadRequest("`version` is the number that the form carries".into()))
}

#[derive(Template)]
#[template(path = "reviews/revoke.html")]
struct RevokePage {
    shell: Shell,
    customer: Customer,
    second: bool,
    none: Option<&'static str>,
    reasons: Vec<Reason>,
    typed: Revoking,
    wrong: Wrong,
}

impl RevokePage {
    /// Errors by the id of the element that mends each; that of the reasons is the first of them.
    fn summary(&self) -> Vec<(String, &str)> {
        let groups = self.reason_groups();
        let first = groups.first().and_then(|group| group.reasons.first());
        let id = first.map_or_else(String::new, |reason| format!("reason-{}", reason.code));
        self.wrong.errors.listed_by(|field| match field {
            "reason" => id.clone(),
            field => field.to_owned(),
        })
    }

    fn reason_groups(&self) -> Vec<ReasonGroup<'_>> {
        reason_groups(&self.reasons)
    }

    fn language(&self) -> Language {
        self.typed.language.parse().unwrap_or(Language::En)
    }

    fn languages() -> Vec<(&'static str, &'static str)> {
        let all = Language::ALL.iter();
        all.map(|one| (one.as_str(), one.words())).collect()
    }

    fn chosen(&self, code: &str) -> bool {
        self.typed.reason.iter().any(|one| one == code)
    }

    fn href(&self) -> String {
        format!("/customers/{}", self.customer.id)
    }

    fn risk(&self) -> &'static str {
        self.customer.risk.map_or("", Risk::as_str)
    }
}

fn revoke_page(
    by: &mut By<Revoke>,
    id: CustomerId,
    typed: Revoking,
    wrong: Wrong,
) -> Result<Answer> {
    let mut case = by.read(|tx| revocation::Case::read(tx, id))?;
    case.customer.keep_seen(&wrong.seen);
    let failed = wrong.status != 0;
    let page = RevokePage {
        shell: by
            .shell("Revoke the validation", Place::Customers)
            .failed(failed),
        second: case.second,
        none: case.hindrance(),
        reasons: case.policy.policy.reasons,
        customer: case.customer,
        typed,
        wrong,
    };
    let status = if failed { page.wrong.status } else { 200 };
    Answer::page_with(status, &page)
}

/// The form.
pub(super) fn revoke_form(mut by: By<Revoke>, Id(id): Id<CustomerId>) -> Result<Answer> {
    revoke_page(&mut by, id, Revoking::default(), Wrong::default())
}

/// Revokes, or asks a second person.
pub(super) fn revoke(
    mut by: By<Revoke>,
    Id(id): Id<CustomerId>,
    Form(typed): Form<Revoking>,
) -> Result<Answer> {
    by.read(|tx| customers::find(tx, id))?;
    let version = version(&typed.version)?;
    let decision = Decision {
        decision: Kyc::Refused,
        reasons: typed.reason.clone(),
        risk: None,
        retry: false,
        comment: typed.comment.clone(),
        message: typed.message.clone(),
        language: typed.language.parse().unwrap_or(Language::En),
        members: String::new(),
    };
    match by.change(|tx| revocation::revoke(tx, id, version, decision)) {
        Ok(Outcome::Decided) => Ok(Answer::see(format!("/customers/{id}?done=revoked"))),
        Ok(Outcome::Proposed) => Ok(Answer::see("/approvals?done=asked")),
        Err(error) => {
            let wrong = Wrong::of(error, &typed.version)?;
            revoke_page(&mut by, id, typed, wrong)
        }
    }
}

#[derive(Template)]
#[template(path = "reviews/risk.html")]
struct RiskPage {
    shell: Shell,
    customer: Customer,
    /// Each with its id, what it means, and whether it is chosen.
    choices: Vec<(String, Word, &'static str, bool)>,
    typed: Rating,
    wrong: Wrong,
}

impl RiskPage {
    fn summary(&self) -> Vec<(&str, &str)> {
        self.wrong.errors.listed_by(|field| match field {
            "risk" => "risk-low",
            field => field,
        })
    }

    fn href(&self) -> String {
        format!("/customers/{}", self.customer.id)
    }

    fn risk(&self) -> &'static str {
        self.customer.risk.map_or("", Risk::as_str)
    }
}

fn risk_page(by: &mut By<Revoke>, id: CustomerId, typed: Rating, wrong: Wrong) -> Result<Answer> {
    let mut customer = by.read(|tx| customers::find(tx, id))?;
    customer.keep_seen(&wrong.seen);
    let failed = wrong.status != 0;
    let chosen = if failed {
        typed.risk.as_str()
    } else {
        customer.risk.map_or("", Risk::as_str)
    };
    let choices = Risk::ALL
        .iter()
        .map(|risk| {
            let hint = match risk {
                Risk::Low => "The longest time between reviews",
                Risk::Medium => "As where nobody has rated",
                Risk::High => "The shortest time, and a second person at every decision",
            };
            let name = risk.as_str();
            (
                format!("risk-{name}"),
                words::risk(name),
                hint,
                name == chosen,
            )
        })
        .collect();
    let page = RiskPage {
        shell: by.shell("Set the risk", Place::Customers).failed(failed),
        choices,
        customer,
        typed,
        wrong,
    };
    let status = if failed { page.wrong.status } else { 200 };
    Answer::page_with(status, &page)
}

/// The form.
pub(super) fn risk_form(mut by: By<Revoke>, Id(id): Id<CustomerId>) -> Result<Answer> {
    risk_page(&mut by, id, Rating::default(), Wrong::default())
}

/// Sets the risk.
pub(super) fn set_risk(
    mut by: By<Revoke>,
    Id(id): Id<CustomerId>,
    Form(typed): Form<Rating>,
) -> Result<Answer> {
    by.read(|tx| customers::find(tx, id))?;
    let version = version(&typed.version)?;
    let risk = typed.risk.parse().ok();
    match by.change(|tx| rating::rate(tx, id, version, risk, &typed.reason)) {
        Ok(()) => Ok(Answer::see(format!("/customers/{id}?done=rated"))),
        Err(error) => {
            let wrong = Wrong::of(error, &typed.version)?;
            risk_page(&mut by, id, typed, wrong)
        }
    }
}
