"""What people type first: `dehusk.clean`, modules that load when they are used, mistakes that name the next step."""

from __future__ import annotations

import math
import subprocess
import sys
from typing import Any

import pytest

import dehusk

from .conftest import BODY, TEXT


def test_a_text_gives_a_text() -> None:
    assert dehusk.clean(TEXT) == BODY
    assert dehusk.clean(BODY) is BODY


def test_a_list_gives_a_list_and_what_is_missing_stays_missing() -> None:
    nan = float("nan")
    mixed: list[Any] = [TEXT, None, nan, BODY]
    done = dehusk.clean(mixed)
    assert (done[0], done[1], done[3]) == (BODY, None, BODY)
    assert math.isnan(done[2])
    assert dehusk.clean((TEXT, TEXT)) == (BODY, BODY)
    rules = dehusk.Rules.load()
    assert [one and one.body for one in rules.clean_many(mixed)] == [BODY, None, None, BODY]


def test_a_text_is_no_list_of_texts() -> None:
    with pytest.raises(dehusk.Error, match="one text and no list") as caught:
        dehusk.Rules.load().clean_many(TEXT)
    assert "一篇文章" in caught.value.zh


def test_a_pandas_table_keeps_its_other_columns_and_its_missing_values() -> None:
    pd = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    frame = pd.DataFrame({"id": [1, 2, 3, 4], "body": [TEXT, None, float("nan"), BODY]}, index=[5, 6, 7, 8])
    before = frame.copy()
    done = dehusk.clean(frame, "body")
    assert frame.equals(before), "what came in is left alone"
    assert list(done["body"].isna()) == [False, True, True, False]
    assert [done["body"].iloc[0], done["body"].iloc[3]] == [BODY, BODY]
    assert list(done["id"]) == [1, 2, 3, 4] and list(done.index) == [5, 6, 7, 8]
    assert done["body"].dtype == frame["body"].dtype
    assert done["body"].iloc[1] is None and isinstance(done["body"].iloc[2], float)
    assert list(frame["body"].map(dehusk.clean).isna()) == [False, True, True, False]
    series = dehusk.clean(frame["body"])
    assert series.iloc[0] == BODY and series.name == "body"
    beside = dehusk.clean(frame, "body", out="clean")
    assert list(beside.columns) == ["id", "body", "clean"] and beside["body"].iloc[0] == TEXT
    with pytest.raises(dehusk.Error, match=r"there is no column 'bodi'.*did you mean 'body'"):
        dehusk.clean(frame, "bodi")


def test_a_polars_table_keeps_its_type() -> None:
    pl = pytest.importorskip("polars")
    pytest.importorskip("pyarrow")
    done = dehusk.clean(pl.DataFrame({"body": [TEXT, None]}), "body")
    assert isinstance(done, pl.DataFrame) and done["body"].to_list() == [BODY, None]


def test_what_is_no_text_is_said() -> None:
    with pytest.raises(dehusk.Error, match="bytes and no text"):
        dehusk.clean(TEXT.encode())
    with pytest.raises(dehusk.Error, match="column 'body' was named"):
        dehusk.clean(TEXT, "body")  # type: ignore[call-overload]


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout


def test_modules_are_loaded_when_they_are_used() -> None:
    loaded = "import sys, dehusk; print([m for m in ('pyarrow', 'polars', 'pandas', 'pyspark') if m in sys.modules])"
    assert run(loaded) == "[]\n"
    pytest.importorskip("polars")
    assert run("import dehusk; print(dehusk.polars.Texts.__name__)") == "Texts\n"
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        dehusk.nothing  # type: ignore[attr-defined]  # noqa: B018
    assert {"spark", "clean", "hf"} <= set(dir(dehusk))


@pytest.mark.parametrize(
    ("library", "use", "extra"),
    [
        ("polars", "dehusk.polars", "polars"),
        ("pyspark", "dehusk.spark", "spark"),
        ("ray", "dehusk.ray", "ray"),
        ("datatrove", "dehusk.datatrove", "datatrove"),
        ("pyarrow", "dehusk.clean(object())", "arrow"),
    ],
)
def test_what_is_not_installed_is_named_with_its_extra(library: str, use: str, extra: str) -> None:
    # None in sys.modules is how Python says that a module is not there.
    code = (
        f"import sys; sys.modules[{library!r}] = None\nimport dehusk\n"
        f"try: {use}\nexcept ModuleNotFoundError as error: print(error)"
    )
    said = run(code)
    assert f"needs {library}" in said and f"pip install 'dehusk[{extra}]'" in said, said


def test_an_explanation_is_a_table_in_a_notebook() -> None:
    shown = dehusk.Rules.load().explain(TEXT + "<b>")._repr_html_()
    assert "&lt;b&gt;" in shown and "<del>" in shown and "zh/credit › " in shown


def test_the_module_runs_the_program() -> None:
    from dehusk.__main__ import program

    if program() is None:
        done = subprocess.run([sys.executable, "-m", "dehusk", "--version"], capture_output=True, text=True)
        assert done.returncode == 2 and "dehusk.clean(text)" in done.stderr
        return
    done = subprocess.run([sys.executable, "-m", "dehusk", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("dehusk ")
