#!/usr/bin/env python3
"""Files made by other programs go through dehusk, and those programs read what it wrote.

    tests/peers/test [NAME...]

pyarrow makes Parquet files (nested columns, dictionaries, decimals, time zones, several row groups,
every compression, both page versions); all columns but the text must come back equal, with the same
types, metadata and row groups. warcio makes WARC files; it must read them back and find every
digest right. gzip, zstd, bzip2 and xz must unpack what was packed. A NAME picks the checks that
contain it. Exit 1 when something differs.

The checks of the column of what was removed ("removed …") have pandas and polars read the files too, where they
are installed.
"""

import argparse
import base64
import bz2
import csv
import datetime
import decimal
import gzip
import io
import itertools
import json
import lzma
import pathlib
import random
import subprocess
import sys
import tempfile

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as encryption
import zstandard
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker
from warcio.warcwriter import WARCWriter

BODY = "老码头昨天重新开航，清晨六点，第一班渡船载着四十多位乘客驶向对岸。\n"
HUSK = "责任编辑：王小满\n"


def texts(count, seed=1):
    """Texts as they come and as they must leave; every third has nothing to remove."""
    chance = random.Random(seed)
    before, after = [], []
    for i in range(count):
        body = "".join(f"{i}号：" + BODY for _ in range(chance.randint(1, 6)))
        before.append(body + HUSK if i % 3 else body)
        after.append(body)
    return before, after


class Failed(Exception):
    pass


def equal(what, found, expected):
    if found != expected:
        raise Failed(f"{what}: {str(found)[:600]}\n   expected {str(expected)[:600]}")


def run(dehusk, source, target, field="text", *options):
    """What dehusk makes of `source`, with the shipped rules, goes to `target`."""
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        words = [dehusk, "--lang", "en", "--quiet", "--text-field", field, *options, "--out", folder, str(source)]
        done = subprocess.run(words, capture_output=True, text=True)
        if done.returncode != 0:
            raise Failed(f"exit {done.returncode}: {done.stderr.strip()[:400]}")
        (pathlib.Path(folder) / source.name).replace(target)


# --- Parquet -----------------------------------------------------------------------------------


def table(count, text_type, nulls=False, nested=False):
    before, after = texts(count)
    if nulls:
        before = [None if i % 7 == 3 else text for i, text in enumerate(before)]
        after = [None if i % 7 == 3 else text for i, text in enumerate(after)]
    day = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
    columns = {
        "id": pa.array(range(count), pa.int64()),
        "kind": pa.array([f"k{i % 5}" for i in range(count)]).dictionary_encode(),
        "tags": pa.array([[f"t{j}" for j in range(i % 4)] if i % 5 else None for i in range(count)], pa.list_(pa.string())),
        "meta": pa.array([{"a": i, "b": {"c": [i, None]}} if i % 6 else None for i in range(count)]),
        "pairs": pa.array([[("x", i)] for i in range(count)], pa.map_(pa.string(), pa.int32())),
        "price": pa.array([decimal.Decimal(i) / 100 for i in range(count)], pa.decimal128(12, 2)),
        "wide": pa.array([decimal.Decimal(i) for i in range(count)], pa.decimal256(50, 3)),
        "when": pa.array([day + datetime.timedelta(hours=i) for i in range(count)], pa.timestamp("us", "Asia/Shanghai")),
        "nanos": pa.array(range(0, count * 1000, 1000), pa.timestamp("ns")),
        "clock": pa.array([i % 86400 for i in range(count)], pa.time32("s")),
        "big": pa.array([f"大{i}" for i in range(count)], pa.large_string()),
        "blob": pa.array([bytes([i % 256]) * 4 for i in range(count)], pa.binary(4)),
        "half": pa.array([float(i) for i in range(count)], pa.float32()),
        "flag": pa.array([i % 2 == 0 for i in range(count)]),
        "none": pa.nulls(count),
        "url": pa.array([f"https://example.com/{i}" for i in range(count)]),
    }
    values = pa.array(before).cast(text_type) if pa.types.is_dictionary(text_type) else pa.array(before, text_type)
    columns = dict(list(columns.items())[:4]) | {"text": values} | dict(list(columns.items())[4:])
    made = pa.table(columns).replace_schema_metadata({"pandas": '{"columns": []}', "huggingface": '{"info": 1}'})
    return made, after


