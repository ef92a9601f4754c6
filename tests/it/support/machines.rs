//! Keys of a company's own systems, for every face.

use chrono::NaiveDate;
use diesel::prelude::*;
use uuid::Uuid;
use vouch::{
    cli::key::{self, Add},
    db::{Connection, Db, PoolOptions},
    keys::Keys,
    schema::credentials,
    value::OrganisationId,
};

use super::app::{Tenant, TestApp};

/// A key that was just made.
#[derive(Clone, Debug)]
pub struct Made {
    /// As entries of the log name it.
    pub actor: Uuid,
    /// The public half.
    pub id: String,
    /// The secret half.
    pub secret: String,
}

fn connection(app: &TestApp) -> Connection {
    let options = PoolOptions {
        url: app.database.app_url.clone(),
        size: 1,
        wait: std::time::Duration::from_secs(5),
        statement_cache: true,
    };
    Db::open(&options, app.clock.clone(), Keys::new(app.secret.clone()))
        .connection()
        .expect("a connection")
}

/// Makes a key as the command line does. Without branches it sees all.
pub fn key(
    app: &TestApp,
    tenant: &Tenant,
    of: (&str, &str),
    may: &[&str],
    branches: &[&str],
) -> Made {
    key_until(app, tenant, of, may, branches, None)
}

/// The same with its last day.
pub fn key_until(
    app: &TestApp,
    tenant: &Tenant,
    (face, kind): (&str, &str),
    may: &[&str],
    branches: &[&str],
    expires: Option<NaiveDate>,
) -> Made {
    let owned = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
    let asked = Add {
        organisation: None,
        face: face.to_owned(),
        kind: kind.to_owned(),
        permission: owned(may),
        branch: owned(branches),
        name: String::new(),
        expires,
    };
    let made = key::add(&mut connection(app), OrganisationId(tenant.id), &asked).expect("a key");
    let text = |name: &str| made[name].as_str().expect("a text").to_owned();
    let actor = credentials::table
        .filter(credentials::key_id.eq(text("id")))
        .select(credentials::id)
        .first(&mut app.owner_of(tenant))
        .expect("the key");
    Made {
        actor,
        id: text("id"),
        secret: text("secret"),
    }
}

/// Ends a key as the command line does.
pub fn revoke(app: &TestApp, tenant: &Tenant, key: &Made) {
    key::revoke(&mut connection(app), OrganisationId(tenant.id), &key.id).expect("an end");
}
