"""
Which gradient a training step used instead of the criterion's: that of another loss, of an added penalty, or one that is cut off.

Each way is worked out from the formulas at the weights of the step, and named only where it gives the gradient that was there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from grader.checks import tolerances
from grader.checks.training.rehearsal import PARAMETERS, Batch, Lesson, State, cross_entropy, scores
from grader.diagnosis.mistake import Mistake
from grader.model import ExplainedBy

if TYPE_CHECKING:
    import torch

_ROUND = (0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0)
"""Limits of a norm that people clip gradients to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherLoss:
    """Another loss than the criterion's."""

    name: str
    words: str
    question: str
    value: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
    """Of scores (N, K) and labels (N,)."""


def of_gradient(got: State, right: State, weights: State, batch: Batch, lesson: Lesson, where: str) -> Mistake | None:
    """
    Return what explains a gradient that is no multiple of the right one, or None.

    Args:
        where: Of which step it is, for the reader.
    """
    if any(got[name].shape != right[name].shape for name in right):
        return None
    found = (
        _of_mode(got, weights, batch, lesson, where)
        or _of_penalty(got, right, weights, where)
        or _of_values_cut_off(got, right, where)
        or _of_loss(got, weights, batch, lesson, where)
    )
    explained_by = ExplainedBy(distance=1, reproduces=f"the gradient {where}")
    return None if found is None else replace(found, explained_by=explained_by)


def clipped(factors: list[tuple[float, float]]) -> float | None:
    """
    Return the norm that gradients are clipped to, or None.

    Args:
        factors: Of each step, by what the right gradient was multiplied, and the norm that it then has.
    """
    cut = [norm for factor, norm in factors if factor < 1 - tolerances.LOOP]
    if not cut or max(cut) - min(cut) > 1e-4 * max(cut):
        return None
    limit = cut[0]
    is_retained = all(factor < 1 or norm <= limit * (1 + 1e-4) for factor, norm in factors)
    is_usual = any(abs(limit - one) < 1e-4 * one for one in _ROUND)
    return limit if is_retained and (len(cut) > 1 or is_usual) else None


def distance(got: State, right: State) -> float:
    """Return the largest difference, relative to the largest value of all tensors together."""
    if any(got[name].shape != right[name].shape for name in right):
        return float("inf")
    scale = max(value.abs().max().item() for value in right.values())
    return max((got[name].double() - right[name]).abs().max().item() for name in right) / max(scale, tolerances.TINY)


def factor_between(got: State, right: State) -> float | None:
    """Return c where one gradient is c times another, or None."""
    if any(got[name].shape != right[name].shape for name in right):
        return None
    above = sum((got[name].double() * right[name]).sum().item() for name in right)
    below = sum((right[name] ** 2).sum().item() for name in right)
    factor = above / below if below else 0.0
    scaled = {name: factor * value for name, value in right.items()}
    return factor if factor and distance(got, scaled) <= tolerances.LOOP else None


def _of_mode(got: State, weights: State, batch: Batch, lesson: Lesson, where: str) -> Mistake | None:
    """Explain the gradient of a network whose layers are in evaluation mode, although it says that it is in training mode."""
    import torch

    leaves = {name: weights[name].detach().clone().requires_grad_() for name in PARAMETERS}
    found = scores({**lesson.state, **leaves}, batch.images, training=False)
    loss = cross_entropy(found, batch.labels, lesson.label_smoothing)
    gradients = dict(zip(leaves, torch.autograd.grad(loss, list(leaves.values())), strict=True))
    if distance(got, gradients) > tolerances.LOOP:
        return None
    return Mistake(
        name="eval_mode_while_training",
        message=f"{where}, batch normalisation uses its running statistics, as in evaluation mode",
        hint="`model.train()` sets the mode of all layers in it, which `model.training = True` does not",
    )


def _of_penalty(got: State, right: State, weights: State, where: str) -> Mistake | None:
    rest = {name: got[name].double() - right[name] for name in right}
    for name, words, direction in (
        ("adds_an_l2_penalty", "weights, as a penalty on their squares adds", weights),
        ("adds_an_l1_penalty", "signs of the weights, as a penalty on their sizes adds", _signs(weights)),
    ):
        touched = {one: value for one, value in rest.items() if value.abs().max() > tolerances.LOOP}
        if not touched:
            continue
        share = factor_between(touched, {one: direction[one].double() for one in touched})
        if share is not None:
            return Mistake(
                name=name,
                message=f"{where}, the gradient is that of the criterion and {share:.3g} times the {words}",
                hint="what does the loss consist of besides the criterion? Weight decay is a setting of the optimizer",
            )
    return None


def _signs(weights: State) -> Mapping[str, torch.Tensor]:
    return {name: value.sign() for name, value in weights.items()}


