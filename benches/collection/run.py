#!/usr/bin/env python3
"""Measures dehusk on a collection beside other tools, and writes the figures to docs/speed.json.

    scripts/bench [--mb 1024] [--rounds 5] [--only NAME,…] [PAGES.jsonl.xz …]

`scripts/bench` builds what is needed and calls this. Every comparison is made in turns in one run; what is
printed are medians. A comparison whose answer is not the same on both sides ends the bench: each way of
running dehusk must give the same bytes.
"""
import argparse
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import texts
from timing import in_turns, once

ROOT = Path(__file__).resolve().parents[2]
MB = 1 << 20


class Bench:
    """Programs, texts, and what has been measured."""

    def __init__(self, args):
        self.args = args
        self.work = ROOT / "target" / "bench"
        self.texts = self.work / "texts"
        self.out = self.work / "out"
        self.texts.mkdir(parents=True, exist_ok=True)
        self.out.mkdir(exist_ok=True)
        self.dehusk = ROOT / "target" / "release" / "dehusk"
        self.peers = ROOT / "target" / "peers" / "release" / "peers"
        self.python = self.work / "venv" / "bin" / "python"
        self.records = texts.pages(args.pages)
        self.size = args.mb * MB
        self.figures = {}
        self.phrases = self.work / "phrases.txt"
        literals = subprocess.run([sys.executable, ROOT / "scripts" / "literals.py"], capture_output=True, check=True)
        self.phrases.write_bytes(literals.stdout)

    def jsonl(self, language, size=None):
        return texts.jsonl(self.texts, self.records, language, size or self.size)

    def keep(self, name, **figures):
        """Keeps figures and prints them."""
        self.figures[name] = figures
        print(f"{name:<44} " + "  ".join(f"{key} {value}" for key, value in figures.items()), flush=True)

    def to_file(self, name, command, stdin=None):
        """Runs once with the output in a file; for comparing answers."""
        path = self.out / name
        with open(path, "wb") as out:
            once(command, stdout=out, stdin=stdin)
        return path

    def clean(self, *options):
        """As texts of articles, unless the options say what comes in. Some texts here are longer than a record may be."""
        text = [] if "--input" in options else ["--input", "text"]
        return [self.dehusk, "--quiet", "--max-record", "8G", *text, *options]


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def same(name, *paths):
    """The size of files that must be equal."""
    if len({digest(path) for path in paths}) != 1:
        sys.exit(f"{name}: the answers differ: {', '.join(map(str, paths))}")
    return paths[0].stat().st_size


def speed(size, seconds):
    return f"{size / 1e6 / seconds:.0f} MB/s"


def ripgrep(bench):
    """Text to text in one thread, beside ripgrep looking for all literals of the rules in the same file.

    `--count` leaves a line at its first hit, so it reads little of a line that has one; `--count-matches` finds them all.
    """
    version = subprocess.run(["rg", "--version"], capture_output=True, text=True, check=True).stdout.split("\n")[0]
    for language in texts.LANGUAGES:
        _, text = bench.jsonl(language)
        body = bench.to_file("body.txt", bench.clean("--jobs", "1", text))
        runs = in_turns({
            "dehusk": [*bench.clean("--jobs", "1"), text],
            **{count: ["rg", f"--{count}", "-j1", "-F", "-f", bench.phrases, text] for count in ["count", "count-matches"]},
        }, bench.args.rounds)
        size = text.stat().st_size
        ours, lines, matches = runs["dehusk"].median, runs["count"].median, runs["count-matches"].median
        bench.keep(f"text, {language}, beside ripgrep", ratio=f"{lines / ours:.2f}", reach="≥ 1.0", dehusk=speed(size, ours),
                   rg=speed(size, lines), removed=f"{100 * (1 - body.stat().st_size / size):.2f} %", version=version)
        bench.keep(f"text, {language}, beside ripgrep that finds all phrases", ratio=f"{matches / ours:.2f}", reach="≥ 4.0",
                   dehusk=speed(size, ours), rg=speed(size, matches), version=version)


