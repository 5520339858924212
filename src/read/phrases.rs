//! The phrases of a list or table that people keep: one a line, or in a column.

use std::path::Path;

use anyhow::{Result, bail};
use dehusk::io::Format;

use super::args::CommonArgs;
use super::documents::Documents;
use super::read_args::{CollectionArgs, ReadArgs};
use crate::ui::messages::{Console, say};

/// The field of phrases where none is named: the first column of a table that has no header, and the text of a record.
pub const FIRST_COLUMN: &str = "1";

/// The phrases of a file: lines of a text, or of a column or field.
pub fn listed(file: &Path, read: &ReadArgs, common: &CommonArgs, console: &mut Console) -> Result<Vec<String>> {
    let mut read = read.clone();
    if read.text_field == FIRST_COLUMN {
        match read.format_of(file).0 {
            Format::Csv | Format::Tsv => read.no_header = true,
            _ => read.text_field = ReadArgs::default().text_field,
        }
    }
    if file.is_dir() {
        let (lang, shown) = (common.lang(), file.display());
        bail!(say!(
            lang,
            "{shown} 是文件夹；请写出里面的哪一个文件：一行一个词句的文本，或者表格",
            "{shown} is a folder; name the file in it: a text with a phrase a line, or a table"
        ));
    }
    let mut phrases: Vec<String> = Vec::new();
    let documents = Documents::open(&CollectionArgs::of(&[file.to_owned()], read), common, console)?;
    documents.each(console, |doc| doc.text.clone(), |text| phrases.extend(text.lines().map(str::to_owned)));
    Ok(phrases)
}
