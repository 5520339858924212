//! Finding rule files and turning their bytes into text.
//!
//! A rule file comes from Notepad, Excel or a mail: with or without a byte order mark, in
//! UTF-16, with `\r\n`. All of that is made equal here, before anything else looks at it,
//! and every span of a [`Diagnostic`] counts in the text after that. What cannot be made
//! equal, because it is a guess, is GBK: there the message says how to save the file.

use std::fs;
use std::ops::Range;
use std::path::Path;
use std::sync::OnceLock;

use super::diagnostic::{Diagnostic, Fix, Level, Message, around, say};
use super::old_names;
use crate::error::{Error, Result};

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
    /// Its phrases and regexes have been checked before: a test holds that those of the shipped files have no
    /// mistake, and asking again would cost every start.
    pub(super) is_proven: bool,
    /// The text again, where it is part of the program: phrases are borrowed from there.
    pub(super) shipped: Option<&'static str>,
    starts: OnceLock<Vec<usize>>,
}

/// The suffixes of plain lists and the field each stands for; `keep` makes a `[[keep]]`.
pub(super) const LIST_SUFFIXES: &[&str] = &["is", "starts_with", "ends_with", "contains", "keep"];

/// The folder of the packs, below that of the rules.
const PACKS: &str = "packs/";

/// Whether a file of a pack is no rule file: what the pack says about itself, and settings, which
/// are the business of whoever uses it.
fn is_about_pack(name: &str) -> bool {
    let below = name.strip_prefix(PACKS).and_then(|name| name.split_once('/'));
    below.is_some_and(|(_, file)| file == "pack.toml" || file == "settings.toml")
}

