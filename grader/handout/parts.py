"""
A handout in parts: a folder for each assignment, and what lies beside these, each with the record of its files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.course.assignment import slug_in
from grader.errors import AssignmentError, UsageError
from grader.handout.contents import TOML, Contents
from grader.handout.record import RECORD, Record, decoded


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One folder of a handout."""

    folder: str
    """Where it lies in the handout; empty for the top."""
    files: Mapping[str, bytes]
    """By their paths in the folder, without the record; of an update those alone that have changed."""
    record: Record

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the files that an update leaves out, since they are as they were."""
        return tuple(name for name in self.record.files if name not in self.files)

    def after(self, before: Part) -> Part:
        """Return the same part, with the record of what was handed out before."""
        return replace(self, record=self.record.after(before.record))

    def entries(self, folder: str) -> Iterator[tuple[str, bytes]]:
        """Yield paths and contents, with the record, as they are to lie in *folder*."""
        held = {**self.files, RECORD: self.record.encoded()}
        for name in sorted(held):
            yield f"{folder}/{name}" if folder else name, held[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Handout:
    """What is handed out, of one assignment or of several."""

    title: str
    parts: tuple[Part, ...]
    contents: tuple[Contents, ...]

    @property
    def files(self) -> dict[str, bytes]:
        """Return all files by their paths in a zip, in which each assignment has a folder."""
        return {path: content for part in self.parts for path, content in part.entries(part.folder)}

    @property
    def files_at_the_root(self) -> dict[str, bytes]:
        """Return all files by their paths in a repository: the folder of a single assignment is the repository itself."""
        return dict(self.parts[0].entries("")) if len(self.parts) == 1 else self.files

    def after(self, before: Sequence[Part], where: str) -> Handout:
        """
        Return the same handout as one that follows another one.

        Raises:
            UsageError: If the other one, which *where* names, holds none of its assignments.
        """
        earlier = {part.record.slug: part for part in before}
        slugs = [part.record.slug for part in self.parts if part.record.slug]
        if not any(slug in earlier for slug in slugs):
            there = ", ".join(filter(None, earlier)) or "no assignment"
            raise UsageError(f"--update {where}: a handout of {there}, and not of {', '.join(slugs)}")
        parts = [part.after(earlier[slug]) if (slug := part.record.slug) in earlier else part for part in self.parts]
        return replace(self, parts=tuple(parts))

    def refuse_within(self, option: str, target: Path) -> None:
        """Raise UsageError if *target* lies where an assignment or its solution does."""
        for contents in self.contents:
            contents.refuse_within(option, target)


def handout_of(contents: Sequence[Contents], readme: bytes | None = None, title: str = "") -> Handout:
    """Return what is handed out of assignments, with a text beside them if there is one."""
    parts = [_part(one.assignment.slug, one.files) for one in contents]
    if readme is not None:
        parts.insert(0, _part("", {"README.md": readme}))
    return Handout(title=title or contents[0].assignment.title, parts=tuple(parts), contents=tuple(contents))


def parts_in(files: Mapping[str, bytes], where: str) -> tuple[Part, ...]:
    """
    Return the parts of a handout that lies in a zip; one without records was made before there were any.

    Raises:
        UsageError: If it is none, or a record in it cannot be read.
    """
    if TOML in files:
        return (_read("", files, where),)
    tops = sorted({name.split("/")[0] for name in files if "/" in name})
    below = {top: _below(files, top) for top in tops}
    beside = {name: content for name, content in files.items() if "/" not in name}
    found = [_read(top, inner, where) for top, inner in below.items() if not {RECORD, TOML}.isdisjoint(inner)]
    if RECORD in beside or (found and beside):
        found.insert(0, _read("", beside, where))
    if not found:
        raise UsageError(f"{where}: no handout: neither it nor a folder in it has {TOML}")
    return tuple(found)


def _below(files: Mapping[str, bytes], folder: str) -> dict[str, bytes]:
    start = f"{folder}/"
    return {name.removeprefix(start): content for name, content in files.items() if name.startswith(start)}


def _read(folder: str, files: Mapping[str, bytes], where: str) -> Part:
    """Return the part of these files; what a file holds counts, whatever the record says of it."""
    own = {name: content for name, content in files.items() if name != RECORD}
    record = Record.of(_slug(own, where) or folder, own)
    if RECORD in files:
        held = decoded(files[RECORD], f"{where}: {f'{folder}/' if folder else ''}{RECORD}")
        record = replace(held, files={name: record.files.get(name, known) for name, known in held.files.items()})
    return Part(folder=folder, files=own, record=record)


def _slug(files: Mapping[str, bytes], where: str) -> str:
    try:
        return slug_in(files.get(TOML, b""), Path(where, TOML))
    except AssignmentError:
        return ""


def _part(slug: str, files: Mapping[str, bytes]) -> Part:
    return Part(folder=slug, files=files, record=Record.of(slug, files))
