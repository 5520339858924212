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
    /// To standard output.
    Stdout,
    /// To a file below `--out`.
    File(PathBuf),
    /// To the file of the input (`--in-place`).
    InPlace,
}

/// One input, its formats and its target.
#[derive(Debug)]
pub struct Job {
    /// The input.
    pub input: InputFile,
    /// The format of the input.
    pub from: Format,
    /// How the input is compressed; `None` if its first bytes must be tested for that.
    pub packing: Option<Packing>,
    /// The format of the result.
    pub to: Format,
    /// How the result is compressed.
    pub compress: Packing,
    /// Where the result goes.
    pub target: Target,
}

impl Job {
    /// A row of the record of removals, filled with what all rows of the file have in common.
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
            // In a sample, records have other numbers in the result than in the input.
            partial: (self.from.has_records() && context.sample.is_some()).then_some(true),
            ..Row::default()
        }
    }

    /// The name of the file in the record of removals: with `--out`, its path below that folder.
    pub fn recorded_name(&self) -> String {
        match self.target {
            Target::File(_) if self.input.path.is_some() => self.input.mirrored_name(),
            _ => self.input.name(),
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

    /// The name of the result in messages.
    pub fn place(&self) -> String {
        self.path().map_or_else(|| "<stdout>".to_owned(), name_of_path)
    }

    /// Whether the records of the result are those of the input with only their texts changed.
    pub fn keeps_format(&self) -> bool {
        self.from == self.to
    }
}

/// The file name of a result: that of the input, with other endings if the format or the compression changes.
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
