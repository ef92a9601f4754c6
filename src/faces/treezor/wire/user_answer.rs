//! A user as the face answers.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Number;

use super::{
    kyc::{Known, moment},
    stands::Stands,
    user::{SOLE_TRADER, phone},
};
use crate::customers::rules::Kind;

/// Users.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Users {
    /// Of one that was asked for alone, one.
    pub users: Vec<UserAnswer>,
}

/// A user as the face answers: whole, every key present.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(inline)]
pub struct UserAnswer {
    /// Its number.
    user_id: i64,
    /// The organisation.
    client_id: i64,
    /// 1 a natural person, 2 a business, 3 an association, 4 an authority.
    user_type_id: i16,
    /// The company that it stands behind.
    parent_user_id: Option<i64>,
    /// shareholder, leader or employee.
    parent_type: Option<&'static str>,
    /// 0 none, 1 shareholder, 2 otherwise in control, 3 director.
    controlling_person_type: i64,
    /// 0 none, 1 leader, 2 employee.
    employee_type: i64,
    /// The percent of the company that it holds.
    #[schemars(with = "Option<f64>")]
    effective_beneficiary: Option<Number>,
    /// 1 where it counts as a person of the United States, else 0.
    #[serde(rename = "specifiedUSPerson")]
    us_person: u8,
    /// How they are addressed.
    title: Option<String>,
    /// First names.
    firstname: Option<String>,
    /// Last name.
    lastname: Option<String>,
    /// The date of birth, `YYYY-MM-DD`.
    #[schemars(extend("format" = "date"))]
    birthday: Option<String>,
    /// Where they were born.
    place_of_birth: Option<String>,
    /// ISO 3166-1 alpha-2.
    birth_country: Option<String>,
    /// ISO 3166-1 alpha-2.
    nationality: Option<String>,
    /// The e-mail address.
    email: Option<String>,
    /// The phone number.
    phone: Option<String>,
    /// Street and number.
    address1: Option<String>,
    /// What follows it.
    address2: Option<String>,
    /// The postal code.
    postcode: Option<String>,
    /// The city.
    city: Option<String>,
    /// ISO 3166-1 alpha-2.
    country: Option<String>,
    /// The name of a company.
    legal_name: Option<String>,
    /// Its number in a register.
    legal_registration_number: Option<String>,
    /// Its form; 1000 of a sole trader.
    legal_form: Option<String>,
    /// Where the user is served.
    distribution_country: Option<String>,
    /// 0 none, 1 light, 2 regular, 4 refused.
    kyc_level: i16,
    /// 0 none, 1 pending, 2 validated, 3 refused, 6 needed again, 7 pending again.
    kyc_review: i16,
    /// What the user was told, or what is missing.
    kyc_review_comment: String,
    /// When it was added; UTC.
    #[schemars(extend("format" = "date-time"))]
    created_date: String,
    /// When it changed last; UTC.
    #[schemars(extend("format" = "date-time"))]
    modified_date: String,
}

impl UserAnswer {
    /// A user with what it is to a company.
    pub fn of(client: i64, known: Known, stands: Stands) -> Self {
        let (kyc_level, kyc_review, kyc_review_comment) = known.numbers();
        let effective_beneficiary = stands.beneficiary();
        let customer = known.customer;
        let phone = customer
            .phone
            .map(|number| phone(&customer.phone_prefix.unwrap_or_default(), &number));
        Self {
            user_id: customer.number,
            client_id: client,
            user_type_id: match customer.kind {
                Kind::Natural | Kind::SoleTrader => 1,
                Kind::Legal => customer.legal_type.unwrap_or(2),
            },
            parent_user_id: stands.parent,
            parent_type: stands.parent_type,
            controlling_person_type: stands.controlling,
            employee_type: stands.employee,
            effective_beneficiary,
            us_person: customer.us_person.into(),
            title: customer.title,
            firstname: customer.first_name,
            lastname: customer.last_name,
            birthday: customer.birth_date.map(|day| day.to_string()),
            place_of_birth: customer.birth_place,
            birth_country: customer.birth_country,
            nationality: customer.nationality,
            email: customer.email,
            phone,
            address1: customer.address_line1,
            address2: customer.address_line2,
            postcode: customer.postal_code,
            city: customer.city,
            country: customer.country,
            legal_name: customer.legal_name,
            legal_registration_number: customer.registration_number,
            legal_form: match customer.kind {
                Kind::SoleTrader => Some(SOLE_TRADER.to_owned()),
                Kind::Natural | Kind::Legal => customer.legal_form,
            },
            distribution_country: customer.distribution_country,
            kyc_level,
            kyc_review,
            kyc_review_comment,
            created_date: moment(customer.created_at),
            modified_date: moment(customer.updated_at),
        }
    }
}
