//! [`ScoreTally`]: sums of scores over documents, and the rates computed from them.

use serde::Serialize;

use super::document::Score;

/// Sums over the documents of one group. Floating-point sums depend on the order, so the same documents
/// in the same order give the same figures to the last digit.
#[derive(Clone, Debug, Default)]
pub struct ScoreTally {
    docs: u64,
    gold_docs: u64,
    body_docs: u64,
    kept: Mean,
    removed: Mean,
    p: Mean,
    r: Mean,
    f1: Mean,
    id_f1: Mean,
    with: Mean,
    without: Mean,
    body_in: u64,
    body_out: u64,
    boiler_in: u64,
    boiler_removed: u64,
    with_in: u64,
    with_out: u64,
    without_in: u64,
    without_gone: u64,
    empty: u64,
    hurt: u64,
    helped: u64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Mean {
    sum: f64,
    count: u64,
}

impl Mean {
    fn add(&mut self, value: f64) {
        self.sum += value;
        self.count += 1;
    }

    /// Adds the rate `part / whole`, if it is defined.
    fn add_share(&mut self, part: u64, whole: u64) {
        if let Some(share) = share(part, whole) {
            self.add(share);
        }
    }

    fn get(self) -> Option<f64> {
        (self.count > 0).then(|| self.sum / self.count as f64)
    }
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The figures of one group. Rates are `None` where no document defines them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rates {
    /// The number of documents.
    pub docs: u64,
    /// Documents with a gold body.
    pub gold_docs: u64,
    /// Documents with a gold body whose input has a body to keep.
    pub body_docs: u64,
    /// Means of the rates of the documents.
    pub r#macro: Macro,
    /// Rates of the summed counts.
    pub micro: Micro,
    /// The number of required snippets that the inputs contain.
    pub with_n: u64,
    /// The number of forbidden snippets that the inputs contain.
    pub without_n: u64,
    /// Documents with a body to keep whose output is empty.
    pub empty: u64,
    /// Documents with F1 worse than that of the input by more than 0.01.
    pub hurt: u64,
    /// Documents with F1 better than that of the input by more than 0.01.
    pub helped: u64,
}

/// Means of the rates of the documents.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Macro {
    /// Of the gold tokens that the input contains, the share in the output.
    pub kept: Option<f64>,
    /// Of the other tokens of the input, the share that is not in the output.
    pub removed: Option<f64>,
    /// Precision, in tokens.
    pub p: Option<f64>,
    /// Recall, in tokens.
    pub r: Option<f64>,
    /// F1, in tokens.
    pub f1: Option<f64>,
    /// F1 of the unchanged input.
    pub id_f1: Option<f64>,
    /// Of the required snippets that the input contains, the share in the output.
    pub with: Option<f64>,
    /// Of the forbidden snippets that the input contains, the share that is not in the output.
    pub without: Option<f64>,
}

/// Rates of the summed counts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Micro {
    /// See [`Macro::kept`].
    pub kept: Option<f64>,
    /// See [`Macro::removed`].
    pub removed: Option<f64>,
    /// See [`Macro::with`].
    pub with: Option<f64>,
    /// See [`Macro::without`].
    pub without: Option<f64>,
}

impl ScoreTally {
    /// Adds the score of a document.
    pub fn add(&mut self, score: &Score) {
        self.docs += 1;
        if let Some(body) = &score.body {
            self.gold_docs += 1;
            self.p.add(body.out.p);
            self.r.add(body.out.r);
            self.f1.add(body.out.f1);
            self.id_f1.add(body.identity.f1);
            let removed_now = body.boiler_in - body.boiler_out;
            self.removed.add_share(removed_now, body.boiler_in);
            self.boiler_in += body.boiler_in;
            self.boiler_removed += removed_now;
            if score.has_body {
                self.body_docs += 1;
                self.kept.add_share(body.body_out, body.body_in);
                self.body_in += body.body_in;
                self.body_out += body.body_out;
            }
            self.hurt += u64::from(body.hurt);
            self.helped += u64::from(body.helped);
        }
        self.with.add_share(score.with_out, score.with_in);
        self.without.add_share(score.without_gone, score.without_in);
        self.with_in += score.with_in;
        self.with_out += score.with_out;
        self.without_in += score.without_in;
        self.without_gone += score.without_gone;
        self.empty += u64::from(score.empty);
    }

    /// The rates of all documents so far.
    pub fn rates(&self) -> Rates {
        Rates {
            docs: self.docs,
            gold_docs: self.gold_docs,
            body_docs: self.body_docs,
            r#macro: Macro {
                kept: self.kept.get(),
                removed: self.removed.get(),
                p: self.p.get(),
                r: self.r.get(),
                f1: self.f1.get(),
                id_f1: self.id_f1.get(),
                with: self.with.get(),
                without: self.without.get(),
            },
            micro: Micro {
                kept: share(self.body_out, self.body_in),
                removed: share(self.boiler_removed, self.boiler_in),
                with: share(self.with_out, self.with_in),
                without: share(self.without_gone, self.without_in),
            },
            with_n: self.with_in,
            without_n: self.without_in,
            empty: self.empty,
            hurt: self.hurt,
            helped: self.helped,
        }
    }
}