def parquet_case(count=900, text_type=pa.string(), nulls=False, **options):
    def check(folder, dehusk):
        source, target = folder / "in.parquet", folder / "out.parquet"
        made, after = table(count, text_type, nulls)
        pq.write_table(made, source, **options)
        compare_parquet(dehusk, source, target, after)

    return check


def compare_parquet(dehusk, source, target, after, text="text"):
    run(dehusk, source, target, text)
    old, new = pq.ParquetFile(source), pq.ParquetFile(target)
    equal("schema", new.schema_arrow, old.schema_arrow)
    equal("schema metadata", new.schema_arrow.metadata, old.schema_arrow.metadata)
    equal("parquet schema", *(str(schema).partition("\n")[2] for schema in (new.schema, old.schema)))
    equal("key-value metadata", new.metadata.metadata, old.metadata.metadata)
    for field in ("created_by", "num_row_groups", "num_rows", "format_version"):
        equal(field, getattr(new.metadata, field), getattr(old.metadata, field))
    for i in range(old.num_row_groups):
        groups = new.metadata.row_group(i), old.metadata.row_group(i)
        equal(f"rows of group {i}", groups[0].num_rows, groups[1].num_rows)
        for j in range(old.metadata.num_columns):
            a, b = groups[0].column(j), groups[1].column(j)
            equal("compression", a.compression, b.compression)
            if groups[1].num_rows or a.path_in_schema != text:
                equal("dictionary", a.has_dictionary_page, b.has_dictionary_page)
            equal("has statistics", a.is_stats_set, b.is_stats_set)
            equal("column index", (a.has_column_index, a.has_offset_index), (b.has_column_index, b.has_offset_index))
            if a.path_in_schema != text:
                equal("statistics of " + a.path_in_schema, a.statistics and a.statistics.to_dict(), b.statistics and b.statistics.to_dict())
                equal("encodings", set(a.encodings), set(b.encodings))
            elif a.is_stats_set and a.statistics.has_min_max:
                equal("text nulls", a.statistics.null_count, b.statistics.null_count)
    old, new = old.read(), new.read()
    top = text.split(".")[0]
    others = [name for name in old.column_names if name != top]
    # Table.equals takes NaN for unequal, so that none is in there.
    if not new.select(others).equals(old.select(others)):
        raise Failed("another column than the text has changed")
    column = new[top]
    for part in text.split(".")[1:]:
        column = pc.struct_field(column, part)
    equal("texts", column.to_pylist(), after)
    new.validate(full=True)


def some_rows_case(count=900, text_type=pa.string(), **written):
    """Rows that are left out are left out of every column."""

    def check(folder, dehusk):
        source, target = folder / "in.parquet", folder / "out.parquet"
        made, after = table(count, text_type)
        pq.write_table(made, source, **written)
        for options in (["--sample", "30%"], ["--sample", "1%"], ["--limit", "333"], ["--limit", "7", "--sample", "20%"]):
            words = [dehusk, "--quiet", *options, "--to", "jsonl", "--out", str(folder / "lines"), str(source)]
            subprocess.run(words, check=True, capture_output=True)
            lines = (folder / "lines" / "in.jsonl").read_text(encoding="utf-8").splitlines()
            rows = [int(json.loads(line)["id"]) for line in lines]
            if "333" in options:
                equal("rows", rows, list(range(333)))
            run(dehusk, source, target, "text", *options)
            old, new = pq.ParquetFile(source), pq.ParquetFile(target)
            equal("schema", new.schema_arrow, old.schema_arrow)
            equal("key-value metadata", new.metadata.metadata, old.metadata.metadata)
            if 0 in (new.metadata.row_group(i).num_rows for i in range(new.num_row_groups)):
                raise Failed("an empty row group")
            for i, j in itertools.product(range(new.num_row_groups), range(new.metadata.num_columns)):
                a, b = new.metadata.row_group(i).column(j), old.metadata.row_group(0).column(j)
                equal("compression", a.compression, b.compression)
                equal("dictionary of " + a.path_in_schema, a.has_dictionary_page, b.has_dictionary_page)
                equal("has statistics", a.is_stats_set, b.is_stats_set)
            old, new = old.read().take(rows), new.read()
            # A dictionary may number its values anew.
            equal("kinds", new["kind"].to_pylist(), old["kind"].to_pylist())
            others = [name for name in old.column_names if name not in ("text", "kind")]
            if not new.select(others).equals(old.select(others)):
                raise Failed(f"{options}: another column than the text has changed")
            equal("texts", new["text"].to_pylist(), [after[row] for row in rows])
            new.validate(full=True)

    return check


