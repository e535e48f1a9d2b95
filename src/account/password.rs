//! Passwords: what counts as one, and how it is kept.
//!
//! Kept as argon2id at OWASP's least cost (19 MiB, two passes, one lane; about 45 ms). Hashing stands behind a gate: as many at
//! once as there are cores, never on the threads that answer pages. Where there is no password to compare with, one is
//! compared all the same, so that the time taken says nothing about who has an account.

use crate::fault::Fault;
use crate::language::Words;
use crate::web::slug;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use zxcvbn::Score;
use zxcvbn::feedback::Warning;

/// The fewest characters of a password.
pub const SHORTEST: usize = 10;
/// The most characters of a password.
pub const LONGEST: usize = 128;
/// How long a sign-in may wait at the gate before it is asked to come back.
const PATIENCE: Duration = Duration::from_secs(5);

/// What one hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
}

impl Cost {
    /// What keeps people's passwords: the least OWASP's Password Storage Cheat Sheet allows for argon2id.
    pub const REAL: Cost = Cost { memory_kib: 19_456, passes: 2 };
    /// The least argon2 can do, for tests that sign in a thousand times.
    pub const LEAST: Cost = Cost { memory_kib: 8, passes: 1 };
}

/// Checks and keeps passwords. Cheap to clone.
#[derive(Clone)]
pub struct Passwords {
    gate: Arc<Semaphore>,
    params: Params,
    /// Compared with where nobody has set a password.
    nobodys: Arc<str>,
}

/// What comparing a password came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is the one. `rehashed` is it at today's cost, when it was kept at another.
    Right {
        /// The hash to keep from now on.
        rehashed: Option<String>,
    },
    /// It is not, or there is none.
    Wrong,
}

/// Why a password won't do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Weak {
    /// Fewer than [`SHORTEST`] characters.
    Short,
    /// More than [`LONGEST`] characters.
    Long,
    /// It would be guessed soon; perhaps we know why.
    Guessable(Option<Warning>),
}

impl Passwords {
    /// Passwords at this cost, with as many hashes at once as the machine has cores.
    ///
    /// # Errors
    /// When argon2 can't work at that cost.
    pub fn new(cost: Cost) -> anyhow::Result<Self> {
        let params = Params::new(cost.memory_kib, cost.passes, 1, None)?;
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let nobodys = hash(&params, "nobody has this password")?.into();
        Ok(Self { gate: Arc::new(Semaphore::new(cores)), params, nobodys })
    }

    /// Compares a password with what was kept of one, in the same time whether there is one or not.
    ///
    /// # Errors
    /// [`Fault::TooMany`] when too many wait at the gate; [`Fault::Internal`] when what was kept is no hash.
    pub async fn verify(&self, password: &str, kept: Option<&str>) -> Result<Verdict, Fault> {
        let (params, password) = (self.params.clone(), password.to_owned());
        let known = kept.is_some();
        let kept = kept.unwrap_or(&self.nobodys).to_owned();
        let verdict = self
            .behind_the_gate(move || {
                let found = PasswordHash::new(&kept)?;
                match Argon2::default().verify_password(password.as_bytes(), &found) {
                    Err(argon2::password_hash::Error::PasswordInvalid) => return Ok(Verdict::Wrong),
                    outcome => outcome?,
                }
                let stale = Params::try_from(&found)? != params_like(&params, &found);
                let rehashed = stale.then(|| hash(&params, &password)).transpose()?;
                Ok(Verdict::Right { rehashed })
            })
            .await?;
        Ok(if known { verdict } else { Verdict::Wrong })
    }

    /// What to keep of a password.
    ///
    /// # Errors
    /// [`Fault::TooMany`] when too many wait at the gate; [`Fault::Internal`] when the system gives no random bytes.
    pub async fn hash(&self, password: &str) -> Result<String, Fault> {
        let (params, password) = (self.params.clone(), password.to_owned());
        self.behind_the_gate(move || hash(&params, &password)).await
    }

    /// Whether a password will do. `about` is what a stranger knows of its owner: name, address, organisation.
    ///
    /// # Errors
    /// The outer [`Fault::TooMany`] when too many wait at the gate.
    pub async fn check(&self, password: &str, about: &[&str]) -> Result<Result<(), Weak>, Fault> {
        match password.chars().count() {
            ..SHORTEST => return Ok(Err(Weak::Short)),
            LONGEST.. if password.chars().count() > LONGEST => return Ok(Err(Weak::Long)),
            _ => {}
        }
        let password = password.to_owned();
        let about: Vec<String> =
            about.iter().flat_map(|text| words_of(text)).chain(["meridian".to_owned()]).collect();
        self.behind_the_gate(move || {
            let about: Vec<&str> = about.iter().map(String::as_str).collect();
            let found = zxcvbn::zxcvbn(&password, &about);
            Ok(if found.score() >= Score::Three {
                Ok(())
            } else {
                Err(Weak::Guessable(found.feedback().and_then(zxcvbn::feedback::Feedback::warning)))
            })
        })
        .await
    }

