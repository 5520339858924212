"""Figures of the Python package, as ratios of things that are measured alternately in one run.

    python/test --bench            # builds, then runs this
    python benches/bench.py --mb 64 --only arrow,call

Reads texts from ../shared/eval (beside the project) if it is there, else makes some. Nothing here passes or
fails. `arrow` and `call` count the time of this process and stand a busy machine; `cluster` needs a quiet one,
and --mb 512: a job of Spark or Ray takes a second or two of its own.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

import dehusk

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT.parent / "shared" / "eval" / "dev.jsonl.xz"
CLI = os.environ.get("DEHUSK_CLI", str(ROOT / "target/release/dehusk"))
MADE = "老码头昨天重新开航，清晨六点，第一班渡船载着四十多位乘客驶向对岸。\n" * 9 + "责任编辑：王小满\n"


def texts(lang: str, view: str, size: int) -> list[str]:
    """Texts of about `size` bytes in all: those of the collection, again and again."""
    found: list[str] = []
    if PAGES.exists():
        with lzma.open(PAGES, "rt", encoding="utf-8") as lines:
            records = (json.loads(line) for line in lines)
            found = [r["text"] for r in records if r["lang"] == lang and r["view"] == view]
    found = found or [MADE]
    out, total = [], 0
    while total < size:
        for text in found:
            out.append(text)
            total += len(text.encode())
            if total >= size:
                break
    return out


def alternately(
    rounds: int, clock: Callable[[], float] = time.process_time, **ways: Callable[[], Any]
) -> dict[str, float]:
    """The median seconds of each way, measured in turns: of this process, unless another clock is given."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way()
    for _ in range(rounds):
        for name, way in ways.items():
            start = clock()
            way()
            times[name].append(clock() - start)
    return {name: statistics.median(values) for name, values in times.items()}


def row(what: str, value: str, wanted: str = "") -> None:
    print(f"| {what} | {value} | {wanted} |", flush=True)


