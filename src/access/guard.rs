//! Guards: what a handler's first argument says about who may call it. `By<P>` is a member of staff who holds the
//! permission `P`; `Anyone` is public, a word that somebody wrote; `HalfSignedIn` has given the password only.

use std::{marker::PhantomData, ops::Deref, sync::Arc};

use tokio::sync::Semaphore;

use crate::{
    access::{
        actor::{Actor, Origin, Who},
        keys::store::Found,
        permissions::Permission,
        scope::{Branches, Scope},
        session::{Factor, SignedIn},
    },
    audit::event::{CustomerRef, Subject, What},
    db::{Change, Connection, Read},
    error::{Error, Result},
    value::{OrganisationId, RequestId},
    web::described::Described,
};

/// What is known about the asker when a guard is asked.
pub struct Asker {
    /// The request's one connection.
    pub conn: Connection,
    /// The session, where the cookie led to one.
    pub signed_in: Option<SignedIn>,
    /// The key, where a machine proved to hold one.
    pub caller: Option<Found>,
    /// The request.
    pub request: RequestId,
    /// From where.
    pub origin: Origin,
    /// The few turns of exports, which hold a connection for as long as their client reads.
    pub exports: Arc<Semaphore>,
}

/// Says who may call a handler.
#[diagnostic::on_unimplemented(
    message = "a handler's first argument says who may call it",
    label = "this is no guard",
    note = "use `By<Permission>` for staff, `Key<Grant>` for machines, `HalfSignedIn` for the second step of signing in, or `Anyone` where the route is public"
)]
pub trait Guard: Sized + 'static {
    /// Its name in the access matrix.
    fn name() -> String;
    /// Lets the asker in or says why not.
    fn admit(asker: Asker) -> Result<Self>;
    /// Says whom it lets in, to whoever reads a document of ours.
    fn describe(_: &mut Described<'_>) {}
}

/// For whoever comes while the others' exports are written.
const EXPORTS_BUSY: &str =
    "Two exports are being written already. Try again when one of them is done.";

/// A member of staff who may.
pub struct By<P> {
    /// The member and session.
    pub staff: SignedIn,
    actor: Actor,
    conn: Connection,
    permission: PhantomData<P>,
}

impl<P: Permission> Guard for By<P> {
    fn name() -> String {
        P::NAME.to_owned()
    }

    fn admit(asker: Asker) -> Result<Self> {
        let staff = asker.signed_in.ok_or(Error::Unauthenticated)?;
        if staff.factor != Factor::Full {
            return Err(Error::CodeNeeded);
        }
        if staff.code_missing() && !P::BEFORE_CODE {
            return Err(Error::CodeMissing);
        }
        if !P::ROLES.contains(&staff.role) {
            return Err(Error::Forbidden);
        }
        let mut conn = asker.conn;
        if P::STREAMS {
            let turn = asker.exports.try_acquire_owned();
            // It goes back when the connection does, however the export ends.
            conn.keep(turn.map_err(|_| Error::Busy(EXPORTS_BUSY.into()))?);
        }
        let actor = staff.actor(asker.request, Some(asker.origin));
        Ok(Self {
            staff,
            actor,
            conn,
            permission: PhantomData,
        })
    }
}

impl<P> Deref for By<P> {
    type Target = SignedIn;
    fn deref(&self) -> &SignedIn {
        &self.staff
    }
}

impl<P> By<P> {
    /// Them at work.
    pub const fn actor(&self) -> &Actor {
        &self.actor
    }

    /// What they may see.
    pub const fn scope(&self) -> &Scope {
        &self.actor.scope
    }

    /// The time.
    pub fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.conn.now()
    }

    /// Reads, in their scope.
    pub fn read<T>(&mut self, work: impl FnOnce(&mut Read<'_>) -> Result<T>) -> Result<T> {
        self.conn.read(&self.actor.scope, work)
    }

    /// Changes, in their name.
    pub fn change<T>(&mut self, work: impl FnOnce(&mut Change<'_>) -> Result<T>) -> Result<T> {
        self.conn.change(&self.actor, work)
    }

    /// Opens a customer or a paper, which is written down.
    pub fn view<T>(
        &mut self,
        what: What,
        subject: impl Fn(&T) -> Subject,
        work: impl FnOnce(&mut Read<'_>) -> Result<T>,
    ) -> Result<T> {
        self.conn.view(&self.actor, what, subject, work)
    }

    /// The connection, for what must outlive the handler, such as a streamed export.
    pub fn into_parts(self) -> (Connection, Actor, SignedIn) {
        (self.conn, self.actor, self.staff)
    }

    /// The connection, for the doors that `By` does not open itself.
    pub const fn connection(&mut self) -> &mut Connection {
        &mut self.conn
    }
}

/// Anybody at all.
pub struct Anyone {
    /// Whoever it turns out to be.
    pub signed_in: Option<SignedIn>,
    /// The connection.
    pub conn: Connection,
    /// The request.
    pub request: RequestId,
    /// From where.
    pub origin: Origin,
}

impl Guard for Anyone {
    fn name() -> String {
        "Anyone".to_owned()
    }

    fn admit(asker: Asker) -> Result<Self> {
        Ok(Self {
            signed_in: asker.signed_in,
            conn: asker.conn,
            request: asker.request,
            origin: asker.origin,
        })
    }
}

impl Anyone {
    /// A stranger at the door of an organisation, or of the installation.
    pub fn stranger(&self, organisation: OrganisationId) -> Actor {
        Actor {
            who: Who::Stranger,
            scope: Scope::system(organisation),
            request: self.request,
            origin: Some(self.origin.clone()),
            key: None,
        }
    }

    /// A customer whom a link of their own let in. They see their branch alone, and no suspicions.
    pub fn customer(&self, organisation: OrganisationId, customer: CustomerRef) -> Actor {
        Actor {
            who: Who::Customer(customer.id),
            scope: Scope::new(organisation, Branches::Only(vec![customer.branch]), false),
            request: self.request,
            origin: Some(self.origin.clone()),
            key: Some(customer.key),
        }
    }
}

/// Somebody who has given the right password, and may or may not have given the code.
pub struct HalfSignedIn {
    /// The member and session.
    pub staff: SignedIn,
    /// The connection.
    pub conn: Connection,
    /// Them at work.
    pub actor: Actor,
}

impl Guard for HalfSignedIn {
    fn name() -> String {
        "HalfSignedIn".to_owned()
    }

    fn admit(asker: Asker) -> Result<Self> {
        let staff = asker.signed_in.ok_or(Error::Unauthenticated)?;
        let actor = staff.actor(asker.request, Some(asker.origin));
        Ok(Self {
            staff,
            conn: asker.conn,
            actor,
        })
    }
}
