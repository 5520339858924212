"""Polars: the namespace, eager, lazy and streaming."""

from __future__ import annotations

from pathlib import Path

import pytest

pl = pytest.importorskip("polars", reason="polars is not installed")

import dehusk
import dehusk.polars

from .conftest import BODY, LITTLE, TEXT

TEXTS = [TEXT, None, BODY, "", "😀" + TEXT, LITTLE]
BODIES = [BODY, None, BODY, "", "😀" + BODY, LITTLE]


def test_eager_lazy_and_streaming_agree(tmp_path: Path) -> None:
    frame = pl.DataFrame({"id": range(6000), "text": TEXTS * 1000})
    clean = pl.col("text").dehusk.clean()
    expected = frame.with_columns(text=pl.Series(BODIES * 1000))
    assert frame.with_columns(clean).equals(expected)
    frame.write_parquet(tmp_path / "in.parquet", row_group_size=500)
    lazy = pl.scan_parquet(tmp_path / "in.parquet").with_columns(clean)
    assert lazy.collect_schema() == expected.schema
    assert lazy.collect().equals(expected)
    assert lazy.collect(engine="streaming").equals(expected)
    lazy.sink_parquet(tmp_path / "out.parquet")
    assert pl.read_parquet(tmp_path / "out.parquet").equals(expected)


def test_what_went_is_a_column(rules: dehusk.Rules) -> None:
    frame = pl.LazyFrame({"text": TEXTS})
    text = pl.col("text")
    done = frame.select(text, removed=text.dehusk.removed(rules), warnings=text.dehusk.warnings(rules))
    schema = done.collect_schema()
    rows = done.collect()
    assert rows.schema == schema
    for row in rows.to_dicts():
        cleaned = None if row["text"] is None else rules.clean(row["text"])
        assert row["removed"] == (cleaned and [removal._asdict() for removal in cleaned.removed])
        assert row["warnings"] == (cleaned and list(cleaned.warnings))


def test_hosts_may_be_an_expression() -> None:
    rules = dehusk.Rules.from_texts(
        {"a.toml": "[[rule]]\nname = 'a'\nsites = 'a.example'\nis = '返回'\nremoves = '返回'\nkeeps = '返回家乡'\n"}
    )
    text = BODY + "返回\n"
    frame = pl.DataFrame({"text": [text] * 3, "url": ["http://a.example/1", None, "b.example"]})
    assert frame.select(pl.col("text").dehusk.clean(rules, host=pl.col("url")))["text"].to_list() == [BODY, text, text]
    assert frame.select(pl.col("text").dehusk.clean(rules, host="a.example"))["text"].to_list() == [BODY] * 3


def test_series_and_frames_without_the_namespace(rules: dehusk.Rules) -> None:
    series = pl.Series("text", TEXTS)
    assert rules.clean_arrow(series).to_list() == BODIES
    chunked = pl.concat([series, series], rechunk=False)
    assert rules.clean_arrow(chunked).to_list() == BODIES * 2
    unchanged = pl.Series("text", [BODY, None])
    assert rules.clean_arrow(unchanged) is unchanged
    frame = unchanged.to_frame()
    assert rules.clean_arrow(frame).equals(frame)
    category = pl.Series("text", TEXTS, dtype=pl.Categorical)
    done = rules.clean_arrow(category)
    assert done.dtype == pl.Categorical and done.to_list() == BODIES
    frame = rules.clean_arrow(pl.DataFrame({"id": range(6), "text": TEXTS}), out="body", warnings="warnings")
    assert frame.columns == ["id", "text", "body", "warnings"]
    assert frame["text"].to_list() == TEXTS and frame["body"].to_list() == BODIES


def test_mistakes_are_said() -> None:
    with pytest.raises(dehusk.Error, match="choose one of"):
        pl.col("text").dehusk.clean(profile="strict")
    with pytest.raises((dehusk.Error, pl.exceptions.ComputeError), match="is Int64 and holds no text"):
        pl.DataFrame({"text": [1]}).select(pl.col("text").dehusk.clean())
    with pytest.raises(dehusk.Error, match="holds no text"):
        dehusk.Rules.load().clean_arrow(pl.Series("text", [1]))
