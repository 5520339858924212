//! Reads lists in brackets, which may cover several lines.

use super::{is_blank, is_header, is_quote, is_setting, is_smart_quote, quote_of, smart_words};
use crate::recover::TomlScan;
use crate::recover::line::LineScan;
use dehusk_text::{Fix, say};

/// The state of the scan between two lines of a list.
struct List {
    /// The line with the opening bracket, from 0.
    open: usize,
    /// Line and place of the end of an item that still lacks its comma.
    item: Option<(usize, usize)>,
}

/// What follows after one line of a list.
enum Next {
    Line,
    Closed,
    /// A block in triple quotes goes on below.
    Block(&'static str),
}

impl<'t> TomlScan<'t> {
    pub(super) fn list(&mut self, mut scan: LineScan<'t>) {
        let mut list = List { open: self.at - 1, item: None };
        let sign = scan.rest().chars().next().unwrap_or('[');
        if sign == '[' {
            scan.keep(scan.at + 1);
        } else {
            bracket(&mut scan, sign, "[");
        }
        loop {
            let next = self.list_line(&mut scan, &mut list);
            let report = scan.take();
            self.report(report);
            match next {
                Next::Closed => return,
                Next::Line => {}
                Next::Block(quotes) => {
                    self.skip_list_block(quotes);
                    list.item = None;
                }
            }
            let Some(&(start, line)) = self.lines.get(self.at) else { break };
            if is_header(line) || is_setting(line) {
                break;
            }
            self.at += 1;
            scan = LineScan::new(start, line);
        }
        let (start, line) = self.lines[list.open];
        let at = start + line.find(['[', '［', '【']).unwrap_or(0);
        let number = list.open + 1;
        let message = match self.at < self.lines.len() {
            true => {
                let next = self.at + 1;
                say!(
                    "第 {number} 行打开的 [ 没有关闭（第 {next} 行又开始了新的设置）",
                    "the [ opened on line {number} is never closed (line {next} begins something else)"
                )
            }
            false => say!("第 {number} 行打开的 [ 没有关闭", "the [ opened on line {number} is never closed"),
        };
        let fix = say!(
            "在最后一项后面加 ]；更简单：用 ''' 一行写一个，不需要方括号和逗号",
            "put ] after the last item; simpler: ''' with one a line, without brackets and commas"
        );
        self.problem("unclosed-list", at..at + sign.len_utf8(), message, Some(Fix::Advice(fix)));
    }

    /// Reads what is left of a line inside a list.
    fn list_line(&mut self, scan: &mut LineScan<'t>, list: &mut List) -> Next {
        loop {
            let rest = scan.rest();
            let blank = rest.len() - rest.trim_start_matches(is_blank).len();
            scan.keep(scan.at + blank);
            let rest = scan.rest();
            let Some(c) = rest.chars().next() else { return Next::Line };
            let begin = scan.at;
            match c {
                '#' => {
                    scan.keep(scan.line.len());
                    return Next::Line;
                }
                ',' => {
                    scan.keep(begin + 1);
                    list.item = None;
                }
                '，' | '、' | ';' | '；' | '|' => {
                    let message = say!(
                        "隔开两项的 {c} 要换成英文逗号 , ；更简单：用 ''' 一行写一个，不需要逗号",
                        "{c} stands between the items; write a comma, or simpler: ''' with one a line"
                    );
                    scan.mistake("chinese-comma", begin..begin + c.len_utf8(), message);
                    scan.put(if rest[c.len_utf8()..].starts_with(' ') { "," } else { ", " });
                    scan.skip(c.len_utf8());
                    list.item = None;
                }
                ']' => {
                    scan.keep(begin + 1);
                    super::after(scan);
                    return Next::Closed;
                }
                '］' | '】' => {
                    bracket(scan, c, "]");
                    super::after(scan);
                    return Next::Closed;
                }
                _ => {
                    if let Some((line, at)) = list.item.take() {
                        self.missing_comma(scan, line, at);
                    }
                    if let Some(quotes) = ["'''", "\"\"\""].into_iter().find(|quotes| rest.starts_with(quotes)) {
                        match rest[3..].find(quotes) {
                            Some(close) => scan.keep(begin + close + 6),
                            None => {
                                scan.keep(scan.line.len());
                                return Next::Block(quotes);
                            }
                        }
                    } else {
                        list_item(scan, c);
                    }
                    list.item = Some((self.at - 1, scan.start + scan.at));
                }
            }
        }
    }

