//! The server over HTTP: who is answered, what can be reached, and what a request may do to the rules.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use dehusk_engine::Engine;
use dehusk_rules::RuleSet;
use dehusk_studio::{DiskAccess, ReadPhrases, Studio, StudioDocument, StudioOptions};
use dehusk_text::Lang;
use serde_json::{Value, json};
use tempfile::TempDir;

const TEXT: &str = "渡口昨天重新开航，清晨六点第一班船驶向对岸。\n<script>alert(1)</script><img src=x onerror=alert(1)>\n扫码领取河湾早报电子版\n";

struct Server {
    address: String,
    host: String,
    token: String,
    folder: TempDir,
}

struct Reply {
    status: u16,
    head: String,
    body: String,
}

impl Reply {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

impl Server {
    fn start(rules: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("rules")).expect("a folder");
        if !rules.is_empty() {
            fs::write(folder.path().join("rules/own.toml"), rules).expect("written");
        }
        fs::write(folder.path().join("secret.toml"), "secret").expect("written");
        let options = StudioOptions {
            shipped: RuleSet::default(),
            folder: folder.path().join("rules"),
            others: RuleSet::default(),
            engine: Engine::builder(),
            lang: Lang::En,
            disk: DiskAccess { write: |path, bytes| fs::write(path, bytes), remove: |path| fs::remove_file(path) },
            phrases: ReadPhrases::new(|_, _| Ok(Vec::new())),
            unread: 0,
        };
        let document = |name: &str| StudioDocument {
            name: name.into(),
            text: TEXT.into(),
            host: Some("news.hewan.example".into()),
            ..StudioDocument::default()
        };
        let studio = Studio::open(options, vec![document("a"), document("b")], 0).expect("a port");
        let address = studio.address().expect("an address");
        let (host, token) = address["http://".len()..].trim_end_matches('/').split_once('/').expect("a token");
        let (host, token) = (host.to_string(), token.to_string());
        std::thread::spawn(|| studio.serve());
        Self { address, host, token, folder }
    }

    /// Sends a request as it is: method and path, more headers, a body.
    fn raw(&self, start: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let mut stream = TcpStream::connect(&self.host).expect("it listens");
        let mut request = format!("{start} HTTP/1.1\r\nconnection: close\r\n");
        if !headers.iter().any(|(name, _)| *name == "host") {
            request.push_str(&format!("host: {}\r\n", self.host));
        }
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        if !body.is_empty() {
            request.push_str(&format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len()));
        }
        stream.write_all(format!("{request}\r\n{body}").as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("answered");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).expect("a status").parse().expect("a number");
        Reply { status, head: head.to_string(), body: body.to_string() }
    }

    fn get(&self, path: &str) -> Reply {
        self.raw(&format!("GET /{}/{path}", self.token), &[], "")
    }

    fn post(&self, path: &str, body: &Value) -> Reply {
        let origin = format!("http://{}", self.host);
        self.raw(&format!("POST /{}/api/{path}", self.token), &[("origin", &origin)], &body.to_string())
    }

    fn own(&self) -> String {
        fs::read_to_string(self.folder.path().join("rules/own.toml")).unwrap_or_default()
    }

    /// The rule proposed for the third line, and the state of the file that its diff was held against.
    fn drafted(&self) -> (Value, String) {
        let draft =
            self.post("draft", &json!({ "document": 0, "lines": [3, 3], "how_much": "line", "site": true })).json();
        let edit = json!({ "file": draft["file"], "original": null, "toml": draft["toml"] });
        let seen = self.post("diff", &edit).json()["seen"].as_str().expect("a sum").to_string();
        (edit, seen)
    }
}

fn with(edit: &Value, more: Value) -> Value {
    let mut all = edit.clone();
    for (name, value) in more.as_object().expect("an object") {
        all[name] = value.clone();
    }
    all
}

#[test]
fn only_the_page_itself_is_answered() {
    let server = Server::start("");
    let list = format!("GET /{}/api/documents", server.token);
    let save = format!("POST /{}/api/undo", server.token);
    let host = server.host.as_str();
    let own = format!("http://{host}");
    assert_eq!(server.raw(&list, &[], "").status, 200);
    assert_eq!(server.raw("GET /api/documents", &[], "").status, 404);
    assert_eq!(server.raw(&format!("GET /{}/api/documents", "0".repeat(32)), &[], "").status, 404);
    // A name of somebody else that points to this machine, and requests from pages of others.
    for headers in [
        &[("host", "evil.example")][..],
        &[("host", "127.0.0.1:1")],
        &[("origin", "http://evil.example")],
        &[("origin", "null")],
        &[("origin", "https://127.0.0.1")],
        &[("sec-fetch-site", "cross-site")],
    ] {
        assert_eq!(server.raw(&list, headers, "").status, 403, "{headers:?}");
    }
    assert_eq!(server.raw(&save, &[], "{}").status, 403, "a change needs an origin");
    assert_eq!(server.raw(&save, &[("origin", &own), ("sec-fetch-site", "same-origin")], "{}").status, 400);
    assert!(server.address.starts_with("http://127.0.0.1:") && server.token.len() == 32);
}

