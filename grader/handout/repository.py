"""
Make a repository to hand out: one commit, which holds the handout and nothing else.

With a history an answer could be handed out that was taken out later, so none goes along; what is in the repository in the end
is compared with what should be.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from grader.errors import UsageError
from grader.handout.contents import Contents

_STAFF = ("course staff", "staff@localhost")


def write(contents: Contents, target: Path) -> None:
    """
    Make the repository *target*, whole or not at all.

    Raises:
        UsageError: If something lies there already, or the assignment does, there is no git, or it cannot be written.
    """
    contents.refuse_within("--git", target)
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise UsageError(f"--git {target}: there is something already; name a folder that is new or empty")
        with TemporaryDirectory(dir=target.absolute().parent, prefix=".handout-") as made:
            folder = Path(made) / "handout"
            _commit(folder, contents)
            os.replace(folder, target)
    except FileNotFoundError as error:
        if error.filename != "git":
            raise UsageError(f"--git {target}: cannot write there: {error.strerror}") from None
        raise UsageError("--git: there is no `git` on this machine; install it, or hand out a zip with --out") from None
    except OSError as error:
        raise UsageError(f"--git {target}: cannot write there: {error.strerror}") from None
    except subprocess.CalledProcessError as error:
        raise UsageError(f"--git {target}: git failed: {error.stderr.decode(errors='replace').strip()}") from None


def _commit(folder: Path, contents: Contents) -> None:
    _git(folder.parent, "init", "--quiet", "--initial-branch=main", "--template=", folder.name)
    for name, content in contents.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    _git(folder, "add", "--force", "--all")
    _git(folder, "commit", "--quiet", "--message", f"{contents.assignment.title}: what is asked")
    kinds = _git(folder, "cat-file", "--batch-all-objects", "--batch-check=%(objecttype) %(objectname)").split()
    stored = {name for kind, name in zip(kinds[::2], kinds[1::2], strict=True) if kind == "blob"}
    expected = {_blob(content) for content in contents.files.values()}
    assert (stored, kinds.count("commit")) == (expected, 1), "the repository holds something else than the handout"


def _blob(content: bytes) -> str:
    """Return the name that git gives a file: https://git-scm.com/book/en/v2/Git-Internals-Git-Objects."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def _git(folder: Path, *words: str) -> str:
    """Run git as it is where nobody has configured it: no hooks, no signatures, no line endings that change."""
    name, mail = _STAFF
    own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
    for who in ("AUTHOR", "COMMITTER"):
        own |= {f"GIT_{who}_NAME": name, f"GIT_{who}_EMAIL": mail}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(["git", *words], cwd=folder, env=inherited | own, capture_output=True, check=True)
    return done.stdout.decode()