    /// Reports an item that follows another without a comma, on the same line or on an earlier one.
    fn missing_comma(&mut self, scan: &mut LineScan<'t>, line: usize, at: usize) {
        if line + 1 == self.at {
            let here = scan.at;
            let message = say!("两项之间少了逗号", "there is no comma between the two");
            scan.mistake("missing-comma", here..here, message);
            scan.put(", ");
            return;
        }
        let (start, text) = self.lines[line];
        let number = line + 1;
        let message = say!(
            "第 {number} 行末尾少了逗号；更简单：用 ''' 一行写一个，不需要逗号",
            "line {number} lacks a comma at its end; simpler: ''' with one a line, without commas"
        );
        let cut = at - start;
        let fix = Fix::Line(format!("{},{}", &text[..cut], &text[cut..]));
        self.problem("missing-comma", at..at, message, Some(fix));
    }

    /// Goes to the end of a block inside a list.
    fn skip_list_block(&mut self, quotes: &str) {
        while let Some(&(_, line)) = self.lines.get(self.at) {
            if is_header(line) || is_setting(line) {
                return;
            }
            self.at += 1;
            if line.contains(quotes) {
                return;
            }
        }
    }
}

fn bracket(scan: &mut LineScan, sign: char, right: &str) {
    let begin = scan.at;
    let message = say!("这里的 {sign} 是中文括号，请写 {right}", "{sign} is a Chinese bracket; write {right}");
    scan.mistake("full-width-bracket", begin..begin + sign.len_utf8(), message);
    scan.put(right);
    scan.skip(sign.len_utf8());
}

/// One item on one line.
fn list_item(scan: &mut LineScan, first: char) {
    let begin = scan.at;
    let rest = scan.rest();
    if (first == '\'' || first == '"')
        && let Some(close) = super::closing(&rest[1..], first)
    {
        let inside = &rest[1..1 + close];
        match super::bad_escape(inside).filter(|_| first == '"') {
            None => scan.keep(begin + close + 2),
            Some(at) => {
                let message = say!(
                    "双引号里的 \\ 有特殊含义，请改用单引号",
                    "inside double quotes \\ has a meaning of its own; use single quotes"
                );
                scan.mistake("backslash", begin + 1 + at..begin + 3 + at, message);
                scan.put(&quote_of(inside));
                scan.skip(close + 2);
            }
        }
        return;
    }
    let stop = |c: char| matches!(c, ',' | '，' | '、' | ']' | '］');
    if is_quote(first) {
        let open = first.len_utf8();
        let close = rest[open..].find(is_quote).or_else(|| rest[open..].find(stop));
        let length = close.map_or(rest.len() - open, |at| at);
        let inside = rest[open..open + length].trim_end();
        let last = rest[open + length..].chars().next().filter(|&c| is_quote(c));
        let (code, message) = match (is_smart_quote(first), last) {
            (true, _) => ("smart-quote", smart_words(first)),
            (false, Some(last)) => {
                ("mixed-quotes", say!("开头是 {first}，结尾却是 {last}", "opened with {first} but closed with {last}"))
            }
            (false, None) => {
                ("unclosed-quote", say!("开头的引号 {first} 没有关闭", "the quote {first} is never closed"))
            }
        };
        scan.mistake(code, begin..begin + open, message);
        scan.put(&quote_of(inside));
        scan.skip(open + length + last.map_or(0, char::len_utf8));
        return;
    }
    let end = rest.find(stop).unwrap_or(rest.len());
    let text = rest[..end].trim_end();
    let legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | ':' | '{' | '[');
    if text.chars().all(legal) && text.starts_with(|c: char| c.is_ascii_digit() || c == '{' || c == '[') {
        scan.keep(begin + text.len().max(1));
        return;
    }
    let message = say!("文字要放在引号里", "a text stands in quotes");
    scan.mistake("no-quotes", begin..begin + text.len(), message);
    scan.put(&quote_of(text));
    scan.skip(text.len().max(1));
}
