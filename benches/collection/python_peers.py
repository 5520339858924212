"""What Python tools do with the same lines: `python_peers.py WORK TEXTS PHRASES`, seconds and matches on standard output.

* `re`, `regex`: is one of the phrases in the line? regex gets them as a named list, its fastest way.
* `datatrove`: the C4 line filter on each document (TEXTS is JSON Lines).
* `pyarrow`: reads a Parquet file and writes it again, one thread (TEXTS is the file, PHRASES the copy)."""
import json
import sys
import time
from importlib.metadata import version


def lines_with(pattern, path):
    with open(path, encoding="utf-8", newline="\n") as lines:
        lines = lines.read().split("\n")
    start = time.perf_counter()
    found = sum(1 for line in lines if pattern.search(line))
    return time.perf_counter() - start, found


def phrases(path):
    return [line for line in open(path, encoding="utf-8").read().split("\n") if line]


def re_(path, wanted):
    import re

    pattern = re.compile("|".join(map(re.escape, sorted(phrases(wanted), key=len, reverse=True))))
    return lines_with(pattern, path), sys.version.split()[0]


def regex(path, wanted):
    import regex as module

    pattern = module.compile(r"\L<phrases>", phrases=phrases(wanted))
    return lines_with(pattern, path), version("regex")


def datatrove(path, _):
    from datatrove.data import Document
    from datatrove.pipeline.filters import C4QualityFilter

    texts = [json.loads(line)["text"] for line in open(path, encoding="utf-8")]
    c4 = C4QualityFilter(filter_no_terminal_punct=True, min_num_sentences=-1)
    documents = [Document(text=text, id=str(number)) for number, text in enumerate(texts)]
    start = time.perf_counter()
    kept = sum(1 for document in documents if c4.filter(document) is True)
    return (time.perf_counter() - start, kept), version("datatrove")


def pyarrow(path, copy):
    import pyarrow.parquet as pq
    import pyarrow

    pyarrow.set_cpu_count(1)
    pyarrow.set_io_thread_count(1)
    start = time.perf_counter()
    file = pq.ParquetFile(path)
    with pq.ParquetWriter(copy, file.schema_arrow, compression=file.metadata.row_group(0).column(0).compression) as out:
        for group in range(file.num_row_groups):
            out.write_table(file.read_row_group(group, use_threads=False))
    return (time.perf_counter() - start, file.metadata.num_rows), pyarrow.__version__


work, texts, wanted = sys.argv[1:4]
(seconds, found), its_version = {"re": re_, "regex": regex, "datatrove": datatrove, "pyarrow": pyarrow}[work](texts, wanted)
print(json.dumps({"seconds": seconds, "found": found, "version": its_version}))
