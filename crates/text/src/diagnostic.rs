//! [`Diagnostic`]: one mistake in a rule file, with its place and its fix.
//!
//! The reader does not program. So a message says in one sentence what is wrong and
//! names the character, the source line stands below with a mark under the place, and
//! the last line is what to write instead. Every message exists in Chinese and English.
//! Marks are counted in columns of a terminal (a Han character has two), columns in
//! the address in characters, as editors count them.

use std::fmt;
use std::ops::Range;

use serde::Serialize;
use unicode_width::UnicodeWidthChar;

use crate::message::{Lang, Message};

/// The severity of a diagnostic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The rule cannot be used.
    Error,
    /// The rule can be used, but is probably not what the author meant.
    Warning,
    /// Worth knowing.
    Info,
}

/// What to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fix {
    /// The corrected line, or several lines.
    Line(String),
    /// Advice in words.
    Advice(Message),
}

/// One mistake in a rule file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// Its severity.
    pub level: Level,
    /// The name of this kind of mistake (`smart-quote`), used by `dehusk help` and by `allow` in rule files.
    pub code: &'static str,
    /// What is wrong.
    pub message: Message,
    /// The path of the file, as it is printed.
    pub source: String,
    /// The place, in bytes of the text of the source.
    pub span: Range<usize>,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
    /// The line itself; of a long line the part around the place, with `…` where it is cut.
    /// Empty if the mistake has no line.
    pub line_text: String,
    /// The place, in bytes of `line_text`.
    pub mark: Range<usize>,
    /// Evidence: other places, lines of known bodies; one sentence each.
    pub notes: Vec<Message>,
    /// What to do about it.
    pub fix: Option<Fix>,
}

/// How many columns of a source line are shown before the place, and from the start of the place on.
const BEFORE: usize = 36;
const AFTER: usize = 60;

impl Diagnostic {
    /// The same diagnostic with these notes.
    pub fn with_notes(self, notes: Vec<Message>) -> Self {
        Self { notes, ..self }
    }

    /// The layout that the command prints: address, level, message and name; the line
    /// with a mark under the place; the fix. `styled` adds ANSI colours.
    pub fn render(&self, lang: Lang, styled: bool) -> String {
        let paint = |codes: &str, text: &str| match styled {
            true => format!("\x1b[{codes}m{text}\x1b[0m"),
            false => text.to_string(),
        };
        let (word, colour) = match (self.level, lang) {
            (Level::Error, Lang::Zh) => ("错误", "1;31"),
            (Level::Warning, Lang::Zh) => ("警告", "1;33"),
            (Level::Info, Lang::Zh) => ("提示", "1;36"),
            (Level::Error, Lang::En) => ("error", "1;31"),
            (Level::Warning, Lang::En) => ("warning", "1;33"),
            (Level::Info, Lang::En) => ("note", "1;36"),
        };
        let printed = |text: &str| visible(text, &(0..0)).0;
        let address = format!("{}:{}:{}", printed(&self.source), self.line, self.column);
        let code = paint("2", &format!("[{}]", self.code));
        let mut out =
            format!("{}  {}  {}  {code}", paint("1", &address), paint(colour, word), printed(self.message.get(lang)));
        if !self.line_text.is_empty() {
            let (shown, from, width) = visible(&self.line_text, &self.mark);
            let gutter = paint("2", &format!("{:>5} |", self.line));
            let empty = paint("2", "      |");
            out.push_str(&format!(
                "\n{gutter} {shown}\n{empty} {}{}",
                " ".repeat(from),
                paint(colour, &"^".repeat(width))
            ));
        }
        for note in &self.notes {
            for line in note.get(lang).lines() {
                out.push_str(&format!("\n    {}", printed(line)));
            }
        }
        match &self.fix {
            Some(Fix::Line(line)) => {
                let label = match lang {
                    Lang::Zh => "改成：",
                    Lang::En => "change to: ",
                };
                out.push_str(&format!("\n    {label}"));
                if line.contains('\n') {
                    for line in line.lines() {
                        out.push_str(&format!("\n        {}", printed(line)));
                    }
                } else {
                    out.push_str(&printed(line));
                }
            }
            Some(Fix::Advice(advice)) => {
                let label = match lang {
                    Lang::Zh => "可以：",
                    Lang::En => "help: ",
                };
                out.push_str(&format!("\n    {label}{}", printed(advice.get(lang))));
            }
            None => {}
        }
        out
    }
}

