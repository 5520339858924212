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
