//! The server: the router's routes on actix, static files, health, and what stands before and after each request.

use std::{net::TcpListener, sync::Arc, time::Instant};

use actix_session::Session;
use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    cookie::Key,
    dev::{Server, Service, ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{self, HeaderValue},
    },
    web,
};
use tokio::sync::Semaphore;

use crate::{
    access::keys::limits::Limits,
    clock::Clock,
    config::Config,
    db::{Db, PoolOptions},
    documents::Papers,
    error::Error,
    faces,
    gauges::Gauges,
    keys::Keys,
    onboarding::{limits::Guests, pages as onboarding},
    outgoing::Client,
    routes,
    seal::SecretKey,
    verifications::providers::Providers,
    web::{
        answer::Answer,
        assets,
        edge::{self, AT_ONCE, EXPORTS, Edge, HEAVY, Places},
        hashers::Hashers,
        headers,
        input::Desk,
        metrics::Metrics,
        operators, problem, ready, sessions,
    },
};

/// Connections for pages. The spare ones are for exports, which hold theirs for as long as the client reads.
const POOL: u32 = 8;
/// Threads, connections and permits that hash passwords.
const HASHERS: u8 = 2;

/// What a server needs to start.
pub struct Serve {
    /// The settings.
    pub config: Config,
    /// The database, as the application's role.
    pub database_url: String,
    /// The installation's secret.
    pub secret: SecretKey,
    /// The clock.
    pub clock: Clock,
    /// Whether demo accounts are here.
    pub demo: bool,
    /// Where papers are kept and who draws them.
    pub papers: Papers,
    /// What the threads behind the server see.
    pub gauges: Arc<Gauges>,
}

/// The state behind every request.
pub fn edge(serve: &Serve) -> Edge {
    let options = PoolOptions {
        url: serve.database_url.clone(),
        size: POOL,
        wait: std::time::Duration::from_secs(2),
        statement_cache: serve.config.statement_cache,
    };
    let hashing = PoolOptions {
        size: HASHERS.into(),
        ..options.clone()
    };
    Edge {
        db: Db::open(
            &options,
            serve.clock.clone(),
            Keys::new(serve.secret.clone()),
        ),
        hashing_db: Db::open(
            &hashing,
            serve.clock.clone(),
            Keys::new(serve.secret.clone()),
        ),
        permits: Arc::new(Semaphore::new(AT_ONCE)),
        exports: Arc::new(Semaphore::new(EXPORTS)),
        heavy: Arc::new(Semaphore::new(HEAVY)),
        places: Places::default(),
        papers: serve.papers.clone(),
        providers: Providers::new(
            Client::new(serve.config.webhooks_allow_loopback),
            serve.config.public_url.as_str(),
        ),
        readiness: Arc::new(Semaphore::new(1)),
        metrics: Metrics::new(patterns()),
        gauges: Arc::clone(&serve.gauges),
        hashers: Hashers::start(HASHERS.into()),
        desk: Desk(serve.config.public_url.as_str().into()),
        config: Arc::new(serve.config.clone()),
        limits: Limits::new(serve.config.key_rate),
        guests: Guests::default(),
        demo: serve.demo,
    }
}

/// Serves until SIGTERM or SIGINT; requests that have begun are finished. The listener is bound by the caller, so that
/// a port in use is one clear line before anything else happens.
/// `operators` is the operator's own listener for figures, where there is one.
pub fn serve(
    serve: &Serve,
    listener: TcpListener,
    operators: Option<TcpListener>,
) -> std::io::Result<()> {
    actix_web::rt::System::new().block_on(async {
        let edge = web::Data::new(edge(serve));
        let figures = operators
            .map(|listener| figures_server(edge.clone(), listener))
            .transpose()?;
        let handle = figures.as_ref().map(Server::handle);
        if let Some(figures) = figures {
            actix_web::rt::spawn(figures);
        }
        let ended = server_on(serve, edge, listener)?.await;
        if let Some(handle) = handle {
            handle.stop(false).await;
        }
        ended
    })
}

