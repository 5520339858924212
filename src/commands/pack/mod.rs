//! `dehusk pack`: installs and updates rules that others share.
//!
//! A pack is a folder or a ZIP file with a `pack.toml` (name, version, needs, licence, maintainer)
//! and rule files. It is copied to `RULES/packs/NAME`, read-only, and pinned in `RULES/packs.lock`
//! by the hash of its content, so that changes by hand and incomplete copies are detected. Nothing is
//! downloaded, and an update only happens with `--yes`.

mod content;
mod lock;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, anyhow, bail};
use clap::{Args, Subcommand};
use dehusk::edit::{Differences, differences};
use dehusk::{Lang, Level, RuleSet, Source};
use serde_json::json;

use crate::read::args::{CommonArgs, EngineArgs};
use crate::read::compare::{self, Asked};
use crate::read::documents::Documents;
use crate::read::read_args::{CollectionArgs, ReadArgs};
use crate::ui::exit::ExitCode;
use crate::ui::messages::{Console, reason, say, say_line};
use content::Content;
use lock::{Lock, Pinned};

/// Add, list and update rules that others share
///
/// A pack is a folder or a ZIP file with a pack.toml (name, version, needs = '>=0.1', licence,
/// maintainer) and rule files. It is copied to packs/NAME in the folder of --rules, read-only, and
/// pinned by its hash in packs.lock. Its rules are called pack/file › name; switch one off in your
/// settings.toml: off = 'NAME/credit › …'.
///
/// An update says first which rules differ and which lines of known bodies, and of the texts of
/// --collection, it changes; it is made only with --yes.
///
/// Exit codes: 0 all went well; 1 a pack was changed by hand; 2 the pack cannot be taken: no file
/// was changed.
#[derive(Debug, Args)]
pub struct PackArgs {
    /// What to do: add, list, update
    #[command(subcommand)]
    pub action: PackAction,
}

/// What to do with packs.
#[derive(Debug, Subcommand)]
pub enum PackAction {
    /// Copy a pack into the folder of the rules
    Add {
        /// The folder or ZIP file
        #[arg(value_name = "DIR|ZIP")]
        from: PathBuf,
    },
    /// Show the packs, and whether one was changed by hand
    List {
        /// One JSON object a pack
        #[arg(long)]
        json: bool,
    },
    /// Show what a new version would change; with --yes, take it
    Update {
        /// The pack; all if not given
        #[arg(value_name = "NAME")]
        name: Option<String>,
        /// Where the new version is, if not where the pack came from
        #[arg(long, value_name = "DIR|ZIP", requires = "name")]
        from: Option<PathBuf>,
        /// Only show (usual)
        #[arg(long, conflicts_with = "yes")]
        dry_run: bool,
        /// Take the new version
        #[arg(long)]
        yes: bool,
        /// Show which lines of these texts (files, folders, JSON Lines) the new version changes
        #[arg(long, value_name = "COLLECTION")]
        collection: Vec<PathBuf>,
        /// How many lines of each rule to show
        #[arg(long, value_name = "N", default_value_t = 5)]
        show: usize,
    },
}

pub fn run(args: &PackArgs, common: &CommonArgs) -> Result<ExitCode> {
    let lang = common.lang();
    let Some(rules) = common.rules.first() else {
        bail!(say!(
            lang,
            "规则包要放进你自己的规则文件夹：加上 --rules 文件夹",
            "packs go into a folder of your own: add --rules DIR"
        ));
    };
    match &args.action {
        PackAction::Add { from } => add(rules, from, lang),
        PackAction::List { json } => list(rules, *json, lang),
        PackAction::Update { name, from, yes, collection, show, .. } => {
            let update = Update { name: name.as_deref(), from: from.as_deref(), yes: *yes, collection, show: *show };
            update.run(rules, common)
        }
    }
}

