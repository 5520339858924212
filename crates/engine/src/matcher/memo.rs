//! [`Memo`]: what was found in short lines, for the next time they stand.
//!
//! Menus, buttons and labels stand on one page after another: of the short lines of English pages of all sites a third
//! stood before, and of pages of one site more. Which texts of rules a line has, and which rules it rules out (by length, an exception,
//! a regex), depends on its text alone, so it is found once; so does what the body finder reads off it. What other lines,
//! the document or the site decide is asked each time.
//!
//! The memo is bounded: a line of the same hash takes the place of another one, and a full memo is emptied.

use super::{Hit, Scratch};
use crate::finder::{Line, Lines};
use crate::hash::hash;
use crate::searched::Edges;
use dehusk_text::Cues;

/// Longer lines are running text, which hardly stands twice: bytes.
const LONGEST: usize = 180;
/// So many lines are kept at most, and so many bytes and hits of them.
const LINES: usize = 1 << 13;
const BYTES: usize = 1 << 20;
const HITS: usize = 1 << 15;

/// Short lines, with what was found in them.
#[derive(Debug, Default)]
pub(super) struct Memo {
    /// By hash: the number of a line, from 1; 0 for none. Empty before the first line.
    places: Vec<u16>,
    lines: Vec<KnownLine>,
    /// The lines as they are written and as they are folded, one behind the other.
    texts: String,
    hits: Vec<Hit>,
    /// Rules, with their masks.
    rules: Vec<(u32, u64)>,
    /// What the finder read off lines, and their content words.
    finder_lines: Vec<Line>,
    content: Vec<u32>,
}

/// A line that stood before, by its places in the lists.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct KnownLine {
    start: u32,
    folded: u32,
    end: u32,
    hits: (u32, u32),
    rules: (u32, u32),
    pub(super) cues: Cues,
    pub(super) edges: Edges,
    /// What the finder read off it, if it did.
    finder_line: Option<u32>,
    /// Whose texts were looked for: 0 those of all sites, else the first rule of a site.
    owner: u32,
}

/// Where a line has its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct MemoPlace(usize);

impl Memo {
    /// The place of a line; `None` for a long one.
    pub(super) fn place(&self, text: &str) -> Option<MemoPlace> {
        (text.len() <= LONGEST).then(|| MemoPlace((hash(text.as_bytes()) >> 32) as usize % LINES))
    }

    fn known(&self, text: &str, MemoPlace(place): MemoPlace, owner: u32) -> Option<KnownLine> {
        let number = usize::from(*self.places.get(place)?).checked_sub(1)?;
        let line = self.lines[number];
        (line.owner == owner && self.texts[line.start as usize..line.folded as usize] == *text).then_some(line)
    }

    /// Gives out what was found in a line.
    fn fill(&self, line: &KnownLine, hits: &mut Vec<Hit>, touched: &mut Vec<u32>, masks: &mut [u64]) {
        hits.clear();
        hits.extend_from_slice(&self.hits[line.hits.0 as usize..line.hits.1 as usize]);
        for &(rule, mask) in &self.rules[line.rules.0 as usize..line.rules.1 as usize] {
            touched.push(rule);
            masks[rule as usize] = mask;
        }
    }

    /// Adds a known line to those of the finder, if it read it.
    pub(super) fn read(&self, line: &KnownLine, lines: &mut Lines) {
        if let Some(at) = line.finder_line {
            let read = &self.finder_lines[at as usize];
            lines.push_again(read, &self.content[read.content.0 as usize..read.content.1 as usize]);
        }
    }

