"""Where submissions lie in the repository of a CI job, whose files reports name."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from grader.reports.repository import Folders

_ROOTS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")
"""Variables of GitHub Actions and of GitLab CI that name the folder of the repository."""


def folders_of(assignment: str, paths: Mapping[str, Path]) -> Folders:
    """
    Return the folders of submissions from the root of the repository: the one of a CI job, or else the current folder.

    Args:
        assignment: Which all submissions are of.
        paths: Where each submission lies, by its name; one that lies elsewhere has no folder here.
    """
    named = next((os.environ[name] for name in _ROOTS if os.environ.get(name)), None)
    root = Path(named or Path.cwd()).resolve()
    folders = {name: (path if path.is_dir() else path.parent).resolve() for name, path in paths.items()}
    within = {name: folder.relative_to(root) for name, folder in folders.items() if folder.is_relative_to(root)}
    return {(assignment, name): folder.as_posix() for name, folder in within.items() if folder.parts}
