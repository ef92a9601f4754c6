//! Filling: the organisation, its customers piece by piece, the chain, and the tidying up afterwards.

use std::{
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::{
    Connection as _, PgConnection, QueryableByName, RunQueryDsl,
    connection::SimpleConnection,
    sql_query,
    sql_types::{BigInt, Date, Text},
};

use super::{
    aside,
    calendar::Calendar,
    chance::Chance,
    house::{self, House},
    lands,
    ledger::{Hand, Ledger},
    members::Rings,
    size::{ENTRIES, promised},
    staging::{self, Chunk},
    story::Teller,
};
use crate::{
    access::actor::Who,
    audit::event::{Change, Event, Subject, What},
    seal::SecretKey,
};

/// How far a fill has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// So many customers are in the tables.
    Customers(u64),
    /// So many entries are linked.
    Links(u64),
    /// So many of so many indexes and keys, put aside for speed, are made again.
    Indexes(usize, usize),
    /// Everything is committed; the tables are being vacuumed and analysed.
    TidyingUp,
}

/// What a fill did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filled {
    /// It filled.
    Now {
        /// Customers.
        customers: u64,
        /// Verifications.
        verifications: u64,
        /// Audit entries, those about the organisation and its people included.
        entries: u64,
    },
    /// The demo was there, whole, with so many customers; nothing was done.
    Before(i64),
}

/// Customers in one piece: some 10 MB.
const PIECE: u64 = 4_000;
/// The demo that `vouch serve --demo` fills.
const SMALL: u64 = 2_000;

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// Fills the small demo unless there is one already.
pub fn fill_once(
    owner_url: &str,
    secret: &SecretKey,
    at: DateTime<Utc>,
    progress: &mut dyn FnMut(Step),
) -> anyhow::Result<Filled> {
    fill(owner_url, secret, at, SMALL, 1, progress)
}

/// Fills the demo with so many customers whose history ends at `at`, as the role that owns the schema. Fails if the
/// database does; then nothing was filled.
pub fn fill(
    owner_url: &str,
    secret: &SecretKey,
    at: DateTime<Utc>,
    customers: u64,
    seed: u64,
    progress: &mut dyn FnMut(Step),
) -> anyhow::Result<Filled> {
    let mut conn = PgConnection::establish(owner_url)?;
    let filled = conn.transaction(|conn| in_one(conn, secret, at, customers, seed, progress))?;
    if matches!(filled, Filled::Now { .. }) {
        progress(Step::TidyingUp);
        tidy_up(&mut conn)?;
    }
    Ok(filled)
}

fn in_one(
    conn: &mut PgConnection,
    secret: &SecretKey,
    at: DateTime<Utc>,
    customers: u64,
    seed: u64,
    progress: &mut dyn FnMut(Step),
) -> anyhow::Result<Filled> {
    // Two that fill at once take turns; the second finds it filled. The number is ours alone.
    conn.batch_execute(
        "SELECT pg_advisory_xact_lock(7820141651);
         SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0;
         SET LOCAL synchronous_commit = off; SET LOCAL client_min_messages = warning; SET LOCAL temp_buffers = '64MB';
         SET LOCAL gin_pending_list_limit = '64MB'; SET LOCAL work_mem = '64MB'; SET LOCAL search_path = pg_temp, public",
    )?;
    if let Some(number) = customers_of_demo(conn)? {
        return Ok(Filled::Before(number));
    }
    let calendar = Calendar::until(at);
    let mut chance = Chance::new(seed);
    sql_query("SELECT public.audit_partitions($1, 27) AS n")
        .bind::<Date, _>((calendar.start() - TimeDelta::days(1)).date_naive() as NaiveDate)
        .execute(conn)?;
    let house = house::found(conn, secret, &mut chance, calendar.start())?;
    // The log is linked at the end, all of it in the order of time, where the trigger would link row by row.
    conn.batch_execute("ALTER TABLE public.audit_entries DISABLE TRIGGER audit_entries_link")?;
    staging::prepare(conn)?;
    let aside = if customers < aside::LARGE {
        None
    } else {
        Some(aside::put_aside(conn, staging::TABLES)?)
    };
    let told = thread::scope(|scope| {
        let (give, receive) = sync_channel(1);
        let house = &house;
        let teller = scope.spawn(move || make_up(house, chance, calendar, customers, &give));
        let loaded = load_all(conn, &receive, progress);
        drop(receive);
        let told = teller
            .join()
            .map_err(|_| anyhow::anyhow!("the thread that makes up customers panicked"))?;
        loaded?;
        told
    })?;
    let entries = u64::try_from(told.ledger.count())?;
    told.ledger
        .link(conn, &mut |links| progress(Step::Links(links)))?;
    if let Some(aside) = aside {
        aside.put_back(conn, &mut |made, of| progress(Step::Indexes(made, of)))?;
    }
    conn.batch_execute(
        "ALTER TABLE public.audit_entries ENABLE ALWAYS TRIGGER audit_entries_link",
    )?;
    sql_query(format!(
        "SELECT setval('numbers.of_{}', $1) AS n",
        house.organisation.simple()
    ))
    .bind::<BigInt, _>(told.number.max(1))
    .execute(conn)?;
    fold_counts(conn)?;
    Ok(Filled::Now {
        customers,
        verifications: told.checks,
        entries,
    })
}

