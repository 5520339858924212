"""Single texts and lists of them."""

from __future__ import annotations

import json
import pickle
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

import dehusk

from .conftest import BODY, CREDIT, LITTLE, TEXT


def test_what_goes_is_told(rules: dehusk.Rules) -> None:
    cleaned = rules.clean(TEXT)
    assert cleaned.body == BODY
    assert cleaned.metadata == {"editor": "王小满"}
    assert cleaned.warnings == ()
    (removal,) = cleaned.removed
    assert (removal.kind, removal.category, removal.text) == ("rule", "credit", CREDIT)
    assert removal.rule is not None and removal.rule.startswith("zh/credit › ")
    assert removal.phrase is not None and "责任编辑" in removal.phrase


@pytest.mark.parametrize("before", ["", "a", "é", "语", "😀", "👩‍👩‍👧\u0301", "\r\n", "\u2028"])
def test_places_count_characters_and_bytes(rules: dehusk.Rules, before: str) -> None:
    text = before + TEXT + before + TEXT
    cleaned = rules.clean(text)
    assert len(cleaned.removed) == 2
    rest = text
    for removal in reversed(cleaned.removed):
        assert text[removal.start : removal.end] == removal.text
        assert text.encode()[removal.byte_start : removal.byte_end] == removal.text.encode()
        rest = rest[: removal.start] + rest[removal.end :]
    assert rest == cleaned.body


def test_an_unchanged_text_is_the_object_that_came_in(rules: dehusk.Rules) -> None:
    assert rules.clean(BODY).body is BODY
    assert rules.body(BODY) is BODY
    assert rules.clean("").body == ""


def test_the_body_alone_is_the_same(rules: dehusk.Rules) -> None:
    assert rules.body(TEXT) == rules.clean(TEXT).body


def test_what_is_no_unicode_passes_with_a_warning(rules: dehusk.Rules) -> None:
    broken = TEXT + "\ud83d"
    assert rules.clean(broken) == (broken, (), ("not_unicode",), {})
    assert rules.body(broken) is broken
    assert [one and one.warnings for one in rules.clean_many([broken, TEXT])] == [("not_unicode",), ()]
    with pytest.raises(dehusk.Error, match="lone surrogates"):
        rules.explain(broken)


def test_a_text_that_is_too_long_passes_with_a_warning(rules: dehusk.Rules) -> None:
    memory = Path("/proc/meminfo")
    free = re.search(r"MemAvailable:\s+(\d+) kB", memory.read_text()) if memory.exists() else None
    if free is None or int(free[1]) < 12 << 20:
        pytest.skip("a text of 4 GiB needs 12 GiB of free memory, and Linux to say so")
    long = "a" * (1 << 32)
    assert rules.clean(long).warnings == ("too_long",)
    assert rules.body(long) is long
    with pytest.raises(dehusk.Error, match="the limit is 4 GiB") as caught:
        rules.explain(long)
    assert "最多 4 GiB" in caught.value.zh


def test_a_text_of_which_too_little_would_be_left_stays_and_says_so(rules: dehusk.Rules) -> None:
    assert rules.clean(LITTLE) == (LITTLE, (), ("would_be_empty",), {})
    assert rules.body(LITTLE) is LITTLE


def test_lists_keep_their_order_and_none(rules: dehusk.Rules) -> None:
    texts = [f"{i} {TEXT}" if i % 3 else None for i in range(1000)]
    expected = [None if text is None else rules.clean(text) for text in texts]
    assert list(rules.clean_many(texts)) == expected
    assert list(rules.clean_many(iter(texts), threads=3)) == expected


def test_lists_are_taken_a_piece_at_a_time(rules: dehusk.Rules) -> None:
    seen = 0

    def endless() -> Iterator[str]:
        nonlocal seen
        while True:
            seen += 1
            yield TEXT

    found = rules.clean_many(endless())
    assert next(found) == rules.clean(TEXT)
    assert seen == 256


def test_what_is_no_text_is_named(rules: dehusk.Rules) -> None:
    with pytest.raises(TypeError):
        rules.clean(b"bytes")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="item 1: a text is a str or None, not int"):
        list(rules.clean_many(["a", 1]))  # type: ignore[list-item]


SITE = "[[rule]]\nname = 'a'\nsites = 'a.example'\nis = '返回'\nremoves = '返回'\nkeeps = '返回家乡'\n"


def test_hosts_choose_rules_of_sites() -> None:
    rules = dehusk.Rules.from_texts({"site.toml": SITE})
    text = BODY + "返回\n"
    assert rules.body(text, "https://www.a.example/page") == BODY
    assert rules.body(text, "b.example") == text
    assert rules.body(text) == text
    many = rules.clean_many([text] * 3, ["a.example", None, "b.example"])
    assert [one and one.body for one in many] == [BODY, text, text]
    with pytest.raises(dehusk.Error, match="3 texts and 2 hosts"):
        list(rules.clean_many([text] * 3, ["a.example"] * 2))


