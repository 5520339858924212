"""Arrow columns: every type that holds text, every shape, and nothing else."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

import dehusk

from .conftest import BODY, CREDIT, LITTLE, TEXT

TYPES = [
    pa.string(),
    pa.large_string(),
    pa.string_view(),
    *(pa.dictionary(key, pa.string()) for key in (pa.int8(), pa.uint16(), pa.int32(), pa.int64(), pa.uint64())),
    pa.dictionary(pa.int32(), pa.large_string()),
    pa.dictionary(pa.int16(), pa.string(), ordered=True),
]
TEXTS = [None, TEXT, "", BODY, "😀" + TEXT, None, TEXT, "short", LITTLE]


def of_type(texts: list[str | None], kind: pa.DataType) -> pa.Array:
    if not pa.types.is_dictionary(kind):
        return pa.array(texts, kind)
    encoded = pa.array(texts, kind.value_type).dictionary_encode()
    return pa.DictionaryArray.from_arrays(
        encoded.indices.cast(kind.index_type), encoded.dictionary, ordered=kind.ordered
    )


def bodies(rules: dehusk.Rules, texts: list[str | None]) -> list[str | None]:
    return [None if text is None else rules.body(text) for text in texts]


@pytest.mark.parametrize("kind", TYPES, ids=str)
def test_every_type_comes_back_as_it_was(rules: dehusk.Rules, kind: pa.DataType) -> None:
    array = of_type(TEXTS * 3, kind)
    for given in (array, array.slice(1), array.slice(4, 9), array.slice(3, 0)):
        done = rules.clean_arrow(given)
        done.validate(full=True)
        assert str(done.type) == str(kind)
        assert done.to_pylist() == bodies(rules, given.to_pylist())


@pytest.mark.parametrize("kind", TYPES, ids=str)
def test_what_does_not_change_is_not_copied(rules: dehusk.Rules, kind: pa.DataType) -> None:
    array = of_type([BODY, None, ""], kind)
    assert rules.clean_arrow(array) is array
    chunked = pa.chunked_array([array, array])
    assert rules.clean_arrow(chunked) is chunked
    table = pa.table({"text": chunked})
    assert rules.clean_arrow(table) is table
    mixed = pa.chunked_array([array, of_type([TEXT], kind)])
    buffers = [b.address for b in rules.clean_arrow(mixed).chunk(0).buffers() if b is not None]
    assert buffers == [b.address for b in array.buffers() if b is not None]


def test_null_columns_and_empty_ones(rules: dehusk.Rules) -> None:
    nulls = pa.nulls(3)
    assert rules.clean_arrow(nulls) is nulls
    empty = pa.chunked_array([], pa.string())
    assert rules.clean_arrow(empty) is empty
    table = rules.clean_arrow(pa.table({"text": nulls}), removed="removed", warnings="warnings")
    assert table.to_pylist() == [{"text": None, "removed": None, "warnings": None}] * 3
    table = rules.clean_arrow(pa.table({"text": empty}), removed="removed", warnings="warnings")
    assert table.num_rows == 0 and table.column_names == ["text", "removed", "warnings"]


@pytest.mark.parametrize("one", [False, True], ids=["table", "batch"])
def test_tables_keep_everything_else(rules: dehusk.Rules, one: bool) -> None:
    fields = [
        pa.field("id", pa.int64(), nullable=False),
        pa.field("text", pa.large_string(), metadata={"a": "b"}),
        pa.field("more", pa.list_(pa.struct([("x", pa.decimal128(9, 2))]))),
    ]
    schema = pa.schema(fields, metadata={"pandas": "{}", "mine": "1"})
    columns = [list(range(9)), TEXTS, [[]] * 9]
    data: Any = pa.table([pa.array(v, f.type) for v, f in zip(columns, fields, strict=True)], schema=schema)
    data = data.to_batches()[0] if one else pa.concat_tables([data, data.slice(2)])
    done = rules.clean_arrow(data)
    assert type(done) is type(data)
    done.validate(full=True)
    assert done.schema.equals(schema, check_metadata=True)
    assert done.drop_columns(["text"]).equals(data.drop_columns(["text"]))
    assert done.column("text").to_pylist() == bodies(rules, data.column("text").to_pylist())

    done = rules.clean_arrow(data, "text", out="body", removed="removed", warnings="warnings")
    done.validate(full=True)
    assert done.column_names == ["id", "text", "more", "body", "removed", "warnings"]
    assert done.drop_columns(["body", "removed", "warnings"]).equals(data)
    assert done.column("removed").type == pa.list_(
        pa.struct(list(zip(dehusk.Removal._fields, [pa.int64()] * 4 + [pa.string()] * 5, strict=True)))
    )
    for row in done.to_pylist():
        if row["text"] is None:
            assert row["body"] is row["removed"] is row["warnings"] is None
            continue
        cleaned = rules.clean(row["text"])
        assert row["body"] == cleaned.body
        assert [dehusk.Removal(**removal) for removal in row["removed"]] == list(cleaned.removed)
        assert row["warnings"] == list(cleaned.warnings)
    assert ["would_be_empty"] in done.column("warnings").to_pylist()


def test_hosts_stand_in_a_column_of_their_own() -> None:
    rules = dehusk.Rules.from_texts(
        {"a.toml": "[[rule]]\nname = 'a'\nsites = 'a.example'\nis = '返回'\nremoves = '返回'\nkeeps = '返回家乡'\n"}
    )
    text = BODY + "返回\n"
    hosts = ["https://a.example/x", "b.example", None, "a.example"]
    expected = [BODY, text, text, BODY]
    for kind in TYPES:
        texts = pa.chunked_array([of_type([text] * 3, kind), of_type([text], kind)])
        beside = pa.chunked_array([of_type(hosts[:1], pa.string()), of_type(hosts[1:], pa.string())])
        table = pa.table({"text": texts, "url": beside})
        done = rules.clean_arrow(table, host_column="url")
        done.validate(full=True)
        assert done["text"].to_pylist() == expected
        assert done["url"].to_pylist() == hosts
    table = pa.table({"text": pa.array([text] * 4), "url": of_type(hosts, pa.dictionary(pa.int8(), pa.string()))})
    assert rules.clean_arrow(table, host_column="url")["text"].to_pylist() == expected
    done = rules.clean_arrow(table, host_column="url", host="a.example")
    assert done["text"].to_pylist() == [BODY, text, BODY, BODY], "the host of all is for rows without one"


def test_bytes_that_are_no_utf8_pass_with_a_warning(rules: dehusk.Rules) -> None:
    bad = b"\xff\xfe" + CREDIT.encode()
    for kind, binary in ((pa.string(), pa.binary()), (pa.large_string(), pa.large_binary())):
        raw = pa.array([TEXT.encode(), bad, None, TEXT.encode()], binary)
        texts = pa.Array.from_buffers(kind, len(raw), raw.buffers())
        batch = pa.record_batch([texts], names=["text"])
        done = rules.clean_arrow(batch, removed="removed", warnings="warnings")
        assert done.column("text").type == kind
        assert done.column("text").cast(binary).to_pylist() == [BODY.encode(), bad, None, BODY.encode()]
        assert done.column("warnings").to_pylist() == [[], ["not_unicode"], None, []]
        assert [rows and len(rows) for rows in done.column("removed").to_pylist()] == [1, [], None, 1]


@pytest.mark.parametrize("kind", [pa.binary(), pa.int64(), pa.list_(pa.string()), pa.dictionary(pa.int8(), pa.int64())])
def test_other_types_are_refused(rules: dehusk.Rules, kind: pa.DataType) -> None:
    array = of_type([], kind) if pa.types.is_dictionary(kind) else pa.array([], kind)
    for data, column in ((array, None), (pa.table({"text": array}), "text")):
        with pytest.raises(dehusk.Error, match="holds no text; cast it to string first") as caught:
            rules.clean_arrow(data, column)
        assert "不是文字" in caught.value.zh


def test_wrong_columns_are_named(rules: dehusk.Rules) -> None:
    table = pa.table({"id": [1], "text": [TEXT], "removed": ["mine"]})
    with pytest.raises(dehusk.Error, match="no column 'txt'; the columns are id, text, removed; did you mean 'text'"):
        rules.clean_arrow(table, "txt")
    twice = pa.table([pa.array([TEXT]), pa.array([TEXT])], names=["text", "text"])
    with pytest.raises(dehusk.Error, match="there are several columns 'text'"):
        rules.clean_arrow(twice)
    with pytest.raises(dehusk.Error, match="no column 'url'"):
        rules.clean_arrow(table, host_column="url")
    for new in ({"removed": "removed"}, {"warnings": "id"}, {"out": "id"}, {"removed": "a", "warnings": "a"}):
        with pytest.raises(dehusk.Error, match="is there already"):
            rules.clean_arrow(table, "text", **new)  # type: ignore[arg-type]
    with pytest.raises(dehusk.Error, match="a single column"):
        rules.clean_arrow(table["text"], "text")
    with pytest.raises(dehusk.Error, match="this is list"):
        rules.clean_arrow([TEXT])


def test_a_dictionary_that_outgrows_its_keys_is_said() -> None:
    rule = "[[rule]]\nname = 'a'\nsites = 'a.example'\nremove = 'phrase'\nstarts_with = '返回'\n"
    rules = dehusk.Rules.from_texts({"a.toml": rule + "removes = '返回'\nkeeps = '家乡'\n"})
    texts = [f"返回{BODY}{i}" for i in range(100)] * 2
    table = pa.table(
        {"text": of_type(texts, pa.dictionary(pa.int8(), pa.string())), "url": ["a.example"] * 100 + ["b"] * 100}
    )
    with pytest.raises(dehusk.Error, match="cast the column to string first"):
        rules.clean_arrow(table, host_column="url")
    assert rules.clean_arrow(table, host="a.example")["text"].to_pylist()[150] == f"{BODY}50"


def test_statistics_add_up(rules: dehusk.Rules) -> None:
    stats = dehusk.Stats()
    for _ in range(2):
        rules.clean_arrow(pa.chunked_array([pa.array(TEXTS), pa.array([BODY])]), stats=stats)
    texts = [text for text in TEXTS if text is not None]
    cleaned = [rules.clean(text) for text in texts]
    assert stats.documents == 2 * (len(texts) + 1)
    assert stats.changed == 2 * 3
    assert stats.bytes == 2 * sum(len(text.encode()) for text in [*texts, BODY])
    assert stats.removed_bytes == 2 * sum(
        len(t.encode()) - len(c.body.encode()) for t, c in zip(texts, cleaned, strict=True)
    )
    assert stats.warnings == {"would_be_empty": 2}
    (row,) = stats.rows()
    assert row == {"rule": cleaned[0].removed[0].rule, "removals": 6, "bytes": stats.removed_bytes}
    assert (stats + stats).documents == 2 * stats.documents


class Foreign:
    """A library of which dehusk knows nothing."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._table.__arrow_c_stream__(requested_schema)


