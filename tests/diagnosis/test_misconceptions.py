"""A known mistake is claimed where it, and no other, gives every answer that was observed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_courses import SEVEN

from grader.diagnosis import misconceptions
from grader.diagnosis.misconceptions import Misconception, Probe
from grader.diagnosis.runner import Runner
from grader.errors import AssignmentError
from grader.proxy.evidence import Answer, Question, RaisedInstead, Returned
from grader.sandbox import Sandbox

FILE = '''
def doubles(n):
    """
    It doubles
    instead of squaring.

    What is the difference between n + n
    and n * n?
    """
    return n + n

def cubes(n):
    """It cubes.

    Count the factors."""
    return n ** 3

MISCONCEPTIONS = {"square": (doubles, cubes), "other": (doubles,)}
PROBES = {"square": ((3,), (-1,))}
'''


def test_a_file_is_loaded(tmp_path: Path) -> None:
    """Names, titles, hints and probes come from the file, each on one line."""
    path = tmp_path / "misconceptions.py"
    path.write_text(FILE)
    catalogue = misconceptions.load_catalogue(path, ("square", "other", "g"))

    doubles, cubes = catalogue.of("square")
    assert (doubles.name, doubles.title) == ("doubles", "It doubles instead of squaring.")
    assert doubles.hint == "What is the difference between n + n and n * n?"
    assert (cubes.replaces, cubes.implementation(2)) == ("square", 8)
    assert [known.name for known in catalogue.of("other")] == ["doubles"]
    assert catalogue.of("nothing") == ()
    assert catalogue.probes == {"square": ((3,), (-1,))}
    assert catalogue.path == path


def test_no_file_holds_no_mistakes(tmp_path: Path) -> None:
    """An assignment without known mistakes is fine."""
    assert misconceptions.load_catalogue(tmp_path / "misconceptions.py", ("square",)) == misconceptions.EMPTY_CATALOGUE


@pytest.mark.parametrize(
    ("source", "text"),
    [
        pytest.param("1 / 0", "cannot be loaded: `1 / 0` raises ZeroDivisionError: division by zero", id="raises"),
        pytest.param("def f(:", r"cannot be loaded: `def f\(:` is no Python: invalid syntax", id="syntax-error"),
        pytest.param(
            "def f(n): ...\nMISCONCEPTIONS = [f]",
            "MISCONCEPTIONS must give a tuple of functions for each name",
            id="list",
        ),
        pytest.param(
            "def f(n): ...\nMISCONCEPTIONS = {'g': f}",
            "MISCONCEPTIONS must give a tuple of functions for each name",
            id="bare",
        ),
        pytest.param("x = 1", "cannot be loaded: AttributeError: .*MISCONCEPTIONS", id="no-table"),
        pytest.param(
            "def f(n):\n    '''Only a title.'''\nMISCONCEPTIONS = {'g': (f,)}",
            r"f has no hint \(second paragraph of its docstring\)",
            id="no-hint",
        ),
        pytest.param("def f(n): ...\nMISCONCEPTIONS = {'g': (f,)}", "f has no hint", id="no-docstring"),
        pytest.param(
            "MISCONCEPTIONS = {'sqare': ()}",
            r"MISCONCEPTIONS has a key 'sqare', which no exercise provides; did you mean square\?",
            id="unknown-name",
        ),
        pytest.param(
            "MISCONCEPTIONS = {'cube': ()}",
            "MISCONCEPTIONS has a key 'cube', which no exercise provides; they provide: square, other, g",
            id="unknown-name-like-none",
        ),
        pytest.param(
            "MISCONCEPTIONS = {}\nPROBES = {'sqare': ((1,),)}",
            r"PROBES has a key 'sqare', which no exercise provides; did you mean square\?",
            id="unknown-name-of-probes",
        ),
    ],
)
def test_a_broken_file_is_an_error_of_the_assignment(tmp_path: Path, source: str, text: str) -> None:
    """What is wrong with the file is said with its path."""
    path = tmp_path / "misconceptions.py"
    path.write_text(source)

    with pytest.raises(AssignmentError, match=rf"{path}(:\d+)?: {text}"):
        misconceptions.load_catalogue(path, ("square", "other", "g"))


def test_what_is_wrong_is_said_with_its_line(tmp_path: Path) -> None:
    """That of a key in its table, or of the function that has no hint."""
    path = tmp_path / "misconceptions.py"
    path.write_text("def f(n):\n    'Sqare.'\n\n\nMISCONCEPTIONS: dict = {\n    'square': (),\n    'sqare': (),\n}\n")
    with pytest.raises(AssignmentError, match=rf"{path}:7: MISCONCEPTIONS has a key 'sqare'"):
        misconceptions.load_catalogue(path, ("square",))

    path.write_text("KEYS = {'sqare': ()}\nMISCONCEPTIONS = KEYS\n")
    with pytest.raises(AssignmentError, match=rf"{path}:2: MISCONCEPTIONS has a key 'sqare'"):
        misconceptions.load_catalogue(path, ("square",))

    path.write_text("\n\ndef f(n):\n    'Only a title.'\n\n\nMISCONCEPTIONS = {'square': (f,)}\n")
    with pytest.raises(AssignmentError, match=rf"{path}:3: f has no hint"):
        misconceptions.load_catalogue(path, ("square",))


MISTAKE = "def f(n):\n    'Title.\\n\\nHint.'\n"


@pytest.mark.parametrize(
    ("imports", "line"),
    [
        ("from grader.checks.architectures.table import parse\n", 1),
        ("import math, grader.errors\n", 1),
        ("import math\nif True:\n    try:\n        import grader\n    except ImportError:\n        pass\n", 4),
        ("class Parent:\n    from grader import errors\n", 2),
    ],
)
def test_an_import_of_the_grader_is_told_where_functions_run_in_a_worker(
    tmp_path: Path, imports: str, line: int
) -> None:
    """The worker has none, so no mistake of the file would ever be named; networks are tables, which never go there."""
    path = tmp_path / "misconceptions.py"
    path.write_text(imports + MISTAKE + "MISCONCEPTIONS = {'square': (f,), 'Net': ()}\n")

    with pytest.raises(AssignmentError, match=rf"{path}:{line}: imports grader .* mistakes of square run in a worker"):
        misconceptions.load_catalogue(path, ("square", "Net"), ("Net",))

    path.write_text(imports + MISTAKE + "MISCONCEPTIONS = {'square': (), 'Net': (f,)}\n")
    assert misconceptions.load_catalogue(path, ("square", "Net"), ("Net",)).of("Net")


def test_an_import_of_the_grader_in_a_function_is_its_own_affair(tmp_path: Path) -> None:
    """It runs where the function does."""
    path = tmp_path / "misconceptions.py"
    path.write_text(MISTAKE + "    import grader\nMISCONCEPTIONS = {'square': (f,)}\n")

    assert misconceptions.load_catalogue(path, ("square",)).of("square")


def known(*implementations: Callable[..., Any]) -> tuple[Misconception, ...]:
    """Return misconceptions with these implementations."""
    return tuple(
        Misconception(name=each.__name__, replaces="f", title="t", hint="h", implementation=each, source="")
        for each in implementations
    )


def asked(*answers: tuple[tuple[object, ...], object], **kwargs: object) -> tuple[Question, ...]:
    """Return questions about `f` with their answers; an exception type stands for raising it."""
    return tuple(
        Question(
            name="f",
            args=args,
            kwargs=kwargs,
            answer=RaisedInstead(type_names=(value.__name__,)) if isinstance(value, type) else Returned(value=value),
        )
        for args, value in answers
    )


def called(misconception: Misconception, question: Question) -> Answer | None:
    """Return what a misconception answers, called here."""
    try:
        return Returned(value=misconception.implementation(*question.args, **question.kwargs))
    except ValueError:
        return RaisedInstead(type_names=("ValueError",))


def twice(n: Any) -> Any:
    """Double."""
    return n + n


def square(n: Any) -> Any:
    """Square."""
    return n * n


def refuse(n: Any) -> Any:
    """Refuse what is negative."""
    if n < 0:
        raise ValueError
    return n


def scaled(n: float, factor: float = 1.0) -> float:
    """Scale."""
    return n * factor


def pair(n: int) -> list[object]:
    """Pair."""
    return [n, (n, 0.5)]


@pytest.mark.parametrize(
    ("candidates", "questions", "claimed"),
    [
        pytest.param((twice, square), asked(((3,), 6)), "twice", id="one-fits"),
        pytest.param((twice, square), asked(((2,), 4)), None, id="two-fit"),
        pytest.param((twice, square), asked(((2,), 4), ((3,), 9)), "square", id="a-question-separates"),
        pytest.param((twice, square), asked(((3,), 7)), None, id="none-fits"),
        pytest.param((twice,), asked(((3,), 6), ((4,), 9)), None, id="one-answer-differs"),
        pytest.param((twice,), asked(((3,), 6.0)), None, id="another-type"),
        pytest.param((refuse,), asked(((-1,), ValueError), ((1,), 1)), "refuse", id="raises-where-it-does"),
        pytest.param((refuse,), asked(((-1,), TypeError)), "refuse", id="raises-something-else"),
        pytest.param((refuse,), asked(((-1,), NotImplementedError)), None, id="not-written"),
        pytest.param((refuse,), asked(((-1,), NameError)), None, id="lacks-a-name"),
        pytest.param((refuse,), asked(((-1,), -1)), None, id="should-raise"),
        pytest.param((twice,), asked(((1,), ValueError)), None, id="should-not-raise"),
        pytest.param((scaled,), asked(((0.1,), 0.1 * 3.0 + 1e-17), factor=3.0), "scaled", id="up-to-rounding"),
        pytest.param((scaled,), asked(((0.1,), 0.3001), factor=3.0), None, id="beyond-rounding"),
        pytest.param((pair,), asked(((1,), (1, [1, 0.5]))), "pair", id="lists-and-tuples"),
        pytest.param((pair,), asked(((1,), (1, (1, 0.5, 0)))), None, id="another-length"),
        pytest.param((twice,), asked(((torch.ones(2),), torch.full((2,), 2.0))), "twice", id="tensors"),
        pytest.param((twice,), asked(((torch.ones(2),), torch.full((2,), 2.0).numpy())), "twice", id="array"),
        pytest.param((twice,), asked(((torch.ones(2),), torch.ones(2))), None, id="other-tensors"),
        pytest.param((twice,), asked(((torch.ones(2),), torch.full((3,), 2.0))), None, id="tensors-of-another-shape"),
        pytest.param((twice,), asked(((torch.ones(2),), 2.0)), None, id="number-for-a-tensor"),
        pytest.param(
            (twice,), asked(((torch.ones(2),), torch.full((2,), 2 + 1e-6))), "twice", id="tensors-up-to-rounding"
        ),
        pytest.param((), asked(((1,), 1)), None, id="none-known"),
    ],
)
def test_the_one_that_gives_every_answer_is_claimed(
    candidates: tuple[Callable[..., Any], ...], questions: tuple[Question, ...], claimed: str | None
) -> None:
    """A mistake is named where it alone reproduces every answer of the failed check."""
    explained = misconceptions.explain(known(*candidates), questions, (), called)

    assert (explained and explained.name) == claimed


def probed(right: Callable[[Any], Any], *answers: tuple[tuple[object, ...], object]) -> tuple[Probe, ...]:
    """Return probes with the submission's answers and what is right."""
    return tuple(Probe(question=question, right=Returned(value=right(*question.args))) for question in asked(*answers))


