//! What a proposal is about, with all that answering it needs.

use crate::{
    audit::event::Subject,
    customers::store::Customer,
    db::Change,
    error::{Error, Result},
    reviews::{
        decision,
        overrides::{self, Of},
        revocation,
        store::proposals::{Kind, Proposal},
    },
};

/// One for each kind of proposal.
pub(super) enum Matter {
    /// A decision on a round.
    Decision(Box<decision::Case>),
    /// A status set against the ordinary course.
    Override(Box<overrides::Case>),
    /// A validation taken back.
    Revocation(Box<revocation::Case>),
}

impl Matter {
    /// Held until the end of the change: the customer's row first, then the round's or the check's.
    pub(super) fn held(tx: &mut Change<'_>, proposal: &Proposal) -> Result<Self> {
        Ok(match proposal.kind {
            Kind::Decision => {
                let round = proposal.review_id.ok_or(Error::NotFound)?;
                Self::Decision(Box::new(decision::Case::held(tx, round)?))
            }
            Kind::Override => {
                let of = proposal
                    .verification_id
                    .map_or(Of::Customer(proposal.customer_id), Of::Check);
                Self::Override(Box::new(overrides::held(tx, of)?))
            }
            Kind::Revocation => {
                let case = revocation::Case::held(tx, proposal.customer_id)?;
                Self::Revocation(Box::new(case))
            }
        })
    }

    /// Whose it is about.
    pub(super) const fn customer(&self) -> &Customer {
        match self {
            Self::Decision(case) => &case.customer,
            Self::Override(case) => &case.customer,
            Self::Revocation(case) => &case.customer,
        }
    }

    /// As an audit entry points to it.
    pub(super) fn subject(&self) -> Subject {
        match self {
            Self::Decision(case) => Subject::Review(case.review.id, case.customer.reference()),
            Self::Override(case) => case.subject(),
            Self::Revocation(case) => Subject::Customer(case.customer.reference()),
        }
    }
}
