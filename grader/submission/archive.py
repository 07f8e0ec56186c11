"""
Read files out of a zip that a student sent: in memory, within limits, and without believing what it says of itself.

Nothing is unpacked to disk.  Memory holds the archive (at most MAX_BYTES), the list of what is in it (at most MAX_ENTRIES names
of _LONGEST_PATH bytes) and, while it is unpacked twice, as much of one file as the caller asks for.  Only what Explorer, Finder,
`zip` and GitHub write is read: files that are stored or deflated, side by side, inside the archive.  All else is refused.

The list is read here and not by the `zipfile` module.  That one reads all of it before anything can be limited, takes a second
for 3 MB of empty extra fields, and raises whatever its parts raise.
"""

from __future__ import annotations

import mmap
import re
import stat
import struct
import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from grader.errors import SubmissionError
from grader.submission.ignored_files import VIRTUAL_ENVIRONMENT, is_ignored

MAX_BYTES = 50_000_000
MAX_ENTRIES = 10_000
_LONGEST_PART = 255
"""Bytes; more than that no file system takes."""
_LONGEST_PATH = 1000
_MAX_SHOWN = 60
_MAX_ENVIRONMENTS = 100
"""Each costs a look at every file."""

_END = struct.Struct("<4s4H2LH")
"""The last record: parts of a split archive, entries here and in all, size and start of the list, length of a comment."""
_LISTED = struct.Struct("<4s4x2H4x3L3H4x2L")
"""An entry of the list, without versions, date and disk; its name, extra field and comment follow."""
_LOCAL = struct.Struct("<4s22x2H")
"""What stands before the bytes of a file, of which only the lengths of name and extra field count; these follow."""
_LONGEST_COMMENT = 0xFFFF
_ENCRYPTED = 1 << 0
_NAME_IS_UTF8 = 1 << 11
_STORED, _DEFLATED = 0, 8
_ELSEWHERE = 0xFFFFFFFF
"""A number that stands somewhere else, in the format for archives above 4 GB."""

Content = bytes | mmap.mmap
"""Of a zip: in memory, or where it lies on disk."""

_KINDS = (
    (b"Rar!\x1a\x07", 0, "a rar archive"),
    (b"7z\xbc\xaf\x27\x1c", 0, "a 7z archive"),
    (b"\x1f\x8b", 0, "a gzip archive"),
    (b"BZh", 0, "a bzip2 archive"),
    (b"\xfd7zXZ\0", 0, "an xz archive"),
    (b"ustar", 257, "a tar archive"),
    (b"%PDF", 0, "a PDF"),
)
"""What is often called `.zip` and is none: the bytes that tell, and where they stand."""
_PACK_AGAIN = "pack the files again as an ordinary zip"
_TOO_MODERN = f"a zip in the format for archives above 4 GB, zip64; {_PACK_AGAIN}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What the list of contents says of one file; all of it may be a lie."""

    name: bytes
    flags: int
    method: int
    """Of compression."""
    crc: int
    packed_bytes: int
    unpacked_bytes: int
    mode: int
    """Kind of file and permissions, as Unix has them; 0 where another system packed it."""
    offset: int
    """Where the file's own header stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file in an archive, not yet unpacked."""

    path: str
    """Where it lies, with forward slashes, without the folders that hold everything."""
    name: str
    """What the archive calls it."""
    record: Record
    start: int
    """Where its packed bytes start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A zip whose list of contents is sound; of the files themselves nothing is known yet."""

    where: str
    """What a refusal names."""
    files: tuple[Entry, ...]
    """Without the files that systems and tools add; the files of a folder before those of the folders in it, each by name."""
    folder: str
    """The folders that everything is in; empty if there are none."""
    content: Content = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedMember:
    """A file in an archive that is not read, while the others are."""

    name: str
    """What the archive calls it, whatever that is."""
    why: str
    """As it follows the name of the archive."""


