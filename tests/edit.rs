//! Edits of rule files change only the bytes that they are about.

use dehusk::edit::{NewSetting, NewTable, NewValue, append_table, format, remove_field, same_rules, set_field};
use dehusk::{FieldKind, Rule, RuleSet, Source, TableKind, shipped_sources};
use proptest::prelude::*;

fn rules(name: &str, text: &str) -> RuleSet {
    RuleSet::check(&[Source::from_bytes(name, name, text.as_bytes())]).0
}

fn code(error: dehusk::Error) -> &'static str {
    error.diagnostics().first().unwrap_or_else(|| panic!("{error}")).code
}

/// The file with a byte order mark and Windows line endings.
fn on_windows(text: &str) -> String {
    format!("\u{feff}{}", text.replace('\n', "\r\n"))
}

const FILE: &str = "\
# ours
[[rule]]
name     = '按钮'   # 名称
is       = '''
关闭 # no comment
返回
'''
colour   = 'unknown'
removes  = '关闭 # no comment'

# the next
[[keep]]
name = '保留'
contains = ['a', # why
  'b']
";

/// A value that is valid for a field of this kind in any rule.
fn value_for(kind: FieldKind) -> Option<&'static str> {
    match kind {
        FieldKind::Text => Some("it's \"new\""),
        FieldKind::Phrases => Some("新的写法\n'quoted' {date}\nlast"),
        FieldKind::Number { .. } => Some("17"),
        FieldKind::Bool => Some("true"),
        FieldKind::Examples => Some("新的例子\n第二行"),
        FieldKind::Hosts => Some("example.com"),
        FieldKind::Languages => Some("zh"),
        FieldKind::Names => Some("no-keeps"),
        _ => None,
    }
}

/// The rule without the value of a field.
fn without(rule: &Rule, field: &str) -> Rule {
    let mut rule = rule.clone();
    match field {
        "name" => rule.name.clear(),
        "note" => rule.note = None,
        "is" => rule.conditions.is.clear(),
        "contains" => rule.conditions.contains.clear(),
        "unless_contains" => rule.conditions.unless_contains.clear(),
        "max_length" => rule.conditions.max_length = None,
        "exact" => rule.exact = false,
        "keeps" => rule.keeps.clear(),
        "removes" => rule.removes.clear(),
        "sites" => rule.sites.clear(),
        "languages" => rule.languages.clear(),
        "allow" => rule.allow.clear(),
        other => panic!("{other} is not compared"),
    }
    rule
}

const TRIED: [&str; 12] = [
    "name",
    "note",
    "is",
    "contains",
    "unless_contains",
    "max_length",
    "exact",
    "keeps",
    "removes",
    "sites",
    "languages",
    "allow",
];