def nested_text(folder, dehusk):
    before, after = texts(300)
    rows = [None if i % 9 == 0 else {"n": i, "text": None if i % 5 == 0 else text} for i, text in enumerate(before)]
    made = pa.table({"a": list(range(300)), "doc": pa.array(rows)})
    expected = [None if i % 9 == 0 or i % 5 == 0 else text for i, text in enumerate(after)]
    source, target = folder / "in.parquet", folder / "out.parquet"
    pq.write_table(made, source, row_group_size=128)
    compare_parquet(dehusk, source, target, expected, "doc.text")
    everything = [table["doc"].to_pylist() for table in (pq.read_table(source), pq.read_table(target))]
    equal("beside the text", [row and row["n"] for row in everything[1]], [row and row["n"] for row in everything[0]])


def required_text(folder, dehusk):
    before, after = texts(200)
    schema = pa.schema([pa.field("text", pa.string(), nullable=False), pa.field("x", pa.int8())])
    pq.write_table(pa.table({"text": before, "x": [1] * 200}, schema=schema), folder / "in.parquet")
    compare_parquet(dehusk, folder / "in.parquet", folder / "out.parquet", after)


def empty_groups(folder, dehusk):
    before, after = texts(10)
    schema = pa.schema([("x", pa.int32()), ("text", pa.string())])
    with pq.ParquetWriter(folder / "in.parquet", schema) as writer:
        writer.write_table(schema.empty_table())
        writer.write_table(pa.table({"x": list(range(10)), "text": before}, schema=schema))
        writer.write_table(schema.empty_table())
    compare_parquet(dehusk, folder / "in.parquet", folder / "out.parquet", after)
    pq.write_table(schema.empty_table(), folder / "none.parquet")
    compare_parquet(dehusk, folder / "none.parquet", folder / "none-out.parquet", [])


def sorted_rows(folder, dehusk):
    before, after = texts(50)
    order = [pq.SortingColumn(0), pq.SortingColumn(1)]
    pq.write_table(pa.table({"x": list(range(50)), "text": before}), folder / "in.parquet", sorting_columns=order)
    compare_parquet(dehusk, folder / "in.parquet", folder / "out.parquet", after)
    found = pq.ParquetFile(folder / "out.parquet").metadata.row_group(0).sorting_columns
    equal("sort order", list(found), order[:1])


def encrypted(folder, dehusk):
    """A file of which anything is encrypted is refused: copied columns could not be decrypted again."""

    class Keys(encryption.KmsClient):
        def __init__(self, _):
            super().__init__()

        def wrap_key(self, key, _):
            return base64.b64encode(key)

        def unwrap_key(self, wrapped, _):
            return base64.b64decode(wrapped)

    factory, connection = encryption.CryptoFactory(Keys), encryption.KmsConnectionConfig()
    for plaintext_footer in (True, False):
        options = {"footer_key": "f", "column_keys": {"k": ["secret"]}, "plaintext_footer": plaintext_footer}
        choice = encryption.EncryptionConfiguration(**options)
        made = pa.table({"text": texts(50)[0], "secret": [str(i) for i in range(50)]})
        keys = factory.file_encryption_properties(connection, choice)
        pq.write_table(made, folder / "in.parquet", encryption_properties=keys)
        try:
            run(dehusk, folder / "in.parquet", folder / "out.parquet")
        except Failed as reason:
            equal("the reason names it", "encrypted" in str(reason), True)
        else:
            raise Failed("an encrypted file was taken")


