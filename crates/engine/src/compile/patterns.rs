//! The texts of a rule as patterns, each with what makes it worth trying; and which of them are looked for first.

use crate::pattern::{Check, Gate, Pattern, bit, text_pattern};
use dehusk_rules::{MAX_CONTAINS_ALL, Phrase, Rule, TextField, TextRole};
use dehusk_text::{Anchor, Error, Result, core, fold, is_alphanumeric};

/// Adds the patterns of a rule to `found`.
pub(super) fn patterns_of_rule(
    id: u32,
    rule: &Rule,
    site_names: &[String],
    spare: &mut Vec<String>,
    found: &mut Vec<(Pattern, Gate)>,
) -> Result<()> {
    let all = rule.conditions.contains_all.len();
    if all > MAX_CONTAINS_ALL {
        let name = rule.full_name();
        return Err(Error::option(
            format!("规则“{name}”：contains_all 有 {all} 个词句，最多 {MAX_CONTAINS_ALL} 个"),
            format!("rule '{name}': contains_all has {all} texts; {MAX_CONTAINS_ALL} is the most"),
        ));
    }
    // Those of a thread are read when its heading is found.
    let later = [TextRole::Regex, TextRole::Frames, TextRole::NotOnPage];
    for field in TextField::ALL.into_iter().filter(|field| !later.contains(&field.role())) {
        let anchor = field.anchor();
        for (index, phrase) in field.texts(rule).iter().enumerate() {
            let bit = if field.role() == TextRole::AllOf { field.mask() << index } else { field.mask() };
            if field.role() == TextRole::MadeOf {
                if !is_bar_alone(rule) {
                    break;
                }
                found.push(word_pattern(id, field, index, phrase));
                continue;
            }
            let (check, gate) = text_pattern(rule.exact, phrase, anchor, site_names, spare);
            found.push((Pattern { rule: id, bit, field, index: index as u32, anchor, check }, gate));
        }
    }
    Ok(())
}

/// Whether nothing but `made_of` asks for texts. Beside other texts its words need not be in the index: the bar is
/// looked at where those stand.
pub(super) fn is_bar_alone(rule: &Rule) -> bool {
    TextField::asked().filter(|field| !field.texts(rule).is_empty()).all(|field| field.role() == TextRole::MadeOf)
}

/// A word of `made_of`: one of them begins the line. What follows is looked at when all else holds.
fn word_pattern(rule: u32, field: TextField, index: usize, phrase: &Phrase) -> (Pattern, Gate) {
    let folded = fold(&phrase.text);
    let gate = Gate::Literal(core(&folded).to_string(), Anchor::Start);
    let (bit, index, anchor) = (field.mask(), index as u32, Anchor::Start);
    (Pattern { rule, bit, field, index, anchor, check: Check::Anchored }, gate)
}

/// How rare a literal must be for other texts to wait for it, in bytes of it, and at an end of the line where it
/// is rarer than inside; more than enough is as good as enough.
const RARE: usize = 4;
const AT_EDGE: usize = 4;
const ENOUGH: usize = 8;

/// Of the fields that a rule asks for, the one whose texts are looked for first, if the others can wait for it: a
/// rule that asks for `。` and for one of twenty words need not be told of every full stop. `None`: all
/// are looked for.
pub(super) fn first_field(patterns: &[(Pattern, Gate)], required: u64) -> Option<u64> {
    let rarity_of = |(pattern, gate): &(Pattern, Gate)| match gate {
        Gate::Literal(literal, Anchor::Inside) => literal.len(),
        // A mark alone ends many lines.
        Gate::Literal(literal, _) if !literal.contains(is_alphanumeric) => literal.len(),
        Gate::Literal(literal, _) => literal.len() + AT_EDGE,
        // A date or a number at an end of the line.
        Gate::Digit if pattern.anchor != Anchor::Inside => RARE,
        Gate::Regex(_) | Gate::Digit | Gate::Nothing => 0,
    };
    let rarity = |bit: u64| {
        let patterns = patterns.iter().filter(|(pattern, _)| pattern.bit == bit);
        patterns.map(rarity_of).min().unwrap_or(0)
    };
    // Of several as rare the first: the ends of a line are looked at anyhow.
    let best =
        first_bits(required).map(|bit| (rarity(bit).min(ENOUGH), bit)).rev().max_by_key(|&(rarity, _)| rarity)?;
    (first_bits(required).count() > 1 && best.0 >= RARE).then_some(best.1)
}

/// The bits of texts that may be looked for first, or wait for another.
pub(super) fn first_bits(required: u64) -> impl DoubleEndedIterator<Item = u64> {
    let not_waiting = bit::REGEX | bit::LINES_CONTAIN | bit::UNTIL;
    (0..u64::BITS).map(|at| 1 << at).filter(move |bit| required & !not_waiting & bit != 0)
}
