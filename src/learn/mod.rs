//! Learning what sites repeat, from files to files: `dehusk learn`, and `--learn` of the filter.
//!
//! A collection is walked twice. The first walk chooses the pages of each site that are learnt from
//! ([`SiteSample`]); the second puts these aside, by site, in parts that each fit into memory ([`PageParts`]). Then one part
//! after the other is read, and all cores learn from its sites. So memory is bounded by the number of sites and the
//! size of a part, whatever the collection has.

mod parts;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Result, anyhow, bail};
use dehusk::learn::{
    KnownLines, LearntState, PageId, SUMMARY, SiteFile, SiteSample, header, learn_site, read_state, site_of, summary,
};
use dehusk::{Body, Document, Engine, HtmlReader, HtmlText, LEARNT, Lang, parallel_map};

use crate::learn::parts::{PageCopy, PageParts};
use crate::read::document::Doc;
use crate::read::documents::Documents;
use crate::read::rule_file::text_of;
use crate::ui::atomic_file::{AtomicFile, is_unfinished};
use crate::ui::messages::{Console, Notice, Severity, reason, say};

/// What to learn, and how.
pub struct Learning<'a> {
    /// What judges each page.
    pub engine: &'a Engine,
    /// Texts in which every line is body.
    pub bodies: Vec<Body>,
    /// The folder of the files.
    pub out: &'a Path,
    /// Pages that a site must have.
    pub fewest: usize,
    /// The folder of a file stands for the site of its pages.
    pub by_folder: bool,
    /// The folder is there, and what is learnt is added.
    pub update: bool,
    /// The language of names and comments.
    pub lang: Lang,
}

/// What was learnt.
#[derive(Clone, Debug, Default)]
pub struct LearnCounts {
    /// Sites, and how many of them have enough pages.
    pub sites: usize,
    /// See `sites`.
    pub large: usize,
    /// Files that were written.
    pub files: usize,
    /// Lines that go, and lines on trial.
    pub on: usize,
    /// See `on`.
    pub trial: usize,
    /// Lines of earlier crawls that no longer repeat.
    pub gone: usize,
    /// Pages that were looked at, and those of no site.
    pub pages: u64,
    /// See `pages`.
    pub homeless: u64,
    /// Pages that an earlier crawl had already.
    pub known: u64,
}

