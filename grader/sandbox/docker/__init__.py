"""
The `docker` sandbox: containers of workers on an engine, and the images that they start from.

The modules are imported when they are first used: an image of workers has only some of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.lazy_face import lazily

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

__getattr__ = lazily(
    __name__,
    {
        "docker_files": ("docker_folder",),
        "engine": ("WORKER_IMAGE", "connect"),
        "image": ("GRADER_IMAGE", "Recipe", "build_image"),
        "packed_files": ("files_below", "wheels_in"),
        "sandbox": ("Docker",),
    },
)
