"""
Why a submission's network is not the one asked for: another known network, a known mistake, or arguments that do not fit.
"""

from __future__ import annotations

import re

from grader.checks.architectures.networks import Networks, Pooling, is_refused_call
from grader.checks.architectures.structure import Structure, first_difference, ordinal, words
from grader.diagnosis.misconceptions import Misconception
from grader.diagnosis.mistake import Mistake
from grader.errors import StudentRaised
from grader.keys import public_keys
from grader.proxy import RemoteName, Session

_KEYS = public_keys("network mistakes")
"""Of images and weights under which networks are compared with known mistakes; any do."""
_UNFIT = re.compile(r"mat1 and mat2 shapes cannot be multiplied \((\d+)x(\d+) and (\d+)x(\d+)\)")
_RESHAPE = re.compile(r"shape '\[([-\d, ]+)\]' is invalid for input of size (\d+)")
_TOO_SMALL = re.compile(r"Output size is too small|[Kk]ernel size can't be greater than actual input size")
_CHANNELS = re.compile(r"expected input\[[^]]*\] to have (\d+) channels, but got (\d+) channels")


def explain(networks: Networks, session: Session, name: str, known: tuple[Misconception, ...]) -> Mistake | None:
    """
    Return what explains that a check of the network *name* failed, or None.

    Args:
        known: Its known mistakes, as edits of tables.

    Raises:
        GraderError, WorkerLost: As asking the submission does.
    """
    network = RemoteName(session, name)
    examined = networks.examined(name)
    if examined is None:
        return _refused(network)
    structure = examined.structure
    if examined.error is not None and not _is_of_shapes(str(examined.error)):
        return None  # the exception says itself what is wrong, and nothing is known of what would have come after it
    other = networks.other(network, _KEYS)
    if other is not None:
        asked = networks.nearest(structure, name)
        difference = first_difference(structure, asked)
        parts = f" It leaves {asked.title}: {difference}" if difference else ""
        hint = f"this is {other.title}.{parts}"
        return Mistake(name=other.name, hint=hint)
    if examined.error is not None:
        pooling = networks.pooling(structure, name)
        if pooling is not None:
            return _pooling(pooling, structure)
        side = networks.side_that_fits(network)
        if side is not None:
            return _made_for(side, structure)
        return _unfit(str(examined.error), words(structure.steps[-1].shape) if structure.steps else "the images")
    fitting = [mistake for mistake in known if networks.shows(network, mistake.implementation, _KEYS)]
    return fitting[0].mistake if len(fitting) == 1 else None


def _is_of_shapes(text: str) -> bool:
    """Return whether torch says that sizes do not go together."""
    return any(pattern.search(text) for pattern in (_UNFIT, _RESHAPE, _CHANNELS, _TOO_SMALL))


def _made_for(side: int, structure: Structure) -> Mistake:
    asked = f"{structure.side} x {structure.side}"
    return Mistake(
        name="made_for_other_images",
        hint=f"this network is made for {side} x {side}: it runs on images of that size, and not on the {asked} of this "
        "exercise. Build it by the table of the handout, whose linear layers are made for these",
    )


def _pooling(pooling: Pooling, structure: Structure) -> Mistake:
    place = f"after the {ordinal(pooling.convolutions)} convolution"
    left = f"the last shape is {words(structure.steps[-1].shape)}"
    print_shapes = "Print the shapes and lay them beside the table of the handout"
    if pooling.is_missing:
        return Mistake(
            name="a_pooling_is_missing", hint=f"a pooling is missing {place}, so that {left}. {print_shapes}"
        )
    return Mistake(
        name="a_pooling_too_many", hint=f"there is one pooling too many {place}, so that {left}. {print_shapes}"
    )


def _refused(network: RemoteName) -> Mistake | None:
    """Explain a constructor that needs arguments which nobody gives it."""
    try:
        network.blank()
    except StudentRaised as error:
        if not is_refused_call(error):
            return None
        return Mistake(
            name="unknown_constructor_arguments",
            hint=f"it is built as `{network.name}()` and `{network.name}(num_classes=…)`: "
            "give every other argument of `__init__` a default value",
        )
    return None


def _unfit(text: str, last: str) -> Mistake | None:
    """Explain layers that do not fit together, from torch's own message."""
    product, channels = _UNFIT.search(text), _CHANNELS.search(text)
    if product is not None:
        _rows, given, taken, _units = map(int, product.groups())
        return Mistake(
            name="flatten_size_wrong",
            hint=f"each image arrives at this linear layer as {given:,} numbers, the last shape was {last}, but the layer "
            f"takes {taken:,}. Write down the shape after every layer, then multiply channels, height and width",
        )
    reshape = _RESHAPE.search(text)
    if reshape is not None:
        return Mistake(
            name="flatten_size_wrong",
            hint=f"the last shape was {last}, which is {int(reshape[2]):,} numbers for an image, and they do not fit into the "
            f"shape [{reshape[1]}] that you ask for. Which size do the images have?",
        )
    if channels is not None and last == "the images":
        taken, given = map(int, channels.groups())
        return Mistake(
            name="images_have_three_channels",
            hint=f"the images have {given} channels, red, green and blue, but your first convolution takes {taken}",
        )
    if channels is not None:
        taken, given = map(int, channels.groups())
        return Mistake(
            name="channels_do_not_match",
            hint=f"this convolution takes {taken} channels and gets {given}: "
            "the input channels of a layer are the filters of the layer before",
        )
    return None