def arrow(size: int) -> None:
    rules = dehusk.Rules.load()

    def each(batches: list[Any]) -> None:
        for batch in batches:
            rules.clean_arrow(batch)

    for lang, view in (("zh", "trafilatura"), ("zh", "page"), ("en", "trafilatura"), ("en", "page")):
        given = texts(lang, view, size // 4)
        mb = sum(len(text.encode()) for text in given) / 1e6
        column = pa.array(given, pa.large_string())
        table = pa.table({"text": column})
        # As they come from Spark, Ray and files; each result is let go before the next.
        batches = table.to_batches(max_chunksize=1024)
        engine = rules._engine(None, None)
        took = alternately(
            5,
            engine=lambda e=engine, g=given: e.clean_and_forget(g),
            batches=lambda b=batches: each(b),
            arrow=lambda c=column: rules.clean_arrow(c),
            record=lambda t=table: rules.clean_arrow(t, removed="removed", warnings="warnings"),
            many=lambda g=given: list(rules.clean_many(g)),
        )
        names = {
            "batches": "clean_arrow, batches of 1,024 rows",
            "arrow": "clean_arrow, one array",
            "record": "… with the record",
            "many": "clean_many",
        }
        for way, name in names.items():
            ratio = took["engine"] / took[way]
            value = f"{ratio:.2f} × the engine ({mb / took[way]:.0f} MB/s)"
            row(f"{name}, {lang} {view}", value, "≥ 0.9" if way in ("batches", "arrow") else "")


def call(size: int) -> None:
    rules = dehusk.Rules.load()
    engine = rules._engine(None, None)
    text = "渡船靠岸了，挑担的人先上。"
    many = 20_000
    took = alternately(
        5,
        engine=lambda: engine.clean_and_forget([text] * many),
        clean=lambda: [rules.clean(text) for _ in range(many)],
        body=lambda: [rules.body(text) for _ in range(many)],
    )
    for way in ("clean", "body"):
        row(f"a call of {way} beside the engine", f"{(took[way] - took['engine']) / many * 1e6:.2f} µs", "< 5 µs")


def start(size: int) -> None:
    code = "import time; t = time.perf_counter(); import dehusk; print(time.perf_counter() - t)"
    times = [float(subprocess.check_output([sys.executable, "-c", code])) for _ in range(9)]
    row("import dehusk", f"{statistics.median(times) * 1e3:.0f} ms", "< 50 ms")
    code = "import dehusk, time; t = time.perf_counter(); dehusk.Rules.load().body(''); print(time.perf_counter() - t)"
    times = [float(subprocess.check_output([sys.executable, "-c", code])) for _ in range(9)]
    row("Rules.load() and compiling, once a process", f"{statistics.median(times) * 1e3:.0f} ms")
    wheel = os.environ.get("DEHUSK_WHEEL")
    if wheel:
        row("the wheel", f"{os.path.getsize(wheel) / 1e6:.1f} MB", "< 10 MB")


def cluster(size: int) -> None:
    """Spark and Ray with two workers against the program with two jobs, on the same texts.

    `alone` is the same job with a function that gives back what it gets: what the engine of the cluster
    itself takes to read the texts, hand them to Python and write them.
    """
    given = texts("zh", "page", size // 2) + texts("en", "page", size // 2)
    mb = sum(len(text.encode()) for text in given) / 1e6
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in").mkdir()
        part = len(given) // 8 + 1
        for i in range(8):
            pq.write_table(pa.table({"text": given[i * part :][:part]}), folder / "in" / f"{i}.parquet")
            lines = [json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in given[i * part :][:part]]
            (folder / f"{i}.jsonl").write_text("".join(lines), encoding="utf-8")
        # Parquet where the program reads it, else JSON Lines.
        known = "parquet" in subprocess.run([CLI, "--help"], capture_output=True, text=True).stdout.lower()
        source = [str(folder / "in")] if known else sorted(map(str, folder.glob("*.jsonl")))
        options = ["--quiet", "--jobs", "2", "--out", str(folder / "cli")]
        if not known:
            options += ["--from", "jsonl", "--to", "jsonl"]

        def cli() -> None:
            subprocess.run(["rm", "-rf", str(folder / "cli")], check=True)
            subprocess.run([CLI, *options, *source], check=True)

        ways: dict[str, Callable[[], Any]] = {"cli": cli}
        spark = with_spark(ways, folder)
        with_ray(ways, folder)
        took = alternately(3, time.perf_counter, **ways)
        if spark is not None:
            spark.stop()
        kind = "Parquet" if known else "JSON Lines"
        row(f"dehusk --jobs 2 on {kind}", f"{mb / took['cli']:.0f} MB/s")
        for way in ("spark", "ray"):
            for name, wanted in ((way, "≥ 0.7"), (f"{way} alone", "")):
                value = f"{took['cli'] / took[name]:.2f} × the program ({mb / took[name]:.0f} MB/s)"
                row(f"{name}, two workers, Parquet to Parquet", value, wanted)


def with_spark(ways: dict[str, Callable[[], Any]], folder: Path) -> Any:
    from pyspark.sql import SparkSession

    import dehusk.spark

    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    spark = builder.config("spark.sql.execution.arrow.maxRecordsPerBatch", 1000).getOrCreate()

    def pages() -> Any:
        return spark.read.parquet(str(folder / "in"))

    def write(done: Any) -> None:
        done.write.mode("overwrite").parquet(str(folder / "spark"))

    ways["spark"] = lambda: write(dehusk.spark.clean(pages()))
    ways["spark alone"] = lambda: write(pages().mapInArrow(lambda batches: batches, pages().schema))
    return spark


def with_ray(ways: dict[str, Callable[[], Any]], folder: Path) -> None:
    import ray

    import dehusk.ray

    ray.init(num_cpus=2, include_dashboard=False, object_store_memory=1_000_000_000, log_to_driver=False)
    ray.data.DataContext.get_current().enable_progress_bars = False

    def run(clean: Callable[[Any], Any]) -> None:
        subprocess.run(["rm", "-rf", str(folder / "ray")], check=True)
        # Without a number Ray makes one block, and one task, of some ten MB.
        pages = ray.data.read_parquet(str(folder / "in"), override_num_blocks=8)
        clean(pages).write_parquet(str(folder / "ray"))

    options: dict[str, Any] = {"batch_format": "pyarrow", "batch_size": 1024, "zero_copy_batch": True}
    ways["ray"] = lambda: run(dehusk.ray.clean)
    ways["ray alone"] = lambda: run(lambda pages: pages.map_batches(lambda batch: batch, **options))


def main() -> None:
    benches: dict[str, Callable[[int], None]] = {"arrow": arrow, "call": call, "start": start, "cluster": cluster}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mb", type=int, default=64, help="how much text (64)")
    parser.add_argument("--only", default=",".join(benches), help=f"which: {', '.join(benches)}")
    arguments = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} CPUs; {'real pages' if PAGES.exists() else 'made texts'}")
    print("| | measured | wanted |\n|---|---|---|")
    for name in arguments.only.split(","):
        benches[name](arguments.mb * 1_000_000)


if __name__ == "__main__":
    main()
