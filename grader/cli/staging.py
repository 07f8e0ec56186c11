"""
Read the submissions of a class and give each a name of its own.

One that cannot be read does not keep the others from being graded.  Where several files are called alike, as when all hand in
the file that is asked for, they are called by the folders that they lie in.
"""

from __future__ import annotations

import itertools
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from grader import submission as submissions
from grader.classroom import Intake
from grader.errors import SubmissionError, UsageError
from grader.listed import listed
from grader.model import Assignment, Refused, Submission
from grader.sandbox import current_quota

_MAX_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """What there is to grade."""

    submissions: tuple[Submission, ...]
    paths: Mapping[str, Path]
    """Where each lies, by its name, unless it lies in a zip."""
    refused: tuple[Refused, ...]
    renamed: str
    """A sentence on submissions that are called by their folders; empty if none is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """What is to be read, or is refused already."""

    name: str
    path: Path | None
    shown: str
    """How a sentence calls the path."""
    refusal: str = ""


def stage(
    paths: Sequence[Path], read: submissions.Reader, assignment: Assignment, intake: Intake | None = None
) -> Staged:
    """
    Read submissions, as many at a time as there are processors.

    Args:
        intake: Who handed in what, where paths hold classes.

    Raises:
        SubmissionError: If none can be read.
        UsageError: If one is named twice.
    """
    staged = read_all(paths, read, assignment, intake)
    if not staged.submissions:
        refused = staged.refused
        raise SubmissionError(listed([one.why for one in refused], _MAX_NAMED, "; "))
    return staged


def read_all(paths: Sequence[Path], read: submissions.Reader, assignment: Assignment, intake: Intake | None) -> Staged:
    """
    Read submissions as `stage` does, also where none can be read.

    Raises:
        UsageError: If one is named twice.
    """
    if intake is not None and intake.works:
        works = intake.works
        lying = {work.name: work.path for work in works if work.path is not None and not work.is_unpacked}
        rows = [_Row(name=work.name, path=work.path, shown=work.shown, refusal=work.refusal) for work in works]
        return _staged(rows, read, assignment, lying, "")
    names = _names(paths)
    rows = [_Row(name=name, path=path, shown=str(path)) for path, name in zip(paths, names, strict=True)]
    renamed = [(path, name) for path, name in zip(paths, names, strict=True) if name != _own_name(path)]
    return _staged(rows, read, assignment, dict(zip(names, paths, strict=True)), _about(renamed))


def _staged(
    rows: Sequence[_Row], read: submissions.Reader, assignment: Assignment, lying: Mapping[str, Path], renamed: str
) -> Staged:
    def read_one(row: _Row) -> Submission | Refused:
        if row.path is None:
            return Refused(name=row.name, why=row.refusal)
        try:
            return replace(read(row.path, assignment), name=row.name)
        except SubmissionError as error:
            return Refused(name=row.name, why=str(error).replace(str(row.path), row.shown))

    # each is read in a process of its own, so that threads are enough to keep all processors busy
    with ThreadPoolExecutor(max_workers=current_quota().threads) as pool:
        try:
            found = list(pool.map(read_one, rows))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return Staged(
        submissions=tuple(one for one in found if isinstance(one, Submission)),
        paths=lying,
        refused=tuple(one for one in found if isinstance(one, Refused)),
        renamed=renamed,
    )


def _names(paths: Sequence[Path]) -> list[str]:
    """Return a name for each path: its own, or that of the nearest folder which tells it from those that are called alike."""
    own = [_own_name(path) for path in paths]
    count = Counter(own)
    taken = {name for name in own if count[name] == 1}
    chosen = dict(zip(paths, own, strict=True))
    positions = [os.path.abspath(path) for path in paths]  # a link to another submission is refused by itself
    twice = next((path for path, place in zip(paths, positions, strict=True) if positions.count(place) > 1), None)
    if twice is not None:
        raise UsageError(f"{twice}: named twice; each submission is graded once")
    for name in (name for name, times in count.items() if times > 1):
        alike = [path for path in paths if chosen[path] == name]
        for path, folder in zip(alike, _folders(alike, taken), strict=True):
            chosen[path] = folder
            taken.add(folder)
    return [chosen[path] for path in paths]


def _folders(alike: Sequence[Path], taken: set[str]) -> list[str]:
    """Return the names of the nearest folders by which paths can be told apart, or their endings, or all of their folders."""
    parents = [Path(os.path.realpath(path)).parent.parts[1:][::-1] for path in alike]
    choices = [[folders[level] for folders in parents] for level in range(min(map(len, parents)))]
    choices.append([path.name for path in alike])
    for names in choices:
        if len(set(names)) == len(names) and not taken & set(names):
            return names
    return list(
        _numbered(["-".join([*folders[::-1], path.name]) for folders, path in zip(parents, alike, strict=True)], taken)
    )


def _numbered(names: Sequence[str], taken: set[str]) -> Iterator[str]:
    """Yield names of which none is another one's, nor taken."""
    used = set(taken)
    for name in names:
        free = next(
            one for number in itertools.count(1) if (one := name if number == 1 else f"{name}-{number}") not in used
        )
        used.add(free)
        yield free


def _own_name(path: Path) -> str:
    return os.path.basename(os.path.realpath(path)) if os.path.isdir(path) else path.stem


def _about(renamed: Sequence[tuple[Path, str]]) -> str:
    if not renamed:
        return ""
    names = listed([name for _path, name in renamed], _MAX_NAMED)
    return f"several files are called {renamed[0][0].name}; they are told apart as {names}"
