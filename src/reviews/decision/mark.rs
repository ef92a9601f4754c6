//! What a page carries of those who stand behind a company, since they may change without it.

use std::collections::BTreeMap;

use super::Case;
use crate::value::CustomerId;

impl Case {
    /// The members, and who stands behind those, with their versions as one text: empty where there are none.
    pub fn members_mark(&self) -> String {
        self.versions_behind()
            .iter()
            .map(|(id, version)| format!("{id}:{version}"))
            .collect::<Vec<_>>()
            .join(",")
    }

    /// Who of them reads otherwise than in such a text, and how many changes ago that was; who is not in it came
    /// since. Nobody, where nobody saw them.
    pub fn changed_since(&self, mark: &str) -> Vec<(CustomerId, i32)> {
        if mark.is_empty() {
            return Vec::new();
        }
        changes(mark, self.versions_behind())
    }

    /// Who they are and how each reads in this case.
    pub(super) fn versions_behind(&self) -> BTreeMap<CustomerId, i32> {
        let known = self.gathered.known.values();
        known
            .map(|member| (member.id, member.version))
            .chain(self.behind.iter().copied())
            .collect()
    }
}

fn changes(mark: &str, now: BTreeMap<CustomerId, i32>) -> Vec<(CustomerId, i32)> {
    let then: BTreeMap<&str, i32> = mark
        .split(',')
        .filter_map(|one| one.split_once(':'))
        .filter_map(|(id, version)| Some((id, version.parse().ok()?)))
        .collect();
    now.into_iter()
        .map(|(id, version)| {
            let seen = then.get(id.to_string().as_str());
            (id, seen.map_or(1, |seen| version.saturating_sub(*seen)))
        })
        .filter(|(_, changes)| *changes > 0)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_changed_or_came_since_is_named_with_how_often() {
        let [one, two, three] = [1, 2, 3].map(|n| CustomerId(uuid::Uuid::from_u128(n)));
        let now = BTreeMap::from([(one, 4), (two, 9), (three, 2)]);
        let mark = format!("{one}:4,{two}:7,nonsense,:,x:y");
        assert_eq!(changes(&mark, now), [(two, 2), (three, 1)]);
    }
}
