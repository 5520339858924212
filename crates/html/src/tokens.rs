//! Reads the tags and texts of a page with html5gum, for html5ever to build a tree of.
//!
//! html5ever has a tokenizer of its own, which says the same. With it parsing takes twice the instructions: it reads
//! names character by character, and makes attributes of what nobody asks for.

use std::borrow::Cow;
use std::convert::Infallible;
use std::str;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Doctype, Tag, TagKind, Token, TokenSink, TokenSinkResult};
use html5ever::{Attribute, LocalName, QualName, ns};
use html5gum::{Emitter, Error, State, Tokenizer};

use crate::tags;

/// Attributes of an element that are read.
const MOST_ATTRIBUTES: usize = 64;

/// Gives the tokens of a page to `sink`, but no comments.
pub(crate) fn read(html: &str, sink: &impl TokenSink) {
    let html = html.strip_prefix('\u{feff}').unwrap_or(html);
    let Ok(()) = Tokenizer::new_with_emitter(html, Tokens::new(sink)).finish();
}

/// What html5gum has read of a token, and where finished ones go.
struct Tokens<'s, S> {
    sink: &'s S,
    /// How `sink` wants the page to be read from here on.
    next: Option<State>,
    text: Vec<u8>,
    kind: TagKind,
    tag: Vec<u8>,
    last_start: Vec<u8>,
    self_closing: bool,
    attributes: Vec<Attribute>,
    attribute: Vec<u8>,
    value: Vec<u8>,
    doctype: Doctype,
}

impl<'s, S: TokenSink> Tokens<'s, S> {
    fn new(sink: &'s S) -> Self {
        Self {
            sink,
            next: None,
            text: Vec::new(),
            kind: TagKind::StartTag,
            tag: Vec::new(),
            last_start: Vec::new(),
            self_closing: false,
            attributes: Vec::new(),
            attribute: Vec::new(),
            value: Vec::new(),
            doctype: Doctype::default(),
        }
    }

    fn give(&mut self, token: Token) {
        match self.sink.process_token(token, 0) {
            TokenSinkResult::Continue | TokenSinkResult::EncodingIndicator(_) => {}
            TokenSinkResult::Script(_) => self.next = Some(State::Data),
            TokenSinkResult::Plaintext => self.next = Some(State::PlainText),
            TokenSinkResult::RawData(kind) => {
                self.next = Some(match kind {
                    RawKind::Rcdata => State::RcData,
                    RawKind::Rawtext => State::RawText,
                    RawKind::ScriptData | RawKind::ScriptDataEscaped(_) => State::ScriptData,
                });
            }
        }
    }

    /// The text so far, of which html5ever wants zeros by themselves.
    fn end_text(&mut self) {
        if self.text.is_empty() {
            return;
        }
        let text = std::mem::take(&mut self.text);
        for (number, piece) in text.split(|&byte| byte == 0).enumerate() {
            if number > 0 {
                self.give(Token::NullCharacterToken);
            }
            if !piece.is_empty() {
                self.give(Token::CharacterTokens(to_tendril(piece)));
            }
        }
        self.text = text;
        self.text.clear();
    }

    fn begin_tag(&mut self, kind: TagKind) {
        self.kind = kind;
        self.tag.clear();
        self.self_closing = false;
        self.attributes.clear();
    }

    fn end_attribute(&mut self) {
        if !self.attribute.is_empty()
            && self.kind == TagKind::StartTag
            && self.attributes.len() < MOST_ATTRIBUTES
            && tags::is_read(&self.tag, &self.attribute)
        {
            let name = QualName::new(None, ns!(), LocalName::from(text(&self.attribute)));
            if self.attributes.iter().all(|one| one.name != name) {
                self.attributes.push(Attribute { name, value: to_tendril(&self.value) });
            }
        }
        self.attribute.clear();
        self.value.clear();
    }
}

/// What is cut from a page between ASCII characters is UTF-8.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

fn to_tendril(bytes: &[u8]) -> StrTendril {
    StrTendril::from_slice(&text(bytes))
}

fn push(to: &mut Option<StrTendril>, bytes: &[u8]) {
    to.get_or_insert_default().push_tendril(&to_tendril(bytes));
}

