"""
Mutants of the functions of a reference.

Where checks call a function with plain values, mutants that give the same answers to all questions are one mutant, and those that
answer as the reference does are equivalent to it.  What is called with networks and loaders cannot be asked so.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.authoring.audit import statements
from grader.authoring.audit.mutants import Crop, Mutant, diff_of, named
from grader.authoring.audit.questions import Call, generated
from grader.diagnosis import Runnable, Runner, mutants_of
from grader.sandbox import Workers

_OF_PAIRS = ("(tuple, list)", "isinstance(result, tuple)")
"""In what changes pairs that go in or come out: of nothing else does it make a mutant."""
_FIRST = 100
"""So many answers tell most mutants from each other."""
MOST = 300
"""Mutants of one function that are looked at, if there are so many: what calls others has thousands."""


def crop(path: Path, name: str, calls: Sequence[Call], workers: Workers, seed: str) -> Crop:
    """
    Return the mutants of a function of the reference that lies at *path*.

    Args:
        calls: That its checks make; none if it cannot be asked.
        seed: Of further questions.
    """
    source = path.read_text(encoding="utf-8")
    texts = _texts(source, name)
    count = len(texts)
    every = list(_mutants(path.name, source, name, texts))
    not_drawn = max(count - MOST, 0)
    alike = count - not_drawn - len(every)
    if not calls:
        written = tuple(one for one in every if not any(words in one.diff for words in _OF_PAIRS))
        return Crop(
            of=name,
            made=count,
            not_drawn=not_drawn,
            not_written=len(every) - len(written),
            alike=alike,
            mutants=written,
        )
    asked = [*calls, *generated(calls, seed)]
    functions = [Runnable(source=text, name=name) for text in (source, *(one.files[path.name] for one in every))]
    right, *digests = _digests(Runner(workers), functions, asked)
    if right is None:
        return Crop(of=name, made=count, not_drawn=not_drawn, alike=alike, mutants=tuple(every))
    different: dict[str, Mutant] = {}
    for mutant, digest in zip(every, digests, strict=True):
        if digest != right:
            different.setdefault(digest or mutant.name, mutant)
    equivalent = digests.count(right)
    return Crop(
        of=name,
        made=count,
        not_drawn=not_drawn,
        alike=alike + len(every) - equivalent - len(different),
        equivalent=equivalent,
        questions=len(asked),
        mutants=tuple(different.values()),
    )


def _digests(runner: Runner, functions: Sequence[Runnable], asked: Sequence[Call]) -> list[str | None]:
    """Return a hash of the answers of each function; where a few answers are like no other's, of these alone."""
    first = runner.digests_of(functions, asked[:: len(asked) // _FIRST + 1])
    counts = Counter(first)
    alike = [place for place, digest in enumerate(first) if digest is None or counts[digest] > 1 or place == 0]
    found: list[str | None] = [f"few: {digest}" for digest in first]
    whole = runner.digests_of([functions[place] for place in alike], asked)
    for place, digest in zip(alike, whole, strict=True):
        found[place] = digest
    return found


def made(path: Path, name: str) -> Iterator[Mutant]:
    """
    Yield mutants of a function of the reference that lies at *path*, each once; those with the plainest changes first.

    Where there are more than `MOST`, so many are drawn, always the same as long as nothing is changed that they change.
    """
    source = path.read_text(encoding="utf-8")
    yield from _mutants(path.name, source, name, _texts(source, name))


def _mutants(file: str, source: str, name: str, texts: Sequence[_Text]) -> Iterator[Mutant]:
    seen = {""}
    for one in _drawn(texts):
        diff = diff_of(source, one.text)
        if diff not in seen:
            seen.add(diff)
            yield Mutant(name=named(name, one.mistake, diff), of=name, what=one.what, diff=diff, files={file: one.text})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """The source of a mutant."""

    mistake: str
    what: str
    text: str


def _texts(source: str, name: str) -> list[_Text]:
    every = [
        _Text(mistake=one.name, what=f"a function {one.says}", text=one.source) for one in mutants_of(source, name)
    ]
    every += [_Text(mistake=one.name, what=one.what, text=one.source) for one in statements.mutants_of(source, name)]
    return list({one.text: one for one in reversed(every)}.values())[::-1]


def _drawn(every: Sequence[_Text]) -> list[_Text]:
    """Draw by a hash of what each changes, and how many such changes come before it: the text has the rest of the file."""
    before: Counter[tuple[str, str]] = Counter()
    keys: list[bytes] = []
    for one in every:
        before[one.mistake, one.what] += 1
        keys.append(hashlib.sha256(f"{one.mistake}/{one.what}/{before[one.mistake, one.what]}".encode()).digest())
    last = sorted(keys)[:MOST][-1] if keys else b""
    return [one for one, key in zip(every, keys, strict=True) if key <= last]
