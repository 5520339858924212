//! CSV and TSV: cutting into records, replacing texts, and quotes that are never closed.

use std::borrow::Cow;

use dehusk::Fields;
use dehusk::io::FormatError;
use dehusk::io::csv::{CsvBatches, CsvColumns, CsvRecord};
use proptest::prelude::*;

use super::{all_records, cut_anywhere};

fn columns(header: &str) -> CsvColumns {
    CsvBatches::new(header.as_bytes(), None).unwrap().columns(&Fields::default()).unwrap()
}

/// The rows behind the header.
fn rows(bytes: &[u8], size: usize) -> Vec<Vec<u8>> {
    let mut batches = CsvBatches::new(bytes, None).unwrap();
    all_records(|| batches.next_batch(size))
}

fn strings(rows: &[Vec<u8>]) -> Vec<&str> {
    rows.iter().map(|row| str::from_utf8(row).unwrap()).collect()
}

const TABLE: &str = "\u{feff}id,\"text\",url\r\n1,plain,https://a.example\r\n2,\"第一行\n他说\"\"好\"\"\r\n\r\n\",\n\
                     3,\"\",\"b.example\"\r\n\r\n4,a \"b\" c,\nlast,\"x,y\",z";

#[test]
fn every_size_of_batch_cuts_the_same_rows() {
    let whole = rows(TABLE.as_bytes(), 1 << 20);
    assert_eq!(
        strings(&whole),
        [
            "1,plain,https://a.example\r\n",
            "2,\"第一行\n他说\"\"好\"\"\r\n\r\n\",\n",
            "3,\"\",\"b.example\"\r\n",
            "\r\n",
            "4,a \"b\" c,\n",
            "last,\"x,y\",z"
        ]
    );
    for size in 1..200 {
        assert_eq!(rows(TABLE.as_bytes(), size), whole, "size {size}");
    }
    let mut batches = CsvBatches::new(TABLE.as_bytes(), None).unwrap();
    assert_eq!(batches.header(), "\u{feff}id,\"text\",url\r\n".as_bytes());
    let first = batches.next_batch(1).unwrap().unwrap();
    let first = first.records().next().unwrap();
    assert_eq!((first.number, first.offset), (2, batches.header().len() as u64));
}

#[test]
fn only_the_text_changes_and_keeps_its_quotes() {
    let columns = columns("id,text,url\n");
    for (row, text, new, expected) in [
        ("1,plain,u\r\n", "plain", "p", "1,p,u\r\n"),
        ("1,plain,u\n", "plain", "a,b", "1,\"a,b\",u\n"),
        ("1,plain,u\n", "plain", "\"a", "1,\"\"\"a\",u\n"),
        ("1,plain,u\n", "plain", "a\nb", "1,\"a\nb\",u\n"),
        ("1,plain,u\n", "plain", "", "1,,u\n"),
        ("1,a \"b\" c,u\n", "a \"b\" c", "\"b\" c", "1,\"\"\"b\"\" c\",u\n"),
        ("1,a \"b\" c,u\n", "a \"b\" c", "a \"b\"", "1,a \"b\",u\n"),
        ("1,\"x\",u", "x", "", "1,\"\",u"),
        ("\"1\",\"他说\"\"好\"\"\r\n\",\"u\"\"\"\n", "他说\"好\"\r\n", "\"好\"", "\"1\",\"\"\"好\"\"\",\"u\"\"\"\n"),
    ] {
        let record = CsvRecord::parse(row.as_bytes(), &columns).unwrap();
        assert_eq!(record.text(), text);
        assert_eq!(str::from_utf8(&record.with_text(new)).unwrap(), expected);
        assert!(matches!(record.with_text(text), Cow::Borrowed(same) if same == row.as_bytes()));
    }
    let record = CsvRecord::parse(b"\"1\",t,\"u\"\"\"\n", &columns).unwrap();
    assert_eq!((record.id(), record.url()), (Some("1"), Some("u\"")));
}

#[test]
fn the_last_and_the_only_column_are_no_exception() {
    let last = columns("id\ttext\r\n");
    let record = CsvRecord::parse(b"1\ta, \"b\"\r\n", &last).unwrap();
    assert_eq!((record.text(), &*record.with_text("a,")), ("a, \"b\"", &b"1\ta,\r\n"[..]));
    let only = columns("text\n");
    let record = CsvRecord::parse(b"a\r\n", &only).unwrap();
    assert_eq!((record.text(), &*record.with_text("")), ("a", &b"\"\"\r\n"[..]));
    assert_eq!(CsvRecord::parse(b"\"\"\r\n", &only).unwrap().text(), "");
}

#[test]
fn the_delimiter_is_the_one_of_the_header() {
    for (header, row) in [("id;text;x\n", "1;a,b;\n"), ("id\ttext\n", "1\ta,b;\n"), ("\"id,;\",text\n", "1,a\n")] {
        let record = CsvRecord::parse(row.as_bytes(), &columns(header)).unwrap().text().to_owned();
        assert!(record.starts_with('a'), "{record}");
    }
    let piped = CsvBatches::new(&b"id|text\n"[..], Some(b'|')).unwrap().columns(&Fields::default()).unwrap();
    assert_eq!(CsvRecord::parse(b"1|a,b\n", &piped).unwrap().text(), "a,b");
}

