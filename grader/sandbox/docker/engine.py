"""
The Docker engine: reach it, find the image of workers, and say in one sentence what is wrong where that fails.

The engine is wherever `DOCKER_HOST` or the usual socket leads, on this machine or another: nothing of this machine's files is
mounted into a container.
"""

from __future__ import annotations

import json
import os
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.errors import EngineError
from grader.sandbox.docker.docker_files import docker_folder
from grader.sandbox.docker.worker_source import fingerprint

if TYPE_CHECKING:
    from docker import APIClient

WORKER_IMAGE = "convnet-grader-worker:latest"
SOURCE_LABEL = "org.convnet-grader.worker"
"""Names the fingerprint of the worker that an image holds: both sides must speak the same protocol."""
_OWNER_LABEL = "org.convnet-grader.owner"
"""Names the process that a container belongs to, so that what a killed one left is found."""
_TIMEOUT_SECONDS = 60
_MIB = 1024**2
_FORK_SERVER_BYTES = 768 * _MIB
"""What the fork server and the engine's own accounting may take beside a worker."""
_USER = "1000:1000"
_PROCESSES = 1024
_TMP = "rw,nosuid,nodev,mode=1777,size=256m"


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """A container to make: for one submission, with nothing of this machine in it."""

    image: str
    device: str
    threads: int
    packages: tuple[str, ...]
    memory_bytes: int
    """What a worker may take."""


def connect() -> APIClient:
    """
    Return a client of the engine.

    Raises:
        EngineError: If none answers.
    """
    from docker.errors import DockerException
    from docker.utils import kwargs_from_env

    import docker

    where = os.environ.get("DOCKER_HOST", "the usual socket")
    try:
        client = docker.APIClient(timeout=_TIMEOUT_SECONDS, version="auto", **kwargs_from_env())
        client.ping()
    except DockerException as error:
        if _caused_by(error, PermissionError):
            raise EngineError(
                f"no permission to use the Docker engine at {where}: "
                "run as a member of the group `docker`, or set DOCKER_HOST to an engine of your own"
            ) from None
        raise EngineError(
            f"no Docker engine answers at {where}: install and start Docker, or set DOCKER_HOST; "
            "without one, `--sandbox bubblewrap` needs no engine"
        ) from None
    return client


def find_image(client: APIClient, image: str) -> None:
    """
    Make sure that an image of workers is there and was made from this very grader.

    Raises:
        EngineError: If it is not.
    """
    from docker.errors import ImageNotFound

    try:
        found: dict[str, Any] = client.inspect_image(image)  # type: ignore[no-untyped-call]
    except ImageNotFound:
        raise EngineError(f"the Docker engine has no image {image}: build it with `grader image build`") from None
    if (found["Config"]["Labels"] or {}).get(SOURCE_LABEL) != fingerprint():
        raise EngineError(
            f"the image {image} was built from another version of the grader: build it anew with `grader image build`"
        )


def make_container(client: APIClient, wanted: Container) -> str:
    """
    Make a container that can do nothing but compute; it does not run yet.

    Returns:
        Its number.

    Raises:
        EngineError: If the engine refuses.
    """
    from docker.errors import APIError
    from docker.types import DeviceRequest, LogConfig

    gpus = [DeviceRequest(count=-1, capabilities=[["gpu"]])] if wanted.device == "cuda" else None
    memory = container_bytes(wanted.memory_bytes)
    host = client.create_host_config(
        auto_remove=True,
        network_mode="none",
        read_only=True,
        tmpfs={"/tmp": _TMP},
        cap_drop=["ALL"],
        security_opt=["no-new-privileges", f"seccomp={_filter()}"],
        pids_limit=_PROCESSES,
        mem_limit=memory,
        memswap_limit=memory,
        shm_size=64 * _MIB,
        nano_cpus=wanted.threads * 10**9,
        device_requests=gpus,
        log_config=LogConfig(type="none"),
    )
    try:
        made = client.create_container(
            wanted.image,
            command=["grader.sandbox.docker.entry_point", wanted.device, str(wanted.threads), *wanted.packages],
            user=_USER,
            stdin_open=True,
            labels={_OWNER_LABEL: _owner(os.getpid())},
            host_config=host,
        )
    except APIError as error:
        raise EngineError(refusal(error)) from None
    return str(made["Id"])


def container_bytes(memory_bytes: int) -> int:
    """Return the memory of a container whose worker may take *memory_bytes*: the supervisor's limit must be met first."""
    return memory_bytes + _FORK_SERVER_BYTES


def remove_abandoned(client: APIClient) -> None:
    """Remove the containers of processes of this machine that have gone without removing them."""
    for container in client.containers(all=True, filters={"label": _OWNER_LABEL}):
        owner = container["Labels"][_OWNER_LABEL]
        host, _, process = owner.partition(" ")
        pid = process.partition(" ")[0]
        if host == socket.gethostname() and pid.isdigit() and _owner(int(pid)) != owner:
            remove(client, container["Id"])


def remove(client: APIClient, container: str) -> None:
    """Remove a container, whatever it does; one that is gone is gone."""
    from docker.errors import APIError, NotFound

    try:
        client.remove_container(container, force=True, v=True)
    except NotFound:
        pass
    except APIError as error:
        if error.status_code != 409:  # it is being removed already
            raise


def refusal(error: Any) -> str:
    """Say in a sentence why the engine refuses."""
    text = str(getattr(error, "explanation", None) or error)
    if "could not select device driver" in text or "nvidia" in text.lower():
        return (
            f"the Docker engine cannot give a container a GPU ({text}): "
            "install the NVIDIA container toolkit on its machine, or grade with `--device cpu`"
        )
    if "no space left on device" in text:
        return f"the disk of the Docker engine is full ({text}): make room, for example with `docker system prune`"
    return f"the Docker engine refuses: {text}"


def _filter() -> str:
    """Return the filter of system calls: stricter than the engine's usual one, but each worker may make namespaces of its own."""
    return json.dumps(json.loads((docker_folder() / "seccomp.json").read_text()))


def _owner(pid: int) -> str:
    """Name a process so that another one which gets its number later is not mistaken for it; gone ones have no start."""
    try:
        start = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        start = "gone"
    return f"{socket.gethostname()} {pid} {start}"


def _caused_by(error: BaseException | None, kind: type[BaseException]) -> bool:
    while error is not None:
        if isinstance(error, kind) or any(isinstance(one, kind) for one in error.args):
            return True
        if any(_caused_by(one, kind) for one in error.args if isinstance(one, BaseException)):
            return True
        error = error.__cause__ or error.__context__
    return False
