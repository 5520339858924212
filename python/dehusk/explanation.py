"""`Explanation`: every line of a text with what happens to it, and the rule that removes it.

``str()`` gives the lines that ``dehusk explain`` prints::

    = 1  a line that stays
    - 2  Previous: a line that goes
         zh/nav › previous and next   zh/nav.toml:12
         starts_with 'Previous:' (no. 1, line 15)
    ~ 3  a line that [-loses these words-]
      !  zh/credit › reporter at the end   zh/credit.toml:9
         would take “(Reporter: A. Lee)”, and did not: on trial (status = 'trial')
"""

from __future__ import annotations

import html
import re
from typing import Any

from ._types import Lang

_MARKS = {"stays": "=", "goes": "-", "part": "~"}
# Conditions that tell what was found in the line (not where, and not what is missing).
_EVIDENCE = {
    "is",
    "starts_with",
    "ends_with",
    "contains",
    "also_contains",
    "contains_all",
    "regex",
    "looks_like",
    "at_least",
}


class Explanation:
    """What happened to a text, line by line."""

    def __init__(self, text: str, data: dict[str, Any]) -> None:
        self.text = text
        """The text."""
        self.passages: list[dict[str, Any]] = data["passages"]
        """Consecutive lines to which the same happened, as in ``dehusk explain --json``: ``lines`` (first and last,
        from 1), ``fate`` (``stays``, ``goes``, ``part``), ``text``, ``reasons``, ``spared``, and ``gone`` (the removed
        words) if only a part of a line is removed. Reasons and spared rules are worded in ``zh`` and ``en``."""

    def render(self, lang: Lang = "en") -> str:
        """The page as text."""
        lines = re.split(r"\r\n|\r|\n", self.text)
        width = len(str(max((passage["lines"][1] for passage in self.passages), default=0)))
        out: list[str] = []
        for passage in self.passages:
            first, last = passage["lines"]
            mark = _MARKS[passage["fate"]]
            for number in range(first, last + 1):
                said = lines[number - 1]
                if passage["fate"] == "part":
                    said = _with_gaps(said, passage["gone"])
                out.append(f"{mark} {number:>{width}}  {said}".rstrip())
            filled = sum(1 for number in range(first, last + 1) if lines[number - 1].strip())
            # Why a line stays is in `passages`; on the page it would be said below every line.
            for reason in passage["reasons"] if passage["fate"] != "stays" else []:
                out += [f"  {'':>{width}}  {said}" for said in _reason(reason, filled, lang)]
            for one in passage["spared"]:
                out.append(f"  {'!':>{width}}  {one['rule']}   {one['place']}")
                out.append(f"  {'':>{width}}  {_spared(one, lang)}")
        return "\n".join(out)

    def _repr_html_(self) -> str:
        """The page as notebooks show it: what goes is struck through, with its rule beside it."""
        lines = re.split(r"\r\n|\r|\n", self.text)
        rows: list[str] = []
        for passage in self.passages:
            first, last = passage["lines"]
            filled = sum(1 for number in range(first, last + 1) if lines[number - 1].strip())
            reasons = passage["reasons"] if passage["fate"] != "stays" else []
            said = [part for reason in reasons for part in _reason(reason, filled, "en")]
            said += [f"! {one['rule']}: {_spared(one, 'en')}" for one in passage["spared"]]
            for number in range(first, last + 1):
                line = html.escape(lines[number - 1])
                if passage["fate"] == "goes" and line.strip():
                    line = f"<del>{line}</del>"
                elif passage["fate"] == "part":
                    for words in passage["gone"]:
                        line = line.replace(html.escape(words), f"<del>{html.escape(words)}</del>", 1)
                why = "<br>".join(html.escape(part) for part in said) if number == first else ""
                cell = 'style="text-align:left;vertical-align:top;white-space:pre-wrap"'
                rows.append(f"<tr><td>{number}</td><td {cell}>{line}</td><td {cell}><small>{why}</small></td></tr>")
        return f"<table>{''.join(rows)}</table>"

    def __str__(self) -> str:
        return self.render()

    def __repr__(self) -> str:
        return f"<dehusk.Explanation of {len(self.passages)} passages>"


def _reason(reason: dict[str, Any], lines: int, lang: Lang) -> list[str]:
    if "finder" in reason:
        return [reason["finder"][lang]]
    if "rule" not in reason:
        return []
    head = f"{reason['rule']}   {reason['place']}"
    if lines > 1:
        head = f"{lines} 行：{head}" if lang == "zh" else f"{lines} lines: {head}"
    told = [c[lang] for c in reason["conditions"] if c["holds"] and c["condition"] in _EVIDENCE]
    return [head, " + ".join(told)] if told else [head]


def _spared(spared: dict[str, Any], lang: Lang) -> str:
    text = spared["text"].strip()
    shown = text.split("\n")[0].rstrip("\r")[:30]
    shown += "…" if len(shown) < len(text) else ""
    if lang == "zh":
        return f"会删“{shown}”，没有删：{spared['zh']}"
    return f"would take “{shown}”, and did not: {spared['en']}"


def _with_gaps(line: str, gone: list[str]) -> str:
    out, rest = "", line
    for words in gone:
        before, _, rest = rest.partition(words)
        out += f"{before}[-{words}-]"
    return out + rest
