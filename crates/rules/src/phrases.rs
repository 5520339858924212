//! Checks what is written inside a text: slots, stars, regular expressions, hosts.

use std::ops::Range;

use regex_syntax::ast;

use super::fields::{SLOTS, closest};
use super::model::Phrase;
use super::report::Report;
use super::text_field::{TextField, TextRole};
use super::texts::{Piece, Text};
use dehusk_text::{Anchor, Fix, Message, say};

/// Whether folding leaves nothing of a text. This is the only use of folding in this crate.
fn folds_to_nothing(text: &str) -> bool {
    dehusk_text::fold(text).trim().is_empty()
}

/// Checks the phrases of a text field and returns the good ones.
pub(super) fn check(field: TextField, texts: &[Text], exact: bool, report: &mut Report) -> Vec<Phrase> {
    let (name, source) = (field.name(), report.source);
    let mut all = Vec::new();
    for text in texts {
        let pieces = text.phrases(source);
        if pieces.is_empty() {
            let message = say!("{name} 是空的", "{name} is empty");
            let fix = say!("写上内容，或者删掉这个设置", "write something, or delete the setting");
            report.error("empty-value", text.span.clone(), message, Some(Fix::Advice(fix)));
        }
        for piece in &pieces {
            if report.is_full() {
                break;
            }
            if piece.text.starts_with("# ") && pieces.len() > 1 {
                let message = say!(
                    "''' 里面的 # 不是注释，这一行会被当成要找的文字",
                    "inside ''' a # is no comment: this line is taken as a phrase"
                );
                let fix = say!("把说明移到 ''' 外面", "move the remark out of the block");
                report.warning("hash-in-block", piece.span.clone(), message, Some(Fix::Advice(fix)));
            }
            phrase(field, piece, exact, report);
        }
        all.extend(pieces.into_iter().map(Phrase::from));
    }
    all
}

/// Checks one phrase.
fn phrase(field: TextField, piece: &Piece, exact: bool, report: &mut Report) {
    let text = &piece.text;
    if field.role() == TextRole::MadeOf && !exact && button(piece, report) {
        return;
    }
    let special = text.contains(['*', '{']);
    if special && (slots(piece, report) || stars(field, piece, report)) {
        return;
    }
    // A letter or digit always survives folding; most phrases have one.
    if special || exact || text.chars().any(char::is_alphanumeric) {
        return;
    }
    if field.anchor() == Anchor::Whole || folds_to_nothing(text) {
        let message = say!(
            "“{text}” 只有符号；比较时符号会被忽略，所以永远对不上",
            "'{text}' has nothing but signs, which are ignored, so it can never match"
        );
        let fix = say!(
            "写上文字；如果要找只有符号的行，用 looks_like = 'separator'",
            "write some words; for lines of nothing but signs use looks_like = 'separator'"
        );
        report.error("phrase-empty", piece.span.clone(), message, Some(Fix::Advice(fix)));
    }
}

/// Reports what a word of `made_of` must not have. True if there was something.
fn button(piece: &Piece, report: &mut Report) -> bool {
    let text = &piece.text;
    if let Some(at) = text.find(['*', '{']) {
        let length = text[at..].find('}').map_or(1, |close| close + 1);
        let message = say!(
            "made_of 里只写词，不能用 * 和 {{}}；数字不用写，本来就不算",
            "made_of takes words alone, no * and no {{}}; numbers need not be written, as they do not count"
        );
        let fix = say!("只写词本身，一行一个", "write the word itself, one a line");
        report.error("made-of", part(piece, at..at + length), message, Some(Fix::Advice(fix)));
        return true;
    }
    let signs = ['|', '｜', '/', '／', '·', '•', '、', ',', '，', '【', '】', '[', ']', '\u{3000}', '\t'];
    let Some(at) = text.trim_matches(signs).find(signs).and_then(|_| text.find(signs)) else { return false };
    let sign = text[at..].chars().next().unwrap_or(' ');
    let message = say!(
        "“{text}”里的 {sign} 是词与词之间的记号，所以它是几个词，永远对不上",
        "in '{text}' the {sign} is a sign between words, so it is several words and can never match"
    );
    let fix = say!("一行写一个词", "write one word a line");
    report.error("made-of", part(piece, at..at + sign.len_utf8()), message, Some(Fix::Advice(fix)));
    true
}

/// The place in the source of a part of a phrase; the place of the whole phrase if it has escapes.
fn part(piece: &Piece, range: Range<usize>) -> Range<usize> {
    match piece.span.len() == piece.text.len() {
        true => piece.span.start + range.start..piece.span.start + range.end,
        false => piece.span.clone(),
    }
}