/// What the maker of stories leaves behind.
struct Made {
    ledger: Ledger,
    number: i64,
    checks: u64,
}

fn make_up(
    house: &House,
    chance: Chance,
    calendar: Calendar,
    customers: u64,
    send: &SyncSender<Chunk>,
) -> anyhow::Result<Made> {
    let start = calendar.start();
    // What is promised and what comes before the first customer: a list that grows would take its memory twice.
    let entries = usize::try_from(promised(ENTRIES, customers) + 1_000)?;
    let mut teller = Teller {
        chance,
        calendar,
        house,
        lands: lands::lands(),
        ledger: Ledger::new(house.organisation, house.key.clone(), entries),
        number: 0,
        checks: 0,
        entries: 0,
        rings: Rings::new(house.branches.len()),
    };
    let mut chunk = Chunk::default();
    house::tell(
        house,
        &mut teller.ledger,
        &mut chunk,
        &mut teller.chance,
        start,
    )?;
    for nth in 0..customers {
        teller.tell(nth, customers, &mut chunk)?;
        if chunk.customers_told == PIECE {
            // Nobody listens any more when the database has failed; what it said is told there.
            if send.send(std::mem::take(&mut chunk)).is_err() {
                break;
            }
        }
    }
    let console = Hand {
        who: Who::Console,
        key: None,
        origin: None,
    };
    let event = Event::new(What::DemoFilled, Subject::Organisation).changing(vec![Change::plain(
        "customers",
        serde_json::Value::Null,
        customers,
    )]);
    let at = teller.calendar.at;
    teller.ledger.write(
        &mut chunk.audit_entries,
        &mut teller.chance,
        at,
        &console,
        None,
        &event,
    )?;
    let _ = send.send(chunk);
    Ok(Made {
        ledger: teller.ledger,
        number: teller.number,
        checks: teller.checks,
    })
}

fn load_all(
    conn: &mut PgConnection,
    receive: &Receiver<Chunk>,
    progress: &mut dyn FnMut(Step),
) -> anyhow::Result<()> {
    let mut told = 0;
    for chunk in receive {
        told += chunk.customers_told;
        staging::load(conn, chunk)?;
        progress(Step::Customers(told));
    }
    Ok(())
}

/// How many customers a demo has that was filled before; nothing where there is none.
fn customers_of_demo(conn: &mut PgConnection) -> anyhow::Result<Option<i64>> {
    let demo = sql_query("SELECT number AS n FROM public.organisations WHERE demo")
        .load::<Number>(conn)?;
    if demo.is_empty() {
        return Ok(None);
    }
    sql_query("SELECT set_config('vouch.organisation', (SELECT id::text FROM public.organisations WHERE demo LIMIT 1), true)").execute(conn)?;
    let counted = sql_query("SELECT coalesce(sum(n), 0)::bigint AS n FROM public.customer_counts")
        .get_result::<Number>(conn)?;
    Ok(Some(counted.n))
}

/// The triggers counted each piece; one row for each combination is enough.
fn fold_counts(conn: &mut PgConnection) -> anyhow::Result<()> {
    for (table, columns) in [
        (
            "customer_counts",
            "organisation_id, branch_id, kyc, kind, risk_rank, country",
        ),
        ("verification_counts", "organisation_id, branch_id, status"),
    ] {
        conn.batch_execute(&format!(
            "WITH folded AS (DELETE FROM public.{table} RETURNING *)
             INSERT INTO public.{table} ({columns}, n) SELECT {columns}, sum(n) FROM folded GROUP BY {columns}"
        ))?;
    }
    Ok(())
}

fn tidy_up(conn: &mut PgConnection) -> anyhow::Result<()> {
    #[derive(QueryableByName)]
    struct Table {
        #[diesel(sql_type = Text)]
        name: String,
    }
    // Not the database as a whole: the owner may not tidy up what is not theirs, and says so in many warnings.
    let tables = sql_query(
        "SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname = 'public' AND c.relkind = 'r' AND pg_has_role(c.relowner, 'USAGE') AND NOT c.relispartition ORDER BY 1",
    )
    .load::<Table>(conn)?;
    conn.batch_execute("SET statement_timeout = 0; SET maintenance_work_mem = '128MB'")?;
    for table in tables {
        conn.batch_execute(&format!("VACUUM (ANALYZE) {}", table.name))?;
    }
    conn.batch_execute("VACUUM (ANALYZE) audit_entries")?;
    Ok(())
}
