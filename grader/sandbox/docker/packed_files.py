"""Which files of a folder go into an image or a zip: what is needed there, by a path that means the same everywhere."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from grader.errors import UsageError

_NEVER = frozenset({"__pycache__", "specimens"})
"""Folders that nothing is graded with."""


def files_below(folder: Path, left_out: Collection[str] = ()) -> Iterator[tuple[str, Path]]:
    """Yield each file below *folder* with its path from there, in order, without what is hidden or called as in *left_out*."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if any(part in _NEVER or part in left_out or part.startswith(".") for part in parts) or path.suffix == ".pyc":
            continue
        if path.is_file():
            yield "/".join(parts), path


def wheels_in(folder: Path) -> list[Path]:
    """
    Return the packages that lie in *folder*, the value of `--wheels`.

    Raises:
        UsageError: If there is none.
    """
    found = sorted(folder.glob("*.whl"))
    if not found:
        raise UsageError(
            f"--wheels {folder}: there is no .whl file in it; `make wheels` fetches them into docker/wheels"
        )
    return found