/// The server, to be awaited on a runtime; its handle stops it.
pub fn server(serve: &Serve, listener: TcpListener) -> std::io::Result<Server> {
    server_on(serve, web::Data::new(edge(serve)), listener)
}

/// The operator's own listener: figures and nothing else.
fn figures_server(edge: web::Data<Edge>, listener: TcpListener) -> std::io::Result<Server> {
    let server = HttpServer::new(move || {
        App::new()
            .app_data(edge.clone())
            .route("/metrics", web::get().to(operators::figures))
            .default_service(web::to(nowhere))
    })
    .workers(1)
    .disable_signals()
    .shutdown_timeout(1)
    .listen(listener)?
    .run();
    Ok(server)
}

fn server_on(
    serve: &Serve,
    edge: web::Data<Edge>,
    listener: TcpListener,
) -> std::io::Result<Server> {
    let cookie_key = cookie_key(&serve.secret);
    let secure = serve.config.secure_cookies();
    let server = HttpServer::new(move || {
        App::new()
            .app_data(edge.clone())
            .wrap(sessions::middleware(cookie_key.clone(), secure))
            .wrap_fn(counted)
            .configure(configure)
            .default_service(web::to(nowhere))
    })
    .tcp_nodelay(true)
    .workers(2)
    .worker_max_blocking_threads(4)
    .keep_alive(std::time::Duration::from_secs(75))
    .client_request_timeout(std::time::Duration::from_secs(5))
    .shutdown_timeout(8)
    .listen(listener)?
    .run();
    Ok(server)
}

/// The key that signs the session's cookie. A signature needs 64 bytes; the secret gives 32 for each purpose.
pub fn cookie_key(secret: &SecretKey) -> Key {
    use sha2::{Digest, Sha512};
    let purpose = secret
        .purpose("session-cookie")
        .entry_key(uuid::Uuid::nil())
        .disclose();
    Key::from(&Sha512::digest(purpose))
}

/// Counts each answer of any route, static files and errors included.
fn counted<S, B>(
    request: ServiceRequest,
    service: &S,
) -> impl Future<Output = Result<ServiceResponse<B>, actix_web::Error>> + use<S, B>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = actix_web::Error>,
{
    let started = Instant::now();
    let answered = service.call(request);
    async move {
        let response = answered.await?;
        let request = response.request();
        if let Some(edge) = request.app_data::<web::Data<Edge>>() {
            edge.metrics.answered(
                request.match_pattern().as_deref(),
                request.method().as_str(),
                response.status().as_u16(),
                started.elapsed(),
            );
        }
        Ok(response)
    }
}

/// Static files, by the pattern of their route.
const FILES: &str = "/static/{name:.*}";

/// The patterns of all routes, as metrics name them.
fn patterns() -> Vec<String> {
    let machines = ["/healthz", "/readyz", "/metrics", "/favicon.ico", FILES];
    let rooms = routes::all();
    let rooms = rooms.routes().iter().map(|route| route.path);
    rooms.chain(machines).map(str::to_owned).collect()
}

