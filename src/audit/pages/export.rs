//! `GET /audit.csv`: the log as a file that proves itself. It carries the whole chain (what a filter leaves out as
//! hashes alone) and a signed checkpoint, so that `vouch audit verify --from-export` needs no database.

use std::collections::{HashMap, hash_map::Entry as Slot};

use uuid::Uuid;

use crate::{
    access::{guard::By, permissions::ExportAudit, scope::Branches},
    audit::{
        chain::{Entry, GENESIS},
        event::{Change as FieldChange, Event, Subject, What},
        export::{EntryKeys, ExportWriter, Names},
        list::{Filter, Reach},
        store,
        verdict::Head,
        verify, witness,
    },
    db::Connection,
    error::{Error, Result},
    seal::DataKey,
    value::DataKeyId,
    web::{
        answer::{Answer, Sink},
        input::{Input, Query},
    },
};

use super::query::{AuditQuery, reach};

pub fn export(
    mut by: By<ExportAudit>,
    Query(query): Query<AuditQuery>,
    input: Input,
) -> Result<Answer> {
    let (reach, filter) = (reach(&by), query.filter(by.time_zone)?);
    let asked = query.address("");
    // Written and committed before the first byte: an export that nobody knows of must not exist.
    by.change(|tx| {
        tx.say(
            Event::new(What::AuditExported, Subject::List("audit")).changing(vec![
                FieldChange::personal("filter", serde_json::Value::Null, asked),
            ]),
        );
        Ok(())
    })?;
    let name = format!("audit-{}.csv", by.now().format("%Y-%m-%d"));
    let directory = input.checkpoints;
    let (mut conn, actor, staff) = by.into_parts();
    let checkpoint = witness::look(
        &mut conn,
        staff.organisation,
        &directory,
        &staff.organisation_name,
        true,
    )?;
    let mut keys = conn.another()?;
    Ok(Answer::file(
        &name,
        "text/csv; charset=utf-8",
        move |sink: &mut Sink| {
            let scope = actor.scope.clone();
            let chosen = |entry: &Entry| chosen(entry, reach, scope.branches(), &filter);
            let mut held: HashMap<Uuid, Option<DataKey>> = HashMap::new();
            conn.read(&actor.scope, |tx| {
                let organisation = tx.scope().organisation().0;
                let names: HashMap<Uuid, String> =
                    crate::audit::list::actors(tx)?.into_iter().collect();
                let mut writer = ExportWriter::new(
                    sink,
                    organisation,
                    Head {
                        sequence: 0,
                        chain_hash: GENESIS,
                    },
                );
                let mut failed = None;
                let streamed = verify::each_link(tx.conn(), organisation, 0, &mut |link, entry| {
                    let written = match entry {
                        Ok(entry) if chosen(&entry) => {
                            entry_keys(&mut keys, &scope, &mut held, &entry).and_then(|keys| {
                                let actor = entry
                                    .actor_id
                                    .and_then(|id| names.get(&id))
                                    .map_or("", String::as_str);
                                let subject =
                                    What::by_action(&entry.action).map_or("", What::words);
                                writer
                                    .entry(
                                        &link,
                                        &entry,
                                        &keys,
                                        Names {
                                            actor,
                                            subject,
                                            branch: "",
                                        },
                                    )
                                    .map_err(|error| Error::Internal(error.into()))
                            })
                        }
                        _ => writer
                            .link(&link)
                            .map_err(|error| Error::Internal(error.into())),
                    };
                    let written = written.and_then(|()| match &checkpoint {
                        Some(signed) if signed.size == link.sequence => writer
                            .checkpoint(signed)
                            .map_err(|error| Error::Internal(error.into())),
                        _ => Ok(()),
                    });
                    written.map_err(|error| {
                        failed = Some(error);
                        diesel::result::Error::RollbackTransaction
                    })
                });
                if let Some(error) = failed {
                    return Err(error);
                }
                streamed?;
                writer
                    .finish()
                    .map(drop)
                    .map_err(|error| Error::Internal(error.into()))
            })
        },
    ))
}

/// Whether an entry is among what was asked for and may be seen; the same conditions as the page's.
fn chosen(entry: &Entry, reach: Reach, branches: &Branches, filter: &Filter) -> bool {
    let seen = match (reach, branches) {
        (Reach::Own(staff), _) => entry.actor_id == Some(staff.0),
        (Reach::Branches, Branches::All) => true,
        (Reach::Branches, Branches::Only(list)) => entry
            .branch_id
            .is_some_and(|branch| list.iter().any(|own| own.0 == branch)),
    };
    let by = (filter.actors.is_empty() && filter.whoever.is_empty())
        || entry
            .actor_id
            .is_some_and(|actor| filter.actors.contains(&actor))
        || filter.whoever.iter().any(|one| one.is(&entry.actor_kind));
    seen && by
        && (filter.actions.is_empty()
            || filter
                .actions
                .iter()
                .any(|what| what.action() == entry.action))
        && filter
            .customer
            .is_none_or(|customer| entry.customer_id == Some(customer))
        && filter
            .branch
            .is_none_or(|branch| entry.branch_id == Some(branch))
        && filter.from.is_none_or(|from| entry.at >= from)
        && filter.until.is_none_or(|until| entry.at < until)
}

/// How many customers' keys are held while a file is written.
const HELD: usize = 10_000;

/// The keys of one entry, each of which opens that entry and no other.
fn entry_keys(
    conn: &mut Connection,
    scope: &crate::access::scope::Scope,
    held: &mut HashMap<Uuid, Option<DataKey>>,
    entry: &Entry,
) -> Result<EntryKeys> {
    let mut key = |id: Option<Uuid>, there: bool| -> Result<Option<crate::seal::EntryKey>> {
        if !there {
            return Ok(None);
        }
        let id = id.unwrap_or_default();
        if held.len() > HELD {
            held.clear();
        }
        let found = match held.entry(id) {
            Slot::Occupied(known) => known.into_mut(),
            Slot::Vacant(free) => free.insert(conn.read(scope, |tx| {
                store::standing_key(tx, (!id.is_nil()).then_some(DataKeyId(id)))
            })?),
        };
        Ok(found.as_ref().map(|key| key.entry_key(entry.id)))
    };
    Ok(EntryKeys {
        detail: key(entry.detail_key, entry.detail.is_some())?,
        origin: key(entry.origin_key, entry.origin.is_some())?,
    })
}
