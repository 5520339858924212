//! Rule files as nearly all are written, read in one pass.
//!
//! Every start reads a few hundred kilobytes of rules, and a parser of all of TOML takes twenty times as long
//! as they need: most of it is blocks of phrases between `'''`. What is read here is the part of TOML that
//! rule files use: tables, comments, plain keys, texts without escapes, lists of them, numbers, `true`
//! and `false`. Anything else, a mistake above all, makes [`parse`] give up, and the file goes to the
//! parser of TOML, which knows what to say. So nothing is judged here, and nothing is ever read
//! otherwise than there: tests hold the two against each other, on the shipped files and on broken ones.

use std::borrow::Cow;
use std::ops::Range;

use super::{SettingEntry, Table};
use crate::fields::{Field, FieldKind, TableKind, choice, field, takes_several};
use crate::source::Source;
use crate::texts::{Text, lines_in};
use crate::values::{Value, position};

/// The tables of a file, in the order of the file; nothing if it is not as nearly all are.
pub(super) fn parse(source: &Source) -> Option<Vec<Table>> {
    let bytes = source.text.as_bytes();
    // Control characters are a mistake wherever they stand.
    let is_odd = |b: u8| u8::from((b < b' ') & (b != b'\n') & (b != b'\t') | (b == 0x7f));
    if source.is_settings() || bytes.iter().fold(0, |odd, &b| odd | is_odd(b)) != 0 {
        return None;
    }
    Reader { source, bytes, at: 0, line: 1 }.tables()
}

/// A value as it is written.
enum WrittenValue {
    Text(Text),
    Texts(Vec<Text>),
    Number(f64),
    Bool(bool),
}

struct Reader<'s> {
    source: &'s Source,
    bytes: &'s [u8],
    at: usize,
    /// The line, from 1, on which `at` stands.
    line: u32,
}

const HEADERS: [(&str, TableKind); 4] = [
    ("[[rule]]", TableKind::Rule),
    ("[[keep]]", TableKind::Keep),
    ("[[repair]]", TableKind::Repair),
    ("[file]", TableKind::File),
];