def _of_values_cut_off(got: State, right: State, where: str) -> Mistake | None:
    limit = max(value.abs().max().item() for value in got.values())
    if limit <= 0:
        return None
    cut = {name: value.clamp(-limit, limit) for name, value in right.items()}
    if distance(got, cut) > tolerances.LOOP or distance(got, right) <= tolerances.LOOP:
        return None
    return Mistake(
        name="clips_the_gradient",
        message=f"{where}, the numbers of the gradient are cut off at {limit:.3g}",
        hint="what happens to the gradients between `backward` and `step`? Here the optimizer gets them as they are",
    )


def _of_loss(got: State, weights: State, batch: Batch, lesson: Lesson, where: str) -> Mistake | None:
    import torch

    leaves = {name: weights[name].detach().clone().requires_grad_() for name in PARAMETERS}
    found = scores(leaves, batch.images, training=True)
    for loss in other_losses(lesson):
        value = loss.value(found, batch.labels)
        gradients = torch.autograd.grad(value, list(leaves.values()), retain_graph=True, allow_unused=True)
        given = {
            name: torch.zeros_like(leaves[name]) if one is None else one
            for name, one in zip(leaves, gradients, strict=True)
        }
        if factor_between(got, given) is not None:
            return Mistake(
                name=loss.name,
                message=f"{where}, the gradient is that of {loss.words}, not that of the criterion that you are given",
                hint=loss.question,
            )
    return None


def _of_changed(
    found: torch.Tensor, labels: torch.Tensor, change: Callable[[torch.Tensor], torch.Tensor], smoothing: float
) -> torch.Tensor:
    return cross_entropy(change(found), labels, smoothing)


def _of_shifted(found: torch.Tensor, labels: torch.Tensor, by: int, smoothing: float) -> torch.Tensor:
    return cross_entropy(found, (labels + by) % found.shape[1], smoothing)


def other_losses(lesson: Lesson) -> Iterator[OtherLoss]:
    """Yield the losses that people use in place of the criterion of a lesson."""
    import torch
    from torch.nn import functional as F

    given = lesson.label_smoothing
    own = "the criterion is an argument: who calls this function has chosen it. Where do you use it?"
    raw = "CrossEntropyLoss takes the network's scores as they are: what do you do to them before?"

    def targets(found: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        return F.one_hot(labels, found.shape[1]).to(found)

    for smoothing in (0.0, 0.1, 0.2, 0.05):
        if smoothing != given:
            words = (
                "a cross entropy without label smoothing" if not smoothing else f"one with label smoothing {smoothing}"
            )
            yield OtherLoss(
                name="own_criterion",
                words=words,
                question=own,
                value=partial(cross_entropy, label_smoothing=smoothing),
            )
    for name, words, change in (
        ("softmax_before_criterion", "a cross entropy of probabilities", lambda found: found.softmax(dim=1)),
        ("softmax_over_the_batch", "a cross entropy of a softmax over the images", lambda found: found.softmax(dim=0)),
        ("sigmoid_before_criterion", "a cross entropy of sigmoids", torch.sigmoid),
        ("tanh_before_criterion", "a cross entropy of tanh", torch.tanh),
        ("relu_before_criterion", "a cross entropy of scores through a ReLU", torch.relu),
    ):
        yield OtherLoss(
            name=name,
            words=words,
            question=raw,
            value=partial(_of_changed, change=change, smoothing=given),
        )
    yield OtherLoss(
        name="trains_on_its_own_answers",
        words="a cross entropy with the classes that the network finds itself",
        question="which labels does the criterion get: those of the loader?",
        value=lambda found, labels: cross_entropy(found, found.argmax(dim=1), given),
    )
    for by in (1, -1):
        yield OtherLoss(
            name="changes_labels",
            words=f"a cross entropy with labels that are {abs(by)} too {'large' if by > 0 else 'small'}",
            question="labels count the classes from 0, as the scores do: pass them on as they are",
            value=partial(_of_shifted, by=by, smoothing=given),
        )
    for words, value in (
        ("the negative score of the right class", lambda found, labels: F.nll_loss(found, labels)),
        ("the negative probability of the right class", lambda found, labels: F.nll_loss(found.softmax(1), labels)),
        ("squared errors of the scores", lambda found, labels: F.mse_loss(found, targets(found, labels))),
        ("squared errors of probabilities", lambda found, labels: F.mse_loss(found.softmax(1), targets(found, labels))),
        (
            "a binary cross entropy for each class",
            lambda found, labels: F.binary_cross_entropy_with_logits(found, targets(found, labels)),
        ),
        ("a hinge loss", lambda found, labels: F.multi_margin_loss(found, labels)),
        (
            "a focal loss",
            lambda found, labels: ((1 - (p := found.softmax(1).gather(1, labels[:, None]))) ** 2 * -p.log()).mean(),
        ),
    ):
        yield OtherLoss(name="own_criterion", words=words, question=own, value=value)