/// Files below the folder of the rules that belong to the body finder and hold no rules.
const FINDER_FILES: [&str; 2] = ["finder/points.toml", "finder/words.toml"];

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

    fn from_text(path: String, name: String, text: String) -> Self {
        Self {
            path,
            name,
            text: tidy(text),
            found: Vec::new(),
            is_proven: false,
            shipped: None,
            starts: OnceLock::new(),
        }
    }

    /// A file without text, and a message that says how to save it. The line is shown as
    /// GBK if it is GBK, so that the editor sees that nothing is lost.
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
                let next = line[before.len().min(line.len())..].chars().next().map_or(0, char::len_utf8);
                around(line, before.len()..before.len() + next)
            }
        };
        let message = match odd {
            false => say!("这个文件不是 UTF-8（像是 GBK/ANSI）", "this file is not UTF-8 (it looks like GBK/ANSI)"),
            true => say!("这个文件不是 UTF-8 编码的文字", "this file is not text in UTF-8"),
        };
        // No text has zero bytes; saving a picture or a spreadsheet as UTF-8 would not help.
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

    fn note(&mut self, level: Level, code: &'static str, message: Message, fix: Message) {
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
    pub(crate) fn list(&self) -> Option<(&str, &str)> {
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
    pub(super) fn site(&self) -> Option<&str> {
        let (folder, host) = self.file().rsplit_once('/')?;
        (folder == "sites" || folder.ends_with("/sites")).then_some(host)
    }

    /// Which data of the body finder it is, by the name of today. Nothing if it holds rules.
    pub(crate) fn finder_data(&self) -> Option<&'static str> {
        let known = |new: &&str| self.name == *new || old_names::old_finder_file(new) == Some(&self.name);
        FINDER_FILES.into_iter().find(known)
    }

    /// Whether it is `settings.toml`.
    pub(crate) fn is_settings(&self) -> bool {
        self.name.rsplit('/').next() == Some("settings.toml")
    }

    /// Where each line starts.
    pub(crate) fn starts(&self) -> &[usize] {
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
    pub(crate) fn line_range(&self, at: usize) -> Range<usize> {
        let starts = self.starts();
        let line = starts.partition_point(|&start| start <= at).saturating_sub(1);
        let end = starts.get(line + 1).map_or(self.text.len(), |next| next - 1);
        starts[line]..end
    }

    /// A mistake at these bytes.
    pub(crate) fn diagnostic(
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
        // A mistake "at the end of the file" is one at the end of its last line with text.
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
        // What is about the file as a whole has no line.
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

/// A count from 0 as a number from 1.
fn count(n: usize) -> u32 {
    u32::try_from(n + 1).unwrap_or(u32::MAX)
}

/// The rule files that ship with the crate.
pub fn shipped() -> Vec<Source> {
    SHIPPED.iter().map(shipped_source).collect()
}

/// The same as the program takes them: checked before, and their phrases borrowed from it.
pub(super) fn proven() -> impl Iterator<Item = Source> {
    SHIPPED.iter().map(|file| {
        let mut source = shipped_source(file);
        source.is_proven = true;
        source.shipped = Some(file.1).filter(|text| *text == source.text);
        source
    })
}

/// Names below the folder of the rules, and texts.
const SHIPPED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/rules.rs"));

fn shipped_source(&(name, text): &(&'static str, &'static str)) -> Source {
    Source::from_text(format!("rules/{name}"), name.into(), text.into())
}

/// `ours` with `theirs` added; a source of `theirs` takes the place of the one of its name in `ours`, or that had
/// its name before, as [`RuleSet::merged_with`](super::RuleSet::merged_with) has it.
pub fn layered(mut ours: Vec<Source>, mut theirs: Vec<Source>) -> Vec<Source> {
    for source in &mut theirs {
        let warning = old_names::file_warning(&source.path, source.file(), ours.iter().map(Source::file));
        source.found.extend(warning);
    }
    let replaced = |ours: &Source| theirs.iter().any(|theirs| old_names::replaces(theirs.file(), ours.file()));
    ours.retain(|source| source.is_settings() || !replaced(source));
    ours.extend(theirs);
    ours
}

/// The checksum of rules: the same names below their folders and the same texts give the same 32 hexadecimal
/// digits (xxh3, 128 bits), wherever the folders lie.
pub fn rules_sum(sources: &[Source]) -> String {
    let mut sources: Vec<&Source> = sources.iter().collect();
    // Files of one name are settings, of which the last that says something counts: their order stays.
    sources.sort_by(|a, b| a.name.cmp(&b.name));
    let all: String = sources.iter().map(|source| format!("{}\0{}\0", source.name, source.text)).collect();
    format!("{:032x}", twox_hash::XxHash3_128::oneshot(all.as_bytes()))
}

/// The rule files of a folder, in the order of their names; or one file.
///
/// A file that cannot be read is a source with a mistake; the others are read all the same.
///
/// # Errors
/// When `path` itself cannot be read.
pub fn dir(path: &Path) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    if fs::metadata(path).map_err(|error| Error::io(path, error))?.is_dir() {
        walk(path, "", 0, &mut sources)?;
        sources.sort_by(|a, b| a.name.cmp(&b.name));
    } else {
        sources.push(single(path)?);
    }
    Ok(sources)
}

/// One file. Its folder counts if it has a meaning (`lists`, `sites`), or the shipped file is called so.
fn single(path: &Path) -> Result<Source> {
    let bytes = fs::read(path).map_err(|error| Error::io(path, error))?;
    let part = |path: Option<&std::ffi::OsStr>| path.map(|p| p.to_string_lossy().into_owned()).unwrap_or_default();
    let file = part(path.file_name());
    let folder = part(path.parent().and_then(Path::file_name));
    let below = format!("{folder}/{file}");
    let has_meaning = matches!(folder.as_str(), "lists" | "sites")
        || FINDER_FILES.contains(&below.as_str())
        || SHIPPED.iter().any(|(name, _)| *name == below);
    let name = if has_meaning { below } else { file };
    Ok(Source::from_bytes(shown(path), name, &bytes))
}

/// Folders below the rules that hold texts: whole-document cases and known bodies.
const TEXT_FOLDERS: &[&str] = &["cases", "bodies"];

/// How deep folders may lie in one another; more is a link that leads back.
const DEPTH: u32 = 16;

fn walk(folder: &Path, prefix: &str, depth: u32, sources: &mut Vec<Source>) -> Result<()> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if depth > 0 => {
            sources.push(unreadable(folder, prefix.trim_end_matches('/').to_string(), &error));
            return Ok(());
        }
        Err(error) => return Err(Error::io(folder, error)),
    };
    for entry in entries {
        let path = entry.map_err(|error| Error::io(folder, error))?.path();
        let Some(file) = path.file_name().map(|name| name.to_string_lossy().into_owned()) else { continue };
        if file.starts_with('.') || file.starts_with('~') {
            continue;
        }
        let name = format!("{prefix}{file}");
        let about = match fs::metadata(&path) {
            Ok(about) => about,
            Err(error) => {
                if file.ends_with(".toml") || file.ends_with(".txt") {
                    sources.push(unreadable(&path, name, &error));
                }
                continue;
            }
        };
        if about.is_dir() {
            if depth < DEPTH && !TEXT_FOLDERS.contains(&file.as_str()) {
                walk(&path, &format!("{name}/"), depth + 1, sources)?;
            }
            continue;
        }
        if is_about_pack(&name) {
            continue;
        }
        let in_lists = prefix == "lists/" || prefix.ends_with("/lists/");
        if file.ends_with(".toml") || (in_lists && file.ends_with(".txt")) {
            sources.push(match fs::read(&path) {
                Ok(bytes) => Source::from_bytes(shown(&path), name, &bytes),
                Err(error) => unreadable(&path, name, &error),
            });
        } else if let Some(advice) = likely_mistake(&file, in_lists) {
            let mut source = Source::from_text(shown(&path), name, String::new());
            let message = say!(
                "这个文件没有被读取：规则文件要以 .toml 结尾，清单要以 .txt 结尾并放在 lists 文件夹里",
                "this file was not read: rule files end in .toml, lists end in .txt and lie in the folder lists"
            );
            source.note(Level::Warning, "file-ignored", message, advice);
            sources.push(source);
        }
    }
    Ok(())
}

