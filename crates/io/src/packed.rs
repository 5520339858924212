//! [`open`] and [`pack`]: unpacking and packing with gzip, zstd, bzip2 and xz.
//!
//! A packed file is a sequence of *members* (zstd: frames; bzip2 and xz: streams), each of which can be unpacked by
//! itself. The content of the file is the content of its members, one after the other. So many threads can pack a
//! large file: each packs a block into one member ([`pack`]), and the members are written in order. Reading goes on
//! through all members.
//!
//! A truncated or damaged file gives everything that can be unpacked, and then an error with the place in the packed
//! file. Some archivers fill up a gzip file with NULs: those are counted ([`Watch::padding`]) and are no error.
//!
//! Where it can be fooled: a gzip file that ends exactly between two members looks complete.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use super::error::FormatError;
use super::limits::ReadLimits;
pub use super::packing::Packing;
use bzip2::BlockStreams;
use members::{Members, MembersRead};

mod bzip2;
mod members;

/// How many bytes are read from a file at a time.
const PACKED: usize = 256 << 10;
/// How many bytes are unpacked at a time.
const UNPACKED: usize = 256 << 10;

/// Finds the packing of a stream without a name by its first bytes. Returns it with the whole stream.
///
/// # Errors
/// When the reader fails.
pub fn sniff<R: Read>(mut reader: R) -> io::Result<(Packing, impl Read)> {
    let mut start = Vec::new();
    reader.by_ref().take(6).read_to_end(&mut start)?;
    Ok((Packing::of_bytes(&start), io::Cursor::new(start).chain(reader)))
}

/// Packs `bytes` into one member, which is a file by itself or follows other members. Without a level, the default of
/// each packer is used (gzip 6, zstd 3, bzip2 9, xz 6); a level out of range is moved into the range.
///
/// # Errors
/// When there is no memory for the packer.
pub fn pack(bytes: &[u8], packing: Packing, level: Option<u32>) -> io::Result<Vec<u8>> {
    let room = Vec::with_capacity(bytes.len() / 4 + 64);
    match packing {
        Packing::None => Ok(bytes.to_vec()),
        Packing::Gzip => {
            let level = flate2::Compression::new(level.unwrap_or(6).min(9));
            let mut packer = flate2::write::GzEncoder::new(room, level);
            packer.write_all(bytes)?;
            packer.finish()
        }
        Packing::Zstd => {
            let level = level.unwrap_or(3).clamp(1, 22);
            let mut packer = zstd::bulk::Compressor::new(i32::try_from(level).unwrap_or(3))?;
            packer.set_parameter(zstd::zstd_safe::CParameter::ChecksumFlag(true))?;
            packer.compress(bytes)
        }
        Packing::Bzip2 => {
            let level = ::bzip2::Compression::new(level.unwrap_or(9).clamp(1, 9));
            let mut packer = ::bzip2::write::BzEncoder::new(room, level);
            packer.write_all(bytes)?;
            packer.finish()
        }
        Packing::Xz => {
            let options = lzma_rust2::XzOptions::with_preset(level.unwrap_or(6).min(9));
            let mut packer = lzma_rust2::XzWriter::new(room, options)?;
            packer.write_all(bytes)?;
            packer.finish()
        }
    }
}

/// Unpacks a stream. An error says its place ([`FormatError::of`]); everything before it that could be unpacked has
/// been returned by then.
pub fn open<R: Read + Send + 'static>(reader: R, packing: Packing) -> Unpacked {
    open_within(reader, packing, ReadLimits::default().ratio)
}

/// The same with another limit: how many unpacked bytes one packed byte may give.
pub fn open_within<R: Read + Send + 'static>(reader: R, packing: Packing, ratio: u64) -> Unpacked {
    open_parallel(reader, packing, ratio, NonZero::<usize>::MIN)
}

