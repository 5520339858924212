"""What comes back from cleaning, and what goes wrong: plain values that pickle, compare and print."""

from __future__ import annotations

import json
from typing import Any, Literal, NamedTuple

Profile = Literal["archive", "article", "body"]
"""How much counts as body: only spam goes; boilerplate goes; headline and bylines go too."""

Input = Literal["text", "page", "auto", "html"]
"""What the texts are: an extractor's output, the visible text of whole pages, decided for each text."""

Lang = Literal["zh", "en"]


class Removal(NamedTuple):
    """A stretch of text that went."""

    start: int
    """First character, from 0: ``text[start:end]`` is what went."""
    end: int
    """Character behind the last one."""
    byte_start: int
    """First byte of the text in UTF-8, from 0."""
    byte_end: int
    """Byte behind the last one."""
    text: str
    """What went."""
    kind: str
    """``rule``, ``finder`` (the body finder) or ``seam`` (blank lines beside a removal)."""
    rule: str | None
    """``file › name`` of the rule, if one took it."""
    category: str | None
    """The category of the rule."""
    phrase: str | None
    """The text of the rule that decided, where one did."""


class Cleaned(NamedTuple):
    """A cleaned text."""

    body: str
    """What stays. The very object that came in, if nothing went."""
    removed: tuple[Removal, ...]
    """What went, in the order of the text."""
    warnings: tuple[str, ...]
    """``would_be_empty``: almost nothing would be left. ``not_unicode``: the text holds lone surrogates or
    bytes that are not UTF-8. ``too_long``: 4 GiB or more. In all three cases the text passed unchanged."""
    metadata: dict[str, str]
    """What the text says about itself: ``title``, ``date``, ``source``, ``author``, ``editor``."""


class Message(NamedTuple):
    """A sentence in both languages."""

    zh: str
    en: str


class Diagnostic(NamedTuple):
    """A mistake in a rule file, with its place and its fix: what ``dehusk check`` prints."""

    level: str
    """``error``, ``warning`` or ``info``."""
    code: str
    """Its name, for ``dehusk help CODE``."""
    message: Message
    file: str
    line: int
    """From 1."""
    column: int
    """From 1, in characters."""
    line_text: str
    """The line, or the part of it around the place."""
    fix: Message | None
    """What to write instead, or advice."""
    notes: tuple[Message, ...]


class Error(Exception):
    """What is wrong, where, and the next step; in English, with the Chinese beside it."""

    def __init__(self, en: str, zh: str = "", diagnostics: tuple[Diagnostic, ...] = ()) -> None:
        super().__init__(en, zh or en, tuple(diagnostics))
        self.en = en
        self.zh = zh or en
        self.diagnostics = tuple(diagnostics)
        """Mistakes in rule files, if it is about those."""

    def __str__(self) -> str:
        return self.en

    def message(self, lang: Lang = "en") -> str:
        """The message in one language."""
        return self.zh if lang == "zh" else self.en


def diagnostics_from(text: str) -> tuple[Diagnostic, ...]:
    """Diagnostics from the JSON of the native half."""

    def message(value: dict[str, str]) -> Message:
        return Message(value["zh"], value["en"])

    def fix(value: dict[str, Any] | None) -> Message | None:
        if value is None:
            return None
        return Message(value["line"], value["line"]) if "line" in value else message(value["advice"])

    return tuple(
        Diagnostic(
            level=one["level"],
            code=one["code"],
            message=message(one["message"]),
            file=one["source"],
            line=one["line"],
            column=one["column"],
            line_text=one["line_text"],
            fix=fix(one["fix"]),
            notes=tuple(message(note) for note in one["notes"]),
        )
        for one in json.loads(text)
    )


def native_error(en: str, zh: str, diagnostics: str) -> Error:
    """An error of the native half."""
    return Error(en, zh, diagnostics_from(diagnostics))
