//! All integration tests, as one binary.

/// The engine and the slow reference give the same bodies.
mod agreement;
/// The known bodies of `rules/bodies`.
mod bodies;
/// The command line: every case of `cmd/`.
#[cfg(feature = "cli")]
mod cli;
/// The column of removals in Parquet results.
#[cfg(feature = "cli")]
mod column;
/// The messages about every mistake in a rule file.
mod diagnostics;
/// The documents about rules.
mod docs;
/// Edits of rule files.
mod edit;
/// The scores of `dehusk eval`.
#[cfg(feature = "cli")]
mod eval;
/// Explanations of real lines; preview and statistics of whole runs.
#[cfg(feature = "cli")]
mod explain;
/// Faults and hostile input: what docs/faults.md and SECURITY.md promise.
#[cfg(feature = "cli")]
mod faults;
/// The body finder: pages and what it leaves of them.
mod finder;
/// The published figures do not fall.
#[cfg(feature = "cli")]
mod floors;
/// Compressed files, WARC, CSV and Parquet: round trips, and messages about broken files.
#[cfg(feature = "formats")]
mod formats;
/// The targets of `fuzz/` over their corpus.
#[cfg(feature = "formats")]
mod fuzzing;
/// Generates random documents and rules.
mod generate;
/// Texts that are designed to be slow.
mod hostile;
/// Pages of HTML.
#[cfg(feature = "cli")]
mod html;
/// Properties of every text and every rule set.
mod invariants;
/// What sites repeat: collections of every shape.
#[cfg(feature = "cli")]
mod learn;
/// The findings of `dehusk check`.
mod lint;
/// Former names of rule files.
mod old_names;
/// What is given to people: packages, version, manual pages.
#[cfg(feature = "cli")]
mod packaging;
/// Packs of rules.
#[cfg(feature = "cli")]
mod packs;
/// The dependencies between the folders of the program.
mod program;
/// Real documents and pages outside the repository, if they exist.
mod real;
/// A slow and simple implementation of the rule format.
mod reference;
/// The part of the reference that finds texts of rules in a line, by backtracking.
mod reference_texts;
/// Bars of buttons and quotations, by trying all ways to cut a line.
mod reference_words;
/// From results and the record of removals, the inputs again.
#[cfg(feature = "cli")]
mod restore;
/// `dehusk check` and `dehusk test` on damaged and huge files.
#[cfg(feature = "cli")]
mod rule_tools;
/// The shipped rules: their examples hold.
mod rules;
/// Whole collections: resume, lanes, limits.
#[cfg(feature = "cli")]
mod runs;
/// Every command reads the same in every format.
#[cfg(feature = "cli")]
mod same_reader;
/// What was spared, and why.
mod spared;
/// Optimisations do not change results.
mod speed;
/// Rules suggested from real pages.
mod suggest;
/// Cases as data: rules, a text and the body that it must give.
mod suite;
/// What rules, rules of a site and the body finder decide together.
mod together;
/// The documents: their rules hold, and their commands print what they say.
mod tutorial;
/// Invented documents and the bodies that they must give.
mod twins;
mod util;
/// Explanations of lines always agree with the engine.
mod why;
/// Boilerplate in words that no rule lists, and what only looks like it.
mod wordings;