fn add(rules: &Path, from: &Path, lang: Lang) -> Result<ExitCode> {
    let mut lock = Lock::read(rules, lang)?;
    let content = Content::read(from, lang)?;
    let about = content.about(lang)?;
    about.check_needs(lang)?;
    let (name, version) = (&about.name, &about.version);
    if lock.packs.iter().any(|pack| pack.name == *name) || rules.join("packs").join(name).exists() {
        bail!(say!(
            lang,
            "已经有规则包 {name}；要换成新版本，用 dehusk pack update {name} --from …。没有改动任何文件",
            "there is a pack {name} already; for a new version use dehusk pack update {name} --from …; no file was changed"
        ));
    }
    let set = content.rules(name).map_err(|found| mistakes(&found, lang))?;
    content.install(rules, name).map_err(|error| anyhow!(reason(lang, &error)))?;
    lock.packs.push(Pinned::of(&about, rules, from, content.hash()));
    lock.write(rules, lang)?;
    let (count, repairs) = (set.rules.len(), set.repairs.len());
    say_line(&say!(
        lang,
        "加入了规则包 {name} {version}：{count} 条规则、{repairs} 条修复。\n不想要的，在 settings.toml 里写 off = '{name}/文件 › 名称'",
        "added the pack {name} {version}; rules: {count}, repairs: {repairs}.\nTo switch one off, say off = '{name}/file › name' in settings.toml"
    ));
    Ok(ExitCode::Fine)
}

/// Prints the errors in the rules of a pack, and returns the error for the command.
fn mistakes(found: &[dehusk::Diagnostic], lang: Lang) -> anyhow::Error {
    for one in found.iter().filter(|one| one.level == Level::Error) {
        say_line(&one.render(lang, crate::ui::errors::styled_stderr()));
    }
    anyhow!(say!(
        lang,
        "规则包里的规则有误；没有改动任何文件",
        "the rules of the pack have mistakes; no file was changed"
    ))
}

fn list(rules: &Path, json: bool, lang: Lang) -> Result<ExitCode> {
    use std::io::Write as _;
    let lock = Lock::read(rules, lang)?;
    let mut out = anstream::stdout().lock();
    let mut code = ExitCode::Fine;
    if lock.packs.is_empty() && !json {
        writeln!(out, "{}", say!(lang, "没有规则包。", "There are no packs."))?;
    }
    for pack in &lock.packs {
        let content = Content::read(&rules.join("packs").join(&pack.name), lang);
        let intact = content.as_ref().is_ok_and(|content| content.hash() == pack.hash);
        let set = content.ok().and_then(|content| content.rules(&pack.name).ok()).unwrap_or_default();
        let (name, version, count) = (&pack.name, &pack.version, set.rules.len());
        if !intact {
            code = ExitCode::Failed;
        }
        if json {
            let object = json!({
                "name": name, "version": version, "hash": pack.hash, "from": pack.from, "rules": count, "intact": intact,
            });
            writeln!(out, "{object}")?;
            continue;
        }
        let state = match intact {
            true => String::new(),
            false => say!(
                lang,
                "  ⚠ 和加入时不一样了：有人改过，或者文件不全",
                "  ⚠ not what was added: changed by hand, or files are missing"
            ),
        };
        let word = if count == 1 { "rule" } else { "rules" };
        writeln!(out, "{}{state}", say!(lang, "{name} {version}  {count} 条规则", "{name} {version}  {count} {word}"))?;
    }
    Ok(code)
}

/// The arguments of `dehusk pack update`.
struct Update<'a> {
    name: Option<&'a str>,
    from: Option<&'a Path>,
    yes: bool,
    collection: &'a [PathBuf],
    show: usize,
}

