//! Two people edited one customer at a time: of each field that is now different, who changed it.

/// Who changed a field since the form was loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// Both, and not to the same: only a person can choose.
    Both,
    /// Only whoever saved in between, so theirs stays.
    Theirs,
    /// Only the sender of the form, so theirs stands aside.
    Yours,
}

impl Changed {
    /// Of a field that is now different. Without what the form was loaded with, nobody knows who changed it.
    pub fn since(was: Option<&str>, yours: &str, theirs: &str) -> Self {
        match was {
            Some(was) if was == yours => Self::Theirs,
            Some(was) if was == theirs => Self::Yours,
            _ => Self::Both,
        }
    }

    /// The heading over such fields.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Both => "You both changed: choose one",
            Self::Theirs => "Changed meanwhile, not by you: the new value is kept",
            Self::Yours => "Changed only by you: yours is kept",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_both_changed_needs_a_choice() {
        let since = |yours, theirs| Changed::since(Some("Lisboa"), yours, theirs);
        assert_eq!(since("Porto", "Braga"), Changed::Both);
        assert_eq!(since("Lisboa", "Braga"), Changed::Theirs);
        assert_eq!(since("Porto", "Lisboa"), Changed::Yours);
        assert_eq!(Changed::since(None, "Porto", "Lisboa"), Changed::Both);
    }
}
