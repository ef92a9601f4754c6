//! The form that gives one review to a colleague. The queue gives many.

use askama::Template;

use crate::{
    access::{guard::By, permissions::AssignReview},
    customers::store::{self as customers, Customer},
    error::Result,
    reviews::store::rounds::{self, Review},
    staff::store as staff,
    value::ReviewId,
    web::{
        answer::Answer,
        input::Id,
        shell::{Place, Shell},
    },
};

#[derive(Template)]
#[template(path = "reviews/assign.html")]
struct AssignPage {
    shell: Shell,
    review: Review,
    customer: Customer,
    colleagues: Vec<(String, String)>,
}

impl AssignPage {
    fn href(&self) -> String {
        format!("/customers/{}", self.customer.id)
    }

    fn assignee(&self) -> String {
        let now = self.review.assignee;
        now.map_or_else(|| "nobody".to_owned(), |staff| staff.to_string())
    }
}

/// The form: whoever may decide reviews of this branch and did not submit this one.
pub(super) fn form(mut by: By<AssignReview>, Id(id): Id<ReviewId>) -> Result<Answer> {
    let (review, customer, colleagues) = by.read(|tx| {
        let review = rounds::find(tx, id)?;
        let customer = customers::find(tx, review.customer_id)?;
        let mut able = Vec::new();
        for (colleague, name) in staff::deciding(tx)? {
            if !review.submitted_by(colleague) && staff::works_at(tx, colleague, review.branch_id)?
            {
                able.push((colleague.to_string(), name));
            }
        }
        Ok((review, customer, able))
    })?;
    Answer::page(&AssignPage {
        shell: by.shell("Assign the review", Place::Reviews),
        review,
        customer,
        colleagues,
    })
}
