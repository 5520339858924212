//! [`Tree`]: a parsed page as one row of nodes.
//!
//! html5ever reads the HTML as browsers do and says what to build; here it is built. Nodes name each other
//! by number, so nothing is recursive and a page of any depth is dropped in one go.
//!
//! Three limits keep hostile pages linear. html5ever looks through all open elements for each tag, so
//! tags deeper than [`DEEPEST`] are left out (their text stays). It opens unclosed `<b>` and the like again
//! in each paragraph, so more than [`MOST_STYLES`] open ones are left out too. And of a tag not all attributes are
//! read ([`tokens`]).

use std::cell::{Cell, Ref, RefCell};
use std::collections::HashMap;

use dehusk_text::work;
use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{Attribute, LocalName, QualName, local_name, ns};

use crate::{tags, tokens};

/// Elements in each other.
const DEEPEST: u32 = 400;
/// Open elements of one kind that only say how text looks.
const MOST_STYLES: u32 = 8;
/// Nodes that a short text may be made of.
const SHORT_NODES: usize = 1000;

/// The number of a node.
pub(crate) type NodeId = u32;
/// No node.
pub(crate) const NONE: NodeId = NodeId::MAX;
/// The document itself.
pub(crate) const ROOT: NodeId = 0;

#[derive(Debug)]
pub(crate) enum NodeKind {
    Element(Element),
    Text(StrTendril),
    /// The document, a comment, a template's contents.
    Other,
}

/// A tag and its attributes.
#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) name: QualName,
    pub(crate) attributes: Vec<Attribute>,
}

impl Element {
    /// The name of the tag.
    pub(crate) fn tag(&self) -> &LocalName {
        &self.name.local
    }

    /// The value of an attribute.
    pub(crate) fn get(&self, name: &LocalName) -> Option<&str> {
        self.attributes.iter().find(|a| a.name.local == *name).map(|a| &*a.value)
    }
}

#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) parent: NodeId,
    pub(crate) previous: NodeId,
    pub(crate) next: NodeId,
    pub(crate) first: NodeId,
    pub(crate) last: NodeId,
    depth: u32,
    pub(crate) kind: NodeKind,
}

/// A parsed page.
#[derive(Debug)]
pub(crate) struct Tree {
    pub(crate) nodes: Vec<Node>,
}

impl Tree {
    /// Parses a page. Whatever is given, there is a tree.
    pub(crate) fn parse(html: &str) -> Self {
        Self::parse_with(html, |sink| tokens::read(html, sink))
    }

    /// The same with a tokenizer that gives the tokens of the page to a sink.
    pub(crate) fn parse_with(html: &str, read: impl FnOnce(&Bounded)) -> Self {
        let options = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
        let sink = Bounded::new(TreeBuilder::new(PageSink::new(html.len()), options));
        read(&sink);
        sink.builder.sink.finish()
    }

    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id as usize]
    }

    pub(crate) fn element(&self, id: NodeId) -> Option<&Element> {
        match &self.node(id).kind {
            NodeKind::Element(element) => Some(element),
            _ => None,
        }
    }

    /// All text below a node, in order.
    pub(crate) fn text_of(&self, top: NodeId) -> String {
        let mut text = String::new();
        self.each_below(top, |node| {
            if let NodeKind::Text(piece) = &node.kind {
                work::count(piece.len());
                text.push_str(piece);
            }
        });
        text
    }

    /// The same if it has at most `most` characters, in few nodes. What lies behind them is not read: elements with such
    /// texts may lie in each other.
    pub(crate) fn short_text_of(&self, top: NodeId, most: usize) -> Option<String> {
        let (mut text, mut chars, mut nodes) = (String::new(), 0, 0);
        self.each_below_while(top, |node| {
            nodes += 1;
            if let NodeKind::Text(piece) = &node.kind {
                let begin: String = piece.chars().take(most + 1 - chars).collect();
                chars += begin.chars().count();
                text.push_str(&begin);
            }
            chars <= most && nodes <= SHORT_NODES
        });
        work::count(chars);
        (chars <= most && nodes <= SHORT_NODES).then_some(text)
    }

    /// The nodes right in a node.
    pub(crate) fn children(&self, of: NodeId) -> impl Iterator<Item = NodeId> {
        let some = |id: NodeId| (id != NONE).then_some(id);
        std::iter::successors(some(self.node(of).first), move |&at| some(self.node(at).next))
    }

    /// Calls `visit` with every node below `top`, in the order of the page.
    pub(crate) fn each_below<'t>(&'t self, top: NodeId, mut visit: impl FnMut(&'t Node)) {
        self.each_below_while(top, |node| {
            visit(node);
            true
        });
    }

    /// The same until `visit` says no.
    pub(crate) fn each_below_while<'t>(&'t self, top: NodeId, mut visit: impl FnMut(&'t Node) -> bool) {
        let mut at = self.node(top).first;
        while at != NONE {
            let node = self.node(at);
            work::count(1);
            if !visit(node) {
                return;
            }
            if node.first != NONE {
                at = node.first;
                continue;
            }
            let mut up = at;
            while up != top && self.node(up).next == NONE {
                up = self.node(up).parent;
            }
            if up == top {
                return;
            }
            at = self.node(up).next;
        }
    }
}

