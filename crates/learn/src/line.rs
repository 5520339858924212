//! Normalises a line for counting: folded, with dates, times, numbers, names and addresses replaced by slots.

use dehusk_text::{FoldedLine, address_end, date_at, is_han, is_sentence_end, is_word, time_at};

/// Which part of a line repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RepeatKind {
    /// The whole line: `is`.
    Whole,
    /// The beginning of a long line: `starts_with`, of which the whole line is removed.
    Start,
    /// The part up to the first colon: `starts_with`.
    Label,
    /// The part behind the last sentence: `ends_with`, of which only this part is removed.
    End,
}

/// A part of a line with the hash by which it is counted.
#[derive(Clone, Debug)]
pub(crate) struct Keyed {
    pub(crate) key: u64,
    pub(crate) kind: RepeatKind,
    /// The text for a rule.
    pub(crate) text: String,
}

/// Most characters of a line that is counted whole. Of a longer one, the beginning is counted.
const LONGEST: usize = 200;

/// Characters of the beginning of a long line: enough that no two sentences begin so by chance.
const BEGINNING: usize = 100;

/// Bytes of a long line that are looked at.
const LOOKED_AT: usize = BEGINNING * 8;

/// The parts of a line that may repeat, each with the text for a rule.
pub(crate) fn keys(line: &str) -> Vec<Keyed> {
    let mut keys = Vec::new();
    parts(line, |part, folded| keys.push(part.keyed(folded)));
    keys
}

/// The same parts, only as they are counted.
pub(crate) fn hashes(line: &str, mut add: impl FnMut(RepeatKind, u64)) {
    parts(line, |part, _| add(part.kind, part.key()));
}

/// A whole line as it is counted, if it is.
pub(crate) fn whole_key(line: &str) -> Option<u64> {
    let mut found = None;
    hashes(line, |kind, key| {
        if matches!(kind, RepeatKind::Whole | RepeatKind::Start) {
            found = Some(key);
        }
    });
    found
}

/// A part of a line that may repeat.
struct LineSlice<'t> {
    kind: RepeatKind,
    text: &'t str,
    pieces: Vec<LinePiece>,
}

impl LineSlice<'_> {
    fn key(&self) -> u64 {
        let counted: String = self.pieces.iter().map(|piece| piece.counted(self.text)).collect();
        let counted = match self.kind {
            RepeatKind::Whole => counted.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '{' | '}')),
            _ => counted.trim(),
        };
        hash(self.kind as u64 + 1, counted)
    }

    fn keyed(&self, folded: &FoldedLine<'_>) -> Keyed {
        let written = self.pieces.iter().map(|piece| piece.written(folded)).collect::<String>();
        Keyed { key: self.key(), kind: self.kind, text: written.trim().to_string() }
    }
}

/// Hands out the parts of a line that may repeat.
fn parts(line: &str, mut take: impl FnMut(LineSlice<'_>, &FoldedLine<'_>)) {
    let line = line.trim();
    if line.is_empty() || line.contains(['{', '}']) {
        return;
    }
    let mut end = line.len().min(LOOKED_AT);
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    let folded = FoldedLine::new(&line[..end]);
    let text = folded.text();
    let mut add = |kind: RepeatKind, from: usize, to: usize| {
        let pieces = pieces(text, from, to);
        if letters(text, &pieces) >= 2 {
            take(LineSlice { kind, text, pieces }, &folded);
        }
    };
    if end < line.len() || text.chars().nth(LONGEST).is_some() {
        if let Some(end) = beginning(text) {
            add(RepeatKind::Start, 0, end);
        }
        return;
    }
    add(RepeatKind::Whole, 0, text.len());
    if let Some(colon) = text.find(':') {
        let label = &text[..colon];
        let rest = text[colon + 1..].trim();
        let short = label.chars().count() <= if label.chars().any(is_han) { 10 } else { 24 };
        if short && !rest.is_empty() && rest.chars().count() <= 40 && !label.contains(|c: char| c.is_ascii_digit()) {
            add(RepeatKind::Label, 0, colon + 1);
        }
    }
    if let Some(start) = end_start(text) {
        add(RepeatKind::End, start, text.len());
    }
}

/// Where the beginning of a long line ends: behind the last whole word of it.
fn beginning(text: &str) -> Option<usize> {
    let (end, next) = text.char_indices().nth(BEGINNING)?;
    if is_han(next) || !is_word(next) {
        return Some(end);
    }
    let space = text[..end].rfind(' ').filter(|&at| at * 2 > end);
    Some(space.unwrap_or(end))
}

/// The byte at which the part behind the last sentence begins, if there is one and it is short.
fn end_start(text: &str) -> Option<usize> {
    let body = text.trim_end();
    let start = match body.ends_with(')') {
        true => body.rfind('(')?,
        false => {
            let mut ends = body.char_indices().filter(|&(at, c)| is_sentence_end(c) && at + c.len_utf8() < body.len());
            let (at, c) = ends.next_back()?;
            // A full stop of Latin text ends a sentence only before a space.
            let after = &body[at + c.len_utf8()..];
            if c == '.' && !after.starts_with(' ') && !body[..at].ends_with('.') {
                return None;
            }
            at + c.len_utf8()
        }
    };
    let end = body[start..].trim();
    let length = end.chars().count();
    let long_before = body[..start].chars().count() >= 12;
    let open = !end.ends_with(is_sentence_end);
    (long_before && (3..=30).contains(&length) && open).then_some(start)
}

/// A part of a folded line: a range of bytes, or a slot that replaces it.
enum LinePiece {
    Text(usize, usize),
    Slot(&'static str),
}

impl LinePiece {
    fn counted<'t>(&'t self, text: &'t str) -> &'t str {
        match self {
            LinePiece::Text(from, to) => &text[*from..*to],
            LinePiece::Slot(slot) => slot,
        }
    }

