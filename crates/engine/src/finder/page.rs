//! [`FinderPage`]: the lines of a document and the sums over them that cues ask for.

use std::collections::HashMap;

use wide::{f32x4, u8x16};

use super::layout::{BOIL_CLASSES, NEARBY, PHRASES, class};
use super::line::{End, Line, Lines, flag};
use super::looks::Look;
use super::markup::MarkupSums;
use super::sections::{self, SectionPlace};
use super::words::ClassSet;
use crate::hash::FixedState;

/// Sums over the lines before a line; one more for the end.
type PrefixSums = Vec<u32>;

/// How far "nearby" reaches.
pub(crate) const NEAR: usize = 6;

pub(crate) struct FinderPage<'l> {
    pub(crate) lines: &'l [Line],
    content: &'l [u32],
    /// Long sentences before a line.
    pub(crate) long: PrefixSums,
    /// Their units.
    pub(crate) mass: PrefixSums,
    pub(crate) units: PrefixSums,
    /// Units of lines, sixty at most each.
    pub(crate) capped: PrefixSums,
    /// Lines of boilerplate.
    boil: PrefixSums,
    /// By line how many of the lines before it are of each kind of [`NEARBY`]; one more for the end. The sums begin
    /// again behind 255, so those over a few lines can be told.
    pub(crate) nearby: Vec<u8x16>,
    pub(crate) looks: Vec<Look>,
    /// By line: the phrases of the heading under which it stands, the nearest short line above.
    pub(crate) under: Vec<ClassSet>,
    /// By line: the nearest long line above and below (lines away; 99 for none).
    pub(crate) up: Vec<u32>,
    pub(crate) down: Vec<u32>,
    /// By line: how many lines have its key or prefix.
    pub(crate) same: Vec<u32>,
    pub(crate) seen: Vec<bool>,
    pub(crate) same_prefix: Vec<u32>,
    /// By line: length of its run of one shape, and the share of boilerplate phrases in it.
    pub(crate) runs: Vec<(u32, f32)>,
    /// By line: the share of its content words that stand in other long lines (negative if it has none).
    pub(crate) shared: Vec<f32>,
    /// By line: the words of its content that stand in long lines above; and all of them. Sums.
    pub(crate) said_above: Vec<(u32, u32)>,
    /// The indent of most of the text.
    pub(crate) indent: u32,
    /// By line: its cluster of long lines, if it lies in one: share of the biggest, and side of it.
    pub(crate) cluster: Vec<(u8, u8)>,
    /// By line: where it stands to the first cluster that is more than a stray sentence (before, in, after), and how
    /// big that one is beside the biggest.
    pub(crate) first_cluster: Vec<(u8, u8)>,
    /// By line: its place among the sections.
    pub(crate) sections: Vec<SectionPlace>,
    pub(crate) kind: PageKind,
    /// What the markup says, if there is one.
    pub(crate) markup: Option<MarkupSums<'l>>,
}

/// What the page as a whole is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PageKind {
    /// 0 sparse, 1 mixed, 2 prose.
    pub(crate) density: usize,
    pub(crate) few: bool,
    /// As bits: few sentences, many, a forum, prices, Han characters, English.
    pub(crate) traits: u32,
    pub(crate) language: Language,
}

/// The languages that have limits of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Language {
    /// Han characters and kana make more than half of the units.
    Han,
    /// Three of four function words are English.
    English,
    #[default]
    Other,
}

