//! What is said to people, in Chinese or English, and where: always on stderr.

use std::collections::HashMap;
use std::io::{self, Write as _};

use anstyle::{AnsiColor, Style};
use dehusk::{JsonKind, Lang, RecordError};

use crate::exit::ExitCode;

/// A message in the reader's language: `say!(lang, "中文 {x}", "English {x}")`.
macro_rules! say {
    ($lang:expr, $zh:literal, $en:literal) => {
        match $lang {
            dehusk::Lang::Zh => format!($zh),
            dehusk::Lang::En => format!($en),
        }
    };
}
pub(crate) use say;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// An input could not be done: the exit code will say so too.
    Error,
    /// It was done, but look at it.
    Warning,
    /// Good to know.
    Note,
}

/// One thing to say about one place.
#[derive(Debug)]
pub struct Message {
    /// `page.txt`, `pages.jsonl:12`.
    pub place: String,
    /// How bad it is.
    pub level: Level,
    /// What.
    pub text: String,
    /// Messages of one kind are said this often, then counted.
    pub limit: Option<Limit>,
}

/// A kind of message that would otherwise fill the screen.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Said once for each encoding.
    Encoding(&'static str),
    /// Documents that the rules would have emptied.
    Emptied,
}

impl Message {
    /// A message that is always said.
    pub fn new(level: Level, place: impl Into<String>, text: impl Into<String>) -> Self {
        Self { place: place.into(), level, text: text.into(), limit: None }
    }

    /// A message that is said only so often.
    pub fn limited(level: Level, place: impl Into<String>, text: impl Into<String>, limit: Limit) -> Self {
        Self { limit: Some(limit), ..Self::new(level, place, text) }
    }
}

/// Prints messages and remembers whether one of them was an error.
#[derive(Debug)]
pub struct Console {
    /// The language of messages.
    pub lang: Lang,
    quiet: bool,
    mute: bool,
    failed: bool,
    said: HashMap<Limit, u32>,
}

impl Console {
    /// `quiet` leaves only errors.
    pub fn new(lang: Lang, quiet: bool) -> Self {
        Self { lang, quiet, mute: false, failed: false, said: HashMap::new() }
    }

    /// Says nothing at all: for a second walk over what was read and complained of before.
    pub fn mute(lang: Lang) -> Self {
        Self { mute: true, ..Self::new(lang, true) }
    }

    /// Prints one message.
    pub fn tell(&mut self, message: &Message) {
        self.failed |= message.level == Level::Error;
        if self.mute {
            return;
        }
        if let Some(limit) = &message.limit {
            let said = self.said.entry(limit.clone()).or_default();
            *said += 1;
            let most = match limit {
                Limit::Encoding(_) => 1,
                Limit::Emptied => 5,
            };
            if *said > most {
                return;
            }
        }
        if self.quiet && message.level != Level::Error {
            return;
        }
        let (zh, en, color) = match message.level {
            Level::Error => ("错误", "error", AnsiColor::Red),
            Level::Warning => ("警告", "warning", AnsiColor::Yellow),
            Level::Note => ("说明", "note", AnsiColor::Cyan),
        };
        let word = if self.lang == Lang::Zh { zh } else { en };
        let style = Style::new().bold().fg_color(Some(color.into()));
        say_line(&format!("{}: {style}{word}{style:#}: {}", message.place, message.text));
    }

    /// Says what was counted instead of said, and how the run ended.
    pub fn finish(&mut self) -> ExitCode {
        if let Some(&count) = self.said.get(&Limit::Emptied)
            && count > 5
        {
            let text = say!(
                self.lang,
                "共 {count} 篇按规则几乎不剩正文，都原样通过",
                "{count} documents in all would have been left almost empty and passed unchanged"
            );
            self.tell(&Message::new(Level::Warning, "dehusk", text));
        }
        if self.failed { ExitCode::Failed } else { ExitCode::Fine }
    }
}

/// One line on stderr. A closed stderr is nobody's business.
pub fn say_line(line: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{line}");
}

/// Why a file could not be read or written, without the system's error number.
pub fn reason(lang: Lang, error: &io::Error) -> String {
    let zh = match error.kind() {
        io::ErrorKind::NotFound => "没有这个文件或文件夹",
        io::ErrorKind::PermissionDenied => "没有权限",
        io::ErrorKind::IsADirectory => "是文件夹，不是文件",
        io::ErrorKind::NotADirectory => "路径中有一段不是文件夹",
        io::ErrorKind::StorageFull => "磁盘已满",
        io::ErrorKind::ReadOnlyFilesystem => "这个磁盘只能读",
        _ => "",
    };
    if lang == Lang::Zh && !zh.is_empty() {
        return zh.to_owned();
    }
    let said = error.to_string();
    let plain = said.rsplit_once(" (os error").map_or(said.as_str(), |(what, _)| what);
    let mut chars = plain.chars();
    chars.next().map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
}

/// Why a line of JSON Lines has no text to clean.
pub fn record_reason(lang: Lang, error: &RecordError, field: &str) -> String {
    let kind = |kind: &JsonKind| match (lang, kind) {
        (Lang::En, kind) => kind.to_string(),
        (Lang::Zh, JsonKind::Null) => "空值 (null)".into(),
        (Lang::Zh, JsonKind::Bool) => "真假值".into(),
        (Lang::Zh, JsonKind::Number) => "数字".into(),
        (Lang::Zh, JsonKind::String) => "文字".into(),
        (Lang::Zh, JsonKind::Array) => "数组".into(),
        (Lang::Zh, JsonKind::Object) => "对象".into(),
    };
    match error {
        RecordError::NotUtf8 { at } => {
            let at = at + 1;
            say!(lang, "从第 {at} 个字节起不是 UTF-8", "not UTF-8 from byte {at} on")
        }
        RecordError::NotJson { column, message } => {
            say!(lang, "不是 JSON（第 {column} 个字节）：{message}", "not JSON (byte {column}): {message}")
        }
        RecordError::NotAnObject(found) => {
            let found = kind(found);
            say!(lang, "这一行是{found}，不是对象 {{…}}", "{found} instead of an object {{…}}")
        }
        RecordError::Missing => say!(
            lang,
            "没有字段 \"{field}\"；字段名不同时用 --text-field 指明",
            "no field \"{field}\"; name another with --text-field"
        ),
        RecordError::Repeated => {
            say!(lang, "字段 \"{field}\" 出现了不止一次", "the field \"{field}\" stands there more than once")
        }
        RecordError::NotAString(found) => {
            let found = kind(found);
            say!(lang, "字段 \"{field}\" 是{found}，不是文字", "the field \"{field}\" is {found}, not a string")
        }
        RecordError::LoneSurrogate => say!(
            lang,
            "字段 \"{field}\" 里有半个字符（不成对的 \\ud800–\\udfff）",
            "the field \"{field}\" has half a character (an unpaired \\ud800–\\udfff)"
        ),
        other => other.to_string(),
    }
}
