"""
What the logits of a network owe to its images and to its parameters, read off logits under weights that the harness chose.

A worker may say anything of its parameters and its layers.  What it returns for weights and images that nobody knew before is
evidence: a parameter that is there for show changes nothing when it is changed, one that only shifts a bias changes all images
alike, and a layer is known by its units, which may change places if the next layer's inputs change places with them.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

from grader.checks import tolerances
from grader.datasets import noise
from grader.errors import StudentRaised
from grader.keys import Keys, StreamKey, TorchKey, WeightsKey
from grader.protocol import Reordered, Silenced
from grader.proxy import Model, Parameter

if TYPE_CHECKING:
    import torch

_PATCHES = 4
"""Images differ in a grid of so many patches a side, so that no pooling makes them alike, as it does with noise."""


BRIGHT = 1e4
"""How much brighter images are where those from 0 to 1 tell nothing, as where a network divides by a large number."""


def telling_images(key: StreamKey, count: int, channels: int, side: int) -> torch.Tensor:
    """Return images, (N, C, H, W) from 0 to 1, that differ in bright and dark patches and in fine detail."""
    from torch.nn import functional as F

    patches = noise.uniform(key.derive("patches"), count, channels, _PATCHES, _PATCHES)
    detail = noise.uniform(key.derive("detail"), count, channels, side, side)
    return (3 * F.interpolate(patches, size=(side, side)) + detail) / 4


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a network makes of images, and of others in their places while everything else is the same."""

    images: torch.Tensor
    others: torch.Tensor

    @classmethod
    def of(cls, model: Model, images: torch.Tensor, weights: WeightsKey, key: TorchKey) -> View:
        """Ask for all but the last, and in their places all but the first, under the same weights and the same chance."""
        one, other = (_logits(model, some, weights, key) for some in (images[:-1], images[1:]))
        return cls(images=one, others=other)

    @property
    def apart(self) -> torch.Tensor | None:
        """
        Return by how much logits differ for other images; None where they do not, or in one direction only.

        What does not come of the images is the same in both: biases, and noise.
        """
        apart = _apart(self.images, self.others)
        if apart is None or min(apart.shape) < 2:
            return None
        largest, second = _directions(apart)[:2]
        if largest <= tolerances.INFLUENCE * self.images.double().norm() or second <= tolerances.DIRECTION * largest:
            return None
        return apart


_DRAWS = 4
"""Of weights: two that tell are enough, and under one draw in a thousand all units of a narrow layer are off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A network, the images that it was shown last, and what it made of them under one draw of weights after another."""

    model: Model
    images: torch.Tensor
    weights: WeightsKey
    key: TorchKey
    views: tuple[View, ...]

    @property
    def tells_apart(self) -> bool:
        """Whether other images got other logits under the last weights."""
        return self.views[-1].apart is not None

    @property
    def sees(self) -> bool:
        """Whether its logits depend on the images, and on weights too in how they do."""
        telling = [apart for view in self.views if (apart := view.apart) is not None]
        return any(not _are_parallel(one, other) for i, one in enumerate(telling) for other in telling[:i])

    def probe(self) -> Probe:
        """
        Return the network under the last weights, to be asked about the first of the images; or about brighter ones.

        These are asked about where the others leave a trace that rounding would hide, as in a network that divides by a large
        number again and again; raises as calls do.
        """
        images = self.images[:-1]
        faint = Probe(model=self.model, images=images, weights=self.weights, key=self.key, before=self.views[-1].images)
        if faint.images_share > tolerances.FAINT:
            return faint
        bright = Probe.of(self.model, BRIGHT * images, self.weights, self.key)
        return max(faint, bright, key=lambda probe: probe.images_share)


def look(model_for: Callable[[int], Model], images: torch.Tensor, keys: Keys) -> Iterator[Sight]:
    """
    Show a network images under one draw of weights after another, and what it makes of them; after two draws brighter ones.

    Args:
        model_for: Returns the network for a draw, by its number from 0.
        images: Three or more.

    Raises:
        StudentFault: As calls do.
    """
    views: list[View] = []
    for number in range(_DRAWS):
        if number == 2:
            images = BRIGHT * images
        model, weights = model_for(number), keys.weights.derive("telling", number)
        views.append(View.of(model, images, weights, keys.torch))
        yield Sight(model=model, images=images, weights=weights, key=keys.torch, views=tuple(views))


def _are_parallel(one: torch.Tensor, other: torch.Tensor) -> bool:
    if one.shape != other.shape:
        return False
    cosine = ((one / one.norm()) * (other / other.norm())).sum()  # neither is zero, or it would tell nothing
    return bool(cosine.abs() > 1 - tolerances.DIRECTION)


def changes(before: torch.Tensor, after: torch.Tensor) -> bool:
    """Return whether logits are others than before, by more than the order of a summation makes of them."""
    apart = _apart(after, before)
    return apart is not None and bool(apart.norm() > tolerances.INFLUENCE * before.double().norm())