impl Learning<'_> {
    /// Walks the collection and writes the files.
    ///
    /// # Errors
    /// When the folder is not what it should be, or something cannot be written.
    pub fn run(&self, collection: &Documents, console: &mut Console) -> Result<LearnCounts> {
        let old = self.old_state()?;
        let mut counts = LearnCounts::default();
        let mut sample = SiteSample::default();
        collection.each(
            console,
            |doc| {
                self.site(doc)
                    .map(|site| (PageId::new(&site, &doc.text), doc.text.len(), self.is_known(&old, &site, doc)))
            },
            |found| {
                counts.pages += 1;
                match found {
                    Some((id, bytes, false)) => sample.add(id, bytes),
                    Some(_) => counts.known += 1,
                    None => counts.homeless += 1,
                }
            },
        );
        counts.sites = sample.sites();
        sample.keep_large(self.fewest);
        counts.large = sample.sites();
        fs::create_dir_all(self.out).map_err(|error| self.cannot_write(self.out, &error))?;
        let mut parts =
            PageParts::new(sample.bytes(), self.out).map_err(|error| self.cannot_write(self.out, &error))?;
        let mut failed = None;
        // The first walk has said what cannot be read.
        let mut mute = Console::mute(self.lang);
        collection.each(
            &mut mute,
            |doc| {
                let site = self.site(doc)?;
                let id = PageId::new(&site, &doc.text);
                sample.takes(id).then(|| PageCopy::of(site, id.page(), doc, self.engine.input()))
            },
            |copy| {
                if let (Some(copy), None) = (copy, &failed) {
                    failed = parts.add(&copy).err();
                }
            },
        );
        if let Some(error) = failed {
            return Err(self.cannot_write(self.out, &error));
        }
        let mut states = old;
        let mut changes = Vec::new();
        let known = KnownLines::of(&self.bodies);
        let reader = self.engine.html_reader();
        for part in parts.finish() {
            let sites: Vec<(String, Vec<PageCopy>)> = part.map_err(|error| self.cannot_write(self.out, &error))?;
            let learnt = parallel_map(&sites, collection.threads(), |(site, pages)| {
                self.learn(site, pages, &known, &reader, states.get(site).cloned())
            });
            for file in learnt {
                let file = match file {
                    Ok(file) => file,
                    Err(error) => {
                        console.tell(&Notice::new(Severity::Error, self.out.display().to_string(), error));
                        continue;
                    }
                };
                if let Some(text) = &file.text {
                    // By this the folder is known, if the run is stopped before all is remembered.
                    if counts.files == 0 && !self.update {
                        self.write(LEARNT, &(header() + "\n"))?;
                    }
                    self.write(&file.name, text)?;
                    counts.files += 1;
                }
                counts.on += file.change.on;
                counts.trial += file.change.trial;
                counts.gone += file.change.gone.len();
                changes.push((file.state.site.clone(), file.change));
                states.insert(file.state.site.clone(), file.state);
            }
        }
        // A folder with nothing in it would stand in the way of the next try.
        if states.is_empty() {
            let _ = fs::remove_dir(self.out);
            return Ok(counts);
        }
        let mut remembered = header();
        for state in states.values() {
            remembered.push('\n');
            remembered.push_str(&serde_json::to_string(state)?);
        }
        remembered.push('\n');
        self.write(SUMMARY, &summary(&states, &changes, self.lang))?;
        self.write(LEARNT, &remembered)?;
        Ok(counts)
    }

    /// The site of a document.
    fn site(&self, doc: &Doc) -> Option<String> {
        if self.by_folder {
            let folder = Path::new(&doc.file).parent()?.file_name()?.to_string_lossy().to_lowercase();
            return dehusk::file_of_host(&folder).map(|_| folder);
        }
        site_of(doc.host.as_deref()?)
    }

    /// Whether an earlier crawl had this very page.
    fn is_known(&self, old: &BTreeMap<String, LearntState>, site: &str, doc: &Doc) -> bool {
        old.get(site).is_some_and(|state| state.page_hashes.contains(&PageId::new(site, &doc.text).page()))
    }

    fn old_state(&self) -> Result<BTreeMap<String, LearntState>> {
        let (lang, out) = (self.lang, self.out.display());
        let path = self.out.join(LEARNT);
        // What a stopped run left unfinished has no name yet.
        let is_file = |entry: std::io::Result<fs::DirEntry>| entry.map_or(true, |entry| !is_unfinished(&entry.path()));
        let is_empty = fs::read_dir(self.out).map_or(true, |mut entries| !entries.any(is_file));
        match (self.update, path.is_file()) {
            (false, _) if is_empty => Ok(BTreeMap::new()),
            (false, true) => bail!(say!(
                lang,
                "{out} 里已经有学到的规则，没有动它；加 --update 就在上面接着学，或者用 --out 写到别的文件夹",
                "{out} holds learnt rules already and was not touched; --update adds to them, --out names another folder"
            )),
            (false, false) => bail!(say!(
                lang,
                "{out} 不是空的，没有动它；请用 --out 写到一个新文件夹",
                "{out} is not empty and was not touched; name a new folder with --out"
            )),
            (true, false) => bail!(say!(
                lang,
                "{out} 里没有 {LEARNT}，不是 dehusk learn 写的文件夹；第一次学请不要加 --update",
                "there is no {LEARNT} in {out}, so dehusk learn did not write it; leave --update out the first time"
            )),
            (true, true) => {
                let text = fs::read_to_string(&path).map_err(|error| self.cannot_write(&path, &error))?;
                read_state(&text).map_err(|(line, why)| {
                    let path = path.display();
                    anyhow!(say!(lang, "{path}:{line} 读不懂：{why}", "{path}:{line} cannot be read: {why}"))
                })
            }
        }
    }

    fn learn(
        &self,
        site: &str,
        pages: &[PageCopy],
        known: &KnownLines,
        reader: &HtmlReader,
        old: Option<LearntState>,
    ) -> std::result::Result<SiteFile, String> {
        let html: Vec<Option<HtmlText>> =
            pages.iter().map(|page| page.is_html.then(|| reader.read(&page.text, false))).collect();
        let documents: Vec<Document<'_>> = pages
            .iter()
            .zip(&html)
            .filter_map(|(page, html)| {
                let document = match html {
                    Some(html) => html.document(),
                    None => Document::new(&page.text),
                };
                let document = document.ok()?.with_host(site);
                Some(if page.language.is_empty() { document } else { document.with_language(&page.language) })
            })
            .collect();
        let findings = learn_site(&documents, self.engine, known);
        let hashes: BTreeSet<u64> = pages.iter().map(|page| page.hash).collect();
        // A site that is not remembered may have a file: of a run that was stopped, or somebody's own.
        let old = old.unwrap_or_else(|| LearntState { site: site.to_owned(), ..LearntState::default() });
        let name = dehusk::file_of_host(site).unwrap_or_default();
        let path = self.out.join(format!("{name}.toml"));
        let text = text_of(&path, self.lang).map_err(|error| error.to_string())?;
        SiteFile::updated(old, text.as_deref(), &findings, hashes, self.lang)
            .map_err(|error| error.message(self.lang).to_string())
    }

    fn write(&self, name: &str, text: &str) -> Result<()> {
        let path = self.out.join(name);
        let write = || {
            let mut pending = AtomicFile::new(&path)?;
            pending.write_all(text.as_bytes())?;
            pending.commit(None)
        };
        write().map(|_| ()).map_err(|error| self.cannot_write(&path, &error))
    }

    fn cannot_write(&self, path: &Path, error: &std::io::Error) -> anyhow::Error {
        let (lang, shown, why) = (self.lang, path.display(), reason(self.lang, error));
        anyhow!(say!(lang, "写不了 {shown}：{why}", "cannot write {shown}: {why}"))
    }
}

