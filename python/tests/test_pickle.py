"""Rules in other processes: they travel as texts, and each process compiles them once."""

from __future__ import annotations

import pickle
import shutil
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import dehusk

from .conftest import BODY, TEXT

RULE = "[[rule]]\nname = 'a'\nis = '回到渡口'\nremoves = '回到渡口'\nkeeps = '他回到渡口'\n"

READER = """
import pickle, sys, time
rules = pickle.loads(sys.stdin.buffer.read())
text = sys.argv[1]
print(rules.hash, rules.clean(text).body == sys.argv[2], rules.profile)
"""


def test_a_fresh_process_needs_no_folder(tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "own.toml").write_text(RULE, encoding="utf-8")
    rules = dehusk.Rules.load(folder, profile="body", skip=["copyright"])
    packed = pickle.dumps(rules)
    shutil.rmtree(folder)
    text = TEXT + "回到渡口\n"
    done = subprocess.run([sys.executable, "-c", READER, text, rules.body(text)], input=packed, capture_output=True)
    assert done.stdout.decode().split() == [rules.hash, "True", "body"], done.stderr.decode()
    assert rules.body(BODY + "回到渡口\n") == BODY


def test_arrived_rules_are_compiled_once(rules: dehusk.Rules) -> None:
    packed = pickle.dumps(rules)
    assert len(packed) < 600_000
    first, second = pickle.loads(packed), pickle.loads(packed)
    assert first is second
    assert pickle.dumps(first) == packed, "the same bytes, so that caches find their results again"


def test_process_pools_work(rules: dehusk.Rules) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        assert list(pool.map(rules.body, [TEXT, BODY] * 4)) == [BODY] * 8


def test_results_pickle(rules: dehusk.Rules) -> None:
    cleaned = rules.clean(TEXT)
    assert pickle.loads(pickle.dumps(cleaned)) == cleaned
    stats = dehusk.Stats(documents=1)
    assert pickle.loads(pickle.dumps(stats)) == stats
