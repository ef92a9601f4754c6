//! Prepares the static files for embedding: one stylesheet out of the files in `static/css`, every file's name
//! with a hash of its content (so that it may be cached for ever), and bodies compressed once, here, not per request.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::{env, fs};

use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};

/// What is served: the constant's name, the file under `static/`, the name in its address, its media type.
const FILES: [(&str, &str, &str, &str); 6] = [
    (
        "APP_CSS",
        "css/main.css",
        "app.css",
        "text/css; charset=utf-8",
    ),
    (
        "APP_JS",
        "app.js",
        "app.js",
        "text/javascript; charset=utf-8",
    ),
    (
        "HTMX_JS",
        "vendor/htmx.min.js",
        "htmx.js",
        "text/javascript; charset=utf-8",
    ),
    (
        "ONCE_JS",
        "once.js",
        "once.js",
        "text/javascript; charset=utf-8",
    ),
    ("ICONS_SVG", "icons.svg", "icons.svg", "image/svg+xml"),
    ("FAVICON_SVG", "favicon.svg", "favicon.svg", "image/svg+xml"),
];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=static");
    println!("cargo::rerun-if-changed=migrations");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or_else(|| failure("OUT_DIR is not set"))?);
    let root = Path::new("static");

    let mut constants = String::new();
    let mut table = String::from("static TABLE: &[Asset] = &[\n");
    for (constant, file, name, media) in FILES {
        let path = root.join(file);
        let body = match path.extension().and_then(|extension| extension.to_str()) {
            Some("css") => minify_css(&bundle_css(&path)?).into_bytes(),
            Some("svg") => minify_svg(&fs::read_to_string(&path)?).into_bytes(),
            _ => fs::read(&path)?,
        };
        let hash = hex(&Sha256::digest(&body)[..8]);
        let (stem, extension) = name.rsplit_once('.').ok_or_else(|| failure(name))?;
        let address = format!("/static/{stem}.{hash}.{extension}");

        fs::write(out.join(name), &body)?;
        let brotli = keep_smaller(&out, &format!("{name}.br"), &body, brotli(&body)?)?;
        let gzip = keep_smaller(&out, &format!("{name}.gz"), &body, gzip(&body)?)?;

        writeln!(
            constants,
            "/// Address of `{file}`.\npub const {constant}: &str = {address:?};"
        )
        .map_err(io::Error::other)?;
        writeln!(
            table,
            "    Asset {{ address: {constant}, content_type: {media:?}, hash: {hash:?}, identity: {}, brotli: {brotli}, gzip: {gzip} }},",
            include(&out.join(name)),
        )
        .map_err(io::Error::other)?;
    }
    table.push_str("];\n");
    fs::write(out.join("assets.rs"), constants + &table)
}

fn failure(text: &str) -> io::Error {
    io::Error::other(text.to_owned())
}

/// The file with every `@import "x.css";` replaced by that file. A stylesheet that nobody imports is a mistake.
fn bundle_css(main: &Path) -> io::Result<String> {
    let folder = main
        .parent()
        .ok_or_else(|| failure("the stylesheet has no folder"))?;
    let mut css = String::new();
    let mut imported = Vec::new();
    for line in fs::read_to_string(main)?.lines() {
        match line
            .strip_prefix("@import \"")
            .and_then(|rest| rest.strip_suffix("\";"))
        {
            Some(name) => {
                css.push_str(&fs::read_to_string(folder.join(name))?);
                imported.push(name.to_owned());
            }
            None => css.push_str(line),
        }
        css.push('\n');
    }
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if folder.join(&name) != main && !imported.contains(&name) {
            return Err(failure(&format!("main.css does not import {name}")));
        }
    }
    Ok(css)
}

/// Drops comments and the white space that CSS never reads: beside `{ } ; ,` and in runs. Strings stay as they are;
/// blanks beside `:` and operators stay too, since `a :hover` and `calc(1px + 2px)` need them.
fn minify_css(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css.chars().peekable();
    let mut blank = false;
    while let Some(c) = rest.next() {
        match c {
            '/' if rest.peek() == Some(&'*') => {
                let mut before = ' ';
                for c in rest.by_ref().skip(1) {
                    if before == '*' && c == '/' {
                        break;
                    }
                    before = c;
                }
                blank = true;
            }
            _ if c.is_whitespace() => blank = true,
            _ => {
                let glued = matches!(c, '{' | '}' | ';' | ',')
                    || out.ends_with(['{', '}', ';', ','])
                    || out.is_empty();
                if blank && !glued {
                    out.push(' ');
                }
                blank = false;
                if c == '}' && out.ends_with(';') {
                    out.pop();
                }
                out.push(c);
                if matches!(c, '"' | '\'') {
                    while let Some(inner) = rest.next() {
                        out.push(inner);
                        if inner == '\\' {
                            out.extend(rest.next());
                        } else if inner == c {
                            break;
                        }
                    }
                }
            }
        }
    }
    out
}

/// Drops comments and indentation; a symbol's text is markup only.
fn minify_svg(svg: &str) -> String {
    svg.lines()
        .map(str::trim)
        .filter(|line| !(line.starts_with("<!--") && line.ends_with("-->")))
        .collect()
}

fn brotli(body: &[u8]) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &*body, &mut out, &parameters)?;
    Ok(out)
}

fn gzip(body: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body)?;
    encoder.finish()
}

/// Writes the compressed body where it is worth its header, and says how the table names it.
fn keep_smaller(out: &Path, name: &str, body: &[u8], packed: Vec<u8>) -> io::Result<String> {
    if packed.len() >= body.len() {
        return Ok("None".to_owned());
    }
    let path = out.join(name);
    fs::write(&path, packed)?;
    Ok(format!("Some({})", include(&path)))
}

fn include(path: &Path) -> String {
    format!("include_bytes!({:?})", path.display().to_string())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
