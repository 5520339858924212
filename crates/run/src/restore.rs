//! Restores the input, byte for byte, from the output and its [`Row`]s.
//!
//! Every document that has rows is checked: the rows must fit the output, and the checksum of the restored text must
//! be that in the record. The caller checks the checksum of the whole file, which also covers unchanged documents.

use std::borrow::Cow;

use super::change::restored;
use super::record::{Row, checksum};
use dehusk_io::{Parser, Raw};
use dehusk_text::{Message, encode};

/// Why something cannot be restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Differs {
    /// The rows do not fit the text: this is not the output of that run.
    Rows,
    /// The restored text has another checksum.
    Checksum,
    /// The record has no text.
    NoText,
    /// The restored text cannot be written in its original encoding.
    Encoding(String),
}

/// The original text of one document.
///
/// # Errors
/// When `body` does not fit the rows.
pub fn document(body: &str, rows: &[Row<'_>]) -> Result<String, Differs> {
    let has_sum_of = |text: &str| {
        let sum = rows.first().map(|row| row.checksum.as_deref() == Some(checksum(text.as_bytes()).as_str()));
        sum.unwrap_or(true)
    };
    // A run that was killed may have recorded removals before it wrote the result: then this is still the original.
    if has_sum_of(body) {
        return Ok(body.to_owned());
    }
    let stretch = |row: &Row<'_>| {
        Some((
            row.bytes_start? as usize,
            row.text.as_deref()?.to_owned(),
            row.instead.as_deref().unwrap_or("").to_owned(),
        ))
    };
    let changes: Vec<_> = rows.iter().map(stretch).collect::<Option<_>>().ok_or(Differs::Rows)?;
    let changes = changes.iter().map(|(start, was, instead)| (*start, was.as_str(), instead.as_str()));
    let text = restored(body, changes).ok_or(Differs::Rows)?;
    if has_sum_of(&text) { Ok(text) } else { Err(Differs::Checksum) }
}

