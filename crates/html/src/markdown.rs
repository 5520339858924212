//! Lines in Markdown: CommonMark, with tables.

/// A line in Markdown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MarkdownLine {
    /// The line. Below the first row of a table stands a second one, which Markdown asks for.
    pub text: String,
    /// The number, from 1, of the `<pre>` that it stands in; 0 if in none. Its text is code then, which needs a
    /// [`fence`].
    pub code: u32,
}

/// Puts a fence around the code at the end of `out`, which begins at `from`: more backticks than stand in a row in it.
pub fn fence(out: &mut String, from: usize) {
    let fence = "`".repeat((longest(&out[from..]) + 1).max(3)) + "\n";
    out.insert_str(from, &fence);
    out.push_str(&fence);
}

/// Puts backticks around the code in a line that begins at `from` and reaches to its end.
pub(crate) fn quote(line: &mut String, from: usize) {
    let marks = "`".repeat(longest(&line[from..]) + 1);
    if line[from..].starts_with('`') || line.ends_with('`') {
        // Markdown takes one space away on both sides.
        line.insert(from, ' ');
        line.push(' ');
    }
    line.insert_str(from, &marks);
    line.push_str(&marks);
}

/// The length of the longest row of backticks.
fn longest(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// What Markdown reads in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reads {
    /// Nothing: it is a text.
    Text,
    /// Nothing, not even escapes: it stands between backticks.
    Code,
    /// Everything.
    All,
}

/// Writes text so that Markdown reads no markup in it, but for that which begins a line: see [`escape_start`].
pub(crate) fn escape(text: &str, reads: Reads, is_cell: bool, out: &mut String) {
    for (at, c) in text.char_indices() {
        let is_markup = match (c, reads) {
            (_, Reads::All) => false,
            // A bar ends a cell even between backticks.
            ('|', _) => is_cell,
            ('*' | '_' | '`' | '[' | ']' | '\\' | '<', Reads::Text) => true,
            ('&', Reads::Text) => is_entity(&text[at..]),
            _ => false,
        };
        if is_markup {
            out.push('\\');
        }
        out.push(c);
    }
}

/// Whether a text begins with `&amp;`, `&#38;` or the like.
fn is_entity(text: &str) -> bool {
    let name = text[1..].trim_start_matches('#');
    let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
    end > 0 && name[end..].starts_with(';')
}

/// The text of a line, already [escaped](escape), so that Markdown does not read it as a heading, an item of a list, a
/// quotation, a fence, a rule, or the line below a heading or the first row of a table.
pub(crate) fn escape_start(line: &mut String) {
    let ends_word = |rest: &str| rest.is_empty() || rest.starts_with(' ');
    let is_only = |signs: &[char]| line.trim_matches(signs).is_empty();
    let number = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let at = match line.as_bytes() {
        [b'>', ..] => 0,
        [b'#', ..] if ends_word(line.trim_start_matches('#')) => 0,
        [b'-' | b'+', ..] if ends_word(&line[1..]) => 0,
        [b'=', ..] if is_only(&['=']) => 0,
        [b'-' | b':' | b'|', ..] if is_only(&['-', ':', '|', ' ']) && line.contains('-') => 0,
        [b'~', b'~', b'~', ..] => 0,
        bytes if number > 0 && matches!(bytes.get(number), Some(b'.' | b')')) && ends_word(&line[number + 1..]) => {
            number
        }
        _ => return,
    };
    line.insert(at, '\\');
}

/// The text of a heading, so that Markdown does not take signs at its end for those that may close one.
pub(crate) fn escape_end(heading: &mut String) {
    let at = heading.trim_end_matches('#').len();
    if at < heading.len() && (at == 0 || heading[..at].ends_with(' ')) {
        heading.insert(at, '\\');
    }
}

/// The target of a link without what would end it. Line ends and tabs in it are nothing, as in browsers.
pub(crate) fn target(href: &str) -> String {
    let mut out = String::with_capacity(href.len());
    for c in href.trim().chars() {
        match c {
            '\n' | '\r' | '\t' => {}
            ' ' | '(' | ')' | '<' | '>' | '\\' | '|' => out.push_str(&format!("%{:02X}", u32::from(c))),
            c if c.is_ascii_control() => out.push_str(&format!("%{:02X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_a_line_of_markdown_is_escaped() {
        for (line, escaped) in [
            ("# Ferry", "\\# Ferry"),
            ("######", "\\######"),
            ("#ferry# again", "#ferry# again"),
            ("1986. The ferry sails.", "1986\\. The ferry sails."),
            ("7) oars", "7\\) oars"),
            ("3.", "3\\."),
            ("1986.5 m", "1986.5 m"),
            ("1986", "1986"),
            ("- one", "\\- one"),
            ("+ one", "\\+ one"),
            ("-", "\\-"),
            ("+86 10", "+86 10"),
            ("-1 degrees", "-1 degrees"),
            ("---", "\\---"),
            ("- - -", "\\- - -"),
            ("==", "\\=="),
            ("== a", "== a"),
            (":-- | --:", "\\:-- | --:"),
            ("|---|", "\\|---|"),
            ("a | b", "a | b"),
            ("> so", "\\> so"),
            (">so", "\\>so"),
            ("~~~", "\\~~~"),
            ("~~", "~~"),
            ("码头", "码头"),
            ("", ""),
        ] {
            let mut written = line.to_owned();
            escape_start(&mut written);
            assert_eq!(written, escaped);
        }
    }

    #[test]
    fn what_ends_a_heading_of_markdown_is_escaped() {
        for (heading, escaped) in [("Ferry #", "Ferry \\#"), ("##", "\\##"), ("Ferry #2", "Ferry #2"), ("F#", "F#")] {
            let mut written = heading.to_owned();
            escape_end(&mut written);
            assert_eq!(written, escaped);
        }
    }

    #[test]
    fn entities_are_escaped() {
        for (text, escaped) in [
            ("&amp; &#38; &#x26;", "\\&amp; \\&#38; \\&#x26;"),
            ("a & b; a&b c; &; &#;", "a & b; a&b c; &; &#;"),
            ("a|b*", "a|b\\*"),
        ] {
            let mut written = String::new();
            escape(text, Reads::Text, false, &mut written);
            assert_eq!(written, escaped);
        }
    }

    #[test]
    fn fences_are_longer_than_what_is_in_them() {
        for (code, fenced) in [("let a;\n", "```\nlet a;\n```\n"), ("a ``` b\n````\n", "`````\na ``` b\n````\n`````\n")]
        {
            let mut out = format!("before\n{code}");
            fence(&mut out, "before\n".len());
            assert_eq!(out, format!("before\n{fenced}"));
        }
    }

    #[test]
    fn targets_end_where_they_end() {
        assert_eq!(target(" /a b/Ferry_(boat)\n\t?x=<1|2>\\ "), "/a%20b/Ferry_%28boat%29?x=%3C1%7C2%3E%5C");
    }
}
