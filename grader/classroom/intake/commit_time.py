"""
When the last commit of a clone was made, as its author's machine has said.

git itself reads the commit, but in a repository of our own that only borrows the objects of the clone: no configuration and no
hook of a clone counts, and nothing of it is checked out.  Which commit it is stands in two plain files.

Sources: git, `Documentation/gitrepository-layout.txt`, and git(1), GIT_OBJECT_DIRECTORY.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from grader.bounded_read import read_bounded
from grader.classroom.intake.times import time_of
from grader.errors import UsageError

_MIB = 1024**2
_MAX_COMMIT = 64 * 1024
"""Bytes of a commit; a longer one is none that a person wrote."""
_MAX_SECONDS = 10
_REFERENCE = re.compile(rb"ref: (refs/heads/[!-~]{1,250})\s*")
_HASH = re.compile(rb"([0-9a-f]{40})\s*")
_COMMITTER = re.compile(rb"^committer [^\n]* (\d{1,12}) ([+-]\d{4})$", re.MULTILINE)


@contextmanager
def reading() -> Iterator[Path]:
    """Yield a repository of our own without anything in it."""
    with TemporaryDirectory(prefix="grader-commits-") as folder:
        own = Path(folder)
        for name in ("objects", "refs"):
            (own / name).mkdir()
        (own / "HEAD").write_text("ref: refs/heads/none\n")
        (own / "config").write_text("[core]\n\trepositoryformatversion = 0\n\tbare = true\n")
        yield own


def commit_time(clone: Path, own: Path) -> datetime | None:
    """Return when the commit that is checked out in *clone* was made; None where nobody can tell."""
    git = clone / ".git"
    objects = git / "objects"
    if any(folder.is_symlink() or not folder.is_dir() for folder in (git, objects)):
        return None
    try:
        commit = _commit(git)
        if commit is None:
            return None
        size = _git(own, objects, "cat-file", "-s", commit)
        if int(size) > _MAX_COMMIT:
            return None
        header = _git(own, objects, "cat-file", "commit", commit).partition(b"\n\n")[0]
    except (OSError, UsageError, ValueError, subprocess.SubprocessError):
        return None
    found = _COMMITTER.search(header)
    return None if found is None else time_of(int(found[1]), found[2].decode())


def _commit(git: Path) -> str | None:
    """Return the hash of the commit that is checked out."""
    head = _plain(git / "HEAD")
    detached = _HASH.fullmatch(head)
    if detached is not None:
        return detached[1].decode()
    reference = _REFERENCE.fullmatch(head)
    if reference is None or b".." in reference[1]:
        return None
    loose = git / reference[1].decode()
    if os.path.lexists(loose):
        found = _HASH.fullmatch(_plain(loose))
    else:
        line = rb"^([0-9a-f]{40}) " + re.escape(reference[1]) + rb"$"
        found = re.search(line, _plain(git / "packed-refs"), re.MULTILINE)
    return None if found is None else found[1].decode()


def _plain(path: Path) -> bytes:
    return b"" if path.is_symlink() else read_bounded(path, _MIB, "reference of git")


def _git(own: Path, objects: Path, *words: str) -> bytes:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | {
        "GIT_DIR": str(own),
        "GIT_OBJECT_DIRECTORY": str(objects.absolute()),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_ALLOW_PROTOCOL": "",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }
    done = subprocess.run(
        ["git", *words],
        cwd=own,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=_MAX_SECONDS,
        check=True,
    )
    return done.stdout
