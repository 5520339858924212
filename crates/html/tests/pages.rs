//! Invented pages, and the lines that they become.

use dehusk_html::{HtmlPage, MarkupWord, MarkupWords, read};
use dehusk_text::Document;
use dehusk_text::markup::{WORD_CLASSES, inside, line};
use dehusk_text::work::steps_taken;

fn words() -> MarkupWords {
    let class = |name: &str| WORD_CLASSES.iter().position(|known| *known == name).unwrap() as u8;
    let word = |text: &str, class, whole| MarkupWord { text: text.into(), class, whole };
    MarkupWords::new(vec![word("comment", class("comment"), false), word("ad", class("ad"), true)])
}

fn page(html: &str) -> HtmlPage {
    let page = read(html, &words(), true);
    assert_eq!(page.markdown.is_none(), page.has_no_tags, "a plain text has no Markdown");
    let document = Document::new(&page.text).unwrap();
    assert_eq!(page.markup.lines.len(), document.len(), "each line has its facts: {html}");
    if let Some(markdown) = &page.markdown {
        assert_eq!(markdown.len(), document.len(), "and its Markdown");
    }
    page
}

#[test]
fn blocks_become_lines() {
    for (html, text) in [
        ("<p>The ferry\n  sails <b>again</b>.</p><p>It is full.", "The ferry sails again.\n\nIt is full.\n"),
        ("<div>one</div><div>two</div>", "one\ntwo\n"),
        ("<p>one<br>two<br><br>three", "one\ntwo\n\nthree\n"),
        ("<ul><li>one<li>two<ul><li>deep</ul></ul>after", "- one\n- two\n  - deep\n\nafter\n"),
        ("<ol start=3><li>three<li>four</ol>", "3. three\n4. four\n"),
        ("<ul><li>• own mark</ul>", "• own mark\n"),
        ("<pre>let a = 1;\n  let b = 2;\n</pre>", "let a = 1;\n  let b = 2;\n"),
        ("<table><tr><th>Port<th>Time<tr><td>North<td>6:00</table>", "| Port | Time |\n| North | 6:00 |\n"),
        (
            "<table><tr><td><p>A page that is laid out by a table.</p><ul><li>menu</ul></table>",
            "A page that is laid out by a table.\n\n- menu\n",
        ),
        ("老码头&nbsp;&nbsp;重新开航<script>var x = '<p>no</p>';</script>。", "老码头 重新开航。\n"),
        ("<h1>Ferry</h1><style>p{}</style><p>It&#8217;s late &lt;again&gt;.", "Ferry\n\nIt’s late <again>.\n"),
        ("<title>t</title><select><option>a</select><textarea>b</textarea>", ""),
        ("<pre>let a = 1;\n\n\nlet b = 2;</pre>", "let a = 1;\n\nlet b = 2;\n"),
        ("<pre>one&#13;&#13;two&#13;three&#13;&#10;four&#10;&#13;five</pre>", "one\n\ntwo\nthree\nfour\n\nfive\n"),
        ("<pre><b>let</b> <i>a</i> = <b> 1</b>;\n <b>b</b> \n <i> </i>\nc</pre>", "let a =  1;\n b\n\nc\n"),
        ("<pre>one&#13;<b>&#10;two</b>&#13;</pre><p>three&#13;four", "one\n\ntwo\n\nthree four\n"),
        ("no tags at all", "no tags at all\n"),
        ("no tags,&#13;two lines&#13;&#10;", "no tags,\ntwo lines\n"),
        ("no tags,\n  two lines &amp; a\ttab\r\n\nand 1 < 2", "no tags,\n  two lines & a\ttab\n\nand 1 < 2\n"),
        ("", ""),
    ] {
        assert_eq!(page(html).text, text, "{html}");
    }
}

#[test]
fn lines_know_where_they_stand() {
    let html = "<body class='comment-page'><nav><a href=/>Home</a> <a href=/b>News</a></nav><article><h2>Ferry</h2>\
        <p>It sails <a href=/x>again</a> at six in the morning.</p></article>\
        <div id=userComments><p style='color: red; DISPLAY : none'>Nice.</div><footer>All rights</footer>";
    let page = page(html);
    let of = |text: &str| {
        let at = page.text.lines().position(|line| line.contains(text)).unwrap_or_else(|| panic!("{text}"));
        let facts = page.markup.lines[at];
        let (mut insides, mut classes, mut container) = (0, 0, facts.container);
        while container != 0 {
            let of = page.markup.containers[container as usize];
            (insides, classes, container) = (insides | of.inside, classes | of.words, of.parent);
        }
        (facts, insides, classes)
    };
    let (nav, insides, classes) = of("Home");
    assert_eq!(
        (nav.linked, insides & inside::NAV, classes),
        (100, inside::NAV, 0),
        "the class of the body says nothing"
    );
    let (heading, ..) = of("Ferry");
    assert_eq!(heading.heading, 2);
    let (text, insides, _) = of("sails");
    assert_eq!(insides & (inside::ARTICLE | inside::PARAGRAPH), inside::ARTICLE | inside::PARAGRAPH);
    assert!((1..40).contains(&text.linked), "{}", text.linked);
    let (_, insides, classes) = of("Nice");
    assert_eq!((insides & inside::HIDDEN, classes), (inside::HIDDEN, 2), "comment is the second class");
    let (_, insides, _) = of("rights");
    assert_eq!(insides & inside::FOOTER, inside::FOOTER);
}

