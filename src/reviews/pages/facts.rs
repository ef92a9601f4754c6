//! What an override's pages say: whose, what, where it stands, and what would follow.

use crate::{
    customers::rules::Kyc,
    reviews::overrides::{Case, Plan},
    verifications::rules::Status,
    web::{
        filters,
        shell::Place,
        words::{self, Word},
    },
};

/// What is overridden, as both pages show it.
pub(super) struct Facts {
    pub title: String,
    pub name: String,
    pub customer: String,
    pub back: String,
    pub action: String,
    pub what: String,
    pub now: Word,
    pub kyc: Word,
    pub of_check: bool,
    pub risk: &'static str,
    pub version: i32,
}

impl Facts {
    pub fn of(case: &Case) -> Self {
        let customer = format!("/customers/{}", case.customer.id);
        let (title, what, back) = match &case.check {
            Some(check) => (
                "Override the check".to_owned(),
                format!("{} by {}", check.verification_type, check.provider),
                format!("/verifications/{}", check.id),
            ),
            None => (
                "Override the KYC status".to_owned(),
                "KYC status".to_owned(),
                customer.clone(),
            ),
        };
        Self {
            title,
            name: case.customer.name.clone(),
            customer,
            action: format!("{back}/override"),
            back,
            what,
            now: word(case, case.status()),
            kyc: words::kyc(case.customer.kyc.as_str()),
            of_check: case.check.is_some(),
            risk: case.customer.risk.map_or("", |risk| risk.as_str()),
            version: case.customer.version,
        }
    }
}

pub(super) const fn place(case: &Case) -> Place {
    if case.check.is_some() {
        Place::Verifications
    } else {
        Place::Customers
    }
}

pub(super) fn word(case: &Case, status: &str) -> Word {
    if case.check.is_some() {
        words::verification(status)
    } else {
        words::kyc(status)
    }
}

/// What an override does besides: one or two sentences.
pub(super) fn consequence(case: &Case, plan: &Plan) -> String {
    let next = match (plan.kyc, plan.next_review_on) {
        (Some(Kyc::Validated), Some(day)) => {
            let risk = if case.customer.risk.is_none() {
                " (nobody rated the risk: as for medium)"
            } else {
                ""
            };
            format!(" Next review on {}{risk}.", filters::date_of(day))
        }
        (Some(Kyc::ReviewNeeded), Some(day)) => {
            format!(" Review due by {}.", filters::date_of(day))
        }
        (Some(Kyc::Refused), _) => {
            let days = case.policy.policy.closed_after_days;
            format!(" Closed after {days} days unless a new review is requested.")
        }
        _ => String::new(),
    };
    let second = if plan.second {
        " A second person must agree first."
    } else {
        ""
    };
    let done = match (plan.kyc, plan.check) {
        (Some(kyc), Some(_)) => format!(
            "This is the current review’s own check: the customer becomes {}.{next}",
            words::kyc(kyc.as_str()).word
        ),
        (Some(_), None) => format!("Closes a new review of type EVENT in your name.{next}"),
        (None, Some(Status::Expired)) if case.current() => {
            format!(
                "The customer stays {}.",
                words::kyc(case.customer.kyc.as_str()).word
            )
        }
        (None, _) => format!(
            "Only this check moves; the customer stays {}.",
            words::kyc(case.customer.kyc.as_str()).word
        ),
    };
    done + second
}
