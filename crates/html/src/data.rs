//! [`PageData`]: what a page says about itself, in JSON-LD, Open Graph, meta tags and microdata.

mod data_words;

pub(crate) use data_words::DataWords;

use dehusk_text::markup::PAGE_KINDS;
use html5ever::local_name;
use serde_json::Value;

use crate::tree::{Element, NodeKind, ROOT, Tree, is_html};

/// What a page says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageData {
    /// The headline.
    pub title: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// When it was published, as the page says it.
    pub date: Option<String>,
    /// The name of the site.
    pub site: Option<String>,
    /// The language (ISO 639-1).
    pub language: Option<String>,
    /// What it is about, in a sentence or two.
    pub description: Option<String>,
    /// The texts of what the page is about, as far as its data have them: of the article, the product, the posts.
    pub texts: Vec<String>,
    /// What it says that it is: a place in [`PAGE_KINDS`].
    pub kind: u8,
    /// How many scripts there are.
    pub(crate) scripts: usize,
    /// Whether frames show other pages in its place.
    pub(crate) has_frames: bool,
}

/// Where something was found; of two places the first in this order is believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum DataOrigin {
    JsonLd,
    OpenGraph,
    Meta,
    Microdata,
    Tag,
}

#[derive(Debug, Default)]
struct FoundData {
    kind: u8,
    values: [Option<(DataOrigin, String)>; 6],
    texts: Vec<String>,
}

/// What is looked for.
#[derive(Clone, Copy)]
enum What {
    Title,
    Author,
    Date,
    Site,
    Language,
    Description,
}

impl FoundData {
    fn add(&mut self, what: What, origin: DataOrigin, value: &str) {
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
        let slot = &mut self.values[what as usize];
        if !value.is_empty() && slot.as_ref().is_none_or(|(before, _)| origin < *before) {
            *slot = Some((origin, value));
        }
    }

    fn is_a(&mut self, kind: &str) {
        let place = PAGE_KINDS.iter().position(|known| *known == kind).unwrap_or_default();
        self.kind = self.kind.max(place as u8);
    }

    fn take(&mut self, what: What) -> Option<String> {
        self.values[what as usize].take().map(|(_, value)| value)
    }
}

/// Reads what the page says.
pub(crate) fn read(tree: &Tree) -> PageData {
    let mut found = FoundData::default();
    let (mut scripts, mut has_frames) = (0, false);
    let mut first_h1 = None;
    let mut headings = Vec::new();
    // The kinds of things that microdata of the page describe.
    let mut items = Vec::new();
    for (id, node) in tree.nodes.iter().enumerate().skip(ROOT as usize + 1) {
        let NodeKind::Element(element) = &node.kind else { continue };
        match &**element.tag() {
            "html" => {
                if let Some(language) = element.get(&local_name!("lang")) {
                    found.add(What::Language, DataOrigin::Tag, language);
                }
            }
            "frameset" => has_frames = true,
            "meta" => meta(element, &mut found),
            // Those of a drawing name its parts, and may lie in each other.
            "title" if is_html(&element.name) => {
                let title = tree.text_of(id as u32);
                found.add(What::Title, DataOrigin::Tag, &title);
            }
            "script" => {
                scripts += 1;
                let is_data = |kind: &str| kind.trim().eq_ignore_ascii_case("application/ld+json");
                if is_html(&element.name) && element.get(&local_name!("type")).is_some_and(is_data) {
                    json_ld(&tree.text_of(id as u32), &mut found);
                }
            }
            tag @ ("h1" | "h2") if headings.len() < MOST_HEADINGS => {
                let text = tree.text_of(id as u32);
                headings.push(fold(&text));
                if tag == "h1" && first_h1.is_none() {
                    first_h1 = Some(text);
                }
            }
            _ => microdata(tree, id as u32, element, &mut found, &mut items),
        }
    }
    // One product is what the page is about, many are a list.
    let of_kind = |kind: &str| items.iter().filter(|item| **item == kind).count();
    for kind in ["article", "product", "offer", "forum"] {
        match (kind, of_kind(kind)) {
            (_, 0) => {}
            ("forum", _) | (_, 1..=3) => found.is_a(kind),
            _ => found.is_a("list"),
        }
    }
    if let Some(h1) = first_h1 {
        // The title of the page mostly names the site too; a heading that it begins with is the headline.
        let folded = fold(&h1);
        let title = &found.values[What::Title as usize];
        let begins = title.as_ref().is_some_and(|(_, title)| fold(title).starts_with(&folded));
        if title.is_none() || (begins && folded.chars().count() >= 8) {
            found.values[What::Title as usize] = None;
            found.add(What::Title, DataOrigin::Tag, &h1);
        }
    }
    let language = found.take(What::Language);
    let site = found.take(What::Site);
    PageData {
        title: found.take(What::Title).map(|title| without_site(&title, site.as_deref(), &headings).to_owned()),
        author: found.take(What::Author),
        date: found.take(What::Date),
        site,
        language: language.and_then(|name| Some(name.split(['-', '_']).next()?.trim().to_ascii_lowercase())),
        description: found.take(What::Description),
        texts: found.texts,
        kind: found.kind,
        scripts,
        has_frames,
    }
}

