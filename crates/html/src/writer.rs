//! [`LineWriter`]: puts pieces of text together into lines, as plain text and in Markdown.

use dehusk_text::markup::{Container, LineMarkup, line};

use crate::markdown::{self, MarkdownLine, Reads};

/// The surroundings of a piece of text.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Around {
    pub(crate) container: u32,
    pub(crate) heading: u8,
    pub(crate) linked: bool,
    /// Whether spaces and line ends stay as they are.
    pub(crate) keeps_space: bool,
    /// The number of the `<pre>`; 0 outside of one.
    pub(crate) code: u32,
}

/// The style of a text, for Markdown.
#[derive(Clone, Debug)]
pub(crate) enum Style {
    Strong,
    Emphasis,
    Code,
    Link(String),
    /// Of what stands in `Code`, where Markdown reads no styles.
    None,
}

impl Style {
    fn open(&self, line: &mut OpenLine) {
        let out = &mut line.markdown;
        match self {
            Self::Strong => out.push_str("**"),
            Self::Emphasis => out.push('*'),
            Self::Code => {
                line.code_from = out.len();
                line.is_code = true;
            }
            Self::Link(_) => {
                // With a `!` before it, it would be a picture.
                if out.ends_with('!') {
                    out.insert(out.len() - 1, '\\');
                }
                out.push('[');
            }
            Self::None => {}
        }
    }

    fn close(&self, line: &mut OpenLine) {
        match self {
            Self::Link(target) => {
                line.markdown.push_str("](");
                line.markdown.push_str(target);
                line.markdown.push(')');
            }
            Self::Code => {
                markdown::quote(&mut line.markdown, line.code_from);
                line.is_code = false;
            }
            Self::Strong | Self::Emphasis | Self::None => self.open(line),
        }
    }
}

/// The line that is being written.
#[derive(Debug, Default)]
struct OpenLine {
    text: String,
    /// Whether there is something in `text`, of `<pre>` more than spaces.
    is_begun: bool,
    markdown: String,
    around: Around,
    chars: u32,
    linked: u32,
    /// How many styles were opened on this line.
    opened: usize,
    /// Whether a code style is open, and where in `markdown` what stands in it begins.
    is_code: bool,
    code_from: usize,
    is_row: bool,
}

impl OpenLine {
    /// Closes the styles that are open on it.
    fn close(&mut self, styles: &[Style]) {
        for style in styles[..self.opened].iter().rev() {
            style.close(self);
        }
        self.opened = 0;
    }

    /// The line in Markdown, with the mark of its item. Code stands in no item.
    fn in_markdown(&self, mark: &str, is_code: bool) -> String {
        if is_code {
            return self.markdown.trim_end().to_owned();
        }
        let mut body = self.markdown.trim().to_owned();
        match self.around.heading {
            _ if self.is_row => {}
            0 => markdown::escape_start(&mut body),
            level => {
                markdown::escape_end(&mut body);
                body.insert_str(0, &("#".repeat(usize::from(level)) + " "));
            }
        }
        body.insert_str(0, mark);
        body
    }
}

/// Writes lines.
#[derive(Debug)]
pub(crate) struct LineWriter {
    pub(crate) text: String,
    pub(crate) lines: Vec<LineMarkup>,
    pub(crate) containers: Vec<Container>,
    /// The Markdown of each line, if it is asked for.
    pub(crate) markdown: Option<Vec<MarkdownLine>>,
    open: OpenLine,
    wants_space: bool,
    wants_blank: bool,
    /// The text to put before the next line: the mark of a list item.
    mark: String,
    broken: bool,
    styles: Vec<Style>,
    /// Whether a row of a table is being written: ends of blocks become spaces.
    in_row: bool,
    /// Whether the next row is the first of its table.
    first_row: bool,
}

impl LineWriter {
    pub(crate) fn new(markdown: bool) -> Self {
        Self {
            text: String::new(),
            lines: Vec::new(),
            containers: vec![Container::default()],
            markdown: markdown.then(Vec::new),
            open: OpenLine::default(),
            wants_space: false,
            wants_blank: false,
            mark: String::new(),
            broken: false,
            styles: Vec::new(),
            in_row: false,
            first_row: false,
        }
    }

