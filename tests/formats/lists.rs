//! A new column of lists in a Parquet file: what was written is read back, whether pages were buffered in memory or on
//! disk.
//!
//! `tests/peers/formats.py` tests that other readers can read it.

use std::fs;
use std::io::{self, Write};

use dehusk::io::FormatError;
use dehusk::io::parquet::{Cell, Holds, ListColumn, Lists, ParquetFile, TableWriter};
use parquet::basic::Type;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::serialized_reader::ReadOptionsBuilder;
use parquet::record::{Field, Row};

use super::parquet::{Folder, Full, open, rewrite, rows, table};

fn column() -> ListColumn {
    let fields = vec![("at", Holds::Count), ("text", Holds::Text), ("kind", Holds::Name)];
    ListColumn { name: "gone".into(), fields }
}

type Item = (u64, Option<String>, &'static str);

/// The list of a row: missing, empty, with some items, and once with many. Every text has `bulk` bytes of noise.
fn list(row: u64, bulk: usize) -> Option<Vec<Item>> {
    let count = match row % 10 {
        3 => return None,
        5 => 0,
        7 => 300,
        n => n,
    };
    let mut seed = row;
    let mut letter = move || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b' ' + (seed >> 58) as u8)
    };
    let item = |i: u64| {
        let text = (i % 7 != 2).then(|| format!("{row}，{i} ") + &(0..bulk).map(|_| letter()).collect::<String>());
        (row * 1000 + i, text, if i.is_multiple_of(2) { "rule" } else { "seam" })
    };
    Some((0..count).map(item).collect())
}

fn add(lists: &mut Lists, list: Option<&[Item]>) {
    lists.row(list.is_some());
    for (at, text, kind) in list.unwrap_or_default() {
        let text = text.as_deref().map_or(Cell::Null, Cell::Text);
        lists.item(&[Cell::Count(*at), text, Cell::Text(kind)]).unwrap();
    }
}

/// Writes a copy of the file with a column of lists.
fn with_lists<W: Write + Send + 'static>(file: &ParquetFile, folder: &Folder, bulk: usize, out: W) -> io::Result<W> {
    let mut file = file.clone();
    file.add_lists(&column(), &folder.0)?;
    let mut writer = file.rewrite(out)?;
    let mut batches = file.batches()?;
    while let Some(mut batch) = batches.next_batch(4000)? {
        let mut lists = Lists::new(&column());
        for i in 0..batch.rows().len() as u64 {
            add(&mut lists, list(batch.first() - 1 + i, bulk).as_deref());
        }
        batch.set_lists(lists);
        writer.write(&batch)?;
    }
    writer.finish()
}

/// Opens a file; its pages are found through the index, or by reading one after the other.
fn reader(folder: &Folder, name: &str, with_index: bool) -> SerializedFileReader<fs::File> {
    let options = ReadOptionsBuilder::new();
    let options = if with_index { options.with_page_index() } else { options };
    SerializedFileReader::new_with_options(fs::File::open(folder.file(name)).unwrap(), options.build()).unwrap()
}

fn all(reader: &SerializedFileReader<fs::File>) -> Vec<Row> {
    reader.get_row_iter(None).unwrap().map(Result::unwrap).collect()
}

fn field(row: &Row, name: &str) -> Field {
    row.get_column_iter().find(|(found, _)| *found == name).unwrap().1.clone()
}

fn found_list(row: &Row) -> Option<Vec<(Field, Field, Field)>> {
    match field(row, "gone") {
        Field::Null => None,
        Field::ListInternal(list) => Some(
            list.elements()
                .iter()
                .map(|item| match item {
                    Field::Group(item) => (field(item, "at"), field(item, "text"), field(item, "kind")),
                    other => panic!("{other}"),
                })
                .collect(),
        ),
        other => panic!("{other}"),
    }
}

fn fields_of(list: Option<Vec<Item>>) -> Option<Vec<(Field, Field, Field)>> {
    let fields = |(at, text, kind): Item| {
        (Field::Long(at as i64), text.map_or(Field::Null, Field::Str), Field::Str(kind.to_owned()))
    };
    list.map(|items| items.into_iter().map(fields).collect())
}

