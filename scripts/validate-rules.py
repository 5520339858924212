#!/usr/bin/env python3
"""Validates every shipped rule file against rules/rules.schema.json.

Exit code 0: all files are valid, and the mistakes below are refused; 1: otherwise; 77: the validator (pip
package jsonschema) is not installed.
"""
import json
import pathlib
import sys
import tomllib

try:
    from jsonschema import Draft4Validator
except ImportError:
    print("the Python package jsonschema is not installed")
    sys.exit(77)

rules = pathlib.Path(__file__).resolve().parent.parent / "rules"
schema = json.loads((rules / "rules.schema.json").read_text(encoding="utf-8"))
Draft4Validator.check_schema(schema)
validator = Draft4Validator(schema)
failed = 0
files = [f for f in sorted(rules.rglob("*.toml")) if f.parent.name != "finder" and f.name != "settings.toml"]
for file in files:
    for error in validator.iter_errors(tomllib.loads(file.read_text(encoding="utf-8"))):
        failed += 1
        print(f"{file.relative_to(rules)}: {'/'.join(map(str, error.path))}: {error.message[:200]}")

GOOD = "[[rule]]\nname = 'a'\nremove = '整行'\nwhere = '最后 3 行'\nlooks_like = ['title', '日期']\nis = ['b', 'c']\nremoves = 'b'\n"
MISTAKES = {
    "unknown setting": GOOD + "colour = 'red'\n",
    "unknown table": GOOD + "[[rules]]\nname = 'b'\n",
    "wrong choice": GOOD.replace("整行", "一半"),
    "wrong position": GOOD.replace("最后 3 行", "somewhere"),
    "wrong shape": GOOD.replace("'title'", "'round'"),
    "no name": GOOD.replace("name = 'a'\n", ""),
    "no example": GOOD.replace("removes = 'b'\n", ""),
    "number as text": GOOD + "max_share = '40'\n",
    "too large": GOOD + "max_share = 140\n",
    "single brackets": GOOD.replace("[[rule]]", "[rule]"),
}
if not validator.is_valid(tomllib.loads(GOOD)):
    failed += 1
    print("a good rule is refused:", next(validator.iter_errors(tomllib.loads(GOOD))).message)
for name, text in MISTAKES.items():
    if validator.is_valid(tomllib.loads(text)):
        failed += 1
        print("not refused:", name)
print(f"{len(files)} files, {len(MISTAKES)} mistakes, {failed} wrong")
sys.exit(1 if failed else 0)
