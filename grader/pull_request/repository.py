"""
Commits, and the files in them as git stores them: nothing is checked out, so no attribute, filter or hook of a commit runs.

git itself reads its objects.  It gets no configuration but that of the repository, and may not fetch what is missing.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import UsageError
from grader.reports.escape import one_line

_FILE_MODES = ("100644", "100755", "100664")
_LINK, _SUBMODULE = "120000", "160000"
_LFS = b"version https://git-lfs.github.com/spec/"
"""How a pointer begins: git-lfs, docs/spec.md."""
_MAX_LISTED = 32 * 1024**2
"""Bytes: some 300,000 paths."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file of a commit."""

    mode: str
    """As git writes it: 100644 for a file."""
    name: str
    """Of the object: the hash of what is in it."""

    @property
    def kind(self) -> str:
        """Return what it is where it is no file, for a reader; "" for a file."""
        known = {**dict.fromkeys(_FILE_MODES, ""), _LINK: "a symbolic link", _SUBMODULE: "a submodule"}
        return known.get(self.mode, f"no file (mode {self.mode})")


Tree = Mapping[str, Entry]
"""The files of a commit by their paths; bytes that are not UTF-8 are written as `\\xff`."""


class Repository:
    """A local clone."""

    def __init__(self, folder: Path) -> None:
        """
        Take a clone, or a folder in one.

        Raises:
            UsageError: If it is none, or there is no git.
        """
        self._folder = folder
        if not folder.is_dir():
            raise UsageError(f"--repository {folder}: no such folder")
        try:
            self._git("rev-parse", "--git-dir")
        except FileNotFoundError:
            raise UsageError(
                "there is no `git` on this machine, and pull requests are read with it: install it"
            ) from None
        except subprocess.CalledProcessError as error:
            raise UsageError(f"--repository {folder}: git says: {_last_line(error)}") from None

    def commit(self, option: str, reference: str) -> str:
        """
        Return the hash of a commit.

        Args:
            option: Which option names it, for the message.

        Raises:
            UsageError: If there is no such commit, or the name may mean several.
        """
        words = ("rev-parse", "--verify", "--end-of-options", f"{reference}^{{commit}}")
        try:
            found = self._run(*words)
        except subprocess.CalledProcessError:
            raise UsageError(
                f"{option} {reference}: there is no such commit in {self._folder}; fetch it first, `git fetch origin {reference}`"
            ) from None
        except (ValueError, OSError):  # a character that no argument can hold, or too many
            raise UsageError(f"{option} {one_line(reference)}: this cannot be the name of a commit") from None
        if b"ambiguous" in found.stderr:  # a student may push a tag that is called like a branch
            raise UsageError(
                f"{option} {reference}: several things in {self._folder} are called so; give the full hash of the commit, or "
                f"the whole name, as refs/heads/{reference}"
            )
        return found.stdout.decode().strip()

    def fork_point(self, base: str, head: str) -> str:
        """
        Return the commit from which *head* goes its own way.

        A shallow clone may know an older one alone, and of several a student can choose by the dates of commits: with either, an
        edit would look as if the base had it.

        Raises:
            UsageError: If the clone does not hold all of the history, or there are none or several such commits.
        """
        if self._read("rev-parse", "--is-shallow-repository").strip() == b"true":
            raise UsageError(
                f"{self._folder} is a shallow clone, and where two commits part shows in the whole history: fetch all of it "
                "(`fetch-depth: 0` of actions/checkout, `GIT_DEPTH: 0` on GitLab, `git fetch --unshallow`)"
            )
        try:
            found = self._git("merge-base", "--all", base, head).decode().split()
        except subprocess.CalledProcessError:
            raise UsageError(
                f"{base[:12]} and {head[:12]} have no commit in common: what the head changed cannot be told; start from the base"
            ) from None
        if len(found) > 1:
            raise UsageError(
                f"{base[:12]} and {head[:12]} part at {len(found)} commits, since each was merged into the other: what the head "
                "changed cannot be told; merge the base into the branch, and push it again"
            )
        return found[0]

    def tree(self, commit: str) -> Tree:
        """
        Return the files of a commit.

        Raises:
            UsageError: If git cannot read it, it has too many files, or one twice.
        """
        found: dict[str, Entry] = {}
        for line in self._listed("ls-tree", "-r", "-z", "--full-tree", commit).split(b"\0"):
            if line:
                about, _tab, raw = line.partition(b"\t")
                mode, _kind, name = about.decode().split()
                path = raw.decode(errors="backslashreplace")
                if path in found:  # no git makes such a tree, and programs differ in which they take
                    raise UsageError(f"{commit[:12]} holds {one_line(path)} twice: make the commit anew with git")
                found[path] = Entry(mode=mode, name=name)
        return found

    def sizes(self, entries: Sequence[Entry]) -> list[int]:
        """
        Return how many bytes each file has.

        Raises:
            UsageError: If the clone lacks one, as one that was fetched with a filter does.
        """
        names = "".join(f"{entry.name}\n" for entry in entries).encode()
        lines = self._read("cat-file", "--batch-check=%(objectsize)", given=names).decode().splitlines()
        lacks = next((line for line in lines if not line.isdigit()), None)
        if lacks is not None:
            raise UsageError(
                f"{self._folder}: a file of the commit is not in this clone ({lacks}): fetch it without a filter"
            )
        return [int(line) for line in lines]

    def contents(self, entries: Sequence[Entry]) -> list[bytes]:
        """Return what is in each file, which must be there (see `sizes`)."""
        names = "".join(f"{entry.name}\n" for entry in entries).encode()
        answer, start, found = self._read("cat-file", "--batch", given=names), 0, []
        for _entry in entries:
            end = answer.index(b"\n", start)
            size = int(answer[start:end].split()[-1])
            found.append(answer[end + 1 : end + 1 + size])
            start = end + 1 + size + 1
        return found

    def _read(self, *words: str, given: bytes = b"") -> bytes:
        """
        Run git where it fails only if the clone is damaged.

        Raises:
            UsageError: If it does.
        """
        try:
            return self._git(*words, given=given)
        except subprocess.CalledProcessError as error:
            raise UsageError(f"{self._folder}: git {words[0]} cannot read this clone: {_last_line(error)}") from None

    def _listed(self, *words: str) -> bytes:
        """
        Run git where a few small objects may list more than any memory holds.

        Raises:
            UsageError: If it fails, or lists too much.
        """
        with subprocess.Popen(
            self._command(words), cwd=self._folder, env=_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            listed = process.stdout.read(_MAX_LISTED + 1)
            if len(listed) > _MAX_LISTED:
                process.kill()
                raise UsageError(
                    f"{words[-1][:12]} lists its files in more than {_MAX_LISTED:,} bytes: this is no repository of a course"
                )
            said = process.stderr.read().decode(errors="replace").strip().splitlines()
        if process.returncode:
            raise UsageError(
                f"{self._folder}: git {words[0]} cannot read this clone: {said[-1] if said else 'nothing'}"
            )
        return listed

    def _git(self, *words: str, given: bytes = b"") -> bytes:
        """
        Run git, and return what it prints.

        Raises:
            subprocess.CalledProcessError: If it fails.
        """
        return self._run(*words, given=given).stdout

    def _run(self, *words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            self._command(words), cwd=self._folder, env=_environment(), input=given, capture_output=True, check=True
        )

    @staticmethod
    def _command(words: Sequence[str]) -> list[str]:
        # the caller names the clone; in a container another user owns it: git-config, safe.directory
        return ["git", "-c", "safe.directory=*", "-c", "core.warnAmbiguousRefs=true", *words]


def _environment() -> dict[str, str]:
    """Return what git sees: no configuration of the machine or the user, and no way to fetch."""
    own = {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_ALLOW_PROTOCOL": "",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }
    return {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | own


def is_lfs_pointer(content: bytes) -> bool:
    """Return whether a file only names the one that Git LFS stores elsewhere."""
    return content.startswith(_LFS)


def _last_line(error: subprocess.CalledProcessError) -> str:
    lines: list[str] = error.stderr.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "nothing"
