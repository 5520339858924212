//! Explains the mistakes of a file that is not valid TOML.
//!
//! The parser stops where TOML makes no sense any more. For `name ＝ “版权”` that is not where the editor made the
//! mistake. So after the parser has failed, and only then, the file is read line by line, with knowledge of the
//! settings and of what people type with a Chinese input method. The scan cuts the file at its headers; a piece
//! without a recognised mistake goes back to the parser. A file that parses is never scanned, so a phrase such as
//! `【相關閱讀】` is never mistaken for a header.
//!
//! ```text
//! name = “版权声明”      smart-quote: the line as it should be is shown
//! is = '''              unclosed-block: the next setting came before the closing '''
//! keeps = 'x'
//! ```

use std::collections::HashMap;
use std::ops::Range;

use super::fields::{Field, TableKind, field, meant_field, plain_word};
use super::fields::{takes_several, unknown_words};
use dehusk_text::{Fix, Message, is_hidden, say};

mod line;
mod parts;
mod value;
mod words;

use line::LineScan;
use parts::{Header, Key, section};
pub(super) use words::header_words;
pub use words::parser_words;

/// A table as the scan cuts it, with the mistakes found in it.
pub(super) struct TablePiece {
    pub(super) range: Range<usize>,
    pub(super) problems: Vec<Problem>,
}

/// A recognised mistake.
pub(super) struct Problem {
    pub(super) code: &'static str,
    pub(super) span: Range<usize>,
    pub(super) message: Message,
    pub(super) fix: Option<Fix>,
}

/// Cuts the text at its headers and finds the mistakes of each piece. `settings`: the file is `settings.toml`.
pub(super) fn scan(text: &str, settings: bool) -> Vec<TablePiece> {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        lines.push((start, line));
        start += line.len() + 1;
    }
    let kind = if settings { Some(TableKind::Settings) } else { None };
    let first = TablePiece { range: 0..text.len(), problems: Vec::new() };
    let mut scan =
        TomlScan { lines, at: 0, kind, seen: HashMap::new(), pieces: vec![first], stray: None, count: 0, settings };
    while scan.at < scan.lines.len() && scan.count < MANY {
        scan.line();
    }
    scan.end_stray();
    scan.pieces
}

struct TomlScan<'t> {
    /// Where each line starts, and its text.
    lines: Vec<(usize, &'t str)>,
    at: usize,
    /// The table the scan is in; none above the first header.
    kind: Option<TableKind>,
    /// Settings of this table, and the line of each.
    seen: HashMap<String, usize>,
    pieces: Vec<TablePiece>,
    /// The first and the last of the lines, one after the other, that are no settings.
    stray: Option<(usize, usize)>,
    /// Mistakes so far.
    count: usize,
    settings: bool,
}

/// Mistakes after which the scan ends: such a file is no rule file.
const MANY: usize = 1000;

/// White space that TOML does not allow, and invisible characters.
fn is_odd_space(c: char) -> bool {
    is_blank(c) && !matches!(c, ' ' | '\t' | '\n')
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c.is_control() || is_hidden(c)
}

/// Typographic quotes, which TOML does not accept as quotes.
fn is_smart_quote(c: char) -> bool {
    matches!(
        c,
        '“' | '”'
            | '„'
            | '‟'
            | '‘'
            | '’'
            | '‚'
            | '‛'
            | '「'
            | '」'
            | '『'
            | '』'
            | '＂'
            | '＇'
            | '″'
            | '′'
            | '`'
            | '´'
            | '〝'
            | '〞'
            | '«'
            | '»'
    )
}

fn is_quote(c: char) -> bool {
    c == '\'' || c == '"' || is_smart_quote(c)
}

/// Whether a line is certainly a header of a table that we know.
fn is_header(line: &str) -> bool {
    let line = line.trim();
    let inner = line.trim_start_matches('[').trim_end_matches(']');
    line.starts_with('[') && line.ends_with(']') && matches!(inner.trim(), "rule" | "keep" | "repair" | "file")
}

/// Whether a line is certainly a setting: a known name, `=`, the start of a value.
fn is_setting(line: &str) -> bool {
    let line = line.trim_start_matches(is_blank);
    let end = line.find(|c: char| !c.is_ascii_lowercase() && c != '_').unwrap_or(line.len());
    let (name, rest) = line.split_at(end);
    let rest = rest.trim_start_matches(is_blank);
    let Some(value) = rest.strip_prefix(['=', '＝']) else { return false };
    let value = value.trim_start_matches(is_blank);
    let starts = value.starts_with(|c: char| is_quote(c) || c.is_ascii_digit() || c == '[')
        || ["true", "false"].contains(&value.trim_end());
    starts && TableKind::ALL.iter().any(|&table| field(table, name).is_some())
}

