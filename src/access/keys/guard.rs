//! The guard of the faces: what a machine may do, said by the type of a handler's first argument.

use std::marker::PhantomData;

use crate::{
    access::{
        actor::{Actor, Who},
        guard::{Asker, Guard},
        keys::{rules::Face, store::Found, token},
        scope::Scope,
    },
    db::{Change, Connection, Read},
    error::{Error, Result},
    web::described::Described,
};

/// Something that a key may be allowed to do, in its face's own name.
pub trait Grant: 'static {
    /// The face.
    const FACE: Face;
    /// The permissions of which any one is enough.
    const ANY_OF: &'static [&'static str];
}

/// Names grants: `grants! { Trustist: CreateCustomer "create_customer"; … }`.
macro_rules! grants {
    ($face:ident: $($(#[$doc:meta])* $name:ident $($permission:literal)+;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;
        impl $crate::access::keys::guard::Grant for $name {
            const FACE: $crate::access::keys::rules::Face = $crate::access::keys::rules::Face::$face;
            const ANY_OF: &'static [&'static str] = &[$($permission),+];
        }
    )+};
}
pub(crate) use grants;

/// A machine whose key allows it.
pub struct Key<G> {
    /// The key.
    pub caller: Found,
    actor: Actor,
    conn: Connection,
    grant: PhantomData<G>,
}

impl<G: Grant> Guard for Key<G> {
    fn name() -> String {
        format!("Key<{}: {}>", G::FACE, G::ANY_OF.join(" or "))
    }

    fn admit(asker: Asker) -> Result<Self> {
        let caller = asker.caller.ok_or(Error::Unauthenticated)?;
        if caller.face != G::FACE {
            return Err(Error::Unauthenticated);
        }
        let holds = |name: &&str| caller.permissions.iter().any(|held| held == name);
        if !G::ANY_OF.iter().any(holds) {
            return Err(Error::Forbidden);
        }
        let actor = Actor {
            who: Who::Key(caller.id),
            scope: caller.scope(),
            request: asker.request,
            origin: Some(asker.origin),
            key: None,
        };
        Ok(Self {
            caller,
            actor,
            conn: asker.conn,
            grant: PhantomData,
        })
    }

    fn describe(described: &mut Described<'_>) {
        described.permissions = G::ANY_OF;
    }
}

impl<G> Key<G> {
    /// What it may see.
    pub const fn scope(&self) -> &Scope {
        &self.actor.scope
    }

    /// Whether the key may do something else too.
    pub fn may<O: Grant>(&self) -> bool {
        let holds = |name: &&str| self.caller.permissions.iter().any(|held| held == name);
        self.caller.face == O::FACE && O::ANY_OF.iter().any(holds)
    }

    /// The time.
    pub fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.conn.now()
    }

    /// A token that stands for the key for an hour and opens these of its permissions.
    pub fn token(&self, scopes: &[&str]) -> Result<String> {
        token::write(
            self.conn.keys().secret(),
            &self.caller,
            scopes,
            self.conn.now(),
        )
    }

    /// A new id, which sorts by time.
    pub fn new_id(&self) -> uuid::Uuid {
        self.conn.new_id()
    }

    /// Reads, in its scope.
    pub fn read<T>(&mut self, work: impl FnOnce(&mut Read<'_>) -> Result<T>) -> Result<T> {
        self.conn.read(&self.actor.scope, work)
    }

    /// Notes something about its requests that says nothing about a customer.
    pub fn note<T>(&mut self, work: impl FnOnce(&mut Read<'_>) -> Result<T>) -> Result<T> {
        self.conn.bookkeep(&self.actor.scope, work)
    }

    /// Changes, in its name.
    pub fn change<T>(&mut self, work: impl FnOnce(&mut Change<'_>) -> Result<T>) -> Result<T> {
        self.conn.change(&self.actor, work)
    }
}