/// Headings that a title is held against.
const MOST_HEADINGS: usize = 40;
/// What stands between a headline and the name of the site.
const BARS: [&str; 14] = [" | ", " - ", " – ", " — ", " :: ", " » ", " · ", " • ", " _ ", "_", "|", "--", "——", "－"];

/// With more bars than this, parts between two of them are not looked at any more.
const MOST_BARS: usize = 16;

/// A title without the name of the site behind or before it, and without the names of its sections.
fn without_site<'t>(title: &'t str, site: Option<&str>, headings: &[String]) -> &'t str {
    // Where a heading of the page is the title up to a bar, it says which part is the headline.
    let parts = || {
        BARS.iter().flat_map(|bar| title.match_indices(bar)).map(|(at, bar)| (&title[..at], &title[at + bar.len()..]))
    };
    let is_heading = |part: &str| {
        let part = fold(part);
        part.chars().count() >= 4 && headings.contains(&part)
    };
    if is_heading(title) {
        return title;
    }
    let bars: Vec<(usize, usize)> = BARS
        .iter()
        .flat_map(|bar| title.match_indices(bar))
        .map(|(at, bar)| (at, at + bar.len()))
        .take(MOST_BARS)
        .collect();
    let between = bars.iter().flat_map(|&(_, from)| {
        let ends = bars.iter().filter(move |(to, _)| *to > from);
        ends.map(move |&(to, _)| &title[from..to])
    });
    let longest = parts()
        .flat_map(|(before, after)| [before, after])
        .chain(between)
        .filter(|part| is_heading(part))
        .max_by_key(|part| part.len());
    if let Some(part) = longest {
        return part.trim();
    }
    let Some(site) = site.map(fold).filter(|site| !site.is_empty()) else { return title };
    for (before, after) in parts() {
        match (fold(before), fold(after)) {
            (before_folded, after_folded) if after_folded == site && !before_folded.is_empty() => return before.trim(),
            (before_folded, after_folded) if before_folded == site && !after_folded.is_empty() => return after.trim(),
            _ => {}
        }
    }
    title
}

