#!/usr/bin/env python3
"""Prints the literals of the shipped rules, one per line, to compare dehusk with a plain search.

A text with slots or stars is represented by its longest literal part. The comparison is with the time that
ripgrep needs to search for these literals, byte by byte, in the text that dehusk cleans.

    python3 scripts/literals.py > phrases.txt
    rg --count -j1 -F -f phrases.txt page.txt
"""

import pathlib
import re
import tomllib

TEXTS = re.compile(r"(^|_)(is|starts_with|ends_with|contains?|contains_all|until)$")

rules = pathlib.Path(__file__).resolve().parent.parent / "rules"
literals = set()
for path in rules.rglob("*.toml"):
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    for rule in data.get("rule", []) + data.get("keep", []):
        for texts in (texts for field, texts in rule.items() if TEXTS.search(field)):
            for text in texts.splitlines() if isinstance(texts, str) else texts:
                literals.add(max(re.split(r"\{[^}]*\}|\*", text), key=len).strip())
print("\n".join(sorted(literals - {""})))
