//! The pages of this room.

use crate::{reviews::kyc_file, web::router::Router};

/// Its addresses.
pub fn routes(router: Router) -> Router {
    router.get("/customers/{id}", kyc_file::show)
}
