//! Sending off: what the customer gathered starts the checks that the session's options name, and a review is asked for.

use crate::{
    access::actor::Actor,
    audit::event::What,
    customers::{
        rules::{self as kyc, Kind, Kyc, Move},
        store as customers,
    },
    db::{Change, Connection},
    error::{Error, Result},
    onboarding::{
        actions, asking,
        rules::State,
        saved,
        steps::{self, NOT_YET, Standing},
    },
    reviews::{request, store::hand},
    value::OnboardingId,
    verifications::{
        actions::{self as checks, Answered},
        providers::Providers,
        rules::Status,
    },
};

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Completed, or failed.
    pub state: State,
    /// What the review still misses, by the words of the checklist.
    pub missing: Vec<&'static str>,
    /// What becomes of it.
    pub next: Next,
}

/// What becomes of what was sent, as the customer is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// A review of theirs is open: somebody looks at it.
    LookedAt,
    /// Somebody looks at it once what is missing is there.
    OnceWhole,
    /// Nobody is asked to look at it now.
    Kept,
}

/// Sends off. The checks are asked before anything is written; then all of it is one change.
pub fn send(
    conn: &mut Connection,
    actor: &Actor,
    providers: &Providers,
    id: OnboardingId,
) -> Result<Sent> {
    let (seen, answered) = asking::asked(conn, actor, providers, id)?;
    conn.change(actor, |tx| settle(tx, id, seen, answered))
}

fn settle(
    tx: &mut Change<'_>,
    id: OnboardingId,
    seen: i32,
    answered: Vec<Answered>,
) -> Result<Sent> {
    let (session, customer) = saved::hold(tx, id)?;
    // A name that was cleared is not the name that stands there now.
    if customer.version != seen {
        return Err(Error::Conflict(
            "what was declared changed while it was checked".into(),
        ));
    }
    let standing = steps::read(tx, id)?;
    if !standing.ready() {
        return Err(Error::Refused(NOT_YET.into()));
    }
    let mut failed = false;
    for one in answered {
        failed |= checks::record(tx, one)?.1 == Status::Failed;
    }
    let reviewed = if session.options().identity.any() {
        review(tx, &standing)?
    } else {
        (Vec::new(), Next::Kept)
    };
    // As they stood before the checks: whoever was accepted does not read from it that a list has them.
    let (missing, next) = if accepted(&standing) {
        (Vec::new(), Next::Kept)
    } else {
        reviewed
    };
    let (state, what) = if failed {
        (State::Failed, What::OnboardingFailed)
    } else {
        (State::Completed, What::OnboardingCompleted)
    };
    actions::end(tx, &session, &customer, state, what)?;
    Ok(Sent {
        state,
        missing,
        next,
    })
}

/// Whether somebody is validated and nobody is asked about them. While a second person is, it is as for everybody whom
/// somebody looks at.
fn accepted(standing: &Standing) -> bool {
    standing.customer.kyc == Kyc::Validated && !standing.looked_at
}

/// What will become of it once it is sent, as far as that can be known before. Whoever was accepted reads the same while they are
/// and when something makes a new look necessary: what that is, a list perhaps, is not for them to read off a page.
pub fn expected(standing: &Standing) -> Next {
    let customer = &standing.customer;
    let requested = customer.kind != Kind::Legal
        && !matches!(customer.kyc, Kyc::Validated | Kyc::ReviewNeeded)
        // Whether a refusal stands is asked when it is sent.
        && customer.kyc != Kyc::Refused
        && kyc::lawful(customer.kyc, Move::Request, Kyc::Pending);
    let reviewed = standing.options.identity.any() && (requested || standing.looked_at);
    let lacks = standing.ready() && !standing.owed.is_empty();
    if reviewed && lacks && !standing.looked_at {
        Next::OnceWhole
    } else if reviewed {
        Next::LookedAt
    } else {
        Next::Kept
    }
}

/// Asks for a review where one may be asked for: whoever is validated and changed nothing stays so, a review that is open
/// goes on, and of a company all members are asked for at once, which is for the desk to do. Nothing of the session's end
/// hangs on it. What is missing then, and what becomes of what was sent.
fn review(tx: &mut Change<'_>, standing: &Standing) -> Result<(Vec<&'static str>, Next)> {
    let customer = customers::find(tx, standing.customer.id)?;
    let open = if standing.looked_at {
        Next::LookedAt
    } else {
        Next::Kept
    };
    let owed = || -> Vec<&'static str> { standing.owed.iter().map(|line| line.words).collect() };
    if customer.kind == Kind::Legal || !kyc::lawful(customer.kyc, Move::Request, Kyc::Pending) {
        return Ok((owed(), open));
    }
    // What is refused of a person is refused before anything is written.
    match request::request(tx, customer.id, None, "") {
        Ok(requested) => {
            // Whoever made the link could have sent it off themselves: they do not decide it.
            let session = &standing.session;
            let maker = (session.created_by_kind.as_str(), session.created_by_id);
            hand::let_in_by(tx, requested.review, maker)?;
            let next = if requested.missing.is_empty() {
                Next::LookedAt
            } else {
                Next::OnceWhole
            };
            Ok((requested.missing, next))
        }
        // A policy may ask for all of it first; a refusal that stands asks for nothing.
        Err(Error::Refused(_)) => {
            let first =
                open == Next::Kept && customer.kyc != Kyc::Refused && !standing.owed.is_empty();
            Ok((owed(), if first { Next::OnceWhole } else { open }))
        }
        Err(error) => Err(error),
    }
}
