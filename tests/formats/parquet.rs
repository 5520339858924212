//! Parquet: rows are read and written, everything else is copied, and broken files are reported.
//!
//! `tests/peers/formats.py` tests files of other writers, with all types and compressions.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use dehusk::Fields;
use dehusk::io::FormatError;
use dehusk::io::parquet::{Cell, ParquetFile, TableWriter};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::serialized_reader::ReadOptionsBuilder;

/// A temporary folder for one test.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("formats-parquet-{name}"));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

/// Texts, of which some are missing, some empty, and one is long.
fn texts() -> Vec<Option<String>> {
    let text = |i: usize| match i % 11 {
        3 => None,
        5 => Some(String::new()),
        7 => Some("渡船".repeat(i * 5)),
        _ => Some(format!("{i}\n正文\n")),
    };
    (0..200).map(text).collect()
}

/// A table with the columns id, host, text and count, in several row groups.
pub fn table() -> Vec<u8> {
    write_table(Vec::new()).unwrap()
}

fn write_table<W: Write + Send>(out: W) -> io::Result<W> {
    let columns = [("id", false), ("host", false), ("text", false), ("count", true)];
    let mut writer = TableWriter::new(out, &columns, None)?.with_group_bytes(20_000);
    for (i, text) in texts().iter().enumerate() {
        let (id, host) = (format!("row {i}"), format!("h{i}.example"));
        let text = text.as_deref().map_or(Cell::Null, Cell::Text);
        writer.row(&[
            Cell::Text(&id),
            if i % 2 == 0 { Cell::Text(&host) } else { Cell::Null },
            text,
            Cell::Count(u64::MAX - i as u64),
        ])?;
    }
    writer.finish()
}

pub fn open(path: &Path) -> ParquetFile {
    ParquetFile::open(path, &Fields::default()).unwrap()
}

fn error(path: &Path, text: &str) -> FormatError {
    let fields = Fields { text: text.into(), ..Fields::default() };
    let error = ParquetFile::open(path, &fields).unwrap_err();
    FormatError::of(&error).unwrap_or_else(|| panic!("{error}")).clone()
}

pub type Row = (Option<String>, Option<String>, Option<String>);

pub fn rows(file: &ParquetFile, size: usize) -> Vec<Row> {
    let mut batches = file.batches().unwrap();
    let mut found = Vec::new();
    while let Some(batch) = batches.next_batch(size).unwrap() {
        assert_eq!(batch.first(), found.len() as u64 + 1);
        for row in batch.rows() {
            let own = |text: Option<&str>| text.map(str::to_owned);
            found.push((own(row.text().unwrap()), own(row.url()), own(row.id())));
        }
    }
    found
}

/// An output that fails after this many bytes, as a full disk does.
#[derive(Debug)]
pub struct Full(pub usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0 == 0 {
            return Err(io::Error::new(io::ErrorKind::StorageFull, "full"));
        }
        let n = bytes.len().min(self.0);
        self.0 -= n;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes a copy of a file in which each text is replaced by `new` of it.
pub fn rewrite<W: Write + Send + 'static>(file: &ParquetFile, out: W, new: impl Fn(&str) -> String) -> io::Result<W> {
    let mut writer = file.rewrite(out)?;
    let mut batches = file.batches()?;
    while let Some(mut batch) = batches.next_batch(3000)? {
        for row in batch.rows_mut() {
            let text = row.text().unwrap().map(&new);
            row.set_text(text.unwrap_or_default());
        }
        writer.write(&batch)?;
    }
    writer.finish()
}

#[test]
fn every_size_of_batch_reads_the_same_rows() {
    let folder = Folder::new("sizes");
    fs::write(folder.file("a.parquet"), table()).unwrap();
    let file = open(&folder.file("a.parquet"));
    let expected: Vec<Row> = texts()
        .into_iter()
        .enumerate()
        .map(|(i, text)| (text, (i % 2 == 0).then(|| format!("h{i}.example")), Some(format!("row {i}"))))
        .collect();
    assert_eq!(file.rows(), 200);
    for size in (1..200).chain([1 << 20]) {
        assert_eq!(rows(&file, size), expected, "size {size}");
    }
}

