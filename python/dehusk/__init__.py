"""Takes the text of crawled articles and whole web pages and gives back the article body.

>>> import dehusk
>>> rules = dehusk.Rules.load()
>>> cleaned = rules.clean(text)
>>> cleaned.body, cleaned.removed

The integrations are modules of their own, which import what they need: :mod:`dehusk.polars`,
:mod:`dehusk.spark`, :mod:`dehusk.ray`, :mod:`dehusk.datatrove`, :mod:`dehusk.hf`.
"""

from functools import cache

from ._native import VERSION as __version__
from ._types import Cleaned, Diagnostic, Error, Message, Profile, Removal
from .explanation import Explanation
from .rules import Rules
from .stats import Stats

__all__ = [
    "Cleaned",
    "Diagnostic",
    "Error",
    "Explanation",
    "Message",
    "Removal",
    "Rules",
    "Stats",
    "__version__",
    "clean_html",
]


def clean_html(html: str, url: str | None = None, *, language: str | None = None, profile: Profile = "article") -> Cleaned:
    """The body of one page of HTML, by the shipped rules, which are read once."""
    return _shipped().clean_html(html, url, language=language, profile=profile)


@cache
def _shipped() -> Rules:
    return Rules.load()
