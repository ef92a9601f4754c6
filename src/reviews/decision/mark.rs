//! What a page carries of those who stand behind a company, since they may change without it.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::Case;
use crate::value::CustomerId;

impl Case {
    /// The members, and who stands behind those, with their versions as one text: empty where there are none. It names
    /// also those whom the reader may not see, so it is kept with a proposal and shown nobody.
    pub fn members_mark(&self) -> String {
        written(&self.versions_behind())
    }

    /// The same for a page. Of those outside of the reader's branches it says neither who they are nor how often they
    /// changed, only, by one digest of them all, whether anything of them did.
    pub fn members_shown(&self) -> String {
        let known = &self.gathered.known;
        let (seen, elsewhere): (BTreeMap<_, _>, BTreeMap<_, _>) = self
            .versions_behind()
            .into_iter()
            .partition(|(id, _)| known.contains_key(id));
        let mut mark = written(&seen);
        if !elsewhere.is_empty() {
            // With the round, so that two companies' pages do not tell that they share somebody.
            let told = format!("{} {}", self.review.id, written(&elsewhere));
            let comma = if mark.is_empty() { "" } else { "," };
            mark = format!(
                "{mark}{comma}elsewhere:{}",
                hex::encode(Sha256::digest(told.as_bytes()))
            );
        }
        mark
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
        let mut seen: BTreeMap<CustomerId, i32> = self.behind.iter().copied().collect();
        for member in self.gathered.known.values() {
            // Both are read of somebody, and whichever was read first counts: versions only rise.
            let version = seen.entry(member.id).or_insert(member.version);
            *version = member.version.min(*version);
        }
        seen
    }
}

fn written(versions: &BTreeMap<CustomerId, i32>) -> String {
    let each = versions.iter();
    each.map(|(id, version)| format!("{id}:{version}"))
        .collect::<Vec<_>>()
        .join(",")
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
