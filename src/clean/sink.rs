//! [`Sink`]: where the results of a shard go, in order, and what is done when a file is over.

use std::io::{self, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use dehusk::io::Format;
use dehusk::io::packed::{self, Packing};
use dehusk::io::parquet::ParquetFile;
use dehusk::pipeline::{Failure, Kind, Row, Stamp, Tally};

use super::job::{Target, Todo};
use super::output::Output;
use super::processed::{Piece, is_full};
use super::removed::Part;
use super::run::{Run, Stop, locked};
use super::source::Ended;
use super::texts;
use crate::ui::atomic_file::Pending;
use crate::ui::messages::{Level, Message, reason, say};

/// Takes what becomes of a shard.
#[derive(Default)]
pub(super) struct Sink {
    pub(super) lane: usize,
    /// The file; `None` for standard output, and for texts, which workers write.
    pub(super) file: Option<Output>,
    pub(super) part: Option<Part>,
    pub(super) tally: Tally,
    pub(super) stamps: Vec<(String, Stamp)>,
    /// Of the file of records that is being written.
    pub(super) todo: Option<usize>,
    /// Documents and failures before that file.
    pub(super) before: (u64, u64),
    pub(super) changed: bool,
    /// Standard output ends in the middle of a line.
    pub(super) open_line: bool,
    pub(super) failed: bool,
    pub(super) dead: Arc<AtomicBool>,
}

impl Run<'_> {
    /// Gives up on the file of a lane.
    fn fail(&self, sink: &mut Sink, place: String, text: String) {
        sink.file = None;
        sink.failed = true;
        self.errors.fetch_add(1, Relaxed);
        // On standard output, what came out is out, and other files follow in the same lane.
        if !self.joined {
            sink.tally = Tally::default();
            sink.dead.store(true, Relaxed);
        }
        sink.tally.failure(Failure { file: place.clone(), record: None, offset: None, reason: text.clone() });
        self.tell(sink.lane, vec![Message::new(Level::Error, place, text)]);
    }

    /// Turns to the next file of records.
    pub(super) fn begin(&self, sink: &mut Sink, index: usize, parquet: Option<&ParquetFile>) -> Result<(), Stop> {
        let todo = &self.todos[index];
        sink.todo = Some(index);
        sink.before = (sink.tally.documents(), sink.tally.failed());
        let Some(path) = todo.path() else {
            let end = std::mem::take(&mut sink.open_line);
            return if end { self.write(sink, &pack(b"\n", &[], todo.pack)) } else { Ok(()) };
        };
        let output = Pending::new(path).and_then(|file| match (todo.to, parquet) {
            (Format::Parquet, Some(of)) => Output::rewrite(file, of, self.limit.is_some() || self.job.sample.is_some()),
            (Format::Parquet, None) => Output::table(file, &self.job.fields, self.job.removed_column.as_ref()),
            _ => Ok(Output::bytes(file, todo.pack)),
        });
        match output {
            Ok(output) => sink.file = Some(output),
            Err(error) => {
                self.cannot_write(sink, todo, error)?;
            }
        }
        Ok(())
    }

    /// Writes to standard output.
    fn write(&self, sink: &mut Sink, bytes: &[u8]) -> Result<(), Stop> {
        let mut stdout = locked(&self.stdout);
        stdout.write_all(bytes).map_err(Stop::Stdout)?;
        // Texts are few and long: whoever waits for one shall not wait for the next.
        if sink.todo.is_none() { stdout.flush().map_err(Stop::Stdout) } else { Ok(()) }
    }

    /// Writes a piece to where the results of its file go.
    pub(super) fn write_piece(&self, sink: &mut Sink, piece: &mut Piece) -> Result<(), Stop> {
        let Some(todo) = sink.todo.map(|i| &self.todos[i]).filter(|todo| todo.target != Target::Stdout) else {
            return if piece.out.is_empty() { Ok(()) } else { self.write(sink, &piece.out) };
        };
        let Some(output) = &mut sink.file else { return Ok(()) };
        output.write(piece).or_else(|e| self.cannot_write(sink, todo, e))
    }

    fn cannot_write(&self, sink: &mut Sink, todo: &Todo, error: io::Error) -> Result<(), Stop> {
        let place = todo.place();
        if is_full(&error) {
            sink.file = None;
            return Err(Stop::File(place, error));
        }
        let text = reason(self.job.lang, &error);
        self.fail(sink, place, text);
        Ok(())
    }

    /// The last things about a file of records.
    pub(super) fn end(&self, sink: &mut Sink, index: usize, ended: io::Result<Ended>) -> Result<(), Stop> {
        let (todo, lang) = (&self.todos[index], self.job.lang);
        let name = todo.input.name();
        let ended = match ended {
            Ok(ended) => ended,
            Err(error) => {
                self.fail(sink, name, reason(lang, &error));
                return Ok(());
            }
        };
        if let (Some(path), Some(stamp)) = (&todo.input.path, ended.stamp) {
            if Stamp::of(path).ok() != Some(stamp) {
                self.fail(sink, name, texts::changed_meanwhile(lang));
                return Ok(());
            }
            sink.stamps.push((todo.recorded_name(), stamp));
        }
        let mut messages = Vec::new();
        if ended.padding > 0 {
            let nuls = ended.padding;
            let text = say!(
                lang,
                "gzip 数据后面还有 {nuls} 个空字节，已忽略",
                "{nuls} NUL bytes behind the gzip data were passed over"
            );
            messages.push(Message::new(Level::Note, &name, text));
        }
        let (documents, failed) = (sink.tally.documents() - sink.before.0, sink.tally.failed() - sink.before.1);
        if failed > 0 {
            let all = documents + failed;
            let text =
                say!(lang, "{all} 条记录里有 {failed} 条无法处理", "{failed} of {all} records could not be taken");
            messages.push(Message::new(Level::Note, &name, text));
        }
        self.tell(sink.lane, messages);
        if let Some(part) = &mut sink.part {
            let mut row = Row {
                kind: Kind::File,
                documents: Some(documents),
                bytes: Some(ended.sum.bytes()),
                checksum: Some(ended.sum.digits().into()),
                ..todo.row(self.job)
            };
            row.partial = row.partial.or(ended.cut_off.then_some(true));
            part.write(row.line().as_bytes()).map_err(|(place, error)| Stop::File(place, error))?;
        }
        // A column more is a change, though no text may have changed.
        sink.changed |= self.job.removed_column.is_some();
        sink.tally.file(sink.changed && todo.target != Target::Stdout);
        if let Some(output) = sink.file.take() {
            let keep_old = todo.target == Target::InPlace && !sink.changed;
            let written = if keep_old {
                Ok(())
            } else {
                output.finish().and_then(|file| file.commit(self.job.backup.as_deref()))
            };
            if let Err(error) = written {
                return self.cannot_write(sink, todo, error);
            }
        }
        Ok(())
    }
}

