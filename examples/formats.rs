//! Cleans one file of any format with the shipped rules, in one thread: how formats and engine meet.
//!
//! ```sh
//! cargo run --example formats -- pages.warc.wet.gz clean.warc.wet.zst
//! ```
//!
//! The names tell format and packing. `tests/peers/formats.py` drives it. The command line does the
//! same over all cores, and reports what this passes over in silence.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;

use dehusk::io::csv::{CsvBatches, CsvRecord};
use dehusk::io::packed::{Packing, open, pack};
use dehusk::io::parquet::ParquetFile;
use dehusk::io::warc::{WarcBatches, WarcRecord};
use dehusk::io::{Batch, Fields, format_reason};
use dehusk::{Batches, Document, Engine, Lang, Record, RuleSet};

/// Bytes of records worked on at a time.
const BATCH: usize = 1 << 20;

type Failure = Box<dyn std::error::Error>;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let fields = |text: &str| Fields { text: text.into(), ..Fields::default() };
    let (input, output, fields) = match &args[..] {
        [_, input, output] => (input, output, Fields::default()),
        [_, input, output, text] => (input, output, fields(text)),
        _ => {
            eprintln!("formats INPUT OUTPUT [TEXT FIELD]");
            std::process::exit(2);
        }
    };
    if let Err(error) = run(input, output, &fields) {
        let said = match error.downcast_ref::<io::Error>() {
            Some(error) => format_reason(Lang::En, error),
            None => error.to_string(),
        };
        eprintln!("{input}: {said}");
        std::process::exit(1);
    }
}

fn run(input: &str, output: &str, fields: &Fields) -> Result<(), Failure> {
    let engine = Engine::builder().build(&RuleSet::shipped()?)?;
    let clean = |text: &str| -> Option<String> {
        let document = Document::new(text).ok()?;
        Some(engine.clean(&document).body(&document).to_string())
    };
    if input.ends_with(".parquet") {
        return parquet(input, output, fields, clean);
    }
    let (packing, name) = Packing::of_name(input);
    let reader = open(File::open(input)?, packing);
    let mut sink = Sink { packing: Packing::of_name(output).0, out: BufWriter::new(File::create(output)?) };
    if name.ends_with(".warc") || name.ends_with(".wet") {
        let mut batches = WarcBatches::new(reader);
        while let Some(batch) = batches.next_batch(BATCH)? {
            for raw in batch.records() {
                let new = match WarcRecord::parse(raw.bytes) {
                    Ok(Some(record)) => clean(record.text()).map(|text| record.with_text(&text)),
                    _ => None,
                };
                // One member a record: readers find a record by the place of its member.
                sink.write(&new.unwrap_or(Cow::Borrowed(raw.bytes)))?;
            }
        }
    } else if name.ends_with(".csv") || name.ends_with(".tsv") {
        let mut batches = CsvBatches::new(reader, None)?;
        let columns = batches.columns(fields)?;
        sink.write(batches.header())?;
        while let Some(batch) = batches.next_batch(BATCH)? {
            sink.batch(&batch, |raw| {
                let record = CsvRecord::parse(raw, &columns).ok()?;
                Some(record.with_text(&clean(record.text())?).into_owned())
            })?;
        }
    } else {
        let mut batches = Batches::new(reader);
        while let Some(batch) = batches.next_batch(BATCH)? {
            sink.batch(&batch, |raw| {
                let record = Record::parse(raw, fields).ok()?;
                Some(record.with_text(&clean(record.text())?).into_owned().into_bytes())
            })?;
        }
    }
    Ok(sink.out.flush()?)
}

fn parquet(input: &str, output: &str, fields: &Fields, clean: impl Fn(&str) -> Option<String>) -> Result<(), Failure> {
    let file = ParquetFile::open(Path::new(input), fields)?;
    let part = format!("{output}.part");
    let mut writer = file.rewrite(BufWriter::new(File::create(&part)?))?;
    let mut batches = file.batches()?;
    while let Some(mut batch) = batches.next_batch(BATCH)? {
        for row in batch.rows_mut() {
            if let Some(text) = row.text()?.and_then(&clean) {
                row.set_text(text);
            }
        }
        writer.write(&batch)?;
    }
    writer.finish()?;
    Ok(fs::rename(part, output)?)
}

/// The output, packed.
struct Sink {
    packing: Packing,
    out: BufWriter<File>,
}

impl Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(&pack(bytes, self.packing, None)?)
    }

    /// Records that `new` has nothing for are passed through.
    fn batch(&mut self, batch: &Batch, new: impl Fn(&[u8]) -> Option<Vec<u8>>) -> io::Result<()> {
        let mut bytes = Vec::new();
        for raw in batch.records() {
            match new(raw.bytes) {
                Some(new) => bytes.extend_from_slice(&new),
                None => bytes.extend_from_slice(raw.bytes),
            }
        }
        self.write(&bytes)
    }
}
