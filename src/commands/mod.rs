//! All commands except the filter (`dehusk FILE`): one file or folder each, with its arguments and `run`.

pub mod check;
pub mod config;
pub mod docs;
pub mod eval;
pub mod explain;
pub mod fmt;
pub mod help;
pub mod import;
pub mod keep;
pub mod learn;
pub mod new;
pub mod pack;
pub mod preview;
pub mod restore;
pub mod schema;
pub mod stats;
pub mod suggest;
pub mod test;
pub mod tune;
pub mod verify;
pub mod why;

/// The most columns of a rule name that is made from a line.
const NAME: usize = 40;

/// Makes a rule name from the line that the rule is about: the beginning of the line, cut between words.
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
    whole.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::name_of_line;

    #[test]
    fn a_name_is_cut_between_words() {
        assert_eq!(
            name_of_line("  Get the 'Riverbend' Morning on paper, issue 1203"),
            "Get the Riverbend Morning on paper,"
        );
        assert_eq!(name_of_line("扫码领取河湾早报电子版第 1203 期"), "扫码领取河湾早报电子版第 1203 期");
        assert_eq!(name_of_line(&"船".repeat(30)), "船".repeat(20));
    }
}
