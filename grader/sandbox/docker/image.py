"""
Build the images of `docker/Dockerfile`: that of workers, and the whole grader with a course in it.

The engine gets everything it needs as one archive, laid out like the repository, so it may be on another machine.  The archive is
the same for the same files, which lets the engine keep what it has built.
"""

from __future__ import annotations

import io
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import msgspec

import grader
from grader.errors import EngineError
from grader.sandbox.docker import engine, worker_source
from grader.sandbox.docker.docker_files import docker_folder
from grader.sandbox.docker.packed_files import files_below, wheels_in

if TYPE_CHECKING:
    from docker import APIClient

GRADER_IMAGE = "convnet-grader:latest"
_PACKAGE = Path(grader.__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What to build."""

    tag: str
    torch: str
    """`cpu` or `gpu`."""
    base: str | None
    """Base image; None for that of the Dockerfile."""
    wheels: Path | None
    """Folder with every package that is installed, for an engine without a network; None for `docker/wheels`, if it is there."""
    course: Path | None
    """The course that goes with the whole grader; None for the image of workers."""


class _Line(msgspec.Struct, frozen=True):
    """One line of what the engine says while it builds."""

    stream: str = ""
    error: str = ""


OnStep = Callable[[str], None]
"""Told what the engine does now."""


def build_image(client: APIClient, recipe: Recipe, on_step: OnStep) -> None:
    """
    Build an image.

    Raises:
        UsageError: If there is no folder of wheels where the recipe says.
        EngineError: If the engine cannot; the text has the last lines of its log.
    """
    from docker.errors import APIError, DockerException

    log: list[str] = []
    arguments = {"TORCH": recipe.torch, **({"BASE": recipe.base} if recipe.base else {})}
    with tempfile.TemporaryFile() as archive:
        _write(archive, recipe)
        archive.seek(0)
        try:
            lines = client.build(
                fileobj=archive,
                custom_context=True,
                tag=recipe.tag,
                dockerfile="docker/Dockerfile",
                target="worker" if recipe.course is None else "grader",
                buildargs=arguments,
                labels={engine.SOURCE_LABEL: worker_source.fingerprint()},
                rm=True,
                forcerm=True,
                decode=True,
            )
            for line in _decoded(lines):
                if line.error:
                    raise EngineError(_failure(recipe, line.error, log))
                log += line.stream.splitlines()
                on_step(line.stream.strip())
        except APIError as error:
            raise EngineError(engine.refusal(error)) from None
        except DockerException as error:
            raise EngineError(f"the Docker engine was lost while it built {recipe.tag}: {error}") from None


def _failure(recipe: Recipe, error: str, log: list[str]) -> str:
    end = "\n".join(line for line in log[-12:] if line.strip())
    if "no space left on device" in error or "no space left on device" in end.lower():
        return engine.refusal("no space left on device")
    if "pull access" in error or "registry" in error:
        return (
            f"the image {recipe.tag} could not be built: the engine cannot get {recipe.base or 'the base image'} ({error}); "
            "docker/make_base.sh makes one from Debian's packages, for --base"
        )
    return f"the image {recipe.tag} could not be built: {error}\n{end}"


def _decoded(lines: Iterable[Any]) -> Iterator[_Line]:
    for line in lines:
        yield msgspec.convert(line, _Line)


def _write(archive: IO[bytes], recipe: Recipe) -> None:
    """Write all that the Dockerfile copies."""
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for name, path in files_below(docker_folder(), ("wheels",)):
            _add(tar, f"docker/{name}", path.read_bytes())
        for wheel in _wheels(recipe.wheels):
            _add(tar, f"docker/wheels/{wheel.name}", wheel.read_bytes())
        of_worker = worker_source.files()
        for name, content in of_worker.items():
            _add(tar, name, content)
        if recipe.course is not None:
            for folder in (_PACKAGE, recipe.course / "assignments", recipe.course / "solutions"):
                for below_it, path in files_below(folder):
                    name = f"{folder.name}/{below_it}"
                    if name not in of_worker:
                        _add(tar, name, path.read_bytes())


def _wheels(folder: Path | None) -> list[Path]:
    """Return the packages for an engine without a network; none where nobody has fetched them."""
    return sorted((docker_folder() / "wheels").glob("*.whl")) if folder is None else wheels_in(folder)


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o644
    tar.addfile(entry, io.BytesIO(content))
