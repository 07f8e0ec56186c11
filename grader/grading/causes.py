"""
Which failed checks follow from another one: of a mistake that several have found one tells it, and the others refer to that.

A check follows from an earlier one that has the same mistake and hint, or that is of a function which its own function calls and
which is wrong.  A function that several exercises ask for does more than what it calls, so where its mistake has a name, that is
told.  What each check saw stays its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from grader.model import Assignment, Cause, CheckResult, Outcome, Submission, Visibility

_WRONG = (Outcome.FAILED, Outcome.RAISED)


def linked(checks: Sequence[CheckResult], assignment: Assignment, submission: Submission) -> tuple[CheckResult, ...]:
    """
    Return results of which those that follow from another one say so.

    A public check never follows from a hidden one, of which nobody may read more than its sentence.
    """
    lost = [check for check in checks if check.outcome in _WRONG and check.feedback is not None]
    called, again = _called(assignment, submission), _asked_for_again(assignment)
    causes: dict[str, Cause] = {}
    for place, check in enumerate(lost):
        before = [one for one in lost[:place] if one.visibility is Visibility.PUBLIC and one.name not in causes]
        tells_its_own = (
            check.exercise in again and check.feedback is not None and check.feedback.misconception is not None
        )
        cause = (None if tells_its_own else _of_calls(check, before, called)) or _of_mistake(check, before)
        if cause is not None:
            causes[check.name] = cause
    return tuple(
        check
        if check.feedback is None
        else replace(check, feedback=replace(check.feedback, follows_from=causes.get(check.name)))
        for check in checks
    )


def _of_mistake(check: CheckResult, before: Iterable[CheckResult]) -> Cause | None:
    said = check.feedback
    if said is None or said.misconception is None:
        return None
    for one in before:
        other = one.feedback
        if other is not None and (other.misconception, other.hint) == (said.misconception, said.hint):
            return Cause(check=one.name, says=f"the same mistake as in “{one.title}”")
    return None


def _of_calls(
    check: CheckResult, before: Iterable[CheckResult], called: Mapping[str, Mapping[str, str]]
) -> Cause | None:
    for one in before:
        name = called.get(check.exercise, {}).get(one.exercise)
        if name is not None:
            says = f"it calls `{name}`, whose checks fail too: correct that first"
            return Cause(check=one.name, says=says, function=name)
    return None


def _called(assignment: Assignment, submission: Submission) -> Mapping[str, Mapping[str, str]]:
    """Return, of each exercise that asks for functions, the other ones whose functions these call, with such a function."""
    if not submission.files:
        return {}
    lines = submission.files[0].content.decode(errors="replace").splitlines()
    functions = _functions(assignment)
    found: dict[str, dict[str, str]] = {}
    for name, exercise in functions:
        body, own = _body(lines, name), {one for one, of_one in functions if of_one == exercise}
        for other, of_other in functions:
            if other not in own and re.search(rf"\b{re.escape(other)}\s*\(", body):
                found.setdefault(exercise, {})[of_other] = other
    return found


def _functions(assignment: Assignment) -> list[tuple[str, str]]:
    """Return each function with an exercise that asks for it."""
    return [
        (name, exercise.name)
        for exercise in assignment.exercises
        for name in exercise.provides
        if name not in assignment.modules
    ]


def _asked_for_again(assignment: Assignment) -> frozenset[str]:
    """Return the exercises that ask for a function that another one asks for too."""
    asked = Counter(name for name, _exercise in _functions(assignment))
    return frozenset(exercise for name, exercise in _functions(assignment) if asked[name] > 1)


def _body(lines: Sequence[str], name: str) -> str:
    """Return the lines of a function, read as text: those behind its `def` that are indented, or blank."""
    starts = [place for place, line in enumerate(lines) if re.match(rf"def\s+{re.escape(name)}\s*\(", line)]
    if not starts:
        return ""
    body = []
    for line in lines[starts[-1] + 1 :]:
        if line.strip() and not line[0].isspace() and line[0] not in ")#":
            break
        body.append(line.partition("#")[0])
    return "\n".join(body)
