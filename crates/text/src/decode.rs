//! [`decode`]: bytes to text, and [`encode`], the way back.
//!
//! What is declared counts more than what is guessed. The order is: a byte order mark, a label
//! (`charset=`, an option), valid UTF-8, and only then the most likely encoding. Two encodings can
//! pass as valid UTF-8: UTF-16 without a mark (its ASCII has NUL bytes) and ISO-2022-JP (its escape
//! sequences are ASCII). They are tried first when a NUL or an escape byte is there.
//!
//! GBK is read and reported as GB18030: every GBK text is a GB18030 text, and only GB18030 can encode
//! every character. Each byte sequence that cannot be decoded becomes U+FFFD, and its offset is recorded.
//!
//! Where it can be fooled: a guess about a few bytes is a guess ([`Decoded::assumed`] says so);
//! single-byte encodings (windows-1250 and -1252, say) differ in a handful of letters only.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, GB18030, GBK, ISO_2022_JP, REPLACEMENT, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252,
};
use encoding_rs::{DecoderResult, EncoderResult, Encoding};

use crate::error::{Error, Result};

mod utf32;

use utf32::Utf32;

/// A text, and how it was found in the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded<'b> {
    /// The text, without byte order mark.
    pub text: Cow<'b, str>,
    /// The name of the encoding: `UTF-8`, `GB18030`, `Shift_JIS` …
    pub encoding: &'static str,
    /// Whether the encoding is a guess: no mark, no label, and not valid UTF-8.
    pub assumed: bool,
    /// The offsets, in input bytes, of what could not be decoded; each became one U+FFFD in the text.
    pub replaced: Vec<usize>,
    /// Whether a byte order mark stood at the start.
    pub bom: bool,
}

impl Decoded<'_> {
    /// `text` in the encoding that these bytes had, with a byte order mark if they had one.
    ///
    /// # Errors
    /// As [`encode`].
    pub fn encode(&self, text: &str) -> Result<Vec<u8>> {
        encode(text, self.encoding, self.bom)
    }
}

/// The text of `bytes`. A byte order mark decides; without one, `label` if given; without that, a guess from the bytes.
///
/// # Errors
/// When no encoding has this label.
pub fn decode<'b>(bytes: &'b [u8], label: Option<&str>) -> Result<Decoded<'b>> {
    // The mark of UTF-16LE is the beginning of that of UTF-32LE, so this comes first.
    if let Some(order) = Utf32::marked(bytes).or(label.and_then(Utf32::of_label)) {
        return Ok(order.decode(bytes, false));
    }
    let labelled = label.map(encoding_of).transpose()?;
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        let marked = decode_as(encoding, bytes, length, false);
        return Ok(Decoded { bom: true, ..marked });
    }
    if let Some(encoding) = labelled {
        return Ok(decode_as(encoding, bytes, 0, false));
    }
    if let Some(order) = Utf32::guess(bytes) {
        return Ok(order.decode(bytes, true));
    }
    let utf8 = simdutf8::basic::from_utf8(bytes);
    if let Some(encoding) = hidden_in_ascii(bytes) {
        return Ok(decode_as(encoding, bytes, 0, true));
    }
    if let Ok(text) = utf8 {
        return Ok(whole(Cow::Borrowed(text), UTF_8));
    }
    if mostly_utf8(bytes) {
        return Ok(decode_as(UTF_8, bytes, 0, true));
    }
    Ok(decode_as(guess(bytes), bytes, 0, true))
}

