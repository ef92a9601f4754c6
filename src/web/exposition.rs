//! Prometheus' text format: a family is announced, then come its samples.

use std::fmt::{self, Display, Write as _};

/// The text of an answer to `/metrics`.
#[derive(Debug, Default)]
pub struct Page(String);

impl Page {
    /// Begins a family of samples. Writing to a string cannot fail.
    pub fn family(&mut self, name: &str, kind: &str, help: &str) {
        let _ = write!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}\n");
    }

    /// One sample. Labels are words of ours, without quotes or backslashes.
    pub fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        self.0.push_str(name);
        for (n, (label, text)) in labels.iter().enumerate() {
            let _ = write!(
                self.0,
                "{}{label}=\"{text}\"",
                if n == 0 { '{' } else { ',' }
            );
        }
        let _ = writeln!(
            self.0,
            "{} {value}",
            if labels.is_empty() { "" } else { "}" }
        );
    }

    /// A family of one sample without labels that may go up and down.
    pub fn gauge(&mut self, name: &str, help: &str, value: impl Display) {
        self.family(name, "gauge", help);
        self.sample(name, &[], value);
    }
}

impl Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gauge_has_its_help_its_type_and_its_value() {
        let mut page = Page::default();
        page.gauge("vouch_x", "How many.", 3);
        assert_eq!(
            page.to_string(),
            "# HELP vouch_x How many.\n# TYPE vouch_x gauge\nvouch_x 3\n"
        );
    }
}
