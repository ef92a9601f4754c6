//! The page of a decision: what is decided, why, what colleagues read and what the customer reads, beside the facts.

use askama::Template;
use serde::Deserialize;

use crate::{
    access::{guard::By, permissions::DecideReview},
    audit::event::{Subject, What},
    customers::{
        alike::HowMany,
        rules::{Kyc, Risk},
        store as customers,
    },
    error::{Error, FieldError, Result},
    reviews::{
        claims,
        compare::rules::{self as compare, Row},
        decision::{self, Case, Decision, Outcome},
        kyc_file::shown,
        pages::reason_groups::{ReasonGroup, reason_groups},
        policy::rules::{Language, Reason},
        prerequisites::Line,
        store::{
            self,
            declared::{self, in_words},
            proposals::{self, Proposal},
            rounds,
        },
    },
    value::{CustomerId, ReviewId},
    verifications::history::{self, Entry},
    web::{
        answer::Answer,
        form_errors::FormErrors as _,
        input::{Form, Id, Query},
        shell::{Place, Shell},
    },
};

/// What the form sends, or the address preselects.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    decision: String,
    reason: Vec<String>,
    risk: String,
    retry: String,
    comment: String,
    message: String,
    language: String,
    /// `preview` shows what the customer would read, and decides nothing.
    step: String,
    version: String,
    /// The members as the page showed them.
    members: String,
}

impl Asked {
    fn decision(&self) -> Result<Decision> {
        let wrong = |field: &'static str, message: &'static str| FieldError {
            field: field.into(),
            message: message.into(),
        };
        let decision = self
            .decision
            .parse::<Kyc>()
            .ok()
            .filter(|kyc| matches!(kyc, Kyc::Validated | Kyc::Refused | Kyc::Incomplete));
        let Some(decision) = decision else {
            return Err(Error::Invalid(vec![wrong(
                "decision",
                "Choose what you decide",
            )]));
        };
        let risk =
            match self.risk.as_str() {
                "" => None,
                typed => Some(typed.parse::<Risk>().map_err(|_| {
                    Error::Invalid(vec![wrong("risk", "Choose low, medium or high")])
                })?),
            };
        Ok(Decision {
            decision,
            reasons: self.reason.clone(),
            risk,
            retry: !self.retry.is_empty(),
            comment: self.comment.clone(),
            message: self.message.clone(),
            language: self.language.parse().unwrap_or(Language::En),
            members: self.members.clone(),
        })
    }
}

/// Something that was declared when the round was submitted and reads otherwise now.
struct Changed {
    field: String,
    then: String,
    now: String,
}

#[derive(Template)]
#[template(path = "reviews/decision.html")]
struct DecisionPage {
    shell: Shell,
    case: Case,
    asked: Asked,
    open: Vec<Line>,
    comparison: Vec<Row>,
    errors: Vec<FieldError>,
    refusal: Option<String>,
    /// What happened since the page was loaded, where that is why it was not saved.
    news: Option<Vec<Entry>>,
    /// What the customer would read, where it is asked for; empty where they would read nothing.
    preview: Option<String>,
    /// What a second person wanted changed.
    returned: Option<Proposal>,
    /// How many may be the same as the customer.
    alike: HowMany,
    second: bool,
    zone: chrono_tz::Tz,
}

impl DecisionPage {
    /// Errors by the id of the element that mends each.
    fn summary(&self) -> Vec<(&str, &str)> {
        self.errors.listed_by(|field| match field {
            "decision" => "decision-validated",
            "risk" => "risk-low",
            "reason" => "reasons",
            field => field,
        })
    }

    fn chosen(&self, reason: &Reason) -> bool {
        self.asked.reason.contains(&reason.code)
    }

    fn language(&self) -> Language {
        self.asked.language.parse().unwrap_or(Language::En)
    }

    fn languages() -> Vec<(&'static str, &'static str)> {
        let all = Language::ALL.iter();
        all.map(|one| (one.as_str(), one.words())).collect()
    }

