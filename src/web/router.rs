//! Registering handlers. A handler is a plain function whose first argument is a guard; the router records method,
//! path and guard, so that the proofs can ask every route as every role.

use std::sync::Arc;

use crate::{
    access::{
        guard::{Asker, Guard},
        keys::rules::Face,
    },
    error::Result,
    web::{
        answer::Answer,
        described::Described,
        input::{FromInput, Input},
        reply::IntoAnswer,
    },
};

/// A handler whose arguments are read from the request.
#[diagnostic::on_unimplemented(
    message = "this function cannot handle a route",
    label = "not a handler",
    note = "a handler is `fn(guard, pieces of the request…) -> Result<Answer>`; its first argument says who may call it: `By<Permission>`, `HalfSignedIn` or `Anyone`"
)]
pub trait Handler<Arguments>: Send + Sync + 'static {
    /// The name of the guard.
    fn guard() -> String;
    /// Says what it takes and answers.
    fn describe(described: &mut Described<'_>);
    /// Asks the guard first, then reads the rest, then calls.
    fn call(&self, asker: Asker, input: &Input) -> Result<Answer>;
}

macro_rules! handlers {
    ($($piece:ident)*) => {
        impl<F, G, R, $($piece),*> Handler<(G, R, $($piece,)*)> for F
        where
            F: Fn(G, $($piece),*) -> Result<R> + Send + Sync + 'static,
            G: Guard,
            R: IntoAnswer,
            $($piece: FromInput),*
        {
            fn guard() -> String {
                G::name()
            }

            fn describe(described: &mut Described<'_>) {
                G::describe(described);
                $($piece::describe(described);)*
                R::describe(described);
            }

            fn call(&self, asker: Asker, input: &Input) -> Result<Answer> {
                let guard = G::admit(asker)?;
                let _ = input;
                self(guard, $($piece::from_input(input)?),*).map(R::into_answer)
            }
        }
    };
}
handlers!();
handlers!(A);
handlers!(A B);
handlers!(A B C);

type Endpoint = dyn Fn(Asker, &Input) -> Result<Answer> + Send + Sync;

/// Who sends what a route takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// A page of ours, in a browser.
    Page,
    /// The same for people without an account: a link let them in, and a cookie is not looked at.
    Guest,
    /// Another machine: it has no cookie and no page of ours, and says itself who it is.
    Machine,
    /// A machine that speaks a face's language and holds a key of it.
    Face(Face),
}

/// What an answer waits for, and so in which line it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The database.
    Page,
    /// Argon2, in threads of its own.
    Hashing,
    /// A paper that is taken or drawn, or a great many rows: few at once, and each with more time.
    Paper,
    /// Perhaps somebody outside, and so with more time. Who is asked has few turns of their own.
    Asking,
}

/// One route.
#[derive(Clone)]
pub struct Route {
    /// Upper-case method.
    pub method: &'static str,
    /// Path with `{id}` pieces.
    pub path: &'static str,
    /// The guard's name.
    pub guard: String,
    /// What it does, in a few words: said of what a machine may ask, whose reader has no page before their eyes.
    pub about: &'static str,
    /// What it takes and answers.
    pub describe: fn(&mut Described<'_>),
    /// What answers.
    pub endpoint: Arc<Endpoint>,
    /// How many bytes a body may have.
    pub limit: usize,
    /// What the answer waits for.
    pub turn: Turn,
    /// Who sends it.
    pub sender: Sender,
}

impl Route {
    /// Whether somebody who never signed in may send a body as large as it takes.
    pub const fn open(&self) -> bool {
        matches!(self.sender, Sender::Guest | Sender::Face(_))
    }
}

/// The routes of the house.
#[derive(Clone, Default)]
pub struct Router {
    routes: Vec<Route>,
}

/// Forms of pages: far more than any of ours needs.
pub const FORM_LIMIT: usize = 256 * 1024;

/// Bodies of machines, without files.
pub const JSON_LIMIT: usize = 1024 * 1024;

impl Router {
    /// Registers a handler.
    #[must_use]
    pub fn on<Arguments, H: Handler<Arguments>>(
        mut self,
        method: &'static str,
        path: &'static str,
        handler: H,
    ) -> Self {
        self.routes.push(Route {
            method,
            path,
            guard: H::guard(),
            about: "",
            describe: H::describe,
            endpoint: Arc::new(move |asker, input| handler.call(asker, input)),
            limit: FORM_LIMIT,
            turn: Turn::Page,
            sender: Sender::Page,
        });
        self
    }

    /// A page to read.
    #[must_use]
    pub fn get<Arguments, H: Handler<Arguments>>(self, path: &'static str, handler: H) -> Self {
        self.on("GET", path, handler)
    }

