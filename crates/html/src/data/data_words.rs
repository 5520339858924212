//! [`DataWords`]: which lines of a page say what the page says about itself.

use std::borrow::Cow;
use std::collections::HashSet;

use dehusk_text::markup::line;

use super::{PageData, fold};

/// Characters in a row that count as the same text.
const GRAM: usize = 12;
/// Texts that are shorter, all together, are teasers.
const LEAST_BODY: usize = 120;

/// What lines are held against.
pub(crate) struct DataWords {
    title: String,
    author: String,
    description: String,
    /// Hashes of all stretches of [`GRAM`] characters of the article's text.
    grams: HashSet<u64>,
    /// Those of the description.
    of_description: HashSet<u64>,
}

impl DataWords {
    pub(crate) fn new(data: &PageData) -> Self {
        let folded = |text: &Option<String>| text.as_deref().map(fold).unwrap_or_default();
        let mut grams = HashSet::new();
        let texts: Vec<String> = data.texts.iter().map(|text| fold(&without_tags(text))).collect();
        if texts.iter().map(|text| text.chars().count()).sum::<usize>() >= LEAST_BODY {
            for text in &texts {
                each_gram(text, |gram| {
                    grams.insert(gram);
                });
            }
        }
        let (title, author) = (folded(&data.title), folded(&data.author));
        let description = folded(&data.description);
        let mut of_description = HashSet::new();
        each_gram(&description, |gram| {
            of_description.insert(gram);
        });
        Self { title, author, description, grams, of_description }
    }

    /// Bits of [`line`].
    pub(crate) fn of_line(&self, text: &str, is_heading: bool) -> u32 {
        let has_data = if self.grams.is_empty() { 0 } else { line::HAS_DATA };
        if text.is_empty() || (self.title.len() + self.author.len() + self.description.len() == 0 && has_data == 0) {
            return has_data;
        }
        let folded = fold(text);
        let mut says = has_data;
        let long = folded.len() >= 12;
        if !folded.is_empty()
            && (folded == self.title
                || (long && self.title.starts_with(&folded))
                || (is_heading && long && self.title.contains(&folded)))
        {
            says |= line::TITLE;
        }
        if self.author.len() >= 4 && folded.len() <= 3 * self.author.len() + 40 && folded.contains(&self.author) {
            says |= line::AUTHOR;
        }
        if folded.len() >= 40 && self.description.len() >= 40 {
            let start: String = self.description.chars().take(40).collect();
            let is_part = || share_in(&folded, &self.of_description) >= 70;
            if folded.starts_with(&start) || self.description.starts_with(&folded) || is_part() {
                says |= line::DESCRIPTION;
            }
        }
        if has_data != 0 && share_in(&folded, &self.grams) >= 70 {
            says |= line::IN_DATA;
        }
        says
    }
}

/// Percent of the stretches of [`GRAM`] characters of a text that are among these.
fn share_in(text: &str, grams: &HashSet<u64>) -> usize {
    let (mut all, mut hits) = (0, 0);
    each_gram(text, |gram| {
        all += 1;
        hits += usize::from(grams.contains(&gram));
    });
    100 * hits / usize::max(all, 1)
}

/// Calls `visit` with a hash of each [`GRAM`] characters in a row.
fn each_gram(text: &str, mut visit: impl FnMut(u64)) {
    // A sum that forgets: what is shifted out of 64 bits counts no more.
    const SHIFT: u32 = 64 / GRAM as u32;
    let mut hash = 0_u64;
    for (i, c) in text.chars().enumerate() {
        let mixed = u64::from(c).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (u64::from(c) << 7);
        hash = (hash << SHIFT).wrapping_add(mixed >> 8);
        if i + 1 >= GRAM {
            visit(hash);
        }
    }
}

/// Some sites write tags into the texts of their data.
fn without_tags(text: &str) -> Cow<'_, str> {
    if !text.contains('<') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        out.push(' ');
        let Some(end) = rest[at..].find('>') else { return Cow::Owned(out) };
        rest = &rest[at + end + 1..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}
