//! Turns `static/` into a table inside the program (see `src/web/assets.rs`).
//!
//! Each file gets an address that holds its own hash, so that a browser may keep it for ever, and is
//! compressed here once as far as it goes. The addresses inside the stylesheet are rewritten too.

use sha2::{Digest, Sha256};
use std::{
    collections::BTreeMap,
    error::Error,
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

/// A file of `static/` as it will be served.
struct Asset {
    bytes: Vec<u8>,
    kind: &'static str,
    hash: String,
}

/// Extension, content type, and whether compressing it gains anything.
const KINDS: &[(&str, &str, bool)] = &[
    ("css", "text/css; charset=utf-8", true),
    ("js", "text/javascript; charset=utf-8", true),
    ("svg", "image/svg+xml", true),
    ("txt", "text/plain; charset=utf-8", true),
    ("png", "image/png", false),
    ("woff2", "font/woff2", false),
];

/// Writes `assets.rs` and the files it includes into `out`; returns what is wrong, one sentence each.
pub(crate) fn generate(house: &Path, out: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let mut faults = Vec::new();
    let folder = house.join("static");
    let mut assets = BTreeMap::new();
    // the stylesheets last: they hold the addresses of the others
    let (sheets, others): (Vec<_>, Vec<_>) =
        names(&folder, "")?.into_iter().partition(|n| n.ends_with(".css"));
    for name in others.into_iter().chain(sheets) {
        let Some((_, kind, _)) = kind_of(&name) else {
            faults.push(format!("static/{name}: build/assets.rs does not know this kind of file"));
            continue;
        };
        let mut bytes = fs::read(folder.join(&name))?;
        if name.ends_with(".css") {
            bytes = rewrite(&name, &String::from_utf8(bytes)?, &assets, &mut faults).into_bytes();
        }
        let hash = hex(&Sha256::digest(&bytes));
        assets.insert(name, Asset { bytes, kind, hash });
    }
    let text = table(&assets, &out.join("assets"))?;
    let target = out.join("assets.rs");
    if fs::read_to_string(&target).ok().as_ref() != Some(&text) {
        fs::write(target, text)?;
    }
    Ok(faults)
}

fn names(folder: &Path, prefix: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            found.extend(names(&entry.path(), &format!("{name}/"))?);
        } else {
            found.push(name);
        }
    }
    found.sort();
    Ok(found)
}

fn kind_of(name: &str) -> Option<&'static (&'static str, &'static str, bool)> {
    let extension = name.rsplit('.').next()?;
    KINDS.iter().find(|(e, ..)| *e == extension)
}

/// `url(fonts/x.woff2)` becomes the address it is served at; `url(#hatch)` stays.
fn rewrite(sheet: &str, css: &str, assets: &BTreeMap<String, Asset>, faults: &mut Vec<String>) -> String {
    let mut pieces = css.split("url(");
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (inside, rest) = piece.split_once(')').unwrap_or((piece, ""));
        let name = inside.trim().trim_matches(['"', '\'']);
        let address = match assets.get(name) {
            _ if name.starts_with('#') => name.to_owned(),
            Some(asset) => address(name, asset),
            None => {
                faults.push(format!("static/{sheet}: url({inside}) is not in static/"));
                String::new()
            }
        };
        let _ = write!(text, "url({address}){rest}");
    }
    text
}

fn address(name: &str, asset: &Asset) -> String {
    format!("/assets/{}/{name}", asset.hash)
}

fn table(assets: &BTreeMap<String, Asset>, folder: &Path) -> Result<String, Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    let (mut addresses, mut files) = (String::new(), String::new());
    for (name, asset) in assets {
        let stem = folder.join(format!("{}-{}", asset.hash, name.replace('/', "-")));
        let gain = kind_of(name).is_some_and(|(.., gain)| *gain);
        let plain = keep(&stem, "", || Ok(asset.bytes.clone()))?;
        let gzip = if gain { Some(keep(&stem, ".gz", || gzip(&asset.bytes))?) } else { None };
        let brotli = if gain { Some(keep(&stem, ".br", || brotli(&asset.bytes))?) } else { None };
        let constant: String = name
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' })
            .collect();
        let _ = writeln!(addresses, "/// Where `static/{name}` is served.");
        let _ = writeln!(addresses, "pub const {constant}: &str = {:?};", address(name, asset));
        let _ = writeln!(
            files,
            "    Asset {{ name: {name:?}, hash: {:?}, kind: {:?}, plain: {}, gzip: {}, brotli: {} }},",
            asset.hash,
            asset.kind,
            include(&plain),
            optional(gzip.as_ref()),
            optional(brotli.as_ref()),
        );
    }
    Ok(format!(
        "// Made by build/assets.rs from static/.\n{addresses}\nstatic ASSETS: &[Asset] = &[\n{files}];\n"
    ))
}

/// Writes the bytes beside the others unless a build before did; the name holds their hash.
fn keep(
    stem: &Path,
    ending: &str,
    make: impl FnOnce() -> Result<Vec<u8>, Box<dyn Error>>,
) -> Result<PathBuf, Box<dyn Error>> {
    let mut path = stem.as_os_str().to_owned();
    path.push(ending);
    let path = PathBuf::from(path);
    if !path.exists() {
        // under another name first: a build that is stopped half way leaves no half file to be trusted
        let fresh = path.with_extension("fresh");
        fs::write(&fresh, make()?)?;
        fs::rename(fresh, &path)?;
    }
    Ok(path)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

fn brotli(bytes: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut out = Vec::new();
    let how = brotli::enc::BrotliEncoderParams { quality: 11, size_hint: bytes.len(), ..Default::default() };
    brotli::BrotliCompress(&mut &*bytes, &mut out, &how)?;
    Ok(out)
}

fn include(path: &Path) -> String {
    format!("include_bytes!({:?})", path.display().to_string())
}

fn optional(path: Option<&PathBuf>) -> String {
    path.map_or_else(|| "None".to_owned(), |path| format!("Some({})", include(path)))
}

/// The first twelve digits: enough to tell two versions of a file apart.
fn hex(digest: &[u8]) -> String {
    digest.iter().take(6).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
