//! Every address, in one place.

use crate::web::router::Router;

/// All routes of the desk.
pub fn all() -> Router {
    Router::default()
}
