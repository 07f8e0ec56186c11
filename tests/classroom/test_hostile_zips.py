"""A zip of a class with what nobody packs on purpose: it costs the student whose file it is, and nobody else."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from grader.classroom import Intake, take_in
from grader.classroom.intake import tree, unpacking
from grader.classroom.intake.tree import Disk, of_zip
from grader.course import assignment as assignments
from grader.errors import SubmissionError
from grader.model import Assignment
from grader.submission import read

COURSE = Path(__file__).parents[2]
FILE = "conv_arithmetic.py"
WORK = b"def conv2d_output_size(n, f): return n - f + 1\n"
ADA, BOB = (f"{who}_assignsubmission_file" for who in ("Ada_11", "Bob_12"))
USUAL = {f"{ADA}/{FILE}": WORK, f"{BOB}/{FILE}": WORK}


@pytest.fixture(scope="module")
def assignment() -> Assignment:
    """An assignment of functions."""
    return assignments.load(COURSE, "conv_arithmetic")


def zipped(folder: Path, files: Mapping[str, bytes], mode: int = 0) -> Path:
    """Write a zip with names as they are; *mode* is that of all but the usual files."""
    path = folder / "all.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in files.items():
            info = zipfile.ZipInfo("x")
            info.filename = name
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (0 if name in USUAL else mode) << 16
            written.writestr(info, content)
    return path


def taken(folder: Path, files: Mapping[str, bytes], assignment: Assignment, mode: int = 0) -> Intake:
    """Take in a zip; whatever it holds, nothing is written but below the staging folder."""
    path = zipped(folder, files, mode)
    (folder / "a" / "staging").mkdir(parents=True)
    intake = take_in([path], read, assignment, folder / "a" / "staging")
    assert sorted(one.name for one in folder.iterdir()) == ["a", "all.zip"]
    assert [one.name for one in (folder / "a").iterdir()] == ["staging"]
    assert not any(one.is_symlink() for one in folder.rglob("*"))
    return intake


@pytest.mark.parametrize(
    "name", ["../evil.py", "/evil.py", f"{BOB}/../../evil.py", "C:/evil.py", "..\\evil.py", "x\0y.py"]
)
def test_names_that_lead_nowhere_belong_to_nobody(tmp_path: Path, assignment: Assignment, name: str) -> None:
    """They are listed, and both students are graded."""
    intake = taken(tmp_path, {**USUAL, name: WORK}, assignment)

    assert [work.refusal for work in intake.works] == ["", ""]
    assert len(intake.nobodys) == 1
    assert intake.nobodys[0].startswith("all.zip: ")


@pytest.mark.parametrize(
    ("name", "mode", "why"),
    [
        (f"{BOB}/link.py", stat.S_IFLNK | 0o777, "is a link; pack the file itself"),
        (f"{BOB}/pipe.py", stat.S_IFIFO | 0o644, "is not an ordinary file"),
        (f"{BOB}/sub\\evil.py", 0, "a file name with a backslash"),
        (f"{BOB}/x\u202e.py", 0, "a file name that cannot be read"),
        (f"{BOB}/{'n' * 256}.py", 0, "a file name of 288 letters"),
        (f"{BOB}/{FILE}/below.py", 0, "is a file and a folder at once"),
        (f"{BOB}/{'d/' * 45}x.py", 0, "lies in more than 40 folders"),
    ],
    ids=["link", "pipe", "backslash", "turned", "long", "both", "deep"],
)
def test_a_bad_file_costs_its_student(tmp_path: Path, assignment: Assignment, name: str, mode: int, why: str) -> None:
    """Ada is graded."""
    intake = taken(tmp_path, {**USUAL, name: WORK}, assignment, mode)
    ada, bob = intake.works

    assert (ada.refusal, intake.nobodys) == ("", ())
    assert why in bob.refusal
    assert bob.path is None


def test_usual_names_of_other_systems(tmp_path: Path, assignment: Assignment) -> None:
    """Names of 255 bytes, in any script, that only their case tells apart, or that Windows does not take."""
    names = [f"{'é' * 126}.py", "Work.py", "work.py", "CON.py", "a b?.py", "作业.ipynb"]
    bobs = taken(tmp_path, {**USUAL, **{f"{BOB}/{name}": WORK for name in names}}, assignment).works[1].path

    assert bobs is not None
    assert sorted(path.name for path in bobs.iterdir()) == sorted([*names, FILE])


def test_a_file_that_is_there_twice(tmp_path: Path, assignment: Assignment) -> None:
    """Nobody can tell which counts."""
    path = zipped(tmp_path, USUAL)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(path, "a") as written:
        written.writestr(f"{BOB}/{FILE}", b"x = 1")
    ada, bob = take_in([path], read, assignment, tmp_path).works

    assert ada.refusal == ""
    assert "is in the archive twice" in bob.refusal


def test_a_damaged_file(tmp_path: Path, assignment: Assignment) -> None:
    """It is found when it is unpacked."""
    path = zipped(tmp_path, USUAL)
    content = bytearray(path.read_bytes())
    content[content.rindex(WORK[:0] + b"Bob_12", 0, content.index(b"PK\1\2")) + len(f"{BOB}/{FILE}") + 5] ^= 0xFF
    path.write_bytes(content)
    ada, bob = take_in([path], read, assignment, tmp_path).works

    assert ada.refusal == ""
    assert "is damaged; pack the files again" in bob.refusal


def test_what_unpacks_to_much(tmp_path: Path, assignment: Assignment) -> None:
    """Code that is nothing but zeros is not unpacked; data are not read, whatever their size."""
    zeros = b"\0" * 3_000_000
    carl = "Carl_13_assignsubmission_file"
    files = {**USUAL, f"{BOB}/more.py": zeros, f"{carl}/{FILE}": WORK, f"{carl}/weights.pt": zeros}
    ada, bob, third = taken(tmp_path, files, assignment).works

    assert (ada.refusal, third.refusal) == ("", "")
    assert "times its size; hand in the file that was meant" in bob.refusal
    assert third.path is not None
    assert (third.path / "weights.pt").stat().st_size == 0


@pytest.mark.parametrize(
    ("limit", "value", "why"),
    [
        ("_MAX_FILES_OF_ONE", 0, "more than 0 files; leave out what is not code"),
        ("_MAX_OF_ONE_BYTES", 10, "code and zips of more than 10 bytes; leave out what is not needed"),
        ("_MAX_TOTAL_BYTES", 50, "the class unpacks to more than 50 bytes; grade it in parts"),
        ("MAX_ARCHIVE_BYTES", 10, "is more than 10 bytes"),
    ],
)
def test_bounds(
    tmp_path: Path, assignment: Assignment, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, why: str
) -> None:
    """Of one student, and of all."""
    monkeypatch.setattr(unpacking, limit, value)

    assert why in taken(tmp_path, USUAL, assignment).works[1].refusal


def test_more_entries_than_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The zip is left to the usual reader, which refuses more than that by far."""
    monkeypatch.setattr(tree, "_MAX_MEMBERS", 1)

    with pytest.raises(SubmissionError, match=r"all\.zip: more than 1 entries in this archive"):
        of_zip(zipped(tmp_path, USUAL))


