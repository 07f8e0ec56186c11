"""Files of commits on disk: the course as the base has it, and submissions as the head has them."""

from __future__ import annotations

from pathlib import Path

import pytest
from clones import Clone, clone_in

from grader.course import assignment as assignments
from grader.errors import UsageError
from grader.pull_request import HandedIn, Repository, write_course, write_submission
from grader.pull_request.repository import Entry

TOML = 'title = "T"\nsummary = "S."\nfile = "t.py"\n[[exercises]]\nname = "e"\ntitle = "E"\nprovides = ["f"]\n'


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """An empty repository."""
    return clone_in(tmp_path / "clone")


def test_the_course_of_a_commit_is_written_without_the_rest(clone: Clone, tmp_path: Path) -> None:
    """Data and submissions are none of it."""
    commit = clone.commit(
        {
            "assignments/t/assignment.toml": TOML,
            "solutions/t/t.py": "def f(): return 1\r\n",
            "data/large.bin": "x",
            "submissions/ada/t.py": "x",
        }
    )
    clone.commit({"assignments/t/assignment.toml": "broken"})

    write_course(Repository(clone.folder), commit, tmp_path / "course")

    found = {str(path.relative_to(tmp_path / "course")) for path in (tmp_path / "course").rglob("*") if path.is_file()}
    assert found == {"assignments/t/assignment.toml", "solutions/t/t.py"}
    assert (tmp_path / "course/solutions/t/t.py").read_bytes() == b"def f(): return 1\r\n"
    assert assignments.load(tmp_path / "course", "t").title == "T"


def test_a_handout_is_a_course(clone: Clone, tmp_path: Path) -> None:
    """As `grader handout --git` makes it: the folder of one assignment, at the root."""
    commit = clone.commit({"assignment.toml": f'slug = "t"\n{TOML}', "t.py": "", "checks/test_t.py": ""})

    write_course(Repository(clone.folder), commit, tmp_path / "course")

    assert assignments.slugs(tmp_path / "course") == ("t",)


def test_a_commit_without_a_course_is_named(clone: Clone, tmp_path: Path) -> None:
    """The sentence says how to name one elsewhere."""
    commit = clone.commit({"README.md": "x", "assignments/t/readme.md": "x"})
    with pytest.raises(UsageError) as refused:
        write_course(Repository(clone.folder), commit, tmp_path / "course")
    assert str(refused.value) == (
        f"{commit[:12]} holds no course (`assignments/ASSIGNMENT/assignment.toml`), and no handout (assignment.toml): name the "
        "folder of the course with --course DIR"
    )


def test_a_course_with_a_link_is_named(clone: Clone, tmp_path: Path) -> None:
    """A check that is not read would cost nobody a point."""
    commit = clone.commit({"assignments/t/assignment.toml": TOML, "solutions/t/checks/test_h.py": Path("../h.py")})
    with pytest.raises(UsageError) as refused:
        write_course(Repository(clone.folder), commit, tmp_path / "course")
    assert str(refused.value) == (
        f"solutions/t/checks/test_h.py of {commit[:12]} is a symbolic link: a course is read from files alone; commit the file "
        "itself"
    )


def test_a_course_with_a_pointer_is_named(clone: Clone, tmp_path: Path) -> None:
    """Git LFS keeps the file elsewhere."""
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
    commit = clone.commit({"assignments/t/assignment.toml": TOML, "solutions/t/t.py": pointer})
    with pytest.raises(
        UsageError, match=r"the course of \w{12}: solutions/t/t\.py is a pointer of Git LFS: commit the file itself"
    ):
        write_course(Repository(clone.folder), commit, tmp_path / "course")


def test_a_course_that_is_too_large_is_named(clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Data sets do not belong to it."""
    monkeypatch.setattr("grader.pull_request.written._MAX_BYTES", 50)
    commit = clone.commit({"assignments/t/assignment.toml": TOML})
    with pytest.raises(
        UsageError, match=r"the course of \w{12} has \d+ bytes, and at most 50 are taken from git: is a data set"
    ):
        write_course(Repository(clone.folder), commit, tmp_path / "course")


def test_a_submission_that_cannot_be_written_is_named(clone: Clone, tmp_path: Path) -> None:
    """A tree that no git makes may hold a file and a folder of one name."""
    commit = clone.commit({"a.py": "x"})
    entry = Repository(clone.folder).tree(commit)["a.py"]
    assignment = assignments.load(Path(__file__).parents[2], "conv_arithmetic")
    both: dict[str, Entry] = {"a": entry, "a/b.py": entry}
    handed_in = HandedIn(assignment=assignment, name="ada", folder="submissions/ada", files=both)
    with pytest.raises(UsageError, match=r"submissions/ada: a/b\.py cannot be written: (File exists|Not a directory)"):
        write_submission(Repository(clone.folder), handed_in, tmp_path / "target")
