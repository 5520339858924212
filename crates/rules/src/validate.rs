//! From settings as written to rules that can be used, with every mistake at once.
//!
//! [`schema`](super::schema) checks each value while it is read. Here it is checked whether the settings of a rule
//! fit together, and the rules of all files. A rule with a mistake is left out and the rest goes on, so [`check`]
//! serves programs that want to continue; [`rule_set`] returns an error instead.

use std::collections::HashMap;
use std::hash::BuildHasher as _;
use std::sync::Arc;

use super::load;
use super::model::{Repair, Rule, RuleSet, Status};
use super::phrases::bare_host;
use super::report::Report;
use super::source::Source;
use super::{lists, old_names, schema};
use dehusk_text::{Diagnostic, Error, Fix, Level, Result, say};

mod build;

use build::{Builder, Built};

/// The rules of these sources.
///
/// # Errors
/// With every mistake in every source.
pub(super) fn rule_set(sources: &[Source]) -> Result<RuleSet> {
    let (mut set, found) = check(sources);
    if found.iter().any(|one| one.level == Level::Error) {
        return Err(Error::rules(found));
    }
    set.warnings = found;
    Ok(set)
}

/// The rules without a mistake, and everything that was found.
pub(super) fn check(sources: &[Source]) -> (RuleSet, Vec<Diagnostic>) {
    let mut set = RuleSet::default();
    // The key is a hash of file and name; the value is the number of the source, and the line.
    let mut names: HashMap<u64, (usize, u32)> = HashMap::new();
    let mut off = Vec::new();
    let mut reports = Vec::new();
    for (number, source) in sources.iter().enumerate() {
        let mut report = Report::new(source);
        if let Some(today) = source.finder_data() {
            if today != source.name {
                old_names::warn_of_finder_file(&mut report, today);
            }
            // The finder checks this text itself.
            set.data.push(source.clone());
            reports.push(report);
            continue;
        }
        let tables = tables(source, &mut report);
        let mut builder = Builder::new(source, &tables, &mut report);
        for table in &tables {
            let Some(built) = builder.table(table, &mut set.settings, &mut off, &mut report) else { continue };
            let (file, name, line) = match &built {
                Built::Rule(rule) => (&rule.file, &rule.name, rule.line),
                Built::Repair(repair) => (&repair.file, &repair.name, repair.line),
            };
            let hash = names.hasher().hash_one((file, name));
            if let Some((other, first)) = names.insert(hash, (number, line)) {
                duplicate(&mut report, table, name, &sources[other].path, first);
                continue;
            }
            add(&mut set, built);
        }
        if !source.is_settings() {
            set.files.entry(source.file().to_string()).or_insert_with(|| source.path.clone());
        }
        reports.push(report);
    }
    sort(&mut set);
    switch_off(&mut set, off, &mut reports);
    let found = reports.into_iter().flat_map(Report::finish).collect();
    (set, found)
}

fn tables(source: &Source, report: &mut Report) -> Vec<schema::Table> {
    if has_two_versions(source, report) {
        // What else is wrong follows from that.
        return Vec::new();
    }
    match source.list() {
        Some((stem, suffix)) => lists::parse(stem, suffix, report).into_iter().collect(),
        None => schema::parse(source, report),
    }
}

/// Reports places where git could not join two versions of a file and left both in it. In a text of several lines, or in
/// a list of words, the lines that it writes around them would be texts of rules.
fn has_two_versions(source: &Source, report: &mut Report) -> bool {
    let is_mark = |line: &str, mark: &str| {
        line.strip_prefix(mark).is_some_and(|rest| matches!(rest.as_bytes().first(), None | Some(b' ' | b'\r')))
    };
    let (mut place, mut open) = (0, None);
    let mut found: Vec<(std::ops::Range<usize>, usize)> = Vec::new();
    for (number, line) in source.text.split('\n').enumerate() {
        if is_mark(line, "<<<<<<<") {
            open = Some(found.len());
            found.push((place..place + line.trim_end().len(), number + 1));
        } else if is_mark(line, ">>>>>>>") {
            match open.take() {
                Some(first) => found[first].1 = number + 1,
                None => found.push((place..place + line.trim_end().len(), number + 1)),
            }
        }
        place += line.len() + 1;
    }
    for (span, last) in &found {
        let message = say!(
            "git 没能合并，把两个版本都留在了这里，到第 {last} 行为止",
            "git could not join two versions and left both here, down to line {last}"
        );
        let fix = Fix::Advice(say!(
            "留下要用的写法，删去 <<<<<<<、=======、>>>>>>> 这几行",
            "keep what is right, and delete the lines with <<<<<<<, ======= and >>>>>>>"
        ));
        report.error("two-versions", span.clone(), message, Some(fix));
    }
    !found.is_empty()
}

