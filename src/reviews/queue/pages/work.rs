//! Taking reviews and giving them back, from the queue and from the KYC page. Each answer leads back to the page that
//! it was asked on, or to the customer.

use askama::Template;
use serde::Deserialize;

use crate::{
    access::{
        guard::By,
        permissions::{AssignReview, DecideReview, RequestReview},
    },
    customers::store as customers,
    error::{Error, Result},
    reviews::{
        claims,
        queue::filter::{Filter, Tab},
        store::rounds,
        withdraw,
    },
    staff::store as people,
    value::{CustomerId, ReviewId, StaffId},
    web::{
        answer::Answer,
        input::{Form, Id, Input},
        shell::{Place, Shell},
    },
};

fn to_customer(id: CustomerId, done: &str) -> Answer {
    Answer::see(format!("/customers/{id}?done={done}"))
}

/// The page of ours that the form stood on, saying what was done: the queue with its filters, or a customer's page.
fn back(input: &Input, fallback: CustomerId, done: &str) -> Answer {
    queue_behind(input, done).unwrap_or_else(|| to_customer(fallback, done))
}

/// The queue's page that the form stood on, where it stood on one.
pub(super) fn queue_behind(input: &Input, done: &str) -> Option<Answer> {
    let filter = Filter {
        done: Some(done.to_owned()),
        ..list_behind(input)?
    };
    Some(Answer::see(filter.address()))
}

/// The list that stands there.
pub(super) fn list_behind(input: &Input) -> Option<Filter> {
    let (path, query) = match input.referer.as_deref()?.split_once('?') {
        Some(parts) => parts,
        None => (input.referer.as_deref()?, ""),
    };
    if path != "/reviews" {
        return None;
    }
    serde_html_form::from_str(query).ok()
}

/// Takes the most urgent review that is free.
pub fn next(mut by: By<DecideReview>) -> Result<Answer> {
    let taken = by.change(|tx| claims::next(tx)?.ok_or(Error::NotFound));
    match taken {
        Ok(review) => Ok(to_customer(review.customer_id, "taken")),
        Err(Error::NotFound) => {
            let nothing = Filter {
                tab: Some(Tab::Open),
                done: Some("none".to_owned()),
                ..Filter::default()
            };
            Ok(Answer::see(nothing.address()))
        }
        Err(other) => Err(other),
    }
}

/// The form of a claim.
#[derive(Deserialize)]
pub struct Claim {
    #[serde(default)]
    take_over: String,
}

/// A colleague was faster: whoever asked may take over, and is told from whom.
#[derive(Template)]
#[template(path = "reviews/taken.html")]
struct TakenPage {
    shell: Shell,
    id: ReviewId,
    customer: CustomerId,
    name: String,
    holder: String,
    until: Option<chrono::DateTime<chrono::Utc>>,
    zone: chrono_tz::Tz,
}

/// Takes a review. One that a colleague holds is taken over only when the form says so.
pub fn claim(
    mut by: By<DecideReview>,
    Id(id): Id<ReviewId>,
    Form(form): Form<Claim>,
) -> Result<Answer> {
    let taken = by.change(|tx| {
        claims::claim(tx, id, form.take_over == "1")?;
        Ok(rounds::find(tx, id)?.customer_id)
    });
    match taken {
        Ok(customer) => Ok(to_customer(customer, "taken")),
        Err(Error::Conflict(_)) => {
            let page = held(&mut by, id)?;
            Answer::page_with(409, &page)
        }
        Err(other) => Err(other),
    }
}

fn held(by: &mut By<DecideReview>, id: ReviewId) -> Result<TakenPage> {
    let (zone, now) = (by.time_zone, by.now());
    let (review, customer, holder) = by.read(|tx| {
        let review = rounds::find(tx, id)?;
        let customer = customers::find(tx, review.customer_id)?;
        let holder = review.holder(now);
        let mut names = people::names(tx, holder.iter().map(|staff| staff.0).collect())?;
        let name = holder.and_then(|staff| names.remove(&staff.0));
        Ok((review, customer, name))
    })?;
    Ok(TakenPage {
        shell: by.shell("Somebody works on it", Place::Reviews),
        id,
        customer: customer.id,
        name: customer.name,
        holder: holder.unwrap_or_else(|| "A colleague".to_owned()),
        until: review.claim_expires_at,
        zone,
    })
}

/// Gives a review back.
pub fn release(mut by: By<DecideReview>, Id(id): Id<ReviewId>, input: Input) -> Result<Answer> {
    let customer = by.change(|tx| {
        claims::release(tx, id)?;
        Ok(rounds::find(tx, id)?.customer_id)
    })?;
    Ok(back(&input, customer, "released"))
}

/// Takes a request back before anybody works on it.
pub fn take_back(mut by: By<RequestReview>, Id(id): Id<ReviewId>) -> Result<Answer> {
    let customer = by.change(|tx| withdraw::withdraw(tx, id))?;
    Ok(to_customer(customer, "withdrawn"))
}

/// The form of an assignment.
#[derive(Deserialize)]
pub struct Assignment {
    #[serde(default)]
    staff: String,
}

/// To whom; nobody, where the field says so.
pub(super) fn colleague(typed: &str) -> Result<Option<StaffId>> {
    match typed.trim() {
        "nobody" => Ok(None),
        id => id
            .parse()
            .map(Some)
            .map_err(|_| Error::field("staff", "Choose a colleague")),
    }
}

/// Gives one review to a colleague.
pub fn assign(
    mut by: By<AssignReview>,
    Id(id): Id<ReviewId>,
    Form(form): Form<Assignment>,
    input: Input,
) -> Result<Answer> {
    let customer = by.change(|tx| {
        let review = rounds::find(tx, id)?;
        claims::assign(tx, id, colleague(&form.staff)?)?;
        Ok(review.customer_id)
    })?;
    Ok(back(&input, customer, "assigned"))
}