    fn reason_groups(&self) -> Vec<ReasonGroup<'_>> {
        reason_groups(&self.case.policy.policy.reasons)
    }

    fn met(&self) -> String {
        let papers = shown::to_check(&self.case.gathered.papers, self.case.customer.id);
        if !self.open.is_empty() {
            "Something is still missing".to_owned()
        } else if papers > 0 {
            shown::to_check_words(papers)
        } else {
            "All requirements are met".to_owned()
        }
    }

    /// Where what is missing is mended.
    fn mended_at(&self, line: &Line) -> String {
        match shown::mended_at(line.mend, self.case.customer.id) {
            place if place == "#compare" => place,
            place if place.starts_with('#') => format!("{}{place}", self.back()),
            form => form,
        }
    }

    /// The members as the form was sent about them, until the page has said what changed.
    fn members(&self) -> String {
        if self.asked.members.is_empty() {
            self.case.members_shown()
        } else {
            self.asked.members.clone()
        }
    }

    fn back(&self) -> String {
        format!("/customers/{}", self.case.customer.id)
    }

    /// What an answer's address carries, so that it leads back here.
    fn answers_lead_back(&self) -> String {
        format!("&review={}", self.case.review.id)
    }

    /// What a refusal without another try means.
    fn wait(&self) -> String {
        let days = self.case.policy.policy.closed_after_days;
        format!("Otherwise {days} days pass before their own systems may ask again.")
    }

    /// Why nobody agreed to what was proposed last.
    const fn came_back(one: &Proposal) -> &'static str {
        match one.state {
            proposals::State::SentBack => "Sent back by the second person",
            proposals::State::Lapsed => "Nobody agreed in time",
            _ => "Something changed before anybody agreed",
        }
    }

    fn risk_now(&self) -> &'static str {
        self.case.customer.risk.map_or("", Risk::as_str)
    }

    /// The risk that the form shows: what was chosen, else what holds.
    fn risk_is(&self, risk: &str) -> bool {
        let chosen = match self.asked.risk.as_str() {
            "" => self.risk_now(),
            typed => typed,
        };
        chosen == risk
    }

    /// What was declared otherwise when the review was requested.
    fn changed(&self) -> Vec<Changed> {
        let (then, now) = (&self.case.review.snapshot, &self.case.declared);
        let (Some(then), Some(now)) = (then.as_object(), now.as_object()) else {
            return Vec::new();
        };
        now.iter()
            .filter(|(field, value)| then.get(*field).is_some_and(|before| before != *value))
            .map(|(field, value)| Changed {
                field: field.replace('_', " "),
                then: in_words(then.get(field)),
                now: in_words(Some(value)),
            })
            .collect()
    }
}

/// The form. `?decision=` preselects an outcome.
pub(super) fn form(
    mut by: By<DecideReview>,
    Id(id): Id<ReviewId>,
    Query(asked): Query<Asked>,
) -> Result<Answer> {
    let asked = Asked {
        version: String::new(),
        members: String::new(),
        ..asked
    };
    show(&mut by, id, asked, 200, |_| {})
}