    /// Adds a line with what was found in it.
    fn add(
        &mut self,
        MemoPlace(place): MemoPlace,
        text: &str,
        folded: &str,
        found: FoundTexts<'_, impl Fn(u32) -> u32>,
        finder_line: Option<(&Line, &[u32])>,
        mut line: KnownLine,
    ) {
        if self.lines.len() == LINES || self.texts.len() > BYTES || self.hits.len() > HITS || self.rules.len() > HITS {
            let Self { places, lines, texts, hits, rules, finder_lines, content } = self;
            // Their room stays.
            places.fill(0);
            lines.clear();
            texts.clear();
            hits.clear();
            rules.clear();
            finder_lines.clear();
            content.clear();
        }
        self.places.resize(LINES, 0);
        line.start = self.texts.len() as u32;
        self.texts.push_str(text);
        line.folded = self.texts.len() as u32;
        self.texts.push_str(folded);
        line.end = self.texts.len() as u32;
        let (hits, rules) = (self.hits.len() as u32, self.rules.len() as u32);
        let mask = |rule: u32| found.masks[rule as usize];
        self.rules.extend(found.touched.iter().map(|&rule| (rule, mask(rule))).filter(|&(_, mask)| mask != 0));
        self.hits.extend(found.hits.iter().filter(|hit| mask((found.rule_of)(hit.pattern)) != 0));
        (line.hits, line.rules) = ((hits, self.hits.len() as u32), (rules, self.rules.len() as u32));
        line.finder_line = finder_line.map(|(read, content)| {
            let start = self.content.len() as u32;
            self.content.extend_from_slice(content);
            self.finder_lines.push(Line { content: (start, self.content.len() as u32), ..read.clone() });
            self.finder_lines.len() as u32 - 1
        });
        self.lines.push(line);
        self.places[place] = self.lines.len() as u16;
    }
}

/// What was found in a line: texts, and rules with their masks, which are empty for those that match no such line.
struct FoundTexts<'s, R> {
    hits: &'s [Hit],
    touched: &'s [u32],
    masks: &'s [u64],
    /// The rule of a pattern.
    rule_of: R,
}

impl MemoPlace {
    /// The place of the same line among those of a site.
    fn of_site(self, owner: u32) -> Self {
        Self((self.0 ^ (owner.wrapping_mul(0x9E37_79B1) >> 16) as usize) % LINES)
    }
}

impl Scratch {
    /// A line that stood before; its folded text becomes that of the buffers, which must be empty. `has_finder`: only if
    /// the finder read it, too.
    pub(super) fn recall(&mut self, text: &str, place: MemoPlace, has_finder: bool) -> Option<KnownLine> {
        let line = self.memo.known(text, place, 0).filter(|line| !has_finder || line.finder_line.is_some())?;
        self.folded.push_str(&self.memo.texts[line.folded as usize..line.end as usize]);
        Some(line)
    }

    /// Sets what was found in it, as if it had been searched.
    pub(super) fn set(&mut self, known: &KnownLine) {
        let Self { memo, hits, touched, masks, .. } = self;
        memo.fill(known, hits, touched, masks);
        self.edges = known.edges;
        self.line += 1;
        self.pairs.forget();
    }

    /// Remembers what was found in the line, with what the finder read off it.
    pub(super) fn remember(
        &mut self,
        text: &str,
        place: MemoPlace,
        cues: Cues,
        finder_line: Option<(&Line, &[u32])>,
        rule_of: impl Fn(u32) -> u32,
    ) {
        let Self { memo, hits, touched, masks, .. } = self;
        let line = KnownLine { cues, edges: self.edges, ..KnownLine::default() };
        memo.add(place, text, &self.folded, FoundTexts { hits, touched, masks, rule_of }, finder_line, line);
    }

    /// Sets what was found of the rules of a site, if the line is in `memo`; whether it is. The edges are those of the line.
    pub(super) fn set_of_site(&mut self, memo: &Memo, owner: u32, text: &str, place: MemoPlace) -> bool {
        let Some(known) = memo.known(text, place.of_site(owner), owner) else { return false };
        memo.fill(&known, &mut self.hits, &mut self.touched, &mut self.masks);
        self.line += 1;
        self.pairs.forget();
        true
    }

