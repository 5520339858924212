"""Counts of what happened, by rule; they add up over batches, workers and machines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Stats:
    """What happened to a number of texts. ``+`` and ``+=`` add two of them up."""

    documents: int = 0
    """Texts; null ones do not count."""
    changed: int = 0
    """Texts of which something went."""
    bytes: int = 0
    """Bytes of text in UTF-8, before."""
    removed_bytes: int = 0
    """How many of them went."""
    warnings: dict[str, int] = field(default_factory=dict)
    """By warning: texts that passed unchanged."""
    removals: dict[str, tuple[int, int]] = field(default_factory=dict)
    """By rule (``file › name``; ``finder`` and ``seam`` beside them): how often, and bytes."""

    def add(self, counts: Mapping[str, Any] | Stats) -> None:
        """Adds the counts of a batch, or of other statistics."""
        more = counts if isinstance(counts, Mapping) else vars(counts)
        self.documents += more["documents"]
        self.changed += more["changed"]
        self.bytes += more["bytes"]
        self.removed_bytes += more["removed_bytes"]
        for name, times in more["warnings"].items():
            self.warnings[name] = self.warnings.get(name, 0) + times
        for name, (times, taken) in more["removals"].items():
            before = self.removals.get(name, (0, 0))
            self.removals[name] = (before[0] + times, before[1] + taken)

    def __iadd__(self, other: Stats) -> Stats:
        self.add(other)
        return self

    def __add__(self, other: Stats) -> Stats:
        total = Stats()
        total.add(self)
        total.add(other)
        return total

    def rows(self) -> list[dict[str, Any]]:
        """A table: rule, removals, bytes; what took most comes first."""
        order = sorted(self.removals.items(), key=lambda item: (-item[1][1], item[0]))
        return [{"rule": rule, "removals": times, "bytes": taken} for rule, (times, taken) in order]
