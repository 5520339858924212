#!/usr/bin/env python3
"""Writes the Parquet files of fuzz/corpus/parquet that promise more than they have.

    fuzz/parquet-cases.py

Each is a few hundred bytes. tests/faults/parquet.rs says what dehusk answers. Standard library only.
"""

import pathlib
import struct
import zlib

FOLDER = pathlib.Path(__file__).resolve().parent / "corpus" / "parquet"
MOST = (1 << 31) - 1
I16, I32, I64, BINARY, LIST, STRUCTURE = 4, 5, 6, 8, 9, 12
PLAIN, DELTA_NUMBERS, DELTA_LENGTHS, DELTA_SHARED, DICTIONARY = 0, 5, 6, 7, 8
NONE, SNAPPY, GZIP, LZO, BROTLI, ZSTD = 0, 1, 2, 3, 4, 6
# 600 MB of zeros.
BROTLI_ZEROS = bytes.fromhex(
    "cfffff7f002400e2b14072effff9ffff0f8004401c1680eefd3fffffff01900088c302d0bdffe7ffff3f001200715800baf7"
    "fffcffff074002200e0b40f7fe9fffffff004800c46101e8defff3ffff1f000980382c00ddfb7ffeffff032001108705a07b"
    "ffcfffff7f002400e2b00074effff9ffff0f8004401c1680eefd3fffffff01900088c302d0bdffe7ffff3f001200715800ba"
    "f7fffcffff074002200e0b40f7fe9fffffff004800c46101e8defff3ffff1f000980382c00ddfb7ffeffff032001108705a0"
    "7bffcfffff7f002400e2b00074effff9ffff0f8004401c1680eefd3fffffff01900088c302d0bdffe7ffff3f001200715800"
    "baf7fffcffff074002200e0b40f7fe9fffffff004800c46101e8defff3ffff1f000980382c00ddfb7ffeffff032001108705"
    "a07bffcfffff7f002400e2b00074effff9ffff0f8004401c1680eefd3fffffff01900088c302d0bdffe7ffff3f0012007158"
    "00baf7fffcffff074002200e0b40f7fe9fffffff004800c46101e8defff3ffff1f000980382c00ddfb7ffeffff0320011087"
    "05a07bffcfffff7f002400e2b00074effff9ffff0f8004401c1680eefd3fffffff01900088c302d0bdffcfffa26100120071"
    "5800ba3dc3"
)

# A dictionary with a text of a million letters, and a run of 200 million places in it.
BROTLI_TEXT = bytes.fromhex("5b43428fdf48b9ba3ad500404261e2215e0b04f2731e8c01")
BROTLI_RUN = bytes.fromhex("0b0380018088debe010003")


def varint(number):
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def zigzag(number):
    return varint(number << 1 if number >= 0 else (-number << 1) - 1)


def structure(*fields):
    """Fields as (number, type, value); a value is packed already unless it is a number or a text."""
    out, last = b"", 0
    for number, kind, value in fields:
        out += bytes([(number - last) << 4 | kind])
        last = number
        if isinstance(value, int):
            value = zigzag(value)
        elif kind == BINARY:
            value = varint(len(value)) + value
        out += value
    return out + b"\0"


def listed(kind, items, count=None):
    count = len(items) if count is None else count
    head = bytes([count << 4 | kind]) if count < 15 else bytes([0xF0 | kind]) + varint(count)
    return head + b"".join(items)


def page(kind, body, unpacked, values, encoding=PLAIN):
    """A page of type 0 (values, version 1) or 2 (a dictionary)."""
    head = (1, I32, values), (2, I32, encoding)
    if kind == 0:
        header = (5, STRUCTURE, structure(*head, (3, I32, 3), (4, I32, 3)))
    else:
        header = (7, STRUCTURE, structure(*head))
    return structure((1, I32, kind), (2, I32, unpacked), (3, I32, len(body)), header) + body


