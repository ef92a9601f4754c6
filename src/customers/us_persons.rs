//! Who counts as a person of the United States, whose tax law asks for a statement of them wherever they live.

use crate::{
    customers::{rules::Kind, store::Customer, tax_residences::TaxResidence, typed::Typed},
    error::FieldError,
};

/// The United States.
pub const UNITED_STATES: &str = "US";

/// Said where it has to be stated.
const UNSAID: &str =
    "Nationality, country of birth or address is the United States: state that this is a US person";

/// Nationality, country of birth and address may point to the United States; a company's do not.
fn points<'a>(kind: Kind, places: impl IntoIterator<Item = Option<&'a str>>) -> bool {
    kind != Kind::Legal && places.into_iter().flatten().any(|one| one == UNITED_STATES)
}

/// What must be mended where what is declared of a person points to the United States and nobody states that they are a US
/// person. It is asked where the statement can be made: on the desk's form, and by machines whose interface has it.
pub fn unsaid(typed: &Typed, kind: Kind) -> Option<FieldError> {
    let places = [&typed.nationality, &typed.birth_country, &typed.country];
    let points = points(kind, places.map(|one| Some(one.as_str())));
    (points && !typed.ticked("us_person")).then(|| FieldError {
        field: "us_person".into(),
        message: UNSAID.into(),
    })
}

/// Whether what is declared of a customer points there, and nobody stated it.
pub fn unstated(customer: &Customer) -> bool {
    let places = [
        &customer.nationality,
        &customer.birth_country,
        &customer.country,
    ];
    !customer.us_person && points(customer.kind, places.map(Option::as_deref))
}

/// Whether a tax residence is the one that is asked of a US person: there, with a number.
pub fn residence(one: &TaxResidence) -> bool {
    one.country == UNITED_STATES && one.tax_payer_id.is_some()
}