/// The same, with so many threads that unpack members, and the blocks of bzip2, side by side. What is read, and every
/// error, does not depend on their number, except for how much is given of a member that is damaged. With more than one
/// thread, up to 8 MiB of the packed stream are read before the first byte is returned.
pub fn open_parallel<R: Read + Send + 'static>(
    reader: R,
    packing: Packing,
    ratio: u64,
    threads: NonZero<usize>,
) -> Unpacked {
    let threads = threads.get();
    let watch = Watch::default();
    let reader: Box<dyn Read + Send> = match packing == Packing::Bzip2 && threads > 1 {
        true => Box::new(BlockStreams::new(Box::new(reader), watch.clone())),
        false => Box::new(reader),
    };
    let reader = Counted { reader: BufReader::with_capacity(PACKED, reader), watch: watch.clone() };
    let state = match packing != Packing::None && threads > 1 {
        true => MemberState::Members(packing, Members::new(packing, reader, threads, ratio)),
        false => MemberState::Start(packing, reader),
    };
    let unpack = Unpack { state, watch: watch.clone(), given: 0, ratio };
    Unpacked { reader: BufReader::with_capacity(UNPACKED, unpack), watch }
}

/// What [`open`] gives: the bytes of the unpacked stream.
pub struct Unpacked {
    reader: BufReader<Unpack>,
    watch: Watch,
}

impl Unpacked {
    /// A handle that says how far the packed file has been read. The caller keeps it when the reader is moved away.
    pub fn watch(&self) -> Watch {
        self.watch.clone()
    }
}

impl Read for Unpacked {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.reader.read(buf)
    }
}

impl BufRead for Unpacked {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.reader.fill_buf()
    }

    fn consume(&mut self, n: usize) {
        self.reader.consume(n);
    }
}

impl fmt::Debug for Unpacked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unpacked").field("watch", &self.watch).finish_non_exhaustive()
    }
}

/// Says how far a packed file has been read.
#[derive(Clone, Debug, Default)]
pub struct Watch(Arc<ByteCounts>);

#[derive(Debug, Default)]
struct ByteCounts {
    read: AtomicU64,
    padding: AtomicU64,
    /// Where the bytes that count as read stand in the file, if they were made of others: from this one on, that one.
    places: Mutex<Vec<(u64, u64)>>,
    /// Whether the file itself could not be read. That is not a fault of the packing.
    failed: AtomicBool,
}

impl Watch {
    /// Packed bytes read so far.
    pub fn read(&self) -> u64 {
        self.0.read.load(Relaxed)
    }

    /// Notes that what is read from byte `read` on stands in the file from byte `place` on.
    fn stands_for(&self, read: u64, place: u64) {
        let mut places = self.0.places.lock().unwrap_or_else(PoisonError::into_inner);
        // No error comes from what was unpacked long ago.
        let past = places.partition_point(|(from, _)| *from < self.read()).saturating_sub(1);
        places.drain(..past);
        places.push((read, place));
    }

    /// The place in the file behind the last byte read.
    fn place(&self) -> u64 {
        let (read, places) = (self.read(), self.0.places.lock().unwrap_or_else(PoisonError::into_inner));
        match places.iter().rev().find(|(from, _)| *from <= read) {
            Some((from, place)) => place + (read - from),
            None => read,
        }
    }

    /// How many NULs follow the last gzip member. Known at the end; callers report it.
    pub fn padding(&self) -> u64 {
        self.0.padding.load(Relaxed)
    }
}

/// The packed file, with the number of bytes read from it.
struct Counted {
    reader: BufReader<Box<dyn Read + Send>>,
    watch: Watch,
}

impl Counted {
    fn is_at_end(&mut self) -> io::Result<bool> {
        Ok(self.fill_buf()?.is_empty())
    }
}

impl Read for Counted {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.reader.read(buf).inspect_err(|_| self.watch.0.failed.store(true, Relaxed))?;
        self.watch.0.read.fetch_add(n as u64, Relaxed);
        Ok(n)
    }
}

impl BufRead for Counted {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        // An interrupted read is repeated here, because some unpackers do not do it.
        loop {
            match self.reader.fill_buf() {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => {
                    self.watch.0.failed.store(true, Relaxed);
                    return Err(e);
                }
                Ok(_) => return Ok(self.reader.buffer()),
            }
        }
    }

    fn consume(&mut self, n: usize) {
        self.reader.consume(n);
        self.watch.0.read.fetch_add(n as u64, Relaxed);
    }
}