/// The most likely encoding of bytes that are not UTF-8.
fn guess(bytes: &[u8]) -> &'static Encoding {
    let detect = |bytes: &[u8]| {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(bytes, true);
        gb18030_for_gbk(detector.guess(None, Utf8Detection::Deny))
    };
    let first = match detect(bytes) {
        found if has_pounds(found, bytes) => WINDOWS_1252,
        found => found,
    };
    let above_ascii = bytes.iter().filter(|b| !b.is_ascii()).count();
    // The detector is made for browsers: one impossible byte excludes an encoding, and a damaged Chinese
    // text ends up as a single-byte one. Texts that really are single-byte have few bytes above ASCII,
    // except Cyrillic, Greek and the like.
    if !first.is_single_byte() || above_ascii * 4 < bytes.len() {
        return first;
    }
    // A single line of Chinese in UTF-16 has no NUL byte. It is tested only here, because by the
    // ranges of characters alone every Shift_JIS text could be UTF-16 as well.
    if let Some(encoding) = utf16_without_mark(bytes) {
        return encoding;
    }
    // Ask the detector again without the damaged lines: does it name a multi-byte encoding now?
    for encoding in [GB18030, BIG5, SHIFT_JIS, EUC_JP, EUC_KR] {
        let damage = decode_as(encoding, bytes, 0, true).replaced;
        if damage.len() * 100 > above_ascii {
            continue;
        }
        let mut sound = Vec::with_capacity(bytes.len());
        let mut start = 0;
        for line in bytes.split_inclusive(|&b| b == b'\n') {
            let end = start + line.len();
            if damage.partition_point(|&at| at < start) == damage.partition_point(|&at| at < end) {
                sound.extend_from_slice(line);
            }
            start = end;
        }
        if !sound.is_empty() && detect(&sound) == encoding {
            return encoding;
        }
    }
    first
}

/// Whether the byte 0xA3 is a pound sign in all its places, where a guess reads it as a letter: before a
/// number stands no `Ł`.
fn has_pounds(guess: &'static Encoding, bytes: &[u8]) -> bool {
    let before_number = |at: usize| {
        let behind = &bytes[at + 1..];
        let blanks = behind.iter().take(2).take_while(|&&b| matches!(b, b' ' | 0xa0)).count();
        behind.get(blanks).is_some_and(u8::is_ascii_digit)
    };
    let mut pounds = memchr::memchr_iter(0xa3, bytes).peekable();
    guess.is_single_byte()
        && guess.decode_without_bom_handling(&[0xa3]).0 == "Ł"
        && pounds.peek().is_some()
        && pounds.all(before_number)
}

/// `text` in the encoding of this name.
///
/// # Errors
/// When no encoding has this name, or when the encoding lacks a character; the message names its line and code point.
pub fn encode(text: &str, encoding: &str, bom: bool) -> Result<Vec<u8>> {
    if let Some(order) = Utf32::of_label(encoding) {
        return Ok(order.encode(text, bom));
    }
    let encoding = encoding_of(encoding)?;
    let mut bytes = Vec::with_capacity(text.len() + 3);
    let mark = if bom { "\u{feff}" } else { "" };
    if encoding == UTF_8 {
        bytes.extend_from_slice(mark.as_bytes());
        bytes.extend_from_slice(text.as_bytes());
        return Ok(bytes);
    }
    if encoding == UTF_16LE || encoding == UTF_16BE {
        for unit in mark.encode_utf16().chain(text.encode_utf16()) {
            bytes.extend_from_slice(&if encoding == UTF_16LE { unit.to_le_bytes() } else { unit.to_be_bytes() });
        }
        return Ok(bytes);
    }
    let mut encoder = encoding.new_encoder();
    let mut read = 0;
    loop {
        bytes.reserve(encoder.max_buffer_length_from_utf8_without_replacement(text.len() - read).unwrap_or(0).max(16));
        let (result, more) = encoder.encode_from_utf8_to_vec_without_replacement(&text[read..], &mut bytes, true);
        read += more;
        match result {
            EncoderResult::InputEmpty => return Ok(bytes),
            EncoderResult::OutputFull => {}
            EncoderResult::Unmappable(c) => {
                let line = text[..read].matches('\n').count() + 1;
                let (code, name) = (c as u32, name_of(encoding));
                return Err(Error::input(
                    format!("第 {line} 行的“{c}”（U+{code:04X}）不能用 {name} 写出；请改用 UTF-8"),
                    format!("line {line}: “{c}” (U+{code:04X}) cannot be written in {name}; write UTF-8 instead"),
                ));
            }
        }
    }
}

/// Labels in common use that the WHATWG list lacks, mostly names of Windows code pages.
const CODE_PAGES: [(&str, &str); 7] = [
    ("cp936", "GBK"),
    ("ms936", "GBK"),
    ("cp950", "Big5"),
    ("cp932", "Shift_JIS"),
    ("cp949", "EUC-KR"),
    ("uhc", "EUC-KR"),
    ("sjis", "Shift_JIS"),
];

