"""Ray Data on this machine."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("ray", reason="ray is not installed")

import pyarrow as pa

import dehusk
import dehusk.ray

from .conftest import BODY, LITTLE, PAGE, TEXT

TEXTS = [TEXT, None, BODY, "", "😀" + TEXT, LITTLE]
BODIES = [BODY, None, BODY, "", "😀" + BODY, LITTLE]


def test_columns(ray_here: Any, rules: dehusk.Rules) -> None:
    given = ray_here.data.from_arrow(pa.table({"id": range(600), "text": TEXTS * 100})).repartition(3)
    done = dehusk.ray.clean(
        given, out_column="body", removed_column="removed", warnings_column="warnings", batch_size=64
    ).take_all()
    done.sort(key=lambda row: row["id"])
    assert [row["body"] for row in done] == BODIES * 100
    assert [row["text"] for row in done] == TEXTS * 100
    for row in done[: len(TEXTS)]:
        cleaned = None if row["text"] is None else rules.clean(row["text"])
        assert (row["removed"] if row["removed"] is None else list(row["removed"])) == (
            cleaned and [removal._asdict() for removal in cleaned.removed]
        )
        assert (row["warnings"] if row["warnings"] is None else list(row["warnings"])) == (
            cleaned and list(cleaned.warnings)
        )


def test_pages_of_html(ray_here: Any) -> None:
    given = ray_here.data.from_arrow(pa.table({"html": [PAGE]}))
    done = dehusk.ray.clean(given, "html", out_column="body", input="html").take_all()
    assert [row["body"] for row in done] == [dehusk.clean_html(PAGE).body]


def test_mistakes_are_said_before_the_job(ray_here: Any) -> None:
    given = ray_here.data.from_arrow(pa.table({"id": [1], "text": [TEXT]}))
    with pytest.raises(dehusk.Error, match="no column 'txt'"):
        dehusk.ray.clean(given, "txt")
    with pytest.raises(dehusk.Error, match="column 'id' is int64 and holds no text"):
        dehusk.ray.clean(given, "id")
    with pytest.raises(dehusk.Error, match="choose one of"):
        dehusk.ray.clean(given, input="pdf")  # type: ignore[arg-type]
