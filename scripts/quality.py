#!/usr/bin/env python3
"""Prints the table of quality: each kind of work, what is to be reached, what is reached, and on pages of other hosts.

    python3 scripts/quality.py [BINARY] [--sample 11%] [--page-cv page.json] [--text-cv text.json]

Invented documents (what goes, what body is lost), whole pages of each collection, those whose body is under a fifth of
them, what is left of the text of two extractors, and the default run twice, all read in place from ../shared. A whole
run takes some minutes; with --sample the same pages are always taken. *Reached* are the points that ship, on the pages
they were fitted to. *Cross-validated* comes from `dehusk tune --view page --folds 3 --json` (and `--view text`), whose
output the two options name. Standard library only.
"""
import argparse
import collections
import json
import lzma
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
COLLECTIONS = [SHARED / "eval/dev.jsonl.xz", SHARED / "eval/third.dev.jsonl.xz"]
# Name, group of `eval --json` (view, source, language, kind), group of `tune --json`, what is to be reached.
PAGES = [
    ("en articles", ("page", "ALL", "en", "article"), "page wcxb en article", ".955"),
    ("en other kinds", ("page", "ALL", "en", "other"), "page en other", ".780, kept 90"),
    ("zh", ("page", "ALL", "zh", "all"), "page zh", ".965"),
    ("dragnet", ("page", "dragnet", "en", "article"), "page dragnet en article", ".90"),
    ("l3s-gn1", ("page", "l3s-gn1", "en", "article"), "page l3s-gn1 en article", ".95"),
    ("cleanportaleval", ("page", "cleanportaleval", "en", "article"), "page cleanportaleval en article", ".955"),
    ("cleaneval", ("page", "cleaneval", "en", "article"), "page cleaneval en article", "–"),
    ("magic zh articles", ("page", "magic", "zh", "article"), "page magic zh article", ".965"),
    ("magic en articles", ("page", "magic", "en", "article"), "page magic en article", ".88"),
    ("magic en forums", ("page", "magic", "en", "other"), "page magic en forum", ".80"),
]
TEXTS = [
    ("trafilatura, zh", ("trafilatura", "ALL", "zh", "all"), "trafilatura zh", ".960"),
    ("trafilatura, en articles", ("trafilatura", "ALL", "en", "article"), "trafilatura wcxb en article", ".945"),
    ("trafilatura, dragnet", ("trafilatura", "dragnet", "en", "article"), "trafilatura dragnet en article", "hurt 5 %"),
    ("resiliparse, zh", ("resiliparse", "ALL", "zh", "all"), "resiliparse zh", ".968"),
    ("resiliparse, en articles", ("resiliparse", "ALL", "en", "article"), "resiliparse wcxb en article", ".930"),
]
# A body under this share of the words of its page is a short one.
SHORT_BODY = 0.2
# A trap stands in the middle of these.
SENTENCES = [f"第{i}天的清晨，雾还没有散，渡口已经排起了长队，挑担的、推车的都在等第{i}班船靠岸。" for i in range(1, 11)] + [
    f"On day {i} the ferry left before dawn, and the whole village stood on pier {i} to watch it go." for i in range(1, 11)]
TOKEN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")


def row(work, reach, reached, validated="–"):
    print(f"| {work} | {reach} | {reached} | {validated} |", flush=True)


def tokens(text):
    return collections.Counter(TOKEN.findall(text.lower()))


def f1(text, gold):
    left, body = tokens(text), tokens(gold)
    return 2 * sum((left & body).values()) / max(1, left.total() + body.total())


def evaluated(binary, *args):
    """The figures of `dehusk eval`, by view, source, language and kind."""
    run = subprocess.run([binary, "eval", "--json", "--quiet", *args], capture_output=True, text=True, check=True)
    return {(g["view"], g["source"], g["lang"], g["kind"]): g for g in json.loads(run.stdout)["groups"]}


def cleaned(binary, texts, *args):
    """The texts, cleaned."""
    records = "".join(json.dumps({"id": i, "text": text}, ensure_ascii=False) + "\n" for i, text in enumerate(texts))
    command = [binary, "--from", "jsonl", "--to", "jsonl", "--text-field", "text", "--quiet", *args]
    run = subprocess.run(command, input=records.encode(), capture_output=True, check=True)
    return [json.loads(line)["text"] for line in run.stdout.decode().splitlines()]


def last_line(command):
    run = subprocess.run(command, capture_output=True, text=True)
    said = (run.stdout + run.stderr).strip().splitlines()
    return next((line for line in reversed(said) if "lost" in line), said[-1] if said else "–")


def figures(group):
    if group is None or group["macro"].get("f1") is None:
        return "–"
    documents = group.get("docs") or group.get("documents") or 1
    kept = group["macro"].get("kept")
    kept = "" if kept is None else f", kept {100 * kept:.1f}"
    return f"{group['macro']['f1']:.3f}{kept}, hurt {100 * group['hurt'] / documents:.1f} %"