    /// Adds text.
    pub(crate) fn add(&mut self, text: &str, around: Around) {
        if around.keeps_space && !self.in_row {
            for (i, line) in lines_of(text).enumerate() {
                // An empty line stays one, as after two `<br>`.
                if i > 0 {
                    self.break_line();
                }
                self.word(line, around);
            }
            return;
        }
        let mut at = 0;
        loop {
            let spaces = spaces_at(text, at);
            self.wants_space |= spaces > 0;
            at += spaces;
            if at == text.len() {
                return;
            }
            let end = end_of_words(text, at);
            self.word(&text[at..end], around);
            at = end;
        }
    }

    fn word(&mut self, word: &str, around: Around) {
        self.put(word, around, false);
    }

    /// Writes a word, or the bar between two cells.
    fn put(&mut self, word: &str, around: Around, is_bar: bool) {
        if word.is_empty() {
            return;
        }
        let begins = !self.open.is_begun;
        let space = std::mem::take(&mut self.wants_space) && !begins;
        let common = if begins { around.container } else { self.common(self.open.around.container, around.container) };
        let open = &mut self.open;
        if begins {
            open.around = around;
        }
        open.around.container = common;
        // Spaces at the start of a line of `<pre>` stand in it, but what they stand in says nothing of the line.
        open.is_begun |= !around.keeps_space || !word.trim().is_empty();
        if space {
            open.text.push(' ');
        }
        open.text.push_str(word);
        let count = if word.is_ascii() {
            word.bytes().filter(u8::is_ascii_alphanumeric).count()
        } else {
            word.chars().filter(|c| c.is_alphanumeric()).count()
        } as u32;
        open.chars += count;
        open.linked += if around.linked { count } else { 0 };
        if self.markdown.is_some() {
            if space {
                open.markdown.push(' ');
            }
            if open.around.code > 0 && !self.in_row {
                return open.markdown.push_str(word);
            }
            for style in &self.styles[open.opened..] {
                style.open(open);
            }
            open.opened = self.styles.len();
            let reads = match () {
                () if is_bar => Reads::All,
                () if open.is_code => Reads::Code,
                () => Reads::Text,
            };
            markdown::escape(word, reads, self.in_row, &mut open.markdown);
        }
    }

    /// The innermost container that contains both.
    fn common(&self, mut a: u32, mut b: u32) -> u32 {
        while a != b {
            let (of_a, of_b) = (&self.containers[a as usize], &self.containers[b as usize]);
            if of_a.depth >= of_b.depth { a = of_a.parent } else { b = of_b.parent }
        }
        a
    }

    /// Begins a style.
    pub(crate) fn begin_style(&mut self, style: Style) {
        if self.markdown.is_some() {
            let in_code = self.styles.iter().any(|style| matches!(style, Style::Code));
            self.styles.push(if in_code { Style::None } else { style });
        }
    }

    /// Ends the style that was begun last.
    pub(crate) fn end_style(&mut self) {
        if let Some(style) = self.styles.pop()
            && self.open.opened > self.styles.len()
        {
            style.close(&mut self.open);
            self.open.opened = self.styles.len();
        }
    }

    /// Sets the text to put before the next line, if there is one.
    pub(crate) fn set_mark(&mut self, mark: String) {
        self.mark = mark;
    }

    /// Ends the line at the end of a block. `spaced`: put a blank line before the next line.
    pub(crate) fn end_block(&mut self, spaced: bool) {
        if self.in_row {
            self.wants_space = true;
            return;
        }
        self.end_line();
        self.wants_blank |= spaced;
        self.broken = false;
    }

    /// Handles `<br>`.
    pub(crate) fn break_line(&mut self) {
        if self.in_row {
            self.wants_space = true;
            return;
        }
        // Two `<br>` in a row end a paragraph.
        self.wants_blank |= !self.open.is_begun && self.broken;
        self.end_line();
        self.broken = true;
    }

    pub(crate) fn begin_table(&mut self) {
        self.first_row = true;
    }

    pub(crate) fn begin_row(&mut self) {
        self.end_line();
        self.in_row = true;
    }

    /// Writes the sign between two cells of a row.
    pub(crate) fn next_cell(&mut self, container: u32) {
        if self.in_row && self.open.is_begun {
            self.wants_space = true;
            self.put("|", Around { container, ..Around::default() }, true);
            self.wants_space = true;
        }
    }

