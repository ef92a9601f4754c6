//! Where colleagues called the reader in a note. The notes themselves stand with their customers, whose opening is
//! written down.

use askama::Template;
use serde::Deserialize;

use crate::{
    access::{guard::By, permissions::ReadCustomers},
    audit::event::{Change as Field, Event, Subject, What},
    customers::mentions::store::{self, Calling},
    error::{Error, Result},
    staff::store as staff,
    web::{
        answer::Answer,
        input::Query,
        shell::{Flash, Place, Shell, Tone},
    },
};

/// What the address says was just done.
#[derive(Deserialize)]
pub(super) struct Done {
    done: Option<String>,
}

#[derive(Template)]
#[template(path = "customers/mentions.html")]
struct MentionsPage {
    shell: Shell,
    zone: chrono_tz::Tz,
    /// Each with its author's name.
    calls: Vec<(Calling, String)>,
    unread: usize,
}

pub(super) fn show(mut by: By<ReadCustomers>, Query(done): Query<Done>) -> Result<Answer> {
    let me = by.staff.staff;
    let (calls, names) = by.read(|tx| {
        let calls = store::of(tx, me)?;
        let names = staff::names(tx, calls.iter().map(|one| one.by.0).collect())?;
        Ok((calls, names))
    })?;
    let flash = (done.done.as_deref() == Some("read")).then(|| Flash {
        tone: Tone::Ok,
        text: "All mentions are marked as read.".to_owned(),
    });
    Answer::page(&MentionsPage {
        shell: by.shell("Mentions", Place::Overview).flash(flash),
        zone: by.time_zone,
        unread: calls.iter().filter(|one| one.unread).count(),
        calls: calls
            .into_iter()
            .map(|one| {
                let by = names.get(&one.by.0).cloned();
                (one, by.unwrap_or_else(|| "A former colleague".to_owned()))
            })
            .collect(),
    })
}

/// All of them are seen. Where there is nothing new, nothing is done.
pub(super) fn mark_read(mut by: By<ReadCustomers>) -> Result<Answer> {
    let (me, key) = (by.staff.staff, by.staff.key);
    let done = by.change(|tx| {
        let seen = store::mark_read(tx, me)?;
        if seen == 0 {
            return Err(Error::Conflict("nothing is new".into()));
        }
        tx.say(
            Event::new(What::MentionsRead, Subject::Staff(me, Some(key)))
                .changing(vec![Field::plain("mentions", (), seen)]),
        );
        Ok(())
    });
    match done {
        Ok(()) | Err(Error::Conflict(_)) => Ok(Answer::see("/mentions?done=read")),
        Err(error) => Err(error),
    }
}
