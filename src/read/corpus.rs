//! Collections of pages whose bodies are known: JSON Lines, packed or not, one page a line.

use std::collections::{BTreeSet, HashSet};
use std::fs::File;
use std::io::{self, BufRead, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;

use dehusk::io::packed::{self, Packing, Unpacked};
use dehusk::{Batch, Batches};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A page and what is known of it.
#[derive(Clone, Debug, Deserialize)]
pub struct Record {
    /// Its name; the views of one page share it.
    pub id: String,
    /// Which collection it is from.
    #[serde(default)]
    pub source: String,
    /// Which half of it.
    #[serde(default)]
    pub split: String,
    /// Its language.
    #[serde(default)]
    pub lang: String,
    /// `article`, or something else.
    #[serde(default)]
    pub page_type: String,
    /// Where it stood.
    pub host: Option<String>,
    /// `page` for all visible text, else the extractor that left this.
    #[serde(default)]
    pub view: String,
    /// The input.
    pub text: String,
    /// The body, if it is known.
    pub gold: Option<String>,
    /// Snippets that must stay.
    pub with: Option<Vec<String>>,
    /// Snippets that must go.
    pub without: Option<Vec<String>>,
}

/// What a filter looks at. Reading this alone is much faster than reading the texts.
#[derive(Debug, Deserialize)]
struct Head {
    id: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    lang: String,
    #[serde(default)]
    view: String,
}

/// Which records count. An empty list is any.
#[derive(Debug, Default)]
pub struct Filter {
    /// Views.
    pub views: Vec<String>,
    /// Languages.
    pub languages: Vec<String>,
    /// Sources.
    pub sources: Vec<String>,
    /// Names of pages.
    pub ids: Option<HashSet<String>>,
}

impl Filter {
    /// Whether a record counts.
    pub fn takes(&self, record: &Record) -> bool {
        self.takes_named(&record.view, &record.lang, &record.source)
            && self.ids.as_ref().is_none_or(|ids| ids.contains(&record.id))
    }

    fn takes_named(&self, view: &str, language: &str, source: &str) -> bool {
        let any = |wanted: &[String], is: &str| wanted.is_empty() || wanted.iter().any(|w| w == is);
        any(&self.views, view) && any(&self.languages, language) && any(&self.sources, source)
    }

    /// Narrows this to `count` pages, with every view of each that counts. The same pages are
    /// taken whatever the order of the files, and a larger sample holds the smaller one.
    pub fn sample(&mut self, paths: &[PathBuf], count: usize) -> Result<(), (PathBuf, io::Error)> {
        let mut least = BTreeSet::new();
        for path in paths {
            each_batch(path, 1, |batch| {
                for (_, line) in batch.lines() {
                    let Ok(head) = serde_json::from_slice::<Head>(line) else { continue };
                    if self.takes_named(&head.view, &head.lang, &head.source) {
                        least.insert((scattered(&head.id), head.id));
                        if least.len() > count {
                            least.pop_last();
                        }
                    }
                }
            })
            .map_err(|error| (path.clone(), error))?;
        }
        self.ids = Some(least.into_iter().map(|(_, id)| id).collect());
        Ok(())
    }
}

/// A number for a name that has nothing to do with its order: FNV-1a, then mixed.
pub fn scattered(name: &str) -> u64 {
    let hash = name
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd)
}

/// Opens a file, unpacked if its name says that it is packed.
pub fn open(path: &Path) -> io::Result<Unpacked> {
    Ok(unpack(path, File::open(path)?))
}

/// What `file` holds, unpacked if the ending of `path` says that it is packed.
pub fn unpack(path: &Path, file: impl Read + Send + 'static) -> Unpacked {
    packed::open(file, Packing::of_name(&path.to_string_lossy()).0)
}

/// Bytes of lines in a batch, for each thread that works on it.
pub const BATCH: usize = 4 << 20;

/// Hands the lines of a file over in batches. A thread of its own reads and unpacks, one batch
/// ahead of the work.
pub fn each_batch(path: &Path, jobs: usize, mut work: impl FnMut(Batch)) -> io::Result<()> {
    batches_until(open(path)?, BATCH * jobs, |batch| {
        work(batch);
        ControlFlow::Continue(())
    })
}

/// The same for what is open already, in batches of `size` bytes, until the work breaks off.
pub fn batches_until(
    reader: impl BufRead + Send,
    size: usize,
    mut work: impl FnMut(Batch) -> ControlFlow<()>,
) -> io::Result<()> {
    let mut batches = Batches::new(reader);
    let (send, receive) = mpsc::sync_channel(1);
    thread::scope(|scope| {
        scope.spawn(move || {
            while let Some(batch) = batches.next_batch(size).transpose() {
                let failed = batch.is_err();
                // The other side is gone when it has broken off.
                if send.send(batch).is_err() || failed {
                    return;
                }
            }
        });
        for batch in receive {
            if work(batch?).is_break() {
                break;
            }
        }
        Ok(())
    })
}

/// Reads one line; `None` for a blank one.
pub fn parse<T: DeserializeOwned>(line: &[u8]) -> Option<Result<T, serde_json::Error>> {
    (!line.trim_ascii().is_empty()).then(|| serde_json::from_slice(line))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    #[test]
    fn a_sample_is_of_pages_and_grows() {
        let mut file = tempfile::Builder::new().suffix(".jsonl").tempfile().unwrap();
        for id in 0..50 {
            for view in ["page", "x"] {
                writeln!(file, r#"{{"id": "p{id}", "view": "{view}", "text": ""}}"#).unwrap();
            }
        }
        let paths = [file.path().to_owned()];
        let sample = |count| {
            let mut filter = Filter { views: vec!["page".into()], ..Filter::default() };
            filter.sample(&paths, count).unwrap();
            filter.ids.unwrap()
        };
        let (few, many) = (sample(5), sample(20));
        assert_eq!((few.len(), many.len(), sample(90).len()), (5, 20, 50));
        assert!(few.is_subset(&many));
    }
}
