"""A function is explained by the change of the reference that gives all its answers, or by nothing."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
import torch
from tiny_courses import WriteCourse

from grader.diagnosis.mutants_in_worker import that_answer
from grader.diagnosis.mutations import mutants_of
from grader.model import CheckResult, Outcome

REFERENCE = '''
def square(size, window=2, padding=0, shape=(1, 2)):
    """Count something like windows."""
    spare = size + 2 * padding - window
    if spare < 0:
        raise ValueError("it does not fit")
    return _count(spare, window) + shape[0], shape[1]


def _count(spare, window):
    return spare // window + 1
'''
CHECKS = '''
CALLS = [(9,), (9, 3), (10, 3), (10, 4, 1), (2, 3, 2), (3, 3), (7, 2, 1, (3, 4)), (8, 3, 0, (5, 1)), (20, 7, 2)]

@pytest.mark.check(points=1, exercise="squares")
def test_some(student, reference):
    """The first answers are right."""
    for call in CALLS[:3]:
        expect.equal(student.square(*call), reference.square(*call))

@pytest.mark.check(points=1, exercise="squares")
def test_more(student, reference):
    """The other answers are right."""
    for call in CALLS[3:]:
        expect.equal(student.square(*call), reference.square(*call))

@pytest.mark.check(points=1, exercise="squares")
def test_refuses(student):
    """What does not fit is refused."""
    for call in ((2, 3), (1, 9, 1), (1, 4, 1)):
        expect.raises(ValueError, student.square, *call)
'''
WRONG = {
    "term": ("size + 2 * padding - window", "size - window", "an_argument_is_ignored", "ignores `padding`"),
    "factor": ("2 * padding", "padding", "a_factor_is_missing", "in what it does with `padding`"),
    "border": ("spare < 0", "spare <= 0", "decides_otherwise_at_the_border", "exactly at a border"),
    "rounds": ("spare // window", "round(spare / window)", "rounds_to_nearest", "rounds to the nearest"),
    "float": ("spare // window", "spare / window", "divides_without_rounding", "keeps the fraction"),
    "one": ("window + 1", "window + 2", "a_term_is_missing", "leaves out a term"),
    "order": ("shape[0], shape[1]", "shape[1], shape[0]", "takes_a_pair_the_wrong_way_round", "parts of `shape`"),
    "default": ("window=2", "window=1", "another_default", "`window` has another value"),
    "error": ("raise ValueError", "raise AssertionError", "raises_another_error", "another exception"),
    "no-error": ('raise ValueError("it does not fit")', "return None", "returns_where_it_should_raise", "should raise"),
}


def written_otherwise(source: str) -> str:
    """The same functions as another would write them: other names, one expression less."""
    return (
        source.replace("spare", "left_over")
        .replace("_count", "_positions")
        .replace('"""Count something like windows."""', "pass")
    )


@pytest.mark.parametrize(("before", "after", "name", "says"), WRONG.values(), ids=WRONG)
def test_one_change_of_the_reference_is_named(
    tiny_course: WriteCourse, before: str, after: str, name: str, says: str
) -> None:
    """The mistake is named though nobody wrote it down, in a submission that shares no line with the reference."""
    assert before in REFERENCE
    course = tiny_course(CHECKS, reference=REFERENCE)
    lost = [one for one in course.grade(written_otherwise(REFERENCE.replace(before, after))).checks if one.feedback]

    assert lost
    assert {one.feedback.misconception for one in lost if one.feedback} == {name}
    assert any(says in str(one.feedback.hint) for one in lost if one.feedback)


@pytest.mark.parametrize(
    "answer",
    ["(size * 7 % 5, 2)", "(size // window + padding, shape[0] * shape[1])", "3", "(1, 2) if size == 9 else (0, 0)"],
)
def test_what_no_change_makes_is_not_guessed_at(tiny_course: WriteCourse, answer: str) -> None:
    """Facts alone are told where no change of the reference gives every answer, of passed checks too."""
    course = tiny_course(CHECKS, reference=REFERENCE)
    results = course.grade(f"def square(size, window=2, padding=0, shape=(1, 2)): return {answer}").checks

    assert {one.feedback.misconception for one in results if one.feedback} == {None}


def test_what_later_answers_refute_is_taken_back(tiny_course: WriteCourse) -> None:
    """A change that gives all answers up to one check is named nowhere where a later check shows that it is not what was made."""
    checks = (
        CHECKS
        + '''
@pytest.mark.check(points=1, exercise="squares")
def test_large(student, reference):
    """Large answers are right."""
    expect.equal(student.square(5_000), reference.square(5_000))
'''
    )
    source = REFERENCE.replace("spare < 0", "spare <= 0").replace(
        "    return _count", "    if size > 999: return (size, size)\n    return _count"
    )
    before = tiny_course(CHECKS, reference=REFERENCE).grade(source).checks
    after = tiny_course(checks, reference=REFERENCE).grade(source).checks

    assert _named(before) == {"more": "decides_otherwise_at_the_border"}
    assert _named(after) == {"more": None, "large": None}
    assert [one.outcome for one in before] == [one.outcome for one in after[:-1]]
    assert [one.feedback.hint for one in after if one.feedback] == [None, None]
    assert [one.feedback.counterexample for one in after if one.feedback] == ["square(3, 3)", "square(5000)"]


def _named(results: Sequence[CheckResult]) -> dict[str, str | None]:
    return {one.name: one.feedback.misconception for one in results if one.feedback}


def test_calls_nearby_refute_a_change_that_gives_all_answers(tiny_course: WriteCourse) -> None:
    """However many answers a change gives, it is not named where a call nearby, which has an answer, gets another one."""
    source = REFERENCE.replace("spare < 0", "spare < 0 or (spare == 0 and shape == (1, 2))")
    many = CHECKS.replace("CALLS = [", "CALLS = [*((9, 3, 1),) * 30, ")
    results = tiny_course(many, reference=REFERENCE).grade(source).checks

    assert _named(results) == {"more": None}


def test_mutants_that_never_end_are_left_alone(tiny_course: WriteCourse) -> None:
    """A change of a loop's condition makes mutants that run forever; the others are still asked."""
    reference = """
    def square(n):
        total, left = 0, n
        while left > 0:
            total, left = total + n, left - 1
        return total
    """
    checks = '''
@pytest.mark.check(points=1, exercise="squares")
def test_squares(student):
    """Squares are right."""
    for n in (2, 3, 5):
        expect.equal(student.square(n), n * n)
'''
    result = tiny_course(checks, reference=reference).check("def square(n): return n * (n + 1)")

    assert result.outcome is Outcome.FAILED
    assert result.feedback is not None
    assert result.feedback.misconception == "decides_otherwise_at_the_border"


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
def test_a_mutant_is_source_that_can_be_compiled() -> None:
    """Every mutant defines the function; there is none for what the reference lacks."""
    mutants = mutants_of(REFERENCE, "square")

    assert len(mutants) > 100
    assert len({mutant.source for mutant in mutants}) == len(mutants)
    for mutant in mutants:
        names: dict[str, object] = {}
        exec(compile(mutant.source, "mutant", "exec"), names)
        assert callable(names["square"])
    assert mutants_of(REFERENCE, "cube") == ()


