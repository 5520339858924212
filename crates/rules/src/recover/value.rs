//! Reads what stands right of the `=`: quotes of every kind, blocks, numbers, words without quotes.

use super::line::LineScan;
use super::{TomlScan, is_blank, is_header, is_quote, is_setting, is_smart_quote};
use crate::fields::takes_several;
use crate::fields::{Field, FieldKind, plain_word};
use crate::values::truth;
use dehusk_text::{Fix, say};

mod list;

/// Signs and words that people write between several texts.
const BETWEEN: &[&str] = &[",", "，", "、", ";", "；", "|", "｜", "/", "或者", "或", "和", "与", "以及", "or ", "and "];

/// How many lines are searched for the closing quote of a text.
const AHEAD: usize = 200;

impl<'t> TomlScan<'t> {
    /// Reads the value of a setting, on this line and those that belong to it, and reports the line.
    pub(super) fn value(&mut self, mut scan: LineScan<'t>, known: Option<&'static Field>) {
        let rest = scan.rest().trim_end_matches(is_blank);
        let opening: Vec<char> = rest.chars().take(3).collect();
        let quotes = opening.len() == 3 && opening.iter().copied().all(is_quote);
        match rest.chars().next() {
            None | Some('#') => self.nothing(scan),
            Some(_) if rest.starts_with("'''") => self.block(scan, "'''"),
            Some(_) if rest.starts_with("\"\"\"") => self.block(scan, "\"\"\""),
            Some(_) if quotes && rest.chars().count() == 3 => {
                let message =
                    say!("这里的 {rest} 不是英文单引号，请写 '''", "{rest} are not straight quotes; write '''");
                scan.mistake("smart-quote", scan.at..scan.at + rest.len(), message);
                scan.put("'''");
                scan.skip(rest.len());
                self.report_and_skip_block(scan);
            }
            Some(quote @ ('\'' | '"')) => self.quoted(scan, quote, known),
            Some(c) if is_smart_quote(c) => self.smart(scan, known),
            Some('[' | '［' | '【') => self.list(scan),
            Some(_) => {
                bare(&mut scan, rest, known);
                self.report(scan);
            }
        }
    }

    fn nothing(&mut self, mut scan: LineScan<'t>) {
        let next: &'t str = self.lines.get(self.at).map_or("", |&(_, line)| line.trim());
        let at = scan.at..scan.at;
        if next.starts_with(is_quote) {
            let message = say!("引号要和等号写在同一行", "the quote must stand on the line of the =");
            scan.mistake("no-value", at, message);
            if !scan.ends_with_space() {
                scan.put(" ");
            }
            scan.put(next);
            scan.keep(scan.line.len());
            self.report(scan);
            self.at += 1;
            for quotes in ["'''", "\"\"\""] {
                if next == quotes {
                    self.skip_block(self.at - 1, quotes);
                }
            }
        } else {
            let message = say!("等号后面没有内容", "nothing follows the =");
            scan.mistake("no-value", at, message);
            scan.advice = Some(say!("写上内容，或者删掉这一行", "write a value, or delete the line"));
            self.report(scan);
        }
    }

    /// A block in triple quotes.
    fn block(&mut self, mut scan: LineScan<'t>, quotes: &'static str) {
        let inside = &scan.rest()[3..];
        let Some(close) = inside.find(quotes) else {
            let line = self.at - 1;
            scan.keep(scan.line.len());
            self.report(scan);
            return self.skip_block(line, quotes);
        };
        scan.keep(scan.at + 3 + close + 3);
        after(&mut scan);
        self.report(scan);
    }

    fn report_and_skip_block(&mut self, mut scan: LineScan<'t>) {
        let line = self.at - 1;
        scan.keep(scan.line.len());
        self.report(scan);
        self.skip_block(line, "'''");
    }

