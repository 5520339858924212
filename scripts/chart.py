#!/usr/bin/env python3
"""The comparison with other tools: measures its figures, and makes the table and the chart.

    python3 scripts/chart.py measure target/release/dehusk dev.jsonl.xz peers.txt

`measure` runs `dehusk eval --json` in the profiles body and article, `dehusk tune --json` for the
cross-validated figures at the shipped limits (some minutes), and reads what the other tools reach
on the same pages (the table that peers.txt holds); all go into docs/figures.json, of which
scripts/measurements.py makes the table of docs/measurements.md and docs/quality.svg. Standard library only.
"""
import json
import re
import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).parent.parent / "docs"
FIGURES = DOCS / "figures.json"
# The other tools: name in peers.txt, name in the table, and what the tool reads.
TEXT, HTML = "text", "HTML"
PEERS = [
    ("identity", "nothing (the text as it is)", TEXT),
    ("long-lines", "lines of 10 words, 20 characters and more", TEXT),
    ("c4-lines", "C4 line rules", TEXT),
    ("nemo-boilerplate", "NeMo Curator boilerplate filter", TEXT),
    ("data-juicer", "Data-Juicer mappers", TEXT),
    ("justext-lines", "jusText, on lines", TEXT),
    ("boilerpy3-lines", "boilerpy3, on lines", TEXT),
    ("trafilatura", "trafilatura", HTML),
    ("trafilatura-precision", "trafilatura, precision", HTML),
    ("trafilatura-recall", "trafilatura, recall", HTML),
    ("resiliparse-main", "resiliparse", HTML),
    ("readability-lxml", "readability-lxml", HTML),
    ("justext", "jusText", HTML),
    ("boilerpy3", "boilerpy3", HTML),
    ("newspaper4k", "newspaper4k", HTML),
    ("goose3", "goose3", HTML),
    ("gne", "GNE (Chinese only)", HTML),
]
# The groups of pages: title in peers.txt, and group in `eval --json` (view, language, kind).
GROUPS = {
    "zh": ("-- view page, zh", ("page", "zh", "all")),
    "en article": ("-- view page, en article", ("page", "en", "article")),
    "en other": ("-- view page, en other", ("page", "en", "other")),
}


def peers(path):
    """The figures in peers.txt: by group, then by tool, a dict of kept, removed and F1."""
    found, title = {}, ""
    titles = {title: group for group, (title, _) in GROUPS.items()}
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("--"):
            title = line.strip()
        elif title in titles and "|" in line:
            head, macro = line.split("|")[:2]
            numbers = macro.split()
            if len(head.split()) == 3 and re.match(r"[\d.]+$", numbers[0]):
                kept, removed, f1 = numbers[:3]
                row = {"kept": float(kept), "removed": float(removed), "f1": float(f1)}
                found.setdefault(titles[title], {})[head.split()[0]] = row
    return found


