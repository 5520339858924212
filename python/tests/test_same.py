"""The command line, Python, Arrow, Polars, Spark and Ray give the same bytes on real pages."""

from __future__ import annotations

import hashlib
from typing import Any

import pyarrow as pa
import pytest

import dehusk

from .conftest import SAID, run_cli

CHOICES = [{"profile": "article", "input": "text"}, {"profile": "body", "input": "page"}]


def digest(texts: list[str]) -> str:
    state = hashlib.sha256()
    for text in texts:
        state.update(text.encode())
        state.update(b"\0")
    return state.hexdigest()[:16]


@pytest.fixture(scope="module", params=CHOICES, ids=lambda choice: " ".join(choice.values()))
def choice(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture(scope="module")
def expected(cli: str, pages: list[dict[str, Any]], choice: Any) -> list[str]:
    done = run_cli(cli, pages, "--profile", choice["profile"], "--input", choice["input"])
    assert len(done) == len(pages)
    changed = sum(new != page["text"] for new, page in zip(done, pages, strict=True))
    SAID.append(f"{digest(done)} command line: {' '.join(choice.values())}, {len(pages)} pages, {changed} changed")
    assert changed > len(pages) // 4
    return done  # type: ignore[return-value]


def same(name: str, found: list[str], expected: list[str]) -> None:
    SAID.append(f"{digest(found)} {name}")
    different = [i for i, (a, b) in enumerate(zip(found, expected, strict=True)) if a != b]
    assert not different


def test_python(rules: dehusk.Rules, pages: Any, choice: Any, expected: list[str]) -> None:
    same("clean", [rules.clean(p["text"], p["host"], **choice).body for p in pages], expected)
    texts, hosts = [p["text"] for p in pages], [p["host"] for p in pages]
    same("clean_many", [one.body for one in rules.clean_many(texts, hosts, threads=2, **choice) if one], expected)


def test_arrow(rules: dehusk.Rules, pages: Any, choice: Any, expected: list[str]) -> None:
    table = pa.Table.from_pylist(pages)
    done = rules.clean_arrow(table, host_column="host", removed="removed", **choice)
    same("clean_arrow", done["text"].to_pylist(), expected)
    for before, body, removed in zip(table["text"], done["text"], done["removed"], strict=True):
        rest, at = b"", 0
        raw = before.as_py().encode()
        for removal in removed.as_py():
            assert raw[removal["byte_start"] : removal["byte_end"]].decode() == removal["text"]
            rest += raw[at : removal["byte_start"]]
            at = removal["byte_end"]
        assert rest + raw[at:] == body.as_py().encode()


def test_polars(rules: dehusk.Rules, pages: Any, choice: Any, expected: list[str]) -> None:
    pl = pytest.importorskip("polars", reason="polars is not installed")

    clean = pl.col("text").dehusk.clean(rules, host=pl.col("host"), **choice)
    done = pl.LazyFrame(pages).select(clean).collect(engine="streaming")
    same("polars", done["text"].to_list(), expected)


def test_spark(spark: Any, pages: Any, choice: Any, expected: list[str]) -> None:
    import dehusk.spark

    frame = spark.createDataFrame(pa.Table.from_pylist([{**p, "at": i} for i, p in enumerate(pages)])).repartition(5)
    done = dehusk.spark.clean(frame, url_col="host", **choice).select("at", "text").collect()
    same("spark", [row.text for row in sorted(done)], expected)


def test_ray(ray_here: Any, pages: Any, choice: Any, expected: list[str]) -> None:
    import dehusk.ray

    given = ray_here.data.from_arrow(pa.Table.from_pylist([{**p, "at": i} for i, p in enumerate(pages)]))
    done = dehusk.ray.clean(given.repartition(4), url_column="host", batch_size=50, **choice).take_all()
    same("ray", [row["text"] for row in sorted(done, key=lambda row: row["at"])], expected)
