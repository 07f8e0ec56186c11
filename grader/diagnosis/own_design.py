"""
Why a network of the submission's own design breaks a promise of every network: nothing says which layers it should have, so its
steps and its parameters are asked for what stands in the way.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from grader.checks import expect, tolerances
from grader.checks.architectures.networks import CLASSES
from grader.checks.architectures.promises import Promise, WrongShape
from grader.checks.architectures.structure import Dropout, Seen, dropouts_of, steps_of
from grader.checks.architectures.table import ACTIVATIONS, Shape
from grader.checks.training.evidence import Fact
from grader.datasets import noise
from grader.diagnosis import network_values, unfit_sizes
from grader.diagnosis.mistake import Mistake
from grader.errors import StudentFault, StudentRaised
from grader.keys import public_keys
from grader.proxy import Model, Parameter, RemoteName

if TYPE_CHECKING:
    import torch

_KEYS = public_keys("own design")
"""Of images and weights; any do."""
_IMAGES = 3
_NORMALISING = ("softmax", "log_softmax")
_SOFTMAX_AT_THE_END = "softmax_at_the_end"
_NOT_REGISTERED = Mistake(name=Fact.LAYERS_NOT_REGISTERED.value, hint=expect.network.HOW_LAYERS_ARE_REGISTERED)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Parts:
    """What a network is made of."""

    model: Model
    initial: tuple[Parameter, ...]
    """Its parameters with the mean and deviation of their initial values."""
    images: Shape
    steps: tuple[Seen, ...]
    """Of those that a table names, the ones on a way from the images to the logits."""
    dropouts: tuple[Dropout, ...]
    """Of a pass in evaluation mode."""
    error: StudentFault | None
    """What stopped the pass."""

    def shown(self, count: int) -> torch.Tensor:
        """Return images to run it on, (N, C, H, W)."""
        return noise.normal(_KEYS.images, count, *self.images).float()

    @property
    def weights(self) -> list[Parameter]:
        """Return the parameters that are weights of a layer, not biases or scales."""
        return [one for one in self.model.parameters if len(one.shape) > 1]

    @property
    def names(self) -> list[str]:
        """Return the names of all parameters."""
        return [one.name for one in self.model.parameters]

    @property
    def last_shape(self) -> Shape:
        """Return the shape of the last step, for one image."""
        return self.steps[-1].shape if self.steps else self.images

    @property
    def kinds(self) -> list[str]:
        """Return the kinds of the steps."""
        return [step.kind for step in self.steps]


def explain(network: RemoteName, images: Shape, broken: Promise | WrongShape) -> Mistake | None:
    """
    Return why a promise is broken, or None.

    Args:
        images: Shape of one image, (C, H, W).

    Raises:
        GraderError, WorkerLost: As asking the submission does.
    """
    if isinstance(broken, WrongShape):
        return _of_shape(broken)
    parts = _parts(network, images)
    match broken:
        case Promise.LOGITS | Promise.BOTH_SIGNS:
            return _of_end(parts)
        case Promise.LAST_LAYER:
            return _of_end(parts) or _of_layers(parts)
        case Promise.REPEATABLE:
            return _of_chance(parts)
        case Promise.IMAGES_APART:
            return _of_other_images(parts)
        case Promise.GRADIENTS:
            return _of_gradients(parts)
        case Promise.SEES_IMAGES:
            return _of_layers(parts)
    return None


def explain_error(network: RemoteName, images: Shape, error: StudentRaised) -> Mistake | None:
    """Return what explains that a network raised on images of this shape, where sizes do not go together; raises as `explain`."""
    return (
        unfit_sizes.explain(str(error), _parts(network, images).last_shape)
        if unfit_sizes.is_of_sizes(str(error))
        else None
    )


def explain_learning(network: RemoteName, images: Shape) -> Mistake | None:
    """Return why a network can hardly learn, or None; raises as `explain` does."""
    parts = _parts(network, images)
    if _hides_weights(parts):
        return _NOT_REGISTERED
    return (
        _of_gradients(parts)
        or _of_dropping_all(parts)
        or _of_layers(parts)
        or _without_activation(parts)
        or _of_softmax(parts)
    )


def _parts(network: RemoteName, images: Shape) -> _Parts:
    model = network.build(_KEYS.torch)
    assert isinstance(model, Model)
    initial = model.moments()
    passed = model.trace((1, *images), weights=_KEYS.weights)
    error = passed.raised
    if error is not None and not isinstance(error, StudentFault):
        raise error
    stages = passed.stages
    return _Parts(
        model=model,
        initial=initial,
        images=images,
        steps=steps_of([stage for stage in stages if stage.used], images=1),
        dropouts=dropouts_of(stages, images=1),
        error=error,
    )


def _of_shape(broken: WrongShape) -> Mistake | None:
    output, images, classes = broken.output, broken.images, broken.classes
    if output == (classes,) and images == 1:
        return Mistake(
            name="squeezes_single_images",
            hint="of a single image the axis of images is gone: what does `squeeze` or `flatten` take away where it is 1?",
        )
    if len(output) > 2:
        return Mistake(
            name="no_flatten",
            hint="each image is still a stack of maps: what makes one row of numbers of it, and where does that belong?",
        )
    if len(output) == 2 and output[0] < images:
        return Mistake(
            name="gives_fewer_rows_than_images",
            hint=f"{images} images give {output[0]} rows: which step takes images together, or takes only some of them?",
        )
    if len(output) == 2 and output[0] != images:
        return Mistake(
            name="view_makes_rows_of_parts_of_images",
            hint=f"{images} images give {output[0]} rows: which axis is left for -1 to fill when you flatten?",
        )
    if len(output) == 2:  # the check's own hint says where to look
        return Mistake(name="num_classes_ignored" if output[1] == CLASSES else "another_number_of_classes")
    return None


def _of_end(parts: _Parts) -> Mistake | None:
    if not parts.steps:
        return None
    last = parts.steps[-1]
    behind = max((place for place, kind in enumerate(parts.kinds) if kind in ("conv", "linear")), default=-1)
    for kind in reversed(parts.kinds[behind + 1 :]):
        if kind in _NORMALISING:
            return Mistake(name=f"{kind}_at_the_end")  # the check's own hint says what logits are
        if kind in ACTIVATIONS:
            return Mistake(
                name=f"{kind}_at_the_end",
                hint=f"behind the last layer the logits go through {ACTIVATIONS[kind]}: which of them does it let through?",
            )
    if last.kind in ("bn", "ln", "gn", "maxpool", "avgpool") and prod(last.shape) > 0 and "linear" in parts.kinds[:-1]:
        return Mistake(
            name=f"{last.kind}_at_the_end",
            hint=f"the logits go through {last} before they are returned: what should be last?",
        )
    return None


def _of_softmax(parts: _Parts) -> Mistake | None:
    """Explain probabilities, whose differences are never larger than 1, as those of logits may be."""
    found = _of_end(parts)
    if found is None or found.name != _SOFTMAX_AT_THE_END:
        return None
    return Mistake(name=found.name, hint=expect.network.HOW_LOGITS_ARE_NORMALISED)


def _of_dropping_all(parts: _Parts) -> Mistake | None:
    passed = parts.model.trace((2, *parts.images), training=True)
    if all(one.probability < 1 for one in dropouts_of(passed.stages, images=2)):
        return None
    return Mistake(
        name="drops_everything",
        hint="in training mode a dropout drops with a probability of 1, so that nothing is left: which of its arguments is p?",
    )


def _of_layers(parts: _Parts) -> Mistake | None:
    """Explain layers that are there and have no part in the logits, or that are made anew whenever it runs."""
    used = sum(step.kind in ("conv", "linear") for step in parts.steps)
    if used > len(parts.weights) and not parts.dropouts and _made_anew(parts):
        return Mistake(
            name="layers_are_not_registered",
            hint=f"the images go through {used} layers, and its parameters hold weights for {len(parts.weights)}. Where "
            "are the others made: once in `__init__` as attributes, or whenever `forward` runs?",
        )
    unused = _unused(parts) if used < len(parts.weights) else []
    if unused:
        return Mistake(
            name="a_layer_is_not_used",
            hint=f"the logits are the same whatever {', '.join(unused[:4])} holds: does every layer take what the one before it "
            "gives?",
        )
    return None


def _unused(parts: _Parts) -> list[str]:
    """Return the names of weights of which other numbers give the same logits."""
    shown = parts.shown(1)
    before = parts.model.run(shown, weights=_KEYS.weights).output
    return [
        one.name
        for one in parts.weights
        if bool((parts.model.run(shown, weights=_KEYS.weights, refilled=(one.name,)).output == before).all())
    ]


def _without_activation(parts: _Parts) -> Mistake | None:
    if any(kind in ACTIVATIONS or kind == "maxpool" for kind in parts.kinds):
        return None
    return Mistake(
        name="no_activation",
        hint="there is nothing but linear steps between the images and the logits: what do two of these in a row compute "
        "that one does not?",
    )


def _of_chance(parts: _Parts) -> Mistake | None:
    if parts.dropouts:
        return network_values.dropout_never_off(parts.dropouts)
    anew = _of_layers(parts)
    if anew is not None and anew.name == "layers_are_not_registered":
        return anew
    if not _is_random(parts):
        return Mistake(
            name="changes_itself_in_evaluation_mode",
            hint="under the same random numbers it answers otherwise when it is asked again: what does `forward` keep from one "
            "call to the next?",
        )
    return Mistake(
        name="random_in_evaluation_mode",
        hint="it draws random numbers in evaluation mode too, and not for a dropout: which line of `forward` draws them?",
    )


def _is_random(parts: _Parts) -> bool:
    """Return whether answers in evaluation mode are alike under the same seed, and not without."""
    shown = parts.shown(1)
    one = parts.model.run(shown, weights=_KEYS.weights, key=_KEYS.torch).output
    other = parts.model.run(shown, key=_KEYS.torch).output  # whatever it has kept stays
    return bool((one == other).all())


def _made_anew(parts: _Parts) -> bool:
    """Return whether what it computes changes under the same parameters, as where layers are made whenever it runs."""
    shown = parts.shown(1)
    one, other = (parts.model.run(shown, weights=_KEYS.weights).output for _ in range(2))
    return one.shape != other.shape or not bool((one == other).all())


def _of_other_images(parts: _Parts) -> Mistake | None:
    shown = parts.shown(_IMAGES)
    evaluating = parts.model.run(shown, weights=_KEYS.weights).output
    if _sums_to_one(evaluating):
        return Mistake(
            name="softmax_over_the_batch",
            hint="the numbers of each class add up to 1 over the images: which axis is that of the classes?",
        )
    if _hides_normalisation(parts):
        return _NOT_REGISTERED
    if "bn" in parts.kinds:
        training = parts.model.run(shown, weights=_KEYS.weights, training=True, dropout=False).output
        if bool((training - evaluating).abs().max() <= tolerances.FUNCTION * training.abs().max()):
            return Mistake(
                name="batch_statistics_always",
                hint="in evaluation mode it computes what it does in training mode: does batch normalisation use its running "
                "statistics then? `track_running_stats` and the mode of the layer decide",
            )
    return Mistake(name="mixes_the_batch")  # the check's own hint says where to look


def _hides_weights(parts: _Parts) -> bool:
    """Return whether it holds trainable weights of which torch does not know."""
    return any(one.trainable for one in parts.model.unregistered)


def _hides_normalisation(parts: _Parts) -> bool:
    """Return whether there are layers of which torch does not know, batch normalisation among them: no call changes its mode."""
    known = sum(len(one.shape) == 1 and one.name.rpartition(".")[2] == "weight" for one in parts.model.parameters)
    return _hides_weights(parts) and parts.kinds.count("bn") > known


def _sums_to_one(output: torch.Tensor) -> bool:
    return output.dim() == 2 and bool((output >= 0).all()) and bool(((output.sum(0) - 1).abs() < tolerances.SUM).all())


def _of_gradients(parts: _Parts) -> Mistake | None:
    frozen = network_values.of_frozen(parts.model.parameters)
    if frozen is not None:
        return frozen
    shown = parts.shown(_IMAGES)
    norms = parts.model.run(shown, weights=_KEYS.weights, gradients="all").gradient_norms
    lacking = [one.name for one in parts.model.parameters if not norms.get(one.name)]
    if not lacking:
        return network_values.of_constant(parts.initial)
    unused = _of_layers(parts)
    if unused is not None and unused.name == "a_layer_is_not_used":
        return unused
    if len(lacking) == len(parts.model.parameters) or any(one.name in lacking for one in parts.weights):
        return Mistake(
            name="gradient_is_cut",
            hint=f"all layers take part in the logits, and no gradient comes back to {', '.join(lacking[:4])}: `detach`, "
            "`no_grad`, `.data`, `item` and `torch.tensor(...)` cut the way back. Which of them stands between?",
        )
    modules = {name.rpartition(".")[0] for name in lacking}
    whole = [name for name in parts.names if name.rpartition(".")[0] in modules]
    if "" not in modules and len(whole) == len(lacking) > 1:
        return Mistake(
            name="a_layer_is_not_used",
            hint=f"no gradient reaches {', '.join(lacking[:4])}: which layer does `forward` use in its place?",
        )
    return Mistake(
        name="a_bias_is_not_used",
        hint=f"no gradient reaches {', '.join(lacking[:4])}: does `forward` use it, and does what follows take it away again?",
    )