#[test]
fn the_page_says_what_it_is() {
    let body = "The ferry between the two banks sails again since this morning, and it was full at once. ".repeat(4);
    let html = format!(
        "<html lang=en-GB><head><title>Ferry sails again - The Quay</title>\
         <meta property='og:site_name' content='The Quay'><meta name=author content='A. Somebody'>\
         <script type='application/ld+json'>{{\"@graph\": [{{\"@type\": [\"NewsArticle\"], \"headline\": \"Ferry sails  again\",\
         \"author\": [{{\"name\": \"May Little\"}}, \"T. Oar\"], \"datePublished\": \"2024-03-05\", \"articleBody\": \"{body}\"}}]}}</script>\
         <script type='application/ld+json'>{{broken</script></head>\
         <body><h1>Ferry sails again</h1><p>By May Little, T. Oar</p><p>{body}</p><p>Something else that nobody wrote there.</p>"
    );
    let page = page(&html);
    let data = &page.data;
    assert_eq!(data.title.as_deref(), Some("Ferry sails again"));
    assert_eq!(data.author.as_deref(), Some("May Little, T. Oar"));
    assert_eq!(data.date.as_deref(), Some("2024-03-05"));
    assert_eq!((data.site.as_deref(), data.language.as_deref()), (Some("The Quay"), Some("en")));
    let says = |text: &str| {
        let at = page.text.lines().position(|line| line.contains(text)).unwrap();
        page.markup.lines[at].says
    };
    assert_eq!(says("Ferry sails again") & line::TITLE, line::TITLE);
    assert_eq!(says("By May") & line::AUTHOR, line::AUTHOR);
    assert_eq!(says("two banks") & line::IN_DATA, line::IN_DATA);
    assert_eq!(says("Something else") & (line::IN_DATA | line::HAS_DATA), line::HAS_DATA);
}

fn markdown(html: &str) -> String {
    let lines: Vec<String> = page(html).markdown.expect("there are tags").into_iter().map(|line| line.text).collect();
    lines.join("\n")
}

#[test]
fn markdown_keeps_what_text_loses() {
    let html = "<h2>Timetable</h2><p>It sails <b>daily</b>, <i>mostly</i>; see <a href='/a b'>the <em>list</em></a> \
        and <code>run()</code> *.<table><tr><th>Port<th>Time<tr><td>North<td>6:00</table><ul><li>a<li>b</ul>";
    assert_eq!(
        markdown(html),
        "## Timetable\n\nIt sails **daily**, *mostly*; see [the *list*](/a%20b) and `run()` \\*.\n\n\
         | Port | Time |\n| --- | --- |\n| North | 6:00 |\n\n- a\n- b"
    );
}

#[test]
fn markdown_reads_no_markup_in_text() {
    for (html, expected) in [
        (
            "<p># Ferry<p>1986. It sails.<p>- one<br>&gt; two<p>---",
            "\\# Ferry\n\n1986\\. It sails.\n\n\\- one\n\\> two\n\n\\---",
        ),
        ("<p>1986.<b> It</b> sails.<p><b>1986.</b> It sails.", "1986\\. **It** sails.\n\n**1986.** It sails."),
        ("<h2># Ferry #</h2><h3>1986. -</h3>", "## # Ferry \\#\n\n### 1986. -"),
        ("<ul><li># Ferry<li>2) oars</ul>", "- \\# Ferry\n- 2\\) oars"),
        ("<p>&amp;lt; a &amp; b", "\\&lt; a & b"),
        ("<p>See<a href='/Ferry_(boat)'>it</a>!<a href=/b>b</a>", "See[it](/Ferry_%28boat%29)\\![b](/b)"),
        ("<p><code>a_b*</code> <code>`c`</code> <tt>d<b>e</b><br>f_</tt>", "`a_b*` `` `c` `` `de`\n`f_`"),
        (
            "<table><tr><td>a|b<td><code>c|d</code><tr><td>-<td># e</table>",
            "| a\\|b | `c\\|d` |\n| --- | --- |\n| - | # e |",
        ),
    ] {
        assert_eq!(markdown(html), expected, "{html}");
    }
}

