"""What a package exports: names that are there, that load nothing large, and that no module of it hides."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

FACES = (
    "grader.protocol",
    "grader.sandbox",
    "grader.sandbox.docker",
    "grader.sandbox.conformance",
    "grader.worker.execution",
    "grader.gradescope",
    "grader.handout",
    "grader.submission",
    "grader.proxy",
    "grader.datasets",
    "grader.diagnosis",
    "grader.grading",
    "grader.attacks",
    "grader.receipts",
    "grader.classroom",
    "grader.classroom.policies",
    "grader.authoring",
    "grader.authoring.audit",
)
LAZY = (
    "grader.sandbox",
    "grader.sandbox.docker",
    "grader.gradescope",
    "grader.handout",
    "grader.authoring",
    "grader.receipts",
    "grader.proxy",
    "grader.datasets",
    "grader.diagnosis",
    "grader.grading",
    "grader.authoring.audit",
)
LIGHT = (
    "grader.protocol",
    "grader.sandbox",
    "grader.sandbox.docker",
    "grader.sandbox.conformance",
    "grader.submission",
    "grader.classroom",
    "grader.classroom.policies",
    "grader.proxy",
)


@pytest.mark.parametrize("name", FACES)
def test_what_a_face_names_is_there(name: str) -> None:
    """Each exported name leads to something of that package, whichever module holds it."""
    face = importlib.import_module(name)

    assert face.__all__
    assert [exported for exported in face.__all__ if not hasattr(face, exported)] == []


@pytest.mark.parametrize("name", FACES)
def test_no_module_hides_what_a_face_names(name: str) -> None:
    """Once a module is imported its package has an attribute of the module's name: an exported name must be another one."""
    face = importlib.import_module(name)
    modules = {path.stem for folder in face.__path__ for path in Path(folder).iterdir()}

    assert set(face.__all__) & modules == set()


@pytest.mark.parametrize("name", LAZY)
def test_a_name_that_a_face_does_not_have(name: str) -> None:
    """A wrong name is an ordinary AttributeError, and so an ImportError where it is imported."""
    with pytest.raises(AttributeError) as raised:
        _ = importlib.import_module(name).no_such_name
    assert str(raised.value) == f"module '{name}' has no attribute 'no_such_name'"


def loaded(source: str) -> set[str]:
    """Run *source* in a Python of its own; returns which large packages it has loaded."""
    large = ("torch", "docker", "pytest", "numpy", "sqlalchemy")
    code = f"import sys\n{source}\nprint(*[name for name in {large} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(ran.stdout.splitlines()[-1].split())


def test_a_face_loads_nothing_large() -> None:
    """Every name of a sandbox can be had, and every face imported, without torch, the Docker SDK or pytest."""
    names = [f"from {name} import *" for name in LIGHT]

    assert (
        loaded("\n".join([*names, "import grader.gradescope, grader.grading, grader.diagnosis, grader.datasets"]))
        == set()
    )
    assert "pytest" in loaded("from grader.gradescope import write_bundle")  # or the line above would mean nothing


def test_help_loads_nothing_large() -> None:
    """`grader --help` answers at once."""
    source = (
        "from grader.cli.app import app\nfrom typer.testing import CliRunner\n"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0"
    )

    assert loaded(source) == set()


def test_a_check_of_functions_loads_nothing_that_computes() -> None:
    """What torch and numpy take to load is not paid by who checks an assignment that uses neither."""
    course = Path(__file__).parents[1]
    right = course / "solutions" / "conv_arithmetic" / "specimens" / "right_counting"
    source = (
        "from grader.cli.app import app\nfrom typer.testing import CliRunner\n"
        f"words = ['check', 'conv_arithmetic', {str(right)!r}, '--course', {str(course)!r}]\n"
        "ran = CliRunner().invoke(app, words)\n"
        "assert ran.exit_code == 0, ran.output"
    )

    assert loaded(source) & {"torch", "docker", "numpy"} == set()


def test_a_grading_that_is_not_recorded_loads_no_database() -> None:
    """Nobody waits for what would write a gradebook where there is none."""
    course = Path(__file__).parents[1]
    right = course / "solutions" / "conv_arithmetic" / "specimens" / "right_counting"
    source = (
        "from grader.cli.app import app\nfrom typer.testing import CliRunner\n"
        f"words = ['grade', 'conv_arithmetic', {str(right)!r}, '--course', {str(course)!r}]\n"
        "ran = CliRunner().invoke(app, words)\n"
        "assert ran.exit_code == 0, ran.output"
    )

    assert loaded(source) & {"docker", "sqlalchemy"} == set()
