"""
What becomes of a file that was handed out, where a later handout has another one: a file that somebody edited is never touched.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass, replace

from grader.handout.parts import Handout, Part
from grader.handout.record import Record


class Fate(enum.Enum):
    """What is done with one file."""

    UNCHANGED = enum.auto()
    """It is as the new handout has it, or the new handout has nothing new for it."""
    ADDED = enum.auto()
    REPLACED = enum.auto()
    REMOVED = enum.auto()
    LEFT = enum.auto()
    """It was edited, and the new handout has another one."""
    LEFT_OVER = enum.auto()
    """It was edited, and the new handout has none."""


def fate(name: str, there: str | None, before: Record, new: Record) -> Fate:
    """
    Return what is done with a file.

    Args:
        there: The digest of what lies there now; None where there is nothing.
        before: Of the handout that lies there, as far as that is known.
        new: Of the handout that comes.
    """
    wanted = new.files.get(name)
    is_untouched = there in (*before.digests_of(name), *new.digests_of(name))
    if there == wanted:
        return Fate.UNCHANGED
    if wanted is None:
        return Fate.REMOVED if is_untouched else Fate.LEFT_OVER
    if there is None:
        return Fate.ADDED
    if is_untouched:
        return Fate.REPLACED
    return Fate.UNCHANGED if before.files.get(name) == wanted else Fate.LEFT


def names_of(before: Record, new: Record) -> tuple[str, ...]:
    """Return every file that may have to be touched."""
    return tuple(sorted({*before.files, *before.earlier, *new.files, *new.earlier}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a handout has changed since the one before, by paths in it."""

    added: tuple[str, ...]
    replaced: tuple[str, ...]
    removed: tuple[str, ...]

    def __bool__(self) -> bool:
        """Return whether anything has changed."""
        return bool(self.added or self.replaced or self.removed)

    def __str__(self) -> str:
        """Say what has changed."""
        kinds = {"changed": self.replaced, "new": self.added, "removed": self.removed}
        return "; ".join(f"{kind}: {', '.join(names)}" for kind, names in kinds.items() if names)


def changes_of(new: Handout, before: tuple[Part, ...]) -> Changes:
    """Return what a handout changes of the one before."""
    found: dict[Fate, list[str]] = {one: [] for one in Fate}
    for part, earlier in _pairs(new, before):
        for name in sorted({*earlier.files, *part.record.files}):
            what = fate(name, earlier.files.get(name), earlier, part.record)
            found[what].append(f"{part.folder}/{name}" if part.folder else name)
    return Changes(
        added=tuple(found[Fate.ADDED]), replaced=tuple(found[Fate.REPLACED]), removed=tuple(found[Fate.REMOVED])
    )


def only_changed(new: Handout, before: tuple[Part, ...]) -> Handout:
    """Return a handout without the files that are as they were, and without the parts of which nothing has changed."""
    parts = []
    for part, earlier in _pairs(new, before):
        files = {
            name: content for name, content in part.files.items() if earlier.files.get(name) != part.record.files[name]
        }
        if files or set(earlier.files) - set(part.record.files):
            parts.append(replace(part, files=files))
    return replace(new, parts=tuple(parts))


def _pairs(new: Handout, before: tuple[Part, ...]) -> Iterator[tuple[Part, Record]]:
    records = {part.record.slug: part.record for part in before}
    for part in new.parts:
        yield part, records.get(part.record.slug) or Record(slug=part.record.slug, files={}, earlier={})