def changes_by_image(before: torch.Tensor, after: torch.Tensor) -> bool:
    """Return whether logits (N, K) are others than before, and not by the same numbers, or multiples of them, for all images."""
    apart = _apart(after, before)
    if apart is None:
        return False
    values = _directions(apart)
    return len(values) > 1 and values[1] > tolerances.INFLUENCE * before.double().norm().item()


def _logits(
    model: Model,
    images: torch.Tensor,
    weights: WeightsKey,
    key: TorchKey,
    *,
    refilled: tuple[str, ...] = (),
    reordered: tuple[Reordered, ...] = (),
    silenced: tuple[Silenced, ...] = (),
) -> torch.Tensor:
    """Ask about all images, or where that raises about each alone: whether a network takes several is for other checks."""
    import torch

    def ask(some: torch.Tensor) -> torch.Tensor:
        return model.run(
            some,
            weights=weights,
            dropout=False,
            refilled=refilled,
            reordered=reordered,
            silenced=silenced,
            key=key,
        ).output

    try:
        return ask(images)
    except StudentRaised:
        alone = [ask(image[None]).flatten() for image in images]
    return torch.stack(alone) if len({len(one) for one in alone}) == 1 else torch.cat(alone)


def _apart(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor | None:
    """Return the difference of logits, (N, K) in double precision; None if shapes differ, if it is not finite, or nothing."""
    if one.shape != other.shape or one.numel() == 0:
        return None
    count = one.shape[0] if one.dim() else 1  # whatever shape the logits have, what belongs to an image is a row
    apart = (one.double() - other.double()).reshape(count, -1)
    return apart if bool(apart.isfinite().all()) else None


def _are_turned(after: torch.Tensor, before: torch.Tensor, order: Sequence[int]) -> bool:
    """Return whether logits (N, K) of several images are those from before in another order, but for what all images share."""
    if after.shape != before.shape or after.dim() != 2 or after.shape[1] != len(order):
        return False
    return _share(after - before[:, list(order)], before) <= tolerances.MIXED_CUT


def _share(after: torch.Tensor, before: torch.Tensor) -> float:
    """Return by how much logits differ from image to image, as a share of how much they did; NaN where they did not."""
    if after.shape != before.shape or before.numel() == 0:
        return math.nan
    spread = _spread(before)
    return _spread(after) / spread if spread > tolerances.INFLUENCE * before.double().norm().item() else math.nan


def _spread(logits: torch.Tensor) -> float:
    rows = logits.double().reshape(len(logits) if logits.dim() else 1, -1)
    return float((rows - rows.mean(dim=0)).norm())


def _directions(apart: torch.Tensor) -> list[float]:
    """Return the singular values of a difference of logits, the largest first."""
    import torch

    # the largest numbers that there are have squares that are none
    scale = apart.abs().max().clamp_min(tolerances.TINY)
    return [value.item() for value in torch.linalg.svdvals(apart / scale) * scale]


@dataclass(frozen=True, kw_only=True)
class Probe:
    """A network under weights of one key, asked about the same images whatever is changed in it."""

    model: Model
    images: torch.Tensor
    weights: WeightsKey
    key: TorchKey
    before: torch.Tensor
    """The logits where nothing is changed."""

    @classmethod
    def of(cls, model: Model, images: torch.Tensor, weights: WeightsKey, key: TorchKey) -> Probe:
        """Ask for the first logits; raises as calls do."""
        before = _logits(model, images, weights, key)
        return cls(model=model, images=images, weights=weights, key=key, before=before)

    @property
    def images_share(self) -> float:
        """How much of the logits differs from image to image."""
        if not self.before.numel() or not bool(self.before.isfinite().all()):
            return 0.0
        size: float = self.before.double().norm().item()
        return _spread(self.before) / max(size, tolerances.TINY)

    def is_alive(self, parameters: Iterable[Parameter]) -> bool:
        """
        Return whether it matters what numbers are in some parameters; weights must matter otherwise for each image.

        Under one draw of weights all units of a narrow layer may be off, so there are two.

        Raises:
            StudentFault: As calls do.
        """
        chosen = tuple(parameters)
        return self._is_alive(chosen) or self._under_other_weights()._is_alive(chosen)

    def keeps(self, reordered: Iterable[Reordered]) -> bool:
        """
        Return whether the logits are the same after a shuffle, and others where the next layer's inputs stay where they were.

        Without the second, parameters that hardly matter would pass for layers.

        Raises:
            StudentFault: As calls do.
        """
        whole = tuple(reordered)
        units = tuple(one for one in whole if one.before == 1)
        return self._moves(whole) <= tolerances.FUNCTION and (
            not units or self._moves(units) > tolerances.SHUFFLED * tolerances.FUNCTION
        )

    def _moves(self, reordered: tuple[Reordered, ...]) -> float:
        """Return by how much a shuffle changes the logits, as a share of them."""
        after = _logits(self.model, self.images, self.weights, self.key, reordered=reordered)
        apart = _apart(after, self.before)
        return math.inf if apart is None else (apart.norm() / self.before.double().norm()).item()

    def share(self, silenced: tuple[Silenced, ...]) -> float:
        """
        Return how much of the images is left in the logits where units are silenced; NaN where that cannot be told.

        Raises:
            StudentFault: As calls do.
        """
        after = _logits(self.model, self.images, self.weights, self.key, silenced=silenced)
        return _share(after, self.before)

    def share_of_each_image(self, silenced: tuple[Silenced, ...]) -> float:
        """Return the same where each image is asked about alone, for networks that mix them or have noise for each."""
        return _share(self._each_alone(silenced=silenced), self._alone)

    def follows_the_classes(self, reordered: tuple[Reordered, ...], order: Sequence[int]) -> bool:
        """
        Return whether logits change places as *order* says, as far as they come of the images.

        Raises:
            StudentFault: As calls do.
        """
        after = _logits(self.model, self.images, self.weights, self.key, reordered=reordered)
        return _are_turned(after, self.before, order) or (
            self.mixes_images and _are_turned(self._each_alone(reordered=reordered), self._alone, order)
        )

    @functools.cached_property
    def mixes_images(self) -> bool:
        """
        Return whether an image gets other logits alone than among others, as from networks that mix them, or by chance.

        A network that does not take an image alone is not asked; that it does not is for other checks.
        """
        try:
            return changes(self.before, self._alone)
        except StudentRaised:
            return False

    @functools.cached_property
    def _alone(self) -> torch.Tensor:
        """Return the logits of each image where it is asked about alone and nothing is changed."""
        return self._each_alone()

    def _each_alone(
        self, *, silenced: tuple[Silenced, ...] = (), reordered: tuple[Reordered, ...] = ()
    ) -> torch.Tensor:
        import torch

        def ask(image: torch.Tensor) -> torch.Tensor:
            logits = _logits(self.model, image[None], self.weights, self.key, silenced=silenced, reordered=reordered)
            return logits.flatten()

        logits = [ask(image) for image in self.images]
        return torch.stack(logits) if len({len(one) for one in logits}) == 1 else logits[0][None]

    def is_random(self) -> bool:
        """Return whether the logits depend on chance, though nothing is dropped; raises as calls do."""
        return changes(self.before, _logits(self.model, self.images, self.weights, self.key.derive("other")))

    def _is_alive(self, chosen: tuple[Parameter, ...]) -> bool:
        names = tuple(parameter.name for parameter in chosen)
        after = _logits(self.model, self.images, self.weights, self.key, refilled=names)
        are_weights = any(len(parameter.shape) > 1 for parameter in chosen)
        return changes_by_image(self.before, after) if are_weights else changes(self.before, after)

    def _under_other_weights(self) -> Probe:
        return Probe.of(self.model, self.images, self.weights.derive("again"), self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerSize:
    """Units and inputs of one layer of a chain, and at how many positions it sees each input (9 for windows of 3 x 3)."""

    units: int
    inputs: int
    positions: int = 1

    @property
    def weights(self) -> tuple[int, int]:
        """Return rows and columns of its weights."""
        return self.units, self.inputs * self.positions


def shuffles(
    chain: Sequence[LayerSize], parameters: Iterable[Parameter], key: WeightsKey, *, inputs_last: bool = False
) -> tuple[Reordered, ...]:
    """
    Return how the hidden units of a chain of layers change places, and the inputs of the next layer with them.

    Args:
        chain: The layers in order; units of equal number change places alike.
        key: Of the shuffles.
        inputs_last: Whether weights are stored as (units, positions, inputs), for those that are written as matrices.
    """
    fed = {layer.weights: layer for layer in chain[1:]}
    hidden = {layer.units for layer in chain[:-1]} - {chain[-1].units}  # logits stay where they are
    moved = []
    for parameter in parameters:
        rows, columns = parameter.shape[0] if parameter.shape else 1, prod(parameter.shape[1:])
        if rows in hidden:
            moved.append(_reordered(parameter, 1, rows, key))
        layer = fed.get((rows, columns))
        if layer is not None and layer.inputs in hidden:
            moved.append(_reordered(parameter, rows * (layer.positions if inputs_last else 1), layer.inputs, key))
    return tuple(moved)


def follow(probe: Probe, chain: Sequence[LayerSize], keys: Keys) -> bool:
    """
    Return whether layers feed each other: the logits stay when hidden units change places, and the next layer's inputs with them.

    Units cannot be told by logits that are others each time; those pass, as that is for another check.

    Raises:
        StudentFault: As calls do.
    """
    parameters = probe.model.parameters
    return (
        any(
            probe.keeps(shuffles(chain, parameters, keys.weights, inputs_last=inputs_last))
            for inputs_last in (False, True)
        )
        or probe.is_random()
    )


def _reordered(parameter: Parameter, before: int, count: int, key: WeightsKey) -> Reordered:
    return Reordered(parameter.name, before, count, key.derive("units", count).number)
