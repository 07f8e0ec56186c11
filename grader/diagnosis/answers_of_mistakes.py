"""
What every known mistake in a function answers: those of an author, and the changes of the reference that a search would try.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader import protocol
from grader.diagnosis.function_search import RUNNER, told
from grader.diagnosis.hints import Candidate, Known, canonical
from grader.diagnosis.misconceptions import Misconception, answer_of
from grader.diagnosis.mutations import defaults_of, mutants_of
from grader.diagnosis.nearby import near
from grader.errors import GraderError, WorkerLost
from grader.proxy import Answer, RaisedInstead, RemoteName, Returned, readable, session_of_file
from grader.sandbox import Workers

_AT_ONCE = 20
"""Mutants in one request: their answers come back together."""
_MORE = 5
"""So many calls have calls nearby asked too, which tell mistakes apart that the public checks cannot."""


def known_answers(
    source: str,
    name: str,
    known: Sequence[Misconception],
    calls: Sequence[tuple[protocol.Value, ...]],
    workers: Workers,
) -> Known:
    """
    Return what is known of a function: its calls, the right answers, and what mistakes answer that these calls catch.

    Args:
        source: Of the reference solution.
        known: Mistakes that an author wrote.
        calls: Those that the public checks make.
        workers: Where the reference and its changes run.

    Raises:
        GraderError, WorkerLost: If the reference cannot be asked.
    """
    asked = [tuple(readable(protocol.unpack, value) for value in call) for call in calls]
    nearby = list(_nearby(asked, source, name))
    everything = [*asked, *nearby]
    packed = (*calls, *(tuple(protocol.pack(value, protocol.opaque) for value in call) for call in nearby))
    (right,) = _answers_of([source], name, everything, workers)
    assert right is not None
    candidates = []
    for one in known:
        answers = tuple(answer_of(one, call, {}) for call in everything)
        candidates.append(Candidate(mistake=one.mistake, answers=answers))
    mutants = mutants_of(source, name)
    for mutant, mutated in zip(
        mutants, _answers_of([one.source for one in mutants], name, everything, workers), strict=True
    ):
        if mutated is not None:
            candidates.append(Candidate(mistake=told(mutant, len(everything)), answers=mutated))
    return Known(calls=packed, right=right, candidates=tuple(_caught(candidates, right, len(asked))))


def _caught(candidates: Sequence[Candidate], right: tuple[Answer, ...], count: int) -> Iterator[Candidate]:
    """Yield what the first *count* calls catch, but for what only raises, whatever its mistake is."""
    expected = canonical(right[:count])
    for one in candidates:
        only_raises = all(isinstance(answer, RaisedInstead) for answer in one.answers)
        if not only_raises and canonical(one.answers[:count]) != expected:
            yield one


def _nearby(calls: Sequence[tuple[object, ...]], source: str, name: str) -> Iterator[tuple[object, ...]]:
    defaults = defaults_of(source, name)
    for call in calls[:: len(calls) // _MORE + 1]:
        yield from near(call, defaults)


def _answers_of(
    sources: Sequence[str], name: str, calls: Sequence[tuple[object, ...]], workers: Workers
) -> list[tuple[Answer, ...] | None]:
    found: list[tuple[Answer, ...] | None] = []
    runner = session_of_file(workers, RUNNER)
    for start in range(0, len(sources), _AT_ONCE):
        some = list(sources[start : start + _AT_ONCE])
        runner.begin()
        try:
            told = RemoteName(runner, "answers_of")(some, name, list(calls))
        except (GraderError, WorkerLost):  # one of them ended the worker, and nobody knows which
            told = [None] * len(some)
        finally:
            runner.end()
        assert isinstance(told, list)
        found += [None if one is None else tuple(_answer(*each) for each in one) for one in told]
    return found


def _answer(raised: bool, value: object) -> Answer:
    if not raised:
        return Returned(value=value)
    assert isinstance(value, list)
    return RaisedInstead(type_names=tuple(map(str, value)))
