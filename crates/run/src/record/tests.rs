use super::*;
use dehusk_engine::{Edit, Removal};
use dehusk_io::parquet::TableWriter;
use dehusk_rules::{RuleSet, Source};
use dehusk_text::{Document, Span};
use std::fs;

/// A row in which every field has a value of its own.
fn full() -> Row<'static> {
    Row {
        kind: Kind::Repair,
        file: "file".into(),
        format: "format".into(),
        to: Some("to".into()),
        text_field: Some("text field".into()),
        encoding: Some("encoding".into()),
        bom: Some(true),
        in_place: Some(false),
        record: Some(1),
        offset: Some(2),
        id: Some("id".into()),
        host: Some("host".into()),
        rule: Some("rule".into()),
        category: Some("category".into()),
        phrase: Some("phrase".into()),
        bytes_start: Some(3),
        bytes_end: Some(4),
        chars_start: Some(5),
        chars_end: Some(6),
        text: Some("text".into()),
        instead: Some("instead".into()),
        checksum: Some("checksum".into()),
        raw: Some(Row::raw_of(b"raw")),
        documents: Some(7),
        bytes: Some(8),
        partial: Some(true),
        rules: Some("rules".into()),
    }
}

fn engine() -> Engine {
    let rules = "[[rule]]\nname = 'a'\nstarts_with = 'Previous:'\nmax_share = 100\nremoves = 'Previous: X'\n";
    let repair = "[[repair]]\nname = 'r'\nbuiltin = 'stray_tags'\nbefore = 'a</p>'\nafter = 'a'\n";
    let sources = [Source::new("credit.toml", rules), Source::new("repair.toml", repair)];
    let rules = RuleSet::from_sources(&sources).unwrap();
    Engine::builder().rules_only().build(&rules).unwrap()
}

#[test]
fn every_field_has_a_cell_and_comes_back_from_it() {
    let row = full();
    assert_eq!(Row::of_cells(&row.cells()).unwrap(), row);
    let json: Value = serde_json::from_str(&row.line()).unwrap();
    let names: Vec<&str> = Row::COLUMNS.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        json.as_object().unwrap().keys().map(String::as_str).collect::<std::collections::BTreeSet<_>>(),
        names.iter().copied().collect()
    );
    for ((name, is_count), cell) in Row::COLUMNS.iter().zip(row.cells()) {
        match cell {
            Cell::Text(text) => assert_eq!((json[*name].as_str(), *is_count), (Some(text), false), "{name}"),
            Cell::Count(count) => {
                let value = json[*name].as_u64().or(json[*name].as_bool().map(u64::from));
                assert_eq!((value, *is_count), (Some(count), true), "{name}");
            }
            Cell::Null => panic!("{name} has no cell"),
        }
    }
    assert_eq!(row.raw_bytes().as_deref(), Some(&b"raw"[..]));
    assert_eq!(Row::default().raw_bytes(), None);
    assert!(Row::of_cells(&[Cell::Text("no kind")]).is_err());
    let kinds = [Kind::Rule, Kind::Seam, Kind::Finder, Kind::Repair, Kind::File].map(Kind::name);
    assert_eq!(kinds, ["rule", "seam", "finder", "repair", "file"]);
}