/// Builds the tree as html5ever says.
struct PageSink {
    nodes: RefCell<Vec<Node>>,
    /// How deep the element is that is being filled.
    depth: Cell<u32>,
}

impl PageSink {
    fn new(bytes: usize) -> Self {
        let mut nodes = Vec::with_capacity(bytes / 40 + 8);
        nodes.push(Node::new(NodeKind::Other));
        Self { nodes: RefCell::new(nodes), depth: Cell::new(0) }
    }

    fn add(&self, kind: NodeKind) -> NodeId {
        let mut nodes = self.nodes.borrow_mut();
        nodes.push(Node::new(kind));
        (nodes.len() - 1) as NodeId
    }

    /// Puts a node, which stands nowhere, before `next`, or last in `parent`.
    fn insert(&self, parent: NodeId, next: NodeId, child: NodeId) {
        let nodes = &mut *self.nodes.borrow_mut();
        let previous = before(nodes, parent, next);
        let depth = nodes[parent as usize].depth + 1;
        let node = &mut nodes[child as usize];
        (node.parent, node.previous, node.next, node.depth) = (parent, previous, next, depth);
        if matches!(node.kind, NodeKind::Element(_)) {
            self.depth.set(depth);
        }
        join(nodes, parent, previous, child);
        join(nodes, parent, child, next);
    }

    fn put(&self, parent: NodeId, next: NodeId, child: NodeOrText<NodeId>) {
        let child = match child {
            NodeOrText::AppendNode(child) => {
                self.cut_out(child);
                child
            }
            NodeOrText::AppendText(text) => {
                let nodes = &mut *self.nodes.borrow_mut();
                let previous = before(nodes, parent, next);
                if previous != NONE
                    && let NodeKind::Text(before) = &mut nodes[previous as usize].kind
                {
                    before.push_tendril(&text);
                    return;
                }
                nodes.push(Node::new(NodeKind::Text(text)));
                (nodes.len() - 1) as NodeId
            }
        };
        self.insert(parent, next, child);
    }

    fn cut_out(&self, id: NodeId) {
        let nodes = &mut *self.nodes.borrow_mut();
        let Node { parent, previous, next, .. } = nodes[id as usize];
        if parent == NONE {
            return;
        }
        join(nodes, parent, previous, next);
        let node = &mut nodes[id as usize];
        (node.parent, node.previous, node.next) = (NONE, NONE, NONE);
    }
}

/// The child of `parent` before `next`, or its last one.
fn before(nodes: &[Node], parent: NodeId, next: NodeId) -> NodeId {
    if next == NONE { nodes[parent as usize].last } else { nodes[next as usize].previous }
}

/// Makes two nodes neighbours in `parent`; [`NONE`] is what stands beyond its ends.
fn join(nodes: &mut [Node], parent: NodeId, left: NodeId, right: NodeId) {
    match left {
        NONE => nodes[parent as usize].first = right,
        _ => nodes[left as usize].next = right,
    }
    match right {
        NONE => nodes[parent as usize].last = left,
        _ => nodes[right as usize].previous = left,
    }
}

impl Node {
    fn new(kind: NodeKind) -> Self {
        Self { parent: NONE, previous: NONE, next: NONE, first: NONE, last: NONE, depth: 0, kind }
    }
}

impl TreeSink for PageSink {
    type Handle = NodeId;
    type Output = Tree;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Tree {
        Tree { nodes: self.nodes.into_inner() }
    }

