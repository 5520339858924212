//! Further ways in than those of `http.rs`: near misses of the token and the host, links of other pages, paths that name a rule of
//! a file outside; and what every answer says, also a refusal.

mod common;

use std::fs;

use common::{Served, document, edit};

const TEXT: &str = "The ferry left the old quay at six in the morning with forty passengers on board.\n";

fn served() -> Served {
    Served::new(vec![document(TEXT, "")], &[])
}

#[test]
fn who_does_not_know_the_token_gets_nothing() {
    let studio = served();
    let host = [("Host", studio.host.as_str())];
    let other = "0".repeat(studio.token.len());
    let shorter = &studio.token[1..];
    for path in ["/", "/api/documents", &format!("/{other}/api/documents"), &format!("/{shorter}/api/documents")] {
        let answered = studio.send("GET", path, &host, "");
        assert_eq!(answered.status, 404, "{path}");
        assert!(!answered.body.contains("page") && !answered.body.contains(&studio.token), "{path}");
    }
    assert_eq!(studio.get("api/documents").status, 200);
}

#[test]
fn a_name_that_was_made_to_point_here_is_refused() {
    let studio = served();
    let port = studio.host.rsplit(':').next().expect("a port").to_owned();
    let path = format!("/{}/api/documents", studio.token);
    for host in
        ["evil.example", &format!("evil.example:{port}"), "127.0.0.1", "127.0.0.1:1", "127.0.0.1.evil.example", ""]
    {
        assert_eq!(studio.send("GET", &path, &[("Host", host)], "").status, 403, "{host}");
    }
    let twice = [("Host", studio.host.as_str()), ("Host", "evil.example")];
    assert_ne!(studio.send("GET", &path, &twice, "").status, 200);
    assert_eq!(studio.send("GET", &path, &[("Host", &format!("localhost:{port}"))], "").status, 200);
}

#[test]
fn another_page_cannot_read_by_a_link_or_an_image() {
    let studio = served();
    let path = format!("/{}/api/documents", studio.token);
    for site in ["cross-site", "same-site"] {
        let headers = [("Host", studio.host.as_str()), ("Sec-Fetch-Site", site)];
        assert_eq!(studio.send("GET", &path, &headers, "").status, 403, "{site}");
    }
    let answered = studio.get("api/documents");
    assert!(answered.head.contains("cross-origin-resource-policy: same-origin"));
    assert!(!answered.head.contains("access-control-allow"));
}

#[test]
fn every_answer_forbids_foreign_scripts() {
    let studio = served();
    for path in ["", "app.js", "api/documents", "api/document/0", "no-such-file"] {
        let answered = studio.get(path);
        let policy =
            answered.head.lines().find(|line| line.starts_with("content-security-policy:")).unwrap_or_default();
        assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self'"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("connect-src 'self'"), "{path}");
        assert!(!policy.contains("unsafe") && !policy.contains('*'), "{path}: {policy}");
        assert!(answered.head.contains("x-content-type-options: nosniff"), "{path}");
        assert!(answered.head.contains("referrer-policy: no-referrer"), "{path}: the address holds the token");
    }
}

#[test]
fn no_path_leads_out_of_the_folder_of_rules() {
    let studio = served();
    let secret = "[[rule]]\nname = 'secret'\nremove = 'line'\nis = 'a secret line of nobody'\nremoves = 'a secret line of nobody'\n";
    fs::write(studio.path("secret.toml"), secret).expect("written");
    let absolute = studio.path("secret.toml").display().to_string();
    let toml = "[[rule]]\nname = 'mine'\nstatus = 'trial'\nremove = 'line'\nis = 'some line of an invented page'\nremoves = 'some line of an invented page'\n";
    for file in
        ["../secret.toml", "sites/../../secret.toml", &absolute, "..\\secret.toml", "secret.toml/../../secret.toml"]
    {
        for original in [None, Some("secret")] {
            let mut asked = edit(file, original, toml);
            asked["seen"] = "".into();
            let (diff, save) = (studio.post("api/diff", &asked), studio.post("api/save", &asked));
            assert_eq!((diff.status, save.status), (400, 400), "{file}");
            assert!(!diff.body.contains("a secret line") && !save.body.contains("a secret line"), "{file}");
        }
    }
    assert_eq!(fs::read_to_string(studio.path("secret.toml")).expect("it is there"), secret);
    for path in ["../secret.toml", "..%2fsecret.toml", "%2e%2e/secret.toml", "assets/../../secret.toml"] {
        let answered = studio.get(path);
        assert_eq!(answered.status, 404, "{path}");
    }
}

#[test]
fn what_is_no_request_of_the_page_is_answered_and_does_no_harm() {
    let studio = served();
    for path in ["api/document/7", "api/document/x", "api/why/0/0", "api/why/0/99", "api/rule?rule=none", "api/rule"] {
        let status = studio.get(path).status;
        assert!((400..500).contains(&status), "{path}: {status}");
    }
    let status = {
        let origin = format!("http://{}", studio.host);
        let headers = [("Host", studio.host.as_str()), ("Origin", origin.as_str()), ("Content-Type", "text/plain")];
        studio.send("POST", &format!("/{}/api/paste", studio.token), &headers, "not JSON").status
    };
    assert!((400..500).contains(&status), "{status}");
    assert_eq!(studio.get("api/documents").status, 200);
}