/// Unpacks, and turns the errors of the unpackers into [`FormatError`]s.
struct Unpack {
    state: MemberState,
    watch: Watch,
    /// How many unpacked bytes were returned so far.
    given: u64,
    /// How many unpacked bytes one packed byte may give.
    ratio: u64,
}

enum MemberState {
    /// Members are unpacked side by side.
    Members(Packing, Members),
    /// Members are unpacked one after the other, and nothing was read yet.
    Start(Packing, Counted),
    Running(Packing, Unpacker),
    /// At the end, or after an error.
    Done,
}

enum Unpacker {
    None(Counted),
    Gzip(Box<Gzip>),
    Zstd(zstd::stream::read::Decoder<'static, Counted>),
    Bzip2(::bzip2::bufread::MultiBzDecoder<Counted>),
    Xz(Box<Xz>),
}

impl Read for Unpack {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if let MemberState::Members(packing, parts) = &mut self.state {
            match parts.read(buf)? {
                MembersRead::Bytes(n) => {
                    let packing = *packing;
                    return self.within_ratio(packing, n).map(|()| n);
                }
                MembersRead::Rest(reader) => self.state = MemberState::Start(*packing, reader),
            }
        }
        if let MemberState::Start(..) = self.state {
            self.start()?;
        }
        let MemberState::Running(packing, unpacker) = &mut self.state else { return Ok(0) };
        let packing = *packing;
        let result = match unpacker {
            Unpacker::None(reader) => return reader.read(buf),
            Unpacker::Gzip(reader) => reader.read(buf),
            Unpacker::Zstd(reader) => reader.read(buf),
            Unpacker::Bzip2(reader) => reader.read(buf),
            Unpacker::Xz(reader) => reader.read(buf),
        };
        let at = self.watch.place();
        if let Ok(given) = &result {
            self.within_ratio(packing, *given)?;
        }
        result.map_err(|error| {
            self.state = MemberState::Done;
            if self.watch.0.failed.load(Relaxed) || FormatError::of(&error).is_some() {
                return error;
            }
            match error.kind() {
                io::ErrorKind::UnexpectedEof => FormatError::Truncated { packing, at }.into(),
                io::ErrorKind::OutOfMemory => error,
                _ => FormatError::Damaged { packing, at }.into(),
            }
        })
    }
}

impl Unpack {
    /// Counts bytes that were unpacked; fails when they are too many for those that were read.
    fn within_ratio(&mut self, packing: Packing, given: usize) -> io::Result<()> {
        self.given += given as u64;
        let at = self.watch.place();
        if self.given > ReadLimits::UNPACKED && self.given / self.ratio.max(1) > at {
            self.state = MemberState::Done;
            return Err(FormatError::RatioExceeded { packing, at, ratio: self.ratio }.into());
        }
        Ok(())
    }

    fn start(&mut self) -> io::Result<()> {
        let MemberState::Start(packing, mut reader) = std::mem::replace(&mut self.state, MemberState::Done) else {
            return Ok(());
        };
        if packing != Packing::None && reader.is_at_end()? {
            // No packer writes an empty file, but an interrupted copy leaves one.
            return Err(FormatError::Truncated { packing, at: 0 }.into());
        }
        let unpacker = match packing {
            Packing::None => Unpacker::None(reader),
            Packing::Gzip => Unpacker::Gzip(Box::new(Gzip::new(reader))),
            Packing::Zstd => {
                let mut reader = zstd::stream::read::Decoder::with_buffer(reader)?;
                // Files of `zstd --long=31` refer back up to 2 GB; without this option they would be refused.
                reader.window_log_max(31)?;
                Unpacker::Zstd(reader)
            }
            Packing::Bzip2 => Unpacker::Bzip2(::bzip2::bufread::MultiBzDecoder::new(reader)),
            Packing::Xz => Unpacker::Xz(Box::new(Xz { reader, stream: lzma_rust2::XzStream::new(true) })),
        };
        self.state = MemberState::Running(packing, unpacker);
        Ok(())
    }
}

/// Goes from member to member itself, because flate2's reader of several members takes padding for damage.
struct Gzip {
    member: flate2::bufread::GzDecoder<ReaderSlot>,
    done: bool,
}

