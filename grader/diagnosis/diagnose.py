"""
Which mistake explains a failed check: the only place where one is looked for.

    what a check of a training found          training.py: of a loop loop_steps.py, gradient_ways.py and step_ways.py, of an
                                              evaluation accuracy_ways.py, of a history fit_epochs.py
    torch's refusal of a class                class_mistakes.py
    the calls of a function                   earlier_calls.py; misconceptions.py; function_search.py, by mutations.py
                                              and syntax.py; without solutions hints.py
    a network that is a table of layers       network_mistakes.py; network_search.py, by checks/architectures/edits/;
                                              network_values.py, unfit_sizes.py
    any other network                         signature.py, own_design.py
    an exception that is returned             here

A diagnosis asks the submission more, in a session and with time of its own, and never changes a verdict: where it fails,
there is no explanation.  What a search has found is looked at again when all checks have ended.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from grader import protocol
from grader.checks.architectures.networks import Networks
from grader.checks.architectures.promises import Promise, WrongShape
from grader.checks.training.evidence import LearnsTooLittle
from grader.diagnosis import (
    class_mistakes,
    earlier_calls,
    fit_epochs,
    function_search,
    misconceptions,
    network_mistakes,
    own_design,
    training,
)
from grader.diagnosis.function_search import FunctionSearch
from grader.diagnosis.hints import Hints
from grader.diagnosis.misconceptions import Catalogue, Misconception, Probe, same_answer
from grader.diagnosis.mistake import Mistake
from grader.diagnosis.mutations import Mutant
from grader.diagnosis.runner import Call, Runnable, Runner, call_of
from grader.diagnosis.signature import Signature, same_signature, signature
from grader.errors import CheckFailed, GraderError, StudentRaised, WorkerLost
from grader.model import ExplainedBy
from grader.protocol import Limits
from grader.proxy import Asked, Question, RemoteName, Returned, Session, session_of_file
from grader.sandbox import Workers

_SECONDS = 60.0
"""How long a submission may be asked for mistakes in one grading."""
_RETURNS_THE_EXCEPTION = Mistake(
    name="returns_the_exception",
    hint="the function hands an exception back as its answer, and its caller goes on: which statement stops there?",
)
_EARLIER = 150
"""So many calls of other checks are evidence, spread over all."""


def limits_of_diagnosis(limits: Limits) -> Limits:
    """Return the limits of a session for diagnosis: a submission must not run out of its time through questions of ours."""
    return replace(limits, submission_seconds=_SECONDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What a search has found."""

    mistake: Mistake
    function: str
    mutants: tuple[Mutant, ...]
    answers: int
    """How many answers of its function were known."""


