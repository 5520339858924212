"""Jobs on a cluster of two executors, of which one loses its Python workers, then dies as a whole.

Called by test_spark.py with a folder of its own. Each executor is a JVM, its child is the daemon from which it
forks Python workers; so a task finds them by their ids and kills what it belongs to and nothing else.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

import dehusk
import dehusk.spark

BODY = "老码头昨天重新开航，清晨六点，第一班渡船载着四十多位乘客驶向对岸。"
RULE = "[[rule]]\nname = 'a'\nis = '回到渡口'\nremoves = '回到渡口'\nkeeps = '他回到渡口'\n"


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def kill_once(victim: str, mark: str, batches: Iterator[Any]) -> Iterator[Any]:
    """Passes batches on; once in the whole job, in the middle of a partition, it kills."""
    for i, batch in enumerate(batches):
        yield batch
        if i < 2:
            continue
        try:
            os.close(os.open(mark, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            continue
        daemon = os.getppid()
        if victim == "executor":
            os.kill(parent(daemon), signal.SIGKILL)
            continue
        everyone = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
        for pid in everyone:
            try:
                if parent(pid) == daemon and pid != os.getpid():
                    os.kill(pid, signal.SIGKILL)
            except (FileNotFoundError, ProcessLookupError):
                pass


def main(folder: str) -> None:
    spark = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "50")
        # Not half a minute for the second executor, which may be slow to start.
        .config("spark.scheduler.maxRegisteredResourcesWaitingTime", "3s")
        .getOrCreate()
    )
    own = Path(folder, "rules")
    own.mkdir()
    (own / "own.toml").write_text(RULE, encoding="utf-8")
    rules = dehusk.Rules.load(own)
    (own / "own.toml").unlink()
    own.rmdir()

    ids = spark.range(0, 4000, 1, 8)
    line = "，傍晚的集市很热闹，卖鱼的吆喝声传得很远。"
    texts = ids.selectExpr("id", f"concat('{BODY}\n', id, '{line}\n回到渡口\n责任编辑：王小满\n') as text")
    for victim in ("workers", "executor"):
        mark = str(Path(folder, victim))
        passed = texts.mapInArrow(partial(kill_once, victim, mark), texts.schema)
        done = dehusk.spark.clean(passed, rules=rules, out_col="body").collect()
        assert os.path.exists(mark), "nothing was killed"
        assert sorted(row.id for row in done) == list(range(4000))
        for row in done:
            assert row.body == rules.body(row.text) == row.text[: row.text.index("回到渡口")]
        print(f"{victim} killed, the result is right")
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