fn add(set: &mut RuleSet, built: Built) {
    match built {
        Built::Rule(rule) => set.rules.push(*rule),
        Built::Repair(repair) => set.repairs.push(*repair),
    }
}

/// `a` with the files of `b` added. A file of `b` replaces the file of `a` with the same name, old names included.
pub(super) fn merge(mut a: RuleSet, mut b: RuleSet) -> RuleSet {
    for (file, path) in &b.files {
        b.warnings.extend(old_names::file_warning(path, file, a.files.keys().map(String::as_str)));
    }
    let stays = |ours: &str| !b.files.keys().any(|theirs| old_names::replaces(theirs, ours));
    a.files.retain(|ours, _| stays(ours));
    a.rules.retain(|rule| stays(&rule.file));
    a.repairs.retain(|repair| stays(&repair.file));
    a.rules.append(&mut b.rules);
    a.repairs.append(&mut b.repairs);
    a.files.append(&mut b.files);
    a.data.retain(|data| !b.data.iter().any(|other| other.finder_data() == data.finder_data()));
    a.data.append(&mut b.data);
    a.warnings.append(&mut b.warnings);
    if !b.site_files.is_empty() {
        a.site_files = Arc::new(a.site_files.merged_with(&b.site_files));
    }
    // A value other than the default was written by the user; the later one counts.
    let default = super::Settings::default();
    if b.settings.min_left != default.min_left {
        a.settings.min_left = b.settings.min_left;
    }
    if b.settings.lines_between != default.lines_between {
        a.settings.lines_between = b.settings.lines_between;
    }
    a.settings.off.append(&mut b.settings.off);
    a.settings.off.sort();
    a.settings.off.dedup();
    for (host, names) in b.settings.sites {
        a.settings.sites.retain(|(known, _)| *known != host);
        a.settings.sites.push((host, names));
    }
    a.settings.sites.sort();
    sort(&mut a);
    apply_off(&mut a);
    a
}

fn sort(set: &mut RuleSet) {
    sort_by_name(&mut set.rules, |rule| (&rule.file, &rule.name));
    sort_by_name(&mut set.repairs, |repair| (&repair.file, &repair.name));
}

/// Sorts. It first sorts only the numbers of the rules, so that each rule, which is large, is moved once.
fn sort_by_name<T>(all: &mut [T], name: impl Fn(&T) -> (&String, &String)) {
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by(|&a, &b| name(&all[a]).cmp(&name(&all[b])));
    for place in 0..all.len() {
        // An earlier swap may have moved the rule that stood at `from`.
        let mut from = order[place];
        while from < place {
            from = order[from];
        }
        order[place] = from;
        all.swap(place, from);
    }
}

/// Reports a name that occurs twice, in one file or in two that count as the same file.
fn duplicate(report: &mut Report, table: &schema::Table, name: &str, path: &str, first: u32) {
    let span = table.get("name").map_or(table.header.clone(), |entry| entry.span.clone());
    let (message, fix) = match path == report.source.path {
        true => (
            say!("第 {first} 行已经有一条规则叫“{name}”", "a rule on line {first} already has the name '{name}'"),
            Fix::Advice(say!("给其中一条换个名字", "give one of the two another name")),
        ),
        false => (
            say!("{path}:{first} 已经有一条规则叫“{name}”", "{path}:{first} already has a rule '{name}'"),
            Fix::Advice(say!("给其中一个换个名字", "give one of the two another name")),
        ),
    };
    report.error("duplicate-name", span, message, Some(fix));
}

/// A text of `off`, with its place: the name of a rule, and behind an `@` the site for which it is switched off.
pub(super) struct Off {
    name: String,
    path: String,
    span: std::ops::Range<usize>,
}

/// `file › name` in its usual form. Editors may type another sign for `›`, which is on no keyboard.
pub fn plain_name(name: &str) -> String {
    let parts: Vec<_> = name.splitn(2, ['›', '>', '〉', '》', '＞']).map(str::trim).collect();
    parts.join(" › ")
}