/// English, without colours.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(Lang::En, false))
    }
}

/// A line as it can be printed, and the column and width of the mark under it.
fn visible(line: &str, mark: &Range<usize>) -> (String, usize, usize) {
    let mut shown = String::with_capacity(line.len());
    let (mut column, mut from, mut to) = (0, None, 0);
    for (at, c) in line.char_indices() {
        if from.is_none() && at >= mark.start {
            from = Some(column);
        }
        let before = shown.len();
        match c {
            '\t' => shown.push_str("    "),
            '\0'..='\x1f' => shown.push(char::from_u32(0x2400 + c as u32).unwrap_or('?')),
            '\x7f' => shown.push('\u{2421}'),
            c if is_hidden(c) => shown.push_str(&format!("<U+{:04X}>", c as u32)),
            c => shown.push(c),
        }
        column += shown[before..].chars().map(|c| c.width().unwrap_or(0)).sum::<usize>();
        if at < mark.end {
            to = column;
        }
    }
    let from = from.unwrap_or(column);
    (shown, from, to.saturating_sub(from).max(1))
}

/// Whether a character is invisible in a terminal, or changes how others are shown (bidi controls).
pub fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{80}'..='\u{a0}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202f}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{180e}' | '\u{fff9}'..='\u{fffb}')
}

/// The part of a line around `mark` that is printed, with `…` where it is cut, and the mark in it. Ranges are in bytes.
pub fn around(line: &str, mark: Range<usize>) -> (String, Range<usize>) {
    let start = floor(line, mark.start);
    let end = ceil(line, mark.end.clamp(start, line.len()));
    let width = |c: char| c.width().unwrap_or(1);
    // Reads no more of a long line than is shown.
    let mut from = start;
    let mut columns = 0;
    for (at, c) in line[..start].char_indices().rev() {
        columns += width(c);
        if columns > BEFORE {
            break;
        }
        from = at;
    }
    // The start of a line names the setting: if at most 12 columns are missing, show them.
    if from > 0 && line[..from].chars().take(13).map(width).sum::<usize>() <= 12 {
        from = 0;
    }
    let mut to = line.len();
    let mut columns = 0;
    for (at, c) in line[start..].char_indices() {
        columns += width(c);
        if columns > AFTER {
            to = start + at;
            break;
        }
    }
    let mut text = String::new();
    if from > 0 {
        text.push('…');
    }
    let shift = text.len();
    text.push_str(&line[from..to]);
    let mark = start - from + shift..end.min(to) - from + shift;
    if to < line.len() {
        text.push('…');
    }
    (text, mark)
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn ceil(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(text: &str) -> usize {
        text.chars().map(|c| c.width().unwrap_or(0)).sum()
    }

    /// Asserts that the printed mark stands under the needle.
    fn check(line: &str, needle: &str) {
        let at = line.find(needle).expect("the needle is in the line");
        let (text, mark) = around(line, at..at + needle.len());
        assert_eq!(&text[mark.clone()], needle, "{line}");
        let (shown, from, width) = visible(&text, &mark);
        let before = visible(&text[..mark.start], &(0..0)).0;
        let inside = visible(needle, &(0..0)).0;
        assert!(shown[before.len()..].starts_with(&inside));
        assert_eq!((from, width), (columns(&before), columns(&inside).max(1)), "{line}");
    }

    #[test]
    fn marks_stand_under_wide_and_hidden_characters_and_tabs() {
        check("name = “版权”", "“");
        check("name ＝ '版权'", "＝");
        check("\tname\t= 版权", "版权");
        check("　　name = 'x'", "　　");
        check("na\u{200b}me = 'x'", "\u{200b}");
        check("note = '👍🏽 好' oops", "oops");
        let long = format!("contains = ['{}', “版权”, '{}']", "版权声明".repeat(40), "转载".repeat(4000));
        check(&long, "“");
        check("\u{1b}[31mred", "red");
    }

    #[test]
    fn control_characters_never_reach_the_terminal() {
        let (shown, _, _) = visible("a\u{1b}[2J\r\u{202e}b\u{85}", &(0..0));
        assert!(shown.chars().all(|c| !c.is_control() && !is_hidden(c)), "{shown:?}");
    }
}
