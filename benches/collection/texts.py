"""The texts that are measured on: all real pages that are there, repeated and shuffled to a size.

Made once for each size and kept under target/; the same pages in the same order every time. A page with a line of more
than `LONGEST` characters is left out: with it, one page that holds its whole site in one line decides a figure."""
import json
import lzma
import random
import shutil
import subprocess
from pathlib import Path

LONGEST = 20_000
LANGUAGES = {"zh": lambda lang: lang.startswith("zh"), "en": lambda lang: lang == "en"}


def pages(paths):
    """By language: the records of all views, as whole pages and as extractors give them."""
    found = {language: [] for language in LANGUAGES}
    for path in paths:
        with (lzma.open if path.suffix == ".xz" else open)(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                for language, is_it in LANGUAGES.items():
                    if is_it(record["lang"]) and max(map(len, record["text"].split("\n"))) <= LONGEST:
                        found[language].append(record)
    return found


def shuffled(records, size, seed=7):
    """Records again and again, each time in another order, until their texts are `size` bytes."""
    numbers, bytes_, number = random.Random(seed), 0, 0
    records = list(records)
    while True:
        numbers.shuffle(records)
        for record in records:
            if bytes_ >= size:
                return
            number += 1
            bytes_ += len(record["text"].encode())
            yield {"id": f"{number}", "url": f"https://{record['host']}/{number}", "text": record["text"]}


def jsonl(folder, records, language, size):
    """`LANGUAGE-SIZE.jsonl`, and the same texts one after the other as `.txt`."""
    path = folder / f"{language}-{size >> 20}.jsonl"
    text = path.with_suffix(".txt")
    if not (path.exists() and text.exists()):
        with open(part(path), "w", encoding="utf-8") as out, open(part(text), "w", encoding="utf-8") as plain:
            for record in shuffled(records[language], size):
                out.write(json.dumps(record, ensure_ascii=False) + "\n")
                plain.write(record["text"].rstrip("\n") + "\n")
        part(path).rename(path)
        part(text).rename(text)
    return path, text


def part(path):
    return path.with_name(path.name + ".part")


def gzip(path):
    return packed(path, ".gz", ["gzip", "-6", "-c"])


def zstd(path):
    return packed(path, ".zst", ["zstd", "-3", "-q", "-c"])


def packed(path, ending, command):
    target = path.with_name(path.name + ending)
    if not target.exists():
        with open(path, "rb") as read, open(part(target), "wb") as write:
            subprocess.run(command, stdin=read, stdout=write, check=True)
        part(target).rename(target)
    return target


def repeated(path, times):
    """The file, several times over."""
    target = path.with_name(f"{path.stem}-times-{times}{path.suffix}")
    if not target.exists():
        with open(part(target), "wb") as write:
            for _ in range(times):
                with open(path, "rb") as read:
                    shutil.copyfileobj(read, write, 1 << 20)
        part(target).rename(target)
    return target


def parquet(path):
    """The same records as Parquet, as pyarrow writes it, with row groups of 10,000."""
    import pyarrow.json
    import pyarrow.parquet

    target = path.with_suffix(".parquet")
    if not target.exists():
        table = pyarrow.json.read_json(path, pyarrow.json.ReadOptions(block_size=64 << 20))
        pyarrow.parquet.write_table(table, part(target), compression="zstd", row_group_size=10_000)
        part(target).rename(target)
    return target


def extremes(folder, size):
    """Inputs at the edge: one line, one document, nothing but line ends. `size` in bytes."""
    sentence = "老码头昨天重新开航，清晨六点，第一班渡船载着四十多位乘客驶向对岸。"
    made = {}
    for name, piece in [
        ("one line", sentence),
        ("one document", sentence * 3 + "\n相关新闻：\n责任编辑：王小满\n"),
        ("empty lines", "\n"),
    ]:
        target = folder / f"{name.replace(' ', '-')}-{size}.txt"
        if not target.exists():
            block = piece.encode() * (1 + (1 << 20) // len(piece.encode()))
            with open(part(target), "wb") as write:
                left = size
                while left > 0:
                    cut = block[: left if piece == "\n" else len(block)]
                    write.write(cut)
                    left -= len(cut)
            part(target).rename(target)
        made[name] = target
    return made


def rules(folder, count):
    """A folder with `count` rules whose phrases stand in no text: Han characters in odd company."""
    target = folder / f"rules-{count}"
    if not target.exists():
        numbers = random.Random(count)
        target.mkdir(parents=True)
        blocks = []
        for number in range(count):
            field = ["is", "starts_with", "ends_with", "contains"][number % 4]
            phrases = ["".join(chr(0x4E00 + numbers.randrange(0x2000)) for _ in range(4 + numbers.randrange(4)))
                       for _ in range(5)]
            lines = "\n".join(phrases)
            blocks.append(f"[[rule]]\nname = '{number}'\n{field} = '''\n{lines}\n'''\nremoves = 'x'\nkeeps = 'y'\n")
        for start in range(0, count, 1000):
            part_of = "".join(blocks[start : start + 1000])
            (target / f"generated-{start // 1000:02}.toml").write_text(part_of, encoding="utf-8")
    return target
