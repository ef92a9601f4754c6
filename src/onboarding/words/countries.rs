//! Countries by their names in the languages of the page.

use std::sync::LazyLock;

use crate::countries;

type Names = LazyLock<Vec<(&'static str, &'static str)>>;

/// Code and name, a country a line.
fn read(text: &'static str) -> Vec<(&'static str, &'static str)> {
    text.lines()
        .filter_map(|line| line.split_once('\t'))
        .collect()
}

pub(super) fn english() -> &'static [(&'static str, &'static str)] {
    countries::ALL
}

pub(super) fn french() -> &'static [(&'static str, &'static str)] {
    static NAMES: Names = LazyLock::new(|| read(include_str!("countries_fr.txt")));
    &NAMES
}

pub(super) fn spanish() -> &'static [(&'static str, &'static str)] {
    static NAMES: Names = LazyLock::new(|| read(include_str!("countries_es.txt")));
    &NAMES
}
