"""The command that checks again what was checked, as short as it can be typed."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from grader.cli.asked_for import AskedFor, asked_for
from grader.errors import GraderError


def check_again(words: Sequence[str], asked: AskedFor, course: Path, options: Mapping[str, object]) -> str:
    """
    Return the command.

    Args:
        words: As they were typed: those at the beginning are left out where the others mean the same.
        asked: What they mean.
        options: What else was asked for, by its option; left out where it is None, False, or of the environment.
    """
    shortest = next(
        some for some in (words[begin:] for begin in range(len(words), -1, -1)) if _means(some, asked, course, words)
    )
    given: list[str] = []
    for option, value in options.items():
        if value is True:
            given.append(option)
        elif value not in (None, False) and (option != "--course" or str(value) != os.environ.get("GRADER_COURSE")):
            given += [option, str(value)]
    return shlex.join(["grader", "check", *shortest, *given])


def _means(some: Sequence[str], asked: AskedFor, course: Path, words: Sequence[str]) -> bool:
    """Return whether some words mean the same; all of them do."""
    try:
        return len(some) == len(words) or asked_for(some, course) == asked
    except GraderError:
        return False
