"""Importing a Python file of a course: what it defines, and what is said of one that cannot be imported."""

import sys
from pathlib import Path

import pytest

from grader.course import python_file
from grader.errors import AssignmentError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the file is to lie."""
    (tmp_path / "addition").mkdir()
    return tmp_path / "addition" / "networks.py"


def test_a_file_is_a_module_of_its_own(path: Path) -> None:
    """It is imported by its path alone, anew each time, and takes no other module's name."""
    path.write_text("VALUE = [1]\n")
    before = set(sys.modules)

    assert python_file.load(path, "VALUE").VALUE == [1]
    assert python_file.load(path).VALUE is not python_file.load(path).VALUE
    assert python_file.load(path).__file__ == str(path)
    assert set(sys.modules) == before


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param("1 / 0\n", "cannot be loaded: ZeroDivisionError: division by zero", id="raises"),
        pytest.param("def f(:\n", "cannot be loaded: SyntaxError: ", id="syntax"),
        pytest.param(
            "x = 1\n",
            "cannot be loaded: AttributeError: module 'networks_of_addition' has no attribute 'NETWORKS'",
            id="name",
        ),
        pytest.param(None, "cannot be loaded: FileNotFoundError: ", id="absent"),
        pytest.param(
            "from grader.errors import AssignmentError\nraise AssignmentError('layer 3 of a network')\n",
            "layer 3 of a network",
            id="says-it-itself",
        ),
    ],
)
def test_a_file_that_cannot_be_imported_is_named(path: Path, content: str | None, said: str) -> None:
    """The text names the file and the error."""
    if content is not None:
        path.write_text(content)
    with pytest.raises(AssignmentError) as error:
        python_file.load(path, "NETWORKS")

    assert str(error.value).startswith(f"{path}: {said}")
