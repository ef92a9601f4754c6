//! What came of a check, for whoever asked for it.

use std::fmt;

use crate::{audit::verdict::Verdict, casefile::manifest::Manifest};

/// Findings beyond this many are counted, not kept.
const KEPT: usize = 50;

/// What came of it.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What the file says of itself, where that can be read.
    pub manifest: Option<Manifest>,
    /// What was altered, each a sentence.
    pub findings: Vec<String>,
    /// How much was altered in all.
    pub found: usize,
    /// What the chain says, where it was looked at.
    pub chain: Option<Verdict>,
    /// What could not be proven, each a sentence.
    pub unproven: Vec<String>,
}

impl Outcome {
    /// Nothing was altered.
    pub fn intact(&self) -> bool {
        self.found == 0 && self.chain.as_ref().is_none_or(Verdict::intact)
    }

    pub(super) fn find(&mut self, what: impl Into<String>) {
        self.found += 1;
        if self.findings.len() < KEPT {
            self.findings.push(what.into());
        }
    }

    pub(super) fn unproven(&mut self, what: impl Into<String>) {
        self.unproven.push(what.into());
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(manifest) = &self.manifest {
            let Manifest {
                customer,
                made_for,
                origin,
                organisation_name,
                ..
            } = manifest;
            let at = manifest.made_at.format("%F %T UTC");
            // Debug escapes what a terminal would act upon: until the signature is checked, anybody may have written it.
            writeln!(
                f,
                "case file of customer {customer} of {organisation_name:?}, made {at} by {origin:?} for {:?} ({:?})",
                made_for.name, made_for.role
            )?;
        }
        if self.intact() {
            let files = self.manifest.as_ref().map_or(0, |it| it.files.len());
            let entries = self.manifest.as_ref().map_or(0, |it| it.entries);
            write!(f, "intact: {files} files, {entries} audit entries")?;
            if let Some(signed) = self.chain.as_ref().and_then(|it| it.checkpoint.as_ref()) {
                let at = signed.at.format("%F %T UTC");
                write!(f, ", proven by the chain to #{}, signed {at}", signed.size)?;
            }
        } else {
            let chain = self.chain.as_ref().map_or(0, |chain| chain.found);
            write!(f, "ALTERED: {} findings", self.found as u64 + chain)?;
            for finding in &self.findings {
                write!(f, "\n  {finding}")?;
            }
            for finding in self.chain.iter().flat_map(|chain| &chain.findings) {
                write!(f, "\n  audit log: {finding}")?;
            }
        }
        let chain = self.chain.iter().flat_map(|chain| &chain.unproven);
        for unproven in self.unproven.iter().chain(chain) {
            write!(f, "\n  not proven: {unproven}")?;
        }
        Ok(())
    }
}
