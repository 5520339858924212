//! [`Source`]: one rule file as text.
//!
//! A rule file may come from Notepad, Excel or a mail: with or without a byte order mark, in UTF-16, with `\r\n`. All
//! of that is normalised here, before anything else reads the text, and every span of a [`Diagnostic`] counts in the
//! normalised text. GBK is not converted, because that would be a guess: there the message says how to save the file.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use super::old_names;
use super::site_name::host_of_file;
use dehusk_text::{Diagnostic, Fix, Level, Message, around, say};

/// One rule file as text.
#[derive(Clone, Debug)]
pub struct Source {
    /// The path as messages show it.
    pub path: String,
    /// The path below the folder of the rules, with `/`: `zh/copyright.toml`, `lists/关闭按钮.is.txt`.
    pub name: String,
    /// The text: no byte order mark, lines end with `\n`.
    pub text: String,
    /// What was noticed while the bytes were read.
    pub found: Vec<Diagnostic>,
    starts: OnceLock<Vec<usize>>,
}

/// The suffixes of plain lists and the field each stands for; `keep` makes a `[[keep]]`.
pub(super) const LIST_SUFFIXES: &[&str] = &["is", "starts_with", "ends_with", "contains", "keep"];

/// The folder of the packs, below that of the rules.
pub(super) const PACKS: &str = "packs/";

/// Files below the folder of the rules that belong to the body finder and hold no rules.
pub(super) const FINDER_FILES: [&str; 3] = ["finder/markup.toml", "finder/points.toml", "finder/words.toml"];