/// One member of all bytes, or a member for each stretch that ends at one of `ends`.
pub(super) fn pack(bytes: &[u8], ends: &[usize], packing: Packing) -> Vec<u8> {
    if packing == Packing::None {
        return bytes.to_vec();
    }
    let all = [bytes.len()];
    let ends = if ends.is_empty() { &all } else { ends };
    let mut packed = Vec::with_capacity(bytes.len() / 3);
    let mut start = 0;
    for &end in ends.iter().filter(|&&end| end > 0) {
        if end > start {
            // Packing into memory fails only where there is none left.
            packed.extend(packed::pack(&bytes[start..end], packing, None).expect("there is memory for a block"));
        }
        start = end;
    }
    packed
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[test]
    fn a_block_is_packed_whole_or_by_record() {
        let unpacked = |packed: Vec<u8>| {
            let mut bytes = Vec::new();
            packed::open(io::Cursor::new(packed), Packing::Gzip).read_to_end(&mut bytes).unwrap();
            bytes
        };
        let (whole, apart) = (pack(b"abcd", &[], Packing::Gzip), pack(b"abcd", &[0, 1, 1, 4], Packing::Gzip));
        assert!(apart.len() > whole.len());
        assert_eq!((unpacked(whole), unpacked(apart)), (b"abcd".to_vec(), b"abcd".to_vec()));
    }
}