@pytest.mark.parametrize(
    ("candidates", "probes", "claimed"),
    [
        pytest.param((twice, square), probed(twice), None, id="no-probe"),
        pytest.param((twice, square), probed(abs, ((3,), 9)), "square", id="one-separates"),
        pytest.param((twice,), probed(abs, ((3,), 6), ((5,), 0)), "twice", id="half-of-the-wrong-ones"),
        pytest.param((twice,), probed(abs, ((3,), 6), ((5,), 0), ((6,), 0)), None, id="less-than-half"),
        pytest.param((twice,), probed(abs, ((3,), 3), ((5,), 5)), "twice", id="right-ones-do-not-count"),
        pytest.param((twice,), probed(abs, ((3,), ValueError)), None, id="raises-instead"),
    ],
)
def test_probes_decide_between_mistakes(
    candidates: tuple[Callable[..., Any], ...], probes: tuple[Probe, ...], claimed: str | None
) -> None:
    """Of mistakes that fit the check, one must explain at least half of the probes that were answered wrongly."""
    explained = misconceptions.explain(known(*candidates), asked(((2,), 4)), probes, called)

    assert (explained and explained.name) == claimed


# --- what known mistakes answer, in a worker --------------------------------------------------------------------------


KNOWN = (
    "# "
    + "a long file " * 2000
    + '''
import itertools
SCALE = 3
def scales(n):
    """It scales.

    By what?"""
    return SCALE * n
def never_ends(n):
    """It never ends.

    Does it?"""
    for _ in itertools.count():
        pass
def leaves(n):
    """It leaves the process.

    Where to?"""
    raise SystemExit
def refuses(n):
    """It refuses.

    Whom?"""
    raise ValueError(n)
MISCONCEPTIONS = {"f": (never_ends, leaves, scales, refuses)}
'''
)


