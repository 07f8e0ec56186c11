"""Hints for who has no solutions: each opens with the answers of its own mistake, and with nothing else."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from grader import protocol
from grader.diagnosis import HINTS_FILE, answers_of_mistakes, encode_hints, known_answers, load_hints
from grader.diagnosis.function_search import told
from grader.diagnosis.hints import Candidate, Hints, Known, PackedCall, canonical
from grader.diagnosis.misconceptions import load_catalogue
from grader.diagnosis.mistake import Mistake
from grader.diagnosis.mutations import mutants_of
from grader.diagnosis.runner import Runnable, Runner
from grader.errors import AssignmentError
from grader.proxy import Answer, RaisedInstead, Returned
from grader.sandbox import Local

RIGHT = (Returned(value=1), Returned(value=4), RaisedInstead(type_names=("ValueError", "Exception")))
DOUBLES = (Returned(value=2), Returned(value=4), Returned(value=-2))
ROUNDS = (Returned(value=1.0), Returned(value=(4, 2.5)), Returned(value=[True, None]))
CALLS = tuple(PackedCall((protocol.Plain(number),)) for number in (1, 2, -1))


def packed(known: Known) -> bytes:
    """Return a file of hints for one function."""
    return encode_hints({"square": known}, b"salt")


KNOWN = Known(
    calls=CALLS,
    right=RIGHT,
    candidates=(
        Candidate(mistake=Mistake(name="doubles", hint="is twice a number its square?"), answers=DOUBLES),
        Candidate(mistake=Mistake(name="the_same_again", hint="another name for it"), answers=DOUBLES),
        Candidate(mistake=Mistake(name="rounds", hint="why is it a float?"), answers=ROUNDS),
        Candidate(mistake=Mistake(name="nothing_wrong", hint="never told"), answers=RIGHT),
    ),
)


@pytest.fixture
def hints(tmp_path: Path) -> Hints:
    """The hints of three mistakes, read from their file."""
    path = tmp_path / HINTS_FILE
    path.write_bytes(packed(KNOWN))
    found = load_hints(path)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("answers", "name"),
    [
        (DOUBLES, "doubles"),
        (ROUNDS, "rounds"),
        (RIGHT, None),
        ((*DOUBLES[:2], Returned(value=-3)), None),
        (DOUBLES[:2], None),
        ((Returned(value=2.0), *DOUBLES[1:]), None),
    ],
)
def test_only_all_answers_of_a_mistake_open_its_hint(
    hints: Hints, answers: tuple[Answer, ...], name: str | None
) -> None:
    """One other answer, one too few, another type and the right ones open nothing; of two that answer alike the first is told."""
    found = hints.look_up("square", answers)

    assert (found and found.name) == name


def test_a_hint_says_on_what_it_rests(hints: Hints) -> None:
    """The text comes back as it was written."""
    found = hints.look_up("square", DOUBLES)

    assert found is not None
    assert found.hint == "is twice a number its square?"
    assert found.explained_by is not None
    assert (found.explained_by.distance, found.explained_by.reproduces) == (1, "3 answers")


def test_another_function_has_no_hints(hints: Hints) -> None:
    """Nothing is asked for a function that the file does not know."""
    assert hints.calls("cube") == ()
    assert hints.look_up("cube", DOUBLES) is None
    assert hints.calls("square") == (((1,), {}, ""), ((2,), {}, ""), ((-1,), {}, ""))


def test_nobody_reads_a_hint_in_the_file() -> None:
    """Names and hints are not there in clear, nor is anything that the right answers would open."""
    held = packed(KNOWN)

    for text in ("doubles", "is twice", "rounds", "float", "never told", "nothing_wrong"):
        assert text.encode() not in held
    assert len(msgspec.msgpack.decode(held)["functions"]["square"][1]) == 2


def test_the_same_mistakes_give_the_same_file() -> None:
    """A file that is made anew differs only where a mistake does; another salt gives other digests."""
    assert packed(KNOWN) == packed(KNOWN)
    assert encode_hints({"square": KNOWN}, b"other") != packed(KNOWN)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (Returned(value=(1, 2)), Returned(value=[1, 2]), True),
        (Returned(value=0.1 + 0.2), Returned(value=0.3), True),
        (Returned(value=0.0), Returned(value=-0.0), True),
        (Returned(value=1), Returned(value=True), False),
        (Returned(value=1), Returned(value=1.0), False),
        (Returned(value="1"), Returned(value=1), False),
        (Returned(value=None), RaisedInstead(type_names=("TypeError",)), False),
        (RaisedInstead(type_names=("KeyError",)), RaisedInstead(type_names=("TypeError",)), True),
        (RaisedInstead(type_names=("ValueError",)), RaisedInstead(type_names=("TypeError",)), False),
    ],
)
def test_what_counts_as_the_same_answer(one: Answer, other: Answer, alike: bool) -> None:
    """Rounding and the kind of sequence are no difference; the kind of number, and a refusal by ValueError, are."""
    assert (canonical([one]) == canonical([other])) == alike


def test_tensors_are_rounded_to_four_digits() -> None:
    """The order of summations is no difference; a shape is."""
    import torch

    one, other = torch.tensor([1.0, 2.0]), torch.tensor([1.000001, 2.0])

    assert canonical([Returned(value=one)]) == canonical([Returned(value=other)])
    assert canonical([Returned(value=one)]) != canonical([Returned(value=one[None])])


@pytest.mark.parametrize(
    "held",
    [
        b"",
        b"not hints",
        packed(KNOWN)[:-1],
        msgspec.msgpack.encode({"version": 1, "salt": bytes(16), "functions": {}}),
        msgspec.msgpack.encode({"version": 2, "salt": bytes(15), "functions": {}}),
        msgspec.msgpack.encode({"version": 2, "salt": bytes(16), "functions": {"f": [[], [], []]}}),
        b"\x91" * 100_000,
    ],
    ids=["empty", "text", "cut-off", "version", "salt", "field-too-many", "deep"],
)
def test_what_is_no_file_of_hints_is_said(tmp_path: Path, held: bytes) -> None:
    """A broken file is one sentence that names it and says what to do."""
    path = tmp_path / HINTS_FILE
    path.write_bytes(held)

    with pytest.raises(
        AssignmentError, match=r"hints\.msgpack: these are no hints \(.*\); `make hints` writes them anew"
    ):
        load_hints(path)


def test_a_file_that_is_far_too_large_is_not_read(tmp_path: Path) -> None:
    """Nine megabytes are no hints."""
    path = tmp_path / HINTS_FILE
    with path.open("wb") as file:
        file.truncate(9 * 1024**2)

    with pytest.raises(AssignmentError, match=r"9,437,184 bytes are no hints"):
        load_hints(path)


def test_a_course_without_hints_has_none(tmp_path: Path) -> None:
    """The file may be absent."""
    assert load_hints(tmp_path / HINTS_FILE) is None


SOURCE = """\
def area(width, height=2):
    if width < 0:
        raise ValueError(width)
    return width * height + 1
