#!/usr/bin/env python3
"""Writes all pages and pictures that show figures, from the JSON files with the figures.

    python3 scripts/measurements.py            # writes them
    python3 scripts/measurements.py --check    # fails if one of them is not up to date

The figures are in six files, and nowhere else:

    docs/figures.json   F1 of dehusk and of other tools   written by scripts/chart.py measure
    docs/speed.json     what a run costs                  written by scripts/bench
    docs/quality.json   tables about the body finder      written by hand from the command each table names
    docs/costs.json     instructions, memory, starts      the same
    docs/faults.json    what fuzzing and mutants found    the same
    docs/soak.json      a long run                        written by scripts/soak

Made of them are docs/measurements.md, docs/quality.svg, docs/growth.svg, and what stands in README.md
between `<!-- figures: NAME -->` and `<!-- end of figures -->`. The index of docs/decisions is made too, of the titles of
its notes, and the pictures of `dehusk explain`, of what the tutorials print. Standard library only.
"""
import importlib.util
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"


def module(path):
    """Imports one of the two scripts for charts, which are both called chart.py."""
    found = importlib.util.spec_from_file_location(path.replace("/", "_"), ROOT / path)
    loaded = importlib.util.module_from_spec(found)
    found.loader.exec_module(loaded)
    return loaded


def figures(name):
    return json.loads((DOCS / name).read_text(encoding="utf-8"))


def rows(table):
    """A table from the JSON files as lines of Markdown."""
    out = ["| " + " | ".join(table["columns"]) + " |", "|" + "---|" * len(table["columns"])]
    for row in table["rows"]:
        if len(row) != len(table["columns"]):
            sys.exit(f"{table['id']}: a row has {len(row)} cells, not {len(table['columns'])}: {row}")
        out.append("| " + " | ".join(row) + " |")
    return out


def section(table):
    about = [f"### {table['title']}", "", *table["about"], *([""] if table["about"] else [])]
    unit = f" Unit: {table['unit']}." if "unit" in table else ""
    return about + [f"Measured {table['date']}: `{table['command'].replace('`', '')}`.{unit}", "", *rows(table), ""]


def soak(found):
    """What a long run took, with its picture."""
    return [
        "### A long run",
        "",
        f"Invented input in {found['formats']} formats, {found['gigabytes_in']} GB, one record in a thousand broken, two jobs: "
        f"{found['documents']:,} documents and {found['broken']:,} failures, as",
        "many as were written; the bytes of all texts are those of the results and of the record.",
        f"At most {found['peak_mb_first_half']} MB of memory in the first half, {found['peak_mb_second_half']} MB in the second; "
        f"{found['cpu_seconds']} seconds of the processor: `scripts/soak 20`.",
        "",
        "![Memory over the time of the run](soak.svg)",
        "",
    ]


def speed_in_words(speed):
    """The paragraph about speed in README.md, as lines."""
    rates = sorted(int(speed[f"2 jobs against 1, {language}"]["one"].split()[0]) for language in ("zh", "en"))
    more = sorted(float(speed[f"10,000 rules, {language}"]["ratio"]) for language in ("zh", "en"))
    regexes = sorted(int(speed[f"re, {language}"]["ratio"]) for language in ("zh", "en"))
    finds, all_of_them = (
        sorted(1 / float(speed[f"text, {language}, beside ripgrep{which}"]["ratio"]) for language in ("zh", "en"))
        for which in ("", " that finds all phrases"))
    memory = speed["peak memory, page, 2 jobs"]["large"].split(": ")[1].replace("MiB", "MB")
    start = speed["start, 5 kB article"]["milliseconds"]
    page = next(t for t in figures("costs.json")["tables"] if t["id"] == "page")
    times = " to ".join(dict.fromkeys(row[-1] for row in page["rows"]))
    return [
        f"{rates[0]} to {rates[1]} MB of text a second and core with all shipped rules, twice that with two jobs, in "
        f"{memory} of memory whatever the size of the",
        f"input; ten thousand rules more cost {' to '.join(dict.fromkeys(f'{one:.2f}' for one in more))} times the time. Whole pages (`--input page`) take "
        f"{times} times the instructions of texts: the body",
        "finder is about two fifths of the work there. Looking for the same phrases line by line, Python's `re` is "
        f"{regexes[0]} to {regexes[1]} times slower;",
        f"ripgrep, which only counts the lines that have one, is {finds[0]:.1f} to {finds[1]:.1f} times as fast, and "
        f"{all_of_them[0]:.1f} to {all_of_them[1]:.1f} times where it finds all of them.",
        f"The start takes {start} ms.",
    ]


