//! Several reviews are given to one colleague: all or none, and where it is none the list says of whom that is and keeps what
//! was chosen.

use serde::Deserialize;

use super::{
    list,
    work::{colleague, list_behind},
};
use crate::{
    access::{guard::By, permissions::AssignReview},
    error::{Error, Result},
    reviews::{
        claims::{self, Hindered},
        queue::filter::{Filter, Tab},
    },
    value::{ReviewId, StaffId},
    web::{
        answer::Answer,
        input::{Form, Input},
    },
};

/// So many reviews are given to a colleague at once.
const MOST: usize = 200;

/// The form below the list.
#[derive(Deserialize)]
pub struct Several {
    #[serde(default)]
    review: Vec<String>,
    #[serde(default)]
    staff: String,
    /// The list that it stands under, as its address has it.
    #[serde(default)]
    query: String,
}

impl Several {
    /// Each once, in one order, so that two who assign at once wait for each other instead of blocking each other.
    fn ids(&self) -> Result<Vec<ReviewId>> {
        let ids: Result<Vec<ReviewId>, _> = self.review.iter().map(|id| id.parse()).collect();
        let mut ids = ids.map_err(|_| Error::field("review", "Choose reviews of the list"))?;
        ids.sort_unstable();
        ids.dedup();
        Ok(ids)
    }

    /// Which, and to whom.
    fn asked(&self, ids: &[ReviewId]) -> Result<Option<StaffId>> {
        if ids.is_empty() {
            return Err(Error::field("review", "Choose at least one review"));
        }
        if ids.len() > MOST {
            return Err(Error::field("review", "Choose at most 200 reviews at once"));
        }
        colleague(&self.staff)
    }

    /// The list that it stood under.
    fn filter(&self, input: &Input) -> Filter {
        let told = Some(self.query.as_str()).filter(|query| !query.is_empty());
        told.and_then(|query| serde_html_form::from_str(query).ok())
            .or_else(|| list_behind(input))
            .unwrap_or_else(|| Filter {
                tab: Some(Tab::Open),
                ..Filter::default()
            })
    }
}

/// One sentence for each reason, with all of whom it is said.
fn sentences(hindered: &[Hindered]) -> Vec<String> {
    let mut told: Vec<(&str, Vec<&str>)> = Vec::new();
    for one in hindered {
        match told.iter_mut().find(|(why, _)| *why == &*one.why) {
            Some((_, whose)) => whose.push(&one.short_id),
            None => told.push((&*one.why, vec![one.short_id.as_str()])),
        }
    }
    told.into_iter()
        .map(|(why, mut whose)| {
            whose.sort_unstable();
            format!("{}: {why}", whose.join(", "))
        })
        .collect()
}

/// Gives them.
pub fn assign_all(
    mut by: By<AssignReview>,
    Form(form): Form<Several>,
    input: Input,
) -> Result<Answer> {
    let (ids, filter) = (form.ids()?, form.filter(&input));
    let mut hindered = Vec::new();
    let given = form.asked(&ids).and_then(|to| {
        by.change(|tx| {
            hindered = claims::assign_all(tx, &ids, to)?;
            if hindered.is_empty() {
                Ok(())
            } else {
                Err(Error::Refused("Not all of them can be given.".into()))
            }
        })
    });
    let (status, wrong) = match given {
        Ok(()) => {
            let done = Some("assigned".to_owned());
            return Ok(Answer::see(Filter { done, ..filter }.address()));
        }
        Err(Error::Refused(_)) if !hindered.is_empty() => {
            let gone = hindered.iter().any(|one| one.anybody);
            (if gone { 409 } else { 422 }, sentences(&hindered))
        }
        Err(Error::Invalid(errors)) => {
            let said = errors.into_iter().map(|error| error.message.into_owned());
            (422, said.collect())
        }
        Err(error) => return Err(error),
    };
    let filter = Filter {
        done: None,
        ..filter
    };
    let chosen = colleague(&form.staff).unwrap_or_default();
    let page = list(&mut by, &filter)?.again(wrong, &ids, chosen);
    Answer::page_with(status, &page)
}
