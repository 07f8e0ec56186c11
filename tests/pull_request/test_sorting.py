"""Pull requests, honest and malicious: what is graded of them, what is refused, and what is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from clones import Clone, clone_in

from grader.course import assignment as assignments
from grader.errors import UsageError
from grader.pull_request import Layout, Repository, Review, review
from grader.pull_request.sorting import is_plain_path

COURSE = Path(__file__).parents[2]
BOTH = tuple(assignments.load(COURSE, slug) for slug in ("conv_arithmetic", "naive_convnet"))
POINTER = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 12345\n"


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """A course with two assignments, on `main`; the head is on `work`."""
    made = clone_in(tmp_path / "clone")
    made.commit(
        {
            "assignments/conv_arithmetic/conv_arithmetic.py": "stub",
            "assignments/conv_arithmetic/checks/test_sizes.py": "check",
            "assignments/naive_convnet/naive_convnet.py": "stub",
            "solutions/conv_arithmetic/conv_arithmetic.py": "answer",
            "submissions/old/conv_arithmetic.py": "done",
            "README.md": "hello",
        }
    )
    made.branch("work")
    return made


Reviewed = Callable[..., Review]


def reviewing(clone: Clone, submissions: str | None) -> Reviewed:
    def of(*allowed: str) -> Review:
        repository = Repository(clone.folder)
        layout = Layout(assignments=BOTH, submissions=submissions, allowed=allowed)
        return review(repository, repository.commit("--base", "main"), clone.head(), layout)

    return of


@pytest.fixture
def reviewed(clone: Clone) -> Reviewed:
    """Review what is checked out against `main`, in a repository for all."""
    return reviewing(clone, "submissions")


@pytest.fixture
def reviewed_alone(clone: Clone) -> Reviewed:
    """Review it in a repository of one student."""
    return reviewing(clone, None)


def told(found: Review) -> list[tuple[str, str, list[str]]]:
    """Assignment, name and files of what is graded."""
    return [(one.assignment.slug, one.name, sorted(one.files)) for one in found.handed_in]


def test_nothing_changed_is_nothing_to_grade(reviewed: Reviewed, clone: Clone) -> None:
    """An empty commit is none either."""
    clone.commit({})
    assert reviewed() == Review(handed_in=(), forbidden=(), refused=())


def test_a_student_changes_the_file_where_the_course_has_it(reviewed_alone: Reviewed, clone: Clone) -> None:
    """Only assignments whose files changed are graded; the notebook comes with the file."""
    clone.commit({"assignments/naive_convnet/naive_convnet.ipynb": "{}"})
    found = reviewed_alone()
    assert told(found) == [("naive_convnet", "naive_convnet", ["naive_convnet.ipynb", "naive_convnet.py"])]
    assert (found.forbidden, found.refused) == ((), ())


def test_a_file_in_two_places_earns_no_points_twice(reviewed_alone: Reviewed, clone: Clone) -> None:
    """Nor does one of them count that nobody chose."""
    clone.commit({"conv_arithmetic.py": "a", "conv_arithmetic/conv_arithmetic.py": "b"})
    found = reviewed_alone()
    assert told(found) == []
    assert [one.why for one in found.refused] == [
        "conv_arithmetic is handed in twice, in the root and conv_arithmetic: keep one"
    ]


def test_a_repository_is_of_one_student_or_of_all(reviewed: Reviewed, reviewed_alone: Reviewed, clone: Clone) -> None:
    """What the other layout calls a submission is an edit of everybody's file, or of another student's."""
    clone.commit(
        {"assignments/conv_arithmetic/conv_arithmetic.py": "mine", "submissions/ada/conv_arithmetic.py": "mine"}
    )
    alone, of_all = reviewed_alone(), reviewed()
    assert [edit.path for edit in alone.forbidden] == ["submissions/ada/conv_arithmetic.py"]
    assert (
        "naive_convnet.ipynb, each at the root, in ASSIGNMENT/ or in assignments/ASSIGNMENT/." in alone.forbidden[0].why
    )
    assert [one.name for one in alone.handed_in] == ["conv_arithmetic"]
    assert [edit.path for edit in of_all.forbidden] == ["assignments/conv_arithmetic/conv_arithmetic.py"]
    assert [one.name for one in of_all.handed_in] == ["ada"]


def test_permitted_source_alone_hands_nothing_in(reviewed_alone: Reviewed, clone: Clone) -> None:
    """It comes along once the file is there; without the file, nothing was asked for."""
    clone.commit({"conv_arithmetic/helpers.py": "x"})
    path = "conv_arithmetic/helpers.py"
    assert reviewed_alone(path) == Review(handed_in=(), forbidden=(), refused=(), permitted=(path,))
    clone.commit({"conv_arithmetic/conv_arithmetic.py": "x"})
    assert reviewed_alone("conv_arithmetic").permitted == (path,)
    assert told(reviewed_alone(path)) == [("conv_arithmetic", "conv_arithmetic", ["conv_arithmetic.py", "helpers.py"])]


def test_a_file_that_its_student_deletes_is_named(reviewed_alone: Reviewed, clone: Clone) -> None:
    """In a repository of one, too."""
    clone.commit({"assignments/conv_arithmetic/conv_arithmetic.py": None})
    (refused,) = reviewed_alone().refused
    assert refused.why.startswith(
        "assignments/conv_arithmetic/conv_arithmetic.py: deleted, and nothing else is there to grade"
    )


def test_one_student_hands_an_assignment_in_once(reviewed: Reviewed, clone: Clone) -> None:
    """With and without a folder of the assignment it would be two."""
    clone.commit({"submissions/ada/conv_arithmetic.py": "x", "submissions/ada/conv_arithmetic/mine.py": "x"})
    found = reviewed()
    assert told(found) == []
    assert [one.why for one in found.refused] == [
        "conv_arithmetic is handed in twice, in submissions/ada and submissions/ada/conv_arithmetic: keep one"
    ]


def test_other_files_may_lie_beside_folders_of_assignments(reviewed: Reviewed, clone: Clone) -> None:
    """A text of the student is no submission, and no reason to refuse one."""
    clone.commit({"submissions/ada/README.md": "hello", "submissions/ada/naive_convnet/naive_convnet.py": "x"})
    found = reviewed()
    assert told(found) == [("naive_convnet", "ada", ["naive_convnet.py"])]
    assert found.refused == ()


def test_a_deleted_file_beside_another_one_is_named(reviewed: Reviewed, clone: Clone) -> None:
    """The other file is none that is asked for."""
    clone.commit({"submissions/old/conv_arithmetic.py": None, "submissions/old/other.py": "x"})
    (refused,) = reviewed().refused
    assert "submissions/old/conv_arithmetic.py, submissions/old/other.py: deleted" in refused.why


def test_several_students_in_one_pull_request(reviewed: Reviewed, clone: Clone) -> None:
    """Each folder is a submission of its own, with the files in it; one that did not change is not graded."""
    clone.commit(
        {
            "submissions/ada/conv_arithmetic.py": "x",
            "submissions/ada/helpers.py": "x",
            "submissions/bob/naive_convnet/mine.ipynb": "{}",
            "submissions/bob/naive_convnet/lib/layers.py": "x",
        }
    )
    assert told(reviewed()) == [
        ("conv_arithmetic", "ada", ["conv_arithmetic.py", "helpers.py"]),
        ("naive_convnet", "bob", ["lib/layers.py", "mine.ipynb"]),
    ]


def test_a_folder_may_hold_several_assignments(reviewed: Reviewed, clone: Clone) -> None:
    """What changed says which is graded; a file beside them may belong to any."""
    clone.commit({"submissions/ada/conv_arithmetic.py": "x", "submissions/ada/naive_convnet.py": "x"})
    clone.git("branch", "--force", "main")
    clone.commit({"submissions/ada/naive_convnet.py": "y"})
    assert [slug for slug, _name, _files in told(reviewed())] == ["naive_convnet"]
    clone.commit({"submissions/ada/helpers.py": "y"})
    assert [slug for slug, _name, _files in told(reviewed())] == ["conv_arithmetic", "naive_convnet"]


def test_a_folder_that_does_not_say_its_assignment_is_refused(reviewed: Reviewed, clone: Clone) -> None:
    """The sentence says what to call the file."""
    clone.commit({"submissions/ada/homework.py": "x"})
    (refused,) = reviewed().refused
    assert refused.name == "ada"
    assert refused.why == (
        "submissions/ada does not say which assignment it is of: call the file conv_arithmetic.py or conv_arithmetic.ipynb or "
        "naive_convnet.py or naive_convnet.ipynb, or put it into submissions/ada/ASSIGNMENT"
    )


def test_a_file_that_moved_is_graded_where_it_is(reviewed: Reviewed, clone: Clone) -> None:
    """No rename is guessed: the old place is empty, the new one has a file."""
    clone.git("mv", "submissions/old/conv_arithmetic.py", "submissions/old/naive_convnet.py")
    clone.commit({})
    assert told(reviewed()) == [("naive_convnet", "old", ["naive_convnet.py"])]


def test_a_deleted_submission_is_named(reviewed: Reviewed, clone: Clone) -> None:
    """It is no zero: nothing is graded, and somebody has to look."""
    clone.commit({"submissions/old/conv_arithmetic.py": None})
    found = reviewed()
    assert told(found) == []
    (refused,) = found.refused
    assert refused.name == "old"
    assert refused.why == (
        "submissions/old/conv_arithmetic.py: deleted, and nothing else is there to grade; commit the file again"
    )


@pytest.mark.parametrize(
    ("path", "verb"),
    [
        ("assignments/conv_arithmetic/checks/test_sizes.py", "changed"),
        ("assignments/conv_arithmetic/conftest.py", "added"),
        ("solutions/conv_arithmetic/conv_arithmetic.py", "changed"),
        (".github/workflows/grade.yml", "added"),
        (".gitattributes", "added"),
        (".gitmodules", "added"),
        ("conftest.py", "added"),
        ("--help", "added"),
        ("README.md", "deleted"),
    ],
)
def test_edits_of_what_is_no_students_are_named(reviewed: Reviewed, clone: Clone, path: str, verb: str) -> None:
    """The honest part is graded all the same, and staff may permit the path."""
    content = None if verb == "deleted" else "mine"
    clone.commit({path: content, "submissions/ada/conv_arithmetic.py": "x"})

    found = reviewed()

    assert [edit.path for edit in found.forbidden] == [path]
    assert found.forbidden[0].why == (
        f"{path} is {verb}, and a pull request may change only what is handed in: files below submissions/NAME. Take it back, "
        f"or ask the course staff to permit it (`--allow {path}`)"
    )
    assert [name for _slug, name, _files in told(found)] == ["ada"]
    assert (reviewed(path).forbidden, reviewed(path).permitted) == ((), (path,))


def test_a_merge_of_the_base_is_no_edit(reviewed: Reviewed, clone: Clone) -> None:
    """Whatever staff changed meanwhile, in whichever way it came."""
    clone.commit({"submissions/ada/conv_arithmetic.py": "x"})
    clone.git("checkout", "--quiet", "main")
    clone.commit({"assignments/conv_arithmetic/checks/test_sizes.py": "better", "README.md": None})
    clone.git("checkout", "--quiet", "work")
    clone.git("merge", "--quiet", "--no-edit", "main")
    found = reviewed()
    assert found.forbidden == ()
    assert [name for _slug, name, _files in told(found)] == ["ada"]

    clone.git("revert", "--no-edit", "--mainline", "1", "HEAD")  # staff's change is taken back in the head
    assert [edit.path for edit in reviewed().forbidden] == [
        "README.md",
        "assignments/conv_arithmetic/checks/test_sizes.py",
    ]


def test_links_submodules_and_pointers_are_refused(reviewed: Reviewed, clone: Clone, tmp_path: Path) -> None:
    """Each in a sentence that names the path; a link to the answer is not followed."""
    other = clone_in(tmp_path / "other")
    other.commit({"x": "x"})
    clone.commit(
        {
            "submissions/ada/conv_arithmetic.py": Path("../../solutions/conv_arithmetic/conv_arithmetic.py"),
            "submissions/cyd/conv_arithmetic.py": POINTER,
        }
    )
    clone.git("submodule", "--quiet", "add", str(other.folder), "submissions/bob/naive_convnet")
    clone.commit({})

    found = reviewed(".gitmodules")

    assert told(found) == []
    assert {one.name: one.why for one in found.refused} == {
        "ada": "submissions/ada/conv_arithmetic.py is a symbolic link: commit the file itself",
        "bob": "submissions/bob does not say which assignment it is of: call the file conv_arithmetic.py or "
        "conv_arithmetic.ipynb or naive_convnet.py or naive_convnet.ipynb, or put it into submissions/bob/ASSIGNMENT",
        "cyd": "submissions/cyd/conv_arithmetic.py is a pointer of Git LFS: commit the file itself (`git lfs untrack`)",
    }


def test_a_submission_that_is_too_large_is_refused_before_it_is_read(reviewed: Reviewed, clone: Clone) -> None:
    """Its size is asked for first."""
    clone.commit({"submissions/ada/conv_arithmetic.py": b"\0" * (64 * 1024**2 + 1)})
    (refused,) = reviewed().refused
    assert refused.why == (
        "submissions/ada has 67,108,865 bytes, and at most 67,108,864 are read: commit what is asked for alone"
    )


@pytest.mark.parametrize(
    "name", ["a" * 101, "ä" * 51, 'quo"te', "a:b", "a?b", "a*b", "new\nline", "bell\a", "left\u202eright"]
)
def test_a_folder_that_results_cannot_be_named_after_is_refused(reviewed: Reviewed, clone: Clone, name: str) -> None:
    """One such name would keep the results of all from being uploaded, or be taken for another one."""
    clone.commit({f"submissions/{name}/conv_arithmetic.py": "x", "submissions/bob/conv_arithmetic.py": "x"})
    found = reviewed()
    assert [each for _slug, each, _files in told(found)] == ["bob"]
    (refused,) = found.refused
    assert "a folder of this name cannot be written everywhere; rename it (at most 100 bytes)" in refused.why


def test_many_files_are_refused_before_they_are_read(reviewed: Reviewed, clone: Clone) -> None:
    """A few bytes of git can be many thousands of files."""
    rows = [("100644", f"{number}.py", b"") for number in range(2001)]
    tree = clone.git("rev-parse", f"{_commit_of_one_blob(clone, rows)}^{{tree}}")
    clone.git("read-tree", "--prefix=submissions/ada/conv_arithmetic/", tree)
    clone.git("commit", "--quiet", "--message", "many")
    (refused,) = reviewed().refused
    assert refused.why == (
        "submissions/ada/conv_arithmetic has 2,001 files, and at most 2,000 are read: commit what is asked for alone"
    )


def test_many_submissions_are_refused(reviewed: Reviewed, clone: Clone) -> None:
    """Whoever makes them: they would take days."""
    tree = clone.git(
        "rev-parse", f"{clone.commit_of_tree([('100644', 'conv_arithmetic.py', b'x')], clone.head())}^{{tree}}"
    )
    rows = "".join(f"040000 tree {tree}\t{number}\n" for number in range(501)).encode()
    clone.git("read-tree", "--prefix=many/", clone.git("mktree", given=rows))
    clone.git("commit", "--quiet", "--message", "many")
    repository = Repository(clone.folder)
    layout = Layout(assignments=BOTH, submissions="many", allowed=())
    with pytest.raises(UsageError, match=r"\w{12} hands in 501 submissions, and at most 500 are graded at once"):
        review(repository, repository.commit("--base", "main"), clone.head(), layout)


def _commit_of_one_blob(clone: Clone, rows: list[tuple[str, str, bytes]]) -> str:
    blob = clone.git("hash-object", "-w", "--stdin", given=b"")
    listed = "".join(f"{mode} blob {blob}\t{name}\n" for mode, name, _content in rows).encode()
    return clone.git("commit-tree", clone.git("mktree", given=listed), "-m", "many")


def test_a_tree_that_no_git_makes_leads_nowhere(clone: Clone) -> None:
    """A path with `..` in it is refused, wherever it would lead."""
    inner = clone.commit_of_tree([("100644", "..", b"x"), ("100644", "conv_arithmetic.py", b"x")], clone.head())
    middle = _folder(clone, "conv_arithmetic", inner)
    head = _folder(clone, "submissions", _folder(clone, "ada", middle))
    repository = Repository(clone.folder)
    layout = Layout(assignments=BOTH, submissions="submissions", allowed=("*",))

    found = review(repository, repository.commit("--base", "main"), head, layout)

    assert told(found) == []
    assert [one.why for one in found.refused if one.name == "ada"] == [
        "submissions/ada/conv_arithmetic/..: this is no path that a file can have everywhere; rename it"
    ]


def _folder(clone: Clone, name: str, commit: str) -> str:
    """Return a commit whose tree holds that of another one, in a folder."""
    row = b"40000 " + name.encode() + b"\0" + bytes.fromhex(clone.git("rev-parse", f"{commit}^{{tree}}"))
    tree = clone.git("hash-object", "-t", "tree", "-w", "--stdin", "--literally", given=row)
    return clone.git("commit-tree", tree, "-p", "main", "-m", "a folder")


@pytest.mark.parametrize(
    "path", ["..", "a/../b", "/etc/passwd", "a//b", ".", "a\0b", "a\\b", "x" * 201, "ä" * 101, "d/" * 40 + "x"]
)
def test_paths_that_leave_their_folder_are_no_plain_paths(path: str) -> None:
    """Nor are those that some file system cannot hold."""
    assert not is_plain_path(path)


@pytest.mark.parametrize("path", ["a.py", "a/b/c.py", "..a", "a..", "--help", "ä.py", "a b"])
def test_other_paths_are_plain(path: str) -> None:
    """Whatever they look like."""
    assert is_plain_path(path)