    /// Something to do.
    #[must_use]
    pub fn post<Arguments, H: Handler<Arguments>>(self, path: &'static str, handler: H) -> Self {
        self.on("POST", path, handler)
    }

    /// Something to do that checks a password: it takes one of the few hashing permits before it takes a thread.
    #[must_use]
    pub fn post_hashing<Arguments, H: Handler<Arguments>>(
        self,
        path: &'static str,
        handler: H,
    ) -> Self {
        let mut router = self.on("POST", path, handler);
        if let Some(route) = router.routes.last_mut() {
            route.turn = Turn::Hashing;
        }
        router
    }

    /// Something to hand in: a form with a file of at most so many bytes.
    #[must_use]
    pub fn post_file<Arguments, H: Handler<Arguments>>(
        self,
        path: &'static str,
        most: usize,
        handler: H,
    ) -> Self {
        let mut router = self.on("POST", path, handler);
        if let Some(route) = router.routes.last_mut() {
            route.limit = most + FORM_LIMIT;
            route.turn = Turn::Paper;
        }
        router
    }

    /// The last one is for people who have no account: a link lets them in.
    #[must_use]
    pub fn for_guests(mut self) -> Self {
        if let Some(route) = self.routes.last_mut() {
            route.sender = Sender::Guest;
        }
        self
    }

    /// Something to do that waits for an answer from elsewhere.
    #[must_use]
    pub fn post_asking<Arguments, H: Handler<Arguments>>(
        self,
        path: &'static str,
        handler: H,
    ) -> Self {
        let mut router = self.on("POST", path, handler);
        if let Some(route) = router.routes.last_mut() {
            route.turn = Turn::Asking;
        }
        router
    }

    /// Something that a machine asks in a face's language. What may be read may be asked for without its body too (HEAD);
    /// the listener leaves the body out.
    #[must_use]
    pub fn face<Arguments, H: Handler<Arguments>>(
        self,
        face: Face,
        method: &'static str,
        path: &'static str,
        about: &'static str,
        handler: H,
    ) -> Self {
        let mut router = self.on(method, path, handler);
        if let Some(route) = router.routes.last_mut() {
            route.about = about;
            route.sender = Sender::Face(face);
            route.limit = JSON_LIMIT;
        }
        if let Some(route) = router.routes.last().filter(|_| method == "GET") {
            let head = Route {
                method: "HEAD",
                ..route.clone()
            };
            router.routes.push(head);
        }
        router
    }

    /// The same where the answer waits for somebody outside.
    #[must_use]
    pub fn face_asking<Arguments, H: Handler<Arguments>>(
        self,
        face: Face,
        method: &'static str,
        path: &'static str,
        about: &'static str,
        handler: H,
    ) -> Self {
        let mut router = self.face(face, method, path, about, handler);
        if let Some(route) = router.routes.last_mut() {
            route.turn = Turn::Asking;
        }
        router
    }

    /// The same where the body holds a paper, as text: a body of at most so many bytes, few of them at once.
    #[must_use]
    pub fn face_file<Arguments, H: Handler<Arguments>>(
        self,
        face: Face,
        (method, path): (&'static str, &'static str),
        about: &'static str,
        most: usize,
        handler: H,
    ) -> Self {
        let mut router = self.face(face, method, path, about, handler);
        if let Some(route) = router.routes.last_mut() {
            route.limit = most;
            route.turn = Turn::Paper;
        }
        router
    }

    /// Something that another machine sends, and signs.
    #[must_use]
    pub fn post_foreign<Arguments, H: Handler<Arguments>>(
        self,
        path: &'static str,
        handler: H,
    ) -> Self {
        let mut router = self.on("POST", path, handler);
        if let Some(route) = router.routes.last_mut() {
            route.sender = Sender::Machine;
        }
        router
    }

    /// A page that reads a great many rows: few at once, and each with more time.
    #[must_use]
    pub fn get_slow<Arguments, H: Handler<Arguments>>(
        self,
        path: &'static str,
        handler: H,
    ) -> Self {
        self.get_drawn(path, handler)
    }

    /// A picture that is drawn for whoever asks.
    #[must_use]
    pub fn get_drawn<Arguments, H: Handler<Arguments>>(
        self,
        path: &'static str,
        handler: H,
    ) -> Self {
        let mut router = self.on("GET", path, handler);
        if let Some(route) = router.routes.last_mut() {
            route.turn = Turn::Paper;
        }
        router
    }

    /// Everything registered.
    pub fn routes(&self) -> &[Route] {
        &self.routes
    }
}
