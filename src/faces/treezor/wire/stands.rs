//! What a user is to a company, in the vendor's five fields. The vendor has one parent for a user, the desk as many companies and
//! roles as there are: the face shows and changes the oldest. How its words and our roles belong together is our ruling, in
//! this file alone.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Number;

use super::{
    fault,
    numbers::{Plain, Whole},
};
use crate::{
    customers::{
        ownership::{
            rules::{Percent, Share},
            store::Member,
        },
        rules::MemberRole,
    },
    error::FieldError,
    faces::{json::Given, treezor::errors::REQUIRED},
};

mod roles;

use roles::owner;

/// What a user is to a company, as a caller sends it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, rename_all = "camelCase")]
pub struct StandsBody {
    /// The company; null or 0 takes the user out of it.
    parent_user_id: Given<Whole>,
    /// shareholder, leader or employee. Needed with a company.
    parent_type: Given<String>,
    /// 0 none, 1 shareholder, 2 otherwise in control, 3 director.
    controlling_person_type: Given<Whole>,
    /// 0 none, 1 leader, 2 employee.
    employee_type: Given<Whole>,
    /// The percent of the company that the user holds, with at most two decimals.
    effective_beneficiary: Given<Plain>,
}

const SHAREHOLDER: &str = "shareholder";
const LEADER: &str = "leader";
const EMPLOYEE: &str = "employee";
const TYPES: [&str; 3] = [SHAREHOLDER, LEADER, EMPLOYEE];

/// What a user is to a company.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stands {
    /// The company's number.
    pub parent: Option<i64>,
    /// As what; one of [`TYPES`].
    pub parent_type: Option<&'static str>,
    /// From 0 to 3.
    pub controlling: i64,
    /// From 0 to 2.
    pub employee: i64,
    share: Option<Share>,
}

impl StandsBody {
    /// Whether anything of it was sent.
    pub fn says_something(&self) -> bool {
        self.parent_user_id != Given::Absent
            || self.parent_type != Given::Absent
            || self.controlling_person_type != Given::Absent
            || self.employee_type != Given::Absent
            || self.effective_beneficiary != Given::Absent
    }

    /// What was sent over what stands. Another word for what a user is takes the numbers with it that said the one before, also
    /// where both come back with it as they were read; one that is sent by itself is meant.
    pub fn over(self, mut now: Stands) -> Result<Stands, Vec<FieldError>> {
        let (mut faults, mut unknown) = (Vec::new(), false);
        let before = now.clone();
        let both =
            self.controlling_person_type != Given::Absent && self.employee_type != Given::Absent;
        match self.parent_user_id {
            Given::Absent => {}
            Given::Null | Given::Value(Whole(0)) => now.parent = None,
            Given::Value(Whole(number)) => now.parent = Some(number),
        }
        match self.parent_type {
            Given::Absent => {}
            Given::Null => now.parent_type = None,
            Given::Value(word) => {
                now.parent_type = TYPES.iter().find(|known| **known == word).copied();
                unknown = now.parent_type.is_none() && !word.is_empty();
            }
        }
        if unknown {
            faults.push(fault("parentType", "shareholder, leader or employee"));
        }
        let another = now.parent_type != before.parent_type;
        if another {
            (now.controlling, now.employee) = (0, 0);
        }
        let numbered = [
            (
                self.controlling_person_type,
                &mut now.controlling,
                3,
                fault("controllingPersonType", "from 0 to 3"),
            ),
            (
                self.employee_type,
                &mut now.employee,
                2,
                fault("employeeType", "from 0 to 2"),
            ),
        ];
        for (given, place, most, wrong) in numbered {
            match given {
                Given::Absent => {}
                Given::Null => *place = 0,
                Given::Value(Whole(number)) if (0..=most).contains(&number) => *place = number,
                Given::Value(_) => faults.push(wrong),
            }
        }
        if another
            && both
            && (now.controlling, now.employee) == (before.controlling, before.employee)
        {
            (now.controlling, now.employee) = (0, 0);
        }
        match self.effective_beneficiary {
            Given::Absent => {}
            Given::Null => now.share = None,
            Given::Value(Plain(text)) if text.is_empty() => now.share = None,
            Given::Value(Plain(text)) => match Percent::typed(&text) {
                // As it was read: a band is answered by its least.
                Some(percent) if now.share.map(Share::least) == Some(percent) => {}
                Some(Percent::NONE) => now.share = None,
                Some(percent) => now.share = Some(Share::Exactly(percent)),
                None => faults.push(fault(
                    "effectiveBeneficiary",
                    "from 0 to 100, with at most two decimals",
                )),
            },
        }
        if now.parent.is_some() && now.parent_type.is_none() && !unknown {
            faults.push(fault("parentType", REQUIRED));
        }
        // What says nothing may be sent without a company.
        let says = now.controlling != 0 || now.employee != 0 || now.share.is_some();
        if now.parent.is_none() && (says || now.parent_type.is_some()) {
            faults.push(fault("parentUserId", REQUIRED));
        }
        if faults.is_empty() {
            Ok(now)
        } else {
            Err(faults)
        }
    }
}

