//! What a rule would have taken, and what held it back.

use dehusk::{Document, Engine, RuleSet, Source, SparedReason};

const ARTICLE: &str = "\
The ferry left before dawn, and the whole village stood on the pier to watch it go into the fog.
Nobody had told them how long the crossing would take, or who would meet them on the other side.
By noon the fog had lifted, and the first boats came back with their nets half full of silver fish.
";

/// A rule or keep for each table of `rules`; those without a name are called `r`.
fn engine(rules: &str) -> Engine {
    let mut tables = String::new();
    for table in rules.split_inclusive("]]\n") {
        tables.push_str(table);
        if table.ends_with("[[rule]]\n") {
            tables.push_str("removes = 'x'\nkeeps = 'y'\n");
        }
    }
    let rules = RuleSet::from_sources(&[Source::new("case.toml", tables)]).unwrap_or_else(|e| panic!("{e}"));
    Engine::builder().rules_only().build(&rules).expect("the rules compile")
}

/// By spared stretch: the rule, the text and the reason in short. Lines are those of the document, from 0.
fn spared(rules: &str, text: &str) -> Vec<String> {
    let engine = engine(rules);
    let name = |rule| engine.rules().rule(rule).name.clone();
    let outcome = engine.clean(&Document::new(text).expect("it is short"));
    let reason = |reason: &SparedReason| match reason {
        SparedReason::Trial => "trial".to_string(),
        SparedReason::Kept { by, line } => format!("{} keeps {line}", name(*by)),
        SparedReason::LineWithout { line } => format!("without {line}"),
        SparedReason::TextResumes { line } => format!("text {line}"),
        SparedReason::TooMuch { share, limit } => format!("{share:.1} above {limit:.1}"),
        SparedReason::TooFew { found, needed } => format!("{found} of {needed}"),
        SparedReason::LittleAbove => "little above".to_string(),
        SparedReason::Forum { line } => format!("forum {line}"),
        SparedReason::NothingLeft => "nothing left".to_string(),
    };
    let one = |s: &dehusk::Spared| format!("{} | {} | {}", name(s.rule), &text[s.span.range()], reason(&s.reason));
    outcome.spared.iter().map(one).collect()
}