def test_known_mistakes_run_in_a_worker(tmp_path: Path, reference_sandbox: Sandbox) -> None:
    """One that never ends, or leaves the process, holds up nothing and leaves the others their answers."""
    path = tmp_path / "misconceptions.py"
    path.write_text(KNOWN)
    mistakes = misconceptions.load_catalogue(path, ("f",)).of("f")
    (question,) = asked(((4,), 12))

    answers = misconceptions.ask(mistakes, (question,), Runner(reference_sandbox))

    assert {one.name: answers(one, question) for one in mistakes} == {
        "never_ends": None,
        "leaves": None,
        "scales": Returned(value=12),
        "refuses": RaisedInstead(type_names=("ValueError", "Exception", "BaseException", "object")),
    }
    explained = misconceptions.explain(mistakes, (question,), (), answers)
    assert explained is not None
    assert explained.name == "scales"


def test_a_source_may_take_longer_to_run_than_its_mistakes(tmp_path: Path, reference_sandbox: Sandbox) -> None:
    """An import of torch, or a machine that is busy, costs no mistake its name; one that waits holds up nothing either."""
    path = tmp_path / "misconceptions.py"
    busy = "import time\nbegin = time.process_time()\nwhile time.process_time() < begin + 0.8:\n    pass\n"
    path.write_text(busy + KNOWN.replace("for _ in itertools.count():\n        pass", "time.sleep(60)"))
    mistakes = misconceptions.load_catalogue(path, ("f",)).of("f")
    (question,) = asked(((4,), 12))

    answers = misconceptions.ask(mistakes, (question,), Runner(reference_sandbox))

    explained = misconceptions.explain(mistakes, (question,), (), answers)
    assert explained is not None
    assert explained.name == "scales"