impl<'t> TomlScan<'t> {
    fn text(&self, line: usize) -> &'t str {
        self.lines[line].1
    }

    fn range(&self, line: usize) -> Range<usize> {
        let (start, text) = self.lines[line];
        start..start + text.len()
    }

    fn problem(&mut self, code: &'static str, span: Range<usize>, message: Message, fix: Option<Fix>) {
        self.count += 1;
        let piece = self.pieces.last_mut().expect("there is always a piece");
        piece.problems.push(Problem { code, span, message, fix });
    }

    /// Reports the mistakes of one line: one message, with one fix for all of them.
    fn report(&mut self, scan: LineScan) {
        let fix = scan.fix();
        let mut mistakes = scan.mistakes.into_iter();
        let Some((code, span, mut message)) = mistakes.next() else { return };
        let mut said = vec![code];
        for (other, _, more) in mistakes {
            if said.len() < 3 && !said.contains(&other) {
                said.push(other);
                message.zh = format!("{}；{}", message.zh, more.zh);
                message.en = format!("{}; {}", message.en, more.en);
            }
        }
        self.problem(code, span, message, fix);
    }

    /// One line that is not inside a block or a list.
    fn line(&mut self) {
        let index = self.at;
        let (start, line) = self.lines[index];
        self.at += 1;
        let mut scan = LineScan::new(start, line);
        let indent = line.len() - line.trim_start_matches(is_blank).len();
        if line[..indent].contains(is_odd_space) {
            let from = line.find(is_odd_space).unwrap_or(0);
            scan.hidden_space(from..indent, &line[from..indent]);
            scan.drop(indent);
        } else {
            scan.keep(indent);
        }
        let body = line[indent..].trim_end_matches(is_blank);
        if body.is_empty() {
            self.report(scan);
        } else if body.starts_with('#') {
            scan.keep(line.len());
            self.report(scan);
        } else if let Some(sign) = comment_sign(body) {
            let message = say!("注释要用半角的 # 开头，这里写的是 {sign}", "a comment starts with #, not with {sign}");
            scan.mistake("comment-sign", indent..indent + sign.len(), message);
            scan.put("# ");
            scan.skip(sign.len());
            scan.skip_blank();
            scan.keep(line.len());
            self.report(scan);
        } else if let Some(header) = Header::read(body) {
            self.end_stray();
            self.header(header, indent, scan);
        } else if !self.setting(&mut scan, indent, body) {
            match &mut self.stray {
                Some((_, last)) if *last + 1 == index => *last = index,
                _ => {
                    self.end_stray();
                    self.stray = Some((index, index));
                }
            }
        }
    }

    /// Reports the lines that are no settings, with one message for all lines in a row.
    fn end_stray(&mut self) {
        let Some((first, last)) = self.stray.take() else { return };
        let line = self.text(first).trim();
        let span = self.range(first);
        let more = last - first;
        if line.chars().all(|c| is_quote(c) || c == ']' || c == '】') {
            let message = say!("这里多了一个 {line}，前面没有打开", "{line} closes nothing");
            self.problem("stray-line", span, message, None);
            return;
        }
        let message = match more {
            0 => say!(
                "这一行不是设置。是不是应该放在 ''' … ''' 里面？",
                "this line is not a setting; should it stand between ''' and '''?"
            ),
            _ => say!(
                "这一行和下面 {more} 行不是设置。是不是应该放在 ''' … ''' 里面？",
                "this line and {more} below are not settings; should they stand between ''' and '''?"
            ),
        };
        let mut example = String::from("contains = '''\n");
        for line in first..=last.min(first + 2) {
            let text = self.text(line).trim();
            example.extend(text.chars().take(60).chain(['\n']));
        }
        if more > 2 {
            example.push_str("…\n");
        }
        example.push_str("'''");
        self.problem("stray-line", span, message, Some(Fix::Line(example)));
    }

    fn header(&mut self, header: Header<'_>, indent: usize, mut scan: LineScan) {
        let start = scan.start;
        if let Some(last) = self.pieces.last_mut() {
            last.range.end = start;
        }
        let end = self.lines.last().map_or(start, |(start, line)| start + line.len());
        self.pieces.push(TablePiece { range: start..end, problems: Vec::new() });
        self.seen.clear();
        let (kind, exact) = section(header.word);
        self.kind = if self.settings { Some(TableKind::Settings) } else { kind };
        let span = indent..indent + header.length;
        let Some(kind) = kind else {
            if header.wide {
                let message = say!("方括号是中文括号", "these are Chinese brackets, not [ and ]");
                scan.mistake("full-width-bracket", span, message);
            }
            return self.report(scan);
        };
        let wanted = match self.settings && kind == TableKind::File {
            true => "[sites]",
            false => kind.header(),
        };
        if self.settings {
            return self.report(scan);
        }
        if header.wide {
            let message = say!("方括号是中文括号，请写 {wanted}", "these are Chinese brackets; write {wanted}");
            scan.mistake("full-width-bracket", span.clone(), message);
        } else if !exact {
            let word = header.word;
            let message = say!(
                "没有 [[{word}]] 这一种。你是不是想写 {wanted}？",
                "there is no [[{word}]]; did you mean {wanted}?"
            );
            scan.mistake("unknown-section", span.clone(), message);
        } else if header.open != header.close || header.open != wanted.len() - wanted.trim_start_matches('[').len() {
            let message = match wanted.starts_with("[[") {
                true => say!("要写两层方括号 {wanted}", "it takes two brackets: {wanted}"),
                false => say!("要写一层方括号 {wanted}", "it takes one bracket: {wanted}"),
            };
            scan.mistake("brackets", span.clone(), message);
        } else if !header.rest.is_empty() {
            // A setting moves to a line of its own; what is none is a remark.
            let message = match Key::read(header.rest, Some(kind)) {
                Some(_) => {
                    scan.put(&format!("{wanted}\n{}", header.rest));
                    say!("{wanted} 后面不能再写字，请换一行", "nothing may follow {wanted} on its line")
                }
                None => {
                    scan.put(&format!("{wanted}  # {}", header.rest));
                    say!(
                        "{wanted} 后面不能再写字；备注前面要加 #",
                        "nothing may follow {wanted} on its line; a remark takes # before it"
                    )
                }
            };
            scan.mistake("after-header", span.end..scan.line.len(), message);
            scan.skip(scan.line.len());
            return self.report(scan);
        }
        if !scan.mistakes.is_empty() {
            scan.put(wanted);
            scan.skip(header.length);
            scan.keep(scan.line.len());
        }
        self.report(scan);
    }

    /// A line `name = value`. False if it is none.
    fn setting(&mut self, scan: &mut LineScan<'t>, indent: usize, body: &'t str) -> bool {
        let Some(key) = Key::read(body, self.kind) else { return false };
        self.end_stray();
        let table = self.kind.unwrap_or(TableKind::Rule);
        let (name, known) = self.key(scan, indent, &key, table);
        scan.skip(key.raw.len());
        scan.put(&name);
        self.spaces(scan);
        match key.sign {
            Some('=') => scan.keep(scan.at + 1),
            Some(sign) => {
                let at = scan.at..scan.at + sign.len_utf8();
                let (code, message) = match sign {
                    '＝' => {
                        ("full-width-equals", say!("等号是全角的 ＝，请换成半角 =", "this is a full-width ＝; write ="))
                    }
                    _ => ("no-equals", say!("这里要用等号 =，不用冒号 {sign}", "write = here, not {sign}")),
                };
                scan.mistake(code, at, message);
                if !scan.ends_with_space() {
                    scan.put(" ");
                }
                scan.put("=");
                scan.skip(sign.len_utf8());
                if !scan.rest().starts_with(is_blank) {
                    scan.put(" ");
                }
            }
            None => {
                let at = scan.at..scan.at;
                let message = say!("{name} 后面少了等号 =", "there is no = after {name}");
                scan.mistake("no-equals", at, message);
                scan.put("= ");
            }
        }
        self.spaces(scan);
        self.value(scan.take(), known);
        true
    }

    /// Reads the name left of the `=` and corrects it.
    fn key(
        &mut self,
        scan: &mut LineScan,
        indent: usize,
        key: &Key<'_>,
        table: TableKind,
    ) -> (String, Option<&'static Field>) {
        let span = indent..indent + key.raw.len();
        let bare = key.raw.trim_matches(is_quote);
        let line = self.at;
        let (name, known) = match field(table, bare) {
            Some(known) => (key.raw.to_string(), Some(known)),
            None if key.raw.contains(is_hidden) => {
                let clean: String = bare.chars().filter(|&c| !is_hidden(c)).collect();
                scan.hidden_space(span.clone(), key.raw);
                let known = field(table, &clean);
                (clean, known)
            }
            None => match (meant_field(table, bare), bare.is_ascii()) {
                (Some(meant), false) if plain_word(bare) == meant.name => {
                    let message =
                        say!("设置名 {bare} 是全角字母，请用半角", "{bare} is in full-width letters; use normal ones");
                    scan.mistake("chinese-setting", span, message);
                    (meant.name.to_string(), Some(meant))
                }
                (Some(meant), false) => {
                    let name = meant.name;
                    let message =
                        say!("设置名要用英文：{bare} → {name}", "names of settings are English: {bare} → {name}");
                    scan.mistake("chinese-setting", span, message);
                    (name.to_string(), Some(meant))
                }
                (None, false) => {
                    let message = say!(
                        "没有“{bare}”这个设置，设置名要用英文",
                        "there is no setting {bare}; names of settings are English"
                    );
                    scan.mistake("chinese-setting", span, message);
                    (bare.to_string(), None)
                }
                (Some(meant), true) if self.kind.is_some() => {
                    scan.mistake("unknown-setting", span, unknown_words(table, bare, Some(meant)));
                    (meant.name.to_string(), Some(meant))
                }
                (meant, true) => (key.raw.to_string(), meant),
            },
        };
        let plain = known.map_or(name.as_str(), |field| field.name).to_string();
        if self.kind.is_some()
            && !name.contains('.')
            && let Some(first) = self.seen.insert(plain.clone(), line)
        {
            let header = table.header();
            let message = match plain == "name" {
                _ if self.settings => say!(
                    "{plain} 出现了两次（第 {first} 行已经有了）；请合并成一个",
                    "{plain} stands here twice (first on line {first}); join the two"
                ),
                true => say!(
                    "{plain} 出现了两次（第 {first} 行已经有了）；上面是不是少了一行 {header}？",
                    "{plain} stands here twice (first on line {first}); is there no {header} above it?"
                ),
                false => say!(
                    "{plain} 出现了两次（第 {first} 行已经有了）；请合并成一个，或者在上面加一行 {header}",
                    "{plain} stands here twice (first on line {first}); join the two, or write {header} above"
                ),
            };
            let at = indent..indent + key.raw.len();
            scan.mistake("repeated-setting", at, message);
            if plain != "name" && known.is_some_and(|field| takes_several(field.kind)) {
                scan.advice = Some(say!(
                    "写在一起，一行一个：{plain} = '''（换行）…（换行）'''，放在第 {first} 行",
                    "write them together on line {first}, one a line: {plain} = ''' (new line) … (new line) '''"
                ));
            }
            if plain == "name" {
                scan.head = format!("{header}\n");
                // What follows is another rule: its settings are not repetitions.
                self.seen.clear();
                self.seen.insert(plain, line);
            }
        }
        (name, known)
    }

    /// Reads the spaces between the parts of a line; those that TOML does not allow are mistakes.
    fn spaces(&self, scan: &mut LineScan) {
        let rest = scan.rest();
        let blank = &rest[..rest.len() - rest.trim_start_matches(is_blank).len()];
        if blank.contains(is_odd_space) {
            let at = scan.at..scan.at + blank.len();
            scan.hidden_space(at, blank);
            scan.put(" ");
            scan.skip(blank.len());
        } else {
            scan.keep(scan.at + blank.len());
        }
    }
}

