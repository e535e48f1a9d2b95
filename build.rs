//! What is made from the folders `locales/` and `static/` before the crate is compiled.
//!
//! A fault in either is told as a build error that names the file, all faults at once.

#[path = "build/assets.rs"]
mod assets;
#[path = "build/words.rs"]
mod words;

use std::{env, error::Error, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    for place in ["build.rs", "build", "locales", "migrations", "src", "static", "templates"] {
        println!("cargo::rerun-if-changed={place}");
    }
    let house = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut faults = words::generate(&house, &out.join("words.rs"))?;
    faults.extend(assets::generate(&house, &out)?);
    for fault in faults {
        println!("cargo::error={fault}");
    }
    Ok(())
}
