#!/usr/bin/env python3
"""The picture of `dehusk explain` in README.md, drawn from what the tutorial prints.

    python3 scripts/picture.py            # writes docs/explain.en.svg and docs/explain.zh.svg

A test runs the commands of the tutorial and compares, so the picture shows what the program prints.
scripts/measurements.py draws it too. Standard library only.
"""
import html
import re
import unicodedata
from pathlib import Path

DOCS = Path(__file__).parent.parent / "docs"
COLUMNS, COLUMN, LINE, MARGIN = 104, 7.4, 20, 18
STYLE = """
text { font: 12.3px ui-monospace, 'DejaVu Sans Mono', 'Noto Sans Mono CJK SC', Menlo, Consolas, monospace; fill: #24292f; white-space: pre }
rect { fill: #f6f8fa; stroke: #d0d7de }
.goes { fill: #b42318; text-decoration: line-through }
.mark { fill: #b42318; font-weight: bold }
.about { font-weight: bold }
.small { fill: #57606a }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
rect { fill: #161b22; stroke: #30363d }
.goes, .mark { fill: #ff7b72 }
.small { fill: #9198a1 }
}"""


def printed(page):
    """What the first command of a tutorial prints, by lines."""
    return re.search(r"<!-- output -->\n```text\n(.*?)\n```", page, re.S)[1].splitlines()


def width(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def cut(text, columns):
    """The text, or its beginning with a sign that there is more."""
    if width(text) <= columns:
        return text
    while width(text) > columns - 2:
        text = text[:-1]
    return text + " …"


def draw(lines):
    """The lines as an SVG that follows the light or dark of its reader."""
    high, wide = len(lines) * LINE + 2 * MARGIN, COLUMNS * COLUMN + 2 * MARGIN
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {high}" role="img">',
        f"<title>{html.escape(lines[0].removeprefix('# '))}</title>",
        f"<style>{STYLE}\n</style>",
        f'<rect x="0.5" y="0.5" width="{wide - 1:.0f}" height="{high - 1}" rx="8"/>',
    ]
    for number, line in enumerate(lines):
        y = MARGIN + number * LINE + 14
        numbered = re.match(r"([=~!-]) *(\d+)  (.*)", line)
        if numbered:
            mark, count, text = numbered.groups()
            goes = mark == "-"
            parts = [
                (0, "mark" if goes else "small", mark),
                (2, "small", count.rjust(2)),
                (6, "goes" if goes else "", cut(text, COLUMNS - 6)),
            ]
        else:
            indent = len(line) - len(line.lstrip())
            parts = [(indent, "about" if number == 0 else "small", cut(line.strip(), COLUMNS - indent))]
        for column, kind, text in parts:
            named = f' class="{kind}"' if kind else ""
            out.append(f'<text x="{MARGIN + column * COLUMN:.1f}" y="{y}"{named}>{html.escape(text)}</text>')
    return "\n".join([*out, "</svg>"]) + "\n"


def pictures():
    """Each picture and its text."""
    pages = {language: DOCS / f"tutorial.{language}.md" for language in ("en", "zh")}
    return {DOCS / f"explain.{lang}.svg": draw(printed(page.read_text(encoding="utf-8"))) for lang, page in pages.items()}


if __name__ == "__main__":
    for path, text in pictures().items():
        path.write_text(text, encoding="utf-8")
