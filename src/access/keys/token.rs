//! Tokens: what the secret of a key is exchanged for, for an hour. A token is a JWT (RFC 7519) with one header, byte for byte,
//! so nobody chooses how it is judged: HMAC-SHA256 under a key of its own, derived from the installation's secret. It names
//! the key that it stands for, which is looked up again at each request: a key that ends takes its tokens along.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use uuid::Uuid;

use crate::{
    access::keys::{rules::Face, store::Found},
    error::Result,
    seal::SecretKey,
};

/// How long a token is believed.
pub const LIFE: TimeDelta = TimeDelta::hours(1);

/// The header of every token. One that has any other is no token.
const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;
/// Who gives them out.
const ISSUER: &str = "vouch";

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    iss: String,
    /// The face.
    aud: String,
    /// The key.
    pub sub: Uuid,
    /// By what the key is found.
    pub client_id: String,
    /// Whose it is.
    pub organisation: Uuid,
    /// What of the key's permissions it opens, spaces between them.
    pub scope: String,
    iat: i64,
    exp: i64,
}

impl Claims {
    /// Whether the token opens what needs this permission.
    pub fn opens(&self, permission: &str) -> bool {
        self.scope.split(' ').any(|scope| scope == permission)
    }

    /// Whether it stands for this key.
    pub fn is_of(&self, found: &Found) -> bool {
        self.sub == found.id.0
            && self.organisation == found.organisation.0
            && self.aud == found.face.as_str()
    }
}

/// A token for a key, which opens these of its permissions.
pub fn write(
    secret: &SecretKey,
    found: &Found,
    scopes: &[&str],
    now: DateTime<Utc>,
) -> Result<String> {
    let claims = Claims {
        iss: ISSUER.to_owned(),
        aud: found.face.as_str().to_owned(),
        sub: found.id.0,
        client_id: found.key_id.clone(),
        organisation: found.organisation.0,
        scope: scopes.join(" "),
        iat: now.timestamp(),
        exp: (now + LIFE).timestamp(),
    };
    let claims = serde_json::to_vec(&claims).map_err(anyhow::Error::new)?;
    let signed = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(HEADER),
        URL_SAFE_NO_PAD.encode(claims)
    );
    let signature = mac(secret, &signed).finalize().into_bytes();
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// What a token of this face says, where it is one of ours and its hour is not over. The signature is compared in constant time.
pub fn read(secret: &SecretKey, face: Face, text: &str, now: DateTime<Utc>) -> Option<Claims> {
    let (signed, signature) = text.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    if header != URL_SAFE_NO_PAD.encode(HEADER) {
        return None;
    }
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    mac(secret, signed).verify_slice(&signature).ok()?;
    let claims = URL_SAFE_NO_PAD.decode(claims).ok()?;
    let claims: Claims = serde_json::from_slice(&claims).ok()?;
    let ours = claims.iss == ISSUER && claims.aud == face.as_str();
    let now = now.timestamp();
    (ours && claims.iat <= now && now < claims.exp).then_some(claims)
}

fn mac(secret: &SecretKey, signed: &str) -> Hmac<Sha256> {
    let key = secret.purpose("api-tokens").entry_key(Uuid::nil());
    // HMAC fills a key that is shorter than a block with zeros.
    let mut block = [0; 64];
    block[..32].copy_from_slice(&key.disclose());
    Hmac::<Sha256>::new(&block.into()).chain_update(signed.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        access::{keys::rules::Kind, scope::Branches},
        value::{BranchId, CredentialId, OrganisationId},
    };

    fn key() -> Found {
        Found {
            id: CredentialId(Uuid::from_u128(1)),
            key_id: "tre_1".to_owned(),
            face: Face::Treezor,
            kind: Kind::Oauth,
            permissions: vec!["read_only".to_owned(), "admin".to_owned()],
            secret: None,
            organisation: OrganisationId(Uuid::from_u128(2)),
            organisation_number: 7,
            time_zone: chrono_tz::UTC,
            branches: Branches::All,
            takes_new: BranchId(Uuid::from_u128(3)),
            last_used_at: None,
        }
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).expect("a time")
    }

    fn secret(digits: &str) -> SecretKey {
        SecretKey::from_hex(&digits.repeat(32)).expect("a key")
    }

    #[test]
    fn a_token_is_believed_for_an_hour_under_its_own_secret_and_of_its_own_face() {
        let (ours, token) = (secret("5e"), |now| {
            write(&secret("5e"), &key(), &["read_only"], now).expect("a token")
        });
        let text = token(at(1_000));
        let claims = read(&ours, Face::Treezor, &text, at(1_000)).expect("claims");
        assert!(claims.is_of(&key()) && claims.opens("read_only") && !claims.opens("admin"));
        assert!(read(&ours, Face::Treezor, &text, at(4_599)).is_some());
        for later in [4_600, 999] {
            assert_eq!(
                read(&ours, Face::Treezor, &text, at(later)),
                None,
                "{later}"
            );
        }
        assert_eq!(read(&ours, Face::Kontorion, &text, at(1_000)), None);
        assert_eq!(read(&secret("5f"), Face::Treezor, &text, at(1_000)), None);
        let other = Found {
            id: CredentialId(Uuid::from_u128(9)),
            ..key()
        };
        assert!(!claims.is_of(&other));
    }

    #[test]
    fn nobody_chooses_how_a_token_is_judged() {
        let ours = secret("5e");
        let text = write(&ours, &key(), &["read_only"], at(1_000)).expect("a token");
        let pieces: Vec<&str> = text.split('.').collect();
        let header = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let signed = |header: String| {
            let signed = format!("{header}.{}", pieces[1]);
            let signature = mac(&ours, &signed).finalize().into_bytes();
            format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
        };
        for wrong in [
            format!("{}.{}.", header(r#"{"alg":"none","typ":"JWT"}"#), pieces[1]),
            // Signed well, and all the same not as ours are.
            signed(header(r#"{"typ":"JWT","alg":"HS256"}"#)),
            signed(header(r#"{"alg":"HS512","typ":"JWT"}"#)),
            signed(header(r#"{"alg":"HS256","typ":"at+jwt"}"#)),
            format!("{}.{}", pieces[0], pieces[1]),
            format!("{}.{}.", pieces[0], pieces[1]),
            format!("{text}="),
            format!("{text}.{}", pieces[2]),
            format!(".{text}"),
            String::new(),
        ] {
            assert_eq!(
                read(&ours, Face::Treezor, &wrong, at(1_000)),
                None,
                "{wrong}"
            );
        }
        assert!(read(&ours, Face::Treezor, &signed(header(HEADER)), at(1_000)).is_some());
    }
}
