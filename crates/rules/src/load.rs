//! Finding rule files: in a folder, or among those that ship with the crate.

use std::fs;
use std::path::{Path, PathBuf};

use super::embedded::SHIPPED;
use super::old_names;
use super::site_files::{LEARNT, SiteFiles};
use super::source::{FINDER_FILES, LIST_SUFFIXES, PACKS, Source};
use dehusk_text::{Error, Level, Message, Result, say};

/// The rule files that ship with the crate.
pub fn shipped() -> Vec<Source> {
    SHIPPED.iter().map(shipped_source).collect()
}

fn shipped_source(&(name, text): &(&'static str, &'static str)) -> Source {
    Source::from_text(format!("rules/{name}"), name.into(), text.into())
}

/// `ours` with `theirs` added. A source of `theirs` replaces the source of `ours` that has its name, or that had this
/// name before the files were moved; [`RuleSet::merged_with`](super::RuleSet::merged_with) does the same.
pub fn layered(mut ours: Vec<Source>, mut theirs: Vec<Source>) -> Vec<Source> {
    for source in &mut theirs {
        let warning = old_names::file_warning(&source.path, source.file(), ours.iter().map(Source::file));
        source.found.extend(warning);
    }
    let replaced = |ours: &Source| theirs.iter().any(|theirs| old_names::replaces(theirs.file(), ours.file()));
    ours.retain(|source| source.is_settings() || !replaced(source));
    ours.extend(theirs);
    ours
}

/// The checksum of rules: the same names below their folders and the same texts give the same 32 hexadecimal
/// digits (xxh3, 128 bits), wherever the folders lie.
pub fn rules_sum(sources: &[Source]) -> String {
    let mut sources: Vec<&Source> = sources.iter().collect();
    // Sources with the same name are settings, and the last one that sets a value counts: so their order must stay
    // (the sort is stable).
    sources.sort_by(|a, b| a.name.cmp(&b.name));
    let all: String = sources.iter().map(|source| format!("{}\0{}\0", source.name, source.text)).collect();
    format!("{:032x}", twox_hash::XxHash3_128::oneshot(all.as_bytes()))
}

/// Whether a file of a pack holds no rules: its description, and settings, which only the user of the pack may
/// choose.
fn is_about_pack(name: &str) -> bool {
    let below = name.strip_prefix(PACKS).and_then(|name| name.split_once('/'));
    below.is_some_and(|(_, file)| file == "pack.toml" || file == "settings.toml")
}

/// The rule files of a folder, in the order of their names; or one file.
///
/// A file that cannot be read is a source with a mistake; the other files are still read.
///
/// # Errors
/// When `path` itself cannot be read.
pub fn dir(path: &Path) -> Result<Vec<Source>> {
    Ok(found_in(path, LearntFolder::Read)?.sources)
}

/// The same, but of a folder that `dehusk learn` wrote the files are only listed.
///
/// # Errors
/// When `path` itself cannot be read.
pub fn dir_with_sites(path: &Path) -> Result<(Vec<Source>, SiteFiles)> {
    let found = found_in(path, LearntFolder::Listed)?;
    Ok((found.sources, SiteFiles::of_paths(found.listed)))
}

/// The files of sites of a folder that `dehusk learn` wrote, if it is one and holds nothing else.
pub fn site_files(path: &Path) -> Option<SiteFiles> {
    if !is_learnt(path) {
        return None;
    }
    let (sources, files) = dir_with_sites(path).ok()?;
    sources.is_empty().then_some(files)
}

/// A file of a site, when it is asked for.
pub(super) fn site_file(path: &Path, name: String) -> Source {
    let about = match fs::symlink_metadata(path) {
        Ok(about) => about,
        Err(error) => return unreadable(path, name, &error),
    };
    // What is no plain file, a link among them, may lead anywhere.
    if let Some(source) = not_a_rule_file(path, &name, &about) {
        return source;
    }
    match fs::read(path) {
        Ok(bytes) => Source::from_bytes(shown(path), name, &bytes),
        Err(error) => unreadable(path, name, &error),
    }
}

