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
pub const LISTS: &str = "FATF, 24 October 2025";

/// "High-Risk Jurisdictions subject to a Call for Action".
const CALL_FOR_ACTION: [&str; 3] = ["IR", "KP", "MM"];

/// "Jurisdictions under Increased Monitoring".
const INCREASED_MONITORING: [&str; 20] = [
    "AO", "BG", "BO", "CD", "CI", "CM", "DZ", "HT", "KE", "LA", "LB", "MC", "NA", "NP", "SS", "SY",
    "VE", "VG", "VN", "YE",
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

    #[test]
    fn the_lists_name_countries_and_none_twice() {
        let mut all: Vec<&str> = CALL_FOR_ACTION
            .into_iter()
            .chain(INCREASED_MONITORING)
            .collect();
        let known = |code: &&str| crate::countries::ALL.iter().any(|(one, _)| one == code);
        assert!(all.iter().all(known));
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 23);
        assert_eq!(standing("IR"), Standing::CallForAction);
        assert_eq!(standing("VN"), Standing::IncreasedMonitoring);
        assert_eq!(standing("PT"), Standing::Ordinary);
    }
}
