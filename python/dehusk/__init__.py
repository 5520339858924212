"""Reads the text of crawled articles and whole web pages and returns the article body.

>>> import dehusk
>>> dehusk.clean(text)  # the body
>>> dehusk.clean(df, "body")  # a table of pandas, polars or Arrow with the bodies in that column
>>> rules = dehusk.Rules.load()
>>> rules.clean(text).removed  # what went, and by which rule

The integrations are modules of their own, which are loaded when they are first used: :mod:`dehusk.polars`,
:mod:`dehusk.spark`, :mod:`dehusk.ray`, :mod:`dehusk.datatrove`, :mod:`dehusk.hf`.
"""

from functools import cache
from typing import TYPE_CHECKING, Any

from ._easy import clean
from ._native import VERSION as __version__
from ._types import Cleaned, Diagnostic, Error, Message, Profile, Removal
from .checking import Findings, Suggestion, Suggestions, TestRun
from .explanation import Explanation
from .rules import Rules
from .stats import Stats

if TYPE_CHECKING:
    from . import arrow, datatrove, hf, polars, ray, spark

__all__ = [
    "Cleaned",
    "Diagnostic",
    "Error",
    "Explanation",
    "Findings",
    "Message",
    "Removal",
    "Rules",
    "Stats",
    "Suggestion",
    "Suggestions",
    "TestRun",
    "__version__",
    "arrow",
    "clean",
    "clean_html",
    "datatrove",
    "hf",
    "polars",
    "ray",
    "spark",
]


def clean_html(
    html: str, url: str | None = None, *, language: str | None = None, profile: Profile = "article"
) -> Cleaned:
    """The body of one page of HTML, by the shipped rules, which are read once."""
    return _shipped().clean_html(html, url, language=language, profile=profile)


@cache
def _shipped() -> Rules:
    return Rules.load()


_MODULES = ("arrow", "datatrove", "hf", "polars", "ray", "spark")


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        import importlib

        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module 'dehusk' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES})
