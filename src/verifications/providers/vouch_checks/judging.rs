//! The rules, each over what is known of a customer.

use chrono::Months;

use super::{
    accounts,
    finding::{Finding, Outcome},
    national,
    places::{self, Standing},
};
use crate::{
    customers::rules::Kind,
    documents::{
        fields::rules::Field,
        rules::{DocumentStatus, DocumentType},
    },
    verifications::providers::facts::Facts,
};

/// Who is younger is not taken as a customer.
const OF_AGE: u32 = 18;

/// Papers that show who somebody is.
const IDENTITY: [DocumentType; 2] = [
    DocumentType::IdentityProof,
    DocumentType::BusinessAdministratorId,
];

/// What a rule takes: what is known, and the number that was typed with the question, where one was.
pub type Rule = fn(&Facts, Option<&str>) -> Vec<Finding>;

/// Tax numbers: the declared one by the country of the address, and those of the tax residences by their countries.
pub fn tax_id(facts: &Facts, typed: Option<&str>) -> Vec<Finding> {
    let declared = typed.or(facts.customer.tax_id.as_deref());
    let home = facts.customer.country.as_deref();
    let mut numbers: Vec<(&'static str, &str, Option<&str>)> = declared
        .map(|number| ("tax_id", number, home))
        .into_iter()
        .collect();
    numbers.extend(facts.residences.iter().filter_map(|residence| {
        let number = residence.tax_payer_id.as_deref()?;
        Some(("tax_residence", number, Some(residence.country.as_str())))
    }));
    let business = facts.customer.kind != Kind::Natural;
    let found = numbers.into_iter().map(|(of, number, country)| {
        by_country("tax_id", of, number, country, |one, number| {
            one.judge_tax_id(number, business)
        })
    });
    or_missing("tax_id", "tax_id", found.collect())
}

/// A VAT number: one that begins with a country's letters, or the company's tax number where the country has one for both.
pub fn vat(facts: &Facts, typed: Option<&str>) -> Vec<Finding> {
    let number = typed
        .or_else(|| facts.said("vat"))
        .or_else(|| facts.said("vat_id"))
        .or(facts.customer.tax_id.as_deref());
    let found = number.map(|number| {
        let home = facts.customer.country.as_deref();
        // Some countries write letters in front of their own numbers, so what is one at home is no other country's.
        let at_home = || {
            let known = home.and_then(national::of);
            known.is_some_and(|known| known.judge_vat(number).is_ok())
        };
        let country = national::by_prefix(number)
            .map(|country| country.code)
            .or_else(|| national::elsewhere(number).filter(|_| !at_home()))
            .or(home);
        by_country("vat", "vat", number, country, |one, number| {
            one.judge_vat(number)
        })
    });
    or_missing("vat", "vat", found.into_iter().collect())
}

/// A company's number in the register of its country.
pub fn company_number(facts: &Facts, typed: Option<&str>) -> Vec<Finding> {
    let number = typed.or(facts.customer.registration_number.as_deref());
    let home = facts.customer.country.as_deref();
    let found = number.map(|number| {
        by_country(
            "company_number",
            "registration_number",
            number,
            home,
            national::Country::judge_company_number,
        )
    });
    or_missing(
        "company_number",
        "registration_number",
        found.into_iter().collect(),
    )
}

fn by_country(
    rule: &'static str,
    of: &'static str,
    number: &str,
    country: Option<&str>,
    judge: impl Fn(&national::Country, &str) -> super::digits::Verdict,
) -> Finding {
    let Some(code) = country else {
        return Finding::new(rule, of, Outcome::NotChecked).noting("no country is declared");
    };
    match national::of(code) {
        Some(known) => Finding::number(rule, of, judge(known, number)),
        None => Finding::new(rule, of, Outcome::NotChecked),
    }
    .in_country(code)
}

/// What was found; where that is nothing, that there was nothing to judge.
pub fn or_missing(rule: &'static str, of: &'static str, found: Vec<Finding>) -> Vec<Finding> {
    if found.is_empty() {
        vec![Finding::new(rule, of, Outcome::Missing)]
    } else {
        found
    }
}

/// A bank account.
pub fn iban(facts: &Facts, typed: Option<&str>) -> Vec<Finding> {
    let number = typed.or_else(|| facts.said("iban"));
    let found = number.map(|number| Finding::number("iban", "iban", accounts::iban(number)));
    or_missing("iban", "iban", found.into_iter().collect())
}

/// A legal entity.
pub fn lei(facts: &Facts, typed: Option<&str>) -> Vec<Finding> {
    let number = typed.or_else(|| facts.said("lei"));
    let found = number.map(|number| Finding::number("lei", "lei", accounts::lei(number)));
    or_missing("lei", "lei", found.into_iter().collect())
}

/// Of age today. Asked of people alone.
pub fn age(facts: &Facts, _typed: Option<&str>) -> Vec<Finding> {
    if facts.customer.kind == Kind::Legal {
        return Vec::new();
    }
    let Some(born) = facts.customer.birth_date else {
        return vec![Finding::new("age", "birth_date", Outcome::Missing)];
    };
    let of_age = born.checked_add_months(Months::new(OF_AGE * 12));
    vec![match of_age {
        _ if born > facts.today => Finding::failed("age", "birth_date", "not_born_yet"),
        Some(day) if day <= facts.today => Finding::new("age", "birth_date", Outcome::Passed),
        _ => Finding::failed("age", "birth_date", "under_age"),
    }]
}

/// The countries that a customer has to do with, by the lists of the FATF.
pub fn country(facts: &Facts, _typed: Option<&str>) -> Vec<Finding> {
    let customer = &facts.customer;
    let mut all = vec![
        ("country", customer.country.as_deref()),
        ("nationality", customer.nationality.as_deref()),
        ("birth_country", customer.birth_country.as_deref()),
    ];
    let residences = facts.residences.iter();
    all.extend(residences.map(|one| ("tax_residence", Some(one.country.as_str()))));
    let found = all.into_iter().filter_map(|(of, code)| {
        let code = code?;
        let finding = match places::standing(code) {
            Standing::Ordinary => Finding::new("country", of, Outcome::Passed),
            Standing::IncreasedMonitoring => Finding::new("country", of, Outcome::Passed)
                .noting(format!("under increased monitoring ({})", places::LISTS)),
            // Where somebody was born binds them to nothing; it is for an officer to see.
            Standing::CallForAction if of == "birth_country" => {
                Finding::new("country", of, Outcome::Passed)
                    .noting(format!("a call for action stands ({})", places::LISTS))
            }
            Standing::CallForAction => {
                Finding::failed("country", of, "call_for_action").noting(places::LISTS)
            }
        };
        Some(finding.in_country(code))
    });
    or_missing("country", "country", found.collect())
}

/// That a paper which shows who somebody is serves today.
pub fn document_expiry(facts: &Facts, _typed: Option<&str>) -> Vec<Finding> {
    let papers = facts
        .papers
        .iter()
        .filter(|paper| IDENTITY.contains(&paper.document_type));
    let mut found = Vec::new();
    for paper in papers {
        let read = facts.read(Field::ExpiresOn);
        let on_it = read
            .filter(|one| one.document_id == paper.id)
            .find_map(|one| one.value.parse().ok());
        found.push(match paper.expires_on.or(on_it) {
            Some(day) if day < facts.today => {
                Finding::failed("document_expiry", "expires_on", "expired").noting(day.to_string())
            }
            Some(_) => Finding::new("document_expiry", "expires_on", Outcome::Passed),
            None if paper.status == DocumentStatus::Validated => {
                Finding::new("document_expiry", "expires_on", Outcome::NotChecked)
                    .noting("the day was not read off")
            }
            None => Finding::new("document_expiry", "expires_on", Outcome::Missing),
        });
    }
    // One that serves is enough: older ones may stay with the customer.
    if found.iter().any(|one| one.outcome == Outcome::Passed) {
        found.retain(|one| one.outcome == Outcome::Passed);
    }
    or_missing("document_expiry", "expires_on", found)
}
