"""
Search for the change of the reference that answers as a submission's function does, in everything that it was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from grader.diagnosis.mistake import Mistake
from grader.diagnosis.mutations import Mutant, defaults_of, mutants_of
from grader.diagnosis.nearby import near
from grader.errors import GraderError, WorkerLost
from grader.model import ExplainedBy
from grader.proxy import Question, RaisedInstead, RemoteName, Returned, Session

RUNNER = Path(__file__).with_name("mutants_in_worker.py")
"""What asks mutants, in a worker; named by its path, since the harness runs none of it."""
_QUESTIONS = 300
_AT_ONCE = 500
"""Mutants in one request."""
_ENOUGH = 20
"""So many answers are not given by chance."""

Ask = Callable[[tuple[tuple[object, ...], ...]], tuple[Question, ...]]


_UNFINISHED = {"NotImplementedError", "NameError", "AttributeError", "ImportError"}
"""Exceptions that say themselves what is wrong; no change of a reference raises them."""


class FunctionSearch:
    """
    What explains one function of a submission, check by check.

    A mutant that does not give one answer is refused for good, so that the first failed check costs most of the time.
    """

    def __init__(self, source: str, name: str, runner: Session, ask: Ask) -> None:
        """
        Prepare a search; nothing is asked yet.

        Args:
            source: Of the reference solution.
            runner: Where mutants run.
            ask: Puts more calls to the submission, since few answers are given by many functions.
        """
        self._source = source
        self._name = name
        self._left: Sequence[Mutant] | None = None
        self._runner = runner
        self._ask = ask

    def explain(self, questions: Sequence[Question]) -> Mutant | None:
        """
        Return the mutant that gives every answer of a submission's function; None if there is none.

        Args:
            questions: Calls with their answers, of failed and of passed checks; the last are of the failed one.

        Raises:
            GraderError, WorkerLost: As asking does.
        """
        last = questions[-1]
        if isinstance(last.answer, RaisedInstead) and _UNFINISHED & set(last.answer.type_names):
            return None
        questions = questions[-_QUESTIONS:]
        if all(isinstance(question.answer, RaisedInstead) for question in questions):
            return None  # whatever is changed, much of it only raises
        if self._left is None:
            self._left = mutants_of(self._source, self._name)
        self._left = _that_answer(self._left, self._name, questions, self._runner)
        if not self._left:
            return None
        nearby = self._ask(tuple(near(last.args, defaults_of(self._source, self._name))))
        nearest = _that_answer(self._left, self._name, nearby, self._runner)
        if not nearest and len(questions) >= _ENOUGH:
            nearest = self._left  # calls nearby may be such that no answer is right, and then each function has its own
        return nearest[0] if nearest else None


def told(mutant: Mutant, answers: int) -> Mistake:
    """Return what is said of a mutant that gives so many *answers*."""
    return Mistake(
        name=mutant.name,
        hint=f"your answers are those of a function {mutant.says}. {mutant.question}",
        explained_by=ExplainedBy(distance=1, reproduces=f"{answers} answers"),
    )


def _that_answer(mutants: Sequence[Mutant], name: str, questions: Sequence[Question], runner: Session) -> list[Mutant]:
    asked = tuple(_packed(question) for question in questions)
    found: list[Mutant] = []
    for start in range(0, len(mutants), _AT_ONCE):
        some = mutants[start : start + _AT_ONCE]
        runner.begin()
        try:
            numbers = RemoteName(runner, "that_answer")([one.source for one in some], name, asked)
        except (GraderError, WorkerLost):  # one of them ended the worker, and nobody knows which
            continue
        finally:
            runner.end()
        assert isinstance(numbers, list)
        found += [some[number] for number in numbers]
    return found


def _packed(question: Question) -> tuple[object, ...]:
    kwargs: Mapping[str, object] = dict(question.kwargs)
    match question.answer:
        case Returned(value=value):
            return question.args, kwargs, False, value
        case RaisedInstead(type_names=names):
            return question.args, kwargs, True, list(names)
