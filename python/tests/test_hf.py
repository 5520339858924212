"""Hugging Face datasets."""

from __future__ import annotations

from typing import Any

import pytest

datasets = pytest.importorskip("datasets", reason="datasets is not installed")

import dehusk
import dehusk.hf

from .conftest import BODY, LITTLE, TEXT

TEXTS = [TEXT, None, BODY, "", "😀" + TEXT, LITTLE]
BODIES = [BODY, None, BODY, "", "😀" + BODY, LITTLE]


@pytest.mark.parametrize("arrow", [False, True], ids=["lists", "arrow"])
def test_columns(rules: dehusk.Rules, arrow: bool) -> None:
    given = datasets.Dataset.from_dict({"id": range(600), "text": TEXTS * 100})
    given = given.with_format("arrow") if arrow else given
    clean = dehusk.hf.clean(out_column="body", removed_column="removed", warnings_column="warnings")
    done = given.map(clean, batched=True).with_format(None)
    assert done.column_names == ["id", "text", "body", "removed", "warnings"]
    assert list(done["body"]) == BODIES * 100
    assert list(done["text"]) == TEXTS * 100
    for row in done.select(range(len(TEXTS))):
        cleaned = None if row["text"] is None else rules.clean(row["text"])
        assert row["removed"] == (cleaned and [removal._asdict() for removal in cleaned.removed])
        assert row["warnings"] == (cleaned and list(cleaned.warnings))
    assert list(given.map(dehusk.hf.clean(), batched=True).with_format(None)["text"]) == BODIES * 100


def test_the_cache_of_map_recognises_the_function() -> None:
    given: Any = datasets.Dataset.from_dict({"text": [TEXT]})
    first = given.map(dehusk.hf.clean(), batched=True)
    again = given.map(dehusk.hf.clean(), batched=True)
    other = given.map(dehusk.hf.clean(profile="body"), batched=True)
    assert first._fingerprint == again._fingerprint != other._fingerprint


def test_mistakes_are_said() -> None:
    given = datasets.Dataset.from_dict({"text": [TEXT]})
    with pytest.raises(dehusk.Error, match="batched=True"):
        given.map(dehusk.hf.clean())
    with pytest.raises(dehusk.Error, match="no column 'txt'; the columns are text"):
        given.map(dehusk.hf.clean("txt"), batched=True)
    with pytest.raises(dehusk.Error, match="choose one of"):
        dehusk.hf.clean(profile="strict")  # type: ignore[arg-type]
