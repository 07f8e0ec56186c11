"""
What every known mistake in a function answers: those of an author, and the changes of the reference that a search would try.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from grader.diagnosis.function_search import told
from grader.diagnosis.hints import Candidate, Known, PackedCall, canonical
from grader.diagnosis.misconceptions import Misconception
from grader.diagnosis.mutations import defaults_of, mutants_of
from grader.diagnosis.nearby import calls_near
from grader.diagnosis.runner import Call, Runnable, Runner
from grader.proxy import Answer, RaisedInstead, pack
from grader.sandbox import Workers

_MORE = 5
"""So many calls have calls nearby asked too, which tell mistakes apart that the public checks cannot."""
_LARGE = 64_000
"""Bytes of a call: the file holds all calls, and students get it."""
_MOST_ANSWERS = 100_000
"""Of all changes of a function together: where there are thousands of them, fewer calls tell them apart, or hints take long."""


def known_answers(
    source: str,
    name: str,
    known: Sequence[Misconception],
    calls: Sequence[PackedCall],
    workers: Workers,
) -> Known:
    """
    Return what is known of a function: its calls, the right answers, and what mistakes answer that these calls catch.

    What the reference draws at random opens no hint, so calls are left out that it does not answer alike twice, and large ones.

    Args:
        source: Of the reference solution.
        known: Mistakes that an author wrote.
        calls: Those that the public checks make.
        workers: Where the reference and its changes run.
    """
    mutants = mutants_of(source, name)
    calls = [call for call in calls if len(msgspec.msgpack.encode(call)) <= _LARGE]
    packed = (*calls, *map(_packed, _nearby([call.unpacked() for call in calls], source, name)))
    everything = [call.unpacked() for call in packed]
    runner, reference = Runner(workers), Runnable(source=source, name=name)
    right, again = runner.answers_of([reference, reference], everything)
    assert right is not None
    assert again is not None
    repeated = [place for place, both in enumerate(zip(right, again, strict=True)) if _are_alike(*both)]
    chosen = repeated[:: -(-len(repeated) * len(mutants) // _MOST_ANSWERS) or 1]
    packed, right = tuple(packed[place] for place in chosen), tuple(right[place] for place in chosen)
    everything = [everything[place] for place in chosen]
    by_checks = sum(place < len(calls) for place in chosen)
    if not by_checks:
        return Known(calls=(), right=(), candidates=())
    changed = [Runnable(source=one.source, name=name) for one in mutants]
    others = _unlike(runner, reference, changed, everything)
    mistakes = [*(one.mistake for one in known), *(told(mutants[place], len(everything)) for place in others)]
    answered = runner.answers_of([*(one.runnable for one in known), *(changed[place] for place in others)], everything)
    candidates = [
        Candidate(mistake=mistake, answers=answers)
        for mistake, answers in zip(mistakes, answered, strict=True)
        if answers is not None
    ]
    return Known(calls=packed, right=right, candidates=tuple(_caught(candidates, right, by_checks)))


def _are_alike(one: Answer, other: Answer) -> bool:
    return canonical([one]) == canonical([other])


def _unlike(runner: Runner, reference: Runnable, changed: Sequence[Runnable], calls: Sequence[Call]) -> list[int]:
    """Return the numbers of the changes whose answers are not those of the reference or of a change before: most are."""
    of_reference, *digests = runner.digests_of([reference, *changed], calls)
    seen, found = {of_reference}, []
    for place, digest in enumerate(digests):
        if digest is None or digest not in seen:  # None: it never ends, or another one has ended its worker
            found.append(place)
            seen.add(digest)
    return found


def _caught(candidates: Sequence[Candidate], right: tuple[Answer, ...], count: int) -> Iterator[Candidate]:
    """Yield what the first *count* calls catch, but for what only raises, whatever its mistake is."""
    expected = canonical(right[:count])
    for one in candidates:
        only_raises = all(isinstance(answer, RaisedInstead) for answer in one.answers)
        if not only_raises and canonical(one.answers[:count]) != expected:
            yield one


def _nearby(calls: Sequence[Call], source: str, name: str) -> Iterator[Call]:
    defaults = defaults_of(source, name)
    for call in calls[:: len(calls) // _MORE + 1]:
        _args, kwargs, lines = call
        if lines or not kwargs:
            yield from calls_near(call, defaults)


def _packed(call: Call) -> PackedCall:
    args, kwargs, lines = call
    return PackedCall(tuple(map(pack, args)), {name: pack(value) for name, value in kwargs.items()}, lines)