#[test]
fn text_of_documents_is_inert() {
    let server = Server::start("");
    let page = server.get("");
    let head = page.head.to_lowercase();
    assert!(page.status == 200 && head.contains("content-security-policy: default-src 'none'"), "{head}");
    assert!(!head.contains("script-src 'self' 'unsafe") && head.contains("x-content-type-options: nosniff"));
    let document = server.get("api/document/0");
    assert!(document.head.to_lowercase().contains("content-type: application/json"));
    assert_eq!(document.json()["lines"][1][0], "<script>alert(1)</script><img src=x onerror=alert(1)>");
}

#[test]
fn nothing_outside_the_rules_is_reached() {
    let server = Server::start("");
    let toml = "[[rule]]\nname = 'a'\nis = '扫码领取河湾早报电子版'\nremoves = '扫码领取河湾早报电子版'\n";
    for file in ["../secret.toml", "/tmp/x.toml", "a/../../secret.toml", "own.txt"] {
        let edit = json!({ "file": file, "original": null, "toml": toml, "seen": "" });
        assert_eq!(server.post("diff", &edit).status, 400, "{file}");
        assert_eq!(server.post("save", &edit).status, 400, "{file}");
    }
    for path in ["../secret.toml", "..%2fsecret.toml", "%2e%2e/secret.toml", "api/document/99", "api/why/0/0"] {
        assert!(matches!(server.get(path).status, 400 | 404), "{path}");
    }
    assert_eq!(fs::read_to_string(server.folder.path().join("secret.toml")).expect("it is there"), "secret");
}

#[test]
fn a_rule_is_made_saved_and_taken_back() {
    let before = "# ours\n[[rule]]\nname = '按钮'\nis = '关闭'\nremoves = '关闭'\n";
    let server = Server::start(before);
    let (edit, seen) = server.drafted();
    let tried = server.post("try", &with(&edit, json!({ "document": 0 }))).json();
    assert_eq!(tried["moved"].as_array().map(Vec::len), Some(1), "{tried}");
    assert_eq!(tried["view"]["lines"][2][1], "goes");
    assert_eq!(server.own(), before, "a trial writes nothing");
    let saved = server.post("save", &with(&edit, json!({ "seen": seen })));
    assert_eq!(saved.status, 200, "{}", saved.body);
    assert!(server.own().starts_with(before) && server.own().contains("sites"), "{}", server.own());
    let name = saved.json()["rule"].as_str().expect("a name").to_string();
    let rules = server.get("api/rules").json();
    assert!(rules["rules"].as_array().expect("a list").iter().any(|rule| rule["rule"] == name && rule["own"] == true));
    assert_eq!(server.post("undo", &json!({})).status, 200);
    assert_eq!(server.own(), before);
}

#[test]
fn a_file_changed_meanwhile_is_left_alone() {
    let server = Server::start("");
    let (edit, seen) = server.drafted();
    let theirs = "# somebody else was here\n";
    fs::write(server.folder.path().join("rules/own.toml"), theirs).expect("written");
    let refused = server.post("save", &with(&edit, json!({ "seen": seen })));
    assert!(
        refused.status == 400 && refused.json()["en"].as_str().is_some_and(|why| why.contains("changed elsewhere"))
    );
    assert_eq!(server.own(), theirs);
}

#[test]
fn a_rule_that_harms_its_example_is_saved_on_trial_only() {
    let server = Server::start("");
    let toml = "[[rule]]\nname = 'a'\nis = '扫码领取'\nremoves = '扫码领取河湾早报电子版'\n";
    let edit = json!({ "file": "own.toml", "original": null, "toml": toml });
    assert!(server.post("diff", &edit).json()["danger"]["en"].is_string());
    assert_eq!(server.post("save", &with(&edit, json!({ "seen": "" }))).status, 400);
    let trial = server.post("set", &with(&edit, json!({ "field": "status", "value": "trial" }))).json();
    let edit = with(&edit, json!({ "toml": trial["toml"] }));
    assert_eq!(server.post("save", &with(&edit, json!({ "seen": "" }))).status, 200);
}

#[test]
fn a_broken_rule_file_leaves_the_page_working() {
    let server = Server::start("[[rule]]\nname = 'a'\nis = 'x'\nnope = 1\n\n[[rule]\n");
    let rules = server.get("api/rules").json();
    assert!(rules["mistakes"].as_array().is_some_and(|all| !all.is_empty()), "{rules}");
    assert_eq!(server.get("api/document/0").status, 200);
    assert_eq!(
        server
            .raw(&format!("POST /{}/api/read", server.token), &[("origin", &format!("http://{}", server.host))], "{")
            .status,
        400
    );
}

#[test]
fn the_collection_is_compared_in_the_background() {
    let server = Server::start("");
    let (edit, _) = server.drafted();
    assert_eq!(server.post("job", &edit).json()["started"], true);
    let job = loop {
        let job = server.get("api/job").json();
        if job["finished"] == true {
            break job;
        }
    };
    assert_eq!((job["changed"].as_u64(), job["more"].as_u64()), (Some(2), Some(2)), "{job}");
}