def test_whatever_speaks_arrow_is_taken(rules: dehusk.Rules) -> None:
    done = rules.clean_arrow(Foreign(pa.table({"text": TEXTS})))
    assert isinstance(done, pa.Table)
    assert done["text"].to_pylist() == bodies(rules, TEXTS)


def test_pandas(rules: dehusk.Rules) -> None:
    pd = pytest.importorskip("pandas", reason="pandas is not installed")
    for dtype in ("string[pyarrow]", pd.ArrowDtype(pa.string()), pd.ArrowDtype(pa.large_string()), "object"):
        series = pd.Series(TEXTS, index=range(10, 19), name="page", dtype=dtype)
        done = rules.clean_arrow(series)
        assert (done.dtype, done.name, list(done.index)) == (series.dtype, "page", list(series.index))
        assert [None if pd.isna(text) else text for text in done] == bodies(rules, TEXTS)
        frame = rules.clean_arrow(pd.DataFrame({"id": range(10, 19), "page": series.array}), "page", removed="removed")
        assert list(frame.columns) == ["id", "page", "removed"]
        assert [None if pd.isna(text) else text for text in frame["page"]] == bodies(rules, TEXTS)
    with pytest.raises(dehusk.Error, match="holds no text"):
        rules.clean_arrow(pd.Series([1, 2]))
