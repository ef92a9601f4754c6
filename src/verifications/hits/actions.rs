//! What an officer says of a hit, and what follows for the checks that wait for it.

use crate::{
    audit::event::{Change as Field, Event, Subject, What},
    customers::store as customers,
    db::Change,
    error::{Error, Result},
    reason,
    value::{CustomerId, HitId},
    verifications::{
        actions,
        hits::store::{self, State},
        providers::{Answer, watchlist},
        rules::Status,
        store::of_provider,
    },
};

/// Says whether an entry is the customer. Once nothing is open about them, the checks that waited have their answer:
/// failed where an entry is the customer, else verified.
pub fn resolve(tx: &mut Change<'_>, id: HitId, to: State, reason: &str) -> Result<()> {
    let (hit, customer) = store::lock(tx, id)?;
    if to == State::Open {
        return Err(Error::field("outcome", "Say whether it is the customer"));
    }
    let reason = reason::checked("reason", reason, "how you know")?;
    if hit.state != State::Open {
        return Err(Error::Refused(
            "A colleague has looked at this already.".into(),
        ));
    }
    store::settle(tx, &hit, &customer, to, reason)?;
    customers::touch(tx, customer.id)?;
    let what = if to == State::Confirmed {
        What::HitConfirmed
    } else {
        What::HitCleared
    };
    let subject = Subject::Verification(hit.verification_id, customer.reference());
    tx.say(
        Event::new(what, subject)
            .changing(vec![
                Field::plain("list", (), hit.list.as_str()),
                Field::personal("entry", (), hit.entry_id.as_str()),
                Field::plain("hit", hit.state.as_str(), to.as_str()),
            ])
            .because(reason),
    );
    let waiting = of_provider(tx, customer.id, watchlist::NAME, Status::Pending)?;
    if waiting.is_empty() || store::count_open(tx, customer.id)? > 0 {
        return Ok(());
    }
    let said = answer(tx, customer.id)?;
    for check in waiting {
        actions::answer(tx, check, &said)?;
    }
    Ok(())
}

/// What a check comes to once an officer has looked at all that was found.
fn answer(tx: &mut Change<'_>, customer: CustomerId) -> Result<Answer> {
    let all = store::of_customer(tx, customer)?;
    let same = all
        .iter()
        .filter(|hit| hit.state == State::Confirmed)
        .count();
    Ok(if same > 0 {
        Answer {
            status: Status::Failed,
            reason: Some("An officer found the customer on a list.".to_owned()),
            ..Answer::pending()
        }
    } else {
        Answer {
            status: Status::Verified,
            reason: Some("An officer found that the entries are other people.".to_owned()),
            ..Answer::pending()
        }
    })
}