# --- The column of what was removed --------------------------------------------------------------

TEXTS = ["text", "kind", "rule", "category", "phrase"]
REMOVED = pa.list_(pa.struct([(name, pa.int64()) for name in ("start", "end", "byte_start", "byte_end")] + [(name, pa.string()) for name in TEXTS]))


def without(text, removed):
    """The text with what went taken out, by characters and by bytes."""
    chars, raw, at, byte = "", b"", 0, 0
    for gone in removed:
        equal("a stretch", gone["text"], text[gone["start"] : gone["end"]])
        chars, at = chars + text[at : gone["start"]], gone["end"]
        raw, byte = raw + text.encode()[byte : gone["byte_start"]], gone["byte_end"]
    chars, raw = chars + text[at:], raw + text.encode()[byte:]
    equal("bytes and characters", raw.decode(), chars)
    return chars


def compare_removed(dehusk, source, folder, column="removed", grown=None):
    """The file with the column, after everything about it was compared with the file without. The key
    `grown` of the metadata may have changed."""
    words = [dehusk, source, "--out", folder / "with", "--removed-column", column, "--quiet"]
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode:
        raise Failed(f"exit {done.returncode}: {done.stderr}")
    target = folder / "with" / source.name
    old, new = pq.ParquetFile(source), pq.ParquetFile(target)
    others = lambda metadata: {key: value for key, value in (metadata or {}).items() if key != grown}
    equal("schema", new.schema_arrow.remove(len(new.schema_arrow) - 1), old.schema_arrow)
    equal("schema metadata", others(new.schema_arrow.metadata), others(old.schema_arrow.metadata))
    equal("name", new.schema_arrow[-1].name, column)
    equal("type", new.schema_arrow[-1].type, REMOVED)
    equal("keys", set(new.metadata.metadata or {}), set(old.metadata.metadata or {}))
    equal("row groups", *([m.row_group(i).num_rows for i in range(m.num_row_groups)] for m in (new.metadata, old.metadata)))
    old, new = old.read(), new.read()
    others = [name for name in old.column_names if name != "text"]
    if not new.select(others).equals(old.select(others)):
        raise Failed("another column than the text has changed")
    new.validate(full=True)
    went = 0
    for before, after, removed in zip(*(column.to_pylist() for column in (old["text"], new["text"], new[column]))):
        equal("no list where no text is", removed is None, before is None)
        if before is not None:
            equal("a text", without(before, removed), after)
            went += len(removed)
    if old.num_rows:
        equal("something went", went > 0, True)
    equal("of one column", pq.ParquetFile(target).read([f"{column}.list.element.rule"]).num_rows, new.num_rows)
    return target, new


def removed_case(count=900, text_type=pa.string(), nulls=False, **options):
    def check(folder, dehusk):
        source = folder / "in.parquet"
        made, _ = table(count, text_type, nulls)
        pq.write_table(made, source, **options)
        target, new = compare_removed(dehusk, source, folder)
        try:
            import polars
        except ImportError:
            print("   (no polars here)")
            return
        # polars has no type for these two.
        frame = polars.read_parquet(target, columns=[n for n in new.column_names if n not in ("pairs", "wide")])
        equal("polars", frame["removed"].to_list(), new["removed"].to_pylist())
        equal("polars, text", frame["text"].to_list(), new["text"].to_pylist())

    return check


def removed_pandas(folder, dehusk):
    try:
        import pandas
    except ImportError:
        print("   (no pandas here)")
        return
    before, after = texts(300)
    when = pandas.date_range("2026-01-01", periods=300, tz="Asia/Shanghai")
    frame = pandas.DataFrame({"text": before, "when": when, "kind": pandas.Categorical(["a", "b", "c"] * 100)})
    frame = frame.set_index(pandas.Index(range(1000, 1300), name="number"))
    frame.to_parquet(folder / "in.parquet")
    target, _ = compare_removed(dehusk, folder / "in.parquet", folder)
    found = pandas.read_parquet(target)
    equal("columns", list(found.columns), ["text", "when", "kind", "removed"])
    equal("texts", list(found["text"]), after)
    equal("index", found.index.equals(frame.index), True)
    equal("types", [str(t) for t in found.dtypes[1:3]], [str(t) for t in frame.dtypes[1:3]])
    equal("items", [item["kind"] for item in found["removed"].iloc[1]], ["rule"])


