"""data-juicer: the operator `dehusk_mapper`.

In a recipe, with this file named in `custom_operator_paths`, or after `import dehusk.data_juicer`::

    process:
      - dehusk_mapper:
          folders: [myrules]
          profile: article
"""

from __future__ import annotations

from typing import Any

from data_juicer.ops.base_op import OPERATORS, Mapper

from dehusk import Rules
from dehusk._types import Input, Profile


@OPERATORS.register_module("dehusk_mapper")  # type: ignore[untyped-decorator]
class DehuskMapper(Mapper):  # type: ignore[misc]
    """Replaces the text of each sample by its body. Samples are never dropped.

    ``folders`` are folders of rules over the shipped ones; or give ``rules``, which were loaded before.
    ``url_key`` names the field with the URL or host. ``removed_key`` and ``warnings_key`` name new fields for what went
    (a list of dicts with the fields of :class:`dehusk.Removal`) and for the warnings (a list of strings).
    """

    _batched_op = True

    def __init__(
        self,
        folders: list[str] | None = None,
        rules: Rules | None = None,
        profile: Profile = "article",
        input: Input = "text",
        url_key: str | None = None,
        removed_key: str | None = None,
        warnings_key: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rules = rules or Rules.load(*(folders or []))
        self.rules.check(profile, input)
        self.profile = profile
        self.input = input
        self.url_key = url_key
        self.removed_key = removed_key
        self.warnings_key = warnings_key

    def process_batched(self, samples: dict[str, Any]) -> dict[str, Any]:
        """A batch: by field, a list."""
        texts = samples[self.text_key]
        hosts = None if self.url_key is None else samples[self.url_key]
        done = list(self.rules.clean_many(texts, hosts, profile=self.profile, input=self.input))
        samples[self.text_key] = [one and one.body for one in done]
        if self.removed_key is not None:
            samples[self.removed_key] = [one and [removal._asdict() for removal in one.removed] for one in done]
        if self.warnings_key is not None:
            samples[self.warnings_key] = [one and list(one.warnings) for one in done]
        return samples