#[test]
fn each_change_of_a_text_has_a_row_with_its_place() {
    let engine = engine();
    let text = "渡船整天都在开。\n".repeat(20) + "Previous: X\n水已经退了下去。\n";
    let document = Document::new(&text).unwrap();
    let mut outcome = engine.clean(&document);
    assert_eq!(outcome.removals.len(), 1);
    let end = outcome.removals[0].span.end;
    outcome.removals.push(Removal { span: Span::new(end, end + 3), cause: Cause::Seam });
    let decided = Decided { original: &text, repaired: None, outcome: &outcome, engine: &engine };
    let changes = decided.changes();
    let place = Row { file: "a".into(), ..Row::default() };
    assert_eq!(decided.rows(&[], &place, Some(b"raw")), "");
    let lines = decided.rows(&changes, &place, Some(b"raw"));
    let mut rows = Rows::new(lines.as_bytes());
    let first = rows.next_row().unwrap().unwrap();
    let last = rows.next_row().unwrap().unwrap();
    assert_eq!((rows.next_row().unwrap(), rows.line()), (None, 2));
    assert_eq!((first.kind, last.kind), (Kind::Rule, Kind::Seam));
    assert_eq!((first.bytes_start, first.bytes_end), (Some(500), Some(512)));
    assert_eq!((first.chars_start, first.chars_end), (Some(180), Some(192)));
    assert_eq!((last.chars_start, last.chars_end, last.text.as_deref()), (Some(192), Some(193), Some("水")));
    assert_eq!((first.rule.as_deref(), first.category.as_deref()), (Some("credit › a"), Some("credit")));
    assert_eq!((first.phrase.as_deref(), first.text.as_deref()), (Some("Previous:"), Some("Previous: X\n")));
    assert_eq!(first.checksum.as_deref(), Some(checksum(text.as_bytes()).as_str()));
    // The original record stands in the last row only.
    assert_eq!((first.raw_bytes(), last.raw_bytes().as_deref()), (None, Some(&b"raw"[..])));
    // The same in a column of lists.
    let column = Row::column("gone", false);
    assert_eq!((column.name.as_str(), column.fields.len(), Row::column("gone", true).fields.len()), ("gone", 9, 10));
    let mut lists = Lists::new(&column);
    decided.list(&changes, &mut lists).unwrap();
    assert_eq!(lists.len(), 1);
    let mut other = Lists::new(&ListColumn { name: "x".into(), fields: vec![("a", Holds::Text)] });
    assert!(decided.list(&changes, &mut other).is_err(), "a column of something else");
}

#[test]
fn a_repair_and_a_line_taken_by_the_finder_say_what_they_are() {
    let engine = engine();
    // The letter of the original that a repair replaces, and the line behind it.
    let edit = Edit { span: Span::new(0, 1), replacement: "A".into(), repair: 0 };
    let repaired = Repaired::made_of("Ab\ncd\n".into(), vec![edit]);
    let removal = Removal { span: Span::new(3, 6), cause: Cause::Finder { points: -100 } };
    let outcome = Outcome { removals: vec![removal], ..Outcome::default() };
    let decided = Decided { original: "ab\ncd\n", repaired: Some(&repaired), outcome: &outcome, engine: &engine };
    let lines = decided.rows(&decided.changes(), &Row::default(), None);
    let mut rows = Rows::new(lines.as_bytes());
    let (repair, finder) = (rows.next_row().unwrap().unwrap(), rows.next_row().unwrap().unwrap());
    assert_eq!((repair.kind, finder.kind), (Kind::Repair, Kind::Finder));
    assert_eq!((repair.rule.as_deref(), repair.instead.as_deref()), (Some("repair › r"), Some("A")));
    assert_eq!((repair.text.as_deref(), finder.text.as_deref()), (Some("a"), Some("cd\n")));
    assert_eq!((finder.rule, finder.category, finder.instead), (None, None, None));
}

#[test]
fn a_file_has_the_checksum_of_its_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = b"abc".repeat(1 << 20);
    fs::write(folder.path().join("a"), &bytes).unwrap();
    let sum = Checksum::of_file(&folder.path().join("a")).unwrap();
    assert_eq!((sum.digits(), sum.bytes()), (checksum(&bytes), 3 << 20));
    assert!(Checksum::of_file(&folder.path().join("b")).is_err());
    assert_eq!(format!("{sum:?}"), "Checksum { bytes: 3145728, .. }");
}

