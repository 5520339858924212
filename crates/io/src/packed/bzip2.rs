//! [`BlockStreams`]: makes a bzip2 stream of each block, so that blocks can be unpacked side by side.
//!
//! A bzip2 stream is a header, blocks that are packed independently of each other, and an end with a checksum over all of
//! them. A block begins with 48 known bits, at any bit. What is made here has the same content: each block between a
//! header and an end of its own. If the checksum over all blocks of a stream is wrong, that of its last block is made
//! wrong, too. What is no bzip2 stream is passed on, and whoever unpacks it finds the mistake.
//!
//! The 48 bits stand elsewhere by chance once in 35 terabytes; such a file is called damaged at that place.

use std::io::{self, Cursor, Read};

use super::{PACKED, Watch};

/// The first 48 bits of a block and of the end of a stream: digits of pi and of its square root.
const BLOCK: u64 = 0x3141_5926_5359;
const END: u64 = 0x1772_4538_5090;
const MAGIC: usize = 48;
/// The bits of a checksum.
const SUM: usize = 32;
/// No block is longer, in bytes: 900,000 symbols of at most 20 bits, and its tables.
const LONGEST: usize = 4 << 20;

/// Reads a bzip2 file as one in which each stream has one block.
pub(super) struct BlockStreams {
    reader: Box<dyn Read + Send>,
    /// Is told which place in the file stands behind which byte that is returned.
    watch: Watch,
    state: StreamState,
    /// Bytes of the file that are in no stream that was made, and where they begin in the file.
    held: Vec<u8>,
    start: u64,
    /// How many bits of the first of them were dealt with.
    bit: usize,
    /// A stream that was made, and how many bytes were made up to its end.
    made: Cursor<Vec<u8>>,
    total: u64,
}

enum StreamState {
    /// At the header of a stream, or at the end of the file.
    Header,
    /// Before a block: the header of its stream, and the checksum over the blocks before.
    Block([u8; 4], u32),
    /// What follows is passed on as it is.
    Raw,
    Done,
}

impl Read for BlockStreams {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            let n = self.made.read(buf)?;
            if n > 0 || buf.is_empty() {
                return Ok(n);
            }
            let Some(made) = self.make()? else { return Ok(0) };
            self.total += made.len() as u64;
            self.made = Cursor::new(made);
        }
    }
}

impl BlockStreams {
    pub(super) fn new(reader: Box<dyn Read + Send>, watch: Watch) -> Self {
        let (state, held, made) = (StreamState::Header, Vec::new(), Cursor::default());
        Self { reader, watch, state, held, start: 0, bit: 0, made, total: 0 }
    }

