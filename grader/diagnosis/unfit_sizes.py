"""
Layers of a network that do not fit together, told from torch's own message.
"""

from __future__ import annotations

import re

from grader.checks.architectures.structure import words
from grader.checks.architectures.table import Shape
from grader.diagnosis.mistake import Mistake

SAID = (
    "shapes cannot be multiplied",
    "is invalid for input of size",
    "Output size is too small",
    "ernel size can't be greater than actual input size",
    " channels, but got ",
    "size mismatch",
    "running_mean should contain",
)
"""What torch says where sizes do not go together."""
_PRODUCT = re.compile(r"mat1 and mat2 shapes cannot be multiplied \((\d+)x(\d+) and (\d+)x(\d+)\)")
_RESHAPE = re.compile(r"shape '\[([-\d, ]+)\]' is invalid for input of size (\d+)")
_CHANNELS = re.compile(r"expected input\[[\d, ]+\] to have (\d+) channels, but got (\d+) channels")


def is_of_sizes(text: str) -> bool:
    """Return whether torch's message says that sizes do not go together."""
    return any(part in text for part in SAID)


def explain(text: str, last: Shape) -> Mistake | None:
    """
    Explain layers that do not fit together, from torch's own message; None where it is another one.

    Args:
        last: The shape of the last step before it, for one image.
    """
    product, reshape, channels = _PRODUCT.search(text), _RESHAPE.search(text), _CHANNELS.search(text)
    if product is not None:
        _rows, given, taken, _units = map(int, product.groups())
        return Mistake(
            name="flatten_size_wrong",
            hint=f"each image arrives at this linear layer as {given:,} numbers, the last shape was {words(last)}, but the layer "
            f"takes {taken:,}. Write down the shape after every layer, then multiply channels, height and width",
        )
    if reshape is not None:
        return Mistake(
            name="flatten_size_wrong",
            hint=f"the last shape was {words(last)}, which is {int(reshape[2]):,} numbers for an image, and they do not fit into "
            f"the shape [{reshape[1]}] that you ask for. Which size do the images have?",
        )
    if channels is not None:
        taken, given = map(int, channels.groups())
        return Mistake(
            name="channels_do_not_fit",
            hint=f"a layer that takes {taken} channels gets {given}: what does the layer before it give?",
        )
    return None