def removed_spark_schema(folder, dehusk):
    import json

    field = lambda name, kind: {"name": name, "type": kind, "nullable": True, "metadata": {}}
    key = b"org.apache.spark.sql.parquet.row.metadata"
    spark = {"type": "struct", "fields": [field("text", "string")]}
    # Spark writes no schema of Arrow's.
    made = pa.table({"text": texts(30)[0]})
    with pq.ParquetWriter(folder / "in.parquet", made.schema, store_schema=False) as writer:
        writer.write_table(made)
        writer.add_key_value_metadata({key.decode(): json.dumps(spark)})
    target, _ = compare_removed(dehusk, folder / "in.parquet", folder, grown=key)
    found = json.loads(pq.ParquetFile(target).metadata.metadata[key])["fields"]
    equal("the old field", found[0], spark["fields"][0])
    inner = [field(name, "long") for name in ("start", "end", "byte_start", "byte_end")] + [field(name, "string") for name in TEXTS]
    array = {"type": "array", "containsNull": True, "elementType": {"type": "struct", "fields": inner}}
    equal("the new field", found[1], field("removed", array))


def removed_empty(folder, dehusk):
    before, _ = texts(10)
    schema = pa.schema([("x", pa.int32()), ("text", pa.string())])
    with pq.ParquetWriter(folder / "in.parquet", schema) as writer:
        writer.write_table(schema.empty_table())
        writer.write_table(pa.table({"x": list(range(10)), "text": before}, schema=schema))
        writer.write_table(schema.empty_table())
    compare_removed(dehusk, folder / "in.parquet", folder, "gone")
    pq.write_table(schema.empty_table(), folder / "none.parquet")
    compare_removed(dehusk, folder / "none.parquet", folder)


# --- WARC --------------------------------------------------------------------------------------


def warc_case(ending, digests=True):
    def check(folder, dehusk):
        before, after = texts(200)
        source, target = folder / f"in.{ending}", folder / f"out.{ending}"
        raw = io.BytesIO()
        writer = WARCWriter(raw, gzip=False, warc_version="1.1")
        writer.write_record(writer.create_warcinfo_record("in.warc", {"software": "peers"}))
        for i, text in enumerate(before):
            payload = io.BytesIO(text.encode())
            kind = "conversion" if i % 5 else "metadata"
            record = writer.create_warc_record(
                f"https://example.com/{i}", kind, payload=payload, length=len(text.encode()), warc_content_type="text/plain"
            )
            writer.write_record(record)
        blob = raw.getvalue()
        if not digests:
            blob = b"".join(line for line in blob.splitlines(True) if b"-Digest: " not in line)
        source.write_bytes({"gz": lambda: members(blob), "zst": lambda: zstandard.compress(blob)}.get(ending.split(".")[-1], lambda: blob)())
        run(dehusk, source, target)
        data = target.read_bytes()
        if ending.endswith(".zst"):
            data = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data), read_across_frames=True).read()
            target = folder / "out.warc"
            target.write_bytes(data)
        elif ending.endswith(".gz"):
            data = gzip.decompress(data)
        expected_texts = [text if i % 5 else before[i] for i, text in enumerate(after)]
        with target.open("rb") as stream:
            found = [(r.rec_headers.get_header("WARC-Target-URI"), r.content_stream().read().decode()) for r in ArchiveIterator(stream)]
        equal("records", found[1:], [(f"https://example.com/{i}", text) for i, text in enumerate(expected_texts)])
        drop = (b"Content-Length", b"WARC-Block-Digest", b"WARC-Payload-Digest")
        heads = lambda blob: [line for line in blob.splitlines(True) if line[:1].isupper() and not line.startswith(drop)]
        equal("other headers", heads(data), heads(blob))
        answer = warcio_check(target)
        if answer != 0:
            raise Failed("warcio check finds wrong digests")

    return check


