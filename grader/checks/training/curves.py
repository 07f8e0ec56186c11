"""What is drawn of a training: losses and accuracies of its epochs, as the history says that came back, true or not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice

from grader.checks.findings import figure
from grader.figures import MAX_POINTS, Curves, Line, Number
from grader.proxy import Observation

LOSS, ACCURACY = "Loss of each epoch", "Accuracy of each epoch"
_TOLD = ", as your history says"
_SEEN = ", of what `backward` was called on"
_LINES = {
    LOSS: {"train_loss": "training", "val_loss": "validation"},
    ACCURACY: {"train_accuracy": "training", "val_accuracy": "validation"},
}


def draw_training(observation: Observation) -> None:
    """
    Draw what a `fit` returned for each epoch; where that is no history, the losses that were seen from outside.

    Nothing is required of a history here: what is no number is a gap, and what is not there is no line.
    """
    entries = _entries(observation.value)
    drawn = False
    for title, keys in _LINES.items():
        lines = tuple(
            Line(name=name, values=tuple(_number(entry.get(key)) for entry in entries))
            for key, name in keys.items()
            if any(_number(entry.get(key)) is not None for entry in entries)
        )
        if lines:
            figure(Curves(title=title + _TOLD, step="epoch", lines=lines))
            drawn = True
    if not drawn and observation.losses:
        seen = Line(name="training", values=tuple(islice(observation.losses, MAX_POINTS)))
        figure(Curves(title=LOSS + _SEEN, step="epoch", lines=(seen,)))


def _entries(value: object) -> tuple[Mapping[object, object], ...]:
    """Return the first epochs of a list of dictionaries, which a history is; nothing of anything else."""
    if not isinstance(value, list | tuple):
        return ()
    first: Iterable[object] = islice(value, MAX_POINTS)
    return tuple(entry if isinstance(entry, dict) else {} for entry in first)


def _number(value: object) -> Number:
    """Return a number as one that can be drawn, a tensor of one value among them; None for anything else."""
    if hasattr(value, "numel") and hasattr(value, "item") and value.numel() == 1:
        value = value.item()
    if not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return None
