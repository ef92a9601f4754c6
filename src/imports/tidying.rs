//! Files that nobody imported are kept for a week; then they go.

use crate::{
    db::Connection,
    documents::files::Files,
    error::Result,
    imports::{store, uploads},
};

/// Removes what is old enough. A file that cannot be removed now keeps its row until it can.
pub fn forget(conn: &mut Connection, files: &Files) -> Result<()> {
    loop {
        let old = store::outlived(conn)?;
        if old.is_empty() {
            return Ok(());
        }
        for upload in old {
            uploads::forget(files, upload)?;
            store::remove(conn, upload)?;
        }
    }
}