def members(blob):
    """One gzip member a record, as WARC wants it."""
    out, iterator = io.BytesIO(), blob.split(b"WARC/1.1\r\n")[1:]
    for record in iterator:
        out.write(gzip.compress(b"WARC/1.1\r\n" + record))
    return out.getvalue()


def warcio_check(path):
    class Args:
        inputs = [str(path)]
        verbose = False

    checker = Checker(Args())
    checker.process_all()
    return checker.exit_value


# --- Text tables, JSON Lines, packing ----------------------------------------------------------


def csv_case(ending, **dialect):
    def check(folder, dehusk):
        before, after = texts(300)
        rows = lambda column: [[i, f'a "quoted", {i}', text] for i, text in enumerate(column)]

        def write(column):
            out = io.StringIO()
            writer = csv.writer(out, **dialect)
            writer.writerow(["id", "title", "text"])
            writer.writerows(rows(column))
            return out.getvalue()

        source, target = folder / f"in.{ending}", folder / f"out.{ending}"
        source.write_text(write(before), newline="")
        run(dehusk, source, target)
        with target.open(newline="") as stream:
            found = list(csv.reader(stream, **dialect))
        equal("rows", found[1:], [[str(i), title, text] for i, title, text in rows(after)])
        # Every text has line ends, so that each field is quoted before and after.
        equal("bytes", target.read_bytes().decode(), write(after))

    return check


PACKERS = {
    "gz": (gzip.compress, gzip.decompress, ["gzip", "-dc"]),
    "bz2": (bz2.compress, bz2.decompress, ["bzip2", "-dc"]),
    "xz": (lzma.compress, lzma.decompress, ["xz", "-dc"]),
    "zst": (
        zstandard.compress,
        lambda data: zstandard.ZstdDecompressor().stream_reader(io.BytesIO(data), read_across_frames=True).read(),
        ["zstd", "-dc"],
    ),
}


def packed_case(ending):
    pack, unpack, program = PACKERS[ending]

    def check(folder, dehusk):
        import json

        before, after = texts(20000)
        lines = lambda column: "".join(json.dumps({"id": i, "text": text}) + "\n" for i, text in enumerate(column)).encode()
        whole = lines(before)
        source, target = folder / f"in.jsonl.{ending}", folder / f"out.jsonl.{ending}"
        third = len(whole) // 3
        source.write_bytes(pack(whole[:third]) + pack(b"") + pack(whole[third:]))
        run(dehusk, source, target)
        equal("Python", unpack(target.read_bytes()) == lines(after), True)
        try:
            done = subprocess.run(program + [str(target)], capture_output=True)
        except FileNotFoundError:
            print(f"   (no {program[0]} here)")
            return
        equal(program[0], (done.returncode, done.stdout == lines(after), done.stderr), (0, True, b""))

    return check


def long_window(folder, dehusk):
    """zstd --long=31 looks back further than readers allow by themselves."""
    import json

    before, after = texts(2000)
    lines = lambda column: "".join(json.dumps({"text": text}) + "\n" for text in column).encode()
    parameters = zstandard.ZstdCompressionParameters.from_level(3, window_log=31, enable_ldm=True)
    packer = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    source, target = folder / "in.jsonl.zst", folder / "out.jsonl.zst"
    source.write_bytes(packer.compress(lines(before)) + packer.flush())
    run(dehusk, source, target)
    equal("texts", PACKERS["zst"][1](target.read_bytes()) == lines(after), True)


