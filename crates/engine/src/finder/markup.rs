//! What the markup of a page says, ready for cues: the words by which elements are known, and sums over the
//! elements around each line.

use std::collections::{HashMap, HashSet};

use dehusk_html::{MarkupWord, MarkupWords};
use dehusk_rules::Source;
use dehusk_text::Diagnostic;
use dehusk_text::markup::{Container, LINKED, LineMarkup, PageMarkup, WORD_CLASSES, inside};

use super::chosen::Chosen;
use super::data;
use super::line::{Line, flag};
use super::outline::{Outline, Over};
use super::page::{Language, bucket};
use super::templates::{Templates, usual_depth};

/// The two lists of a class, and whether their words count only by themselves.
const LISTS: [(&str, bool); 2] = [("parts", false), ("words", true)];

/// The words of `markup.toml`; nothing if it has a mistake.
pub(super) fn words(source: &Source) -> (Option<MarkupWords>, Vec<Diagnostic>) {
    data::read(source, |root, report| {
        let mut words = Vec::new();
        for (key, value) in root.iter() {
            let name: &str = key.get_ref();
            let Some(class) = WORD_CLASSES.iter().position(|known| *known == name) else {
                data::unknown(name, key.span(), WORD_CLASSES.into_iter(), report);
                continue;
            };
            let Some(table) = data::table(name, value, report) else { continue };
            for (key, value) in table.iter() {
                let list: &str = key.get_ref();
                let Some((_, whole)) = LISTS.iter().find(|(known, _)| *known == list) else {
                    data::unknown(list, key.span(), LISTS.into_iter().map(|(known, _)| known), report);
                    continue;
                };
                for text in data::list(list, value, report) {
                    words.push(MarkupWord { text: text.to_lowercase(), class: class as u8, whole: *whole });
                }
            }
        }
        MarkupWords::new(words)
    })
}

/// Elements next around a line whose words count as near.
const NEAR: usize = 3;
/// Percent of the prose of the page that the inner and the outer main element hold.
const MAIN: [u64; 2] = [50, 85];
/// Units of the element around most paragraphs that must stay, and percent of all of it, for the rest of the page to go;
/// and of what stays there, so many percent may be long sentences elsewhere at most.
const LEAST_CHOSEN: u64 = 60;
const AGREED: u64 = 60;
const MOST_OUTSIDE: u64 = 50;
/// How many main elements there are.
const MAINS: usize = MAIN.len();

/// What all elements around a container come to.
#[derive(Clone, Copy, Debug, Default)]
struct Summed {
    /// Tags and roles of those around, its own left out.
    inside: u32,
    /// Words of those farther around.
    far: u64,
    /// Words of the next ones.
    near: u64,
    /// Units of prose in it.
    prose: u32,
    /// Elements of its kin beside it, and their prose.
    kin: (u32, u32),
    /// The number of that group of kin, and the one of them that it is or stands in; 0 for none.
    group: u32,
    member: u32,
    /// Steps out to the main elements.
    steps: [u8; MAINS],
    /// It is one of them or in one.
    in_main: [bool; MAINS],
}

/// The markup of a page, with sums.
#[derive(Debug)]
pub(crate) struct MarkupSums<'m> {
    markup: &'m PageMarkup,
    summed: Vec<Summed>,
    prose: u32,
    /// Article elements with prose that stand in no other.
    articles: u32,
    outline: Outline,
    chosen: Chosen,
    is_han: bool,
    /// The first and the last line in the inner main element.
    main: Option<(usize, usize)>,
    templates: Templates,
    /// How deep half of the prose stands.
    depth: u32,
    /// How many groups of kin there are, and 1.
    groups: usize,
}

/// Rows that a table has at least.
const LEAST_ROWS: usize = 2;

