//! [`BoundedPages`]: pages of a column chunk, checked before room is made for them.
//!
//! A page says in its header how large it is when it is unpacked, and how many values it has. The library makes room for
//! what the header says, and some of its unpackers do not even stop there. So the header is read here, too:
//!
//! ```text
//! header                                  body
//! 15 04  15 80 80 80 80 10  15 28  …  00  28 b5 2f fd …
//!        └ unpacked: 2 GiB   └ packed: 20 bytes
//! ```
//!
//! [`CheckedChunks`] stands between the library and the file. Where the library begins to read a header, it reads it
//! first, and gives the library these bytes and no more. Where the library asks for the body next, it must be the one
//! behind that header.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

use ::parquet::basic::{Compression, Encoding};
use ::parquet::column::page::{Page, PageMetadata, PageReader};
use ::parquet::errors::{ParquetError, Result};
use ::parquet::file::metadata::ColumnChunkMetaData;
use ::parquet::file::reader::{ChunkReader, Length};
use ::parquet::file::serialized_reader::SerializedPageReader;
use ::parquet::schema::types::ColumnDescriptor;
use bytes::Bytes;

use super::delta;
use super::thrift::{BOOL, I32, Kinds, STRUCTURE, Thrift};
use crate::error::FormatError;

/// The longest header of a page, which can hold its smallest and its greatest value.
const HEADER: u64 = 1 << 20;
/// How many bytes the library keeps for a value of a dictionary, and for the length of a value.
const VALUE: usize = size_of::<::parquet::data_type::ByteArray>();

/// The first bytes of a frame of LZ4.
const LZ4_FRAME: [u8; 4] = [0x04, 0x22, 0x4d, 0x18];

/// Reads the pages of one column chunk.
pub(super) struct BoundedPages {
    pages: SerializedPageReader<CheckedChunks>,
    limit: usize,
    /// Whether the footer names an encoding whose values share their beginnings.
    shares: bool,
    /// The greatest repetition and definition level.
    levels: [i16; 2],
}

impl BoundedPages {
    /// Pages of at most `limit` bytes. `chunk` may not say that its dictionary begins at 0.
    pub(super) fn new(
        file: Arc<File>,
        chunk: &ColumnChunkMetaData,
        descr: &ColumnDescriptor,
        rows: usize,
        limit: usize,
    ) -> Result<Self> {
        let chunks = CheckedChunks { file, limit, packing: chunk.compression(), next: Mutex::new(None) };
        Ok(Self {
            pages: SerializedPageReader::new(Arc::new(chunks), chunk, rows, None)?,
            limit,
            shares: shares(chunk),
            levels: [descr.max_rep_level(), descr.max_def_level()],
        })
    }

    /// Checks what stands in an unpacked page: numbers of values for which the library makes room.
    fn check(&self, page: &Page) -> Result<()> {
        let values = page.num_values() as usize;
        // In lists, one row can take all values of a page.
        if self.levels[0] > 0 && values.saturating_mul(VALUE) > self.limit {
            return Err(too_large(values.saturating_mul(VALUE), self.limit));
        }
        let (Encoding::DELTA_BYTE_ARRAY | Encoding::DELTA_LENGTH_BYTE_ARRAY) = page.encoding() else { return Ok(()) };
        let damaged = || ParquetError::General("a page promises values that it does not have".into());
        let bytes = page.buffer();
        let start = match page {
            Page::DataPageV2 { def_levels_byte_len, rep_levels_byte_len, .. } => {
                Some(*def_levels_byte_len as usize + *rep_levels_byte_len as usize)
            }
            Page::DataPage { def_level_encoding, rep_level_encoding, .. } => {
                self.levels_end(bytes, [*rep_level_encoding, *def_level_encoding])
            }
            Page::DictionaryPage { .. } => None,
        };
        let mut rest = start.and_then(|start| bytes.get(start..)).ok_or_else(damaged)?;
        let most = values.min(self.limit / VALUE);
        if page.encoding() == Encoding::DELTA_BYTE_ARRAY {
            if !self.shares {
                return Err(ParquetError::General("a page has an encoding that its column does not name".into()));
            }
            // The lengths of the beginnings that are shared come before those of the rest.
            let end = delta::end(rest, most).ok_or_else(damaged)?;
            rest = rest.get(end..).ok_or_else(damaged)?;
        }
        delta::end(rest, most).ok_or_else(damaged)?;
        Ok(())
    }

