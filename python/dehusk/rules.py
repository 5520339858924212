"""`Rules`: rules that are loaded once, and the methods that clean texts with them.

Rules are pickled as texts. A pickle (for a Spark executor, a Ray worker, a process pool) contains the TOML
of every file. Each process compiles it once, however many tasks it gets, and reads nothing from disk.

Files of single sites, which `dehusk learn` wrote, are the exception: a file is read, and its rules are compiled, when
the first text of its site comes. Only :attr:`Rules.hash`, :meth:`Rules.check`, :meth:`Rules.test` and pickles read all.
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
from ._types import Cleaned, Diagnostic, Error, Input, Lang, Profile, diagnostics_from
from .checking import Findings, Suggestions, TestRun
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
        self,
        layers: Sequence[Layer],
        only: Sequence[str],
        skip: Sequence[str],
        profile: Profile,
        input: Input,
        sites: Sequence[_native.SiteFiles | None] = (),
    ) -> None:
        self._layers = [list(layer) for layer in layers]
        # By layer: the files of single sites, if there are some.
        self._sites = list(sites) or [None] * len(self._layers)
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

        In a folder that ``dehusk learn`` wrote, each file is read when the first text of its site comes. A mistake in
        such a file leaves its rules out, and :attr:`warnings` has it from then on.

        Raises :class:`dehusk.Error` with every mistake in the files, or if a name does not exist.
        """
        layers: list[Layer] = [_native.shipped_sources()] if shipped else []
        sites: list[_native.SiteFiles | None] = [None] * len(layers)
        for folder in folders:
            found, of_sites = _native.folder_files(folder)
            layers.append(found)
            sites.append(of_sites)
        return cls(layers, _names(only), _names(skip), profile, input, sites)._checked()

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
        zh, en, found = _native.check(self._all())
        return Findings(zh, en, diagnostics_from(found))

    def test(self, *names: str) -> TestRun:
        """Runs the examples of the rules (``removes``, ``keeps``), of all rules or of those named: categories, files,
        rules (``file › name``).

        Raises :class:`dehusk.Error` if a name does not exist.
        """
        zh, en, data = _native.test(self._all(), list(names))
        return TestRun(zh, en, json.loads(data))

    def suggest(
        self,
        texts: Iterable[str | None],
        hosts: Iterable[str | None] | None = None,
        *,
        golds: Iterable[str | None] | None = None,
        bodies: Iterable[str] = (),
        threads: int = 1,
        lang: Lang = "en",
    ) -> Suggestions:
        """Proposes rules on trial for what repeats in these texts and these rules do not take, as ``dehusk suggest``
        does for a collection.

        ``hosts`` has one host (or URL) for each text, ``golds`` its body, where that is known, and ``bodies`` are more
        texts of which every line is body: what stands in one of them is not proposed. Names and comments of the rules
        are in ``lang``.
        """
        if isinstance(texts, (str, bytes)):
            raise Error(
                "this is one text; what repeats is seen in a list of texts",
                "这是一篇文章；要很多篇文章才看得出什么在重复，请给一个列表",
            )
        engine = self._engine(None, None)
        given = [None if is_missing(text) else text for text in texts]
        named = None if hosts is None else [None if is_missing(host) else host for host in hosts]
        known = None if golds is None else [None if is_missing(gold) else gold for gold in golds]
        zh, en, data = _native.suggest(engine, given, named, known, list(bodies), threads, lang)
        return Suggestions(zh, en, json.loads(data))

    @property
    def hash(self) -> str:
        """The checksum of the rules: the same as the field ``rules`` in the record of removals of the program.

        It depends only on the files, not on the paths of their folders, nor on ``only``, ``skip``, profile and
        input.
        """
        if self._hash is None:
            self._hash = _native.rules_sum(self._all())
        return self._hash

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """The warnings about the rule files, and all that was found in files of single sites that have been read."""
        return diagnostics_from(self._ruleset().warnings())

    def __len__(self) -> int:
        """The number of rules, without those of single sites, which are counted when they are read."""
        return len(self._ruleset())

    def __repr__(self) -> str:
        return f"<dehusk.Rules {self.hash}: {len(self)} rules, profile={self.profile!r}, input={self.input!r}>"

    def __reduce__(self) -> tuple[Any, ...]:
        if self._packed is None:
            sites = [None if files is None else files.texts() for files in self._sites]
            self._packed = zlib.compress(json.dumps([self._layers, self._only, self._skip, sites]).encode(), 6)
        return _unpacked, (self.profile, self.input, self._packed)

    def _checked(self) -> Rules:
        self._ruleset()
        # Unknown names in `only` and `skip` are found only when rules are compiled.
        if self._only or self._skip:
            self.compile()
        return self

    def _all(self) -> list[list[tuple[str, str, bytes]]]:
        """All files by layer, those of single sites too."""
        both = zip(self._layers, self._sites, strict=True)
        return [_encoded(layer) + ([] if files is None else _encoded(files.texts())) for layer, files in both]

    def _ruleset(self) -> _native.RuleSet:
        if self._compiled is None:
            sites = [files for files in self._sites if files is not None]
            # The hash would read the file of every site.
            self._compiled = _built(self._layers, sites) if sites else _rule_set(self.hash, self._layers)
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
            found = _built(layers, [])
            _keep(_rule_sets, hash, found)
        return found


def _built(layers: Sequence[Layer], sites: list[_native.SiteFiles]) -> _native.RuleSet:
    shipped = _native.shipped_sources()
    # The shipped rules of this version are compiled in; those of another version are parsed from their texts.
    return _native.RuleSet([None if layer == shipped else _encoded(layer) for layer in layers], sites)


def _unpacked(profile: Profile, input: Input, packed: bytes) -> Rules:
    with _lock:
        found = _arrived.get((profile, input, packed))
        if found is None:
            layers, only, skip, texts = json.loads(zlib.decompress(packed))
            sites = [None if files is None else _native.SiteFiles(_encoded(files)) for files in texts]
            read: list[Layer] = [[(path, name, text) for path, name, text in layer] for layer in layers]
            found = Rules(read, only, skip, profile, input, sites)
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
