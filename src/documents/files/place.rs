//! What `VOUCH_DOCUMENTS_URL` may say.

use std::{fs, os::unix::fs::DirBuilderExt as _, path::PathBuf, sync::Arc};

use object_store::{
    ObjectStore, RetryConfig, aws::AmazonS3Builder, local::LocalFileSystem, path::Path,
};
use url::Url;

use super::wire;
use crate::config::{Config, ConfigError};

const WANTED: &str = "it must be file:///folder, or s3://key:secret@bucket/prefix?region=…&endpoint=https://… \
    (without key and secret: those of the machine's role)";

/// The store and what stands before each name in it. The setting is never repeated in an error: it holds a secret.
pub(super) fn open(config: &Config) -> Result<(Arc<dyn ObjectStore>, Path), ConfigError> {
    match &config.documents_url {
        None => folder(config.data_dir.join("documents")),
        Some(text) => {
            let url = Url::parse(text).map_err(|_| wrong(WANTED))?;
            match url.scheme() {
                "file" => folder(url.to_file_path().map_err(|()| wrong(WANTED))?),
                "s3" => bucket(&url),
                _ => Err(wrong(WANTED)),
            }
        }
    }
}

fn wrong(wanted: impl Into<String>) -> ConfigError {
    ConfigError::Wrong {
        name: "VOUCH_DOCUMENTS_URL",
        wanted: wanted.into(),
    }
}

fn folder(path: PathBuf) -> Result<(Arc<dyn ObjectStore>, Path), ConfigError> {
    let usable = |error: String| {
        wrong(format!(
            "the folder {} cannot be used: {error}",
            path.display()
        ))
    };
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&path)
        .map_err(|error| usable(error.to_string()))?;
    // A row tells of the file from its commit on: by then the file is on the disk too.
    let store = LocalFileSystem::new_with_prefix(&path)
        .map_err(|error| usable(error.to_string()))?
        .with_fsync(true);
    Ok((Arc::new(store), Path::default()))
}

fn bucket(url: &Url) -> Result<(Arc<dyn ObjectStore>, Path), ConfigError> {
    let host = url.host_str().ok_or_else(|| wrong(WANTED))?;
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(host)
        .with_http_connector(wire::Connector)
        // Whoever waits is a person: they try again themselves.
        .with_retry(RetryConfig {
            max_retries: 1,
            ..RetryConfig::default()
        });
    for (name, value) in url.query_pairs() {
        builder = match &*name {
            "region" => builder.with_region(value),
            "endpoint" => {
                let plain = value.starts_with("http://");
                builder.with_endpoint(value).with_allow_http(plain)
            }
            _ => return Err(wrong(WANTED)),
        };
    }
    let decoded = |text: &str| {
        percent_encoding::percent_decode_str(text)
            .decode_utf8()
            .map(std::borrow::Cow::into_owned)
            .map_err(|_| wrong(WANTED))
    };
    if let Some(secret) = url.password() {
        builder = builder
            .with_access_key_id(decoded(url.username())?)
            .with_secret_access_key(decoded(secret)?);
    }
    let store = builder.build().map_err(|_| wrong(WANTED))?;
    let prefix = Path::from_url_path(url.path()).map_err(|_| wrong(WANTED))?;
    Ok((Arc::new(store), prefix))
}
