"""`grader start`: what a student reads, at the first time and at every other one."""

from __future__ import annotations

from pathlib import Path

from commands import grader
from handed_out import STUB, addition

from grader.handout import write_handout

WORK = "def add(a, b):\n    return a + b\n"


def test_a_student_starts_and_starts_again(tmp_path: Path) -> None:
    """What was unpacked, what to write, how it is checked; later what has changed, and what was left alone and why."""
    write_handout(addition(tmp_path / "course"), tmp_path / "1.zip")
    newer = {"README.md": "# Better\n", "addition.py": f"# typed\n{STUB}"}
    write_handout(addition(tmp_path / "course", **newer), tmp_path / "2.zip")
    first = grader("start", "1.zip", "my work", cwd=tmp_path)
    folder = tmp_path / "my work" / "addition"
    (folder / "addition.py").write_text(WORK)
    again = grader("start", tmp_path / "2.zip", cwd=folder)
    once_more = grader("start", tmp_path / "2.zip", cwd=folder)

    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.splitlines() == [
        "addition: 4 files",
        "Addition: read my work/addition/README.md, write my work/addition/addition.py",
        "check it: cd 'my work/addition' && grader check",
    ]
    assert again.returncode == 0
    assert again.stderr == "left alone: addition.py: you have edited it; the new version is addition.py.new\n"
    todo = ["Addition: read README.md, write addition.py", "check it: grader check"]
    assert again.stdout.splitlines() == ["addition: changed: README.md", *todo]
    assert (folder / "addition.py").read_text() == WORK
    assert (once_more.stdout.splitlines(), once_more.stderr) == (["addition: nothing to change", *todo], "")


def test_a_course_is_started_as_a_whole(tmp_path: Path) -> None:
    """Each assignment is named with its file; inside one of them a course has no place."""
    course = Path(__file__).parents[2]
    made = grader("handout", "naive_convnet", "conv_arithmetic", "--out", tmp_path / "c.zip", cwd=course)
    ran = grader("start", "c.zip", cwd=tmp_path)
    again = grader("start", "c.zip", cwd=tmp_path)
    inside = grader("start", "../c.zip", cwd=tmp_path / "naive_convnet")

    assert made.returncode == 0
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.splitlines() == [
        "README.md: of all assignments",
        "conv_arithmetic: 10 files",
        "naive_convnet: 9 files",
        "Convolution arithmetic: read conv_arithmetic/README.md, "
        "write conv_arithmetic/conv_arithmetic.py or conv_arithmetic/conv_arithmetic.ipynb",
        "Naive ConvNet: read naive_convnet/README.md, write naive_convnet/naive_convnet.py or naive_convnet/naive_convnet.ipynb",
        "check it: cd conv_arithmetic && grader check",
    ]
    assert again.stdout.splitlines()[0] == "beside the assignments: nothing to change"
    assert (inside.returncode, inside.stderr) == (
        2,
        "grader: .: the folder of naive_convnet, and ../c.zip holds several; go to the folder above\n",
    )


def test_after_a_start_the_check_runs(tmp_path: Path) -> None:
    """With what the student wrote, in the folder that was said."""
    course = Path(__file__).parents[2]
    grader("handout", "conv_arithmetic", "--out", tmp_path / "c.zip", cwd=course)
    grader("start", "c.zip", cwd=tmp_path)
    right = course / "solutions" / "conv_arithmetic" / "specimens" / "right_counting" / "conv_arithmetic.py"
    (tmp_path / "conv_arithmetic" / "conv_arithmetic.py").write_bytes(right.read_bytes())
    ran = grader("check", cwd=tmp_path / "conv_arithmetic")

    assert (ran.returncode, ran.stdout.splitlines()[-1]) == (0, "18 of 18 points")