/// Switches off the rules that the settings name. Unknown names are mistakes, except names of shipped rules: this set
/// may be merged into them later.
fn switch_off(set: &mut RuleSet, off: Vec<Off>, reports: &mut [Report]) {
    if off.is_empty() {
        return;
    }
    let of_repairs = |repairs: &[Repair]| -> Vec<String> {
        repairs.iter().map(|repair| format!("{} › {}", repair.file, repair.name)).collect()
    };
    let mut repairs = of_repairs(&set.repairs);
    let mut known: Vec<String> = set.rules.iter().map(Rule::full_name).chain(repairs.iter().cloned()).collect();
    let mut shipped = false;
    for one in off {
        let (name, site) = name_and_site(&one.name);
        let name = plain_name(name);
        if let Some(site) = site
            && !is_site(site)
        {
            wrong_site(site, &one, reports);
            continue;
        }
        let of_site = |name: &str| site.map_or_else(|| name.to_string(), |site| format!("{name} @ {site}"));
        if !known.contains(&name) && !shipped {
            shipped = true;
            let quiet: Vec<_> = load::shipped().into_iter().filter(|source| !source.is_settings()).collect();
            let (others, _) = check(&quiet);
            let of_others = of_repairs(&others.repairs);
            known.extend(others.rules.iter().map(Rule::full_name).chain(of_others.iter().cloned()));
            repairs.extend(of_others);
        }
        let report = reports.iter_mut().find(|report| report.source.path == one.path);
        if let (Some(site), true) = (site, repairs.contains(&name)) {
            let Some(report) = report else { continue };
            let message = say!(
                "{name} 是修复，不能只在 {site} 停用，只能处处停用",
                "{name} is a repair, which cannot be switched off for {site} alone, only everywhere"
            );
            let fix = report.replaced(&one.span, &name);
            report.error("repair-of-site", one.span, message, Some(fix));
            continue;
        }
        if known.contains(&name) {
            set.settings.off.push(of_site(&name));
            continue;
        }
        if let Some(today) = known.iter().find(|today| is_old_name(&name, today)) {
            if let Some(report) = report {
                old_names::warn_of_rule(report, one.span, today);
            }
            set.settings.off.push(of_site(today));
            continue;
        }
        let distance = |other: &&String| {
            let end = other.rsplit(" › ").next().unwrap_or(other);
            if end == name { 0 } else { strsim::levenshtein(other, &name) }
        };
        let meant =
            known.iter().map(|other| (distance(&other), other)).filter(|&(d, _)| d <= 2).min_by_key(|&(d, _)| d);
        let message = match meant {
            Some((_, meant)) => {
                say!("没有“{name}”这条规则。你是不是想写 {meant}？", "there is no rule '{name}'; did you mean {meant}?")
            }
            None => say!("没有“{name}”这条规则", "there is no rule '{name}'"),
        };
        let Some(report) = report else { continue };
        let fix = match meant {
            Some((_, meant)) => report.replaced(&one.span, &of_site(meant)),
            // A whole file or category is no rule.
            None if known.iter().any(|other| other.starts_with(&format!("{name} › "))) => Fix::Advice(say!(
                "off 里一条一条写规则的全名（{name} › 名称）；整个文件都不用，就在命令行写 --skip {name}",
                "off takes full names of rules, one by one ({name} › name); for a whole file say --skip {name} on the command line"
            )),
            None => Fix::Advice(say!("写规则的全名：文件 › 名称", "write its full name: file › name")),
        };
        report.error("unknown-rule", one.span, message, Some(fix));
    }
    set.settings.off.sort();
    set.settings.off.dedup();
    apply_off(set);
}

/// The two parts of `name @ site`.
pub(crate) fn name_and_site(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once(['@', '＠']).map(|(name, site)| (name.trim(), site.trim())) {
        // An `@` without a host behind it belongs to the name.
        Some((name, site)) if site.contains('.') && !site.contains(char::is_whitespace) => (name, Some(site)),
        _ => (text.trim(), None),
    }
}

/// Whether it is a host as rules write it.
fn is_site(site: &str) -> bool {
    site.contains('.') && !site.contains(',') && bare_host(site) == site
}

fn wrong_site(site: &str, one: &Off, reports: &mut [Report]) {
    let Some(report) = reports.iter_mut().find(|report| report.source.path == one.path) else { return };
    let bare = bare_host(site);
    let message = say!(
        "@ 后面写一个网站的域名，例如 dzwww.com（子域名会自动包括）",
        "behind @ stands the host of a site, such as dzwww.com (its subdomains are included)"
    );
    let name = name_and_site(&one.name).0;
    let fix = is_site(&bare).then(|| report.replaced(&one.span, &format!("{name} @ {bare}")));
    report.error("wrong-host", one.span.clone(), message, fix);
}