def validated(report, name):
    group = (report or {}).get(name)
    return f"{group['f1']:.3f}, kept {group['kept']:.1f}, hurt {group['hurt']:.1f} %" if group else "–"


def traps(binary, *args):
    """How many invented sentences that must stay are lost, of how many, in the middle of others."""
    lost, count = [], 0
    for name in ("traps.jsonl", "traps2.jsonl"):
        texts = [json.loads(line)["text"].rstrip("\n") for line in (SHARED / name).open(encoding="utf-8") if line.strip()]
        whole = ["\n".join([*SENTENCES[:10], text, *SENTENCES[10:]]) + "\n" for text in texts]
        lost.append(sum(a.split() != b.split() for a, b in zip(whole, cleaned(binary, whole, *args))))
        count += len(texts)
    return f"{lost[0]} and {lost[1]} of {count}"


def pages(every):
    """The whole pages of both collections with a body, every so many."""
    found = []
    for path in COLLECTIONS:
        with lzma.open(path, "rt", encoding="utf-8") as file:
            found += [r for r in map(json.loads, file) if r["view"] == "page" and r.get("gold")]
    return found[::every]


def twice(binary, records):
    """Whether the default changes what it left, and whether a line of a body goes then."""
    once = cleaned(binary, [r["text"] for r in records])
    again = cleaned(binary, once)
    flat = lambda text: " ".join(text.split())
    changed = lost = 0
    for record, a, b in zip(records, once, again):
        if a != b:
            changed += 1
            gold = flat(record["gold"])
            gone = collections.Counter(map(flat, a.splitlines())) - collections.Counter(map(flat, b.splitlines()))
            lost += any(line and line in gold for line in gone)
    return f"{100 - 100 * changed / max(1, len(records)):.2f} %, {lost} of {len(records)}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", nargs="?", default=str(ROOT / "target/release/dehusk"))
    parser.add_argument("--sample", help="a share of the pages, such as 11%%")
    parser.add_argument("--page-cv", type=Path, help="what `dehusk tune --view page --json` printed")
    parser.add_argument("--text-cv", type=Path, help="what `dehusk tune --view text --json` printed")
    args = parser.parse_args()
    if not SHARED.exists():
        sys.exit(f"{SHARED} is not there; the collections are read in place")
    binary, sample = args.binary, ["--sample", args.sample] if args.sample else []
    page_cv = json.loads(args.page_cv.read_text())["page"]["groups"] if args.page_cv else None
    text_cv = json.loads(args.text_cv.read_text())["text"]["groups"] if args.text_cv else None

    row("work", "reach", "reached", "cross-validated")
    row("---", "---", "---", "---")
    for name, reach, more in [("default", "95 %, 0 lost, 48 exact", []), ("profile body", "98 %, 0, 54", ["--profile", "body"]),
                              ("page, profile body", "3 lost at most", ["--input", "page", "--profile", "body"])]:
        command = [sys.executable, SHARED / "eval/mustgo.py", SHARED / "mustgo.jsonl", binary, *more]
        row(f"invented documents, {name}", reach, last_line(command))
    row("invented cases", "36 of 39, no line lost",
        last_line([sys.executable, SHARED / "eval/cases.py", SHARED / "cases.txt", binary]))
    for name, more in [("auto", []), ("page", ["--input", "page"]), ("profile body", ["--profile", "body"])]:
        row(f"sentences that must stay, {name}: lost", "0 and 1", traps(binary, *more))

    dev, third = map(str, COLLECTIONS)
    body = ["--profile", "body", *sample]
    of_all = evaluated(binary, *body, third) | evaluated(binary, *body, dev)
    # "ALL" of the second collection mixes what is asked for one by one; that of the first stays.
    for name, group, fitted, reach in PAGES:
        row(f"whole page, {name}", reach, figures(of_all.get(group)), validated(page_cv, fitted))
    step = max(1, round(100 / float(args.sample.rstrip("%")))) if args.sample else 1
    records = pages(step)
    short = [r for r in records if tokens(r["gold"]).total() < SHORT_BODY * tokens(r["text"]).total()]
    left = cleaned(binary, [r["text"] for r in short], "--input", "page", "--profile", "body")
    mean = sum(f1(text, r["gold"]) for text, r in zip(left, short)) / max(1, len(short))
    row(f"whole page, body under a fifth ({len(short)} pages)", ".75", f"{mean:.3f}", validated(page_cv, "page short body"))
    for name, group, fitted, reach in TEXTS:
        row(f"behind {name}", reach, figures(of_all.get(group)), validated(text_cv, fitted))
    of_auto = evaluated(binary, *body, "--input", "auto", dev)
    for name, group, _, _ in [*PAGES[:3], *TEXTS[:2], *TEXTS[3:]]:
        view = "whole page" if group[0] == "page" else "behind"
        row(f"auto, {view} {name}", ".005 below" if group[0] == "page" else ".001 below", figures(of_auto.get(group)))
    row("default twice: unchanged, body lost", "99 %, 0", twice(binary, records))


if __name__ == "__main__":
    main()
