"""
What tells networks apart that are no table of layers: parameters, and what they compute under fixed weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.checks import expect, tolerances
from grader.datasets import noise
from grader.errors import GraderError, WorkerLost
from grader.keys import public_keys
from grader.proxy import Parameter, RemoteName, Session

if TYPE_CHECKING:
    import torch

_KEYS = public_keys("probes")
"""Of images and weights under which networks are compared; any do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """The parameter table of a network and what it computes."""

    parameters: tuple[tuple[int, int, bool], ...]
    """(rows, columns, trainable) of each, sorted: blind to names, order and conv-for-linear."""
    tensors: tuple[torch.Tensor | None, ...]
    """Output and input gradient in evaluation mode, output in training mode; None where the network raised."""


def signature(session: Session, name: str, shape: tuple[int, ...]) -> Signature | None:
    """
    Return the signature of a network, built and run in this session; None where it cannot be built, or its worker is lost.

    Args:
        shape: (N, C, H, W) of the images to run it on.
    """
    images = noise.uniform(_KEYS.images, *shape)
    try:
        model = RemoteName(session, name).build(_KEYS.torch)
        table = model.parameters
    except (GraderError, WorkerLost):
        return None
    tensors: list[torch.Tensor | None] = []
    for training in (False, True):
        try:
            run = model.run(images, weights=_KEYS.weights, training=training, gradients="none" if training else "input")
        except GraderError:
            tensors += [None, None]
        except WorkerLost:
            return None
        else:
            tensors += [run.output, run.input_gradient]
    return Signature(parameters=tuple(sorted(map(_entry, table))), tensors=tuple(tensors))


def same_signature(right: Signature, received: Signature) -> bool:
    """Return whether two networks have the same parameters and compute the same."""
    if right.parameters != received.parameters:
        return False
    for expected, found in zip(right.tensors, received.tensors, strict=True):
        if expected is None or found is None:
            if expected is not found:
                return False
        elif expected.shape != found.shape or not expect.distance(found, expected) < tolerances.FUNCTION:
            return False
    return True


def _entry(parameter: Parameter) -> tuple[int, int, bool]:
    rows = parameter.shape[0] if parameter.shape else 1
    return rows, parameter.count // max(rows, 1), parameter.trainable
