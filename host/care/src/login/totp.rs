//! One-time codes by the clock: RFC 6238 with its usual parameters, since authenticator apps know no others.

use gtp_model::Time;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

/// Bytes of a secret: as many as SHA-1 gives.
pub const SECRET: usize = 20;
/// How long a code holds.
const STEP: i64 = 30_000;
/// Codes before and after the present one that are taken too: a telephone's clock is not exact.
const DRIFT: i64 = 1;
const DIGITS: u32 = 6;

/// The step whose code this is, if it is one of now and comes after `used`: each code is good once.
pub fn step_of(secret: &[u8; SECRET], code: &str, now: Time, used: Option<i64>) -> Option<i64> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let present = now.0.div_euclid(STEP);
    let mut found = None;
    // All of them, so that the time tells nothing.
    for step in present - DRIFT..=present + DRIFT {
        if same(&code_at(secret, step), &code) && used.is_none_or(|used| step > used) {
            found = Some(step);
        }
    }
    found
}

/// The code of a moment.
#[must_use]
pub fn code(secret: &[u8; SECRET], now: Time) -> String {
    code_at(secret, now.0.div_euclid(STEP))
}

fn code_at(secret: &[u8; SECRET], step: i64) -> String {
    let mut block = [0; 64];
    for (to, from) in block.iter_mut().zip(secret) {
        *to = *from;
    }
    let mut mac = Hmac::<Sha1>::new(&block.into());
    mac.update(&step.to_be_bytes());
    let hash: [u8; 20] = mac.finalize().into_bytes().into();
    let at = usize::from(hash.last().copied().unwrap_or(0) & 0xf);
    let four = hash.get(at..at + 4).and_then(|bytes| bytes.try_into().ok()).unwrap_or([0; 4]);
    let number = (u32::from_be_bytes(four) & 0x7fff_ffff) % 10_u32.pow(DIGITS);
    format!("{number:06}")
}

/// Compares without telling by its time where two texts differ.
fn same(left: &str, right: &str) -> bool {
    left.len() == right.len()
        && left.bytes().zip(right.bytes()).fold(0, |all, (left, right)| all | (left ^ right)) == 0
}

/// A secret as people type it: base 32.
#[must_use]
pub fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::new();
    for five in bytes.chunks(5) {
        let mut number = 0_u64;
        for at in 0..5 {
            number = number << 8 | u64::from(five.get(at).copied().unwrap_or(0));
        }
        let letters = (five.len() * 8).div_ceil(5);
        for at in 0..letters {
            let letter = usize::try_from(number >> (35 - 5 * at) & 31).unwrap_or(0);
            text.extend(LETTERS.get(letter).copied().map(char::from));
        }
    }
    text
}

/// The address that an authenticator app opens.
#[must_use]
pub fn address(issuer: &str, account: &str, secret: &[u8; SECRET]) -> String {
    let encode =
        |text: &str| -> String {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
            text.bytes()
                .map(|byte| {
                    if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
                })
                .collect()
        };
    let (issuer, account) = (encode(issuer), encode(account));
    format!("otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}", base32(secret))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const SECRET: &[u8; 20] = b"12345678901234567890";

    #[test]
    fn the_codes_are_those_of_the_standard() {
        // RFC 6238, appendix B; six digits of its eight.
        for (seconds, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code(SECRET, Time(seconds * 1000)), expected);
        }
    }

    #[test]
    fn a_code_is_good_for_a_while_and_once() {
        let code = code(SECRET, Time(59_000));
        let step = step_of(SECRET, &code, Time(59_000), None).unwrap();
        assert_eq!(step_of(SECRET, "287 082", Time(89_000), None), Some(step));
        assert_eq!(step_of(SECRET, &code, Time(59_000), Some(step)), None, "a second time");
        assert_eq!(step_of(SECRET, &code, Time(120_000), None), None, "too late");
        assert_eq!(step_of(SECRET, &code, Time(-1_000), None), None, "too early");
        for wrong in ["", "28708", "2870820", "000000"] {
            assert_eq!(step_of(SECRET, wrong, Time(59_000), None), None, "{wrong}");
        }
    }

    #[test]
    fn a_secret_is_written_as_apps_read_it() {
        // RFC 4648, section 10, without its padding.
        for (text, expected) in
            [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foobar", "MZXW6YTBOI")]
        {
            assert_eq!(base32(text.as_bytes()), expected);
        }
        let address = address("Region Demo", "demo nurse", SECRET);
        assert_eq!(
            address,
            "otpauth://totp/Region%20Demo:demo%20nurse?\
             secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Region%20Demo"
        );
    }
}
