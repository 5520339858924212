//! [`DataWords`]: which lines of a page say what the page says about itself.

use std::borrow::Cow;
use std::collections::HashMap;

use dehusk_text::markup::line;
use foldhash::fast::RandomState;

use super::{PageData, fold, fold_into};

/// Characters in a row that count as the same text.
const GRAM: usize = 12;
/// Texts that are shorter, all together, are teasers.
const LEAST_BODY: usize = 120;
/// A line or a description that is shorter, in bytes, is not held against the other.
const LEAST_DESCRIPTION: usize = 40;
/// So many percent of the stretches of a line stand in what it is a part of.
const SHARE: usize = 70;

/// Where a stretch of characters stands, one bit each.
const IN_DESCRIPTION: u8 = 1;
const IN_BODY: u8 = 2;

/// What lines are held against.
pub(crate) struct DataWords {
    title: String,
    author: String,
    description: String,
    /// The first characters of the description.
    description_start: String,
    /// Whether the page gives the text of its article.
    has_body: bool,
    /// Where the stretches of [`GRAM`] characters of the description and of the text of the article stand, by their
    /// hashes.
    grams: HashMap<u64, u8, RandomState>,
    /// The line, folded.
    folded: String,
}

impl DataWords {
    pub(crate) fn new(data: &PageData) -> Self {
        let folded = |text: &Option<String>| text.as_deref().map(fold).unwrap_or_default();
        let mut grams: HashMap<u64, u8, RandomState> = HashMap::default();
        let mut has_body = false;
        let texts: Vec<String> = data.texts.iter().map(|text| fold(&without_tags(text))).collect();
        if texts.iter().map(|text| text.chars().count()).sum::<usize>() >= LEAST_BODY {
            for text in &texts {
                each_gram(text, |gram| {
                    has_body = true;
                    *grams.entry(gram).or_default() |= IN_BODY;
                });
            }
        }
        let (title, author) = (folded(&data.title), folded(&data.author));
        let description = folded(&data.description);
        if description.len() >= LEAST_DESCRIPTION {
            each_gram(&description, |gram| *grams.entry(gram).or_default() |= IN_DESCRIPTION);
        }
        let description_start = description.chars().take(40).collect();
        Self { title, author, description, description_start, has_body, grams, folded: String::new() }
    }

    /// Bits of [`line`].
    pub(crate) fn of_line(&mut self, text: &str, is_heading: bool) -> u32 {
        let has_data = if self.has_body { line::HAS_DATA } else { 0 };
        if text.is_empty() || (self.title.len() + self.author.len() + self.description.len() == 0 && !self.has_body) {
            return has_data;
        }
        self.folded.clear();
        fold_into(text, &mut self.folded);
        let folded = &self.folded;
        let mut says = has_data;
        let long = folded.len() >= 12;
        if !folded.is_empty()
            && (*folded == self.title
                || (long && self.title.starts_with(folded))
                || (is_heading && long && self.title.contains(folded)))
        {
            says |= line::TITLE;
        }
        if self.author.len() >= 4 && folded.len() <= 3 * self.author.len() + 40 && folded.contains(&self.author) {
            says |= line::AUTHOR;
        }
        let may_describe = folded.len() >= LEAST_DESCRIPTION && self.description.len() >= LEAST_DESCRIPTION;
        if may_describe || self.has_body {
            let (of_description, of_body) = self.shares(folded);
            if may_describe
                && (of_description >= SHARE
                    || folded.starts_with(&self.description_start)
                    || self.description.starts_with(folded))
            {
                says |= line::DESCRIPTION;
            }
            if of_body >= SHARE {
                says |= line::IN_DATA;
            }
        }
        says
    }

    /// Percent of the stretches of [`GRAM`] characters of a text that stand in the description, and in the text of the
    /// article.
    fn shares(&self, text: &str) -> (usize, usize) {
        let (mut all, mut described, mut told) = (0, 0, 0);
        each_gram(text, |gram| {
            let stands = self.grams.get(&gram).copied().unwrap_or(0);
            all += 1;
            described += usize::from(stands & IN_DESCRIPTION != 0);
            told += usize::from(stands & IN_BODY != 0);
        });
        let percent = |hits: usize| 100 * hits / usize::max(all, 1);
        (percent(described), percent(told))
    }
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
