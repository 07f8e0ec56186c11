"""`grader check --html`: the feedback as a page, opened where there is a browser and named in any case."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from commands import grader

ASSIGNMENT = """\
title = "Addition"
summary = "Add."
file = "addition.py"

[[exercises]]
name = "sums"
title = "Sums"
provides = ["add"]
"""
CHECK = '''\
import pytest
from grader.checks import expect

@pytest.mark.check(points=1, exercise="sums")
def test_sum(student):
    """One and one are two."""
    expect.equal(student.add(1, 1), 2)
'''


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A course of one check, and a wrong submission in it."""
    folder = tmp_path / "assignments" / "addition"
    (folder / "checks").mkdir(parents=True)
    (folder / "assignment.toml").write_text(ASSIGNMENT)
    (folder / "addition.py").write_text("def add(a, b): raise NotImplementedError\n")
    (folder / "checks" / "test_sums.py").write_text(CHECK)
    (tmp_path / "wrong.py").write_text("def add(a, b): return 0\n")
    return tmp_path


def program(path: Path) -> Path:
    """Write a browser that notes what it is asked to open."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" >> {path.parent}/opened\n')
    path.chmod(0o755)
    return path


def named(stderr: str) -> Path:
    """The page that is named."""
    (path,) = re.findall("^feedback: (.*)$", stderr, re.MULTILINE)
    return Path(path)


def test_the_page_is_opened(course: Path) -> None:
    """It lies in a file of its own, holds what the terminal shows, and changes no exit code."""
    browser = program(course / "bin" / "browser")
    run = grader("check", "addition", "wrong.py", "--html", cwd=course, BROWSER=f"{browser} %s")

    assert run.returncode == 1
    assert "One and one are two." in run.stdout
    page = named(run.stderr)
    assert "One and one are two." in page.read_text()
    assert (course / "bin" / "opened").read_text() == f"{page.as_uri()}\n"
    assert page.stat().st_mode & 0o077 == 0 or page.parent.stat().st_mode & 0o077 == 0


def test_the_page_lies_where_one_says(course: Path) -> None:
    """That of --format is the one that is opened, and no other is written."""
    browser = program(course / "bin" / "browser")
    words = ("check", "addition", "wrong.py", "--html", "--format", "html=mine.html")
    run = grader(*words, cwd=course, BROWSER=f"{browser} %s")

    assert named(run.stderr) == course / "mine.html"
    assert (course / "bin" / "opened").read_text() == f"{(course / 'mine.html').as_uri()}\n"
    assert (course / "mine.html").read_bytes().startswith(b"<!DOCTYPE html>")


@pytest.mark.parametrize("there", [(), ("w3m", "lynx")], ids=["none", "text"])
def test_without_a_browser_the_page_is_named(course: Path, there: tuple[str, ...]) -> None:
    """One that shows pages in the terminal would take that away, and none is no error."""
    for name in there:
        program(course / "bin" / name)
    run = grader(
        "check", "addition", "wrong.py", "--html", cwd=course, PATH=str(course / "bin"), BROWSER="", DISPLAY=""
    )

    assert run.returncode == 1
    assert named(run.stderr).is_file()
    assert not (course / "bin" / "opened").exists()


def test_nothing_is_opened_unless_one_asks(course: Path) -> None:
    """A file alone is written and not named."""
    browser = program(course / "bin" / "browser")
    run = grader("check", "addition", "wrong.py", "--format", "html=mine.html", cwd=course, BROWSER=f"{browser} %s")

    assert "feedback:" not in run.stderr
    assert (course / "mine.html").is_file()
    assert not (course / "bin" / "opened").exists()
