//! Hosts as names of files: `sites/HOST.toml`.
//!
//! A host comes from a crawl and may be anything: Chinese, a port left over, a path, `con`, which Windows takes for a
//! device. Letters, digits, `.`, `-` and `_` stand as they are; every other byte is written as `%` and two digits,
//! as in addresses, and read back likewise.

use std::borrow::Cow;

/// The file of settings, which no file of a site may be called like.
const SETTINGS: &str = "settings";

/// Bytes of a host at most: the limit of DNS.
pub const LONGEST_HOST: usize = 253;

/// The name of the file for a host, without its ending; `None` if the host is none: empty or too long.
pub fn file_of_host(host: &str) -> Option<String> {
    if host.is_empty() || host.len() > LONGEST_HOST {
        return None;
    }
    let mut name = String::with_capacity(host.len());
    for (at, c) in host.char_indices() {
        let plain = c.is_alphanumeric() || matches!(c, '-' | '_') || c == '.' && at > 0 && at + 1 < host.len();
        let device = at == 0 && (is_device(host) || host.eq_ignore_ascii_case(SETTINGS));
        if plain && !device {
            name.push(c);
        } else {
            let mut bytes = [0; 4];
            c.encode_utf8(&mut bytes).bytes().for_each(|byte| name.push_str(&format!("%{byte:02x}")));
        }
    }
    Some(name)
}

/// Whether Windows takes a name for a device, with any ending.
fn is_device(host: &str) -> bool {
    let stem = host.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let numbered = |prefix: &str| {
        stem.strip_prefix(prefix).is_some_and(|rest| matches!(rest.as_bytes(), [digit] if digit.is_ascii_digit()))
    };
    matches!(stem.as_str(), "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
}

/// The host of a file of this name, in lower case.
pub fn host_of_file(name: &str) -> Cow<'_, str> {
    let bytes = name.as_bytes();
    if !bytes.contains(&b'%') && !name.chars().any(char::is_uppercase) {
        return Cow::Borrowed(name);
    }
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let coded = (byte == b'%').then(|| bytes.get(at + 1..at + 3)).flatten();
        let value = coded.and_then(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok());
        out.push(value.unwrap_or(byte));
        at += if value.is_some() { 3 } else { 1 };
    }
    Cow::Owned(String::from_utf8_lossy(&out).to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_host_has_a_file_and_comes_back() {
        for host in [
            "dzwww.com",
            "例子.中国",
            "a:8080",
            "../x",
            ".hidden",
            "con",
            "settings",
            "com1.net",
            "100% sure",
            "a\\b\0c",
            "a_b-c.d",
        ] {
            let file = file_of_host(host).expect("it is short");
            assert!(!file.starts_with('.') && !file.contains(['/', '\\', ':', '\0', ' ']), "{file}");
            assert_eq!(host_of_file(&file), host, "{file}");
        }
        assert_ne!(file_of_host("settings").as_deref(), Some("settings"), "this file has other tables");
        assert_eq!(file_of_host("dzwww.com").as_deref(), Some("dzwww.com"));
        assert_eq!(file_of_host(&"a".repeat(254)), None);
        assert_eq!(host_of_file("50%"), "50%");
    }
}
