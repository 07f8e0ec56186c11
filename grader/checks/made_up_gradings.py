"""
Keys of gradings that nobody is graded in, for scripts of a course that measure or draw something: no secret, and always the same.
"""

from __future__ import annotations

from grader.keys import GradingKeys, Keys


def keys_of(grading: str, check: str) -> Keys:
    """Return the keys of a check in the grading whose seed is this name."""
    return GradingKeys.of(grading).of_check(check)
