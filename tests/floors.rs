//! The quality of the shipped rules and points: a lower limit (floor) for each published figure.
//!
//! Real pages are read from their place outside the repository; without them the test is skipped, with a
//! message. English pages are a sample, for which `dehusk eval --sample` always selects the same pages. A floor
//! is slightly below the current figure. Raise it when the figure has risen. A figure below its floor is a
//! fault, not noise, because nothing here is random.

use serde_json::Value;

use crate::eval::{group, json_of, path};
use crate::util::shared;

/// A row of the table (view, language, kind) and its floors.
struct Floor {
    row: [&'static str; 3],
    f1: Option<f64>,
    kept: Option<f64>,
    with: Option<f64>,
    without: Option<f64>,
    /// How many pages may lose more than 0.01 of F1.
    hurt: u64,
}

const fn floor(row: [&'static str; 3], f1: f64, kept: f64, hurt: u64) -> Floor {
    Floor { row, f1: Some(f1), kept: Some(kept), with: None, without: None, hurt }
}

/// The figures below their floors. In addition, no page may be emptied.
fn misses(found: &Value, floors: &[Floor]) -> Vec<String> {
    let mut misses = Vec::new();
    for floor in floors {
        let [view, language, kind] = floor.row;
        let row = group(found, [view, "ALL", language, kind]);
        let mut at_least = |name: &str, floor: Option<f64>| {
            let reached = row["macro"][name].as_f64().unwrap_or(f64::NAN);
            if let Some(floor) = floor.filter(|&floor| reached.is_nan() || reached < floor) {
                misses.push(format!("{view} {language} {kind}: {name} is {reached:.4}, not {floor}"));
            }
        };
        at_least("f1", floor.f1);
        at_least("kept", floor.kept);
        at_least("with", floor.with);
        at_least("without", floor.without);
        for (name, most) in [("hurt", floor.hurt), ("empty", 0)] {
            let reached = row[name].as_u64().unwrap_or(u64::MAX);
            if reached > most {
                misses.push(format!("{view} {language} {kind}: {reached} pages are {name}, not {most}"));
            }
        }
    }
    misses
}

#[test]
fn quality_does_not_fall() {
    let Some(shared) = shared() else { return };
    let pages = shared.join("eval/dev.jsonl.xz");
    let eval = |args: &[&str]| json_of(&[&[path(&pages)], args].concat());

    let chinese = eval(&["--profile", "body", "--language", "zh"]);
    let mut missed = misses(
        &chinese,
        &[
            floor(["page", "zh", "all"], 0.974, 0.989, 1),
            floor(["trafilatura", "zh", "all"], 0.959, 0.996, 2),
            floor(["resiliparse", "zh", "all"], 0.983, 0.995, 0),
        ],
    );
    let english = eval(&["--profile", "body", "--language", "en", "--sample", "11%"]);
    missed.extend(misses(
        &english,
        &[
            floor(["page", "en", "article"], 0.962, 0.979, 4),
            floor(["page", "en", "other"], 0.828, 0.958, 3),
            floor(["trafilatura", "en", "article"], 0.964, 0.993, 2),
            floor(["resiliparse", "en", "article"], 0.896, 0.990, 2),
        ],
    ));
    let others = ["--profile", "body", "--language", "de,fr,es,pl", "--view", "page", "--sample", "55%"];
    let snippets =
        Floor { row: ["page", "other", "all"], f1: None, kept: None, with: Some(0.905), without: Some(0.895), hurt: 0 };
    missed.extend(misses(&eval(&others), &[snippets]));
    // The default options on whole pages must lose almost nothing.
    let default = eval(&["--language", "zh,en", "--view", "page", "--sample", "8%", "--input", "text"]);
    let careful = Floor { f1: None, ..floor(["page", "all", "all"], 0.0, 0.997, 1) };
    missed.extend(misses(&default, &[careful]));
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn a_miss_is_seen() {
    let row = serde_json::json!({"view": "x", "source": "ALL", "lang": "en", "kind": "all", "hurt": 3, "empty": 1,
        "macro": {"f1": 0.9, "kept": 0.99, "with": null, "without": 0.5}});
    let found = serde_json::json!({"groups": [row]});
    let with = Floor { with: Some(0.1), without: Some(0.5), ..floor(["x", "en", "all"], 0.91, 0.99, 2) };
    let missed = misses(&found, &[with]);
    // Below the floor: F1, with (undefined), hurt and empty. Not below: kept and without.
    assert_eq!(missed.len(), 4, "{missed:?}");
}
