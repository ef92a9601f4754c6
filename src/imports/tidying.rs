//! Files that nobody imported are kept for a week; then they go.

use crate::{
    db::Connection,
    documents::files::Files,
    error::Result,
    imports::{store, uploads},
};

/// Removes what is old enough: how many. A file that cannot be removed now keeps its row until it can.
pub fn forget(conn: &mut Connection, files: &Files) -> Result<usize> {
    let mut gone = 0;
    loop {
        let old = store::outlived(conn)?;
        if old.is_empty() {
            return Ok(gone);
        }
        for upload in old {
            uploads::forget(files, upload)?;
            store::remove(conn, upload)?;
            gone += 1;
        }
    }
}

/// Removes files that are as old and that no row tells of: whoever stored them came to no end, or nobody knew whether the
/// row was committed. It looks through the store, so it is done seldom.
pub fn forget_strays(conn: &mut Connection, files: &Files) -> Result<()> {
    let stored = uploads::stored(files)?;
    for upload in store::strays(conn, stored)? {
        uploads::forget(files, upload)?;
    }
    Ok(())
}