"""

WIDTHS = tuple(PackedCall((protocol.Plain(width),)) for width in (0, 1, 2, 3, 7, -1))

MISTAKES = """
def forgets_one(width, height=2):
    \"\"\"It forgets one.

    Which?\"\"\"
    return width * height if width >= 0 else only_wrong_for_a_million(width)

def only_wrong_for_a_million(width, height=2):
    \"\"\"A million is too much.

    For whom?\"\"\"
    if width < 0:
        raise ValueError(width)
    return 0 if width == 1_000_000 else width * height + 1

MISCONCEPTIONS = {"area": (forgets_one, only_wrong_for_a_million)}
"""


def test_what_mistakes_answer_is_asked_of_changed_references(tmp_path: Path) -> None:
    """An author's mistakes come first, then changes of the reference; those that the calls do not catch are left out."""

    path = tmp_path / "misconceptions.py"
    path.write_text(MISTAKES)
    authors = load_catalogue(path, ("area",)).of("area")
    with Local(()) as workers:
        known = known_answers(SOURCE, "area", authors, WIDTHS, workers)
    names = [one.mistake.name for one in known.candidates]

    assert names[0] == "forgets_one"
    assert "only_wrong_for_a_million" not in names
    assert len(set(names)) > 5
    assert len(known.calls) > len(WIDTHS)
    assert known.right[:6] == (*(Returned(value=2 * width + 1) for width in (0, 1, 2, 3, 7)), known.right[5])
    assert isinstance(known.right[5], RaisedInstead)
    assert all(not all(isinstance(one, RaisedInstead) for one in each.answers) for each in known.candidates)


