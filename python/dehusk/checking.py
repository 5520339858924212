"""What comes of checking rules, of running their examples and of looking for what repeats: the results of
`Rules.check`, `Rules.test` and `Rules.suggest`.

``str()`` gives what `dehusk check`, `dehusk test` and `dehusk suggest` print; a notebook shows a table.
"""

from __future__ import annotations

import html
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, overload

from ._types import Diagnostic, Lang


class Findings(Sequence[Diagnostic]):
    """The findings about rules: a sequence of :class:`dehusk.Diagnostic`, sorted by file and line."""

    def __init__(self, zh: str, en: str, found: Sequence[Diagnostic]) -> None:
        self._said = {"zh": zh, "en": en}
        self._found = tuple(found)

    @property
    def ok(self) -> bool:
        """Whether there are neither errors nor warnings; notes do not count."""
        return all(one.level == "info" for one in self._found)

    def render(self, lang: Lang = "en") -> str:
        """What ``dehusk check`` prints."""
        return self._said[lang].rstrip("\n")

    @overload
    def __getitem__(self, index: int) -> Diagnostic: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Diagnostic, ...]: ...
    def __getitem__(self, index: int | slice) -> Diagnostic | tuple[Diagnostic, ...]:
        return self._found[index]

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(self._found)

    def __str__(self) -> str:
        return self.render()

    def __repr__(self) -> str:
        return f"<dehusk.Findings: {len(self)}>"

    def _repr_html_(self) -> str:
        rows = [
            [f"{one.file}:{one.line}", one.level, one.message.en, one.fix.en if one.fix else ""] for one in self._found
        ]
        return _table(["where", "level", "what", "mend"], rows)


class TestRun:
    """What came of the examples of rules."""

    __test__ = False  # pytest: this is no test

    def __init__(self, zh: str, en: str, data: dict[str, Any]) -> None:
        self._said = {"zh": zh, "en": en}
        self.examples: int = data["examples"]
        """How many examples were run."""
        self.failed: int = data["failed"]
        """How many of them do not hold."""
        self.failures: list[dict[str, Any]] = data["failures"]
        """What does not hold, as in ``dehusk test --json``: ``rule``, ``source``, ``line``, ``expected``, ``text``,
        ``taken_by``, and ``reasons`` in ``zh`` and ``en``."""

    @property
    def ok(self) -> bool:
        """Whether every example holds."""
        return self.failed == 0

    def render(self, lang: Lang = "en") -> str:
        """What ``dehusk test`` prints."""
        return self._said[lang].rstrip("\n")

    def __str__(self) -> str:
        return self.render()

    def __repr__(self) -> str:
        return f"<dehusk.TestRun: {self.failed} of {self.examples} examples do not hold>"

    def _repr_html_(self) -> str:
        if self.ok:
            return f"<p>{html.escape(self.render())}</p>"
        rows = [
            [one["rule"], str(one["line"]), one["text"], "; ".join(reason["en"] for reason in one["reasons"])]
            for one in self.failures
        ]
        return _table(["rule", "line", "example", "why it does not hold"], rows)


class Suggestion(NamedTuple):
    """A rule on trial for what repeats in a collection."""

    name: str
    """Its name."""
    category: str
    """Its category."""
    texts: int
    """How many texts it has."""
    documents: int
    """How many documents have the most frequent of them."""
    site: str | None
    """The only site that it is for; ``None`` for all."""
    rule: str
    """Its table, as it goes into a rule file."""


class Suggestions(Sequence[Suggestion]):
    """The rules that were proposed, the most frequent first: a sequence of :class:`Suggestion`."""

    def __init__(self, zh: str, en: str, data: dict[str, Any]) -> None:
        self._said = {"zh": zh, "en": en}
        self._rules = tuple(Suggestion(**rule) for rule in data["rules"])
        self.documents: int = data["documents"]
        """How many documents were looked at; copies of an article count once."""
        self.toml: str = data["file"]
        """The rule file; empty if there is nothing to propose. ``Rules.from_texts`` takes it too."""

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the rule file. A file that exists is not touched: that raises :class:`FileExistsError`."""
        with Path(path).open("x", encoding="utf-8", newline="\n") as file:
            file.write(self.toml)

    def render(self, lang: Lang = "en") -> str:
        """What ``dehusk suggest`` prints."""
        return self._said[lang].rstrip("\n")

    @overload
    def __getitem__(self, index: int) -> Suggestion: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Suggestion, ...]: ...
    def __getitem__(self, index: int | slice) -> Suggestion | tuple[Suggestion, ...]:
        return self._rules[index]

    def __len__(self) -> int:
        return len(self._rules)

    def __iter__(self) -> Iterator[Suggestion]:
        return iter(self._rules)

    def __str__(self) -> str:
        return self.render()

    def __repr__(self) -> str:
        return f"<dehusk.Suggestions: {len(self)} from {self.documents} documents>"

    def _repr_html_(self) -> str:
        if not self._rules:
            return f"<p>{html.escape(self.render())}</p>"
        rows = [[one.name, str(one.documents), one.site or "all", one.rule] for one in self._rules]
        return _table(["rule", "documents", "site", "TOML"], rows)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{html.escape(one)}</th>" for one in heads)
    style = 'style="text-align:left;vertical-align:top;white-space:pre-wrap"'
    body = "".join("<tr>" + "".join(f"<td {style}>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"
