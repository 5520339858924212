"""What the tests share. They use the installed wheel, through its public modules only."""

from __future__ import annotations

import json
import lzma
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import dehusk

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT.parent / "shared" / "eval" / "dev.jsonl.xz"

BODY = "老码头昨天重新开航，清晨六点，第一班渡船载着四十多位乘客驶向对岸。\n"
CREDIT = "责任编辑：王小满\n"
TEXT = BODY + CREDIT
PAGE = f"<nav><a href=/>首页</a></nav><article><p>{BODY}</p><p>{CREDIT}</p></article><footer>版权所有</footer>"
"""A page of HTML with the same body."""
LITTLE = "渡船靠岸了，一行人上了岸。\n返回顶部\n"
"""Of this so little would be left that it passes as it is."""


SAID: list[str] = []
"""Lines for the end of the run."""


def pytest_terminal_summary(terminalreporter: Any) -> None:
    for line in SAID:
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def rules() -> dehusk.Rules:
    return dehusk.Rules.load()


@pytest.fixture(scope="session")
def cli() -> str:
    """The command-line program, as `python/test` built it."""
    given = os.environ.get("DEHUSK_CLI")
    if not given or not Path(given).exists():
        pytest.skip("DEHUSK_CLI does not name the dehusk program; python/test builds it and sets it")
    return given


def run_cli(cli: str, records: list[dict[str, Any]], *options: str) -> list[str | None]:
    """The texts that the command line gives for these records."""
    lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    done = subprocess.run(
        [cli, "--from", "jsonl", "--to", "jsonl", "--quiet", *options], input=lines.encode(), capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()
    return [json.loads(line)["text"] for line in done.stdout.splitlines()]


@pytest.fixture(scope="session")
def pages() -> list[dict[str, Any]]:
    """Chinese and English pages: all Chinese ones, and every eighth English one."""
    if not PAGES.exists():
        # `.ci/run` sets this where the folder is there.
        assert "DEHUSK_NEED_SHARED" not in os.environ, f"{PAGES} is missing"
        pytest.skip("the collection of real pages, shared/eval/dev.jsonl.xz beside the project, is not here")
    found: list[dict[str, Any]] = []
    english = 0
    with lzma.open(PAGES, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            if record["view"] == "resiliparse" or record["lang"] not in ("zh", "en"):
                continue
            english += record["lang"] == "en"
            if record["lang"] == "zh" or english % 8 == 0:
                found.append({"id": record["id"], "host": record["host"], "text": record["text"]})
    assert len(found) > 200
    return found


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """Spark on two threads of this machine."""
    if shutil.which("java") is None:
        pytest.skip("there is no Java on this machine, which Spark needs")
    pytest.importorskip("pyspark", reason="pyspark is not installed")
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .getOrCreate()
    )
    yield session
    session.stop()


@pytest.fixture(scope="session")
def ray_here() -> Iterator[Any]:
    """Ray with two CPUs."""
    ray = pytest.importorskip("ray", reason="ray is not installed")
    ray.init(
        num_cpus=2,
        include_dashboard=False,
        object_store_memory=200_000_000,
        log_to_driver=False,
        configure_logging=False,
    )
    yield ray
    ray.shutdown()
