//! [`ReadLimits`]: how long one record may be, and how far one packed file may unfold.
//!
//! A few kilobytes can unpack to terabytes, and one record without an end would be held in memory whole. So
//! a record beyond the limit is never read whole: its bytes are handed out piece by piece ([`RecordPiece`]), so
//! that they pass through, and it counts as one that cannot be taken.

/// How much is taken of one record and one packed file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadLimits {
    /// The longest record, and the longest text, in unpacked bytes.
    pub record: usize,
    /// How many bytes may come out of one packed byte; small files are let through ([`ReadLimits::UNPACKED`]).
    pub ratio: u64,
}

impl ReadLimits {
    /// Bytes that may be unpacked from any file, whatever the ratio is.
    pub const UNPACKED: u64 = 1 << 30;
}

impl Default for ReadLimits {
    /// Records of 32 MiB, for which two threads stay under 1 GiB; a ratio of 1,000, which gzip cannot even
    /// reach with texts.
    fn default() -> Self {
        Self { record: 32 << 20, ratio: 1000 }
    }
}

/// Which part of a record some bytes are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RecordPiece {
    /// All of it.
    #[default]
    Whole,
    /// The beginning of a record that is longer than this limit.
    Start(usize),
    /// What follows of such a record.
    More,
}

/// Bytes in a piece that is not the first.
pub(super) const PIECE: usize = 1 << 20;

/// What was found of a record when it was cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CutEnd {
    /// Nothing: the stream is at its end.
    End,
    /// The record, or the last of its pieces.
    Whole,
    /// The record, which is beyond the limit all the same.
    #[cfg_attr(not(feature = "formats"), allow(dead_code))]
    Long,
    /// A piece; the record goes on.
    Piece,
}

/// A number of bytes as people write it: `1000`, `64k`, `32M`, `2 GiB`. A unit is a power of 1024.
pub fn parse_size(text: &str) -> Option<usize> {
    let lower = text.trim().to_ascii_lowercase();
    let digits = lower.len() - lower.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = lower.split_at(digits);
    let shift = match unit.trim() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        _ => return None,
    };
    let number: usize = number.parse().ok().filter(|&number| number > 0)?;
    number.checked_mul(1 << shift)
}

/// A number of bytes in words: `32 MiB`.
pub fn size_in_words(bytes: usize) -> String {
    match [(30, "GiB"), (20, "MiB"), (10, "KiB")]
        .iter()
        .find(|(shift, _)| bytes > 0 && bytes.is_multiple_of(1 << shift))
    {
        Some((shift, unit)) => format!("{} {unit}", bytes >> shift),
        None => format!("{bytes} B"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        for (text, expected) in [
            ("1000", Some(1000)),
            ("64k", Some(64 << 10)),
            ("32M", Some(32 << 20)),
            (" 2 GiB ", Some(2 << 30)),
            ("0", None),
            ("1.5M", None),
            ("M", None),
            ("5 parsecs", None),
            ("99999999999G", None),
        ] {
            assert_eq!(parse_size(text), expected, "{text}");
        }
        assert_eq!([1 << 20, 1 << 30, 1025].map(size_in_words), ["1 MiB", "1 GiB", "1025 B"]);
    }
}
