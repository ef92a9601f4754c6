//! The program `vouch`: everything it can do is listed in [`vouch::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    vouch::cli::main()
}
