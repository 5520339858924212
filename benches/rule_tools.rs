//! How long do `check`, `test` and building an engine take with 2,000 rules?
//!
//! The shipped rules, and copies of them whose phrases are other ones, up to 2,000; with the known
//! bodies. Fails above two, five and a fifth of a second. `cargo bench --bench rule_tools`.

use std::time::Instant;

use dehusk::{Engine, RuleSet, Source, check, run_examples, shipped_bodies, shipped_sources};

const RULES: usize = 2_000;

fn main() {
    let sources = many(RULES);
    let bodies = shipped_bodies();
    let rules = RuleSet::from_sources(&sources).expect("the rules have no mistakes");
    println!("{} rules, {} bodies", rules.rules.len(), bodies.len());
    assert!(rules.rules.len() >= RULES);

    let slow: Vec<String> = [
        timed("engine built", 0.2, || drop(Engine::builder().build(&rules).expect("the rules compile"))),
        timed("check", 2.0, || assert!(check(&sources, &bodies).counts.rules > RULES / 2)),
        timed("test", 5.0, || {
            let run = run_examples::<&str>(&rules, &[]).expect("the rules compile");
            assert!(run.failed * 10 < run.examples, "{} of {} examples fail", run.failed, run.examples);
        }),
    ]
    .into_iter()
    .flatten()
    .collect();
    assert!(slow.is_empty(), "{}", slow.join("; "));
}

/// Prints the median of three runs; what is too slow, if it is.
fn timed(what: &str, limit: f64, mut work: impl FnMut()) -> Option<String> {
    let mut times: Vec<f64> = (0..3)
        .map(|_| {
            let begin = Instant::now();
            work();
            begin.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("{what:<14} {:.3} s, at most {limit} s", times[1]);
    (times[1] > limit).then(|| format!("{what} takes {:.2} s", times[1]))
}

/// The shipped rules and copies of them with other characters in their phrases and, in the same way, in their
/// examples.
fn many(count: usize) -> Vec<Source> {
    let shipped = shipped_sources();
    let mut all = shipped.clone();
    for copy in 1.. {
        let rules = RuleSet::check(&all).0.rules.len();
        if rules >= count {
            return all;
        }
        for source in shipped
            .iter()
            .filter(|source| !source.name.ends_with("settings.toml") && !source.name.starts_with("repair"))
        {
            let name = format!("copy{copy}/{}", source.name);
            all.push(Source::new(name, varied(&source.text, copy)));
        }
    }
    all
}

/// The text with other characters in its phrases and examples, the same ones everywhere.
fn varied(text: &str, copy: u32) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        // Settings that are words of the format stay.
        let setting = line.split('=').next().unwrap_or_default().trim();
        let fixed = [
            "[",
            "remove ",
            "exact ",
            "where ",
            "status ",
            "profile ",
            "category ",
            "looks_like ",
            "unless_looks_like ",
            "lines_look_like ",
            "languages ",
            "regex ",
            "allow ",
            "builtin ",
        ];
        let is_setting = line.contains('=') && setting.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        let keep =
            fixed.iter().any(|word| format!("{setting} ").starts_with(word)) && (is_setting || line.starts_with('['));
        if keep || SHAPES.contains(&line.trim()) || line.contains('\\') {
            out.push_str(line);
        } else {
            let value = if is_setting { line.find('=').map_or(0, |at| at + 1) } else { 0 };
            out.push_str(&line[..value]);
            let mut in_slot = false;
            out.extend(line[value..].chars().map(|c| {
                in_slot = (in_slot || c == '{') && c != '}';
                if in_slot { c } else { other(c, copy) }
            }));
        }
        out.push('\n');
    }
    out
}

const SHAPES: [&str; 12] = [
    "title",
    "sentence",
    "list_item",
    "dated",
    "separator",
    "breadcrumb",
    "keywords",
    "parenthesised",
    "date_only",
    "address",
    "said_again",
    "repeated",
];

/// Of the characters of the common block every third is another one, and so are some Latin letters.
fn other(c: char, copy: u32) -> char {
    const LETTERS: [char; 6] = ['n', 't', 'd', 'k', 'p', 'g'];
    match c {
        '\u{4E00}'..='\u{9FA5}' if (c as u32).is_multiple_of(3) && !"年月日时分秒星期上下午".contains(c) => {
            char::from_u32(0x4E00 + (c as u32 - 0x4E00 + 37 * copy) % 0x5000).unwrap_or(c)
        }
        c => match LETTERS.iter().position(|letter| *letter == c) {
            Some(at) => LETTERS[(at + copy as usize) % LETTERS.len()],
            None => c,
        },
    }
}
