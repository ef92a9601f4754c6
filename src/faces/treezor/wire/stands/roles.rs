//! Which roles the five fields mean, alone and over the rows that stand.

use super::{EMPLOYEE, LEADER, SHAREHOLDER, Stands};
use crate::{
    customers::{
        ownership::{
            rules::Source,
            store::{Member, Wanted},
        },
        rules::{Kind, MemberRole},
    },
    error::FieldError,
    faces::treezor::{errors::REQUIRED, wire::fault},
};

impl Stands {
    /// What the user is to be to the company, over what was `shown` of the rows that are `standing` there; none for a company that
    /// they did not stand behind. The five fields say less than the desk knows: a role that they did not show stays, and
    /// a share is that of the owner who stands, unless another kind of owner is named.
    pub fn over_rows(
        &self,
        shown: &Stands,
        standing: &[&Member],
        kind: Kind,
    ) -> Result<Vec<Wanted>, FieldError> {
        let (said, was) = (self.roles(kind), shown.roles(kind));
        if said.contains(&MemberRole::Shareholder) && self.share.is_none() && kind == Kind::Legal {
            return Err(fault("effectiveBeneficiary", REQUIRED));
        }
        let owner = owner(standing.iter().copied()).map(|one| one.role);
        let named = matches!(self.controlling, 1 | 2) && self.controlling != shown.controlling;
        let given_up = self.share.is_none() && shown.share.is_some();
        let stands = |role: MemberRole, keeps: bool| match owner {
            Some(owner) if OWNERS.contains(&role) && keeps => owner,
            _ => role,
        };
        let said = said
            .into_iter()
            .map(|role| stands(role, !named && !given_up));
        let was: Vec<MemberRole> = was.into_iter().map(|role| stands(role, true)).collect();
        let mut wanted: Vec<Wanted> = said
            .map(|role| Wanted {
                role,
                share: self.share.filter(|_| OWNERS.contains(&role)),
                source: Source::Declared,
            })
            .collect();
        for one in standing {
            let spoken_of = was.contains(&one.role) || wanted.iter().any(|w| w.role == one.role);
            if !spoken_of {
                wanted.push(Wanted {
                    role: one.role,
                    share: one.share(),
                    source: one.source,
                });
            }
        }
        Ok(wanted)
    }

    /// The roles that this means. Each field that says something counts beside the others: an owner who runs the company is both.
    /// Of leader, director and employee the strongest is meant, since the vendor calls a leader a director too.
    fn roles(&self, kind: Kind) -> Vec<MemberRole> {
        let Some(word) = self.parent_type else {
            return Vec::new();
        };
        let mut roles = Vec::new();
        if self.employee == 1 || (word == LEADER && self.controlling != 3) {
            roles.push(MemberRole::LegalRepresentative);
        } else if self.controlling == 3 {
            roles.push(MemberRole::Director);
        } else if word == EMPLOYEE || self.employee == 2 {
            roles.push(MemberRole::Employee);
        }
        let owns = word == SHAREHOLDER || matches!(self.controlling, 1 | 2);
        let controls = self.share.is_none() || self.controlling == 2;
        if owns && controls && kind != Kind::Legal {
            roles.push(MemberRole::BeneficialOwner);
        } else if owns || self.share.is_some() {
            roles.push(MemberRole::Shareholder);
        }
        roles
    }
}

/// The roles that may have a share.
const OWNERS: [MemberRole; 2] = [MemberRole::Shareholder, MemberRole::BeneficialOwner];

/// Whose share is shown and changed: the shareholder's, else that of whoever owns otherwise.
pub(super) fn owner<'a>(members: impl Iterator<Item = &'a Member> + Clone) -> Option<&'a Member> {
    let of = |role| members.clone().find(|one| one.role == role);
    OWNERS.into_iter().find_map(of)
}
