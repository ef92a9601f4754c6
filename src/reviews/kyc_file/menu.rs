//! What else may be done from the KYC page, beside its one next action: each is offered where it is lawful for whoever
//! looks, and nowhere else.

use super::{next::Next, reading::KycFile};
use crate::{
    access::permissions::{
        AssignReview, DecideReview, EditCustomers, HandleSuspicions, MoveCustomers, OrderFiles,
        OverrideStatus, Permission, RequestReview, Revoke, Role,
    },
    customers::rules::{self as kyc, Move},
    reviews::rules::State,
};

/// How an entry of the menu acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// A link to a page.
    Page,
    /// A link to a page that is also a dialog.
    Dialog,
    /// A form of one button.
    Button,
}

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct More {
    /// Its words.
    pub words: &'static str,
    /// Where it leads.
    pub href: String,
    /// How.
    pub how: How,
}

/// The menu of a file for somebody with this role.
pub fn more(file: &KycFile, next: &Next, role: Role) -> Vec<More> {
    let (customer, here) = (&file.customer, format!("/customers/{}", file.customer.id));
    let may = |roles: &[Role]| roles.contains(&role);
    let lawful = |trigger: Move| kyc::targets(customer.kyc, trigger).next().is_some();
    let round = file
        .round
        .as_ref()
        .filter(|round| matches!(round.state, State::Open | State::Waiting));
    let free = file.proposal.is_none();
    let mut all = Vec::new();
    let mut offer = |when: bool, words, href: String, how| {
        if when {
            all.push(More { words, href, how });
        }
    };
    let duplicates = format!("{here}/duplicates");
    if customer.merged_into.is_some() {
        // Nothing more is done about whoever was merged into another.
        offer(true, "The merge", duplicates, How::Page);
        return all;
    }
    let edits = may(EditCustomers::ROLES);
    offer(edits, "Edit", format!("{here}/edit"), How::Page);
    offer(edits, "Look for duplicates", duplicates, How::Page);
    offer(
        true,
        "Onboarding links",
        format!("{here}/sessions"),
        How::Page,
    );
    offer(
        free && may(RequestReview::ROLES) && (lawful(Move::Submit) || lawful(Move::Resubmit)),
        if lawful(Move::Submit) {
            "Begin a draft"
        } else {
            "Begin anew as a draft"
        },
        format!("{here}/draft"),
        How::Button,
    );
    if let Some(round) = round {
        let review = format!("/reviews/{}", round.id);
        let held = matches!(next, Next::Held(..) | Next::Decide(_));
        offer(
            free && !held
                && round.state == State::Open
                && may(RequestReview::ROLES)
                && lawful(Move::Withdraw),
            "Withdraw the review",
            format!("{review}/withdraw"),
            How::Button,
        );
        offer(
            free && round.state == State::Open && may(AssignReview::ROLES),
            "Assign the review…",
            format!("{review}/assign"),
            How::Page,
        );
        offer(
            may(DecideReview::ROLES),
            "Hand a suspicion to the managers…",
            format!("{review}/escalate"),
            How::Page,
        );
    }
    offer(
        may(MoveCustomers::ROLES),
        "Move to another branch…",
        format!("{here}/branch"),
        How::Page,
    );
    offer(
        may(OrderFiles::ROLES),
        "Make a case file",
        format!("{here}/casefile"),
        How::Button,
    );
    let manages = may(Revoke::ROLES);
    offer(manages, "Set the risk…", format!("{here}/risk"), How::Page);
    offer(
        manages && free && lawful(Move::Revoke),
        "Revoke the validation…",
        format!("{here}/revoke"),
        How::Page,
    );
    offer(
        may(OverrideStatus::ROLES) && lawful(Move::Override),
        "Override the status…",
        format!("{here}/override"),
        How::Dialog,
    );
    offer(
        may(HandleSuspicions::ROLES) && !file.suspicions.is_empty(),
        "Suspicions",
        "/suspicions".to_owned(),
        How::Page,
    );
    all
}