/// What is suggested for a label that is not known.
const NAMES: [&str; 28] = [
    "UTF-8",
    "UTF-16LE",
    "UTF-16BE",
    "UTF-32LE",
    "UTF-32BE",
    "GB18030",
    "GBK",
    "GB2312",
    "Big5",
    "Shift_JIS",
    "EUC-JP",
    "ISO-2022-JP",
    "EUC-KR",
    "windows-1250",
    "windows-1251",
    "windows-1252",
    "windows-1253",
    "windows-1254",
    "windows-1255",
    "windows-1256",
    "windows-1257",
    "windows-1258",
    "windows-874",
    "KOI8-R",
    "KOI8-U",
    "ISO-8859-1",
    "ISO-8859-2",
    "ISO-8859-15",
];

/// The encoding with this label, ignoring case. The error suggests the three nearest names.
fn encoding_of(label: &str) -> Result<&'static Encoding> {
    let wanted = label.trim();
    let known = CODE_PAGES.iter().find(|(page, _)| page.eq_ignore_ascii_case(wanted)).map_or(wanted, |&(_, name)| name);
    match Encoding::for_label(known.as_bytes()) {
        // The WHATWG list maps unsafe encodings to `REPLACEMENT`, which decodes nothing.
        Some(encoding) if encoding != REPLACEMENT => Ok(gb18030_for_gbk(encoding)),
        _ => {
            let lower = wanted.to_lowercase();
            let mut near: Vec<(usize, &str)> =
                NAMES.iter().map(|name| (strsim::damerau_levenshtein(&name.to_lowercase(), &lower), *name)).collect();
            near.sort();
            let near: Vec<&str> = near.iter().take(3).map(|&(_, name)| name).collect();
            Err(Error::option(
                format!("没有叫“{label}”的编码；最接近的是 {}", near.join("、")),
                format!("no encoding is called `{label}`; the nearest names are {}", near.join(", ")),
            ))
        }
    }
}

fn gb18030_for_gbk(encoding: &'static Encoding) -> &'static Encoding {
    if encoding == GBK { GB18030 } else { encoding }
}

/// The name of an encoding as standards write it; `encoding_rs` writes `gb18030`.
fn name_of(encoding: &'static Encoding) -> &'static str {
    if encoding == GB18030 { "GB18030" } else { encoding.name() }
}

fn whole<'b>(text: Cow<'b, str>, encoding: &'static Encoding) -> Decoded<'b> {
    Decoded { text, encoding: name_of(encoding), assumed: false, replaced: Vec::new(), bom: false }
}

/// Decodes what follows the first `skip` bytes, and records where that failed.
fn decode_as<'b>(encoding: &'static Encoding, bytes: &'b [u8], skip: usize, assumed: bool) -> Decoded<'b> {
    let rest = &bytes[skip..];
    if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(rest) {
        return Decoded { assumed, ..whole(text, encoding) };
    }
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(rest.len());
    let mut replaced = Vec::new();
    let mut read = 0;
    loop {
        text.reserve(decoder.max_utf8_buffer_length_without_replacement(rest.len() - read).unwrap_or(0).max(16));
        let (result, more) = decoder.decode_to_string_without_replacement(&rest[read..], &mut text, true);
        read += more;
        match result {
            DecoderResult::InputEmpty => break,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(bad, after) => {
                replaced.push(skip + read.saturating_sub(usize::from(bad) + usize::from(after)));
                text.push(char::REPLACEMENT_CHARACTER);
            }
        }
    }
    Decoded { text: Cow::Owned(text), encoding: name_of(encoding), assumed, replaced, bom: false }
}

/// UTF-16 without a mark or ISO-2022-JP, if the bytes are one of them: both can be valid UTF-8 by chance.
fn hidden_in_ascii(bytes: &[u8]) -> Option<&'static Encoding> {
    if memchr::memchr(0, bytes).is_some() {
        return utf16_without_mark(bytes);
    }
    // Escape sequences that switch to Japanese. Terminal colours begin with `ESC [` instead.
    let switches = memchr::memchr_iter(0x1b, bytes)
        .any(|at| matches!(bytes.get(at + 1..at + 3), Some(b"$B" | b"$@" | b"(J" | b"(I")));
    (switches && ISO_2022_JP.decode_without_bom_handling_and_without_replacement(bytes).is_some())
        .then_some(ISO_2022_JP)
}

/// How many bytes are tested for UTF-16.
const SAMPLE: usize = 8192;

/// UTF-16 without a byte order mark, if one byte order gives almost only characters that are common in texts.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    if bytes.len() < 4 || bytes.len() % 2 == 1 {
        return None;
    }
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    // GBK and EUC text read as UTF-16BE gives mostly Hangul. Real Korean text has spaces, and so NUL bytes.
    let hangul = memchr::memchr(0, sample).is_some();
    let likely = |encoding: &'static Encoding| {
        let decoded = decode_as(encoding, sample, 0, true);
        // A sample that is cut may end inside a surrogate pair.
        if decoded.replaced.len() > usize::from(sample.len() < bytes.len()) {
            return 0.0;
        }
        let (mut usual, mut all) = (0usize, 0usize);
        for c in decoded.text.chars() {
            all += 1;
            usual += usize::from(match c {
                '\t' | '\n' | '\r' | ' '..='~' | '\u{a0}'..='\u{17f}' | '\u{370}'..='\u{6ff}' => true,
                '\u{e00}'..='\u{e7f}' | '\u{1e00}'..='\u{1eff}' | '\u{2010}'..='\u{203b}' => true,
                '\u{3000}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ff9f}' => true,
                '\u{ac00}'..='\u{d7a3}' => hangul,
                '\u{1f300}'..='\u{1faff}' => true,
                _ => false,
            });
        }
        usual as f32 / all.max(1) as f32
    };
    let (little, big) = (likely(UTF_16LE), likely(UTF_16BE));
    let (best, encoding) = if big > little { (big, UTF_16BE) } else { (little, UTF_16LE) };
    // In the wrong byte order, about one character in three of a Chinese text falls into these ranges by chance.
    (best > 0.95).then_some(encoding)
}

