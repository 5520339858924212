//! Which lines of a page are its known body: the share of each line's tokens that stand in the
//! body, in the same order.
//!
//! A body is seldom made of whole lines, word for word: markup was read in another way, a
//! caption left out. So lines are aligned with the body as sequences are: stretches of four
//! tokens give candidate places, and the heaviest chain of places in rising order counts. What
//! the chain leaves out (a paragraph that stands elsewhere in the body) is given to lines that
//! say the same.

use std::collections::HashMap;

use crate::finder::line::is_cjk;

/// Tokens as the scoring counts them: words in lower case, each Han character alone.
pub(super) fn tokens(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut word = String::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        let cjk = is_cjk(c) || matches!(c, '\u{20000}'..='\u{3134f}');
        if !cjk && (c.is_alphanumeric() || c == '_' || is_mark(c)) {
            word.push(c);
            continue;
        }
        if !word.is_empty() {
            found.push(std::mem::take(&mut word));
        }
        if cjk {
            found.push(c.to_string());
        }
    }
    if !word.is_empty() {
        found.push(word);
    }
    found
}

/// Combining marks that Unicode counts to words.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{203f}' | '\u{2040}')
}

/// Tokens of a stretch that must stand in a row.
const GRAM: usize = 4;
/// Shorter lines must stand in the body as a whole.
const SHORT: usize = 6;

/// A place in the body for a line.
#[derive(Clone, Copy)]
struct BodyPlace {
    line: usize,
    start: usize,
    end: usize,
    weight: u32,
}

/// By line, the share of its tokens that the body has; tokens are numbers, those that the body
/// lacks are `unknown`.
pub(super) fn shares(lines: &[&[u32]], body: &[u32], unknown: u32) -> Vec<f64> {
    let mut grams: HashMap<&[u32], Vec<usize>> = HashMap::new();
    for (at, gram) in body.windows(GRAM).enumerate() {
        grams.entry(gram).or_default().push(at);
    }
    let mut places_of: HashMap<u32, Vec<usize>> = HashMap::new();
    for (at, &token) in body.iter().enumerate() {
        places_of.entry(token).or_default().push(at);
    }
    let mut places = Vec::new();
    let mut covered = vec![0.0; lines.len()];
    for (i, &line) in lines.iter().enumerate() {
        if line.is_empty() {
            continue;
        }
        if line.len() < SHORT {
            for &at in places_of.get(&line[0]).map_or(&[][..], Vec::as_slice).iter().take(60) {
                if body.get(at..at + line.len()) == Some(line) {
                    places.push(BodyPlace { line: i, start: at, end: at + line.len(), weight: line.len() as u32 });
                    covered[i] = 1.0;
                }
            }
            continue;
        }
        let mut hit = vec![false; line.len()];
        // How often each offset between line and body is seen.
        let mut offsets: Vec<(i64, u32)> = Vec::new();
        for (at, gram) in line.windows(GRAM).enumerate() {
            let Some(found) = grams.get(gram) else { continue };
            hit[at..at + GRAM].fill(true);
            for &place in found.iter().take(6) {
                let offset = place as i64 - at as i64;
                match offsets.iter_mut().find(|(o, _)| *o == offset) {
                    Some((_, n)) => *n += 1,
                    None => offsets.push((offset, 1)),
                }
            }
        }
        covered[i] = hit.iter().filter(|h| **h).count() as f64 / line.len() as f64;
        offsets.sort_by_key(|&(_, n)| std::cmp::Reverse(n));
        for &(offset, n) in offsets.iter().take(4) {
            let end = (offset + line.len() as i64).clamp(0, body.len() as i64) as usize;
            places.push(BodyPlace { line: i, start: offset.max(0) as usize, end, weight: n + GRAM as u32 - 1 });
        }
    }
    let mut shares = vec![0.0; lines.len()];
    let mut used = vec![false; body.len()];
    for place in heaviest_chain(places) {
        shares[place.line] = covered[place.line];
        used[place.start..place.end].fill(true);
    }
    give_rest(lines, body, &used, &covered, unknown, &mut shares);
    shares
}