def test_what_is_no_zip(tmp_path: Path, assignment: Assignment) -> None:
    """It is left to the usual reader, which says so."""
    (tmp_path / "no.zip").write_bytes(b"PK\3\4 and no more")
    (tmp_path / "empty.zip").write_bytes(b"")

    for name in ("no.zip", "empty.zip", "absent.zip", "n" * 300, "n" * 300 + ".zip"):
        assert take_in([tmp_path / name], read, assignment, tmp_path / "s") == Intake()
    with pytest.raises(SubmissionError, match=r"empty\.zip: not a file with something in it$"):
        of_zip(tmp_path / "empty.zip")
    with pytest.raises(SubmissionError, match=r"nnn\.zip: cannot be read: File name too long$"):
        of_zip(tmp_path / ("n" * 300 + ".zip"))


def test_what_is_refused_has_no_content(tmp_path: Path) -> None:
    """It is refused by the sentence that is known of it."""
    opened = of_zip(zipped(tmp_path, {"x.py": WORK}, stat.S_IFLNK | 0o777))

    with pytest.raises(SubmissionError, match=r"all\.zip: 'x\.py' is a link; pack the file itself$"):
        opened.content("x.py", 100)


def test_a_folder_that_cannot_be_written_to(tmp_path: Path, assignment: Assignment) -> None:
    """Each student has a row that says so."""
    (tmp_path / "full").write_bytes(b"")
    works = take_in([zipped(tmp_path, USUAL)], read, assignment, tmp_path / "full").works

    assert [work.refusal.endswith(f"/{FILE}: cannot be unpacked: Not a directory") for work in works] == [True, True]


def test_a_zip_in_it_stays_a_zip(tmp_path: Path, assignment: Assignment) -> None:
    """For the usual reader, which unpacks one of a single student."""
    inner = zipped(tmp_path, {FILE: WORK}).read_bytes()
    names = ["ada_1_10_work.zip", "bob_2_11_work.zip"]
    ada, _bob = taken(tmp_path, dict.fromkeys(names, inner), assignment).works

    assert ada.path is not None
    assert ada.path.read_bytes() == inner
    assert read(ada.path, assignment).definitions


def test_links_on_disk(tmp_path: Path, assignment: Assignment) -> None:
    """They are not followed: what they lead to was not handed in."""
    (tmp_path / "secret.py").write_bytes(WORK)
    folder = tmp_path / "all"
    folder.mkdir()
    for name in ("ada_1_10_work.py", "ada_1_11_more.py", "bob_2_12_work.py"):
        (folder / name).write_bytes(WORK)
    (folder / "ada_1_13_link.py").symlink_to(tmp_path / "secret.py")
    ada, bob = take_in([folder], read, assignment, tmp_path / "s").works

    assert ada.refusal.endswith("ada_1_13_link.py: not an ordinary file")
    assert bob.refusal == ""


def test_what_is_wrong_on_disk_is_said(tmp_path: Path) -> None:
    """By what reads it."""
    (tmp_path / "large.py").write_bytes(b"0123456789")

    with pytest.raises(SubmissionError, match=r"large\.py: more than 5 bytes$"):
        Disk(tmp_path).content("large.py", 5)
    with pytest.raises(SubmissionError, match=r"absent: cannot be read: No such file or directory$"):
        Disk(tmp_path).folders("absent")
