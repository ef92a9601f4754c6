//! What is put aside while a large fill runs: indexes and foreign keys of the tables it fills, made again at its end, at
//! once and sorted instead of row by row. Only where those tables are empty, since nobody else may need them meanwhile;
//! and within the fill's transaction, so that a fill that is stopped leaves them where they were.

use diesel::{
    PgConnection, QueryResult, QueryableByName, RunQueryDsl, connection::SimpleConnection,
    sql_query, sql_types::Text,
};

/// From how many customers on it is worth its while.
pub const LARGE: u64 = 20_000;

/// How each thing that was put aside is made again, in the order in which that is done.
pub struct Aside {
    again: Vec<String>,
}

#[derive(QueryableByName)]
struct Statement {
    #[diesel(sql_type = Text)]
    drop: String,
    #[diesel(sql_type = Text)]
    again: String,
}

/// Foreign keys and then indexes; not those indexes that enforce something.
const FOREIGN_KEYS: &str = "
    SELECT format('ALTER TABLE public.%I DROP CONSTRAINT %I', c.relname, k.conname) AS drop,
           format('ALTER TABLE public.%I ADD CONSTRAINT %I %s', c.relname, k.conname, pg_get_constraintdef(k.oid)) AS again
      FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND k.contype = 'f' AND k.conparentid = 0 AND c.relname IN (TABLES) ORDER BY c.relname, k.conname";
const INDEXES: &str = "
    SELECT format('DROP INDEX public.%I', i.relname) AS drop,
           replace(pg_get_indexdef(i.oid), ' ON ONLY ', ' ON ') AS again
      FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
           JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND NOT x.indisunique AND c.relname IN (TABLES) ORDER BY c.relname, i.relname";

/// Puts aside what the tables of a fill have; nothing where there are customers already.
pub fn put_aside(conn: &mut PgConnection, tables: &[&str]) -> QueryResult<Aside> {
    #[derive(QueryableByName)]
    struct Answer {
        #[diesel(sql_type = diesel::sql_types::Bool)]
        yes: bool,
    }
    // Of any tenant: the rows of others are hidden, the pages that hold them are not.
    let empty = sql_query("SELECT pg_relation_size('public.customers') = 0 AS yes");
    if !empty.get_result::<Answer>(conn)?.yes {
        return Ok(Aside { again: Vec::new() });
    }
    // What waits for the commit would hold the tables as they are.
    conn.batch_execute("SET CONSTRAINTS ALL IMMEDIATE")?;
    let list = format!("'{}'", tables.join("', '"));
    let mut again = Vec::new();
    for found in [FOREIGN_KEYS, INDEXES] {
        let statements = sql_query(found.replace("TABLES", &list)).load::<Statement>(conn)?;
        for one in &statements {
            conn.batch_execute(&one.drop)?;
        }
        // Keys are checked last, with the indexes back in their places.
        again.splice(0..0, statements.into_iter().map(|one| one.again));
    }
    Ok(Aside { again })
}

impl Aside {
    /// Makes everything again; `progress` is told before each.
    pub fn put_back(
        &self,
        conn: &mut PgConnection,
        progress: &mut dyn FnMut(usize, usize),
    ) -> QueryResult<()> {
        conn.batch_execute(
            "SET LOCAL maintenance_work_mem = '256MB'; SET LOCAL max_parallel_maintenance_workers = 2",
        )?;
        for (place, statement) in self.again.iter().enumerate() {
            progress(place, self.again.len());
            conn.batch_execute(statement)?;
        }
        Ok(())
    }
}
