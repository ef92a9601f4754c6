//! Reading a paper off.

use chrono::NaiveDate;
use serde_json::Value;

use crate::{
    audit::event::{Change as Field, Event, What},
    customers::store as customers,
    db::Change,
    documents::{
        fields::{
            rules::{self, Source},
            store::{self, Extracted},
        },
        rules::DocumentStatus,
        store as papers,
    },
    error::{Error, Result},
    value::DocumentId,
};

/// Saves what stands on a paper, in the place of what was read off it in the same way before. `version`: the
/// customer's, as the reader saw it. The paper's last day, where one was read, is watched from then on.
pub fn read_off(
    tx: &mut Change<'_>,
    id: DocumentId,
    version: i32,
    source: Source,
    values: &[(rules::Field, String)],
) -> Result<()> {
    let (paper, customer) = papers::lock(tx, id)?;
    if customer.version != version {
        return Err(Error::Conflict(
            "The customer changed since you opened the document.".into(),
        ));
    }
    if matches!(
        paper.status,
        DocumentStatus::Refused | DocumentStatus::Canceled
    ) {
        return Err(Error::Refused(
            format!(
                "The document is {}: nothing is read off it any more.",
                paper.status.words().to_lowercase()
            )
            .into(),
        ));
    }
    let before = store::of_document(tx, id)?;
    let mut changes = differences(&before, source, values);
    if changes.is_empty() {
        return Err(Error::field(
            if source == Source::Mrz {
                "mrz"
            } else {
                "fields"
            },
            "Nothing is different from what was saved",
        ));
    }
    store::replace(tx, &paper, source, values)?;
    let last = last_day(&before, source, values);
    if last.is_some() && last != paper.expires_on {
        papers::set_last_day(tx, id, last)?;
        changes.push(Field::plain(
            "expires_on",
            paper.expires_on.map(|day| day.to_string()),
            last.map(|day| day.to_string()),
        ));
    }
    customers::touch(tx, customer.id)?;
    changes.insert(0, Field::plain("document", (), paper.document_type.words()));
    tx.say(Event::new(What::DocumentRead, paper.subject(&customer)).changing(changes));
    Ok(())
}

fn differences(
    before: &[Extracted],
    source: Source,
    values: &[(rules::Field, String)],
) -> Vec<Field> {
    let was = |field: rules::Field| {
        let found = before
            .iter()
            .find(|one| one.field == field && one.source == source);
        found.map(|one| one.value.as_str())
    };
    let is = |field: rules::Field| {
        let found = values.iter().find(|(known, _)| *known == field);
        found.map(|(_, value)| value.as_str())
    };
    rules::Field::ALL
        .iter()
        .filter(|field| was(**field) != is(**field))
        .map(|field| {
            let text = |value: Option<&str>| value.map_or(Value::Null, Value::from);
            Field::personal(field.as_str(), text(was(*field)), text(is(*field)))
        })
        .collect()
}

/// The earliest of the last days that were read off: where page and zone differ, the paper serves no longer than
/// either says.
fn last_day(
    before: &[Extracted],
    source: Source,
    values: &[(rules::Field, String)],
) -> Option<NaiveDate> {
    let other = before
        .iter()
        .filter(|one| one.source != source)
        .map(|one| (one.field, &one.value));
    values
        .iter()
        .map(|(field, value)| (*field, value))
        .chain(other)
        .filter(|(field, _)| *field == rules::Field::ExpiresOn)
        .filter_map(|(_, value)| value.parse().ok())
        .min()
}
