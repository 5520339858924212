"""Cleans Arrow data and returns the same kind: pyarrow, polars, pandas, and every object with the Arrow C interface.

Texts are read without copying. If nothing in a column changes, the same object is returned.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ._needs import not_installed
from ._types import Error

if TYPE_CHECKING:
    from ._native import ArrowArray, Engine
    from .stats import Stats


Data = Any
"""pyarrow ``Array``, ``ChunkedArray``, ``RecordBatch``, ``Table``; polars and pandas ``Series``, ``DataFrame``; any
object with ``__arrow_c_stream__`` (used as a table) or ``__arrow_c_array__`` (used as a column)."""


def clean(
    engine: Engine,
    data: Data,
    *,
    column: str | None = None,
    host_column: str | None = None,
    host: str | None = None,
    out: str | None = None,
    removed: str | None = None,
    warnings: str | None = None,
    stats: Stats | None = None,
) -> Any:
    """Cleans a column of texts; the result has the type and shape of ``data``.

    If ``data`` is a table, ``column`` is the column with the texts (default ``text``), and
    ``host_column`` the column with their hosts or URLs; ``host`` is used for rows without one. The body
    replaces the text, or is written to a new column ``out``. ``removed`` and ``warnings`` name
    new columns with a list for each text: of structs with the fields of :class:`dehusk.Removal`, and of
    strings. Counts are added to ``stats``. Null stays null, in every column.

    Raises :class:`dehusk.Error`, before anything is cleaned, if a column does not exist, a new column exists already,
    or a column is not text.
    """
    library = type(data).__module__.partition(".")[0]
    try:
        import pyarrow as pa
    except ImportError as error:
        extra = library if library in ("pandas", "polars") else "arrow"
        raise not_installed("pyarrow", extra, error) from error

    job = _Job(engine, host, removed, warnings, stats)
    if isinstance(data, (pa.Table, pa.RecordBatch)):
        return _table(job, data, column or "text", host_column, out)
    is_frame = library in ("polars", "pandas") and hasattr(data, "columns")
    is_series = library in ("polars", "pandas") and not is_frame
    is_array = isinstance(data, (pa.Array, pa.ChunkedArray))
    if is_frame:
        return _frame(job, data, column or "text", host_column, out, library)
    if hasattr(data, "__arrow_c_stream__") and not is_series and not is_array:
        return _table(job, pa.table(data), column or "text", host_column, out)

    if not is_series and not is_array and not hasattr(data, "__arrow_c_array__"):
        raise Error(
            "clean takes a text, a list or tuple of texts, a Series or DataFrame of pandas or polars, or Arrow data; "
            f"this is {type(data).__name__}",
            "clean 的参数是一篇文字、文字的列表或元组、pandas 或 polars 的 Series 或 DataFrame、Arrow 数据；"
            f"这里是 {type(data).__name__}",
        )
    if any(name is not None for name in (column, host_column, out, removed, warnings)):
        raise Error(
            "column names were given, and the data is a single column; give a table",
            "给了列名，但数据只有一列；请改成表格",
        )
    if is_series:
        return _series(job, data, library)
    return _bodies(job, data if is_array else pa.array(data))


def check(columns: Iterable[str], *, needed: Sequence[str | None], new: Sequence[str | None]) -> None:
    """Raises :class:`dehusk.Error` unless the needed columns exist and the new ones do not."""
    there = list(columns)
    for name in needed:
        if name is not None and name not in there:
            close = difflib.get_close_matches(name, there, 1)
            meant_en, meant_zh = (
                (f"; did you mean '{close[0]}'?", f"。你是不是想写 {close[0]}？") if close else ("", "")
            )
            raise Error(
                f"there is no column '{name}'; the columns are {', '.join(there)}{meant_en}",
                f"没有叫“{name}”的列；现有的列：{'、'.join(there)}{meant_zh}",
            )
    given = [name for name in new if name is not None]
    for i, name in enumerate(given):
        if name in there or name in given[:i]:
            raise Error(
                f"a column '{name}' is there already and would be lost; choose another name",
                f"已经有一列叫“{name}”，会被覆盖；请换个名字",
            )


def check_text(name: str | None, kind: Any, is_text: bool) -> None:
    """Raises :class:`dehusk.Error` for a column that is not text."""
    if not is_text:
        en, zh = ("the column", "这一列") if name is None else (f"column '{name}'", f"“{name}”这一列")
        raise Error(
            f"{en} is {kind} and holds no text; cast it to string first",
            f"{zh}的类型是 {kind}，不是文字；请先转换成 string",
        )


def is_text(kind: Any) -> bool:
    """Whether an Arrow type is text: string, large_string, string_view, a dictionary of those, or null."""
    import pyarrow as pa

    if pa.types.is_dictionary(kind):
        kind = kind.value_type
        return not pa.types.is_dictionary(kind) and is_text(kind)
    types = pa.types
    is_view = getattr(types, "is_string_view", lambda kind: False)
    return bool(types.is_string(kind) or types.is_large_string(kind) or is_view(kind) or types.is_null(kind))


class _Job:
    """The engine, and which results are wanted."""

    def __init__(
        self, engine: Engine, host: str | None, removed: str | None, warnings: str | None, stats: Stats | None
    ) -> None:
        self.engine = engine
        self.host = host
        self.removed = removed
        self.warnings = warnings
        self.stats = stats

    def array(self, array: Any, hosts: Any | None = None) -> tuple[Any, Any, Any]:
        """Bodies (the array itself if nothing changed), removed and warnings, or None, of one array."""
        import pyarrow as pa

        bodies, removed, warnings, counts = self.engine.clean_array(
            array, hosts, self.host, self.removed is not None, self.warnings is not None
        )
        if self.stats is not None:
            self.stats.add(counts)

        def imported(native: ArrowArray | None) -> Any:
            return None if native is None else pa.array(native)

        body = array if bodies is None else imported(bodies)
        if pa.types.is_dictionary(array.type) and array.type.ordered and body is not array:
            # The C interface does not transmit whether a dictionary is ordered.
            body = pa.DictionaryArray.from_arrays(body.indices, body.dictionary, ordered=True)
        return body, imported(removed), imported(warnings)


def _bodies(job: _Job, data: Any) -> Any:
    """The bodies of an Array or a ChunkedArray."""
    import pyarrow as pa

    check_text(None, data.type, is_text(data.type))
    if isinstance(data, pa.Array):
        return job.array(data)[0]
    chunks = data.chunks
    bodies = [job.array(chunk)[0] for chunk in chunks]
    if all(body is chunk for body, chunk in zip(bodies, chunks, strict=True)):
        return data
    return pa.chunked_array(bodies, type=data.type)


def _table(job: _Job, data: Any, column: str, host_column: str | None, out: str | None) -> Any:
    """Cleans a Table or a RecordBatch."""
    import pyarrow as pa

    out = None if out == column else out
    new = [out, job.removed, job.warnings]
    check(data.schema.names, needed=[column, host_column], new=new)
    for name in (column, host_column):
        if name is not None:
            at = data.schema.get_field_index(name)
            if at < 0:
                raise Error(f"there are several columns '{name}'; rename one", f"有好几列都叫“{name}”；请改一下名字")
            kind = data.schema.field(at).type
            check_text(name, kind, is_text(kind))
    place = data.schema.get_field_index(column)
    is_batch = isinstance(data, pa.RecordBatch)
    if is_batch:
        parts = [(data.column(place), None if host_column is None else data.column(host_column))]
    elif host_column is None:
        parts = [(chunk, None) for chunk in data.column(place).chunks]
    else:
        pairs = data.select([column, host_column]).to_batches()
        parts = [(pair.column(0), pair.column(1)) for pair in pairs]
    done = [job.array(texts, hosts) for texts, hosts in parts]
    unchanged = all(bodies is texts for (bodies, _, _), (texts, _) in zip(done, parts, strict=True))

    def joined(at: int, kind: Any) -> Any:
        arrays = [part[at] for part in done]
        return arrays[0] if is_batch else pa.chunked_array(arrays, type=kind)

    field = data.schema.field(place)
    if out is not None:
        bodies = data.column(place) if unchanged else joined(0, field.type)
        data = data.append_column(field.with_name(out), bodies)
    elif not unchanged:
        data = data.set_column(place, field, joined(0, field.type))
    if job.removed is not None:
        data = data.append_column(job.removed, joined(1, removed_type()))
    if job.warnings is not None:
        data = data.append_column(job.warnings, joined(2, pa.list_(pa.string())))
    return data


def removed_type() -> Any:
    """The Arrow type of the column of removals."""
    import pyarrow as pa

    numbers = [(name, pa.int64()) for name in ("start", "end", "byte_start", "byte_end")]
    texts = [(name, pa.string()) for name in ("text", "kind", "rule", "category", "phrase")]
    return pa.list_(pa.struct(numbers + texts))


def _column(series: Any, library: str) -> Any:
    """A polars or pandas Series as ChunkedArray, without a copy where the library keeps Arrow data."""
    import pyarrow as pa

    if library == "polars":
        import polars as pl

        if series.dtype not in (pl.String, pl.Categorical, pl.Null):
            check_text(series.name, series.dtype, False)
        newest = pl.CompatLevel.newest()
        return pa.chunked_array([chunk.to_arrow(compat_level=newest) for chunk in series.get_chunks()])
    try:
        array = pa.array(series, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        array = None
    if array is None or not is_text(array.type):
        check_text(str(series.name), series.dtype, False)
    return array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array])


def _as_series(column: Any, like: Any, library: str, name: str | None = None) -> Any:
    """A ChunkedArray as Series of that library; ``like`` gives name, index and, for bodies, the type."""
    if library == "polars":
        import polars as pl

        return pl.Series(name or like.name, pl.from_arrow(column))
    import pandas as pd

    series = pd.Series(pd.arrays.ArrowExtensionArray(column), index=like.index, name=name or like.name)
    if name:
        return series
    # What is missing stays what it was: NaN, None or pandas' own NA.
    typed = series.astype(like.dtype)
    return typed.where(like.notna(), like) if like.dtype == object else typed


def _series(job: _Job, series: Any, library: str) -> Any:
    column = _column(series, library)
    bodies = _bodies(job, column)
    return series if bodies is column else _as_series(bodies, series, library)


def _frame(job: _Job, frame: Any, column: str, host_column: str | None, out: str | None, library: str) -> Any:
    import pyarrow as pa

    out = None if out == column else out
    check(frame.columns, needed=[column, host_column], new=[out, job.removed, job.warnings])
    names = [column] if host_column is None else [column, host_column]
    given = pa.table([_column(frame[name], library) for name in names], names=names)
    done = _table(job, given, column, host_column, out)
    if done is given:
        return frame
    # The body keeps the type of the text; the other new columns have their own types.
    body = out or column
    new = {body: _as_series(done.column(body), frame[column], library)}
    for name in (job.removed, job.warnings):
        if name is not None:
            new[name] = _as_series(done.column(name), frame[column], library, name)
    return frame.with_columns(**new) if library == "polars" else frame.assign(**new)
