"""datatrove: :class:`DehuskFormatter`, a pipeline step, with statistics for each rule."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

from ._needs import not_installed

try:
    from datatrove.data import Document
    from datatrove.pipeline.base import PipelineStep
except ImportError as error:
    raise not_installed("datatrove", "datatrove", error) from error

from ._types import Input, Profile
from .rules import BATCH, Rules, default_rules


class DehuskFormatter(PipelineStep):  # type: ignore[misc]  # datatrove has no types
    """Replaces the text of each document by its body.

    ``url_key`` names the metadata with the URL or host, for rules of single sites. If ``removed_key``
    or ``warnings_key`` are given, the removals (a list of dicts with the fields of :class:`dehusk.Removal`)
    and the warnings (a list of strings) are added to the metadata under these names, unless there are none.
    """

    name = "🌾 dehusk"
    type = "✂️ - FORMAT"

    def __init__(
        self,
        rules: Rules | None = None,
        *,
        url_key: str | None = "url",
        removed_key: str | None = None,
        warnings_key: str | None = None,
        profile: Profile | None = None,
        input: Input | None = None,
    ) -> None:
        super().__init__()
        self.rules = rules or default_rules()
        self.rules.compile(profile, input)
        self.url_key = url_key
        self.removed_key = removed_key
        self.warnings_key = warnings_key
        self.profile = profile
        self.input = input

    def run(self, data: Iterable[Document] | None, rank: int = 0, world_size: int = 1) -> Iterator[Document]:
        documents = iter(data or ())
        while batch := list(itertools.islice(documents, BATCH)):
            with self.track_time("batch"):
                self._clean(batch)
            yield from batch

    def _clean(self, batch: list[Document]) -> None:
        hosts = [self._host(document.metadata) for document in batch]
        texts = [document.text for document in batch]
        for document, cleaned in zip(
            batch, self.rules.clean_many(texts, hosts, profile=self.profile, input=self.input), strict=True
        ):
            if cleaned is None:
                continue
            self.stat_update("documents")
            document.text = cleaned.body
            if cleaned.removed:
                self.stat_update("changed")
                if self.removed_key is not None:
                    document.metadata[self.removed_key] = [removal._asdict() for removal in cleaned.removed]
            for removal in cleaned.removed:
                self.stat_update(f"rule: {removal.rule or removal.kind}")
                self.stat_update("removed_bytes", value=removal.byte_end - removal.byte_start)
            for warning in cleaned.warnings:
                self.stat_update(f"warning: {warning}")
            if cleaned.warnings and self.warnings_key is not None:
                document.metadata[self.warnings_key] = list(cleaned.warnings)

    def _host(self, metadata: dict[str, Any]) -> str | None:
        value = metadata.get(self.url_key) if self.url_key is not None else None
        return value if isinstance(value, str) else None
