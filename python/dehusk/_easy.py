"""`clean`: what people type first. What comes in says what goes out: a text, a list of texts, a column, a table."""

from __future__ import annotations

from typing import Any, TypeVar, overload

from ._types import Error, Input, Profile
from .rules import Rules, default_rules, is_missing

T = TypeVar("T")


@overload
def clean(
    data: str,
    *,
    host: str | None = None,
    rules: Rules | None = None,
    profile: Profile | None = None,
    input: Input | None = None,
) -> str: ...


@overload
def clean(
    data: list[str],
    *,
    host: str | None = None,
    rules: Rules | None = None,
    profile: Profile | None = None,
    input: Input | None = None,
) -> list[str]: ...


@overload
def clean(
    data: list[str | None],
    *,
    host: str | None = None,
    rules: Rules | None = None,
    profile: Profile | None = None,
    input: Input | None = None,
) -> list[str | None]: ...


@overload
def clean(
    data: T,
    column: str | None = None,
    *,
    host: str | None = None,
    host_column: str | None = None,
    out: str | None = None,
    removed: str | None = None,
    warnings: str | None = None,
    rules: Rules | None = None,
    profile: Profile | None = None,
    input: Input | None = None,
) -> T: ...


def clean(
    data: Any,
    column: str | None = None,
    *,
    host: str | None = None,
    host_column: str | None = None,
    out: str | None = None,
    removed: str | None = None,
    warnings: str | None = None,
    rules: Rules | None = None,
    profile: Profile | None = None,
    input: Input | None = None,
) -> Any:
    """The body of a text; of every text in a list; of every row of a pandas or polars Series or DataFrame, or of
    Arrow data. What comes back has the type of what came in.

    >>> dehusk.clean("some text")
    >>> dehusk.clean(df, "body")

    ``column`` is the column of a table that holds the texts (``text`` if not given); the other columns stay.
    ``out`` leaves it as it is and puts the bodies into a new column. What is missing (``None``, NaN, null)
    stays missing. ``rules`` are the shipped ones if not given. What went and why: :meth:`dehusk.Rules.clean`
    and :meth:`dehusk.Rules.explain`.
    """
    rules = rules or default_rules()
    columns = [name for name in (column, host_column, out, removed, warnings) if name is not None]
    if isinstance(data, str) or is_missing(data) or isinstance(data, (list, tuple)):
        if columns:
            raise Error(
                f"column '{columns[0]}' was named, and the data is no table but {type(data).__name__}",
                f"给了列名“{columns[0]}”，但数据不是表格，而是 {type(data).__name__}",
            )
        if isinstance(data, str):
            return rules.body(data, host, profile=profile, input=input)
        if not isinstance(data, (list, tuple)):
            return data
        hosts = None if host is None else [host] * len(data)
        done = rules.clean_many(data, hosts, profile=profile, input=input)
        bodies = [given if one is None else one.body for given, one in zip(data, done, strict=True)]
        return type(data)(bodies) if type(data) in (list, tuple) else bodies
    if isinstance(data, (bytes, bytearray)):
        raise Error(
            "these are bytes and no text; decode them first: data.decode('utf-8')",
            "这是字节，不是文字；请先解码：data.decode('utf-8')",
        )
    return rules.clean_arrow(
        data,
        column,
        host_column,
        host=host,
        out=out,
        removed=removed,
        warnings=warnings,
        profile=profile,
        input=input,
    )
