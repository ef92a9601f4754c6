//! The pages of this room.

use crate::web::router::Router;

/// Its addresses.
pub fn routes(router: Router) -> Router {
    router
}
