//! Who may be the same person or company as one that is being added or edited.

use std::collections::BTreeSet;

use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Date, Integer, Nullable, Text, Uuid as SqlUuid},
};
use uuid::Uuid;

use crate::{
    customers::{
        declared::Declared, relations::visible_ones, rules::Kind, store::Customer, typed::Typed,
    },
    db::Read,
    error::Result,
    value::CustomerId,
};

mod numbers;

pub use numbers::{SameNumber, number_key};

diesel::define_sql_function! {
    /// Reads across the wall of row-level security by index, within the scope of the settings, without `own` and those of whom
    /// somebody said that they are others; at most `n`.
    fn customers_alike(mail: Nullable<Text>, tax: Nullable<Text>, registration: Nullable<Text>, name: Nullable<Text>, born: Nullable<Date>, own: Nullable<SqlUuid>, n: Integer) -> Array<SqlUuid>;
}

/// No more than this many are shown of those who declared the same, and of those whose papers have one number.
const MOST: usize = 10;

/// A customer who may be the same, and what they share.
#[derive(Clone, Debug, PartialEq)]
pub struct Alike {
    /// Who.
    pub customer: Customer,
    /// What is the same, for people: "E-mail".
    pub same: Vec<&'static str>,
    /// The number that stands on a paper of each, where there is one.
    pub number: Option<SameNumber>,
}

/// Those who may be the same, by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Likely {
    /// Those who are shown.
    pub ones: Vec<Alike>,
    /// Whether there are more.
    pub more: bool,
}

/// Those in scope who are alike to a customer by what is declared, or by the number of a paper. `others`: those of whom
/// somebody said that they are not the same, who are left out.
pub fn of_customer(
    tx: &mut Read<'_>,
    customer: &Customer,
    others: &BTreeSet<CustomerId>,
) -> Result<Likely> {
    let declared = Declared::of(&Typed::from(customer), customer.kind)?;
    let mut found = of(tx, &declared, Some(customer.id))?;
    let mut sharing = numbers::sharing(tx, customer.id, others, MOST + 1)?;
    found.more |= sharing.len() > MOST;
    sharing.truncate(MOST);
    for (other, number) in sharing {
        let known = &mut found.ones;
        let at = known.iter().position(|one| one.customer.id == other.id);
        let at = at.unwrap_or_else(|| {
            known.push(Alike {
                customer: other,
                same: Vec::new(),
                number: None,
            });
            known.len() - 1
        });
        known[at].same.push("Document number");
        known[at].number = Some(number);
    }
    by_name(&mut found.ones);
    Ok(found)
}

/// Those in scope who share what identifies somebody: e-mail, tax ID, registration number, or name and birth date.
/// `own` is the customer that is being edited, who is like themselves, and unlike whom somebody said to be others.
pub fn of(tx: &mut Read<'_>, declared: &Declared, own: Option<CustomerId>) -> Result<Likely> {
    let mut ids: Vec<Uuid> = diesel::select(customers_alike(
        declared.email.clone(),
        declared.tax_id.clone(),
        declared.registration_number.clone(),
        sort_name(declared),
        declared.birth_date,
        own.map(|id| id.0),
        i32::try_from(MOST + 1).unwrap_or(i32::MAX),
    ))
    .get_result(tx.conn())?;
    let more = ids.len() > MOST;
    ids.truncate(MOST);
    let mut ones: Vec<Alike> = visible_ones(tx, ids.into_iter().map(CustomerId).collect())?
        .into_values()
        .map(|customer| Alike {
            same: same(&customer, declared),
            customer,
            number: None,
        })
        .collect();
    by_name(&mut ones);
    Ok(Likely { ones, more })
}

/// So many are looked at among those who share an e-mail address.
const SHARING: i32 = 1_000;