/// Whether more than nine tenths of the bytes above ASCII belong to valid UTF-8. A sequence that the
/// end of the file cuts off is not counted, because truncated files end like that.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut valid, mut bad, mut rest) = (0usize, 0usize, bytes);
    loop {
        let (good, error) = match std::str::from_utf8(rest) {
            Ok(_) => (rest.len(), None),
            Err(error) => (error.valid_up_to(), error.error_len()),
        };
        valid += rest[..good].iter().filter(|b| !b.is_ascii()).count();
        match error {
            Some(length) => {
                bad += length;
                rest = &rest[good + length..];
            }
            None => return valid > 0 && valid > 9 * bad,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZH: &str =
        "市政府办公室表示，今年将继续推进老旧小区改造，方便居民生活。\n记者了解到，工程预计在年底前完成。\n";
    const HANT: &str = "市政府表示，今年將繼續推動老舊社區更新，方便居民生活。\n記者瞭解，工程預計於年底前完成。\n";
    const JA: &str =
        "市役所は、今年も古い団地の改修を進めると発表した。\n工事は年末までに終わる予定です。カタカナも。\n";
    const KO: &str = "시청은 올해도 오래된 주택 단지를 고치기로 했다고 밝혔다.\n공사는 연말까지 끝날 예정이다.\n";
    const RU: &str = "Администрация города сообщила, что ремонт старых домов продолжится и в этом году.\n";
    const FR: &str =
        "La mairie a annoncé que la rénovation des vieux immeubles se poursuivra cette année. Où ça ? À l’été.\n";
    const PL: &str =
        "Urząd miasta poinformował, że remont starych domów będzie kontynuowany także w tym roku. Łódź, źdźbło.\n";

    #[test]
    fn every_encoding_is_recognised_and_written_back() {
        for (text, name) in [
            (ZH, "UTF-8"),
            (ZH, "GB18030"),
            (HANT, "Big5"),
            (JA, "Shift_JIS"),
            (JA, "EUC-JP"),
            (JA, "ISO-2022-JP"),
            (KO, "EUC-KR"),
            (RU, "windows-1251"),
            (FR, "windows-1252"),
            (PL, "windows-1250"),
            (ZH, "UTF-16LE"),
            (ZH, "UTF-16BE"),
            (KO, "UTF-16LE"),
            (RU, "UTF-16BE"),
            (FR, "UTF-16LE"),
        ] {
            let bytes = encode(text, name, false).unwrap();
            let guessed = decode(&bytes, None).unwrap();
            assert_eq!((guessed.encoding, guessed.text.as_ref()), (name, text));
            assert_eq!(guessed.assumed, name != "UTF-8");
            assert!(guessed.replaced.is_empty() && !guessed.bom);
            assert_eq!(guessed.encode(&guessed.text).unwrap(), bytes, "{name}");
            let told = decode(&bytes, Some(name)).unwrap();
            assert_eq!((told.text.as_ref(), told.assumed), (text, false));
        }
    }

    #[test]
    fn a_pound_sign_is_no_letter() {
        for text in ["The ticket cost £5 at the gate.\nHe paid £ 12 for it.\n", "Price £5\n"] {
            let bytes = encode(text, "windows-1252", false).unwrap();
            let found = decode(&bytes, None).unwrap();
            assert_eq!((found.encoding, found.text.as_ref()), ("windows-1252", text));
        }
        let polish = encode(&PL.repeat(2), "windows-1250", false).unwrap();
        assert_eq!(decode(&polish, None).unwrap().encoding, "windows-1250");
    }

    #[test]
    fn a_mark_decides() {
        for name in ["UTF-8", "UTF-16LE", "UTF-16BE"] {
            let bytes = encode(ZH, name, true).unwrap();
            let decoded = decode(&bytes, Some("big5")).unwrap();
            assert_eq!(
                (decoded.encoding, decoded.text.as_ref(), decoded.bom, decoded.assumed),
                (name, ZH, true, false)
            );
            assert_eq!(decoded.encode(ZH).unwrap(), bytes);
        }
    }

    #[test]
    fn one_line_of_chinese_in_utf16_has_no_nul() {
        let bytes = encode("市政府办公室表示，今年将继续推进老旧小区改造。", "UTF-16LE", false).unwrap();
        assert_eq!(decode(&bytes, None).unwrap().encoding, "UTF-16LE");
    }

    #[test]
    fn damaged_utf8_stays_utf8_and_says_where() {
        let mut bytes = ZH.repeat(3).into_bytes();
        bytes[9] = 0xff;
        bytes.truncate(bytes.len() - 2);
        let decoded = decode(&bytes, None).unwrap();
        assert_eq!((decoded.encoding, decoded.assumed), ("UTF-8", true));
        assert_eq!(decoded.replaced, [9, 10, 11, bytes.len() - 2]);
        assert_eq!(decoded.text.matches('\u{fffd}').count(), 4);
        assert_eq!(decode("中文".as_bytes().split_last().unwrap().1, None).unwrap().encoding, "UTF-8");
    }

    #[test]
    fn damaged_gbk_stays_gbk_and_says_where() {
        let mut bytes = encode(&ZH.repeat(3), "gbk", false).unwrap();
        bytes[20] = 0xff;
        let decoded = decode(&bytes, None).unwrap();
        assert_eq!((decoded.encoding, decoded.replaced.first()), ("GB18030", Some(&20)));
    }

    #[test]
    fn ascii_with_odd_bytes_is_still_utf8() {
        for bytes in [&b"plain"[..], b"", b"\x1b[31mred\x1b[0m", b"a\0b and much more text", b"\0"] {
            let decoded = decode(bytes, None).unwrap();
            assert_eq!((decoded.encoding, decoded.assumed), ("UTF-8", false));
        }
    }

    #[test]
    fn labels_are_read_loosely_and_wrong_ones_explained() {
        assert_eq!(decode(b"a", Some(" gb2312 ")).unwrap().encoding, "GB18030");
        assert_eq!(decode(b"a", Some("CP932")).unwrap().encoding, "Shift_JIS");
        let error = decode(b"a", Some("gb18300")).unwrap_err().to_string();
        assert!(error.contains("gb18300") && error.contains("GB18030"), "{error}");
    }

    #[test]
    fn what_an_encoding_lacks_is_named() {
        let error = encode("一\n二𠀀", "Big5", false).unwrap_err().to_string();
        assert!(error.contains("line 2") && error.contains("U+20000"), "{error}");
        assert!(encode("𠀀😀", "gbk", false).is_ok(), "GB18030 has every character");
    }
}