/// The first and the last line of a rule: from its header to the one before the next header.
fn lines_of(text: &str, rule: &str) -> (usize, usize) {
    // The name of one rule may stand in that of another.
    let is_name = |line: &str| {
        let value = line.split_once('=').map_or("", |(_, value)| value.trim());
        line.starts_with("name") && value.trim_matches(['\'', '"']) == rule
    };
    let name = text.lines().position(is_name).expect("the rule is there");
    let lines: Vec<_> = text.lines().collect();
    let first = (0..=name).rev().find(|&i| lines[i].starts_with("[[")).expect("it has a header");
    let last = (name..lines.len()).find(|&i| lines[i].starts_with("[[")).unwrap_or(lines.len());
    (first, last)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]
    #[test]
    fn only_the_rule_and_only_the_field_change(file in 0..200usize, rule in 0..400usize, field in 0..TRIED.len(), windows: bool) {
        let sources: Vec<_> = shipped_sources().into_iter().filter(|s| s.name.ends_with(".toml")).collect();
        let source = &sources[file % sources.len()];
        let text = if windows { on_windows(&source.text) } else { source.text.clone() };
        let before = rules(&source.name, &text);
        prop_assume!(before.rules.iter().any(|rule| !rule.full_name().contains(['\'', '"'])));
        let named: Vec<_> = before.rules.iter().filter(|r| matches!(r.action, dehusk::Action::Remove(_))).collect();
        prop_assume!(!named.is_empty());
        let target = named[rule % named.len()];
        let field = TRIED[field];
        let known = TableKind::Rule.field(field).expect("a field");
        let value = value_for(known.kind).expect("a value");
        let changed = match set_field(&source.name, &text, &target.name, field, &NewValue::Plain(value.into())) {
            Ok(changed) => changed,
            // Refused, because it would contradict another setting of the rule.
            Err(error) => {
                let code = error.diagnostics()[0].code;
                prop_assert!(code != "edit-refused" && code != "unknown-rule", "{field}: {error}");
                return Ok(());
            }
        };
        // The lines before and after the rule are byte-identical.
        let (first, last) = lines_of(&text, &target.name);
        let (old, new): (Vec<_>, Vec<_>) = (text.split('\n').collect(), changed.split('\n').collect());
        prop_assert_eq!(&old[..first], &new[..first]);
        let behind = text.lines().count() - last;
        prop_assert_eq!(&old[old.len() - behind - 1..], &new[new.len() - behind - 1..]);
        prop_assert_eq!(changed.starts_with('\u{feff}'), windows);
        prop_assert_eq!(changed.contains("\r\n"), windows);
        prop_assert!(!windows || changed.matches('\n').count() == changed.matches("\r\n").count());
        // This field of this rule has the new value; everything else is as before.
        let mut after = rules(&source.name, &changed);
        let named = if field == "name" { value } else { &target.name };
        let place = after.rules.iter().position(|r| r.name == named).expect("it is still there");
        let mut expected = before.clone();
        let old_place = before.rules.iter().position(|r| r.name == target.name).expect("it was there");
        after.rules[place] = without(&after.rules[place], field);
        expected.rules[old_place] = without(&expected.rules[old_place], field);
        after.rules.sort_by(|a, b| a.name.cmp(&b.name));
        expected.rules.sort_by(|a, b| a.name.cmp(&b.name));
        prop_assert!(same_rules(&expected, &after), "{field} of {}", target.full_name());
    }
}

#[test]
fn a_value_is_replaced_and_its_comment_stays() {
    for text in [FILE.to_string(), on_windows(FILE)] {
        let changed = set_field("a.toml", &text, "a › 按钮", "name", &NewValue::read("新按钮")).unwrap();
        assert_eq!(changed, text.replace("'按钮' ", "'新按钮' "));
        let changed = set_field("a.toml", &text, "保留", "contains", &NewValue::read("['c']")).unwrap();
        let list = if text.contains('\r') { "['a', # why\r\n  'b']" } else { "['a', # why\n  'b']" };
        assert_eq!(changed, text.replace(list, "['c']"));
    }
}

#[test]
fn a_new_setting_goes_where_the_reference_has_it() {
    let changed = set_field("a.toml", FILE, "按钮", "where", &NewValue::read("结尾")).unwrap();
    assert_eq!(changed, FILE.replace("\ncolour ", "\nwhere    = '结尾'\ncolour "));
    let changed = set_field("a.toml", FILE, "按钮", "note", &NewValue::read("it's 'ours'")).unwrap();
    assert_eq!(changed, FILE.replace("# 名称\n", "# 名称\nnote     = \"it's 'ours'\"\n"));
}

#[test]
fn a_setting_goes_with_its_line() {
    let changed = remove_field("a.toml", FILE, "按钮", "colour").unwrap();
    assert_eq!(changed, FILE.replace("colour   = 'unknown'\n", ""));
    assert_eq!(code(remove_field("a.toml", FILE, "按钮", "removes").unwrap_err()), "no-example");
    assert_eq!(code(remove_field("a.toml", FILE, "按钮", "where").unwrap_err()), "unknown-setting");
}