/// What becomes of the files in folders that `dehusk learn` wrote.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LearntFolder {
    Read,
    Listed,
}

/// What was found in a folder of rules.
#[derive(Default)]
struct FoundFiles {
    sources: Vec<Source>,
    /// Files of sites that were not read.
    listed: Vec<(String, PathBuf)>,
}

fn found_in(path: &Path, learnt: LearntFolder) -> Result<FoundFiles> {
    let mut found = FoundFiles::default();
    if fs::metadata(path).map_err(|error| Error::io(path, error))?.is_dir() {
        let root = path.canonicalize().map_err(|error| Error::io(path, error))?;
        // Such a folder may be called anything; its files are those of sites.
        let prefix = if is_learnt(path) { "sites/" } else { "" };
        walk(path, &root, prefix, 0, learnt, &mut found)?;
        found.sources.sort_by(|a, b| a.name.cmp(&b.name));
    } else {
        found.sources.push(single(path)?);
    }
    Ok(found)
}

/// Whether `dehusk learn` wrote a folder.
fn is_learnt(folder: &Path) -> bool {
    folder.join(LEARNT).is_file()
}

/// The files of a folder that `dehusk learn` wrote, by name. None is opened.
fn list(folder: &Path, prefix: &str, listed: &mut Vec<(String, PathBuf)>) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(|error| Error::io(folder, error))? {
        let path = entry.map_err(|error| Error::io(folder, error))?.path();
        let Some(file) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if file.ends_with(".toml") && !file.starts_with(['.', '~']) {
            listed.push((format!("{prefix}{file}"), path.clone()));
        }
    }
    Ok(())
}

/// One file. The name of its folder is kept if it has a meaning (`lists`, `sites`), or if a shipped file has that
/// name.
fn single(path: &Path) -> Result<Source> {
    let about = fs::metadata(path).map_err(|error| Error::io(path, error))?;
    if let Some(source) = not_a_rule_file(path, &shown(path), &about).filter(|_| about.is_file()) {
        return Ok(source);
    }
    let bytes = fs::read(path).map_err(|error| Error::io(path, error))?;
    let part = |path: Option<&std::ffi::OsStr>| path.map(|p| p.to_string_lossy().into_owned()).unwrap_or_default();
    let file = part(path.file_name());
    let folder = part(path.parent().and_then(Path::file_name));
    let below = format!("{folder}/{file}");
    let has_meaning = matches!(folder.as_str(), "lists" | "sites")
        || FINDER_FILES.contains(&below.as_str())
        || SHIPPED.iter().any(|(name, _)| *name == below);
    let name = if has_meaning { below } else { file };
    Ok(Source::from_bytes(shown(path), name, &bytes))
}

/// Folders below the rules that hold texts: whole-document cases and known bodies.
const TEXT_FOLDERS: &[&str] = &["cases", "bodies"];

/// How deep folders may be nested. A deeper one is most likely a link that leads back.
const DEPTH: u32 = 16;

/// Most files in a folder of rules, and most bytes in one file: a hundred times what the shipped rules have.
const FILES: usize = 10_000;
const BYTES: u64 = 32 << 20;

