//! [`Escapes`]: which characters a JSON string writes as escapes. It is read from one string and used for another.

/// Which characters a JSON string writes as escapes although it need not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Escapes {
    /// ASCII characters, one bit each.
    ascii: u128,
    /// Every character beyond ASCII.
    non_ascii: bool,
    /// `\u00FF` rather than `\u00ff`.
    upper: bool,
}

impl Escapes {
    /// Reads the style of a well-formed JSON string.
    pub(super) fn of(raw: &str) -> Self {
        let mut style = Self::default();
        let bytes = raw.as_bytes();
        let mut at = 0;
        while let Some(found) = memchr::memchr(b'\\', &bytes[at..]) {
            let escape = at + found + 1;
            at = escape + 1;
            match bytes[escape] {
                b'/' => style.ascii |= 1 << b'/',
                b'u' => {
                    at = escape + 5;
                    let digits = &raw[escape + 1..at];
                    style.upper |= digits.bytes().any(|b| b.is_ascii_uppercase());
                    match u32::from_str_radix(digits, 16) {
                        Ok(unit @ 0..=0x7f) => style.ascii |= 1 << unit,
                        // A writer that escapes only U+2028, for example, writes other non-ASCII characters raw.
                        _ => style.non_ascii = raw.is_ascii(),
                    }
                }
                _ => {}
            }
        }
        style
    }

    pub(super) fn write(self, text: &str, out: &mut String) {
        out.push('"');
        // Nearly all text is copied in long pieces.
        let mut copied = 0;
        while let Some(found) = self.next_concern(&text.as_bytes()[copied..]) {
            let at = copied + found;
            let Some(c) = text[at..].chars().next() else { break };
            out.push_str(&text[copied..at]);
            copied = at + c.len_utf8();
            self.escape(c, out);
        }
        out.push_str(&text[copied..]);
        out.push('"');
    }

    /// The place of the next character that must be escaped.
    fn next_concern(self, bytes: &[u8]) -> Option<usize> {
        if self.ascii != 0 || self.non_ascii {
            return bytes.iter().position(|&byte| self.concerns(byte));
        }
        // Eight bytes at a time, as one number. A subtraction sets the high bit of a byte if what is
        // subtracted is greater. The borrow can set it wrongly in a later byte, but not before the first right one.
        const HIGH: u64 = 0x8080_8080_8080_8080;
        const fn each(byte: u8) -> u64 {
            u64::from_ne_bytes([byte; 8])
        }
        let (words, rest) = bytes.as_chunks::<8>();
        for (i, word) in words.iter().enumerate() {
            let word = u64::from_le_bytes(*word);
            let (quote, backslash) = (word ^ each(b'"'), word ^ each(b'\\'));
            let control = word.wrapping_sub(each(0x20)) & !word;
            let quote = quote.wrapping_sub(each(1)) & !quote;
            let backslash = backslash.wrapping_sub(each(1)) & !backslash;
            let concerned = (control | quote | backslash) & HIGH;
            if concerned != 0 {
                return Some(8 * i + concerned.trailing_zeros() as usize / 8);
            }
        }
        let found = rest.iter().position(|&byte| self.concerns(byte))?;
        Some(bytes.len() - rest.len() + found)
    }

    /// Whether the character that begins with this byte must be escaped.
    #[inline]
    fn concerns(self, first: u8) -> bool {
        match first {
            b'"' | b'\\' | 0..=0x1f => true,
            0x20..=0x7f => self.ascii != 0 && self.ascii >> first & 1 == 1,
            // Only the first byte of a character is tested.
            0x80.. => self.non_ascii && first & 0xC0 == 0xC0,
        }
    }

    fn escape(self, c: char, out: &mut String) {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '/' => out.push_str("\\/"),
            c => {
                let digits = if self.upper { b"0123456789ABCDEF" } else { b"0123456789abcdef" };
                for unit in c.encode_utf16(&mut [0; 2]) {
                    out.push_str("\\u");
                    for shift in [12, 8, 4, 0] {
                        out.push(char::from(digits[usize::from(*unit >> shift & 15)]));
                    }
                }
            }
        }
    }
}
