"""What is learnt in Python, on Spark and on Ray is what the program learns: the same files, byte for byte."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import dehusk
from dehusk import _learn

PROGRAM = os.environ.get("DEHUSK_CLI", "dehusk")


def pages() -> list[dict[str, str]]:
    """Forty pages of four sites, one of which is too small, and a page without an address."""
    nouns = ["ferry", "harbour", "captain", "bridge", "market", "mill", "orchard", "school"]
    found = []
    for i in range(40):
        site = f"s{i % 3 if i > 2 else 3}.example"
        story = [
            f"On the {i * 7 + k}th morning the {nouns[(i + k) % 8]} was seen near the {nouns[(i * 3 + k) % 8]}, and "
            f"{i * k} "
            f"people came to hear of it before noon had passed."
            for k in range(8)
        ]
        lines = [
            f"The Gazette of {site}",
            "Ferry times",
            "Letters",
            "",
            f"Story {i} of the {nouns[i % 8]}",
            "",
            *story,
            "",
        ]
        lines += [f"Printed in the boat house of {site}", "Write to the Gazette"]
        found.append({"url": f"https://www.{site}/{i}", "text": "\n".join(lines) + "\n"})
    return [*found, {"url": "", "text": "no address\n"}]


@pytest.fixture
def of_program(tmp_path: Path) -> dict[str, bytes]:
    collection = tmp_path / "pages.jsonl"
    collection.write_text("".join(json.dumps(page) + "\n" for page in pages()), encoding="utf-8")
    command = [PROGRAM, "learn", "--lang", "en", "--quiet", "--input", "page", "--out", str(tmp_path / "program")]
    subprocess.run([*command, str(collection)], check=True, stdout=subprocess.DEVNULL)
    return files(tmp_path / "program")


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_plain_python(of_program: dict[str, bytes], tmp_path: Path) -> None:
    rules = dehusk.Rules.load()
    chosen = list(_learn.pages((page["url"], page["text"], None) for page in pages()))
    options = {"profile": "article", "input": "page", "lang": "en"}
    rows = []
    for name in sorted({page[0] for page in chosen}):
        found = _learn.site(name, [page for page in chosen if page[0] == name], rules, options, _learn.FEWEST)
        if found is not None:
            rows.append(found[2:])
    _learn.write(rows, tmp_path / "python", "en")
    assert files(tmp_path / "python") == of_program
    assert {"s0.example.toml", "learnt.jsonl", "summary.md"} <= set(of_program)
    learnt = dehusk.Rules.load(tmp_path / "python", input="page")
    page = pages()[6]
    body = learnt.body(page["text"], page["url"])
    assert "Ferry times" not in body and "morning" in body


def test_ray(ray_here: Any, of_program: dict[str, bytes], tmp_path: Path) -> None:
    import dehusk.ray

    ds = ray_here.data.from_items(pages()).repartition(4)
    dehusk.ray.write_sites(dehusk.ray.learn(ds, input="page"), str(tmp_path / "ray"))
    assert files(tmp_path / "ray") == of_program


def test_spark(spark: Any, of_program: dict[str, bytes], tmp_path: Path) -> None:
    import dehusk.spark

    frame = spark.createDataFrame([(page["url"], page["text"]) for page in pages()], "url string, text string")
    dehusk.spark.write_sites(dehusk.spark.learn(frame.repartition(4), input="page"), str(tmp_path / "spark"))
    assert files(tmp_path / "spark") == of_program


RULE = "[[rule]]\nname = '页脚'\nis = '河湾网'\nremoves = '河湾网'\nkeeps = '他回到渡口'\nsites = '{site}'\n"


def test_files_of_sites_are_read_when_asked_for(tmp_path: Path) -> None:
    folder = tmp_path / "sites"
    folder.mkdir()
    (folder / "learnt.jsonl").write_text("", encoding="utf-8")
    (folder / "a.example.toml").write_text(RULE.format(site="a.example"), encoding="utf-8")
    (folder / "b.example.toml").write_text("[[rule]]\nname = 'x'\n", encoding="utf-8")
    rules = dehusk.Rules.load(folder)
    text = "老码头昨天重新开航，清晨六点，第一班渡船载着四十多位乘客驶向对岸。\n河湾网\n"
    # The broken file of another site does no harm and is not known yet; this one is not read either.
    assert rules.body(text) == text and rules.warnings == ()
    # What was written since then counts, up to the first text of the site.
    late = RULE.format(site="a.example").replace("is = '河湾网'", "is = [ '河湾网', '渡口网' ]")
    (folder / "a.example.toml").write_text(late, encoding="utf-8")
    assert rules.body(text.replace("河湾网", "渡口网"), "www.a.example") == text.split("\n")[0] + "\n"
    assert rules.body(text, "b.example") == text
    assert {(one.level, Path(one.file).name) for one in rules.warnings} == {("error", "b.example.toml")}
    there = pickle.loads(pickle.dumps(rules))
    shutil.rmtree(folder)
    assert there.body(text, "a.example") == text.split("\n")[0] + "\n"
    assert there.hash != dehusk.Rules.load().hash, "the files of sites belong to the rules"
