//! The frames of the threads of which a heading was found.
//!
//! Most headings of threads have no thread under them: `评论` is also a word of menus. So only headings below an article
//! count, and the lines under the first of them are read first. Only where enough frames stand there, those above it are
//! of interest, and whether the page is a forum.

use super::{Matcher, Matches, Scratch};
use crate::frames::{FRAME_LENGTH, FrameTexts, ROW, ShortLine, may_be_article};
use crate::searched::{Edges, SearchedLine};
use crate::sites::Programs;
use dehusk_rules::{Action, RemoveKind, RuleId};
use dehusk_text::{Cues, Document, fold_counting, work};

/// A rule for threads of which a heading was found.
struct SoughtThread<'t> {
    rule: RuleId,
    texts: &'t FrameTexts,
    /// The line of its first heading below an article.
    heading: usize,
    /// How many frames there must be under it, and how many there are.
    needed: usize,
    below: usize,
}

impl Matcher<'_> {
    /// Finds the frames of the threads of which a heading was found.
    pub(super) fn read_frames(
        &self,
        document: &Document<'_>,
        scratch: &mut Scratch,
        programs: Programs<'_>,
        matches: &mut Matches,
    ) {
        let mut sought: Vec<SoughtThread<'_>> = Vec::new();
        // The long sentences of the lines that were counted; those that rules take are among them.
        let (mut counted, mut lines, mut chars) = (0, 0, 0);
        for m in &matches.by_line {
            let compiled = programs.compiled(m.rule);
            if let Action::Remove(remove) = &compiled.effect.action
                && remove.kind == RemoveKind::Thread
                && sought.iter().all(|one| one.rule != m.rule)
            {
                let above = &matches.cues[counted..m.line as usize];
                for long in above.iter().filter(|cues| cues.any(Cues::LONG_SENTENCE)) {
                    lines += 1;
                    chars += u64::from(long.chars);
                }
                counted = m.line as usize;
                if !may_be_article(lines, chars) {
                    continue;
                }
                sought.push(SoughtThread {
                    rule: m.rule,
                    texts: compiled.frames.get(remove, &self.program.site_names),
                    heading: m.line as usize,
                    // With fewer, neither those above nor the length of rows of frames can change what is said of it.
                    needed: (remove.at_least.max(1) as usize).min(ROW),
                    below: 0,
                });
            }
        }
        let Some(first) = sought.iter().map(|one| one.heading).min() else { return };
        let mut frames = Vec::new();
        let cues = &matches.cues;
        each_short_line(document, cues, first + 1, scratch, |line, short| {
            for one in sought.iter_mut().filter(|one| line > one.heading) {
                if one.texts.frames.have(short) {
                    frames.push((one.rule, line as u32));
                    one.below += 1;
                }
            }
        });
        sought.retain(|one| one.below >= one.needed);
        if !sought.is_empty() {
            let forum_lines = &mut matches.forum_lines;
            each_short_line(document, cues, 0, scratch, |line, short| {
                for one in &sought {
                    if line <= one.heading && one.texts.frames.have(short) {
                        frames.push((one.rule, line as u32));
                    }
                    if one.texts.forum.have(short) {
                        forum_lines.push((one.rule, line as u32));
                    }
                }
            });
        }
        frames.sort_unstable();
        matches.frames = frames;
        matches.forum_lines.sort_unstable();
    }
}

/// Calls `each` with every short line from `first` on.
fn each_short_line(
    document: &Document<'_>,
    cues: &[Cues],
    first: usize,
    scratch: &mut Scratch,
    mut each: impl FnMut(usize, &ShortLine<'_>),
) {
    for (line, &cues) in cues.iter().enumerate().skip(first) {
        if cues.any(Cues::BLANK) || cues.chars > FRAME_LENGTH {
            continue;
        }
        let text = document.line_text(line);
        work::count(text.len());
        scratch.folded.clear();
        let known = scratch.memo.place(text).and_then(|place| scratch.recall(text, place, false));
        let edges = match known {
            Some(known) => known.edges,
            None => {
                fold_counting(text, &mut scratch.folded);
                Edges::of(&scratch.folded)
            }
        };
        scratch.pairs.forget();
        let searched = SearchedLine { original: text, folded: &scratch.folded, edges, pairs: &scratch.pairs };
        each(line, &ShortLine::new(searched, cues));
    }
}