impl Source {
    /// A text that is already in memory. `name` is its path below the folder of the rules.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let name = name.into();
        Self::from_text(name.clone(), name, text.into())
    }

    /// The bytes of a file; `path` is shown in messages, `name` is the path below the folder of the rules.
    pub fn from_bytes(path: impl Into<String>, name: impl Into<String>, bytes: &[u8]) -> Self {
        let (path, name) = (path.into(), name.into());
        let utf16 = match bytes {
            [0xff, 0xfe, rest @ ..] => Some((encoding_rs::UTF_16LE, rest)),
            [0xfe, 0xff, rest @ ..] => Some((encoding_rs::UTF_16BE, rest)),
            _ => None,
        };
        if let Some((encoding, rest)) = utf16 {
            let (text, _) = encoding.decode_without_bom_handling(rest);
            let mut source = Self::from_text(path, name, text.into_owned());
            let message = say!(
                "这个文件是 UTF-16（记事本里叫 Unicode），已经自动转换；建议另存为 UTF-8",
                "this file is UTF-16 and was converted; better save it as UTF-8"
            );
            let fix = say!("记事本：文件 → 另存为 → 编码选 UTF-8", "Notepad: File → Save as → Encoding: UTF-8");
            source.note(Level::Warning, "utf-16", message, fix);
            return source;
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::from_text(path, name, text.to_string()),
            Err(error) => Self::not_utf8(path, name, bytes, error.valid_up_to()),
        }
    }

    pub(super) fn from_text(path: String, name: String, text: String) -> Self {
        Self { path, name, text: tidy(text), found: Vec::new(), starts: OnceLock::new() }
    }

    /// A source without text, and a message that says how to save the file. If the bytes are GBK, the message shows
    /// the line as GBK, so that the editor sees that nothing is lost.
    fn not_utf8(path: String, name: String, bytes: &[u8], at: usize) -> Self {
        let mut source = Self::from_text(path, name, String::new());
        let start = bytes[..at].iter().rposition(|&b| b == b'\n').map_or(0, |i| i + 1);
        let end = bytes[at..].iter().position(|&b| b == b'\n').map_or(bytes.len(), |i| at + i);
        let (line, _, odd) = encoding_rs::GBK.decode(&bytes[start..end]);
        let before = String::from_utf8_lossy(&bytes[start..at]).into_owned();
        let (line_text, mark) = match odd {
            true => (String::new(), 0..0),
            false => {
                let line = line.trim_end();
                // The same place in the line as it is shown; what UTF-8 reads before it, GBK reads otherwise.
                let before = encoding_rs::GBK.decode(&bytes[start..at]).0.len();
                let at = (0..=before.min(line.len())).rfind(|&at| line.is_char_boundary(at)).unwrap_or(0);
                let next = line[at..].chars().next().map_or(0, char::len_utf8);
                around(line, at..at + next)
            }
        };
        let message = match odd {
            false => say!("这个文件不是 UTF-8（像是 GBK/ANSI）", "this file is not UTF-8 (it looks like GBK/ANSI)"),
            true => say!("这个文件不是 UTF-8 编码的文字", "this file is not text in UTF-8"),
        };
        // A file with zero bytes is no text: saving a picture or a spreadsheet as UTF-8 would not help.
        let fix = match bytes.contains(&0) {
            true => say!(
                "这不是文字文件（是图片、表格或压缩包吗？），请把它移出规则文件夹",
                "this is no text at all (a picture, a spreadsheet, an archive?): take it out of the folder of rules"
            ),
            false => say!("记事本：文件 → 另存为 → 编码选 UTF-8", "Notepad: File → Save as → Encoding: UTF-8"),
        };
        source.found.push(Diagnostic {
            level: Level::Error,
            code: "not-utf8",
            message,
            source: source.path.clone(),
            span: 0..0,
            line: count(bytes[..at].iter().filter(|&&b| b == b'\n').count()),
            column: count(before.chars().count()),
            line_text,
            mark,
            notes: Vec::new(),
            fix: Some(Fix::Advice(fix)),
        });
        source
    }

    pub(super) fn note(&mut self, level: Level, code: &'static str, message: Message, fix: Message) {
        let diagnostic = self.diagnostic(level, code, 0..0, message, Some(Fix::Advice(fix)));
        self.found.push(diagnostic);
    }

    /// The name without its ending, as in `file › name`: the `file` of its rules.
    pub fn file(&self) -> &str {
        let name = &self.name;
        if let Some((stem, _)) = self.list() {
            return stem.strip_prefix(PACKS).unwrap_or(stem);
        }
        let name = name.strip_suffix(".toml").unwrap_or(name);
        // A rule of a pack is known as `pack/file › name`.
        name.strip_prefix(PACKS).unwrap_or(name)
    }

    /// For a plain list: its file name without the endings, and the suffix between them.
    pub fn list(&self) -> Option<(&str, &str)> {
        let stem = self.name.strip_suffix(".txt")?;
        let (folder, name) = stem.rsplit_once('/')?;
        if folder != "lists" && !folder.ends_with("/lists") {
            return None;
        }
        match name.rsplit_once('.') {
            Some((_, suffix)) => Some((&stem[..stem.len() - suffix.len() - 1], suffix)),
            None => Some((stem, "")),
        }
    }

    /// For a file in `sites/`: the host.
    pub(super) fn site(&self) -> Option<Cow<'_, str>> {
        let (folder, host) = self.file().rsplit_once('/')?;
        (folder == "sites" || folder.ends_with("/sites")).then(|| host_of_file(host))
    }

    /// Which data of the body finder it is, by its current name. `None` if it holds rules.
    pub fn finder_data(&self) -> Option<&'static str> {
        let known = |new: &&str| self.name == *new || old_names::old_finder_file(new) == Some(&self.name);
        FINDER_FILES.into_iter().find(known)
    }

    /// Whether it is `settings.toml`.
    pub fn is_settings(&self) -> bool {
        self.name.rsplit('/').next() == Some("settings.toml")
    }

    /// Where each line starts, in bytes.
    pub fn starts(&self) -> &[usize] {
        self.starts.get_or_init(|| {
            let bytes = self.text.as_bytes();
            std::iter::once(0).chain(memchr::memchr_iter(b'\n', bytes).map(|at| at + 1)).collect()
        })
    }

    /// The line, from 1, on which a byte stands.
    pub(super) fn line_of(&self, at: usize) -> u32 {
        count(self.starts().partition_point(|&start| start <= at).saturating_sub(1))
    }

    /// The bytes of the line on which a byte stands, without its end.
    pub fn line_range(&self, at: usize) -> Range<usize> {
        let starts = self.starts();
        let line = starts.partition_point(|&start| start <= at).saturating_sub(1);
        let end = starts.get(line + 1).map_or(self.text.len(), |next| next - 1);
        starts[line]..end
    }

    /// A diagnostic about these bytes.
    pub fn diagnostic(
        &self,
        level: Level,
        code: &'static str,
        span: Range<usize>,
        message: Message,
        fix: Option<Fix>,
    ) -> Diagnostic {
        let whole = span == (0..0);
        let mut start = span.start.min(self.text.len());
        while !self.text.is_char_boundary(start) {
            start -= 1;
        }
        // A mistake at the end of the file is shown at the end of the last line with text.
        if start == self.text.len() && start > 0 {
            start = self.text.trim_end().len();
        }
        let line = self.line_range(start);
        let text = &self.text[line.clone()];
        let mut span = start..span.end.clamp(start, self.text.len());
        while !self.text.is_char_boundary(span.end) {
            span.end += 1;
        }
        let end = span.end.min(line.end.max(start));
        // A message about the whole file has no line.
        let (line_text, mark) = match whole {
            true => (String::new(), 0..0),
            false => around(text, start - line.start..end - line.start),
        };
        Diagnostic {
            level,
            code,
            message,
            source: self.path.clone(),
            line: self.line_of(start),
            column: count(self.text[line.start..start].chars().count()),
            line_text,
            mark,
            notes: Vec::new(),
            fix,
            span,
        }
    }
}