#[test]
fn each_guard_names_what_it_saw() {
    let list = "Related\n- Boats\n- Piers\n";
    let comments = "2 comments\nMia 2021-05-03\nThe old bridge was nicer.\nReply\n";
    let thread =
        "[[rule]]\nname = 'r'\nis = '{number} comments'\nremove = 'thread'\nframes = ['{name} {date}', 'Reply']\n";
    let mut wrong = Vec::new();
    for (rules, text, expected) in [
        // Kept: the line itself, a line of the block.
        (
            "[[rule]]\nname = 'r'\nis = 'Boats'\n[[keep]]\nname = 'k'\ncontains = 'Boats'\n",
            format!("{ARTICLE}Boats\n"),
            vec!["r | Boats | k keeps 3"],
        ),
        (
            "[[rule]]\nname = 'r'\nis = 'Related'\nremove = 'to_end'\n[[keep]]\nname = 'k'\ncontains = 'Piers'\n\
             [[keep]]\nname = 'l'\ncontains = '- Pi'\n",
            format!("{ARTICLE}{list}"),
            vec!["r | Related | k keeps 5"],
        ),
        // A keep for the last line, once the line below has gone.
        (
            "[[rule]]\nname = 'r'\nstarts_with = '-'\nwhere = 'last line'\n\
             [[keep]]\nname = 'k'\ncontains = 'Boats'\nwhere = 'last line'\n",
            format!("{ARTICLE}{list}"),
            vec!["r | - Boats | k keeps 4"],
        ),
        // Too much of the text, alone and with the others of the rule; a share of what is left.
        (
            "[[rule]]\nname = 'r'\nis = ['Ten and six', 'Six and ten']\nmax_share = 20\n",
            "Ten and six\nSix and ten\nHarbour and sea and sky\n".to_string(),
            vec!["r | Ten and six | 48.6 above 20.0", "r | Six and ten | 48.6 above 20.0"],
        ),
        // Too few.
        (
            "[[rule]]\nname = 'r'\nstarts_with = '-'\nremove = 'run'\nat_least = 3\n",
            format!("{ARTICLE}{list}"),
            vec!["r | - Boats | 2 of 3"],
        ),
        (
            "[[rule]]\nname = 'r'\nis = 'Related'\nremove = 'list'\nat_least = 3\n",
            format!("{ARTICLE}{list}"),
            vec!["r | Related | 2 of 3"],
        ),
        // A line without.
        (
            "[[rule]]\nname = 'r'\nis = 'Related'\nremove = 'paragraph'\nlines_contain = '-'\n",
            format!("{ARTICLE}\nMore\n{list}\n{ARTICLE}"),
            vec!["r | Related | without 4"],
        ),
        (
            "[[rule]]\nname = 'r'\nis = 'Related'\nremove = 'paragraph'\nlines_contain = 'boats'\n",
            format!("{ARTICLE}\n{list}\n{ARTICLE}"),
            vec!["r | Related | without 6"],
        ),
        (
            "[[rule]]\nname = 'r'\nis = 'Related'\nremove = 'to_end'\nlines_contain = 'boats'\n",
            format!("{ARTICLE}{list}"),
            vec!["r | Related | without 5"],
        ),
        // The text goes on.
        (
            "[[rule]]\nname = 'r'\nis = 'Related'\nremove = 'to_start'\n",
            format!("Boats\n{ARTICLE}Related\n{ARTICLE}"),
            vec!["r | Related | text 1"],
        ),
        (
            "[[rule]]\nname = 'r'\nis = 'Related'\nremove = 'until'\nuntil = 'Share'\n",
            format!("{ARTICLE}{list}{ARTICLE}Share\n"),
            vec!["r | Related | text 6"],
        ),
        (
            "[[rule]]\nname = 'r'\nis = 'Related'\nremove = 'list'\n",
            format!("Related\n{ARTICLE}"),
            vec!["r | Related | text 1"],
        ),
        // Threads.
        (thread, format!("{ARTICLE}2 comments\nMia 2021-05-03\nThe old bridge.\n"), vec!["r | 2 comments | 1 of 2"]),
        (thread, comments.to_string(), vec!["r | 2 comments | little above"]),
        (thread, format!("Reply\nReply\n{ARTICLE}{comments}"), vec!["r | 2 comments | forum 0"]),
        // What only would act, where it would.
        (
            "[[rule]]\nname = 'r'\nis = 'Boats'\nstatus = 'trial'\nwhere = 'tail'\n",
            format!("Boats\n{ARTICLE}Boats\n"),
            vec!["r | Boats | trial"],
        ),
        (
            "[[rule]]\nname = 'r'\nis = 'Boats'\nmax_share = 100\n",
            "Boats\n".to_string(),
            vec!["r | Boats\n | nothing left"],
        ),
    ] {
        let found = spared(rules, &text);
        if found != expected {
            wrong.push(format!("{rules}{text}{found:?}, not {expected:?}\n"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Lines that go two by two, from the middle: each pair stands side by side only when the one inside has gone. After a
/// hundred sweeps nothing more is asked, and of the pair whose turn it would be there is nothing to say.
#[test]
fn the_number_of_sweeps_is_bounded() {
    let rule = |name: &str, line: &str| {
        format!("[[rule]]\nname = '{name}'\nis = '{line}'\nremove = 'run'\nat_least = 2\nmax_share = 100\n")
    };
    let rules = rule("a", "Boats") + &rule("b", "Piers");
    let pairs = |count: usize| {
        let half: Vec<&str> = ["Boats\n", "Piers\n"].into_iter().cycle().take(count).collect();
        let inwards: String = half.concat();
        let outwards: String = half.iter().rev().copied().collect();
        format!("{ARTICLE}{inwards}{outwards}")
    };
    let body = |text: &str| {
        let document = Document::new(text).expect("it is short");
        engine(&rules).clean(&document).body(&document)
    };
    assert_eq!(body(&pairs(99)), ARTICLE);
    assert_eq!(body(&pairs(120)), pairs(20));
    let spared = spared(&rules, &pairs(120));
    assert_eq!(spared.len(), 2 * 19);
    assert!(spared.iter().all(|one| one.ends_with("1 of 2")), "{spared:?}");
}