impl<S: TokenSink> Emitter for Tokens<'_, S> {
    type Token = Infallible;

    fn pop_token(&mut self) -> Option<Infallible> {
        None
    }

    fn should_emit_errors(&mut self) -> bool {
        false
    }

    fn emit_error(&mut self, _: Error) {}

    fn emit_eof(&mut self) {
        self.end_text();
        self.give(Token::EOFToken);
        self.sink.end();
    }

    fn emit_string(&mut self, text: &[u8]) {
        self.text.extend_from_slice(text);
    }

    fn init_start_tag(&mut self) {
        self.begin_tag(TagKind::StartTag);
    }

    fn init_end_tag(&mut self) {
        self.begin_tag(TagKind::EndTag);
    }

    fn push_tag_name(&mut self, name: &[u8]) {
        self.tag.extend_from_slice(name);
    }

    fn set_self_closing(&mut self) {
        self.self_closing = true;
    }

    fn init_attribute(&mut self) {
        self.end_attribute();
    }

    fn push_attribute_name(&mut self, name: &[u8]) {
        self.attribute.extend_from_slice(name);
    }

    fn push_attribute_value(&mut self, value: &[u8]) {
        self.value.extend_from_slice(value);
    }

    fn emit_current_tag(&mut self) -> Option<State> {
        self.end_attribute();
        self.end_text();
        let tag = Tag {
            kind: self.kind,
            name: LocalName::from(text(&self.tag)),
            self_closing: self.self_closing,
            attrs: std::mem::take(&mut self.attributes),
            had_duplicate_attributes: false,
        };
        if self.kind == TagKind::StartTag {
            std::mem::swap(&mut self.tag, &mut self.last_start);
        }
        self.give(Token::TagToken(tag));
        self.next.take()
    }

    fn set_last_start_tag(&mut self, tag: Option<&[u8]>) {
        self.last_start = tag.unwrap_or_default().to_vec();
    }

    fn current_is_appropriate_end_tag_token(&mut self) -> bool {
        self.kind == TagKind::EndTag && self.tag == self.last_start
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&mut self) -> bool {
        // Text may open elements again, and so change which is the current one.
        self.end_text();
        self.sink.adjusted_current_node_present_but_not_in_html_namespace()
    }

    fn init_doctype(&mut self) {
        self.end_text();
        self.doctype = Doctype::default();
    }

    fn push_doctype_name(&mut self, name: &[u8]) {
        push(&mut self.doctype.name, name);
    }

    fn set_doctype_public_identifier(&mut self, value: &[u8]) {
        self.doctype.public_id = Some(to_tendril(value));
    }

    fn push_doctype_public_identifier(&mut self, value: &[u8]) {
        push(&mut self.doctype.public_id, value);
    }

    fn set_doctype_system_identifier(&mut self, value: &[u8]) {
        self.doctype.system_id = Some(to_tendril(value));
    }

    fn push_doctype_system_identifier(&mut self, value: &[u8]) {
        push(&mut self.doctype.system_id, value);
    }

    fn set_force_quirks(&mut self) {
        self.doctype.force_quirks = true;
    }

    fn emit_current_doctype(&mut self) {
        let doctype = std::mem::take(&mut self.doctype);
        self.give(Token::DoctypeToken(doctype));
    }

    fn init_comment(&mut self) {}

    fn push_comment(&mut self, _: &[u8]) {}

    fn emit_current_comment(&mut self) {}
}

#[cfg(test)]
mod tests {
    use html5ever::TokenizerResult;
    use html5ever::tokenizer::{BufferQueue, Tokenizer, TokenizerOpts};
    use proptest::prelude::*;

    use super::*;
    use crate::tree::{NodeKind, ROOT, Tree};

    /// The elements, their attributes and the texts of a page, in order; attributes that are not read are left out.
    fn outline(tree: &Tree) -> Vec<String> {
        let mut outline = Vec::new();
        tree.each_below(ROOT, |node| match &node.kind {
            NodeKind::Element(element) => {
                let read = |one: &&Attribute| tags::is_read(element.tag().as_bytes(), one.name.local.as_bytes());
                let attributes = element.attributes.iter().filter(read);
                let attributes: Vec<_> =
                    attributes.map(|one| format!("{}={:?}", one.name.local, &*one.value)).collect();
                outline.push(format!(
                    "{}<{} {} {}>",
                    node.parent,
                    element.name.ns,
                    element.tag(),
                    attributes.join(" ")
                ));
            }
            NodeKind::Text(text) => outline.push(format!("{}{:?}", node.parent, &**text)),
            NodeKind::Other => {}
        });
        outline
    }