def read(content: bytes, where: str) -> Archive:
    """
    Read what a zip holds.

    Args:
        content: The zip, at most MAX_BYTES; the caller sees to that.
        where: What a refusal names.

    Raises:
        SubmissionError: If it is no zip, or one that no student's computer makes.
    """
    try:
        records = _records(content)
        skipped = _virtual_environments(records)
        wanted = (raw for raw in records if not (skipped and raw.name.startswith(skipped)))
        listed = [entry for raw in wanted if (entry := _described(raw, content)) is not None]
        folder, files = _as_in_a_folder(listed)
        return Archive(where=where, files=files, folder=folder, content=content)
    except _Refused as error:
        raise SubmissionError(f"{where}: {error}") from None


def read_members(content: Content, where: str, max_entries: int) -> tuple[Archive, tuple[RefusedMember, ...]]:
    """
    Read what a zip of a class holds, as it lies there: a file that is refused costs the others nothing.

    Raises:
        SubmissionError: If it is no zip, has more entries, or its list of contents is not sound.
    """
    try:
        records = _records(content, max_entries)
    except _Refused as error:
        raise SubmissionError(f"{where}: {error}") from None
    files: dict[str, Entry] = {}
    refused: list[RefusedMember] = []
    for record in records:
        try:
            entry = _described(record, content)
            if entry is not None and entry.path in files:
                raise _Refused(f"{_shown(entry.name)} is in the archive twice; {_PACK_AGAIN}")
        except _Refused as error:
            refused.append(RefusedMember(name=record.name.decode(errors="backslashreplace"), why=str(error)))
            continue
        if entry is not None:
            files[entry.path] = entry
    folders = {path[:at] for path in files for at, letter in enumerate(path) if letter == "/"}
    for path in sorted(folders & files.keys()):
        why = f"{_shown(path)} is a file and a folder at once; {_PACK_AGAIN}"
        refused.append(RefusedMember(name=files.pop(path).name, why=why))
    return Archive(where=where, files=tuple(files.values()), folder="", content=content), tuple(refused)


def content_of(archive: Archive, entry: Entry, max_bytes: int) -> bytes:
    """
    Unpack one file; never more than *max_bytes* bytes and one, whatever size it claims.

    Raises:
        SubmissionError: If it holds more, is damaged, or is packed in a way that is not read.
    """
    try:
        return _unpacked(archive.content, entry, max_bytes)
    except _Refused as error:
        raise SubmissionError(f"{archive.where}: {_shown(entry.name)} {error}") from None


class _Refused(Exception):
    """Why an archive or a file in it is refused, as it follows the name."""


def _records(content: Content, max_entries: int = MAX_ENTRIES) -> list[Record]:
    count, start, end = _list_of_contents(content, max_entries)
    records, at = [], start
    for _ in range(count):
        if at + _LISTED.size > end:
            raise _Refused(f"the archive is damaged: its list of contents is cut short; {_PACK_AGAIN}")
        signature, flags, method, *numbers, attributes, offset = _LISTED.unpack_from(content, at)
        crc, packed_bytes, unpacked_bytes, name_bytes, extra_bytes, comment_bytes = numbers
        name = content[at + _LISTED.size : at + _LISTED.size + name_bytes]
        at += _LISTED.size + name_bytes + extra_bytes + comment_bytes
        if signature != b"PK\1\2" or at > end:
            raise _Refused(f"the archive is damaged: its list of contents cannot be read; {_PACK_AGAIN}")
        if name_bytes > _LONGEST_PATH:
            raise _Refused(_too_long(name.decode(errors="backslashreplace")))
        if _ELSEWHERE in (packed_bytes, unpacked_bytes, offset):
            raise _Refused(_TOO_MODERN)
        records.append(
            Record(
                name=name,
                flags=flags,
                method=method,
                crc=crc,
                packed_bytes=packed_bytes,
                unpacked_bytes=unpacked_bytes,
                mode=attributes >> 16,
                offset=offset,
            )
        )
    if at != end:
        raise _Refused(f"the archive is damaged: its list of contents is longer than it says; {_PACK_AGAIN}")
    _refuse_overlaps(records, content, start)
    return records


