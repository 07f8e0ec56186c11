"""
Tell what a file was called before a browser or a course site named it anew.
"""

from __future__ import annotations

import re

from grader.download_names import BEFORE_A_NAME

_AGAIN = re.compile(r"-(\d{1,6})|[ _]?\((\d{1,6})\)| (\d{1,6})")
"""Behind the name of a file that is there already: Canvas and Safari, browsers and Moodle, Finder."""


def sender(stem: str) -> str:
    """Return the student whom a download of a class names before a file; empty if it names none."""
    found = BEFORE_A_NAME.match(stem)
    return found[found.lastgroup or 0].lower() if found else ""


def resubmission(stem: str, original: str) -> int | None:
    """
    Return which copy of the file called *original* one is, by its name, or None if it is none; neither name has an ending.

    A copy without a number is 0.
    """
    before = BEFORE_A_NAME.match(stem)
    name = stem[before.end() :] if before else stem
    if before and name == original:
        return 0
    found = _AGAIN.fullmatch(name.removeprefix(original)) if name.startswith(original) else None
    return int(next(filter(None, found.groups()))) if found else None
