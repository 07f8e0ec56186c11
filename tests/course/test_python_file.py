"""Importing a Python file of a course: what it defines, and what is said of one that cannot be imported."""

import os
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
        pytest.param(
            "x = 1\n1 / 0\n", ":2: cannot be loaded: `1 / 0` raises ZeroDivisionError: division by zero", id="raises"
        ),
        pytest.param(
            "def f():\n    g()\n\n\ndef g():\n    import json; json.loads('')\n\n\nf()\n",
            ":6: cannot be loaded: `import json; json.loads('')` raises JSONDecodeError: Expecting value",
            id="raises-deeper",
        ),
        pytest.param("\ndef f(:\n", ":2: cannot be loaded: `def f(:` is no Python: invalid syntax", id="syntax"),
        pytest.param(
            "def f():\nreturn 1\n",
            ":2: cannot be loaded: `return 1` is no Python: expected an indented block after function definition on line 1",
            id="indentation",
        ),
        pytest.param(
            f"x = ({'1, ' * 60}\n",
            f":1: cannot be loaded: `x = ({'1, ' * 31}1,…` is no Python: '(' was never closed",
            id="long-line",
        ),
        pytest.param(
            "eval('1 +')\n", ":1: cannot be loaded: `eval('1 +')` raises SyntaxError: invalid syntax", id="evaluated"
        ),
        pytest.param(
            "x = 1\n",
            ": cannot be loaded: AttributeError: module 'networks_of_addition' has no attribute 'NETWORKS'",
            id="name",
        ),
        pytest.param(None, ": cannot be loaded: FileNotFoundError: ", id="absent"),
        pytest.param(
            "from grader.errors import AssignmentError\nraise AssignmentError('layer 3 of a network')\n",
            ":2: layer 3 of a network",
            id="says-it-itself",
        ),
    ],
)
def test_a_file_that_cannot_be_imported_is_named(path: Path, content: str | None, said: str) -> None:
    """The text names file, line and error, and shows the line."""
    if content is not None:
        path.write_text(content)
    with pytest.raises(AssignmentError) as error:
        python_file.load(path, "NETWORKS")

    assert str(error.value).startswith(f"{path}{said}")


def test_a_file_that_is_imported_and_is_no_python_is_named_itself(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two files the one is told that has to be changed."""
    other = path.with_name("tables_of_addition.py")
    other.write_text("\n\nx = [\n")
    path.write_text("import tables_of_addition\n")
    monkeypatch.syspath_prepend(str(path.parent))

    with pytest.raises(AssignmentError) as error:
        python_file.load(path)

    assert str(error.value) == f"{other}:3: cannot be loaded: `x = [` is no Python: '[' was never closed"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("x = 1\nreturn x\n", ":2: cannot be loaded: `return x` is no Python: 'return' outside function"),
        (b"x = 1\0", ": cannot be loaded: "),
        (
            b"x = '\xff'\n",
            ":1: cannot be loaded: `x = '\ufffd'` is no Python: (unicode error) 'utf-8' codec can't decode byte 0xff",
        ),
        ("x = " + "(" * 3000, ": cannot be loaded: "),
    ],
    ids=["return", "null", "encoding", "depth"],
)
def test_source_that_python_cannot_read_is_told_without_running_it(path: Path, source: str | bytes, said: str) -> None:
    """The file itself need not be written yet."""
    with pytest.raises(AssignmentError) as error:
        python_file.require_python(source, path)

    assert said in str(error.value)
    assert str(error.value).startswith(str(path))
    python_file.require_python("1 / 0\nx = '\\d'\n", path)


def test_an_edit_within_a_second_counts_and_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python itself would write what it has compiled beside the file, and take it for a later text of the same length."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    path = tmp_path / "table.py"
    path.write_text("ROWS = 1\n")
    before = path.stat()
    assert python_file.load(path).ROWS == 1
    path.write_text("ROWS = 2\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert python_file.load(path).ROWS == 2
    assert [one.name for one in tmp_path.iterdir()] == ["table.py"]