fn configure(app: &mut web::ServiceConfig) {
    app.route("/healthz", web::get().to(ready::health))
        .route("/readyz", web::get().to(ready::ready))
        .route("/metrics", web::to(metrics))
        .route(FILES, web::get().to(asset))
        .route("/favicon.ico", web::get().to(favicon));
    let mut by_path: Vec<(&'static str, Vec<Arc<crate::web::router::Route>>)> = Vec::new();
    for route in routes::all().routes() {
        let route = Arc::new(route.clone());
        match by_path.iter_mut().find(|(path, _)| *path == route.path) {
            Some((_, routes)) => routes.push(route),
            None => by_path.push((route.path, vec![route])),
        }
    }
    for (path, routes) in by_path {
        let methods: Vec<&str> = routes.iter().map(|route| route.method).collect();
        let allow = methods.join(", ");
        let mut resource = web::resource(path);
        for route in routes {
            let method = Method::from_bytes(route.method.as_bytes()).unwrap_or_default();
            resource = resource.route(web::method(method).to(
                move |edge: web::Data<Edge>,
                      request: HttpRequest,
                      payload: web::Payload,
                      session: Session| {
                    edge::serve(edge, Arc::clone(&route), request, payload, session)
                },
            ));
        }
        let wrong_method = move |edge: web::Data<Edge>, request: HttpRequest| {
            let answer = wrong_method(&edge, &request, &allow);
            std::future::ready(answer)
        };
        app.service(resource.default_service(web::to(wrong_method)));
    }
}

/// Figures, for who has the token; for anybody else there is no such page.
async fn metrics(edge: web::Data<Edge>, request: HttpRequest) -> HttpResponse {
    if request.method() == Method::GET && operators::bears_token(&request, &edge.config) {
        operators::figures(edge).await
    } else {
        unrouted(&edge, 404)
    }
}

async fn asset(request: HttpRequest) -> HttpResponse {
    let accept = request
        .headers()
        .get("accept-encoding")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    match assets::find(request.path(), accept) {
        Some(found) => file(&found, &request),
        None => bare(404, "There is no such file.\n"),
    }
}

async fn favicon() -> HttpResponse {
    let mut response = HttpResponse::Found();
    headers::secure(&mut response);
    response
        .append_header(("location", assets::FAVICON_SVG))
        .append_header(("cache-control", "public, max-age=86400"))
        .finish()
}

fn file(found: &assets::Served, request: &HttpRequest) -> HttpResponse {
    let known = request
        .headers()
        .get("if-none-match")
        .and_then(|value| value.to_str().ok())
        == Some(found.etag.as_str());
    let mut response = if known {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    headers::secure(&mut response);
    response
        .content_type(found.content_type)
        .append_header(("cache-control", found.cache_control))
        .append_header(("etag", found.etag.as_str()))
        .append_header(("vary", "Accept-Encoding"));
    if let Some(encoding) = found.encoding {
        response.append_header(("content-encoding", encoding));
    }
    if known {
        response.finish()
    } else {
        response.body(found.body)
    }
}

fn bare(status: u16, text: &'static str) -> HttpResponse {
    let mut response =
        HttpResponse::build(actix_web::http::StatusCode::from_u16(status).unwrap_or_default());
    headers::secure(&mut response);
    response
        .content_type("text/plain; charset=utf-8")
        .append_header(("cache-control", "no-store"))
        .body(text)
}

async fn nowhere(edge: web::Data<Edge>, request: HttpRequest) -> HttpResponse {
    unrouted_at(&edge, &request, 404)
}

/// Says which methods the address takes.
fn wrong_method(edge: &Edge, request: &HttpRequest, allow: &str) -> HttpResponse {
    let mut response = unrouted_at(edge, request, 405);
    if let Ok(allow) = HeaderValue::from_str(allow) {
        response.headers_mut().insert(header::ALLOW, allow);
    }
    response
}

/// In the shape of the face that the path belongs to, or of the customers' own page, else as a page of the desk.
fn unrouted_at(edge: &Edge, request: &HttpRequest, status: u16) -> HttpResponse {
    let path = request.path();
    if let Some(face) = faces::face_of(path) {
        let id = crate::value::RequestId(edge.db.clock().new_id());
        return edge::plain(faces::problem(face, path, &Error::NotFound, status, id));
    }
    if path.starts_with("/onboard/") {
        let visited = edge::visited(request);
        let asked = edge
            .guests
            .count(headers::origin(request, &edge.config).address);
        let id = crate::value::RequestId(edge.db.clock().new_id());
        return edge::plain(match asked {
            Ok(()) => onboarding::unrouted(&visited, status),
            Err(error) => onboarding::problem(&error, &visited, id),
        });
    }
    unrouted(edge, status)
}

/// A page for an address or a method that no route has; needs neither session nor database.
fn unrouted(edge: &Edge, status: u16) -> HttpResponse {
    let answer: Answer = problem::unrouted(
        status,
        edge.demo,
        crate::value::RequestId(edge.db.clock().new_id()),
    );
    edge::plain(answer)
}