/// Those in scope with this e-mail address, in any case of letters.
pub fn by_email(tx: &mut Read<'_>, address: &str) -> Result<Vec<CustomerId>> {
    let none = None::<String>;
    let ids: Vec<Uuid> = diesel::select(customers_alike(
        Some(address.to_owned()),
        none.clone(),
        none.clone(),
        none,
        None::<chrono::NaiveDate>,
        None::<Uuid>,
        SHARING,
    ))
    .get_result(tx.conn())?;
    Ok(ids.into_iter().map(CustomerId).collect())
}

/// Each place of a list of which somebody in scope is alike, and one of those who are.
const FIRST_OF_EACH: &str = "
    SELECT one.place, alike.ids[1] AS id
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::date[]) WITH ORDINALITY AS one (mail, tax, registration, name, born, place),
        LATERAL (SELECT customers_alike(one.mail, one.tax, one.registration, one.name, one.born, NULL, 1) AS ids) alike
    WHERE alike.ids <> '{}'";

#[derive(QueryableByName)]
struct First {
    #[diesel(sql_type = BigInt)]
    place: i64,
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// For each of many, one customer in scope who is alike to them, with what they share; in the order asked.
pub fn first_of_each(tx: &mut Read<'_>, asked: &[Declared]) -> Result<Vec<Option<Alike>>> {
    let texts =
        |field: fn(&Declared) -> Option<String>| asked.iter().map(field).collect::<Vec<_>>();
    let found: Vec<First> = sql_query(FIRST_OF_EACH)
        .bind::<Array<Nullable<Text>>, _>(texts(|one| one.email.clone()))
        .bind::<Array<Nullable<Text>>, _>(texts(|one| one.tax_id.clone()))
        .bind::<Array<Nullable<Text>>, _>(texts(|one| one.registration_number.clone()))
        .bind::<Array<Nullable<Text>>, _>(texts(sort_name))
        .bind::<Array<Nullable<Date>>, _>(
            asked.iter().map(|one| one.birth_date).collect::<Vec<_>>(),
        )
        .load(tx.conn())?;
    let known = visible_ones(tx, found.iter().map(|one| CustomerId(one.id)).collect())?;
    let mut each = vec![None; asked.len()];
    for First { place, id } in found {
        let place = usize::try_from(place - 1).unwrap_or_default();
        if let (Some(customer), Some(declared)) = (known.get(&CustomerId(id)), asked.get(place)) {
            each[place] = Some(Alike {
                same: same(customer, declared),
                customer: customer.clone(),
                number: None,
            });
        }
    }
    Ok(each)
}

fn by_name(found: &mut [Alike]) {
    found.sort_by(|a, b| {
        a.customer
            .name
            .cmp(&b.customer.name)
            .then(a.customer.id.cmp(&b.customer.id))
    });
}

/// The name as the column `sort_name` begins with: last name first.
fn sort_name(declared: &Declared) -> Option<String> {
    if declared.kind == Kind::Legal {
        return declared.legal_name.clone();
    }
    let part = |name: &Option<String>| name.clone().unwrap_or_default();
    let name = format!(
        "{} {}",
        part(&declared.last_name),
        part(&declared.first_name)
    );
    let name = name.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

fn same(customer: &Customer, declared: &Declared) -> Vec<&'static str> {
    let equal = |a: &Option<String>, b: &Option<String>| match (a, b) {
        (Some(a), Some(b)) => a.to_lowercase() == b.to_lowercase(),
        _ => false,
    };
    let one_number = |a: &Option<String>, b: &Option<String>| match (a, b) {
        (Some(a), Some(b)) => {
            let key = number_key(a);
            !key.is_empty() && key == number_key(b)
        }
        _ => false,
    };
    let mut same = Vec::new();
    if equal(&customer.email, &declared.email) {
        same.push("E-mail");
    }
    if one_number(&customer.tax_id, &declared.tax_id) {
        same.push("Tax ID");
    }
    if one_number(&customer.registration_number, &declared.registration_number) {
        same.push("Registration number");
    }
    if same.is_empty()
        || (customer.birth_date.is_some() && customer.birth_date == declared.birth_date)
    {
        same.push("Name and date of birth");
    }
    same
}
