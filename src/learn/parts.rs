//! [`PageParts`]: the chosen pages, put aside by site until all are there.
//!
//! Pages of a site stand anywhere in a collection. Each goes into the part that the hash of its site says; a part
//! is read as a whole, so there are as many parts as keep each small. What is little stays in memory.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek as _, Write};
use std::path::Path;

use dehusk::Input;
use dehusk::learn::PageId;

use crate::read::document::Doc;

/// Bytes of pages in one part, about.
const PART: u64 = 128 << 20;

/// Files that are open at once, at most.
const MOST: u64 = 256;

/// A page that is learnt from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageCopy {
    pub site: String,
    /// The hash by which it was chosen.
    pub hash: u64,
    pub language: String,
    pub is_html: bool,
    pub text: String,
}

impl PageCopy {
    pub fn of(site: String, hash: u64, doc: &Doc, input: Input) -> Self {
        let is_html = match input {
            Input::Html => true,
            Input::Auto => doc.is_html || dehusk::is_html(&doc.text),
            Input::Text | Input::Page => doc.is_html,
        };
        Self { site, hash, language: doc.known.lang().to_owned(), is_html, text: doc.text.clone() }
    }

    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        for text in [&self.site, &self.language, &self.text] {
            let length = u32::try_from(text.len()).map_err(io::Error::other)?;
            out.write_all(&length.to_le_bytes())?;
            out.write_all(text.as_bytes())?;
        }
        out.write_all(&self.hash.to_le_bytes())?;
        out.write_all(&[u8::from(self.is_html)])
    }

    fn read(input: &mut impl Read) -> io::Result<Option<Self>> {
        let mut length = [0; 4];
        let mut texts = [String::new(), String::new(), String::new()];
        for (number, text) in texts.iter_mut().enumerate() {
            match input.read_exact(&mut length) {
                Err(error) if number == 0 && error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
                other => other?,
            }
            let mut bytes = vec![0; u32::from_le_bytes(length) as usize];
            input.read_exact(&mut bytes)?;
            *text = String::from_utf8(bytes).map_err(io::Error::other)?;
        }
        let (mut hash, mut is_html) = ([0; 8], [0]);
        input.read_exact(&mut hash)?;
        input.read_exact(&mut is_html)?;
        let [site, language, text] = texts;
        Ok(Some(Self { site, hash: u64::from_le_bytes(hash), language, is_html: is_html[0] != 0, text }))
    }
}

/// Pages by part.
pub enum PageParts {
    /// Few, in memory.
    Memory(Vec<PageCopy>),
    /// Many, in files that are gone when they are closed.
    Files(Vec<BufWriter<File>>),
}

/// The pages of one site.
type SitePages = (String, Vec<PageCopy>);

impl PageParts {
    /// PageParts for so many bytes; files lie in the folder.
    pub fn new(bytes: u64, folder: &Path) -> io::Result<Self> {
        if bytes <= PART {
            return Ok(Self::Memory(Vec::new()));
        }
        let files = bytes.div_ceil(PART).min(MOST);
        let files: io::Result<Vec<_>> =
            (0..files).map(|_| Ok(BufWriter::with_capacity(256 << 10, tempfile::tempfile_in(folder)?))).collect();
        Ok(Self::Files(files?))
    }

    /// Adds a page.
    pub fn add(&mut self, page: &PageCopy) -> io::Result<()> {
        match self {
            Self::Memory(pages) => pages.push(page.clone()),
            Self::Files(files) => {
                let part = PageId::new("", &page.site).page() % files.len() as u64;
                page.write(&mut files[part as usize])?;
            }
        }
        Ok(())
    }

    /// The pages of each part, by site.
    pub fn finish(self) -> Box<dyn Iterator<Item = io::Result<Vec<SitePages>>>> {
        match self {
            Self::Memory(pages) => Box::new(std::iter::once(Ok(by_site(pages)))),
            Self::Files(files) => Box::new(files.into_iter().map(|file| {
                let mut file = file.into_inner().map_err(|error| error.into_error())?;
                file.rewind()?;
                let mut input = BufReader::with_capacity(1 << 20, file);
                let mut pages = Vec::new();
                while let Some(page) = PageCopy::read(&mut input)? {
                    pages.push(page);
                }
                Ok(by_site(pages))
            })),
        }
    }
}

fn by_site(pages: Vec<PageCopy>) -> Vec<SitePages> {
    let mut sites: BTreeMap<String, BTreeMap<u64, PageCopy>> = BTreeMap::new();
    for page in pages {
        // Equal pages are one.
        sites.entry(page.site.clone()).or_default().insert(page.hash, page);
    }
    sites.into_iter().map(|(site, pages)| (site, pages.into_values().collect())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_hold_what_memory_holds() {
        let folder = tempfile::tempdir().unwrap();
        let page = |i: u64| PageCopy {
            site: format!("{}.com", i % 7),
            hash: i % 90,
            language: "zh".into(),
            is_html: i.is_multiple_of(2),
            text: format!("第 {i} 页\n"),
        };
        let all = |mut parts: PageParts| {
            (0..100).for_each(|i| parts.add(&page(i)).unwrap());
            let mut sites: Vec<SitePages> = parts.finish().flat_map(Result::unwrap).collect();
            sites.sort_by(|a, b| a.0.cmp(&b.0));
            sites
        };
        let in_files = all(PageParts::new(PART * 3, folder.path()).unwrap());
        assert_eq!(in_files, all(PageParts::new(1, folder.path()).unwrap()));
        assert_eq!(in_files.len(), 7);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left behind");
    }
}