impl LearnCounts {
    /// What to say at the end; `out` is the folder.
    pub fn said(&self, out: Option<&Path>, fewest: usize, lang: Lang) -> String {
        let Self { sites, large, files, on, trial, gone, pages, homeless, known } = self;
        let (zh_out, en_out) = match out.map(Path::display) {
            Some(out) => (format!("到 {out}"), format!("written to {out}")),
            None => (String::new(), "learnt".to_owned()),
        };
        let word = |count: usize, one: &'static str| if count == 1 { one.to_string() } else { format!("{one}s") };
        let (some_sites, some_files) = (word(*sites, "site"), word(*files, "file"));
        let some_pages = if *pages == 1 { "page" } else { "pages" };
        let counted = say!(
            lang,
            "{pages} 页，{sites} 个网站，其中 {large} 个有 {fewest} 页以上；写了 {files} 个文件{zh_out}：{on} 行起作用，{trial} 行试用。\n",
            "{pages} {some_pages} of {sites} {some_sites}, {large} of them with {fewest} pages or more; {files} {some_files} {en_out}: {on} lines that go, {trial} on trial.\n"
        );
        let mut said = match *known {
            0 => counted,
            _ if known + homeless == *pages => say!(
                lang,
                "没有新的网页：{known} 页都学过，规则没有变。\n",
                "No new pages: {known} were learnt from before, and the rules stay as they are.\n"
            ),
            _ => {
                counted
                    + &say!(
                        lang,
                        "其中 {known} 页以前学过，不再计入。\n",
                        "Pages that were learnt from before, and do not count again: {known}.\n"
                    )
            }
        };
        if *gone > 0 {
            said.push_str(&say!(
                lang,
                "以前学到的 {gone} 行这次没有再重复，见 {SUMMARY}。\n",
                "Lines learnt before that do not repeat any more: {gone}; {SUMMARY} names them.\n"
            ));
        }
        if *homeless > 0 {
            said.push_str(&say!(
                lang,
                "{homeless} 页没有写明网址或域名，没有用上；用 --url-field 指明字段，文件夹就是网站的用 dehusk learn --by-folder。\n",
                "Pages left out because they say no URL or host: {homeless}; --url-field names the field, dehusk learn --by-folder takes the folder of a file for its site.\n"
            ));
        }
        said
    }
}
