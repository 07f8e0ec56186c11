"""
Which files of this machine a worker may see: Python, the packages an assignment permits, and the worker itself.

An allow-list, because site-packages holds answers too: scikit-learn, for one, brings the labels of its digits.
"""

from __future__ import annotations

import functools
import importlib.metadata
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

_ALWAYS = ("msgspec", "safetensors")
_BROUGHT_ALONG = {"torch": ("numpy",), "safetensors": ("packaging",)}
"""What a package cannot do without here, although it does not require it: safetensors packs tensors by numpy."""
_GRADER = ("__init__.py", "errors.py", "protocol", "worker")
_SYSTEM = ("/usr/lib", "/usr/lib64", "/lib", "/lib64", "/etc/ld.so.cache", "/usr/share/zoneinfo", "/etc/localtime")
_PACKAGE_FOLDERS = ("site-packages", "dist-packages")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visible:
    """A file or folder that a worker may read, without some of what lies below it."""

    path: str
    hidden: tuple[str, ...] = ()

    def parts(self) -> Iterator[str]:
        """Yield paths that cover the folder without its hidden ones, for Landlock, which cannot subtract."""
        below = [hidden for hidden in self.hidden if hidden.startswith(self.path + "/")]
        if not below:
            yield self.path
            return
        for child in sorted(Path(self.path).iterdir()):
            if str(child) not in self.hidden:
                yield from Visible(path=str(child), hidden=tuple(below)).parts()


@functools.cache
def visible_files(packages: tuple[str, ...]) -> tuple[Visible, ...]:
    """List what a worker may see, outer folders before inner ones."""
    library = Path(sys.base_prefix, "lib")
    roots = dict.fromkeys([*_SYSTEM, str(library), sys.base_prefix + "/lib64", *_executables()])
    hidden = tuple(
        str(folder)
        for root in {str(library), "/usr/lib"}
        for pattern in (f"python3*/{name}" for name in _PACKAGE_FOLDERS)
        for folder in (*Path(root).glob(pattern), *Path(root).glob("python3/dist-packages"))
    )
    system = [Visible(path=path, hidden=hidden) for path in roots if Path(path).exists() and not _is_below(path, roots)]
    here = Path(__file__).parents[1]
    of_grader = [Visible(path=str(here / name)) for name in _GRADER]
    return (*system, *of_grader, *(Visible(path=path) for path in sorted(_entries(packages))))


def python_path(packages: tuple[str, ...]) -> tuple[str, ...]:
    """Return the folders that a worker imports from besides the standard library."""
    folders = {str(Path(path).parent) for path in _entries(packages)}
    return (str(Path(__file__).parents[2]), *sorted(folders))


def _executables() -> tuple[str, ...]:
    executable = sys._base_executable  # type: ignore[attr-defined]
    return (executable, str(Path(executable).resolve()))


def _is_below(path: str, roots: Iterable[str]) -> bool:
    return any(path.startswith(other + "/") for other in roots)


@functools.cache
def _entries(packages: tuple[str, ...]) -> frozenset[str]:
    """Return the top-level files and folders in site-packages of *packages* and all that they require."""
    found: set[str] = set()
    seen: set[str] = set()
    waiting = [*_ALWAYS, *packages]
    while waiting:
        name = waiting.pop().lower().replace("_", "-")
        if name in seen:
            continue
        seen.add(name)
        try:
            distribution = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # an absent package is simply absent for the submission as well
        found.update(_top_levels(distribution))
        waiting += _BROUGHT_ALONG.get(name, ())
        for text in distribution.requires or ():
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                waiting.append(requirement.name)
    return frozenset(found)


def _top_levels(distribution: importlib.metadata.Distribution) -> set[str]:
    record = distribution.read_text("RECORD") or ""
    names = {line.partition(",")[0].partition("/")[0].strip('"') for line in record.splitlines()}
    folder = Path(str(distribution.locate_file(""))).resolve()
    return {str(folder / name) for name in names - {"..", "", "__pycache__"} if (folder / name).exists()}