/// Reports slots that do not exist. True if there was one.
fn slots(piece: &Piece, report: &mut Report) -> bool {
    let text = &piece.text;
    let mut at = 0;
    while let Some(open) = text[at..].find('{').map(|open| at + open) {
        let rest = &text[open + 1..];
        if rest.starts_with('{') {
            at = open + 2;
            continue;
        }
        let close = rest.find('}');
        let word = close.map_or("", |close| &rest[..close]);
        if word == "*" || SLOTS.iter().any(|slot| slot.0 == word) {
            at = open + 1 + word.len();
            continue;
        }
        let place = part(piece, open..close.map_or(open + 1, |close| open + close + 2));
        let meant = SLOTS.iter().find(|slot| slot.1 == word.trim()).map(|slot| slot.0);
        let lower = word.trim().to_lowercase();
        let meant = meant.or_else(|| closest(&lower, SLOTS.iter().map(|slot| slot.0)));
        // `{date today`: the brace behind the name of a slot was forgotten.
        let begun = rest.split(|c: char| !c.is_ascii_lowercase()).next().unwrap_or_default();
        let is_begun = close.is_none() && SLOTS.iter().any(|slot| slot.0 == begun);
        let (message, fix) = match (close, meant) {
            _ if is_begun => {
                let message = say!("{{{begun} 后面少了 }}", "the }} behind {{{begun} is missing");
                let one = part(piece, open..open + 1 + begun.len());
                (message, report.replaced(&one, &format!("{{{begun}}}")))
            }
            (Some(_), Some(meant)) => {
                let message = say!(
                    "没有 {{{word}}} 这个代号。你是不是想写 {{{meant}}}？",
                    "there is no {{{word}}}; did you mean {{{meant}}}?"
                );
                (message, report.replaced(&place, &format!("{{{meant}}}")))
            }
            (Some(_), None) if !word.is_empty() && word.chars().all(char::is_alphanumeric) => {
                let list = SLOTS.iter().map(|slot| format!("{{{}}} {}", slot.0, slot.1)).collect::<Vec<_>>().join("  ");
                let names = SLOTS.iter().map(|slot| format!("{{{}}}", slot.0)).collect::<Vec<_>>().join(" ");
                let message = say!("没有 {{{word}}} 这个代号", "there is no {{{word}}}");
                let fix = say!("从这些里选：{list}；真正的大括号写 {{{{", "one of: {names}; a real brace is {{{{");
                (message, Fix::Advice(fix))
            }
            _ => {
                let message = say!(
                    "大括号 {{ 有特殊含义；真正的大括号要写两个 {{{{",
                    "a {{ has a meaning of its own; a real brace is {{{{"
                );
                let one = part(piece, open..open + 1);
                (message, report.replaced(&one, "{{"))
            }
        };
        report.error("slot-unknown", place, message, Some(fix));
        return true;
    }
    false
}

/// Reports several stars in a row, and stars that have no meaning there. True if there was one.
fn stars(field: TextField, piece: &Piece, report: &mut Report) -> bool {
    let text = &piece.text;
    if let Some(at) = text.find("**") {
        let length = text[at..].len() - text[at..].trim_start_matches('*').len();
        let place = part(piece, at..at + length);
        let message = say!(
            "两个以上的星号连在一起没有意义；* 代表任意文字，真正的星号写 {{*}}",
            "several stars in a row mean nothing; * stands for any text, a real star is {{*}}"
        );
        let whole = text.chars().all(|c| c == '*' || c.is_whitespace());
        let fix = match whole {
            true => Fix::Advice(say!(
                "如果要删只有星号的行，用 looks_like = 'separator'",
                "for lines of nothing but stars use looks_like = 'separator'"
            )),
            false => {
                let real = text.replace("**", "{*}{*}").replace("{*}*", "{*}{*}");
                report.replaced(&piece.span, &real)
            }
        };
        report.error("stars", place, message, Some(fix));
        return true;
    }
    if text.trim_matches(['*', ' ']).is_empty() {
        let message = say!("只有一个星号，会匹配每一行", "a star alone matches every line");
        let fix = say!("真正的星号写 {{*}}", "a real star is {{*}}");
        report.error("stars", piece.span.clone(), message, Some(Fix::Advice(fix)));
        return true;
    }
    let (at_start, at_end) = match (field.role(), field.anchor()) {
        (TextRole::Regex, _) | (_, Anchor::Whole) => (false, false),
        (_, Anchor::Start) => (false, true),
        (_, Anchor::End) => (true, false),
        (_, Anchor::Inside) => (true, true),
    };
    let name = field.name();
    let starts = at_start && text.starts_with('*');
    let ends = at_end && text.ends_with('*');
    if starts || ends {
        let message = say!(
            "{name} 里开头或结尾的 * 没有作用；真正的星号写 {{*}}",
            "in {name} a * at the edge does nothing; a real star is {{*}}"
        );
        let edges: &[char] = &['*', ' '];
        let mut plain = text.as_str();
        if starts {
            plain = plain.trim_start_matches(edges);
        }
        if ends {
            plain = plain.trim_end_matches(edges);
        }
        let fix = report.replaced(&piece.span, plain);
        let place = if starts { part(piece, 0..1) } else { part(piece, text.len() - 1..text.len()) };
        report.error("stars", place, message, Some(fix));
        return true;
    }
    false
}

