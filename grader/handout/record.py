"""
`handout.json`: which files an assignment was handed out with, by which a later handout knows those that somebody has edited.

It holds digests of what students have anyway, and those of all handouts before, and so nothing to keep from them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from grader.errors import UsageError

RECORD = "handout.json"
VERSION = 1
MAX_BYTES = 1024**2


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Digests of the files of one folder of a handout, by their paths in it."""

    slug: str
    """Of the assignment; empty for what lies beside the assignments."""
    files: Mapping[str, str]
    """All files of this handout."""
    earlier: Mapping[str, tuple[str, ...]]
    """Other contents of these files, and files that are no longer there, in the handouts before."""

    @classmethod
    def of(cls, slug: str, files: Mapping[str, bytes]) -> Record:
        """Return the record of files that nothing was handed out before."""
        return cls(slug=slug, files={name: digest(content) for name, content in files.items()}, earlier={})

    def after(self, before: Record) -> Record:
        """Return the record of the same files, handed out after those of another one."""
        earlier: dict[str, tuple[str, ...]] = {}
        for name in sorted({*before.files, *before.earlier}):
            known = dict.fromkeys((*before.digests_of(name), *self.earlier.get(name, ())))
            others = tuple(one for one in known if one != self.files.get(name))
            if others:
                earlier[name] = others
        return Record(slug=self.slug, files=self.files, earlier={**self.earlier, **earlier})

    def digests_of(self, name: str) -> tuple[str, ...]:
        """Return the digests of every content that a file was handed out with."""
        newest = self.files.get(name)
        return (*self.earlier.get(name, ()), *([] if newest is None else [newest]))

    def encoded(self) -> bytes:
        """Return it as a file."""
        earlier = {name: list(self.earlier[name]) for name in sorted(self.earlier)}
        held = _File(slug=self.slug, files=dict(sorted(self.files.items())), earlier=earlier)
        return msgspec.json.format(msgspec.json.encode(held), indent=1) + b"\n"


def decoded(content: bytes, where: str) -> Record:
    """
    Return what a file holds.

    Raises:
        UsageError: If it is no record, or one of a newer grader.
    """
    try:
        held = msgspec.json.decode(content, type=_File)
    except msgspec.DecodeError as error:
        raise UsageError(f"{where}: no record of a handout: {error}") from None
    if held.version != VERSION:
        raise UsageError(f"{where}: written by another version of the grader; install that one")
    for name in (*held.files, *held.earlier):
        if not is_path(name):
            raise UsageError(f"{where}: {name!r} is no file of a folder")
    earlier = {name: tuple(digests) for name, digests in held.earlier.items()}
    return Record(slug=held.slug, files=held.files, earlier=earlier)


def digest(content: bytes) -> str:
    """Return the digest of a file, whatever ends its lines: git and editors of Windows change that, and no student does."""
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()


def is_path(text: str) -> bool:
    """Return whether this is a path below a folder, on every system."""
    return not any(part in ("", ".", "..") or ":" in part or "\\" in part for part in text.split("/"))


class _File(msgspec.Struct, kw_only=True):
    version: int = VERSION
    slug: str
    files: dict[str, str]
    earlier: dict[str, list[str]] = {}
