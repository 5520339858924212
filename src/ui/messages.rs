//! Messages to people, in Chinese or English, always on stderr.

use std::collections::HashMap;
use std::io::{self, Write as _};

use anstyle::{AnsiColor, Style};
use dehusk::{JsonKind, Lang, RecordError};

use crate::ui::exit::ExitCode;
use crate::ui::lines::{visible, visible_lines};

/// A message in the user's language: `say!(lang, "中文 {x}", "English {x}")`.
macro_rules! say {
    ($lang:expr, $zh:literal, $en:literal) => {
        match $lang {
            dehusk::Lang::Zh => format!($zh),
            dehusk::Lang::En => format!($en),
        }
    };
}
pub(crate) use say;

/// The severity of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// An input failed; this also sets the exit code.
    Error,
    /// The input was processed, but the user should check the result.
    Warning,
    /// For information.
    Note,
}

/// One message about one place.
#[derive(Debug)]
pub struct Notice {
    /// The place: `page.txt`, `pages.jsonl:12`.
    pub place: String,
    /// The severity.
    pub severity: Severity,
    /// The message.
    pub text: String,
    /// If set, messages of this kind are printed a limited number of times, then only counted.
    pub limit: Option<Limit>,
}

/// A kind of message that is printed a limited number of times.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Once for each encoding.
    Encoding(&'static str),
    /// Once for each kind of mistake and file.
    OnceAFile(&'static str, String),
    /// Documents that the rules would have emptied: five times.
    Emptied,
    /// Pages that scripts make.
    Script,
    /// Pages made of frames.
    Frames,
    /// What was given as HTML and has no tags.
    NotHtml,
    /// Answers of servers that are no pages.
    NoPage,
}

impl Notice {
    /// A message that is always printed.
    pub fn new(severity: Severity, place: impl Into<String>, text: impl Into<String>) -> Self {
        Self { place: place.into(), severity, text: text.into(), limit: None }
    }

    /// A message that is printed a limited number of times, see [`Limit`].
    pub fn limited(severity: Severity, place: impl Into<String>, text: impl Into<String>, limit: Limit) -> Self {
        Self { limit: Some(limit), ..Self::new(severity, place, text) }
    }
}

/// Prints messages and remembers whether one of them was an error.
#[derive(Debug)]
pub struct Console {
    /// The language of messages.
    pub lang: Lang,
    quiet: bool,
    mute: bool,
    failures: usize,
    said: HashMap<Limit, u32>,
}

impl Console {
    /// A console that prints all messages, or only errors if `quiet`.
    pub fn new(lang: Lang, quiet: bool) -> Self {
        Self { lang, quiet, mute: false, failures: 0, said: HashMap::new() }
    }

    /// A console that prints nothing, for a second pass over inputs whose errors were reported in the first.
    pub fn mute(lang: Lang) -> Self {
        Self { mute: true, ..Self::new(lang, true) }
    }

    /// Prints one message.
    pub fn tell(&mut self, message: &Notice) {
        self.failures += usize::from(message.severity == Severity::Error);
        if self.mute {
            return;
        }
        if let Some(limit) = &message.limit {
            let said = self.said.entry(limit.clone()).or_default();
            *said += 1;
            let most = match limit {
                Limit::Encoding(_) | Limit::OnceAFile(..) => 1,
                Limit::Emptied | Limit::Script | Limit::Frames | Limit::NotHtml | Limit::NoPage => 5,
            };
            if *said > most {
                return;
            }
        }
        if self.quiet && message.severity != Severity::Error {
            return;
        }
        let (zh, en, color) = match message.severity {
            Severity::Error => ("错误", "error", AnsiColor::Red),
            Severity::Warning => ("警告", "warning", AnsiColor::Yellow),
            Severity::Note => ("说明", "note", AnsiColor::Cyan),
        };
        let word = if self.lang == Lang::Zh { zh } else { en };
        let style = Style::new().bold().fg_color(Some(color.into()));
        let (place, text) = (visible(&message.place), visible_lines(&message.text));
        say_line(&format!("{place}: {style}{word}{style:#}: {text}"));
    }

    /// How many errors were told.
    pub fn failures(&self) -> usize {
        self.failures
    }

    /// Prints how many messages were suppressed, and returns the exit code.
    pub fn finish(&mut self) -> ExitCode {
        if let Some(&count) = self.said.get(&Limit::Emptied)
            && count > 5
        {
            let text = say!(
                self.lang,
                "共 {count} 篇按规则几乎不剩正文，都原样通过",
                "{count} documents in all would have been left almost empty and passed unchanged"
            );
            self.tell(&Notice::new(Severity::Warning, "dehusk", text));
        }
        if self.failures > 0 { ExitCode::Failed } else { ExitCode::Fine }
    }
}

/// Prints one line on stderr. If stderr is closed, the line is lost without an error.
pub fn say_line(line: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{line}");
}

/// Why a file could not be read or written, without the system's error number.
pub fn reason(lang: Lang, error: &io::Error) -> String {
    dehusk::io::format_reason(lang, error)
}

/// Why a text is not valid JSON, or not the JSON that was expected.
pub fn json_reason(lang: Lang, error: &serde_json::Error) -> String {
    use serde_json::error::Category as C;
    if lang == Lang::En {
        return error.to_string();
    }
    let (line, column) = (error.line(), error.column());
    let place = match line {
        0 | 1 => format!("第 {column} 个字节"),
        _ => format!("第 {line} 行第 {column} 个字节"),
    };
    let said = error.to_string();
    let quoted = said.split('`').nth(1).unwrap_or_default();
    match error.classify() {
        C::Eof => format!("写到一半就断了（{place}）"),
        C::Syntax => format!("不合 JSON 的写法（{place}）"),
        C::Io => "读不出来".to_owned(),
        C::Data if said.starts_with("missing field") => format!("没有字段 \"{quoted}\""),
        C::Data if said.starts_with("duplicate field") => format!("字段 \"{quoted}\" 出现了不止一次"),
        C::Data => format!("有个字段的值不是该有的种类（{place}）"),
    }
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
        // The first line of JSON that is written over several lines.
        RecordError::NotJson { column, message }
            if ["a list", "an object", "a value"]
                .iter()
                .any(|what| message.ends_with(&format!("EOF while parsing {what}"))) =>
        {
            say!(
                lang,
                "这一行的 JSON 没有写完（第 {column} 个字节）；一行要是一个完整的对象，用 jq -c . 可以写成这样（数组用 jq -c '.[]'）",
                "the JSON of this line does not end (byte {column}); each line holds one object, as jq -c . writes it (jq -c '.[]' for an array)"
            )
        }
        RecordError::NotJson { column, message } => {
            let en = format!("not JSON (byte {column}): {message}");
            if lang == Lang::Zh { format!("不合 JSON 的写法（第 {column} 个字节）") } else { en }
        }
        RecordError::NotAnObject(JsonKind::Array) => say!(
            lang,
            "这一行是数组，不是对象 {{…}}；用 jq -c '.[]' 把它拆成一行一个",
            "an array instead of an object {{…}}; jq -c '.[]' makes a line of each of its parts"
        ),
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
