//! [`Points`]: what each cue is worth, read from and written to `rules/finder/points.toml`.
//!
//! Points are whole hundredths, so sums are exact and the same on every machine.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::data::{self, TomlValue};
use super::layout::{CUES, SECOND, WHOLE, names};
use super::page::Language;
use dehusk_rules::{Report, Source};
use dehusk_text::Diagnostic;

/// The points of one kind of input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Model {
    /// By cue, in hundredths.
    pub(crate) points: Vec<i32>,
    /// By [`Language`]: a line with more stays.
    pub(crate) keep_above: [i32; Language::NAMES.len()],
}

/// How a page is told from an article: a sum of numbers times weights, in hundredths.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct AutoModel {
    pub(crate) weights: Vec<i32>,
    pub(crate) page_above: i32,
}

/// All that `points.toml` says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Points {
    pub(crate) page: Model,
    pub(crate) text: Model,
    pub(crate) html: Model,
    pub(crate) auto: AutoModel,
}

fn hundredths(value: f64) -> i32 {
    (value * 100.0).round().clamp(-1e6, 1e6) as i32
}

impl Model {
    pub(crate) fn empty() -> Self {
        Self { points: vec![0; CUES], keep_above: [0; Language::NAMES.len()] }
    }

    /// A section with limits and points.
    fn read(name: &str, value: &TomlValue<'_>, numbers: &BTreeMap<&str, usize>, report: &mut Report<'_>) -> Self {
        let mut model = Self::empty();
        let Some(table) = data::table(name, value, report) else { return model };
        let mut known = [false; Language::NAMES.len()];
        for (key, value) in table.iter() {
            let section: &str = key.get_ref();
            if !matches!(section, "keep_above" | "points") {
                data::unknown(section, key.span(), ["keep_above", "points"].into_iter(), report);
                continue;
            }
            let Some(values) = data::table(&format!("{name}.{section}"), value, report) else { continue };
            for (key, value) in values.iter() {
                let cue: &str = key.get_ref();
                let language = Language::NAMES.iter().position(|language| *language == cue);
                let slot = match (section, language, numbers.get(cue)) {
                    ("keep_above", Some(language), _) => {
                        known[language] = true;
                        &mut model.keep_above[language]
                    }
                    ("points", _, Some(&number)) => &mut model.points[number],
                    ("points", ..) => {
                        data::unknown(cue, key.span(), numbers.keys().copied(), report);
                        continue;
                    }
                    _ => {
                        data::unknown(cue, key.span(), Language::NAMES.into_iter(), report);
                        continue;
                    }
                };
                if let Some(number) = data::number(cue, value, report) {
                    *slot = hundredths(number);
                }
            }
        }
        for (language, _) in Language::NAMES.iter().zip(known).filter(|(_, known)| !known) {
            data::missing(&format!("[{name}.keep_above] {language}"), report);
        }
        model
    }

    /// The points of all cues.
    pub(crate) fn by_cue(&self) -> &[i32; CUES] {
        self.points.first_chunk().expect("a model has points for each cue")
    }

    /// The limit for a language.
    pub(crate) fn limit(&self, language: Language) -> i32 {
        self.keep_above[language as usize]
    }

    /// Whether the second pass has any points.
    pub(crate) fn has_second(&self) -> bool {
        self.points[SECOND..WHOLE].iter().any(|&p| p != 0)
    }

    fn write(&self, name: &str, names: &[String], out: &mut String) {
        let _ = writeln!(out, "[{name}.keep_above]");
        for (language, &limit) in Language::NAMES.iter().zip(&self.keep_above) {
            let _ = writeln!(out, "{language} = {:.2}", f64::from(limit) / 100.0);
        }
        out.push('\n');
        let _ = writeln!(out, "[{name}.points]");
        let (mut family, mut group) = ("", "");
        for (number, &points) in self.points.iter().enumerate().filter(|&(_, &p)| p != 0) {
            let (says, (name, about)) = (super::layout::about(number), super::layout::group(number));
            if name != group {
                group = name;
                let _ = writeln!(out, "## {name}: {about}");
            }
            if says != family {
                family = says;
                let _ = writeln!(out, "# points for {says}");
            }
            let _ = writeln!(out, "{} = {:.2}", names[number], f64::from(points) / 100.0);
        }
        out.push('\n');
    }
}

impl AutoModel {
    fn read(&mut self, value: &TomlValue<'_>, report: &mut Report<'_>) {
        let Some(table) = data::table("auto", value, report) else { return };
        for (key, value) in table.iter() {
            let name: &str = key.get_ref();
            let known = super::auto::NAMES.iter().map(|&(known, _)| known);
            let at = known.clone().position(|known| known == name);
            let slot = match at {
                Some(at) => &mut self.weights[at],
                None if name == "page_above" => &mut self.page_above,
                None => {
                    data::unknown(name, key.span(), known.chain(["page_above"]), report);
                    continue;
                }
            };
            if let Some(number) = data::number(name, value, report) {
                *slot = hundredths(number);
            }
        }
    }
}

impl Points {
    fn empty() -> Self {
        let auto = AutoModel { weights: vec![0; super::auto::NAMES.len()], page_above: 0 };
        Self { page: Model::empty(), text: Model::empty(), html: Model::empty(), auto }
    }

    /// What the file says; nothing if it has a mistake.
    pub(crate) fn parse(source: &Source) -> (Option<Self>, Vec<Diagnostic>) {
        let names = names();
        let numbers: BTreeMap<&str, usize> = names.iter().enumerate().map(|(i, n)| (n.as_str(), i)).collect();
        data::read(source, |root, report| {
            let mut points = Self::empty();
            const SECTIONS: [&str; 4] = ["page", "text", "auto", "html"];
            for section in SECTIONS.iter().filter(|section| !root.contains_key(**section)) {
                data::missing(&format!("[{section}]"), report);
            }
            for (key, value) in root.iter() {
                match key.get_ref().as_ref() {
                    "page" => points.page = Model::read("page", value, &numbers, report),
                    "text" => points.text = Model::read("text", value, &numbers, report),
                    "html" => points.html = Model::read("html", value, &numbers, report),
                    "auto" => points.auto.read(value, report),
                    other => data::unknown(other, key.span(), SECTIONS.into_iter(), report),
                }
            }
            points
        })
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
        out.push_str(HTML);
        self.html.write("html", &names, &mut out);
        out
    }
}

const HEADER: &str = "\
# What the body finder gives a line for each cue, in points.
#
# A line whose points come to more than `keep_above` is body; the limit is one for text in Han
# characters and kana, one for English, one for other languages. A cue without points here is worth
# nothing. Sizes: s under 14 units, m under 30, l more, L a long sentence (a word is two units, a
# Han character one). Counts and shares stand in steps, 0 the least. The points were fitted with
# `dehusk tune` to pages whose bodies are known: cues overlap, so a single number says little and
# their sum is what counts. They may be changed by hand; what a page gains or loses by it shows
# `dehusk --explain --input page`. Lines with ## name groups of cues, which
# `dehusk tune --without GROUP` leaves out.

# [page] is for the text of whole pages.
";
const AUTO: &str = "\
# With `--input auto` a document is a page if the sum of these numbers times their weights is
# more than page_above; l() is the natural logarithm of one more.
";
const HTML: &str = "

# [html] is for the text of whole pages whose HTML is known.
";
