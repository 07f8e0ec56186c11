"""
The `docker` sandbox: containers of workers on an engine, and the images that they start from.

The modules are imported when they are first used: an image of workers has only some of them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.sandbox.docker.docker_files import docker_folder
    from grader.sandbox.docker.engine import WORKER_IMAGE, connect
    from grader.sandbox.docker.image import GRADER_IMAGE, Recipe, build_image
    from grader.sandbox.docker.packed_files import files_below, wheels_in
    from grader.sandbox.docker.sandbox import Docker

__all__ = [
    "GRADER_IMAGE",
    "WORKER_IMAGE",
    "Docker",
    "Recipe",
    "build_image",
    "connect",
    "docker_folder",
    "files_below",
    "wheels_in",
]

_MODULES = {
    "docker_files": ("docker_folder",),
    "engine": ("WORKER_IMAGE", "connect"),
    "image": ("GRADER_IMAGE", "Recipe", "build_image"),
    "packed_files": ("files_below", "wheels_in"),
    "sandbox": ("Docker",),
}


def __getattr__(name: str) -> object:
    for module, names in _MODULES.items():
        if name in names:
            return getattr(importlib.import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
