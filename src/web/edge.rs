//! The edge: a request is read whole, limited and timed; one thread answers it with one connection; the answer gets
//! its headers.

use std::{sync::Arc, time::Duration};

use actix_session::Session;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use tokio::{sync::Semaphore, time::timeout};

use crate::{
    access::{guard::Asker, keys::limits::Limits, session::Token, store},
    db::{Db, Waiting},
    documents::Papers,
    error::{Error, Result},
    faces::{self, identify::identify},
    gauges::Gauges,
    onboarding::{limits::Guests, pages as onboarding},
    value::RequestId,
    verifications::providers::Providers,
    web::{
        answer::{Answer, Body, SessionEffect},
        body, headers,
        input::{Desk, Input},
        metrics::Metrics,
        problem::{self, Viewer},
        router::{Route, Sender, Turn},
    },
};

mod incoming;
mod places;

pub use incoming::visited;
use incoming::{from_ours, heard, read, way_back};
use places::place;
pub use places::{OF_A_KEY, OF_ONE, OWN, Places, STRANGERS};

/// How long an asker waits for an answer that needs the database: 2 s with what it takes to say so on a busy machine.
pub const DEADLINE: Duration = Duration::from_millis(1_900);
/// The same for an answer that takes or draws a paper: storing it elsewhere has its time too.
const HEAVY_DEADLINE: Duration = Duration::from_secs(10);
/// How many papers are taken or drawn at once: each is a process that computes.
pub const HEAVY: usize = 2;
/// How long an answer is waited for once its change is being committed, or was: longer than the database may take for it.
const COMMIT_DEADLINE: Duration = Duration::from_secs(10);
/// How long a sign-in waits for its turn to hash.
const HASH_DEADLINE: Duration = Duration::from_secs(20);

/// How many pages are answered at once. Two threads each on two cores measured best.
pub const AT_ONCE: usize = 4;
/// How many exports are written at once: each holds up to two of the pool's connections for as long as its client reads.
pub const EXPORTS: usize = 2;

/// What the edge holds for all requests.
pub struct Edge {
    /// The database for pages.
    pub db: Db,
    /// Connections apart for what hashes passwords, so that a storm of sign-ins leaves the pages theirs.
    pub hashing_db: Db,
    /// About as many requests as connections are answered at once; the others wait here, not in threads.
    pub permits: Arc<Semaphore>,
    /// The few turns of exports.
    pub exports: Arc<Semaphore>,
    /// The few turns of papers, taken before the turn of a page.
    pub heavy: Arc<Semaphore>,
    /// The few places for papers of those who are not known yet.
    pub places: Places,
    /// Where papers are kept and who draws them.
    pub papers: Papers,
    /// Who answers checks.
    pub providers: Providers,
    /// The one turn of `/readyz`.
    pub readiness: Arc<Semaphore>,
    /// Counts of requests.
    pub metrics: Metrics,
    /// What the threads behind the server saw.
    pub gauges: Arc<Gauges>,
    /// Threads that hash.
    pub hashers: super::hashers::Hashers,
    /// The public address, for the same-origin rule.
    pub desk: Desk,
    /// Settings about proxies.
    pub config: Arc<crate::config::Config>,
    /// How often each key has asked.
    pub limits: Limits,
    /// How often each address of people without an account has asked.
    pub guests: Guests,
    /// Whether demo accounts are here.
    pub demo: bool,
}

/// Answers one request.
pub async fn serve(
    edge: web::Data<Edge>,
    route: Arc<Route>,
    request: HttpRequest,
    payload: web::Payload,
    session: Session,
) -> HttpResponse {
    let request_id = RequestId(edge.db.clock().new_id());
    let accept = body::Accept::of(&request);
    let token = session
        .get::<String>("token")
        .ok()
        .flatten()
        .and_then(|text| Token::parse(&text))
        .filter(|_| route.sender == Sender::Page);
    let known = token.is_some();
    let (_place, input) = match come(&edge, &route, &request, request_id, known).await {
        Ok((place, input)) => {
            let placed = place.is_some();
            (place, read(&route, payload, known, placed, input).await)
        }
        Err(error) => (None, Err(error)),
    };
    let htmx = headers::is_htmx(&request);
    let back = way_back(&route, &request, htmx);
    let outcome = match input {
        Ok(input) => {
            let waiting = Waiting::default();
            let outcome = run(&edge, &route, input, token, waiting.clone()).await;
            outcome.map_err(|undone| undone.truly(&waiting, request_id))
        }
        Err(error) => Err(Undone::new(error, Viewer::stranger(edge.demo))),
    };
    let answer = match outcome {
        Ok(answer) => answer,
        Err(undone) => {
            let Undone { error, viewer } = &*undone;
            match route.sender {
                Sender::Face(face) => {
                    faces::problem(face, route.path, error, error.status(), request_id)
                }
                Sender::Guest => onboarding::problem(error, &visited(&request), request_id),
                Sender::Page | Sender::Machine => {
                    problem::answer(error, viewer, request_id, htmx, &route, &back)
                }
            }
        }
    };
    respond(answer, accept, &session)
}