fn meta(element: &Element, found: &mut FoundData) {
    let mut name = None;
    for attribute in &element.attributes {
        if matches!(&*attribute.name.local, "name" | "property" | "itemprop" | "http-equiv") {
            name = Some(attribute.value.trim().to_ascii_lowercase());
            break;
        }
    }
    let (Some(name), Some(content)) = (name, element.get(&local_name!("content"))) else { return };
    let (what, origin) = match name.as_str() {
        "og:type" => {
            let kind = content.to_ascii_lowercase();
            return found.is_a(match kind.split(['.', ':']).next() {
                Some("article") => "article",
                Some("product") => "product",
                Some("website" | "blog") => "site",
                _ => "unknown",
            });
        }
        "og:title" => (What::Title, DataOrigin::OpenGraph),
        "twitter:title" | "dc.title" | "dcterms.title" | "headline" | "articletitle" => (What::Title, DataOrigin::Meta),
        "article:author" | "og:article:author" if !content.starts_with("http") => (What::Author, DataOrigin::OpenGraph),
        "author" | "dc.creator" | "dcterms.creator" | "byl" | "parsely-author" | "sailthru.author" => {
            (What::Author, DataOrigin::Meta)
        }
        "article:published_time" | "og:article:published_time" | "og:published_time" => {
            (What::Date, DataOrigin::OpenGraph)
        }
        "date" | "pubdate" | "publishdate" | "publish-date" | "publish_date" | "publication_date" | "dc.date"
        | "dc.date.issued" | "dcterms.created" | "datepublished" | "parsely-pub-date" | "sailthru.date" => {
            (What::Date, DataOrigin::Meta)
        }
        "og:site_name" => (What::Site, DataOrigin::OpenGraph),
        "application-name" | "dc.publisher" | "publisher" => (What::Site, DataOrigin::Meta),
        "content-language" | "og:locale" | "language" | "dc.language" => (What::Language, DataOrigin::Meta),
        "og:description" => (What::Description, DataOrigin::OpenGraph),
        "description" | "twitter:description" => (What::Description, DataOrigin::Meta),
        _ => return,
    };
    found.add(what, origin, content);
}

fn microdata(tree: &Tree, id: u32, element: &Element, found: &mut FoundData, items: &mut Vec<&'static str>) {
    if let Some(kind) = element.attributes.iter().find(|a| &*a.name.local == "itemtype") {
        items.push(kind_of(&kind.value));
    }
    let Some(property) = element.attributes.iter().find(|a| &*a.name.local == "itemprop") else { return };
    let what = match &*property.value {
        "headline" => What::Title,
        "author" | "creator" => What::Author,
        "datePublished" => What::Date,
        _ => return,
    };
    let said = ["content", "datetime"]
        .iter()
        .find_map(|name| element.attributes.iter().find(|a| &*a.name.local == *name).map(|a| a.value.to_string()));
    let text = match said {
        Some(text) => Some(text).filter(|text| text.chars().count() <= LONGEST),
        None => tree.short_text_of(id, LONGEST),
    };
    if let Some(text) = text {
        found.add(what, DataOrigin::Microdata, &text);
    }
}

/// Characters of a property of microdata.
const LONGEST: usize = 300;
/// Objects in objects that are looked through.
const DEEPEST: usize = 6;
/// Texts that are looked through.
const MOST_OBJECTS: usize = 500;

fn json_ld(text: &str, found: &mut FoundData) {
    // Some wrap it as they wrapped scripts once.
    let text = text.trim().trim_start_matches("<!--").trim_end_matches("-->").trim();
    let text = text.trim_start_matches("//<![CDATA[").trim_end_matches("//]]>").trim().trim_end_matches(';');
    let Ok(value) = serde_json::from_str::<Value>(text) else { return };
    let mut left = MOST_OBJECTS;
    object(&value, DEEPEST, &mut left, found);
}

fn object(value: &Value, deep: usize, left: &mut usize, found: &mut FoundData) {
    if deep == 0 || *left == 0 {
        return;
    }
    *left -= 1;
    match value {
        Value::Array(all) => all.iter().for_each(|one| object(one, deep - 1, left, found)),
        Value::Object(fields) => {
            let kinds = fields.get("@type").map(texts).unwrap_or_default();
            let is = |ends: &[&str]| kinds.iter().any(|kind| ends.iter().any(|end| kind.ends_with(end)));
            for kind in &kinds {
                found.is_a(kind_of(kind));
            }
            for name in texts_of(&kinds) {
                if let Some(text) = fields.get(*name).and_then(Value::as_str) {
                    found.texts.push(text.to_owned());
                }
            }
            let mut add = |what: What, name: &str| {
                if let Some(text) = fields.get(name).and_then(first_text) {
                    found.add(what, DataOrigin::JsonLd, &text);
                }
            };
            if is(&["Article", "Posting", "Report", "Review", "Recipe"]) {
                add(What::Title, "headline");
                add(What::Author, "author");
                add(What::Date, "datePublished");
                add(What::Site, "publisher");
                add(What::Language, "inLanguage");
                add(What::Description, "description");
            } else if is(&["WebSite"]) {
                add(What::Site, "name");
            } else if is(&["WebPage"]) {
                add(What::Date, "datePublished");
                add(What::Language, "inLanguage");
            }
            for name in INNER {
                if let Some(inner) = fields.get(name) {
                    object(inner, deep - 1, left, found);
                }
            }
        }
        _ => {}
    }
}