def python(bench):
    """The same phrases line by line in Python, and datatrove's C4 line filter; on a part of the texts."""
    for language in texts.LANGUAGES:
        lines, text = bench.jsonl(language, MB)
        ours = in_turns({"dehusk": [*bench.clean("--jobs", "1"), bench.jsonl(language)[1]]}, bench.args.rounds)["dehusk"]
        per_byte = ours.median / bench.jsonl(language)[1].stat().st_size
        for peer, file in [("re", text), ("regex", text), ("datatrove", lines)]:
            said = []
            for _ in range(min(3, bench.args.rounds)):
                done = subprocess.run([bench.python, Path(__file__).with_name("python_peers.py"), peer, file, bench.phrases],
                                      capture_output=True, text=True)
                if done.returncode:
                    sys.exit(f"{peer}:\n{done.stderr}")
                said.append(json.loads(done.stdout.splitlines()[-1]))
            seconds = sorted(one["seconds"] for one in said)[len(said) // 2]
            size = text.stat().st_size
            bench.keep(f"{peer}, {language}", ratio=f"{seconds / (size * per_byte):.0f}", reach="≥ 50", dehusk=speed(1, per_byte),
                       peer=f"{size / 1e6 / seconds:.2f} MB/s", found=said[0]["found"], version=said[0]["version"])


def jobs(bench):
    """Two jobs against one."""
    for language in texts.LANGUAGES:
        lines, _ = bench.jsonl(language)
        command = {f"{n} jobs": [*bench.clean("--jobs", n, lines, "--out"), bench.out / f"jobs{n}"] for n in ["1", "2"]}
        runs = in_turns(command, bench.args.rounds, prepare=lambda name: fresh(bench.out / f"jobs{name[0]}"), wall=True)
        size = same("jobs", bench.out / "jobs1" / lines.name, bench.out / "jobs2" / lines.name)
        one, two = runs["1 jobs"].median, runs["2 jobs"].median
        bench.keep(f"2 jobs against 1, {language}", ratio=f"{one / two:.2f}", reach="≥ 1.9", one=speed(lines.stat().st_size, one),
                   two=speed(lines.stat().st_size, two), output=size, cores=os.cpu_count())


def fresh(folder):
    shutil.rmtree(folder, ignore_errors=True)


def rules(bench):
    """Ten thousand rules against those that ship."""
    many = texts.rules(bench.texts, 10_000)
    for language in texts.LANGUAGES:
        lines, _ = bench.jsonl(language)
        few, more = bench.clean("--jobs", "1", lines), bench.clean("--jobs", "1", "--rules", many, lines)
        size = same("rules", bench.to_file("few", few), bench.to_file("more", more))
        runs = in_turns({"few": few, "more": more}, bench.args.rounds)
        bench.keep(f"10,000 rules, {language}", ratio=f"{runs['more'].median / runs['few'].median:.2f}", reach="≤ 1.3", output=size)


def json_lines(bench):
    """JSON Lines in and out, beside parsing and writing each line with nothing in between."""
    for language in texts.LANGUAGES:
        lines, _ = bench.jsonl(language)
        runs = in_turns({
            "dehusk": [*bench.clean("--jobs", "1", lines, "--out"), bench.out / "json"],
            "sonic": [bench.peers, "sonic", lines, bench.out / "sonic.jsonl"],
            "serde": [bench.peers, "serde", lines, bench.out / "serde.jsonl"],
        }, bench.args.rounds, prepare=lambda name: fresh(bench.out / "json"))
        size = lines.stat().st_size
        peer = min(["sonic", "serde"], key=lambda name: runs[name].median)
        bench.keep(f"JSON Lines, {language}", ratio=f"{runs['dehusk'].median / runs[peer].median:.2f}", reach="≤ 1.5",
                   dehusk=speed(size, runs["dehusk"].median),
                   peers=", ".join(f"{name}: {speed(size, runs[name].median)}" for name in ["sonic", "serde"]))


def packed(bench):
    """Packed input, beside unpacking alone with the same library."""
    for language in texts.LANGUAGES:
        lines, _ = bench.jsonl(language)
        for name, file, work in [("gzip", texts.gzip(lines), "gunzip"), ("zstd", texts.zstd(lines), "unzstd")]:
            plain = bench.to_file("plain", bench.clean("--jobs", "2", lines))
            bytes_ = same(name, plain, bench.to_file("unpacked", bench.clean("--jobs", "2", "--from", "jsonl", "--pack", "none", file)))
            runs = in_turns({
                "dehusk": bench.clean("--jobs", "2", "--from", "jsonl", "--pack", "none", file),
                "peer": [bench.peers, work, file],
            }, bench.args.rounds, wall=True)
            size = lines.stat().st_size
            bench.keep(f"{name} input, {language}, 2 jobs", ratio=f"{runs['dehusk'].median / runs['peer'].median:.2f}", reach="≤ 1.2",
                       dehusk=speed(size, runs["dehusk"].median), alone=speed(size, runs["peer"].median), output=bytes_)


def parquet(bench):
    """Parquet, beside pyarrow reading and writing the file untouched, one thread each."""
    for language in texts.LANGUAGES:
        lines, _ = bench.jsonl(language, min(bench.size, 256 * MB))
        file = subprocess.run(
            [bench.python, "-c", "import sys, pathlib, texts; print(texts.parquet(pathlib.Path(sys.argv[1])))", lines],
            cwd=Path(__file__).parent, capture_output=True, text=True, check=True).stdout.strip()
        runs = in_turns({
            "dehusk": [*bench.clean("--jobs", "1", file, "--out"), bench.out / "parquet"],
            "pyarrow": [bench.python, Path(__file__).with_name("python_peers.py"), "pyarrow", file, bench.out / "copy.parquet"],
        }, bench.args.rounds, prepare=lambda name: fresh(bench.out / "parquet"))
        bench.keep(f"Parquet, {language}", ratio=f"{runs['dehusk'].median / runs['pyarrow'].median:.2f}", reach="≤ 1.5",
                   dehusk=speed(lines.stat().st_size, runs["dehusk"].median), pyarrow=speed(lines.stat().st_size, runs["pyarrow"].median))


def memory(bench):
    """Peak memory at two jobs, for one size of input and ten times as much."""
    lines, _ = bench.jsonl("zh")
    more = texts.repeated(lines, 10)
    for name, options in [("text", []), ("page", ["--input", "page"])]:
        peaks = []
        for file in [lines, more]:
            fresh(bench.out / "memory")
            peaks.append(once([*bench.clean("--jobs", "2", *options, file, "--out"), bench.out / "memory"])[2])
        fresh(bench.out / "memory")
        bench.keep(f"peak memory, {name}, 2 jobs", ratio=f"{peaks[1] / peaks[0]:.2f}", reach="≤ 1.10, under 300 MB",
                   small=f"{lines.stat().st_size >> 20} MiB: {peaks[0] >> 20} MiB", large=f"{more.stat().st_size >> 20} MiB: {peaks[1] >> 20} MiB")
    more.unlink()


def start(bench):
    """A whole run on one article of 5 kB."""
    article = bench.texts / "article.txt"
    lines, text = [], ""
    for record in texts.shuffled(bench.records["zh"], 10 * MB):
        lines = record["text"].split("\n")
        if len(record["text"].encode()) >= 5_000 and record["text"].count("\n") > 10:
            text = record["text"].encode()[:5_000].decode(errors="ignore")
            break
    article.write_text(text, encoding="utf-8")
    runs = in_turns({"dehusk": bench.clean(article), "page": bench.clean("--input", "page", article), "rg": ["rg", "--version"]}, 40, wall=True)
    bench.keep("start, 5 kB article", milliseconds=f"{1e3 * runs['dehusk'].median:.1f}", reach="< 15",
               page=f"{1e3 * runs['page'].median:.1f}", rg_version=f"{1e3 * runs['rg'].median:.1f}")


def extremes(bench):
    """Inputs at the edge: the time must grow as the input does."""
    sizes = {"one line": 100 * MB, "one document": 1024 * MB, "empty lines": 10_000_000}
    for name, size in sizes.items():
        small, large = texts.extremes(bench.texts, size // 10)[name], texts.extremes(bench.texts, size)[name]
        runs = in_turns({"small": bench.clean("--jobs", "1", small), "large": bench.clean("--jobs", "1", large)}, 3)
        bench.keep(f"{name}, {size / 1e6:.0f} MB", ratio=f"{runs['large'].median / runs['small'].median:.1f}", reach="about 10",
                   seconds=f"{runs['large'].median:.2f}", memory=f"{runs['large'].peak >> 20} MiB",
                   small=f"{runs['small'].peak >> 20} MiB")


def growth(bench):
    """Time by size of input, number of rules and jobs; for the chart."""
    lines, _ = bench.jsonl("zh")
    of_size = {}
    for mb in [1, 4, 16, 64, 256, 1024, 4096]:
        if mb > 4 * bench.args.mb:
            break
        file = lines if mb == bench.args.mb else bench.jsonl("zh", mb * MB)[0] if mb < bench.args.mb else texts.repeated(lines, mb // bench.args.mb)
        run = in_turns({"run": bench.clean("--jobs", "1", file)}, 3 if mb < 1024 else 1)["run"]
        of_size[mb] = {"seconds": round(run.median, 3), "memory": run.peak >> 20}
    middle, _ = bench.jsonl("zh", 64 * MB)
    of_rules = {}
    shipped = ROOT / "rules"
    some = bench.texts / "rules-shipped-100"
    if not some.exists():
        first_hundred(shipped, some)
    for name, options in [("100", ["--no-shipped-rules", "--rules", some]), ("shipped", []),
                          *((str(n), ["--rules", texts.rules(bench.texts, n)]) for n in [1_000, 5_000, 10_000, 50_000])]:
        runs = in_turns({"run": bench.clean("--jobs", "1", *options, middle), "start": bench.clean(*options, bench.texts / "article.txt")}, 3)
        of_rules[name] = {"seconds": round(runs["run"].median, 3), "start": round(runs["start"].median, 3)}
    of_jobs = {n: round(in_turns({"run": bench.clean("--jobs", n, middle)}, 3, wall=True)["run"].median, 3) for n in ["1", "2", "3", "4"]}
    shipped_count = sum(file.read_text(encoding="utf-8").count("\n[[") for file in shipped.rglob("*.toml"))
    bench.figures["growth"] = {"size": of_size, "rules": of_rules, "jobs": of_jobs, "cores": os.cpu_count(), "shipped": shipped_count}
    print(json.dumps(bench.figures["growth"]))


def first_hundred(shipped, target):
    """The first hundred tables [[rule]] of the shipped Chinese files."""
    target.mkdir()
    left = 100
    for file in sorted((shipped / "zh").glob("*.toml")):
        head, *tables = file.read_text(encoding="utf-8").split("\n[[rule]]\n")
        tables, left = tables[:left], left - min(left, len(tables))
        if tables:
            (target / file.name).write_text("\n[[rule]]\n".join([head, *tables]), encoding="utf-8")


WORK = {f.__name__: f for f in [start, ripgrep, python, jobs, rules, json_lines, packed, parquet, extremes, memory, growth]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = ROOT.parent / "shared" / "eval"
    parser.add_argument("pages", nargs="*", type=Path, default=[shared / "dev.jsonl.xz", shared / "third.dev.jsonl.xz"])
    parser.add_argument("--mb", type=int, default=1024, help="size of the texts in MiB")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default=",".join(WORK), help=", ".join(WORK))
    args = parser.parse_args()
    for path in args.pages:
        if not path.exists():
            sys.exit(f"{path} is not there: give files of records with text, lang and host")
    bench = Bench(args)
    for name in args.only.split(","):
        WORK[name](bench)
    path = ROOT / "docs" / "speed.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    known.setdefault("figures", {}).update(bench.figures)
    known["machine"] = f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}"
    known["mb"] = args.mb
    path.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


main()
