//! The least that a tool must do which reads and writes these files: `peers WORK FILE [OUT]`.
//!
//! * `sonic`: JSON Lines through sonic-rs: each line parsed, its `text` taken out as a string
//!   and put back, the line written.
//! * `serde`: the same with serde_json.
//! * `gunzip`, `unzstd`: unpacks, as dehusk does, into nothing; prints the bytes.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};

use sonic_rs::JsonValueMutTrait as _;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [work, file, rest @ ..] = &args[..] else { return Err("peers WORK FILE [OUT]".into()) };
    let input = BufReader::with_capacity(1 << 20, File::open(file)?);
    match work.as_str() {
        "sonic" => lines(input, rest, |line| {
            let mut value: sonic_rs::Value = sonic_rs::from_slice(line)?;
            let text = sonic_rs::JsonValueTrait::as_str(&value["text"]).ok_or("no text")?.to_owned();
            value.as_object_mut().ok_or("no object")?.insert("text", &text);
            Ok(sonic_rs::to_vec(&value)?)
        }),
        "serde" => lines(input, rest, |line| {
            let mut value: serde_json::Value = serde_json::from_slice(line)?;
            let text = value["text"].as_str().ok_or("no text")?.to_owned();
            value["text"] = text.into();
            Ok(serde_json::to_vec(&value)?)
        }),
        "gunzip" => unpacked(flate2::bufread::MultiGzDecoder::new(input)),
        "unzstd" => unpacked(zstd::stream::read::Decoder::with_buffer(input)?),
        other => Err(format!("no work is called {other}").into()),
    }
}

type Done<T = ()> = Result<T, Box<dyn std::error::Error>>;

fn lines(mut input: impl BufRead, out: &[String], work: impl Fn(&[u8]) -> Done<Vec<u8>>) -> Done {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(out.first().ok_or("where to?")?)?);
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        out.write_all(&work(&line)?)?;
        out.write_all(b"\n")?;
        line.clear();
    }
    Ok(out.flush()?)
}

fn unpacked(mut input: impl Read) -> Done {
    let mut buffer = vec![0; 1 << 20];
    let mut bytes = 0;
    loop {
        match input.read(&mut buffer)? {
            0 => break,
            n => bytes += n,
        }
    }
    println!("{bytes}");
    Ok(())
}