/// Decides. After it, the next review opens.
pub(super) fn post(
    mut by: By<DecideReview>,
    Id(id): Id<ReviewId>,
    Form(asked): Form<Asked>,
) -> Result<Answer> {
    let version: i32 = asked
        .version
        .parse()
        .map_err(|_| Error::BadRequest("`version` is the number that the form carries".into()))?;
    if asked.step == "preview" {
        return match asked.decision() {
            Ok(wanted) => show(&mut by, id, asked, 200, |page| {
                page.preview = wanted
                    .text(&page.case.policy.policy)
                    .or_else(|| Some(String::new()));
            }),
            Err(Error::Invalid(errors)) => {
                show(&mut by, id, asked, 422, |page| page.errors = errors)
            }
            Err(error) => Err(error),
        };
    }
    let done = asked.decision().and_then(|wanted| {
        by.change(|tx| {
            let outcome = decision::decide(tx, id, version, wanted)?;
            Ok((outcome, rounds::find(tx, id)?.customer_id))
        })
    });
    match done {
        Ok((outcome, decided)) => {
            let said = match (outcome, asked.decision.as_str()) {
                (Outcome::Proposed, _) => "proposed",
                (Outcome::Decided, "incomplete") => "asked",
                (Outcome::Decided, "refused") => "refused",
                (Outcome::Decided, _) => "validated",
            };
            Ok(after(&mut by, decided, said))
        }
        Err(Error::Invalid(errors)) => show(&mut by, id, asked, 422, |page| page.errors = errors),
        Err(Error::Refused(why)) => show(&mut by, id, asked, 409, |page| {
            page.refusal = Some(why.into_owned());
        }),
        Err(Error::Conflict(_)) => {
            let news = by.read(|tx| {
                let case = Case::read(tx, id)?;
                let behind = case.customer.version.saturating_sub(version);
                let mut news = history::last_changes(tx, &case.customer, behind)?;
                for (member, changes) in case.changed_since(&asked.members) {
                    // Of whoever stands behind it elsewhere nothing is told.
                    match customers::find(tx, member) {
                        Ok(member) => news.extend(history::last_changes(tx, &member, changes)?),
                        Err(Error::NotFound) => {}
                        Err(error) => return Err(error),
                    }
                }
                Ok(news)
            })?;
            show(&mut by, id, asked, 409, |page| page.news = Some(news))
        }
        Err(error) => Err(error),
    }
}

/// Where a decision leads: to the next review, or back to the customer when nothing is left to do. What was decided is
/// decided: where the next one cannot be taken now, that is no answer to it.
fn after(by: &mut By<DecideReview>, decided: CustomerId, said: &str) -> Answer {
    let next = match by.change(claims::next_or_nothing) {
        Ok(review) => Some(review),
        Err(Error::NotFound) => None,
        Err(error) => {
            tracing::warn!(%error, "the next review was not taken after a decision");
            None
        }
    };
    Answer::see(match next {
        // The next one's page says of whom it speaks.
        Some(review) => format!("/customers/{}?done={said}&of={decided}", review.customer_id),
        None => format!("/customers/{decided}?done={said}"),
    })
}

fn show(
    by: &mut By<DecideReview>,
    id: ReviewId,
    asked: Asked,
    status: u16,
    change: impl FnOnce(&mut DecisionPage),
) -> Result<Answer> {
    let me = by.staff.staff;
    let now = by.now();
    // Whoever sees what is decided on has opened the customer, and works on the review.
    let (case, returned, alike, branch) = by.view(
        What::CustomerViewed,
        |(case, ..): &(Case, _, _, _)| Subject::Customer(case.customer.reference()),
        |tx| {
            let mut case = Case::read(tx, id)?;
            let both = [&mut case.review.snapshot, &mut case.declared];
            declared::name_members(tx, case.customer.id, both)?;
            let returned = proposals::latest_of(tx, id)?.filter(|one| {
                matches!(
                    one.state,
                    proposals::State::SentBack
                        | proposals::State::Returned
                        | proposals::State::Lapsed
                )
            });
            let alike = HowMany::of(tx, &case.customer)?;
            let branch = store::branch_code(tx, case.customer.branch_id)?;
            Ok((case, returned, alike, branch))
        },
    )?;
    let branches = &case.policy.policy.second_approval_branches;
    let mut page = DecisionPage {
        shell: by
            .shell(
                format!("Decide on {}", case.customer.name),
                Place::Customers,
            )
            .failed(status != 200),
        second: branches.contains(&branch),
        refusal: case.hindrance(me, now).map(str::to_owned),
        open: case.open_lines(),
        comparison: compare::compare(
            &case.customer,
            &case.gathered.readings,
            &case.gathered.accepted,
        ),
        case,
        asked,
        errors: Vec::new(),
        news: None,
        preview: None,
        returned,
        alike,
        zone: by.time_zone,
    };
    change(&mut page);
    if page.news.is_none() {
        page.case.customer.keep_seen(&page.asked.version);
    } else {
        page.asked.members.clear();
    }
    Answer::page_with(status, &page)
}
