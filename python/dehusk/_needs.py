"""What is not installed is named with the command that installs it."""

from __future__ import annotations


def not_installed(library: str, extra: str, error: ImportError) -> ImportError:
    """What to raise where a library of an extra is missing; any other mistake in importing it is that mistake."""
    if not isinstance(error, ModuleNotFoundError) or (error.name or "").partition(".")[0] != library:
        return error
    return ModuleNotFoundError(
        f"this needs {library}, which is not installed: pip install 'dehusk[{extra}]'"
        f" / 这里要用 {library}，还没有安装：pip install 'dehusk[{extra}]'",
        name=error.name,
    )
