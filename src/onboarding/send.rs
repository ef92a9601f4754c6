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
    /// Whether they are validated, and stay so.
    pub accepted: bool,
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
    let (missing, accepted) = if session.options().identity.any() {
        review(tx, &standing)?
    } else {
        (Vec::new(), false)
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
        accepted: accepted && !failed,
    })
}

/// Asks for a review where one may be asked for: whoever is validated and changed nothing stays so, a review that is open
/// goes on, and of a company all members are asked for at once, which is for the desk to do. Nothing of the session's end
/// hangs on it. What is missing then, and whether they are validated already.
fn review(tx: &mut Change<'_>, standing: &Standing) -> Result<(Vec<&'static str>, bool)> {
    let customer = customers::find(tx, standing.customer.id)?;
    // While a second person is asked, it is as for everybody whom somebody looks at.
    if customer.kyc == Kyc::Validated && !steps::looked_at(tx, &customer)? {
        return Ok((Vec::new(), true));
    }
    let owed = || -> Vec<&'static str> { standing.owed.iter().map(|line| line.words).collect() };
    if customer.kind == Kind::Legal || !kyc::lawful(customer.kyc, Move::Request, Kyc::Pending) {
        return Ok((owed(), false));
    }
    // What is refused of a person is refused before anything is written.
    match request::request(tx, customer.id, None, "") {
        Ok(requested) => {
            // Whoever made the link could have sent it off themselves: they do not decide it.
            let session = &standing.session;
            let maker = (session.created_by_kind.as_str(), session.created_by_id);
            hand::let_in_by(tx, requested.review, maker)?;
            Ok((requested.missing, false))
        }
        Err(Error::Refused(_)) => Ok((owed(), false)),
        Err(error) => Err(error),
    }
}