fn walk(
    folder: &Path,
    root: &Path,
    prefix: &str,
    depth: u32,
    learnt: LearntFolder,
    found: &mut FoundFiles,
) -> Result<()> {
    let is_learnt = is_learnt(folder);
    if is_learnt && learnt == LearntFolder::Listed {
        return list(folder, prefix, &mut found.listed);
    }
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if depth > 0 => {
            found.sources.push(unreadable(folder, prefix.trim_end_matches('/').to_string(), &error));
            return Ok(());
        }
        Err(error) => return Err(Error::io(folder, error)),
    };
    for entry in entries {
        let path = entry.map_err(|error| Error::io(folder, error))?.path();
        let Some(file) = path.file_name().map(|name| name.to_string_lossy().into_owned()) else { continue };
        // `dehusk.toml` at the top has options of the program.
        if file.starts_with('.') || file.starts_with('~') || prefix.is_empty() && file == "dehusk.toml" {
            continue;
        }
        let name = format!("{prefix}{file}");
        let in_lists = prefix == "lists/" || prefix.ends_with("/lists/");
        let is_list = in_lists && file.ends_with(".txt");
        let about = match fs::metadata(&path) {
            Ok(about) => about,
            Err(error) => {
                // Of a file that would not be read nobody needs to hear that it cannot be read.
                if file.ends_with(".toml") || is_list {
                    found.sources.push(unreadable(&path, name, &error));
                }
                continue;
            }
        };
        // A folder of rules may come from a stranger. A link in it must not make us read another file and quote it in
        // messages.
        let is_link = entry_is_link(&path);
        if is_link && !path.canonicalize().is_ok_and(|real| real.starts_with(root)) {
            let message = say!(
                "这是一个链接，通到规则文件夹外面，没有读取",
                "this is a link that leads out of the folder of rules, so it was not read"
            );
            let advice = say!(
                "把文件复制到文件夹里，或用另一个 --rules 指明",
                "copy the file into the folder, or name it with another --rules"
            );
            found.sources.push(refused(&path, name, "unreadable", message, advice));
            continue;
        }
        if about.is_dir() {
            if depth < DEPTH && !TEXT_FOLDERS.contains(&file.as_str()) {
                walk(&path, root, &format!("{name}/"), depth + 1, learnt, found)?;
            }
            continue;
        }
        if is_about_pack(&name) {
            continue;
        }
        if file.ends_with(".toml") || is_list {
            if found.sources.len() >= FILES && !is_learnt {
                let message = say!(
                    "规则文件夹里的文件超过 {FILES} 个，后面的没有读取",
                    "there are more than {FILES} files in the folder of rules; the others were not read"
                );
                let advice = say!("把规则合并到较少的文件里", "put the rules into fewer files");
                found.sources.push(refused(&path, name, "unreadable", message, advice));
                return Ok(());
            }
            if let Some(source) = not_a_rule_file(&path, &name, &about) {
                found.sources.push(source);
                continue;
            }
            found.sources.push(match fs::read(&path) {
                Ok(bytes) => Source::from_bytes(shown(&path), name, &bytes),
                Err(error) => unreadable(&path, name, &error),
            });
        } else if let Some(advice) = likely_mistake(&file, in_lists).or_else(|| holds_rules(&path, &about, &file)) {
            let mut source = Source::from_text(shown(&path), name, String::new());
            let message = say!(
                "这个文件没有被读取：规则文件要以 .toml 结尾，清单要以 .txt 结尾并放在 lists 文件夹里",
                "this file was not read: rule files end in .toml, lists end in .txt and lie in the folder lists"
            );
            source.note(Level::Warning, "file-ignored", message, advice);
            found.sources.push(source);
        }
    }
    Ok(())
}

fn entry_is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|about| about.is_symlink())
}

/// The refusal of a file that must not be opened: a pipe, or a file that is too large.
fn not_a_rule_file(path: &Path, name: &str, about: &fs::Metadata) -> Option<Source> {
    if !about.is_file() {
        let message =
            say!("这是管道或设备，不是文件，没有读取", "this is a pipe or a device and no file, so it was not read");
        let advice = say!("把它从规则文件夹里拿走", "take it out of the folder of rules");
        return Some(refused(path, name.to_owned(), "unreadable", message, advice));
    }
    (about.len() > BYTES).then(|| {
        let size = about.len() >> 20;
        let most = BYTES >> 20;
        let message = say!(
            "这个文件有 {size} MB，规则文件最多 {most} MB，没有读取",
            "this file has {size} MB, and a rule file at most {most} MB, so it was not read"
        );
        let advice = say!("把它分成几个文件", "split it into several files");
        refused(path, name.to_owned(), "unreadable", message, advice)
    })
}

