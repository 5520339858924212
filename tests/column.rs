//! `--removed-column`: the removals of each text in the Parquet result, through the real binary.

use std::fs;
use std::path::Path;
use std::process::Output;

use dehusk::Fields;
use dehusk::io::parquet::{Cell, ParquetFile, TableWriter};
use parquet::basic::Encoding;
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::record::{Field, Row};
use parquet::schema::parser::parse_message_type;
use serde_json::Value;

use crate::runs::{article, dehusk, record, said};

/// Writes a table of id, text and a number; some texts are missing, and from some nothing is removed.
fn table(path: &Path, rows: usize) {
    let columns = [("id", false), ("text", false), ("count", true)];
    let mut table = TableWriter::new(Vec::new(), &columns, None).unwrap().with_group_bytes(60_000);
    for i in 0..rows {
        let (id, text) = (format!("row {i}"), if i % 4 == 3 { "冫可水上涨，渡船停开。\n".into() } else { article(i) });
        let text = if i % 9 == 4 { Cell::Null } else { Cell::Text(&text) };
        table.row(&[Cell::Text(&id), text, Cell::Count(i as u64)]).unwrap();
    }
    fs::write(path, table.finish().unwrap()).unwrap();
}

fn rows(path: &Path) -> Vec<Row> {
    let reader = SerializedFileReader::new(fs::File::open(path).unwrap()).unwrap();
    reader.get_row_iter(None).unwrap().map(Result::unwrap).collect()
}

fn field(row: &Row, name: &str) -> Field {
    row.get_column_iter().find(|(found, _)| *found == name).unwrap_or_else(|| panic!("no {name}")).1.clone()
}

fn text(row: &Row, name: &str) -> Option<String> {
    match field(row, name) {
        Field::Str(text) => Some(text),
        _ => None,
    }
}

/// The items of a list column; `None` if the list is missing.
fn items(row: &Row, name: &str) -> Option<Vec<Row>> {
    let Field::ListInternal(list) = field(row, name) else { return None };
    let item = |item: &Field| match item {
        Field::Group(item) => item.clone(),
        other => panic!("{other}"),
    };
    Some(list.elements().iter().map(item).collect())
}

fn place(item: &Row, name: &str) -> usize {
    match field(item, name) {
        Field::Long(number) => number as usize,
        other => panic!("{name}: {other}"),
    }
}

/// The original without the items; asserts that their bytes and characters mean the same.
#[track_caller]
fn without(original: &str, items: &[Row]) -> String {
    let (mut by_bytes, mut at) = (String::new(), 0);
    let chars: Vec<char> = original.chars().collect();
    let (mut by_chars, mut char_at) = (String::new(), 0);
    for item in items {
        let (start, end) = (place(item, "byte_start"), place(item, "byte_end"));
        assert_eq!(text(item, "text").as_deref(), Some(&original[start..end]));
        let instead = item.get_column_iter().any(|(name, _)| name == "instead").then(|| text(item, "instead"));
        let instead = instead.flatten().unwrap_or_default();
        by_bytes += &original[at..start];
        by_bytes += &instead;
        at = end;
        by_chars.extend(&chars[char_at..place(item, "start")]);
        by_chars += &instead;
        char_at = place(item, "end");
    }
    by_bytes += &original[at..];
    by_chars.extend(&chars[char_at..]);
    assert_eq!(by_bytes, by_chars);
    by_bytes
}

/// Compares a result with its input; returns the number of removals.
#[track_caller]
fn check(before: &[Row], after: &[Row], column: &str) -> usize {
    assert_eq!(before.len(), after.len());
    let mut went = 0;
    for (old, new) in before.iter().zip(after) {
        assert_eq!((field(old, "id"), field(old, "count")), (field(new, "id"), field(new, "count")));
        let gone = items(new, column);
        match text(old, "text") {
            None => assert!(gone.is_none() && text(new, "text").is_none()),
            Some(original) => {
                let gone = gone.expect("a text has a list");
                assert_eq!(Some(without(&original, &gone)), text(new, "text"));
                went += gone.len();
            }
        }
    }
    went
}

fn run(folder: &Path, args: &[&str]) -> Output {
    dehusk().current_dir(folder).args(args).output().unwrap()
}