/// The characters that somebody wrote in place of `#`.
fn comment_sign(body: &str) -> Option<&'static str> {
    ["//", "＃", "/*", ";", "；", "--", "<!--"].into_iter().find(|sign| body.starts_with(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_in_brackets_are_no_headers() {
        for line in ["【相關閱讀】", "[图片]说明文字", "【资料图】", "[关闭窗口"] {
            let header = Header::read(line).filter(|header| section(header.word).0.is_some());
            assert!(header.is_none(), "{line}");
        }
        for line in ["[rule]", "［［rule］］", "【【规则】】", "[[Rule]] # x", "[[rules]"] {
            assert!(Header::read(line).is_some(), "{line}");
        }
    }

    #[test]
    fn a_line_of_prose_is_no_setting() {
        for line in ["来源：新华网", "http://a.b/?c=d", "标题=她说：好的朋友们今天都来了", "x"] {
            assert!(Key::read(line, Some(TableKind::Rule)).is_none(), "{line}");
        }
    }

    #[test]
    fn scanning_is_linear() {
        let text = "[[rule]]\nname ＝ “x”\nis = '''\na\n".repeat(20_000);
        let begin = std::time::Instant::now();
        assert!(scan(&text, false).len() > 100);
        assert!(begin.elapsed().as_secs() < 5);
    }
}
