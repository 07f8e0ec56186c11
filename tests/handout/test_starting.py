"""A handout where a student works: unpacked, brought up to date, and never at the cost of what the student wrote."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import pytest
from files import write_files
from handed_out import CHECK, STUB, TOML, addition

from grader.errors import UsageError
from grader.handout import Started, only_changed, parts_of_zip, start, write_handout

WORK = "def add(a, b):\n    return a + b\n"


def zipped(
    folder: Path, name: str = "new.zip", *, after: Path | None = None, whole: bool = False, **files: str | None
) -> Path:
    """Write the zip of the assignment with these files; one that follows another one holds what has changed, or the whole."""
    handout = addition(folder / f"course of {name}", **files)
    if after is not None:
        before = parts_of_zip(after)
        following = handout.after(before, str(after))
        handout = following if whole else only_changed(following, before)
    write_handout(handout, folder / name)
    return folder / name


def started(path: Path, target: Path) -> Started:
    """Unpack the only part of a zip."""
    (done,) = start(parts_of_zip(path), str(path), target)
    return done


def files_in(folder: Path) -> dict[str, str]:
    """Return what lies in a folder, but for the record."""
    paths = [path for path in folder.rglob("*") if path.is_file() and path.name != "handout.json"]
    return {path.relative_to(folder).as_posix(): path.read_text() for path in paths}


def left(done: Started) -> dict[str, str]:
    """Return what was left alone, and why."""
    return {one.name: one.why for one in done.left}


@pytest.fixture
def student(tmp_path: Path) -> Path:
    """The folder of a student who has started with the first handout and written the function."""
    started(zipped(tmp_path, "old.zip"), tmp_path / "student")
    (tmp_path / "student" / "addition" / "addition.py").write_text(WORK)
    return tmp_path / "student" / "addition"


def test_a_handout_is_unpacked(tmp_path: Path) -> None:
    """Into a folder of its name, in one that is made for it."""
    done = started(zipped(tmp_path), tmp_path / "home" / "work")

    assert done.folder == tmp_path / "home" / "work" / "addition"
    assert (done.slug, done.was_there, done.left) == ("addition", False, [])
    assert sorted(done.added) == ["README.md", "addition.py", "assignment.toml", "checks/test_add.py"]
    assert files_in(done.folder) == {
        "README.md": "# Addition\n",
        "addition.py": STUB,
        "assignment.toml": 'slug = "addition"\n' + TOML,
        "checks/test_add.py": CHECK,
    }


def test_the_same_handout_again_changes_nothing(student: Path, tmp_path: Path) -> None:
    """What the student wrote is no difference that is worth a word."""
    before = files_in(student)
    done = started(tmp_path / "old.zip", student.parent)

    assert (done.was_there, done.added, done.replaced, done.removed, done.left) == (True, [], [], [], [])
    assert files_in(student) == before


def test_a_newer_handout_changes_what_nobody_edited(student: Path, tmp_path: Path) -> None:
    """Files are replaced, added and removed; the file of the student stays, and its new version lies beside it."""
    changes: dict[str, str | None] = {
        "README.md": "# Better\n",
        "checks/test_more.py": CHECK,
        "checks/test_add.py": None,
    }
    done = started(zipped(tmp_path, **changes, **{"addition.py": f"# typed\n{STUB}"}), student.parent)

    assert (done.replaced, done.added, done.removed) == (["README.md"], ["checks/test_more.py"], ["checks/test_add.py"])
    assert left(done) == {"addition.py": "you have edited it; the new version is addition.py.new"}
    assert files_in(student) == {
        "README.md": "# Better\n",
        "addition.py": WORK,
        "addition.py.new": f"# typed\n{STUB}",
        "assignment.toml": 'slug = "addition"\n' + TOML,
        "checks/test_more.py": CHECK,
    }


def test_an_untouched_stub_is_replaced(tmp_path: Path) -> None:
    """Who has not begun gets the new one, whatever their editor made of the ends of lines."""
    folder = started(zipped(tmp_path, "old.zip"), tmp_path).folder
    (folder / "addition.py").write_bytes(STUB.replace("\n", "\r\n").encode())
    done = started(zipped(tmp_path, **{"addition.py": f"# typed\n{STUB}"}), tmp_path)

    assert (done.replaced, left(done)) == (["addition.py"], {})
    assert (folder / "addition.py").read_text() == f"# typed\n{STUB}"


def test_the_update_alone_does_the_same(student: Path, tmp_path: Path) -> None:
    """It holds what has changed, and nothing else."""
    update = zipped(
        tmp_path, "update.zip", after=tmp_path / "old.zip", **{"README.md": "# Better\n", "checks/test_add.py": None}
    )
    with zipfile.ZipFile(update) as archive:
        assert archive.namelist() == ["addition/README.md", "addition/handout.json"]
    (student / "assignment.toml").unlink()  # not of this update: it is as it was, or was not needed
    done = started(update, student.parent)

    assert (done.replaced, done.added, done.removed, left(done)) == (["README.md"], [], ["checks/test_add.py"], {})
    assert files_in(student) == {"README.md": "# Better\n", "addition.py": WORK}


def test_an_update_of_another_handout_is_refused_before_anything_is_touched(student: Path, tmp_path: Path) -> None:
    """Who has missed one needs the whole."""
    second = zipped(tmp_path, "second.zip", **{"README.md": "# Second\n"})
    third = zipped(
        tmp_path, "third.zip", after=second, **{"README.md": "# Second\n", "checks/test_add.py": f"{CHECK}\n"}
    )
    before = files_in(student)
    with pytest.raises(UsageError) as error:
        started(third, student.parent)

    assert str(error.value) == (
        f"{third}: holds only what has changed since another handout than the one in {student}, which has another README.md, "
        "or none; take the whole handout"
    )
    assert files_in(student) == before
    with pytest.raises(UsageError, match="holds only what has changed since another handout"):
        started(third, tmp_path / "empty")
    assert not (tmp_path / "empty").exists()


def test_edited_files_that_are_no_longer_handed_out_stay(student: Path, tmp_path: Path) -> None:
    """They are named."""
    (student / "checks" / "test_add.py").write_text("# mine\n")
    done = started(zipped(tmp_path, **{"checks/test_add.py": None, "checks/test_new.py": CHECK}), student.parent)

    assert left(done) == {"checks/test_add.py": "you have edited it; the handout no longer has it"}
    assert (student / "checks" / "test_add.py").read_text() == "# mine\n"


def test_without_a_record_what_differs_counts_as_edited(student: Path, tmp_path: Path) -> None:
    """Nothing is known of it then, unless the new handout follows the one that lies there."""
    (student / "handout.json").write_text("no JSON")
    done = started(zipped(tmp_path, **{"README.md": "# Better\n"}), student.parent)

    assert left(done) == {
        "README.md": "it was there before, and is another one; the new version is README.md.new",
        "addition.py": "it was there before, and is another one; the new version is addition.py.new",
    }
    assert (student / "README.md").read_text() == "# Addition\n"

    (student / "handout.json").unlink()
    following = zipped(tmp_path, "next.zip", after=tmp_path / "old.zip", whole=True, **{"README.md": "# Best\n"})
    done = started(following, student.parent)
    assert (done.replaced, list(left(done))) == (["README.md"], ["addition.py"])


def test_a_new_version_replaces_one_that_nobody_edited(student: Path, tmp_path: Path) -> None:
    """What lies beside a file of the student is work as soon as the student has edited it."""
    beside = student / "addition.py.new"
    for number in (2, 3):
        done = started(zipped(tmp_path, f"{number}.zip", **{"addition.py": f"# {number}\n{STUB}"}), student.parent)
        assert beside.read_text() == f"# {number}\n{STUB}"
    beside.write_text("mine")
    done = started(zipped(tmp_path, "4.zip", **{"addition.py": f"# 4\n{STUB}"}), student.parent)

    assert beside.read_text() == "mine"
    assert left(done) == {
        "addition.py": "you have edited it, and so is addition.py.new; rename that one and start again to see the new version"
    }


def test_a_run_that_was_stopped_is_finished_by_the_next(student: Path, tmp_path: Path) -> None:
    """The record of the old handout lies there until all is done, and files that are new already are no edits."""
    (student / "README.md").write_text("# Better\n")
    done = started(zipped(tmp_path, **{"README.md": "# Better\n", "checks/test_add.py": f"{CHECK}\n"}), student.parent)

    assert (done.replaced, left(done)) == (["checks/test_add.py"], {})


def test_what_was_deleted_comes_back(student: Path, tmp_path: Path) -> None:
    """A check that is lost can be had again, from the whole handout."""
    (student / "checks" / "test_add.py").unlink()
    done = started(tmp_path / "old.zip", student.parent)

    assert done.added == ["checks/test_add.py"]


def test_the_folder_may_have_any_name(student: Path, tmp_path: Path) -> None:
    """It says itself which assignment it is."""
    renamed = student.rename(tmp_path / "homework (1)")
    done = started(zipped(tmp_path, **{"README.md": "# Better\n"}), renamed)

    assert (done.folder, done.replaced) == (renamed, ["README.md"])
    assert not (renamed / "addition").exists()


def test_what_an_instructor_adds_to_the_zip_is_handed_out(tmp_path: Path) -> None:
    """The record does not know it, and the next handout may do without it."""
    path = zipped(tmp_path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("addition/slides.txt", "1 + 1")
    done = started(path, tmp_path / "student")

    assert "slides.txt" in done.added
    assert started(zipped(tmp_path, "next.zip"), tmp_path / "student").removed == ["slides.txt"]


def test_nothing_is_written_through_a_link_or_over_another_kind_of_file(student: Path, tmp_path: Path) -> None:
    """A link leads elsewhere; a folder in the place of a file is the student's."""
    outside = write_files(tmp_path / "outside", {"test_add.py": CHECK, "README.md": "# Addition\n"})
    for path in ((student / "checks" / "test_add.py"), student / "README.md"):
        path.unlink()
    (student / "checks").rmdir()
    (student / "checks").symlink_to(outside)
    (student / "README.md").mkdir()
    changed = zipped(tmp_path, **{"README.md": "# Better\n", "checks/test_add.py": f"{CHECK}\n"})
    done = started(changed, student.parent)

    assert left(done) == {"README.md": "README.md is a folder", "checks/test_add.py": "checks is a link"}
    assert files_in(outside) == {"test_add.py": CHECK, "README.md": "# Addition\n"}
    os.rename(student, tmp_path / "elsewhere")
    student.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError) as error:
        started(changed, student.parent)
    assert str(error.value) == f"{student}: a link; name the folder itself"


