//! `Idempotency-Key`, on every POST of every face: whoever lost an answer sends the same again and gets the same answer,
//! and the effect is there once. Kept for 24 hours, for each key by itself. After the IETF's draft
//! "The Idempotency-Key HTTP Header Field": another body under the same name is 422, a first one still at work 409.

use serde::Serialize;

use crate::{
    access::keys::{
        guard::{Grant, Key},
        store::answers::{self, Kept},
    },
    db::{Change, Read},
    error::{Error, Result},
    web::{
        answer::{Answer, Body},
        input::Input,
        reply::Reply,
    },
};

/// The longest name of a request.
const LONGEST: usize = 255;

/// A change that answers a POST: done once for each name that its sender gives.
pub fn once<G: Grant, T: Serialize, const STATUS: u16, const ALSO: u16>(
    by: &mut Key<G>,
    input: &Input,
    work: impl FnOnce(&mut Change<'_>) -> Result<Reply<T, STATUS, ALSO>>,
) -> Result<Reply<T, STATUS, ALSO>> {
    once_or_same(by, input, |tx| work(tx).map(Some), |_| Err(Error::NotFound))
}

/// The same where `work` may find, by returning nothing, that all stands as it is asked for: nothing is done then, and `same`
/// answers with what stands there.
pub fn once_or_same<G: Grant, T: Serialize, const STATUS: u16, const ALSO: u16>(
    by: &mut Key<G>,
    input: &Input,
    work: impl FnOnce(&mut Change<'_>) -> Result<Option<Reply<T, STATUS, ALSO>>>,
    same: impl FnOnce(&mut Read<'_>) -> Result<Reply<T, STATUS, ALSO>>,
) -> Result<Reply<T, STATUS, ALSO>> {
    let named = named(by, input)?;
    let named = named.as_ref();
    let (mut before, mut unchanged) = (None, false);
    let done = by.change(|tx| {
        before = held(tx, named)?;
        if before.is_some() {
            return Err(Error::Conflict("answered before".into()));
        }
        let Some(reply) = work(tx)? else {
            unchanged = true;
            return Err(Error::Conflict("nothing changed".into()));
        };
        keep(tx, named, &reply)?;
        Ok(reply)
    });
    match before {
        Some(before) => Ok(Reply::kept(again(before))),
        // A change that says nothing is not committed, so the answer is kept beside it.
        None if unchanged => by.note(|tx| {
            if let Some(before) = held(tx, named)? {
                return Ok(Reply::kept(again(before)));
            }
            let reply = same(tx)?;
            keep(tx, named, &reply)?;
            Ok(reply)
        }),
        None => done,
    }
}

/// What was answered to this request before: for one that has work to do ahead of its change, such as looking for what may
/// not be there any more.
pub fn answered<G: Grant, T: Serialize, const STATUS: u16, const ALSO: u16>(
    by: &mut Key<G>,
    input: &Input,
) -> Result<Option<Reply<T, STATUS, ALSO>>> {
    let Some(named) = named(by, input)? else {
        return Ok(None);
    };
    let before = by.read(|tx| answers::hold(tx, &named))?;
    Ok(before.map(|before| Reply::kept(again(before))))
}

/// Holds a request's name, where it has one, and says what was answered to it before.
fn held(tx: &mut Read<'_>, named: Option<&Named>) -> Result<Option<Kept>> {
    match named {
        Some(named) => answers::hold(tx, named),
        None => Ok(None),
    }
}

fn keep<T: Serialize, const STATUS: u16, const ALSO: u16>(
    tx: &mut Read<'_>,
    named: Option<&Named>,
    reply: &Reply<T, STATUS, ALSO>,
) -> Result<()> {
    match (named, kept(reply.answer())) {
        (Some(named), Some(kept)) => answers::keep(tx, named, &kept),
        _ => Ok(()),
    }
}

pub use crate::access::keys::store::answers::Named;

/// A change that its sender named otherwise than in that header, or did not name: done once for each name. The work says beside
/// its answer whether anything changed; where nothing did, nothing is committed, and the answer is kept all the same.
pub fn once_as<G: Grant, T: Serialize>(
    by: &mut Key<G>,
    named: Option<&Named>,
    work: impl FnOnce(&mut Change<'_>) -> Result<(Reply<T>, bool)>,
) -> Result<Reply<T>> {
    let (mut before, mut same) = (None, None);
    let done = by.change(|tx| {
        if let Some(named) = named {
            before = answers::hold(tx, named)?;
            if before.is_some() {
                return Err(Error::Conflict("answered before".into()));
            }
        }
        let (reply, changed) = work(tx)?;
        if !changed {
            same = Some(reply);
            return Err(Error::Conflict("nothing changed".into()));
        }
        if let (Some(named), Some(kept)) = (named, kept(reply.answer())) {
            answers::keep(tx, named, &kept)?;
        }
        Ok(reply)
    });
    if let Some(before) = before {
        return Ok(Reply::kept(again(before)));
    }
    let Some(reply) = same else {
        return done;
    };
    // What was done is undone by now, and so is the hold of the name: an equal request may have come in between, and what it was
    // answered stands for both.
    by.note(|tx| {
        if let Some(before) = held(tx, named)? {
            return Ok(Reply::kept(again(before)));
        }
        keep(tx, named, &reply)?;
        Ok(reply)
    })
}

/// A request that asks somebody else before it has its effect, and so is at work outside of any transaction.
pub enum Begun {
    /// It may go on; [`Begun::settle`] keeps its answer.
    Fresh(Option<Named>),
    /// It was answered before.
    Answered(Answer),
}

/// Begins such a request: its name is held by a note of its own that outlives a killed process by a minute at most.
pub fn begin<G: Grant>(by: &mut Key<G>, input: &Input) -> Result<Begun> {
    let Some(named) = named(by, input)? else {
        return Ok(Begun::Fresh(None));
    };
    let before = by.note(|tx| {
        let before = answers::hold(tx, &named)?;
        if before.is_none() {
            answers::begin(tx, &named)?;
        }
        Ok(before)
    })?;
    Ok(match before {
        Some(before) => Begun::Answered(again(before)),
        None => Begun::Fresh(Some(named)),
    })
}

/// Its effect, with its answer kept beside it; or, where it came to nothing, its name is free again.
pub fn settle<G: Grant, T>(
    by: &mut Key<G>,
    named: Option<Named>,
    work: impl FnOnce(&mut Key<G>, &dyn Fn(&mut Change<'_>, &Answer) -> Result<()>) -> Result<T>,
) -> Result<T> {
    let keep = |tx: &mut Change<'_>, answer: &Answer| match (&named, kept(answer)) {
        (Some(named), Some(kept)) => answers::keep(tx, named, &kept),
        _ => Ok(()),
    };
    let done = work(by, &keep);
    if let (Err(_), Some(named)) = (&done, &named)
        && let Err(error) = by.note(|tx| answers::give_up(tx, named))
    {
        tracing::warn!(%error, "a request's name is held until its lease ends");
    }
    done
}

/// The request by the name in its header: bare, or quoted as the draft writes it.
fn named<G: Grant>(by: &Key<G>, input: &Input) -> Result<Option<Named>> {
    let header = match input.idempotency_keys.as_slice() {
        [] => return Ok(None),
        [one] => one.trim_ascii(),
        // Nobody can say which was meant.
        _ => {
            return Err(Error::BadRequest(
                "send one Idempotency-Key, not several".into(),
            ));
        }
    };
    let name = header
        .strip_prefix(b"\"")
        .and_then(|rest| rest.strip_suffix(b"\""))
        .unwrap_or(header);
    let plain = |byte: &u8| (32..127).contains(byte);
    let fits = (1..=LONGEST).contains(&name.len()) && name.iter().all(plain);
    let Some(name) = std::str::from_utf8(name).ok().filter(|_| fits) else {
        return Err(Error::BadRequest(
            "an Idempotency-Key has 1 to 255 plain characters".into(),
        ));
    };
    let request = [
        input.method.as_bytes(),
        input.target_as_received.as_bytes(),
        &input.body,
    ];
    Ok(Some(Named::new(by.caller.id, name, &request)))
}

fn kept(answer: &Answer) -> Option<Kept> {
    let Body::Whole(body) = &answer.body else {
        return None;
    };
    Some(Kept {
        status: answer.status,
        headers: answer
            .headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect(),
        body: String::from_utf8(body.clone()).ok()?,
    })
}

/// The headers that our answers to machines have beside those of every answer.
const HEADERS: [&str; 4] = ["content-type", "location", "link", "retry-after"];

fn again(kept: Kept) -> Answer {
    let headers = kept.headers.into_iter().filter_map(|(name, value)| {
        let known = HEADERS.iter().find(|known| **known == name)?;
        Some((*known, value))
    });
    Answer {
        status: kept.status,
        headers: headers.collect(),
        body: Body::Whole(kept.body.into_bytes()),
        session: crate::web::answer::SessionEffect::Keep,
    }
    .with("idempotent-replayed", "true")
}