ACCOUNT = """
class Account:
    def __init__(self, start=0, fee=1):
        self.total, self.fee = start, fee

    def pay(self, amount):
        if amount > self.total:
            raise ValueError("too little")
        self.total = self.total - amount - self.fee
        return self.total
"""
ASKED_OF_AN_ACCOUNT = '''
@pytest.mark.check(points=1, exercise="squares")
def test_account(student, reference):
    """An account pays."""
    for start, amount in ((10, 3), (9, 2), (20, 7), (31, 1)):
        lines = "account = square(start, fee=2); account.pay(amount); answer = account.pay(1), account.pay(0)"
        asked = {"start": start, "amount": amount}
        expect.equal(student.square.use(lines, **asked), reference.square.use(lines, **asked))
'''


def test_one_change_of_a_class_is_named(tiny_course: WriteCourse) -> None:
    """A method of a class is changed as a function is; its answers are those of the lines that checks ask by."""
    reference = ACCOUNT.replace("Account", "square")
    course = tiny_course(ASKED_OF_AN_ACCOUNT, reference=reference)
    wrong = reference.replace("total", "left").replace(" - self.fee", "")

    assert _named(course.grade(reference).checks) == {}
    assert _named(course.grade(wrong).checks) == {"account": "an_argument_is_ignored"}
    assert _named(course.grade(reference.replace("- self.fee", "% 7")).checks) == {"account": None}


def test_a_known_mistake_in_a_class_is_named(tiny_course: WriteCourse) -> None:
    """A class in misconceptions.py stands, in the lines that checks ask by, for the one that it is a wrong version of."""
    reference = ACCOUNT.replace("Account", "square")
    known = ACCOUNT.replace(
        "class Account:", 'class pays_in_dollars:\n    """It pays in dollars.\n\n    Which currency?"""'
    ).replace(" - self.fee", " - 100 * self.fee - 5")
    course = tiny_course(
        ASKED_OF_AN_ACCOUNT,
        reference=reference,
        misconceptions=known + 'MISCONCEPTIONS = {"square": (pays_in_dollars,)}',
    )
    wrong = reference.replace("self.total - amount - self.fee", "self.total - (amount + 100 * self.fee) - 5")

    assert _named(course.grade(wrong).checks) == {"account": "pays_in_dollars"}


@pytest.mark.parametrize(("factor", "numbers"), [(1.0, [0]), (1 + 3e-8, []), (2.0, [])])
def test_a_wrong_ninth_digit_is_no_change_that_gives_the_right_answer(factor: float, numbers: list[int]) -> None:
    """Tensors of float64 are told from right ones as exactly as checks do it."""
    x = torch.linspace(0.1, 1, 5, dtype=torch.float64)
    question = (((x,), {}, ""), False, factor * x * x)

    assert that_answer([["def square(x): return x * x"]], [(0, "square", "square")], [question]) == numbers
