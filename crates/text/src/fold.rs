//! Folding: the form in which lines and rule texts are compared.
//!
//! An editor types `相关新闻`; the page says `【相關新聞】`, `相 关 新 闻 ：` or `相關(guān)新聞(wén)`.
//! Rule texts and lines are both folded before they are compared:
//!
//! ```text
//! 【資料圖】服務(wù)業(yè)——“Ｈｅｌｌｏ  Wörld”…   →   (资料图)服务业-"hello world"…
//! ```
//!
//! Folded are: width, case, Latin accents, traditional and regional Han characters, every kind
//! of quote, dash, bracket, arrow, bullet and bar, digits of all scripts, Arabic vowel signs and
//! alef forms, zero-width and control characters, pinyin annotations behind Han characters, and
//! spaces, which stay (as one) only between two words of scripts that write them. Which character
//! stands for which is data: `fold.tsv`. What depends on the neighbours is in [`LineFolder::reference`].
//!
//! Where it can be fooled: one character folds to one character, so `ß` is not `ss`, `①` not `1`
//! and `㎡` not `m2`; Han characters that merge in simplified script (後 and 后, 乾 and 干) are equal;
//! `·` stands for every geometric shape, also for the `○` of `二○○三年`.

mod ascii;
mod bmp;
mod class;
mod offsets;
mod plain;
pub(crate) mod table;
mod written;

use std::ops::Range;
use std::sync::OnceLock;

use super::count::CharCounts;
use super::kind;
use bmp::BmpEntry;
use class::Class;
use offsets::{Offsets, Recorder};
use plain::{NOTHING, bmp_entry};
use table::table;
use written::Written;

/// The folded form of `text`, a line without its terminator.
///
/// ```
/// # use dehusk_text as dehusk;
/// assert_eq!(dehusk::fold("【相關新聞】 Ｎｅｗｓ"), "(相关新闻)news");
/// ```
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(text, &mut out);
    out
}

/// As [`fold`], appended to `out`.
pub fn fold_into(text: &str, out: &mut String) {
    fold_counting(text, out);
}

/// As [`fold_into`]; returns the counts of the folded text.
pub fn fold_counting(text: &str, out: &mut String) -> CharCounts {
    let bytes = text.as_bytes();
    if bytes.is_empty() {
        return CharCounts::default();
    }
    let mut folder = LineFolder::new(out);
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at..].first_chunk::<4>().is_some_and(|four| four.is_ascii()) {
            at = folder.ascii(bytes, at);
            if at == bytes.len() {
                break;
            }
        }
        let end = folder.plain(bytes, at);
        at = if end > at { end } else { folder.reference(text, at, &mut NoSink) };
    }
    folder.written.finish()
}

/// A line and its folded form, with a map of offsets back to the line.
#[derive(Debug)]
pub struct FoldedLine<'t> {
    original: &'t str,
    text: String,
    offsets: OnceLock<Offsets>,
}

impl<'t> FoldedLine<'t> {
    /// Folds `text`, a line without its terminator.
    pub fn new(text: &'t str) -> Self {
        Self { original: text, text: fold(text), offsets: OnceLock::new() }
    }

    /// The folded line: [`fold`] of it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The line as it was given.
    pub fn original(&self) -> &'t str {
        self.original
    }

    /// The range of bytes of the original line that belongs to a range of bytes of [`text`](Self::text).
    ///
    /// It starts where the first character starts and ends where the last one ends: behind
    /// its pinyin annotation and its combining marks, before spaces and zero-width characters
    /// that follow. A range beyond the end is cut; the result is always on character boundaries.
    pub fn to_original(&self, range: Range<usize>) -> Range<usize> {
        // The map is built when the first match is found: most lines have none.
        let offsets = self.offsets.get_or_init(|| {
            let mut recorder = Recorder::default();
            let mut out = String::with_capacity(self.original.len());
            let mut folder = LineFolder::new(&mut out);
            let mut at = 0;
            while at < self.original.len() {
                if let Some((last, end)) = folder.pass(self.original.as_bytes(), at) {
                    recorder.pass(at, last, end);
                    at = end;
                } else {
                    at = folder.reference(self.original, at, &mut recorder);
                }
            }
            recorder.finish()
        });
        offsets.to_original(self.original, range)
    }
}

/// Receives every character that is written, with the bytes it stands for; [`NoSink`] ignores them.
trait FoldSink {
    /// `c` was written for the original bytes `start..end`.
    fn push(&mut self, start: usize, end: usize, c: char);
    /// The character written last also stands for the original bytes up to `end`…
    fn extend(&mut self, end: usize);
    /// …and was replaced by another.
    fn replace(&mut self, end: usize, new: char);
    /// The original bytes `start..end` are a space that may be written later…
    fn space(&mut self, start: usize, end: usize);
    /// …and now was written, as one space for all of them.
    fn push_space(&mut self);
}

