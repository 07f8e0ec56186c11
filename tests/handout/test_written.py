"""A handout as a zip and as a repository: what lies there in the end, and what is said where it cannot be written."""

from __future__ import annotations

import os
import subprocess
import zipfile
from pathlib import Path

import pytest

from grader.course import assignment as assignments
from grader.errors import UsageError
from grader.handout import Handout, contents_of, handout_of, write_folder, write_handout, write_repository

COURSE = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def handout() -> Handout:
    """What is handed out of an assignment of the course."""
    return handout_of([contents_of(assignments.load(COURSE, "conv_arithmetic"))])


def git(folder: Path, *words: str) -> str:
    """Run git."""
    return subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("slug", assignments.slugs(COURSE))
def test_every_assignment_can_be_handed_out(slug: str, tmp_path: Path) -> None:
    """Every way gives the same files; nothing of any assignment's solution is in its handout."""
    contents = contents_of(assignments.load(COURSE, slug))
    handout = handout_of([contents])
    write_handout(handout, tmp_path / "a.zip")
    write_repository(handout, tmp_path / "repository")
    write_folder(handout, tmp_path / "folder")

    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        zipped = {name: archive.read(name) for name in archive.namelist()}
    record = zipped.pop(f"{slug}/handout.json")
    assert zipped == {f"{slug}/{name}": content for name, content in contents.files.items()}
    tracked = git(tmp_path / "repository", "ls-files").splitlines()
    in_repository = {name: (tmp_path / "repository" / name).read_bytes() for name in tracked}
    assert in_repository == {**contents.files, "handout.json": record}
    written = [path for path in (tmp_path / "folder").rglob("*") if path.is_file()]
    assert {
        path.relative_to(tmp_path / "folder" / slug).as_posix(): path.read_bytes() for path in written
    } == in_repository
    assert contents.is_compared
    assert contents.left_out == ()


def test_the_same_assignment_gives_the_same_zip(handout: Handout, tmp_path: Path) -> None:
    """Whenever it is made; one that is there is replaced."""
    for name in ("a.zip", "b.zip", "b.zip"):
        write_handout(handout, tmp_path / name)

    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip", "b.zip"]


def test_a_repository_has_one_commit_whatever_git_is_told_elsewhere(
    handout: Handout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody's name, hooks or ignored files decide what is in it."""
    config = tmp_path / "config"
    config.write_text(
        f"[user]\nname = Prof\nemail = prof@x\n[core]\nexcludesFile = {tmp_path}/ignored\nautocrlf = true\n"
    )
    (tmp_path / "ignored").write_text("*.ipynb\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    write_repository(handout, tmp_path / "repository")
    monkeypatch.undo()

    log = git(tmp_path / "repository", "log", "--all", "--format=%an %s").splitlines()
    assert log == ["course staff Convolution arithmetic: what is asked"]
    assert "conv_arithmetic.ipynb" in git(tmp_path / "repository", "ls-files").splitlines()
    assert git(tmp_path / "repository", "status", "--short") == ""


def test_what_is_there_is_not_touched(handout: Handout, tmp_path: Path) -> None:
    """A repository takes a new or an empty folder, and a zip no folder."""
    full, empty = tmp_path / "full", tmp_path / "empty"
    empty.mkdir()
    full.mkdir()
    (full / "mine").write_text("kept")

    with pytest.raises(UsageError) as error:
        write_repository(handout, full)
    assert str(error.value) == f"--git {full}: there is something already; name a folder that is new or empty"
    with pytest.raises(UsageError) as error:
        write_handout(handout, full)
    assert str(error.value) == f"--out {full}: a folder; name the zip to write in it"
    with pytest.raises(UsageError) as error:
        write_folder(handout, full)
    assert str(error.value) == f"--out {full}: there is something already; name a folder that is new or empty, or a zip"

    write_repository(handout, empty)
    assert (empty / "README.md").is_file()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "full"]
    assert [path.name for path in full.iterdir()] == ["mine"]


def test_no_zip_replaces_what_is_none(handout: Handout, tmp_path: Path) -> None:
    """Neither a file of another kind, nor a device."""
    notes = tmp_path / "notes.txt"
    notes.write_text("kept")
    for target in (notes, Path(os.devnull)):
        with pytest.raises(UsageError) as error:
            write_handout(handout, target)
        assert str(error.value) == f"--out {target}: there is something else already; name another file"

    assert notes.read_text() == "kept"
    assert Path(os.devnull).is_char_device()


def test_nothing_is_written_into_what_it_is_made_of(handout: Handout) -> None:
    """The next handout would hold it, or the course would lose a file."""
    assignment = handout.contents[0].assignment
    assert assignment.solution is not None
    for write, option in ((write_handout, "--out"), (write_folder, "--out"), (write_repository, "--git")):
        for folder in (assignment.folder, assignment.solution):
            target = folder / "checks" / "new"
            with pytest.raises(UsageError) as error:
                write(handout, target)
            assert str(error.value) == f"{option} {target}: lies in {folder}, from which it is made; name another place"


def test_where_nothing_can_be_written_one_sentence_says_so(handout: Handout, tmp_path: Path) -> None:
    """The folder around it is missing."""
    target = tmp_path / "nowhere" / "it"
    for write, option in ((write_handout, "--out"), (write_folder, "--out"), (write_repository, "--git")):
        with pytest.raises(UsageError) as error:
            write(handout, target)
        assert str(error.value) == f"{option} {target}: cannot write there: No such file or directory"
        with pytest.raises(UsageError, match=r": cannot write there: File name too long$"):
            write(handout, tmp_path / ("long" * 80))


def test_without_git_there_is_no_repository(handout: Handout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other way is named, and nothing is left."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        UsageError, match=r"^--git: there is no `git` on this machine; install it, or hand out a zip with"
    ):
        write_repository(handout, tmp_path / "repository")

    assert list(tmp_path.iterdir()) == []


def test_what_git_complains_about_is_passed_on(
    handout: Handout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A git that fails is not ours to explain."""
    broken = tmp_path / "bin" / "git"
    broken.parent.mkdir()
    broken.write_text("#!/bin/sh\necho 'fatal: no room' >&2\nexit 128\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{broken.parent}:/usr/bin:/bin")
    target = tmp_path / "repository"
    with pytest.raises(UsageError) as error:
        write_repository(handout, target)

    assert str(error.value) == f"--git {target}: git failed: fatal: no room"
    assert not target.exists()
