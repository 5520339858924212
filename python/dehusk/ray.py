"""Ray Data: ``dehusk.ray.clean(ds)``; no shuffle. Workers compile the rules once for each process.

It uses plain tasks, not actors: a pool of as many actors as there are CPUs would leave no CPU for reading,
and wait forever.
"""

from __future__ import annotations

from typing import Any

from ._needs import not_installed

try:
    from ray.data import Dataset
except ImportError as error:
    raise not_installed("ray", "ray", error) from error

from . import _learn, arrow
from ._types import Input, Profile
from .rules import Rules, default_rules


def clean(
    ds: Dataset,
    text_column: str = "text",
    *,
    url_column: str | None = None,
    out_column: str | None = None,
    removed_column: str | None = None,
    warnings_column: str | None = None,
    rules: Rules | None = None,
    profile: Profile | None = None,
    input: Input | None = None,
    batch_size: int | None = 1024,
    **ray_options: Any,
) -> Dataset:
    """Cleans a column of texts. Lazy, like everything in Ray Data, but mistakes in the arguments are raised at once.

    The body replaces the text, or is written to a new column ``out_column``. ``removed_column`` and
    ``warnings_column`` name new columns: lists of structs with the fields of :class:`dehusk.Removal`, and of
    strings. ``batch_size`` counts rows; ``ray_options`` are passed to ``Dataset.map_batches``.

    Raises :class:`dehusk.Error` if a column does not exist, a new column exists already, or a column is not text.
    """
    out_column = None if out_column == text_column else out_column
    schema = ds.schema()
    if schema is not None:
        arrow.check(schema.names, needed=[text_column, url_column], new=[out_column, removed_column, warnings_column])
        kinds = dict(zip(schema.names, schema.types, strict=True))
        for name in (text_column, url_column):
            # The type of a pandas block is `object`; whether it is text is only known when it is read.
            if name is not None and kinds[name] is not object:
                arrow.check_text(name, kinds[name], arrow.is_text(kinds[name]))
    rules = rules or default_rules()
    rules.compile(profile, input)
    options = {
        "column": text_column,
        "host_column": url_column,
        "out": out_column,
        "removed": removed_column,
        "warnings": warnings_column,
        "profile": profile,
        "input": input,
    }
    clean_batch: Any = _clean
    return ds.map_batches(
        clean_batch,
        fn_kwargs={"rules": rules, "options": options},
        batch_format="pyarrow",
        batch_size=batch_size,
        zero_copy_batch=True,
        **ray_options,
    )


def learn(
    ds: Dataset,
    text_column: str = "text",
    *,
    url_column: str = "url",
    language_column: str | None = None,
    rules: Rules | None = None,
    profile: Profile = "article",
    input: Input = "auto",
    lang: str = "en",
    fewest: int = _learn.FEWEST,
) -> Dataset:
    """Learns what each site repeats, as ``dehusk learn`` does, with the same result for the same pages.

    Gives ``site``, ``pages``, ``file``, ``rules`` (text, or null) and ``state``, which :func:`write_sites` writes.
    Each block first chooses the pages that may count; then Ray groups them by site.
    """
    rules = rules or default_rules()
    rules.compile(profile, input)
    columns = [url_column, text_column, language_column]
    choose: Any = _choose
    teach: Any = _teach
    chosen = ds.map_batches(choose, fn_kwargs={"columns": columns}, batch_format="pyarrow", batch_size=None)
    options = {"profile": profile, "input": input, "lang": lang}
    kwargs = {"rules": rules, "options": options, "fewest": fewest}
    return chosen.groupby("site").map_groups(teach, fn_kwargs=kwargs, batch_format="pyarrow")


def write_sites(learnt: Dataset, folder: str, lang: str = "en") -> None:
    """Writes what :func:`learn` gave as a folder of rules: what ``dehusk learn --out`` writes."""
    _learn.write(((row["file"], row["rules"], row["state"]) for row in learnt.iter_rows()), folder, lang)


def _choose(batch: Any, columns: list[str | None]) -> Any:
    import pyarrow as pa

    lists = [[None] * batch.num_rows if name is None else batch.column(name).to_pylist() for name in columns]
    names = ["site", "hash", "text", "language"]
    rows = [dict(zip(names, page, strict=True)) for page in _learn.pages(zip(*lists, strict=True))]
    return pa.Table.from_pylist(rows, pa.schema([(name, pa.string()) for name in names]))


def _teach(batch: Any, rules: Rules, options: dict[str, str], fewest: int) -> Any:
    import pyarrow as pa

    columns = [batch.column(name).to_pylist() for name in ("site", "hash", "text", "language")]
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
        found = _learn.site(columns[0][0], zip(*columns, strict=True), rules, options, fewest)
    rows = [] if found is None else [dict(zip(schema.names, found, strict=True))]
    return pa.Table.from_pylist(rows, schema)


def _clean(batch: Any, rules: Rules, options: dict[str, Any]) -> Any:
    return rules.clean_arrow(batch, **options)