    /// Goes to the line after the block that was opened on line `open`.
    fn skip_block(&mut self, open: usize, quotes: &'static str) {
        let mut short = None;
        let mut escape = None;
        while self.at < self.lines.len() {
            let index = self.at;
            let (start, line) = self.lines[index];
            let trimmed = line.trim_matches(is_blank);
            if let Some(close) = line.find(quotes) {
                self.at += 1;
                let mut scan = LineScan::new(start, line);
                let more = line[close + 3..].chars().take(2).take_while(|&c| quotes.starts_with(c)).count();
                scan.keep(close + 3 + more);
                after(&mut scan);
                self.bad_escape(escape);
                return self.report(scan);
            }
            if quotes == "\"\"\"" && escape.is_none() {
                escape = bad_escape(line).map(|at| (start + at, line[at..].chars().nth(1)));
            }
            let marks = trimmed.chars().filter(|&c| is_quote(c)).count();
            if marks > 0 && marks == trimmed.chars().count() {
                if marks >= 3 {
                    self.at += 1;
                    let message = say!(
                        "这里的 {trimmed} 不是英文单引号，请写 {quotes}",
                        "{trimmed} are not straight quotes; write {quotes}"
                    );
                    let fix = Fix::Line(quotes.to_string());
                    return self.problem("smart-quote", start..start + line.len(), message, Some(fix));
                }
                short.get_or_insert(index);
            }
            if is_header(line) || is_setting(line) {
                break;
            }
            self.at += 1;
        }
        if let Some(index) = short {
            let span = self.range(index);
            let message = say!("结尾的引号少了，要写三个：{quotes}", "the closing quotes must be three: {quotes}");
            self.problem("unclosed-block", span, message, Some(Fix::Line(quotes.to_string())));
            self.at = index + 1;
            return;
        }
        let span = self.range(open);
        let at = span.start + self.text(open).rfind(quotes).unwrap_or(0);
        let line = open + 1;
        let message =
            say!("第 {line} 行打开的 {quotes} 没有关闭", "the {quotes} opened on line {line} is never closed");
        let fix = match self.at < self.lines.len() {
            true => {
                let next = self.at + 1;
                say!("在第 {next} 行上面加一行 {quotes}", "put a line {quotes} above line {next}")
            }
            false => say!("在文件最后加一行 {quotes}", "put a line {quotes} at the end of the file"),
        };
        self.problem("unclosed-block", at..at + 3, message, Some(Fix::Advice(fix)));
    }

    fn bad_escape(&mut self, found: Option<(usize, Option<char>)>) {
        let Some((at, sign)) = found else { return };
        let sign = sign.map_or(String::new(), String::from);
        let message = say!("双引号里的 \\{sign} 有特殊含义", "inside double quotes \\{sign} has a meaning of its own");
        let fix = say!("把前后两处 \"\"\" 都换成 '''", "use ''' in place of both \"\"\"");
        self.problem("backslash", at..at + 1 + sign.len(), message, Some(Fix::Advice(fix)));
    }

    /// A text that begins with a straight quote.
    fn quoted(&mut self, mut scan: LineScan<'t>, quote: char, known: Option<&'static Field>) {
        let rest = scan.rest().trim_end_matches(is_blank);
        let body = &rest[1..];
        let Some(close) = closing(body, quote) else { return self.unclosed(scan, quote, body) };
        let (inside, tail) = (&body[..close], body[close + 1..].trim_start_matches(is_blank));
        let begin = scan.at;
        if quote == '"'
            && let Some(at) = bad_escape(inside)
        {
            let sign: String = inside[at..].chars().take(2).collect();
            let at = begin + 1 + at;
            let message = say!(
                "双引号里的 {sign} 有特殊含义，请改用单引号",
                "inside double quotes {sign} has a meaning of its own; use single quotes"
            );
            scan.mistake("backslash", at..at + sign.len(), message);
            scan.put(&quote_of(inside));
            scan.skip(1 + close + 1);
            return self.report(scan);
        }
        if tail.is_empty() || tail.starts_with('#') {
            return self.report(scan);
        }
        if is_setting(tail) {
            let at = begin + rest.len() - tail.len();
            let name = tail.split(['=', ' ', '\t']).next().unwrap_or_default();
            scan.mistake("two-settings", at..at + name.len(), say!("一行只写一个设置", "a line holds one setting"));
            scan.advice = Some(say!("把 {name} 移到下一行", "move {name} to the next line"));
            return self.report(scan);
        }
        let parts = parts(rest);
        if parts.len() > 1 {
            several(&mut scan, &parts, known, rest.len());
        } else if tail.ends_with(quote) || tail.contains(&format!("{quote} #")) {
            let last = rest.rfind(quote).unwrap_or(rest.len());
            let at = begin + 1 + close;
            let message = say!(
                "文字里面也有引号 {quote}，分不清哪里是结尾",
                "the text itself has a {quote}, so its end is not clear"
            );
            scan.mistake("inner-quote", at..at + 1, message);
            scan.put(&quote_of(&rest[1..last]));
            scan.skip(last + 1);
        } else {
            scan.keep(begin + 1 + close + 1);
            after(&mut scan);
        }
        self.report(scan);
    }

