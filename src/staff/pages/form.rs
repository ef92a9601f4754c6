//! The form of a member: what is typed, read by the rules, with all that is wrong said at once.

use serde::Deserialize;

use crate::{
    access::{permissions::Role, scope::Branches},
    error::{Error, FieldError, Result},
    staff::rules,
    value::BranchId,
};

/// As typed. `branch` repeats; `all` among them means every branch, those to come too.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct MemberForm {
    /// E-mail; only when a member is added.
    #[serde(default)]
    pub email: String,
    /// Name.
    #[serde(default)]
    pub name: String,
    /// Role's stored name.
    #[serde(default)]
    pub role: String,
    /// Branch ids, or `all`.
    #[serde(default)]
    pub branch: Vec<String>,
    /// The version that was edited.
    #[serde(default)]
    pub version: i32,
}

/// As read.
pub struct Read {
    /// Name.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Branches.
    pub branches: Branches,
}

impl MemberForm {
    /// Reads all but the e-mail.
    pub fn read(&self) -> Result<Read> {
        let mut wrong: Vec<FieldError> = Vec::new();
        let name = rules::name(&self.name).map_err(|error| wrong.push(error));
        let role = self.role.parse::<Role>();
        if role.is_err() {
            wrong.push(FieldError {
                field: "role".into(),
                message: "Choose a role.".into(),
            });
        }
        let all = self.branch.iter().any(|branch| branch == "all");
        let ticked: Vec<BranchId> = self
            .branch
            .iter()
            .filter_map(|id| id.parse().ok())
            .collect();
        let branches = rules::branches(role.clone().unwrap_or(Role::Auditor), all, ticked)
            .map_err(|error| wrong.push(error));
        match (name, role, branches) {
            (Ok(name), Ok(role), Ok(branches)) => Ok(Read {
                name,
                role,
                branches,
            }),
            _ => Err(Error::Invalid(wrong)),
        }
    }

    /// Reads the e-mail as well, and says all that is wrong.
    pub fn read_new(&self) -> Result<(String, Read)> {
        match (rules::email(&self.email), self.read()) {
            (Ok(email), Ok(read)) => Ok((email, read)),
            (Err(error), Err(Error::Invalid(others))) => {
                Err(Error::Invalid([vec![error], others].concat()))
            }
            (Err(error), _) => Err(Error::Invalid(vec![error])),
            (_, Err(error)) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let form: MemberForm =
            serde_html_form::from_str("email=x&name=&role=king&branch=nowhere").expect("a form");
        let Err(Error::Invalid(wrong)) = form.read_new() else {
            panic!("a bad form was read");
        };
        let fields: Vec<_> = wrong.iter().map(|error| error.field.as_ref()).collect();
        assert_eq!(fields, ["email", "name", "role", "branch"]);
    }

    #[test]
    fn branches_repeat_and_all_is_all() {
        let id = uuid::Uuid::from_u128(5);
        let read = |query: &str| {
            serde_html_form::from_str::<MemberForm>(query)
                .expect("a form")
                .read()
                .map(|read| read.branches)
        };
        let two = format!("name=A&role=officer&branch={id}&branch={id}");
        assert_eq!(read(&two).ok(), Some(Branches::Only(vec![BranchId(id)])));
        let all = format!("name=A&role=officer&branch={id}&branch=all");
        assert_eq!(read(&all).ok(), Some(Branches::All));
    }
}
