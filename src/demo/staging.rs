//! The way into the tables: COPY, which is refused on tables with row-level security, fills temporary tables of the same
//! names (found first, since `pg_temp` leads the search path), and one INSERT … SELECT a table moves the rows.

use std::io::Write;

use diesel::{
    Column, ExecuteCopyFromDsl, PgConnection, QueryResult, connection::SimpleConnection,
    pg::CopyFormat,
};

use super::rows::Rows;
use crate::schema;

macro_rules! tables {
    ($($table:ident: $($column:ident)+;)+) => {
        /// Rows on their way, table by table.
        #[derive(Default)]
        pub struct Chunk {
            $(#[doc = concat!("Rows of `", stringify!($table), "`.")] pub $table: Rows,)+
            /// How many customers it tells of.
            pub customers_told: u64,
        }

        /// The tables that a fill moves rows into.
        pub const TABLES: &[&str] = &[$(stringify!($table)),+];

        /// Makes the temporary tables, which end with the transaction.
        pub fn prepare(conn: &mut PgConnection) -> QueryResult<()> {
            $(conn.batch_execute(&format!(
                "CREATE TEMP TABLE {0} ON COMMIT DROP AS SELECT {1} FROM public.{0} WHERE false",
                stringify!($table),
                columns(&[$(<schema::$table::$column as Column>::NAME),+])
            ))?;)+
            Ok(())
        }

        /// Moves a chunk into the tables.
        pub fn load(conn: &mut PgConnection, chunk: Chunk) -> QueryResult<()> {
            $(
                if chunk.$table.count > 0 {
                    let bytes = chunk.$table.finish();
                    diesel::copy_from(schema::$table::table)
                        .from_raw_data(($(schema::$table::$column,)+), |sink: &mut dyn Write| -> QueryResult<()> {
                            // In pieces: libpq would keep a copy of one large one.
                            bytes.chunks(1 << 16).try_for_each(|piece| sink.write_all(piece))
                                .map_err(|error| diesel::result::Error::SerializationError(Box::new(error)))
                        })
                        .with_format(CopyFormat::Binary)
                        .execute(conn)?;
                    drop(bytes);
                    let list = columns(&[$(<schema::$table::$column as Column>::NAME),+]);
                    conn.batch_execute(&format!(
                        "INSERT INTO public.{0} ({list}) SELECT {list} FROM pg_temp.{0}; TRUNCATE pg_temp.{0}",
                        stringify!($table),
                    ))?;
                }
            )+
            Ok(())
        }
    };
}

fn columns(names: &[&str]) -> String {
    format!("\"{}\"", names.join("\", \""))
}

tables! {
    data_keys: organisation_id id wrapped created_at;
    customers: organisation_id id number short_id branch_id kind legal_type title first_name last_name email phone_prefix
        phone birth_date birth_place birth_country nationality address_line1 city postal_code country tax_id occupation
        income_range legal_name legal_form registration_number representative_name representative_email
        distribution_country us_person no_beneficial_owner kyc review_type risk risk_reason kyc_comment last_request_at
        last_review_at next_review_on refused_at data_key created_by_kind created_by_id created_at updated_at version;
    reviews: organisation_id id number customer_id branch_id round type_ state submitted_kind submitted_id submitted_at
        snapshot assignee claim_expires_at due_at paused_at decision risk reason_codes comment message decided_by
        decided_kind decided_at;
    verifications: organisation_id id number customer_id branch_id review_id verification_type check_type provider
        provider_reference status reason result_payload started_by_kind started_by_id actor_kind actor_id verified_at
        expires_at last_checked_at created_at updated_at;
    documents: organisation_id id number customer_id review_id type_ name media_type size sha256 status reason expires_on
        uploaded_kind uploaded_id created_at updated_at;
    extracted_fields: organisation_id document_id field source customer_id value entered_kind entered_id entered_at;
    tax_residences: organisation_id id number customer_id country tax_payer_id liability_waiver created_at
        updated_at;
    relations: organisation_id id parent_id child_id role percent source created_at;
    notes: organisation_id id customer_id body written_by created_at;
    audit_entries: organisation_id at id request_id actor_kind actor_id action subject_kind subject_id customer_id
        branch_id changes detail_key detail origin_key origin;
    audit_links: organisation_id sequence entry_at entry_id linked_at content_hash chain_hash;
}
