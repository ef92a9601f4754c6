//! Where the customer pays tax, as the page asks for it: each country that they told with a form that corrects it, and one
//! that adds another.

use super::Page;
use crate::{
    customers::tax_residences::{store::Residence, typed::Typed},
    onboarding::rules::MOST_RESIDENCES,
};

/// What somebody typed of where they pay tax.
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(default)]
pub(in crate::onboarding::pages) struct TaxForm {
    /// The country that it corrects; empty where it adds one.
    pub of: String,
    pub country: String,
    pub number: String,
    pub reason: String,
}

impl From<&Residence> for TaxForm {
    fn from(one: &Residence) -> Self {
        let typed = Typed::from(one);
        Self {
            of: one.country.clone(),
            country: typed.country,
            number: typed.tax_payer_id,
            reason: typed.waiver_reason,
        }
    }
}

impl TaxForm {
    /// The same by our names.
    pub fn typed(&self) -> Typed {
        Typed {
            country: self.country.trim().to_owned(),
            tax_payer_id: self.number.clone(),
            waiver_reason: self.reason.clone(),
            ..Typed::default()
        }
    }
}

/// The id of the field where a fault of ours is shown, in the form that corrects a country, or adds one.
pub(in crate::onboarding::pages) fn place(of: &str, field: &str) -> String {
    let name = match field {
        "country" => "tax_country",
        "tax_payer_id" => "tax_number",
        _ => "tax_reason",
    };
    format!("{name}{}", mark(of))
}

/// What stands behind the ids of a form's fields.
fn mark(of: &str) -> String {
    if of.is_empty() {
        String::new()
    } else {
        format!("-{of}")
    }
}

/// One form of the step.
pub(super) struct TaxView {
    pub form: TaxForm,
    /// What stands behind the ids of its fields.
    pub mark: String,
    /// The name of the country that it corrects.
    pub told: Option<String>,
    /// The number there.
    pub number: Option<String>,
    pub country_error: Option<String>,
    pub number_error: Option<String>,
    pub reason_error: Option<String>,
    /// Whether it is there for whoever looks for it.
    pub folded: bool,
}

impl TaxView {
    /// Whether this country is chosen.
    pub fn is(&self, code: &str) -> bool {
        self.form.country == code
    }

    /// Whether this reason is.
    pub fn says(&self, reason: &str) -> bool {
        self.form.reason == reason
    }
}

impl Page {
    /// The forms of the step: of each country that was told, and, while there is room, of one more.
    pub(super) fn tax_views(&self) -> Vec<TaxView> {
        let residences = &self.standing.residences;
        let mut typed = self.tax.clone();
        if let Some(form) = &mut typed
            && residences.iter().all(|one| one.country != form.of)
        {
            // What was typed for a country that is gone meanwhile stays: as one to be added.
            form.of.clear();
        }
        let typed = typed.as_ref();
        let mut views: Vec<TaxView> = residences
            .iter()
            .map(|one| self.tax_view(Some(one), typed))
            .collect();
        if residences.len() < MOST_RESIDENCES || typed.is_some_and(|form| form.of.is_empty()) {
            views.push(self.tax_view(None, typed));
        }
        views
    }

    fn tax_view(&self, told: Option<&Residence>, typed: Option<&TaxForm>) -> TaxView {
        let stands = told.map(TaxForm::from).unwrap_or_default();
        let typed = typed.filter(|form| form.of == stands.of).cloned();
        let error = |field: &str| self.error(&place(&stands.of, field)).map(str::to_owned);
        TaxView {
            mark: mark(&stands.of),
            told: told.map(|one| self.country(&one.country)),
            number: told.and_then(|one| one.tax_payer_id.clone()),
            country_error: error("country"),
            number_error: error("tax_payer_id"),
            reason_error: error("waiver_reason"),
            folded: typed.is_none() && self.taxed(),
            form: typed.unwrap_or(stands),
        }
    }
}
