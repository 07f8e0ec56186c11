"""The command that checks again is as short as it can be, and checks the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import grader

from grader.cli.again import check_again
from grader.cli.asked_for import asked_for

COURSE = Path(__file__).parents[2]
SLUG = "conv_arithmetic"
FOLDER = COURSE / "assignments" / SLUG
OPTIONS: dict[str, object] = {"--execute": False, "--data": None}


@pytest.mark.parametrize(
    ("here", "words", "again"),
    [
        (FOLDER, [SLUG], "grader check"),
        (FOLDER, [], "grader check"),
        (FOLDER, [SLUG, "pool_size"], "grader check pool_size"),
        (FOLDER, [SLUG, "my.py"], "grader check my.py"),
        (COURSE, [SLUG], f"grader check {SLUG}"),
        (COURSE, [SLUG, "a b.py"], f"grader check {SLUG} 'a b.py'"),
    ],
    ids=["in-its-folder", "nothing", "exercise", "file", "in-a-course", "quoted"],
)
def test_words_are_left_out_where_they_say_nothing(
    here: Path, words: list[str], again: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The assignment where only one can be meant; an exercise and a file stay."""
    monkeypatch.chdir(here)

    assert check_again(words, asked_for(words, COURSE), COURSE, OPTIONS) == again


def test_options_that_change_what_is_checked_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that were given, but the course of the environment."""
    monkeypatch.chdir(COURSE)
    monkeypatch.setenv("GRADER_COURSE", "here")
    asked = asked_for([SLUG], COURSE)
    given = {"--execute": True, "--data": "mnist", "--data-root": Path("a b"), "--course": Path("here")}

    assert check_again([SLUG], asked, COURSE, given) == f"grader check {SLUG} --execute --data mnist --data-root 'a b'"
    given["--course"] = Path("there")
    assert check_again([SLUG], asked, COURSE, given).endswith(" --course there")


def test_check_ends_with_it(tmp_path: Path) -> None:
    """Where something is to fix; nothing is said where all passes."""
    wrong = COURSE / "solutions" / SLUG / "specimens" / "rounds_up"
    run = grader(
        "check", SLUG, "output_size", wrong, "--seed", "7", cwd=tmp_path, GRADER_COURSE=str(COURSE), COLUMNS="300"
    )
    right = grader("check", SLUG, wrong.parent / "right_numpy", cwd=tmp_path, GRADER_COURSE=str(COURSE))

    assert run.stdout.splitlines()[-2].startswith(
        "Look at conv_arithmetic.py, line 4: “The slides' examples come out right"
    )
    assert run.stdout.splitlines()[-1] == f"Check again: grader check {SLUG} output_size {wrong} --seed 7"
    assert "What to do next" not in right.stdout


def test_no_log_has_a_seed(tmp_path: Path) -> None:
    """Which others may read; who gave it knows it."""
    wrong = COURSE / "solutions" / SLUG / "specimens" / "rounds_up"
    log = {"GITHUB_ACTIONS": "true", "GRADER_COURSE": str(COURSE), "COLUMNS": "300"}
    run = grader("check", SLUG, "output_size", wrong, "--seed", "a secret", cwd=tmp_path, **log)

    assert f"Check again: grader check {SLUG} output_size {wrong}\n" in run.stdout
    assert "secret" not in run.stdout
