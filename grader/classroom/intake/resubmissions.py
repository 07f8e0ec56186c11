"""Of files of one student that are called alike, the newest counts."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from grader.submission import resubmission

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Newest:
    """Which files count, by their paths, and which do not."""

    originals: Mapping[str, str]
    """What each that counts is to be called."""
    superseded: tuple[str, ...]


def newest(named: Iterable[tuple[str, str, int]]) -> Newest:
    """
    Tell which files count.

    Args:
        named: Path, the student's own name, and a number that grows with every upload, of each.
    """
    ordered = sorted(named, key=lambda one: one[2])
    by_name: dict[str, str] = {}
    superseded: list[str] = []
    for path, original, _upload in ordered:
        if original in by_name:
            superseded.append(by_name[original])
        by_name[original] = path
    plain = set(by_name)
    versions: dict[str, list[tuple[int, str]]] = {}
    for original in plain:
        before, number = _copy_of(original, plain)
        versions.setdefault(before, []).append((number, original))
    counting: dict[str, str] = {}
    for before, several in versions.items():
        *older, (_number, last) = sorted(several)
        counting[by_name[last]] = before
        superseded += [by_name[original] for _number, original in older]
    return Newest(dict(sorted(counting.items())), tuple(sorted(superseded)))


def _copy_of(original: str, there: set[str]) -> tuple[str, int]:
    """Return the file that is there, too, of which this is a newer copy, and its number; itself and -1 if there is none."""
    stem, suffix = os.path.splitext(original)
    for length in range(len(stem) - 1, 0, -1):
        number = resubmission(stem, stem[:length])
        if number is not None and stem[:length] + suffix in there:
            return stem[:length] + suffix, number
    return original, -1


def grouped(values: Iterable[T], key: Callable[[T], str]) -> dict[str, list[T]]:
    """Return values by a key, in their order."""
    groups: dict[str, list[T]] = {}
    for value in values:
        groups.setdefault(key(value), []).append(value)
    return groups