def _list_of_contents(content: Content, max_entries: int) -> tuple[int, int, int]:
    """Return how many entries the list has, and where it starts and ends."""
    end = content.rfind(b"PK\5\6", max(0, len(content) - _END.size - _LONGEST_COMMENT))
    if end < 0 or end + _END.size > len(content):
        raise _Refused(_what_it_is(content))
    _signature, *disks, here, count, size, start, _comment = _END.unpack_from(content, end)
    if count > max_entries:
        raise _Refused(f"more than {max_entries:,} entries in this archive; leave out what is not code")
    if content[max(0, end - 20) : end].startswith(b"PK\6\7") or _ELSEWHERE in (size, start):
        raise _Refused(_TOO_MODERN)
    if any(disks) or here != count:
        raise _Refused("one part of a split archive; pack the files as one zip")
    if start + size != end:
        raise _Refused(f"the archive is damaged: its list of contents is not where it says; {_PACK_AGAIN}")
    return count, start, end


def _what_it_is(content: Content) -> str:
    """Return what becomes of a file without the end of a zip, as a sentence."""
    for told_by, at, kind in _KINDS:
        if content[at : at + len(told_by)] == told_by:
            return f"this is {kind} that is called .zip; {_PACK_AGAIN}"
    if not content:
        return "the file is empty; hand the archive in again"
    if content[:4] == b"PK\3\4":
        return "the archive is cut off before its end; hand it in again"
    if content[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype", b"<html")):
        return "this is a web page that is called .zip; download the archive again"
    return f"this is no zip; {_PACK_AGAIN}"


def _refuse_overlaps(records: Sequence[Record], content: Content, end: int) -> None:
    """Refuse files that share bytes, which lets a small archive hold much; each must stand before the next, and before *end*."""
    before = 0
    for record in sorted(records, key=lambda record: record.offset):
        if record.offset < before:
            raise _Refused(f"{_shown_bytes(record.name)} shares bytes with another file in the archive; {_PACK_AGAIN}")
        before = _start_of(record, content) + record.packed_bytes
        if before > end:
            raise _Refused(f"the archive is damaged: {_shown_bytes(record.name)} is cut short; {_PACK_AGAIN}")


def _start_of(record: Record, content: Content) -> int:
    """Return where the packed bytes of a file start, behind its own header."""
    if record.offset + _LOCAL.size <= len(content):
        signature, name_bytes, extra_bytes = _LOCAL.unpack_from(content, record.offset)
        at = record.offset + _LOCAL.size
        if signature == b"PK\3\4" and content[at : at + name_bytes] == record.name:
            return int(at + name_bytes + extra_bytes)
    raise _Refused(
        f"the archive is damaged: {_shown_bytes(record.name)} is not where its list of contents says; {_PACK_AGAIN}"
    )


def has_drive(name: str) -> bool:
    """Return whether Windows would look for a name on a drive."""
    return re.match("[A-Za-z]:", name) is not None


def _described(record: Record, content: Content) -> Entry | None:
    """Return one file of the list, or None for a folder and for a file that is ignored."""
    name = _name_of(record)
    if "\\" in name:
        raise _Refused(f"a file name with a backslash: {_shown(name)}; {_PACK_AGAIN}")
    parts = [part for part in name.split("/") if part not in ("", ".")]
    if name.startswith("/") or has_drive(name) or ".." in parts:
        raise _Refused(f"{_shown(name)} leads out of the archive; {_PACK_AGAIN}")
    if not name.endswith("/") and not parts:
        raise _Refused(f"a file without a name: {_shown(name)}; {_PACK_AGAIN}")
    if any(map(is_ignored, parts)):
        return None
    if not name.isprintable():
        raise _Refused(f"a file name that cannot be read: {_shown(name)}; rename the file and pack it again")
    if any(len(part.encode()) > _LONGEST_PART for part in parts):
        raise _Refused(_too_long(name))
    kind = stat.S_IFMT(record.mode)
    if kind == stat.S_IFLNK:
        raise _Refused(f"{_shown(name)} is a link; pack the file itself")
    if name.endswith("/"):
        return None
    if kind not in (0, stat.S_IFREG):
        raise _Refused(f"{_shown(name)} is not an ordinary file; pack the archive without it")
    return Entry(path="/".join(parts), name=name, record=record, start=_start_of(record, content))


def _virtual_environments(records: Sequence[Record]) -> tuple[bytes, ...]:
    """Return where packages are that were installed for this work: the folders of some virtual environments."""
    marked = [record.name for record in records if record.name.endswith(b"/" + VIRTUAL_ENVIRONMENT.encode())]
    folders = sorted({name.rpartition(b"/")[0] + b"/" for name in marked}, key=len)[:_MAX_ENVIRONMENTS]
    # work that lies in the environment itself is work
    return tuple(
        folder for folder in folders if not all(record.name.startswith((folder, b"__MACOSX/")) for record in records)
    )


def _name_of(record: Record) -> str:
    """Return a file's name: UTF-8, whether it says so or not (Finder's does not), else code page 437, as the standard has it."""
    try:
        return record.name.decode()
    except UnicodeDecodeError:
        if record.flags & _NAME_IS_UTF8:
            shown = _shown_bytes(record.name)
            raise _Refused(f"a file name that is not UTF-8: {shown}; rename the file and pack it again") from None
        return record.name.decode("cp437")


def _as_in_a_folder(files: Sequence[Entry]) -> tuple[str, tuple[Entry, ...]]:
    """Return the folders that all files are in, and the files as a walk through the last of these meets them."""
    _refuse_clashes(files)
    if not files:
        return "", ()
    extremes = (_folders(min(files, key=_folders)), _folders(max(files, key=_folders)))
    common = next((at for at, (a, b) in enumerate(zip(*extremes, strict=False)) if a != b), min(map(len, extremes)))
    inner = [replace(entry, path=entry.path.split("/", common)[common]) for entry in files]
    return "/".join(extremes[0][:common]), tuple(sorted(inner, key=_turn))


def _folders(entry: Entry) -> list[str]:
    return entry.path.split("/")[:-1]


def _turn(entry: Entry) -> str:
    """Return what sorts files before the folders beside them, each by name; texts, as lists of parts take 50 times the memory."""
    return "".join(f"1{folder}\0" for folder in _folders(entry)) + f"0{entry.path}"


def _refuse_clashes(files: Sequence[Entry]) -> None:
    """Refuse files of which one would take the place of another; in order of their places such stand side by side."""
    for one, other in pairwise(sorted(files, key=_sort_key)):
        if one.path == other.path:
            raise _Refused(f"{_shown(one.name)} is in the archive twice; pack the files again, each once")
        if _sort_key(one) == _sort_key(other):
            both = f"{_shown(one.name)} and {_shown(other.name)}"
            raise _Refused(f"{both} are one name to many systems; rename one and pack them again")
        if _sort_key(other).startswith(_sort_key(one)):
            raise _Refused(f"{_shown(one.name)} is a file and a folder at once; {_PACK_AGAIN}")


def _sort_key(entry: Entry) -> str:
    """Return where a file comes to lie on a system that does not tell upper from lower case, nor ways to write an accent."""
    return unicodedata.normalize("NFC", entry.path).lower().replace("/", "\0") + "\0"  # which sorts before any letter


def _unpacked(archive: Content, entry: Entry, max_bytes: int) -> bytes:
    """Return what a file holds; refuse it by what follows its name."""
    record = entry.record
    if record.flags & _ENCRYPTED:
        raise _Refused("needs a password; pack the files without one")
    packed = memoryview(archive)[entry.start : entry.start + record.packed_bytes]
    try:
        if record.method == _STORED:
            content = bytes(packed[: max_bytes + 1])
        elif record.method == _DEFLATED:
            content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, max_bytes + 1)
        else:
            raise _Refused(f"is compressed by method {record.method}; {_PACK_AGAIN}")
    except zlib.error:
        raise _Refused(f"is damaged; {_PACK_AGAIN}") from None
    if len(content) > max_bytes:
        raise _Refused(f"is more than {max_bytes:,} bytes; take data and outputs out of it")
    if len(content) != record.unpacked_bytes or zlib.crc32(content) != record.crc:
        raise _Refused(f"is damaged; {_PACK_AGAIN}")
    return content


def _too_long(name: str) -> str:
    return f"a file name of {len(name):,} letters: {_shown(name)}; give it a shorter one and pack it again"


def _shown(name: str) -> str:
    """Return a name so that it can be printed on one line, whatever it is."""
    return repr(name if len(name) <= _MAX_SHOWN else f"{name[: _MAX_SHOWN - 20]}…{name[-19:]}")


def _shown_bytes(name: bytes) -> str:
    return _shown(name.decode(errors="backslashreplace"))