def test_changes_that_answer_alike_are_asked_once() -> None:
    """The file is the one that all answers of all changes make, and few of the changes had to tell theirs."""
    mutants = mutants_of(SOURCE, "area")
    with Local(()) as workers:
        known = known_answers(SOURCE, "area", (), WIDTHS, workers)
        calls = [call.unpacked() for call in known.calls]
        answered = Runner(workers).answers_of([Runnable(source=one.source, name="area") for one in mutants], calls)
    expected = canonical(known.right[: len(WIDTHS)])
    every = [
        Candidate(mistake=told(mutant, len(calls)), answers=answers)
        for mutant, answers in zip(mutants, answered, strict=True)
        if answers is not None
        and canonical(answers[: len(WIDTHS)]) != expected
        and not all(isinstance(one, RaisedInstead) for one in answers)
    ]
    whole = Known(calls=known.calls, right=known.right, candidates=tuple(every))

    assert packed(known) == packed(whole)
    assert len(known.candidates) < len(every)


def test_thousands_of_changes_get_fewer_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """All answers together are bounded; the calls that are left come from all over."""
    with Local(()) as workers:
        whole = known_answers(SOURCE, "area", (), WIDTHS, workers)
        changes = len(mutants_of(SOURCE, "area"))
        monkeypatch.setattr(answers_of_mistakes, "_MOST_ANSWERS", changes * len(whole.calls) // 2)
        fewer = known_answers(SOURCE, "area", (), WIDTHS, workers)

    assert {*map(repr, fewer.calls)} < {*map(repr, whole.calls)}
    assert len(whole.calls) / 4 < len(fewer.calls) < len(whole.calls)
    assert fewer.calls[0] == WIDTHS[0]
    assert fewer.right == tuple(
        whole.right[place] for place, call in enumerate(whole.calls) if repr(call) in {*map(repr, fewer.calls)}
    )


DRAWN = """\
import random

def area(width, height=2):
    if width < 0:
        return random.random()
    return width * height + 1
"""


def test_what_is_drawn_at_random_is_not_asked() -> None:
    """Nobody answers as it did, so such a call would open no hint; where no other is left, there are none."""
    with Local(()) as workers:
        known = known_answers(DRAWN, "area", (), WIDTHS, workers)
        nothing = known_answers(DRAWN, "area", (), (PackedCall((protocol.Plain(-1),)),), workers)

    assert known.calls[:5] == WIDTHS[:5]
    assert WIDTHS[5] not in known.calls
    assert known.candidates
    assert nothing == Known(calls=(), right=(), candidates=())


def test_large_calls_are_left_out() -> None:
    """Students get the file, so a picture of a hundred thousand numbers is in none."""
    large = PackedCall((protocol.Plain("1" * 70_000),))
    with Local(()) as workers:
        known = known_answers("def area(width): return str(width) + '1'", "area", (), (WIDTHS[1], large), workers)

    assert known.calls[0] == WIDTHS[1]
    assert large not in known.calls
