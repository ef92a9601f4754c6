//! The forms of a company's members as they were typed, and what may stand in them.

use chrono::{Datelike as _, NaiveDate};
use serde::Deserialize;

use crate::{
    customers::{
        declared::Declared,
        ownership::{
            rules::{Band, Percent, Share, Source},
            store::{Member, Wanted},
        },
        rules::{Kind, MemberRole},
        typed::Typed as Person,
    },
    error::{Error, FieldError, Result},
    value::BranchId,
};

/// What somebody typed; an empty text is a value that is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// Which form: find, add, change, remove, state, `take_back`.
    pub step: String,
    /// The company's version, as the page showed it.
    pub version: String,
    /// The relation that is changed or removed.
    pub relation: String,
    /// A short id or a name.
    pub member: String,
    /// The one chosen among several.
    pub pick: String,
    /// Of a new person.
    pub first_name: String,
    /// Of a new person.
    pub last_name: String,
    /// Of a new person.
    pub birth_date: String,
    /// Of a new person.
    pub email: String,
    /// Those who are alike are somebody else.
    pub confirm: String,
    /// What they are to the company.
    pub role: String,
    /// Their share.
    pub percent: String,
    /// Their share, where only this is known.
    pub band: String,
    /// Who says so.
    pub source: String,
    /// Who stated that there is no owner of a quarter or more.
    pub stated_by: String,
    /// When.
    pub stated_on: String,
}

/// Nothing that was stated before it is of anybody who is here.
const FIRST_YEAR: i32 = 1900;

fn wrong(field: &'static str, message: &'static str) -> FieldError {
    FieldError {
        field: field.into(),
        message: message.into(),
    }
}

impl Typed {
    /// The form of a change, filled with what stands there.
    pub fn of(member: &Member) -> Self {
        let (percent, band) = match member.share() {
            Some(Share::Exactly(percent)) => (percent.to_string(), String::new()),
            Some(Share::Within(band)) => (String::new(), band.as_str().to_owned()),
            None => (String::new(), String::new()),
        };
        Self {
            relation: member.id.to_string(),
            role: member.role.as_str().to_owned(),
            percent,
            band,
            source: member.source.as_str().to_owned(),
            ..Self::default()
        }
    }

    /// Whether a new person is described.
    pub fn describes_somebody(&self) -> bool {
        [
            &self.first_name,
            &self.last_name,
            &self.birth_date,
            &self.email,
        ]
        .iter()
        .any(|text| !text.trim().is_empty())
    }

    /// Role, share and source; each field that must be mended named.
    pub fn wanted(&self) -> Result<Wanted, Vec<FieldError>> {
        let mut errors = Vec::new();
        let role = self.role.parse::<MemberRole>().ok();
        if role.is_none() {
            errors.push(wrong("role", "Choose a role"));
        }
        let share = self.share(role).unwrap_or_else(|error| {
            errors.push(error);
            None
        });
        let source = self.source.parse::<Source>().ok();
        if source.is_none() {
            errors.push(wrong("source", "Say where this is known from"));
        }
        match (role, source) {
            (Some(role), Some(source)) if errors.is_empty() => Ok(Wanted {
                role,
                share,
                source,
            }),
            _ => Err(errors),
        }
    }

    fn share(&self, role: Option<MemberRole>) -> Result<Option<Share>, FieldError> {
        let (percent, band) = (self.percent.trim(), self.band.as_str());
        if !percent.is_empty() && !band.is_empty() {
            return Err(wrong("band", "Give a percent or a band, not both"));
        }
        let owner = matches!(
            role,
            Some(MemberRole::Shareholder | MemberRole::BeneficialOwner)
        );
        if !owner && role.is_some() && !(percent.is_empty() && band.is_empty()) {
            return Err(wrong(
                "percent",
                "Only shareholders and beneficial owners have a share",
            ));
        }
        if !percent.is_empty() {
            let typed = Percent::typed(percent).ok_or_else(|| {
                wrong(
                    "percent",
                    "Enter a number from 0 to 100, with at most two decimals",
                )
            })?;
            if typed == Percent::NONE && role == Some(MemberRole::Shareholder) {
                return Err(wrong("percent", "Whoever holds nothing is no shareholder"));
            }
            return Ok(Some(Share::Exactly(typed)));
        }
        if !band.is_empty() {
            let band = band.parse::<Band>();
            let band = band.map_err(|_| wrong("band", "Choose a band from the list"))?;
            return Ok(Some(Share::Within(band)));
        }
        if role == Some(MemberRole::Shareholder) {
            return Err(wrong(
                "percent",
                "Enter a percent, or choose a band where only that is known",
            ));
        }
        Ok(None)
    }

