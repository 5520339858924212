"""Reads the text of crawled articles and whole web pages and returns the article body.

>>> import dehusk
>>> rules = dehusk.Rules.load()
>>> cleaned = rules.clean(text)
>>> cleaned.body, cleaned.removed

The integrations are modules of their own, which import what they need: :mod:`dehusk.polars`,
:mod:`dehusk.spark`, :mod:`dehusk.ray`, :mod:`dehusk.datatrove`, :mod:`dehusk.hf`.
"""

from ._native import VERSION as __version__
from ._types import Cleaned, Diagnostic, Error, Message, Removal
from .explanation import Explanation
from .rules import Rules
from .stats import Stats

__all__ = ["Cleaned", "Diagnostic", "Error", "Explanation", "Message", "Removal", "Rules", "Stats", "__version__"]
