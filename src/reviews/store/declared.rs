//! What a customer declares, as a round keeps it: when it was submitted, again when it goes on, and once more when it is
//! decided, so that a decision can be seen years later beside what it rested on.

use serde_json::{Map, Value, json};

use crate::{
    customers::{relations, store::Customer, tax_residences::store as residences},
    db::Read,
    error::Result,
    seal::SecretKey,
    value::CustomerId,
};

/// All of it, at this moment. Members are kept by their ids; [`name_members`] says who
/// they are to whoever reads it.
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

/// Says in what was declared who the members are, for whoever reads it: by name and short id whom they may see. Of anybody
/// else by a mark alone, and no id: it is the same wherever the same person stands in this company, and tells nothing else, so
/// that one who was put in another's place shows.
pub fn name_members<'v>(
    tx: &mut Read<'_>,
    company: CustomerId,
    declared: impl IntoIterator<Item = &'v mut Value>,
) -> Result<()> {
    let mut members: Vec<(CustomerId, &mut Map<String, Value>)> = declared
        .into_iter()
        .filter_map(|one| one.get_mut("members")?.as_array_mut())
        .flatten()
        .filter_map(Value::as_object_mut)
        .filter_map(|member| Some((member.get("customer")?.as_str()?.parse().ok()?, member)))
        .collect();
    let ids = members.iter().map(|(id, _)| *id).collect();
    let known = relations::visible_ones(tx, ids)?;
    let secret = tx.keys().secret();
    for (id, member) in &mut members {
        let name = if let Some(one) = known.get(&*id) {
            format!("{} ({})", one.name, one.short_id)
        } else {
            member.insert("customer".to_owned(), Value::Null);
            format!("{ELSEWHERE}, mark {}", mark(secret, company, *id))
        };
        member.insert("name".to_owned(), name.into());
    }
    Ok(())
}

/// Said of a member whom the reader may not see.
const ELSEWHERE: &str = "somebody outside of your branches";

/// With the company, so that two companies do not tell that they share somebody; under a key, so that whoever knows an id from
/// elsewhere does not find them by it.
fn mark(secret: &SecretKey, company: CustomerId, member: CustomerId) -> String {
    let whole = hex::encode(secret.member_mark(company.0, member.0));
    whole.chars().take(8).collect()
}

/// The parts of a declared value that has parts, in the order in which they are said. What the database keeps has another.
const PARTS: [&str; 9] = [
    "name",
    "role",
    "percent",
    "band",
    "source",
    "country",
    "tax_payer_id",
    "waiver_reason",
    "waiver_note",
];

/// A declared value for people. Of a member their name, where [`name_members`] put it there, and what they are to the
/// company.
pub fn in_words(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "nothing".to_owned(),
        Some(Value::Array(entries)) if entries.is_empty() => "nothing".to_owned(),
        Some(Value::Array(entries)) => {
            let each: Vec<String> = entries.iter().map(|entry| in_words(Some(entry))).collect();
            each.join("; ")
        }
        Some(Value::Object(parts)) => {
            let said = PARTS
                .iter()
                .filter_map(|name| Some((*name, parts.get(*name)?)))
                .filter(|(_, part)| !part.is_null());
            let each: Vec<String> = said
                .map(|(name, part)| match (name, part.as_i64()) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_reads_alike_in_whatever_order_their_parts_are_kept() {
        let one = json!({ "customer": "x", "role": "shareholder", "percent": 5000, "band": null, "source": "register" });
        let kept = json!({ "role": "shareholder", "source": "register", "percent": 5000, "customer": "x", "band": null });
        let words = "shareholder 50.00 % register";
        assert_eq!(in_words(Some(&one)), words);
        assert_eq!(in_words(Some(&kept)), words);
    }

    #[test]
    fn a_mark_is_of_one_member_of_one_company() {
        let [one, two, three] = [1, 2, 3].map(|n| CustomerId(uuid::Uuid::from_u128(n)));
        let [secret, other] =
            ["5e", "c3"].map(|digits| SecretKey::from_hex(&digits.repeat(32)).expect("a key"));
        let ours = |company, member| mark(&secret, company, member);
        assert_eq!(ours(one, two), ours(one, two));
        assert_ne!(ours(one, two), ours(one, three));
        assert_ne!(ours(one, three), ours(two, three));
        // Who knows both ids and not the key makes another.
        assert_ne!(ours(one, two), mark(&other, one, two));
    }
}
