//! [`Points`]: what each cue is worth, read from and written to `rules/points.toml`.
//!
//! Points are whole hundredths, so sums are exact and the same on every machine.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Deserialize;

use super::layout::{CUES, SECOND, names};
use super::page::Language;
use crate::error::{Error, Result};

/// The points of one kind of input.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Model {
    /// By cue, in hundredths.
    pub(crate) points: Vec<i32>,
    /// By [`Language`]: a line with more stays.
    pub(crate) keep_above: [i32; Language::NAMES.len()],
}

/// How a page is told from an article: a sum of numbers times weights, in hundredths.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct AutoModel {
    pub(crate) weights: Vec<i32>,
    pub(crate) page_above: i32,
}

/// All that `points.toml` says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Points {
    pub(crate) page: Model,
    pub(crate) text: Model,
    pub(crate) auto: AutoModel,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    page: Table,
    text: Table,
    auto: BTreeMap<String, f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    keep_above: Limits,
    points: BTreeMap<String, f64>,
}

/// In the order of [`Language::NAMES`].
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    han: f64,
    english: f64,
    other: f64,
}

fn hundredths(value: f64) -> i32 {
    (value * 100.0).round().clamp(-1e6, 1e6) as i32
}

impl Model {
    pub(crate) fn empty() -> Self {
        Self { points: vec![0; CUES], keep_above: [0; Language::NAMES.len()] }
    }

    fn read(table: &Table, numbers: &BTreeMap<&str, usize>) -> Result<Self> {
        let Limits { han, english, other } = table.keep_above;
        let mut model = Self { keep_above: [han, english, other].map(hundredths), ..Self::empty() };
        for (name, &value) in &table.points {
            let Some(&number) = numbers.get(name.as_str()) else {
                return Err(Error::option(format!("points.toml: there is no cue '{name}'")));
            };
            model.points[number] = hundredths(value);
        }
        Ok(model)
    }

    /// The limit for a language.
    pub(crate) fn limit(&self, language: Language) -> i32 {
        self.keep_above[language as usize]
    }

    /// Whether the second pass has any points.
    pub(crate) fn has_second(&self) -> bool {
        self.points[SECOND..].iter().any(|&p| p != 0)
    }

    fn write(&self, name: &str, names: &[String], out: &mut String) {
        let _ = writeln!(out, "[{name}.keep_above]");
        for (language, &limit) in Language::NAMES.iter().zip(&self.keep_above) {
            let _ = writeln!(out, "{language} = {:.2}", f64::from(limit) / 100.0);
        }
        out.push('\n');
        let _ = writeln!(out, "[{name}.points]");
        let mut family = "";
        for (number, &points) in self.points.iter().enumerate().filter(|&(_, &p)| p != 0) {
            let says = super::layout::about(number);
            if says != family {
                family = says;
                let _ = writeln!(out, "# points for {says}");
            }
            let _ = writeln!(out, "{} = {:.2}", names[number], f64::from(points) / 100.0);
        }
        out.push('\n');
    }
}

impl Points {
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let file: File = toml::from_str(text).map_err(|e| Error::option(format!("points.toml: {e}")))?;
        let names = names();
        let numbers: BTreeMap<&str, usize> = names.iter().enumerate().map(|(i, n)| (n.as_str(), i)).collect();
        let mut auto = AutoModel { weights: vec![0; super::auto::NAMES.len()], page_above: 0 };
        for (name, &value) in &file.auto {
            if name == "page_above" {
                auto.page_above = hundredths(value);
            } else if let Some(at) = super::auto::NAMES.iter().position(|(n, _)| n == name) {
                auto.weights[at] = hundredths(value);
            } else {
                return Err(Error::option(format!("points.toml: [auto] has no '{name}'")));
            }
        }
        Ok(Self { page: Model::read(&file.page, &numbers)?, text: Model::read(&file.text, &numbers)?, auto })
    }

    /// The file that gives these points.
    pub(crate) fn write(&self) -> String {
        let mut out = String::from(HEADER);
        let names = names();
        self.page.write("page", &names, &mut out);
        self.text.write("text", &names, &mut out);
        out.push_str(AUTO);
        let _ = writeln!(out, "[auto]\npage_above = {:.2}", f64::from(self.auto.page_above) / 100.0);
        for ((name, says), &weight) in super::auto::NAMES.iter().zip(&self.auto.weights) {
            let _ = writeln!(out, "# {says}\n{name} = {:.2}", f64::from(weight) / 100.0);
        }
        out
    }
}

const HEADER: &str = "\
# What the body finder gives a line for each cue, in points.
#
# A line whose points come to more than `keep_above` is body; the limit is one for text in Han
# characters and kana, one for English, one for all other languages. A cue without points here is worth
# nothing. Sizes: s under 14 units, m under 30, l more, L a long sentence (a word is two units, a
# Han character one). Counts and shares stand in steps, 0 the least. The points were fitted with
# `dehusk tune` to pages whose bodies are known: cues overlap, so a single number says little and
# their sum is what counts. They may be changed by hand; what a page gains or loses by it shows
# `dehusk --explain --input page`.

# [page] is for the text of whole pages.
";
const AUTO: &str = "\
# With `--input auto` a document is a page if the sum of these numbers times their weights is
# more than page_above; l() is the natural logarithm of one more.
";
