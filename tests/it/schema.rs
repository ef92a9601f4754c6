//! `src/schema.rs` equals the database. To write it anew after a migration:
//! `VOUCH_BLESS=1 cargo test --test it schema`, then `cargo fmt`.

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use diesel::{
    QueryableByName, RunQueryDsl as _, sql_query,
    sql_types::{Bool, Integer, Text},
};

use crate::support::cluster;

const HEAD: &str =
    "//! The tables as Diesel sees them, written from the database; a test holds the two equal.
#![expect(
    missing_docs,
    reason = \"the columns are explained where they are made, in migrations/\"
)]
";

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    required: bool,
    /// Place in the primary key, from 1; 0 outside it.
    #[diesel(sql_type = Integer)]
    key: i32,
}

/// Tables and views that the program may name: partitions are reached through their parent.
const COLUMNS: &str = "
    SELECT c.relname::text AS table, a.attname::text AS name, format_type(a.atttypid, NULL) AS kind, a.attnotnull AS required,
        coalesce(array_position(k.conkey, a.attnum), 0) AS key
    FROM pg_class c
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition
        AND c.relname NOT LIKE '\\_\\_diesel%'
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
    ORDER BY c.relname COLLATE \"C\", a.attnum";

#[test]
fn the_schema_in_the_source_is_the_database_s() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/schema.rs");
    let columns: Vec<Column> = sql_query(COLUMNS)
        .load(&mut cluster::database().owner())
        .expect("the columns");
    let written = schema(&columns);
    if std::env::var_os("VOUCH_BLESS").is_some() {
        std::fs::write(&path, &written).expect("to write src/schema.rs");
    }
    let source = std::fs::read_to_string(&path).expect("src/schema.rs");
    let (source, written) = (fold(&source), fold(&written));
    let differs = source
        .iter()
        .zip(&written)
        .position(|(one, other)| one != other)
        .unwrap_or(source.len().min(written.len()));
    assert!(
        source == written,
        "src/schema.rs is not the database's: …{}… there, …{}… here. Write it anew: VOUCH_BLESS=1 cargo test --test it schema",
        source[differs.saturating_sub(8)..(differs + 8).min(source.len())].join(" "),
        written[differs.saturating_sub(8)..(differs + 8).min(written.len())].join(" "),
    );
}

/// The words of the file, whatever rustfmt made of its lines.
fn fold(text: &str) -> Vec<String> {
    text.replace(",\n)", "\n)")
        .replace([',', '(', ')'], " ")
        .split_whitespace()
        .map(str::to_owned)
        .collect()
}

fn schema(columns: &[Column]) -> String {
    let mut tables: BTreeMap<&str, Vec<&Column>> = BTreeMap::new();
    for column in columns {
        tables.entry(&column.table).or_default().push(column);
    }
    let mut out = HEAD.to_owned();
    for (table, columns) in &tables {
        let mut key: Vec<&&Column> = columns.iter().filter(|column| column.key > 0).collect();
        key.sort_by_key(|column| column.key);
        // Diesel wants a key; a table of deltas has none.
        let key: Vec<String> = if key.is_empty() {
            columns
                .iter()
                .take(3)
                .map(|column| rust_name(&column.name))
                .collect()
        } else {
            key.iter().map(|column| rust_name(&column.name)).collect()
        };
        write!(
            out,
            "\ndiesel::table! {{\n    {table} ({}) {{\n",
            key.join(", ")
        )
        .expect("text");
        for column in columns {
            let name = rust_name(&column.name);
            if name != column.name {
                writeln!(out, "        #[sql_name = \"{}\"]", column.name).expect("text");
            }
            let kind = diesel_type(&column.kind);
            let kind = if column.required {
                kind
            } else {
                format!("Nullable<{kind}>")
            };
            writeln!(out, "        {name} -> {kind},").expect("text");
        }
        out.push_str("    }\n}\n");
    }
    out.push_str("\ndiesel::allow_tables_to_appear_in_same_query!(\n");
    for table in tables.keys() {
        writeln!(out, "    {table},").expect("text");
    }
    out.push_str(");\n");
    out
}

fn rust_name(name: &str) -> String {
    if matches!(
        name,
        "type" | "ref" | "match" | "move" | "use" | "where" | "in" | "for"
    ) {
        format!("{name}_")
    } else {
        name.to_owned()
    }
}

fn diesel_type(kind: &str) -> String {
    if let Some(element) = kind.strip_suffix("[]") {
        return format!("Array<{}>", diesel_type(element));
    }
    match kind {
        "bytea" => "Bytea",
        "smallint" => "SmallInt",
        "integer" => "Integer",
        "bigint" => "BigInt",
        "double precision" => "Double",
        "uuid" => "Uuid",
        "json" => "Json",
        "jsonb" => "Jsonb",
        "boolean" => "Bool",
        "interval" => "Interval",
        "text" => "Text",
        "timestamp with time zone" => "Timestamptz",
        "date" => "Date",
        other => panic!("the type {other} has no line in {}: add it", file!()),
    }
    .to_owned()
}
