"""Pull requests of real repositories, graded by the command: what earns points, what is named, and what it leaves."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from clones import Clone, clone_in
from commands import grader

TOML = """\
title = "Addition"
summary = "Add numbers."
file = "addition.py"
[[exercises]]
name = "sums"
title = "Sums"
provides = ["add"]
"""
PUBLIC = '''
import pytest
from grader.checks import expect
@pytest.mark.check(points=1, exercise="sums")
def test_small(student):
    """One and one are two."""
    expect.equal(student.add(1, 1), 2)
'''
HIDDEN = '''
import pytest
from grader.checks import expect
@pytest.mark.check(points=2, exercise="sums")
def test_large(student, reference):
    """Large numbers are added."""
    expect.equal(student.add(123456, 1), reference.add(123456, 1))
'''
RIGHT = "def add(a, b):\n    return a + b\n"
MEMORISED = "def add(a, b):\n    return 2\n"
COURSE = {
    "assignments/addition/assignment.toml": TOML,
    "assignments/addition/README.md": "# Addition\n",
    "assignments/addition/addition.py": "def add(a, b):\n    raise NotImplementedError\n",
    "assignments/addition/checks/test_public.py": PUBLIC,
    "solutions/addition/addition.py": RIGHT,
    "solutions/addition/checks/test_hidden.py": HIDDEN,
}
EVERYTHING_PASSES = PUBLIC.replace("2)", "student.add(1, 1))")

pytestmark = pytest.mark.usefixtures("needs_bubblewrap")


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """A course, with the head on `work`."""
    made = clone_in(tmp_path / "clone")
    made.commit(COURSE)
    made.branch("work")
    return made


def test_a_student_hands_in_and_every_sink_gets_it(clone: Clone, tmp_path: Path) -> None:
    """Files, the summary, the outputs of the step, annotations and notices."""
    clone.commit({"assignments/addition/addition.py": MEMORISED})
    files = {name: tmp_path / name.lower() for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT")}
    files["GITHUB_STEP_SUMMARY"].write_text("of an earlier command\n")
    environment = {name: str(path) for name, path in files.items()} | {"GITHUB_ACTIONS": "true"}

    run = grader("ci", "--base", "main", "--head", "work", "--out", tmp_path / "out", cwd=clone.folder, **environment)

    assert run.returncode == 0, run.stderr
    assert "::notice title=Autograding complete::Points 1/3" in run.stdout
    assert "::error " in run.stdout
    assert (
        files["GITHUB_STEP_SUMMARY"]
        .read_text()
        .startswith("of an earlier command\n## addition: addition\n\n**1 of 3 points**")
    )
    outputs = dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines())
    assert (outputs["points"], outputs["possible"]) == ("1", "3")
    assert json.loads(base64.b64decode(outputs["result"]))["max_score"] == 3
    found = {str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert found == {"addition/addition.results.json", "refused.results.json", "junit.xml", "summary.md"}
    assert len(list(ElementTree.parse(tmp_path / "out/junit.xml").iter("testcase"))) == 2
    stored = json.loads((tmp_path / "out/addition/addition.results.json").read_text())
    assert stored["score"] == 1
    assert "123457" not in run.stdout + (tmp_path / "out/summary.md").read_text() + json.dumps(stored)


def test_a_head_cannot_change_what_it_is_graded_with(clone: Clone) -> None:
    """Checks, solution and settings are those of the base; the edits are named, and the run fails."""
    edits = {
        "assignments/addition/checks/test_public.py": EVERYTHING_PASSES,
        "solutions/addition/checks/test_hidden.py": EVERYTHING_PASSES.replace("test_small", "test_large"),
        "solutions/addition/addition.py": MEMORISED,
        "assignments/addition/assignment.toml": TOML.replace("[[", "idle_points = 3\n[["),
        "assignments/addition/conftest.py": "import os\nos._exit(0)\n",
        "conftest.py": "import os\nos._exit(0)\n",
        "pytest.ini": "[pytest]\naddopts = --deselect nothing\n",
        "sitecustomize.py": "import os\nos._exit(0)\n",
        "grader/__init__.py": "import os\nos._exit(0)\n",
        ".gitattributes": "* export-ignore\n",
    }
    clone.commit({"assignments/addition/addition.py": "def add(a, b):\n    return 1\n", **edits})

    run = grader("ci", "--base", "main", "--head", "work", cwd=clone.folder)

    assert run.returncode == 1, run.stderr
    assert "Points 0/3" in run.stdout
    for path in edits:
        assert f"title=not permitted%3A {path}" in run.stdout or "more are not shown" in run.stdout
    permitted = [word for path in edits for word in ("--allow", path)]
    run = grader("ci", "--base", "main", "--head", "work", *permitted, cwd=clone.folder)
    assert run.returncode == 0, run.stderr
    assert "Points 0/3" in run.stdout
    assert f"permitted by --allow: {', '.join(sorted(edits))}" in run.stderr


def test_the_course_may_lie_elsewhere(clone: Clone, tmp_path: Path) -> None:
    """In a repository that the student owns, the base is as untrusted as the head."""
    trusted = clone_in(tmp_path / "course")
    trusted.commit(COURSE)
    clone.git("checkout", "--quiet", "main")
    clone.commit(
        {"solutions/addition/addition.py": MEMORISED, "assignments/addition/checks/test_public.py": EVERYTHING_PASSES}
    )
    clone.git("checkout", "--quiet", "-b", "mine")
    clone.commit({"addition.py": MEMORISED})

    words = ("ci", "--base", "main", "--head", "mine", "--course", "../course", "--out", tmp_path / "out")
    run = grader(*words, cwd=clone.folder)

    assert run.returncode == 0, run.stderr
    assert "Points 1/3" in run.stdout
    stored = json.loads((tmp_path / "out/addition/addition.results.json").read_text())
    assert [check["visibility"] for check in stored["checks"]] == ["public", "hidden"]


def test_several_students_are_graded_side_by_side(clone: Clone, tmp_path: Path) -> None:
    """One that cannot be read keeps no other from being graded, and gives the exit code."""
    clone.commit(
        {
            "submissions/ada/addition.py": RIGHT,
            "submissions/bob/addition/addition.py": MEMORISED,
            "submissions/cyd/addition.py": Path("../../solutions/addition/addition.py"),
            "submissions/--help/addition.py": RIGHT,
        }
    )

    words = ("ci", "--base", "main", "--head", "work", "--submissions", "submissions", "--out", tmp_path / "out")
    run = grader(*words, cwd=clone.folder, GITHUB_OUTPUT=str(tmp_path / "output"))

    assert run.returncode == 2, run.stderr
    assert "Points" not in run.stdout, "points of several students are nobody's"
    assert not (tmp_path / "output").exists()
    scores = {
        json.loads(path.read_text())["submission"]: json.loads(path.read_text())["score"]
        for path in (tmp_path / "out/addition").iterdir()
    }
    assert scores == {"ada": 3, "bob": 1, "--help": 3}
    assert "submissions/cyd/addition.py is a symbolic link: commit the file itself" in run.stderr
    again = grader("report", tmp_path / "out", "--format", "csv", cwd=clone.folder)
    assert [line.split(",")[0].strip("\"'") for line in again.stdout.splitlines()[1:]] == [
        "--help",
        "ada",
        "bob",
        "cyd",
    ]


def test_only_what_is_asked_for_is_read(clone: Clone) -> None:
    """Nothing is written into the clone, and a file that is not committed is not graded."""
    clone.commit({"assignments/addition/addition.py": RIGHT})
    (clone.folder / "assignments/addition/addition.py").write_text("def add(a, b):\n    return 0\n")
    before = {path: path.stat().st_mtime_ns for path in clone.folder.rglob("*")}

    run = grader("ci", "--base", "main", "--head", "work", cwd=clone.folder)

    assert "Points 3/3" in run.stdout, run.stderr
    assert {path: path.stat().st_mtime_ns for path in clone.folder.rglob("*")} == before


def test_public_checks_are_enough_where_there_is_no_solution(clone: Clone) -> None:
    """As `grade` says it, --public has to say so."""
    clone.git("checkout", "--quiet", "main")
    clone.git("rm", "-r", "--quiet", "solutions")
    clone.commit({})
    clone.git("checkout", "--quiet", "-b", "mine")
    clone.commit({"addition.py": RIGHT})

    refused = grader("ci", "--base", "main", "--head", "mine", cwd=clone.folder)
    run = grader("ci", "--base", "main", "--head", "mine", "--public", cwd=clone.folder)

    assert refused.returncode == 2
    assert "--public grades with the public checks alone" in refused.stderr
    assert (run.returncode, "Points 1/1" in run.stdout) == (0, True)


def test_a_seed_that_could_be_found_is_named(clone: Clone) -> None:
    """As `grade` says it: strangers hand in here."""
    clone.commit({"addition.py": RIGHT})
    run = grader("ci", "--base", "main", "--head", "work", "--seed", "1", cwd=clone.folder)
    assert "--seed 1 is short: a submission could find it by trying" in run.stderr


def test_a_change_of_nothing_says_so(clone: Clone) -> None:
    """There is nothing to grade, which is no error."""
    clone.commit({})
    run = grader("ci", "--base", "main", "--head", "work", cwd=clone.folder)
    assert run.returncode == 0
    assert "nothing to grade: no file of a student differs from main" in run.stderr


def test_too_few_points_fail_the_run(clone: Clone) -> None:
    """Where `--fail-under` asks for more."""
    clone.commit({"addition.py": MEMORISED})
    words = ("ci", "--base", "main", "--head", "work", "--fail-under")
    enough, too_few = (grader(*words, least, cwd=clone.folder) for least in ("33%", "34%"))
    assert (enough.returncode, too_few.returncode) == (0, 1)
    assert "--fail-under 34%: too few points: addition (1 of 3)" in too_few.stderr


def test_gitlab_gets_its_report(clone: Clone, tmp_path: Path) -> None:
    """Lines from the root of the repository, forbidden edits among them; no commands of another forge are printed."""
    clone.commit({"submissions/ada/addition/addition.py": "\n" + MEMORISED, "README.md": "mine"})
    words = (
        "ci",
        "--base",
        "main",
        "--head",
        "work",
        "--submissions",
        "submissions",
        "--format",
        "gitlab",
        "--out",
        tmp_path / "out",
    )
    run = grader(*words, cwd=clone.folder, GITHUB_OUTPUT=str(tmp_path / "none"))
    assert run.returncode == 1
    assert "::" not in run.stdout
    assert "README.md is added, and a pull request may change only what is handed in" in run.stderr
    assert not (tmp_path / "none").exists()
    found = json.loads((tmp_path / "out/gl-code-quality-report.json").read_text())
    assert [(one["location"]["path"], one["location"]["lines"]["begin"]) for one in found] == [
        ("submissions/ada/addition/addition.py", 2),
        ("README.md", 1),
    ]


@pytest.mark.parametrize("forge", [(), ("--format", "gitlab")], ids=["github", "gitlab"])
def test_other_formats_are_files(clone: Clone, tmp_path: Path, forge: tuple[str, ...]) -> None:
    """Beside what the page of the pull request gets, for the same reader."""
    clone.commit({"addition.py": MEMORISED})
    words = (
        "ci",
        "--base",
        "main",
        "--head",
        "work",
        *forge,
        "--out",
        tmp_path,
        "--format",
        f"html={tmp_path}/ada.html",
    )
    usual = grader(*words, cwd=clone.folder)
    page = (tmp_path / "ada.html").read_text()
    staff = grader(*words, "--audience", "staff", cwd=clone.folder)
    assert (usual.returncode, staff.returncode) == (0, 0)
    assert page.startswith("<!DOCTYPE html>")
    assert "Large numbers are added." in page
    assert "add(123456, 1)" not in page
    assert "add(123456, 1)" in (tmp_path / "ada.html").read_text()
    assert ("::error" in usual.stdout) == (forge == ())


@pytest.mark.parametrize(
    ("formats", "said"),
    [
        (
            ("html",),
            "--format html: what is printed is for the page of the pull request; name a file, --format html=PATH",
        ),
        (("github", "gitlab"), "--format github --format gitlab: a pull request has one page, on GitHub or on GitLab"),
    ],
)
def test_one_page_is_printed_for(clone: Clone, formats: tuple[str, ...], said: str) -> None:
    """Two forges are refused, and what would be mixed with their commands."""
    words = [word for format in formats for word in ("--format", format)]
    run = grader("ci", "--base", "main", "--head", "work", *words, cwd=clone.folder)
    assert run.returncode == 2
    assert run.stderr == f"grader: {said}\n"


def test_gitlab_needs_a_folder(clone: Clone) -> None:
    """It shows nothing that is printed."""
    run = grader("ci", "--base", "main", "--head", "work", "--format", "gitlab", cwd=clone.folder)
    assert run.returncode == 2
    assert run.stderr == (
        "grader: --format gitlab: GitLab shows reports that are files; name a folder for them with --out DIR\n"
    )


def test_a_course_that_is_none_is_named(clone: Clone, tmp_path: Path) -> None:
    """In one sentence."""
    run = grader("ci", "--base", "main", "--head", "work", "--course", tmp_path, cwd=clone.folder)
    assert run.returncode == 2
    assert run.stderr == (
        f"grader: --course {tmp_path}: there is no `assignments/` folder with an assignment in it, and it is no handout\n"
    )


@pytest.mark.parametrize("variable", ["GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"])
def test_a_file_of_the_runner_that_cannot_be_written_is_named(clone: Clone, tmp_path: Path, variable: str) -> None:
    """With its variable."""
    clone.commit({"addition.py": RIGHT})
    run = grader("ci", "--base", "main", "--head", "work", cwd=clone.folder, **{variable: str(tmp_path)})
    assert run.returncode == 2
    assert f"${variable} names {tmp_path}, which cannot be written: Is a directory" in run.stderr


def test_a_folder_for_results_that_cannot_be_written_is_named(clone: Clone, tmp_path: Path) -> None:
    """Before anything is graded."""
    clone.commit({"addition.py": RIGHT})
    (tmp_path / "out").write_text("a file")
    run = grader("ci", "--base", "main", "--head", "work", "--out", tmp_path / "out", cwd=clone.folder)
    assert run.returncode == 2
    assert f"--out {tmp_path / 'out'}: cannot write there: File exists" in run.stderr


def test_a_result_is_called_by_its_student(clone: Clone, tmp_path: Path) -> None:
    """Whose repository it is, the name of the assignment does not tell; results of several students are then told apart."""
    clone.commit({"addition.py": MEMORISED})
    words = ("ci", "--base", "main", "--head", "work", "--out", tmp_path / "ada", "--student", "ada")
    run = grader(*words, cwd=clone.folder)
    table = grader("report", tmp_path / "ada", "--format", "csv", cwd=tmp_path)

    assert run.returncode == 0
    assert (tmp_path / "ada/addition/ada.results.json").is_file()
    assert '"ada"' in table.stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--student", "a/b"), "--student 'a/b': results are called by it, so it must be the name of a file"),
        (("--student", " "), "--student ' ': results are called by it, so it must be the name of a file"),
        (
            ("--student", "ada", "--submissions", "submissions"),
            "--student: in a repository for all, a submission is called by its folder",
        ),
    ],
)
def test_a_student_has_one_name(clone: Clone, words: tuple[str, ...], sentence: str) -> None:
    """One that is a file's, and none in a repository for all."""
    run = grader("ci", "--base", "main", "--head", "work", *words, cwd=clone.folder)

    assert (run.returncode, run.stderr) == (2, f"grader: {sentence}\n")
