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
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
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
    /// The seal on the secret address of a channel.
    Channel,
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
            Purpose::Channel => b"channel",
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

    /// Seals a secret that has to be read again (ChaCha20-Poly1305, RFC 8439). It opens only together with `bound`, which
    /// says what it belongs to: moved to another row it is worth nothing. The seal is text and says which key made it.
    ///
    /// # Errors
    /// When the machine has no randomness to give.
    pub fn seal(&self, purpose: Purpose, bound: &[u8], secret: &[u8]) -> Result<String> {
        let key = self.0.first().context("there is no key")?;
        // Ninety-six random bits: seals by one key would have to number billions before two of them met.
        let mut sealed = vec![0u8; NONCE_LEN];
        rand::rngs::SysRng.try_fill_bytes(&mut sealed)?;
        let nonce = Nonce::try_assume_unique_for_key(&sealed).ok().context("a nonce has its length")?;
        let mut text = secret.to_vec();
        let cipher = key.cipher(purpose).context("a key has its length")?;
        cipher
            .seal_in_place_append_tag(nonce, Aad::from(bound), &mut text)
            .ok()
            .context("the secret is too long to be sealed")?;
        sealed.extend(text);
        Ok(format!("{}.{}", key.id, URL_SAFE_NO_PAD.encode(sealed)))
    }

    /// What a seal holds, when one of our keys made it for this purpose and for what it is bound to.
    pub fn open_seal(&self, purpose: Purpose, bound: &[u8], sealed: &str) -> Option<Vec<u8>> {
        let (id, sealed) = sealed.split_once('.')?;
        let sealed = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, text) = sealed.split_at_checked(NONCE_LEN)?;
        self.0.iter().filter(|key| key.id == id).find_map(|key| {
            let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
            let mut text = text.to_vec();
            let opened = key.cipher(purpose)?.open_in_place(nonce, Aad::from(bound), &mut text).ok()?;
            Some(opened.to_vec())
        })
    }
}

impl Key {
    fn new(secret: &[u8]) -> Self {
        let root: [u8; 32] = mac(b"meridian").chain_update(secret).finalize().into_bytes().into();
        let id = mac(&root).chain_update(b"id").finalize().into_bytes();
        Self { id: URL_SAFE_NO_PAD.encode(id.get(..6).unwrap_or_default()), root }
    }

    /// The sub-key of a purpose: HKDF's one-block expansion.
    fn sub_key(&self, purpose: Purpose) -> [u8; 32] {
        mac(&self.root).chain_update(purpose.name()).chain_update([1]).finalize().into_bytes().into()
    }

    /// A code begun with the sub-key.
    fn mac(&self, purpose: Purpose, message: &[u8]) -> Hmac<Sha256> {
        mac(&self.sub_key(purpose)).chain_update(message)
    }

    /// A cipher with the sub-key. A purpose either signs or seals, so no key does both.
    fn cipher(&self, purpose: Purpose) -> Option<LessSafeKey> {
        UnboundKey::new(&CHACHA20_POLY1305, &self.sub_key(purpose)).ok().map(LessSafeKey::new)
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

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "an old secret that is long enough to be one, surely";
    const NEW: &str = "a new secret that is long enough to be one, surely";

    #[test]
    fn a_seal_opens_for_what_it_is_bound_to_and_for_nothing_else() {
        let keys = Keys::parse(OLD).unwrap();
        let sealed = keys.seal(Purpose::Channel, b"row 1", b"a secret").unwrap();
        assert_eq!(keys.open_seal(Purpose::Channel, b"row 1", &sealed).as_deref(), Some(&b"a secret"[..]));
        assert_eq!(keys.open_seal(Purpose::Channel, b"row 2", &sealed), None);
        assert_eq!(keys.open_seal(Purpose::Answer, b"row 1", &sealed), None);
        assert!(!sealed.contains("secret"));
        assert_ne!(
            keys.seal(Purpose::Channel, b"row 1", b"a secret").unwrap(),
            sealed,
            "no nonce comes twice"
        );
        let (id, code) = sealed.split_once('.').unwrap();
        let mut bytes = URL_SAFE_NO_PAD.decode(code).unwrap();
        for at in 0..bytes.len() {
            bytes[at] ^= 1;
            let forged = format!("{id}.{}", URL_SAFE_NO_PAD.encode(&bytes));
            assert_eq!(keys.open_seal(Purpose::Channel, b"row 1", &forged), None, "byte {at}");
            bytes[at] ^= 1;
        }
        for broken in ["", ".", "x", &format!("{id}."), &format!("{id}.AAAA"), &format!("nobody.{code}")] {
            assert_eq!(keys.open_seal(Purpose::Channel, b"row 1", broken), None, "{broken}");
        }
    }

    #[test]
    fn what_an_older_key_sealed_opens_until_that_key_is_taken_away() {
        let sealed = Keys::parse(OLD).unwrap().seal(Purpose::Channel, b"", b"a secret").unwrap();
        let both = Keys::parse(&format!("{NEW}\n{OLD}")).unwrap();
        assert!(both.open_seal(Purpose::Channel, b"", &sealed).is_some());
        let anew = both.seal(Purpose::Channel, b"", b"a secret").unwrap();
        let new = Keys::parse(NEW).unwrap();
        assert!(new.open_seal(Purpose::Channel, b"", &anew).is_some());
        assert_eq!(new.open_seal(Purpose::Channel, b"", &sealed), None);
    }
}