    /// The new person as a customer of the company's branch, where nothing is to be mended.
    pub fn person(&self, branch: BranchId, today: NaiveDate) -> Result<Declared> {
        let person = Person {
            branch: branch.to_string(),
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            birth_date: self.birth_date.clone(),
            email: self.email.clone(),
            ..Person::default()
        }
        .tidied(Kind::Natural);
        let mut errors = person.errors(Kind::Natural, today);
        if person.last_name.is_empty() {
            errors.retain(|error| error.field != "last_name");
            errors.push(wrong("last_name", "Enter the last name"));
        }
        if errors.is_empty() {
            Declared::of(&person, Kind::Natural)
        } else {
            Err(Error::Invalid(errors))
        }
    }

    /// Who stated that nobody owns a quarter or more, and when.
    pub fn statement(&self, today: NaiveDate) -> Result<(String, NaiveDate), Vec<FieldError>> {
        let mut errors = Vec::new();
        let by = self.stated_by.trim();
        if by.is_empty() || by.chars().count() > 255 || by.chars().any(char::is_control) {
            errors.push(wrong("stated_by", "Say who of the company stated it"));
        }
        let on = self.stated_on.trim().parse::<NaiveDate>().ok();
        match on {
            None => errors.push(wrong("stated_on", "Enter the day as YYYY-MM-DD")),
            Some(day) if day > today => {
                errors.push(wrong("stated_on", "This day is not in the future"));
            }
            Some(day) if day.year() < FIRST_YEAR => {
                errors.push(wrong(
                    "stated_on",
                    "Nobody who is here stated it so long ago",
                ));
            }
            Some(_) => {}
        }
        match on {
            Some(day) if errors.is_empty() => Ok((by.to_owned(), day)),
            _ => Err(errors),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(role: &str, percent: &str, band: &str) -> Result<Option<String>, String> {
        let typed = Typed {
            role: role.to_owned(),
            percent: percent.to_owned(),
            band: band.to_owned(),
            source: "register".to_owned(),
            ..Typed::default()
        };
        typed
            .wanted()
            .map(|wanted| wanted.share.map(|share| share.to_string()))
            .map_err(|errors| errors[0].field.to_string())
    }

    #[test]
    fn a_share_is_a_percent_or_a_band_and_only_owners_have_one() {
        assert_eq!(
            typed("shareholder", "37,5", ""),
            Ok(Some("37.5 %".to_owned()))
        );
        assert_eq!(
            typed("shareholder", "", "25-50"),
            Ok(Some("25 to 50 %".to_owned()))
        );
        assert_eq!(typed("beneficial_owner", "", ""), Ok(None));
        assert_eq!(typed("director", "", ""), Ok(None));
        // Somebody may rule a company without a share in it.
        assert_eq!(
            typed("beneficial_owner", "0", ""),
            Ok(Some("0 %".to_owned()))
        );
        for (role, percent, band, field) in [
            ("shareholder", "", "", "percent"),
            ("shareholder", "101", "", "percent"),
            ("shareholder", "0", "", "percent"),
            ("shareholder", "0.00", "", "percent"),
            ("shareholder", "30", "25-50", "band"),
            ("shareholder", "", "0-10", "band"),
            ("director", "30", "", "percent"),
            ("owner", "30", "", "role"),
        ] {
            assert_eq!(
                typed(role, percent, band),
                Err(field.to_owned()),
                "{role} {percent} {band}"
            );
        }
    }
}
