"""Polars: ``import dehusk.polars``, then ``pl.col("text").dehusk.clean()``; eager, lazy and streaming.

Each element is cleaned on its own, so the streaming engine can process the data in pieces.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ._needs import not_installed

try:
    import polars as pl
except ImportError as error:
    raise not_installed("polars", "polars", error) from error

from . import arrow
from ._types import Input, Profile
from .rules import Rules, default_rules

REMOVED = pl.List(
    pl.Struct(
        dict.fromkeys(("start", "end", "byte_start", "byte_end"), pl.Int64)
        | dict.fromkeys(("text", "kind", "rule", "category", "phrase"), pl.String)
    )
)
"""The type of :meth:`Texts.removed`."""


@pl.api.register_expr_namespace("dehusk")
class Texts:
    """The methods of an expression of texts."""

    def __init__(self, texts: pl.Expr) -> None:
        self._texts = texts

    def clean(
        self,
        rules: Rules | None = None,
        *,
        host: pl.Expr | str | None = None,
        profile: Profile | None = None,
        input: Input | None = None,
    ) -> pl.Expr:
        """The bodies. ``host`` is an expression with hosts or URLs, or the host of all texts."""
        return self._mapped(rules, host, profile, input, None, None, pl.String)

    def removed(
        self,
        rules: Rules | None = None,
        *,
        host: pl.Expr | str | None = None,
        profile: Profile | None = None,
        input: Input | None = None,
    ) -> pl.Expr:
        """The removals: for each text a list of structs with the fields of :class:`dehusk.Removal`."""
        return self._mapped(rules, host, profile, input, "removed", None, REMOVED)

    def warnings(
        self,
        rules: Rules | None = None,
        *,
        host: pl.Expr | str | None = None,
        profile: Profile | None = None,
        input: Input | None = None,
    ) -> pl.Expr:
        """Why texts were left unchanged: for each text a list of warnings, mostly empty."""
        return self._mapped(rules, host, profile, input, None, "warnings", pl.List(pl.String))

    def _mapped(
        self,
        rules: Rules | None,
        host: pl.Expr | str | None,
        profile: Profile | None,
        input: Input | None,
        removed: str | None,
        warnings: str | None,
        kind: Any,
    ) -> pl.Expr:
        rules = rules or default_rules()
        # Report mistakes in the arguments now, not in the middle of a query.
        rules.compile(profile, input)
        exprs = [self._texts] if host is None or isinstance(host, str) else [self._texts, host]
        run = _run(rules, host if isinstance(host, str) else None, profile, input, removed, warnings)
        return pl.map_batches(exprs, run, return_dtype=kind, is_elementwise=True)


def _run(
    rules: Rules,
    host: str | None,
    profile: Profile | None,
    input: Input | None,
    removed: str | None,
    warnings: str | None,
) -> Callable[[Sequence[pl.Series]], pl.Series]:
    def run(columns: Sequence[pl.Series]) -> pl.Series:
        texts = columns[0]
        if texts.dtype != pl.String:
            arrow.check_text(texts.name, texts.dtype, texts.dtype in (pl.Categorical, pl.Null))
            texts = texts.cast(pl.String)
        frame = pl.DataFrame({"text": texts} if len(columns) == 1 else {"text": texts, "host": columns[1]})
        done: pl.DataFrame = rules.clean_arrow(
            frame,
            host_column=None if len(columns) == 1 else "host",
            host=host,
            removed=removed,
            warnings=warnings,
            profile=profile,
            input=input,
        )
        return done[removed or warnings or "text"].alias(texts.name)

    return run
