//! The checks that a session's options name, asked before anything of it is written.

use crate::{
    access::actor::Actor,
    db::Connection,
    error::{Error, Result},
    onboarding::{
        rules,
        steps::{self, NOT_YET},
        store,
    },
    value::{OnboardingId, VerificationId},
    verifications::{
        actions::{self as checks, Answered, Asked},
        providers::Providers,
    },
};

/// The checks of the options, each with its provider's answer, and the customer's version of which they are true.
pub(super) fn asked(
    conn: &mut Connection,
    actor: &Actor,
    providers: &Providers,
    id: OnboardingId,
) -> Result<(i32, Vec<Answered>)> {
    let new: Vec<VerificationId> = rules::MEANINGS
        .iter()
        .map(|_| VerificationId(conn.new_id()))
        .collect();
    let (seen, prepared) = conn.read(&actor.scope, |tx| {
        let (session, customer) = store::find(tx, id)?;
        // Before anything is searched for: whoever holds a link may press as often as they like.
        if !steps::read(tx, id)?.ready() {
            return Err(Error::Refused(NOT_YET.into()));
        }
        let meant = rules::meant(session.options().identity);
        let prepared = meant
            .zip(new)
            .map(|(one, new)| {
                let (provider, verification_type, check_type) = one.check;
                let asked = Asked {
                    verification_type: verification_type.to_owned(),
                    check_type: check_type.to_owned(),
                    provider: provider.to_owned(),
                    number: String::new(),
                };
                checks::prepare(tx, providers, new, customer.id, asked)
            })
            .collect::<Result<Vec<_>>>()?;
        Ok((customer.version, prepared))
    })?;
    let answered: Result<Vec<_>> = prepared.into_iter().map(checks::Prepared::ask).collect();
    Ok((seen, answered?))
}