/// The chain of places with rising lines, each behind the one before, that weighs most.
fn heaviest_chain(mut places: Vec<BodyPlace>) -> Vec<BodyPlace> {
    places.sort_by_key(|p| (p.line, std::cmp::Reverse(p.start)));
    let size = places.iter().map(|p| p.end).max().unwrap_or(0) + 2;
    // A Fenwick tree over ends: the best chain that ends at or before.
    let mut tree: Vec<(u32, usize)> = vec![(0, usize::MAX); size + 1];
    let mut values = vec![0; places.len()];
    let mut parents = vec![usize::MAX; places.len()];
    let mut best = (0, usize::MAX);
    let mut at = 0;
    while at < places.len() {
        let end = (at..places.len()).find(|&i| places[i].line != places[at].line).unwrap_or(places.len());
        for i in at..end {
            let mut found = (0, usize::MAX);
            let mut k = places[i].start + 1;
            while k > 0 {
                if tree[k].0 > found.0 {
                    found = tree[k];
                }
                k &= k - 1;
            }
            parents[i] = found.1;
            values[i] = found.0 + places[i].weight;
        }
        for i in at..end {
            if values[i] > best.0 {
                best = (values[i], i);
            }
            let mut k = places[i].end + 1;
            while k <= size {
                if values[i] > tree[k].0 {
                    tree[k] = (values[i], i);
                }
                k += k & k.wrapping_neg();
            }
        }
        at = end;
    }
    let mut chain = Vec::new();
    let mut at = best.1;
    while at != usize::MAX {
        chain.push(places[at]);
        at = parents[at];
    }
    chain
}

/// Body tokens that no line of the chain took go to lines that say the same elsewhere.
fn give_rest(lines: &[&[u32]], body: &[u32], used: &[bool], covered: &[f64], unknown: u32, shares: &mut [f64]) {
    let mut rest: HashMap<u32, u32> = HashMap::new();
    for (&token, _) in body.iter().zip(used).filter(|(_, used)| !**used) {
        *rest.entry(token).or_default() += 1;
    }
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by_key(|&i| std::cmp::Reverse(lines[i].len()));
    for i in order {
        let line = lines[i];
        if shares[i] > 0.0 || covered[i] <= 0.5 || line.len() < SHORT {
            continue;
        }
        let mut counts: HashMap<u32, u32> = HashMap::new();
        for &token in line.iter().filter(|&&t| t != unknown) {
            *counts.entry(token).or_default() += 1;
        }
        let hit: u32 = counts.iter().map(|(token, &n)| n.min(rest.get(token).copied().unwrap_or(0))).sum();
        if f64::from(hit) >= 0.7 * line.len() as f64 * covered[i] {
            shares[i] = f64::from(hit) / line.len() as f64;
            for (token, n) in counts {
                if let Some(left) = rest.get_mut(&token) {
                    *left = left.saturating_sub(n);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_body_have_their_share() {
        let text = [
            "menu home",
            "one two three four five six seven",
            "more",
            "eight nine ten eleven twelve thirteen fourteen",
            "one two",
        ];
        let body = tokens("one two three four five six seven eight nine ten eleven twelve");
        let number = |t: &String| body.iter().position(|b| b == t).unwrap_or(body.len()) as u32;
        let lines: Vec<Vec<u32>> = text.iter().map(|l| tokens(l).iter().map(number).collect()).collect();
        let lines: Vec<&[u32]> = lines.iter().map(Vec::as_slice).collect();
        let body: Vec<u32> = body.iter().map(number).collect();
        let shares = shares(&lines, &body, body.len() as u32);
        assert_eq!(shares[0], 0.0);
        assert_eq!(shares[1], 1.0);
        assert!((0.5..1.0).contains(&shares[3]));
        assert_eq!(shares[4], 0.0, "what stands twice counts once");
    }
}
