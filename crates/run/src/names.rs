//! File names as text, and back. A file name need not be UTF-8, but the record of removals must be able to hold it.
//!
//! The UTF-8 parts of a name are written unchanged. Every other byte is written as U+FFFD and two hexadecimal digits.
//! So are the bytes of a U+FFFD in the name itself; so two different names are never written alike.

use std::path::{Path, PathBuf};

const MARK: char = char::REPLACEMENT_CHARACTER;

/// The path as text.
pub fn name_of_path(path: &Path) -> String {
    let bytes = path.as_os_str().as_encoded_bytes();
    if let Some(name) = path.to_str().filter(|name| !name.contains(MARK)) {
        return name.to_owned();
    }
    let mut name = String::with_capacity(bytes.len() + 8);
    let escape =
        |bytes: &[u8], name: &mut String| bytes.iter().for_each(|byte| name.push_str(&format!("{MARK}{byte:02x}")));
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                MARK => escape("\u{fffd}".as_bytes(), &mut name),
                c => name.push(c),
            }
        }
        escape(chunk.invalid(), &mut name);
    }
    name
}

/// The path whose text is `name`.
pub fn path_of_name(name: &str) -> PathBuf {
    if !name.contains(MARK) {
        return PathBuf::from(name);
    }
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name;
    while let Some(at) = rest.find(MARK) {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        let behind = &rest[at + MARK.len_utf8()..];
        match behind.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &behind[2..];
            }
            // Records of earlier versions have U+FFFD without the digits.
            None => {
                bytes.extend_from_slice("\u{fffd}".as_bytes());
                rest = behind;
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    path_of_bytes(bytes)
}

#[cfg(unix)]
fn path_of_bytes(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt as _;
    std::ffi::OsString::from_vec(bytes).into()
}

#[cfg(not(unix))]
fn path_of_bytes(bytes: Vec<u8>) -> PathBuf {
    String::from_utf8_lossy(&bytes).into_owned().into()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn every_name_comes_back_and_no_two_are_written_alike() {
        let names: [&[u8]; 7] = [
            b"a/b.txt",
            "渡口.txt".as_bytes(),
            b"a\xff.txt",
            b"a\xfe.txt",
            b"\xe6\xb8",
            "a\u{fffd}ff".as_bytes(),
            b"\xff",
        ];
        let written: Vec<String> = names.iter().map(|bytes| name_of_path(&path_of_bytes(bytes.to_vec()))).collect();
        for (name, written) in names.iter().zip(&written) {
            assert_eq!(path_of_name(written).as_os_str().as_encoded_bytes(), *name, "{written:?}");
        }
        let all: std::collections::BTreeSet<&String> = written.iter().collect();
        assert_eq!(all.len(), names.len());
        assert_eq!(written[..3], ["a/b.txt", "渡口.txt", "a\u{fffd}ff.txt"]);
    }
}