    /// A text that begins with a straight quote and has no second one on its line.
    fn unclosed(&mut self, mut scan: LineScan<'t>, quote: char, body: &'t str) {
        let begin = scan.at;
        let last = body.chars().next_back();
        if let Some(end) = self.quote_below(quote).filter(|_| !last.is_some_and(is_quote)) {
            let message = say!("多行文字要用三个单引号 '''", "a text of several lines stands between ''' and '''");
            scan.mistake("unclosed-quote", begin..begin + 1, message);
            scan.put("'''");
            scan.skip(1);
            let mut block: Vec<&str> = Vec::new();
            block.extend((!body.trim().is_empty()).then_some(body));
            for index in self.at..=end {
                let line = self.text(index).trim();
                block.push(if index == end { line.trim_end_matches(is_quote) } else { line });
            }
            block.retain(|line| !line.is_empty());
            for line in block.iter().take(4) {
                scan.put("\n");
                scan.put(line);
            }
            if block.len() > 4 {
                scan.put("\n…");
            }
            scan.put("\n'''");
            scan.skip(scan.line.len());
            self.at = end + 1;
            return self.report(scan);
        }
        let end = begin + 1 + body.len();
        match last {
            Some(c) if is_quote(c) && c != quote => {
                let width = c.len_utf8();
                let message = match is_smart_quote(c) {
                    true => say!(
                        "开头是英文引号 {quote}，结尾却是中文引号 {c}",
                        "opened with {quote} but closed with a Chinese quote {c}"
                    ),
                    false => say!("开头是 {quote}，结尾却是 {c}", "opened with {quote} but closed with {c}"),
                };
                scan.mistake("mixed-quotes", end - width..end, message);
                scan.put(&quote_of(&body[..body.len() - width]));
            }
            Some('"') => {
                let at = end - 2;
                let message = say!(
                    "双引号里的 \\\" 有特殊含义，请改用单引号",
                    "inside double quotes \\\" has a meaning of its own; use single quotes"
                );
                scan.mistake("backslash", at..end, message);
                scan.put(&quote_of(&body[..body.len() - 1]));
            }
            _ => {
                let message = say!("开头的引号 {quote} 没有关闭", "the quote {quote} is never closed");
                scan.mistake("unclosed-quote", begin..begin + 1, message);
                let text = body.split(" #").next().unwrap_or(body).trim_end();
                scan.put(&quote_of(text));
            }
        }
        scan.skip(scan.line.len());
        self.report(scan);
    }

    /// The number of a later line that ends with this quote, if no other setting or header begins before it.
    fn quote_below(&self, quote: char) -> Option<usize> {
        let end = self.lines.len().min(self.at + AHEAD);
        for index in self.at..end {
            let line = self.text(index).trim_end_matches(is_blank);
            if is_header(line) || is_setting(line) {
                return None;
            }
            if line.ends_with(quote) {
                return Some(index);
            }
        }
        None
    }

    /// A text that begins with a typographic quote.
    fn smart(&mut self, mut scan: LineScan<'t>, known: Option<&'static Field>) {
        let rest = scan.rest().trim_end_matches(is_blank);
        let first = rest.chars().next().unwrap_or('“');
        let begin = scan.at;
        let parts = parts(rest);
        let open = first.len_utf8();
        let message = smart_words(first);
        scan.mistake("smart-quote", begin..begin + open, message);
        if parts.len() > 1 {
            several(&mut scan, &parts, known, rest.len());
            return self.report(scan);
        }
        match rest[open..].rfind(is_quote) {
            Some(close) => {
                let inside = &rest[open..open + close];
                let width = rest[open + close..].chars().next().map_or(0, char::len_utf8);
                scan.put(&quote_of(inside));
                scan.skip(open + close + width);
                after(&mut scan);
            }
            None => {
                scan.put(&quote_of(&rest[open..]));
                scan.skip(rest.len());
            }
        }
        self.report(scan);
    }
}

