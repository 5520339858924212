"""`Rules`: rules that are loaded once, and the methods that clean texts with them.

Rules are pickled as texts. A pickle (for a Spark executor, a Ray worker, a process pool) contains the TOML
of every file. Each process compiles it once, however many tasks it gets, and reads nothing from disk.
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
from ._types import Cleaned, Diagnostic, Error, Input, Profile, diagnostics_from
from .checking import Findings, TestRun
from .explanation import Explanation

if TYPE_CHECKING:
    from .arrow import Data
    from .stats import Stats

# A rule file: its path in messages, its path below the folder of the rules, its text.
Source = tuple[str, str, str]
Layer = list[Source]

BATCH = 256
"""How many texts :meth:`Rules.clean_many` reads at a time."""


class Rules:
    """Rules with their default options. Make one with :meth:`load`; it is immutable."""

    def __init__(
        self, layers: Sequence[Layer], only: Sequence[str], skip: Sequence[str], profile: Profile, input: Input
    ) -> None:
        self._layers = [list(layer) for layer in layers]
        self._only = list(only)
        self._skip = list(skip)
        self.profile: Profile = profile
        """The profile of calls that do not give one."""
        self.input: Input = input
        """The kind of input of calls that do not give one."""
        self._hash: str | None = None
        self._packed: bytes | None = None
        self._compiled: _native.RuleSet | None = None
        self._engines: dict[tuple[str, str], _native.Engine] = {}

    @classmethod
    def load(
        cls,
        *folders: str | os.PathLike[str],
        shipped: bool = True,
        only: str | Iterable[str] = (),
        skip: str | Iterable[str] = (),
        profile: Profile = "article",
        input: Input = "auto",
    ) -> Rules:
        """Loads rules: those that ship with dehusk, then those of the folders.

        A file in a folder replaces the file of the same name in earlier folders and in the shipped rules. ``only`` and
        ``skip`` name categories, files or rules. ``profile`` and ``input`` are the defaults for calls that give none.

        Raises :class:`dehusk.Error` with every mistake in the files, or if a name does not exist.
        """
        layers = [_native.shipped_sources()] if shipped else []
        layers += [_native.folder_sources(folder) for folder in folders]
        return cls(layers, _names(only), _names(skip), profile, input)._checked()

    @classmethod
    def from_texts(
        cls,
        texts: dict[str, str],
        *,
        shipped: bool = False,
        only: str | Iterable[str] = (),
        skip: str | Iterable[str] = (),
        profile: Profile = "article",
        input: Input = "auto",
    ) -> Rules:
        """Rules from texts in memory: a dict from paths (``meta.toml``, ``lists/buttons.is.txt``) to texts."""
        layers = [_native.shipped_sources()] if shipped else []
        layers.append([(name, name, text) for name, text in sorted(texts.items())])
        return cls(layers, _names(only), _names(skip), profile, input)._checked()

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
        rules of single languages; without it, the language is guessed."""
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
        """Returns only the body of one text: the fastest call for single texts."""
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
        """Cleans texts as they come, in their order; what is missing (``None``, NaN) becomes ``None``.

        ``hosts`` has one host for each text. :data:`BATCH` texts are read at a time; ``threads`` share a batch.
        """
        if isinstance(texts, (str, bytes)):
            raise Error(
                "this is one text and no list of texts; use clean(text), or clean_many([text])",
                "这是一篇文章，不是一个列表；请用 clean(text)，或 clean_many([text])",
            )
        return self._clean_many(texts, hosts, threads, self._engine(profile, input))

    def _clean_many(
        self,
        texts: Iterable[str | None],
        hosts: Iterable[str | None] | None,
        threads: int,
        engine: _native.Engine,
    ) -> Iterator[Cleaned | None]:
        source = iter(texts)
        beside = None if hosts is None else iter(hosts)
        while batch := list(itertools.islice(source, BATCH)):
            given = [None if is_missing(text) else text for text in batch]
            named = None if beside is None else list(itertools.islice(beside, len(batch)))
            yield from engine.clean_list(given, named, threads)

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
        """Every line with what happens to it and why. ``print`` it, or read ``.passages``."""
        return Explanation(text, json.loads(self._engine(profile, input).explain(text, host, language)))

    def compile(self, profile: Profile | None = None, input: Input | None = None) -> None:
        """Compiles the rules for these options now instead of at the first text.

        Raises :class:`dehusk.Error` if an option has an unknown value.
        """
        self._engine(profile, input)

    def check(self) -> Findings:
        """What ``dehusk check`` finds in the rules: conditions that exclude each other, phrases that are too broad,
        rules that do nothing new, examples that do not hold, lines of known bodies that go."""
        zh, en, found = _native.check([_encoded(layer) for layer in self._layers])
        return Findings(zh, en, diagnostics_from(found))

    def test(self, *names: str) -> TestRun:
        """Runs the examples of the rules (``removes``, ``keeps``), of all rules or of those named: categories, files,
        rules (``file › name``).

        Raises :class:`dehusk.Error` if a name does not exist.
        """
        zh, en, data = _native.test([_encoded(layer) for layer in self._layers], list(names))
        return TestRun(zh, en, json.loads(data))

    @property
    def hash(self) -> str:
        """The checksum of the rules: the same as the field ``rules`` in the record of removals of the program.

        It depends only on the files, not on the paths of their folders, nor on ``only``, ``skip``, profile and
        input.
        """
        if self._hash is None:
            self._hash = _native.rules_sum([_encoded(layer) for layer in self._layers])
        return self._hash

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """The warnings about the rule files."""
        return diagnostics_from(self._ruleset().warnings())

    def __len__(self) -> int:
        """The number of rules."""
        return len(self._ruleset())

    def __repr__(self) -> str:
        return f"<dehusk.Rules {self.hash}: {len(self)} rules, profile={self.profile!r}, input={self.input!r}>"

    def __reduce__(self) -> tuple[Any, ...]:
        if self._packed is None:
            self._packed = zlib.compress(json.dumps([self._layers, self._only, self._skip]).encode(), 6)
        return _unpacked, (self.profile, self.input, self._packed)

    def _checked(self) -> Rules:
        self._ruleset()
        # Unknown names in `only` and `skip` are found only when rules are compiled.
        if self._only or self._skip:
            self.compile()
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


# Two caches of this process: compiled rules by their hash, and unpickled rules by their pickle. So consecutive tasks of
# Spark and Ray in one worker compile only once. Each cache drops its oldest entry when it is full.
_KEPT = 16
_rule_sets: dict[str, _native.RuleSet] = {}
_arrived: dict[tuple[str, str, bytes], Rules] = {}
_lock = RLock()


def is_missing(value: object) -> bool:
    """Whether a value stands for no text: ``None``, NaN, and NA and NaT of pandas."""
    if value is None or isinstance(value, float):
        return value is None or value != value
    return type(value).__name__ in ("NAType", "NaTType")


def _names(given: str | Iterable[str]) -> list[str]:
    return [given] if isinstance(given, str) else list(given)


def _encoded(layer: Layer) -> list[tuple[str, str, bytes]]:
    return [(path, name, text.encode("utf-8", "surrogatepass")) for path, name, text in layer]


def _rule_set(hash: str, layers: Sequence[Layer]) -> _native.RuleSet:
    with _lock:
        found = _rule_sets.get(hash)
        if found is None:
            shipped = _native.shipped_sources()
            # The shipped rules of this version are compiled in; those of another version are parsed from their texts.
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
    """The shipped rules with the default options, loaded once for each process."""
    global _default
    with _lock:
        if _default is None:
            _default = Rules.load()
        return _default


_default: Rules | None = None