def file(
    pages, rows=1, packing=NONE, encodings=(PLAIN,), dictionary=0, children=1, groups=None, index=None, names=1, size=None
):
    """A file with a column of texts, which may not be null. What differs from the truth is given."""
    chunks = b"".join(pages)
    elements = [structure((4, BINARY, b"schema"), (5, I32, children))]
    elements += [structure((1, I32, 6), (3, I32, 0), (4, BINARY, b"text" + b"x" * n), (6, I32, 0)) for n in range(names)]
    dictionary_place = [(11, I64, 4)] if dictionary else []
    column = structure(
        (1, I32, 6),
        (2, LIST, listed(I32, [zigzag(encoding) for encoding in encodings])),
        (3, LIST, listed(BINARY, [varint(4) + b"text"])),
        (4, I32, packing),
        (5, I64, rows),
        (6, I64, len(chunks)),
        (7, I64, len(chunks) if size is None else size),
        (9, I64, 4 + dictionary),
        *dictionary_place,
    )
    place = [(4, I64, index[0]), (5, I32, index[1])] if index else []
    chunk = structure((2, I64, 4), (3, STRUCTURE, column), *place)
    group = structure((1, LIST, listed(STRUCTURE, [chunk])), (2, I64, len(chunks)), (3, I64, rows))
    footer = structure(
        (1, I32, 1),
        (2, LIST, listed(STRUCTURE, elements)),
        (3, I64, rows),
        (4, LIST, listed(STRUCTURE, [group], groups)),
    )
    return b"PAR1" + chunks + footer + struct.pack("<I", len(footer)) + b"PAR1"


def text(value):
    return struct.pack("<I", len(value)) + value


def packed_differences(count, *values):
    """Numbers as differences to the one before, of which none is there but the first."""
    return varint(128) + varint(4) + varint(count) + b"".join(map(zigzag, values))


def gzip(body):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    return packer.compress(body) + packer.flush()


def run_of(index, count):
    """Places in a dictionary, all the same."""
    return bytes([1]) + varint(count << 1) + bytes([index])


def cases():
    line = text("第二天人们回到岸边，渡船整天都在开。".encode())
    yield "a-good-file", file([page(0, line, len(line), 1)])
    yield "texts-in-an-encoding-of-numbers", file([page(0, line, len(line), 1)], encodings=(PLAIN, DELTA_NUMBERS))
    yield "lzo", file([page(0, line, len(line), 1)], packing=LZO)
    yield "lzo-without-rows", file([], rows=0, packing=LZO)
    yield "a-page-of-2-gib", file([page(0, b"\0" * 20, MOST, 1)], packing=SNAPPY)
    yield "a-page-of-2-gib-in-zstd", file([page(0, b"\0" * 20, MOST, 1)], packing=ZSTD)
    yield "a-brotli-page-longer-than-it-says", file([page(0, BROTLI_ZEROS, 100, 1)], packing=BROTLI)
    first = page(2, line, len(line), MOST)
    yield (
        "a-dictionary-of-2-billion-values",
        file([first, page(0, run_of(0, 1), 3, 1, DICTIONARY)], encodings=(PLAIN, DICTIONARY), dictionary=len(first)),
    )
    first = page(2, BROTLI_TEXT, 1_000_004, 1)
    rows = 200_000_000
    yield (
        "rows-without-end",
        file(
            [first, page(0, BROTLI_RUN, len(run_of(0, rows)), rows, DICTIONARY)],
            rows=rows,
            packing=BROTLI,
            encodings=(PLAIN, DICTIONARY),
            dictionary=len(first),
        ),
    )
    lengths = packed_differences(MOST, 3)
    yield (
        "2-billion-lengths",
        file([page(0, lengths, len(lengths), 1, DELTA_LENGTHS)], encodings=(DELTA_LENGTHS,)),
    )
    shared = packed_differences(1, 0) + packed_differences(MOST, 3)
    yield (
        "2-billion-lengths-behind-shared-beginnings",
        file([page(0, shared, len(shared), 1, DELTA_SHARED)], encodings=(DELTA_SHARED,)),
    )
    yield (
        "an-encoding-that-is-not-named",
        file([page(0, shared, len(shared), 1, DELTA_SHARED)]),
    )
    yield "rows-that-are-not-there", file([page(0, line, len(line), 1)], rows=1 << 40)
    yield "a-schema-of-2-billion-columns", file([page(0, line, len(line), 1)], children=MOST)
    deep = 300
    elements = [structure((3, I32, 0), (4, BINARY, b"a"), (5, I32, 1)) for _ in range(deep)]
    elements += [structure((1, I32, 6), (3, I32, 0), (4, BINARY, b"text"))]
    footer = structure((1, I32, 1), (2, LIST, listed(STRUCTURE, elements)), (3, I64, 0), (4, LIST, listed(STRUCTURE, [])))
    yield "a-schema-of-300-levels", b"PAR1" + footer + struct.pack("<I", len(footer)) + b"PAR1"
    yield "2-billion-row-groups", file([page(0, line, len(line), 1)], groups=MOST)
    yield "an-index-of-2-gib", file([page(0, line, len(line), 1)], index=(4, MOST))
    yield "a-column-behind-the-end", file([page(0, line, len(line), 1)], size=1 << 40)


for name, bytes_ in cases():
    (FOLDER / name).write_bytes(bytes_)
