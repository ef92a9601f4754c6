//! Who may be the same person or company as one that is being added or edited.

use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Date, Integer, Nullable, Text, Uuid as SqlUuid},
};
use uuid::Uuid;

use crate::{
    customers::{
        declared::Declared, merging::store::distinct_from, relations::visible_ones, rules::Kind,
        store::Customer, typed::Typed,
    },
    db::Read,
    error::Result,
    value::CustomerId,
};

mod numbers;

pub use numbers::SameNumber;

diesel::define_sql_function! {
    /// Reads across the wall of row-level security by index, within the scope of the settings.
    fn customers_alike(mail: Nullable<Text>, tax: Nullable<Text>, registration: Nullable<Text>, name: Nullable<Text>, born: Nullable<Date>, n: Integer) -> Array<SqlUuid>;
}

/// No more than this many are shown.
const MOST: i32 = 10;
/// No more of those whose papers have one number.
const AT_ONCE: usize = 10;

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

/// Those in scope who are alike to a customer, also those whom somebody said to be others: by what is declared, or by
/// the number of a paper.
pub fn of_customer(tx: &mut Read<'_>, customer: &Customer) -> Result<Vec<Alike>> {
    let declared = Declared::of(&Typed::from(customer), customer.kind)?;
    let mut found = alike(tx, &declared, Some(customer.id))?;
    for (other, number) in numbers::sharing(tx, customer.id, AT_ONCE)? {
        let at = found.iter().position(|one| one.customer.id == other.id);
        let at = at.unwrap_or_else(|| {
            found.push(Alike {
                customer: other,
                same: Vec::new(),
                number: None,
            });
            found.len() - 1
        });
        found[at].same.push("Document number");
        found[at].number = Some(number);
    }
    by_name(&mut found);
    Ok(found)
}

/// Those in scope who share what identifies somebody: e-mail, tax ID, registration number, or name and birth date.
/// `own` is the customer that is being edited, who is like themselves, and unlike whom somebody said to be others.
pub fn of(tx: &mut Read<'_>, declared: &Declared, own: Option<CustomerId>) -> Result<Vec<Alike>> {
    let mut found = alike(tx, declared, own)?;
    if let Some(own) = own
        && !found.is_empty()
    {
        let others = distinct_from(tx, own)?;
        found.retain(|one| !others.contains(&one.customer.id));
    }
    Ok(found)
}

fn alike(tx: &mut Read<'_>, declared: &Declared, own: Option<CustomerId>) -> Result<Vec<Alike>> {
    let ids: Vec<Uuid> = diesel::select(customers_alike(
        declared.email.clone(),
        declared.tax_id.clone(),
        declared.registration_number.clone(),
        sort_name(declared),
        declared.birth_date,
        MOST + 1,
    ))
    .get_result(tx.conn())?;
    let ids = ids
        .into_iter()
        .map(CustomerId)
        .filter(|id| Some(*id) != own)
        .collect();
    let mut found: Vec<Alike> = visible_ones(tx, ids)?
        .into_values()
        .map(|customer| Alike {
            same: same(&customer, declared),
            customer,
            number: None,
        })
        .collect();
    by_name(&mut found);
    Ok(found)
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
        SHARING,
    ))
    .get_result(tx.conn())?;
    Ok(ids.into_iter().map(CustomerId).collect())
}

/// Each place of a list of which somebody in scope is alike, and one of those who are.
const FIRST_OF_EACH: &str = "
    SELECT one.place, alike.ids[1] AS id
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::date[]) WITH ORDINALITY AS one (mail, tax, registration, name, born, place),
        LATERAL (SELECT customers_alike(one.mail, one.tax, one.registration, one.name, one.born, 1) AS ids) alike
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
    let mut same = Vec::new();
    if equal(&customer.email, &declared.email) {
        same.push("E-mail");
    }
    if equal(&customer.tax_id, &declared.tax_id) {
        same.push("Tax ID");
    }
    if equal(&customer.registration_number, &declared.registration_number) {
        same.push("Registration number");
    }
    if same.is_empty()
        || (customer.birth_date.is_some() && customer.birth_date == declared.birth_date)
    {
        same.push("Name and date of birth");
    }
    same
}
