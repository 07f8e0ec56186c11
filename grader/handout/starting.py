"""
Unpack a handout where a student works, or bring one that lies there up to date.

A file is written or removed only where nothing lies, or what was handed out before.  What somebody has edited is left alone, and
of such a file a new version is laid beside it.  The record is written last: a run that was stopped can be run again.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader.atomic_write import write_atomically
from grader.bounded_read import read_bounded
from grader.course import assignment as assignments
from grader.errors import AssignmentError, UsageError
from grader.handout.contents import TOML
from grader.handout.differences import Fate, fate, names_of
from grader.handout.parts import Part
from grader.handout.record import MAX_BYTES, RECORD, Record, decoded, digest, is_path

_NEW = ".new"
_MAX_OF_A_FILE = 128 * 1024**2
"""No handout has larger files; a larger one is the student's own."""
_OTHER = "other"
"""Stands for the digest of what was never handed out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftAlone:
    """A file that was not touched, and why."""

    name: str
    why: str


@dataclass(slots=True, kw_only=True)
class Started:
    """What became of one folder."""

    slug: str
    """Of the assignment; empty for what lies beside the assignments."""
    folder: Path
    was_there: bool
    added: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    left: list[LeftAlone] = field(default_factory=list)


def start(parts: Sequence[Part], where: str, target: Path) -> tuple[Started, ...]:
    """
    Unpack the parts of a handout, which lies *where*, into the folder *target*, or bring up to date what lies there.

    Raises:
        UsageError: If an update does not follow the handout that is there, or something cannot be read or written.
    """
    try:
        folders = [_Folder.of(part, where, target, is_alone=len(parts) == 1) for part in parts]
        for folder in folders:
            folder.refuse_gaps()
        return tuple(folder.brought_up_to_date() for folder in folders)
    except OSError as error:
        raise UsageError(f"{error.filename or target}: cannot be written: {error.strerror}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Folder:
    """A folder that a part is unpacked to."""

    path: Path
    where: str
    part: Part
    before: Record
    new: Record

    @classmethod
    def of(cls, part: Part, where: str, target: Path, *, is_alone: bool) -> _Folder:
        slug = part.record.slug
        if "/" in slug or not (slug == "" or is_path(slug)):
            raise UsageError(f"{where}: {slug!r} is no name of an assignment")
        there = _handed_out_as(target)
        if there is not None and not is_alone:
            raise UsageError(f"{target}: the folder of {there}, and {where} holds several; go to the folder above")
        path = target if not slug or there == slug else target / slug
        if path != target and path.is_symlink():
            raise UsageError(f"{path}: a link; name the folder itself")
        extra = {name: digest(content) for name, content in part.files.items()}
        new = replace(part.record, files={**part.record.files, **extra})
        return cls(path=path, where=where, part=part, before=_record_in(path, slug), new=new)

    def refuse_gaps(self) -> None:
        """Raise UsageError if a file is needed that an update leaves out."""
        for name in self.part.missing:
            what, is_known = self._fate(name), self.before.files.get(name) == self.new.files[name]
            if what in (Fate.REPLACED, Fate.LEFT) or (what is Fate.ADDED and not is_known):
                raise UsageError(
                    f"{self.where}: holds only what has changed since another handout than the one in {self.path}, which has "
                    f"another {name}, or none; take the whole handout"
                )

    def brought_up_to_date(self) -> Started:
        was_there = any((self.path / name).is_file() for name in ((RECORD, TOML) if self.new.slug else (RECORD,)))
        done = Started(slug=self.new.slug, folder=self.path, was_there=was_there)
        self.path.mkdir(parents=True, exist_ok=True)
        for name in names_of(self.before, self.new):
            self._settle(name, done)
        content = self.new.after(self.before).encoded()
        if self._obstacle(RECORD) is None:
            write_atomically(self.path / RECORD, content)
        return done

    def _settle(self, name: str, done: Started) -> None:
        path, obstacle = self.path / name, self._obstacle(name)
        if obstacle is not None:
            if name in self.new.files:
                done.left.append(LeftAlone(name=name, why=obstacle))
            return
        what = self._fate(name)
        if what is Fate.ADDED and name not in self.part.files:
            return  # the student has removed it, and it is as it was
        if what is Fate.ADDED:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, self.part.files[name])
            done.added.append(name)
        elif what is Fate.REPLACED:
            write_atomically(path, self.part.files[name])
            done.replaced.append(name)
        elif what is Fate.REMOVED:
            path.unlink()
            done.removed.append(name)
        elif what is Fate.LEFT_OVER:
            done.left.append(LeftAlone(name=name, why="you have edited it; the handout no longer has it"))
        elif what is Fate.LEFT:
            done.left.append(LeftAlone(name=name, why=self._beside(name)))

    def _beside(self, name: str) -> str:
        """Lay the new version of a file that was edited beside it, unless that one was edited too; says so."""
        beside, is_known = f"{name}{_NEW}", bool(self.before.digests_of(name))
        why = "you have edited it" if is_known else "it was there before, and is another one"
        there, known = self._there(beside), (*self.before.digests_of(name), *self.new.digests_of(name))
        if self._obstacle(beside) is not None or (there is not None and there not in known):
            return f"{why}, and so is {beside}; rename that one and start again to see the new version"
        write_atomically(self.path / beside, self.part.files[name])
        return f"{why}; the new version is {beside}"

    def _fate(self, name: str) -> Fate:
        return fate(name, self._there(name), self.before, self.new)

    def _there(self, name: str) -> str | None:
        """Return the digest of what lies there, or None where nothing does."""
        path = self.path / name
        try:
            about = path.lstat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        if not stat.S_ISREG(about.st_mode) or about.st_size > _MAX_OF_A_FILE:
            return _OTHER
        return digest(path.read_bytes())

    def _obstacle(self, name: str) -> str | None:
        """Return why no file of this name may be touched, or None: a link leads elsewhere, and no handout has made it."""
        parts = name.split("/")
        for count in range(1, len(parts) + 1):
            path = self.path.joinpath(*parts[:count])
            if path.is_symlink():
                return f"{'/'.join(parts[:count])} is a link"
            if os.path.lexists(path) and (count < len(parts)) != path.is_dir():
                return f"{'/'.join(parts[:count])} is a {'folder' if path.is_dir() else 'file'}"
        return None


def _handed_out_as(folder: Path) -> str | None:
    """Return which assignment was handed out as this folder; None if none was."""
    try:
        toml = folder / TOML
        return assignments.slug_in(toml.read_bytes(), toml) or None
    except (OSError, AssignmentError):
        return None


def _record_in(folder: Path, slug: str) -> Record:
    """Return the record in a folder; where none can be read, one of no files, so that what is there counts as edited."""
    with suppress(UsageError):
        found = decoded(read_bounded(folder / RECORD, MAX_BYTES, "record"), str(folder / RECORD))
        if found.slug == slug:
            return found
    return Record(slug=slug, files={}, earlier={})
