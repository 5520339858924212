"""The cases of the test suite, which the Rust tests run too: every call must give their bodies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import dehusk

from .conftest import ROOT

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    tomllib = None  # type: ignore[assignment]


def cases() -> list[Any]:
    if tomllib is None:
        return []
    found = []
    for file in sorted(Path(ROOT, "tests/suite").glob("*.toml")):
        for case in tomllib.loads(file.read_text(encoding="utf-8"))["case"]:
            found.append(pytest.param(case, id=f"{file.stem}: {case['name']}"))
    return found


def with_examples(rules: str) -> str:
    """Gives every rule without a name or examples those that the loader asks for, as tests/suite.rs does."""
    first, *tables = rules.split("[[")
    out, number = first, 0
    for table in tables:
        out += "[[" + table
        if table.startswith("rule]]"):
            number += 1
            if "name =" not in table:
                out += f"\nname = 'rule {number}'\n"
            if "removes" not in table:
                out += "\nremoves = 'x'\nkeeps = 'y'\n"
        elif table.startswith("keep]]") and "name =" not in table:
            out += "\nname = 'a keep'\n"
    return out


@pytest.mark.skipif(tomllib is None, reason="Python 3.10 has no tomllib")
@pytest.mark.parametrize("case", cases())
def test_case(case: dict[str, Any]) -> None:
    texts = {"case.toml": with_examples(case["rules"])}
    if "settings" in case:
        texts["settings.toml"] = case["settings"]
    rules = dehusk.Rules.from_texts(texts, profile=case.get("profile", "article"), input="text")
    text, body, host = case["input"], case["body"], case.get("host")
    language = case.get("language")
    cleaned = rules.clean(text, host, language=language)
    assert cleaned.body == body
    assert rules.body(text, host, language=language) == body
    rest = text
    for removal in reversed(cleaned.removed):
        rest = rest[: removal.start] + rest[removal.end :]
    assert rest == body, "the text is the body and what went"
    if language is None:
        (listed,) = rules.clean_many([text], [host])
        assert listed == cleaned
        assert rules.clean_arrow(pa.array([text]), host=host).to_pylist() == [body]


def test_there_are_cases() -> None:
    assert tomllib is None or len(cases()) > 40
