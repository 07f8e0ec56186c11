"""Real repositories: commits are made by git itself, and trees that git would not make by its plumbing."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

File = str | bytes | Path
"""What is in a file; a path is where a symbolic link leads."""


@dataclass(frozen=True)
class Clone:
    """A repository in a folder, on the branch `main`."""

    folder: Path

    def git(self, *words: str, given: bytes = b"") -> str:
        """Run git as nobody has configured it; returns what it printed."""
        own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        for who in ("AUTHOR", "COMMITTER"):
            own |= {f"GIT_{who}_NAME": "someone", f"GIT_{who}_EMAIL": "someone@localhost"}
        allowed = ("-c", "protocol.file.allow=always")
        done = subprocess.run(
            ["git", *allowed, *words],
            cwd=self.folder,
            env=os.environ | own,
            input=given,
            capture_output=True,
            check=True,
        )
        return done.stdout.decode(errors="replace").strip()

    def commit(self, files: Mapping[str, File | None], message: str = "a change") -> str:
        """Write files, or delete those that are None, and commit all; returns the hash."""
        for name, content in files.items():
            path = self.folder / name
            if content is None:
                path.unlink()
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.unlink(missing_ok=True)
            if isinstance(content, Path):
                path.symlink_to(content)
            else:
                path.write_bytes(content if isinstance(content, bytes) else content.encode())
        self.git("add", "--all", "--force")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.head()

    def head(self) -> str:
        """Return the hash of the commit that is checked out."""
        return self.git("rev-parse", "HEAD")

    def branch(self, name: str, start: str = "main") -> None:
        """Go to a new branch."""
        self.git("checkout", "--quiet", "-b", name, start)

    def commit_of_tree(self, entries: Sequence[tuple[str, str, bytes]], parent: str) -> str:
        """Make a commit of one tree of (mode, name, content of a blob), whatever the names are; returns its hash."""
        rows = []
        for mode, name, content in entries:
            blob = self.git("hash-object", "-w", "--stdin", given=content)
            rows.append(f"{mode} {name}".encode() + b"\0" + bytes.fromhex(blob))
        tree = self.git("hash-object", "-t", "tree", "-w", "--stdin", "--literally", given=b"".join(sorted(rows)))
        return self.git("commit-tree", tree, "-p", parent, "-m", "a tree")


def clone_in(folder: Path) -> Clone:
    """Make an empty repository."""
    folder.mkdir(parents=True, exist_ok=True)
    made = Clone(folder)
    made.git("init", "--quiet", "--initial-branch=main")
    return made