/// What can be asked before the body is read: how often somebody came, from where, and whether there is room for what they
/// send.
async fn come(
    edge: &web::Data<Edge>,
    route: &Arc<Route>,
    request: &HttpRequest,
    id: RequestId,
    known: bool,
) -> Result<(Option<places::Place>, Input)> {
    let input = heard(edge, route, request, id);
    if route.sender == Sender::Guest {
        edge.guests.count(input.origin.address)?;
    }
    from_ours(edge, route, request, id)?;
    place(edge, route, known, input).await
}

/// Why a request was not done, and for whom the answer is drawn.
struct Undone {
    error: Error,
    viewer: Viewer,
}

impl Undone {
    fn new(error: Error, viewer: Viewer) -> Box<Self> {
        Box::new(Self { error, viewer })
    }

    /// What is answered may say that nothing was done. Where something was committed all the same (the answer to it was lost
    /// afterwards), it does not.
    fn truly(mut self: Box<Self>, waiting: &Waiting, request: RequestId) -> Box<Self> {
        let silent = matches!(
            self.error,
            Error::Unavailable(_) | Error::Busy(_) | Error::Internal(_)
        );
        if silent && waiting.done() {
            let why = format!("{:#}", self.error);
            tracing::error!(%request, error = why, "a change was made and its answer lost");
            self.error = Error::Unsure(why);
        }
        self
    }
}

async fn run(
    edge: &web::Data<Edge>,
    route: &Arc<Route>,
    input: Input,
    token: Option<Token>,
    waiting: Waiting,
) -> Result<Answer, Box<Undone>> {
    let stranger = Viewer::stranger(edge.demo);
    let busy = || Error::Unavailable("too busy".to_owned());
    let route = Arc::clone(route);
    if route.turn == Turn::Hashing {
        let (db, limits) = (edge.hashing_db.clone(), edge.limits.clone());
        let (exports, asker) = (Arc::clone(&edge.exports), waiting.clone());
        let work = edge
            .hashers
            .run(move || answer(&db, asker, &limits, exports, &route, &input, token.as_ref()));
        return match in_time(&waiting, HASH_DEADLINE, work).await {
            Ok(Some(outcome)) => outcome,
            Ok(None) => Err(Undone::new(busy(), stranger)),
            Err(error) => Err(Undone::new(error, stranger)),
        };
    }
    let started = tokio::time::Instant::now();
    let deadline = if route.turn == Turn::Paper {
        HEAVY_DEADLINE
    } else {
        DEADLINE
    };
    let few = match route.turn {
        Turn::Paper => Some(&edge.heavy),
        // Whether anybody is asked is known only when it comes to that: the providers have their own few turns.
        Turn::Asking | Turn::Page | Turn::Hashing => None,
    };
    let turns = async {
        let few = match few {
            Some(few) => Some(Arc::clone(few).acquire_owned().await),
            None => None,
        };
        (few, Arc::clone(&edge.permits).acquire_owned().await)
    };
    let Ok((heavy, Ok(permit))) = timeout(deadline, turns).await else {
        return Err(Undone::new(busy(), stranger));
    };
    let asks = route.turn == Turn::Asking;
    let (db, limits, exports) = (
        edge.db.clone(),
        edge.limits.clone(),
        Arc::clone(&edge.exports),
    );
    let asker = waiting.clone();
    let work = web::block(move || {
        // Held until the thread is free again, also when the asker has stopped waiting.
        let _permits = (heavy, permit);
        answer(&db, asker, &limits, exports, &route, &input, token.as_ref())
    });
    // Whoever asks outside has the whole of its time from here on: an answer that comes is not thrown away.
    let left = if asks {
        HEAVY_DEADLINE
    } else {
        deadline.saturating_sub(started.elapsed())
    };
    match in_time(&waiting, left, work).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => Err(Undone::new(
            Error::Internal(anyhow::anyhow!("a handler panicked")),
            stranger,
        )),
        Err(error) => Err(Undone::new(error, stranger)),
    }
}

