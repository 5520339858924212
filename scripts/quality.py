#!/usr/bin/env python3
"""Prints the table of quality: what is reached on each collection of ../shared.

    python3 scripts/quality.py [BINARY] [--sample 11%]

One row a kind of work: invented documents (what goes, what body is lost), whole pages of each collection,
what is left of the text of two extractors, and `--input auto` beside `page` and `text`. A whole run takes some minutes;
with --sample the same pages are always taken. The figures are those of the points that ship, on the pages they were fitted
to; `dehusk tune --folds 5` gives cross-validated ones. Standard library only.
"""
import argparse
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
COLLECTIONS = [SHARED / "eval/dev.jsonl.xz", SHARED / "eval/third.dev.jsonl.xz"]
SOURCES = [("dragnet", "en", "article"), ("l3s-gn1", "en", "article"), ("cleanportaleval", "en", "article"),
           ("cleaneval", "en", "article"), ("magic", "zh", "article"), ("magic", "en", "article"), ("magic", "en", "other")]


def groups(binary, *args):
    """The figures of `dehusk eval`, by view, source, language and kind."""
    run = subprocess.run([binary, "eval", "--json", "--quiet", *args], capture_output=True, text=True, check=True)
    return {(g["view"], g["source"], g["lang"], g["kind"]): g for g in json.loads(run.stdout)["groups"]}


def show(name, group, *more):
    if group is None:
        print(f"{name:44} –")
        return
    macro = group["macro"]
    number = lambda key, factor=1, form="{:.3f}": "–" if macro.get(key) is None else form.format(factor * macro[key])
    share = 100 * group["hurt"] / max(1, group.get("docs") or group.get("documents") or 1)
    print(f"{name:44} F1 {number('f1')}  kept {number('kept', 100, '{:.1f}')}  hurt {share:.1f} %", *more)


def last_line(command):
    run = subprocess.run(command, capture_output=True, text=True)
    said = (run.stdout + run.stderr).strip().splitlines()
    return next((line for line in reversed(said) if "lost" in line), said[-1] if said else "–")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", nargs="?", default=str(ROOT / "target/release/dehusk"))
    parser.add_argument("--sample", help="a share of the pages, such as 11%%")
    args = parser.parse_args()
    if not SHARED.exists():
        sys.exit(f"{SHARED} is not there; the collections are read in place")
    binary, sample = args.binary, ["--sample", args.sample] if args.sample else []

    for name, more in [("default", []), ("body", ["--profile", "body"]), ("page, body", ["--input", "page", "--profile", "body"]),
                       ("page, article", ["--input", "page"])]:
        command = [sys.executable, SHARED / "eval/mustgo.py", SHARED / "mustgo.jsonl", binary, *more]
        print(f"{'invented documents, ' + name:44} {last_line(command)}")
    command = [sys.executable, SHARED / "eval/cases.py", SHARED / "cases.txt", binary]
    print(f"{'invented cases':44} {last_line(command)}")

    dev, third = map(str, COLLECTIONS)
    for profile_input in ([], ["--input", "auto"]):
        title = " (auto)" if profile_input else ""
        body = ["--profile", "body", *profile_input, *sample]
        of_dev, of_third = groups(binary, *body, dev), groups(binary, *body, third)
        for view in ("page", "trafilatura", "resiliparse"):
            show(f"{view}, en articles{title}", of_dev.get((view, "ALL", "en", "article")))
            show(f"{view}, en other kinds{title}", of_dev.get((view, "ALL", "en", "other")))
            show(f"{view}, zh{title}", of_dev.get((view, "ALL", "zh", "all")))
            for source, language, kind in SOURCES:
                show(f"{view}, {source} {language} {kind}{title}", of_third.get((view, source, language, kind)))


if __name__ == "__main__":
    main()
