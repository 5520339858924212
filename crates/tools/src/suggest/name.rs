//! Names for new rules: made from the line that the rule is about, and not taken yet.

use dehusk_rules::{RuleSet, Source};

/// The most columns of a rule name that is made from a line.
const NAME: usize = 40;

/// Makes a rule name from the line that the rule is about: the beginning of the line, cut between words and before a comma.
pub fn name_of_line(line: &str) -> String {
    let plain: String = line.trim().chars().filter(|c| !"'\"{}*".contains(*c)).collect();
    let mut columns = 0;
    let fits = |c: &char| {
        columns += if c.is_ascii() { 1 } else { 2 };
        columns <= NAME
    };
    let name: String = plain.chars().take_while(fits).collect();
    let cut_in_word = plain[name.len()..].starts_with(char::is_alphanumeric) && name.is_ascii();
    let whole = if cut_in_word { name.rsplit_once(' ').map_or(name.as_str(), |(whole, _)| whole) } else { &name };
    let begun = |c: char| c.is_whitespace() || ",;:，；：、".contains(c);
    let name = if whole.len() < plain.len() { whole.trim_end_matches(begun) } else { whole.trim() };
    if name.is_empty() { whole.trim().to_owned() } else { name.to_owned() }
}

/// A name that no rule of the file has: `wanted`, if needed with a number added.
pub fn free_name(file: &str, text: &str, wanted: &str) -> String {
    let (rules, _) = RuleSet::check(&[Source::new(file, text)]);
    let is_taken = |name: &str| {
        rules.rules.iter().any(|rule| rule.name == name) || rules.repairs.iter().any(|repair| repair.name == name)
    };
    let numbered = (2..).map(|number| format!("{wanted} {number}"));
    std::iter::once(wanted.to_owned()).chain(numbered).find(|name| !is_taken(name)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::name_of_line;

    #[test]
    fn a_name_is_cut_between_words() {
        assert_eq!(
            name_of_line("  Get the 'Riverbend' Morning on paper, issue 1203"),
            "Get the Riverbend Morning on paper"
        );
        assert_eq!(name_of_line("扫码领取河湾早报电子版第 1203 期"), "扫码领取河湾早报电子版第 1203 期");
        assert_eq!(name_of_line(&"船".repeat(30)), "船".repeat(20));
        assert_eq!(name_of_line("责任编辑："), "责任编辑：", "nothing was cut off");
        assert_eq!(name_of_line(&"：".repeat(30)), "：".repeat(20));
    }
}
