#!/usr/bin/env python3
"""Prints dehusk beside other extractors on the same HTML of ../shared, in one run: F1 of each kind of page, and speed.

    python3 scripts/html-peers.py [BINARY] [--every 20] [--only dehusk,trafilatura]

Peers are fetched once, into target/html-peers: those of pip into an environment, those of cargo into a program. One that
cannot be had is named and left out. `--every N` takes one page of N, always the same ones; without it all pages are taken,
which lasts some minutes. Speed is megabytes of HTML for a second of one core, parsing included; the tools take turns, three
times each on 300 pages at most, and the best turn counts. Of programs it is the whole process, with its start and with JSON
Lines; in Python extracting alone. All are seconds of the processor: what else runs does not count. `--write` puts the tables into docs/quality.json.
"""
import argparse
import json
import lzma
import os
import resource
import subprocess
import sys
import tempfile
import time
import zlib
from datetime import date
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
HERE = ROOT / "target/html-peers"
PIP = {"trafilatura": "2.3.1", "readability-lxml": "0.9", "resiliparse": None, "lxml_html_clean": None, "chardet": None}
CRATES = {"dom_smoothie": "0.19", "rs-trafilatura": "0.2"}
PYTHON = ["trafilatura", "trafilatura-recall", "readability-lxml", "resiliparse"]
TOOLS = ["dehusk", *PYTHON, *CRATES]

PROGRAM = r"""
use std::io::BufRead;
fn extract(tool: &str, html: &str) -> String {
    match tool {
        "dom_smoothie" => dom_smoothie::Readability::new(html, None, None)
            .and_then(|mut page| page.parse())
            .map(|article| article.text_content.to_string())
            .unwrap_or_default(),
        _ => rs_trafilatura::extract(html).map(|page| page.content_text).unwrap_or_default(),
    }
}
fn main() {
    let tool = std::env::args().nth(1).expect("a tool");
    for line in std::io::stdin().lock().lines() {
        let page: serde_json::Value = serde_json::from_str(&line.expect("a line")).expect("a record");
        let (tool, html) = (tool.clone(), page["text"].as_str().unwrap_or_default().to_owned());
        // Deep pages need a deep stack, and some make these tools panic.
        let done = std::thread::Builder::new().stack_size(256 << 20).spawn(move || extract(&tool, &html)).expect("a thread").join();
        println!("{}", serde_json::json!({ "id": page["id"], "text": done.unwrap_or_default() }));
    }
}
"""


def extract_in_python(tool):
    """Runs one of the peers of pip over the records of standard input; called in their environment."""
    if tool.startswith("trafilatura"):
        import trafilatura

        extract = lambda html: trafilatura.extract(html, favor_recall=tool.endswith("recall")) or ""
    elif tool == "resiliparse":
        from resiliparse.extract.html2text import extract_plain_text

        extract = lambda html: extract_plain_text(html, main_content=True, alt_texts=False)
    else:
        import lxml.html
        from readability import Document

        extract = lambda html: lxml.html.fromstring(Document(html).summary()).text_content()
    seconds = 0.0
    for line in sys.stdin:
        page = json.loads(line)
        start = time.process_time()
        try:
            text = extract(page["text"])
        except Exception:
            text = ""
        seconds += time.process_time() - start
        print(json.dumps({"id": page["id"], "text": text}))
    print("seconds", seconds, file=sys.stderr)


def python_of_peers():
    """The Python of an environment that has the peers, and their versions."""
    python = HERE / "venv/bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", HERE / "venv"], check=True)
    listed = subprocess.run([python, "-m", "pip", "list", "--format", "json"], capture_output=True, text=True, check=True)
    have = {one["name"].lower().replace("_", "-"): one["version"] for one in json.loads(listed.stdout)}
    for name, version in PIP.items():
        if name.lower().replace("_", "-") not in have:
            # readability-lxml asks for an extra of lxml that pip cannot always resolve; it needs no more than is here.
            more = ["--no-deps"] if name == "readability-lxml" else []
            wanted = f"{name}=={version}" if version else name
            subprocess.run([python, "-m", "pip", "install", "--quiet", *more, wanted], check=False)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "cssselect"], check=False)
    listed = subprocess.run([python, "-m", "pip", "list", "--format", "json"], capture_output=True, text=True, check=True)
    return python, {one["name"].lower(): one["version"] for one in json.loads(listed.stdout)}


