"""
Mistakes in what a network's parameters hold and in its modes, which can be told without knowing its layers.
"""

from __future__ import annotations

from collections.abc import Sequence

from grader.checks.architectures.structure import Dropout
from grader.diagnosis.mistake import Mistake
from grader.proxy import Parameter


def dropout_never_off(dropouts: Sequence[Dropout]) -> Mistake:
    """Explain the dropouts of a pass in evaluation mode."""
    positions = ", ".join(f"{one.probability:g}" for one in dropouts)
    return Mistake(
        name="dropout_never_off",
        hint=f"in evaluation mode it still drops ({positions}). How does a function learn which mode the network is in?",
    )


def of_frozen(parameters: Sequence[Parameter]) -> Mistake | None:
    """Explain parameters that training cannot change; None where it may change all."""
    frozen = [one.name for one in parameters if not one.trainable]
    if not frozen:
        return None
    return Mistake(
        name="parameters_are_frozen",
        hint=f"the parameters {', '.join(frozen[:4])} have requires_grad=False. Which of them should training change?",
    )


def of_constant(initial: Sequence[Parameter]) -> Mistake | None:
    """Explain weights whose numbers all begin alike; None where there are none.  Biases may."""
    constant = [one for one in initial if len(one.shape) > 1 and one.deviation is not None and one.deviation < 1e-9]
    if not constant:
        return None
    zero = all(one.mean == 0.0 for one in constant)
    names = ", ".join(one.name for one in constant[:4])
    return Mistake(
        name="initial_weights_are_zero" if zero else "initial_weights_are_all_the_same",
        hint=f"all numbers of {names} begin as {'zero' if zero else 'the same number'}. What can tell two units of a layer "
        "apart that begin alike and get the same gradient?",
    )