struct NoSink;

impl FoldSink for NoSink {
    #[inline]
    fn push(&mut self, _: usize, _: usize, _: char) {}
    #[inline]
    fn extend(&mut self, _: usize) {}
    #[inline]
    fn replace(&mut self, _: usize, _: char) {}
    #[inline]
    fn space(&mut self, _: usize, _: usize) {}
    #[inline]
    fn push_space(&mut self) {}
}

/// A line that is being folded. There are fast paths for blocks of ASCII ([`LineFolder::ascii`]) and for characters
/// whose neighbours do not matter ([`LineFolder::plain`]); [`LineFolder::reference`] has all the rules.
///
/// Where neighbours matter, the neighbour is the character *written* last, never the one read last. So
/// folding a folded line changes nothing, and `× 3`, `x 3` and `Ｘ　3` come out the same.
struct LineFolder<'o> {
    written: Written<'o>,
    /// The character written last.
    last: BmpEntry,
    /// Whether spaces or a pinyin annotation were read since then.
    gap: bool,
    /// Whether a space was read since then that is written if another word follows.
    pending: bool,
}

impl<'o> LineFolder<'o> {
    #[inline]
    fn new(out: &'o mut String) -> Self {
        Self { written: Written::new(out), last: NOTHING, gap: false, pending: false }
    }

    /// Folds the character at byte `start`, a character boundary, with its annotation; returns the byte to go on from.
    fn reference<S: FoldSink>(&mut self, text: &str, start: usize, sink: &mut S) -> usize {
        let Some((c, width)) = char_at(text, text.as_bytes(), start) else { return text.len() };
        let end = start + width;
        let entry = table().get(c);
        match entry.class() {
            Class::Space => {
                self.gap = true;
                if self.last.keeps_space() {
                    self.pending = true;
                    sink.space(start, end);
                }
                return end;
            }
            Class::Drop => return end,
            Class::Mark => {
                if !self.gap {
                    if let Some(made) = table().compose(self.last.to(), entry.to()) {
                        self.replace(end, made, sink);
                    } else {
                        sink.extend(end);
                    }
                }
                return end;
            }
            Class::Open if self.last.class() == Class::Han && !self.gap => {
                if let Some(len) = annotation_len(&text[end..]) {
                    self.gap = true;
                    sink.extend(end + len);
                    return end + len;
                }
            }
            Class::Run if entry.to() == self.last.to() => {
                self.gap = false;
                sink.extend(end);
                return end;
            }
            Class::Dot if self.last.class() == Class::Dot => {
                if self.last.to() == '.' {
                    self.replace(end, '…', sink);
                } else {
                    sink.extend(end);
                }
                self.gap = false;
                return end;
            }
            _ => {}
        }
        self.written.make_room();
        let last = match bmp_entry(u32::from(entry.to())) {
            Some(last) => last,
            None => BmpEntry::beyond_bmp(entry.class()),
        };
        if self.pending && last.keeps_space() {
            self.written.push(' ');
            sink.push_space();
        }
        self.written.push(entry.to());
        sink.push(start, end, entry.to());
        (self.last, self.gap, self.pending) = (last, false, false);
        end
    }

    /// Replaces the character written last by one of the same [`CharKind`](kind::CharKind).
    fn replace<S: FoldSink>(&mut self, end: usize, made: char, sink: &mut S) {
        self.written.replace(self.last.to(), made);
        sink.replace(end, made);
        self.last = bmp_entry(u32::from(made)).unwrap_or(NOTHING);
    }
}

/// The character at byte `at`, a character boundary, and its length in bytes.
#[inline]
fn char_at(text: &str, bytes: &[u8], at: usize) -> Option<(char, usize)> {
    let first = *bytes.get(at)?;
    if first < 0x80 {
        return Some((first as char, 1));
    }
    // Most text that is not ASCII is made of three-byte characters.
    if first & 0xf0 == 0xe0
        && let Some(&[a, b, c]) = bytes.get(at..at + 3)
    {
        let cp = u32::from(a & 0x0f) << 12 | u32::from(b & 0x3f) << 6 | u32::from(c & 0x3f);
        return char::from_u32(cp).map(|c| (c, 3));
    }
    text[at..].chars().next().map(|c| (c, c.len_utf8()))
}

/// Most letters of a pinyin syllable: `zhuang`.
const SYLLABLE: usize = 6;

