//! Static files: embedded at build time (`build.rs`), named by their content, compressed once. A page names one by its
//! constant, so a file that is not there does not compile. An address never changes what it answers, so browsers keep
//! it for a year without asking.

include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// How long and by whom an asset may be kept.
pub const CACHE_CONTROL: &str = "public, max-age=31536000, immutable";

/// One embedded file with its compressed forms.
struct Asset {
    address: &'static str,
    content_type: &'static str,
    hash: &'static str,
    identity: &'static [u8],
    brotli: Option<&'static [u8]>,
    gzip: Option<&'static [u8]>,
}

/// One asset as it goes to one client. The answer needs `Vary: Accept-Encoding` and [`CACHE_CONTROL`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// The bytes to send, compressed as `encoding` says.
    pub body: &'static [u8],
    /// For `Content-Type`.
    pub content_type: &'static str,
    /// For `Content-Encoding`: `br`, `gzip`, or none for the file as it is.
    pub encoding: Option<&'static str>,
    /// A strong entity tag with its quotes; it differs by encoding.
    pub etag: String,
    /// For `Cache-Control`: for ever, but a day for `/favicon.ico`, whose address carries no hash.
    pub cache_control: &'static str,
}

/// The asset at this path (`/static/app.<hash>.css`, or `/favicon.ico`), in the smallest form that the client's
/// `Accept-Encoding` allows. An unknown path or an old hash is `None`: the caller answers 404.
pub fn find(path: &str, accept_encoding: &str) -> Option<Served> {
    let (address, cache_control) = match path {
        "/favicon.ico" => (FAVICON_SVG, "public, max-age=86400"),
        _ => (path, CACHE_CONTROL),
    };
    let asset = TABLE.iter().find(|asset| asset.address == address)?;
    let (body, encoding) = match (asset.brotli, asset.gzip) {
        (Some(body), _) if accepts(accept_encoding, "br") => (body, Some("br")),
        (_, Some(body)) if accepts(accept_encoding, "gzip") => (body, Some("gzip")),
        _ => (asset.identity, None),
    };
    Some(Served {
        body,
        content_type: asset.content_type,
        encoding,
        etag: format!("\"{}-{}\"", asset.hash, encoding.unwrap_or("id")),
        cache_control,
    })
}

/// Whether the header names this coding without refusing it by `q=0`.
fn accepts(header: &str, coding: &str) -> bool {
    header.split(',').any(|part| {
        let mut part = part.split(';').map(str::trim);
        let named = part
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case(coding));
        let refused = part
            .filter_map(|parameter| parameter.strip_prefix("q="))
            .any(|q| q.parse() == Ok(0.0));
        named && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn every_asset_is_served_whole_in_every_encoding() {
        for asset in TABLE {
            let plain = find(asset.address, "").expect("listed");
            assert_eq!((plain.encoding, plain.cache_control), (None, CACHE_CONTROL));
            let packed = find(asset.address, "gzip").expect("listed");
            let mut unpacked = Vec::new();
            flate2::read::GzDecoder::new(packed.body)
                .read_to_end(&mut unpacked)
                .expect("gzip");
            assert_eq!(unpacked, plain.body, "{}", asset.address);
            let brotli = find(asset.address, "gzip, deflate, br, zstd").expect("listed");
            assert_eq!(brotli.encoding, Some("br"));
            assert!(brotli.body.len() < packed.body.len());
            assert_ne!(brotli.etag, packed.etag);
        }
    }

    #[test]
    fn a_refused_coding_is_not_sent() {
        assert_eq!(
            find(APP_CSS, "br;q=0, gzip").expect("listed").encoding,
            Some("gzip")
        );
        assert_eq!(find(APP_CSS, "identity").expect("listed").encoding, None);
    }

    #[test]
    fn an_old_hash_or_a_strange_path_finds_nothing() {
        for path in [
            "/static/app.css",
            "/static/app.0000000000000000.css",
            "/static/../build.rs",
            "",
        ] {
            assert_eq!(find(path, "br"), None);
        }
        assert_eq!(
            find("/favicon.ico", "").expect("the icon").content_type,
            "image/svg+xml"
        );
    }

    #[test]
    fn the_stylesheet_is_whole_and_asks_for_nothing_else() {
        let css = std::str::from_utf8(find(APP_CSS, "").expect("listed").body).expect("UTF-8");
        assert!(css.starts_with("@layer reset,tokens,base,layout,components,utilities,print;"));
        assert!(css.contains("@layer print{"));
        for word in ["@import", "url(", "/*"] {
            assert!(!css.contains(word), "{word}");
        }
        assert_eq!(css.matches('{').count(), css.matches('}').count());
    }

    #[test]
    fn the_vendored_htmx_is_the_released_2_0_11() {
        use sha2::{Digest, Sha384};
        let body = find(HTMX_JS, "").expect("listed").body;
        assert_eq!(
            hex::encode(Sha384::digest(body)),
            "d8e6adcd0cb51fe65dfc822b8ebd5372e0c6a8b5de1e16e8a00c8963529d40c2a7af82d9db6937d4604b7582879958e0"
        );
    }
}
