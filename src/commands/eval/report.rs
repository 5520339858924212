//! Prints the results: a table like the published ones, or JSON.

use std::fmt::Write as _;

use anyhow::Result;
use dehusk::score::Rates;
use dehusk::{Action, Lang, RuleId, RuleSet};
use serde::Serialize;

use super::rules::{RemovedBy, Sum};
use super::worst::WorstCase;
use super::{EvalArgs, Findings};
use crate::ui::messages::say;

/// The table, followed by the worst pages and the rules if they were asked for.
pub fn text(found: &Findings, args: &EvalArgs, rules: &RuleSet, lang: Lang) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{:46} {:11} | {:<47} | {:<23} |", "", "", "macro", "micro");
    let _ = writeln!(
        out,
        "{:<12}{:<18}{:<6}{:<9}  {:>5} {:>5} | {:>5} {:>5} {:>5} {:>5} {:>5} {:>5} {:>5} {:>5} | {:>5} {:>5} {:>5} {:>5} | {:>5} {:>5} {:>5}",
        "view",
        "source",
        "lang",
        "kind",
        "docs",
        "gold",
        "kept",
        "rmvd",
        "F1",
        "P",
        "R",
        "idF1",
        "with",
        "w/o",
        "kept",
        "rmvd",
        "with",
        "w/o",
        "empty",
        "hurt",
        "helpd",
    );
    let mut above = None;
    for ([view, source, language, kind], tally) in &found.groups {
        if above.is_some_and(|above| above != view) {
            out.push('\n');
        }
        above = Some(view);
        let _ = writeln!(out, "{view:<12}{source:<18}{language:<6}{kind:<9}  {}", row(&tally.rates()));
    }
    if args.rules_report {
        rules_table(&mut out, found, rules, lang);
    }
    for case in &found.worst.cases {
        let _ = writeln!(out, "\n{}", title(case));
        out.push_str(&case.show(rules, lang));
    }
    out
}

fn row(rates: &Rates) -> String {
    let (m, u) = (&rates.r#macro, &rates.micro);
    format!(
        "{:>5} {:>5} | {} {} {} {} {} {} {} {} | {} {} {} {} | {:>5} {:>5} {:>5}",
        rates.docs,
        rates.gold_docs,
        percent(m.kept),
        percent(m.removed),
        three(m.f1),
        three(m.p),
        three(m.r),
        three(m.id_f1),
        percent(m.with),
        percent(m.without),
        percent(u.kept),
        percent(u.removed),
        percent(u.with),
        percent(u.without),
        rates.empty,
        rates.hurt,
        rates.helped,
    )
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "    -".to_owned(), |share| format!("{:5.1}", 100.0 * share))
}

fn three(value: Option<f64>) -> String {
    value.map_or_else(|| "    -".to_owned(), |value| format!("{value:.3}"))
}

/// The heading of a page that is shown.
fn title(case: &WorstCase) -> String {
    let Some(body) = case.score.body else { return case.doc.id() };
    let kept = (body.body_in > 0).then(|| body.body_out as f64 / body.body_in as f64);
    format!(
        "{:+.3}  f1 {:.3}  identity {:.3}  kept {}  {:<12} {}",
        case.gain(),
        body.out.f1,
        body.identity.f1,
        percent(kept),
        case.doc.known.view(),
        case.doc.id(),
    )
}

