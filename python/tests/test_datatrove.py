"""The step for datatrove."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("datatrove", reason="datatrove is not installed")

from datatrove.data import Document
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers import JsonlWriter

import dehusk
from dehusk.datatrove import DehuskFormatter

from .conftest import BODY, LITTLE, PAGE, TEXT

SITE = "[[rule]]\nname = 'a'\nsites = 'a.example'\nis = '返回'\nremoves = '返回'\nkeeps = '返回家乡'\n"


def test_documents_and_statistics(rules: dehusk.Rules) -> None:
    step = DehuskFormatter(removed_key="removed", warnings_key="warnings")
    texts = [TEXT, BODY, LITTLE] * 200
    done = list(step.run(iter([Document(text=text, id=str(i)) for i, text in enumerate(texts)])))
    assert [document.text for document in done] == [BODY, BODY, LITTLE] * 200
    assert done[0].metadata == {"removed": [removal._asdict() for removal in rules.clean(TEXT).removed]}
    assert done[1].metadata == {}
    assert done[2].metadata == {"warnings": ["would_be_empty"]}
    assert json.loads(json.dumps(done[0].metadata)) == done[0].metadata
    totals = {name: stat.total for name, stat in step.stats.stats.items()}
    rule = rules.clean(TEXT).removed[0].rule
    assert totals["documents"] == 600 and totals["changed"] == 200
    assert totals[f"rule: {rule}"] == 200 and totals["warning: would_be_empty"] == 200


def test_hosts_come_from_the_metadata() -> None:
    rules = dehusk.Rules.from_texts({"a.toml": SITE})
    documents = [
        Document(text=BODY + "返回\n", id=host, metadata={"url": f"https://{host}/1"})
        for host in ("a.example", "b.example")
    ]
    assert [d.text for d in DehuskFormatter(rules).run(documents)] == [BODY, BODY + "返回\n"]


def test_pages_of_html() -> None:
    documents = [Document(text=PAGE, id="1")]
    assert [d.text for d in DehuskFormatter(input="html").run(documents)] == [dehusk.clean_html(PAGE).body]


def test_a_pipeline_of_two_workers(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for part in range(4):
        lines = [json.dumps({"id": f"{part}-{i}", "text": TEXT}, ensure_ascii=False) for i in range(50)]
        (tmp_path / "in" / f"{part}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    executor = LocalPipelineExecutor(
        [
            JsonlReader(str(tmp_path / "in")),
            DehuskFormatter(),
            JsonlWriter(str(tmp_path / "out"), compression=None),
        ],
        tasks=4,
        workers=2,
        logging_dir=str(tmp_path / "logs"),
    )
    executor.run()
    found = [json.loads(line) for file in (tmp_path / "out").iterdir() for line in file.read_text("utf-8").splitlines()]
    assert len(found) == 200 and {one["text"] for one in found} == {BODY}
