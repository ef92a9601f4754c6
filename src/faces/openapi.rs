//! OpenAPI 3.1: one document a face, written from the routes and from the types in their handlers' signatures
//! ([`crate::web::described`]), so that it cannot say what the handlers do not. Served at `/openapi/{face}.json`, printed by
//! `vouch openapi FACE`.

use serde_json::{Map, Value, json};

use crate::{
    access::{guard::Anyone, keys::rules::Face},
    faces::{faults, kontorion, treezor, trustist, truust},
    web::{
        answer::Answer,
        described::{Described, Parameter, Schemas},
        router::{Route, Router, Sender},
    },
};

/// Where each face's document is served.
const SERVED: &[(Face, &str)] = &[
    (Face::Truust, "/openapi/truust.json"),
    (Face::Trustist, "/openapi/trustist.json"),
    (Face::Treezor, "/openapi/treezor.json"),
    (Face::Kontorion, "/openapi/kontorion.json"),
];

/// Adds an address for the document of each face. `router` has the faces' own already.
pub fn routes(router: Router) -> Router {
    SERVED.iter().fold(router, |router, (face, path)| {
        let text = text(*face, router.routes());
        router.get(path, move |_: Anyone| {
            Ok(Answer::new(200, "application/json", text.clone()))
        })
    })
}

/// The document as it is served and printed.
pub fn text(face: Face, routes: &[Route]) -> String {
    format!("{:#}\n", document(face, routes))
}

/// The document.
pub fn document(face: Face, routes: &[Route]) -> Value {
    let mut schemas = Schemas::default();
    let problem = match face {
        Face::Kontorion => schemas.answered::<kontorion::errors::Problem>(),
        Face::Truust => schemas.answered::<truust::errors::Problem>(),
        Face::Treezor => schemas.answered::<treezor::errors::Problem>(),
        Face::Trustist => schemas.answered::<trustist::errors::Problem>(),
    };
    let problem = json!({(media(face)): {"schema": problem}});
    let mut paths = Map::new();
    // What may be read may be asked for without its body (HEAD): the same operation, which is not written twice.
    // The same for an address that is also taken with a slash behind it.
    let told = |route: &&Route| {
        route.sender == Sender::Face(face) && route.method != "HEAD" && !route.path.ends_with('/')
    };
    for route in routes.iter().filter(told) {
        let path = paths.entry(route.path).or_insert_with(|| json!({}));
        path[route.method.to_lowercase()] = if route.path == treezor::TOKEN {
            let problem = schemas.answered::<treezor::oauth::Problem>();
            let problem = json!({"application/json": {"schema": problem}});
            let mut operation = operation(route, &mut schemas, &problem);
            // Whoever asks for a token has none.
            operation["security"] = json!([]);
            operation
        } else {
            operation(route, &mut schemas, &problem)
        };
    }
    let ways = proofs(face);
    let security: Vec<Value> = ways.keys().map(|name| json!({(name): []})).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": format!("Vouch, in the words of {}", face.words()),
            "version": env!("CARGO_PKG_VERSION"),
            "description": ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": security,
        "paths": paths,
        "components": {"securitySchemes": ways, "schemas": schemas.shared()},
    })
}

const ABOUT: &str = "What may be read by GET may be asked for without its body by HEAD. Another organisation's object answers as one that does not exist.";

const fn media(face: Face) -> &'static str {
    match face {
        Face::Kontorion => "application/problem+json",
        _ => "application/json",
    }
}

/// How a caller says who they are.
fn proofs(face: Face) -> Map<String, Value> {
    let ways = match face {
        Face::Trustist => json!({
            "HMAC": {"type": "http", "scheme": "HMAC-SHA256", "description": trustist::SIGNING},
            "Hawk": {"type": "http", "scheme": "Hawk", "description": trustist::HAWK},
        }),
        _ => json!({"bearer": {"type": "http", "scheme": "bearer"}}),
    };
    match ways {
        Value::Object(ways) => ways,
        _ => Map::new(),
    }
}

fn operation(route: &Route, schemas: &mut Schemas, problem: &Value) -> Value {
    let mut described = Described::new(schemas);
    (route.describe)(&mut described);
    let mut parameters: Vec<Value> = route
        .path
        .split('/')
        .filter_map(|piece| piece.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| {
            let schema = described
                .id
                .as_ref()
                .map_or(json!({"type": "string"}), |id| json!(id));
            json!({"name": name, "in": "path", "required": true, "schema": schema})
        })
        .collect();
    parameters.extend(described.parameters.iter().map(parameter));
    if route.method == "POST" && route.path != treezor::TOKEN {
        parameters.push(json!({
            "name": "Idempotency-Key",
            "in": "header",
            "description": "A name of the caller's own for this request. The same name with the same request is answered the same, and done once, for 24 hours.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        }));
    }
    let mut responses = Map::new();
    for (status, schema) in described.answers {
        let mut answer = json!({
            "description": if status == 201 { "It was made." } else { "What was asked for." },
            "content": {"application/json": {"schema": schema}},
        });
        let place = (status == 201).then_some(("Location", "Where it is read."));
        let headers: Map<String, Value> = described
            .headers
            .iter()
            .copied()
            .chain(place)
            .map(|(name, about)| {
                let said = json!({"description": about, "schema": {"type": "string"}});
                (name.to_owned(), said)
            })
            .collect();
        if !headers.is_empty() {
            answer["headers"] = Value::Object(headers);
        }
        responses.insert(status.to_string(), answer);
    }
    for (status, why) in faults::of(route) {
        let mut answer = json!({"description": why, "content": problem});
        if matches!(status, 429 | 503) {
            answer["headers"] = json!({"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}});
        }
        responses.insert(status.to_string(), answer);
    }
    let permissions: Vec<String> = described
        .permissions
        .iter()
        .map(|permission| format!("`{permission}`"))
        .collect();
    let mut operation = json!({
        "operationId": id(route),
        "summary": route.about,
        "description": format!("The key holds {}.", permissions.join(" or ")),
        "parameters": parameters,
        "responses": responses,
    });
    if let Some(schema) = described.body {
        operation["requestBody"] =
            json!({"required": true, "content": {(described.media): {"schema": schema}}});
    }
    operation
}

fn parameter(parameter: &Parameter) -> Value {
    let mut written = json!({
        "name": parameter.name,
        "in": "query",
        "description": parameter.about,
        "schema": parameter.schema,
    });
    // Several values of one parameter are parted by commas.
    if parameter.schema["type"] == "array" {
        written["explode"] = json!(false);
    }
    written
}

/// A name for those who make programs from the document: method and path, without what varies.
fn id(route: &Route) -> String {
    let pieces = route.path.split('/').filter(|piece| !piece.is_empty());
    let words = pieces.map(|piece| piece.trim_matches(['{', '}']));
    std::iter::once(route.method.to_lowercase())
        .chain(words.map(str::to_owned))
        .collect::<Vec<_>>()
        .join("_")
}
