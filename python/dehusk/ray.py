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

from . import arrow
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


def _clean(batch: Any, rules: Rules, options: dict[str, Any]) -> Any:
    return rules.clean_arrow(batch, **options)