/// What comes of work for which its asker waits so long. After that nothing is committed for them, and they are told so; but
/// where something is being committed already, or was, they wait on for the answer.
async fn in_time<T>(
    waiting: &Waiting,
    patience: Duration,
    work: impl Future<Output = T>,
) -> Result<T> {
    let mut work = std::pin::pin!(work);
    if let Ok(done) = timeout(patience, &mut work).await {
        return Ok(done);
    }
    if waiting.give_up() {
        return Err(Error::Unavailable(
            "the database did not answer in time".to_owned(),
        ));
    }
    timeout(COMMIT_DEADLINE, work)
        .await
        .map_err(|_| Error::Unsure("a commit did not end in time".to_owned()))
}

/// In one thread with one connection: who asks, may they, what do they get.
fn answer(
    db: &Db,
    waiting: Waiting,
    limits: &Limits,
    exports: Arc<Semaphore>,
    route: &Route,
    input: &Input,
    token: Option<&Token>,
) -> Result<Answer, Box<Undone>> {
    let mut viewer = Viewer::stranger(input.demo);
    let mut conn = db
        .connection()
        .map_err(|error| Undone::new(error, viewer.clone()))?
        .waited_for(waiting);
    let signed_in = match token {
        Some(token) => store::signed_in(&mut conn, token)
            .map_err(|error| Undone::new(error, viewer.clone()))?,
        None => None,
    };
    if let Some(staff) = &signed_in {
        viewer = Viewer::of(staff, input.demo);
    }
    let who = signed_in.as_ref().map(|staff| staff.staff);
    let caller = match route.sender {
        Sender::Face(face) => {
            let found = identify((face, route.path), &mut conn, input, limits);
            Some(found.map_err(|error| Undone::new(error, viewer.clone()))?)
        }
        Sender::Page | Sender::Guest | Sender::Machine => None,
    };
    let asker = Asker {
        conn,
        signed_in,
        caller,
        request: input.request,
        origin: input.origin.clone(),
        exports,
    };
    (route.endpoint)(asker, input).map_err(|error| {
        if let (Error::Forbidden, Some(staff)) = (&error, who) {
            tracing::warn!(request = %input.request, %staff, method = route.method, path = route.path, "not permitted");
        }
        Undone::new(error, viewer)
    })
}

/// An answer that touches no session.
pub fn plain(answer: Answer) -> HttpResponse {
    let mut response = head(&answer);
    match answer.body {
        Body::Whole(bytes) => response.body(bytes),
        Body::Stream(receiver) => response.body(body::Pieces::new(receiver)),
    }
}

fn head(answer: &Answer) -> HttpResponseBuilder {
    let mut response = HttpResponse::build(
        actix_web::http::StatusCode::from_u16(answer.status).unwrap_or_default(),
    );
    headers::secure(&mut response);
    for (name, value) in &answer.headers {
        response.append_header((*name, value.as_str()));
    }
    response
        .append_header(("cache-control", "no-store"))
        .append_header(("vary", "HX-Request, Accept-Encoding"));
    response
}

fn respond(answer: Answer, accept: body::Accept, session: &Session) -> HttpResponse {
    let mut response = head(&answer);
    match &answer.session {
        SessionEffect::Keep => {}
        SessionEffect::Begin(token) => {
            session.renew();
            // A string always serialises.
            let _ = session.insert("token", token.as_str());
        }
        SessionEffect::End => {
            session.purge();
            response.append_header(("clear-site-data", "\"cache\", \"storage\""));
        }
    }
    // A picture is packed already.
    let packed = answer
        .headers
        .iter()
        .any(|(name, value)| *name == "content-type" && value.starts_with("image/"));
    let accept = if packed { body::Accept::Plain } else { accept };
    match answer.body {
        Body::Whole(bytes) => body::compressed(&mut response, bytes, accept),
        Body::Stream(receiver) => response.body(body::Pieces::new(receiver)),
    }
}