CHECKS = {
    **{
        f"parquet {codec}": parquet_case(compression=codec, row_group_size=250)
        for codec in ("none", "snappy", "gzip", "brotli", "lz4", "zstd")
    },
    "parquet plain": parquet_case(use_dictionary=False),
    "parquet page v2": parquet_case(data_page_version="2.0", compression="zstd"),
    "parquet small pages": parquet_case(data_page_size=512, write_batch_size=8),
    "parquet page index": parquet_case(write_page_index=True, row_group_size=400, data_page_size=4096),
    "parquet no statistics": parquet_case(write_statistics=False),
    "parquet delta": parquet_case(use_dictionary=False, column_encoding={"text": "DELTA_LENGTH_BYTE_ARRAY"}),
    "parquet delta strings": parquet_case(use_dictionary=False, column_encoding={"text": "DELTA_BYTE_ARRAY"}),
    "parquet checksums": parquet_case(write_page_checksum=True),
    "parquet large_string": parquet_case(text_type=pa.large_string()),
    "parquet string_view": parquet_case(text_type=pa.string_view()),
    "parquet dictionary text": parquet_case(text_type=pa.dictionary(pa.int32(), pa.string())),
    "parquet nulls": parquet_case(nulls=True, row_group_size=100),
    "parquet nulls v2": parquet_case(nulls=True, data_page_version="2.0"),
    "parquet old format": parquet_case(version="1.0"),
    "parquet big": parquet_case(count=40000),
    "parquet some rows": some_rows_case(row_group_size=250),
    "parquet some rows plain": some_rows_case(use_dictionary=False, compression="zstd"),
    "parquet some rows v2": some_rows_case(data_page_version="2.0", data_page_size=512, write_page_index=True),
    "parquet some rows dictionary": some_rows_case(text_type=pa.dictionary(pa.int32(), pa.string())),
    "parquet nested text": nested_text,
    "parquet required text": required_text,
    "parquet empty groups": empty_groups,
    "parquet sorted": sorted_rows,
    "parquet encrypted": encrypted,
    "parquet bloom filter": parquet_case(bloom_filter_options={"url": {"ndv": 900}, "text": {"ndv": 900}}),
    "removed": removed_case(row_group_size=250),
    "removed zstd v2": removed_case(compression="zstd", data_page_version="2.0", row_group_size=100),
    "removed none": removed_case(compression="none", use_dictionary=False),
    "removed page index": removed_case(write_page_index=True, row_group_size=400, data_page_size=4096),
    "removed checksums": removed_case(write_page_checksum=True, write_statistics=False),
    "removed large_string": removed_case(text_type=pa.large_string(), nulls=True),
    "removed string_view": removed_case(text_type=pa.string_view()),
    "removed dictionary": removed_case(text_type=pa.dictionary(pa.int32(), pa.string()), nulls=True),
    "removed old format": removed_case(version="1.0"),
    "removed bloom filter": removed_case(bloom_filter_options={"url": {"ndv": 900}}),
    "removed big": removed_case(count=40000),
    "removed pandas": removed_pandas,
    "removed spark": removed_spark_schema,
    "removed empty groups": removed_empty,
    "warc": warc_case("warc"),
    "warc gz": warc_case("warc.wet.gz"),
    "warc zst": warc_case("warc.zst"),
    "warc without digests": warc_case("wet", digests=False),
    "csv": csv_case("csv"),
    "csv semicolon": csv_case("csv", delimiter=";", lineterminator="\n"),
    "csv quoted": csv_case("csv", quoting=csv.QUOTE_ALL),
    "tsv": csv_case("tsv", delimiter="\t"),
    **{f"packed {ending}": packed_case(ending) for ending in PACKERS},
    "packed zstd long": long_window,
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dehusk", default="target/debug/dehusk", help="the program")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    failed = []
    chosen = {name: check for name, check in CHECKS.items() if not options.names or any(n in name for n in options.names)}
    for name, check in chosen.items():
        with tempfile.TemporaryDirectory() as folder:
            try:
                check(pathlib.Path(folder), options.dehusk)
                if options.names:
                    print("ok  ", name)
            # A reader that cannot read what was written raises errors of its own.
            except Exception as reason:
                failed.append(name)
                print("FAIL", name, "\n  ", type(reason).__name__, reason)
    groups = [f"{len(list(names))} {group}" for group, names in itertools.groupby(chosen, lambda name: name.split()[0])]
    print(f"tests/peers: {len(chosen) - len(failed)} of {len(chosen)} agree ({', '.join(groups)})")
    return 1 if failed or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