    /// Remembers in `memo` what was found in the line of the rules of a site.
    pub(super) fn remember_of_site(
        &self,
        memo: &mut Memo,
        owner: u32,
        text: &str,
        place: MemoPlace,
        rule_of: impl Fn(u32) -> u32,
    ) {
        let Self { hits, touched, masks, .. } = self;
        let line = KnownLine { owner, ..KnownLine::default() };
        memo.add(place.of_site(owner), text, "", FoundTexts { hits, touched, masks, rule_of }, None, line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Engine, Input};
    use dehusk_rules::{Profile, RuleSet, SiteFiles, Source};
    use dehusk_text::Document;
    use proptest::prelude::*;
    use std::sync::Arc;

    const RULES: &str = "
[[rule]]
name = 'share'
contains = ['分享到', 'share this']
max_length = 20
removes = '分享到：微信'
[[rule]]
name = 'source'
starts_with = ['来源：{source}', '{date} {time}']
removes = '来源：河湾日报'
[[rule]]
name = 'words'
remove = 'phrase'
contains = '（记者 {name}）'
removes = '（记者 林一鸣）'
[[rule]]
name = 'again'
looks_like = 'repeated'
regex = '^渡船'
removes = '渡船'
[[rule]]
name = 'list'
remove = 'list'
starts_with = '相关阅读'
removes = '相关阅读'
";
    const TEXTS: [&str; 12] = [
        "分享到：微信",
        "Share this",
        "来源：河湾日报",
        "2031-03-05 09:30",
        "渡船每天往返十二班。",
        "渡船",
        "相关阅读：",
        "· 河湾大桥三月通车 2030-12-28",
        "河湾日报讯（记者 林一鸣）停航十一年的老码头昨天重新开航，清晨六点，第一班渡船载着四十多位乘客驶向对岸。",
        "（记者 林一鸣）",
        "",
        "“小时候天天坐船上学，没想到还能等到这一天。”七十岁的乘客周婆婆说。",
    ];

    fn rules() -> RuleSet {
        RuleSet::from_sources(&[Source::new("zh/share.toml", RULES)]).expect("the rules are sound")
    }

    fn outcome(engine: &Engine, text: &str) -> String {
        format!("{:?}", engine.clean(&Document::new(text).expect("it is text")))
    }

    fn scratch_of(engine: &Engine) -> Scratch {
        engine.parts.scratch.get().take().expect("a run has ended")
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn what_stood_before_is_judged_as_what_did_not(
            texts in prop::collection::vec(prop::collection::vec(prop::sample::select(TEXTS.as_slice()), 1..14), 1..5),
            is_page in any::<bool>(),
        ) {
            let rules = rules();
            let (input, profile) =
                if is_page { (Input::Auto, Profile::Body) } else { (Input::Text, Profile::Article) };
            let engine = || Engine::builder().input(input).profile(profile).build(&rules).expect("it can be built");
            let all = engine();
            for text in texts.iter().map(|lines| lines.join("\n")) {
                prop_assert_eq!(outcome(&all, &text), outcome(&engine(), &text));
            }
        }
    }

    #[test]
    fn lines_of_a_site_are_remembered_for_that_site() {
        let file = |host: &str, text: &str| {
            let rule = format!("[[rule]]\nname = 'own'\nis = '{text}'\nremoves = '{text}'\n");
            Source::new(format!("sites/{host}.toml"), rule)
        };
        let files = || SiteFiles::of_sources(vec![file("a.example", "渡船"), file("b.example", "Ferry {number}")]);
        let engine = || Engine::builder().site_files(Arc::new(files())).build(&rules()).expect("it can be built");
        let all = engine();
        let clean = |engine: &Engine, host: &str| {
            let document = Document::new("渡船\nFerry 7\n河湾大桥三月通车，渡船照常开行。\n").expect("it is text");
            format!("{:?}", engine.clean(&document.with_host(host)))
        };
        for host in ["a.example", "b.example", "c.example"].into_iter().cycle().take(9) {
            assert_eq!(clean(&all, host), clean(&engine(), host), "{host}");
        }
        assert!(!scratch_of(&all).memo_of_sites.lines.is_empty());
    }

    #[test]
    fn a_full_memo_is_emptied() {
        let rules = rules();
        let engine = Engine::builder().build(&rules).expect("it can be built");
        let text: String = (0..LINES + 100).map(|line| format!("分享到第{line}处\n")).collect();
        let first = outcome(&engine, &text);
        assert!(first == outcome(&engine, &text));
        let memo = scratch_of(&engine).memo;
        assert!(!memo.lines.is_empty() && memo.lines.len() <= LINES && memo.texts.len() <= BYTES + LONGEST * 3);
    }
}
