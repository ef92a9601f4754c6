//! The command line: one program, `vouch`. A command that fails says why in one line; exit code 2 means that it could
//! not begin (a setting, the database), 1 that it began and failed.

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::access::keys::rules::Face;
use crate::config::{Config, ConfigError, SETTINGS};
use crate::db::embedded::{EmbeddedError, Launch};
use crate::db::roles::RolesError;
use crate::documents::drawing;
use crate::faces::openapi;
use crate::routes;

pub mod audit;
pub mod casefile;
mod database;
mod demo;
pub mod import;
pub mod key;
mod listen;
mod migrate;
pub mod organisation;
mod people;
mod secret;
mod serve;
pub mod staff;
mod sweep;
pub mod watchlist;

pub use database::{Database, SchemaBehind};
pub use demo::DemoArgs;
pub use listen::{CannotListen, DemoBeyondLoopback};
pub use migrate::TwoUrls;
pub use secret::read_password;
pub use serve::ServeArgs;

#[derive(Debug, Parser)]
#[command(name = "vouch", version, about, subcommand_negates_reqs = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: ServeArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the desk and the API (what `vouch` alone does)
    Serve(ServeArgs),
    /// Apply migrations as the role that owns the schema
    Migrate,
    /// Add and list organisations
    #[command(subcommand)]
    Organisation(organisation::OrganisationCommand),
    /// Add, list, disable and reset the people who work on the desk
    #[command(subcommand)]
    Staff(staff::StaffCommand),
    /// Bring customers in from a CSV file: all of them, or none where a row is wrong
    Import(import::Import),
    /// Load lists of names against which customers are checked
    #[command(subcommand)]
    Watchlist(watchlist::WatchlistCommand),
    /// Make, list and revoke the keys of a company's own systems
    #[command(subcommand)]
    Key(key::KeyCommand),
    /// Print the OpenAPI document of one of the API's four languages
    Openapi {
        /// truust, trustist, treezor or kontorion
        face: Face,
    },
    /// Do everything that is due by the clock, once, and say what moved
    Sweep,
    /// Check the audit log
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Check a case file that somebody gave you
    #[command(subcommand)]
    Casefile(casefile::CaseFileCommand),
    /// Fill the database with plausible customers and all that hangs on them
    Demo(DemoArgs),
    #[command(hide = true)]
    PostgresChild(Launch),
    #[command(hide = true)]
    RenderChild,
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let matches = Cli::command().after_help(settings_help()).get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("vouch: {error:#}");
            ExitCode::from(if could_not_begin(&error) { 2 } else { 1 })
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let command = cli.command.unwrap_or(Command::Serve(cli.serve));
    // Before any setting is read and any thread is started: this one is about to be somebody else.
    let command = match command {
        Command::PostgresChild(launch) => {
            let status = launch.run()?;
            return Ok(ExitCode::from(u8::from(!status.success())));
        }
        // And this one is about to lose all rights, on behalf of a stranger's file.
        Command::RenderChild => return Ok(drawing::run()),
        // Whoever checks a case file has no installation, and so no settings.
        Command::Casefile(command) => return Ok(casefile::run(&command)),
        // Nor has whoever writes against one.
        Command::Openapi { face } => {
            print!("{}", openapi::text(face, routes::all().routes()));
            return Ok(ExitCode::SUCCESS);
        }
        command => command,
    };
    let config = Config::from_env()?;
    tracing_subscriber::fmt()
        .with_max_level(config.log)
        .with_writer(std::io::stderr)
        .init();
    match command {
        Command::Serve(args) => serve::run(config, args)?,
        Command::Migrate => migrate::run(config)?,
        Command::Sweep => sweep::run(config)?,
        Command::Audit(command) => return audit::run(config, &command),
        Command::Organisation(command) => organisation::run(config, command)?,
        Command::Staff(command) => staff::run(config, command)?,
        Command::Import(wanted) => return import::run(config, &wanted),
        Command::Watchlist(command) => watchlist::run(config, command)?,
        Command::Key(command) => key::run(config, command)?,
        Command::Demo(args) => demo::run(config, args)?,
        Command::PostgresChild(_)
        | Command::RenderChild
        | Command::Casefile(_)
        | Command::Openapi { .. } => {}
    }
    Ok(ExitCode::SUCCESS)
}

fn could_not_begin(error: &anyhow::Error) -> bool {
    error.is::<ConfigError>()
        || error.is::<EmbeddedError>()
        || error.is::<RolesError>()
        || error.is::<TwoUrls>()
        || error.is::<audit::OwnerNeeded>()
        || error.is::<import::Unreadable>()
        || error.is::<SchemaBehind>()
        || error.is::<CannotListen>()
        || error.is::<DemoBeyondLoopback>()
}

fn settings_help() -> String {
    let mut help = String::from("Settings (environment variables):\n");
    for setting in SETTINGS {
        help.push_str("  ");
        help.push_str(setting.name);
        help.push_str("\n      ");
        help.push_str(setting.meaning);
        help.push_str(" [default: ");
        help.push_str(setting.default);
        help.push_str("]\n");
    }
    help
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound_and_serve_is_what_it_does_alone() {
        Cli::command().debug_assert();
        let alone = Cli::parse_from(["vouch", "--demo"]);
        assert!(alone.command.is_none() && alone.serve.demo);
        let named = Cli::parse_from(["vouch", "serve", "--demo", "--allow-demo-accounts"]);
        assert!(matches!(
            named.command,
            Some(Command::Serve(ServeArgs {
                demo: true,
                allow_demo_accounts: true
            }))
        ));
    }

    #[test]
    fn help_lists_every_setting() {
        let help = settings_help();
        assert!(SETTINGS.iter().all(|setting| help.contains(setting.name)));
    }
}
