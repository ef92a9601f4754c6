//! What a customer declares, as a round keeps it: when it was submitted, again when it goes on, and once more when it is
//! decided, so that a decision can be seen years later beside what it rested on.

use serde_json::{Value, json};

use crate::{
    customers::{relations, store::Customer, tax_residences::store as residences},
    db::Read,
    error::Result,
};

/// All of it, at this moment. Members are named by their ids: who they are stands on their own pages.
pub fn declared(tx: &mut Read<'_>, customer: &Customer) -> Result<Value> {
    let residences: Vec<Value> = residences::list(tx, customer.id)?
        .into_iter()
        .map(|one| {
            json!({
                "country": one.country, "tax_payer_id": one.tax_payer_id, "waiver_reason": one.waiver_reason,
                "waiver_note": one.waiver_note,
            })
        })
        .collect();
    let members: Vec<Value> = relations::below(tx, customer.id)?
        .into_iter()
        .map(|one| {
            json!({
                "customer": one.child_id.0, "role": one.role, "percent": one.percent, "band": one.band, "source": one.source,
            })
        })
        .collect();
    Ok(json!({
        "kind": customer.kind, "title": customer.title, "first_name": customer.first_name, "last_name": customer.last_name,
        "legal_name": customer.legal_name, "legal_form": customer.legal_form,
        "registration_number": customer.registration_number, "email": customer.email, "phone_prefix": customer.phone_prefix,
        "phone": customer.phone, "birth_date": customer.birth_date, "birth_place": customer.birth_place,
        "birth_country": customer.birth_country, "nationality": customer.nationality,
        "address_line1": customer.address_line1, "address_line2": customer.address_line2, "city": customer.city,
        "postal_code": customer.postal_code, "state": customer.state, "country": customer.country,
        "tax_id": customer.tax_id, "occupation": customer.occupation, "income_range": customer.income_range,
        "us_person": customer.us_person, "representative_name": customer.representative_name,
        "representative_email": customer.representative_email, "representative_phone": customer.representative_phone,
        "distribution_country": customer.distribution_country, "tax_residences": residences, "members": members,
        "no_beneficial_owner": customer.no_beneficial_owner,
    }))
}

/// A declared value for people. Of a member only what they are to the company.
pub fn in_words(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "nothing".to_owned(),
        Some(Value::Array(entries)) if entries.is_empty() => "nothing".to_owned(),
        Some(Value::Array(entries)) => {
            let each: Vec<String> = entries.iter().map(|entry| in_words(Some(entry))).collect();
            each.join("; ")
        }
        Some(Value::Object(parts)) => {
            let said = parts
                .iter()
                .filter(|(name, part)| *name != "customer" && !part.is_null());
            let each: Vec<String> = said
                .map(|(name, part)| match (name.as_str(), part.as_i64()) {
                    ("percent", Some(hundredths)) => {
                        format!("{}.{:02} %", hundredths / 100, hundredths % 100)
                    }
                    _ => in_words(Some(part)),
                })
                .collect();
            each.join(" ")
        }
        Some(Value::String(text)) => text.clone(),
        Some(Value::Bool(yes)) => if *yes { "yes" } else { "no" }.to_owned(),
        Some(other) => other.to_string(),
    }
}
