"""Counts of removals by rule, which can be added up over batches, workers and machines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Stats:
    """The counts of a number of texts. ``+`` and ``+=`` add two of them up."""

    documents: int = 0
    """Number of texts, without null."""
    changed: int = 0
    """Number of texts of which something was removed."""
    bytes: int = 0
    """Bytes of the input texts in UTF-8."""
    removed_bytes: int = 0
    """How many of these bytes were removed."""
    warnings: dict[str, int] = field(default_factory=dict)
    """By warning: the number of texts that were left unchanged."""
    removals: dict[str, tuple[int, int]] = field(default_factory=dict)
    """By rule (``file › name``, also ``finder`` and ``seam``): the number of removals and their bytes."""

    def add(self, counts: Mapping[str, Any] | Stats) -> None:
        """Adds the counts of a batch, or of other statistics."""
        more = counts if isinstance(counts, Mapping) else vars(counts)
        self.documents += more["documents"]
        self.changed += more["changed"]
        self.bytes += more["bytes"]
        self.removed_bytes += more["removed_bytes"]
        for name, times in more["warnings"].items():
            self.warnings[name] = self.warnings.get(name, 0) + times
        for name, (times, removed_bytes) in more["removals"].items():
            before = self.removals.get(name, (0, 0))
            self.removals[name] = (before[0] + times, before[1] + removed_bytes)

    def __iadd__(self, other: Stats) -> Stats:
        self.add(other)
        return self

    def __add__(self, other: Stats) -> Stats:
        total = Stats()
        total.add(self)
        total.add(other)
        return total

    def rows(self) -> list[dict[str, Any]]:
        """A table: rule, removals, bytes; sorted by bytes, the most first."""
        order = sorted(self.removals.items(), key=lambda item: (-item[1][1], item[0]))
        return [{"rule": rule, "removals": times, "bytes": size} for rule, (times, size) in order]
