//! The session middleware's store. The cookie carries a random token and nothing else; the row behind it is written
//! by signing in and read with the page, in the same checkout, so that this store only hands the token on. It cannot
//! bring back a session that ended: it writes none.

use std::collections::HashMap;

use actix_session::{
    SessionMiddleware,
    config::CookieContentSecurity,
    storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError},
};
use actix_web::cookie::{Key, SameSite, time::Duration};

/// Hands on the token.
pub struct TokenStore;

const TOKEN: &str = "token";

impl SessionStore for TokenStore {
    async fn load(&self, key: &SessionKey) -> Result<Option<HashMap<String, String>>, LoadError> {
        Ok(Some(HashMap::from([(
            TOKEN.to_owned(),
            format!("\"{}\"", key.as_ref()),
        )])))
    }

    async fn save(
        &self,
        state: HashMap<String, String>,
        _: &Duration,
    ) -> Result<SessionKey, SaveError> {
        let token = state
            .get(TOKEN)
            .map(|text| text.trim_matches('"').to_owned())
            .unwrap_or_default();
        token
            .try_into()
            .map_err(|_| SaveError::Other(anyhow::anyhow!("a session without a token")))
    }

    async fn update(
        &self,
        key: SessionKey,
        state: HashMap<String, String>,
        ttl: &Duration,
    ) -> Result<SessionKey, UpdateError> {
        let _ = key;
        self.save(state, ttl)
            .await
            .map_err(|error| UpdateError::Other(anyhow::Error::new(error)))
    }

    async fn update_ttl(&self, _: &SessionKey, _: &Duration) -> Result<(), anyhow::Error> {
        Ok(())
    }

    async fn delete(&self, _: &SessionKey) -> Result<(), anyhow::Error> {
        Ok(())
    }
}

/// The middleware. The cookie is Secure and bound to the host exactly when the public address is https.
pub fn middleware(key: Key, secure: bool) -> SessionMiddleware<TokenStore> {
    SessionMiddleware::builder(TokenStore, key)
        .cookie_name(if secure { "__Host-vouch" } else { "vouch" }.to_owned())
        .cookie_secure(secure)
        .cookie_http_only(true)
        .cookie_same_site(SameSite::Lax)
        .cookie_path("/".to_owned())
        .cookie_content_security(CookieContentSecurity::Signed)
        .build()
}
