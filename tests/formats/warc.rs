//! WARC and WET: cutting into records, replacing texts, and wrong lengths.

use dehusk::io::FormatError;
use dehusk::io::warc::{WarcBatches, WarcRecord};

use super::{all_records, cut_anywhere};

const INFO: &str = "WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Type: application/warc-fields\r\nContent-Length: 23\r\n\r\n\
                    software: test\r\nx: y\r\n\r\n\r\n\r\n";

/// A record like those of Common Crawl's WET files.
fn wet(text: &str, digest: &str) -> String {
    format!(
        "WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: https://a.example/新闻\r\n\
         WARC-Record-ID: <urn:uuid:1>\r\nWARC-Block-Digest: {digest}\r\nContent-Type: text/plain\r\n\
         Content-Length: {}\r\n\r\n{text}\r\n\r\n",
        text.len()
    )
}

const EMPTY: &str = "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ";

fn records(bytes: &[u8], size: usize) -> Vec<Vec<u8>> {
    let mut batches = WarcBatches::new(bytes);
    all_records(|| batches.next_batch(size))
}

fn parse(raw: &[u8]) -> Result<Option<WarcRecord<'_>>, FormatError> {
    WarcRecord::parse(raw, 1 << 20)
}

#[test]
fn every_size_of_batch_cuts_the_same_records() {
    let text = format!("{INFO}{}{}{INFO}", wet("渡船\r\n\r\n重新开航\n", EMPTY), wet("", EMPTY));
    let whole = records(text.as_bytes(), 1 << 20);
    assert_eq!(whole.len(), 4);
    for size in 1..200 {
        assert_eq!(records(text.as_bytes(), size), whole, "size {size}");
    }
    assert_eq!(whole.concat(), text.as_bytes());
}

#[test]
fn a_new_text_takes_length_and_digest_with_it_and_nothing_else() {
    let raw = wet("渡船\n广告\n", EMPTY);
    let record = parse(raw.as_bytes()).unwrap().unwrap();
    assert_eq!(
        (record.text(), record.url(), record.id()),
        ("渡船\n广告\n", Some("https://a.example/新闻"), Some("<urn:uuid:1>"))
    );
    assert!(matches!(record.with_text("渡船\n广告\n"), std::borrow::Cow::Borrowed(same) if same == raw.as_bytes()));
    assert_eq!(String::from_utf8(record.with_text("").into_owned()).unwrap(), wet("", EMPTY));

    // SHA-1 of "abc" in three notations; header names in any case; a header after the length.
    for (old, new) in [
        ("sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ", "sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5"),
        ("sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709", "sha1:a9993e364706816aba3e25717850c26c9cd0d89d"),
        (
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ),
    ] {
        let make = |length: usize, digest: &str, text: &str| {
            format!(
                "WARC/1.1\nwarc-type:  conversion \ncontent-length:{length}\nWARC-Payload-Digest: {digest}\n\
                 warc-block-digest:{digest}  \nX: 1\n\n{text}\n\n"
            )
        };
        let raw = make(0, old, "");
        let record = parse(raw.as_bytes()).unwrap().unwrap();
        assert_eq!(String::from_utf8(record.with_text("abc").into_owned()).unwrap(), make(3, new, "abc"));
    }
}

#[test]
fn other_types_are_passed_through() {
    for raw in [
        INFO.to_string(),
        wet("a", EMPTY).replace("conversion", "response"),
        wet("a", EMPTY).replace("text/plain", "text/html"),
    ] {
        assert!(parse(raw.as_bytes()).unwrap().is_none(), "{raw}");
    }
    let charset = wet("a", EMPTY).replace("text/plain", "Text/Plain; charset=utf-8");
    assert!(parse(charset.as_bytes()).unwrap().is_some());
    assert!(parse(wet("a", EMPTY).replace("Content-Type: text/plain\r\n", "").as_bytes()).unwrap().is_some());
}

#[test]
fn wrong_lengths_are_reported_and_swallow_nothing() {
    let (before, after) = (wet("before", EMPTY), wet("after", EMPTY));
    let right = wet("渡船重新开航", EMPTY);
    for said in
        ["0", "1", "17", "19", "22", "23", "24", "28", "30", "200", "400", "99999999999999", "18446744073709551615"]
    {
        let broken = right.replace("Content-Length: 18", &format!("Content-Length: {said}"));
        let all = format!("{before}{broken}{after}");
        let found = records(all.as_bytes(), 1 << 20);
        assert_eq!(found.concat(), all.as_bytes());
        assert_eq!(
            found.len(),
            3,
            "{said}: {:?}",
            found.iter().map(|r| String::from_utf8_lossy(r)).collect::<Vec<_>>()
        );
        assert!(parse(&found[0]).unwrap().is_some() && parse(&found[2]).unwrap().is_some());
        match parse(&found[1]) {
            // Up to 22, the text includes the line ends behind it.
            Ok(Some(record)) => assert!(["19", "22"].contains(&said) && record.text().trim_end() == "渡船重新开航"),
            Err(FormatError::WrongLength { declared, found: 18 | 22 }) => assert_eq!(declared.to_string(), said),
            other => panic!("{said}: {other:?}"),
        }
    }
    for said in ["", "-1", "18x"] {
        let broken = right.replace("Content-Length: 18", &format!("Content-Length: {said}"));
        let found = records(format!("{before}{broken}{after}").as_bytes(), 1);
        assert_eq!(parse(&found[1]).unwrap_err(), FormatError::NoLength);
        assert_eq!(found[2], after.as_bytes());
    }
}

