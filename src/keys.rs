//! The ring of keys: the installation's secret wraps the organisations' keys, each of which wraps those of its
//! customers and staff. Unwrapped organisation keys are kept in memory; the others are unwrapped as they are needed.

use std::{collections::HashMap, sync::RwLock};

use crate::{
    error::{Error, Result},
    seal::{DataKey, SealError, SecretKey},
    value::{DataKeyId, OrganisationId},
};

/// The installation's keys.
pub struct Keys {
    secret: SecretKey,
    organisations: RwLock<HashMap<OrganisationId, DataKey>>,
}

impl From<SealError> for Error {
    fn from(error: SealError) -> Self {
        Self::Internal(anyhow::Error::new(error))
    }
}

impl Keys {
    /// The ring of one installation.
    pub fn new(secret: SecretKey) -> Self {
        Self {
            secret,
            organisations: RwLock::default(),
        }
    }

    /// The installation's secret.
    pub const fn secret(&self) -> &SecretKey {
        &self.secret
    }

    /// The key of the installation's own chain, for what belongs to no organisation.
    pub fn installation(&self) -> DataKey {
        self.secret.purpose("installation")
    }

    /// An organisation's key, if it was unwrapped before.
    pub fn known(&self, organisation: OrganisationId) -> Option<DataKey> {
        if organisation == OrganisationId::INSTALLATION {
            return Some(self.installation());
        }
        self.organisations
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .get(&organisation)
            .cloned()
    }

    /// Unwraps an organisation's key and keeps it.
    pub fn learn(&self, organisation: OrganisationId, wrapped: &[u8]) -> Result<DataKey> {
        if let Some(key) = self.known(organisation) {
            return Ok(key);
        }
        let key = self
            .secret
            .organisation_keys()
            .unwrap_key(wrapped, organisation.0)?;
        self.organisations
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .insert(organisation, key.clone());
        Ok(key)
    }

    /// A new organisation's key, wrapped for its row.
    pub fn new_organisation(&self, organisation: OrganisationId) -> Result<(DataKey, Vec<u8>)> {
        let key = DataKey::random()?;
        let wrapped = key.wrap(&self.secret.organisation_keys(), organisation.0)?;
        Ok((key, wrapped))
    }

    /// A new customer's or member's key, wrapped under the organisation's for its row.
    pub fn new_data_key(organisation: &DataKey, id: DataKeyId) -> Result<(DataKey, Vec<u8>)> {
        let key = DataKey::random()?;
        let wrapped = key.wrap(organisation, id.0)?;
        Ok((key, wrapped))
    }

    /// Unwraps a customer's or member's key.
    pub fn unwrap_data_key(
        organisation: &DataKey,
        id: DataKeyId,
        wrapped: &[u8],
    ) -> Result<DataKey> {
        Ok(organisation.unwrap_key(wrapped, id.0)?)
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(..)")
    }
}
