"""
What changed the weights besides a step of the given optimizer, or otherwise, told from the weights and gradients of each step.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from grader import protocol
from grader.checks import tolerances
from grader.checks.training.rehearsal import PARAMETERS, Lesson, State
from grader.diagnosis.gradient_ways import distance, factor_between
from grader.diagnosis.mistake import Mistake
from grader.model import ExplainedBy
from grader.proxy import readable, state_like


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Step:
    """One step: where the weights were, where they should be after it, and where they are."""

    number: int
    before: State
    gradient: State
    pull: State
    """The gradient and weight decay."""
    way: State
    """What the optimizer's rule adds."""
    after: State

    @property
    def asked(self) -> State:
        """Return the weights that the rule gives."""
        return {name: value + self.way[name] for name, value in self.before.items()}

    @property
    def taken(self) -> State:
        """Return how far the weights have gone."""
        return {name: self.after[name].double() - value for name, value in self.before.items()}

    @property
    def is_right(self) -> bool:
        """Return whether they went where the rule takes them."""
        return distance(self.after, self.asked) <= tolerances.LOOP


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """What may change weights otherwise."""

    name: str
    fits: Callable[[_Step], float | None]
    """Returns the number to be told where a step went this way."""
    words: str
    question: str


def of_steps(lesson: Lesson, steps: Sequence[protocol.Step], end: State) -> Mistake | None:
    """
    Return what explains that weights after steps are not those that the optimizer's rule gives, or None.

    Args:
        steps: Each with the weights before it, and the gradient.
        end: The weights after the last one.
    """
    wrong = [step for step in _steps(lesson, steps, end) if not step.is_right]
    for way in _WAYS if wrong else ():
        numbers = [way.fits(step) for step in wrong]
        if numbers[0] is not None and None not in numbers:
            return Mistake(
                name=way.name,
                message=f"after step {wrong[0].number}, {way.words.format(abs(numbers[0]))}",
                hint=way.question,
                explained_by=ExplainedBy(distance=1, reproduces="the weights after every step"),
            )
    return None


def _steps(lesson: Lesson, steps: Sequence[protocol.Step], end: State) -> list[_Step]:
    import torch

    like = {name: lesson.state[name] for name in PARAMETERS}
    befores = [state_like(readable(protocol.unpack_tensors, step.weights), like) for step in steps]
    afters = [*befores[1:], {name: end[name] for name in like}]
    velocity = {name: torch.zeros_like(value) for name, value in like.items()}
    found = []
    for number, (step, before, after) in enumerate(zip(steps, befores, afters, strict=True), start=1):
        gradient = state_like(readable(protocol.unpack_tensors, step.gradients), like)
        pull = {name: gradient[name] + lesson.weight_decay * before[name] for name in like}
        velocity = {name: lesson.momentum * velocity[name] + pull[name] for name in like}
        way = {name: -lesson.learning_rate * value for name, value in velocity.items()}
        found.append(_Step(number=number, before=before, gradient=gradient, pull=pull, way=way, after=after))
    return found


def _rest(step: _Step) -> State:
    return {name: value.double() - step.asked[name] for name, value in step.after.items()}


def _cut_off_at(step: _Step) -> float | None:
    limit = max(value.abs().max().item() for value in step.after.values())
    cut = {name: value.clamp(-limit, limit) for name, value in step.asked.items()}
    return limit if distance(step.after, cut) <= tolerances.LOOP else None


_WAYS = (
    _Way(
        name="changes_the_learning_rate",
        fits=lambda step: factor_between(step.taken, step.way),
        words="the weights have gone {:.3g} times as far as the optimizer's learning rate takes them",
        question="the learning rate belongs to the optimizer that you are given: what changes it, and when?",
    ),
    _Way(
        name="optimizer_made_anew",
        fits=lambda step: factor_between(step.taken, step.pull) if step.number > 1 else None,
        words="the weights are those of a first step: the optimizer has forgotten its momentum",
        question="where is the optimizer made, and how often?",
    ),
    _Way(
        name="steps_by_hand_too",
        fits=lambda step: factor_between(_rest(step), step.gradient),
        words="the weights have gone a second way against the gradient: {:.3g} times it",
        question="`optimizer.step()` changes the weights already: what else does?",
    ),
    _Way(
        name="shrinks_the_weights",
        fits=lambda step: factor_between(step.after, step.asked),
        words="all weights are {:.4g} times those of the step",
        question="weight decay is a setting of the optimizer that you are given: what else changes the weights?",
    ),
    _Way(
        name="clips_the_weights",
        fits=_cut_off_at,
        words="weights are cut off at {:.3g}",
        question="what changes the weights after `optimizer.step()`?",
    ),
)