/// Checks the regular expressions of a field and returns the good ones.
pub(super) fn check_regexes(texts: &[Text], report: &mut Report) -> Vec<Phrase> {
    let source = report.source;
    let mut all = Vec::new();
    for text in texts {
        let pieces = text.phrases(source);
        if pieces.is_empty() {
            let message = say!("regex 是空的", "regex is empty");
            report.error("empty-value", text.span.clone(), message, None);
        }
        for piece in pieces {
            if !report.is_full() {
                regex(text, &piece, report);
            }
            all.push(Phrase::from(piece));
        }
    }
    all
}

/// Most bytes of a regex. A longer one is a list of words, which is quicker and easier to read as one text a line.
const REGEX: usize = 4000;

fn regex(text: &Text, piece: &Piece, report: &mut Report) {
    if piece.text.len() > REGEX {
        let size = piece.text.chars().count();
        let message = say!("这个正则有 {size} 个字，太长了", "this regex has {size} characters, which is too long");
        let fix = say!(
            "词写进 contains 或 starts_with，一行一个，不要用 | 连起来",
            "write words into contains or starts_with, one a line, instead of joining them by |"
        );
        report.error("regex-unsupported", piece.span.clone(), message, Some(Fix::Advice(fix)));
        return;
    }
    let source = &report.source.text;
    let place = |range: Range<usize>| {
        let places = text.places(source);
        let start = places.at(piece.at + range.start);
        start..places.at(piece.at + range.end).max(start)
    };
    match regex_syntax::Parser::new().parse(&piece.text) {
        Ok(hir) if hir.properties().minimum_len() == Some(0) => {
            let message = say!(
                "这个正则连空文字也能对上，等于没有条件",
                "this regex also matches nothing at all, so it is no condition"
            );
            let fix = say!(
                "至少写上几个必须出现的字，去掉多余的 * ? 和空的 |",
                "add some words that must occur; drop needless * ? and an empty |"
            );
            report.error("regex-empty", piece.span.clone(), message, Some(Fix::Advice(fix)));
        }
        Ok(_) => {
            // Only a counted repetition can make a regex too large. To compile every regex here would cost more time
            // than all other reading.
            if piece.text.contains('{') && regex::Regex::new(&piece.text).is_err() {
                let message = say!("这个正则展开后太大了", "this regex becomes too large");
                let fix = say!("把 {{1,200}} 这样的次数改小", "make counts such as {{1,200}} smaller");
                report.error("regex-unsupported", piece.span.clone(), message, Some(Fix::Advice(fix)));
            }
        }
        Err(regex_syntax::Error::Parse(error)) => {
            let span = error.span();
            let (code, message, fix) = regex_words(error.kind(), &piece.text[span.start.offset..]);
            let span = place(span.start.offset..span.end.offset);
            report.error(code, span, message, fix);
        }
        Err(regex_syntax::Error::Translate(error)) => {
            let span = error.span();
            let reason = error.kind().to_string();
            let message = say!("正则里的这个写法不支持：{reason}", "this part of the regex is not supported: {reason}");
            let span = place(span.start.offset..span.end.offset);
            report.error("regex-unsupported", span, message, None);
        }
        Err(error) => {
            let reason = error.to_string();
            let message = say!("正则有错：{reason}", "the regex has a mistake: {reason}");
            report.error("regex-mistake", piece.span.clone(), message, None);
        }
    }
}

