#!/usr/bin/env python3
"""Writes the literals of the shipped rules, one a line, for comparing dehusk with a plain search.

Of a text with slots or stars, its longest literal part. The comparison: how long does ripgrep
take only to find them, without tolerance, in the text that dehusk cleans?

    python3 scripts/literals.py > phrases.txt
    rg --count -j1 -F -f phrases.txt page.txt
"""

import pathlib
import re
import tomllib

FIELDS = """is starts_with ends_with contains contains_all unless_is unless_starts_with
unless_ends_with unless_contains lines_contain until""".split()

rules = pathlib.Path(__file__).resolve().parent.parent / "rules"
literals = set()
for path in rules.rglob("*.toml"):
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    for rule in data.get("rule", []) + data.get("keep", []):
        for field in FIELDS:
            texts = rule.get(field, [])
            for text in texts.splitlines() if isinstance(texts, str) else texts:
                literals.add(max(re.split(r"\{[^}]*\}|\*", text), key=len).strip())
print("\n".join(sorted(literals - {""})))