#[test]
fn lines_of_code_are_code_in_markdown() {
    let html = "<p>one<pre>let x=<b>a_b</b>;\n\n  # two</pre><pre><h2>three</h2>&amp;lt;</pre>\
        <ul><li><pre>four</pre>five</ul>";
    let lines = page(html).markdown.expect("there are tags");
    let lines: Vec<(u32, &str)> = lines.iter().map(|line| (line.code, line.text.as_str())).collect();
    let text = [(0, "one"), (0, "")];
    let first = [(1, "let x=a_b;"), (1, ""), (1, "  # two"), (0, "")];
    let second = [(2, "three"), (2, ""), (2, "&lt;"), (0, "")];
    let third = [(3, "four"), (0, ""), (0, "five")];
    assert_eq!(lines, [&text[..], &first, &second, &third].concat());
}

#[test]
fn hostile_pages_are_read_in_time_and_without_a_deep_stack() {
    let deep = |tag: &str, n: usize| format!("{}text{}", format!("<{tag}>").repeat(n), format!("</{tag}>").repeat(n));
    for html in [
        deep("div", 100_000),
        deep("table><tr><td", 20_000),
        deep("b", 100_000),
        deep("span", 100_000),
        deep("a href=x", 30_000),
        deep("ul><li", 50_000),
        "<p><font color=red>x".repeat(30_000),
        "<b><i><u><p>x".repeat(30_000),
        "<table>text".repeat(20_000),
        "<!--".repeat(50_000),
        "<div ".repeat(50_000),
        format!("<div {}>text", (0..200_000).map(|number| format!("a{number}=x ")).collect::<String>()),
        format!("<font {}>text", (0..200_000).map(|number| format!("a{number}=x ")).collect::<String>()),
        "<body class=a id=b>".repeat(50_000),
        "&".repeat(200_000),
        "<svg><title>".repeat(20_000),
    ] {
        let page = read(&html, &words(), false);
        assert!(page.text.len() <= html.len() + 100_000, "{}", &html[..20]);
    }
    assert_eq!(page(&deep("div", 3000)).text, "text\n");
    let scripts = read("<body><div id=root></div><script>render()</script>", &words(), false);
    assert!(scripts.is_made_by_script);
}

#[test]
fn what_follows_an_element_of_text_stays_on_a_deep_page() {
    for tag in ["title", "textarea", "script", "style", "iframe", "xmp", "noembed"] {
        for (deep, unclosed) in [(402, ""), (402, "</b>"), (399, ""), (800, "</p></div>")] {
            let html = format!("{}{unclosed}<{tag}>x</{tag}><p>The ferry sails again.</p>", "<div><b>".repeat(deep));
            assert!(page(&html).text.ends_with("The ferry sails again.\n"), "{tag} {deep}: {:?}", page(&html).text);
        }
    }
}

#[test]
fn what_lies_in_its_like_is_not_read_over_and_over() {
    let steps = |inner: &str| {
        let html = format!("{}{inner}", "<div itemprop=author>".repeat(380));
        let before = steps_taken();
        let page = page(&html);
        assert_eq!(page.data.author, None, "it is too long");
        (steps_taken() - before, html.len() as u64)
    };
    for inner in ["The ferry sails again. ".repeat(20_000), "<i></i>".repeat(60_000)] {
        let (steps, bytes) = steps(&inner);
        if cfg!(debug_assertions) {
            assert!(steps <= 5 * bytes, "{steps} steps for {bytes} bytes");
        }
    }
    for outer in ["<svg><title>", "<svg><script type='application/ld+json'>"] {
        let html = format!("{}{}", outer.repeat(150), "The ferry sails again. ".repeat(20_000));
        let before = steps_taken();
        assert!(page(&html).data.title.is_none(), "a drawing does not name the page");
        let (steps, bytes) = (steps_taken() - before, html.len() as u64);
        if cfg!(debug_assertions) {
            assert!(steps <= 5 * bytes, "{steps} steps for {bytes} bytes");
        }
    }
    let author = |name: &str| page(&format!("<p itemprop=author>{name}</p>")).data.author;
    assert_eq!(author("May <b>Little</b>").as_deref(), Some("May Little"));
    assert_eq!(author(&"名".repeat(300)), Some("名".repeat(300)));
    assert_eq!(author(&format!("{}<b>名</b>", "名".repeat(300))), None);
}

#[test]
fn pages_without_text_of_their_own_say_why() {
    for (html, by_script, of_frames, without_tags) in [
        ("<body><div id=app></div><script src=a.js></script><noscript>Turn scripts on.</noscript>", true, false, false),
        ("<script src=a.js></script><p>The ferry sails.</p><noscript>Turn scripts on.</noscript>", false, false, false),
        ("<frameset><frame src=a.html><noframes>None here.</noframes></frameset>", false, true, false),
        ("<script></script><frameset><frame src=a.html></frameset>", false, true, false),
        ("no tags", false, false, true),
        ("  \n", false, false, false),
    ] {
        let page = page(html);
        let said = (page.is_made_by_script, page.is_made_of_frames, page.has_no_tags);
        assert_eq!(said, (by_script, of_frames, without_tags), "{html}");
    }
}