/// Whether `name` is the old full name of the rule `today`.
fn is_old_name(name: &str, today: &str) -> bool {
    let parts = today.split_once(" › ");
    parts.is_some_and(|(file, today)| old_names::is_old_full_name(name, file, today))
}

fn apply_off(set: &mut RuleSet) {
    let off = &set.settings.off;
    if off.is_empty() {
        return;
    }
    let of_sites: Vec<_> = off.iter().filter_map(|one| one.split_once(" @ ")).collect();
    for rule in &mut set.rules {
        let name = rule.full_name();
        if off.binary_search(&name).is_ok() {
            rule.status = Status::Off;
        }
        for (_, site) in of_sites.iter().filter(|(of, _)| *of == name) {
            if !rule.except_sites.iter().any(|known| known == site) {
                rule.except_sites.push((*site).to_string());
            }
        }
    }
    for repair in &mut set.repairs {
        if off.binary_search(&format!("{} › {}", repair.file, repair.name)).is_ok() {
            repair.status = Status::Off;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(files: &[(&str, &str)]) -> RuleSet {
        let sources: Vec<_> = files.iter().map(|(name, text)| Source::new(*name, *text)).collect();
        rule_set(&sources).unwrap_or_else(|error| panic!("{error}"))
    }

    fn rule(name: &str) -> String {
        format!("[[rule]]\nname = '{name}'\nis = '关闭'\nremoves = '关闭'\n")
    }

    #[test]
    fn a_file_replaces_the_file_of_its_name_even_if_it_is_empty() {
        let ours = set(&[("a.toml", &rule("一")), ("b.toml", &rule("二")), ("c.toml", &rule("三"))]);
        let theirs = set(&[("b.toml", "# nothing\n"), ("c.toml", &rule("四")), ("settings.toml", "min_left = 7")]);
        let both = merge(ours, theirs);
        let names: Vec<_> = both.rules.iter().map(Rule::full_name).collect();
        assert_eq!(names, ["a › 一", "c › 四"]);
        assert_eq!(both.settings.min_left, 7);
    }

    #[test]
    fn settings_switch_rules_off() {
        let both = set(&[("a.toml", &(rule("一") + &rule("二"))), ("settings.toml", "off = 'a > 二'")]);
        let on: Vec<_> = both.rules.iter().filter(|r| r.status == Status::On).map(|r| r.name.as_str()).collect();
        assert_eq!(on, ["一"]);
    }

    #[test]
    fn a_rule_is_switched_off_for_one_site() {
        let both =
            set(&[("a.toml", &(rule("一") + &rule("二"))), ("settings.toml", "off = 'a > 二 @ news.example.com'")]);
        assert!(both.rules.iter().all(|rule| rule.status == Status::On));
        let except: Vec<_> = both.rules.iter().map(|rule| rule.except_sites.join(" ")).collect();
        assert_eq!(except, ["", "news.example.com"]);
        let merged = set(&[("a.toml", &rule("一"))]).merged_with(both);
        assert_eq!(merged.rules[1].except_sites, ["news.example.com"], "once, however often rules are merged");
        let wrong =
            [("a.toml", rule("一")), ("settings.toml", "off = 'a › 一 @ https://news.example.com/x'".to_string())];
        let sources: Vec<_> = wrong.iter().map(|(path, text)| Source::new(*path, text.as_str())).collect();
        let (_, found) = check(&sources);
        assert_eq!(found.iter().map(|one| one.code).collect::<Vec<_>>(), ["wrong-host"]);
    }

    #[test]
    fn order_of_sources_changes_nothing() {
        let (a, b) = (("a.toml", rule("一") + &rule("二")), ("b.toml", rule("三")));
        let names = |set: RuleSet| set.rules.iter().map(Rule::full_name).collect::<Vec<_>>();
        assert_eq!(names(set(&[(a.0, &a.1), (b.0, &b.1)])), names(set(&[(b.0, &b.1), (a.0, &a.1)])));
    }

    #[test]
    fn many_rules_and_large_files_take_linear_time() {
        let many: String = (0..10_000).map(|n| rule(&format!("规则{n}"))).collect();
        let begin = std::time::Instant::now();
        assert_eq!(set(&[("a.toml", &many)]).rules.len(), 10_000);
        assert!(begin.elapsed().as_secs() < 5);
    }
}