    pub(crate) fn end_row(&mut self, cells: usize) {
        self.in_row = false;
        let has_text = self.open.chars > 0;
        if has_text {
            self.open.close(&self.styles);
            self.open.text = format!("| {} |", self.open.text);
            self.open.markdown = format!("| {} |", self.open.markdown);
            self.open.is_row = true;
        } else {
            self.open = OpenLine::default();
        }
        self.end_line();
        if has_text
            && std::mem::take(&mut self.first_row)
            && let Some(last) = self.markdown.as_mut().and_then(|lines| lines.last_mut())
        {
            last.text.push_str("\n|");
            last.text.push_str(&" --- |".repeat(cells.max(1)));
        }
    }

    /// Ends the current line, if there is one.
    fn end_line(&mut self) {
        self.wants_space = false;
        let mut open = std::mem::take(&mut self.open);
        let trimmed = if open.around.keeps_space { open.text.trim_end() } else { open.text.trim() };
        if trimmed.is_empty() {
            return;
        }
        let code = if open.is_row { 0 } else { open.around.code };
        if self.wants_blank && !self.lines.is_empty() {
            self.text.push('\n');
            self.lines.push(LineMarkup { container: open.around.container, ..LineMarkup::default() });
            if let Some(markdown) = &mut self.markdown {
                let is_inside = markdown.last().is_some_and(|before| before.code == code);
                markdown.push(MarkdownLine { code: if is_inside { code } else { 0 }, ..MarkdownLine::default() });
            }
        }
        let mark = std::mem::take(&mut self.mark);
        // Some pages write the marks of list items themselves.
        let has_own = trimmed.starts_with(['•', '·', '●', '■', '-', '–', '*', '|']);
        if !has_own || mark.starts_with(' ') {
            self.text.push_str(&mark);
        }
        self.text.push_str(trimmed);
        self.text.push('\n');
        let percent = 100 * u64::from(open.linked) / u64::from(open.chars.max(1));
        self.lines.push(LineMarkup {
            container: open.around.container,
            linked: percent as u8,
            heading: open.around.heading,
            says: if self.broken && !self.wants_blank { line::BROKEN } else { 0 },
        });
        let container = &mut self.containers[open.around.container as usize];
        container.chars += open.chars;
        container.linked += open.linked;
        if let Some(markdown) = &mut self.markdown {
            open.close(&self.styles);
            markdown.push(MarkdownLine { text: open.in_markdown(&mark, code > 0), code });
        }
        self.wants_blank = false;
        self.broken = false;
    }
}

/// The lines of a text, which end where those of a [`Document`](dehusk_text::Document) end. What stands behind the last
/// line end is one too. HTML brings a `\r` as `&#13;`.
fn lines_of(text: &str) -> impl Iterator<Item = &str> {
    let mut left = Some(text);
    std::iter::from_fn(move || {
        let text = left?;
        let end = text.find(['\n', '\r']);
        left = end.map(|end| text[end..].strip_prefix("\r\n").unwrap_or(&text[end + 1..]));
        Some(&text[..end.unwrap_or(text.len())])
    })
}

/// How many bytes of white space that HTML collapses stand at this place of a text: of ASCII, and U+00A0.
fn spaces_at(text: &str, from: usize) -> usize {
    let mut at = from;
    loop {
        match text.as_bytes()[at..] {
            [b' ' | b'\t' | b'\n' | b'\r' | 0xc | 0, ..] => at += 1,
            [0xc2, 0xa0, ..] => at += 2,
            _ => return at - from,
        }
    }
}

/// Where the words that begin here end: between them are single spaces.
fn end_of_words(text: &str, from: usize) -> usize {
    // `true`: white space may begin with this byte.
    const BREAKS: [bool; 256] = {
        let (mut breaks, mut at) = ([false; 256], 0);
        let all = [b' ', b'\t', b'\n', b'\r', 0xc, 0, 0xc2];
        while at < all.len() {
            breaks[all[at] as usize] = true;
            at += 1;
        }
        breaks
    };
    let mut at = from;
    loop {
        let Some(more) = text.as_bytes()[at..].iter().position(|&byte| BREAKS[usize::from(byte)]) else {
            return text.len();
        };
        let end = at + more;
        let is_one_space = text.as_bytes()[end] == b' ' && end + 1 < text.len() && spaces_at(text, end + 1) == 0;
        if !is_one_space && spaces_at(text, end) > 0 {
            return end;
        }
        at = end + 1;
    }
}