def test_where_nothing_can_be_written_one_sentence_says_so(tmp_path: Path) -> None:
    """A file lies where the folder should be."""
    path = zipped(tmp_path)
    (tmp_path / "addition").write_text("mine")
    with pytest.raises(UsageError) as error:
        started(path, tmp_path)

    assert str(error.value) == f"{tmp_path}/addition: cannot be written: File exists"


def record(**keys: object) -> str:
    """Write a record."""
    return json.dumps({"version": 1, "slug": "addition", "files": {}, "earlier": {}, **keys})


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"addition/../../evil.py": "x"}, "'addition/../../evil.py' leads out of the archive; pack the files again"),
        ({"notes.txt": "x"}, "no handout: neither it nor a folder in it has assignment.toml"),
        ({"a/handout.json": "{}"}, "a/handout.json: no record of a handout: Object missing required field `slug`"),
        ({"a/handout.json": record(version=2)}, "a/handout.json: written by another version of the grader; install"),
        ({"a/handout.json": record(files={"../../x": "0"})}, "a/handout.json: '../../x' is no file of a folder"),
        ({"a/handout.json": record(earlier={"/etc/x": ["0"]})}, "a/handout.json: '/etc/x' is no file of a folder"),
        ({"a/handout.json": record(slug="../a")}, "'../a' is no name of an assignment"),
        (
            {"a/README.md": "", "a/readme.md": ""},
            "a/README.md and a/readme.md are one name to many systems; no handout has",
        ),
        ({"a/zeros": b"\0" * (129 * 1024**2)}, "unpacks to more than 128 MiB, which no handout has"),
    ],
)
def test_a_zip_that_is_no_handout_is_refused(files: dict[str, str | bytes], said: str, tmp_path: Path) -> None:
    """Before anything is written; nothing in it leads out of the folder."""
    path = tmp_path / "made.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    with pytest.raises(UsageError) as error:
        start(parts_of_zip(path), str(path), tmp_path / "student")

    assert str(error.value).startswith(f"{path}: {said}")
    assert [one.name for one in tmp_path.iterdir()] == ["made.zip"]


def test_what_is_no_zip_is_said(tmp_path: Path) -> None:
    """Or is not there."""
    (tmp_path / "made.zip").write_text("no zip")
    with pytest.raises(UsageError) as error:
        parts_of_zip(tmp_path / "made.zip")
    assert str(error.value) == f"{tmp_path}/made.zip: this is no zip; pack the files again as an ordinary zip"
    with pytest.raises(UsageError, match="cannot be read: No such file or directory"):
        parts_of_zip(tmp_path / "nothing.zip")
