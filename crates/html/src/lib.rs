//! HTML pages become texts of lines, each with what the markup says about it.
//!
//! ```text
//! HTML ─ tree (html5ever) ─▶ Tree ─ lines ─▶ text, PageMarkup   who judges lines reads both
//!                                 └ data  ─▶ PageData           title, author, date … of JSON-LD, meta, microdata
//! ```
//!
//! Nothing is judged here: menus, footers and hidden parts are in the text too, and the markup says that
//! they are. The text is for readers: paragraphs with blank lines between, list marks, rows of tables
//! between bars. What is cut out of it later is counted in this text, not in the HTML.
//!
//! Where it can be fooled: nothing here runs scripts or reads style sheets, so what a script writes is
//! missing and what a style sheet hides is there.
#![warn(missing_docs)]

mod charset;
mod data;
mod lines;
mod tags;
mod tree;
mod words;
mod writer;

pub use charset::{decode, is_html};
pub use data::PageData;
pub use words::{MarkupWord, MarkupWords};

use dehusk_text::markup::{PageMarkup, inside};

/// A page as text.
#[derive(Clone, Debug, Default)]
pub struct HtmlPage {
    /// The text of the page, all of it.
    pub text: String,
    /// What the markup says about each line of it.
    pub markup: PageMarkup,
    /// What the page says about itself.
    pub data: PageData,
    /// Each line of it in Markdown, if that was asked for.
    pub markdown: Option<Vec<String>>,
    /// There is no tag in it.
    pub has_no_tags: bool,
    /// There is no text, or none but for browsers that run no scripts; and there are scripts that may make one.
    pub is_made_by_script: bool,
    /// There is no text: it is in the pages that frames show.
    pub is_made_of_frames: bool,
}

/// Reads a page. Whatever is given, there is an answer: what is no HTML is a page without tags.
pub fn read(html: &str, words: &MarkupWords, markdown: bool) -> HtmlPage {
    let tree = tree::Tree::parse(html);
    let data = data::read(&tree);
    let mut page = lines::read(&tree, words, &data, markdown);
    page.is_made_of_frames = data.has_frames && page.text.trim().is_empty();
    page.is_made_by_script = data.scripts > 0 && !page.is_made_of_frames && is_without_scripts_only(&page);
    page.has_no_tags =
        !html.trim().is_empty() && !html.as_bytes().windows(2).any(|pair| pair[0] == b'<' && is_tag_start(pair[1]));
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