/// Holds the reader. Empty only while [`Gzip::next_member`] resets the unpacker, which needs a reader.
struct ReaderSlot(Option<Counted>);

impl Gzip {
    fn new(reader: Counted) -> Self {
        Self { member: flate2::bufread::GzDecoder::new(ReaderSlot(Some(reader))), done: false }
    }

    /// Goes to the next member; `false` at the end.
    fn next_member(&mut self) -> io::Result<bool> {
        let mut slot = self.member.reset(ReaderSlot(None));
        let Some(reader) = &mut slot.0 else { return Ok(false) };
        let end = reader.watch.read();
        loop {
            let ahead = reader.fill_buf()?;
            let nuls = ahead.iter().take_while(|&&b| b == 0).count();
            let next = ahead.get(nuls).copied();
            reader.consume(nuls);
            match next {
                Some(0x1f) => break,
                Some(_) => return Err(FormatError::Trailing { packing: Packing::Gzip, at: reader.watch.read() }.into()),
                None if nuls > 0 => {}
                None => {
                    reader.watch.0.padding.store(reader.watch.read() - end, Relaxed);
                    return Ok(false);
                }
            }
        }
        *self.member.get_mut() = slot;
        Ok(true)
    }
}

impl Read for Gzip {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while !self.done {
            match self.member.read(buf)? {
                0 if buf.is_empty() => return Ok(0),
                0 => self.done = !self.next_member()?,
                n => return Ok(n),
            }
        }
        Ok(0)
    }
}

impl Read for ReaderSlot {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.0.as_mut().map_or(Ok(0), |reader| reader.read(buf))
    }
}

impl BufRead for ReaderSlot {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.0.as_mut().map_or(Ok(&[]), |reader| reader.fill_buf())
    }

    fn consume(&mut self, n: usize) {
        if let Some(reader) = &mut self.0 {
            reader.consume(n);
        }
    }
}

/// The xz decoder that gets its bytes from us. The one that reads by itself loses what it had decoded when the file
/// is truncated.
struct Xz {
    reader: Counted,
    stream: lzma_rust2::XzStream,
}

impl Read for Xz {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        use lzma_rust2::{Action, Status};
        if buf.is_empty() {
            return Ok(0);
        }
        loop {
            let before = self.stream.total_out();
            let input = self.reader.fill_buf()?;
            let ended = input.is_empty();
            let step = match self.stream.process(input, buf, if ended { Action::Finish } else { Action::Run }) {
                Ok(step) => step,
                // What it unpacked before it failed counts; the next call fails again.
                Err(error) => {
                    return match (self.stream.total_out() - before) as usize {
                        0 if ended => Err(io::ErrorKind::UnexpectedEof.into()),
                        0 => Err(error),
                        unpacked => Ok(unpacked),
                    };
                }
            };
            self.reader.consume(step.bytes_consumed);
            if step.bytes_produced > 0 || step.status == Status::StreamEnd {
                return Ok(step.bytes_produced);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_first_bytes_tell_the_packing() {
        for (name, expected) in [
            ("a.jsonl.gz", (Packing::Gzip, "a.jsonl")),
            ("a.warc.ZST", (Packing::Zstd, "a.warc")),
            ("a.tar.bz2", (Packing::Bzip2, "a.tar")),
            ("a.xz", (Packing::Xz, "a")),
            ("a.b.txt", (Packing::None, "a.b.txt")),
            ("gz", (Packing::None, "gz")),
        ] {
            assert_eq!(Packing::of_name(name), expected);
        }
        for packing in [Packing::None, Packing::Gzip, Packing::Zstd, Packing::Bzip2, Packing::Xz] {
            let packed = pack(b"text", packing, None).unwrap();
            assert_eq!(Packing::of_bytes(&packed), packing);
            assert_eq!(Packing::of_name(&format!("x{}", packing.ending())), (packing, "x"));
            let mut read = Vec::new();
            let (sniffed, mut all) = sniff(io::Cursor::new(packed.clone())).unwrap();
            all.read_to_end(&mut read).unwrap();
            assert_eq!((sniffed, read), (packing, packed));
        }
        assert_eq!(Packing::of_bytes(b""), Packing::None);
    }
}