fn rules_table(out: &mut String, found: &Findings, rules: &RuleSet, lang: Lang) {
    let sums = found.rules.sorted();
    let _ = writeln!(
        out,
        "\n{:>6} {:>7} {:>7} {:>7} {:>6} {:>7} {:>5} {:>5} {:>5}  {}",
        "docs",
        "hits",
        "lines",
        "judged",
        "right",
        "body",
        "hurt",
        "with",
        "w/o",
        say!(lang, "规则", "rule")
    );
    for (taker, sum) in &sums {
        let right = percent((sum.judged > 0).then(|| sum.right as f64 / sum.judged as f64));
        let _ = writeln!(
            out,
            "{:>6} {:>7} {:>7} {:>7} {right:>6} {:>7} {:>5} {:>5} {:>5}  {}",
            sum.docs,
            sum.hits,
            sum.lines,
            sum.judged,
            sum.body_tokens,
            sum.hurt,
            sum.with_lost,
            sum.without_gone,
            taker.name(rules, lang)
        );
    }
    let takes = |id: usize| sums.iter().any(|(taker, _)| *taker == RemovedBy::Rule(RuleId(id as u32)));
    let rules = rules.rules.iter().enumerate();
    let idle = rules.filter(|(id, rule)| matches!(rule.action, Action::Remove(_)) && !takes(*id)).count();
    let word = if idle == 1 { "rule" } else { "rules" };
    let _ = writeln!(out, "{}", say!(lang, "另有 {idle} 条规则什么都没有删。", "{idle} more {word} took nothing."));
}

#[derive(Serialize)]
struct EvalReport<'a> {
    missing: usize,
    unknown: usize,
    groups: Vec<EvalRow<'a>>,
    worst: Vec<EvalFigures<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rules: Option<Vec<RuleRow>>,
}

#[derive(Serialize)]
struct EvalRow<'a> {
    view: &'a str,
    source: &'a str,
    lang: &'a str,
    kind: &'a str,
    #[serde(flatten)]
    rates: Rates,
}

#[derive(Serialize)]
struct RuleRow {
    rule: String,
    #[serde(flatten)]
    sum: Sum,
}

#[derive(Serialize)]
struct EvalFigures<'a> {
    id: String,
    view: &'a str,
    source: &'a str,
    split: &'a str,
    lang: &'a str,
    page_type: &'a str,
    out_tokens: u64,
    p: f64,
    r: f64,
    f1: f64,
    id_p: f64,
    id_r: f64,
    id_f1: f64,
    body_in: u64,
    body_out: u64,
    boiler_in: u64,
    boiler_out: u64,
    hurt: bool,
    helped: bool,
    with_in: u64,
    with_out: u64,
    without_in: u64,
    without_gone: u64,
    has_body: bool,
    empty: bool,
}

impl<'a> EvalFigures<'a> {
    fn new(case: &'a WorstCase) -> Option<Self> {
        let (known, score, body) = (&case.doc.known, &case.score, case.score.body?);
        Some(Self {
            id: case.doc.id(),
            view: known.view(),
            source: known.source(),
            split: known.split(),
            lang: known.lang(),
            page_type: known.page_type(),
            out_tokens: score.out_tokens,
            p: body.out.p,
            r: body.out.r,
            f1: body.out.f1,
            id_p: body.identity.p,
            id_r: body.identity.r,
            id_f1: body.identity.f1,
            body_in: body.body_in,
            body_out: body.body_out,
            boiler_in: body.boiler_in,
            boiler_out: body.boiler_out,
            hurt: body.hurt,
            helped: body.helped,
            with_in: score.with_in,
            with_out: score.with_out,
            without_in: score.without_in,
            without_gone: score.without_gone,
            has_body: score.has_body,
            empty: score.empty,
        })
    }
}

/// All figures, unrounded.
pub fn json(found: &Findings, args: &EvalArgs, rules: &RuleSet) -> Result<String> {
    let rows = || {
        let rows = found.rules.sorted().into_iter();
        // The names in JSON do not depend on the language of messages.
        rows.map(|(taker, sum)| RuleRow { rule: taker.name(rules, Lang::En), sum }).collect()
    };
    let report = EvalReport {
        missing: found.missing,
        unknown: found.unknown,
        groups: found
            .groups
            .iter()
            .map(|([view, source, lang, kind], tally)| EvalRow { view, source, lang, kind, rates: tally.rates() })
            .collect(),
        worst: found.worst.cases.iter().filter_map(EvalFigures::new).collect(),
        rules: args.rules_report.then(rows),
    };
    Ok(serde_json::to_string_pretty(&report)?)
}
