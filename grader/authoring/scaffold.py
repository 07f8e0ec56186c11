"""
A new assignment, complete and ready to grade, from the files in `templates/`; in a folder that is no course, a course with it.
"""

from __future__ import annotations

import enum
import keyword
import string
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.course import assignment as assignments
from grader.errors import UsageError

_TEMPLATES = Path(__file__).with_name("templates")
_SUFFIX = ".template"
_SLUG = "SLUG"
"""What stands for the slug in the paths of templates."""
_HIDDEN = {"gitignore": ".gitignore"}
"""Names that templates do not have themselves: what copies a package may leave hidden files out."""
_TAKEN = ("grader", "torch", "torchvision", "numpy", "pytest", "hypothesis", "checks", "misconceptions", "networks")
"""Modules beside those of the standard library that a file of an assignment would hide."""


class Kind(enum.StrEnum):
    """What students write."""

    FUNCTIONS = "functions"
    CLASS = "class"
    NETWORK = "network"
    TRAINING = "training"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaffold:
    """The files of a new assignment."""

    course: Path
    slug: str
    files: Mapping[str, str]
    """By their paths in the course."""

    def write(self) -> None:
        """
        Write the files; none of them is there yet.

        Raises:
            UsageError: If one cannot be written.
        """
        for name, content in self.files.items():
            path = self.course / name
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("x", encoding="utf-8") as file:
                    file.write(content)
            except OSError as error:
                raise UsageError(f"{path}: cannot be written: {error.strerror}") from None


def scaffold_of(slug: str, kind: Kind, course: Path) -> Scaffold:
    """
    Return the files of a new assignment, and those of a course where *course* is none yet.

    Raises:
        UsageError: If the name is none for a module, or taken, or *course* is a handout.
    """
    require_free(slug, course)
    files = _filled(kind.value, slug)
    if not assignments.is_course(course):
        files = course_files(slug, course) | files
    return Scaffold(course=course, slug=slug, files=files)


def course_files(slug: str, course: Path) -> dict[str, str]:
    """Return the files of a new course that are not there yet; *slug* is its first assignment."""
    return {name: text for name, text in _filled("course", slug).items() if not (course / name).exists()}


def require_free(slug: str, course: Path) -> None:
    """
    Require that a new assignment can be called so.

    Raises:
        UsageError: If the name is none for a module, or taken, or *course* is a handout.
    """
    _require_name(slug)
    if (course / "assignment.toml").is_file():
        raise UsageError(f"{course}: is an assignment as it was handed out; go to a course, or to an empty folder")
    for folder in (course / assignments.ASSIGNMENTS / slug, course / assignments.SOLUTIONS / slug):
        if folder.exists():
            raise UsageError(f"{folder}: is there already; choose another name")


def _require_name(slug: str) -> None:
    if not (slug.isidentifier() and slug.isascii()) or keyword.iskeyword(slug):
        raise UsageError(
            f"`{slug}` cannot be the name of an assignment: its file is a Python module; use letters, digits and `_`, with a "
            "letter first"
        )
    if slug in sys.stdlib_module_names or slug in _TAKEN:
        raise UsageError(
            f"`{slug}` cannot be the name of an assignment: `import {slug}` would find its file; choose another name"
        )


def _filled(kind: str, slug: str) -> dict[str, str]:
    values = {"slug": slug, "title": slug.replace("_", " ").strip().capitalize()}
    folder = _TEMPLATES / kind
    files = {}
    for path in sorted(folder.rglob(f"*{_SUFFIX}")):
        name = path.relative_to(folder).as_posix().removesuffix(_SUFFIX).replace(_SLUG, slug)
        content = string.Template(path.read_text(encoding="utf-8")).substitute(values)
        files[_HIDDEN.get(name, name)] = content
    return files