impl<'m> MarkupSums<'m> {
    pub(super) fn new(markup: &'m PageMarkup, lines: &[Line]) -> Self {
        let containers = &markup.containers;
        let mut summed = vec![Summed::default(); containers.len()];
        let facts = |line: &Line| markup.lines.get(line.number as usize).copied().unwrap_or_default();
        for line in lines {
            let facts = facts(line);
            if line.has(flag::LONG) && facts.linked < LINKED {
                summed[facts.container as usize].prose += line.units;
            }
        }
        for i in (1..containers.len()).rev() {
            let prose = summed[i].prose;
            summed[containers[i].parent as usize].prose += prose;
        }
        let prose = summed[0].prose;
        for (i, container) in containers.iter().enumerate().skip(1) {
            let parent = container.parent as usize;
            summed[i].inside = summed[parent].inside | containers[parent].inside;
            let (mut near, mut at) = (0, i);
            for _ in 0..NEAR {
                near |= markup.words(at as u32);
                at = containers[at].parent as usize;
            }
            summed[i].near = near;
            summed[i].far = summed[at].far | summed[at].near;
        }
        let templates = Templates::new(markup, lines);
        let depth = usual_depth(markup, lines);
        let mut sums = Self {
            markup,
            summed,
            prose,
            articles: 0,
            outline: Outline::new(markup, lines),
            chosen: Chosen::new(markup, lines),
            is_han: Language::of(lines) == Language::Han,
            main: None,
            templates,
            depth,
            groups: 1,
        };
        let is_article = |i: usize| containers[i].inside & inside::ARTICLE != 0;
        sums.articles = (1..containers.len())
            .filter(|&i| is_article(i) && sums.summed[i].inside & inside::ARTICLE == 0 && sums.summed[i].prose > 0)
            .count() as u32;
        sums.find_kin();
        sums.find_main();
        let in_main = |line: &Line| prose > 0 && sums.summed[facts(line).container as usize].in_main[0];
        let first = lines.iter().position(in_main);
        let last = lines.iter().rposition(in_main);
        sums.main = first.zip(last);
        sums
    }

    /// Elements of one tag and class in one element are kin: items of a list, comments, posts.
    fn find_kin(&mut self) {
        let containers = &self.markup.containers;
        let mut order: Vec<u32> = (1..containers.len() as u32).collect();
        order.sort_unstable_by_key(|&i| {
            let container = &containers[i as usize];
            (container.parent, container.kin)
        });
        let same = |a: &u32, b: &u32| {
            let (a, b) = (&containers[*a as usize], &containers[*b as usize]);
            a.parent == b.parent && a.kin == b.kin
        };
        for kin in order.chunk_by(same) {
            // Paragraphs are no list.
            if kin.len() < 2 || containers[kin[0] as usize].inside & (inside::PARAGRAPH | inside::HEADING) != 0 {
                continue;
            }
            let prose = kin.iter().map(|&i| self.summed[i as usize].prose).sum::<u32>() / kin.len() as u32;
            for &i in kin {
                let summed = &mut self.summed[i as usize];
                (summed.kin, summed.group, summed.member) = ((kin.len() as u32, prose), self.groups as u32, i);
            }
            self.groups += 1;
        }
        // What stands around counts where it has more: the comment, not its first paragraph.
        for (i, container) in containers.iter().enumerate().skip(1) {
            let Summed { kin, group, member, .. } = self.summed[container.parent as usize];
            let summed = &mut self.summed[i];
            if kin.0 > summed.kin.0 {
                (summed.kin, summed.group, summed.member) = (kin, group, member);
            }
        }
    }

    /// From the page inwards, as long as one element holds enough of the prose.
    fn find_main(&mut self) {
        let containers = &self.markup.containers;
        let mains = MAIN.map(|percent| {
            let least = (u64::from(self.prose) * percent).div_ceil(100).max(1);
            let holds = |i: usize| u64::from(self.summed[i].prose) >= least;
            // Children stand behind their parents, so the last one that holds enough is the innermost.
            (0..containers.len()).rev().find(|&i| holds(i)).unwrap_or(0)
        });
        for (at, main) in mains.into_iter().enumerate() {
            let mut on_way = vec![false; containers.len()];
            let mut up = main;
            loop {
                on_way[up] = true;
                if up == 0 {
                    break;
                }
                up = containers[up].parent as usize;
            }
            let main_depth = containers[main].depth;
            for i in 0..containers.len() {
                let parent = containers[i].parent as usize;
                let inside_main = i == main || (i > 0 && self.summed[parent].in_main[at]);
                self.summed[i].in_main[at] = inside_main;
                self.summed[i].steps[at] = match (inside_main, on_way[i]) {
                    (true, _) => 0,
                    (false, true) => (main_depth - containers[i].depth).min(200) as u8,
                    (false, false) => self.summed[parent].steps[at],
                };
            }
        }
    }

    /// Keeps the title of the page: the heading that says it next above the first long sentence that stays, else
    /// the first line that does.
    pub(super) fn keep_title(&self, lines: &[Line], stays: &mut [bool]) {
        let body = (0..lines.len()).find(|&i| stays[i] && lines[i].has(flag::LONG)).unwrap_or(lines.len());
        let says = |i: &usize| self.line(&lines[*i]).says & dehusk_text::markup::line::TITLE != 0;
        let heading = (0..body).rev().find(|i| says(i) && self.line(&lines[*i]).heading > 0);
        if let Some(title) = heading.or_else(|| (0..body).find(says))
            && !lines[title].has(flag::TAKEN)
        {
            stays[title] = true;
        }
    }