/// Turns an index from 0 into a number from 1.
fn count(n: usize) -> u32 {
    u32::try_from(n + 1).unwrap_or(u32::MAX)
}

/// The text without byte order marks (also in the middle, where files were joined) and
/// with `\n` at the end of lines.
fn tidy(text: String) -> String {
    let bytes = text.as_bytes();
    if memchr::memchr(b'\r', bytes).is_none() && memchr::memmem::find(bytes, "\u{feff}".as_bytes()).is_none() {
        return text;
    }
    text.replace('\u{feff}', "").replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_all_kinds_become_the_same_text() {
        let text = "name = '版权'\nis = 'x'\n";
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let utf16 = [&[0xff, 0xfe], &utf16[..]].concat();
        for bytes in [
            text.as_bytes().to_vec(),
            format!("\u{feff}{text}").into_bytes(),
            text.replace('\n', "\r\n").into_bytes(),
            text.replace('\n', "\r").into_bytes(),
            text.replace("is", "\u{feff}is").into_bytes(),
            utf16,
        ] {
            assert_eq!(Source::from_bytes("a", "a", &bytes).text, text);
        }
    }

    #[test]
    fn gbk_that_begins_as_utf_8_is_shown_as_gbk() {
        // The first three bytes are a character of UTF-8, and one and a half of GBK.
        let source = Source::from_bytes("a", "a", b"\xe6\xb8\xa1K\xe5\xa3\n");
        assert_eq!(source.found.iter().map(|found| found.code).collect::<Vec<_>>(), ["not-utf8"]);
        assert!(source.found[0].line_text.is_char_boundary(source.found[0].mark.start));
    }

    #[test]
    fn names_say_what_a_file_is() {
        let source = |name: &str| Source::new(name, "");
        assert_eq!(source("lists/关闭按钮.is.txt").list(), Some(("lists/关闭按钮", "is")));
        assert_eq!(source("lists/a.b.keep.txt").list(), Some(("lists/a.b", "keep")));
        assert_eq!(source("lists/a.txt").list(), Some(("lists/a", "")));
        assert_eq!(source("sites/dzwww.com.toml").site().as_deref(), Some("dzwww.com"));
        assert_eq!(source("sites/dzwww.com.toml").file(), "sites/dzwww.com");
        assert_eq!(source("zh/copyright.toml").site(), None);
        assert_eq!(source("words.toml").finder_data(), source("finder/words.toml").finder_data());
    }

    #[test]
    fn places_survive_odd_spans() {
        let source = Source::new("a.toml", "一\n二三\n");
        for start in 0..=source.text.len() + 2 {
            for end in start..=source.text.len() + 3 {
                let found = source.diagnostic(Level::Error, "x", start..end, say!("a", "b"), None);
                assert!(found.line >= 1 && found.column >= 1 && found.line_text.is_char_boundary(found.mark.end));
            }
        }
    }
}