impl Reader<'_> {
    fn tables(&mut self) -> Option<Vec<Table>> {
        let mut tables: Vec<Table> = Vec::new();
        loop {
            self.blank_lines();
            match self.next() {
                None => return Some(tables),
                Some(b'[') => {
                    let table = self.header()?;
                    if table.kind == TableKind::File && tables.iter().any(|table| table.kind == TableKind::File) {
                        return None;
                    }
                    tables.push(table);
                }
                Some(_) => self.setting(tables.last_mut()?)?,
            }
        }
    }

    fn next(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Goes behind spaces.
    fn spaces(&mut self) {
        while let Some(b' ' | b'\t') = self.next() {
            self.at += 1;
        }
    }

    /// Goes behind spaces, ends of lines and comments.
    fn blank_lines(&mut self) {
        loop {
            match self.next() {
                Some(b' ' | b'\t') => self.at += 1,
                Some(b'\n') => {
                    self.at += 1;
                    self.line += 1;
                }
                Some(b'#') => self.comment(),
                _ => return,
            }
        }
    }

    /// Goes to the end of the line.
    fn comment(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    }

    /// Goes to the end of the line, on which nothing but a comment may stand.
    fn end_of_line(&mut self) -> Option<()> {
        self.spaces();
        match self.next() {
            None | Some(b'\n') => Some(()),
            Some(b'#') => {
                self.comment();
                Some(())
            }
            Some(_) => None,
        }
    }

    fn header(&mut self) -> Option<Table> {
        let rest = &self.bytes[self.at..];
        let (text, kind) = HEADERS.into_iter().find(|(text, _)| rest.starts_with(text.as_bytes()))?;
        let header = self.at..self.at + text.len();
        self.at = header.end;
        let line = self.line;
        self.end_of_line()?;
        Some(Table::new(kind, header, line))
    }

    fn setting(&mut self, table: &mut Table) -> Option<()> {
        let rest = &self.bytes[self.at..];
        let name = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_' || *b == b'-';
        let key = self.at..self.at + rest.iter().position(|b| !name(b))?;
        let known = field(table.kind, &self.source.text[key.clone()])?;
        if table.get(known.name).is_some() {
            return None;
        }
        self.at = key.end;
        self.spaces();
        if self.next() != Some(b'=') {
            return None;
        }
        self.at += 1;
        self.spaces();
        let start = self.at;
        let raw = self.value(known)?;
        let span = start..self.at;
        self.end_of_line()?;
        let value = self.typed(known, raw)?;
        table.written.push((Cow::Borrowed(known.name), key.clone(), span.clone()));
        table.add(SettingEntry { field: known, key, span, value });
        Some(())
    }

    fn value(&mut self, field: &Field) -> Option<WrittenValue> {
        match self.next()? {
            b'\'' | b'"' => self.text().map(WrittenValue::Text),
            b'[' if takes_several(field.kind) => self.list().map(WrittenValue::Texts),
            b'0'..=b'9' => self.number().map(WrittenValue::Number),
            _ => {
                let rest = &self.bytes[self.at..];
                let (word, value) = [("true", true), ("false", false)]
                    .into_iter()
                    .find(|(word, _)| rest.starts_with(word.as_bytes()))?;
                self.at += word.len();
                Some(WrittenValue::Bool(value))
            }
        }
    }

    /// What the field makes of a value.
    fn typed(&self, field: &'static Field, raw: WrittenValue) -> Option<Value> {
        let texts = match (field.kind, raw) {
            (FieldKind::Number { min, max, whole }, WrittenValue::Number(n)) => {
                let fits = n >= f64::from(min) && n <= f64::from(max) && (!whole || n.fract() == 0.0);
                return fits.then_some(Value::Number(n));
            }
            (FieldKind::Bool, WrittenValue::Bool(value)) => return Some(Value::Bool(value)),
            (FieldKind::Number { .. } | FieldKind::Bool | FieldKind::SiteNames, _) => return None,
            (FieldKind::Choice(choices), WrittenValue::Text(text)) => {
                return choice(choices, text.text.trim()).map(|choice| Value::Choices(vec![choice.value]));
            }
            (FieldKind::Position, WrittenValue::Text(text)) => return position(&text.text).ok().map(Value::Position),
            (FieldKind::Choice(_) | FieldKind::Position, _) => return None,
            (_, WrittenValue::Text(text)) => vec![text],
            (_, WrittenValue::Texts(texts)) => texts,
            (_, WrittenValue::Number(_) | WrittenValue::Bool(_)) => return None,
        };
        if !matches!(field.kind, FieldKind::Shapes) {
            return Some(Value::Texts(texts));
        }
        let words = texts.iter().flat_map(|text| text.phrases(self.source));
        let shapes: Option<Vec<_>> =
            words.map(|word| choice(field.choices(), &word.text).map(|choice| choice.value)).collect();
        shapes.map(Value::Choices)
    }

    /// A text in one or three single quotes, or in one double quote and without escapes.
    fn text(&mut self) -> Option<Text> {
        let start = self.at;
        let rest = &self.bytes[start..];
        if rest.starts_with(b"'''") {
            let content = start + 3 + usize::from(rest.get(3) == Some(&b'\n'));
            let end = self.end_of_block(content)?;
            let line = self.line + (content - start - 3) as u32;
            self.line = line + lines_in(&self.bytes[content..end]) as u32 - 1;
            self.at = end + 3;
            // Four or five quotes at the end: those in front belong to the text.
            if self.next() == Some(b'\'') {
                return None;
            }
            return Some(self.made(start..self.at, content..end, line));
        }
        let quote = rest[0];
        let content = start + 1;
        let end = content + memchr::memchr3(quote, b'\n', b'\\', &self.bytes[content..])?;
        let is_end = match self.bytes[end] {
            b'\\' if quote == b'\'' => return self.with_backslash(content),
            sign => sign == quote,
        };
        self.at = end + 1;
        // Two quotes and a third.
        if !is_end || (end == content && self.next() == Some(quote)) {
            return None;
        }
        Some(self.made(start..self.at, content..end, self.line))
    }

    /// A text in single quotes, where a backslash is one.
    fn with_backslash(&mut self, content: usize) -> Option<Text> {
        let end = content + memchr::memchr2(b'\'', b'\n', &self.bytes[content..])?;
        self.at = end + 1;
        (self.bytes[end] == b'\'').then(|| self.made(content - 1..end + 1, content..end, self.line))
    }

    /// Where the next `'''` stands.
    fn end_of_block(&self, from: usize) -> Option<usize> {
        let mut at = from;
        loop {
            at += memchr::memchr(b'\'', &self.bytes[at..])?;
            if self.bytes[at..].starts_with(b"'''") {
                return Some(at);
            }
            at += 1;
        }
    }

    fn made(&self, span: Range<usize>, content: Range<usize>, line: u32) -> Text {
        Text::unescaped(self.source, span, content, line)
    }

    fn list(&mut self) -> Option<Vec<Text>> {
        self.at += 1;
        let mut texts = Vec::new();
        loop {
            self.blank_lines();
            match self.next()? {
                b']' => break,
                b'\'' | b'"' => texts.push(self.text()?),
                _ => return None,
            }
            self.blank_lines();
            match self.next()? {
                b']' => break,
                b',' => self.at += 1,
                _ => return None,
            }
        }
        self.at += 1;
        Some(texts)
    }

    /// A number without sign, exponent and underscores.
    fn number(&mut self) -> Option<f64> {
        let start = self.at;
        let digits = |at: usize| self.bytes[at..].iter().take_while(|b| b.is_ascii_digit()).count();
        let mut end = start + digits(start);
        if self.bytes[start] == b'0' && end - start > 1 {
            return None;
        }
        if self.bytes.get(end) == Some(&b'.') {
            let behind = digits(end + 1);
            if behind == 0 {
                return None;
            }
            end += 1 + behind;
        }
        self.at = end;
        // What is no number but begins so, such as a date, ends elsewhere.
        matches!(self.next(), None | Some(b' ' | b'\t' | b'\n' | b'#')).then_some(())?;
        (end - start <= 9).then(|| self.source.text[start..end].parse().ok()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::load;
    use crate::report::Report;

    /// What the parser of TOML makes of a source, and whether it has anything to say.
    fn slowly(source: &Source) -> (Vec<Table>, usize) {
        let mut report = Report::new(source);
        let mut tables = super::super::parse_fully(source, &mut report);
        for text in tables.iter_mut().flat_map(|table| &mut table.entries).flat_map(|entry| match &mut entry.value {
            Value::Texts(texts) => texts.as_mut_slice(),
            _ => &mut [],
        }) {
            text.count_line(source);
        }
        let found = report.finish().len();
        (tables, found)
    }

    #[test]
    fn shipped_files_are_read_quickly_and_as_the_parser_reads_them() {
        let mut quick = 0;
        for source in load::shipped() {
            if source.is_settings() {
                continue;
            }
            let tables = parse(&source).unwrap_or_else(|| panic!("{} is read slowly", source.name));
            assert_eq!(format!("{tables:#?}"), format!("{:#?}", slowly(&source).0), "{}", source.name);
            quick += tables.len();
        }
        assert!(quick > 500);
    }

    const SAMPLE: &str = "# remark\n[file]\nsites = ['a.example', \"b.example\", ] # x\n\n[[rule]]\nname = '一'\n\
        is = '''\n甲\n it's\n'''\nlooks_like = ['title', 'dated']\nmin_length = 3\nmax_share = 2.5\nexact = true\n\
        removes = ''\n[[keep]]\nname = \"b\"\ncontains = [ # y\n 'x\\d', # z\n '''y'''\n]\nwhere = 'first 3 lines'\n\
        [[repair]]\nname='r'\nfind = 'a'\nreplace = \"\"\n";

    #[test]
    fn a_file_with_everything_is_read_quickly() {
        assert_eq!(parse(&Source::new("a.toml", SAMPLE)).map(|tables| tables.len()), Some(4));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]
        /// The sample with a few bytes taken out or put in.
        #[test]
        fn what_is_read_quickly_is_read_rightly(
            edits in prop::collection::vec((any::<prop::sample::Index>(), 0..4usize, "['\"#=\\[\\]\n \\\\,.0-9ax-]{0,3}"), 1..4),
        ) {
            let mut text: Vec<char> = SAMPLE.chars().collect();
            for (at, gone, new) in edits {
                let at = at.index(text.len());
                let end = (at + gone).min(text.len());
                text.splice(at..end, new.chars());
            }
            let source = Source::new("a.toml", text.into_iter().collect::<String>());
            if let Some(tables) = parse(&source) {
                let (slow, found) = slowly(&source);
                prop_assert_eq!(found, 0, "{}", &source.text);
                prop_assert_eq!(format!("{tables:#?}"), format!("{slow:#?}"), "{}", &source.text);
            }
        }
    }
}
