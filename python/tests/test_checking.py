"""`Rules.check`, `Rules.test` and `Rules.suggest` say what the program says."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

import dehusk

GOOD = "[[rule]]\nname = '回到渡口'\nis = '回到渡口'\nremoves = '回到渡口'\nkeeps = '他回到渡口'\n"
# The example of `keeps` goes, and the condition takes all short lines.
BAD = "[[rule]]\nname = '短行'\nstarts_with = '回到'\nremoves = '回到渡口'\nkeeps = '回到家里吃饭。'\n"


def options(folder: Path) -> list[str]:
    return ["--no-config", "--no-shipped-rules", "--rules", str(folder)]


def test_rules_without_a_mistake() -> None:
    rules = dehusk.Rules.from_texts({"a.toml": GOOD})
    done = rules.test()
    assert done.ok and done.examples == 2 and done.failures == []
    assert "all 2 examples hold" in str(done) and "2 个例子全部成立" in done.render("zh")
    assert rules.check().ok


def test_an_example_that_does_not_hold_is_named_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(BAD, encoding="utf-8")
    rules = dehusk.Rules.load(tmp_path, shipped=False)
    done, found = rules.test(), rules.check()
    assert not done.ok and done.failed == 1
    assert done.failures[0]["text"] == "回到家里吃饭。" and done.failures[0]["line"] == 5
    assert not found.ok and [one.code for one in found] == ["example-fails"]
    for view in (done._repr_html_(), found._repr_html_()):
        assert view.startswith("<table>") and "回到" in view
    with pytest.raises(dehusk.Error, match="no category, file or rule"):
        rules.test("no such rule")


def test_they_say_what_the_program_says(tmp_path: Path, cli: str) -> None:
    (tmp_path / "a.toml").write_text(BAD, encoding="utf-8")
    rules = dehusk.Rules.load(tmp_path, shipped=False)

    def said(command: str) -> dict[str, object]:
        answer = subprocess.run([cli, *options(tmp_path), command, "--json"], capture_output=True, check=False)
        return dict(json.loads(answer.stdout))

    assert said("test")["failures"] == rules.test().failures
    findings = said("check")["findings"]
    assert isinstance(findings, list)
    assert [one["code"] for one in findings] == [one.code for one in rules.check()]
    assert [one["message"]["zh"] for one in findings] == [one.message.zh for one in rules.check()]
    printed = subprocess.run([cli, *options(tmp_path), "--lang", "zh", "check"], capture_output=True, check=False)
    assert printed.stdout.decode().strip() == rules.check().render("zh")


def repeating() -> list[str]:
    """Forty articles of one site, each with its own story between a menu and a notice of the site."""
    nouns = ["ferry", "harbour", "captain", "bridge", "market", "mill", "orchard", "school"]
    found = []
    for i in range(40):
        story = [
            f"On the {i * 7 + k}th morning the {nouns[(i + k) % 8]} was seen near the {nouns[(i * 3 + k) % 8]}, and "
            f"{i * k} people came to hear of it before noon had passed."
            for k in range(8)
        ]
        found.append("\n".join(["Ferry times of the Gazette", "", *story, "", "Printed in the boat house"]) + "\n")
    return found


def test_what_repeats_becomes_rules(tmp_path: Path, cli: str) -> None:
    texts = repeating()
    hosts: list[str | None] = ["www.gazette.example"] * len(texts)
    rules = dehusk.Rules.load()
    found = rules.suggest(texts, hosts, threads=2, lang="zh")
    assert found.documents == 40 and len(found) >= 1
    assert "Printed in the boat house" in found.toml and all(one.site == "www.gazette.example" for one in found)
    assert found._repr_html_().startswith("<table>") and "boat house" in found._repr_html_()
    assert str(found).startswith(f"{len(found)} suggestion") and found.render("zh").startswith(f"{len(found)} 条建议")

    collection = tmp_path / "pages.jsonl"
    lines = [json.dumps({"text": text, "url": "https://www.gazette.example/1"}) for text in texts]
    collection.write_text("\n".join(lines) + "\n", encoding="utf-8")
    out = tmp_path / "program.toml"
    command = [cli, "--no-config", "--lang", "zh", "suggest", "--out", str(out), str(collection)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    assert out.read_text(encoding="utf-8") == found.toml

    own = tmp_path / "own.toml"
    found.save(own)
    with pytest.raises(FileExistsError):
        found.save(own)
    on = found.toml.replace("'trial'", "'on'")
    learnt = dehusk.Rules.from_texts({"own.toml": on}, shipped=True)
    assert "boat house" not in learnt.body(texts[0], "www.gazette.example")
    known = rules.suggest(texts, hosts, bodies=["Printed in the boat house\nFerry times of the Gazette\n"])
    assert len(known) == 0 and known.toml == "" and known._repr_html_().startswith("<p>")
    assert len(rules.suggest(texts, hosts, golds=texts)) == 0


def test_suggest_refuses_what_is_no_list(rules: dehusk.Rules) -> None:
    with pytest.raises(dehusk.Error, match="list of texts"):
        rules.suggest("Ferry times")
    with pytest.raises(dehusk.Error, match="one host for each text"):
        rules.suggest(["a", "b"], ["h"])
    few = rules.suggest(["a", None, float("nan")])  # type: ignore[list-item]
    assert len(few) == 0 and "it takes 20 documents" in str(few)
