//! What is fuzzed: each function takes any bytes, and asserts what must hold of them.
//!
//! `fuzz_targets/` gives them to libFuzzer; `tests/fuzzing.rs` of dehusk gives them the corpus.

use std::io::{Cursor, Read as _, Write as _};
use std::sync::LazyLock;

use dehusk::io::csv::CsvTable;
use dehusk::io::packed::{self, Packing};
use dehusk::io::parquet::ParquetFile;
use dehusk::io::{Cutter, Format, Raw};
use dehusk::pipeline::restore;
use dehusk::pipeline::{Row, Rows};
use dehusk::{Document, Engine, Fields, Input, Lang, Profile, Record, RuleSet, Source, Span};

/// What is fuzzed, with its name.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: [Target; 12] = [
    ("encoding", encoding),
    ("rules", rules),
    ("fold", fold),
    ("document", document),
    ("html", html),
    ("jsonl", jsonl),
    ("csv", csv),
    ("warc", warc),
    ("packed", packed),
    ("parquet", parquet),
    ("record", record),
    ("restore", restored),
];

/// Bytes become text: what was replaced has its place, and what was not is the text.
pub fn encoding(data: &[u8]) {
    let decoded = dehusk::decode(data, None).expect("without a label there is no wrong one");
    assert!(decoded.replaced.windows(2).all(|two| two[0] <= two[1]));
    assert!(decoded.replaced.iter().all(|&at| at <= data.len()));
    assert!(decoded.text.matches('\u{fffd}').count() >= decoded.replaced.len());
    if decoded.encoding == "UTF-8" && decoded.replaced.is_empty() {
        assert_eq!(decoded.encode(&decoded.text).expect("UTF-8 has every character"), data);
    }
    if decoded.encoding == "UTF-8" && !decoded.bom {
        assert_eq!(decoded.text, String::from_utf8_lossy(data));
    }
}

/// A rule file, a list, points of the finder: whatever is wrong is said with its place, in both languages, and
/// shows nothing that acts on a terminal.
pub fn rules(data: &[u8]) {
    const NAMES: [&str; 6] =
        ["a.toml", "settings.toml", "repair.toml", "lists/place.names.txt", "finder/points.toml", "finder/words.toml"];
    let Some((first, data)) = data.split_first() else { return };
    let name = NAMES[*first as usize % NAMES.len()];
    let (rules, found) = RuleSet::check(&[Source::from_bytes(name, name, data)]);
    for one in &found {
        for lang in [Lang::Zh, Lang::En] {
            let said = one.render(lang, false);
            assert!(!said.contains(|c: char| c.is_control() && c != '\n' || c == '\u{202e}'), "{said:?}");
        }
    }
    let _ = Engine::builder().profile(Profile::Body).build(&rules);
}

/// A folded text is folded: doing it again changes nothing.
pub fn fold(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for line in text.lines() {
        let once = dehusk::fold(line);
        assert_eq!(dehusk::fold(&once), once, "{line:?}");
    }
}

/// Rules, a NUL and a text: body and removals are the text, and the same body comes out with rules searched otherwise.
pub fn document(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let (rules, text) = text.split_once('\0').unwrap_or(("", &text));
    let Ok(rules) = RuleSet::from_sources(&[Source::new("a.toml", rules.to_owned())]) else { return };
    let Ok(document) = Document::new(text) else { return };
    for profile in [Profile::Article, Profile::Body] {
        let Ok(engine) = Engine::builder().profile(profile).build(&rules) else { return };
        let outcome = engine.clean(&document);
        let (mut at, mut joined, mut body) = (0, String::new(), String::new());
        for removal in &outcome.removals {
            assert!(removal.span.start >= at && removal.span.end > removal.span.start);
            body.push_str(&text[at..removal.span.start]);
            joined.push_str(&text[at..removal.span.end]);
            at = removal.span.end;
        }
        body.push_str(&text[at..]);
        joined.push_str(&text[at..]);
        assert_eq!(joined, text);
        assert_eq!(outcome.body(&document), body);
    }
}

