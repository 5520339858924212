#!/usr/bin/env python3
"""Measures what each part is worth: F1 without it, as a table in Markdown.

    python3 scripts/ablation.py target/release/dehusk pages.jsonl.xz
    python3 scripts/ablation.py target/release/dehusk --parts pages.jsonl.xz more-pages.jsonl.xz

Each group of cues (the `## name: …` lines of rules/finder/points.toml) loses its points in turn, through a
folder for `--rules`; each category of rules is left out by `--skip`. Nothing is fitted again, so a
figure shows what the shipped points lose, not the best that is possible without the part. Skipped rules
remove nothing, but the finder still uses their matches as cues.

With --parts the whole pages of all collections are scored without the rules for threads of comments, and without the cues
that say on which side of the end of an article a line stands.
"""
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

POINTS = Path(__file__).parent.parent / "rules" / "finder" / "points.toml"
# The rows of the table: name, and group in `eval --json` (view, language, kind).
ROWS = [
    ("zh page", ("page", "zh", "all")),
    ("en article page", ("page", "en", "article")),
    ("en other page", ("page", "en", "other")),
    ("zh trafilatura", ("trafilatura", "zh", "all")),
    ("zh resiliparse", ("resiliparse", "zh", "all")),
    ("en article trafilatura", ("trafilatura", "en", "article")),
    ("en article resiliparse", ("resiliparse", "en", "article")),
]
# The same for `--parts`: collection, language, kind.
PARTS = [
    ("wcxb en article", ("wcxb", "en", "article")),
    ("wcxb en other", ("wcxb", "en", "other")),
    ("zhwce", ("zhwce", "zh", "article")),
    ("dragnet", ("dragnet", "en", "article")),
    ("l3s-gn1", ("l3s-gn1", "en", "article")),
    ("cleanportaleval", ("cleanportaleval", "en", "article")),
    ("cleaneval", ("cleaneval", "en", "article")),
    ("magic en article", ("magic", "en", "article")),
    ("magic zh article", ("magic", "zh", "article")),
]
# Cues of the end of an article.
END = re.compile(r"(?:section|first_cluster)_")
CATEGORIES = "copyright related teaser spam nav meta credit widget share comments ads media other".split()


def figures(program, corpus, *arguments):
    """F1 of each row, then the share of forbidden snippets that were removed from pages in other languages. None if no
    rule of a skipped category is active."""
    command = [program, "eval", corpus, "--profile", "body", "--json", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode == 2:
        # No rule of this category is active.
        if "--skip" in arguments and "no category" in done.stderr:
            return None
        sys.exit(done.stderr)
    groups = {
        (g["view"], g["lang"], g["kind"]): g["macro"]
        for g in json.loads(done.stdout)["groups"]
        if g["source"] == "ALL"
    }
    return [groups[key]["f1"] for _, key in ROWS] + [groups["page", "other", "all"]["without"]]


def of_parts(program, collections, *arguments):
    """F1 of each row of `PARTS`, of whole pages."""
    found = {}
    for collection in collections:
        command = [program, "eval", collection, "--view", "page", "--profile", "body", "--json", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        for group in json.loads(done.stdout)["groups"]:
            found[group["source"], group["lang"], group["kind"]] = group["macro"]
    return [found[key]["f1"] for _, key in PARTS]


def parts(program, *collections):
    """Prints what threads and the evidence of the end are worth."""
    root = POINTS.parent.parent
    threads = ",".join(sorted(f"{file.parent.name}/threads" for file in root.glob("*/threads.toml")))
    whole = of_parts(program, collections)
    print("| without | " + " | ".join(name for name, _ in PARTS) + " |")
    print("|---" + "|---" * len(PARTS) + "|")
    print("| nothing | " + " | ".join(f"{f:.4f}" for f in whole) + " |", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "finder").mkdir()
        kept = [line for line in POINTS.read_text(encoding="utf-8").splitlines(True) if not END.match(line)]
        Path(folder, "finder", "points.toml").write_text("".join(kept), encoding="utf-8")
        for name, arguments in (("threads", ["--skip", threads]), ("end of the article", ["--rules", folder])):
            found = of_parts(program, collections, *arguments)
            print(f"| {name} | " + " | ".join(f"{a - b:+.4f}" for a, b in zip(found, whole)) + " |", flush=True)


def without(points, group):
    """The text of points.toml without the points of a group."""
    kept, section, inside = [], "", False
    for line in points.splitlines():
        if line.startswith("["):
            section, inside = line, False
        elif line.startswith("## "):
            inside = line[3:].split(":")[0] == group
        if not (inside and section.endswith(".points]") and re.match(r"\w+ = ", line)):
            kept.append(line)
    return "\n".join(kept) + "\n"


def main():
    if sys.argv[2] == "--parts":
        return parts(sys.argv[1], *sys.argv[3:])
    program, corpus = sys.argv[1:3]
    points = POINTS.read_text(encoding="utf-8")
    whole = figures(program, corpus)
    print("| without | " + " | ".join(name for name, _ in ROWS) + " | other languages, page: w/o |")
    print("|---" + "|---" * (len(ROWS) + 1) + "|")

    def row(name, found):
        cells = [f"{a - b:+.4f}" if abs(a - b) >= 0.00005 else "0" for a, b in zip(found[:-1], whole)]
        cells.append(f"{100 * (found[-1] - whole[-1]):+.1f}")
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)

    print("| nothing | " + " | ".join(f"{f:.4f}" for f in whole[:-1]) + f" | {100 * whole[-1]:.1f} |")
    groups = dict.fromkeys(re.findall(r"(?m)^## (\w+):", points))
    for group in groups:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "finder").mkdir()
            Path(folder, "finder", "points.toml").write_text(without(points, group), encoding="utf-8")
            row(f"cues: {group}", figures(program, corpus, "--rules", folder))
    for category in CATEGORIES:
        found = figures(program, corpus, "--skip", category)
        if found:
            row(f"rules: {category}", found)


main()
