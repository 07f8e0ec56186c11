"""
Search for the change of the reference that answers as a submission's function does, in everything that it was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from grader.diagnosis.mistake import Mistake
from grader.diagnosis.mutations import Mutant, defaults_of, mutants_of
from grader.diagnosis.nearby import near
from grader.diagnosis.runner import Runnable, Runner
from grader.model import ExplainedBy
from grader.proxy import Question, RaisedInstead

_QUESTIONS = 300
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

    def __init__(self, source: str, name: str, runner: Runner, ask: Ask) -> None:
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
        self._left = self._that_answer(self._left, questions)
        if not self._left:
            return None
        nearby = self._ask(tuple(near(last.args, defaults_of(self._source, self._name))))
        nearest = self._that_answer(self._left, nearby)
        if not nearest and len(questions) >= _ENOUGH:
            nearest = self._left  # calls nearby may be such that no answer is right, and then each function has its own
        return nearest[0] if nearest else None

    def _that_answer(self, mutants: Sequence[Mutant], questions: Sequence[Question]) -> list[Mutant]:
        functions = [Runnable(source=one.source, name=self._name) for one in mutants]
        numbers = self._runner.that_answer(functions, questions)
        return [mutants[number] for number in numbers]


def told(mutant: Mutant, answers: int) -> Mistake:
    """Return what is said of a mutant that gives so many *answers*."""
    return Mistake(
        name=mutant.name,
        hint=f"your answers are those of a function {mutant.says}. {mutant.question}",
        explained_by=ExplainedBy(distance=1, reproduces=f"{answers} answers"),
    )
