//! Where the sealed bytes of papers stand: a folder of the data directory, or a bucket of an S3-compatible store. What
//! stands there is noise to whoever keeps it; its name is random and says nothing.

mod place;
mod wire;

use std::{future::Future, sync::Arc, sync::mpsc, thread, time::Duration};

use object_store::{ObjectStore, ObjectStoreExt as _, PutPayload, path::Path};
use tokio::{runtime, sync::oneshot};

use crate::{
    config::{Config, ConfigError},
    error::{Error, Result},
    seal::SealError,
};

/// How long one operation of the store may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The store. Its futures run on a thread of its own, so that handlers, which block, may wait for them.
#[derive(Debug)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
    /// What stands before each name in the store.
    prefix: Path,
    runtime: runtime::Handle,
    /// The thread ends when this goes.
    _stay: oneshot::Sender<()>,
}

impl Files {
    /// As `VOUCH_DOCUMENTS_URL` says; without it, the folder `documents` of the data directory.
    pub fn open(config: &Config) -> Result<Self, ConfigError> {
        let (store, prefix) = place::open(config)?;
        let wrong = |_| ConfigError::Wrong {
            name: "VOUCH_DOCUMENTS_URL",
            wanted: "no thread for it could be started".to_owned(),
        };
        let (stay, gone) = oneshot::channel::<()>();
        let own = runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(wrong)?;
        let handle = own.handle().clone();
        thread::Builder::new()
            .name("documents".to_owned())
            .spawn(move || own.block_on(gone).unwrap_or_default())
            .map_err(wrong)?;
        Ok(Self {
            store,
            prefix,
            runtime: handle,
            _stay: stay,
        })
    }

    /// A name that was never used: 128 random bits in hexadecimal digits, below a folder of the first two.
    pub fn new_key(&self) -> Result<String> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|_| SealError::NoRandomness)?;
        let name = hex::encode(bytes);
        Ok(format!("{}/{name}", &name[..2]))
    }

    /// Stores sealed bytes.
    pub fn put(&self, key: &str, sealed: Vec<u8>) -> Result<()> {
        let (store, place) = (Arc::clone(&self.store), self.place(key));
        self.run(async move { store.put(&place, PutPayload::from(sealed)).await })?;
        Ok(())
    }

    /// Whether the store has it, without fetching it.
    pub fn holds(&self, key: &str) -> Result<bool> {
        let (store, place) = (Arc::clone(&self.store), self.place(key));
        self.run(async move {
            match store.head(&place).await {
                Ok(_) => Ok(true),
                Err(object_store::Error::NotFound { .. }) => Ok(false),
                Err(error) => Err(error),
            }
        })
    }

    /// The sealed bytes.
    pub fn bytes(&self, key: &str) -> Result<Vec<u8>> {
        let (store, place) = (Arc::clone(&self.store), self.place(key));
        let bytes = self.run(async move { store.get(&place).await?.bytes().await })?;
        Ok(bytes.into())
    }

    /// Removes what no row tells of. Where it cannot be removed it stays: sealed, and found by nobody.
    pub fn forget(&self, key: &str) {
        let (store, place) = (Arc::clone(&self.store), self.place(key));
        if let Err(error) = self.run(async move { store.delete(&place).await }) {
            tracing::warn!(%error, "a stored file that nothing tells of stays");
        }
    }

    /// Removes what was stored for a change that failed. Where it is not known whether it did, the file stays.
    pub fn undo(&self, failed: &Error, key: &str) {
        if matches!(failed, Error::Unsure(_)) {
            tracing::warn!("a stored file stays: nobody knows whether a row tells of it");
        } else {
            self.forget(key);
        }
    }

    /// The names of the folders in this one.
    pub fn folders(&self, folder: &str) -> Result<Vec<String>> {
        let (store, place) = (Arc::clone(&self.store), self.place(folder));
        let found = self.run(async move { store.list_with_delimiter(Some(&place)).await })?;
        let names = found.common_prefixes.iter().filter_map(Path::filename);
        Ok(names.map(str::to_owned).collect())
    }

    /// Removes everything whose name begins with this folder's.
    pub fn forget_below(&self, folder: &str) -> Result<()> {
        let mut folders = vec![self.place(folder)];
        while let Some(folder) = folders.pop() {
            let store = Arc::clone(&self.store);
            let found = self.run(async move { store.list_with_delimiter(Some(&folder)).await })?;
            folders.extend(found.common_prefixes);
            for file in found.objects {
                let store = Arc::clone(&self.store);
                self.run(async move { store.delete(&file.location).await })?;
            }
        }
        Ok(())
    }

    fn place(&self, key: &str) -> Path {
        key.split('/')
            .fold(self.prefix.clone(), object_store::path::Path::join)
    }

    fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = object_store::Result<T>> + Send + 'static,
    ) -> Result<T> {
        let (tell, told) = mpsc::sync_channel(1);
        self.runtime.spawn(async move {
            let _ = tell.send(tokio::time::timeout(PATIENCE, work).await);
        });
        match told.recv_timeout(PATIENCE + Duration::from_secs(1)) {
            Ok(Ok(Ok(value))) => Ok(value),
            Ok(Ok(Err(error @ object_store::Error::NotFound { .. }))) => Err(Error::Internal(
                anyhow::Error::new(error).context("a document's file is not in the store"),
            )),
            Ok(Ok(Err(error))) => {
                tracing::error!(%error, "the store of documents");
                Err(Error::Unavailable("the store of documents".to_owned()))
            }
            _ => Err(Error::Unavailable(
                "the store of documents did not answer in time".to_owned(),
            )),
        }
    }
}
