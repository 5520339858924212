"""``python -m dehusk``: the program that the package brings, with the same arguments."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path


def program() -> str | None:
    """Where the program lies: beside this Python, else on the search path."""
    name = "dehusk.exe" if os.name == "nt" else "dehusk"
    schemes = [sysconfig.get_path("scripts"), sysconfig.get_path("scripts", f"{os.name}_user")]
    places = [Path(place) / name for place in schemes if place]
    found = next((str(place) for place in places if place.is_file()), None)
    return found or shutil.which("dehusk")


def main() -> int:
    """Runs it; the exit code is its own."""
    path = program()
    if path is None:
        print(
            "the program dehusk is not installed beside this Python; in Python: import dehusk; dehusk.clean(text)\n"
            "这个 Python 旁边没有 dehusk 程序；在 Python 里用：import dehusk; dehusk.clean(text)",
            file=sys.stderr,
        )
        return 2
    return subprocess.run([path, *sys.argv[1:]], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