#[test]
fn what_is_no_record_is_kept_apart() {
    let record = wet("text", EMPTY);
    for junk in ["junk\n", "junk without end", "\0\0\0", "WARC/1.0 but not alone\r\n", "\r\n\r\nWARC/x\n"] {
        let all = format!("{junk}\n{record}{junk}\n{record}");
        let found = records(all.as_bytes(), 1 << 20);
        assert_eq!(found.concat(), all.as_bytes());
        assert_eq!(parse(&found[0]).unwrap_err(), FormatError::NotWarc, "{junk}");
        assert!(found.iter().filter(|raw| matches!(parse(raw), Ok(Some(_)))).count() >= 1, "{junk}");
        assert!(found.iter().any(|raw| raw == record.as_bytes()), "{junk}");
    }
    let long = vec![b'x'; 3 << 20];
    let found = records(&[&long[..], b"\n", record.as_bytes()].concat(), 1 << 20);
    assert!(found.last().unwrap() == record.as_bytes());
    assert!(found.iter().all(|raw| raw.len() <= 2 << 20), "memory does not grow with what is no record");
}

#[test]
fn a_stream_cut_off_anywhere_keeps_its_whole_records() {
    let text = [INFO, &wet("渡船\r\n\r\n重新开航\n", EMPTY), &wet("x", EMPTY)].concat();
    cut_anywhere(text.as_bytes(), |bytes| records(bytes, 50), |raw| parse(raw).is_ok());
}

#[test]
fn texts_that_cannot_be_taken_have_a_reason() {
    let mut bytes = wet("abc\u{1}", EMPTY).into_bytes();
    let at = bytes.iter().position(|&b| b == 1).unwrap();
    bytes[at] = 0xff;
    assert_eq!(parse(&bytes).unwrap_err(), FormatError::NotUtf8 { at: 3 });
    let md5 = wet("a", "md5:0cc175b9c0f1b6a831c399e269772661");
    assert_eq!(parse(md5.as_bytes()).unwrap_err(), FormatError::UnknownDigest { algorithm: "md5".into() });
    assert_eq!(parse(b"").unwrap_err(), FormatError::NotWarc);
    assert_eq!(parse(b"WARC/1.0\r\n").unwrap_err(), FormatError::NoLength);
}

#[test]
fn a_page_becomes_a_record_of_text_whatever_its_head_looks_like() {
    let page = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>The ferry sails again.";
    let head = "WARC/1.0\r\nWARC-Type : response\r\nWARC-Target-URI: https://a.example/\r\n b\r\n\
                WARC-Payload-Digest: md5:0cc175b9c0f1b6a8\r\n 31c399e269772661\r\n\
                Content-Type: application/http;\r\n\tmsgtype=response\r\n";
    let raw = format!("{head}Content-Length: {}\r\n\r\n{page}\r\n\r\n", page.len());
    let record = parse(raw.as_bytes()).unwrap().unwrap();
    assert!(record.is_html());
    let made = String::from_utf8(record.with_text("The ferry sails again.\n").into_owned()).unwrap();
    assert_eq!(
        made,
        "WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: https://a.example/\r\n b\r\n\
         Content-Type: text/plain\r\nContent-Length: 23\r\n\r\nThe ferry sails again.\n\r\n\r\n"
    );
    let again = parse(made.as_bytes()).unwrap().unwrap();
    assert_eq!((again.text(), again.is_html()), ("The ferry sails again.\n", false));
}

#[test]
fn a_long_page_may_hold_what_looks_like_records() {
    let inner = wet("渡船\n", EMPTY).repeat(400);
    let page = |kind: &str| {
        let length = inner.len();
        format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nContent-Type: text/plain\r\nContent-Length: {length}\r\n\r\n{inner}\r\n\r\n"
        )
    };
    let cut = |kind: &str| {
        let text = [page(kind), wet("河水\n", EMPTY)].concat();
        let mut batches = WarcBatches::new(text.as_bytes()).with_limit(1000);
        let all = all_records(|| batches.next_batch(1 << 20));
        assert_eq!(all.concat(), text.as_bytes());
        all.len()
    };
    // In pieces, and the record behind it. A text cannot be one of these records, so its length is taken for wrong.
    assert!(cut("resource") < 10, "{}", cut("resource"));
    assert!(cut("conversion") > 400);
}