pub(super) fn smart_words(quote: char) -> dehusk_text::Message {
    match quote {
        '「' | '」' | '『' | '』' | '«' | '»' => {
            say!("文字要放在英文单引号 ' ' 里，这里是 {quote}", "texts stand between ' and ', not {quote}")
        }
        '`' | '´' | '′' | '″' => say!("这里的 {quote} 不是引号，请用英文单引号 '", "{quote} is no quote; write '"),
        '＂' | '＇' => {
            say!("这里用的是全角引号 {quote}，请改成英文单引号 '", "{quote} is a full-width quote; write '")
        }
        '‘' | '’' => {
            say!("这里用的是中文引号 ‘ ’，请改成英文单引号 '", "{quote} is a Chinese quote; write a straight one: '")
        }
        '“' | '”' => {
            say!("这里用的是中文引号 “ ”，请改成英文单引号 '", "{quote} is a Chinese quote; write a straight one: '")
        }
        _ => say!("这里用的是弯引号 {quote}，请改成英文单引号 '", "{quote} is a curly quote; write a straight one: '"),
    }
}

/// What may follow a value: a comment, or nothing.
fn after(scan: &mut LineScan) {
    let rest = scan.rest();
    let text = rest.trim_matches(is_blank);
    if text.is_empty() || text.starts_with('#') {
        scan.keep(scan.line.len());
        return;
    }
    let from = scan.at + (rest.len() - rest.trim_start_matches(is_blank).len());
    let comment = ["//", "＃"].into_iter().find(|sign| text.starts_with(sign));
    if let Some(sign) = comment {
        let message = say!("注释要用半角的 # 开头，这里写的是 {sign}", "a comment starts with #, not with {sign}");
        scan.mistake("comment-sign", from..from + sign.len(), message);
        scan.put("  # ");
        scan.put(text[sign.len()..].trim());
    } else if matches!(text, "," | "，" | ";" | "；" | "。" | "、") {
        let message = say!("行尾的 {text} 是多余的", "the {text} at the end of the line does not belong there");
        scan.mistake("after-value", from..from + text.len(), message);
    } else {
        let message = say!(
            "值后面多了文字；如果是说明，前面加 #",
            "something follows the value; if it is a remark, put # before it"
        );
        scan.mistake("after-value", from..from + text.len(), message);
        scan.put("  # ");
        scan.put(text);
    }
    scan.skip(scan.line.len());
}

/// The place of the closing quote of a text.
fn closing(body: &str, quote: char) -> Option<usize> {
    if quote == '\'' {
        return body.find('\'');
    }
    let mut escaped = false;
    body.char_indices().find_map(|(at, c)| match (escaped, c) {
        (false, '"') => Some(at),
        _ => {
            escaped = c == '\\' && !escaped;
            None
        }
    })
}

/// The place of the first `\` that is not a valid escape in a double-quoted text.
fn bad_escape(text: &str) -> Option<usize> {
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        if c != '\\' {
            continue;
        }
        let digits = match chars.next().map(|(_, sign)| sign) {
            Some('b' | 't' | 'n' | 'f' | 'r' | 'e' | '"' | '\\') => continue,
            // A `\` at the end of a line continues the text; another check explains that.
            None => continue,
            Some('x') => 2,
            Some('u') => 4,
            Some('U') => 8,
            Some(_) => return Some(at),
        };
        let code = text.get(at + 2..at + 2 + digits).unwrap_or("");
        if code.len() < digits || !code.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Some(at);
        }
    }
    None
}

/// Puts a text into quotes that need no escapes.
pub(super) fn quote_of(text: &str) -> String {
    if !text.contains('\'') {
        format!("'{text}'")
    } else if !text.contains(['"', '\\']) {
        format!("\"{text}\"")
    } else {
        format!("'''\n{text}\n'''")
    }
}

