//! How good points are: the figures of each language and kind of page.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use serde::Serialize;

use super::{CopyKind, Sample};

/// Means over documents, in percent but for F1.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Figures {
    /// Documents.
    pub documents: usize,
    /// F1 against the body, before and after.
    pub f1_before: f64,
    /// After.
    pub f1: f64,
    /// Tokens of the body that are left.
    pub kept: f64,
    /// Other tokens that went.
    pub removed: f64,
    /// Documents whose F1 fell by more than 0.01.
    pub hurt: f64,
    /// Snippets that must stay and did.
    pub with: f64,
    /// Snippets that must go and did.
    pub without: f64,
}

/// The figures of each group of samples.
#[derive(Clone, Debug)]
pub struct TuningReport {
    /// The limits above which lines stayed, in hundredths: in Han characters, in English, in others.
    limits: [i32; 3],
    /// By language and kind.
    pub groups: BTreeMap<String, Figures>,
}

/// How much worse F1 must be to count as hurt.
const HURT: f64 = 0.01;
/// Less of the body in the input than this, and it is not asked what was kept.
const BODY_IN_INPUT: f64 = 0.3;
/// A body that is less of its page than this is short.
const SHORT_BODY: f64 = 0.2;

#[derive(Default)]
struct FigureSums {
    documents: usize,
    values: [(f64, f64); 7],
}

impl TuningReport {
    pub(super) fn new(samples: &[&Sample], stays: &[&[bool]], limits: [i32; 3]) -> Self {
        let mut sums: BTreeMap<String, FigureSums> = BTreeMap::new();
        let several = samples.iter().any(|s| s.known.has_gold && s.about.source != samples[0].about.source);
        for (sample, stays) in samples.iter().zip(stays) {
            let about = &sample.about;
            let group = match (sample.known.has_gold, about.language.as_str(), about.kind.as_str()) {
                (false, ..) => "snippets".to_string(),
                (_, "zh", _) => "zh".to_string(),
                (_, "en", "article") => "en article".to_string(),
                (_, "en", _) => "en other".to_string(),
                _ => "other".to_string(),
            };
            let mut names = match about.copy {
                Some(CopyKind::Shortened) => vec!["shortened".to_string()],
                Some(CopyKind::Bare) => vec!["bare body".to_string()],
                None => vec![group, "all".to_string()],
            };
            if sample.known.has_gold && about.copy.is_none() {
                if several {
                    names.push(format!("{} {} {}", about.source, about.language, about.kind));
                }
                if sample.body_share() < SHORT_BODY {
                    names.push("short body".to_string());
                }
            }
            for name in names.iter().map(|name| format!("{} {name}", about.view)) {
                let sums = sums.entry(name).or_default();
                sums.documents += 1;
                for (sum, value) in sums.values.iter_mut().zip(values(sample, stays)) {
                    if let Some(value) = value {
                        sum.0 += value;
                        sum.1 += 1.0;
                    }
                }
            }
        }
        let groups = sums.into_iter().map(|(name, sums)| {
            let [f1_before, f1, kept, removed, hurt, with, without] =
                sums.values.map(|(sum, n)| if n > 0.0 { sum / n } else { f64::NAN });
            let percent = |share: f64| 100.0 * share;
            let figures = Figures {
                documents: sums.documents,
                f1_before,
                f1,
                kept: percent(kept),
                removed: percent(removed),
                hurt: percent(hurt),
                with: percent(with),
                without: percent(without),
            };
            (name, figures)
        });
        Self { limits, groups: groups.collect() }
    }

    /// The limits above which lines stayed; `None` for the oracle.
    pub fn limits(&self) -> Option<[f64; 3]> {
        (self.limits != [i32::MAX; 3]).then(|| self.limits.map(|limit| f64::from(limit) / 100.0))
    }
}

/// One number to choose limits by: F1, less what is hurt; or the snippets that came out right.
pub(super) fn worth(sample: &Sample, stays: &[bool]) -> f64 {
    let [_, f1, _, _, hurt, with, without] = values(sample, stays);
    let snippets = || (with.unwrap_or(1.0) + without.unwrap_or(1.0)) / 2.0;
    f1.map_or_else(snippets, |f1| f1 - 0.1 * hurt.unwrap_or(0.0))
}

/// F1 before and after, kept, removed, hurt, with, without.
fn values(sample: &Sample, stays: &[bool]) -> [Option<f64>; 7] {
    let known = &sample.known;
    let snippets = |all: &[Vec<usize>], stay: bool| {
        let asked = all.iter().filter(|places| !places.is_empty());
        let (hits, count) = asked.fold((0.0, 0.0), |(hits, count), places| {
            let left = places.iter().any(|&i| stays[i]);
            (hits + f64::from(u8::from(left == stay)), count + 1.0)
        });
        (count > 0.0).then(|| hits / count)
    };
    let (with, without) = (snippets(&known.with, true), snippets(&known.without, false));
    if !known.has_gold || known.gold.is_empty() {
        return [None, None, None, None, None, with, without];
    }
    let unknown = known.gold.iter().max().map_or(0, |m| m + 1);
    let mut body = vec![0i64; unknown as usize + 1];
    known.gold.iter().for_each(|&t| body[t as usize] += 1);
    let score = |stays: &dyn Fn(usize) -> bool| {
        let mut left: HashMap<u32, i64> = HashMap::new();
        let mut all = 0i64;
        for (i, tokens) in known.tokens.iter().enumerate().filter(|(i, _)| stays(*i)) {
            let _ = i;
            all += tokens.len() as i64;
            for &token in tokens.iter().filter(|&&t| t != unknown) {
                *left.entry(token).or_default() += 1;
            }
        }
        let hits: i64 = left.iter().map(|(&t, &n)| n.min(body[t as usize])).sum();
        (2.0 * hits as f64 / (all + known.gold.len() as i64).max(1) as f64, hits as f64, (all - hits) as f64)
    };
    let (before, hits_before, other_before) = score(&|_| true);
    let (after, hits, other) = score(&|i| stays[i]);
    let has_body = hits_before >= BODY_IN_INPUT * known.gold.len() as f64 && hits_before > 0.0;
    [
        Some(before),
        Some(after),
        has_body.then(|| hits / hits_before),
        (other_before > 0.0).then(|| 1.0 - other / other_before),
        has_body.then(|| f64::from(u8::from(after < before - HURT))),
        with,
        without,
    ]
}

impl fmt::Display for TuningReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some([han, english, other]) = self.limits() {
            writeln!(f, "keep_above: han {han:.2}, english {english:.2}, other {other:.2}")?;
        }
        writeln!(
            f,
            "{:34} {:>5} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6}",
            "", "n", "before", "F1", "kept", "rmvd", "hurt", "with", "w/o"
        )?;
        for (name, g) in &self.groups {
            writeln!(
                f,
                "{name:34} {:5} {:6.3} {:6.3} {:6.1} {:6.1} {:6.1} {:6.1} {:6.1}",
                g.documents, g.f1_before, g.f1, g.kept, g.removed, g.hurt, g.with, g.without
            )?;
        }
        Ok(())
    }
}