impl Language {
    /// Their names in `points.toml`, in order.
    pub(crate) const NAMES: [&'static str; 3] = ["han", "english", "other"];

    /// The language of these lines.
    pub(crate) fn of(lines: &[Line]) -> Self {
        let sum = |value: fn(&Line) -> u32| lines.iter().map(value).sum::<u32>();
        let cjk = sum(|line| line.cjk);
        let function = sum(|line| if line.cjk == 0 { line.function } else { 0 });
        let english = sum(|line| if line.cjk == 0 { line.english } else { 0 });
        match () {
            () if cjk * 2 > sum(|line| line.units) => Self::Han,
            () if function > 0 && english * 4 >= function * 3 => Self::English,
            () => Self::Other,
        }
    }
}

/// A single long sentence of fewer units may be a stray one.
const STRAY_UNITS: u32 = 120;

impl<'l> FinderPage<'l> {
    pub(crate) fn new(lines: &'l Lines) -> Self {
        let (content, markup) = (&lines.content, lines.markup.as_ref());
        let lines = lines.lines.as_slice();
        let (same, seen, same_prefix) = repeats(lines);
        let mut page = Self {
            lines,
            content,
            long: sums(lines, |l| u32::from(l.has(flag::LONG))),
            mass: sums(lines, |l| if l.has(flag::LONG) { l.units } else { 0 }),
            units: sums(lines, |l| l.units),
            capped: sums(lines, |l| l.units.min(60)),
            boil: sums(lines, |l| u32::from(l.classes & BOIL_CLASSES != 0)),
            nearby: nearby_sums(lines, &same),
            looks: lines.iter().zip(&same).map(|(line, &same)| Look::of(line, same)).collect(),
            under: under_headings(lines),
            up: Vec::new(),
            down: Vec::new(),
            same,
            seen,
            same_prefix,
            runs: Vec::new(),
            shared: Vec::with_capacity(lines.len()),
            said_above: Vec::with_capacity(lines.len() + 1),
            indent: usual_indent(lines),
            cluster: Vec::new(),
            first_cluster: vec![(0, 0); lines.len()],
            sections: sections::places(lines),
            kind: PageKind::default(),
            markup: None,
        };
        page.find_neighbours();
        page.find_runs();
        page.share_words();
        page.find_clusters();
        page.kind = page.kind();
        page.markup = markup.map(|markup| MarkupSums::new(markup, lines));
        page
    }

    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// All long sentences.
    pub(crate) fn all_long(&self) -> u32 {
        self.long[self.len()]
    }

    /// Lines of boilerplate in a stretch.
    pub(crate) fn boil(&self, from: usize, to: usize) -> u32 {
        self.boil[to] - self.boil[from]
    }

    fn find_neighbours(&mut self) {
        let n = self.len();
        self.up = vec![99; n];
        self.down = vec![99; n];
        let mut last = None;
        for i in 0..n {
            self.up[i] = last.map_or(99, |l| (i - l) as u32);
            if self.lines[i].has(flag::LONG) {
                last = Some(i);
            }
        }
        let mut next = None;
        for i in (0..n).rev() {
            self.down[i] = next.map_or(99, |l: usize| (l - i) as u32);
            if self.lines[i].has(flag::LONG) {
                next = Some(i);
            }
        }
    }

    fn find_runs(&mut self) {
        let n = self.lines.len();
        let mut runs = Vec::with_capacity(n);
        let mut i = 0;
        while i < n {
            let shape = self.looks[i].run;
            let end = (i..n).find(|&j| self.looks[j].run != shape).unwrap_or(n);
            let share = self.boil(i, end) as f32 / (end - i) as f32;
            runs.resize(end, ((end - i) as u32, share));
            i = end;
        }
        self.runs = runs;
    }

    /// Whether the words of a line are those of the text around: a teaser's are not.
    fn share_words(&mut self) {
        let content = self.content;
        let of = |line: &Line| &content[line.content.0 as usize..line.content.1 as usize];
        let long = || self.lines.iter().zip(0_u32..).filter(|(line, _)| line.has(flag::LONG));
        let mut owners = Owners::new(long().map(|(line, _)| of(line).len()).sum());
        // By line: of its words those that another long line has, and those that one above has.
        let mut counts = vec![(0, 0); self.lines.len()];
        for (line, i) in long() {
            of(line).iter().for_each(|&word| owners.add(word, i, &mut counts));
        }
        for ((line, i), counts) in self.lines.iter().zip(0..).zip(&mut counts) {
            if !line.has(flag::LONG) {
                of(line).iter().for_each(|&word| {
                    let (another_has, above_has) = owners.have(word, i);
                    counts.0 += u32::from(another_has);
                    counts.1 += u32::from(above_has);
                });
            }
        }
        let mut sum = (0, 0);
        self.said_above.push(sum);
        for (line, &(elsewhere, above)) in self.lines.iter().zip(&counts) {
            let words = line.content.1 - line.content.0;
            self.shared.push(if words == 0 { -1.0 } else { elsewhere as f32 / words as f32 });
            sum = (sum.0 + above, sum.1 + words);
            self.said_above.push(sum);
        }
    }

