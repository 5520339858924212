//! [`LinePlace`]: lines of a document as users write them: `page.txt:12`, `pages.jsonl:3:12-14`, `-:3`.

use std::fmt;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail};
use dehusk::{Engine, Lang};

use crate::read::args::CommonArgs;
use crate::read::document::Doc;
use crate::read::documents::Documents;
use crate::read::files::missing;
use crate::read::read_args::{CollectionArgs, ReadArgs};
use crate::ui::errors::message;
use crate::ui::messages::{Console, say};

/// The name of standard input in messages. The argument parser would take `-:3` for an option, so it gets this name
/// instead.
pub const STDIN: &str = "<stdin>";

/// Lines of a file, or of a record in it. All numbers start at 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinePlace {
    /// The file; `-` for standard input.
    pub file: PathBuf,
    /// The number of the record, if the file has records.
    pub record: Option<u64>,
    /// The numbers of the lines.
    pub lines: RangeInclusive<usize>,
}

impl LinePlace {
    /// Reads what the user typed. A full-width colon counts as a colon, and a file name may contain colons.
    ///
    /// # Errors
    /// When it is not a place; the message shows how to write one.
    pub fn parse(given: &str, read: &ReadArgs, lang: Lang) -> Result<Self> {
        let wrong = || {
            anyhow!(say!(
                lang,
                "“{given}”不是一个位置；要写成 文件:行号，例如 page.txt:12 或 page.txt:12-15（行号从 1 数起）",
                "'{given}' is no place; write FILE:LINE, such as page.txt:12 or page.txt:12-15 (lines count from 1)"
            ))
        };
        let (rest, lines) =
            given.rsplit_once([':', '：']).and_then(|(rest, lines)| Some((rest, numbers(lines)?))).ok_or_else(wrong)?;
        let inner = rest.rsplit_once([':', '：']);
        let inner = inner.and_then(|(file, record)| Some((file, number(record)? as u64)));
        let is_records = |file: &str| read.format_of(Path::new(file)).0.has_records();
        let path = |file: &str| PathBuf::from(if file == STDIN { "-" } else { file });
        match inner {
            Some((file, record)) if is_records(file) => Ok(Self { file: path(file), record: Some(record), lines }),
            // A number before the line number belongs to the file name, unless the file has records.
            _ if !is_records(rest) => Ok(Self { file: path(rest), record: None, lines }),
            _ => {
                let line = lines.start();
                bail!(say!(
                    lang,
                    "“{given}”：{rest} 里有许多条记录，要写成 文件:记录:行号，例如 {rest}:{line}:1",
                    "'{given}': {rest} holds many records; write FILE:RECORD:LINE, such as {rest}:{line}:1"
                ))
            }
        }
    }

    /// Reads all that were typed: a file with its line as the next word is told how it is written.
    ///
    /// # Errors
    /// When one of them is no place.
    pub fn parse_all(given: &[String], read: &ReadArgs, lang: Lang) -> Result<Vec<Self>> {
        for pair in given.windows(2) {
            let [file, line] = pair else { continue };
            if numbers(line).is_some() && Path::new(file).is_file() {
                bail!(say!(
                    lang,
                    "“{file} {line}”：行号写在冒号后面，中间不空格；是不是想写 {file}:{line}？",
                    "'{file} {line}': the line stands behind a colon, without a space; did you mean {file}:{line}?"
                ));
            }
        }
        given.iter().map(|place| Self::parse(place, read, lang)).collect()
    }

    /// The document, which has these lines; the error is the reason, in the reader's language.
    pub fn read(
        &self,
        read: &ReadArgs,
        common: &CommonArgs,
        engine: &Engine,
        console: &mut Console,
    ) -> Result<Doc, String> {
        let asked = CollectionArgs::of(std::slice::from_ref(&self.file), read.clone());
        if let Err(error) = self.file.metadata()
            && self.file.as_os_str() != "-"
        {
            return Err(missing(&self.file, &error, console.lang));
        }
        if self.file.is_dir() {
            let (lang, shown) = (console.lang, self.file.display());
            return Err(say!(
                lang,
                "{shown} 是文件夹；请写出里面的哪一个文件",
                "{shown} is a folder; name the file in it"
            ));
        }
        let documents = Documents::open(&asked, common, console);
        let documents = documents.map_err(|error| message(console.lang, &error))?.for_engine(engine);
        let mut messages = Vec::new();
        let doc = documents.one(self.record, &mut messages);
        messages.iter().for_each(|message| console.tell(message));
        let (doc, lang, line) = (doc?, console.lang, *self.lines.end());
        let count = doc.document().map_err(|error| message(lang, &error.into()))?.len();
        if line > count {
            return Err(say!(
                lang,
                "没有第 {line} 行，一共 {count} 行",
                "there is no line {line}; the text has {count}"
            ));
        }
        Ok(doc)
    }

    /// The place of one of its lines.
    pub fn of_line(&self, line: usize) -> Self {
        Self { lines: line..=line, ..self.clone() }
    }
}

impl fmt::Display for LinePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.file.display())?;
        if let Some(record) = self.record {
            write!(f, "{record}:")?;
        }
        write!(f, "{}", self.lines.start())?;
        if self.lines.end() > self.lines.start() {
            write!(f, "-{}", self.lines.end())?;
        }
        Ok(())
    }
}

/// `-:3` with the name of standard input instead of `-`; `None` for other arguments.
pub fn stdin_named(arg: &str) -> Option<String> {
    let place = arg.strip_prefix('-').filter(|rest| rest.starts_with([':', '：']))?;
    Some(format!("{STDIN}{place}"))
}

fn number(text: &str) -> Option<usize> {
    text.trim().parse::<usize>().ok().filter(|&n| n > 0)
}

/// Reads `12` or `12-15`.
fn numbers(text: &str) -> Option<RangeInclusive<usize>> {
    match text.split_once(['-', '–', '—', '~', '～']) {
        Some((first, last)) => Some(number(first)?..=number(last)?).filter(|lines| !lines.is_empty()),
        None => number(text).map(|line| line..=line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_as_people_write_them() {
        let parse = |given: &str| LinePlace::parse(given, &ReadArgs::default(), Lang::En).ok();
        let place = |file: &str, record, lines| Some(LinePlace { file: file.into(), record, lines });
        for (given, expected) in [
            ("a.txt:6", place("a.txt", None, 6..=6)),
            ("文章/03.txt：6", place("文章/03.txt", None, 6..=6)),
            ("a.txt:3-7", place("a.txt", None, 3..=7)),
            ("a.txt：3～7", place("a.txt", None, 3..=7)),
            ("a.jsonl:2:5", place("a.jsonl", Some(2), 5..=5)),
            ("a.jsonl：2：5-6", place("a.jsonl", Some(2), 5..=6)),
            ("a:b.txt:1", place("a:b.txt", None, 1..=1)),
            ("<stdin>:3", place("-", None, 3..=3)),
        ] {
            assert_eq!(parse(given), expected, "{given}");
        }
        for wrong in ["a.txt", "a.txt:0", "a.txt:7-3", "a.txt:x", "a.jsonl:2", ""] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
        assert_eq!(stdin_named("-:3").as_deref(), Some("<stdin>:3"));
        assert_eq!((stdin_named("-q"), stdin_named("a:3")), (None, None));
        assert_eq!(parse("a.jsonl:2:5-6").unwrap().to_string(), "a.jsonl:2:5-6");
    }
}
