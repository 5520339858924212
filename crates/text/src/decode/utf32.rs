//! UTF-32, which no browser reads and `encoding_rs` does not know: four bytes a character.

use std::borrow::Cow;

use super::Decoded;

/// Which byte of four comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Utf32 {
    Little,
    Big,
}

impl Utf32 {
    const BOTH: [Self; 2] = [Self::Little, Self::Big];

    /// The order of this name, in any case.
    pub(super) fn of_label(label: &str) -> Option<Self> {
        match label.trim().to_ascii_lowercase().replace('_', "-").as_str() {
            "utf-32le" | "utf32le" | "utf-32" | "utf32" | "ucs-4" => Some(Self::Little),
            "utf-32be" | "utf32be" => Some(Self::Big),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Little => "UTF-32LE",
            Self::Big => "UTF-32BE",
        }
    }

    fn mark(self) -> [u8; 4] {
        self.bytes(0xfeff)
    }

    fn bytes(self, code: u32) -> [u8; 4] {
        match self {
            Self::Little => code.to_le_bytes(),
            Self::Big => code.to_be_bytes(),
        }
    }

    fn code(self, four: [u8; 4]) -> u32 {
        match self {
            Self::Little => u32::from_le_bytes(four),
            Self::Big => u32::from_be_bytes(four),
        }
    }

    /// The order of a text with a mark.
    pub(super) fn marked(bytes: &[u8]) -> Option<Self> {
        let whole = bytes.len().is_multiple_of(4);
        Self::BOTH.into_iter().find(|order| whole && bytes.starts_with(&order.mark()))
    }

    /// The order in which every four bytes are a character that is no control. Two characters of sixteen bits do not look
    /// like that: the second would be 0, or a tab or line end, which makes a character of planes where there are none.
    pub(super) fn guess(bytes: &[u8]) -> Option<Self> {
        let is_text = |code: u32| {
            matches!(code, 9 | 10 | 13) || matches!(code, 0x20..0x4_0000 | 0xe_0000..) && char::from_u32(code).is_some()
        };
        let whole = bytes.len() >= 8 && bytes.len().is_multiple_of(4);
        Self::BOTH.into_iter().find(|order| whole && bytes.chunks_exact(4).all(|four| is_text(order.code(array(four)))))
    }

    /// The text of these bytes; what is no character becomes U+FFFD.
    pub(super) fn decode(self, bytes: &[u8], assumed: bool) -> Decoded<'static> {
        let bom = bytes.starts_with(&self.mark());
        let skip = if bom { 4 } else { 0 };
        let mut text = String::with_capacity(bytes.len() / 2);
        let mut replaced = Vec::new();
        for (i, four) in bytes[skip..].chunks(4).enumerate() {
            let c = <[u8; 4]>::try_from(four).ok().and_then(|four| char::from_u32(self.code(four)));
            if c.is_none() {
                replaced.push(skip + i * 4);
            }
            text.push(c.unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        Decoded { text: Cow::Owned(text), encoding: self.name(), assumed: assumed && !bom, replaced, bom }
    }

    /// The bytes of a text.
    pub(super) fn encode(self, text: &str, bom: bool) -> Vec<u8> {
        let mark = bom.then_some('\u{feff}');
        mark.into_iter().chain(text.chars()).flat_map(|c| self.bytes(c as u32)).collect()
    }
}

fn array(four: &[u8]) -> [u8; 4] {
    [four[0], four[1], four[2], four[3]]
}

#[cfg(test)]
mod tests {
    use super::super::{decode, encode};

    #[test]
    fn utf32_is_recognised_and_written_back() {
        let text = "渡口的雾散了，ferry 😀。\n第二行\n";
        for name in ["UTF-32LE", "UTF-32BE"] {
            for bom in [false, true] {
                let bytes = encode(text, name, bom).unwrap();
                assert_eq!(bytes.len(), 4 * (text.chars().count() + usize::from(bom)));
                let found = decode(&bytes, None).unwrap();
                assert_eq!((found.encoding, found.text.as_ref(), found.bom, found.assumed), (name, text, bom, !bom));
                assert_eq!(found.encode(&found.text).unwrap(), bytes);
                assert_eq!(decode(&bytes, Some(name)).unwrap().text, text);
            }
        }
        let damaged = [&encode("ab", "UTF-32LE", true).unwrap()[..], &[0xff; 4]].concat();
        let found = decode(&damaged, Some("utf-32")).unwrap();
        assert_eq!((found.text.as_ref(), found.replaced), ("ab\u{fffd}", vec![12]));
    }

    #[test]
    fn utf16_is_not_taken_for_it() {
        for name in ["UTF-16LE", "UTF-16BE"] {
            let bytes = encode("ab 渡口的雾散了。\n", name, true).unwrap();
            assert_eq!(decode(&bytes, None).unwrap().encoding, name);
        }
        assert_eq!(decode(b"\0\0\0\0\0\0\0\0", None).unwrap().encoding, "UTF-8");
        // Line ends, tabs and carriage returns in the second place of each two.
        for (name, text) in [("UTF-16LE", "a\nb\nc\nd\n"), ("UTF-16BE", "\na\nb\nc\nd"), ("UTF-16LE", "a\tb\rc\nd\n")] {
            let bytes = encode(text, name, false).unwrap();
            assert_ne!(decode(&bytes, None).unwrap().encoding, "UTF-32LE");
            let found = decode(&bytes, Some(name)).unwrap();
            assert_eq!((found.text.as_ref(), found.encoding, found.assumed), (text, name, false));
        }
    }

    #[test]
    fn a_label_counts_more_than_a_guess() {
        let bytes = encode("ab渡口", "UTF-32LE", false).unwrap();
        assert_eq!(decode(&bytes, None).unwrap().encoding, "UTF-32LE");
        assert_eq!(decode(&bytes, Some("utf-16le")).unwrap().encoding, "UTF-16LE");
        let marked = encode("ab渡口", "UTF-32LE", true).unwrap();
        assert_eq!(decode(&marked, Some("utf-16le")).unwrap().encoding, "UTF-32LE");
    }
}
