//! Turns the tree of a page into lines, in one pass.

use std::collections::HashMap;

use dehusk_text::markup::{Container, PageMarkup, line};
use foldhash::fast::RandomState;
use html5ever::local_name;

use crate::HtmlPage;
use crate::data::{DataWords, PageData};
use crate::markdown;
use crate::tags::{self, Flow};
use crate::tree::{Element, NONE, NodeId, NodeKind, ROOT, Tree, is_html};
use crate::words::MarkupWords;
use crate::writer::{Around, LineWriter, Style};

/// An open list.
#[derive(Clone, Copy, Debug)]
struct OpenList {
    /// The number of its next item; `None` for a list with bullets.
    number: Option<u32>,
}

/// An open element.
#[derive(Debug)]
struct Frame {
    node: NodeId,
    around: Around,
    flow: Flow,
    /// Whether a style ends with it.
    ends_style: bool,
    ends_list: bool,
    ends_row: bool,
    ends_table: bool,
}

/// What becomes of spaces and line ends outside `<pre>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spaces {
    /// They are collapsed, as in browsers.
    Collapsed,
    /// They stay: what was given is a plain text.
    Kept,
}

/// The text of a page, and what its markup says about each line.
pub(crate) fn read(tree: &Tree, words: &MarkupWords, data: &PageData, spaces: Spaces, markdown: bool) -> HtmlPage {
    let mut walk = LineWalk {
        tree,
        words,
        outermost: Around { keeps_space: spaces == Spaces::Kept, ..Around::default() },
        writer: LineWriter::new(markdown),
        frames: Vec::new(),
        lists: Vec::new(),
        tables: Vec::new(),
        codes: 0,
        known: HashMap::default(),
    };
    walk.walk();
    let LineWriter { text, mut lines, mut containers, markdown, .. } = walk.writer;
    // What a container has, the containers around it have too. Outer containers come before inner ones.
    for i in (1..containers.len()).rev() {
        let Container { parent, chars, linked, .. } = containers[i];
        containers[parent as usize].chars += chars;
        containers[parent as usize].linked += linked;
    }
    let mut evidence = DataWords::new(data);
    for (facts, text) in lines.iter_mut().zip(text.lines()) {
        let is_heading = facts.heading > 0;
        facts.says |= evidence.of_line(text, is_heading) & !line::BROKEN;
    }
    HtmlPage { text, markup: PageMarkup { lines, containers, kind: data.kind }, markdown, ..HtmlPage::default() }
}

struct LineWalk<'t> {
    tree: &'t Tree,
    words: &'t MarkupWords,
    /// The surroundings of what stands in no element.
    outermost: Around,
    writer: LineWriter,
    frames: Vec<Frame>,
    lists: Vec<OpenList>,
    /// For each open table: whether it holds data, and is not used for layout.
    tables: Vec<bool>,
    /// How many `<pre>` there were.
    codes: u32,
    /// The classes of words of names that were already looked up.
    known: HashMap<&'t str, u64, RandomState>,
}

impl<'t> LineWalk<'t> {
    fn walk(&mut self) {
        let tree = self.tree;
        let mut at = tree.node(ROOT).first;
        while at != NONE {
            if self.enter(at) && tree.node(at).first != NONE {
                at = tree.node(at).first;
                continue;
            }
            loop {
                if self.frames.last().is_some_and(|frame| frame.node == at) {
                    self.leave();
                }
                let node = tree.node(at);
                if node.next != NONE {
                    at = node.next;
                    break;
                }
                at = node.parent;
                if at == ROOT || at == NONE {
                    self.writer.end_block(false);
                    return;
                }
            }
        }
    }

    /// Reads a node. Returns whether its children must be read too.
    fn enter(&mut self, id: NodeId) -> bool {
        let around = self.frames.last().map_or(self.outermost, |frame| frame.around);
        match &self.tree.node(id).kind {
            NodeKind::Text(text) => {
                self.writer.add(text, around);
                false
            }
            NodeKind::Element(element) if !is_html(&element.name) => {
                // Of a formula the text is read, of a drawing nothing.
                let math = &**element.tag() != "svg" && &**element.tag() != "annotation";
                if math {
                    self.frames.push(Frame::inline(id, around));
                }
                math
            }
            NodeKind::Element(element) => self.element(id, element, around),
            NodeKind::Other => false,
        }
    }