/// A page of HTML: each line of the text that is made of it has its facts, body and removals are that text, and what is
/// left of the Markdown has as many lines as the body or more.
pub fn html(data: &[u8]) {
    let decoded = dehusk::decode_html(data, None).expect("what a page says of its encoding is no error");
    static ENGINES: LazyLock<[Engine; 2]> = LazyLock::new(|| {
        [Profile::Article, Profile::Body].map(|profile| {
            let builder = Engine::builder().profile(profile).input(Input::Html);
            builder.build(&RuleSet::default()).expect("no rules are no mistake")
        })
    });
    for engine in &*ENGINES {
        let page = engine.read_html(&decoded.text, true);
        assert!(page.text().is_empty() || page.text().ends_with('\n'));
        let Ok(document) = page.document() else { return };
        // Without a tag it is a text, whose lines stay.
        let Some(markup) = document.markup() else { continue };
        assert_eq!(markup.lines.len(), page.text().lines().count());
        for (at, container) in markup.containers.iter().enumerate() {
            assert!((container.parent as usize) < at.max(1), "what stands around comes first");
            assert!(container.linked <= container.chars);
        }
        assert!(markup.lines.iter().all(|line| (line.container as usize) < markup.containers.len()));
        let outcome = engine.clean(&document);
        let mut at = 0;
        for removal in &outcome.removals {
            assert!(removal.span.start >= at && removal.span.end > removal.span.start);
            assert!(page.text().is_char_boundary(removal.span.start) && page.text().is_char_boundary(removal.span.end));
            at = removal.span.end;
        }
        assert!(at <= page.text().len());
        let body = outcome.body(&document);
        let markdown = page.markdown(&document, &outcome).expect("it was asked for");
        assert!(markdown.lines().count() >= body.lines().count(), "{markdown:?} {body:?}");
    }
}

/// A line of JSON: its own text changes nothing, another one can be read again.
pub fn jsonl(data: &[u8]) {
    let fields = Fields::default();
    for line in data.split_inclusive(|&b| b == b'\n') {
        let Ok(record) = Record::parse(line, &fields) else { continue };
        assert_eq!(record.with_text(record.text()).as_bytes(), line);
        let other = format!("{}\n\"x\u{1f600}", record.text());
        let changed = record.with_text(&other);
        let again = Record::parse(changed.as_bytes(), &fields).expect("what is written can be read");
        assert_eq!((again.text(), again.id(), again.url()), (other.as_str(), record.id(), record.url()));
    }
    cut(data, Format::Jsonl);
}

/// A table: all bytes come out again, whole or with another text.
pub fn csv(data: &[u8]) {
    cut(data, Format::Csv);
}

/// WARC: all bytes come out again, whole or with another text.
pub fn warc(data: &[u8]) {
    cut(data, Format::Warc);
}

fn cut(data: &[u8], format: Format) {
    for limit in [64, 1 << 20] {
        let Ok((cutter, parser)) = Cutter::of(format, Cursor::new(data), &Fields::default(), CsvTable::default())
        else {
            return;
        };
        let mut cutter = cutter.with_limit(limit);
        let (mut all, mut number) = (Vec::new(), 0);
        while let Some(batch) = cutter.next_batch(128).expect("memory can be read") {
            assert_eq!(batch.offset(), all.len() as u64);
            for raw in batch.records() {
                assert!(raw.number == number || raw.number == number + 1 || number == 0);
                number = raw.number;
                let Ok(Some(entry)) = parser.parse(raw) else { continue };
                // A page is written as a record of text, also where nothing goes.
                if !entry.is_html() {
                    assert_eq!(*entry.with_text(entry.text()), *raw.bytes);
                }
                for text in ["渡船 \"x\", y", entry.text()] {
                    let changed = entry.with_text(text).into_owned();
                    let again = parser.parse(Raw { bytes: &changed, ..raw }).expect("what is written can be read");
                    let again = again.expect("it is a document still");
                    assert_eq!((again.text(), again.is_html()), (text, false));
                }
                // Every other line goes.
                let mut at = 0;
                let lines = entry.text().split_inclusive('\n').map(|line| {
                    at += line.len();
                    Span::new(at - line.len(), at)
                });
                let gone: Vec<Span> = lines.step_by(2).collect();
                let left: String = entry.text().split_inclusive('\n').skip(1).step_by(2).collect();
                let mut without = Vec::new();
                entry.write_without(gone.into_iter(), &mut without);
                assert_eq!(without, *entry.with_text(&left));
            }
            all.extend_from_slice(batch.bytes());
        }
        assert!(all == data, "bytes are lost");
    }
}

