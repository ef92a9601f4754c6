//! The eight countries from which the demo's customers come: names, places and legal forms, each as common as its place in
//! the list says.

mod central;
mod iberia;
mod islands;
mod low;
mod south;

/// What a country's people and companies are called, as it is written down: words apart by spaces, places by semicolons.
pub(super) struct Words {
    code: &'static str,
    weight: u32,
    dial: &'static str,
    /// Which branches serve it: index and weight.
    branches: &'static [(u32, usize)],
    /// Spaniards and the Portuguese have two.
    surnames: usize,
    women: &'static str,
    men: &'static str,
    last: &'static str,
    streets: &'static str,
    /// `name=postal code with # for a digit and @ for a letter=code of the place in tax ids`.
    cities: &'static str,
    forms: &'static str,
    trades: &'static str,
    /// Whether the house number comes first.
    number_first: bool,
}

/// A town.
#[derive(Clone, Copy, Debug)]
pub struct City {
    /// Its name.
    pub name: &'static str,
    /// The shape of its postal codes.
    pub postal: &'static str,
    /// Its code in tax ids, where they have one.
    pub code: &'static str,
}

/// A country, ready to be picked from.
pub struct Land {
    /// ISO 3166.
    pub code: &'static str,
    /// How many of the customers, in hundredths.
    pub weight: u32,
    /// Its telephone prefix.
    pub dial: &'static str,
    /// The branches that serve it, by weight.
    pub branches: &'static [(u32, usize)],
    /// How many surnames a person has.
    pub surnames: usize,
    /// First names of women.
    pub women: Vec<&'static str>,
    /// First names of men.
    pub men: Vec<&'static str>,
    /// Surnames.
    pub last: Vec<&'static str>,
    /// Streets.
    pub streets: Vec<&'static str>,
    /// Towns.
    pub cities: Vec<City>,
    /// Legal forms of companies.
    pub forms: Vec<&'static str>,
    /// What companies do, as part of their names.
    pub trades: Vec<&'static str>,
    /// Whether the house number comes first.
    pub number_first: bool,
}

/// All eight.
pub fn lands() -> Vec<Land> {
    [
        islands::GB,
        iberia::ES,
        south::FR,
        central::DE,
        south::IT,
        low::NL,
        low::BE,
        iberia::PT,
    ]
    .into_iter()
    .map(Land::from)
    .collect()
}

impl From<Words> for Land {
    fn from(words: Words) -> Self {
        let spaced = |text: &'static str| text.split_whitespace().collect();
        let listed = |text: &'static str| text.split(';').map(str::trim).collect();
        let cities = words.cities.split(';').map(|city| {
            let mut parts = city.trim().split('=');
            let mut next = || parts.next().unwrap_or_default();
            City {
                name: next(),
                postal: next(),
                code: next(),
            }
        });
        Self {
            code: words.code,
            weight: words.weight,
            dial: words.dial,
            branches: words.branches,
            surnames: words.surnames,
            women: spaced(words.women),
            men: spaced(words.men),
            last: spaced(words.last),
            streets: listed(words.streets),
            cities: cities.collect(),
            forms: listed(words.forms),
            trades: listed(words.trades),
            number_first: words.number_first,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_has_enough_of_everything() {
        let lands = lands();
        assert_eq!(lands.len(), 8);
        assert_eq!(lands.iter().map(|land| land.weight).sum::<u32>(), 100);
        for land in lands {
            assert!(
                land.women.len() >= 30 && land.men.len() >= 30,
                "{}",
                land.code
            );
            assert!(land.last.len() >= 60, "{}: {}", land.code, land.last.len());
            assert!(land.cities.len() >= 8 && land.streets.len() >= 8);
            assert!(land.cities.iter().all(|city| city.postal.contains('#')));
        }
    }
}
