//! What the documents of a site, or of a whole collection, have in common.
//!
//! ```text
//! documents ─ scan ─▶ Counter      how many documents and sites have each line, as hashes
//! documents ─ look ─▶ Gathered     for each repeated line: examples, places, whether it goes already
//! ```
//!
//! There is one counting ([`Counter`], [`Wanted`], [`Gathered`]) and two who use it. `dehusk suggest` counts a whole
//! collection and proposes rules for all sites or for one. `dehusk learn` counts each site by itself, on a sample of
//! its pages ([`SiteSample`]), and writes a file of rules for it ([`learn_site`], [`SiteFile`]).
//!
//! Nothing here opens a file, starts a thread or prints. What a site repeats depends on its sampled pages alone,
//! in whatever order they come, so a cluster that groups pages by site finds the same rules as one machine.
//!
//! Part of `dehusk`, which re-exports what its users need.
#![warn(missing_docs)]

mod bodies;
mod copies;
mod counting;
mod line;
mod sample;
mod site;
mod site_file;
mod summary;
mod words;

pub use bodies::{BodyHit, body_line_hit};
pub use counting::{Candidate, Counter, FEWEST, Gathered, Hosts, Scan, Sighting, SitePlace, Wanted, scan};
pub use line::{RepeatKind, slotted};
pub use sample::{FEWEST_PAGES, LONGEST_PAGE, PageId, SAMPLED, SiteSample, site_of};
pub use site::{KnownLines, LearntForm, LearntLine, SiteFindings, learn_site};
pub use site_file::{Learnt, LearntState, SiteChange, SiteFile, header, read_state};
pub use summary::{SUMMARY, summary};
pub use words::category_of;