impl Stands {
    /// What stands in the rows of a member in one company.
    pub fn of(parent: i64, members: &[&Member]) -> Self {
        let is = |role| members.iter().any(|one| one.role == role);
        let works = if is(MemberRole::Employee) { 2 } else { 0 };
        let owner = owner(members.iter().copied());
        let (word, controlling, employee) = if is(MemberRole::LegalRepresentative) {
            (LEADER, 3, 1)
        } else if is(MemberRole::Director) {
            (LEADER, 3, 0)
        } else if let Some(owner) = owner {
            let otherwise = owner.role == MemberRole::BeneficialOwner;
            (SHAREHOLDER, if otherwise { 2 } else { 1 }, works)
        } else {
            (EMPLOYEE, 0, 2)
        };
        Self {
            parent: Some(parent),
            parent_type: Some(word),
            controlling,
            employee,
            share: owner.and_then(Member::share),
        }
    }

    /// Nothing, where the user is taken out of a company by a word alone.
    #[must_use]
    pub fn emptied(body: &StandsBody, now: Self) -> Self {
        match body.parent_user_id {
            Given::Null | Given::Value(Whole(0)) => Self::default(),
            _ => now,
        }
    }

    /// The share as a number: of a band the least, which is certain.
    pub fn beneficiary(&self) -> Option<Number> {
        let hundredths = self.share?.least().hundredths();
        if hundredths % 100 == 0 {
            Some(Number::from(hundredths / 100))
        } else {
            Number::from_f64(f64::from(hundredths) / 100.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customers::{ownership::rules::Band, rules::Kind};

    fn roles(body: &str, kind: Kind) -> Result<Vec<(&'static str, Option<String>)>, String> {
        let body: StandsBody = serde_json::from_str(body).expect("a body");
        let named = |faults: Vec<FieldError>| -> String {
            let names: Vec<&str> = faults.iter().map(|one| one.field.as_ref()).collect();
            names.join(" ")
        };
        let stands = body.over(Stands::default()).map_err(named)?;
        let wanted = stands
            .over_rows(&Stands::default(), &[], kind)
            .map_err(|fault| named(vec![fault]))?;
        Ok(wanted
            .into_iter()
            .map(|one| (one.role.as_str(), one.share.map(|share| share.to_string())))
            .collect())
    }

    #[test]
    fn the_five_fields_mean_roles() {
        let person = |body: &str| roles(body, Kind::Natural).expect("roles");
        let of = |more: &str| person(&format!(r#"{{"parentUserId": 7, {more}}}"#));
        assert_eq!(
            of(r#""parentType": "leader", "controllingPersonType": 3, "employeeType": 1"#),
            [("legal_representative", None)]
        );
        assert_eq!(
            of(r#""parentType": "leader", "controllingPersonType": 3"#),
            [("director", None)]
        );
        assert_eq!(of(r#""parentType": "employee""#), [("employee", None)]);
        let share = |text: &str| Some(text.to_owned());
        assert_eq!(
            of(r#""parentType": "shareholder", "effectiveBeneficiary": "37.5""#),
            [("shareholder", share("37.5 %"))]
        );
        assert_eq!(
            of(
                r#""parentType": "shareholder", "controllingPersonType": 2, "effectiveBeneficiary": 30"#
            ),
            [("beneficial_owner", share("30 %"))]
        );
        assert_eq!(
            of(r#""parentType": "shareholder""#),
            [("beneficial_owner", None)]
        );
        assert_eq!(
            of(r#""parentType": "leader", "effectiveBeneficiary": 50"#),
            [
                ("legal_representative", None),
                ("shareholder", share("50 %"))
            ]
        );
        // Who owns a part of it and runs it is both, whichever of the two is said first.
        assert_eq!(
            of(r#""parentType": "shareholder", "employeeType": 1, "effectiveBeneficiary": 60"#),
            [
                ("legal_representative", None),
                ("shareholder", share("60 %"))
            ]
        );
        assert_eq!(
            of(
                r#""parentType": "shareholder", "controllingPersonType": 3, "effectiveBeneficiary": 60"#
            ),
            [("director", None), ("shareholder", share("60 %"))]
        );
        assert_eq!(
            of(r#""parentType": "shareholder", "employeeType": 2, "effectiveBeneficiary": 5"#),
            [("employee", None), ("shareholder", share("5 %"))]
        );
        assert_eq!(
            of(r#""parentType": "leader", "controllingPersonType": 2, "effectiveBeneficiary": 5"#),
            [
                ("legal_representative", None),
                ("beneficial_owner", share("5 %"))
            ]
        );
        assert_eq!(
            of(r#""parentType": "employee", "controllingPersonType": 1"#),
            [("employee", None), ("beneficial_owner", None)]
        );
        assert_eq!(person(r#"{"employeeType": 0}"#), []);
    }

    #[test]
    fn a_share_that_is_sent_as_it_was_read_stays_the_band_that_it_is() {
        let band = Share::Within(Band::Quarter);
        let now = Stands {
            parent: Some(7),
            parent_type: Some(SHAREHOLDER),
            controlling: 1,
            employee: 0,
            share: Some(band),
        };
        let sent = |text: &str| {
            let body = format!(r#"{{"effectiveBeneficiary": {text}}}"#);
            let body: StandsBody = serde_json::from_str(&body).expect("a body");
            body.over(now.clone()).expect("what stands").share
        };
        let read = now.beneficiary().expect("a number").to_string();
        assert_eq!(sent(&read), Some(band));
        assert_eq!(sent("25.5"), Percent::new(2_550).map(Share::Exactly));
        assert_eq!(sent("0"), None);
    }

    #[test]
    fn what_is_missing_or_out_of_range_is_named() {
        let wrong = |body| roles(body, Kind::Legal).expect_err("a fault");
        assert_eq!(wrong(r#"{"parentUserId": 7}"#), "parentType");
        assert_eq!(wrong(r#"{"parentType": "leader"}"#), "parentUserId");
        assert_eq!(
            wrong(r#"{"parentUserId": 7, "parentType": "owner"}"#),
            "parentType"
        );
        assert_eq!(
            wrong(r#"{"parentUserId": 7, "parentType": "shareholder"}"#),
            "effectiveBeneficiary"
        );
        assert_eq!(
            wrong(
                r#"{"parentUserId": 7, "parentType": "leader", "controllingPersonType": 4, "employeeType": 3, "effectiveBeneficiary": 101}"#
            ),
            "controllingPersonType employeeType effectiveBeneficiary"
        );
    }
}