    /// A list of the article is one thing: if most of it stays, all of it does.
    pub(super) fn keep_lists_whole(&self, lines: &[Line], stays: &mut [bool]) {
        let list_of = |line: &Line| {
            let facts = self.line(line);
            let item = self.around(facts).find(|&at| self.container(at).inside & inside::LIST != 0)?;
            (self.steps(facts)[1] == 0 && facts.linked < LINKED).then(|| self.container(item).parent)
        };
        let lists: Vec<Option<u32>> = lines.iter().map(list_of).collect();
        let mut units: HashMap<u32, (u32, u32)> = HashMap::new();
        for (i, list) in lists.iter().enumerate() {
            let Some(list) = list else { continue };
            let (kept, all) = units.entry(*list).or_default();
            *all += lines[i].units;
            *kept += if stays[i] { lines[i].units } else { 0 };
        }
        for (i, list) in lists.iter().enumerate() {
            let most = list.and_then(|list| units.get(&list)).is_some_and(|(kept, all)| kept * 2 >= *all);
            if most && !lines[i].has(flag::TAKEN) {
                stays[i] = true;
            }
        }
    }

    /// So is a table of data: it stays if most of its rows do, or if it stands in the element of a long sentence right above
    /// or below it that stays.
    pub(super) fn keep_tables_whole(&self, lines: &[Line], stays: &mut [bool]) {
        let in_table = |line: &Line| line.has(flag::TABLE) && !self.is_frame(line);
        let element_of = |line: &Line| self.container(self.line(line).container).parent;
        let mut start = 0;
        while start < lines.len() {
            let follows = |&at: &usize| in_table(&lines[at]) && (at == start || lines[at].blank_above == 0);
            let end = (start..lines.len()).take_while(follows).last().map_or(start, |last| last + 1);
            let rows = start..end;
            start = end.max(start + 1);
            if rows.len() < LEAST_ROWS {
                continue;
            }
            let units = |holds: &dyn Fn(usize) -> bool| -> u32 {
                rows.clone().filter(|&i| holds(i)).map(|i| lines[i].units).sum()
            };
            let mut beside = rows.start.checked_sub(1).into_iter().chain((end < lines.len()).then_some(end));
            let is_within = beside.any(|at| {
                let element = element_of(&lines[at]);
                stays[at]
                    && lines[at].has(flag::LONG)
                    && self.around(self.line(&lines[rows.start])).any(|at| at == element)
            });
            if is_within || units(&|i| stays[i]) * 2 >= units(&|_| true) {
                rows.filter(|&i| !lines[i].has(flag::TAKEN)).for_each(|i| stays[i] = true);
            }
        }
    }

    /// Whether the tags say that a line belongs to the frame of the page: menus, footers, what is hidden.
    pub(super) fn is_frame(&self, line: &Line) -> bool {
        let facts = self.line(line);
        let frame = inside::NAV | inside::FOOTER | inside::ASIDE | inside::FORM | inside::HIDDEN;
        self.insides(facts) & frame != 0 || facts.linked >= LINKED
    }

    /// What the markup says of a line.
    pub(super) fn line(&self, line: &Line) -> LineMarkup {
        self.markup.lines.get(line.number as usize).copied().unwrap_or_default()
    }

    /// The containers around a line, the innermost first; that of the page is not among them.
    pub(super) fn around(&self, facts: LineMarkup) -> impl Iterator<Item = u32> {
        let containers = &self.markup.containers;
        let inner = (facts.container != 0).then_some(facts.container);
        std::iter::successors(inner, move |&at| {
            let parent = containers[at as usize].parent;
            (parent != 0).then_some(parent)
        })
    }

