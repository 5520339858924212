//! [`Digest`]: a checksum written as WARC headers have it, `sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ`.
//!
//! The name of the algorithm stands before the colon. The value after it is base32 (usual for SHA-1) or hexadecimal
//! digits; its length says which. A new value is written in the style of the old one.

use sha1::Sha1;
use sha2::{Digest as _, Sha256, Sha512};

/// How a digest is computed and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Digest {
    algorithm: Algorithm,
    base32: bool,
    padded: bool,
    upper: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Algorithm {
    Sha1,
    Sha256,
    Sha512,
}

impl Digest {
    /// Recognises the algorithm and the style of the value; `None` if the algorithm is not known.
    pub(super) fn of(label: &str, value: &str) -> Option<Self> {
        let (algorithm, bytes) = match label.to_ascii_lowercase().replace('-', "").as_str() {
            "sha1" => (Algorithm::Sha1, 20),
            "sha256" => (Algorithm::Sha256, 32),
            "sha512" => (Algorithm::Sha512, 64),
            _ => return None,
        };
        let base32 = value.len() != 2 * bytes;
        let lower = value.bytes().any(|b| b.is_ascii_lowercase());
        // A value of digits only has no case: take the usual one of each style.
        let upper = !lower && (base32 || value.bytes().any(|b| b.is_ascii_uppercase()));
        Some(Self { algorithm, base32, padded: value.ends_with('='), upper })
    }

    /// The value for `bytes`.
    pub(super) fn value(self, bytes: &[u8]) -> String {
        let sum = match self.algorithm {
            Algorithm::Sha1 => Sha1::digest(bytes).to_vec(),
            Algorithm::Sha256 => Sha256::digest(bytes).to_vec(),
            Algorithm::Sha512 => Sha512::digest(bytes).to_vec(),
        };
        let value =
            if self.base32 { base32(&sum, self.padded) } else { sum.iter().map(|b| format!("{b:02X}")).collect() };
        if self.upper { value } else { value.to_ascii_lowercase() }
    }
}

/// RFC 4648 base32, upper case: five bytes become eight characters.
fn base32(bytes: &[u8], padded: bool) -> String {
    const DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut out = String::new();
    for five in bytes.chunks(5) {
        let bits = (0..5).fold(0u64, |bits, i| bits << 8 | u64::from(*five.get(i).unwrap_or(&0)));
        let digits = (five.len() * 8).div_ceil(5);
        for i in 0..8 {
            if i < digits {
                out.push(char::from(DIGITS[(bits >> (35 - 5 * i)) as usize & 31]));
            } else if padded {
                out.push('=');
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_they_were() {
        for (bytes, label, value) in [
            ("", "sha1", "3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"),
            ("abc", "sha1", "a9993e364706816aba3e25717850c26c9cd0d89d"),
            ("abc", "SHA-1", "A9993E364706816ABA3E25717850C26C9CD0D89D"),
            ("", "sha256", "4OYMIQUY7QOBJGX36TEJS35ZEQT24QPEMSNZGTFESWMRW6CSXBKQ===="),
            ("", "sha256", "4OYMIQUY7QOBJGX36TEJS35ZEQT24QPEMSNZGTFESWMRW6CSXBKQ"),
            ("", "sha256", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ] {
            assert_eq!(Digest::of(label, value).unwrap().value(bytes.as_bytes()), value);
        }
        assert_eq!(base32(b"foobar", true), "MZXW6YTBOI======");
        assert_eq!(Digest::of("md5", "900150983cd24fb0d6963f7d28e17f72"), None);
    }
}