    /// Long lines with at most four lines between them are one cluster.
    fn find_clusters(&mut self) {
        let n = self.len();
        let mut clusters: Vec<(usize, usize, u32)> = Vec::new();
        for i in (0..n).filter(|&i| self.lines[i].has(flag::LONG)) {
            let units = self.lines[i].units;
            match clusters.last_mut() {
                Some((_, end, mass)) if i - *end <= 5 => {
                    *end = i;
                    *mass += units;
                }
                _ => clusters.push((i, i, units)),
            }
        }
        self.cluster = vec![(0, 0); n];
        let Some(biggest) = (0..clusters.len()).max_by_key(|&c| (clusters[c].2, std::cmp::Reverse(c))) else { return };
        for (c, &(start, end, mass)) in clusters.iter().enumerate() {
            let share = mass as f32 / clusters[biggest].2 as f32;
            let side = match c.cmp(&biggest) {
                std::cmp::Ordering::Less => 1,
                std::cmp::Ordering::Equal => 2,
                std::cmp::Ordering::Greater => 3,
            };
            for cluster in &mut self.cluster[start..=end] {
                *cluster = (side, bucket(share, &[0.05, 0.15, 0.4, 0.75]) as u8);
            }
        }
        if let Some(&(start, end, mass)) =
            clusters.iter().find(|&&(start, end, mass)| end > start || mass >= STRAY_UNITS)
        {
            let share = bucket(mass as f32 / clusters[biggest].2 as f32, &[0.1, 0.3, 0.6, 0.999]) as u8;
            for (i, place) in self.first_cluster.iter_mut().enumerate() {
                *place = (u8::from(i >= start) + u8::from(i > end), share);
            }
        }
        // Between clusters: the side counts alone.
        let (start, end, _) = clusters[biggest];
        for (i, cluster) in self.cluster.iter_mut().enumerate() {
            if cluster.0 == 0 {
                cluster.1 = if i < start { 0 } else { 1 + u8::from(i > end) };
            }
        }
    }

    fn kind(&self) -> PageKind {
        let n = self.len().max(1) as f32;
        let count = |holds: &dyn Fn(&Line) -> bool| self.lines.iter().filter(|l| holds(l)).count() as f32;
        let share = self.mass[self.len()] as f32 / self.units[self.len()].max(1) as f32;
        let language = Language::of(self.lines);
        let few = self.all_long() < 6;
        let traits = [
            few,
            self.all_long() >= 40,
            count(&|l| l.in_class(const { class("forum_meta") })) / n > 0.06,
            count(&|l| l.has(flag::PRICE)) / n > 0.05,
            language == Language::Han,
            language == Language::English,
        ];
        PageKind {
            density: bucket(share, &[0.25, 0.55]),
            few,
            traits: (0..).zip(traits).fold(0, |bits, (at, holds)| bits | u32::from(holds) << at),
            language,
        }
    }
}

fn sums(lines: &[Line], value: impl Fn(&Line) -> u32) -> PrefixSums {
    let mut sums = Vec::with_capacity(lines.len() + 1);
    let mut sum = 0;
    sums.push(sum);
    sums.extend(lines.iter().map(|line| {
        sum += value(line);
        sum
    }));
    sums
}

fn nearby_sums(lines: &[Line], same: &[u32]) -> Vec<u8x16> {
    let mut sums = Vec::with_capacity(lines.len() + 1);
    let mut now = u8x16::splat(0);
    sums.push(now);
    sums.extend(lines.iter().zip(same).map(|(line, &same)| {
        let one_of = |classes: u32| line.classes & classes != 0;
        let kinds: [bool; NEARBY.len()] = [
            line.has(flag::DATE),
            one_of(BOIL_CLASSES),
            one_of(const { 1 << class("forum_meta") | 1 << class("comments") }),
            line.has(flag::HEAD),
            line.has(flag::NAME),
            same > 1,
            one_of(const { 1 << class("voice") }),
            line.bullet > 0,
            line.end == End::Sentence && line.units >= 10,
            line.has(flag::PRICE),
            one_of(const { 1 << class("readmore") }),
            line.has(flag::TAKEN),
            one_of(const { 1 << class("meta") | 1 << class("credit") }),
            one_of(const { 1 << class("login") | 1 << class("widget") }),
        ];
        let mut holds = [0; 16];
        holds.iter_mut().zip(kinds).for_each(|(lane, holds)| *lane = u8::from(holds));
        now += u8x16::new(holds);
        now
    }));
    sums
}

/// By line: the phrases of the nearest short line above that ends no sentence.
fn under_headings(lines: &[Line]) -> Vec<ClassSet> {
    let mut heading: Option<(usize, ClassSet)> = None;
    let of = |(i, line): (usize, &Line)| {
        let under = heading.filter(|&(at, _)| i - at <= NEAR).map_or(0, |(_, phrases)| phrases);
        if line.units < 14 && line.end != End::Sentence {
            heading = Some((i, line.classes & ((1 << PHRASES) - 1)));
        }
        under
    };
    lines.iter().enumerate().map(of).collect()
}

/// How many of four rising limits a share reaches.
#[inline]
pub(crate) fn share_step(share: f32, limits: [f32; 4]) -> usize {
    let reached = f32x4::splat(share).simd_ge(f32x4::new(limits));
    reached.to_bitmask().trailing_ones() as usize
}

/// How many of its rising limits a number reaches, from a table that goes up to the last one.
pub(crate) struct Steps<const N: usize>([u8; N]);

impl<const N: usize> Steps<N> {
    pub(crate) const fn new(limits: &[u32]) -> Self {
        Self::scaled(limits, 1)
    }

