"""Spark: ``dehusk.spark.clean(df)`` on ``mapInArrow``; no shuffle, any cluster.

The rules are broadcast once. Each Python worker compiles them once and uses them for all its tasks.
Nothing is read from the driver's disk: executors need only the wheel.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ._needs import not_installed

try:
    from pyspark import AccumulatorParam
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql import functions as sf
    from pyspark.sql.types import ArrayType, LongType, NullType, StringType, StructField, StructType
except ImportError as error:
    raise not_installed("pyspark", "spark", error) from error

from . import _learn, arrow
from ._types import Input, Profile
from .rules import Rules, default_rules
from .stats import Stats

REMOVED = ArrayType(
    StructType(
        [StructField(name, LongType()) for name in ("start", "end", "byte_start", "byte_end")]
        + [StructField(name, StringType()) for name in ("text", "kind", "rule", "category", "phrase")]
    )
)
"""The type of the column of removals."""


def clean(
    df: DataFrame,
    text_col: str = "text",
    *,
    url_col: str | None = None,
    out_col: str | None = None,
    removed_col: str | None = None,
    warnings_col: str | None = None,
    rules: Rules | None = None,
    profile: Profile | None = None,
    input: Input | None = None,
    counts: Any | None = None,
) -> DataFrame:
    """Cleans a column of texts. Lazy, like everything in Spark, but mistakes in the arguments are raised at once.

    The body replaces the text, or is written to a new column ``out_col``. ``url_col`` is the column of hosts or
    URLs. ``removed_col`` and ``warnings_col`` name new columns: arrays of structs (:data:`REMOVED`) and of
    strings. ``counts`` is an accumulator made by :func:`counter`. Without ``rules`` the shipped ones are used.

    Raises :class:`dehusk.Error` if a column does not exist, a new column exists already, or a column is not text.
    """
    out_col = None if out_col == text_col else out_col
    arrow.check(df.columns, needed=[text_col, url_col], new=[out_col, removed_col, warnings_col])
    for name in (text_col, url_col):
        if name is not None:
            kind = df.schema[name].dataType
            arrow.check_text(name, kind.simpleString(), isinstance(kind, (StringType, NullType)))
    rules = rules or default_rules()
    rules.compile(profile, input)

    schema = StructType(list(df.schema.fields))
    if out_col is not None:
        schema = schema.add(StructField(out_col, df.schema[text_col].dataType))
    if removed_col is not None:
        schema = schema.add(StructField(removed_col, REMOVED))
    if warnings_col is not None:
        schema = schema.add(StructField(warnings_col, ArrayType(StringType())))
    options = {
        "column": text_col,
        "host_column": url_col,
        "out": out_col,
        "removed": removed_col,
        "warnings": warnings_col,
        "profile": profile,
        "input": input,
    }
    return df.mapInArrow(_Clean(_shared(df, rules), options, counts), schema)


def learn(
    df: DataFrame,
    text_col: str = "text",
    *,
    url_col: str = "url",
    language_col: str | None = None,
    rules: Rules | None = None,
    profile: Profile = "article",
    input: Input = "auto",
    lang: str = "en",
    fewest: int = _learn.FEWEST,
) -> DataFrame:
    """Learns what each site repeats, as ``dehusk learn`` does, with the same result for the same pages.

    Gives a table of ``site``, ``pages``, ``file`` (its name), ``rules`` (its text; null if nothing repeats) and
    ``state``, which :func:`write_sites` writes as files. Each task first chooses the pages of a site that may count,
    so that at most 64 pages of a site from each task are shuffled; then Spark groups them by site.
    """
    arrow.check(df.columns, needed=[text_col, url_col, language_col], new=[])
    rules = rules or default_rules()
    rules.compile(profile, input)
    language = sf.lit(None).cast("string") if language_col is None else sf.col(language_col)
    rows = df.select(sf.col(url_col).alias("url"), sf.col(text_col).alias("text"), language.alias("language"))
    chosen = rows.mapInArrow(_choose, "site string, hash string, text string, language string")
    options = {"profile": profile, "input": input, "lang": lang}
    teach = _Learn(_shared(df, rules), options, fewest)
    schema = "site string, pages int, file string, rules string, state string"
    # A function without hints: from the hints of a callable object Spark 4.1 cannot tell what it takes, and fails.
    return chosen.groupBy("site").applyInArrow(lambda table: teach(table), schema)


def write_sites(learnt: DataFrame, folder: str, lang: str = "en") -> None:
    """Writes what :func:`learn` gave as a folder of rules, on the driver: what ``dehusk learn --out`` writes."""
    rows = learnt.select("file", "rules", "state").toLocalIterator()
    _learn.write(((row.file, row.rules, row.state) for row in rows), folder, lang)


def counter(spark: SparkSession) -> Any:
    """An accumulator for :func:`clean`: ``.value`` is a :class:`dehusk.Stats` after an action.

    Spark counts a task twice if it runs it twice (after a failure, or for a second action on a data frame that
    is not cached). If the counts must be exact, use :func:`rule_table`.
    """
    return spark.sparkContext.accumulator(Stats(), _StatsParam())


def rule_table(df: DataFrame, removed_col: str = "removed") -> DataFrame:
    """A table of rules with their numbers of removals and removed bytes, aggregated from the column of removals."""
    row = sf.explode(removed_col).alias("row")
    name = sf.coalesce("row.rule", "row.kind").alias("rule")
    removed_bytes = sf.sum(sf.col("row.byte_end") - sf.col("row.byte_start")).alias("bytes")
    sums = df.select(row).groupBy(name).agg(sf.count("*").alias("removals"), removed_bytes)
    return sums.orderBy(sf.desc("bytes"), "rule")


class _LocalRules:
    """Stands for a broadcast in Spark Connect, which has none: the rules are pickled with the function."""

    def __init__(self, value: Rules) -> None:
        self.value = value


def _shared(df: DataFrame, rules: Rules) -> Any:
    try:
        context = df.sparkSession.sparkContext
    except Exception:
        return _LocalRules(rules)
    return context.broadcast(rules)


class _Clean:
    """The function that a task runs."""

    def __init__(self, rules: Any, options: dict[str, Any], counts: Any | None) -> None:
        self.rules = rules
        self.options = options
        self.counts = counts

    def __call__(self, batches: Iterable[Any]) -> Iterator[Any]:
        stats = None if self.counts is None else Stats()
        for batch in batches:
            yield self.rules.value.clean_arrow(batch, stats=stats, **self.options)
        if self.counts is not None:
            self.counts.add(stats)


def _choose(batches: Iterable[Any]) -> Iterator[Any]:
    import pyarrow as pa

    def rows() -> Iterator[Any]:
        for batch in batches:
            yield from zip(*(batch.column(name).to_pylist() for name in ("url", "text", "language")), strict=True)

    names = ["site", "hash", "text", "language"]
    some: list[_learn.Page] = []
    for page in _learn.pages(rows()):
        some.append(page)
        if len(some) == 1024:
            yield pa.RecordBatch.from_pylist([dict(zip(names, one, strict=True)) for one in some], _page_schema())
            some = []
    yield pa.RecordBatch.from_pylist([dict(zip(names, one, strict=True)) for one in some], _page_schema())


def _page_schema() -> Any:
    import pyarrow as pa

    return pa.schema([(name, pa.string()) for name in ("site", "hash", "text", "language")])


class _Learn:
    """What a task does with the pages of one site."""

    def __init__(self, rules: Any, options: dict[str, str], fewest: int) -> None:
        self.rules = rules
        self.options = options
        self.fewest = fewest

    def __call__(self, table: Any) -> Any:
        import pyarrow as pa

        columns = [table.column(name).to_pylist() for name in ("site", "hash", "text", "language")]
        schema = pa.schema(
            [
                ("site", pa.string()),
                ("pages", pa.int32()),
                ("file", pa.string()),
                ("rules", pa.string()),
                ("state", pa.string()),
            ]
        )
        found = None
        if columns[0]:
            pages = zip(*columns, strict=True)
            found = _learn.site(columns[0][0], pages, self.rules.value, self.options, self.fewest)
        rows = [] if found is None else [dict(zip(schema.names, found, strict=True))]
        return pa.Table.from_pylist(rows, schema)


class _StatsParam(AccumulatorParam[Stats]):
    def zero(self, value: Stats) -> Stats:
        return Stats()

    def addInPlace(self, value1: Stats, value2: Stats) -> Stats:
        value1 += value2
        return value1