/// What is wrong with a regular expression, in words for editors.
fn regex_words(kind: &ast::ErrorKind, rest: &str) -> (&'static str, Message, Option<Fix>) {
    use ast::ErrorKind as E;
    let advice = |message| Some(Fix::Advice(message));
    let real = |sign: &str| advice(say!("真正的 {sign} 写成 \\{sign}", "a real {sign} is \\{sign}"));
    match kind {
        E::UnsupportedLookAround => (
            "regex-unsupported",
            say!(
                "正则不支持“前面是 / 后面不是”（(?= (?! (?<= (?<!）",
                "look-around ((?= (?! (?<= (?<!) is not supported"
            ),
            advice(say!(
                "用 unless_contains、unless_starts_with 等设置来排除",
                "use unless_contains, unless_starts_with and so on for the exception"
            )),
        ),
        E::UnsupportedBackreference => (
            "regex-unsupported",
            say!("正则不支持 \\1 这样的“和前面一样”", "back-references such as \\1 are not supported"),
            advice(say!(
                "如果要找重复的行，用 looks_like = 'repeated'",
                "for repeated lines use looks_like = 'repeated'"
            )),
        ),
        E::GroupUnclosed => ("regex-mistake", say!("圆括号 ( 没有关闭", "the ( is never closed"), real("(")),
        E::GroupUnopened => ("regex-mistake", say!("圆括号 ) 前面没有打开", "the ) closes nothing"), real(")")),
        E::ClassUnclosed => ("regex-mistake", say!("方括号 [ 没有关闭", "the [ is never closed"), real("[")),
        E::RepetitionMissing => {
            let sign: String = rest.chars().take(1).collect();
            let message = say!("{sign} 前面没有可以重复的内容", "nothing stands before {sign} that could be repeated");
            ("regex-mistake", message, real(&sign))
        }
        E::RepetitionCountUnclosed | E::RepetitionCountDecimalEmpty | E::DecimalEmpty => {
            ("regex-mistake", say!("大括号里要写次数，例如 {{2,5}}", "braces hold a count, such as {{2,5}}"), real("{"))
        }
        E::RepetitionCountInvalid => {
            ("regex-mistake", say!("次数的范围反了，小的写前面", "the range of counts runs backwards"), None)
        }
        E::ClassRangeInvalid => {
            ("regex-mistake", say!("方括号里的范围反了，小的写前面", "the range in brackets runs backwards"), None)
        }
        E::EscapeUnrecognized | E::ClassEscapeInvalid => {
            let sign: String = rest.chars().take(2).collect();
            let plain = sign.trim_start_matches('\\').to_string();
            let message = say!("正则里没有 {sign} 这个写法", "regular expressions have no {sign}");
            (
                "regex-mistake",
                message,
                advice(say!("如果就是要找这个字，直接写 {plain}", "for the character itself write {plain}")),
            )
        }
        E::EscapeUnexpectedEof => {
            ("regex-mistake", say!("结尾的 \\ 后面少了字", "something must follow the \\ at the end"), real("\\"))
        }
        other => {
            let reason = other.to_string();
            ("regex-mistake", say!("正则有错：{reason}", "the regex has a mistake: {reason}"), None)
        }
    }
}

/// The host in what people type for a site: an address, a host in capitals, `*.dzwww.com`.
pub fn bare_host(typed: &str) -> String {
    let lower = typed.trim().to_lowercase();
    let bare = lower.split_once("://").map_or(lower.as_str(), |(_, rest)| rest);
    let bare = bare.split(['/', '?', '#', ':']).next().unwrap_or(bare);
    bare.trim_start_matches("*.").trim_matches('.').replace(['。', '．'], ".")
}

/// Hosts: `dzwww.com`, without `https://` and path.
pub(super) fn hosts(texts: &[Text], report: &mut Report) -> Vec<String> {
    let source = report.source;
    let mut all = Vec::new();
    for piece in texts.iter().flat_map(|text| text.phrases(source)) {
        let lower = piece.text.to_lowercase();
        let bare = bare_host(&piece.text);
        let sane = bare.contains('.') && !bare.contains(char::is_whitespace) && !bare.contains(',');
        if sane && bare == lower {
            all.push(bare);
            continue;
        }
        let message = say!(
            "网站只写域名，例如 dzwww.com（子域名会自动包括）",
            "a site is a host alone, such as dzwww.com (its subdomains are included)"
        );
        let fix = sane.then(|| report.replaced(&piece.span, &bare));
        report.error("wrong-host", piece.span.clone(), message, fix);
    }
    all
}

/// Checks language codes of two letters.
pub(super) fn languages(texts: &[Text], report: &mut Report) -> Vec<String> {
    let source = report.source;
    let mut all = Vec::new();
    for piece in texts.iter().flat_map(|text| text.phrases(source)) {
        let lower = piece.text.to_lowercase();
        let code = match lower.as_str() {
            "中文" | "汉语" | "chinese" | "zh-cn" | "zh-tw" | "zh-hans" | "zh-hant" | "cn" => "zh",
            "英文" | "英语" | "english" | "en-us" | "en-gb" => "en",
            "日文" | "日语" | "japanese" | "jp" => "ja",
            "韩文" | "韩语" | "korean" | "kr" => "ko",
            other => other,
        };
        if code.len() == 2 && code.bytes().all(|b| b.is_ascii_lowercase()) && code == piece.text {
            all.push(code.to_string());
            continue;
        }
        let message = say!("语言写两个字母的代码，例如 zh、en、ja", "a language is a code of two letters: zh, en, ja");
        let fix = (code.len() == 2).then(|| report.replaced(&piece.span, code));
        report.error("wrong-value", piece.span.clone(), message, fix);
    }
    all
}
