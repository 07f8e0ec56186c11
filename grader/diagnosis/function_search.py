"""
Search for the change of the reference that answers as a submission's function does, in everything that it was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from grader.diagnosis.misconceptions import same_answer
from grader.diagnosis.mistake import Mistake
from grader.diagnosis.mutations import Mutant, defaults_of, mutants_of
from grader.diagnosis.nearby import calls_near
from grader.diagnosis.runner import Call, Runnable, Runner, call_of
from grader.model import ExplainedBy
from grader.proxy import Question, RaisedInstead, Returned

_QUESTIONS = 300
_ENOUGH = 20
"""So many answers are not given by chance."""

Ask = Callable[[Sequence[Call]], tuple[Question, ...]]


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

    def explain(self, questions: Sequence[Question]) -> tuple[Mutant, ...]:
        """
        Return the mutants that give every answer of a submission's function and are told alike; none if there is none.

        Args:
            questions: Calls with their answers, of failed and of passed checks; the last are of the failed one.

        Raises:
            GraderError, WorkerLost: As asking does.
        """
        last = questions[-1]
        if isinstance(last.answer, RaisedInstead) and _UNFINISHED & set(last.answer.type_names):
            return ()
        questions = questions[-_QUESTIONS:]
        if all(isinstance(question.answer, RaisedInstead) for question in questions):
            return ()  # whatever is changed, much of it only raises
        if self._runner.that_answer([Runnable(source=self._source, name=self._name)], questions):
            return ()  # as far as can be told it answers as the reference does, and so do many changes of that
        if self._left is None:
            self._left = mutants_of(self._source, self._name)
        self._left = self._that_answer(self._left, questions)
        if not self._left:
            return ()
        nearby = self._ask(tuple(calls_near(call_of(last), defaults_of(self._source, self._name))))
        nearest = self._that_answer(self._left, nearby)
        if not nearest and len(questions) >= _ENOUGH:
            # calls nearby may be such that no answer is right, and then each function has its own
            nearest = self._that_answer_what_has_an_answer(self._left, nearby)
        if last.lines and not nearby and len(questions) < _ENOUGH:
            return ()  # a few answers, and no way to ask more
        return tuple(one for one in nearest if (one.name, one.says) == (nearest[0].name, nearest[0].says))

    def is_given(self, mutants: Sequence[Mutant], questions: Sequence[Question]) -> bool:
        """Return whether one of the *mutants* gives every answer of the submission's function."""
        for start in range(0, len(questions), _QUESTIONS):
            mutants = self._that_answer(mutants, questions[start : start + _QUESTIONS])
        return bool(mutants)

    def _that_answer_what_has_an_answer(self, mutants: Sequence[Mutant], questions: Sequence[Question]) -> list[Mutant]:
        """Return the mutants that give the answers to what the reference does not refuse; one exception is as good as another."""
        functions = [
            Runnable(source=source, name=self._name) for source in (self._source, *(one.source for one in mutants))
        ]
        calls = [call_of(question) for question in questions]
        right, *given = self._runner.answers_of(functions, calls)
        asked = [place for place, answer in enumerate(right or ()) if isinstance(answer, Returned)]
        return [
            mutant
            for mutant, answers in zip(mutants, given, strict=True)
            if answers is not None and all(same_answer(answers[place], questions[place].answer) for place in asked)
        ]

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
