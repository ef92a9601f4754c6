//! The list as a file.

use std::borrow::Cow;

use serde_json::Value;

use super::{index::branch_name, query::Filter};
use crate::{
    access::{guard::By, permissions::Export},
    audit::event::{Change as Field, Event, Subject, What},
    db::{Read, page::Count},
    error::{Error, Result},
    jobs::rules::Kind,
    organisations::store::{self as organisations, Branch},
    verifications::list::{self, Criteria, Row},
    web::{
        answer::Answer,
        csv::{harmless, moment},
        input::Query,
        list_file::{self, ListFile, Taker},
        words,
    },
};

/// The list as a file: its rows, newest first.
pub struct File {
    filter: Filter,
    branches: Vec<Branch>,
    criteria: Criteria,
}

/// `GET /verifications.csv`.
pub(super) fn export(by: By<Export>, Query(filter): Query<Filter>) -> Result<Answer> {
    list_file::answer::<File>(by, filter)
}

impl ListFile for File {
    type Filter = Filter;
    const KIND: Kind = Kind::Verifications;
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "number",
        "customer_id",
        "customer",
        "branch",
        "type",
        "check_type",
        "provider",
        "provider_reference",
        "status",
        "created_at",
        "updated_at",
        "verified_at",
        "expires_at",
    ];

    fn asked(tx: &mut Read<'_>, taker: &Taker, filter: Filter) -> Result<Self> {
        let filter = filter.tidy().first();
        let branches = organisations::branches(tx)?;
        let criteria = filter.criteria(tx, &branches, taker.zone)?;
        // A file that is not whole would look it.
        if criteria.cut {
            return Err(Error::Refused(list::TOO_MANY.into()));
        }
        Ok(Self {
            filter,
            branches,
            criteria,
        })
    }

    fn query(&self) -> String {
        self.filter.href("").trim_start_matches('?').to_owned()
    }

    /// A filter may name anything, so it is sealed; of a search stands here that there was one.
    fn event(&self) -> Event {
        let sealed = if self.filter.s.is_empty() {
            ""
        } else {
            "sealed"
        };
        let told = Filter {
            s: sealed.to_owned(),
            ..self.filter.clone()
        };
        Event::new(What::VerificationsExported, Subject::List("verifications"))
            .changing(vec![Field::personal("filter", Value::Null, told.href(""))])
    }

    fn count(&self, tx: &mut Read<'_>) -> Result<Count> {
        list::count(tx, &self.criteria)
    }

    fn total(&self, tx: &mut Read<'_>) -> Result<i64> {
        list::total(tx, &self.criteria)
    }

    fn rows(&self, tx: &mut Read<'_>, row: &mut dyn FnMut(&[&str]) -> Result<()>) -> Result<()> {
        list::each(tx, &self.criteria, |found| {
            row(&cells(&self.branches, &found).each_ref().map(AsRef::as_ref))
        })
    }
}

fn cells<'a>(branches: &'a [Branch], row: &'a Row) -> [Cow<'a, str>; 14] {
    let check = &row.check;
    let text = |text: &'a Option<String>| harmless(text.as_deref().unwrap_or_default());
    [
        check.id.to_string().into(),
        check.number.to_string().into(),
        check.customer_id.to_string().into(),
        harmless(&row.customer.name),
        harmless(branch_name(branches, check.branch_id)),
        harmless(&check.verification_type),
        text(&check.check_type),
        harmless(&check.provider),
        text(&check.provider_reference),
        words::verification(check.status.as_str()).word.into(),
        moment(Some(check.created_at)).into(),
        moment(Some(check.updated_at)).into(),
        moment(check.verified_at).into(),
        moment(check.expires_at).into(),
    ]
}
