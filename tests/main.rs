//! The one integration test binary.

/// The engine and the slow reference agree.
mod agreement;
/// The known bodies of `rules/bodies`.
mod bodies;
/// The command line: every case of `cmd/`.
#[cfg(feature = "cli")]
mod cli;
/// The column of what went in Parquet results.
#[cfg(feature = "cli")]
mod column;
/// What is said about every mistake in a rule file.
mod diagnostics;
/// What is written about rules.
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
/// Packed files, WARC, CSV and Parquet: round trips, and what is said about broken ones.
#[cfg(feature = "formats")]
mod formats;
/// Invented documents and rules, from a small alphabet.
mod generate;
/// Texts made to be slow.
mod hostile;
/// What holds of every text and every rule set.
mod invariants;
/// What `dehusk check` finds in rules.
mod lint;
/// Names that rule files had before.
mod old_names;
/// What is given to people: packages, version, manual pages.
#[cfg(feature = "cli")]
mod packaging;
/// Packs of rules.
#[cfg(feature = "cli")]
mod packs;
/// Who may use whom among the folders of the program.
mod program;
/// The real documents and pages beside the repository, where they exist.
mod real;
/// A slow, obvious reading of the rule format.
mod reference;
/// Where a text of a rule stands in a line, by plain backtracking.
mod reference_texts;
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
/// What is done for speed changes nothing.
mod speed;
/// Rules proposed from real pages.
mod suggest;
/// Rules, a text and the body it must give, as data.
mod suite;
/// The documents: their rules hold, and their commands print what they say.
mod tutorial;
/// Invented documents and the bodies they must give.
mod twins;
mod util;
/// Why a line went or stayed: never another answer than the engine gave.
mod why;