    fn parse_error(&self, _: std::borrow::Cow<'static, str>) {}

    fn get_document(&self) -> NodeId {
        ROOT
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Ref<'a, QualName> {
        Ref::map(self.nodes.borrow(), |nodes| match &nodes[*target as usize].kind {
            NodeKind::Element(element) => &element.name,
            _ => unreachable!("html5ever asks for names of elements"),
        })
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> NodeId {
        self.add(NodeKind::Element(Element { name, attributes }))
    }

    fn create_comment(&self, _: StrTendril) -> NodeId {
        self.add(NodeKind::Other)
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> NodeId {
        self.add(NodeKind::Other)
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        self.put(*parent, NONE, child);
    }

    fn append_based_on_parent_node(&self, element: &NodeId, previous: &NodeId, child: NodeOrText<NodeId>) {
        let has_parent = self.nodes.borrow()[*element as usize].parent != NONE;
        if has_parent { self.append_before_sibling(element, child) } else { self.append(previous, child) }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn pop(&self, node: &NodeId) {
        self.depth.set(self.nodes.borrow()[*node as usize].depth.saturating_sub(1));
    }

    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        *target
    }

    fn same_node(&self, x: &NodeId, y: &NodeId) -> bool {
        x == y
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &NodeId, child: NodeOrText<NodeId>) {
        let parent = self.nodes.borrow()[*sibling as usize].parent;
        self.put(parent, *sibling, child);
    }

    fn add_attrs_if_missing(&self, target: &NodeId, attributes: Vec<Attribute>) {
        if let NodeKind::Element(element) = &mut self.nodes.borrow_mut()[*target as usize].kind {
            for attribute in attributes {
                if element.get(&attribute.name.local).is_none() {
                    element.attributes.push(attribute);
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &NodeId) {
        self.cut_out(*target);
    }

    fn reparent_children(&self, node: &NodeId, new_parent: &NodeId) {
        loop {
            let child = self.nodes.borrow()[*node as usize].first;
            if child == NONE {
                return;
            }
            self.cut_out(child);
            self.insert(*new_parent, NONE, child);
        }
    }
}

/// Leaves out tags that would make the building of the tree slow.
pub(crate) struct Bounded {
    builder: TreeBuilder<NodeId, PageSink>,
    /// Start tags left out whose end tags are still to come.
    skipped: Cell<u32>,
    styles: RefCell<HashMap<LocalName, u32>>,
    /// Whether the builder waits for the end of an element that holds text alone, like `<title>`. It takes no other tag.
    holds_text: Cell<bool>,
}

impl Bounded {
    fn new(builder: TreeBuilder<NodeId, PageSink>) -> Self {
        Self { builder, skipped: Cell::new(0), styles: RefCell::default(), holds_text: Cell::new(false) }
    }

    fn is_too_much(&self, tag: &Tag) -> bool {
        if self.holds_text.replace(false) {
            return false;
        }
        let starts = tag.kind == TagKind::StartTag;
        if tags::is_style(tag.name.as_bytes()) {
            let mut styles = self.styles.borrow_mut();
            let open = styles.entry(tag.name.clone()).or_default();
            *open = if starts { *open + 1 } else { open.saturating_sub(1) };
            return *open > MOST_STYLES || (!starts && *open == MOST_STYLES);
        }
        if starts {
            if self.builder.sink.depth.get() < DEEPEST || is_void(&tag.name) {
                return false;
            }
            self.skipped.set(self.skipped.get() + 1);
            return true;
        }
        let skipped = self.skipped.get();
        self.skipped.set(skipped.saturating_sub(1));
        skipped > 0
    }
}

impl TokenSink for Bounded {
    type Handle = NodeId;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<NodeId> {
        match &token {
            Token::TagToken(tag) if self.is_too_much(tag) => TokenSinkResult::Continue,
            _ => {
                let result = self.builder.process_token(token, line);
                if matches!(result, TokenSinkResult::RawData(_)) {
                    self.holds_text.set(true);
                }
                result
            }
        }
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// Tags that hold nothing, and those that decide how the rest is read.
fn is_void(tag: &LocalName) -> bool {
    matches!(
        *tag,
        local_name!("br")
            | local_name!("hr")
            | local_name!("img")
            | local_name!("input")
            | local_name!("link")
            | local_name!("meta")
            | local_name!("script")
            | local_name!("style")
            | local_name!("textarea")
            | local_name!("title")
    )
}

/// Whether a name is one of HTML, not of SVG or MathML.
pub(crate) fn is_html(name: &QualName) -> bool {
    name.ns == ns!(html)
}