#[test]
fn a_column_tells_what_went_from_each_row() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    table(&folder.join("in.parquet"), 300);
    let before = rows(&folder.join("in.parquet"));
    for jobs in ["1", "3"] {
        let args =
            ["--out", "out", "--removed-column", "gone", "--removed", "rows.jsonl", "--jobs", jobs, "in.parquet"];
        let output = run(folder, &args);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        let after = rows(&folder.join("out/in.parquet"));
        assert!(check(&before, &after, "gone") > 200);

        // The record of removals has the same removals in the same order.
        let lines = fs::read_to_string(folder.join("rows.jsonl")).unwrap();
        let mut lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        for (i, row) in after.iter().enumerate() {
            for item in items(row, "gone").unwrap_or_default() {
                let line = lines.next().unwrap();
                assert_eq!(line["record"].as_u64(), Some(i as u64 + 1));
                for name in ["kind", "rule", "category", "phrase", "text"] {
                    assert_eq!(line[name].as_str().map(str::to_owned), text(&item, name), "{name}");
                }
                assert_eq!(line["chars_end"].as_u64(), Some(place(&item, "end") as u64));
                assert_eq!(item.len(), 9, "the type is that of the Python package");
            }
        }
        assert_eq!(lines.next().unwrap()["kind"], "file");
    }
    assert_eq!(fs::read_dir(folder.join("out")).unwrap().count(), 2, "nothing is left beside result and journal");

    // Texts are restored as usual; the column stays.
    let output = run(folder, &["restore", "out", "--removed", "rows.jsonl", "--out", "again"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    for (old, new) in before.iter().zip(rows(&folder.join("again/in.parquet"))) {
        assert_eq!((field(old, "text"), field(old, "count")), (field(&new, "text"), field(&new, "count")));
    }
}

#[test]
fn repairs_stand_in_the_column_with_what_they_put_there() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    table(&folder.join("in.parquet"), 40);
    let output = run(folder, &["--out", "out", "--repair", "--removed-column", "gone", "in.parquet"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let after = rows(&folder.join("out/in.parquet"));
    assert!(check(&rows(&folder.join("in.parquet")), &after, "gone") > 20);
    let gone = items(&after[3], "gone").unwrap();
    assert_eq!((text(&gone[0], "kind").unwrap(), text(&gone[0], "instead").unwrap()), ("repair".into(), "河".into()));
}

#[test]
fn a_file_is_rewritten_in_place_for_the_column_alone() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let mut one = TableWriter::new(Vec::new(), &[("text", false)], None).unwrap();
    one.row(&[Cell::Text("The river rose in the night.\n")]).unwrap();
    fs::write(folder.join("a.parquet"), one.finish().unwrap()).unwrap();
    let none = TableWriter::new(Vec::new(), &[("text", false)], None).unwrap();
    fs::write(folder.join("none.parquet"), none.finish().unwrap()).unwrap();
    let args = ["--in-place", "--removed-column", "gone", "a.parquet", "none.parquet"];
    let output = run(folder, &args);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert_eq!(items(&rows(&folder.join("a.parquet"))[0], "gone").map(|items| items.len()), Some(0));
    let none = ParquetFile::open(&folder.join("none.parquet"), &Fields { text: "gone".into(), ..Fields::default() });
    assert!(none.unwrap_err().to_string().contains("inside a list"), "the column is there");

    // The second time, the column exists already; the file must not change.
    let before = fs::read(folder.join("a.parquet")).unwrap();
    let output = run(folder, &args);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("a.parquet: error: there is a column \"gone\" already"), "{}", said(&output));
    assert_eq!(fs::read(folder.join("a.parquet")).unwrap(), before);
}

#[test]
fn records_of_other_formats_become_rows_with_the_column() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let lines: String = (0..400).map(record).collect();
    fs::write(folder.join("in.jsonl"), &lines).unwrap();
    let output =
        run(folder, &["--out", "out", "--to", "parquet", "--removed-column", "gone", "--jobs", "3", "in.jsonl"]);
    assert_eq!(output.status.code(), Some(1), "records without a text: {}", said(&output));
    let originals = lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let originals: Vec<String> = originals.filter_map(|record| Some(record["text"].as_str()?.to_owned())).collect();
    let after = rows(&folder.join("out/in.parquet"));
    assert_eq!(after.len(), originals.len());
    let mut went = 0;
    for (original, row) in originals.iter().zip(&after) {
        let gone = items(row, "gone").unwrap();
        assert_eq!(Some(without(original, &gone)), text(row, "text"));
        went += gone.len();
    }
    assert!(went > 200, "{went}");
}

#[test]
fn other_results_have_no_columns() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("in.jsonl"), record(1)).unwrap();
    table(&folder.join("in.parquet"), 5);
    for args in [&["in.jsonl"][..], &["--out", "out", "--to", "jsonl", "in.parquet"]] {
        let output = run(folder, &[args, &["--removed-column", "gone"]].concat());
        assert_eq!(output.status.code(), Some(2));
        assert!(said(&output).contains("--removed-column adds a column to Parquet results"), "{}", said(&output));
        assert!(output.stdout.is_empty() && !folder.join("out").exists());
    }
    let output = run(folder, &["--out", "out", "--removed-column", "count", "in.parquet"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("there is a column \"count\" already"), "{}", said(&output));
    assert!(!folder.join("out/in.parquet").exists());
    // The columns of a new file must not have that name either, ignoring case.
    let output = run(folder, &["--out", "out2", "--to", "parquet", "--removed-column", "URL", "in.jsonl"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("there is a column \"url\" already"), "{}", said(&output));
}

#[test]
fn damaged_pages_are_told_of_once_and_without_a_panic() {
    let folder = tempfile::tempdir().unwrap();
    // In this encoding the file contains the lengths of texts, which the Parquet library trusts.
    let properties = WriterProperties::builder().set_dictionary_enabled(false).set_encoding(Encoding::DELTA_BYTE_ARRAY);
    let schema = parse_message_type("message m { optional binary text (STRING); }").unwrap();
    let mut writer = SerializedFileWriter::new(Vec::new(), schema.into(), properties.build().into()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    let texts: Vec<ByteArray> = (0..40).map(|i| format!("渡船停开。{}", i % 5).as_str().into()).collect();
    column.typed::<ByteArrayType>().write_batch(&texts, Some(&[1; 40]), None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    let whole = writer.into_inner().unwrap();
    let mut told = 0;
    for at in (4..whole.len() / 2).step_by(2) {
        let mut damaged = whole.clone();
        damaged[at] ^= 0xff;
        fs::write(folder.path().join("a.parquet"), damaged).unwrap();
        let said = said(&run(folder.path(), &["--to", "jsonl", "a.parquet"]));
        assert!(!said.contains("panicked"), "byte {at}: {said}");
        if said.contains("a damaged page") {
            told += 1;
            // Rows before it may have been read, and may be no text.
            let pages = said.lines().filter(|line| !line.contains("error: not UTF-8"));
            let pages: Vec<_> = pages.collect();
            assert!(
                pages.len() == 1 && pages[0].starts_with("a.parquet: error: Parquet: a damaged page"),
                "byte {at}: {said}"
            );
        }
    }
    assert!(told > 0, "no page made the library panic");
}