def program_of_peers():
    """The program that has the crates, and their versions."""
    folder = HERE / "crates"
    (folder / "src").mkdir(parents=True, exist_ok=True)
    needs = "\n".join(f'{name} = "{version}"' for name, version in CRATES.items())
    (folder / "Cargo.toml").write_text(
        f'[package]\nname = "peers"\nversion = "0.0.0"\nedition = "2024"\n[dependencies]\n{needs}\nserde_json = "1"\n[workspace]\n')
    (folder / "src/main.rs").write_text(PROGRAM)
    subprocess.run(["cargo", "build", "--release", "--quiet"], cwd=folder, check=True)
    said = subprocess.run(["cargo", "tree", "--depth", "1", "--prefix", "none"], cwd=folder, capture_output=True, text=True, check=True)
    versions = dict(line.split()[:2] for line in said.stdout.splitlines() if line.strip())
    return folder / "target/release/peers", versions


def run(command, pages):
    """What a tool makes of the pages, and the seconds of one core that it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with open(pages, "rb") as given:
        done = subprocess.run(command, stdin=given, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    texts = {}
    for line in done.stdout.splitlines():
        page = json.loads(line)
        texts[page["id"]] = page["text"]
    said = [line.split()[1] for line in done.stderr.decode(errors="replace").splitlines() if line.startswith("seconds ")]
    seconds = float(said[-1]) if said else after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return texts, seconds


TURNS = 3
SPEED_PAGES = 300


def speeds(commands, pages):
    """Megabytes of HTML that each tool reads in a second of one core."""
    some = Path(pages).with_suffix(".some.jsonl")
    with open(pages, encoding="utf-8") as given:
        lines = [line for line, _ in zip(given, range(SPEED_PAGES))]
    some.write_text("".join(lines), encoding="utf-8")
    size = sum(len(json.loads(line)["text"].encode()) for line in lines) / 1e6
    best = {}
    for _ in range(TURNS):
        for tool, command in commands.items():
            _, seconds = run(command, some)
            best[tool] = max(best.get(tool, 0), size / max(seconds, 1e-9))
    some.unlink()
    return best


def write(rows, speed, versions, command, pages, megabytes):
    """Puts the tables into docs/quality.json."""
    path = ROOT / "docs/quality.json"
    known = json.loads(path.read_text(encoding="utf-8"))
    tools = list(versions)
    columns = ["pages", "n", *(f"{tool} {versions[tool]}" for tool in tools)]
    body = [[" ".join(group), str(row.get("pages", "–")), *(row.get(tool, "–") for tool in tools)]
            for group, row in sorted(rows.items()) if any(tool in row for tool in tools)]
    speed_row = [["MB of HTML a second of one core", "–", *(f"{speed[tool]:.1f}" for tool in tools)]]
    table = {
        "id": "html-peers", "title": "Pages of HTML, beside other extractors", "date": date.today().isoformat(), "command": command,
        "about": [f"{pages} pages, {megabytes:.0f} MB of HTML; F1 is the mean over pages. dehusk's points were fitted to these pages;",
                  "docs/design/html.md says what to expect of pages of other hosts. The machine was not quiet: the tools took turns, and",
                  "the best turn of each counts. Of dehusk and the two crates the whole process counts, with JSON Lines, of those in Python extracting alone."],
        "columns": columns, "rows": body + speed_row}
    known["tables"] = [one for one in known["tables"] if one["id"] != table["id"]] + [table]
    path.write_text(json.dumps(known, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def group_of(page):
    source = page["source"] if page["source"] in ("cleaneval", "cleanportaleval", "dragnet", "l3s-gn1", "magic") else "dev"
    language = page["lang"] if page["lang"] in ("en", "zh") else "other languages"
    return source, language, "articles" if page["page_type"] == "article" else "other kinds"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", nargs="?", default=str(ROOT / "target/release/dehusk"))
    parser.add_argument("--every", type=int, default=1, metavar="N", help="take one page of N")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/quality.json")
    parser.add_argument("--only", default=",".join(TOOLS), help="these tools, with commas between")
    args = parser.parse_args()
    if not SHARED.exists():
        sys.exit(f"{SHARED} is not there; the collections are read in place")
    sys.path.insert(0, str(SHARED / "eval"))
    import score

    records = {}
    for name in ("dev.jsonl.xz", "third.dev.jsonl.xz"):
        with lzma.open(SHARED / "eval" / name, "rt", encoding="utf-8") as lines:
            for line in lines:
                if '"view": "page"' in line or '"view":"page"' in line:
                    record = json.loads(line)
                    if zlib.crc32(record["id"].encode()) % args.every == 0:
                        records[record["id"]] = record
    tools = args.only.split(",")
    HERE.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", dir=HERE, encoding="utf-8") as pages:
        size = 0
        with lzma.open(SHARED / "eval/html.dev.jsonl.xz", "rt", encoding="utf-8") as lines:
            for line in lines:
                page = json.loads(line)
                if page["id"] in records:
                    size += len(page["html"].encode())
                    pages.write(json.dumps({"id": page["id"], "text": page["html"]}, ensure_ascii=False) + "\n")
        pages.flush()
        commands, versions = {}, {}
        if "dehusk" in tools:
            commands["dehusk"] = [args.binary, "--from", "jsonl", "--to", "jsonl", "--text-field", "text", "--input", "html",
                                  "--profile", "body", "--jobs", "1", "--quiet", "-"]
            versions["dehusk"] = subprocess.run([args.binary, "--version"], capture_output=True, text=True).stdout.split()[1]
        try:
            python, have = python_of_peers() if set(tools) & set(PYTHON) else (None, {})
        except (OSError, subprocess.CalledProcessError) as error:
            python, have = None, {}
            print("without the peers of pip:", error)
        for tool in PYTHON:
            version = have.get("trafilatura" if tool.startswith("trafilatura") else tool)
            if tool in tools and version:
                commands[tool], versions[tool] = [str(python), os.path.abspath(__file__), "--extract", tool], version
        try:
            program, have = program_of_peers() if set(tools) & set(CRATES) else (None, {})
        except (OSError, subprocess.CalledProcessError) as error:
            program, have = None, {}
            print("without the peers of cargo:", error)
        for tool in CRATES:
            if tool in tools and tool in have:
                commands[tool], versions[tool] = [str(program), tool], have[tool].lstrip("v")
        left_out = [tool for tool in tools if tool not in commands]
        if left_out:
            print("not here:", ", ".join(left_out))
        rows = defaultdict(dict)
        speed = speeds(commands, pages.name)
        for tool, command in commands.items():
            texts, _ = run(command, pages.name)
            scored = defaultdict(list)
            for key, record in records.items():
                scored[group_of(record)].append(score.score_doc(record, texts.get(key, "")))
            for group, all_of in scored.items():
                macro = score.aggregate(all_of)["macro"]
                if macro.get("f1") is not None:
                    rows[(*group, "F1")][tool] = f"{macro['f1']:.3f}"
                else:
                    rows[(*group, "snippets kept/gone")][tool] = f"{100 * macro['with']:.1f}/{100 * macro['without']:.1f}"
                rows[(*group, "F1")].setdefault("pages", len(all_of))
    print(f"{len(records)} pages, {size / 1e6:.0f} MB of HTML")
    print(f"{'':46}", *(f"{tool[:18]:>18}" for tool in commands))
    print(f"{'version':46}", *(f"{versions[tool]:>18}" for tool in commands))
    for group, row in sorted(rows.items()):
        if any(tool in row for tool in commands):
            print(f"{' '.join(group):46}", *(f"{row.get(tool, '–'):>18}" for tool in commands))
    print(f"{'MB of HTML a second of one core':46}", *(f"{speed[tool]:>18.1f}" for tool in commands))
    if args.write:
        every = f" --every {args.every}" if args.every > 1 else ""
        write(rows, speed, versions, f"scripts/html-peers.py{every} --write", len(records), size / 1e6)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--extract"]:
        extract_in_python(sys.argv[2])
    else:
        main()
