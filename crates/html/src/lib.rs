//! Turns HTML pages into lines of text, with what the markup says about each line.
//!
//! ```text
//! HTML ─ tokens (html5gum) ─▶ tree (html5ever) ─ lines ─▶ text, PageMarkup   who judges lines reads both
//!                                              └ data  ─▶ PageData           title, author, date … of JSON-LD, meta, microdata
//! ```
//!
//! This crate decides nothing: menus, footers and hidden parts are in the text, and the markup says what they are.
//! The text is made for readers: paragraphs with blank lines between, list marks, rows of tables with `|` between
//! cells. Removals are counted in bytes of this text, not of the HTML.
//!
//! Where it can be fooled: no scripts are run and no style sheets are read. So text written by a script is missing,
//! and text hidden by a style sheet is there.
#![warn(missing_docs)]

mod charset;
mod data;
mod lines;
mod markdown;
mod tags;
mod tokens;
mod tree;
mod words;
mod writer;

pub use charset::{decode, is_html};
pub use data::PageData;
pub use markdown::{MarkdownLine, fence};
pub use words::{MarkupWord, MarkupWords};

use dehusk_text::markup::{PageMarkup, inside};
use lines::Spaces;

/// A page as text.
#[derive(Clone, Debug, Default)]
pub struct HtmlPage {
    /// The whole text of the page.
    pub text: String,
    /// What the markup says about each line of `text`.
    pub markup: PageMarkup,
    /// What the page says about itself in its data.
    pub data: PageData,
    /// Each line of `text` in Markdown, if that was asked for and the input has tags.
    pub markdown: Option<Vec<MarkdownLine>>,
    /// Whether the input has no tags.
    pub has_no_tags: bool,
    /// There is no text, or none but for browsers that run no scripts; and there are scripts that may make one.
    pub is_made_by_script: bool,
    /// There is no text: it is in the pages that frames show.
    pub is_made_of_frames: bool,
}

/// Reads a page. There is always a result: input that is no HTML becomes a page without tags, whose lines are those of
/// the input. It has no Markdown, for nobody knows whether it is written in it.
pub fn read(html: &str, words: &MarkupWords, markdown: bool) -> HtmlPage {
    let tree = tree::Tree::parse(html);
    let data = data::read(&tree);
    let has_no_tags =
        !html.trim().is_empty() && !html.as_bytes().windows(2).any(|pair| pair[0] == b'<' && is_tag_start(pair[1]));
    // The lines of a plain text mean something.
    let spaces = if has_no_tags { Spaces::Kept } else { Spaces::Collapsed };
    let mut page = lines::read(&tree, words, &data, spaces, markdown && !has_no_tags);
    page.is_made_of_frames = data.has_frames && page.text.trim().is_empty();
    page.is_made_by_script = data.scripts > 0 && !page.is_made_of_frames && is_without_scripts_only(&page);
    page.has_no_tags = has_no_tags;
    page.data = data;
    page
}

/// Whether all text is hidden where scripts run (`noscript`), or there is none.
fn is_without_scripts_only(page: &HtmlPage) -> bool {
    let hidden = |line: usize| page.markup.around(line).inside & inside::HIDDEN != 0;
    page.text.lines().enumerate().all(|(line, text)| text.is_empty() || hidden(line))
}

fn is_tag_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'!'
}