#[test]
fn a_record_is_read_from_lines_packed_lines_tables_and_parts() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let rows = [full(), Row { kind: Kind::File, file: "b".into(), in_place: Some(true), ..Row::default() }];
    let read = |name: &str| {
        let mut reader = Rows::open(&path(name)).unwrap();
        let mut found = Vec::new();
        while let Some(row) = reader.next_row().unwrap() {
            found.push(row);
            assert_eq!(reader.line(), found.len());
        }
        found
    };
    let lines = rows.iter().map(Row::line).collect::<String>();
    fs::write(path("a.jsonl"), &lines).unwrap();
    fs::write(path("a.jsonl.gz"), packed::pack(lines.as_bytes(), Packing::Gzip, None).unwrap()).unwrap();
    let mut table = TableWriter::new(fs::File::create(path("a.parquet")).unwrap(), &Row::COLUMNS, None).unwrap();
    rows.iter().for_each(|row| table.row(&row.cells()).unwrap());
    table.finish().unwrap();
    for name in ["a.jsonl", "a.jsonl.gz", "a.parquet"] {
        assert_eq!(read(name), rows, "{name}");
    }
    // Parts of a run that was stopped: one packed, one with a line that was being written, an empty one.
    fs::create_dir(path("parts")).unwrap();
    fs::write(path("parts/1"), packed::pack(rows[0].line().as_bytes(), Packing::Gzip, None).unwrap()).unwrap();
    fs::write(path("parts/2"), rows[1].line() + "{\"kind\":\"ru").unwrap();
    fs::write(path("parts/3"), "").unwrap();
    assert_eq!(read("parts"), rows);
    // A packed one that ends within its second member.
    fs::create_dir(path("torn")).unwrap();
    let packed = rows.each_ref().map(|row| packed::pack(row.line().as_bytes(), Packing::Gzip, None).unwrap());
    fs::write(path("torn/1"), [&packed[0][..], &packed[1][..packed[1].len() / 2]].concat()).unwrap();
    fs::write(path("torn/2"), &packed[1]).unwrap();
    assert_eq!(read("torn"), rows);
    // A part that is damaged is something else than one that ends within a line.
    fs::create_dir(path("damaged")).unwrap();
    let mut members = [0, 1, 0].map(|row| packed::pack(rows[row].line().as_bytes(), Packing::Gzip, None).unwrap());
    // Behind its head of ten bytes: a block of a kind that there is not.
    members[1][10] = 0xff;
    fs::write(path("damaged/1"), members.concat()).unwrap();
    let mut reader = Rows::open(&path("damaged")).unwrap();
    let error = loop {
        match reader.next_row() {
            Ok(row) => assert!(row.is_some(), "it does not end as if it were whole"),
            Err(error) => break error,
        }
    };
    assert!(matches!(FormatError::of(&error), Some(FormatError::Damaged { .. })), "{error}");
    // Given byte by byte, and in pieces that end within lines.
    for size in [1, 7] {
        let (mut bytes, mut piece) = (Vec::new(), vec![0; size]);
        let mut parts = PartsReader::new(&path("parts")).unwrap();
        loop {
            match parts.read(&mut piece).unwrap() {
                0 => break,
                count => bytes.extend(&piece[..count]),
            }
        }
        assert_eq!(String::from_utf8(bytes).unwrap(), lines, "in pieces of {size} bytes");
    }
}

#[test]
fn a_checksum_in_parts_is_that_of_the_whole() {
    let mut sum = Checksum::default();
    [&b"ab"[..], b"", b"cde"].into_iter().for_each(|part| sum.add(part));
    assert_eq!((sum.digits(), sum.bytes()), (checksum(b"abcde"), 5));
    assert_eq!(checksum(b"").len(), 32);
}

#[test]
fn rows_are_read_as_they_were_written() {
    let row =
        Row { kind: Kind::Seam, file: "a.jsonl".into(), record: Some(3), text: Some("\n".into()), ..Row::default() };
    let end = Row { kind: Kind::File, file: "a.jsonl".into(), ..Row::default() };
    let text = row.line() + "\n" + &end.line();
    assert_eq!(row.line(), "{\"kind\":\"seam\",\"file\":\"a.jsonl\",\"format\":\"\",\"record\":3,\"text\":\"\\n\"}\n");
    let mut rows = Rows::new(text.as_bytes());
    assert_eq!(rows.peek().unwrap(), Some(&row));
    assert_eq!(rows.next_row().unwrap(), Some(row));
    assert_eq!(rows.next_row().unwrap(), Some(end));
    assert_eq!(rows.next_row().unwrap(), None);
    assert!(Rows::new(&b"{}\n"[..]).next_row().is_err(), "a row has a kind and a file");
}