ABOUT_QUALITY = """\
The text of whole pages, and the body that people marked: 51 Chinese pages, 701 English articles, 588 English pages of other
kinds (forums, shops, listings). F1 counts words; *kept* is the share of the body's words that are still there, in percent.
Tools that read HTML were given the page itself. The first rows are cross-validated by host, the rows *fitted* are the points
as shipped on the pages they were fitted to. Behind an extractor, *kept* is of the body that the extractor left, and pages of
which it left nothing do not count (resiliparse: 9 English articles, 12 others). The rows of dehusk were measured on 22
November 2026; the rules have grown since, and whole pages of English articles and Chinese pages come out at .951 and .974
(fitted).""".splitlines()


def page(quality, growth):
    speed, known = figures("speed.json"), figures("figures.json")
    out = [
        "# Measurements",
        "",
        "<!-- Made by scripts/measurements.py from docs/*.json; changes by hand are overwritten. -->",
        "",
        "Every figure of the project, with what measured it. Real pages are not part of the repository: `dev.jsonl.xz` is a",
        "collection of pages with the bodies that people marked. What the figures mean for the design stands in",
        "[design/](design/README.md), what was decided by them in [decisions/](decisions/README.md).",
        "",
        "## Quality",
        "",
        "### Beside other tools",
        "",
        f"The text of whole pages, {known['dehusk version']}: `python3 scripts/chart.py measure`.",
        "",
        *ABOUT_QUALITY,
        "",
        *quality.table(known),
        "",
        quality.extra(known),
        "",
    ]
    for table in figures("quality.json")["tables"]:
        out += section(table)
    out += [
        "## Cost",
        "",
        "### What a run costs",
        "",
        f"Real pages, repeated and shuffled to {speed['mb']} MB (memory: ten times as much, too; growth: four times); medians of turns; comparisons of",
        "one thread count the time of the processor. Each way of running must give the same bytes, or the bench stops.",
        "",
        f"Measured by `scripts/bench` on a machine of {speed['machine']}.",
        "",
        *growth.table(speed["figures"]),
        "",
        "![Time by size of input, number of rules, and jobs](growth.svg)",
        "",
    ]
    for table in figures("costs.json")["tables"]:
        out += section(table)
    out += ["## Faults", ""]
    for table in figures("faults.json")["tables"]:
        out += section(table)
    if (DOCS / "soak.json").exists():
        out += soak(figures("soak.json"))
    return "\n".join(out).rstrip() + "\n"


def filled(text, parts):
    """A page with its marked parts replaced."""
    for name, lines in parts.items():
        marked = re.compile(rf"(<!-- figures: {name} -->\n)(.*?)(\n<!-- end of figures -->)", re.S)
        if len(marked.findall(text)) != 1:
            sys.exit(f"README.md has no place, or several, for the figures called {name}")
        text = marked.sub(lambda found: found[1] + "\n".join(lines) + found[3], text)
    return text


def index(text):
    """The page of decisions with its list replaced."""
    notes = sorted((DOCS / "decisions").glob("[0-9]*.md"))
    lines = []
    for note in notes:
        title = note.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
        lines.append(f"* {note.name[:4]} [{title}]({note.name})")
    head, rest = text.split("from the titles of the notes -->\n")
    return head + "from the titles of the notes -->\n\n" + "\n".join(lines) + "\n\n" + rest[rest.index("<!-- end of index") :]


def made():
    """A dict from each file that is written to its text."""
    quality, growth = module("scripts/chart.py"), module("benches/collection/chart.py")
    speed, known = figures("speed.json")["figures"], figures("figures.json")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    parts = {"speed": speed_in_words(speed)}
    return {
        ROOT / "README.md": filled(readme, parts),
        DOCS / "decisions" / "README.md": index((DOCS / "decisions" / "README.md").read_text(encoding="utf-8")),
        DOCS / "measurements.md": page(quality, growth),
        DOCS / "quality.svg": quality.chart(known),
        **module("scripts/picture.py").pictures(),
        DOCS / "growth.svg": growth.draw(speed["growth"], speed["growth"].get("shipped", 550)),
    }


def main():
    stale = []
    for path, text in made().items():
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(path.relative_to(ROOT).as_posix())
        if "--check" not in sys.argv[1:]:
            path.write_text(text, encoding="utf-8")
    if "--check" not in sys.argv[1:]:
        print("written: " + (", ".join(stale) or "nothing, all are up to date"))
    elif stale:
        sys.exit("not what the figures give: " + ", ".join(stale) + "\nscripts/bless writes them anew")


if __name__ == "__main__":
    main()
