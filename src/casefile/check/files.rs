//! The manifest, its signature, and every file that it names.

use std::{
    collections::BTreeMap,
    io::{self, Read},
};

use ed25519_dalek::VerifyingKey;
use flate2::Crc;
use sha2::{Digest as _, Sha256};

use crate::{
    audit::checkpoint::fingerprint,
    casefile::{
        manifest::{Listed, Manifest, Signature},
        rules::{FORMAT, MANIFEST, SIGNATURE},
        zip::Part,
    },
};

use super::{Archive, Outcome, Source};

/// More than any manifest has.
const LONGEST: u64 = 64 * 1024 * 1024;

/// Reads the manifest into the outcome and checks its signature. The key that signed it, where one did.
pub(super) fn manifest<S: Source + ?Sized>(
    archive: &Archive<'_, S>,
    key: Option<&VerifyingKey>,
    outcome: &mut Outcome,
) -> io::Result<Option<VerifyingKey>> {
    let Some(bytes) = archive.whole(MANIFEST, LONGEST)? else {
        outcome.find(format!(
            "{MANIFEST} is missing, so nothing else can be checked"
        ));
        return Ok(None);
    };
    match serde_json::from_slice::<Manifest>(&bytes) {
        Ok(manifest) if manifest.format == FORMAT => outcome.manifest = Some(manifest),
        Ok(manifest) => outcome.find(format!(
            "{MANIFEST} is of another kind: {:?}",
            manifest.format
        )),
        Err(error) => outcome.find(format!("{MANIFEST} cannot be read: {error}")),
    }
    let Some(signature) = archive.whole(SIGNATURE, LONGEST)? else {
        outcome.find(format!("{SIGNATURE} is missing: nobody signed {MANIFEST}"));
        return Ok(None);
    };
    let Ok(signature) = serde_json::from_slice::<Signature>(&signature) else {
        outcome.find(format!("{SIGNATURE} cannot be read"));
        return Ok(None);
    };
    let signed_by = signature.verify(&bytes);
    if signed_by.is_none() {
        outcome.find(format!(
            "{MANIFEST} is not what was signed: it, or {SIGNATURE}, was altered"
        ));
    }
    if key.is_some_and(|key| key.as_bytes() != &signature.key.0) {
        let other = fingerprint(&signature.key.0);
        outcome.find(format!(
            "{MANIFEST} was signed by another key ({other}) than the one given"
        ));
    }
    Ok(signed_by)
}

/// Holds every file against the manifest.
pub(super) fn listed<S: Source + ?Sized>(
    archive: &Archive<'_, S>,
    manifest: &Manifest,
    outcome: &mut Outcome,
) -> io::Result<()> {
    let mut missing: BTreeMap<&str, &Listed> = BTreeMap::new();
    for file in &manifest.files {
        if missing.insert(&file.name, file).is_some() {
            outcome.find(format!("{MANIFEST} names {:?} twice", file.name));
        }
    }
    let mut added = Vec::new();
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    for (part, start) in archive.contents.parts.iter().zip(&archive.contents.starts) {
        let times = seen.entry(&part.name).or_default();
        *times += 1;
        if *times > 1 {
            outcome.find(format!("{:?} is there twice", part.name));
            continue;
        }
        let (sha256, crc) = sums(archive.inside(part, *start)?)?;
        if crc != part.crc {
            outcome.find(format!(
                "{:?} is not what the archive’s own sum says",
                part.name
            ));
        }
        if part.name == MANIFEST || part.name == SIGNATURE {
            continue;
        }
        match missing.remove(part.name.as_str()) {
            Some(file) if file.sha256.0 == sha256 && file.size == part.size => {}
            Some(file) => outcome.find(altered(file, part, &sha256)),
            None => added.push((part.name.as_str(), sha256)),
        }
    }
    for (name, sha256) in added {
        let was = missing
            .iter()
            .find(|(_, file)| file.sha256.0 == sha256)
            .map(|(was, _)| *was);
        match was {
            Some(was) => {
                missing.remove(was);
                outcome.find(format!("{was:?} was renamed to {name:?}"));
            }
            None => outcome.find(format!("{name:?} was added: {MANIFEST} knows no such file")),
        }
    }
    for name in missing.keys() {
        outcome.find(format!("{name:?} is missing"));
    }
    Ok(())
}

fn altered(file: &Listed, part: &Part, sha256: &[u8; 32]) -> String {
    if file.size == part.size {
        let (is, was) = (hex::encode(&sha256[..8]), hex::encode(&file.sha256.0[..8]));
        format!(
            "{:?} was altered: its SHA-256 begins with {is} and should begin with {was}",
            file.name
        )
    } else {
        format!(
            "{:?} was altered: it has {} bytes and should have {}",
            file.name, part.size, file.size
        )
    }
}

fn sums(mut file: impl Read) -> io::Result<([u8; 32], u32)> {
    let (mut sha256, mut crc) = (Sha256::new(), Crc::new());
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok((sha256.finalize().into(), crc.sum())),
            read => {
                sha256.update(&buffer[..read]);
                crc.update(&buffer[..read]);
            }
        }
    }
}