    /// Where the values begin in a page of the first version: behind two levels with their lengths.
    fn levels_end(&self, bytes: &[u8], encodings: [Encoding; 2]) -> Option<usize> {
        let mut at = 0;
        for (level, encoding) in self.levels.into_iter().zip(encodings) {
            if level > 0 {
                // The other encoding is obsolete and has no length.
                let length = bytes.get(at..at + 4).filter(|_| encoding == Encoding::RLE)?;
                at += 4 + u32::from_le_bytes(length.try_into().ok()?) as usize;
            }
        }
        Some(at)
    }
}

/// Whether values of the chunk share their beginnings, so that each can be as long as its page.
pub(super) fn shares(chunk: &ColumnChunkMetaData) -> bool {
    chunk.encodings().any(|encoding| encoding == Encoding::DELTA_BYTE_ARRAY)
}

impl PageReader for BoundedPages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.pages.get_next_page()?;
        page.iter().try_for_each(|page| self.check(page))?;
        Ok(page)
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.pages.skip_next_page()
    }

    fn at_record_boundary(&mut self) -> Result<bool> {
        self.pages.at_record_boundary()
    }
}

impl Iterator for BoundedPages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

/// The file, of which only bodies of pages with an allowed header are given.
struct CheckedChunks {
    file: Arc<File>,
    limit: usize,
    packing: Compression,
    /// The last header that was read, and where its page begins.
    next: Mutex<Option<(u64, PageSizes)>>,
}

impl Length for CheckedChunks {
    fn len(&self) -> u64 {
        self.file.len()
    }
}

impl ChunkReader for CheckedChunks {
    type T = Cursor<Vec<u8>>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        if next.as_ref().is_some_and(|(body, _)| *body == start) {
            // The library has looked at the header and goes on with the body.
            return Ok(Cursor::default());
        }
        let mut file = self.file.try_clone()?;
        file.seek(SeekFrom::Start(start))?;
        let mut header = Vec::new();
        // Most headers have some twenty bytes.
        for size in [256, HEADER] {
            let here = header.len() as u64;
            file.by_ref().take(size - here).read_to_end(&mut header)?;
            if let Some((sizes, length)) = PageSizes::read(&header) {
                header.truncate(length);
                *next = Some((start + length as u64, sizes));
                return Ok(Cursor::new(header));
            }
        }
        Err(ParquetError::General("a damaged header of a page".into()))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let next = self.next.lock().unwrap_or_else(PoisonError::into_inner).take();
        let (_, header) = next
            .filter(|(body, sizes)| *body == start && sizes.packed == length)
            .ok_or_else(|| ParquetError::General("a page without its header".into()))?;
        let room = header.dictionary.saturating_mul(VALUE).saturating_add(header.unpacked);
        // Packed bytes can be a little longer than what they hold.
        if room > self.limit || length / 2 > self.limit {
            return Err(too_large(room.max(length), self.limit));
        }
        let body = self.file.get_bytes(start, length)?;
        self.check_unpacked(&body, header.unpacked)?;
        Ok(body)
    }
}

impl CheckedChunks {
    /// Some unpackers of the library go on to the end of the packed data, whatever the header says.
    fn check_unpacked(&self, body: &[u8], unpacked: usize) -> Result<()> {
        // Deflate makes at most 1,032 bytes of one, LZ4 255; brotli has no such bound.
        let most = match self.packing {
            Compression::GZIP(_) => body.len().saturating_mul(1032),
            // Of the three forms of this packing only frames, which nobody writes any more, have no length.
            Compression::LZ4 if body.starts_with(&LZ4_FRAME) => body.len().saturating_mul(255),
            Compression::BROTLI(_) => usize::MAX,
            _ => return Ok(()),
        };
        if most <= self.limit {
            return Ok(());
        }
        let given = match self.packing {
            Compression::GZIP(_) => count(flate2::read::MultiGzDecoder::new(body), unpacked),
            Compression::BROTLI(_) => count(brotli::Decompressor::new(body, 64 << 10), unpacked),
            _ => return Err(too_large(most, self.limit)),
        };
        if given > unpacked as u64 {
            return Err(ParquetError::General("a page has more bytes than its header says".into()));
        }
        Ok(())
    }
}

