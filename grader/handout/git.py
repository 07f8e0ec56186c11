"""
Run git as it is where nobody has configured it, and say in a sentence what went wrong.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from grader.errors import UsageError

_STAFF = ("course staff", "staff@localhost")
_NO_HOOKS = ("-c", f"core.hooksPath={os.devnull}", "-c", "core.autocrlf=false", "-c", "commit.gpgSign=false")


def git(folder: Path, *words: str, **environment: str) -> str:
    """Run git, and return what it prints; no hooks, no signatures, no line endings that change."""
    return os.fsdecode(output(folder, *words, environment=environment))


def output(folder: Path, *words: str, given: bytes = b"", environment: Mapping[str, str] | None = None) -> bytes:
    """Run git likewise, with *given* as its input, and return the bytes that it prints."""
    name, mail = _STAFF
    own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
    for who in ("AUTHOR", "COMMITTER"):
        own |= {f"GIT_{who}_NAME": name, f"GIT_{who}_EMAIL": mail}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command, variables = ["git", *_NO_HOOKS, *words], inherited | own | dict(environment or {})
    return subprocess.run(command, cwd=folder, env=variables, input=given, capture_output=True, check=True).stdout


@contextmanager
def refused(option: str, target: Path) -> Iterator[None]:
    """
    Say of what fails in this block that *option* is why.

    Raises:
        UsageError: If there is no git, it fails, or something cannot be read or written.
    """
    try:
        yield
    except FileNotFoundError as error:
        if error.filename != "git":
            raise UsageError(f"{option} {target}: cannot write there: {error.strerror}") from None
        raise UsageError(
            f"{option}: there is no `git` on this machine; install it, or hand out a zip with --out"
        ) from None
    except OSError as error:
        raise UsageError(f"{option} {target}: cannot write there: {error.strerror}") from None
    except subprocess.CalledProcessError as error:
        raise UsageError(f"{option} {target}: git failed: {error.stderr.decode(errors='replace').strip()}") from None


def blob_name(content: bytes) -> str:
    """Return the name that git gives a file: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
