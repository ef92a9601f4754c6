//! Results are kept for a week after their job was over; then they go, and the job with them. The audit log remembers
//! who asked for what and who took it away.

use crate::{
    db::Connection,
    documents::files::Files,
    error::Result,
    jobs::{queue, results},
};

/// Removes what is old enough: how many jobs. A result that cannot be removed now keeps its job until it can.
pub fn forget(conn: &mut Connection, files: &Files) -> Result<usize> {
    let mut gone = 0;
    loop {
        let old = queue::outlived(conn)?;
        if old.is_empty() {
            return Ok(gone);
        }
        for job in old {
            results::forget(files, job)?;
            gone += usize::from(queue::remove(conn, job)?);
        }
    }
}
