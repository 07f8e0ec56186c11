"""What a mistake makes of a table of layers: one operator for each kind of mistake, from which `edits_of` makes all."""

from __future__ import annotations

from collections.abc import Iterator

from grader.checks.architectures.edits import activations, others, weights, windows
from grader.checks.architectures.edits.edit import Clues, Edit, Layers, Operator

OPERATORS: tuple[Operator, ...] = (
    *activations.OPERATORS,
    *windows.OPERATORS,
    *weights.OPERATORS,
    *others.OPERATORS,
)

__all__ = ["OPERATORS", "Clues", "Edit", "Layers", "Operator", "edits_of"]


def edits_of(layers: Layers, clues: Clues) -> Iterator[Edit]:
    """Yield a table with every mistake that an operator makes in it; none is the table itself."""
    for operator in OPERATORS:
        for edit in operator(layers, clues):
            if edit.layers != layers:
                yield edit