    /// The same where each limit stands for so many times itself.
    pub(crate) const fn scaled(limits: &[u32], times: u32) -> Self {
        assert!(((limits[limits.len() - 1] * times) as usize) < N, "the table goes up to the last limit");
        let mut steps = [0; N];
        let mut value = 0;
        while value < N {
            let mut i = 0;
            while i < limits.len() {
                steps[value] += (value >= (limits[i] * times) as usize) as u8;
                i += 1;
            }
            value += 1;
        }
        Self(steps)
    }

    #[inline]
    pub(crate) fn of(&self, value: u32) -> usize {
        usize::from(self.0[(value as usize).min(N - 1)])
    }
}

/// How many of its rising limits a number with a fraction reaches, from a table of cells. A cell holds one limit at most:
/// those of lower cells are reached, those of higher ones are not, and its own is compared.
pub(crate) struct FractionSteps<const CELLS: usize> {
    cells_in_one: f64,
    /// The number of the first cell, that of 0 being 0; what is below or above belongs to the outermost cells.
    first: i32,
    /// By cell: how many limits are in lower ones, and the limit in it, or no number.
    steps: [(u8, f64); CELLS],
}

impl<const CELLS: usize> FractionSteps<CELLS> {
    pub(crate) const fn new(cells_in_one: f64, first: i32, limits: &[f64]) -> Self {
        let mut this = Self { cells_in_one, first, steps: [(0, f64::NAN); CELLS] };
        let mut i = 0;
        while i < limits.len() {
            let own = this.cell(limits[i]);
            assert!(own < CELLS - 1 && this.steps[own].1.is_nan(), "each limit has a cell of its own");
            this.steps[own].1 = limits[i];
            let mut higher = own + 1;
            while higher < CELLS {
                this.steps[higher].0 += 1;
                higher += 1;
            }
            i += 1;
        }
        this
    }

    /// Of two numbers the greater is in no lower cell.
    #[inline]
    const fn cell(&self, value: f64) -> usize {
        let cell = ((value * self.cells_in_one) as i32).saturating_sub(self.first);
        if cell < 0 {
            0
        } else if cell as usize >= CELLS {
            CELLS - 1
        } else {
            cell as usize
        }
    }