/// The original of one record of a stream.
///
/// # Errors
/// When the record does not fit the rows.
pub fn record<'o>(parser: &Parser, output: Raw<'o>, rows: &[Row<'_>]) -> Result<Cow<'o, [u8]>, Differs> {
    let Some(last) = rows.last() else { return Ok(Cow::Borrowed(output.bytes)) };
    let Ok(Some(entry)) = parser.parse(output) else { return Err(Differs::NoText) };
    let text = document(entry.text(), rows)?;
    Ok(match last.raw_bytes() {
        Some(raw) => Cow::Owned(raw),
        None => entry.with_text(&text),
    })
}

/// The original bytes of a text file; `end` is its last row.
///
/// # Errors
/// When the text does not fit the rows.
pub fn text(output: &[u8], rows: &[Row<'_>], end: &Row<'_>) -> Result<Vec<u8>, Differs> {
    // A run that was killed may have recorded removals before it wrote the result: then the file is still the
    // original.
    if !rows.is_empty() && end.checksum.as_deref() == Some(checksum(output).as_str()) {
        return Ok(output.to_vec());
    }
    let encoding = end.encoding.as_deref().unwrap_or("UTF-8");
    let body = if end.in_place == Some(true) {
        dehusk_text::decode(output, Some(encoding)).map_err(|_| Differs::Rows)?.text
    } else {
        // Bytes that are not UTF-8 were kept. The run replaced them in the same way to compute the rows.
        String::from_utf8_lossy(output)
    };
    let text = document(&body, rows)?;
    let bytes = match end.raw_bytes() {
        Some(raw) => raw,
        None => encode(&text, encoding, end.bom == Some(true)).map_err(|e| Differs::Encoding(e.to_string()))?,
    };
    if end.checksum.as_deref() == Some(checksum(&bytes).as_str()) { Ok(bytes) } else { Err(Differs::Checksum) }
}

impl Differs {
    /// What is wrong, in both languages.
    pub fn message(&self) -> Message {
        let (zh, en) = match self {
            Self::Rows => (
                "这不是当时写出的结果：删去的内容放不回去".to_owned(),
                "this is not what was written then: what was removed does not fit".to_owned(),
            ),
            Self::Checksum => (
                "还原出来的内容和原来的校验值不一样：结果在写出以后改动过".to_owned(),
                "what comes out has another checksum than the original: the result was changed after it was written"
                    .to_owned(),
            ),
            Self::NoText => (
                "这条记录里没有正文，删去的内容放不回去".to_owned(),
                "the record has no text into which what was removed could be put back".to_owned(),
            ),
            Self::Encoding(why) => {
                (format!("不能写回原来的编码：{why}"), format!("cannot be written in the encoding that it had: {why}"))
            }
        };
        Message { zh, en }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dehusk_io::{Cutter, Fields, Format, RecordPiece};

    fn row(start: u64, text: &'static str, original: &str) -> Row<'static> {
        let sum = checksum(original.as_bytes()).into();
        Row { bytes_start: Some(start), text: Some(text.into()), checksum: Some(sum), ..Row::default() }
    }

    #[test]
    fn a_changed_output_is_seen() {
        let rows = [row(0, "Next: X\n", "Next: X\nbody")];
        assert_eq!(document("body", &rows).as_deref(), Ok("Next: X\nbody"));
        assert_eq!(document("Body", &rows), Err(Differs::Checksum));
        // The run was killed before the result was in its place.
        assert_eq!(document("Next: X\nbody", &rows).as_deref(), Ok("Next: X\nbody"));
        assert_eq!(document("", &[row(9, "x", "x")]), Err(Differs::Rows));
    }

    #[test]
    fn a_record_comes_back_as_it_was_written() {
        let (_, parser) = Cutter::new(Format::Jsonl, &b""[..], &Fields::default()).unwrap();
        let raw = |bytes| Raw { number: 1, offset: 0, bytes, piece: RecordPiece::Whole };
        let back = |line: &'static [u8], rows: &[Row<'_>]| record(&parser, raw(line), rows).map(Cow::into_owned);
        let mut rows = [row(0, "a\n", "a\nb")];
        assert_eq!(back(b"{\"text\":\"b\",\"n\":1.0}\n", &rows).unwrap(), b"{\"text\":\"a\\nb\",\"n\":1.0}\n");
        assert_eq!(back(b"{\"n\":1}\n", &rows), Err(Differs::NoText));
        assert_eq!(back(b"not json", &[]).unwrap(), b"not json");
        rows[0].raw = Some(Row::raw_of(b"{\"text\":\"a\\u000ab\"}\n"));
        assert_eq!(back(b"{\"text\":\"b\"}\n", &rows).unwrap(), b"{\"text\":\"a\\u000ab\"}\n");
    }

    #[test]
    fn a_text_comes_back_from_a_file_that_was_rewritten_and_from_one_that_was_not() {
        let big5 = |text: &str| encode(text, "Big5", false).unwrap();
        let original = big5("上一篇：山\n河水。");
        let rows = [row(0, "上一篇：山\n", "上一篇：山\n河水。")];
        let sum = Some(checksum(&original).into());
        let end = Row { encoding: Some("Big5".into()), in_place: Some(true), checksum: sum, ..Row::default() };
        assert_eq!(text(&big5("河水。"), &rows, &end).as_ref(), Ok(&original));
        // The run was killed before the file was replaced.
        assert_eq!(text(&original, &rows, &end).as_ref(), Ok(&original));
        assert_eq!(text(&big5("河"), &rows, &end), Err(Differs::Checksum));
        assert_eq!(text(b"x", &rows, &Row { encoding: Some("no-such".into()), ..end.clone() }), Err(Differs::Rows));
        // A file from which nothing went has no rows.
        assert_eq!(text(&original, &[], &end).as_ref(), Ok(&original));
        assert_eq!(text(&big5("河水。"), &[], &end), Err(Differs::Checksum));
    }

    #[test]
    fn a_mark_and_bytes_that_do_not_follow_from_the_text_come_back() {
        let with_mark = b"\xef\xbb\xbfa\nb".to_vec();
        let rows = [row(0, "a\n", "a\nb")];
        let end = Row { bom: Some(true), checksum: Some(checksum(&with_mark).into()), ..Row::default() };
        assert_eq!(text(b"b", &rows, &end).as_ref(), Ok(&with_mark));
        assert_eq!(text(b"b", &rows, &Row { bom: None, ..end.clone() }), Err(Differs::Checksum));
        let raw = b"a\r\nb".to_vec();
        let end = Row { raw: Some(Row::raw_of(&raw)), checksum: Some(checksum(&raw).into()), ..Row::default() };
        assert_eq!(text(b"b", &rows, &end).as_ref(), Ok(&raw));
        let end = Row { encoding: Some("Big5".into()), checksum: end.checksum, ..Row::default() };
        let rows = [row(0, "\u{1f6a2}\n", "\u{1f6a2}\nb")];
        assert!(matches!(text(b"b", &rows, &end), Err(Differs::Encoding(_))), "Big5 has no ship");
    }

    #[test]
    fn each_reason_is_said_in_both_languages() {
        let all = [Differs::Rows, Differs::Checksum, Differs::NoText, Differs::Encoding("why".into())];
        let said: std::collections::BTreeSet<_> = all.iter().map(|one| (one.message().zh, one.message().en)).collect();
        assert_eq!(said.len(), 4);
        assert!(Differs::Encoding("why".into()).message().en.ends_with("why"));
    }

    #[test]
    fn a_text_comes_back_in_its_encoding() {
        let original = encode("上一篇：山\n河水。", "Big5", false).unwrap();
        let rows = [row(0, "上一篇：山\n", "上一篇：山\n河水。")];
        let end = Row { encoding: Some("Big5".into()), checksum: Some(checksum(&original).into()), ..Row::default() };
        assert_eq!(text("河水。".as_bytes(), &rows, &end), Ok(original));
        let utf8 = Row { encoding: None, ..end };
        assert_eq!(text("河水。".as_bytes(), &rows, &utf8), Err(Differs::Checksum));
    }
}