    async fn behind_the_gate<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> anyhow::Result<T> + Send + 'static,
    ) -> Result<T, Fault> {
        let busy = Fault::TooMany { retry_after: 5 };
        let Ok(Ok(pass)) = tokio::time::timeout(PATIENCE, self.gate.clone().acquire_owned()).await else {
            return Err(busy);
        };
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(pass); // held by the work itself, which runs on when the visitor has gone
            done
        });
        done.await.map_err(|error| Fault::Internal(error.into()))?.map_err(Fault::Internal)
    }
}

fn argon2id(params: &Params) -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
}

fn hash(params: &Params, password: &str) -> anyhow::Result<String> {
    let kept: PasswordHash = argon2id(params).hash_password(password.as_bytes())?;
    Ok(kept.to_string())
}

/// Our parameters in the form a kept hash gives back, which also knows how long its output is.
fn params_like(ours: &Params, kept: &PasswordHash) -> Params {
    let output = kept.hash.as_ref().map(|output| output.len());
    Params::new(ours.m_cost(), ours.t_cost(), ours.p_cost(), output).unwrap_or_else(|_| ours.clone())
}

/// An address, a name or an organisation, the words it is made of, and those run together; also without accents.
fn words_of(text: &str) -> Vec<String> {
    let forms = [text.to_lowercase(), slug(text)];
    let words = |form: &String| -> Vec<String> {
        let parts = form.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 2);
        parts.map(str::to_owned).collect()
    };
    let all = forms.iter().flat_map(|form| {
        let words = words(form);
        let together = words.concat();
        words.into_iter().chain([together, form.clone()])
    });
    all.filter(|word| !word.is_empty()).collect()
}

impl Weak {
    /// What to tell the person.
    pub fn sentence(self, t: Words) -> String {
        let why = match self {
            Weak::Short => return t.account_password_short(SHORTEST),
            Weak::Long => return t.account_password_long(LONGEST),
            Weak::Guessable(None) => t.account_password_guessable(),
            Weak::Guessable(Some(warning)) => reason(warning, t),
        };
        format!("{why} {}", t.account_password_better())
    }
}

fn reason(warning: Warning, t: Words) -> &'static str {
    match warning {
        Warning::StraightRowsOfKeysAreEasyToGuess => t.account_password_row(),
        Warning::ShortKeyboardPatternsAreEasyToGuess => t.account_password_keys(),
        Warning::RepeatsLikeAaaAreEasyToGuess | Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess => {
            t.account_password_repeats()
        }
        Warning::ThisIsATop10Password | Warning::ThisIsATop100Password | Warning::ThisIsACommonPassword => {
            t.account_password_common()
        }
        Warning::ThisIsSimilarToACommonlyUsedPassword => t.account_password_similar(),
        Warning::SequencesLikeAbcAreEasyToGuess => t.account_password_sequence(),
        Warning::RecentYearsAreEasyToGuess | Warning::DatesAreOftenEasyToGuess => t.account_password_date(),
        Warning::AWordByItselfIsEasyToGuess => t.account_password_word(),
        Warning::NamesAndSurnamesByThemselvesAreEasyToGuess
        | Warning::CommonNamesAndSurnamesAreEasyToGuess => t.account_password_name(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn right_wrong_and_nobodys() {
        let passwords = Passwords::new(Cost::LEAST).unwrap();
        let kept = passwords.hash("seven herons at low tide").await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{kept}");
        let right = Verdict::Right { rehashed: None };
        assert_eq!(passwords.verify("seven herons at low tide", Some(&kept)).await.unwrap(), right);
        assert_eq!(passwords.verify("seven herons at high tide", Some(&kept)).await.unwrap(), Verdict::Wrong);
        assert_eq!(passwords.verify("nobody has this password", None).await.unwrap(), Verdict::Wrong);
    }

    #[tokio::test]
    async fn a_hash_of_another_cost_is_made_anew() {
        let old = Passwords::new(Cost { memory_kib: 16, passes: 1 }).unwrap();
        let now = Passwords::new(Cost::LEAST).unwrap();
        let kept = old.hash("seven herons at low tide").await.unwrap();
        let Verdict::Right { rehashed: Some(anew) } =
            now.verify("seven herons at low tide", Some(&kept)).await.unwrap()
        else {
            panic!("not rehashed")
        };
        assert_eq!(
            now.verify("seven herons at low tide", Some(&anew)).await.unwrap(),
            Verdict::Right { rehashed: None }
        );
    }

    #[tokio::test]
    async fn what_counts_as_a_password() {
        let passwords = Passwords::new(Cost::LEAST).unwrap();
        let about = ["Inês Duarte", "ines@saltmarsh.example", "Saltmarsh"];
        for (password, good) in [
            ("short", false),
            ("password12345", false),
            ("saltmarsh2026", false),
            ("inesduarte1", false),
            ("meridianmeridian", false),
            ("qwertyuiop", false),
            ("seven herons at low tide", true),
            ("pão-de-ló às terças", true),
        ] {
            assert_eq!(passwords.check(password, &about).await.unwrap().is_ok(), good, "{password}");
        }
        assert_eq!(passwords.check(&"long words ".repeat(12), &[]).await.unwrap(), Err(Weak::Long));
        let at_most: String = "seven herons at low tide and ".repeat(5).chars().take(128).collect();
        assert_eq!(passwords.check(&at_most, &[]).await.unwrap(), Ok(()));
    }
}
