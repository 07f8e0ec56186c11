"""
Make a repository to hand out: one commit, which holds the handout and nothing else.

With a history an answer could be handed out that was taken out later, so none goes along; what is in the repository in the end
is compared with what should be.
"""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from grader.errors import UsageError
from grader.handout.git import blob_name, git, refused
from grader.handout.pack import write_files
from grader.handout.parts import Handout


def write_repository(handout: Handout, target: Path) -> None:
    """
    Make the repository *target*, whole or not at all.

    Raises:
        UsageError: If something lies there already, or the assignment does, there is no git, or it cannot be written.
    """
    handout.refuse_within("--git", target)
    with refused("--git", target):
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise UsageError(f"--git {target}: there is something already; name a folder that is new or empty")
        with TemporaryDirectory(dir=target.absolute().parent, prefix=".handout-") as made:
            folder = Path(made) / "handout"
            _commit(folder, handout)
            os.replace(folder, target)


def _commit(folder: Path, handout: Handout) -> None:
    git(folder.parent, "init", "--quiet", "--initial-branch=main", "--template=", folder.name)
    files = handout.files_at_the_root
    write_files(files, folder)
    git(folder, "add", "--force", "--all")
    git(folder, "commit", "--quiet", "--message", f"{handout.title}: what is asked")
    kinds = git(folder, "cat-file", "--batch-all-objects", "--batch-check=%(objecttype) %(objectname)").split()
    stored = {name for kind, name in zip(kinds[::2], kinds[1::2], strict=True) if kind == "blob"}
    expected = {blob_name(content) for content in files.values()}
    assert (stored, kinds.count("commit")) == (expected, 1), "the repository holds something else than the handout"
