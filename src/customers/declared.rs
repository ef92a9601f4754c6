//! What a customer declares, as it is stored; and back to the form it came from.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::{
    audit::event::Change as Changed,
    customers::{
        rules::Kind,
        store::Customer,
        typed::{TICKED, Typed},
    },
    error::{Error, Result},
    schema::customers,
    value::BranchId,
};

/// The declared columns.
#[derive(Clone, Debug, PartialEq, Eq, Insertable, AsChangeset)]
#[diesel(table_name = customers, treat_none_as_null = true)]
#[expect(
    missing_docs,
    reason = "the fields are the columns, explained in the migration"
)]
pub struct Declared {
    pub branch_id: BranchId,
    pub kind: Kind,
    pub legal_type: Option<i16>,
    pub title: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub email: Option<String>,
    pub phone_prefix: Option<String>,
    pub phone: Option<String>,
    pub birth_date: Option<NaiveDate>,
    pub birth_place: Option<String>,
    pub birth_country: Option<String>,
    pub nationality: Option<String>,
    pub address_line1: Option<String>,
    pub address_line2: Option<String>,
    pub city: Option<String>,
    pub postal_code: Option<String>,
    pub state: Option<String>,
    pub country: Option<String>,
    pub tax_id: Option<String>,
    pub occupation: Option<String>,
    pub income_range: Option<i64>,
    pub legal_name: Option<String>,
    pub legal_form: Option<String>,
    pub registration_number: Option<String>,
    pub representative_name: Option<String>,
    pub representative_email: Option<String>,
    pub representative_phone: Option<String>,
    pub distribution_country: Option<String>,
    pub us_person: bool,
    pub tag: Option<String>,
}

impl Declared {
    /// From a form in which nothing is left to mend.
    pub fn of(typed: &Typed, kind: Kind) -> Result<Self> {
        let text = |value: &String| (!value.is_empty()).then(|| value.clone());
        Ok(Self {
            branch_id: typed
                .branch
                .parse()
                .map_err(|_| Error::field("branch", "Choose a branch"))?,
            kind,
            legal_type: typed.legal_type.parse().ok(),
            title: text(&typed.title),
            first_name: text(&typed.first_name),
            last_name: text(&typed.last_name),
            email: text(&typed.email),
            phone_prefix: text(&typed.phone_prefix),
            phone: text(&typed.phone),
            birth_date: typed.birth_date.parse().ok(),
            birth_place: text(&typed.birth_place),
            birth_country: text(&typed.birth_country),
            nationality: text(&typed.nationality),
            address_line1: text(&typed.address_line1),
            address_line2: text(&typed.address_line2),
            city: text(&typed.city),
            postal_code: text(&typed.postal_code),
            state: text(&typed.state),
            country: text(&typed.country),
            tax_id: text(&typed.tax_id),
            occupation: text(&typed.occupation),
            income_range: typed.income_range.parse().ok(),
            legal_name: text(&typed.legal_name),
            legal_form: text(&typed.legal_form),
            registration_number: text(&typed.registration_number),
            representative_name: text(&typed.representative_name),
            representative_email: text(&typed.representative_email),
            representative_phone: text(&typed.representative_phone),
            distribution_country: text(&typed.distribution_country),
            us_person: typed.ticked("us_person"),
            tag: text(&typed.tag),
        })
    }
}

/// A stored customer as the form shows it.
impl From<&Customer> for Typed {
    fn from(customer: &Customer) -> Self {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let tick = |ticked: bool| if ticked { TICKED } else { "" }.to_owned();
        Self {
            branch: customer.branch_id.to_string(),
            title: text(&customer.title),
            first_name: text(&customer.first_name),
            last_name: text(&customer.last_name),
            birth_date: customer
                .birth_date
                .map_or_else(String::new, |day| day.to_string()),
            birth_place: text(&customer.birth_place),
            birth_country: text(&customer.birth_country),
            nationality: text(&customer.nationality),
            legal_name: text(&customer.legal_name),
            legal_form: text(&customer.legal_form),
            legal_type: customer
                .legal_type
                .map_or_else(String::new, |number| number.to_string()),
            registration_number: text(&customer.registration_number),
            address_line1: text(&customer.address_line1),
            address_line2: text(&customer.address_line2),
            postal_code: text(&customer.postal_code),
            city: text(&customer.city),
            state: text(&customer.state),
            country: text(&customer.country),
            email: text(&customer.email),
            phone_prefix: text(&customer.phone_prefix),
            phone: text(&customer.phone),
            representative_name: text(&customer.representative_name),
            representative_email: text(&customer.representative_email),
            representative_phone: text(&customer.representative_phone),
            tax_id: text(&customer.tax_id),
            us_person: tick(customer.us_person),
            occupation: text(&customer.occupation),
            income_range: customer
                .income_range
                .map_or_else(String::new, |number| number.to_string()),
            distribution_country: text(&customer.distribution_country),
            tag: text(&customer.tag),
        }
    }
}

/// What is different between two states of the form, as the audit log keeps it. All but the branch and the type of an
/// organisation is personal.
pub fn changes(before: &Typed, after: &Typed) -> Vec<Changed> {
    let value = |text: &str| {
        if text.is_empty() {
            serde_json::Value::Null
        } else {
            text.into()
        }
    };
    Typed::FIELDS
        .iter()
        .filter(|field| before.value(field.name) != after.value(field.name))
        .map(|field| {
            let (was, is) = (before.value(field.name), after.value(field.name));
            match field.name {
                "us_person" => Changed::personal(field.name, was == TICKED, is == TICKED),
                "branch" | "legal_type" => Changed::plain(field.name, value(was), value(is)),
                _ => Changed::personal(field.name, value(was), value(is)),
            }
        })
        .collect()
}
