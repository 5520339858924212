//! What each tag means for lines: whether it begins a line, what kind of part it is, and what is hidden.

use dehusk_text::markup::inside;
use html5ever::{LocalName, local_name};

use crate::tree::Element;

/// How an element is placed in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    /// Inside a line.
    Inline,
    /// On lines of its own.
    Block,
    /// On lines of its own, with a blank line before and after.
    Spaced,
    /// Left out.
    Skipped,
}

/// How an element with this tag is placed in the text.
pub(crate) fn flow(tag: &LocalName) -> Flow {
    match &**tag {
        "script" | "style" | "template" | "svg" | "iframe" | "object" | "embed" | "canvas" | "audio" | "video"
        | "noframes" | "noembed" | "select" | "datalist" | "textarea" | "title" | "map" | "head" | "frameset"
        | "applet" | "progress" | "meter" | "rp" => Flow::Skipped,
        "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "dl" | "table" | "blockquote" | "pre"
        | "figure" | "article" | "section" | "aside" | "nav" | "header" | "footer" | "main" | "form" | "fieldset"
        | "hr" | "address" | "details" | "menu" | "dir" | "listing" | "xmp" => Flow::Spaced,
        "div" | "li" | "dt" | "dd" | "tr" | "td" | "th" | "thead" | "tbody" | "tfoot" | "caption" | "figcaption"
        | "center" | "body" | "html" | "summary" | "dialog" | "legend" | "option" | "optgroup" | "button"
        | "hgroup" | "search" | "noscript" | "slot" => Flow::Block,
        // Custom elements are mostly boxes.
        name if name.contains('-') => Flow::Block,
        _ => Flow::Inline,
    }
}

/// Whether this crate or html5ever reads an attribute of elements with this tag. Of those that only say how text looks all are
/// read: html5ever opens at most three that are the same again.
pub(crate) fn is_read(tag: &[u8], attribute: &[u8]) -> bool {
    matches!(
        attribute,
        b"class"
            | b"content"
            | b"data-component"
            | b"datetime"
            | b"hidden"
            | b"href"
            | b"http-equiv"
            | b"id"
            | b"itemprop"
            | b"itemtype"
            | b"lang"
            | b"name"
            | b"open"
            | b"property"
            | b"rel"
            | b"role"
            | b"start"
            | b"style"
            | b"type"
    ) || is_style(tag)
}

/// Tags that html5ever opens again in each paragraph as long as they are not closed.
pub(crate) fn is_style(tag: &[u8]) -> bool {
    matches!(
        tag,
        b"b" | b"big" | b"code" | b"em" | b"font" | b"i" | b"s" | b"small" | b"strike" | b"strong" | b"tt" | b"u"
    )
}

/// The level of a heading; 0 for other tags.
pub(crate) fn heading(tag: &LocalName) -> u8 {
    match *tag {
        local_name!("h1") => 1,
        local_name!("h2") => 2,
        local_name!("h3") => 3,
        local_name!("h4") => 4,
        local_name!("h5") => 5,
        local_name!("h6") => 6,
        _ => 0,
    }
}

/// What kind of part an element is, by its tag, its role and the attributes that hide it.
pub(crate) fn insides(element: &Element) -> u32 {
    let mut bits = match &**element.tag() {
        "nav" | "menu" => inside::NAV,
        "header" => inside::HEADER,
        "footer" => inside::FOOTER,
        "aside" => inside::ASIDE,
        "form" | "button" | "fieldset" | "label" | "search" => inside::FORM,
        "article" => inside::ARTICLE,
        "main" => inside::MAIN,
        "figure" => inside::FIGURE,
        "figcaption" | "caption" => inside::CAPTION,
        "li" | "dt" | "dd" => inside::LIST,
        "td" | "th" => inside::TABLE,
        "blockquote" => inside::QUOTE,
        "pre" => inside::CODE,
        "p" => inside::PARAGRAPH,
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => inside::HEADING,
        "section" => inside::SECTION,
        "address" | "time" | "cite" => inside::ADDRESS,
        "noscript" => inside::HIDDEN,
        "dialog" if element.get(&local_name!("open")).is_none() => inside::HIDDEN,
        _ => 0,
    };
    for attribute in &element.attributes {
        let value = &*attribute.value;
        match &*attribute.name.local {
            "role" => {
                bits |= match value {
                    "navigation" | "menu" | "menubar" => inside::NAV,
                    "banner" => inside::HEADER,
                    "contentinfo" => inside::FOOTER,
                    "complementary" => inside::ASIDE,
                    "form" | "search" => inside::FORM,
                    "article" => inside::ARTICLE,
                    "main" => inside::MAIN,
                    "heading" => inside::HEADING,
                    _ => 0,
                }
            }
            "hidden" => bits |= inside::HIDDEN,
            "style" if hides(value) => bits |= inside::HIDDEN,
            "itemprop" if value.split_ascii_whitespace().any(|name| name == "articleBody") => {
                bits |= inside::MARKED_BODY;
            }
            _ => {}
        }
    }
    bits
}

/// Whether a style attribute hides the element.
fn hides(style: &str) -> bool {
    style.split(';').any(|rule| {
        let Some((name, value)) = rule.split_once(':') else { return false };
        let says = |wanted: &str, is: &str| {
            name.trim().eq_ignore_ascii_case(wanted)
                && value.trim().get(..is.len()).is_some_and(|value| value.eq_ignore_ascii_case(is))
        };
        says("display", "none") || says("visibility", "hidden")
    })
}
