//! `repairs-undo`: pairs of repairs that undo each other, so that repairing a repaired text changes it again.

use super::finding::{At, Finding, Lint};
use dehusk_engine::Repairer;
use dehusk_rules::{Repair, RepairAction, Status};
use dehusk_text::say;

pub(super) fn check(lint: &mut Lint<'_>) {
    let repairs = &lint.rules.repairs;
    let on: Vec<&Repair> = repairs.iter().filter(|repair| repair.status == Status::On).collect();
    for (at, repair) in on.iter().enumerate() {
        let RepairAction::Replace { find, replace, .. } = &repair.action else { continue };
        for earlier in &on[..at] {
            let RepairAction::Replace { find: other_find, replace: other_replace, .. } = &earlier.action else {
                continue;
            };
            // Each one produces what the other one finds, and the result of both is not stable.
            let chained = replace.contains(other_find.as_str()) && other_replace.contains(find.as_str());
            let pair = [(*earlier).clone(), (*repair).clone()];
            if !chained || is_stable(&Repairer::new(&pair), find) && is_stable(&Repairer::new(&pair), other_find) {
                continue;
            }
            let (name, line) = (earlier.full_name(), earlier.line);
            let message = say!(
                "这条修复和“{name}”（第 {line} 行）互相抵消：一个改过去，另一个又改回来",
                "this repair and '{name}' (line {line}) undo one another: what one changes, the other changes back"
            );
            let fix = say!("去掉其中一条，或者把 find 写长一些", "take one of them out, or make find longer");
            let finding = Finding::warning("repairs-undo", At::Rule, message).with_fix(fix);
            lint.add_at(&repair.file, repair.line, finding);
        }
    }
}

/// Whether repairing `text` changes it, and repairing the result changes nothing more.
fn is_stable(repairer: &Repairer, text: &str) -> bool {
    let once = repairer.repair(text, None).text;
    // A pair that swaps two texts may restore the text after an even number of rounds; that is not stable either.
    once != text && repairer.repair(&once, None).text == once
}