/// A source without text, and why.
fn unreadable(path: &Path, name: String, error: &std::io::Error) -> Source {
    let mut source = Source::from_text(shown(path), name, String::new());
    let reason = error.to_string();
    let (message, fix) = match error.kind() {
        std::io::ErrorKind::NotFound => (
            say!("这个文件打不开：它指向的文件已经不在了", "this file cannot be opened: what it links to is gone"),
            say!("删掉这个链接，或者补上它指向的文件", "delete the link, or put back what it points to"),
        ),
        std::io::ErrorKind::PermissionDenied => (
            say!("这个文件打不开：没有权限", "this file cannot be opened: permission denied"),
            say!("改一下文件的权限，让自己可以读", "change the permissions of the file so that you can read it"),
        ),
        _ => (
            say!("这个文件打不开：{reason}", "this file cannot be opened: {reason}"),
            say!("看看它是否正被别的程序占用", "see whether another program holds it"),
        ),
    };
    source.note(Level::Error, "unreadable", message, fix);
    source
}

/// What to do with a file that somebody may have meant as a rule file.
fn likely_mistake(file: &str, in_lists: bool) -> Option<Message> {
    let lower = file.to_lowercase();
    let ends = |endings: &[&str]| endings.iter().find(|&&e| lower.ends_with(e)).map(|e| &file[..file.len() - e.len()]);
    if let Some(stem) = ends(&[".toml.txt", ".tml", ".tom", ".toml.bak"]).or_else(|| ends(&[".toml"])) {
        return Some(say!("把文件名改成 {stem}.toml", "rename it to {stem}.toml"));
    }
    if in_lists {
        let stem = ends(&[".csv", ".xls", ".xlsx", ".doc", ".docx", ".rtf", ".txt"])?;
        return Some(say!(
            "另存为纯文本（UTF-8），文件名 {stem}.txt",
            "save it as plain text (UTF-8), named {stem}.txt"
        ));
    }
    let list = LIST_SUFFIXES.iter().any(|suffix| lower.ends_with(&format!(".{suffix}.txt")));
    list.then(|| say!("把它放进 lists 文件夹", "move it into the folder lists"))
}

fn shown(path: &Path) -> String {
    path.display().to_string().replace('\\', "/")
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
    fn names_say_what_a_file_is() {
        let source = |name: &str| Source::new(name, "");
        assert_eq!(source("lists/关闭按钮.is.txt").list(), Some(("lists/关闭按钮", "is")));
        assert_eq!(source("lists/a.b.keep.txt").list(), Some(("lists/a.b", "keep")));
        assert_eq!(source("lists/a.txt").list(), Some(("lists/a", "")));
        assert_eq!(source("sites/dzwww.com.toml").site(), Some("dzwww.com"));
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
