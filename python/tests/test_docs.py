"""What the documents show is what happens: blocks with their output, scripts on files."""

from __future__ import annotations

import gzip
import importlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import dehusk

from .conftest import BODY, LITTLE, TEXT

PYTHON = Path(__file__).parents[1]
PAGES: list[dict[str, Any]] = [
    {"id": str(i), "url": f"https://www.example.com/{i}", "text": text}
    for i, text in enumerate([TEXT, None, BODY, LITTLE, "😀" + TEXT] * 20)
]
BODIES = [BODY, None, BODY, LITTLE, "😀" + BODY] * 20


def blocks(file: str, heading: str = "") -> list[tuple[str, str | None]]:
    """The Python blocks of a document, from a heading on, each with the output that stands below it."""
    text = (PYTHON / file).read_text(encoding="utf-8")
    text = text[text.index(heading) :]
    found = re.findall(r"```python\n(.*?)```(?:\n\n```text\n(.*?)```)?", text, re.DOTALL)
    assert found
    return [(code, output or None) for code, output in found]


def run(python: str, code: str, folder: Path, *arguments: object) -> str:
    script = folder / "script.py"
    script.write_text(code, encoding="utf-8")
    command = [python, str(script), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


@pytest.mark.parametrize("page", ["README.md", "README.zh.md", "../README.md", "../README.zh.md"])
def test_the_readme_word_for_word(page: str, tmp_path: Path) -> None:
    shown = blocks(page)
    code = "\nprint('-' * 9)\n".join(code for code, _ in shown)
    assert run(sys.executable, code, tmp_path).split("-" * 9 + "\n") == [output for _, output in shown]


@pytest.mark.parametrize("page", ["cookbook.md", "cookbook.zh.md"])
def test_duckdb(page: str, tmp_path: Path) -> None:
    pytest.importorskip("duckdb", reason="duckdb is not installed")
    code, output = blocks(f"../docs/{page}", "## 10")[0]
    assert run(sys.executable, code, tmp_path) == output


def test_the_quick_start_in_a_fresh_environment(tmp_path: Path) -> None:
    wheel = os.environ.get("DEHUSK_WHEEL")
    if not wheel:
        pytest.skip("DEHUSK_WHEEL does not name the wheel; python/test sets it")
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    python = str(tmp_path / "venv/bin/python")
    quiet = ["--quiet", "--disable-pip-version-check", "--no-index"]
    subprocess.run([python, "-m", "pip", "install", *quiet, wheel], check=True)
    code, output = blocks("README.md")[0]
    assert run(python, code, tmp_path) == output


@pytest.fixture
def parquet(tmp_path: Path) -> Path:
    source = tmp_path / "in"
    source.mkdir()
    for part in range(2):
        pq.write_table(pa.Table.from_pylist(PAGES[part * 50 :][:50]), source / f"{part}.parquet")
    (tmp_path / "out").mkdir()
    return source


def check(rows: list[dict[str, Any]], rules: dehusk.Rules) -> None:
    rows = sorted(rows, key=lambda row: int(row["id"]))
    assert [row["text"] for row in rows] == BODIES
    for row, page in zip(rows, PAGES, strict=True):
        cleaned = None if page["text"] is None else rules.clean(page["text"])
        assert row["removed"] == (cleaned and [removal._asdict() for removal in cleaned.removed])
        assert row["warnings"] == (cleaned and list(cleaned.warnings))


def test_pandas(tmp_path: Path) -> None:
    pytest.importorskip("pandas", reason="pandas is not installed")
    ((code, output),) = blocks("docs/pandas.md")
    assert run(sys.executable, code, tmp_path) == output


def test_polars(parquet: Path, rules: dehusk.Rules, tmp_path: Path) -> None:
    pytest.importorskip("polars", reason="polars is not installed")
    ((code, _),) = blocks("docs/polars.md")
    run(sys.executable, code, tmp_path, parquet, tmp_path / "out")
    check(pq.read_table(tmp_path / "out").to_pylist(), rules)


def test_a_sample_before_the_job(parquet: Path, rules: dehusk.Rules, tmp_path: Path) -> None:
    pytest.importorskip("polars", reason="polars is not installed")
    ((code, _),) = blocks("docs/past-one-machine.md")
    first, *_, last = run(sys.executable, code, tmp_path, parquet).splitlines()
    assert first.startswith(f"rules {rules.hash}: ") and first.endswith("% of the bytes go")
    assert last.startswith("passed unchanged: {'would_be_empty': ")


def test_every_way_to_call_a_toolkit_that_pages_name() -> None:
    pages = [PYTHON / "README.md", PYTHON / "README.zh.md", *(PYTHON / "../docs").glob("cookbook*.md")]
    named = {name for page in pages for name in re.findall(r"dehusk\.(\w+\.\w+)\(", page.read_text(encoding="utf-8"))}
    for name in named - {"Rules.load", "Rules.from_texts"}:
        module, function = name.split(".")
        pytest.importorskip({"hf": "datasets", "spark": "pyspark"}.get(module, module))
        assert callable(getattr(importlib.import_module(f"dehusk.{module}"), function)), name


def test_spark(parquet: Path, rules: dehusk.Rules, tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="pyspark is not installed")
    if shutil.which("java") is None:
        pytest.skip("there is no Java on this machine, which Spark needs")
    ((code, _),) = blocks("docs/spark.md")
    said = run(sys.executable, code, tmp_path, parquet, tmp_path / "out")
    check(pq.read_table(tmp_path / "out").to_pylist(), rules)
    assert said.splitlines() == ["80 texts, 40 changed", "40 1000 zh/credit › 责任编辑行"]


@pytest.mark.parametrize("page", ["cookbook.md", "cookbook.zh.md"])
def test_spark_in_the_cookbook(page: str, spark: Any) -> None:
    code, _ = blocks(f"../docs/{page}", "## 9")[0]
    assert "dehusk.spark.clean(pages" in code
    names = {"pages": spark.createDataFrame(PAGES[:5])}
    exec(code, names)
    rows = sorted(names["cleaned"].collect(), key=lambda row: int(row["id"]))
    assert [row["text"] for row in rows] == BODIES[:5]
    assert [row["removed"] and len(row["removed"]) for row in rows] == [1, None, [], [], 1]


def test_ray(parquet: Path, rules: dehusk.Rules, tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="ray is not installed")
    ((code, _),) = blocks("docs/ray.md")
    run(sys.executable, code, tmp_path, parquet, tmp_path / "out")
    check(pq.read_table(tmp_path / "out").to_pylist(), rules)


def test_datatrove(rules: dehusk.Rules, tmp_path: Path) -> None:
    pytest.importorskip("datatrove", reason="datatrove is not installed")
    source, target = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    pages = [page for page in PAGES if page["text"] is not None]
    for part in range(4):
        lines = [json.dumps(page, ensure_ascii=False) + "\n" for page in pages[part::4]]
        (source / f"{part}.jsonl").write_text("".join(lines), encoding="utf-8")
    (code, _), _ = blocks("docs/datatrove.md")
    run(sys.executable, code, tmp_path, source, target, tmp_path / "logs")
    found: dict[str, Any] = {}
    for file in target.glob("*.jsonl.gz"):
        rows = [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]
        found.update({row["id"]: row for row in rows})
    assert len(found) == len(pages) == 80
    for page in pages:
        row, cleaned = found[page["id"]], rules.clean(page["text"])
        assert row["text"] == cleaned.body
        assert row["metadata"].get("removed", []) == [removal._asdict() for removal in cleaned.removed]
        assert row["metadata"].get("warnings", []) == list(cleaned.warnings)


def test_datasets(tmp_path: Path) -> None:
    pytest.importorskip("datasets", reason="datasets is not installed")
    ((code, output),) = blocks("docs/datatrove.md", "## datasets")
    assert run(sys.executable, code, tmp_path) == output


def test_questions_to_a_record_in_duckdb(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    program = os.environ.get("DEHUSK_CLI")
    if not program:
        pytest.skip("DEHUSK_CLI does not name the program; python/test sets it")
    page = (PYTHON / "../docs/record.md").read_text(encoding="utf-8")
    for name, text in re.findall(r"<!-- file: ([^\n]*) -->\n```text\n(.*?)```", page, re.DOTALL):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    path = os.pathsep.join([str(Path(program).parent), os.environ["PATH"]])
    for commands in re.findall(r"```sh\n(.*?)```", page, re.DOTALL):
        subprocess.run(commands, shell=True, check=True, cwd=tmp_path, env={**os.environ, "PATH": path})
    (queries,) = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
    found = [
        duckdb.sql(re.sub(r"'([\w*/]+\.(?:jsonl\.gz|parquet))'", rf"'{tmp_path}/\1'", query)).fetchall()
        for query in queries.split(";")
        if query.strip()
    ]
    assert found[0] == [("nav", 2, 24), ("share", 1, 19)]
    assert sorted(found[1]) == [("ferry.txt", 1), ("harbour.txt", 1)]
    assert len(found[2]) == 3
    assert found[3] == [("ferry", "Back to top\n")]
