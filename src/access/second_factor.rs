//! The second factor: six digits from an app that change every half minute (TOTP, RFC 6238), and ten recovery codes for
//! the day the phone is lost. This file makes and checks them; that each works once is the store's business.

use chrono::{DateTime, Utc};
use qrcode::{QrCode, render::svg};
use sha2::{Digest, Sha256};
use totp_rs::{Builder, Secret, Totp};

use crate::{
    access::rules::bare_code,
    error::{Error, Result},
    seal::SealError,
};

/// How many recovery codes a member gets.
const RECOVERY_CODES: usize = 10;
/// Random bytes in each: 128 bits are out of reach of guessing, so that a plain hash keeps them.
const RECOVERY_BYTES: usize = 16;

/// A shared secret: 160 random bits, as RFC 4226 wants.
pub fn new_secret() -> Result<Vec<u8>> {
    random(20)
}

/// The secret as people type it into an app that cannot see the picture: base32 in groups of four.
pub fn as_text(secret: &[u8]) -> String {
    grouped(&Secret::from(secret).to_base32())
}

/// The step of the code, if it is right now, or was or will be within half a minute: clocks differ.
pub fn step(secret: &[u8], typed: &str, now: DateTime<Utc>) -> Result<Option<i64>> {
    let code = bare_code(typed);
    if code.len() != 6 || !code.bytes().all(|digit| digit.is_ascii_digit()) {
        return Ok(None);
    }
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    let step = totp(secret, "")?.check(&code, seconds);
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

/// The picture that an app reads, as SVG for the page: black on white in every theme, since cameras want it so.
pub fn picture(secret: &[u8], email: &str) -> Result<String> {
    // A colon would end the account's name in the address.
    let url = totp(secret, &email.replace(':', " "))?
        .to_url()
        .map_err(fault)?;
    let code = QrCode::new(url.as_bytes()).map_err(fault)?;
    let picture = code
        .render::<svg::Color<'_>>()
        .min_dimensions(196, 196)
        .dark_color(svg::Color("#000"))
        .light_color(svg::Color("#fff"))
        .build();
    let start = picture.find("<svg").unwrap_or_default();
    Ok(picture[start..].replacen(
        "<svg",
        r#"<svg role="img" aria-label="Picture for your authenticator app""#,
        1,
    ))
}

/// Ten new recovery codes, as they are shown once.
pub fn recovery_codes() -> Result<Vec<String>> {
    (0..RECOVERY_CODES)
        .map(|_| Ok(as_text(&random(RECOVERY_BYTES)?)))
        .collect()
}

/// What is stored of a recovery code, however it is typed.
pub fn recovery_hash(typed: &str) -> Vec<u8> {
    Sha256::digest(bare_code(typed).as_bytes()).to_vec()
}

fn totp(secret: &[u8], account: &str) -> Result<Totp> {
    Builder::new()
        .with_secret(secret)
        .with_account_name(account)
        .with_issuer(Some("Vouch"))
        .build()
        .map_err(fault)
}

fn grouped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 5 / 4);
    for (at, letter) in text.chars().enumerate() {
        if at > 0 && at % 4 == 0 {
            out.push('-');
        }
        out.push(letter);
    }
    out
}

fn random(bytes: usize) -> Result<Vec<u8>> {
    let mut random = vec![0; bytes];
    getrandom::fill(&mut random).map_err(|_| SealError::NoRandomness)?;
    Ok(random)
}

fn fault(error: impl std::fmt::Display) -> Error {
    Error::Internal(anyhow::anyhow!("a second factor: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B: SHA-1, this secret, cut to six digits.
    const SECRET: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).expect("a time")
    }

    #[test]
    fn codes_are_those_of_the_rfc_for_half_a_minute_around() {
        assert_eq!(step(SECRET, "287 082", at(59)).expect("a check"), Some(1));
        assert_eq!(
            step(SECRET, "081804", at(1_111_111_109)).expect("a check"),
            Some(37_037_036)
        );
        assert_eq!(
            step(SECRET, "287082", at(59 + 30)).expect("a check"),
            Some(1)
        );
        assert_eq!(step(SECRET, "287082", at(59 + 61)).expect("a check"), None);
        for bad in ["", "28708", "2870822", "28708a", "٢٨٧٠٨٢"] {
            assert_eq!(step(SECRET, bad, at(59)).expect("a check"), None, "{bad}");
        }
    }

    #[test]
    fn recovery_codes_are_found_as_people_type_them() {
        let codes = recovery_codes().expect("codes");
        assert_eq!(codes.len(), 10);
        for code in &codes {
            // Five bits a letter: 26 letters hold 128 bits, in groups of four.
            assert_eq!(bare_code(code).len(), 26, "{code}");
            assert_eq!(code.len(), 32, "{code}");
            let typed = code.replace('-', " ").to_lowercase();
            assert_eq!(recovery_hash(&typed), recovery_hash(code));
        }
        let different: std::collections::HashSet<_> = codes.iter().collect();
        assert_eq!(different.len(), codes.len());
        assert_eq!(new_secret().expect("a secret").len() * 8, 160);
    }

    #[test]
    fn the_picture_is_an_svg_without_a_prologue_or_styles() {
        let picture = picture(SECRET, "rita:x@vouch.test").expect("a picture");
        assert!(picture.starts_with("<svg role=") && !picture.contains("style"));
        assert!(as_text(SECRET).starts_with("GEZD-GNBV"));
    }
}
