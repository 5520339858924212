#!/usr/bin/env python3
"""What learning from a site's other pages brings on pages whose body is known.

    scripts/learn.py DEHUSK COLLECTION.jsonl … [--view page] [--folds 5] [--fewest 5] [--profile body]

A page is never counted for itself: the pages of every site are dealt into folds, each fold is cleaned with what the
others taught, and `dehusk eval` scores both that and the finder alone. Only sites with enough pages are looked at.
Prints for each collection and kind of page: pages, F1 alone and with what was learnt, and the share of the body kept
before that is still kept (by lines of `eval`)."""

import argparse
import collections
import hashlib
import json
import pathlib
import subprocess
import tempfile

from quality import tokens


def site(record):
    host = record.get("host") or ""
    return host.removeprefix("www.")


def run(*command):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout


def write(path, records):
    with open(path, "w", encoding="utf-8") as out:
        for record in records:
            out.write(json.dumps(record, ensure_ascii=False) + "\n")


def f1(result, gold):
    both = (result & gold).total()
    return 2 * both / (result.total() + gold.total()) if both else float(not gold.total() and not result.total())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dehusk")
    parser.add_argument("collection", nargs="+")
    parser.add_argument("--view", default="page")
    parser.add_argument("--input", default="page")
    parser.add_argument("--profile", default="body")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--fewest", type=int, default=5)
    parser.add_argument("--lost", type=int, default=0, help="show so many lines of bodies that were lost")
    args = parser.parse_args()

    by_site = collections.defaultdict(list)
    for path in args.collection:
        with open(path, encoding="utf-8") as lines:
            for record in map(json.loads, lines):
                if record.get("view") == args.view and site(record):
                    by_site[site(record)].append(record)
    large = {name: pages for name, pages in by_site.items() if len(pages) >= args.fewest}
    folds = collections.defaultdict(list)
    for name in sorted(large):
        ordered = sorted(large[name], key=lambda r: hashlib.sha256(r["id"].encode()).digest())
        for number, record in enumerate(ordered):
            folds[number % args.folds].append(record)
    clean = [args.dehusk, "--quiet", "--from", "jsonl", "--to", "jsonl", "--input", args.input, "--profile", args.profile]
    rows, lost = collections.defaultdict(list), []
    with tempfile.TemporaryDirectory() as temporary:
        top = pathlib.Path(temporary)
        for number, some in sorted(folds.items()):
            train = [record for other, records in folds.items() if other != number for record in records]
            write(top / "train.jsonl", train)
            write(top / "test.jsonl", some)
            sites = top / f"sites-{number}"
            run(args.dehusk, "learn", "--quiet", "--input", args.input, "--profile", args.profile, "--fewest", 3,
                "--out", sites, top / "train.jsonl")
            alone = run(*clean, top / "test.jsonl").splitlines()
            learnt = run(*clean, "--rules", sites, top / "test.jsonl").splitlines()
            for record, a, b in zip(some, alone, learnt):
                if record.get("gold") is None:
                    continue
                gold = tokens(record["gold"])
                before, after = (json.loads(text)["text"] for text in (a, b))
                kept = [tokens(text) & gold for text in (before, after)]
                rows[record["source"], record["page_type"]].append(
                    (f1(tokens(before), gold), f1(tokens(after), gold), kept[0].total(), kept[1].total())
                )
                left = collections.Counter(after.splitlines())
                for line in before.splitlines():
                    if not left[line] and line.strip() and line.strip() in record["gold"]:
                        lost.append((site(record), record["page_type"], line.strip()))
    print(f"{'collection':18} {'kind':14} {'pages':>5} {'alone':>7} {'learnt':>7} {'gain':>7} {'kept':>7}")
    for (source, kind), found in sorted(rows.items()):
        count = len(found)
        alone, learnt = (sum(row[i] for row in found) / count for i in (0, 1))
        kept = sum(row[3] for row in found) / max(1, sum(row[2] for row in found))
        print(f"{source:18} {kind:14} {count:5} {alone:7.4f} {learnt:7.4f} {learnt - alone:+7.4f} {kept:7.4f}")
    for name, kind, line in lost[: args.lost]:
        print(f"lost: {name} ({kind}): {line[:100]}")


if __name__ == "__main__":
    main()
