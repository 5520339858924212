//! `points.toml` as [`Points::write`](super::Points::write) writes it, read line by line.
//!
//! The file has a thousand lines `cue = 0.25`, and every start that looks for bodies reads them. Whatever is not
//! written so, a mistake above all, is left to the parser of TOML.

use super::{Points, hundredths};
use crate::finder::auto;
use crate::finder::layout::each_name;
use crate::finder::page::Language;

/// The sections, each of which must be there once.
const SECTIONS: [&str; 5] = ["[page.keep_above]", "[page.points]", "[text.keep_above]", "[text.points]", "[auto]"];

/// What the file says. Nothing if it is written in another way.
pub(super) fn read(text: &str) -> Option<Points> {
    let mut points = Points::empty();
    let mut section = None;
    let mut sections = [false; SECTIONS.len()];
    // The cues of a page and of a text, as they stand there.
    let mut cues: [Vec<(&str, i32)>; 2] = Default::default();
    let mut languages = [[false; Language::NAMES.len()]; 2];
    let mut weights = vec![false; auto::NAMES.len() + 1];
    for line in text.lines() {
        if line.is_empty() || (line.starts_with('#') && !line.contains(char::is_control)) {
            continue;
        }
        if line.starts_with('[') {
            let at = SECTIONS.iter().position(|known| *known == line)?;
            if std::mem::replace(&mut sections[at], true) {
                return None;
            }
            section = Some(at);
            continue;
        }
        let (name, value) = line.split_once(" = ")?;
        let value = number(value)?;
        let (at, is_text) = (section?, section? / 2 == 1);
        match at {
            0 | 2 => {
                let language = Language::NAMES.iter().position(|known| *known == name)?;
                if std::mem::replace(&mut languages[usize::from(is_text)][language], true) {
                    return None;
                }
                let model = if is_text { &mut points.text } else { &mut points.page };
                model.keep_above[language] = value;
            }
            1 | 3 => cues[usize::from(is_text)].push((name, value)),
            _ => {
                let weight = auto::NAMES.iter().position(|(known, _)| *known == name);
                let weight = weight.or_else(|| (name == "page_above").then_some(auto::NAMES.len()))?;
                if std::mem::replace(&mut weights[weight], true) {
                    return None;
                }
                *points.auto.weights.get_mut(weight).unwrap_or(&mut points.auto.page_above) = value;
            }
        }
    }
    points.take(&cues)?;
    (sections.iter().all(|&known| known) && languages.iter().flatten().all(|&known| known)).then_some(points)
}

impl Points {
    /// Takes the points of cues, which must be known and stand in their order.
    fn take(&mut self, cues: &[Vec<(&str, i32)>; 2]) -> Option<()> {
        let [page, text] = cues;
        let mut waiting = [(&mut self.page, page.iter().peekable()), (&mut self.text, text.iter().peekable())];
        let mut cue = 0;
        each_name(&mut |name| {
            for (model, next) in &mut waiting {
                if let Some((_, value)) = next.next_if(|(next, _)| *next == name) {
                    model.points[cue] = *value;
                }
            }
            cue += 1;
        });
        waiting.into_iter().all(|(_, mut next)| next.next().is_none()).then_some(())
    }
}

/// `0.25`, `-1.5`, `12`: in hundredths.
fn number(text: &str) -> Option<i32> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |digits: &str| (1..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    let is_plain = plain(whole) && plain(part) && (whole.len() == 1 || !whole.starts_with('0'));
    let number: f64 = is_plain.then(|| text.parse().ok()).flatten()?;
    (number.abs() <= 1000.0).then(|| hundredths(number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use dehusk_rules::Source;

    #[test]
    fn the_shipped_points_are_read_quickly_and_as_the_parser_reads_them() {
        let text = crate::finder::shipped_points().text;
        let quick = read(&text).expect("the shipped file is as it is written");
        // A space more, and the parser reads it.
        let slow = text.replace(" = ", "  = ");
        assert_eq!(read(&slow), None);
        assert_eq!(Points::parse(&Source::new("points.toml", slow)).0, Some(quick));
    }

    #[test]
    fn what_is_odd_is_left_to_the_parser() {
        let text = crate::finder::shipped_points().text;
        for (old, new) in [
            ("[page.points]", "[page.points] x"),
            ("[auto]", "[page.points]"),
            ("han = ", "hans = "),
            ("han = ", "han = +"),
            ("end_none = -", "end_none = -0"),
            ("end_none = ", "end_none2 = "),
            ("end_none = ", "end_sent = "),
        ] {
            assert!(text.contains(old), "{old}");
            assert_eq!(read(&text.replacen(old, new, 1)), None, "{old} {new}");
        }
    }
}