    /// The text of the original line, with a star escaped as in rules.
    fn written(&self, folded: &FoldedLine<'_>) -> String {
        match self {
            LinePiece::Text(from, to) => folded.original()[folded.to_original(*from..*to)].replace('*', "{*}"),
            LinePiece::Slot(slot) => (*slot).to_string(),
        }
    }
}

/// Words that are followed by the name of a person.
const NAMED: [&str; 12] =
    ["责任编辑", "编辑", "责编", "记者", "作者", "通讯员", "校对", "审核", "采写", "撰文", "摄影", "供稿"];

fn pieces(text: &str, from: usize, to: usize) -> Vec<LinePiece> {
    let mut pieces = Vec::new();
    let mut plain = from;
    let mut at = from;
    let mut slot = |plain: &mut usize, start: usize, end: usize, slot: &'static str| {
        if start > *plain {
            pieces.push(LinePiece::Text(*plain, start));
        }
        pieces.push(LinePiece::Slot(slot));
        *plain = end;
    };
    while at < to {
        let c = text[at..].chars().next().unwrap_or(' ');
        let inside = text[..at].chars().next_back().is_some_and(|before| is_word(before) && is_word(c));
        if !inside {
            // `versions.It` is the end of one sentence and the start of another: folding drops the space.
            let sure = |end: &usize| *end <= to && text[at..*end].contains(['/', '@']);
            if let Some(end) = address_end(&text[at..]).map(|n| at + n).filter(sure) {
                slot(&mut plain, at, end, "{url}");
                at = end;
                continue;
            }
            if let Some(end) = date_at(text, at).filter(|&end| end <= to) {
                slot(&mut plain, at, end, "{date}");
                at = end;
                continue;
            }
            if let Some(end) = time_at(text, at).filter(|&end| end <= to) {
                slot(&mut plain, at, end, "{time}");
                at = end;
                continue;
            }
        }
        if c.is_ascii_digit() && !inside {
            let end = at + text[at..to].find(|c: char| !c.is_ascii_digit()).unwrap_or(to - at);
            if !text[end..].chars().next().is_some_and(is_word) {
                slot(&mut plain, at, end, "{number}");
            }
            at = end;
            continue;
        }
        if let Some(end) = name_at(text, at, to) {
            slot(&mut plain, at, end, "{name}");
            at = end;
            continue;
        }
        at += c.len_utf8();
    }
    if to > plain {
        pieces.push(LinePiece::Text(plain, to));
    }
    pieces
}

/// The byte at which a Chinese name ends that begins at `at`, behind one of the words [`NAMED`].
fn name_at(text: &str, at: usize, to: usize) -> Option<usize> {
    let before = text[..at].trim_end_matches([':', ' ']);
    // Without a colon or space between, it may be a longer word.
    if before.len() == at || !NAMED.iter().any(|word| before.ends_with(word)) {
        return None;
    }
    let name: usize = text[at..to].chars().take_while(|&c| is_han(c)).map(char::len_utf8).sum();
    let count = text[at..at + name].chars().count();
    (2..=4).contains(&count).then_some(at + name)
}

/// The amount of text outside slots: a Han character counts 1, any other letter 2/3.
fn letters(text: &str, pieces: &[LinePiece]) -> usize {
    let plain = pieces.iter().map(|piece| match piece {
        LinePiece::Text(from, to) => &text[*from..*to],
        LinePiece::Slot(_) => "",
    });
    let (mut han, mut other) = (0, 0);
    for c in plain.flat_map(str::chars).filter(|c| c.is_alphabetic()) {
        *(if is_han(c) { &mut han } else { &mut other }) += 1;
    }
    han + other * 2 / 3
}

/// A hash of `text`; texts of different seeds have different hashes.
pub(crate) fn hash(seed: u64, text: &str) -> u64 {
    // The same in every run and on every machine: files between two runs hold some.
    twox_hash::XxHash3_128::oneshot_with_seed(seed, text.as_bytes()) as u64
}

/// A line as a text for a rule: addresses, dates, times, numbers and names behind words such as `记者` become slots.
pub fn slotted(line: &str) -> String {
    let line = line.trim();
    if line.contains(['{', '}']) {
        return line.replace('{', "{{").replace('*', "{*}");
    }
    let folded = FoldedLine::new(line);
    pieces(folded.text(), 0, folded.text().len()).iter().map(|piece| piece.written(&folded)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_numbers_and_names_become_slots() {
        assert_eq!(slotted("发布时间：2021-10-29 09:19  阅读 1203 次"), "发布时间：{date} {time}阅读{number}次");
        assert_eq!(slotted("（责任編輯：王小滿）"), "（责任編輯：{name}）");
        assert_eq!(slotted("5 * 3"), "{number}{*}{number}");
        assert_eq!(slotted("covid19 news"), "covid19 news");
    }

    #[test]
    fn labels_and_ends_are_found() {
        let found = |line: &str| keys(line).into_iter().map(|k| (k.kind, k.text)).collect::<Vec<_>>();
        let label = found("文章来源：县融媒体中心");
        assert_eq!(label[1], (RepeatKind::Label, "文章来源：".into()));
        let end = found("他们在河边等了三个小时，船终于来了。...浏览全文>>");
        assert_eq!(end.last().map(|(kind, text)| (*kind, text.as_str())), Some((RepeatKind::End, "浏览全文>>")));
        assert!(found("2021-10-29 09:19").is_empty());
        let same = |a: &str, b: &str| keys(a)[0].key == keys(b)[0].key;
        assert!(same("【相關新聞】", "■ 相关新闻：") && same("第 3 页", "第 17 页") && !same("相关新闻", "相关报道"));
    }
}
