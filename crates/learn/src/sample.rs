//! [`SiteSample`]: which pages of a collection are learnt from.
//!
//! What a site repeats shows in some pages of it; more of them tell nothing new. So of each site the pages with the
//! smallest hashes are taken, at most [`SAMPLED`]. Which these are depends neither on the order of the pages nor on
//! who counted which part of them, a page that stands in the collection ten thousand times is one, and memory grows
//! with the number of sites and not with that of pages.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use crate::line::hash;
use dehusk_text::Document;

/// Pages of one site that are learnt from, at most.
pub const SAMPLED: usize = 64;

/// Pages that a site must have.
pub const FEWEST_PAGES: usize = 5;

/// Bytes of a page that is learnt from, at most: a longer one is no article.
pub const LONGEST_PAGE: usize = 2 << 20;

/// The site of a host or URL: the host in lower case, without `www.`; `None` if it has none, and for an
/// address of IPv6, which rules cannot name.
pub fn site_of(host_or_url: &str) -> Option<String> {
    let empty = Document::new("").ok()?.with_host(host_or_url);
    let host = empty.host()?;
    let site = host.strip_prefix("www.").filter(|rest| rest.contains('.')).unwrap_or(host);
    dehusk_rules::file_of_host(site)?;
    (!site.contains(':')).then(|| site.to_string())
}

/// A page, as it is counted: a hash of its site and one of its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PageId {
    site: u64,
    page: u64,
}

impl PageId {
    /// The page of this site with this text, as it came in.
    pub fn new(site: &str, text: &str) -> Self {
        Self { site: hash(11, site), page: hash(12, text) }
    }

    /// The hash of its text.
    pub fn page(self) -> u64 {
        self.page
    }
}

/// Which pages are learnt from.
#[derive(Debug, Default)]
pub struct SiteSample {
    sites: HashMap<u64, SampledSite, FixedState>,
}

#[derive(Debug, Default)]
struct SampledSite {
    /// Hashes and sizes of the pages, the smallest hashes first.
    pages: Vec<(u64, u32)>,
    /// How many pages were seen, equal ones too.
    seen: u64,
}

impl SiteSample {
    /// Adds a page of so many bytes.
    pub fn add(&mut self, id: PageId, bytes: usize) {
        let site = self.sites.entry(id.site).or_default();
        site.seen += 1;
        let at = site.pages.partition_point(|&(page, _)| page < id.page);
        if bytes > LONGEST_PAGE || at == SAMPLED || site.pages.get(at).is_some_and(|&(page, _)| page == id.page) {
            return;
        }
        if site.pages.len() == SAMPLED {
            site.pages.pop();
        }
        site.pages.insert(at, (id.page, u32::try_from(bytes).unwrap_or(u32::MAX)));
    }

    /// Forgets the sites with fewer different pages than this.
    pub fn keep_large(&mut self, fewest: usize) {
        self.sites.retain(|_, site| site.pages.len() >= fewest);
        self.sites.shrink_to_fit();
    }

    /// Whether a page is learnt from.
    pub fn takes(&self, id: PageId) -> bool {
        let found = self.sites.get(&id.site);
        found.is_some_and(|site| site.pages.binary_search_by_key(&id.page, |&(page, _)| page).is_ok())
    }

    /// How many sites there are.
    pub fn sites(&self) -> usize {
        self.sites.len()
    }

    /// How many pages of a site were seen.
    pub fn seen(&self, site: &str) -> u64 {
        self.sites.get(&hash(11, site)).map_or(0, |site| site.seen)
    }

    /// Bytes of all pages that are learnt from.
    pub fn bytes(&self) -> u64 {
        self.sites.values().flat_map(|site| &site.pages).map(|&(_, bytes)| u64::from(bytes)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sample_does_not_depend_on_the_order() {
        let ids: Vec<PageId> = (0..1000).map(|i| PageId::new("a.com", &format!("page {i}"))).collect();
        let mut forwards = SiteSample::default();
        ids.iter().for_each(|&id| forwards.add(id, 10));
        let mut backwards = SiteSample::default();
        ids.iter().rev().chain(&ids).for_each(|&id| backwards.add(id, 10));
        let taken = |sample: &SiteSample| ids.iter().filter(|&&id| sample.takes(id)).count();
        assert_eq!((taken(&forwards), taken(&backwards)), (SAMPLED, SAMPLED));
        assert!(ids.iter().all(|&id| forwards.takes(id) == backwards.takes(id)));
        assert_eq!((forwards.bytes(), forwards.seen("a.com"), backwards.seen("a.com")), (640, 1000, 2000));
    }

    #[test]
    fn one_article_ten_thousand_times_is_one_page() {
        let mut sample = SiteSample::default();
        (0..10_000).for_each(|_| sample.add(PageId::new("a.com", "the same"), 8));
        sample.keep_large(2);
        assert_eq!(sample.sites(), 0);
    }

    #[test]
    fn the_site_of_an_address_is_its_host() {
        let site = |given: &str| site_of(given);
        assert_eq!(site("https://WWW.Example.com:80/a").as_deref(), Some("example.com"));
        assert_eq!(site("www.com").as_deref(), Some("www.com"));
        assert_eq!(site("thepaper").as_deref(), Some("thepaper"));
        assert_eq!(site(" "), None);
        assert_eq!(site("http://[2001:db8::1]/a"), None);
        assert_eq!(site(&"a".repeat(300)), None);
    }
}
