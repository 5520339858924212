"""Hugging Face datasets: ``ds.map(dehusk.hf.clean(), batched=True)``.

Use ``ds.with_format("arrow")`` to work on Arrow data without converting it to Python objects. The function
always pickles to the same bytes, so the cache of ``map`` works.
"""

from __future__ import annotations

from typing import Any

from . import arrow
from ._types import Error, Input, Profile
from .rules import Rules, default_rules


def clean(
    text_column: str = "text",
    *,
    url_column: str | None = None,
    out_column: str | None = None,
    removed_column: str | None = None,
    warnings_column: str | None = None,
    rules: Rules | None = None,
    profile: Profile | None = None,
    input: Input | None = None,
) -> _Clean:
    """A function for ``Dataset.map(…, batched=True)``."""
    rules = rules or default_rules()
    rules.compile(profile, input)
    out_column = None if out_column == text_column else out_column
    options = {
        "column": text_column,
        "host_column": url_column,
        "out": out_column,
        "removed": removed_column,
        "warnings": warnings_column,
        "profile": profile,
        "input": input,
    }
    return _Clean(rules, options)


class _Clean:
    def __init__(self, rules: Rules, options: dict[str, Any]) -> None:
        self.rules = rules
        self.options = options

    def __call__(self, batch: Any) -> Any:
        options = self.options
        if hasattr(batch, "schema"):
            return self.rules.clean_arrow(batch, **options)
        new_columns = [options["out"], options["removed"], options["warnings"]]
        arrow.check(batch.keys(), needed=[options["column"], options["host_column"]], new=new_columns)
        texts = batch[options["column"]]
        if isinstance(texts, str):
            raise Error("map needs batched=True for this function", "map 要加上 batched=True 才能用这个函数")
        hosts = None if options["host_column"] is None else batch[options["host_column"]]
        done = list(self.rules.clean_many(texts, hosts, profile=options["profile"], input=options["input"]))
        new: dict[str, Any] = {options["out"] or options["column"]: [one and one.body for one in done]}
        if options["removed"] is not None:
            new[options["removed"]] = [one and [removal._asdict() for removal in one.removed] for one in done]
        if options["warnings"] is not None:
            new[options["warnings"]] = [one and list(one.warnings) for one in done]
        return new