#[test]
fn columns_are_found_by_name() {
    let find = |header: &str| CsvBatches::new(header.as_bytes(), None).unwrap().columns(&Fields::default());
    assert_eq!(
        find("id,Text,\"a\"\"\"\n").unwrap_err(),
        FormatError::MissingColumn { name: "text".into(), columns: vec!["id".into(), "Text".into(), "a\"".into()] }
    );
    assert_eq!(find("text,text\n").unwrap_err(), FormatError::RepeatedColumn { name: "text".into() });
    assert!(matches!(find("").unwrap_err(), FormatError::MissingColumn { .. }));
    let utf16: Vec<u8> = "\u{feff}id,text\n1,a\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf16 = CsvBatches::new(&utf16[..], None).unwrap().columns(&Fields::default());
    assert_eq!(utf16.unwrap_err(), FormatError::NotUtf8 { at: 0 });
    assert!(find("\"a\nb\",text").is_ok(), "a header of two lines without an end");

    let hosts = columns("host,text,url\n");
    assert_eq!(CsvRecord::parse(b"h,t,u\n", &hosts).unwrap().url(), Some("u"));
    assert_eq!(CsvRecord::parse(b"h,t,\n", &hosts).unwrap().url(), Some("h"));
}

#[test]
fn each_bad_row_has_its_reason() {
    let columns = columns("id,text\n");
    let reason = |row: &[u8]| CsvRecord::parse(row, &columns).unwrap_err();
    assert_eq!(reason(b"1\n"), FormatError::FieldCount { expected: 2, found: 1 });
    assert_eq!(reason(b"1,2,3\n"), FormatError::FieldCount { expected: 2, found: 3 });
    assert_eq!(reason(b"1,\"a\"b\n"), FormatError::StrayQuote { at: 5 });
    assert_eq!(reason(b"\"1\n2\",\"a\n"), FormatError::OpenQuote { line: 2 });
    assert_eq!(reason(b"1,ab\xff\n"), FormatError::NotUtf8 { at: 2 });
    assert_eq!(CsvRecord::parse(b"\xff,a\n", &columns).unwrap().id(), None);
}

#[test]
fn a_quote_never_closed_costs_one_row() {
    let good: String = (0..50).map(|i| format!("{i},text {i},u\n")).collect();
    let all = format!("id,text,url\n0,\"open,u\n{good}");
    let found = rows(all.as_bytes(), 1 << 20);
    assert_eq!((found.len(), strings(&found)[0]), (51, "0,\"open,u\n"));
    // The same with a limit, so that the end of the file is not needed.
    let mut batches = CsvBatches::new(all.as_bytes(), None).unwrap().with_limit(200);
    assert_eq!(all_records(|| batches.next_batch(1)), found);

    // The file ends inside a field: its prose must not be read as rows.
    let prose = "one, two\nthree, four\nfive\nsix, seven\neight, nine\n";
    let all = format!("id,text\n{}0,\"{prose}", "1,a\n".repeat(9));
    let found = rows(all.as_bytes(), 1 << 20);
    assert_eq!((found.len(), strings(&found)[9]), (10, &*format!("0,\"{prose}")));
    // Longer than the limit: it comes in pieces, and nothing is lost.
    let mut batches = CsvBatches::new(all.as_bytes(), None).unwrap().with_limit(10);
    assert_eq!(all_records(|| batches.next_batch(1)).concat(), &all.as_bytes()["id,text\n".len()..]);

    // The next quote shows the mistake; only one row is joined to the broken one.
    let found = rows(b"id,text\n1,\"open\n2,\"a\"\n3,\"b\"\n", 1);
    assert_eq!(strings(&found), ["1,\"open\n2,\"a\"\n", "3,\"b\"\n"]);
}

#[test]
fn a_table_cut_off_anywhere_keeps_its_whole_rows() {
    let header = "id,text,url\n";
    let body = &TABLE[TABLE.find('\n').unwrap() + 1..];
    cut_anywhere(
        body.as_bytes(),
        |bytes| rows(&[header.as_bytes(), bytes].concat(), 20),
        |row| CsvRecord::parse(row, &columns(header)).is_ok(),
    );
}

proptest! {
    /// Any table in valid CSV is read back, and any text can be put into any row.
    #[test]
    fn what_is_written_is_read(
        table in prop::collection::vec(prop::collection::vec(("[a,;\"\r\n 新]{0,6}", any::<bool>()), 3), 1..8),
        new in "[a,;\"\r\n 新]{0,6}",
        size in 1usize..60,
    ) {
        let field = |(text, quoted): &(String, bool)| {
            if *quoted || text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.clone() }
        };
        let row = |row: &Vec<(String, bool)>| row.iter().map(field).collect::<Vec<_>>().join(",") + "\r\n";
        let all = format!("id,text,url\r\n{}", table.iter().map(row).collect::<String>());
        let found = rows(all.as_bytes(), size);
        prop_assert_eq!(found.len(), table.len());
        let columns = columns("id,text,url\r\n");
        for (raw, expected) in found.iter().zip(&table) {
            let record = CsvRecord::parse(raw, &columns).unwrap();
            prop_assert_eq!(record.text(), &expected[1].0);
            let changed = record.with_text(&new).into_owned();
            let again = CsvRecord::parse(&changed, &columns).unwrap();
            prop_assert_eq!(again.text(), &new);
            let quoted = CsvRecord::parse(&changed, &columns).unwrap().with_text(&new).into_owned();
            prop_assert_eq!(&quoted, &changed);
            prop_assert_eq!(again.id().unwrap_or(""), &expected[0].0);
        }
    }
}
