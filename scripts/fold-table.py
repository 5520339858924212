#!/usr/bin/env python3
"""Writes crates/text/src/fold.tsv, the table behind `text::fold`.

    pip download --no-deps opencc==1.4.2 && unzip -d opencc opencc-1.4.2-*.whl
    python3 scripts/fold-table.py opencc > crates/text/src/fold.tsv

The argument is the unpacked wheel: its `opencc_dict` converts the `.ocd2` dictionaries to text.
Everything else comes from Python's unicodedata, and, where Unicode has no property, from the short
lists below. Nothing is written into the table by hand.
"""

import os
import subprocess
import sys
import tempfile
import unicodedata as ud
from collections import defaultdict

OPENCC_VERSION = "1.4.2"
DICTS = ["TSCharacters", "TSCharactersExt", "TWVariants", "HKVariants"]

# Letters that Unicode does not decompose into a base letter and a mark.
STROKED = {"đ": "d", "ł": "l", "ø": "o", "ħ": "h", "ŧ": "t", "ı": "i", "ɑ": "a"}
# Cyrillic letters that count as letters of their own, although Unicode decomposes them.
KEPT_CYRILLIC = "йїўѓќ"
# Quotation marks: the property Quotation_Mark, and what keyboards and OCR give instead.
QUOTES = (
    "\"'`´‘’‚‛“”„‟⹂「」『』〝〞〟﹁﹂﹃﹄＂＇｢｣"  # Quotation_Mark without « » ‹ ›
    "ʼ′″‵‶｀❛❜❝❞"
)
LEFT = "<«‹《〈≪❮❰"
RIGHT = ">»›》〉≫❯❱"
DASHES = "-−─━┄┅┈┉╌╍"
TILDES = "~〜～〰∼"
BARS = "|¦│┃‖∣❘❙❚︱丨"  # the last is Han, and in web titles nearly always a bar
DOTS = "…⋯‥"
TIMES = "×✕✖╳❌⨯✗✘"
COLONS = ":∶︰꞉"
BULLETS = "•‣⁃‧∙⋅·・･·⦁※❖✦✧♦♢⭐⚫⚪⬛⬜"
EQUALS = "=═"
SHAPES = ("CIRCLE", "SQUARE", "DIAMOND", "LOZENGE", "STAR", "TRIANGLE", "BULLET")