/// The texts of `'a', 'b'`, `“a”、“b”`, `"a" or "b"`; fewer than two if it is not such a list.
fn parts(rest: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut left = rest;
    loop {
        let Some(open) = left.chars().next().filter(|&c| is_quote(c)) else { return Vec::new() };
        let body = &left[open.len_utf8()..];
        let Some(close) = body.find(is_quote) else { return Vec::new() };
        found.push(&body[..close]);
        let width = body[close..].chars().next().map_or(0, char::len_utf8);
        left = body[close + width..].trim_start_matches(is_blank);
        if left.is_empty() || left.starts_with('#') {
            return found;
        }
        let between = BETWEEN.iter().find(|sign| left.starts_with(**sign));
        let spaced = body.len() - close - width > left.len();
        match between {
            Some(sign) => left = left[sign.len()..].trim_start_matches(is_blank),
            // `'a' 'b'`, but not `"注明"来源"`.
            None if spaced => {}
            None => return Vec::new(),
        }
        if left.is_empty() {
            return found;
        }
    }
}

/// Several texts where one is expected: suggests a block, if the setting takes several.
fn several(scan: &mut LineScan, parts: &[&str], known: Option<&Field>, length: usize) {
    let at = scan.at..scan.at + length;
    if known.is_none_or(|field| takes_several(field.kind)) {
        let message = say!("多个词请一行写一个，放在 ''' 中间", "several texts: one a line, between ''' and '''");
        scan.mistake("several-values", at, message);
        scan.put("'''\n");
        scan.put(&parts.join("\n"));
        scan.put("\n'''");
    } else {
        let name = known.map_or("", |field| field.name);
        let message = say!("{name} 只能写一个", "{name} takes one value");
        scan.mistake("several-values", at, message);
        scan.put(&quote_of(parts[0]));
    }
    scan.skip(length);
}

/// A value without quotes.
fn bare(scan: &mut LineScan, rest: &str, known: Option<&Field>) {
    let text = rest.find(" #").map_or(rest, |at| &rest[..at]).trim_end_matches(is_blank);
    let at = scan.at..scan.at + text.len();
    let legal = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | '_' | ':' | 'T' | 'Z' | 'e' | 'E');
    if matches!(text, "true" | "false") || text.starts_with('{') || text.chars().all(legal) {
        return;
    }
    let kind = known.map(|field| field.kind);
    let name = known.map_or("", |field| field.name);
    let plain = plain_word(text);
    let digits: String = plain.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    match kind {
        Some(FieldKind::Bool) if truth(text).is_some() => {
            let truth = truth(text).unwrap_or("true");
            let message = say!("{name} 请写 true（是）或 false（否）", "{name} takes true or false");
            scan.mistake("not-a-bool", at, message);
            scan.put(truth);
        }
        Some(FieldKind::Number { .. }) if !digits.is_empty() => {
            let unit = &plain[digits.len()..];
            let message = match unit {
                "%" => say!("只写数字 {digits}，不写百分号", "write the number {digits} alone, without %"),
                "" => say!("数字是全角的，请用半角 {digits}", "these are full-width digits; write {digits}"),
                _ => say!("只写数字 {digits}，后面不要写别的", "write the number {digits} and nothing else"),
            };
            scan.mistake(if unit == "%" { "percent" } else { "not-a-number" }, at, message);
            scan.put(&digits);
        }
        Some(FieldKind::Number { min, max, .. }) => {
            let message = say!("{name} 要写数字（{min} 到 {max}）", "{name} takes a number from {min} to {max}");
            scan.mistake("not-a-number", at, message);
            scan.advice = Some(say!("例如 {name} = 30", "for example: {name} = 30"));
        }
        _ => {
            let stripped = text.trim_end_matches(is_quote);
            let words: Vec<&str> = stripped.split(['，', '、', ',']).map(str::trim).filter(|w| !w.is_empty()).collect();
            if words.len() > 1 && kind.is_some_and(|kind| takes_several(kind) && !matches!(kind, FieldKind::Examples)) {
                let message =
                    say!("文字要放在引号里；多个词一行写一个", "texts stand in quotes; several of them one a line");
                scan.mistake("no-quotes", at, message);
                scan.put(&format!("'''\n{}\n'''", words.join("\n")));
            } else {
                let message = match stripped.len() < text.len() {
                    true => say!("文字开头少了引号", "the quote at the start of the text is missing"),
                    false => say!("文字要放在引号里", "a text stands in quotes"),
                };
                scan.mistake("no-quotes", at, message);
                scan.put(&quote_of(stripped));
            }
        }
    }
    scan.skip(text.len());
}
