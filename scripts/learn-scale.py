#!/usr/bin/env python3
"""What learning from a million pages costs, and a start with the files of ten thousand sites.

    scripts/learn-scale.py DEHUSK COLLECTION.jsonl … [--pages 1000000] [--folder target/learn-scale]

The pages are made of the lines of real ones (`text`, `gold`): each site has a menu and a foot of lines that stand in no body, each page
between them some sentences of bodies. Few sites have many pages and many have few, as in a crawl. Prints the CPU and wall seconds and the most memory of
`dehusk learn`, how many sites and files there were, and the CPU milliseconds of a run over one page without and with these files. What was made is
deleted at the end."""

import argparse
import json
import pathlib
import random
import resource
import shutil
import subprocess
import time

EXAMPLE = pathlib.Path(__file__).parent.parent / "examples" / "article.txt"


def lines_of(collections):
    """Lines that stand in no body, and sentences of bodies, of all real pages."""
    frames, sentences = set(), set()
    for collection in collections:
        for record in map(json.loads, open(collection, encoding="utf-8")):
            if record.get("view") != "page" or not record.get("gold"):
                continue
            body = {line.strip() for line in record["gold"].splitlines()}
            frames.update(line for line in map(str.strip, record["text"].splitlines()) if 2 < len(line) < 80 and line not in body)
            sentences.update(line for line in body if 60 < len(line) < 600)
    return sorted(frames), sorted(sentences)


def write_pages(file, count, frames, sentences):
    """Writes the pages; returns the number of sites and of bytes."""
    dice = random.Random(11)
    sites, pages, size = 0, 0, 0
    with file.open("w", encoding="utf-8") as out:
        while pages < count:
            # A third of the sites have fewer pages than are learnt from; one in a thousand has thousands.
            of_site = min(int(dice.paretovariate(0.9) * 3), count // 50, count - pages)
            menu, foot = dice.choices(frames, k=dice.randint(5, 25)), dice.choices(frames, k=dice.randint(3, 15))
            for page in range(of_site):
                body = dice.choices(sentences, k=dice.randint(12, 36))
                title = dice.choice(sentences)[:60]
                text = "\n".join([*menu, "", title, "", *body, "", *foot])
                record = {"id": pages, "url": f"https://site{sites}.example/{page}", "text": text}
                size += out.write(json.dumps(record, ensure_ascii=False) + "\n")
                pages += 1
            sites += 1
    return sites, size


def measured(*command):
    """CPU seconds, wall seconds and mebibytes of a command. Children are measured together, so one at a time must be the largest."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, time.monotonic() - start, after.ru_maxrss / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dehusk")
    parser.add_argument("collection", nargs="+")
    parser.add_argument("--pages", type=int, default=1_000_000)
    parser.add_argument("--folder", type=pathlib.Path, default=pathlib.Path("target/learn-scale"))
    given = parser.parse_args()
    shutil.rmtree(given.folder, ignore_errors=True)
    given.folder.mkdir(parents=True)
    pages, sites = given.folder / "pages.jsonl", given.folder / "sites"
    start = [given.dehusk, "--no-config", EXAMPLE]
    alone = min(measured(*start)[0] for _ in range(5))
    count, size = write_pages(pages, given.pages, *lines_of(given.collection))
    cpu, wall, memory = measured(given.dehusk, "learn", pages, "--out", sites)
    files = sum(1 for _ in sites.rglob("*.toml"))
    print(f"{given.pages:,} pages of {count:,} sites, {size / 1e9:.1f} billion characters")
    print(f"learning: {cpu:.0f} CPU seconds, {wall:.0f} seconds, {memory:.0f} MiB; {files:,} files")
    kept = min(files, 10_000)
    for file in sorted(sites.rglob("*.toml"))[kept:]:
        file.unlink()
    with_files = min(measured(*start[:-1], "--rules", sites, start[-1])[0] for _ in range(5))
    print(f"a run over one article: {alone * 1000:.0f} ms of CPU, with {kept:,} files of sites {with_files * 1000:.0f} ms")
    shutil.rmtree(given.folder)


if __name__ == "__main__":
    main()
