"""When each student handed in, as sites and tools write it; what nobody can place is no time, and never an error."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from files import write_files
from hypothesis import given
from hypothesis import strategies as st

from grader.classroom import Work, take_in
from grader.classroom.intake.times import time_in, time_of
from grader.course import assignment as assignments
from grader.model import Assignment
from grader.submission import read

COURSE = Path(__file__).parents[2]
FILE = "conv_arithmetic.py"
WORK = "def conv2d_output_size(n, f): return n - f + 1\n"
METADATA = """\
---
submission_21:
  :submitters:
  - :name: Ada Lovelace
    :email: ada@uni.example
  :created_at: {}
  :score: 3.0
  :results:
    tests:
    - name: a student prints
      output: |
        :created_at: 2001-01-01 00:00:00 Z
  :history:
  - :id: 20
    :created_at: 2024-01-01 00:00:00.000000000 Z
submission_22:
  :submitters:
  - :name: Na Li
    :email: na@uni.example
  :history:
  - :id: 23
    :created_at: 2024-01-01 00:00:00.000000000 Z
"""


@pytest.fixture(scope="module")
def assignment() -> Assignment:
    """An assignment of functions."""
    return assignments.load(COURSE, "conv_arithmetic")


def taken(folder: Path, assignment: Assignment) -> dict[str, Work]:
    """Take in a folder; returns works by their names."""
    return {work.name: work for work in take_in([folder], read, assignment, folder.parent / "staging").works}


def of_gradescope(folder: Path, assignment: Assignment, written: str) -> Work:
    """An export with this date."""
    names = [f"submission_{number}/{FILE}" for number in (21, 22)]
    write_files(folder / "all", {"submission_metadata.yml": METADATA.format(written), **dict.fromkeys(names, WORK)})
    works = taken(folder / "all", assignment)
    assert works["na@uni.example"].handed_in_at is None
    assert works["na@uni.example"].remarks == ()
    return works["ada@uni.example"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2025-03-03 10:15:00.123456789 Z", datetime(2025, 3, 3, 10, 15, 0, 123456, UTC)),
        ("2025-03-03 10:15:00.000000000 -08:00", datetime(2025, 3, 3, 18, 15, tzinfo=UTC)),
        ("'2025-03-03T10:15:00+01:00'", datetime(2025, 3, 3, 9, 15, tzinfo=UTC)),
    ],
)
def test_gradescope(tmp_path: Path, assignment: Assignment, written: str, expected: datetime) -> None:
    """The date of the submission counts, and not those of what a student printed, or had handed in before."""
    work = of_gradescope(tmp_path, assignment, written)

    assert work.handed_in_at == expected
    assert work.remarks == ()


@pytest.mark.parametrize(
    "written", ["yesterday", "2025-13-03 10:15:00 Z", "2025-03-03 10:15:00", "0001-01-01 00:00:00 +14:00"]
)
def test_a_bad_date_of_gradescope_is_a_remark(tmp_path: Path, assignment: Assignment, written: str) -> None:
    """It is shown, and the submission is graded."""
    work = of_gradescope(tmp_path, assignment, written)

    assert (work.handed_in_at, work.refusal) == (None, "")
    assert work.remarks == (f"submission_metadata.yml dates it '{written}', which is no time with a zone",)


def test_nbgrader(tmp_path: Path, assignment: Assignment) -> None:
    """A time without a zone is UTC to nbgrader; one that is none is a remark, as is a file that is too long."""
    stamps = {
        "ada": "2025-03-03 10:15:00.5 UTC\n",
        "bob": "2025-03-03 10:15:00 +0100",
        "carl": "2025-03-03 10:15",
        "dora": "\x1b[2Jsoon",
        "eve": "2025-03-03 10:15:00 UTC" + " " * 2000,
    }
    for name, stamp in stamps.items():
        write_files(tmp_path / "submitted" / name / "conv_arithmetic", {FILE: WORK, "timestamp.txt": stamp})
    works = taken(tmp_path / "submitted", assignment)

    assert {name: work.handed_in_at for name, work in works.items()} == {
        "ada": datetime(2025, 3, 3, 10, 15, 0, 500_000, UTC),
        "bob": datetime(2025, 3, 3, 9, 15, tzinfo=UTC),
        "carl": datetime(2025, 3, 3, 10, 15, tzinfo=UTC),
        "dora": None,
        "eve": None,
    }
    assert works["dora"].remarks == (
        r"timestamp.txt holds '\\x1b[2Jsoon', which is no time, so nobody knows when it was handed in",
    )
    assert works["eve"].remarks == ("timestamp.txt cannot be read, so nobody knows when it was handed in",)


def clone(folder: Path, login: str, *, when: str = "1741000000 +0100") -> Path:
    """Make a clone of one student, as `gh classroom clone` does."""
    path = folder / "hw-1-submissions" / f"hw-1-{login}"
    write_files(path, {FILE: WORK})
    who = {"NAME": login, "EMAIL": f"{login}@uni.example", "DATE": when}
    environment = {
        **os.environ,
        **{f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in who.items()},
    }
    environment |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    for words in (("init", "-q"), ("add", "."), ("commit", "-qm", "committer x <y> 1 +0000")):
        subprocess.run(["git", *words], cwd=path, env=environment, check=True)
    return path


def test_clones_of_github_classroom(tmp_path: Path, assignment: Assignment) -> None:
    """The time of the last commit, loose or packed, on a branch or none."""
    expected = datetime.fromtimestamp(1_741_000_000, timezone(timedelta(hours=1)))
    packed, detached, broken, linked = (clone(tmp_path, login) for login in ("packed", "detached", "broken", "linked"))
    clone(tmp_path, "ada")
    subprocess.run(["git", "gc", "-q"], cwd=packed, check=True)
    subprocess.run(["git", "pack-refs", "--all"], cwd=packed, check=True)
    subprocess.run(["git", "checkout", "-q", "--detach"], cwd=detached, check=True)
    (broken / ".git" / "HEAD").write_text("ref: refs/heads/../../../../../secret\n")
    shutil.move(linked / ".git" / "HEAD", tmp_path / "HEAD")
    (linked / ".git" / "HEAD").symlink_to(tmp_path / "HEAD")
    works = taken(tmp_path / "hw-1-submissions", assignment)

    assert {name: work.handed_in_at for name, work in works.items()} == {
        "linked": None,
        "ada": expected,
        "packed": expected,
        "detached": expected,
        "broken": None,
    }
    assert works["ada"].remarks == ()
    assert works["broken"].remarks == ("no commit that git can read, so nobody knows when it was handed in",)


def test_nothing_of_a_clone_runs(tmp_path: Path, assignment: Assignment) -> None:
    """Neither its configuration nor its hooks."""
    path = clone(tmp_path, "ada")
    clone(tmp_path, "bob")
    ran = tmp_path / "ran"
    program = write_files(tmp_path, {"evil": f"#!/bin/sh\ntouch {ran}\n"}) / "evil"
    program.chmod(0o755)
    keys = ("core.fsmonitor", "core.pager", "core.sshCommand", "core.hooksPath", "gpg.program", "log.showSignature")
    config = "".join(f"[{key.partition('.')[0]}]\n\t{key.partition('.')[2]} = {program}\n" for key in keys)
    with (path / ".git" / "config").open("a") as file:
        file.write(f"{config}[include]\n\tpath = {program}\n[core]\n\trepositoryformatversion = 99\n")
    works = taken(tmp_path / "hw-1-submissions", assignment)

    assert works["ada"].handed_in_at is not None  # git itself would refuse a repository of this format
    assert not ran.exists()


def test_a_commit_that_is_too_long_has_no_time(tmp_path: Path, assignment: Assignment) -> None:
    """Its message is not read."""
    path = clone(tmp_path, "ada")
    clone(tmp_path, "bob")
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-F", "-"],
        cwd=path,
        input=b"x" * 100_000,
        check=True,
    )
    works = taken(tmp_path / "hw-1-submissions", assignment)

    assert works["ada"].handed_in_at is None
    assert works["bob"].handed_in_at is not None


zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(datetime(1990, 1, 2), datetime(2199, 12, 30), timezones=zones))
def test_every_time_is_read_as_it_was_written(when: datetime) -> None:
    """In ISO 8601, and in git's own way."""
    assert time_in(when.isoformat()) == when
    assert time_in(when.isoformat(" ").replace("+00:00", " UTC")) == when
    assert time_of(int(when.timestamp()), when.strftime("%z")) == when.replace(microsecond=0)


@given(st.text() | st.from_regex(r"\d{1,5}-\d{1,3}-\d\d \d\d:\d\d:\d\d(\.\d*)? [+-]\d\d:?\d\d", fullmatch=True))
def test_whatever_is_written_is_a_time_with_a_zone_or_none(written: str) -> None:
    """And nothing raises."""
    when = time_in(written)

    assert when is None or when.astimezone(UTC).tzinfo is UTC


@pytest.mark.parametrize(("seconds", "zone"), [(-1, "+0000"), (10**12, "+0000"), (1_741_000_000, "+9900")])
def test_a_commit_of_no_possible_time_has_none(seconds: int, zone: str) -> None:
    """Its author may have written anything."""
    assert time_of(seconds, zone) is None
