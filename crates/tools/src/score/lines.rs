//! [`verdicts`]: which lines of a page are its body.
//!
//! Bags of words cannot decide which line is body, because "the" is everywhere. So lines are aligned with
//! the gold in order. First comes the chain of lines that occur as a whole in the gold, one after the
//! other, and together have the most tokens. Then each longer line that is left is body if at least half
//! of its runs of three tokens occur in a part of the gold that no line covers yet. So a headline that is
//! repeated under "Most read" is boilerplate the second time, and a paragraph with "Read more" at its end
//! is still body.
//!
//! Where it can be fooled: a short line of boilerplate with words that are also in the gold, if the page
//! lacks the body line with these words.

use std::collections::HashMap;

use super::tokens::each_token;

/// Whether a line is body, according to the gold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineVerdict {
    /// It has no token.
    Blank,
    /// It is body.
    Body,
    /// It is not body.
    Boilerplate,
}

/// A line of fewer tokens must be at the start or end of a line of the gold: such a short line may
/// occur inside a sentence by chance.
const SHORT: usize = 3;
/// Only a line of at least this many tokens may be body in part.
const PART: usize = 4;

/// The verdict on each line of a page. `gold` may be any text: with the output of another tool, the
/// verdicts tell which lines that tool kept.
pub fn verdicts(lines: &[&str], gold: &str) -> Vec<LineVerdict> {
    let gold = GoldText::new(gold);
    let lines: Vec<Vec<u32>> = lines.iter().map(|line| gold.ids_of(line)).collect();
    let mut covered = vec![false; gold.tokens.len()];
    let mut body = vec![false; lines.len()];
    let (short, long): (Vec<_>, Vec<_>) = chain(&lines, &gold).into_iter().partition(|&(l, _)| lines[l].len() < SHORT);
    for (line, start) in long {
        body[line] = true;
        covered[start..start + lines[line].len()].fill(true);
    }
    for (line, tokens) in lines.iter().enumerate() {
        if !body[line] && tokens.len() >= PART {
            body[line] = gold.holds_half(tokens, &mut covered);
        }
    }
    // Short lines last, so that they do not cover tokens of a longer line that matches in part.
    for (line, start) in short {
        body[line] = !covered[start..start + lines[line].len()].contains(&true);
    }
    let verdict = |(tokens, body): (&Vec<u32>, &bool)| match (tokens.is_empty(), body) {
        (true, _) => LineVerdict::Blank,
        (false, true) => LineVerdict::Body,
        (false, false) => LineVerdict::Boilerplate,
    };
    lines.iter().zip(&body).map(verdict).collect()
}

/// The gold as a sequence of token numbers.
struct GoldText {
    ids: HashMap<Box<str>, u32>,
    tokens: Vec<u32>,
    /// By token number: the positions of the token, ascending.
    places: Vec<Vec<usize>>,
    /// For each position, whether a line starts there; one more for the end.
    starts: Vec<bool>,
    /// The positions at which each run of three tokens starts.
    runs: HashMap<[u32; 3], Vec<usize>>,
}

/// The number of every token that the gold does not contain.
const UNKNOWN: u32 = u32::MAX;

impl GoldText {
    fn new(text: &str) -> Self {
        let mut ids = HashMap::new();
        let mut tokens = Vec::new();
        let mut starts = Vec::new();
        for line in text.lines() {
            let before = tokens.len();
            each_token(line, |token| {
                let next = ids.len() as u32;
                tokens.push(*ids.entry(token.into()).or_insert(next));
            });
            starts.resize(tokens.len(), false);
            if let Some(first) = starts.get_mut(before) {
                *first = true;
            }
        }
        starts.push(true);
        let mut places = vec![Vec::new(); ids.len()];
        for (at, &token) in tokens.iter().enumerate() {
            places[token as usize].push(at);
        }
        let mut runs: HashMap<[u32; 3], Vec<usize>> = HashMap::new();
        for (at, run) in tokens.windows(3).enumerate() {
            runs.entry([run[0], run[1], run[2]]).or_default().push(at);
        }
        Self { ids, tokens, places, starts, runs }
    }

    fn ids_of(&self, line: &str) -> Vec<u32> {
        let mut found = Vec::new();
        each_token(line, |token| found.push(self.ids.get(token).copied().unwrap_or(UNKNOWN)));
        found
    }