    fn element(&mut self, id: NodeId, element: &'t Element, mut around: Around) -> bool {
        let tag = element.tag();
        let flow = tags::flow(tag);
        if flow == Flow::Skipped {
            return false;
        }
        if *tag == local_name!("br") {
            self.writer.break_line();
            return false;
        }
        let is_page = matches!(*tag, local_name!("html") | local_name!("body"));
        let words = self.words_of(element);
        let bits = if is_page { 0 } else { tags::insides(element) };
        if is_page {
            self.writer.containers[0].words |= words;
        }
        let mut frame = Frame::inline(id, around);
        frame.flow = flow;
        if flow != Flow::Inline {
            self.writer.end_block(flow == Flow::Spaced && !self.is_inner_list(tag));
        }
        if !is_page && (flow != Flow::Inline || bits != 0 || words != 0) {
            around.container = self.container(element, around.container, bits, words);
        }
        let heading = tags::heading(tag);
        if heading > 0 {
            around.heading = heading;
        }
        match &**tag {
            "a" if element.get(&local_name!("href")).is_some() => {
                around.linked = true;
                if self.writer.markdown.is_some() {
                    let target = element.get(&local_name!("href")).unwrap_or_default();
                    self.writer.begin_style(Style::Link(markdown::target(target)));
                }
                frame.ends_style = true;
            }
            "b" | "strong" => {
                self.writer.begin_style(Style::Strong);
                frame.ends_style = true;
            }
            "i" | "em" => {
                self.writer.begin_style(Style::Emphasis);
                frame.ends_style = true;
            }
            "code" | "kbd" | "samp" | "tt" if !around.keeps_space => {
                self.writer.begin_style(Style::Code);
                frame.ends_style = true;
            }
            "pre" | "listing" | "xmp" => {
                self.codes += 1;
                around.keeps_space = true;
                around.code = self.codes;
            }
            "ul" | "menu" | "dir" => {
                self.lists.push(OpenList { number: None });
                frame.ends_list = true;
            }
            "ol" => {
                let start = element.get(&local_name!("start")).and_then(|start| start.trim().parse().ok());
                self.lists.push(OpenList { number: Some(start.unwrap_or(1)) });
                frame.ends_list = true;
            }
            "li" => self.item(),
            "table" => {
                let holds_data = self.holds_data(id);
                self.tables.push(holds_data);
                self.writer.begin_table();
                frame.ends_table = true;
            }
            "tr" if self.tables.last() == Some(&true) => {
                self.writer.begin_row();
                frame.ends_row = true;
            }
            "td" | "th" if self.tables.last() == Some(&true) => self.writer.next_cell(around.container),
            _ => {}
        }
        frame.around = around;
        self.frames.push(frame);
        true
    }

    fn leave(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        if frame.ends_style {
            self.writer.end_style();
        }
        if frame.ends_row {
            let cells = self.tree.children(frame.node).filter(|&child| self.tree.element(child).is_some()).count();
            self.writer.end_row(cells);
        }
        if frame.flow != Flow::Inline {
            let inner = self.tree.element(frame.node).is_some_and(|element| self.is_inner_list(element.tag()));
            self.writer.end_block(frame.flow == Flow::Spaced && !(inner && self.lists.len() > 1));
        }
        if frame.ends_list {
            self.lists.pop();
        }
        if frame.ends_table {
            self.tables.pop();
        }
        if self.tree.element(frame.node).is_some_and(|element| *element.tag() == local_name!("li")) {
            self.writer.set_mark(String::new());
        }
    }

    /// Whether this is a list inside a list, which has no blank lines around it.
    fn is_inner_list(&self, tag: &html5ever::LocalName) -> bool {
        !self.lists.is_empty() && matches!(*tag, local_name!("ul") | local_name!("ol"))
    }

    /// Sets the mark of a list item for the next line.
    fn item(&mut self) {
        let depth = self.lists.len().min(6);
        let mark = match self.lists.last_mut() {
            Some(OpenList { number: Some(number) }) => {
                let mark = format!("{number}. ");
                *number = number.saturating_add(1);
                mark
            }
            _ => "- ".to_owned(),
        };
        self.writer.set_mark(format!("{}{mark}", "  ".repeat(depth.saturating_sub(1))));
    }

    fn container(&mut self, element: &Element, parent: u32, inside: u32, words: u64) -> u32 {
        let depth = self.writer.containers[parent as usize].depth + 1;
        let kin = kin_of(element);
        self.writer.containers.push(Container { parent, depth, inside, words, kin, ..Container::default() });
        (self.writer.containers.len() - 1) as u32
    }

    fn words_of(&mut self, element: &'t Element) -> u64 {
        let mut classes = 0;
        for attribute in &element.attributes {
            if matches!(&*attribute.name.local, "class" | "id" | "role" | "itemprop" | "rel" | "data-component") {
                let name: &'t str = &attribute.value;
                classes |= *self.known.entry(name).or_insert_with(|| self.words.classes(name));
            }
        }
        classes
    }

    /// Whether a table holds data: rows of short cells. Old pages use most tables for layout.
    fn holds_data(&self, table: NodeId) -> bool {
        let (mut rows, mut cells, mut blocks, mut chars) = (0, 0, 0, 0);
        let mut lays_out = false;
        self.tree.each_below_while(table, |node| {
            match &node.kind {
                NodeKind::Text(text) => chars += text.trim().len(),
                NodeKind::Element(element) => match &**element.tag() {
                    "tr" => rows += 1,
                    "td" | "th" => cells += 1,
                    "p" | "div" | "br" => blocks += 1,
                    "table" | "ul" | "ol" | "form" | "h1" | "h2" | "h3" | "h4" | "article" | "section" | "pre"
                    | "blockquote" | "iframe" | "select" => lays_out = true,
                    _ => {}
                },
                NodeKind::Other => {}
            }
            !lays_out
        });
        !lays_out && rows >= 2 && cells >= 2 * rows && blocks <= 2 * cells && chars <= 200 * cells
    }
}

impl Frame {
    fn inline(node: NodeId, around: Around) -> Self {
        Self {
            node,
            around,
            flow: Flow::Inline,
            ends_style: false,
            ends_list: false,
            ends_row: false,
            ends_table: false,
        }
    }
}

/// A hash that is the same for elements with the same tag and class. Words with digits are left out, since they often
/// number the elements.
fn kin_of(element: &Element) -> u64 {
    let class = element.get(&local_name!("class")).unwrap_or_default();
    let words = class.split_ascii_whitespace().filter(|word| !word.bytes().any(|b| b.is_ascii_digit()));
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for word in std::iter::once(&**element.tag()).chain(words) {
        for byte in word.bytes().chain([b' ']) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash
}
