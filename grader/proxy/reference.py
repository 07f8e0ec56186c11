"""
The reference solution as checks see it: what goes wrong in it is a fault of ours, and costs no submission a point.

It runs in a worker, as a submission does, so its errors arrive as those of a submission would.  Here they become a fault of the
harness, before a check or a verdict can take one for the other.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grader.course import python_file
from grader.errors import AssignmentError, ReferenceFault, StudentFault, WorkerLost
from grader.model import SourceFile
from grader.protocol import Limits
from grader.proxy.code import Code, module_packages
from grader.proxy.remote_model import Model
from grader.proxy.session import Session
from grader.proxy.student import RemoteName
from grader.sandbox import Workers


@contextlib.contextmanager
def as_reference_faults(file: str) -> Iterator[None]:
    """
    Ask code of ours, which lies in *file*.

    Raises:
        ReferenceFault: Where a submission would have raised, ended its worker, or lacked a name.
    """
    try:
        yield
    except (StudentFault, WorkerLost) as error:
        raise ReferenceFault(file, error) from error


def source_of_ours(path: Path) -> bytes:
    """
    Return the source of a file of ours that workers run.

    Raises:
        AssignmentError: If it cannot be read, or is no Python: nothing need be asked to find out.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise AssignmentError(f"{path}: the reference solution cannot be read: {error.strerror}") from None
    python_file.require_python(content, path)
    return content


def session_of_file(workers: Workers, path: Path) -> Session:
    """
    Return a session for a file of ours, with limits that never bind.

    Raises:
        AssignmentError: If it cannot be read, or is no Python.
    """
    content = source_of_ours(path)
    files = (SourceFile(path=path.name, content=content),)
    preload = module_packages(files) if b"import torch" in content else ()
    code = Code(files=files, main=path.name, preload=preload, modules=("Network",))
    return Session(workers, code, Limits(request_seconds=600, check_seconds=3600, memory_bytes=8 * 1024**3))


class Reference:
    """Whatever the reference solution defines, by attribute; every other name is free for it, as in `Student`."""

    def __init__(self, session: Session, file: str) -> None:
        self._session = session
        self._file = file

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # as in `Student`
            raise AttributeError(name)
        return _Answerer(RemoteName(self._session, name), self._file)

    def __repr__(self) -> str:
        return "reference"  # Hypothesis prints arguments of a failing case


class _Answerer:
    """A function or a network of ours: used as the proxy that it stands for, its faults are ours."""

    def __init__(self, proxy: RemoteName | Model, file: str) -> None:
        self._proxy = proxy
        self._file = file

    def __call__(self, *args: object, **kwargs: object) -> Any:
        assert isinstance(self._proxy, RemoteName)
        with as_reference_faults(self._file):
            return self._wrapped(self._proxy(*args, **kwargs))

    def __getattr__(self, name: str) -> Any:
        with as_reference_faults(self._file):
            found = getattr(self._proxy, name)
        if not callable(found):
            return found

        def ask(*args: object, **kwargs: object) -> Any:
            with as_reference_faults(self._file):
                return self._wrapped(found(*args, **kwargs))

        return ask

    def __repr__(self) -> str:
        return repr(self._proxy)

    def _wrapped(self, value: object) -> object:
        return _Answerer(value, self._file) if isinstance(value, Model) else value
