//! A studio that is served, and the smallest client that can ask it: a browser would add headers of its own, and these
//! tests choose every one.

#![allow(dead_code, reason = "each test and the bench use a part of it")]

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use dehusk_engine::Engine;
use dehusk_rules::{RuleSet, shipped_sources};
use dehusk_studio::{DiskAccess, ReadPhrases, Studio, StudioDocument, StudioOptions};
use dehusk_text::Lang;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A studio that is served, with its folder of rules.
pub struct Served {
    /// `127.0.0.1:PORT`.
    pub host: String,
    /// What stands before every path.
    pub token: String,
    outer: TempDir,
}

/// What was answered.
pub struct Answered {
    pub status: u16,
    /// All headers, in small letters.
    pub head: String,
    pub body: String,
}

impl Answered {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

/// A document with a name made from its number.
pub fn document(text: &str, host: &str) -> StudioDocument {
    let host = Some(host.to_owned()).filter(|host| !host.is_empty());
    StudioDocument { name: "page".into(), text: text.into(), host, ..StudioDocument::default() }
}

impl Served {
    /// Serves these documents with the shipped rules and these files in the folder of rules.
    pub fn new(documents: Vec<StudioDocument>, files: &[(&str, &str)]) -> Self {
        let outer = tempfile::tempdir().expect("a folder");
        let folder = outer.path().join("rules");
        fs::create_dir(&folder).expect("a folder");
        for (name, text) in files {
            fs::write(folder.join(name), text).expect("written");
        }
        let disk = DiskAccess { write: |path, bytes| fs::write(path, bytes), remove: |path| fs::remove_file(path) };
        let phrases =
            ReadPhrases::new(|_, bytes| Ok(String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect()));
        let options = StudioOptions {
            shipped: RuleSet::from_sources(&shipped_sources()).expect("the shipped rules are right"),
            folder,
            others: RuleSet::default(),
            engine: Engine::builder(),
            lang: Lang::En,
            disk,
            phrases,
            unread: 0,
        };
        let studio = Studio::open(options, documents, 0).expect("a free port");
        let address = studio.address().expect("it has a port");
        let (host, token) = address.trim_start_matches("http://").split_once('/').expect("an address with a token");
        let served = Self { host: host.to_owned(), token: token.trim_matches('/').to_owned(), outer };
        thread::spawn(move || studio.serve());
        served
    }

    /// A path beside or below the folder of rules.
    pub fn path(&self, below: &str) -> PathBuf {
        self.outer.path().join(below)
    }

    /// The text of a rule file.
    pub fn file(&self, name: &str) -> String {
        fs::read_to_string(self.path("rules").join(name)).expect("it is there")
    }

    /// Sends a request with exactly these headers.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answered {
        let mut stream = TcpStream::connect(&self.host).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("it can be set");
        let mut request =
            format!("{method} {path} HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        stream.write_all(format!("{request}\r\n{body}").as_bytes()).expect("it is sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("it is answered");
        let answer = String::from_utf8(answer).expect("it is UTF-8");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        Answered { status, head: head.to_lowercase(), body: body.to_owned() }
    }

    /// Asks as the page does.
    pub fn get(&self, path: &str) -> Answered {
        self.send("GET", &format!("/{}/{path}", self.token), &[("Host", &self.host)], "")
    }

    /// Sends as the page does.
    pub fn post(&self, path: &str, value: &Value) -> Answered {
        let origin = format!("http://{}", self.host);
        let headers = [("Host", self.host.as_str()), ("Origin", &origin), ("Content-Type", "application/json")];
        self.send("POST", &format!("/{}/{path}", self.token), &headers, &value.to_string())
    }

    /// The same, where it must succeed.
    pub fn done(&self, path: &str, value: &Value) -> Value {
        let answered = self.post(path, value);
        assert_eq!(answered.status, 200, "{path}: {}", answered.body);
        answered.json()
    }

    /// Whether the lines of a document stay or go: `stays`, `goes`, `part`.
    pub fn fates(&self, id: usize) -> Vec<String> {
        fates(&self.get(&format!("api/document/{id}")).json())
    }

    /// Saves an edited rule after its changes were shown.
    pub fn save(&self, edit: &Value) -> Answered {
        let shown = self.done("api/diff", edit);
        let mut save = edit.clone();
        save["seen"] = shown["seen"].clone();
        self.post("api/save", &save)
    }
}

/// The fates of the lines of a shown document.
pub fn fates(view: &Value) -> Vec<String> {
    let lines = view["lines"].as_array().unwrap_or_else(|| panic!("no lines: {view}"));
    lines.iter().map(|line| line[1].as_str().unwrap_or_default().to_owned()).collect()
}

/// What the page sends of a rule that is edited.
pub fn edit(file: &str, original: Option<&str>, toml: &str) -> Value {
    json!({ "file": file, "original": original, "toml": toml })
}