    #[inline]
    pub(crate) fn of(&self, value: f64) -> usize {
        let (below, limit) = self.steps[self.cell(value)];
        usize::from(below) + usize::from(value >= limit)
    }
}

/// How many of the rising limits `value` reaches.
#[inline]
pub(crate) fn bucket<T: PartialOrd + Copy>(value: T, limits: &[T]) -> usize {
    // All are compared, so that nothing depends on the one before.
    limits.iter().filter(|&&limit| value >= limit).count()
}

/// How often each line stands on the page, whether it stood before, and how many different lines begin as it does.
fn repeats(lines: &[Line]) -> (Vec<u32>, Vec<bool>, Vec<u32>) {
    let mut lines_of: HashMap<u64, u32, FixedState> =
        HashMap::with_capacity_and_hasher(lines.len(), FixedState::default());
    let mut different: HashMap<u64, u32, FixedState> = HashMap::default();
    let is_again = |line: &Line| {
        let count = lines_of.entry(line.key).or_default();
        *count += 1;
        if *count == 1 && line.prefix != 0 {
            *different.entry(line.prefix).or_default() += 1;
        }
        *count > 1
    };
    let seen = lines.iter().map(is_again).collect();
    let same = lines.iter().map(|line| lines_of[&line.key]).collect();
    let same_prefix = lines.iter().map(|line| different.get(&line.prefix).copied().unwrap_or(0)).collect();
    (same, seen, same_prefix)
}

/// The indent of the long lines with the most units, in steps of two.
fn usual_indent(lines: &[Line]) -> u32 {
    let mut units = [0u64; 16];
    for line in lines.iter().filter(|l| l.has(flag::LONG)) {
        units[indent_step(line) as usize] += u64::from(line.units);
    }
    (0..16).max_by_key(|&i| (units[i], std::cmp::Reverse(i))).unwrap_or(0) as u32
}

/// The indent of a line in steps of two.
pub(crate) fn indent_step(line: &Line) -> u32 {
    (line.indent / 2).min(15)
}

/// Which long line is the first to have a content word, and whether another has it; a table with open addresses.
struct Owners {
    /// The word; the number of the first long line that has it, and one, or 0 for none; how often that line has it, or 0
    /// once another one has it too. (A tuple, as zeros of these cost nothing.)
    slots: Vec<(u32, u32, u32)>,
    shift: u32,
}

impl Owners {
    fn new(words: usize) -> Self {
        // Between a third and two thirds are in use, or fewer, as words are said again.
        let slots = (words + words / 2).next_power_of_two().max(2);
        Self { slots: vec![(0, 0, 0); slots], shift: u32::BITS - slots.trailing_zeros() }
    }

    #[inline]
    fn slot(&self, word: u32) -> usize {
        let mask = self.slots.len() - 1;
        // The high bits: the low ones of two Han characters in a row depend on the second alone.
        let mut at = (word.wrapping_mul(0x85eb_ca6b) >> self.shift) as usize & mask;
        loop {
            let (known, first, _) = self.slots[at];
            if known == word || first == 0 {
                return at;
            }
            at = (at + 1) & mask;
        }
    }

    /// Adds a word of a long line, and counts it where it stands in another one; lines come in order.
    #[inline]
    fn add(&mut self, word: u32, line: u32, counts: &mut [(u32, u32)]) {
        let at = self.slot(word);
        let (known, first, alone) = &mut self.slots[at];
        if *first == 0 {
            (*known, *first, *alone) = (word, line + 1, 1);
        } else if *first == line + 1 {
            *alone += 1;
        } else {
            // The first line did not know of another one.
            counts[*first as usize - 1].0 += std::mem::take(alone);
            let own = &mut counts[line as usize];
            *own = (own.0 + 1, own.1 + 1);
        }
    }

    /// Whether a long line has the word, and whether one above this line has it, which is not a long one.
    #[inline]
    fn have(&self, word: u32, line: u32) -> (bool, bool) {
        let (_, first, _) = self.slots[self.slot(word)];
        (first != 0, first != 0 && first <= line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LIMITS: [f64; 5] = [-2.0, -0.3, 0.001, 0.3, 1.5];
    static STEPS: FractionSteps<40> = FractionSteps::new(8.0, -20, &LIMITS);

    #[test]
    fn a_limit_is_reached_by_itself_and_not_by_the_number_below() {
        for (at, limit) in LIMITS.into_iter().enumerate() {
            assert_eq!([limit.next_down(), limit, limit.next_up()].map(|value| STEPS.of(value)), [at, at + 1, at + 1]);
        }
        assert_eq!([f64::NEG_INFINITY, -1e300, 1e300, f64::INFINITY].map(|value| STEPS.of(value)), [0, 0, 5, 5]);
    }

    proptest! {
        #[test]
        fn a_table_says_what_comparing_says(value in prop_oneof![-4.0..4.0, any::<f64>().prop_filter("a number", |v| !v.is_nan())]) {
            prop_assert_eq!(STEPS.of(value), bucket(value, &LIMITS));
        }
    }
}
