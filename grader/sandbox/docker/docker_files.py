"""Where the Dockerfile, its requirements and the filter of system calls lie."""

from __future__ import annotations

from pathlib import Path

import grader

_PACKAGE = Path(grader.__file__).parent


def docker_folder() -> Path:
    """Return that folder: beside the package in a checkout, in it where it was installed."""
    installed = _PACKAGE / "docker_files"
    return installed if installed.is_dir() else _PACKAGE.parent / "docker"
