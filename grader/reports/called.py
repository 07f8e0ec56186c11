"""How a class calls a submission before staff: by its students, where a roster or a gradebook knows their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from grader.model import GradedSubmission, Refused

Names = Mapping[str, str]
"""Of students, by the names of submissions; of those that are not there nobody knows more."""
NOT_KNOWN: Names = MappingProxyType({})


def called(gradings: Iterable[GradedSubmission], refused: Iterable[Refused] = (), names: Names = NOT_KNOWN) -> Names:
    """Return how each submission is called, by its name: by student, and where a student has several, by both."""
    known = {one.submission: _by_gradebook(one) for one in gradings} | {one.name: one.name for one in refused}
    shown = {name: names.get(name, before) for name, before in known.items()}
    count = Counter(shown.values())
    return {name: one if count[one] == 1 or one == name else f"{one}, {name}" for name, one in shown.items()}


def _by_gradebook(graded: GradedSubmission) -> str:
    name = "" if graded.final is None else graded.final.name
    return graded.submission if name in ("", graded.submission) else f"{name} ({graded.submission})"
