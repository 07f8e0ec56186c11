"""
What a submission's network and known ones give in both modes, under the same weights: each side writes these once.

Writing the weights of a large network takes as long as a question about it, so the check of one mode asks for the other as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from grader.checks.architectures.comparison import Comparison
from grader.checks.architectures.networks import Networks
from grader.checks.architectures.table import Network
from grader.errors import StudentFault, WorkerLost
from grader.keys import Keys
from grader.proxy import Model, RemoteName, Run, SharedEvidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What came of a question in one mode."""

    question: Comparison
    call: str
    """The question, as a student reads it."""
    outcome: Run | StudentFault | WorkerLost


@dataclass(frozen=True, slots=True, kw_only=True)
class BothModes:
    """What came of it in each mode, and what known networks give, which are asked when they are needed."""

    evaluating: Attempt
    training: Attempt
    _networks: Networks
    _answers: dict[Network, tuple[Run, Run]] = field(default_factory=dict)

    def received(self, network: RemoteName, *, training: bool) -> Run:
        """Return what the submission's network gave in a mode; raises what came instead."""
        attempt = self.training if training else self.evaluating
        network.session.last_call = attempt.call
        if isinstance(attempt.outcome, Run):
            return attempt.outcome
        raise attempt.outcome.with_traceback(None)

    def expected(self, known: Network, *, training: bool, gradients: bool) -> Run:
        """
        Return what a known network gives in a mode, in evaluation mode with the gradient of the images if *gradients* are of use.

        Raises:
            ReferenceFault: If it cannot be built or run.
        """
        if known not in self._answers:
            evaluating = replace(self.evaluating.question, gradients=gradients)
            first, second = self._networks.answers((evaluating, self.training.question), known)
            self._answers[known] = first, second
        return self._answers[known][training]


def ask_both(networks: Networks, network: RemoteName, shared: SharedEvidence, *, images: int) -> BothModes:
    """
    Ask the submission's network in both modes, without dropout, unless that was done before in this grading.

    In evaluation mode the gradient that reaches the images is asked for, too.  A mode in which it raises, or loses its worker,
    costs the other mode nothing.

    Raises:
        StudentFault: If it cannot be built, or cannot be traced.
        WorkerLost: If its worker is lost on the way there.
    """

    def question(keys: Keys) -> BothModes:
        structure = networks.structure(network)
        evaluating, training = (
            Comparison(images=images, structure=structure, keys=keys, training=mode, gradients=not mode)
            for mode in (False, True)
        )
        network.session.renew()  # several large networks at once would not fit
        model = networks.model(network)
        first = _attempt(network, evaluating, lambda: model)
        if isinstance(first.outcome, WorkerLost):
            network.session.renew()
            second = _attempt(network, training, lambda: networks.model(network))
        else:
            second = _attempt(network, training, lambda: model)
        return BothModes(evaluating=first, training=second, _networks=networks)

    return shared.ask("both modes", network.name, question=question)


def _attempt(network: RemoteName, question: Comparison, model: Callable[[], Model]) -> Attempt:
    outcome: Run | StudentFault | WorkerLost
    try:
        outcome = question.ask(model())
    except (StudentFault, WorkerLost) as error:
        outcome = error
    return Attempt(question=question, call=network.session.last_call, outcome=outcome)