def measure(program, corpus, peers_file):
    groups = peers(peers_file)
    # Two extractors written in Rust were run on fewer pages; their lines begin with name and version.
    extra = []
    for line in Path(peers_file).read_text(encoding="utf-8").splitlines():
        if match := re.match(r"(\S+ \d+\.\d+\.\d+) +(en article|en other|zh gne) +(\d+) \| +(\S+) +(\S+) +(\S+)", line):
            name, where, docs, kept, removed, f1 = match.groups()
            extra.append({"name": name, "where": where, "docs": int(docs), "kept": float(kept),
                          "removed": float(removed), "f1": float(f1)})
    dehusk = {}
    for profile in ["body", "article"]:
        command = [program, "eval", corpus, "--profile", profile, "--json"]
        report = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
        rows = {(g["view"], g["lang"], g["kind"]): g["macro"] for g in report["groups"] if g["source"] == "ALL"}

        def row(key):
            m = rows[key]
            return {"kept": round(100 * m["kept"], 1), "removed": round(100 * m["removed"], 1),
                    "f1": round(m["f1"], 3)}

        dehusk[profile] = {group: row(key) for group, (_, key) in GROUPS.items()}
        if profile == "body":
            for extractor in ["trafilatura", "resiliparse"]:
                dehusk["after " + extractor] = {
                    group: row((extractor, language, kind)) for group, (_, (_, language, kind)) in GROUPS.items()
                }
    # The points were fitted to these pages, so cross-validation estimates the figures on other pages.
    points = (DOCS.parent / "rules" / "finder" / "points.toml").read_text(encoding="utf-8")
    for view, extractors in [("page", ["page"]), ("text", ["trafilatura", "resiliparse"])]:
        limits = re.search(rf"\[{view}\.keep_above\]\nhan = (.+)\nenglish = (.+)\nother = (.+)\n", points).groups()
        command = [program, "tune", corpus, "--view", view, "--json", "--keep-above=" + ",".join(limits)]
        groups_of = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)[view]["groups"]
        for extractor in extractors:
            found = {group: groups_of[f"{extractor} {group}"] for group in GROUPS}
            dehusk["cross-validated " + extractor] = {
                group: {"kept": round(f["kept"], 1), "removed": round(f["removed"], 1), "f1": round(f["f1"], 3)}
                for group, f in found.items()
            }
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    DOCS.mkdir(exist_ok=True)
    figures = {"dehusk version": version, "dehusk": dehusk, "peers": groups, "extra": extra}
    FIGURES.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def rows(figures):
    """The rows of the table: name, what the tool reads, whether it is dehusk, and its figures by group."""
    own = figures["dehusk"]
    found = [
        ("dehusk", TEXT, True, own["cross-validated page"]),
        ("trafilatura, then dehusk", HTML, True, own["cross-validated trafilatura"]),
        ("resiliparse, then dehusk", HTML, True, own["cross-validated resiliparse"]),
    ]
    for key, name, reads in PEERS:
        by_group = {group: rows[key] for group, rows in figures["peers"].items() if key in rows}
        found.append((name, reads, False, by_group))
    return found


def fitted(figures):
    """Rows like those of `rows`, for dehusk as shipped, on the pages to which its points were fitted."""
    own = figures["dehusk"]
    return [
        ("dehusk, profile body, fitted to these pages", TEXT, True, own["body"]),
        ("dehusk, profile article, fitted to these pages", TEXT, True, own["article"]),
        ("trafilatura, then dehusk, fitted", HTML, True, own["after trafilatura"]),
        ("resiliparse, then dehusk, fitted", HTML, True, own["after resiliparse"]),
    ]


def table(figures):
    """The lines of the table, in Markdown."""
    out = ["| tool | reads | zh: F1 | kept | en articles: F1 | kept | en other: F1 | kept |", "|---|---|---|---|---|---|---|---|"]
    for name, reads, own, by_group in rows(figures)[:3] + fitted(figures) + rows(figures)[3:]:
        cells = []
        for group in GROUPS:
            row = by_group.get(group)
            cells += [f"{row['f1']:.3f}".lstrip("0"), f"{row['kept']:.1f}"] if row else ["–", "–"]
        name = f"**{name}**" if own else name
        out.append(f"| {name} | {reads} | " + " | ".join(cells) + " |")
    return out


def extra(figures):
    """The sentences below the table, about extractors that were run on fewer pages."""
    places = {"en article": "English articles", "en other": "other English pages", "zh gne": "Chinese pages"}
    found = {}
    for row in figures["extra"]:
        number = f"{row['docs']} " if row["where"] == "zh gne" else ""
        found.setdefault(row["name"], []).append(f"{row['f1']:.3f}".lstrip("0") + f" {number}{places[row['where']]}")
    tools = "; ".join(f"{name}: F1 {', '.join(rows)}" for name, rows in found.items())
    return (f"Two extractors in Rust, on the HTML of the pages in UTF-8: {tools}. "
            "The other tools' figures were given without versions.")