#[test]
fn texts_are_replaced_and_the_rest_is_copied() {
    let folder = Folder::new("replace");
    fs::write(folder.file("a.parquet"), table()).unwrap();
    let file = open(&folder.file("a.parquet"));
    let same = rewrite(&file, Vec::new(), str::to_owned).unwrap();
    fs::write(folder.file("same.parquet"), &same).unwrap();
    assert_eq!(rows(&open(&folder.file("same.parquet")), 500), rows(&file, 500));

    let new = |text: &str| if text.is_empty() { "new".into() } else { text.replace('\n', "") };
    fs::write(folder.file("new.parquet"), rewrite(&file, Vec::new(), new).unwrap()).unwrap();
    let found = rows(&open(&folder.file("new.parquet")), 500);
    for (found, old) in found.iter().zip(rows(&file, 500)) {
        assert_eq!(*found, (old.0.as_deref().map(new), old.1, old.2), "nulls stay nulls");
    }
    // Other readers must find every page through the index.
    let all = |name: &str| -> Vec<String> {
        let options = ReadOptionsBuilder::new().with_page_index().build();
        let reader = SerializedFileReader::new_with_options(fs::File::open(folder.file(name)).unwrap(), options);
        reader.unwrap().get_row_iter(None).unwrap().map(|row| row.unwrap().to_string()).collect()
    };
    assert_eq!(all("same.parquet"), all("a.parquet"));
    assert!(all("new.parquet").len() == 200 && all("new.parquet") != all("a.parquet"));

    // Rewriting a rewritten file again gives identical bytes.
    let again = rewrite(&open(&folder.file("same.parquet")), Vec::new(), str::to_owned).unwrap();
    assert!(again == same);
}

#[test]
fn a_file_cut_off_anywhere_is_refused() {
    let folder = Folder::new("cut");
    let whole = table();
    for end in 0..whole.len() {
        fs::write(folder.file("a.parquet"), &whole[..end]).unwrap();
        assert_eq!(error(&folder.file("a.parquet"), "text"), FormatError::NotParquet, "end {end}");
    }
    let mut encrypted = whole.clone();
    let end = encrypted.len();
    encrypted[..4].copy_from_slice(b"PARE");
    encrypted[end - 4..].copy_from_slice(b"PARE");
    fs::write(folder.file("a.parquet"), encrypted).unwrap();
    assert_eq!(error(&folder.file("a.parquet"), "text"), FormatError::Encrypted);
    assert!(ParquetFile::open(&folder.file("none.parquet"), &Fields::default()).is_err());
}

#[test]
fn damage_is_an_error_and_no_panic() {
    let folder = Folder::new("damage");
    let whole = table();
    let mut refused = 0;
    for at in (4..whole.len()).step_by(7) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x5a;
        fs::write(folder.file("a.parquet"), damaged).unwrap();
        let read = || -> io::Result<()> {
            let file = ParquetFile::open(&folder.file("a.parquet"), &Fields::default())?;
            let mut copied = file.rewrite(io::sink())?;
            // If rows are left out, the other columns must be read, too.
            let mut read = file.rewrite(io::sink())?.some_rows();
            let mut batches = file.batches()?;
            while let Some(mut batch) = batches.next_batch(5000)? {
                copied.write(&batch)?;
                batch.rows_mut()[0].leave_out();
                read.write(&batch)?;
            }
            copied.finish()?;
            read.finish().map(|_| ())
        };
        refused += usize::from(read().is_err());
    }
    assert!(refused > 20, "{refused}");
}

