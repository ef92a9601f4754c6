//! `PUT /v1/users/{id}/Kycreview`, `GET|PUT /v1/users/{id}/kyc`.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::Value;

use super::{
    ReadUsers, WriteUsers,
    errors::PREREQUISITE,
    number::Number,
    tag::Tagged,
    users,
    wire::{
        kyc::{Known, KycAnswer, Kycs},
        shown::Shown,
        stands::Stands,
        user_answer::{UserAnswer, Users},
    },
};
use crate::{
    access::{keys::guard::Key, scope::Branches},
    customers::{by_number, store::Customer},
    db::Read,
    error::{Error, FieldError, Result},
    faces::{
        once::{Named, once_as},
        params::Params,
    },
    organisations::store as organisations,
    reviews::{
        policy::{rules::LifeCycle, store as policies},
        store::{behind, looks},
        whole::{self, Owed, Whole},
    },
    value::CustomerId,
    web::{input::Input, reply::Reply},
};

/// What a request of a review is answered with: the KYC object, or the user of the older life cycle.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Reviewed {
    /// The newer life cycle; our ruling, since the page shows no answer.
    Kyc(Box<KycAnswer>),
    /// The older one.
    Users(Shown<Users>),
}

impl JsonSchema for Reviewed {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Reviewed".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (kyc, users) = (
            generator.subschema_for::<KycAnswer>(),
            generator.subschema_for::<super::wire::shown::Legacy<Users>>(),
        );
        json_schema!({"anyOf": [kyc, users]})
    }
}

pub(super) fn request(
    mut by: Key<WriteUsers>,
    Number(number): Number,
    Params(Tagged(tag)): Params<Tagged>,
    input: Input,
) -> Result<Reply<Reviewed>> {
    let asked = input.path.trim_end_matches('/');
    let named = tag.map(|tag| Named::tagged(by.caller.id, &tag, &input.method, asked));
    once_as(&mut by, named.as_ref(), |tx| {
        let id = by_number::find(tx, number)?.id;
        behind::hold(tx, id)?;
        by_number::hold(tx, number)?;
        let changed = match whole::request(tx, id)? {
            Whole::Requested => true,
            Whole::Open => false,
            Whole::Owed(owed) => {
                return Err(Error::Invalid(owed.into_iter().map(missing).collect()));
            }
        };
        let known = one(tx, id)?.when_asked();
        Ok((Reply::new(&reviewed(tx, known)?), changed))
    })
}

/// One error for each missing item.
fn missing(owed: Owed) -> FieldError {
    let message = match owed.number {
        Some(number) => format!("User {number}: {}", owed.words),
        None => format!("A member outside of this key's branches: {}", owed.words),
    };
    FieldError {
        field: PREREQUISITE.into(),
        message: message.into(),
    }
}

fn one(tx: &mut Read<'_>, id: CustomerId) -> Result<Known> {
    let found = by_number::of_tenant(tx, id)?;
    with_comment(tx, found)
}

fn with_comment(tx: &mut Read<'_>, found: Customer) -> Result<Known> {
    let reviewed = looks::of(tx, &found)?;
    let known = users::beside(tx, vec![found])?.pop();
    let known = known.ok_or(Error::NotFound)?;
    Ok(Known { reviewed, ..known })
}

fn reviewed(tx: &mut Read<'_>, known: Known) -> Result<Reviewed> {
    let client = organisations::number(tx)?;
    Ok(match policies::current(tx)?.policy.kyc_life_cycle {
        LifeCycle::New => Reviewed::Kyc(Box::new(KycAnswer::of(client, &known))),
        cycle @ LifeCycle::Legacy => {
            let branches = tx.scope().branches().clone();
            let users = users_of(tx, client, known, &branches)?;
            Reviewed::Users(Shown::of(cycle, users))
        }
    })
}

fn users_of(tx: &mut Read<'_>, client: i64, known: Known, branches: &Branches) -> Result<Users> {
    let stands: Stands = users::stands(tx, &known.customer, branches)?;
    Ok(Users {
        users: vec![UserAnswer::of(client, known, stands)],
    })
}

pub(super) fn read(mut by: Key<ReadUsers>, Number(number): Number) -> Result<Reply<KycAnswer>> {
    let kyc = by.read(|tx| {
        let found = by_number::find(tx, number)?;
        let client = organisations::number(tx)?;
        Ok(KycAnswer::of(client, &with_comment(tx, found)?))
    })?;
    Ok(Reply::new(&kyc))
}

/// What a webhook of this name tells of a customer; nothing where it is of the life cycle that the organisation has not. Of a
/// request it tells how things stood when it was made. `branches`: those of whoever is told.
pub fn told(
    tx: &mut Read<'_>,
    name: &str,
    id: CustomerId,
    branches: &Branches,
) -> Result<Option<Value>> {
    let (cycle, asked) = match name {
        "user.kycrequest" => (LifeCycle::Legacy, true),
        "user.kycreview" => (LifeCycle::Legacy, false),
        "kycreview.request" => (LifeCycle::New, true),
        "kycreview.result" => (LifeCycle::New, false),
        _ => return Ok(None),
    };
    if policies::current(tx)?.policy.kyc_life_cycle != cycle {
        return Ok(None);
    }
    let known = one(tx, id)?;
    let known = if asked { known.when_asked() } else { known };
    let client = organisations::number(tx)?;
    let value = match cycle {
        LifeCycle::Legacy => {
            let users = users_of(tx, client, known, branches)?;
            serde_json::to_value(Shown::of(cycle, users))
        }
        LifeCycle::New => serde_json::to_value(Kycs {
            kycs: vec![KycAnswer::of(client, &known)],
        }),
    };
    Ok(Some(value.map_err(anyhow::Error::new)?))
}