    /// The next bytes; `None` at the end.
    fn make(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            match self.state {
                StreamState::Header => {
                    self.state = match self.holds(4 * 8)?.then(|| [0, 1, 2, 3].map(|i| self.held[i])) {
                        Some(header @ [b'B', b'Z', b'h', b'1'..=b'9']) => {
                            self.drop_bits(4 * 8);
                            StreamState::Block(header, 0)
                        }
                        _ => StreamState::Raw,
                    };
                }
                StreamState::Block(header, sum) => return self.block(header, sum),
                StreamState::Raw => {
                    let any = self.holds(8)?;
                    self.watch.stands_for(self.total, self.start);
                    self.start += self.held.len() as u64;
                    return Ok(any.then(|| std::mem::take(&mut self.held)));
                }
                StreamState::Done => return Ok(None),
            }
        }
    }

    /// A stream of the next block.
    fn block(&mut self, header: [u8; 4], sum: u32) -> io::Result<Option<Vec<u8>>> {
        self.watch.stands_for(self.total + 4, self.start);
        let mut made = BitWriter { bytes: header.to_vec(), used: 8 };
        let magic = self.holds(self.bit + MAGIC + SUM)?.then(|| self.bits(self.bit, MAGIC));
        if magic != Some(BLOCK) {
            // The end of a stream without blocks, or no block: whoever unpacks it will see.
            let rest = self.held.len() * 8;
            let end = if magic == Some(END) { self.bit + MAGIC + SUM } else { rest };
            self.copy(&mut made, end);
            self.drop_bits(end.next_multiple_of(8));
            self.state = if magic == Some(END) { StreamState::Header } else { StreamState::Raw };
            return Ok(Some(made.bytes));
        }
        let Some((end, is_last)) = self.block_end()? else {
            // Cut off, or too long to be a block. Only whole bytes: bits added to the last one could be taken for data.
            let bits = self.held.len() * 8 - self.bit;
            self.copy(&mut made, self.bit + bits / 8 * 8);
            self.start += self.held.len() as u64;
            self.watch.stands_for(self.total + made.bytes.len() as u64, self.start);
            self.state = StreamState::Done;
            return Ok(Some(made.bytes));
        };
        let mut own = self.bits(self.bit + MAGIC, SUM) as u32;
        let sum = sum.rotate_left(1) ^ own;
        self.copy(&mut made, end);
        if is_last {
            if self.bits(end + MAGIC, SUM) as u32 != sum {
                own = !own;
            }
            self.drop_bits((end + MAGIC + SUM).next_multiple_of(8));
            self.state = StreamState::Header;
        } else {
            self.drop_bits(end);
            self.state = StreamState::Block(header, sum);
        }
        made.write(END, MAGIC);
        made.write(own.into(), SUM);
        Ok(Some(made.bytes))
    }

    /// The bit at which the block that begins here ends, and whether it is the last of its stream.
    fn block_end(&mut self) -> io::Result<Option<(usize, bool)>> {
        let mut byte = (self.bit + MAGIC + SUM) / 8;
        let mut window = 0u64;
        while byte < LONGEST && self.holds((byte + 1) * 8)? {
            window = window << 8 | u64::from(self.held[byte]);
            byte += 1;
            for behind in 0..8 {
                let magic = window >> behind & ((1 << MAGIC) - 1);
                if magic == BLOCK || magic == END {
                    let end = byte * 8 - behind - MAGIC;
                    if magic == BLOCK || self.holds(end + MAGIC + SUM)? {
                        return Ok(Some((end, magic == END)));
                    }
                }
            }
        }
        Ok(None)
    }

    /// Whether the file has so many bits from `held` on; they are read.
    fn holds(&mut self, bits: usize) -> io::Result<bool> {
        while self.held.len() * 8 < bits {
            if self.reader.by_ref().take(PACKED as u64).read_to_end(&mut self.held)? == 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// `count` bits from a bit on, at most 56.
    fn bits(&self, from: usize, count: usize) -> u64 {
        let bytes = &self.held[from / 8..(from + count).div_ceil(8)];
        let value = bytes.iter().fold(0u64, |value, &byte| value << 8 | u64::from(byte));
        value >> (bytes.len() * 8 - from % 8 - count) & ((1 << count) - 1)
    }

    fn copy(&self, to: &mut BitWriter, end: usize) {
        let mut from = self.bit;
        while from < end {
            let count = (end - from).min(48);
            to.write(self.bits(from, count), count);
            from += count;
        }
    }

    fn drop_bits(&mut self, bits: usize) {
        self.held.drain(..bits / 8);
        self.start += (bits / 8) as u64;
        self.bit = bits % 8;
    }
}

struct BitWriter {
    bytes: Vec<u8>,
    /// How many bits of the last byte are written.
    used: usize,
}

impl BitWriter {
    /// Appends the last `count` bits of `value`.
    fn write(&mut self, value: u64, mut count: usize) {
        while count > 0 {
            if self.used == 8 {
                self.bytes.push(0);
                self.used = 0;
            }
            let some = count.min(8 - self.used);
            let bits = value >> (count - some) & ((1 << some) - 1);
            *self.bytes.last_mut().expect("there is a header") |= (bits << (8 - self.used - some)) as u8;
            self.used += some;
            count -= some;
        }
    }
}
