//! The fast path through a line of JSON: one pass that builds only what is asked for.
//!
//! It accepts only common JSON, strictly by the grammar. At anything else, right or wrong (a key with escapes, a tab
//! between two fields, the text field twice), it gives up, and the reference reader reads the line from the start. So
//! its only possible fault is to accept a line that the reference reader rejects or reads differently; a test
//! compares the two.

use std::borrow::Cow;

use super::{Fields, FoundFields};

/// The text of a record.
#[derive(Debug)]
pub(super) struct JsonText<'l> {
    pub(super) decoded: Cow<'l, str>,
    /// The offsets of the bytes of the text that are written as a backslash and one more character. `Some` only if
    /// the line escapes exactly what every writer must escape (quotes, backslashes, `\n` and the like): then any part
    /// of the text can be copied from the line.
    pub(super) escaped: Option<Vec<u32>>,
}

/// The used fields of a line, and its text. `None` if the reference reader must read the line.
pub(super) fn read<'l>(json: &'l str, fields: &Fields) -> Option<(FoundFields<'l>, JsonText<'l>)> {
    let json = json.trim_end_matches(['\n', '\r', ' ']);
    // Without control characters in the line, there are none inside strings, and only spaces between values.
    let least = json.bytes().fold(u8::MAX, u8::min);
    if least < b' ' || u32::try_from(json.len()).is_err() {
        return None;
    }
    let mut reader = FastReader { json, at: 0 };
    let (mut found, mut text) = (FoundFields::default(), None);
    let mut url_rank = fields.url.len();
    reader.spaces();
    reader.take(b'{')?;
    loop {
        let key = reader.key()?;
        reader.spaces();
        let start = reader.at;
        if key == fields.text {
            if text.is_some() {
                return None;
            }
            reader.take(b'"')?;
            text = Some(reader.text()?);
        } else {
            reader.value()?;
        }
        found.take(key, &json[start..reader.at], &mut url_rank, fields);
        reader.spaces();
        match reader.next()? {
            b',' => {}
            b'}' => break,
            _ => return None,
        }
    }
    (reader.at == json.len()).then_some((found, text?))
}

struct FastReader<'l> {
    json: &'l str,
    at: usize,
}

/// For the character after a backslash: the character that is meant. 0 if the escape is wrong or not the usual one.
const MEANT: [u8; 256] = {
    let mut meant = [0; 256];
    let pairs = [b"\"\"", b"\\\\", b"//", b"b\x08", b"f\x0c", b"n\n", b"r\r", b"t\t"];
    let mut i = 0;
    while i < pairs.len() {
        meant[pairs[i][0] as usize] = pairs[i][1];
        i += 1;
    }
    meant
};

/// How deep values may be nested. For deeper ones the reference reader is used.
const DEPTH: u32 = 60;

