//! The installation's secret, and what is derived from it.
//!
//! The file holds one secret a line. The first signs, every one verifies; so a secret is replaced by putting a new one on
//! top and taking the old one away when nothing signed by it matters any more. Nothing uses a secret directly: each
//! [`Purpose`] has a sub-key of its own (HKDF with SHA-256, RFC 5869), so that a signature made for one purpose is worth
//! nothing for another.

use super::Config;
use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use rand::TryRng as _;
use sha2::Sha256;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

/// Shorter secrets are refused; characters, which for our own are 6 bits each.
const SHORTEST: usize = 32;

/// What a key is used for. A name, once used, stays as it is: it is part of the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The one-click address that stops one kind of mail.
    Unsubscribe,
    /// The cookie that marks a browser as one that signed in before.
    Device,
    /// Names of people and networks in rate limits.
    RateLimit,
    /// Mixed into passwords before they are hashed.
    Pepper,
    /// The seal on a week's moods, and the marks of who has answered.
    Mood,
    /// The address that an answer to a mail goes to.
    Answer,
}

impl Purpose {
    fn name(self) -> &'static [u8] {
        match self {
            Purpose::Unsubscribe => b"unsubscribe",
            Purpose::Device => b"device",
            Purpose::RateLimit => b"rate-limit",
            Purpose::Pepper => b"pepper",
            Purpose::Mood => b"mood",
            Purpose::Answer => b"answer",
        }
    }
}

/// The keys of this installation. Cheap to clone; says nothing about itself in logs.
#[derive(Clone)]
pub struct Keys(Arc<[Key]>);

struct Key {
    /// Which one signed: the beginning of a hash, public.
    id: String,
    /// What sub-keys are derived from (HKDF's PRK).
    root: [u8; 32],
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(***)")
    }
}

impl Keys {
    /// Reads the operator's secret file, or our own in the data folder, which is made when missing.
    ///
    /// # Errors
    /// When the file can't be read or made, or holds no secret that is long enough.
    pub fn open(config: &Config) -> Result<Self> {
        let file = config.secret_key_file();
        if config.secret_key_file.is_none() && !file.exists() {
            make(&file).with_context(|| format!("the secret key {} can't be made", file.display()))?;
        }
        let text = fs::read_to_string(&file)
            .with_context(|| format!("the secret key {} can't be read", file.display()))?;
        Self::parse(&text).with_context(|| format!("the secret key {} can't be used", file.display()))
    }

    /// From the text of a secret file.
    ///
    /// # Errors
    /// When it holds no secret, or one that is too short.
    pub fn parse(text: &str) -> Result<Self> {
        let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        ensure!(lines().next().is_some(), "it holds no secret");
        ensure!(
            lines().all(|line| line.len() >= SHORTEST),
            "each line must hold at least {SHORTEST} characters"
        );
        Ok(Self(lines().map(|line| Key::new(line.as_bytes())).collect()))
    }

    /// Signs a message. The signature is text for an address or a cookie and says which key made it.
    pub fn sign(&self, purpose: Purpose, message: &[u8]) -> String {
        let signed = |key: &Key| {
            format!(
                "{}.{}",
                key.id,
                URL_SAFE_NO_PAD.encode(key.mac(purpose, message).finalize().into_bytes())
            )
        };
        self.0.first().map(signed).unwrap_or_default()
    }

    /// Whether one of our keys made this signature, for this purpose and message.
    pub fn verify(&self, purpose: Purpose, message: &[u8], signature: &str) -> bool {
        let Some((id, mac)) = signature.split_once('.') else { return false };
        let Ok(mac) = URL_SAFE_NO_PAD.decode(mac) else { return false };
        self.0.iter().any(|key| key.id == id && key.mac(purpose, message).verify_slice(&mac).is_ok())
    }

    /// The keyed hashes by all keys, the newest first: to find what an older key made.
    pub fn digests(&self, purpose: Purpose, message: &[u8]) -> Vec<[u8; 32]> {
        self.0.iter().map(|key| key.mac(purpose, message).finalize().into_bytes().into()).collect()
    }

    /// A keyed hash by the newest key: the same for the same message, and meaningless to whoever lacks the key.
    pub fn digest(&self, purpose: Purpose, message: &[u8]) -> [u8; 32] {
        self.0.first().map(|key| key.mac(purpose, message).finalize().into_bytes().into()).unwrap_or_default()
    }
}

impl Key {
    fn new(secret: &[u8]) -> Self {
        let root: [u8; 32] = mac(b"meridian").chain_update(secret).finalize().into_bytes().into();
        let id = mac(&root).chain_update(b"id").finalize().into_bytes();
        Self { id: URL_SAFE_NO_PAD.encode(id.get(..6).unwrap_or_default()), root }
    }

    /// HKDF's one-block expansion, and a code begun with the key it gives.
    fn mac(&self, purpose: Purpose, message: &[u8]) -> Hmac<Sha256> {
        let key = mac(&self.root).chain_update(purpose.name()).chain_update([1]).finalize().into_bytes();
        mac(&key).chain_update(message)
    }
}

#[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
fn mac(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes a key of any length")
}

/// Makes a secret file that only its owner reads. Of two processes that start at once, one wins and both use its file;
/// neither ever sees half of one.
fn make(file: &Path) -> Result<()> {
    let folder = file.parent().context("it has no folder")?;
    fs::create_dir_all(folder)?;
    let mut secret = [0u8; 32];
    rand::rngs::SysRng.try_fill_bytes(&mut secret)?;
    let draft = folder.join(format!(".secret.key.{:016x}", rand::random::<u64>()));
    let mut out: File = File::options().write(true).create_new(true).mode(0o600).open(&draft)?;
    writeln!(out, "{}", URL_SAFE_NO_PAD.encode(secret))?;
    out.sync_all()?;
    let linked = fs::hard_link(&draft, file);
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error.into()),
        _ => Ok(()),
    }
}
