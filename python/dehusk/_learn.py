"""Learning what sites repeat: what Spark, Ray and a list of pages have in common."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import cast

from . import _native
from ._types import Input, Profile
from .rules import Rules

SAMPLED = 64
"""Pages of one site that are learnt from, at most."""

FEWEST = 5
"""Pages that a site must have."""

Page = tuple[str, str, str, str | None]
"""A page: its site, the hash by which pages are chosen, its text, its language if that is known."""


def pages(rows: Iterable[tuple[str | None, str | None, str | None]]) -> Iterator[Page]:
    """The pages of some rows (URL, text, language), of each site only those that may be chosen. What several workers
    give is put together by :func:`pages` again, or by :func:`sites`."""
    for site, kept in _chosen(_identified(rows)).items():
        for digest, (text, language) in kept.items():
            yield site, digest, text, language


def _identified(rows: Iterable[tuple[str | None, str | None, str | None]]) -> Iterator[Page]:
    for url, text, language in rows:
        if url is None or text is None:
            continue
        found = _native.page_id(url, text)
        if found is not None:
            yield found[0], found[1], text, language


def _chosen(found: Iterable[Page]) -> dict[str, dict[str, tuple[str, str | None]]]:
    by_site: dict[str, dict[str, tuple[str, str | None]]] = defaultdict(dict)
    for site, digest, text, language in found:
        kept = by_site[site]
        if digest in kept:
            continue
        kept[digest] = (text, language)
        if len(kept) >= 2 * SAMPLED:
            for late in sorted(kept)[SAMPLED:]:
                del kept[late]
    for kept in by_site.values():
        for late in sorted(kept)[SAMPLED:]:
            del kept[late]
    return by_site


def site(
    name: str, found: Iterable[Page], rules: Rules, options: dict[str, str], fewest: int
) -> tuple[str, int, str, str | None, str] | None:
    """What is learnt of one site: (site, pages, file, text or None, what is remembered); None if it is too small."""
    kept = _chosen(found).get(name, {})
    if len(kept) < fewest:
        return None
    engine = rules._engine(cast(Profile, options["profile"]), cast(Input, options["input"]))
    texts = [kept[digest] for digest in sorted(kept)]
    file, text, state = _native.learn_site(engine, name, texts, options["lang"])
    return name, len(kept), file, text, state


def write(rows: Iterable[tuple[str, str | None, str]], folder: str | os.PathLike[str], lang: str) -> None:
    """Writes the files of sites (name, text, what is remembered) and what belongs beside them."""
    top = Path(folder)
    top.mkdir(parents=True, exist_ok=True)
    states = []
    for file, text, state in rows:
        states.append(state)
        if text is not None:
            (top / file).write_text(text, encoding="utf-8", newline="\n")
    remembered, summary = _native.learnt_files(states, lang)
    (top / "summary.md").write_text(summary, encoding="utf-8", newline="\n")
    (top / "learnt.jsonl").write_text(remembered, encoding="utf-8", newline="\n")