impl<'l> FastReader<'l> {
    fn bytes(&self) -> &'l [u8] {
        self.json.as_bytes()
    }

    fn peek(&self) -> Option<u8> {
        self.bytes().get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.next()? == byte).then_some(())
    }

    fn spaces(&mut self) {
        while self.peek() == Some(b' ') {
            self.at += 1;
        }
    }

    /// Reads a key and the colon after it. Gives up at a key with escapes.
    fn key(&mut self) -> Option<&'l str> {
        self.spaces();
        self.take(b'"')?;
        let start = self.at;
        self.seek_mark()?;
        let key = &self.json[start..self.at];
        self.take(b'"')?;
        self.spaces();
        self.take(b':')?;
        Some(key)
    }

    /// Moves to the next quote or backslash.
    fn seek_mark(&mut self) -> Option<()> {
        self.at += memchr::memchr2(b'"', b'\\', &self.bytes()[self.at..])?;
        Some(())
    }

    /// Skips the rest of a string, after its opening quote.
    fn string(&mut self) -> Option<()> {
        loop {
            self.seek_mark()?;
            if self.next()? == b'"' {
                return Some(());
            }
            match self.next()? {
                b'u' => {
                    self.unit()?;
                }
                c if MEANT[usize::from(c)] == 0 => return None,
                _ => {}
            }
        }
    }

    /// Reads the rest of a string, after its opening quote.
    fn text(&mut self) -> Option<JsonText<'l>> {
        let start = self.at;
        self.seek_mark()?;
        if self.peek() == Some(b'"') {
            let decoded = Cow::Borrowed(&self.json[start..self.at]);
            self.at += 1;
            return Some(JsonText { decoded, escaped: Some(Vec::new()) });
        }
        let mut text = String::with_capacity(self.json.len() - start);
        let (mut escaped, mut is_plain) = (Vec::with_capacity((self.json.len() - start) / 32), true);
        let mut copied = start;
        loop {
            text.push_str(&self.json[copied..self.at]);
            if self.next()? == b'"' {
                break;
            }
            let c = self.next()?;
            let meant = MEANT[usize::from(c)];
            if meant != 0 {
                is_plain &= c != b'/';
                escaped.push(text.len() as u32);
                text.push(char::from(meant));
            } else if c == b'u' {
                is_plain = false;
                text.push(self.unicode()?);
            } else {
                return None;
            }
            copied = self.at;
            // Escapes often follow each other: `\n\n`, or every letter in scripts other than Latin.
            if self.peek() != Some(b'\\') {
                self.seek_mark()?;
            }
        }
        Some(JsonText { decoded: text.into(), escaped: is_plain.then_some(escaped) })
    }

    /// Reads the character of one or two `\uXXXX`, after the `u`.
    fn unicode(&mut self) -> Option<char> {
        let unit = self.unit()?;
        if !(0xd800..0xdc00).contains(&unit) {
            return char::from_u32(unit);
        }
        self.take(b'\\')?;
        self.take(b'u')?;
        let low = self.unit()?.checked_sub(0xdc00).filter(|&low| low < 0x400)?;
        char::from_u32(0x10000 + ((unit - 0xd800) << 10) + low)
    }

    /// Reads four hexadecimal digits.
    fn unit(&mut self) -> Option<u32> {
        let digits = self.bytes().get(self.at..self.at + 4)?;
        self.at += 4;
        digits.iter().try_fold(0, |unit, &digit| Some(unit << 4 | char::from(digit).to_digit(16)?))
    }

    /// Skips a value of any kind.
    fn value(&mut self) -> Option<()> {
        // One bit for each open value: 1 for an object, 0 for an array.
        let (mut open, mut depth) = (0_u64, 0);
        loop {
            self.spaces();
            let first = self.next()?;
            match first {
                b'"' => self.string()?,
                b'{' | b'[' => {
                    self.spaces();
                    // The code of `]` is that of `[` plus two; the same holds for `}` and `{`.
                    if self.peek() == Some(first + 2) {
                        self.at += 1;
                    } else {
                        depth += 1;
                        if depth > DEPTH {
                            return None;
                        }
                        open = open << 1 | u64::from(first == b'{');
                        if first == b'{' {
                            self.any_key()?;
                        }
                        continue;
                    }
                }
                b't' => self.rest_of("rue")?,
                b'f' => self.rest_of("alse")?,
                b'n' => self.rest_of("ull")?,
                b'-' => {
                    let digit = self.next()?;
                    self.number(digit)?;
                }
                digit => self.number(digit)?,
            }
            // After a value: a comma, or the end of what is open.
            loop {
                if depth == 0 {
                    return Some(());
                }
                self.spaces();
                match (self.next()?, open & 1) {
                    (b',', 0) => break,
                    (b',', _) => {
                        self.any_key()?;
                        break;
                    }
                    (b']', 0) | (b'}', 1) => {
                        open >>= 1;
                        depth -= 1;
                    }
                    _ => return None,
                }
            }
        }
    }

    /// Skips a key and the colon after it.
    fn any_key(&mut self) -> Option<()> {
        self.spaces();
        self.take(b'"')?;
        self.string()?;
        self.spaces();
        self.take(b':')
    }

    fn rest_of(&mut self, word: &str) -> Option<()> {
        let is_there = self.bytes()[self.at..].starts_with(word.as_bytes());
        self.at += word.len();
        is_there.then_some(())
    }

    /// Skips a number, after its first digit.
    fn number(&mut self, first: u8) -> Option<()> {
        match first {
            b'0' => {}
            b'1'..=b'9' => self.digits(),
            _ => return None,
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.take_digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.take_digits()?;
        }
        Some(())
    }

    /// Skips one or more digits.
    fn take_digits(&mut self) -> Option<()> {
        self.next()?.is_ascii_digit().then(|| self.digits())
    }

    fn digits(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Fields, Record};

    /// Compares both readers: everything that can be seen of a record.
    fn both_agree(line: &str) -> bool {
        let fields = Fields::default();
        let json = line.strip_prefix('\u{feff}').unwrap_or(line);
        let reference = Record::parse_by_reference(line, json, &fields);
        let Some((found, text)) = super::read(json, &fields) else { return false };
        let quick = Record::of(line, found, text).unwrap();
        let reference = reference.unwrap_or_else(|e| panic!("the reference reader refuses {line:?}: {e}"));
        assert_eq!(
            (quick.text(), quick.url(), quick.id()),
            (reference.text(), reference.url(), reference.id()),
            "{line}"
        );
        assert_eq!(quick.value, reference.value, "{line}");
        // Copying and escaping must write the same bytes.
        let places: Vec<usize> = quick.text().char_indices().map(|(at, _)| at).chain([quick.text().len()]).collect();
        for (i, &start) in places.iter().enumerate() {
            for &end in &places[i..] {
                let removed = [dehusk_text::Span::new(start, end)];
                let mut copied = Vec::new();
                quick.write_without(removed.iter().copied(), &mut copied);
                let left = super::super::left_of(quick.text(), removed.iter().copied());
                assert_eq!(str::from_utf8(&copied).unwrap(), reference.with_text(&left), "{line}");
            }
        }
        true
    }

    #[test]
    fn common_lines_go_the_quick_way() {
        for line in [
            r#"{"text": "a"}"#,
            "\u{feff} { \"id\" : -12.5e+3 ,\"url\": \"b.example\", \"text\":\"a\\nb\\\"\\\\ \\t\" , \"x\":[1.0,{\"text\":[]},{}, null] }  \r\n",
            r#"{"x": [true, false, {"a": {"b": [[0]]}}], "text": "\u65b0\ud83d\ude00\/a", "id": "\u0041"}"#,
        ] {
            assert!(both_agree(line), "{line}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]

        #[test]
        fn what_it_takes_the_reference_reader_takes_too(
            parts in prop::collection::vec(
                prop::sample::select(vec![
                    "{", "}", "[", "]", ",", ":", " ", "\"", "\"text\":", "\"text\": \"", "\"id\":", "\"url\":", "\"x\": ",
                    "0", "12", "-", ".5", "e9", "true", "null", "nul", "\\n", "\\\"", "\\\\", "\\u00e9", "\\ud83d\\ude00",
                    "\\ud83d", "\\/", "\\x", "a", "新", "\t", "\u{1}", "\"a\"", "\",", "{}", "[]",
                ]),
                0..14,
            ),
            text in prop::collection::vec(
                prop::sample::select(vec![
                    "\\n", "\\r", "\\t", "\\b", "\\f", "\\\"", "\\\\", "\\/", "/", "\\u00e9", "\\u00E9", "\\u000a", "\\u007f",
                    "\\ud83d\\ude00", "\\ud83d", "a", "plain words", "新闻", "\u{7f}",
                ]),
                0..8,
            ),
        ) {
            let text = text.concat();
            let took = both_agree(&format!("{{\"id\": \"{text}\", \"text\": \"{text}\", \"url\":\"{text}\"}}"));
            prop_assert_eq!(took, !text.replace("\\ud83d\\ude00", "").contains("\\ud83d"));
            both_agree(&format!("{{{}}}", parts.concat()));
            both_agree(&format!("{{\"text\": \"{}\"}}", parts.concat()));
            both_agree(&format!("{{\"x\": {}, \"text\": \"a\\nb\"}}", parts.concat()));
            both_agree(&parts.concat());
        }
    }
}
