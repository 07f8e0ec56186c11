"""What specimens declare, and the stub as one of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from files import write_files

from grader.authoring import STUB, require_usable, specimens_of
from grader.course import assignment as assignments
from grader.errors import AssignmentError

COURSE = {
    "assignments/sums/assignment.toml": 'title = "Sums"\nsummary = "Add."\nfile = "sums.py"\n'
    '[[exercises]]\nname = "sums"\ntitle = "Sums"\nprovides = ["add"]\n',
    "solutions/sums/sums.py": "def add(a, b):\n    return a + b  # SOLUTION\n",
    "solutions/sums/checks/test_specimens_of_sums.py": "import pytest\n\n\n"
    '@pytest.mark.check(points=1, exercise="sums")\ndef test_three(student):\n    """Three."""\n    student.add(1, 2)\n',
    "solutions/sums/specimens/right/sums.py": "def add(a, b): return b + a\n",
    "solutions/sums/specimens/right/expected.toml": 'why = "Right."\n',
}
WRONG = "solutions/sums/specimens/wrong"


def test_the_stub_is_made_and_not_stored(tmp_path: Path) -> None:
    """It is among the specimens by its name, and written where it is asked for."""
    assignment = assignments.load(write_files(tmp_path / "course", COURSE), "sums")
    right, stub = specimens_of(assignment)

    assert (right.name, right.path(tmp_path)) == ("right", right.folder)
    assert right.expected is not None
    assert right.expected.why == "Right."
    assert (stub.name, stub.expected) == (STUB, None)
    folder = stub.path(tmp_path / "scratch")
    assert folder == tmp_path / "scratch" / "stub"
    assert (folder / "sums.py").read_text() == "def add(a, b):\n    raise NotImplementedError\n"


def test_what_the_stub_gets_can_be_declared(tmp_path: Path) -> None:
    """By a folder with nothing else in it; a copy of the stub is refused."""
    declared = {"solutions/sums/specimens/stub/expected.toml": 'why = "Given."\n[outcomes]\nthree = "failed"\n'}
    assignment = assignments.load(write_files(tmp_path, COURSE | declared), "sums")
    stub = specimens_of(assignment)[-1]
    assert stub.expected is not None
    assert stub.expected.outcomes == {"three": "failed"}

    write_files(tmp_path, {"solutions/sums/specimens/stub/sums.py": ""})
    with pytest.raises(AssignmentError) as raised:
        specimens_of(assignment)
    assert str(raised.value) == (
        f"{tmp_path}/solutions/sums/specimens/stub/sums.py: the stub is made of {tmp_path}/solutions/sums/sums.py; delete this "
        "copy of it"
    )


@pytest.mark.parametrize(
    ("files", "said"),
    [
        pytest.param(
            {"sums.py": ""},
            'expected.toml: no such file, and every specimen has one; write `why = "…"`, and under [outcomes] each check that '
            "does not pass",
            id="no-declaration",
        ),
        pytest.param(
            {"sums.py": "", "expected.toml": 'why = "No."\noutcome = {}\n'},
            "expected.toml: outcome: there is no such key; did you mean outcomes?",
            id="unknown-key",
        ),
        pytest.param({"sums.py": "", "expected.toml": ""}, "expected.toml: why: this key is missing", id="no-reason"),
        pytest.param(
            {"sums.py": "", "expected.toml": 'why = "No."\n[outcomes]\nthree = "wrong"\n'},
            "expected.toml: outcomes.three must be one of failed, raised, timed_out, out_of_memory, crashed, missing, skipped, "
            "got 'wrong'",
            id="unknown-outcome",
        ),
        pytest.param(
            {"sums.py": "", "expected.toml": 'why = "No."\n[outcomes]\nthre = "failed"\n'},
            "expected.toml: outcomes names `thre`, and there is no such check; did you mean three?",
            id="unknown-check",
        ),
        pytest.param(
            {"sums.py": "", "expected.toml": 'why = "No."\n[misconceptions]\nfour = "adds"\n'},
            "expected.toml: misconceptions names `four`, and there is no such check; there are: three",
            id="misconception-of-no-check",
        ),
        pytest.param(
            {"sums.py": "", "expected.toml": 'why = "No."\nskipped = ["sum"]\n'},
            "expected.toml: skipped names `sum`, and there is no such exercise; did you mean sums?",
            id="unknown-exercise",
        ),
    ],
)
def test_a_wrong_declaration_is_an_error(tmp_path: Path, files: dict[str, str], said: str) -> None:
    """The file is named, and what was meant."""
    specimen = {f"{WRONG}/{name}": content for name, content in files.items()}
    assignment = assignments.load(write_files(tmp_path, COURSE | specimen), "sums")
    with pytest.raises(AssignmentError) as raised:
        require_usable(assignment)

    assert str(raised.value) == f"{tmp_path}/{WRONG}/{said}"


def test_a_specimen_without_a_submission_is_an_error(tmp_path: Path) -> None:
    """There is nothing to hand in."""
    assignment = assignments.load(write_files(tmp_path, COURSE | {f"{WRONG}/expected.toml": 'why = "No."\n'}), "sums")
    with pytest.raises(AssignmentError) as raised:
        specimens_of(assignment)

    assert str(raised.value) == f"{tmp_path}/{WRONG}: holds no file of a submission beside expected.toml"