/// The length in bytes of a pinyin annotation behind its opening bracket, with the closing one:
/// one syllable with one tone mark. `None` if `rest` does not begin with one.
pub fn annotation_len(rest: &str) -> Option<usize> {
    let (mut letters, mut tones) = (0, 0);
    for (i, c) in rest.char_indices() {
        match c {
            'a'..='z' | 'ü' | 'ê' | 'ɑ' => letters += 1,
            // Also with a breve instead of a caron: a common mistake.
            'ā' | 'á' | 'ǎ' | 'à' | 'ă' | 'ē' | 'é' | 'ě' | 'è' | 'ĕ' | 'ī' | 'í' | 'ǐ' | 'ì' | 'ĭ' | 'ō' | 'ó'
            | 'ǒ' | 'ò' | 'ŏ' | 'ū' | 'ú' | 'ǔ' | 'ù' | 'ŭ' | 'ǖ' | 'ǘ' | 'ǚ' | 'ǜ' | 'ń' | 'ň' | 'ǹ' | 'ḿ' =>
            {
                letters += 1;
                tones += 1;
            }
            '\u{300}' | '\u{301}' | '\u{304}' | '\u{306}' | '\u{30c}' if letters > 0 => tones += 1,
            '\u{308}' if letters > 0 => {}
            ')' | '）' => return (tones == 1).then_some(i + c.len_utf8()),
            _ => return None,
        }
        if letters > SYLLABLE || tones > 1 {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn same(a: &str, b: &str) {
        assert_eq!(fold(a), fold(b), "{a} and {b}");
    }

    #[test]
    fn what_an_editor_types_is_what_the_page_says() {
        same("版权与免责声明", "版權與免責聲明");
        same("版权与免责声明", "版權(quán)與免責(zé)聲明");
        same("版权与免责声明", "版權（quán）與免責（zé）聲明");
        same("服务业", "服務(wu\u{300})業(ye\u{300})");
        same("资料图：", "資料圖:");
        same("X 关闭", "Ｘ　關閉");
        same("X 关闭", "✕关闭");
        same("相关新闻", "相 关 新 闻");
        same("看着", "看著");
        same("浏览全文>>", "浏览全文››");
        same("浏览全文>>", "浏览全文→");
        same("(通讯员 纪哲)", "（通訊員　紀哲）");
        same("“主角”", "「主角」");
        same("——专题——", "--專題--");
        same("• 打印本页", "■打印本頁");
        same("a | b", "a ｜ b");
        same("Read  More", "ＲＥＡＤ more");
        same("café déjà vu", "CAFE\u{301} deja vu");
        same("Łódź", "lodz");
        same("Ещё", "еще");
        same("أخبار", "اخبار");
        same("الأخبـــار", "الاخبار");
        same("2021年", "２０２１年");
        same("ガイド", "ｶﾞｲﾄﾞ");
        same("が", "か\u{3099}");
        same("更多...", "更多……");
        same("更多...", "更多…");
        same("Share\u{200b}\u{feff}", "\u{202d}share");
        same("don't", "don’t");
    }

    #[test]
    fn a_reading_is_one_syllable_with_one_tone() {
        for (rest, len) in [
            ("quán)與", Some(6)),
            ("zhuāng)", Some(8)),
            ("wu\u{300}）", Some(7)),
            ("u\u{308}\u{30c})", Some(6)),
            ("ǜ)", Some(3)),
            // No tone, two tones, two syllables, a mark on nothing, no end.
            ("quan)", None),
            ("wū\u{300})", None),
            ("zhuāngx)", None),
            ("\u{300}wu)", None),
            ("\u{308}ǜ)", None),
            ("quán", None),
            ("quán ", None),
        ] {
            assert_eq!(annotation_len(rest), len, "{rest}");
        }
    }

    #[test]
    fn spaces_stay_between_words_that_need_them() {
        assert_eq!(fold("  Share \t this  page "), "share this page");
        assert_eq!(fold("App 下载 Now 3 次"), "app下载now 3次");
        assert_eq!(fold("관련 기사"), "관련 기사");
        assert_eq!(fold("삼성 TV"), "삼성 tv");
        assert_eq!(fold("a , b"), "a,b");
        assert_eq!(fold("บทความ ที่เกี่ยวข้อง"), fold("บทความที่เกี่ยวข้อง"));
    }

    #[test]
    fn what_differs_stays_different() {
        for (a, b) in
            [("。", "."), ("、", ","), ("мой", "мои"), ("ー", "-"), ("が", "か"), ("重(chong)新", "重新"), ("<", "(")]
        {
            assert_ne!(fold(a), fold(b), "{a} and {b}");
        }
    }

    #[test]
    fn only_a_toned_syllable_is_an_annotation() {
        for stays in ["重(chong)新", "(wù)", "a(wù)", "区(ABC)", "区(wùwù)", "区(zhuàngx)", "区(wù", "区 (wù)"]
        {
            assert!(fold(stays).contains('('), "{stays}");
        }
    }

    #[test]
    fn ranges_come_back() {
        let line = FoldedLine::new("  【服務(wù)業(yè)】  ，新 聞\u{200b}…… A  B");
        assert_eq!(line.text(), "(服务业),新闻…a b");
        let original = |part: &str| {
            let at = line.text().find(part).unwrap();
            &line.original()[line.to_original(at..at + part.len())]
        };
        assert_eq!(original("务"), "務(wù)");
        assert_eq!(original("服务业"), "服務(wù)業(yè)");
        assert_eq!(original("("), "【");
        assert_eq!(original("新闻"), "新 聞");
        assert_eq!(original("闻…"), "聞\u{200b}……");
        assert_eq!(original(" "), "  ");
        assert_eq!(original("a b"), "A  B");
        assert_eq!(line.to_original(0..1000).end, line.original().len());
        assert_eq!(FoldedLine::new("  ").to_original(0..3), 0..0);
    }

    /// Lines of characters with rules of their own in the fold, mixed with any others.
    fn any_line() -> impl Strategy<Value = String> {
        let telling = prop::sample::select(
            "服務新聞著 \u{3000}\t\u{200b}(（)）wùèa\u{300}\u{301}\u{306}\u{308}ABcé-—>»→.…。·■_=<《~かｶﾞ\u{3099}и\u{306}أ관х×3٣"
                .chars()
                .collect::<Vec<_>>(),
        );
        prop::collection::vec(prop_oneof![4 => telling, 1 => any::<char>()], 0..40).prop_map(String::from_iter)
    }

    /// The fold by [`LineFolder::reference`] alone.
    fn fold_by_reference(text: &str) -> (String, CharCounts) {
        let mut out = String::new();
        let mut folder = LineFolder::new(&mut out);
        let mut at = 0;
        while at < text.len() {
            at = folder.reference(text, at, &mut NoSink);
        }
        let counts = folder.written.finish();
        (out, counts)
    }

    /// Lines of ASCII and Chinese, with the punctuation and odd characters of real pages.
    fn any_text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            4 => "[a-zA-Z0-9]{1,12}",
            4 => "[ ,;:!?]{1,2}",
            2 => "[-.<>_=~^|'`\\[\\](){}*\t\x00\x7f ]{1,3}",
            3 => "[一-龥]{1,9}[，。、：；“”（）《》—…·]{0,2}",
            1 => "[’‘–éñмир한국Ａ３\u{3000}\u{a0}\u{200b}𠀀😀]{1,3}",
            1 => any::<char>().prop_map(String::from),
        ];
        prop::collection::vec(piece, 0..120).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn the_fast_ways_write_and_count_the_same(line in prop_oneof![any_text(), any_line()]) {
            let mut folded = String::new();
            let counts = fold_counting(&line, &mut folded);
            prop_assert_eq!((folded, counts), fold_by_reference(&line));
        }

        #[test]
        fn folding_twice_changes_nothing(line in any_line()) {
            let once = fold(&line);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn a_phrase_is_found_in_a_longer_line(before in "[一-龥a-z，。「]{0,6}", phrase in "[一-龥][一-龥A-Z ，\u{200b}é]{0,8}[一-龥]", after in "[一-龥a-z，。」]{0,6}") {
            let line = format!("{before}{phrase}{after}");
            prop_assert!(fold(&line).contains(&fold(&phrase)));
        }

        #[test]
        fn ranges_are_exact(line in any_line(), a in 0usize..60, b in 0usize..60) {
            let folded = FoldedLine::new(&line);
            let twin = fold(&line);
            prop_assert_eq!(folded.text(), twin.as_str());
            let (a, b) = (a.min(b), a.max(b));
            let back = folded.to_original(a..b);
            prop_assert!(line.get(back.clone()).is_some(), "{:?} of {:?}", back, line);
            let wider = folded.to_original(a..b + 1);
            prop_assert!(back.start <= wider.start && back.end <= wider.end);
            // The original range folds to the matched text, if that consists of whole characters.
            if a < b && let Some(matched) = folded.text().get(a..b) && !matched.starts_with(' ') && !matched.ends_with(' ') {
                prop_assert_eq!(fold(&line[back]), matched);
            }
        }
    }
}