/// A source without text, with one mistake.
fn refused(path: &Path, name: String, code: &'static str, message: Message, advice: Message) -> Source {
    let mut source = Source::from_text(shown(path), name, String::new());
    source.note(Level::Error, code, message, advice);
    source
}

/// A source without text, with the reason why it cannot be read.
fn unreadable(path: &Path, name: String, error: &std::io::Error) -> Source {
    let mut source = Source::from_text(shown(path), name, String::new());
    let reason = error.to_string();
    let target = fs::read_link(path).map(|target| shown(&target)).unwrap_or_default();
    let (message, fix) = match error.kind() {
        std::io::ErrorKind::NotFound => (
            say!(
                "这个文件打不开：它是一个链接，指向的 {target} 已经不在了",
                "this file cannot be opened: it is a link to {target}, which is gone"
            ),
            say!("删掉这个链接，或者补上它指向的文件", "delete the link, or put back what it points to"),
        ),
        std::io::ErrorKind::PermissionDenied => (
            say!("这个文件打不开：没有权限", "this file cannot be opened: permission denied"),
            say!("改一下文件的权限，让自己可以读", "change the permissions of the file so that you can read it"),
        ),
        _ => (
            say!("这个文件打不开：{reason}", "this file cannot be opened: {reason}"),
            say!("看看它是否正被别的程序占用", "see whether another program holds it"),
        ),
    };
    source.note(Level::Error, "unreadable", message, fix);
    source
}

/// Advice for a file that was perhaps meant as a rule file.
fn likely_mistake(file: &str, in_lists: bool) -> Option<Message> {
    let lower = file.to_lowercase();
    let ends = |endings: &[&str]| endings.iter().find(|&&e| lower.ends_with(e)).map(|e| &file[..file.len() - e.len()]);
    if let Some(stem) = ends(&[".toml.txt", ".tml", ".tom", ".toml.bak"]).or_else(|| ends(&[".toml"])) {
        return Some(say!("把文件名改成 {stem}.toml", "rename it to {stem}.toml"));
    }
    if in_lists {
        let stem = ends(&[".csv", ".xls", ".xlsx", ".doc", ".docx", ".rtf", ".txt"])?;
        return Some(say!(
            "另存为纯文本（UTF-8），文件名 {stem}.txt",
            "save it as plain text (UTF-8), named {stem}.txt"
        ));
    }
    let list = LIST_SUFFIXES.iter().any(|suffix| lower.ends_with(&format!(".{suffix}.txt")));
    list.then(|| say!("把它放进 lists 文件夹", "move it into the folder lists"))
}

/// What to do with a file of another ending that has the header of a rule in it: whoever wrote it thinks that it is
/// read. Pages about rules may well show one.
fn holds_rules(path: &Path, about: &fs::Metadata, file: &str) -> Option<Message> {
    const MOST: u64 = 1 << 20;
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    let is_page = ["md", "html", "htm", "json", "bak", "orig"].contains(&ending.as_str());
    if is_page || !about.is_file() || about.len() > MOST {
        return None;
    }
    let text = fs::read(path).ok()?;
    let text = String::from_utf8_lossy(&text);
    let is_header = |line: &str| ["[[rule]]", "[[keep]]", "[[repair]]"].iter().any(|header| line.starts_with(header));
    if !text.lines().any(is_header) {
        return None;
    }
    let stem = Path::new(file).file_stem()?.to_string_lossy();
    Some(say!("把文件名改成 {stem}.toml", "rename it to {stem}.toml"))
}

fn shown(path: &Path) -> String {
    path.display().to_string().replace('\\', "/")
}