class Diagnosis:
    """Find the mistake behind a failed check of one submission; what is asked of a name is asked once."""

    def __init__(
        self,
        session: Session,
        reference: Session | None,
        catalogue: Catalogue,
        networks: Networks,
        workers: Workers,
        solution: Path | None,
        hints: Hints | None,
    ) -> None:
        """
        Prepare a diagnosis; nothing is asked yet.

        Args:
            session: Of the submission, for this alone.
            workers: Where misconceptions that are networks run, and what search makes of the reference.
            solution: The file of the reference solution; None in a course copy without solutions.
            hints: What there is in its place.
        """
        self._session = session
        self._reference = reference
        self._catalogue = catalogue
        self._networks = networks
        self._workers = workers
        self._solution = solution
        self._hints = hints
        self._runner = Runner(workers)
        self._asked: dict[str, list[Question]] = {}
        self._known_signatures: dict[str, Signature | None] = {}
        self._named: dict[str, Mistake | None] = {}
        self._searches: dict[str, FunctionSearch] = {}
        self._found: list[_Found] = []
        self._probed: dict[str, tuple[Probe, ...]] = {}
        self._signature: dict[str, Signature | None] = {}

    def explain(self, error: BaseException, asked: Asked) -> Mistake | None:
        """Return what explains that a check which has *asked* all this failed with *error*, or None."""
        try:
            return self._of_error(error) or self._of_answers(asked) or self._of_design(error, asked)
        except (Exception, WorkerLost):
            return None
        finally:
            with contextlib.suppress(Exception, WorkerLost):
                self._session.end()

    def _of_error(self, error: BaseException) -> Mistake | None:
        match error:
            case CheckFailed():
                return training.explain(error.evidence, self._session)
            case StudentRaised():
                return class_mistakes.explain(error, self._session.code.source)
        return None

    def _of_answers(self, asked: Asked) -> Mistake | None:
        questions, modules = asked.questions, asked.modules
        if questions:
            return self._functions(questions)
        if modules and self._networks.accepted(modules[-1]):
            return self._network(modules[-1])
        found = self._module(modules[-1]) if modules and self._catalogue.of(modules[-1]) else None
        return None if found is None else _given(found, "parameters, logits in both modes and the gradient")

    def _of_design(self, error: BaseException, asked: Asked) -> Mistake | None:
        """Explain what breaks a promise of every network, where nothing is known of the layers that it should have."""
        if not asked.modules or asked.images is None:
            return None
        network = RemoteName(self._session, asked.modules[-1])
        self._session.begin()
        match error:
            case CheckFailed(evidence=Promise() | WrongShape() as broken):
                return own_design.explain(network, asked.images, broken)
            case CheckFailed(evidence=LearnsTooLittle() as found):
                return self._of_learning(network, asked.images, found)
            case StudentRaised() if not asked.questions:
                return own_design.explain_error(network, asked.images, error)
        return None

    def _of_learning(self, network: RemoteName, images: tuple[int, ...], found: LearnsTooLittle) -> Mistake | None:
        """Explain a training that learns too little: by its history, by what the network is, by what `fit` does with ours."""
        return (
            fit_epochs.of_told_losses(found)
            or own_design.explain_learning(network, images)
            or fit_epochs.of_little_learning(found.observation.function, self._session)
        )

    def _network(self, name: str) -> Mistake | None:
        if name not in self._named:
            self._session.begin()
            try:
                known = self._catalogue.of(name)
                self._named[name] = network_mistakes.explain(self._networks, self._session, name, known)
            except (GraderError, WorkerLost):
                self._named[name] = None
            self._session.end()
        return self._named[name]

    def is_refuted(self, mistake: Mistake) -> bool:
        """Return whether a search has found *mistake*, and its function has answered otherwise in a check since."""
        with contextlib.suppress(Exception, WorkerLost):
            for found in self._found:
                if found.mistake is mistake:
                    later = self._asked[found.function][found.answers :]
                    return bool(later) and not self._searches[found.function].is_given(found.mutants, later)
        return False

    def note(self, asked: Asked) -> None:
        """Keep the calls of a check that has ended: what explains another check must give their answers too."""
        for question in asked.questions:
            self._asked.setdefault(question.name, []).append(question)

    def _functions(self, questions: tuple[Question, ...]) -> Mistake | None:
        """Return the mistake in one of the functions that a check has asked, the last one first."""
        by_name: dict[str, tuple[Question, ...]] = {}
        for question in reversed(questions):
            by_name[question.name] = (question, *by_name.get(question.name, ()))
        for name, asked in by_name.items():
            if len(by_name) > 1 and self._is_right(name, asked):
                continue  # many changes of a function change none of a few answers
            found = self._function(name, asked)
            if found is not None:
                return found
        return None

    def _is_right(self, name: str, asked: tuple[Question, ...]) -> bool:
        """Return whether the reference gives all answers of a function too."""
        if self._solution is None:
            return False
        right = Runnable(source=self._solution.read_text(), name=name)
        (answers,) = self._runner.answers_of([right], [call_of(question) for question in asked])
        pairs = zip(answers or (), asked, strict=answers is not None)
        return answers is not None and all(same_answer(answer, question.answer) for answer, question in pairs)

    def _function(self, name: str, asked: tuple[Question, ...]) -> Mistake | None:
        """
        Return the mistake in a function.

        One mistake that gives all its answers comes first, known or searched for; then a known one that gives those of the check,
        since there may be a second mistake.
        """
        if _returns_an_exception(asked[-1]):
            return _RETURNS_THE_EXCEPTION
        remembers = earlier_calls.explain(self._session, asked[-1])
        if remembers is not None:
            return remembers
        if self._solution is None:
            return None if self._hints is None else self._hint(self._hints, name)
        known, probes = self._catalogue.of(name), self._probe(name)
        earlier = self._asked.get(name, [])
        evidence = (*(one.question for one in probes), *earlier[:: len(earlier) // _EARLIER + 1], *asked)
        answers = misconceptions.ask(known, evidence, self._runner)
        found = misconceptions.explain(known, evidence, (), answers)
        if found is None:
            mutants = self._mutants(self._solution, name, evidence)
            if mutants:
                told = function_search.told(mutants[0], len(evidence))
                self._found.append(_Found(mistake=told, function=name, mutants=mutants, answers=len(earlier)))
                return told
        if found is not None:
            return _given(found, f"{len(evidence)} answers")
        found = misconceptions.explain(known, asked, probes, answers)
        return None if found is None else _given(found, f"{len(asked)} answers of this check")

    def _hint(self, hints: Hints, name: str) -> Mistake | None:
        if name not in self._named:
            calls = hints.calls(name)
            answers = tuple(one.answer for one in _answers(self._session, name, calls))
            self._named[name] = hints.look_up(name, answers) if calls else None
        return self._named[name]

    def _mutants(self, solution: Path, name: str, evidence: tuple[Question, ...]) -> tuple[Mutant, ...]:
        if name not in self._searches:
            ask = partial(_answers, self._session, name)
            self._searches[name] = FunctionSearch(solution.read_text(), name, self._runner, ask)
        return self._searches[name].explain(evidence)

    def _probe(self, name: str) -> tuple[Probe, ...]:
        if name not in self._probed:
            probes = self._catalogue.probes.get(name, ())
            calls: list[Call] = [((), {}, one) if isinstance(one, str) else (tuple(one), {}, "") for one in probes]
            received = _answers(self._session, name, calls)
            right = _answers(self._reference, name, calls) if self._reference is not None else ()
            pairs = zip(received, right, strict=False)  # a submission that hangs or crashes answers fewer
            self._probed[name] = tuple(Probe(question=one, right=other.answer) for one, other in pairs)
        return self._probed[name]

    def _module(self, name: str) -> Misconception | None:
        shape = self._catalogue.probes.get(name)
        if shape is None:
            return None
        if name not in self._signature:
            self._session.begin()
            self._signature[name] = signature(self._session, name, shape)
            self._session.end()
        received = self._signature[name]
        if received is None:
            return None
        fitting = [
            known
            for known in self._catalogue.of(name)
            if (wrong := self._known(known.name, shape)) is not None and same_signature(wrong, received)
        ]
        return fitting[0] if len(fitting) == 1 else None

    def _known(self, name: str, shape: tuple[int, ...]) -> Signature | None:
        """Return the signature of a misconception, which depends on nothing of the submission."""
        if name not in self._known_signatures:
            assert self._catalogue.path is not None
            session = session_of_file(self._workers, self._catalogue.path)
            self._known_signatures[name] = signature(session, name, shape)
            session.end()
        return self._known_signatures[name]


def _returns_an_exception(question: Question) -> bool:
    value = question.answer.value if isinstance(question.answer, Returned) else None
    return isinstance(value, protocol.Opaque) and value.type_name.endswith(("Error", "Exception"))


def _given(known: Misconception, reproduces: str) -> Mistake:
    """Return a known mistake which gives too what *reproduces* says."""
    return replace(known.mistake, explained_by=ExplainedBy(distance=1, reproduces=reproduces))


def _answers(session: Session, name: str, calls: Sequence[Call]) -> tuple[Question, ...]:
    """Ask *calls* in a worker of their own; ends early where the worker is lost."""
    session.begin()
    with contextlib.suppress(WorkerLost, GraderError):
        for call in calls:
            with contextlib.suppress(StudentRaised):
                RemoteName(session, name).again(*call)
    answered = session.questions
    session.end()
    return answered
