"""A template that was handed out gets the next handout as a commit, and repositories of students get it from there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from files import write_files
from handed_out import STUB, addition

from grader.errors import UsageError
from grader.handout import Handout, handout_of, parts_of_zip, update_repository, write_repository

INSTRUCTORS = Path(__file__).parents[2] / "docs" / "instructors.md"
WORK = "def add(a, b):\n    return a + b\n"
BETTER = {"README.md": "# Better\n", "checks/test_more.py": "# another file\n", "checks/test_add.py": None}
"""Another text, another check, and one check less."""
_WHO = {f"GIT_{who}_{what}": "ada@x" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
_ENVIRONMENT = {**os.environ, **_WHO, "GIT_CONFIG_GLOBAL": os.devnull}


def git(folder: Path, *words: str) -> str:
    """Run git as somebody."""
    ran = subprocess.run(["git", *words], cwd=folder, env=_ENVIRONMENT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def files_in(folder: Path) -> dict[str, str]:
    """Return what git tracks in a folder, but for the record."""
    return {
        name: (folder / name).read_text() for name in git(folder, "ls-files").splitlines() if name != "handout.json"
    }


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A repository of the first handout."""
    write_repository(addition(tmp_path / "course"), tmp_path / "template")
    return tmp_path / "template"


@pytest.fixture
def better(template: Path) -> Handout:
    """The next handout."""
    return addition(template.parent / "course", **BETTER)


def test_a_template_gets_one_commit(template: Path, better: Handout) -> None:
    """It changes what has changed; the history stays, and nothing is left to commit."""
    first = git(template, "rev-parse", "HEAD").strip()
    done = update_repository(better, template)

    said = "changed: README.md; new: checks/test_more.py; removed: checks/test_add.py"
    assert (done.branch, str(done.changes), done.left) == ("main", said, ())
    assert git(template, "log", "--format=%H %an %s").splitlines() == [
        f"{done.commit} course staff Addition: updated",
        f"{first} course staff Addition: what is asked",
    ]
    assert git(template, "log", "-1", "--format=%b").strip() == said
    assert git(template, "status", "--porcelain") == ""
    changed = git(template, "diff", "--name-only", "HEAD~1").split()
    assert changed == ["README.md", "checks/test_add.py", "checks/test_more.py", "handout.json"]


def test_nothing_new_is_no_commit(template: Path, better: Handout) -> None:
    """Neither at once nor after an update."""
    update_repository(better, template)
    before = git(template, "rev-parse", "HEAD")
    done = update_repository(better, template)

    assert (done.commit, bool(done.changes), git(template, "rev-parse", "HEAD")) == ("", False, before)


def test_what_staff_have_done_to_a_template_stays(template: Path, better: Handout) -> None:
    """A workflow that they added, a file that they edited; and that the handout has another one of that is said."""
    write_files(template, {".github/workflows/classroom.yml": "on: push\n", "README.md": "# Addition, fall\n"})
    write_files(template, {"notes.txt": "not committed"})
    git(template, "add", ".github", "README.md")
    git(template, "commit", "-qm", "staff")
    done = update_repository(better, template)

    assert (done.left, str(done.changes)) == (("README.md",), "new: checks/test_more.py; removed: checks/test_add.py")
    assert files_in(template)["README.md"] == "# Addition, fall\n"
    assert files_in(template)[".github/workflows/classroom.yml"] == "on: push\n"
    assert (template / "notes.txt").read_text() == "not committed"


def test_no_hook_and_no_setting_of_a_template_decides_what_is_in_it(template: Path, better: Handout) -> None:
    """A clone of it may have both."""
    (template / ".git" / "hooks").mkdir()
    hook = template / ".git" / "hooks" / "post-merge"
    hook.write_text("#!/bin/sh\ntouch ran\n")
    hook.chmod(0o755)
    git(template, "config", "core.autocrlf", "true")
    update_repository(better, template)

    assert not (template / "ran").exists()
    assert git(template, "show", "HEAD:README.md") == "# Better\n"


def test_a_course_is_updated_as_a_whole(tmp_path: Path) -> None:
    """In its folders, with the text beside them."""

    def course(readme: str, **files: str | None) -> Handout:
        return handout_of(addition(tmp_path / "course", **files).contents, readme=readme.encode(), title="Sums")

    write_repository(course("# Sums\n"), tmp_path / "template")
    done = update_repository(course("# Sums, due on Monday\n", **BETTER), tmp_path / "template")

    assert str(done.changes) == (
        "changed: README.md, addition/README.md; new: addition/checks/test_more.py; removed: addition/checks/test_add.py"
    )
    assert files_in(tmp_path / "template")["README.md"] == "# Sums, due on Monday\n"


