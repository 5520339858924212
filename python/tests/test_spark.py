"""Spark on this machine, in one process and as a cluster of two whose workers die."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyspark", reason="pyspark is not installed")

import dehusk
import dehusk.spark

from .conftest import BODY, LITTLE, PAGE, TEXT

TEXTS = [TEXT, None, BODY, "", "😀" + TEXT, LITTLE]
BODIES = [BODY, None, BODY, "", "😀" + BODY, LITTLE]


def test_columns_and_counts(spark: Any, rules: dehusk.Rules) -> None:
    frame = spark.createDataFrame(
        [(i, text, {"k": i}) for i, text in enumerate(TEXTS * 100)], "id long, text string, m map<string,long>"
    )
    frame = frame.repartition(3)
    counts = dehusk.spark.counter(spark)
    done = dehusk.spark.clean(
        frame, out_col="body", removed_col="removed", warnings_col="warnings", rules=rules, counts=counts
    )
    assert done.columns == ["id", "text", "m", "body", "removed", "warnings"]
    rows = sorted(done.collect())
    assert [row.text for row in rows] == TEXTS * 100
    assert [row.body for row in rows] == BODIES * 100
    assert [row.m for row in rows] == [{"k": i} for i in range(600)]
    for row in rows[: len(TEXTS)]:
        cleaned = None if row.text is None else rules.clean(row.text)
        assert row.warnings == (cleaned and list(cleaned.warnings))
        assert (row.removed and [tuple(r) for r in row.removed]) == (cleaned and list(cleaned.removed))
    stats = dehusk.Stats() + counts.value  # the accumulator goes on counting
    assert (stats.documents, stats.changed, stats.warnings) == (500, 200, {"would_be_empty": 100})
    table = [row.asDict() for row in dehusk.spark.rule_table(done).collect()]
    assert table == stats.rows()


def test_pages_of_html(spark: Any) -> None:
    frame = spark.createDataFrame([(PAGE,)], "html string")
    done = dehusk.spark.clean(frame, "html", out_col="body", input="html")
    assert [row.body for row in done.collect()] == [dehusk.clean_html(PAGE).body]


def test_in_place_and_lazy(spark: Any) -> None:
    frame = spark.createDataFrame([(text,) for text in TEXTS], "page string")
    done = dehusk.spark.clean(frame, "page")
    assert done.schema == frame.schema
    assert [row.page for row in done.collect()] == BODIES
    nulls = spark.sql("select null as text")
    assert dehusk.spark.clean(nulls).collect() == nulls.collect()


def test_spark_strings_that_are_no_utf8_pass(spark: Any) -> None:
    frame = spark.sql("select cast(unhex('FFFE41') as string) as text")
    rows = dehusk.spark.clean(frame, warnings_col="warnings").selectExpr("hex(text) h", "warnings").collect()
    assert [(row.h, row.warnings) for row in rows] == [("FFFE41", ["not_unicode"])]


def test_mistakes_are_said_before_the_job(spark: Any) -> None:
    frame = spark.createDataFrame([(1, TEXT)], "id long, text string")
    with pytest.raises(dehusk.Error, match="no column 'txt'; the columns are id, text; did you mean 'text'"):
        dehusk.spark.clean(frame, "txt")
    with pytest.raises(dehusk.Error, match="column 'id' is bigint and holds no text"):
        dehusk.spark.clean(frame, "id")
    with pytest.raises(dehusk.Error, match="no column 'url'"):
        dehusk.spark.clean(frame, url_col="url")
    with pytest.raises(dehusk.Error, match="'id' is there already"):
        dehusk.spark.clean(frame, removed_col="id")
    with pytest.raises(dehusk.Error, match="choose one of"):
        dehusk.spark.clean(frame, profile="strict")


def test_jobs_survive_the_death_of_their_workers(tmp_path: Path) -> None:
    if shutil.which("java") is None:
        pytest.skip("there is no Java on this machine, which Spark needs")
    script = Path(__file__).with_name("cluster_job.py")
    done = subprocess.run([sys.executable, str(script), str(tmp_path)], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-4000:]
    assert done.stdout.splitlines() == [f"{victim} killed, the result is right" for victim in ("workers", "executor")]