impl Update<'_> {
    fn run(&self, rules: &Path, common: &CommonArgs) -> Result<ExitCode> {
        let lang = common.lang();
        let Self { name, from, yes, .. } = *self;
        let mut console = Console::new(lang, common.quiet);
        let mut lock = Lock::read(rules, lang)?;
        if let Some(name) = name.filter(|name| !lock.packs.iter().any(|pack| pack.name == **name)) {
            bail!(say!(
                lang,
                "没有规则包 {name}；dehusk pack list 列出全部",
                "there is no pack {name}; dehusk pack list names all"
            ));
        }
        if lock.packs.is_empty() {
            return list(rules, false, lang);
        }
        for i in 0..lock.packs.len() {
            let pack = lock.packs[i].clone();
            if name.is_some_and(|name| name != pack.name) {
                continue;
            }
            let from = from.map_or_else(|| pack.path(rules), Path::to_owned);
            let new = Content::read(&from, lang)?;
            let about = new.about(lang)?;
            if about.name != pack.name {
                let (old, other) = (&pack.name, &about.name);
                bail!(say!(
                    lang,
                    "那里的规则包叫 {other}，不是 {old}；没有改动任何文件",
                    "the pack there is {other}, not {old}; no file was changed"
                ));
            }
            about.check_needs(lang)?;
            let old = Content::read(&rules.join("packs").join(&pack.name), lang)?;
            let after = new.rules(&pack.name).map_err(|found| mistakes(&found, lang))?;
            let before = old.rules(&pack.name).unwrap_or_default();
            let (name, was, is) = (&pack.name, &pack.version, &about.version);
            if old.hash() == new.hash() {
                say_line(&say!(lang, "{name} {was}：没有变化", "{name} {was}: nothing new"));
                continue;
            }
            say_line(&format!("{name} {was} → {is}"));
            tell(&differences(&before, &after), lang);
            if old.hash() != pack.hash {
                say_line(&say!(
                    lang,
                    "  ⚠ 这个规则包被人改过，更新会丢掉那些改动",
                    "  ⚠ this pack was changed by hand; an update loses that"
                ));
            }
            self.preview(&pack.name, &new, common, &mut console)?;
            if !yes {
                say_line(&say!(
                    lang,
                    "没有改动任何文件。看过以后，加 --yes 才会更新",
                    "No file was changed. When you have looked, add --yes"
                ));
                continue;
            }
            new.install(rules, name).map_err(|error| anyhow!(reason(lang, &error)))?;
            lock.packs[i] = Pinned::of(&about, rules, &from, new.hash());
            lock.write(rules, lang)?;
            say_line(&say!(lang, "已更新到 {is}", "updated to {is}"));
        }
        Ok(console.finish())
    }

    /// Prints which lines the new version changes in the collection and in known bodies. All rules of the folder
    /// and the shipped rules are active, as in a run.
    fn preview(&self, pack: &str, new: &Content, common: &CommonArgs, console: &mut Console) -> Result<()> {
        let lang = common.lang();
        let before = crate::read::rules::sources(common)?;
        let of_pack = format!("packs/{pack}/");
        let mut after: Vec<Source> = before.iter().filter(|one| !one.name.starts_with(&of_pack)).cloned().collect();
        after.extend(new.sources(pack));
        let (before, after) = (RuleSet::from_sources(&before)?, RuleSet::from_sources(&after)?);
        let args = CollectionArgs::of(self.collection, ReadArgs::default());
        let collection = match self.collection {
            [] => None,
            _ => Some(Documents::open(&args, common, console).context("--collection")?),
        };
        let engine = EngineArgs::default();
        let asked = Asked { engine: &engine, bodies: None, show: self.show };
        let held = compare::hold(&before, &after, &asked, collection.as_ref(), None, console)?;
        for line in compare::moves(&held.tally, &held.bodies, self.show, lang).lines() {
            say_line(&format!("  {}", line.strip_prefix("  ").unwrap_or(line)));
        }
        if collection.is_none() {
            say_line(&say!(
                lang,
                "  加上 --collection 文件夹，就能看到你的文章里哪些行会变",
                "  add --collection DIR to see which lines of your texts change"
            ));
        }
        Ok(())
    }
}

fn tell(differences: &Differences, lang: Lang) {
    let Differences { added, changed, removed } = differences;
    let rows = [
        (say!(lang, "新增", "new"), added),
        (say!(lang, "改动", "changed"), changed),
        (say!(lang, "去掉", "gone"), removed),
    ];
    for (word, names) in rows {
        for name in names {
            say_line(&format!("  {word}  {name}"));
        }
    }
    if added.is_empty() && changed.is_empty() && removed.is_empty() {
        say_line(&say!(lang, "  规则没有变化，只是别的文件不同", "  no rule differs, only other files"));
    }
}

/// Parses sources to a rule set; all findings as the error if one of them is an error.
fn check(sources: &[Source]) -> Result<RuleSet, Vec<dehusk::Diagnostic>> {
    let (set, found) = RuleSet::check(sources);
    if found.iter().any(|one| one.level == Level::Error) { Err(found) } else { Ok(set) }
}

/// Makes a read-only folder and everything in it writable, so that it can be replaced.
fn writable(path: &Path) -> std::io::Result<()> {
    if path.is_dir() {
        for entry in fs::read_dir(path)? {
            writable(&entry?.path())?;
        }
        return Ok(());
    }
    let mut permissions = fs::metadata(path)?.permissions();
    #[allow(clippy::permissions_set_readonly_false, reason = "the file is removed next")]
    permissions.set_readonly(false);
    fs::set_permissions(path, permissions)
}
