//! `vouch demo`: fills a database with demonstration data.

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow};
use indicatif::{ProgressBar, ProgressStyle};

use crate::clock::Clock;
use crate::config::Config;
use crate::demo::{self, Filled, Step};

use super::Database;

/// What `vouch demo` may be told.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct DemoArgs {
    /// How many customers
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    pub customers: u64,
    /// The same seed makes the same customers
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
}

pub(super) fn run(mut config: Config, args: DemoArgs) -> anyhow::Result<()> {
    let database = Database::for_a_command(&mut config)?;
    let owner_url = database.owner_url.as_deref().context(
        "VOUCH_OWNER_URL is missing: the demo is filled by the role that owns the schema",
    )?;
    let secret = config
        .secret_key
        .as_ref()
        .ok_or_else(|| anyhow!("VOUCH_SECRET_KEY is missing"))?;
    let start = Instant::now();
    let mut report = report(args.customers);
    let filled = demo::fill(
        owner_url,
        secret,
        Clock::system().now(),
        args.customers,
        args.seed,
        &mut report,
    )?;
    println!("{}", sentence(filled, start.elapsed()));
    Ok(())
}

/// What a fill did, in a sentence.
pub fn sentence(filled: Filled, took: Duration) -> String {
    match filled {
        Filled::Now {
            customers,
            verifications,
            entries,
        } => format!(
            "Filled the demo with {customers} customers, {verifications} verifications and {entries} audit entries in {} s.",
            took.as_secs()
        ),
        Filled::Before(customers) => {
            format!("The demo is there already, with {customers} customers. Nothing was done.")
        }
    }
}

/// Shows how far a fill has come: a bar on a terminal, else a line for each tenth.
pub fn report(customers: u64) -> Box<dyn FnMut(Step)> {
    if !io::stderr().is_terminal() {
        let mut tenths = 0;
        return Box::new(move |step| match step {
            Step::Customers(told) => {
                let reached = told * 10 / customers.max(1);
                if reached > tenths {
                    tenths = reached;
                    eprintln!("demo: {told} of {customers} customers");
                }
            }
            Step::Links(linked) if linked % 1_000_000 == 0 => {
                eprintln!("demo: {linked} audit entries linked");
            }
            Step::Indexes(0, of) => eprintln!("demo: making {of} indexes and keys"),
            Step::Links(_) | Step::Indexes(..) => {}
            Step::TidyingUp => eprintln!("demo: tidying up"),
        });
    }
    let bar = ProgressBar::new(customers);
    if let Ok(style) =
        ProgressStyle::with_template("{msg:24} {wide_bar} {human_pos}/{human_len} {eta}")
    {
        bar.set_style(style);
    }
    bar.set_message("customers");
    Box::new(move |step| match step {
        Step::Customers(told) => bar.set_position(told),
        Step::Links(linked) => bar.set_message(format!("{linked} entries linked")),
        Step::Indexes(made, of) => bar.set_message(format!("{made} of {of} indexes")),
        Step::TidyingUp => bar.finish_with_message("tidying up"),
    })
}
