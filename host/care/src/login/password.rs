//! Passwords: which are taken, and how they are kept.
//!
//! Length counts, composition does not: any character may stand in a password, none must. What is turned away
//! is what others try first: the account's own name, one piece over and over, runs of the keyboard or the
//! alphabet, the lists that guessing begins with, and what people here make of them.

use super::{common, hashing::off_the_executor};
use crate::CareError;
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};

/// The fewest characters of a password.
pub const SHORTEST: usize = 12;
/// The most: hashing more costs, and protects nobody.
pub const LONGEST: usize = 256;

/// The hash of a password that nobody has: a login for an account that does not exist takes as long as one
/// with a wrong password.
pub const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$Z3RwLW5vYm9keS1zYWx0$3rVvC0bpn0oVYyIhBcsQhKXvXCdVsRgvG8Nn3qOEyA4";

/// What is wrong with a new password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Weakness {
    /// Fewer characters than [`SHORTEST`].
    #[error("the password has fewer than {SHORTEST} characters")]
    Short,
    /// More characters than [`LONGEST`].
    #[error("the password has more than {LONGEST} characters")]
    Long,
    /// It holds the account's name.
    #[error("the password holds the account's name")]
    OwnName,
    /// It is easily guessed.
    #[error("the password is one of those that are tried first")]
    Guessable,
    /// It is the one that was there before.
    #[error("the password is the same as before")]
    Same,
}

/// Rows of keys and letters that people run a finger along.
const RUNS: [&str; 6] = [
    "abcdefghijklmnopqrstuvwxyzæøå",
    "01234567890123456789",
    "qwertyuiopåasdfghjklæøzxcvbnm",
    "qwertyuiopasdfghjklzxcvbnm",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
];

/// Words that long passwords here are made of, beside those of the list; what follows them is digits and signs.
const COMMON: [&str; 30] = [
    "password",
    "passw0rd",
    "p@ssw0rd",
    "adgangskode",
    "kodeord",
    "hemmelig",
    "letmein",
    "welcome",
    "velkommen",
    "iloveyou",
    "jegelskerdig",
    "administrator",
    "admin",
    "changeme",
    "trustno",
    "football",
    "fodbold",
    "liverpool",
    "manchester",
    "sommer",
    "summer",
    "vinter",
    "winter",
    "danmark",
    "denmark",
    "sygehus",
    "hospital",
    "sundhed",
    "telemedicin",
    "princess",
];

/// Says what is wrong with a new password of an account, if anything is.
///
/// # Errors
/// What is wrong.
pub fn check(password: &str, account: &str) -> Result<(), Weakness> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(Weakness::Short);
    }
    if length > LONGEST {
        return Err(Weakness::Long);
    }
    let plain = password.to_lowercase();
    let account = account.to_lowercase();
    if account.len() >= 4 && rest_without(&plain, &account).is_some_and(|rest| rest < 8) {
        return Err(Weakness::OwnName);
    }
    let few = plain.chars().collect::<std::collections::BTreeSet<_>>().len() < 5;
    if few || repeats(&plain) || runs(&plain) || local(&plain) || common::covers(&plain) {
        return Err(Weakness::Guessable);
    }
    Ok(())
}

/// How many characters are left beside a piece, where it is there.
fn rest_without(text: &str, piece: &str) -> Option<usize> {
    text.contains(piece).then(|| text.replace(piece, "").chars().count())
}

/// Whether it is one short piece over and over.
fn repeats(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    (1..=letters.len() / 2)
        .filter(|piece| *piece <= 8)
        .any(|piece| letters.iter().zip(letters.iter().skip(piece)).all(|(one, next)| one == next))
}

/// Whether all but a few of its characters follow each other on the keyboard or in the alphabet.
fn runs(text: &str) -> bool {
    let letters: Vec<char> = text.chars().collect();
    let follows = |pair: &[char]| {
        let [one, next] = pair else { return false };
        let pair: String = [*one, *next].iter().collect();
        let back: String = [*next, *one].iter().collect();
        RUNS.iter().any(|run| run.contains(&pair) || run.contains(&back))
    };
    let inside = letters.windows(2).filter(|pair| follows(pair)).count();
    letters.len() - 1 - inside < 4
}

/// Whether digits and signs around a common word are all there is.
fn local(text: &str) -> bool {
    let words = |text: &str| text.chars().filter(|c| c.is_alphabetic()).count();
    COMMON
        .iter()
        .any(|word| rest_without(text, word).is_some() && words(&text.replace(word, "")) < 4)
}

/// Hashes a password.
pub async fn hash(password: &str) -> Result<String, CareError> {
    let password = password.to_owned();
    // The parameters are OWASP's for argon2id and the crate's default: 19 MiB, 2 passes.
    off_the_executor(move || {
        Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string())
    })
    .await?
    .map_err(|_| CareError::Busy)
}

/// Whether it is the password of this hash. Without one, it takes as long and is wrong.
pub async fn fits(password: &str, hash: Option<&str>) -> Result<bool, CareError> {
    let (password, hash) = (password.to_owned(), hash.unwrap_or(NOBODY).to_owned());
    off_the_executor(move || {
        PasswordHash::new(&hash)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
    })
    .await
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_alone() {
        let hash = hash("demo-1234").await.unwrap();
        assert!(fits("demo-1234", Some(&hash)).await.unwrap());
        assert!(!fits("demo-1235", Some(&hash)).await.unwrap());
        assert!(!fits("", Some("not a hash")).await.unwrap());
        assert!(!fits("", None).await.unwrap());
    }

    #[test]
    fn the_hash_of_nobody_costs_a_whole_verification() {
        let parsed = PasswordHash::new(NOBODY).unwrap();
        assert_eq!(parsed.params.get_decimal("m"), Some(argon2::Params::DEFAULT_M_COST));
        assert_eq!(parsed.params.get_decimal("t"), Some(argon2::Params::DEFAULT_T_COST));
    }

    #[test]
    fn length_counts_and_composition_does_not() {
        for good in [
            "korrekt hest batteri",
            "blåbærgrød på terrassen",
            "tyve grønne sten og en",
            "9f2c71d05ab4",
        ] {
            assert_eq!(check(good, "demo-nurse"), Ok(()), "{good}");
        }
        assert_eq!(check("Aa1!Aa1", "demo-nurse"), Err(Weakness::Short));
        assert_eq!(check(&"lang tekst ".repeat(30), "demo-nurse"), Err(Weakness::Long));
        assert_eq!(check("Demo-Nurse-2026", "demo-nurse"), Err(Weakness::OwnName));
        for bad in [
            "aaaaaaaaaaaa",
            "abcabcabcabc",
            "123456789012",
            "qwertyuiopas",
            "Password1234!",
            "Velkommen2026",
            "zyxwvutsrqpon",
            "1qaz2wsx3edc",
            "sommer202612",
            "dragonmonkey",
            "Baseball!2026",
        ] {
            assert_eq!(check(bad, "demo-nurse"), Err(Weakness::Guessable), "{bad}");
        }
    }
}
