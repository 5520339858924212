"""`Rules.check` and `Rules.test` say what the program says."""

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
