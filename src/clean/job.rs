//! [`Job`]: one input, its formats and its target.

use std::path::{Path, PathBuf};

use dehusk::io::Format;
use dehusk::io::packed::Packing;
use dehusk::pipeline::{Row, name_of_path};

use super::context::Context;
use crate::read::files::InputFile;

/// Where a result goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Standard output.
    Stdout,
    /// A file below `--out`.
    File(PathBuf),
    /// The input's own place.
    InPlace,
}

/// One input, its formats and its target.
#[derive(Debug)]
pub struct Job {
    /// What to read.
    pub input: InputFile,
    /// Its format.
    pub from: Format,
    /// How it is packed; `None` if its first bytes must tell.
    pub packing: Option<Packing>,
    /// The format of the result.
    pub to: Format,
    /// How the result is compressed.
    pub compress: Packing,
    /// Where the result goes.
    pub target: Target,
}

impl Job {
    /// A row of the record of removals with what holds for the whole file.
    pub fn row<'a>(&'a self, context: &'a Context) -> Row<'a> {
        let reading = &context.reading;
        let is_table = matches!(self.from, Format::Csv | Format::Tsv);
        let (text, encoding) = (reading.fields.text.as_str(), reading.table.encoding.map_or("UTF-8", |e| e.name()));
        Row {
            file: self.recorded_name().into(),
            format: self.from.name().into(),
            to: (self.from != self.to).then(|| self.to.name().into()),
            rules: Some(context.rules.as_str().into()),
            text_field: match is_table && reading.table.no_header {
                true => Some(format!("#{text}").into()),
                false => (self.from.has_records() && text != "text").then(|| text.into()),
            },
            encoding: (is_table && encoding != "UTF-8").then(|| encoding.into()),
            // Numbers of records are other ones in the result.
            partial: (self.from.has_records() && context.sample.is_some()).then_some(true),
            ..Row::default()
        }
    }

    /// What the record of removals calls the file: its path below `--out`, if there is one.
    pub fn recorded_name(&self) -> String {
        match self.target {
            Target::File(_) => self.input.mirrored_name(),
            Target::Stdout | Target::InPlace => self.input.name(),
        }
    }

    /// The file that the result goes to.
    pub fn path(&self) -> Option<&Path> {
        match &self.target {
            Target::File(path) => Some(path),
            Target::InPlace => self.input.path.as_deref(),
            Target::Stdout => None,
        }
    }

    /// What messages call the result.
    pub fn place(&self) -> String {
        self.path().map_or_else(|| "<stdout>".to_owned(), |path| name_of_path(path))
    }

    /// Whether records come out as they went in but for their texts.
    pub fn keeps_format(&self) -> bool {
        self.from == self.to
    }
}

/// The name of a result: that of the input, with other endings where format or packing changes.
pub fn renamed(name: &Path, was: (Format, Packing), is: (Format, Packing)) -> PathBuf {
    if was == is {
        return name.to_owned();
    }
    let mut bare = name.to_owned();
    if was.1 != Packing::None {
        bare.set_extension("");
    }
    if was.0 != is.0 {
        bare.set_extension(is.0.ending());
    }
    let mut renamed = bare.into_os_string();
    renamed.push(is.1.ending());
    renamed.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_named_for_what_they_are() {
        let (jsonl, text) = (Format::Jsonl, Format::Text);
        let (plain, gzip, zstd) = (Packing::None, Packing::Gzip, Packing::Zstd);
        for (name, was, is, expected) in [
            ("d/a.jsonl.gz", (jsonl, gzip), (jsonl, gzip), "d/a.jsonl.gz"),
            ("d/a.jsonl.gz", (jsonl, gzip), (jsonl, zstd), "d/a.jsonl.zst"),
            ("a.jsonl.gz", (jsonl, gzip), (text, plain), "a.txt"),
            ("a.b.txt", (text, plain), (jsonl, gzip), "a.b.jsonl.gz"),
        ] {
            assert_eq!(renamed(Path::new(name), was, is), Path::new(expected));
        }
    }
}