#[test]
fn a_broken_value_is_mended_in_its_place() {
    let broken = FILE.replace("'''\n关闭 # no comment\n返回\n'''", "12");
    let changed = set_field("a.toml", &broken, "按钮", "is", &NewValue::read("关闭 # no comment")).unwrap();
    assert_eq!(changed, broken.replace("= 12", "= '关闭 # no comment'"));
}

#[test]
fn what_cannot_be_is_refused_with_a_reason() {
    let set = |rule: &str, field: &str, value: &str| {
        set_field("a.toml", FILE, rule, field, &NewValue::read(value)).map_err(|error| {
            let one = &error.diagnostics()[0];
            (one.code, one.message.zh.clone())
        })
    };
    let (code, said) = set("按扭", "is", "x").unwrap_err();
    assert_eq!(code, "unknown-rule");
    assert!(said.contains("按扭"), "{said}");
    let (code, said) = set("保 留", "contains", "x").unwrap_err();
    assert!(code == "unknown-rule" && said.contains("你是不是想写 保留"), "{said}");
    let (code, said) = set("按钮", "contain", "x").unwrap_err();
    assert!(code == "unknown-setting" && said.contains("contains"), "{said}");
    assert_eq!(set("按钮", "max_share", "140").unwrap_err().0, "wrong-value");
    assert_eq!(set("按钮", "max_share", "much").unwrap_err().0, "not-a-number");
    assert_eq!(set("按钮", "remove", "everything").unwrap_err().0, "wrong-value");
    // TOML that would end the rule and start another is not accepted as a value.
    let smuggled = NewValue::Toml("'x'\n[[rule]]\nname = 'y'\nis = 'z'\nremoves = 'z'".into());
    assert!(set_field("a.toml", FILE, "按钮", "note", &smuggled).is_err());
    let list = set_field("lists/按钮.is.txt", "关闭\n", "按钮", "note", &NewValue::read("x")).unwrap_err();
    assert_eq!(self::code(list), "plain-list");
}

#[test]
fn a_new_rule_goes_to_the_end() {
    let setting = |field, value: &str, comment| NewSetting { field, value: NewValue::Plain(value.into()), comment };
    let table = NewTable {
        kind: TableKind::Rule,
        comment: "made by hand",
        settings: vec![
            setting("name", "打印", "any name"),
            setting("is", "打印\n打印本页", "one a line"),
            setting("removes", "打印", ""),
        ],
    };
    let new = "# made by hand\n[[rule]]\nname    = '打印'  # any name\n# one a line\nis      = '''\n打印\n打印本页\n'''\nremoves = '打印'\n";
    assert_eq!(append_table("a.toml", FILE, &table).unwrap(), format!("{FILE}\n{new}"));
    assert_eq!(append_table("a.toml", "", &table).unwrap(), new);
    let windows = on_windows(FILE.trim_end());
    assert_eq!(append_table("a.toml", &windows, &table).unwrap(), on_windows(&format!("{FILE}\n{new}")));
    let twice = append_table("a.toml", &append_table("a.toml", FILE, &table).unwrap(), &table);
    assert_eq!(code(twice.unwrap_err()), "duplicate-name");
}

#[test]
fn formatting_twice_is_formatting_once_and_no_rule_changes() {
    for source in shipped_sources().iter().filter(|source| source.name.ends_with(".toml")) {
        for text in [source.text.clone(), on_windows(&source.text)] {
            let once = format(&source.name, &text, Some("x.json")).unwrap_or_else(|error| panic!("{error}"));
            let twice = format(&source.name, &once.text, Some("x.json")).unwrap_or_else(|error| panic!("{error}"));
            assert!(!twice.changed, "{}", source.name);
            assert!(same_rules(&rules(&source.name, &text), &rules(&source.name, &once.text)), "{}", source.name);
        }
    }
}
