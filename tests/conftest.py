"""What several test modules start from: the two sides of a grading, a submission and a course from source text."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import postgres
import pytest
import torch
from hypothesis import settings
from students import USUAL, StudentOf, student_in
from tiny_courses import WriteCourse, writer

from grader.protocol import Limits
from grader.proxy.student import Student, session_of
from grader.sandbox import BACKENDS, Bubblewrap, Local, Sandbox

collect_ignore = ["bench"]
"""Its course has checks, which are no tests."""

_databases = itertools.count()
PACKAGES = ("torch", "torchvision", "numpy")

settings.register_profile("tests", deadline=None)  # how busy a machine is says nothing about the code
settings.load_profile("tests")
if "PYTEST_XDIST_WORKER" in os.environ:  # as many of these as processors: more threads would only wait for each other
    torch.set_num_threads(1)
else:
    _CACHE = tempfile.TemporaryDirectory(prefix="grader-tests-")
    os.environ["XDG_CACHE_HOME"] = _CACHE.name  # one for all of these, and nobody's own


@pytest.fixture(scope="session")
def needs_bubblewrap() -> None:
    """Skip where bwrap is not installed, or may not make the namespaces that a sandbox is made of."""
    program = shutil.which("bwrap")
    if program is None:
        pytest.skip("`bwrap` is not installed; on Debian and Ubuntu: sudo apt-get install bubblewrap")
    namespaces = ("--unshare-pid", "--unshare-net") if os.geteuid() == 0 else ("--unshare-all",)
    tried = subprocess.run([program, *namespaces, "--ro-bind", "/", "/", "true"], capture_output=True, text=True)
    if tried.returncode != 0:
        pytest.skip(f"`bwrap` may not make namespaces here: {tried.stderr.strip()}")


@pytest.fixture(params=BACKENDS.values(), ids=lambda kind: kind.name)
def kind(request: pytest.FixtureRequest) -> type[Sandbox]:
    """Each kind of sandbox that needs nothing but this machine."""
    if request.param is Bubblewrap:
        request.getfixturevalue("needs_bubblewrap")
    found: type[Sandbox] = request.param
    return found


@pytest.fixture(scope="session")
def sandbox(needs_bubblewrap: None) -> Iterator[Sandbox]:
    """Where student code runs; open for the whole test run, as for a class."""
    with Bubblewrap(PACKAGES) as opened:
        yield opened


@pytest.fixture(scope="session")
def reference_sandbox() -> Iterator[Sandbox]:
    """Where reference solutions run."""
    with Local(PACKAGES) as opened:
        yield opened


@pytest.fixture
def student_of(sandbox: Sandbox) -> Iterator[StudentOf]:
    """Make proxies of submissions from source text; their workers end with the test."""
    made: list[Student] = []

    def student(source: str, *, limits: Limits = USUAL, **code: Any) -> Student:
        made.append(student_in(sandbox, source, limits=limits, **code))
        return made[-1]

    yield student
    for one in made:
        session_of(one).end()


@pytest.fixture
def tiny_course(tmp_path: Path, sandbox: Sandbox, reference_sandbox: Sandbox) -> WriteCourse:
    """Write courses from the source of their checks."""
    return writer(tmp_path, sandbox, reference_sandbox)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Return the URL of a server, with NAME for a database."""
    why = postgres.missing()
    if why is not None:
        pytest.skip(why)
    # the path of a socket may have no more than some hundred characters
    with tempfile.TemporaryDirectory(prefix="pg-") as folder:
        Path(folder).chmod(0o755)
        with postgres.started(Path(folder)) as url:
            yield url


@pytest.fixture
def postgres_place(postgres_url: str) -> str:
    """Return the URL of an empty database."""
    from sqlalchemy import create_engine, text

    name = f"gradebook{next(_databases)}"
    engine = create_engine(postgres_url.replace("NAME", "postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return postgres_url.replace("NAME", name)