LEFT, RIGHT, TOP, STEP, WIDTH = 300, 128, 92, 24, 900
LOW, HIGH = 0.5, 1.0
COLOURS = {"zh": "#c2410c", "en article": "#1d4ed8"}
LABELS = {"zh": "Chinese news", "en article": "English articles"}


def chart(figures):
    """The SVG chart of F1 on whole pages: one row for each tool, with one dot for each language."""
    shown = [row for row in rows(figures) if {"zh", "en article"} & set(row[3])]

    def best(row):
        values = [row[3][group]["f1"] for group in COLOURS if group in row[3]]
        return sum(values) / len(values)

    shown.sort(key=best, reverse=True)
    blocks = [(f"read the text of the page", [r for r in shown if r[1] == TEXT]),
              ("read its HTML", [r for r in shown if r[1] == HTML])]
    height = TOP + sum(STEP * (len(block) + 1) + 14 for _, block in blocks) + 34
    scale = (WIDTH - LEFT - RIGHT) / (HIGH - LOW)

    def x(value):
        return LEFT + (max(value, LOW) - LOW) * scale

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        'font-family="system-ui, sans-serif" font-size="13" fill="#1f2937" role="img" '
        'aria-label="F1 against the known body, by tool, for Chinese news and English articles">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        '<text x="16" y="28" font-size="17" font-weight="600">How near the output comes to the known body</text>',
        '<text x="16" y="50" fill="#4b5563">F1 of words, 51 Chinese and 701 English whole pages; dehusk cross-validated. '
        'A dot on the left edge is below .5.</text>',
    ]
    at = 16
    for group, colour in COLOURS.items():
        out.append(f'<circle cx="{at + 5}" cy="68" r="5" fill="{colour}"/><text x="{at + 16}" y="72">{LABELS[group]}</text>')
        at += 140
    for column, (group, colour) in enumerate(COLOURS.items()):
        out.append(f'<text x="{WIDTH - 66 + 52 * column}" y="{TOP - 8}" text-anchor="end" fill="{colour}">'
                   f'{"zh" if group == "zh" else "en"}</text>')
    y = TOP
    bottom = height - 34
    for tick in range(5, 11):
        value = tick / 10
        out.append(f'<line x1="{x(value):.1f}" x2="{x(value):.1f}" y1="{TOP}" y2="{bottom}" stroke="#e5e7eb"/>')
        out.append(f'<text x="{x(value):.1f}" y="{bottom + 18}" text-anchor="middle" fill="#4b5563">{value:.1f}</text>')
    for title, block in blocks:
        y += 18
        out.append(f'<text x="16" y="{y}" font-weight="600" fill="#4b5563">{title}</text>')
        for name, _, own, by_group in block:
            y += STEP
            weight = ' font-weight="600"' if own else ""
            if own:
                out.append(f'<rect x="8" y="{y - 16}" width="{WIDTH - 16}" height="{STEP - 1}" fill="#f3f4f6" rx="3"/>')
            out.append(f'<text x="{LEFT - 14}" y="{y}" text-anchor="end"{weight}>{name}</text>')
            dots = [(group, by_group[group]["f1"]) for group in COLOURS if group in by_group]
            ends = [x(value) for _, value in dots]
            out.append(f'<line x1="{min(ends):.1f}" x2="{max(ends):.1f}" y1="{y - 4}" y2="{y - 4}" stroke="#9ca3af" stroke-width="2"/>')
            for group, value in dots:
                out.append(f'<circle cx="{x(value):.1f}" cy="{y - 4}" r="5" fill="{COLOURS[group]}"/>')
            for column, group in enumerate(COLOURS):
                text = f'{by_group[group]["f1"]:.3f}'.lstrip("0") if group in by_group else "–"
                out.append(f'<text x="{WIDTH - 66 + 52 * column}" y="{y}" text-anchor="end"{weight}>{text}</text>')
        y += 14
    out.append("</svg>")
    return "\n".join(out) + "\n"


if __name__ == "__main__":
    if sys.argv[1:2] != ["measure"] or len(sys.argv) != 5:
        sys.exit(__doc__)
    measure(*sys.argv[2:5])