/// Packed bytes: damage is an error; what is packed here comes out again.
pub fn packed(data: &[u8]) {
    for packing in [Packing::Gzip, Packing::Zstd, Packing::Bzip2, Packing::Xz] {
        let mut out = Vec::new();
        let _ = packed::open(Cursor::new(data.to_vec()), packing).take(1 << 20).read_to_end(&mut out);
        let whole = packed::pack(data, packing, Some(1)).expect("there is memory");
        let mut out = Vec::new();
        packed::open(Cursor::new(whole), packing).read_to_end(&mut out).expect("it is whole");
        assert_eq!(out, data);
    }
}

/// A Parquet file: damage is an error, and a batch is not longer than what was asked for and a row. What is written
/// with other texts has those texts.
pub fn parquet(data: &[u8]) {
    let mut file = tempfile::NamedTempFile::new().expect("a file can be made");
    file.write_all(data).expect("it can be written");
    let Ok(file) = ParquetFile::open(file.path(), &Fields::default()) else { return };
    let Ok(mut batches) = file.batches() else { return };
    let copy = tempfile::NamedTempFile::new().expect("a file can be made");
    let mut out = file.rewrite(copy.reopen().expect("it is there")).ok();
    let (mut read, mut texts, mut is_whole) = (0, Vec::new(), false);
    // A few bytes can have rows of terabytes.
    while read < 1 << 24 {
        let Ok(batch) = batches.next_batch(1 << 16) else { break };
        let Some(mut batch) = batch else {
            is_whole = true;
            break;
        };
        let lengths = batch.rows().iter().map(|row| row.text().ok().flatten().map_or(0, str::len) + 8);
        let (all, last) = (lengths.clone().sum::<usize>(), lengths.last().unwrap_or(0));
        assert!(all - last < 1 << 16);
        read += all;
        for row in batch.rows_mut().iter_mut().step_by(2) {
            row.set_text("渡船".to_owned());
        }
        texts.extend(batch.rows().iter().map(|row| row.text().map(|text| text.map(str::to_owned))));
        out = out.filter(|_| texts.len() < 1 << 16);
        if let Some(rewriter) = &mut out
            && rewriter.write(&batch).is_err()
        {
            out = None;
        }
    }
    let Some(out) = out.filter(|_| is_whole) else { return };
    if out.finish().is_err() {
        return;
    }
    let file = ParquetFile::open(copy.path(), &Fields::default()).expect("what is written can be read");
    let mut batches = file.batches().expect("it is still there");
    let mut again = Vec::new();
    while let Some(batch) = batches.next_batch(1 << 16).expect("what is written can be read") {
        again.extend(batch.rows().iter().map(|row| row.text().map(|text| text.map(str::to_owned))));
    }
    assert!(again == texts, "texts differ");
}

/// A record of removals: each row that can be read is written as it was read.
pub fn record(data: &[u8]) {
    let mut rows = Rows::new(Cursor::new(data));
    while let Ok(Some(row)) = rows.next_row() {
        let line = row.line();
        let again = Rows::new(line.as_bytes()).next_row().expect("what is written can be read");
        assert_eq!(again, Some(row));
    }
}

/// A record, a NUL and a result that it may not belong to: what is restored has the checksum of the record.
pub fn restored(data: &[u8]) {
    let at = data.iter().position(|&b| b == 0).unwrap_or(data.len());
    let (lines, result) = (&data[..at], data.get(at + 1..).unwrap_or_default());
    let mut rows: Vec<Row<'static>> = Vec::new();
    let mut all = Rows::new(Cursor::new(lines));
    while let Ok(Some(row)) = all.next_row() {
        rows.push(row);
    }
    let Some(end) = rows.pop() else { return };
    if let Ok(original) = restore::text(result, &rows, &end) {
        assert_eq!(end.checksum.as_deref(), Some(dehusk::pipeline::checksum(&original).as_str()));
    }
    if let Ok(original) = restore::document(&String::from_utf8_lossy(result), &rows) {
        let sum = dehusk::pipeline::checksum(original.as_bytes());
        assert!(rows.first().is_none_or(|row| row.checksum.as_deref() == Some(sum.as_str())));
    }
}
