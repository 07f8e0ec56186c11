"""
Whether a function answers by what it was asked before.
"""

from __future__ import annotations

import contextlib
import math

from grader import protocol
from grader.diagnosis.misconceptions import same_answer
from grader.diagnosis.mistake import Mistake
from grader.diagnosis.runner import call_of
from grader.errors import GraderError, WorkerLost
from grader.proxy import Answer, Question, RemoteName, Returned, Session

_DEPENDS_ON_EARLIER_CALLS = Mistake(
    name="depends_on_earlier_calls",
    hint="called for this alone, your function answers something else than after other calls. What does it keep from one call "
    "to the next: a global name, a default value that changes, a cache without all of its arguments, random numbers?",
)


def explain(session: Session, question: Question) -> Mistake | None:
    """Return the mistake where the same call, made first in a new worker, gets another answer; None otherwise."""
    session.begin()
    with contextlib.suppress(GraderError, WorkerLost):
        RemoteName(session, question.name).again(*call_of(question))
    alone = session.questions
    session.end()
    if not alone or not all(map(_is_comparable, (alone[-1].answer, question.answer))):
        return None
    # what is computed in float32 may be rounded otherwise where it lies elsewhere in memory
    return None if same_answer(alone[-1].answer, question.answer, precision="float32") else _DEPENDS_ON_EARLIER_CALLS


def _is_comparable(answer: Answer) -> bool:
    return not isinstance(answer, Returned) or _has_equals(answer.value)


def _has_equals(value: object) -> bool:
    """Return whether a value equals one that was computed in the same way: no object that has an address, and no NaN."""
    match value:
        case protocol.Opaque():
            return False
        case tuple() | list():
            return all(map(_has_equals, value))
        case dict():
            return all(map(_has_equals, value.values()))
        case float():
            return not math.isnan(value)
    return not hasattr(value, "shape") or bool((value == value).all())  # type: ignore[attr-defined]  # NaN is not