#[test]
fn lists_come_back_from_memory_and_from_files() {
    let folder = Folder::new("lists");
    fs::write(folder.file("a.parquet"), table()).unwrap();
    let file = open(&folder.file("a.parquet"));
    // The last cases have more incompressible noise than may be buffered in memory.
    for (bulk, with_index) in [(0, false), (0, true), (400, true), (400, false)] {
        fs::write(folder.file("b.parquet"), with_lists(&file, &folder, bulk, Vec::new()).unwrap()).unwrap();
        let (old, new) = (reader(&folder, "a.parquet", with_index), reader(&folder, "b.parquet", with_index));
        let (before, after) = (all(&old), all(&new));
        assert_eq!(after.len(), 200);
        for (i, (old, new)) in before.iter().zip(&after).enumerate() {
            for (name, value) in old.get_column_iter() {
                assert_eq!(field(new, name), *value);
            }
            assert_eq!(found_list(new), fields_of(list(i as u64, bulk)), "row {i}");
        }
        let (old, new) = (old.metadata(), new.metadata());
        assert_eq!(new.num_row_groups(), old.num_row_groups());
        assert!(new.num_row_groups() > 2);
        let group = new.row_group(0);
        let names: Vec<_> = group.columns().iter().map(|c| c.column_path().string()).collect();
        assert_eq!(names[4..], ["gone.list.element.at", "gone.list.element.text", "gone.list.element.kind"]);
        assert_eq!(group.column(4).column_type(), Type::INT64);
        assert_eq!(group.column(5).compression(), old.row_group(0).column(2).compression());
        assert_eq!(rows(&open(&folder.file("b.parquet")), 500), rows(&file, 500));
    }
    let big =
        reader(&folder, "b.parquet", true).metadata().row_groups().iter().map(|g| g.column(5).compressed_size()).max();
    assert!(big.unwrap() > 600_000, "{big:?} bytes would all wait in memory");
}

#[test]
fn what_does_not_fit_is_refused() {
    let folder = Folder::new("list-refused");
    fs::write(folder.file("a.parquet"), table()).unwrap();
    let file = open(&folder.file("a.parquet"));
    let error = file.clone().add_lists(&ListColumn { name: "host".into(), ..column() }, &folder.0).unwrap_err();
    assert_eq!(FormatError::of(&error), Some(&FormatError::ExistingColumn { name: "host".into() }));

    let mut lists = Lists::new(&column());
    let item = [Cell::Count(1), Cell::Null, Cell::Text("rule")];
    assert!(lists.item(&item).is_err(), "an item without a row");
    lists.row(false);
    assert!(lists.item(&item).is_err(), "an item in no list");
    lists.row(true);
    assert!(lists.item(&item[..2]).is_err(), "an item of another column");
    assert!(lists.item(&[Cell::Null, Cell::Count(1), Cell::Null]).is_err());
    assert_eq!(lists.len(), 2);

    let mut with = file.clone();
    with.add_lists(&column(), &folder.0).unwrap();
    let error = rewrite(&with, io::sink(), str::to_owned).map(|_| ()).unwrap_err();
    assert!(error.to_string().contains("rows without lists"), "{error}");
}

#[test]
fn a_full_disk_is_said_to_be_full() {
    let folder = Folder::new("list-full");
    fs::write(folder.file("a.parquet"), table()).unwrap();
    let file = open(&folder.file("a.parquet"));
    let length = with_lists(&file, &folder, 0, Vec::new()).unwrap().len();
    for room in (0..length).step_by(997).chain([length - 1]) {
        let error = with_lists(&file, &folder, 0, Full(room)).map(|_| ()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull, "{room}: {error}");
    }
    // Buffered pages need disk space and an existing folder.
    let missing = Folder(folder.file("missing"));
    assert!(with_lists(&file, &missing, 0, io::sink()).is_ok(), "little waits in memory");
    let error = with_lists(&file, &missing, 400, io::sink()).map(|_| ()).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::NotFound, "{error}");
}

#[test]
fn a_new_table_may_have_lists_too() {
    let folder = Folder::new("list-table");
    let mut table = TableWriter::new(Vec::new(), &[("n", true)], Some(&column())).unwrap().with_group_bytes(30_000);
    let mut row = 0;
    while row < 100 {
        // Rows come in small batches, each with its lists.
        let some = row..row + 1 + row % 13;
        let mut lists = Lists::new(&column());
        for row in some.clone() {
            table.row(&[Cell::Count(row)]).unwrap();
            add(&mut lists, list(row, 0).as_deref());
        }
        table.lists(lists).unwrap();
        row = some.end;
    }
    fs::write(folder.file("t.parquet"), table.finish().unwrap()).unwrap();
    let reader = reader(&folder, "t.parquet", true);
    assert!(reader.num_row_groups() > 2);
    let found = all(&reader);
    assert_eq!(found.len() as u64, row);
    for (i, row) in found.iter().enumerate() {
        assert_eq!(field(row, "n"), Field::ULong(i as u64));
        assert_eq!(found_list(row), fields_of(list(i as u64, 0)), "row {i}");
    }
    let mut uneven = TableWriter::new(Vec::new(), &[("n", true)], Some(&column())).unwrap();
    uneven.row(&[Cell::Count(1)]).unwrap();
    assert!(uneven.finish().is_err(), "a row without its list");
}