    fn read_by_html5ever(html: &str, sink: &impl TokenSink) {
        struct Lent<'s, S>(&'s S);
        impl<S: TokenSink> TokenSink for Lent<'_, S> {
            type Handle = S::Handle;
            fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<S::Handle> {
                match token {
                    Token::CommentToken(_) | Token::ParseError(_) => TokenSinkResult::Continue,
                    token => self.0.process_token(token, line),
                }
            }
            fn end(&self) {
                self.0.end();
            }
            fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
                self.0.adjusted_current_node_present_but_not_in_html_namespace()
            }
        }
        let tokenizer = Tokenizer::new(Lent(sink), TokenizerOpts::default());
        let input = BufferQueue::default();
        input.push_back(StrTendril::from_slice(html));
        while let TokenizerResult::Script(_) | TokenizerResult::EncodingIndicator(_) = tokenizer.feed(&input) {}
        tokenizer.end();
    }

    fn agrees(html: &str) {
        let theirs = Tree::parse_with(html, |sink| read_by_html5ever(html, sink));
        assert_eq!(outline(&Tree::parse(html)), outline(&theirs), "{html:?}");
    }

    /// Pieces of pages, with `¦` between. A byte order mark is none: html5ever drops one behind what says the encoding, too.
    const PIECES: &str = "渡船¦a ferry¦ ¦\n¦\r\n¦\r¦\0¦\u{fffd}¦&amp;¦&lt¦&notit;¦&#x6E21;¦&#0;¦&#xD800;¦&#128;¦&\
        ¦&nbsp;x¦<¦</¦<!¦<?¦>¦/>¦/¦=¦\"¦'¦`¦<!-- a -->¦<!--¦-->¦--!>¦<!-->¦<![CDATA[¦]]>¦<!DOCTYPE html>\
        ¦<!doctype html PUBLIC \"-//W3C//DTD HTML 3.2//EN\">¦<!doctype x SYSTEM 'y'>¦<html lang=zh>¦<head>\
        ¦</head>¦<body class=a>¦<body id=b class=c>¦</body>¦</html>¦<title>¦</title>¦</title x=1>\
        ¦<textarea>¦</textarea>¦<script>¦</script>¦<script type=application/ld+json>¦<!--<script>¦<style>\
        ¦</style >¦<xmp>¦</xmp>¦<plaintext>¦<noscript>¦</noscript>¦<iframe>¦</iframe>¦<template>\
        ¦</template>¦<svg>¦</svg>¦<math><mi>¦<foreignObject>¦<p>¦</p>¦<P CLASS=Big>\
        ¦<div class=\"a&amp;b\" id='x' hidden>¦<div class=a class=b>¦</div>¦<div/>¦<br>¦</br>\
        ¦<a href=/x?a=1&copy=2>¦<a href='y' onclick=\"f('&lt;')\">¦</a>¦<b>¦<b id=1>¦</b>¦<i>¦</i>\
        ¦<font color=red>¦<nobr>¦<table>¦<tr>¦<td>¦</td>¦</table>¦<select>¦<option>¦</select>¦<form>\
        ¦</form>¦<input type=hidden>¦<input type=text>¦<pre>\n¦</pre>¦<li>¦<ul>¦</ul>¦<h1>¦</h1>\
        ¦<frameset>¦<frame>¦<div style=\"display:none\" data-x=1 ¦<x-渡>¦<meta charset=gbk>\
        ¦<meta http-equiv=content-type content='text/html; charset=gbk'>";

    fn pieces() -> Vec<&'static str> {
        PIECES.split('¦').collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn html5ever_reads_the_same(page in prop::collection::vec(prop::sample::select(pieces()), 0..40)) {
            agrees(&page.concat());
        }
    }

    #[test]
    fn each_two_pieces_are_read_the_same() {
        for first in pieces() {
            for second in pieces() {
                agrees(&format!("{first}{second}x<p>"));
            }
            agrees(&format!("\u{feff}{first}"));
        }
    }
}
