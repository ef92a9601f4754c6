//! Countries that ask for care.

/// Whether a country is on a list of the Financial Action Task Force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// On none.
    Ordinary,
    /// It has undertaken to mend weaknesses, and is watched meanwhile.
    IncreasedMonitoring,
    /// All are called upon to take measures against the danger that comes from it.
    CallForAction,
}

/// Which lists these are: both are published after each plenary meeting, three times a year.
pub const LISTS: &str = "FATF, 19 June 2026";

/// "High-Risk Jurisdictions subject to a Call for Action".
const CALL_FOR_ACTION: [&str; 3] = ["IR", "KP", "MM"];

/// "Jurisdictions under Increased Monitoring".
const INCREASED_MONITORING: [&str; 22] = [
    "AO", "BA", "BG", "BO", "CD", "CI", "CM", "HT", "IQ", "KE", "KW", "LA", "LB", "MC", "NP", "PG",
    "SS", "SY", "VE", "VG", "VN", "YE",
];

/// How a country stands, by its two letters.
pub fn standing(country: &str) -> Standing {
    if CALL_FOR_ACTION.contains(&country) {
        Standing::CallForAction
    } else if INCREASED_MONITORING.contains(&country) {
        Standing::IncreasedMonitoring
    } else {
        Standing::Ordinary
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(codes: &[&str]) -> Vec<&'static str> {
        let name = |code: &&str| crate::countries::name(code).expect("a country");
        codes.iter().map(name).collect()
    }

    /// Both lists as they were published on the day that the constant names; a new meeting changes all three.
    #[test]
    fn the_lists_are_those_of_their_day() {
        assert_eq!(LISTS, "FATF, 19 June 2026");
        assert_eq!(names(&CALL_FOR_ACTION), ["Iran", "North Korea", "Myanmar"]);
        assert_eq!(
            names(&INCREASED_MONITORING),
            [
                "Angola",
                "Bosnia & Herzegovina",
                "Bulgaria",
                "Bolivia",
                "Congo - Kinshasa",
                "Côte d’Ivoire",
                "Cameroon",
                "Haiti",
                "Iraq",
                "Kenya",
                "Kuwait",
                "Laos",
                "Lebanon",
                "Monaco",
                "Nepal",
                "Papua New Guinea",
                "South Sudan",
                "Syria",
                "Venezuela",
                "British Virgin Islands",
                "Vietnam",
                "Yemen",
            ]
        );
        for code in CALL_FOR_ACTION {
            assert_eq!(standing(code), Standing::CallForAction, "{code}");
        }
        for code in INCREASED_MONITORING {
            assert_eq!(standing(code), Standing::IncreasedMonitoring, "{code}");
        }
        assert_eq!(standing("PT"), Standing::Ordinary);
    }
}