# Invisible characters that are not of category Cf (Default_Ignorable_Code_Point, and U+FFFC).
BLANK = [0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, 0xFFFC, *range(0xFFF0, 0xFFF9)]
MARK_BLOCKS = [(0x300, 0x36F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE20, 0xFE2F)]
ARABIC_MARKS = [*range(0x610, 0x61B), 0x640, *range(0x64B, 0x656), 0x670, *range(0x6D6, 0x6DD)]
ALEF = {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي"}

HAN = [(0x2E80, 0x2FDF), (0x3005, 0x3007), (0x3021, 0x3029), (0x3038, 0x303B), (0x3400, 0x4DBF),
       (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF)]
HANGUL = [(0x1100, 0x11FF), (0x3131, 0x318E), (0xA960, 0xA97C), (0xAC00, 0xD7FB), (0xFFA1, 0xFFDC)]
# Scripts without spaces between words: kana, bopomofo, Thai, Lao, Khmer, Myanmar, Tibetan.
UNSPACED = [(0x3031, 0x3035), (0x3040, 0x30FF), (0x3100, 0x312F), (0x31A0, 0x31BF), (0x31F0, 0x31FF),
            (0xFF66, 0xFF9F), (0x1AFF0, 0x1B16F), (0x0E00, 0x0EFF), (0x0F00, 0x0FFF), (0x1000, 0x109F),
            (0x1780, 0x17FF), (0x19E0, 0x19FF), (0xA9E0, 0xA9FF), (0xAA60, 0xAA7F)]


def inside(cp, ranges):
    return any(low <= cp <= high for low, high in ranges)


def opencc(folder):
    """Yields (dictionary, source, list of targets) for every entry of the dictionaries."""
    share = os.path.join(folder, "opencc/clib/share/opencc")
    tool = os.path.join(folder, "opencc/clib/bin/opencc_dict")
    os.chmod(tool, 0o755)
    for name in DICTS:
        with tempfile.NamedTemporaryFile("r", encoding="utf-8") as text:
            subprocess.run([tool, "-i", f"{share}/{name}.ocd2", "-o", text.name, "-f", "ocd2", "-t", "text"],
                           check=True, stdout=subprocess.DEVNULL)
            with open(text.name, encoding="utf-8") as lines:
                for line in lines:
                    if "\t" in line:
                        source, targets = line.rstrip("\n").split("\t")
                        yield name, source, targets.split()


def han_classes(folder):
    """A dict from Han characters to the one they fold to. Traditional, simplified and regional forms of one
    character form a class (transitively), so the direction of an entry does not matter."""
    parent = {}
    simplified = defaultdict(int)

    def find(c):
        while parent.get(c, c) != c:
            c = parent[c]
        return c

    for name, source, targets in opencc(folder):
        target = targets[0]
        # An entry may have several targets. If the character also keeps a meaning of its own, it is listed
        # itself as the first target; so only the first target is used.
        if len(source) != 1 or len(target) != 1:
            continue
        if name.startswith("TS"):
            simplified[target] += 1
        parent[find(source)] = find(target)
    # 著 and 着 are both common in the same words (看著, 看着), but no dictionary has this pair.
    parent[find("著")] = find("着")
    simplified["着"] += 1

    members = defaultdict(list)
    for c in list(parent):
        members[find(c)].append(c)
    for root in members:
        if root not in members[root]:
            members[root].append(root)
    keys = {s for n, s, t in opencc(folder) if n.startswith("TS") and t[0] != s}

    def gb2312(c):
        try:
            c.encode("gb2312")
            return True
        except UnicodeEncodeError:
            return False

    fold = {}
    for group in members.values():
        best = min(group, key=lambda c: (c in keys, not gb2312(c), c == "著", -simplified[c], ord(c)))
        for c in group:
            if c != best:
                fold[c] = best
    return fold


def punctuation():
    """A dict from punctuation to the similar character that it folds to."""
    table = {}

    def put(chars, target):
        for c in chars:
            table.setdefault(c, target)

    put(QUOTES, '"')
    put(LEFT, "<")
    put(RIGHT, ">")
    put(TILDES, "~")
    put(BARS, "|")
    put(DOTS, "…")
    put(TIMES, "x")
    put(COLONS, ":")
    put(BULLETS, "·")
    put(EQUALS, "=")
    put(DASHES, "-")
    for cp in range(0x80, 0x20000):
        c = chr(cp)
        category = ud.category(c)
        name = ud.name(c, "")
        if category == "Pd":
            put(c, "-")
        elif category in ("Ps", "Pe") and "QUOTATION" not in name:
            if "ANGLE" in name and "RECTANGLE" not in name:
                put(c, "<" if category == "Ps" else ">")
            else:
                put(c, "(" if category == "Ps" else ")")
        elif category in ("So", "Sm", "Po"):
            pointing = name.replace("-", " ")
            arrow = "ARROW" in name or "TRIANGLE" in name or "INDEX" in name
            both = "LEFT RIGHT" in pointing or ("LEFTWARDS" in name and "RIGHTWARDS" in name)
            if arrow and not both and ("RIGHTWARDS" in name or "RIGHT POINTING" in pointing):
                put(c, ">")
            elif arrow and not both and ("LEFTWARDS" in name or "LEFT POINTING" in pointing):
                put(c, "<")
            elif 0x25A0 <= cp <= 0x25FF:
                put(c, "·")
            elif inside(cp, [(0x2600, 0x2606), (0x2720, 0x2756), (0x2B00, 0x2BFF), (0x1F532, 0x1F53D), (0x1F780, 0x1F7EB)]) \
                    and any(shape in name for shape in SHAPES):
                put(c, "·")
    for c in "([{":
        table[c] = "("
    for c in ")]}":
        table[c] = ")"
    return table


def step(c, punct, han):
    """One step of folding `c`; `c` itself if it is folded already."""
    if c in punct:
        return punct[c]
    if c in han:
        return han[c]
    if c in STROKED:
        return STROKED[c]
    if c in ALEF:
        return ALEF[c]
    if ud.category(c) == "Nd":
        return str(ud.decimal(c))
    decomposition = ud.decomposition(c)
    if decomposition:
        kind = decomposition.split()[0] if decomposition[0] == "<" else ""
        whole = ud.normalize("NFKC", c)
        radical = 0x2E80 <= ord(c) <= 0x2FDF
        if len(whole) == 1 and whole != c and (
                kind in ("", "<wide>", "<narrow>", "<small>", "<vertical>", "<font>",
                         "<initial>", "<medial>", "<final>", "<isolated>") or radical or c in "ſµ"):
            return whole
        parts = ud.normalize("NFD", c)
        if not kind and len(parts) > 1 and ud.category(parts[0])[0] == "L" and c.lower() not in KEPT_CYRILLIC \
                and all(inside(ord(m), [(0x300, 0x36F)]) for m in parts[1:]):
            return parts[0]
    # Case folding; if it gives several letters (ẞ), the lower-case letter instead.
    lowered = c.casefold()
    if len(lowered) > 1:
        lowered = c.lower()
    return lowered if len(lowered) == 1 else c


def hex_ranges(cps):
    start = last = None
    for cp in sorted(cps):
        if start is None:
            start = cp
        elif cp != last + 1:
            yield f"{start:04X}" if start == last else f"{start:04X}..{last:04X}"
            start = cp
        last = cp
    yield f"{start:04X}" if start == last else f"{start:04X}..{last:04X}"


def main():
    han = han_classes(sys.argv[1])
    punct = punctuation()
    space, drop, word, han_cps, hangul = [], [], [], [], []
    table = {}
    compose = {}
    for cp in range(0x110000):
        if 0xD800 <= cp <= 0xDFFF:
            continue
        c = chr(cp)
        category = ud.category(c)
        if c.isspace() and category != "Cc" or c in "\t\n\v\f\r\x85" or cp == 0x2800:
            space.append(cp)
            continue
        if inside(cp, MARK_BLOCKS) and category in ("Mn", "Me") or cp in ARABIC_MARKS or cp in (0x3099, 0x309A) \
                or category in ("Cc", "Cf") or cp in BLANK \
                or inside(cp, [(0xE000, 0xF8FF), (0xFE00, 0xFE0F), (0xE0000, 0xE0FFF)]):
            drop.append(cp)
            continue
        if cp in (0xFF9E, 0xFF9F):  # half-width voicing marks fold to the combining marks
            table[c] = "\u3099" if cp == 0xFF9E else "\u309a"
            continue
        now = c
        for _ in range(8):
            following = step(now, punct, han)
            if following == now:
                break
            now = following
        else:
            sys.exit(f"no end: U+{cp:04X}")
        if now != c:
            table[c] = now
            continue
        if inside(cp, HAN) and category in ("Lo", "Lm", "Nl", "So") and not inside(cp, [(0x2E80, 0x2FDF)]) or cp in (0x3007,):
            han_cps.append(cp)
        elif inside(cp, HANGUL) and category[0] == "L":
            hangul.append(cp)
        elif not inside(cp, UNSPACED) and (category[0] == "L" or category in ("Mn", "Mc", "Nd", "Nl")):
            word.append(cp)
        parts = ud.normalize("NFD", c)
        if len(parts) == 2 and (inside(ord(parts[1]), [(0x300, 0x36F)]) or ord(parts[1]) in (0x653, 0x654, 0x655, 0x3099, 0x309A)):
            compose[parts] = c

    print(f"""# What characters fold to. Written by scripts/fold-table.py; do not edit.
#
# Traditional, simplified and regional forms of Han characters: OpenCC {OPENCC_VERSION}, the dictionaries
# {', '.join(DICTS)}, from the wheel on PyPI
# (https://github.com/BYVoid/OpenCC), Copyright the OpenCC authors, Apache License 2.0.
# The rest: Unicode {ud.unidata_version} character data, Unicode License v3.
#
# space, drop, han, hangul, word <TAB> code points in hexadecimal
# map <TAB> what the characters fold to <TAB> characters
# compose <TAB> what a letter and a mark compose to <TAB> the letter and the mark in hexadecimal""")
    for name, cps in [("space", space), ("drop", drop), ("han", han_cps), ("hangul", hangul), ("word", word)]:
        print(name, " ".join(hex_ranges(cps)), sep="\t")
    by_target = defaultdict(list)
    for source, target in table.items():
        by_target[target].append(source)
    for target in sorted(by_target):
        print("map", target, "".join(sorted(by_target[target])), sep="\t")
    for parts in sorted(compose):
        print("compose", compose[parts], " ".join(f"{ord(p):04X}" for p in parts), sep="\t")


if __name__ == "__main__":
    main()
