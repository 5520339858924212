//! [`Members`]: unpacks the members of a file side by side.
//!
//! The file is cut where a member seems to begin. That is a guess, because the same bytes may stand inside a member by chance.
//! It was right if the part in front of the cut, which begins where a member begins, can be unpacked and ends exactly there.
//! So it is proven from part to part, and no byte depends on a guess. If a part cannot be unpacked, it is joined with the
//! next one, because the cut between them may have been wrong. If that cannot be unpacked either, one thread unpacks the
//! rest of the file as if it had never been cut; so errors and their places are those of a file that one thread reads.
//!
//! Memory: for each thread one part and its unpacked bytes ([`MOST`], [`MOST_UNPACKED`]). A file of longer members, and
//! most files have a single one, is unpacked by one thread.

use std::collections::VecDeque;
use std::io::{self, BufReader, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use memchr::memmem;

use super::{Counted, PACKED, Packing, open_within};

/// How many packed bytes a part has at least, if the file goes on.
const LEAST: usize = 512 << 10;
/// How many packed bytes a part may have.
const MOST: usize = 8 << 20;
/// How many bytes a part may give.
const MOST_UNPACKED: u64 = 64 << 20;
/// How many bytes at the start of a member are looked at.
const HEADER: usize = 12;

/// The parts of a file that are being unpacked.
pub(super) struct Members {
    packing: Packing,
    reader: Counted,
    threads: usize,
    ratio: u64,
    /// Packed bytes that were read and are in no part yet.
    held: Vec<u8>,
    /// The file has no more bytes than those.
    ended: bool,
    /// In the order of the file.
    running: VecDeque<Running>,
    /// The bytes of the part before, as far as they were not returned yet.
    unpacked: Cursor<Vec<u8>>,
}

/// A part that is being unpacked.
struct Running {
    packed: Arc<Vec<u8>>,
    /// Its bytes; `None` if it cannot be unpacked by itself.
    unpacked: Receiver<Option<Vec<u8>>>,
}

/// What [`Members::read`] gives.
pub(super) enum MembersRead {
    /// So many bytes; 0 at the end.
    Bytes(usize),
    /// From here on the file is to be unpacked by one thread.
    Rest(Counted),
}

impl Members {
    pub(super) fn new(packing: Packing, reader: Counted, threads: usize, ratio: u64) -> Self {
        let (held, running, unpacked) = (Vec::new(), VecDeque::new(), Cursor::default());
        Self { packing, reader, threads, ratio, held, ended: false, running, unpacked }
    }

    pub(super) fn read(&mut self, buf: &mut [u8]) -> io::Result<MembersRead> {
        loop {
            let n = self.unpacked.read(buf)?;
            if n > 0 || buf.is_empty() {
                return Ok(MembersRead::Bytes(n));
            }
            while self.running.len() < self.threads {
                match self.cut() {
                    Ok(Some(packed)) => self.running.push_back(unpack(Arc::new(packed), self.packing, self.ratio)),
                    Ok(None) => break,
                    // What was read before the error is returned first; then one thread meets it again.
                    Err(_) => break,
                }
            }
            let Some(first) = self.running.pop_front() else {
                // A file of no bytes is no end of one that was read: one thread finds that it is cut off.
                return Ok(match self.held.is_empty() && self.ended && self.reader.watch.read() > 0 {
                    true => MembersRead::Bytes(0),
                    false => MembersRead::Rest(self.rest(Vec::new())),
                });
            };
            let mut packed = first.packed;
            let mut unpacked = first.unpacked.recv().ok().flatten();
            if unpacked.is_none()
                && let Some(second) = self.running.pop_front()
            {
                let joined = Arc::new([packed.as_slice(), &second.packed].concat());
                unpacked = whole(&joined, self.packing, self.ratio);
                if unpacked.is_none() {
                    self.running.push_front(second);
                } else {
                    packed = joined;
                }
            }
            let Some(unpacked) = unpacked else { return Ok(MembersRead::Rest(self.rest(packed.to_vec()))) };
            self.reader.watch.0.read.fetch_add(packed.len() as u64, Relaxed);
            self.unpacked = Cursor::new(unpacked);
        }
    }

    /// The next part of the file. `None` at its end, or where no member begins for a long way.
    fn cut(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut searched = LEAST;
        loop {
            if self.held.len() >= searched + HEADER {
                if let Some(at) = member_start(self.packing, &self.held[searched..]) {
                    let rest = self.held.split_off(searched + at);
                    return Ok(Some(std::mem::replace(&mut self.held, rest)));
                }
                searched = self.held.len() - HEADER;
            }
            if self.held.len() >= MOST {
                return Ok(None);
            }
            // The bytes count as read when their part was unpacked.
            let read = self.reader.reader.by_ref().take(PACKED as u64).read_to_end(&mut self.held)?;
            if read == 0 {
                self.ended = true;
                // A file that was never cut is read by one thread.
                return Ok((!self.running.is_empty() && !self.held.is_empty()).then(|| std::mem::take(&mut self.held)));
            }
        }
    }

    /// All that was not returned, for one thread. `packed` comes first.
    fn rest(&mut self, mut packed: Vec<u8>) -> Counted {
        for part in self.running.drain(..) {
            packed.extend_from_slice(&part.packed);
        }
        packed.append(&mut self.held);
        let reader = std::mem::replace(&mut self.reader.reader, BufReader::with_capacity(0, Box::new(io::empty())));
        let reader = Cursor::new(packed).chain(reader);
        Counted { reader: BufReader::with_capacity(PACKED, Box::new(reader)), watch: self.reader.watch.clone() }
    }
}

/// Unpacks a part on a thread of its own.
fn unpack(packed: Arc<Vec<u8>>, packing: Packing, ratio: u64) -> Running {
    let (send, unpacked) = sync_channel(1);
    let part = packed.clone();
    // Without a thread nothing is sent, and the part is read as one that cannot be unpacked. Nobody receives after an error.
    let _ = thread::Builder::new().name("unpack".into()).spawn(move || send.send(whole(&part, packing, ratio)));
    Running { packed, unpacked }
}

/// All bytes of a part; `None` if it is not exactly a sequence of members, or too long.
fn whole(packed: &Arc<Vec<u8>>, packing: Packing, ratio: u64) -> Option<Vec<u8>> {
    let reader = open_within(Cursor::new(SharedBytes(packed.clone())), packing, ratio);
    let watch = reader.watch();
    let mut unpacked = Vec::with_capacity(packed.len() * 4);
    let read = reader.take(MOST_UNPACKED + 1).read_to_end(&mut unpacked).ok()?;
    (read as u64 <= MOST_UNPACKED && watch.padding() == 0).then_some(unpacked)
}

struct SharedBytes(Arc<Vec<u8>>);

impl AsRef<[u8]> for SharedBytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// Where a member seems to begin. The last bytes are too few for a header.
fn member_start(packing: Packing, bytes: &[u8]) -> Option<usize> {
    let magic: &[u8] = match packing {
        Packing::None => return None,
        Packing::Gzip => &[0x1f, 0x8b, 8],
        Packing::Zstd => &[0x28, 0xb5, 0x2f, 0xfd],
        Packing::Bzip2 => b"BZh",
        Packing::Xz => &[0xfd, b'7', b'z', b'X', b'Z', 0, 0],
    };
    memmem::find_iter(bytes, magic).take_while(|at| at + HEADER <= bytes.len()).find(|&at| {
        let header = &bytes[at..at + HEADER];
        match packing {
            // Flags that no version has; how hard it was packed; which of the known systems wrote it.
            Packing::Gzip => {
                header[3] & 0xe0 == 0 && matches!(header[8], 0 | 2 | 4) && matches!(header[9], 0..=13 | 255)
            }
            // A bit that must not be set.
            Packing::Zstd => header[4] & 0x08 == 0,
            // The digits of pi begin the first block, those of its square root an empty stream.
            Packing::Bzip2 => {
                header[3].is_ascii_digit()
                    && (header[4..10] == [0x31, 0x41, 0x59, 0x26, 0x53, 0x59]
                        || header[4..10] == [0x17, 0x72, 0x45, 0x38, 0x50, 0x90])
            }
            // Which checksum the blocks have.
            Packing::Xz => header[7] <= 15,
            Packing::None => false,
        }
    })
}
