#!/usr/bin/env python3
"""Writes crates/engine/src/repair/lead-words.tsv: the words whose last character may be lost by a shifted byte.

    python3 scripts/lead-words.py opencc > crates/engine/src/repair/lead-words.tsv

The argument is the unpacked wheel of scripts/fold-table.py. The lost character has the trail byte A3
in GBK. The words are the two-character phrases of OpenCC's STPhrases, and the halves of its
four-character phrases, that end in such a character. See crates/engine/src/repair/gbk.rs.
"""

import os
import subprocess
import sys
import tempfile
from collections import defaultdict


def main():
    folder = sys.argv[1]
    lost = {bytes([lead, 0xA3]).decode("gbk") for lead in range(0xB0, 0xD8)}
    words = set()
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as text:
        subprocess.run([os.path.join(folder, "opencc/clib/bin/opencc_dict"), "-i",
                        os.path.join(folder, "opencc/clib/share/opencc/STPhrases.ocd2"), "-o", text.name,
                        "-f", "ocd2", "-t", "text"], check=True, stdout=subprocess.DEVNULL)
        for line in text:
            phrase = line.split("\t")[0]
            if "\t" in line and len(phrase) in (2, 4):
                words.update((phrase[:2], phrase[-2:]))
    endings = defaultdict(set)
    for word in words:
        if word[1] in lost:
            endings[word[1]].add(word[0])
    print("""# Written by scripts/lead-words.py; do not edit. From OpenCC 1.4.2, the dictionary STPhrases
# (https://github.com/BYVoid/OpenCC), Copyright the OpenCC authors, Apache License 2.0.
# second character of a word <TAB> its first characters, simplified""")
    for second in sorted(endings):
        print(second, "".join(sorted(endings[second])), sep="\t")


if __name__ == "__main__":
    main()
