//! One page of a paper as a picture with the viewer's name and the time across it. The bytes that were handed in are
//! never sent. Where there is no page to draw, the picture says why, in words: it stands where the page would.

use serde::Deserialize;

use crate::{
    access::{guard::By, permissions::ReadCustomers},
    audit::{event::What, store as audit},
    documents::{
        actions,
        drawing::Draw,
        store,
        unseen::{self, Unseen},
    },
    error::{Error, Result},
    value::DocumentId,
    web::{
        answer::Answer,
        filters,
        input::{Id, Input, Query},
    },
};

/// Which page, and how.
#[derive(Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    page: Option<u32>,
    #[serde(default)]
    turn: Option<u16>,
    #[serde(default)]
    width: Option<u32>,
}

/// Pixels of a page's width: the least, the most, and what is drawn where none is asked.
const WIDTHS: (u32, u32, u32) = (100, 2_000, 1_000);

pub(super) fn page(
    mut by: By<ReadCustomers>,
    Id(id): Id<DocumentId>,
    Query(wanted): Query<Wanted>,
    input: Input,
) -> Result<Answer> {
    let (least, most, usual) = WIDTHS;
    let mark = format!(
        "{} · {} · {}",
        by.name,
        filters::datetime_of(by.now(), by.time_zone),
        &by.staff.staff.0.simple().to_string()[24..]
    );
    let (document, _, key) = by.view(
        What::DocumentViewed,
        |(document, customer, _): &(store::Document, _, _)| document.subject(customer),
        |tx| {
            let (document, customer) = store::find(tx, id)?;
            let key = audit::standing_key(tx, Some(customer.data_key))?;
            Ok((document, customer, key))
        },
    )?;
    let papers = &input.papers;
    if let Some(why) = unseen::without_the_store(&document, key.as_ref()) {
        return said(why);
    }
    // Without the key the file is noise, which was said above.
    let key = key.ok_or(Error::NotFound)?;
    let draw = Draw {
        page: wanted.page.unwrap_or(1),
        turn: wanted.turn.unwrap_or(0),
        width: wanted.width.unwrap_or(usual).clamp(least, most),
        mark,
    };
    match actions::draw(papers, &key, &document, draw) {
        Ok(png) => Ok(Answer::new(200, "image/png", png)),
        Err(error) => said(Unseen::of(&error, &document)),
    }
}

/// A picture of words, with the status that fits: a browser shows it as it would the page.
fn said(why: Unseen) -> Result<Answer> {
    Ok(Answer::new(why.status(), "image/png", why.picture()?))
}