#[test]
fn what_the_footer_says_of_copied_columns_stays() {
    use parquet::basic::ColumnOrder;
    use parquet::data_type::{ByteArray, ByteArrayType, DoubleType};
    use parquet::file::metadata::SortingColumn;
    use parquet::file::properties::{ReaderProperties, WriterProperties};
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;

    let schema = "message m { required double x; required binary text (STRING); required binary id (STRING); }";
    let order = |column_idx| SortingColumn { column_idx, descending: false, nulls_first: false };
    let properties = WriterProperties::builder()
        .set_bloom_filter_enabled(true)
        .set_sorting_columns(Some(vec![order(2), order(1), order(0)]))
        .build();
    let schema = parse_message_type(schema).unwrap();
    let mut writer = SerializedFileWriter::new(Vec::new(), schema.into(), properties.into()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<DoubleType>().write_batch(&[-0.0, 1.0], None, None).unwrap();
    column.close().unwrap();
    for values in [["text a", "text b"], ["id a", "id b"]] {
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<ByteArrayType>().write_batch(&values.map(ByteArray::from), None, None).unwrap();
        column.close().unwrap();
    }
    group.close().unwrap();

    let folder = Folder::new("footer");
    fs::write(folder.file("a.parquet"), writer.into_inner().unwrap()).unwrap();
    let file = open(&folder.file("a.parquet"));
    fs::write(folder.file("b.parquet"), rewrite(&file, Vec::new(), str::to_owned).unwrap()).unwrap();

    let options = ReadOptionsBuilder::new()
        .with_reader_properties(ReaderProperties::builder().set_read_bloom_filter(true).build())
        .build();
    let reader = SerializedFileReader::new_with_options(fs::File::open(folder.file("b.parquet")).unwrap(), options);
    let reader = reader.unwrap();
    let group = reader.get_row_group(0).unwrap();
    assert!(group.get_column_bloom_filter(1).is_none(), "it would deny the words of the new texts");
    let filter = group.get_column_bloom_filter(2).expect("it was copied");
    assert!(filter.check(&"id a") && !filter.check(&"id c"));
    assert_eq!(group.metadata().sorting_columns(), Some(&vec![order(2)]));
    let orders = reader.metadata().file_metadata().column_orders().unwrap();
    assert_eq!(orders[0], ColumnOrder::IEEE_754_TOTAL_ORDER);
    assert!(matches!(orders[2], ColumnOrder::TYPE_DEFINED_ORDER(_)));
}

#[test]
fn columns_are_found_by_name_and_type() {
    let folder = Folder::new("columns");
    let path = folder.file("a.parquet");
    fs::write(&path, table()).unwrap();
    let columns = ["id", "host", "text", "count"].map(str::to_owned).to_vec();
    assert_eq!(error(&path, "Text"), FormatError::MissingColumn { name: "Text".into(), columns });
    let FormatError::NotText { name, kind } = error(&path, "count") else { panic!() };
    assert!(name == "count" && kind.starts_with("INT64"), "{kind}");
    assert_eq!(
        rows(&ParquetFile::open(&path, &Fields { text: "host".into(), ..Fields::default() }).unwrap(), 9).len(),
        200
    );
}

#[test]
fn an_output_that_fails_is_said_to_fail() {
    let folder = Folder::new("full");
    fs::write(folder.file("a.parquet"), table()).unwrap();
    let file = open(&folder.file("a.parquet"));
    let length = rewrite(&file, Vec::new(), str::to_owned).unwrap().len();
    for room in (0..length).step_by(97).chain([length - 1]) {
        let error = rewrite(&file, Full(room), str::to_owned).map(|_| ()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull, "{room}: {error}");
    }
    assert!(rewrite(&file, Full(length), str::to_owned).is_ok());
    let length = table().len();
    for room in (0..length).step_by(97).chain([length - 1]) {
        let error = write_table(Full(room)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull, "{room}: {error}");
    }
}

#[test]
fn rows_that_are_left_out_are_left_out_of_all_columns() {
    let folder = Folder::new("some");
    fs::write(folder.file("a.parquet"), table()).unwrap();
    let file = open(&folder.file("a.parquet"));
    let whole = |path: &Path| -> Vec<String> {
        let reader = SerializedFileReader::new(fs::File::open(path).unwrap()).unwrap();
        reader.get_row_iter(None).unwrap().map(|row| row.unwrap().to_string()).collect()
    };
    let all = whole(&folder.file("a.parquet"));
    // Kept rows: every third; only the last; the first 50; none.
    let third = |i: usize| i.is_multiple_of(3);
    for (stays, given) in
        [(&third as &dyn Fn(usize) -> bool, 200), (&|i| i == 199, 200), (&|_| true, 50), (&|_| false, 200)]
    {
        let mut writer = file.rewrite(Vec::new()).unwrap().some_rows();
        let mut batches = file.batches().unwrap();
        while let Some(mut batch) = batches.next_batch(3000).unwrap() {
            let first = batch.first() as usize - 1;
            batch.truncate(given - given.min(first));
            for (i, row) in batch.rows_mut().iter_mut().enumerate() {
                if !stays(first + i) {
                    row.leave_out();
                }
            }
            writer.write(&batch).unwrap();
        }
        fs::write(folder.file("some.parquet"), writer.finish().unwrap()).unwrap();
        let expected: Vec<_> = (0..given).filter(|&i| stays(i)).map(|i| all[i].clone()).collect();
        assert_eq!(whole(&folder.file("some.parquet")), expected);
        let reader = SerializedFileReader::new(fs::File::open(folder.file("some.parquet")).unwrap()).unwrap();
        assert!(reader.metadata().row_groups().iter().all(|group| group.num_rows() > 0), "no empty row groups");
    }
}

#[test]
fn rows_are_not_left_out_unasked() {
    let folder = Folder::new("missing");
    fs::write(folder.file("a.parquet"), table()).unwrap();
    let file = open(&folder.file("a.parquet"));
    let mut writer = file.rewrite(io::sink()).unwrap();
    let first = file.batches().unwrap().next_batch(1).unwrap().unwrap();
    writer.write(&first).unwrap();
    let error = writer.finish().map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("row group 0"), "{error}");
}
