//! dehusk reads the text of crawled articles and whole web pages and returns the article body.
//!
//! Rules in TOML tell what is removed. They are compared with the *folded* text, in which script,
//! width, case, quotes, brackets, spaces and inserted pinyin do not matter. What stays is
//! byte-identical to the input.
//!
//! ```text
//! bytes ─ decode ─▶ Document ─ fold, match ─▶ matches ─ decide ─▶ Outcome ─▶ body
//! TOML  ─ load, validate ─▶ RuleSet ─ compile ─▶ Engine
//! ```
//!
//! ```
//! use dehusk::{Document, Engine, RuleSet};
//!
//! let engine = Engine::builder().build(&RuleSet::shipped()?)?; // once
//! let text = "老码头昨天重新开航，清晨六点，第一班渡船载着四十多位乘客驶向对岸。\n责任编辑：王小满\n";
//! let document = Document::new(text)?;
//! let outcome = engine.clean(&document); // many times, from any thread
//! assert_eq!(outcome.body(&document), &text[..text.find('责').unwrap()]);
//! assert_eq!(outcome.metadata.editor.as_deref(), Some("王小满"));
//! # Ok::<(), dehusk::Error>(())
//! ```
//!
//! [`design`] explains how it works and why.
#![warn(missing_docs)]

#[doc = include_str!("../docs/design/README.md")]
pub mod design {}

mod cheatsheet;

/// Pages, sentences, the reference and the schema of the rules.
pub mod docs {
    pub use crate::cheatsheet::cheatsheet;
    pub use dehusk_tools::docs::{Page, html, json_schema, markdown, reference, repair_sentence, sentence};
}

pub use dehusk_engine::{
    Body, Case, CaseFailure, CaseLine, Cause, Cue, CuePoints, Edit, Engine, EngineBuilder, Evidence, ExampleFailure,
    ExampleRun, Expected, Fact, HtmlReader, HtmlText, Input, Inspector, Metadata, Near, NearRule, Outcome, Removal,
    RepairFailure, Repaired, Repairer, Spared, SparedReason, Todo, Verdict, Warning, bodies_in, cases_in, check_cases,
    check_examples, explain, reasons, run_examples, shipped_bodies, tune,
};
pub use dehusk_html::{decode as decode_html, is_html};
pub use dehusk_io::{self as io, Batch, Batches, Fields, JsonKind, Raw, Record, RecordError, json_string};
pub use dehusk_rules::{
    Action, Category, Choice, Conditions, Example, FIELDS, Field, FieldKind, LEARNT, Phrase, Position, Profile, Remove,
    RemoveKind, Repair, RepairAction, RepairAt, Rule, RuleId, RuleSet, SLOTS, Settings, Shape, SiteFiles, Source,
    Status, TableKind, TextField, TextRole, bare_host, edit, file_of_host, host_of_file, layered, rules_sum,
    shipped_sources, site_files_in, sources_and_sites_in, sources_in,
};
#[cfg(feature = "formats")]
pub use dehusk_run as pipeline;
pub use dehusk_shipped::{SHIPPED_RULES_SUM, shipped_engine, shipped_rules};
#[doc(hidden)]
pub use dehusk_text::work::steps_taken;
pub use dehusk_text::{
    Anchor, Cues, Decoded, Diagnostic, Document, Error, Fix, FoldedLine, Lang, Level, Message, Result, Span, all_cores,
    decode, encode, fold, io_reason, nearest, parallel_map, say,
};
/// What the pages of a site repeat.
pub mod learn {
    pub use dehusk_learn::{
        FEWEST_PAGES, KnownLines, LONGEST_PAGE, Learnt, LearntForm, LearntLine, LearntState, PageId, SAMPLED, SUMMARY,
        SiteChange, SiteFile, SiteFindings, SiteSample, header, learn_site, read_state, site_of, summary,
    };
}

pub use dehusk_tools::{
    Checked, Counts, SLUGS, Slug, SlugExample, TestReport, check, check_beside, funnel, import, lint, preview, score,
    slug, stats, suggest,
};