    /// The positions at which the whole line occurs.
    fn whole(&self, line: &[u32]) -> Vec<usize> {
        let places = |&(_, token): &(usize, &u32)| self.places.get(*token as usize).map_or(0, Vec::len);
        let Some((at, &rarest)) = line.iter().enumerate().min_by_key(places) else { return Vec::new() };
        let Some(places) = self.places.get(rarest as usize) else { return Vec::new() };
        let stands = |start: &usize| {
            let end = start + line.len();
            self.tokens.get(*start..end) == Some(line)
                && (line.len() >= SHORT || self.starts[*start] || self.starts[end])
        };
        places.iter().filter_map(|place| place.checked_sub(at)).filter(stands).collect()
    }

    /// Whether at least half of the line's runs of three occur where nothing is covered; if so, marks them as covered.
    fn holds_half(&self, line: &[u32], covered: &mut [bool]) -> bool {
        let free = |run: &[u32]| {
            let places = self.runs.get(&[run[0], run[1], run[2]])?;
            places.iter().copied().find(|&at| !covered[at..at + 3].contains(&true))
        };
        let found: Vec<usize> = line.windows(3).filter_map(free).collect();
        let holds = 2 * found.len() >= line.len() - 2;
        if holds {
            found.iter().for_each(|&at| covered[at..at + 3].fill(true));
        }
        holds
    }
}

/// The lines that occur as a whole in the gold, in the same order and without overlaps, with the most
/// tokens in total: pairs of the line and its position.
fn chain(lines: &[Vec<u32>], gold: &GoldText) -> Vec<(usize, usize)> {
    struct Link {
        line: usize,
        start: usize,
        before: Option<usize>,
    }
    let mut links: Vec<Link> = Vec::new();
    let mut best = Best::new(gold.tokens.len());
    for (line, tokens) in lines.iter().enumerate() {
        // Look up all positions before any is inserted, so that a line does not follow itself.
        let found: Vec<_> = gold.whole(tokens).into_iter().map(|start| (start, best.up_to(start))).collect();
        for (start, (sum, before)) in found {
            best.insert(start + tokens.len(), (sum + tokens.len(), Some(links.len())));
            links.push(Link { line, start, before });
        }
    }
    let mut chain = Vec::new();
    let mut last = best.up_to(gold.tokens.len()).1;
    while let Some(link) = last.map(|at| &links[at]) {
        chain.push((link.line, link.start));
        last = link.before;
    }
    chain
}

/// The longest chain that ends at or before a position, as `(tokens, last link)`: a Fenwick tree of maxima.
struct Best {
    tree: Vec<(usize, Option<usize>)>,
}

impl Best {
    fn new(places: usize) -> Self {
        Self { tree: vec![(0, None); places + 2] }
    }

    fn insert(&mut self, end: usize, chain: (usize, Option<usize>)) {
        let mut at = end + 1;
        while let Some(node) = self.tree.get_mut(at) {
            if chain.0 > node.0 {
                *node = chain;
            }
            at += at & at.wrapping_neg();
        }
    }

    fn up_to(&self, end: usize) -> (usize, Option<usize>) {
        let (mut at, mut best) = (end + 1, (0, None));
        while at > 0 {
            if self.tree[at].0 > best.0 {
                best = self.tree[at];
            }
            at &= at - 1;
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(page: &[&str], gold: &str) -> String {
        let mark = |verdict: &LineVerdict| match verdict {
            LineVerdict::Blank => '.',
            LineVerdict::Body => '=',
            LineVerdict::Boilerplate => '-',
        };
        verdicts(page, gold).iter().map(mark).collect()
    }

    #[test]
    fn lines_are_laid_along_the_gold() {
        let gold = "The ferry left before dawn.\nNobody waved.\nThe sea was calm, and the news was good.";
        let page = [
            "News",
            "Nobody waved.",
            "The ferry left before dawn.",
            "",
            "Nobody waved.",
            "Share",
            "The sea was calm, and the news was good. Read more",
            "The ferry left before dawn.",
            "The sea",
        ];
        assert_eq!(marks(&page, gold), "--=.=-=--");
    }

    #[test]
    fn a_broken_sentence_and_other_order_are_body() {
        let gold = "渡口的船老大说他走了三十年水路。\n集市很热闹。";
        assert_eq!(marks(&["首页", "集市很热闹。", "渡口的船老大", "说他走了三十年水路。", "水路"], gold), "-===-");
        assert_eq!(marks(&["a", "b"], ""), "--");
    }
}
