//! [`ReadLimits`]: how long one record may be, and how many bytes one packed file may give.
//!
//! A few kilobytes can unpack to terabytes, and a record without an end would fill the memory. So a record longer
//! than the limit is never held as a whole: its bytes are passed on piece by piece ([`RecordPiece`]), and it counts
//! as a record that cannot be read.

/// The limits for one record and for one packed file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadLimits {
    /// The longest record and the longest text, in unpacked bytes.
    pub record: usize,
    /// How many unpacked bytes one packed byte may give. It does not count below [`ReadLimits::UNPACKED`].
    pub ratio: u64,
}

impl ReadLimits {
    /// How many bytes may be unpacked from any file, whatever the ratio is.
    pub const UNPACKED: u64 = 1 << 30;
}

impl Default for ReadLimits {
    /// Records of 32 MiB, with which two threads need less than 1 GiB; a ratio of 1,000, which gzip cannot reach with
    /// real texts.
    fn default() -> Self {
        Self { record: 32 << 20, ratio: 1000 }
    }
}

/// Which part of a record a batch has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RecordPiece {
    /// All of it.
    #[default]
    Whole,
    /// The beginning of a record that is longer than this limit in bytes.
    Start(usize),
    /// A later piece of such a record.
    More,
}

/// The length in bytes of each piece after the first.
pub(super) const PIECE: usize = 1 << 20;

/// What a cutter found at the end of the bytes that it appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CutEnd {
    /// Nothing: the end of the stream.
    End,
    /// The end of the record.
    Whole,
    /// The end of the record, which nevertheless is longer than the limit.
    #[cfg_attr(not(feature = "formats"), allow(dead_code))]
    Long,
    /// The record is longer than the limit and goes on.
    Piece,
}

/// Reads a number of bytes as people write it: `1000`, `64k`, `32M`, `2 GiB`. A unit is a power of 1024.
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
