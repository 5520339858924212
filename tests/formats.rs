//! Formats, tested through the public API only.

mod csv;
mod lists;
mod packed;
mod parquet;
mod warc;

use std::io;

use dehusk::Batch;

/// All records that a cutter yields; asserts that their numbers and offsets are right.
fn all_records(mut next: impl FnMut() -> io::Result<Option<Batch>>) -> Vec<Vec<u8>> {
    let mut found: Vec<Vec<u8>> = Vec::new();
    let (mut first, mut offset) = (None, None);
    while let Some(batch) = next().expect("nothing fails") {
        assert!(!batch.is_empty());
        for raw in batch.records() {
            assert_eq!(raw.number, *first.get_or_insert(raw.number) + found.len());
            assert_eq!(raw.offset, *offset.get_or_insert(raw.offset));
            offset = Some(raw.offset + raw.bytes.len() as u64);
            found.push(raw.bytes.to_vec());
        }
    }
    found
}

/// Cuts `bytes` off at every position: nothing panics, no byte is lost, and each complete record is
/// still found.
fn cut_anywhere(bytes: &[u8], records: impl Fn(&[u8]) -> Vec<Vec<u8>>, parses: impl Fn(&[u8]) -> bool) {
    let whole = records(bytes);
    for end in 0..bytes.len() {
        let found = records(&bytes[..end]);
        assert_eq!(found.concat(), &bytes[..end], "end {end}");
        let mut place = 0;
        for (i, record) in whole.iter().enumerate() {
            place += record.len();
            if place <= end {
                assert_eq!(&found[i], record, "end {end}");
            }
        }
        for record in &found {
            parses(record);
        }
    }
}
