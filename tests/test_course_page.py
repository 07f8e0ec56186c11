"""docs/course.md: every exercise of the course stands there, once, and no other."""

from __future__ import annotations

import re

from specimens import COURSE

from grader.course import assignment as assignments

_ROW = re.compile(r"^\| [^|]+ \| `(\w+)` \| ([^|]+) \|$", re.MULTILINE)


def test_every_exercise_is_on_the_map() -> None:
    """An assignment, or an exercise, that no part of the lectures asks for would fall out of the course."""
    rows = _ROW.findall((COURSE / "docs" / "course.md").read_text(encoding="utf-8"))
    told = sorted((slug, name) for slug, names in rows for name in re.findall(r"`(\w+)`", names))
    there = sorted(
        (slug, exercise.name)
        for slug in assignments.slugs(COURSE)
        for exercise in assignments.load(COURSE, slug).exercises
    )

    assert told == there