/// How many bytes there are, up to one more than `limit`. Damage is reported by the library.
fn count(unpacked: impl Read, limit: usize) -> u64 {
    let mut given = 0;
    let mut bytes = unpacked.take((limit as u64).saturating_add(1));
    let mut buffer = [0; 16 << 10];
    while let Ok(read @ 1..) = bytes.read(&mut buffer) {
        given += read as u64;
    }
    given
}

fn too_large(size: usize, limit: usize) -> ParquetError {
    let error: io::Error = FormatError::PageTooLarge { size, limit }.into();
    ParquetError::External(Box::new(error))
}

/// What the header of a page says of sizes.
#[derive(Debug, PartialEq, Eq)]
struct PageSizes {
    unpacked: usize,
    packed: usize,
    /// The number of values of a dictionary.
    dictionary: usize,
}

impl PageSizes {
    /// The numbers in a header, and its length; of a number that is given twice the greater one.
    fn read(header: &[u8]) -> Option<(Self, usize)> {
        let (mut unpacked, mut packed, mut dictionary) = (None, None, 0);
        let mut thrift = Thrift::new(header);
        let size = |thrift: &mut Thrift<'_>| usize::try_from(thrift.number()?).ok();
        thrift.fields(|thrift, id, kind| {
            HEADER_KINDS.check(id, kind)?;
            match id {
                2 => unpacked = unpacked.max(Some(size(thrift)?)),
                3 => packed = packed.max(Some(size(thrift)?)),
                5 => thrift.structure(&VALUES)?,
                7 => thrift.fields(|thrift, id, kind| {
                    DICTIONARY.check(id, kind)?;
                    match id {
                        1 => dictionary = dictionary.max(size(thrift)?),
                        _ => thrift.skip_field(kind)?,
                    }
                    Some(())
                })?,
                8 => thrift.structure(&VALUES_2)?,
                _ => thrift.skip_field(kind)?,
            }
            Some(())
        })?;
        Some((Self { unpacked: unpacked?, packed: packed?, dictionary }, header.len() - thrift.left()))
    }
}

const HEADER_KINDS: Kinds = Kinds::of(&[I32, I32, I32, I32, STRUCTURE, STRUCTURE, STRUCTURE, STRUCTURE]);
const VALUES: Kinds = Kinds::of(&[I32, I32, I32, I32, STRUCTURE]);
const VALUES_2: Kinds = Kinds::of(&[I32, I32, I32, I32, I32, I32, BOOL, STRUCTURE]);
const DICTIONARY: Kinds = Kinds::of(&[I32, I32, BOOL]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_from_a_header() {
        // A dictionary page: type 2, 2 GiB - 1 unpacked, 20 bytes packed, 1,000 values.
        let header = [0x15, 4, 0x15, 0xfe, 0xff, 0xff, 0xff, 0x0f, 0x15, 40, 0x4c, 0x15, 0xd0, 0x0f, 0x15, 0, 0, 0];
        let sizes = PageSizes { unpacked: i32::MAX as usize, packed: 20, dictionary: 1000 };
        assert_eq!(PageSizes::read(&[&header[..], b"body"].concat()), Some((sizes, header.len())));
        assert_eq!(PageSizes::read(&header[..header.len() - 1]), None, "cut off");
        // The same number again, smaller: the library takes the last one, so the greater one counts.
        let again = [0x15, 4, 0x15, 80, 0x15, 40, 0x05, 4, 20, 0x00];
        assert_eq!(PageSizes::read(&again).map(|(sizes, _)| sizes.unpacked), Some(40));
        // A size as text: the library would read it as a number all the same.
        assert_eq!(PageSizes::read(&[0x15, 4, 0x18, 1, 0x61, 0x15, 40, 0]), None);
        // A field that nobody knows: a list of two billion times true, for which the library takes no byte.
        let endless = [0x15, 4, 0x15, 80, 0x15, 40, 0xb9, 0xf1, 0xff, 0xff, 0xff, 0xff, 0x07, 0];
        assert_eq!(PageSizes::read(&endless), None);
    }
}
