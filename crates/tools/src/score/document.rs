//! [`Reference`]: a page with a known body, against which outputs are scored.

use std::collections::HashMap;

use memchr::memmem;
use serde::Serialize;

use super::tokens::{each_lower_token, folded, spaced};

/// A difference in F1 up to this does not count.
const MARGIN: f64 = 0.01;
/// An input that contains a smaller share of the gold than this has no body to keep: the extractor that
/// produced it picked the wrong part of the page.
const BODY_IN_INPUT: f64 = 0.3;

/// A page, the body it should give, and snippets that must stay or go.
#[derive(Debug)]
pub struct Reference {
    /// The number of each token of the input and the gold.
    ids: HashMap<Box<str>, u32>,
    input: Bag,
    gold: Option<Gold>,
    with: Vec<String>,
    without: Vec<String>,
    has_body: bool,
}

#[derive(Debug)]
struct Gold {
    bag: Bag,
    /// Gold tokens that the input contains, and input tokens that the gold does not contain.
    body: u64,
    boiler: u64,
    identity: Prf,
}

/// How often each token of a [`Reference`] occurs in a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bag {
    counts: Vec<u32>,
    total: u64,
}

/// Precision, recall and F1, counted in tokens.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Prf {
    /// Of the output, the share that is body.
    pub p: f64,
    /// Of the body, the share in the output.
    pub r: f64,
    /// Their harmonic mean.
    pub f1: f64,
}

/// The score of an output.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// Tokens of the output.
    pub out_tokens: u64,
    /// The comparison with the gold, if there is one.
    pub body: Option<BodyScore>,
    /// Required snippets that the input contains.
    pub with_in: u64,
    /// Those of them that the output contains.
    pub with_out: u64,
    /// Forbidden snippets that the input contains.
    pub without_in: u64,
    /// Those of them that the output does not contain.
    pub without_gone: u64,
    /// Whether the input has a body to keep.
    pub has_body: bool,
    /// Whether it has, but the output has no token at all.
    pub empty: bool,
}

/// An output against the gold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BodyScore {
    /// The scores of the output.
    pub out: Prf,
    /// The scores of the unchanged input.
    pub identity: Prf,
    /// Gold tokens that the input contains.
    pub body_in: u64,
    /// Those of them that the output contains.
    pub body_out: u64,
    /// Input tokens that the gold does not contain.
    pub boiler_in: u64,
    /// Those of them that the output contains.
    pub boiler_out: u64,
    /// F1 is worse than that of the input by more than 0.01.
    pub hurt: bool,
    /// F1 is better than that of the input by more than 0.01.
    pub helped: bool,
}

impl Reference {
    /// Prepares a page: its input `text`, its body `gold` if known, and snippets that an output must have (`with`) and
    /// must not have (`without`).
    pub fn new<S: AsRef<str>>(text: &str, gold: Option<&str>, with: &[S], without: &[S]) -> Self {
        let mut ids = HashMap::new();
        let lower = text.to_lowercase();
        let input = count_tokens(&lower, &mut ids);
        let gold = gold.map(|gold| Gold::new(&input, count_tokens(&gold.to_lowercase(), &mut ids)));
        let whole = spaced(&lower);
        let in_input = |snippets: &[S]| -> Vec<String> {
            let snippets = snippets.iter().map(|snippet| folded(snippet.as_ref()));
            snippets.filter(|snippet| !snippet.is_empty() && contains(&whole, snippet)).collect()
        };
        let (with, without) = (in_input(with), in_input(without));
        let has_body = match &gold {
            Some(gold) => gold.body > 0 && gold.body as f64 >= BODY_IN_INPUT * gold.bag.total as f64,
            None => !with.is_empty(),
        };
        Self { ids, input, gold, with, without, has_body }
    }

    /// Scores an output.
    pub fn score(&self, output: &str) -> Score {
        let lower = output.to_lowercase();
        let bag = self.lower_bag(&lower);
        let whole = spaced(&lower);
        let there = |snippets: &[String]| snippets.iter().filter(|snippet| contains(&whole, snippet)).count() as u64;
        Score {
            out_tokens: bag.total,
            body: self.body(&bag),
            with_in: self.with.len() as u64,
            with_out: there(&self.with),
            without_in: self.without.len() as u64,
            without_gone: self.without.len() as u64 - there(&self.without),
            has_body: self.has_body,
            empty: self.has_body && bag.total == 0,
        }
    }

    /// Counts the tokens of a text.
    pub fn bag(&self, text: &str) -> Bag {
        self.lower_bag(&text.to_lowercase())
    }

    fn lower_bag(&self, lower: &str) -> Bag {
        let mut bag = Bag { counts: vec![0; self.ids.len()], total: 0 };
        each_lower_token(lower, |token| {
            bag.total += 1;
            // A token of neither the input nor the gold only counts for the total.
            if let Some(&id) = self.ids.get(token) {
                bag.counts[id as usize] += 1;
            }
        });
        bag
    }

