"""`Rules`: rules that were read once, and what can be done to texts with them.

Rules travel as their texts. Pickled (to a Spark executor, a Ray worker, a process pool) they hold the
TOML of every file; on arrival they are compiled once for each process, whatever number of tasks
comes, and nothing is read from a disk.
"""

from __future__ import annotations

import itertools
import json
import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from threading import RLock
from typing import TYPE_CHECKING, Any

from . import _native
from ._types import Cleaned, Diagnostic, Input, Profile, diagnostics_from
from .explanation import Explanation

if TYPE_CHECKING:
    from .arrow import Data
    from .stats import Stats

# Path as messages show it, path below the folder of the rules, text.
Source = tuple[str, str, str]
Layer = list[Source]

BATCH = 256
"""Texts that :meth:`Rules.clean_many` takes at a time."""


class Rules:
    """Rules, and the choices with which they are used. Make one with :meth:`load`; it is immutable."""

    def __init__(
        self, layers: Sequence[Layer], only: Sequence[str], skip: Sequence[str], profile: Profile, input: Input
    ) -> None:
        self._layers = [list(layer) for layer in layers]
        self._only = list(only)
        self._skip = list(skip)
        self.profile: Profile = profile
        """What counts as body, where a call does not say."""
        self.input: Input = input
        """What the texts are, where a call does not say."""
        self._hash: str | None = None
        self._packed: bytes | None = None
        self._compiled: _native.RuleSet | None = None
        self._engines: dict[tuple[str, str], _native.Engine] = {}

    @classmethod
    def load(
        cls,
        *folders: str | os.PathLike[str],
        shipped: bool = True,
        only: Iterable[str] = (),
        skip: Iterable[str] = (),
        profile: Profile = "article",
        input: Input = "text",
    ) -> Rules:
        """Reads rules: those that ship with dehusk, and folders over them.

        A file of a folder takes the place of the file of that name below it. ``only`` and ``skip`` name
        categories, files or rules. ``profile`` and ``input`` are what calls use that do not say.

        Raises :class:`dehusk.Error` with every mistake in the files, or when a name does not exist.
        """
        layers = [_native.shipped_sources()] if shipped else []
        layers += [_native.folder_sources(folder) for folder in folders]
        return cls(layers, list(only), list(skip), profile, input)._checked()

    @classmethod
    def from_texts(
        cls,
        texts: dict[str, str],
        *,
        shipped: bool = False,
        only: Iterable[str] = (),
        skip: Iterable[str] = (),
        profile: Profile = "article",
        input: Input = "text",
    ) -> Rules:
        """Rules from texts in memory: by path below a folder (``meta.toml``, ``lists/buttons.is.txt``), the text."""
        layers = [_native.shipped_sources()] if shipped else []
        layers.append([(name, name, text) for name, text in sorted(texts.items())])
        return cls(layers, list(only), list(skip), profile, input)._checked()

    def clean(
        self,
        text: str,
        host: str | None = None,
        *,
        language: str | None = None,
        profile: Profile | None = None,
        input: Input | None = None,
    ) -> Cleaned:
        """Cleans one text. ``host`` (or a URL) is for rules of single sites, ``language`` (``zh``, ``en``, …) for
        rules of single languages; it is guessed where it is not given."""
        return self._engine(profile, input).clean(text, host, language)

    def body(
        self,
        text: str,
        host: str | None = None,
        *,
        language: str | None = None,
        profile: Profile | None = None,
        input: Input | None = None,
    ) -> str:
        """The body of one text and nothing else: the fastest call for single texts."""
        return self._engine(profile, input).body(text, host, language)

    def clean_html(
        self,
        html: str,
        url: str | None = None,
        *,
        language: str | None = None,
        profile: Profile | None = None,
    ) -> Cleaned:
        """Cleans the HTML of one page. What went is counted in the text that is made of the HTML, which is the body
        with what went put back; ``metadata`` holds what the page says of itself."""
        return self._engine(profile, "html").clean(html, url, language)

    def clean_many(
        self,
        texts: Iterable[str | None],
        hosts: Iterable[str | None] | None = None,
        *,
        threads: int = 1,
        profile: Profile | None = None,
        input: Input | None = None,
    ) -> Iterator[Cleaned | None]:
        """Cleans texts as they come, in their order; ``None`` stays ``None``.

        ``hosts`` runs beside ``texts``. Takes :data:`BATCH` texts at a time; ``threads`` share a batch.
        """
        engine = self._engine(profile, input)
        source = iter(texts)
        beside = None if hosts is None else iter(hosts)
        while batch := list(itertools.islice(source, BATCH)):
            named = None if beside is None else list(itertools.islice(beside, len(batch)))
            yield from engine.clean_list(batch, named, threads)

    def clean_arrow(
        self,
        data: Data,
        column: str | None = None,
        host_column: str | None = None,
        *,
        host: str | None = None,
        out: str | None = None,
        removed: str | None = None,
        warnings: str | None = None,
        stats: Stats | None = None,
        profile: Profile | None = None,
        input: Input | None = None,
    ) -> Any:
        """Cleans a column of Arrow data, see :func:`dehusk.arrow.clean`."""
        from . import arrow

        return arrow.clean(
            self._engine(profile, input),
            data,
            column=column,
            host_column=host_column,
            host=host,
            out=out,
            removed=removed,
            warnings=warnings,
            stats=stats,
        )

    def explain(
        self,
        text: str,
        host: str | None = None,
        *,
        language: str | None = None,
        profile: Profile | None = None,
        input: Input | None = None,
    ) -> Explanation:
        """Every line with its fate and the reasons. ``print`` it, or read ``.passages``."""
        return Explanation(text, json.loads(self._engine(profile, input).explain(text, host, language)))

    def check(self, profile: Profile | None = None, input: Input | None = None) -> None:
        """Compiles the rules for these choices now instead of at the first text.

        Raises :class:`dehusk.Error` when a choice does not exist.
        """
        self._engine(profile, input)

    @property
    def hash(self) -> str:
        """The checksum of the rules: the field ``rules`` of the program's record of removals.

        The same files give the same one, wherever their folders lie; ``only``, ``skip``, profile and input do not
        matter.
        """
        if self._hash is None:
            self._hash = _native.rules_sum([_encoded(layer) for layer in self._layers])
        return self._hash

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What is odd about the rule files and did not stop the loading."""
        return diagnostics_from(self._ruleset().warnings())

    def __len__(self) -> int:
        """How many rules there are."""
        return len(self._ruleset())

    def __repr__(self) -> str:
        return f"<dehusk.Rules {self.hash}: {len(self)} rules, profile={self.profile!r}, input={self.input!r}>"

    def __reduce__(self) -> tuple[Any, ...]:
        if self._packed is None:
            self._packed = zlib.compress(json.dumps([self._layers, self._only, self._skip]).encode(), 6)
        return _unpacked, (self.profile, self.input, self._packed)

    def _checked(self) -> Rules:
        self._ruleset()
        # Names in `only` and `skip` are looked up when rules are compiled.
        if self._only or self._skip:
            self.check()
        return self

    def _ruleset(self) -> _native.RuleSet:
        if self._compiled is None:
            self._compiled = _rule_set(self.hash, self._layers)
        return self._compiled

    def _engine(self, profile: Profile | None, input: Input | None) -> _native.Engine:
        key = (profile or self.profile, input or self.input)
        engine = self._engines.get(key)
        if engine is None:
            with _lock:
                engine = self._engines.get(key)
                if engine is None:
                    engine = self._ruleset().engine(*key, self._only, self._skip)
                    self._engines[key] = engine
        return engine


# What this process has compiled, by hash, and the rules that arrived pickled, by what arrived: tasks of Spark and Ray
# that follow each other in a worker find them here. Old ones are forgotten.
_KEPT = 16
_rule_sets: dict[str, _native.RuleSet] = {}
_arrived: dict[tuple[str, str, bytes], Rules] = {}
_lock = RLock()


def _encoded(layer: Layer) -> list[tuple[str, str, bytes]]:
    return [(path, name, text.encode("utf-8", "surrogatepass")) for path, name, text in layer]


def _rule_set(hash: str, layers: Sequence[Layer]) -> _native.RuleSet:
    with _lock:
        found = _rule_sets.get(hash)
        if found is None:
            shipped = _native.shipped_sources()
            # The rules of this package need no second check; those of another version travel as texts.
            given = [None if layer == shipped else _encoded(layer) for layer in layers]
            found = _native.RuleSet(given)
            _keep(_rule_sets, hash, found)
        return found


def _unpacked(profile: Profile, input: Input, packed: bytes) -> Rules:
    with _lock:
        found = _arrived.get((profile, input, packed))
        if found is None:
            layers, only, skip = json.loads(zlib.decompress(packed))
            found = Rules([[tuple(source) for source in layer] for layer in layers], only, skip, profile, input)
            _keep(_arrived, (profile, input, packed), found)
        return found


def _keep(cache: dict[Any, Any], key: Any, value: Any) -> None:
    while len(cache) >= _KEPT:
        del cache[next(iter(cache))]
    cache[key] = value


def default_rules() -> Rules:
    """The shipped rules with the default choices, loaded once for each process."""
    global _default
    with _lock:
        if _default is None:
            _default = Rules.load()
        return _default


_default: Rules | None = None
