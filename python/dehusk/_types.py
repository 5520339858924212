"""The types of results and errors: plain values that can be pickled, compared and printed."""

from __future__ import annotations

import json
from typing import Any, Literal, NamedTuple

Profile = Literal["archive", "article", "body"]
"""How much is removed. ``archive``: only spam, legal notices and damage; ``article``: all boilerplate; ``body``: also
headline and bylines."""

Input = Literal["text", "page", "auto", "html"]
"""What the texts are: an extractor's output, the visible text of whole pages, decided for each text."""

Lang = Literal["zh", "en"]


class Removal(NamedTuple):
    """A removed stretch of text."""

    start: int
    """First character, from 0: ``text[start:end]`` was removed."""
    end: int
    """Character behind the last one."""
    byte_start: int
    """First byte of the text in UTF-8, from 0."""
    byte_end: int
    """Byte behind the last one."""
    text: str
    """The removed text."""
    kind: str
    """``rule``, ``finder`` (the body finder) or ``seam`` (blank lines beside a removal)."""
    rule: str | None
    """``file › name`` of the rule; ``None`` if no rule removed it."""
    category: str | None
    """The category of the rule."""
    phrase: str | None
    """The text of the rule that matched, if one did."""


class Cleaned(NamedTuple):
    """A cleaned text."""

    body: str
    """The text without the removals. If nothing was removed, it is the same object as the input."""
    removed: tuple[Removal, ...]
    """The removals, in the order of the text."""
    warnings: tuple[str, ...]
    """``would_be_empty``: almost nothing would be left. ``not_unicode``: the text has lone surrogates or
    bytes that are not UTF-8. ``too_long``: 4 GiB or more. In all three cases the text is unchanged."""
    metadata: dict[str, str]
    """Metadata found in the text: ``title``, ``date``, ``source``, ``author``, ``editor``."""


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
        """The mistakes in rule files, if there are any."""

    def __str__(self) -> str:
        return self.en

    def message(self, lang: Lang = "en") -> str:
        """The message in one language."""
        return self.zh if lang == "zh" else self.en


def diagnostics_from(text: str) -> tuple[Diagnostic, ...]:
    """Diagnostics from the JSON of the native part."""

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
    """An error of the native part."""
    return Error(en, zh, diagnostics_from(diagnostics))