def test_a_mistake_that_ends_its_worker_has_no_answer(tmp_path: Path, reference_sandbox: Sandbox) -> None:
    """Nobody knows which of those that were asked together it was, so that none of them is claimed."""
    path = tmp_path / "misconceptions.py"
    path.write_text(KNOWN.replace("raise SystemExit", "__import__('os')._exit(3)"))
    mistakes = misconceptions.load_catalogue(path, ("f",)).of("f")
    (question,) = asked(((4,), 12))

    answers = misconceptions.ask(mistakes, (question,), Runner(reference_sandbox))

    assert [answers(one, question) for one in mistakes] == [None] * 4


INF, NAN = float("inf"), float("nan")


@pytest.mark.parametrize(
    ("expected", "received", "alike"),
    [
        (1.0, 1, True),
        (1, 1.0, False),  # a whole number was asked for
        (1.0, True, False),
        (0.1 + 0.2, 0.3, True),
        (NAN, NAN, True),
        (NAN, 1.0, False),
        (1.0, NAN, False),
        (-INF, -INF, True),
        (INF, -INF, False),
        (torch.tensor(2.0, dtype=torch.float64), 2.0, True),
        (2.0, torch.tensor(2.0, dtype=torch.float64), True),
        (torch.tensor([1.0, NAN], dtype=torch.float64), [1.0, NAN], True),
        (torch.tensor([1.0, NAN], dtype=torch.float64), [NAN, NAN], False),
        (torch.tensor([1.0, INF]), torch.tensor([1.0, INF]), True),
        (torch.tensor([1.0, INF]), torch.tensor([1.1, INF]), False),
        (torch.tensor([1.0]), None, False),
        (torch.tensor([1.0]), True, False),
        (torch.tensor([1.0, 2.0]), [1.0, "2"], False),
    ],
    ids=repr,
)
def test_what_counts_as_the_same_answer(expected: object, received: object, alike: bool) -> None:
    """An int may stand for a float, a number or a list of numbers for a tensor, and NaN is what only NaN is like."""
    assert misconceptions.same_answer(Returned(value=expected), Returned(value=received)) == alike


@pytest.mark.parametrize("answer", ["torch.tensor(float(n + n))", "numpy.float32(n + n)", "float(n + n)"])
def test_a_tensor_without_axes_is_the_number_that_it_holds(tiny_course, answer):
    """A known mistake is recognized where the submission returns its number as another type."""
    check = SEVEN.replace("expect.equal(student.square(7), 49,", "expect.close(student.square(7), 49,")
    known = 'def doubles(n):\n    """It doubles.\n\n    What is n * n?"""\n    return float(n + n)\n'
    course = tiny_course(
        check, misconceptions=known + 'MISCONCEPTIONS = {"square": (doubles,)}\nPROBES = {"square": ((3,),)}\n'
    )
    feedback = course.check(f"import numpy, torch\ndef square(n): return {answer}").feedback

    assert feedback.misconception == "doubles"