def test_what_is_no_template_of_it_is_refused(template: Path, better: Handout, tmp_path: Path) -> None:
    """Another folder, another assignment, edits that a commit would miss, files that it would overwrite."""
    (tmp_path / "folder").mkdir()
    with pytest.raises(UsageError) as error:
        update_repository(better, tmp_path / "folder")
    assert str(error.value) == f"--update {tmp_path}/folder: no repository; name the one that `--git` made, or a zip"

    git(tmp_path, "init", "-q", "other")
    write_files(tmp_path / "other", {"README.md": "x"})
    git(tmp_path / "other", "add", ".")
    git(tmp_path / "other", "commit", "-qm", "x")
    with pytest.raises(UsageError) as error:
        update_repository(better, tmp_path / "other")
    assert str(error.value) == f"--update {tmp_path}/other: no repository that `grader handout addition --git` has made"

    (template / "checks" / "test_more.py").write_text("mine")
    with pytest.raises(
        UsageError, match=r"git failed: error: The following untracked working tree files would be over"
    ):
        update_repository(better, template)
    assert (template / "checks" / "test_more.py").read_text() == "mine"
    (template / "README.md").write_text("# edited\n")
    with pytest.raises(UsageError) as error:
        update_repository(better, template)
    assert str(error.value) == f"--update {template}: has edits that are not committed; commit them, or take them back"


def test_a_zip_of_another_assignment_is_refused(better: Handout, tmp_path: Path) -> None:
    """A handout follows one of the same assignment."""
    with zipfile.ZipFile(tmp_path / "old.zip", "w") as archive:
        archive.writestr("products/assignment.toml", 'slug = "products"')
    with pytest.raises(UsageError) as error:
        better.after(parts_of_zip(tmp_path / "old.zip"), "old.zip")

    assert str(error.value) == "--update old.zip: a handout of products, and not of addition"


def documented() -> str:
    """Return the commands that instructors.md gives, but for GitHub's."""
    found = re.search(r"<!-- pull request -->\n```sh\n(.*?)```", INSTRUCTORS.read_text(), re.DOTALL)
    assert found is not None
    lines = found[1].splitlines()
    assert lines[-1].startswith("gh pr create --base main --head handout-update ")
    return "\n".join(lines[:-1])


def offer(template: Path, student: Path) -> None:
    """Run the documented commands in a new clone of a student's repository, as staff do."""
    clone = student.parent / "clone"
    git(student.parent, "clone", "-q", str(student), str(clone))
    command = ["bash", "-euc", documented()]
    ran = subprocess.run(
        command, cwd=clone, env={**_ENVIRONMENT, "TEMPLATE": str(template)}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    shutil.rmtree(clone)


@pytest.mark.parametrize("way", ["forked", "made from the template"])
def test_students_get_it_by_a_pull_request(way: str, template: Path, better: Handout, tmp_path: Path) -> None:
    """A fork has the template's history; a repository that is made from it has one commit, with the same files."""
    student = tmp_path / "student"
    git(tmp_path, "clone", "-q", str(template), str(student))
    if way != "forked":
        shutil.rmtree(student / ".git")
        git(student, "init", "-q", "-b", "main")
        git(student, "add", ".")
        git(student, "commit", "-qm", "Initial commit")
    write_files(student, {"addition.py": WORK, "notes.txt": "mine"})
    git(student, "add", ".")
    git(student, "commit", "-qm", "solved")

    update_repository(better, template)
    offer(template, student)
    git(student, "merge", "-q", "--no-edit", "handout-update")  # what the button on GitHub does
    assert git(student, "diff", "--name-only", "HEAD~1", "HEAD").split() == [
        "README.md",
        "checks/test_add.py",
        "checks/test_more.py",
        "handout.json",
    ]
    assert files_in(student)["addition.py"] == WORK

    update_repository(addition(tmp_path / "course", **BETTER, **{"networks.py": "# new\n"}), template)
    offer(template, student)
    git(student, "merge", "-q", "--no-edit", "handout-update")
    assert files_in(student) == {**files_in(template), "addition.py": WORK, "notes.txt": "mine"}


def test_where_both_have_changed_the_same_lines_git_asks(template: Path, tmp_path: Path) -> None:
    """Nothing of the student's is lost."""
    student = tmp_path / "student"
    git(tmp_path, "clone", "-q", str(template), str(student))
    (student / "addition.py").write_text(WORK)
    git(student, "commit", "-qam", "solved")
    update_repository(addition(tmp_path / "course", **{"addition.py": STUB.replace("raise", "pass; raise")}), template)
    offer(template, student)
    ran = subprocess.run(
        ["git", "merge", "handout-update"], cwd=student, env=_ENVIRONMENT, capture_output=True, text=True
    )

    assert ran.returncode == 1
    assert "CONFLICT (content): Merge conflict in addition.py" in ran.stdout
    assert "return a + b" in (student / "addition.py").read_text()
