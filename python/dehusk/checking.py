"""What comes of checking rules and of running their examples: the results of `Rules.check` and `Rules.test`.

``str()`` gives what `dehusk check` and `dehusk test` print; a notebook shows a table.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from typing import Any, overload

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


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{html.escape(one)}</th>" for one in heads)
    style = 'style="text-align:left;vertical-align:top;white-space:pre-wrap"'
    body = "".join("<tr>" + "".join(f"<td {style}>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><tr>{head}</tr>{body}</table>"