    pub(super) fn container(&self, at: u32) -> &'m Container {
        &self.markup.containers[at as usize]
    }

    /// Tags and roles of all elements around a line.
    pub(super) fn insides(&self, facts: LineMarkup) -> u32 {
        self.summed[facts.container as usize].inside | self.container(facts.container).inside
    }

    /// Words of the elements near around and farther around.
    pub(super) fn words(&self, facts: LineMarkup) -> (u64, u64) {
        let of = &self.summed[facts.container as usize];
        (of.near, of.far & !of.near)
    }

    /// The share of the prose of the page in a container.
    pub(super) fn share(&self, at: u32) -> f32 {
        self.summed[at as usize].prose as f32 / self.prose.max(1) as f32
    }

    /// The share of link text in a container.
    pub(super) fn linked(&self, at: u32) -> f32 {
        let container = self.container(at);
        container.linked as f32 / container.chars.max(1) as f32
    }

    /// How many elements of one kin are around the line, and the prose in each.
    pub(super) fn kin(&self, facts: LineMarkup) -> (u32, u32) {
        self.summed[facts.container as usize].kin
    }

    /// The group of kin around a container and the one of them that it is or stands in.
    pub(super) fn kin_group(&self, at: u32) -> Option<(u32, u32)> {
        let Summed { group, member, .. } = self.summed[at as usize];
        (group != 0).then_some((group, member))
    }

    /// How many groups of kin there are, and 1.
    pub(super) fn kin_groups(&self) -> usize {
        self.groups
    }

    /// Which lines are made alike.
    pub(super) fn templates(&self) -> &Templates {
        &self.templates
    }

    /// The share of the prose of the page in lines that are made like a line, and how many they are.
    pub(super) fn template(&self, i: usize) -> (f32, u32, f32) {
        let template = self.templates.of(i);
        let long = template.long as f32 / template.lines.max(1) as f32;
        (template.prose as f32 / self.prose.max(1) as f32, template.lines, long)
    }

    /// How much deeper a line stands than most of the prose.
    pub(super) fn deeper(&self, facts: LineMarkup) -> i32 {
        self.container(facts.container).depth as i32 - self.depth as i32
    }

    /// Words in the names of the page as a whole.
    pub(super) fn page_words(&self) -> u64 {
        self.markup.containers[0].words
    }

    /// All containers, in the order of the page.
    pub(super) fn containers(&self) -> &'m [Container] {
        &self.markup.containers
    }

    /// What the page says that it is.
    pub(super) fn kind(&self) -> usize {
        usize::from(self.markup.kind)
    }

    /// How many articles are on the page.
    pub(super) fn articles(&self) -> u32 {
        self.articles
    }

    /// Steps out to the inner and the outer main element; 0 in it.
    pub(super) fn steps(&self, facts: LineMarkup) -> [u8; MAINS] {
        self.summed[facts.container as usize].steps
    }

    /// The place of the title among the lines, and of the first and last line of the main element.
    pub(super) fn places(&self) -> (Option<usize>, Option<(usize, usize)>) {
        (self.outline.title, self.main)
    }

    /// Whether the page is not in Han characters, and how far outside the element around most paragraphs a line stands, in
    /// steps.
    pub(super) fn chosen(&self, facts: LineMarkup) -> (bool, usize) {
        (!self.is_han, bucket(self.chosen.steps(facts.container), &[1, 2, 3, 5]))
    }

    /// On a page in Han characters: the lines outside the element around most paragraphs, if the points agree with it: most
    /// of what is in it stays, and no body of another element.
    pub(super) fn outside(&self, lines: &[Line], points: &[i32], limit: i32) -> Vec<usize> {
        if !self.is_han {
            return Vec::new();
        }
        let is_in = |line: &Line| self.chosen.steps(self.line(line).container) == 0;
        let said: HashSet<u64> = lines.iter().filter(|line| is_in(line)).map(|line| line.key).collect();
        let (mut all, mut stay, mut stay_outside) = (0, 0, 0);
        for (line, &points) in lines.iter().zip(points).filter(|(line, _)| !line.has(flag::TAKEN)) {
            let units = u64::from(line.units);
            if is_in(line) {
                all += units;
                stay += if points > limit { units } else { 0 };
            } else if points > limit
                && line.has(flag::LONG)
                && self.line(line).linked < LINKED
                && !said.contains(&line.key)
            {
                stay_outside += units;
            }
        }
        let agree = stay >= LEAST_CHOSEN && stay * 100 >= all * AGREED && stay_outside * 100 <= stay * MOST_OUTSIDE;
        (0..lines.len()).filter(|&i| agree && !is_in(&lines[i])).collect()
    }

    /// The headings over a line.
    pub(super) fn over(&self, i: usize) -> Over {
        self.outline.over[i]
    }

    /// Steps out from the title to an element that holds the line too, and the share of the prose of the page in that
    /// element; `None` where the page has no title.
    pub(super) fn steps_from_title(&self, facts: LineMarkup) -> Option<(u8, f32)> {
        let steps = *self.outline.from_title.get(facts.container as usize)?;
        let both = self.outline.around_title.get(usize::from(steps)).copied().unwrap_or(0);
        Some((steps, self.share(both)))
    }
}