    /// Scores an output, given as a bag of tokens, against the gold; `None` without gold.
    pub fn body(&self, out: &Bag) -> Option<BodyScore> {
        let gold = self.gold.as_ref()?;
        let (mut body_out, mut boiler_out) = (0, 0);
        for (id, &count) in out.counts.iter().enumerate() {
            let (input, gold) = (self.input.count(id), gold.bag.count(id));
            body_out += u64::from(count.min(input).min(gold));
            boiler_out += u64::from(count.saturating_sub(gold).min(input.saturating_sub(gold)));
        }
        let prf = Prf::new(out, &gold.bag);
        Some(BodyScore {
            out: prf,
            identity: gold.identity,
            body_in: gold.body,
            body_out,
            boiler_in: gold.boiler,
            boiler_out,
            hurt: self.has_body && prf.f1 < gold.identity.f1 - MARGIN,
            helped: self.has_body && prf.f1 > gold.identity.f1 + MARGIN,
        })
    }

    /// The required snippets, then the forbidden ones, that the input contains but `output` does not;
    /// in the form of [`folded`].
    pub fn missing(&self, output: &str) -> [Vec<&str>; 2] {
        let whole = folded(output);
        [&self.with, &self.without]
            .map(|snippets| snippets.iter().map(String::as_str).filter(|snippet| !contains(&whole, snippet)).collect())
    }
}

/// Counts the tokens of a lower-case text, and adds new ones to `ids`.
fn count_tokens(lower: &str, ids: &mut HashMap<Box<str>, u32>) -> Bag {
    let mut bag = Bag::default();
    each_lower_token(lower, |token| {
        let id = match ids.get(token) {
            Some(&id) => id,
            None => {
                let id = ids.len() as u32;
                ids.insert(token.into(), id);
                id
            }
        } as usize;
        if bag.counts.len() <= id {
            bag.counts.resize(id + 1, 0);
        }
        bag.counts[id] += 1;
        bag.total += 1;
    });
    bag
}

fn contains(whole: &str, snippet: &str) -> bool {
    memmem::find(whole.as_bytes(), snippet.as_bytes()).is_some()
}

impl Gold {
    fn new(input: &Bag, bag: Bag) -> Self {
        let body: u64 = (0..input.counts.len()).map(|id| u64::from(input.count(id).min(bag.count(id)))).sum();
        Self { body, boiler: input.total - body, identity: Prf::new(input, &bag), bag }
    }
}

impl Bag {
    fn count(&self, id: usize) -> u32 {
        self.counts.get(id).copied().unwrap_or(0)
    }

    /// The number of all tokens.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Adds the tokens of another text.
    pub fn add(&mut self, other: &Self) {
        if self.counts.len() < other.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine += theirs;
        }
        self.total += other.total;
    }
}

impl Prf {
    fn new(out: &Bag, gold: &Bag) -> Self {
        let all = |value| Self { p: value, r: value, f1: value };
        match (out.total, gold.total) {
            (0, 0) => return all(1.0),
            (0, _) | (_, 0) => return all(0.0),
            _ => {}
        }
        let hit: u64 = (0..out.counts.len()).map(|id| u64::from(out.count(id).min(gold.count(id)))).sum();
        let (p, r) = (hit as f64 / out.total as f64, hit as f64 / gold.total as f64);
        Self { p, r, f1: if hit > 0 { 2.0 * p * r / (p + r) } else { 0.0 } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_of_multisets() {
        // Input: the×2 cat sat menu×2; gold: the cat sat down.
        let page = Reference::new("The cat sat. The menu menu", Some("the cat sat down"), &["cat  SAT", "gone"], &[]);
        // Output: the cat menu extra.
        let score = page.score("the cat menu extra");
        let body = score.body.unwrap();
        assert_eq!((body.body_in, body.body_out), (3, 2));
        // In: the, menu, menu; still there: menu.
        assert_eq!((body.boiler_in, body.boiler_out), (3, 1));
        assert_eq!(body.out, Prf { p: 2.0 / 4.0, r: 2.0 / 4.0, f1: 0.5 });
        // Input: 3 of 6 right, 3 of 4 found.
        assert_eq!(body.identity, Prf { p: 0.5, r: 0.75, f1: 2.0 * 0.5 * 0.75 / 1.25 });
        assert!(body.hurt && !body.helped && score.has_body && !score.empty);
        assert_eq!((score.with_in, score.with_out, score.out_tokens), (1, 0, 4));
    }

    #[test]
    fn nothing_to_find_is_found_by_nothing() {
        let page = Reference::new::<&str>("menu", Some(""), &[], &[]);
        assert_eq!(page.score("").body.unwrap().out.f1, 1.0);
        assert_eq!(page.score("menu").body.unwrap().out.f1, 0.0);
        assert!(!page.score("").has_body && !page.score("").empty);
    }

    #[test]
    fn what_is_put_back_counts() {
        let page = Reference::new::<&str>("the cat sat menu", Some("the cat sat"), &[], &[]);
        let mut bag = page.bag("the cat");
        bag.add(&page.bag("sat"));
        assert_eq!(page.body(&bag), page.score("the cat sat").body);
    }
}