def test_profile_and_input_belong_to_the_rules_or_to_the_call(rules: dehusk.Rules) -> None:
    strict = dehusk.Rules.load(profile="archive")
    assert strict.body(TEXT) == rules.body(TEXT, profile="archive") == TEXT
    assert strict.body(TEXT, profile="article") == BODY
    for choice in ({"profile": "strict"}, {"input": "htm"}):
        with pytest.raises(dehusk.Error, match="choose one of") as caught:
            rules.body(TEXT, **choice)  # type: ignore[arg-type]
        assert "可以选" in caught.value.message("zh")


def test_mistakes_in_rules_are_told_as_on_the_command_line(tmp_path: Path, cli: str) -> None:
    (tmp_path / "meta.toml").write_text("[[rule]]\nname = “关闭”\nis = 'x'\n", encoding="utf-8")
    with pytest.raises(dehusk.Error) as caught:
        dehusk.Rules.load(tmp_path)
    error = caught.value
    first = error.diagnostics[0]
    assert (first.code, first.line, first.column, first.level) == ("smart-quote", 2, 8, "error")
    assert first.file.endswith("meta.toml")
    assert first.fix == ("name = '关闭'", "name = '关闭'")
    for lang, said in (("en", error.message("en")), ("zh", error.message("zh"))):
        done = subprocess.run(
            [cli, "--rules", str(tmp_path), "--lang", lang], input=b"", capture_output=True, env={"NO_COLOR": "1"}
        )
        assert done.returncode == 2
        assert done.stderr.decode().startswith(said), lang
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.zh, again.diagnostics) == (str(error), error.zh, error.diagnostics)


def test_what_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(dehusk.Error, match="no such file"):
        dehusk.Rules.load(tmp_path / "nowhere")
    with pytest.raises(dehusk.Error, match="did you mean 'copyright'") as caught:
        dehusk.Rules.load(skip=["copyrigth"])
    assert "你是不是想写" in caught.value.zh


def test_own_rules_stand_over_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "credit.toml").write_text(SITE, encoding="utf-8")
    own = dehusk.Rules.load(tmp_path)
    assert own.body(TEXT) == TEXT, "the file of that name is replaced"
    assert own.body(BODY + "返回\n", "a.example") == BODY
    assert len(dehusk.Rules.load(tmp_path, shipped=False)) == 1


def test_the_hash_is_that_of_the_rule_files(tmp_path: Path) -> None:
    assert dehusk.Rules.load().hash == dehusk.Rules.load(profile="body").hash
    assert dehusk.Rules.load().hash == dehusk.Rules.load(skip=["credit"]).hash
    hashes = {dehusk.Rules.load().hash}
    for place, text in (("a", SITE), ("b", SITE), ("c", SITE + "# \n")):
        (tmp_path / place).mkdir()
        (tmp_path / place / "site.toml").write_text(text, encoding="utf-8")
        hashes.add(dehusk.Rules.load(tmp_path / place).hash)
    assert len(hashes) == 3, "where a folder lies does not matter, what it holds does"


def test_the_hash_stands_in_the_record_of_the_program(cli: str, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "site.toml").write_text(SITE, encoding="utf-8")
    (tmp_path / "page.txt").write_text(TEXT, encoding="utf-8")
    record = tmp_path / "removed.jsonl"
    subprocess.run(
        [cli, "--rules", tmp_path / "mine", "--removed", record, tmp_path / "page.txt"], check=True, capture_output=True
    )
    rows = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
    assert {row["rules"] for row in rows} == {dehusk.Rules.load(tmp_path / "mine").hash}


def test_explanations_are_those_of_the_command_line(cli: str, rules: dehusk.Rules, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    text = "首页\n\n" + TEXT + BODY + "(记者 李木)\n相关阅读\n\n一条船\n两条船\n三条船\n\n分享到：微信 微博\n"
    text += "傍晚的集市很热闹（广告），卖鱼的吆喝声传得很远很远，挑担的人先上了岸。更多精彩内容请关注公众号渡口\n"
    page.write_text(text, encoding="utf-8")
    for lang in ("zh", "en"):
        for choice in ({}, {"input": "page", "profile": "body"}):
            options = [f"--{name}={value}" for name, value in choice.items()]
            said = subprocess.run([cli, "explain", "--lang", lang, *options, str(page)], capture_output=True).stdout
            lines = [line for line in said.decode().splitlines() if not line.startswith("#")]
            explained = rules.explain(text, **choice)  # type: ignore[arg-type]
            assert explained.render(lang).splitlines() == lines  # type: ignore[arg-type]
    said = subprocess.run([cli, "explain", "--json", str(page)], capture_output=True).stdout
    assert rules.explain(text).passages == json.loads(said)["passages"]
    assert str(rules.explain(text)) == rules.explain(text).render("en")