/// Fields whose objects are about the page too.
const INNER: [&str; 9] = [
    "@graph",
    "mainEntity",
    "mainEntityOfPage",
    "itemReviewed",
    "hasVariant",
    "acceptedAnswer",
    "suggestedAnswer",
    "comment",
    "itemListElement",
];

/// The fields of such an object that hold texts which the page shows.
fn texts_of(kinds: &[&str]) -> &'static [&'static str] {
    let is = |ends: &[&str]| kinds.iter().any(|kind| ends.iter().any(|end| kind.ends_with(end)));
    match () {
        () if is(&["Article", "Report", "BlogPosting"]) => &["articleBody"],
        () if is(&["Review"]) => &["reviewBody"],
        () if is(&["ForumPosting", "SocialMediaPosting", "Question", "Answer", "Comment"]) => &["articleBody", "text"],
        () if is(&["Product", "ProductGroup", "JobPosting", "Course", "Event", "Recipe", "SoftwareApplication"]) => {
            &["description"]
        }
        () => &[],
    }
}

/// The kind of page that has an object of this type.
fn kind_of(json_ld: &str) -> &'static str {
    match json_ld.rsplit('/').next().unwrap_or_default() {
        "DiscussionForumPosting" | "QAPage" => "forum",
        "Product" | "ProductGroup" | "SoftwareApplication" | "Hotel" => "product",
        "CollectionPage" | "ItemList" | "SearchResultsPage" => "list",
        "WebSite" => "site",
        "JobPosting" | "Course" | "Event" | "Recipe" => "offer",
        "Organization"
        | "LocalBusiness"
        | "Service"
        | "Corporation"
        | "ProfessionalService"
        | "Restaurant"
        | "Store" => "business",
        name if ["Article", "Posting", "Report"].iter().any(|end| name.ends_with(end)) => "article",
        _ => "unknown",
    }
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// A text, or the name of what is given.
fn first_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(all) => {
            let all: Vec<String> = all.iter().filter_map(first_text).collect();
            (!all.is_empty()).then(|| all.join(", "))
        }
        Value::Object(fields) => fields.get("name").and_then(Value::as_str).map(str::to_owned),
        _ => None,
    }
}

/// Letters and digits in small letters.
fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_into(text, &mut out);
    out
}

/// Adds these to `out`.
fn fold_into(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            _ if c.is_ascii_alphanumeric() => out.push(c.to_ascii_lowercase()),
            _ if c.is_ascii() => {}
            // Han characters have no cases.
            '\u{4e00}'..='\u{9fff}' => out.push(c),
            _ if c.is_alphanumeric() => out.extend(c.to_lowercase()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_lose_the_name_of_the_site() {
        let headings = [fold("The ferry sails again"), fold("码头重新开航")];
        for (title, site, headline) in [
            ("The ferry sails again | The Harbour Post", None, "The ferry sails again"),
            ("Harbour Post - The ferry sails again - News", None, "The ferry sails again"),
            ("码头重新开航_临河新闻网", None, "码头重新开航"),
            ("The bridge is closed - Harbour Post", Some("Harbour Post"), "The bridge is closed"),
            ("Harbour Post: the bridge - is closed", Some("Harbour"), "Harbour Post: the bridge - is closed"),
            ("Sea | wind | Harbour Post", Some("Harbour Post"), "Sea | wind"),
            ("Harbour Post", Some("Harbour Post"), "Harbour Post"),
        ] {
            assert_eq!(without_site(title, site, &headings), headline, "{title}");
        }
    }
}
