"""
Which layers of a network feed each other, whatever is computed between them and however they are named and ordered.

Of a layer's units half lose what comes in, and the others lose what goes out to the next layer.  Then nothing of the images
gets through, so all images get the same logits: whatever the activation, the pooling or the normalisation between the two layers
is, and whatever the rest of the network computes.  Where the units that lose what comes in are those that lose what goes out,
the others still carry the images.  Logits that are made of something else, with a trace of each parameter beside it, pass
the second and not the first.

Layers whose weights have the same shape lose the same units, so that two towers are one layer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import prod

from grader.checks import tolerances
from grader.checks.architectures.influence import Probe, Sight
from grader.checks.architectures.table import Shape
from grader.keys import WeightsKey
from grader.protocol import Reordered, Silenced
from grader.proxy import Model, Parameter

_TOWERS = 2
"""How many stand beside each other where a network has several."""
_HALVES = 3
"""How many times the images must be stopped where a little of them gets through."""
_NEAREST = 3
"""Of the shapes that the next layer could have, so many are tried that are registered next to a layer's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """How units lie in weights of one shape: these are seen as (before, count, rest)."""

    shape: Shape
    before: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Two layers of which one may feed the other, by their weights."""

    outputs: Units
    """Of the layer that feeds."""
    inputs: Units
    """Of the layer that is fed; it has as many."""
    turned: bool
    """Whether weights of one of them would be (inputs, units)."""

    @property
    def shapes(self) -> tuple[Shape, Shape]:
        """Return the shapes of both."""
        return self.outputs.shape, self.inputs.shape


def weights_of(model: Model) -> tuple[Parameter, ...]:
    """Return the weights of a network that are no vectors, also those that torch does not know of."""
    return tuple(one for one in (*model.parameters, *model.unregistered) if len(one.shape) > 1)


def links_of(shape: Shape, shapes: Sequence[Shape]) -> Iterator[Link]:
    """
    Yield how a layer may feed another or be fed by one, the likeliest first.

    Args:
        shape: Of its weights.
        shapes: Of all weights, in the order in which they are registered.
    """
    nearest = _nearest(shape, shapes)
    feeding = [list(links_between(shape, other)) for other in nearest]
    fed = [list(links_between(other, shape)) for other in nearest]
    for turned in (False, True):
        for found in (feeding, fed):
            some = [[link for link in links if link.turned == turned] for links in found]
            yield from (link for links in [links for links in some if links][:_NEAREST] for link in links)


def _nearest(shape: Shape, shapes: Sequence[Shape]) -> list[Shape]:
    """Return the shapes by how near they are registered; the same shape comes too, as layers of it may follow each other."""
    place = shapes.index(shape)
    return sorted(dict.fromkeys(shapes), key=lambda one: abs(shapes.index(one) - place - 0.1) + (one == shape))


def links_between(feeding: Shape, fed: Shape) -> Iterator[Link]:
    """
    Yield how a layer may feed another.

    Weights are (units, inputs, ...), as torch has them, or else (inputs, units).  Inputs are as many as the units that feed
    them; or several of each, one after the other, with all units at one position side by side, or of two towers one after the
    other; or a share of them, where a convolution has groups.
    """
    for axis, outputs in _outputs(feeding):
        for other, before, count, rest in _inputs(fed):
            if count < 2 or (feeding == fed and axis == other):
                continue  # the second are not two layers, but one that loses everything
            turned = (axis, other) != (0, 1)
            positions, left = divmod(count, outputs.count)
            groups, over = divmod(outputs.count, count)
            if not left:
                for more in dict.fromkeys((1, positions, _TOWERS if positions % _TOWERS == 0 else 1)):
                    inputs = Units(shape=fed, before=before * more, count=outputs.count)
                    yield Link(outputs=outputs, inputs=inputs, turned=turned)
            elif not over and rest > 1 and before % groups == 0 and outputs.before == 1:
                shared = Units(shape=feeding, before=groups, count=count)
                yield Link(outputs=shared, inputs=Units(shape=fed, before=before, count=count), turned=turned)


def _outputs(shape: Shape) -> Iterator[tuple[int, Units]]:
    """Yield how the outputs may lie in weights, and along which axis; a single one has no half."""
    rows, columns = shape[:2]
    if rows > 1:
        yield 0, Units(shape=shape, before=1, count=rows)
    if len(shape) == 2 and columns > 1:
        yield 1, Units(shape=shape, before=rows, count=columns)


def _inputs(shape: Shape) -> Iterator[tuple[int, int, int, int]]:
    """Yield how the inputs may lie in weights: along which axis, and as (before, count, rest)."""
    rows, columns, *window = shape
    yield 1, rows, columns, prod(window)
    if not window:
        yield 0, 1, rows, columns


def _shuffles_of_classes(model: Model, classes: int, seed: int) -> Iterator[tuple[Reordered, ...]]:
    """Yield how the units of the last layer may change places, the likeliest first: others may have as many units."""
    every, weights = (*model.parameters, *model.unregistered), weights_of(model)
    rows = [one for one in every if one.shape[:1] == (classes,)]
    units = [Reordered(one.name, 1, classes, seed) for one in rows]
    columns = [one for one in weights if len(one.shape) == 2 and one.shape[1] == classes]
    turned = [Reordered(one.name, one.shape[0], classes, seed) for one in columns]
    last = {one.name for some in (weights, [one for one in rows if one not in weights]) for one in some[-1:]}
    if any(one in weights for one in rows):
        yield tuple(units)
        yield tuple(one for one in units if one.name in last)
    yield (*units, *turned)  # (inputs, units), or what the classes feed
    # what a bias adds is no part of what comes of the images
    yield from ((one,) for one in (*units, *turned))
    yield from _shuffles_of_pieces(every, classes, seed)


def _shuffles_of_pieces(every: Sequence[Parameter], classes: int, seed: int) -> Iterator[tuple[Reordered, ...]]:
    """Yield the same where each class has several units, side by side or one of each class after the other, as of maxout."""
    several = [(one, *divmod(one.shape[0], classes)) for one in every if one.shape]
    pieces = [(one, count) for one, count, left in several if count > 1 and not left]
    yield tuple(Reordered(one.name, 1, classes, seed) for one, _count in pieces)
    yield tuple(Reordered(one.name, count, classes, seed) for one, count in pieces)


@dataclass(slots=True)
class Links:
    """
    Which layers of a network feed each other, each pair asked about once.

    Raises:
        StudentFault: All that is asked does, as calls do.
    """

    probe: Probe
    _known: dict[Link, bool] = field(default_factory=dict)
    _lets_half_through: bool | None = None

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """Return the shapes of all weights, in the order in which they are registered."""
        return tuple(dict.fromkeys(one.shape for one in weights_of(self.probe.model)))

    @property
    def layers(self) -> tuple[Shape, ...]:
        """
        Return the shapes of the weights that are parameters, or of all where those are fewer than two.

        What else a module stores need be no weights.
        """
        registered = tuple(dict.fromkeys(one.shape for one in self.probe.model.parameters if len(one.shape) > 1))
        return registered if len(registered) > 1 else self.shapes

    def is_linked(self, shape: Shape) -> bool:
        """Return whether a layer with weights of this shape feeds another, or is fed by one."""
        if any(holds and shape in link.shapes for link, holds in self._known.items()):
            return True
        return any(self._holds(link) for link in links_of(shape, self.shapes))

    def has_many(self, shapes: Sequence[Shape]) -> bool:
        """Return whether half of the layers with weights of these shapes, and two at least, feed another or are fed by one."""
        enough = max(2, -(-len(shapes) // 2))
        linked = 0
        for place, shape in enumerate(shapes):
            linked += self.is_linked(shape)
            if linked >= enough or linked + len(shapes) - place - 1 < enough:
                break
        return linked >= enough

    def ends_in_classes(self) -> bool:
        """Return whether logits change places where the units of the last layer do, which are as many or several for each."""
        import torch

        logits = self.probe.before
        classes = logits.shape[1] if logits.dim() == 2 else 0
        if not classes:
            return False
        seed = self.probe.weights.derive("classes").number
        order = torch.randperm(classes, generator=torch.Generator().manual_seed(seed)).tolist()
        return any(
            self.probe.follows_the_classes(shuffled, order)
            for shuffled in dict.fromkeys(_shuffles_of_classes(self.probe.model, classes, seed))
            if shuffled
        )

    def feeds(self, feeding: Shape, fed: Shape) -> bool:
        """Return whether a layer with weights of one shape feeds one with weights of the other."""
        return any(self._holds(link) for link in links_between(feeding, fed))

    def _holds(self, link: Link) -> bool:
        if link not in self._known:
            self._known[link] = self._stops_the_images(link) and self._is_halved(link)
        return self._known[link]

    def _stops_the_images(self, link: Link) -> bool:
        """Whether nothing gets through; or little, whichever units it is, as where channels are normalised together."""
        share = self._left(link, 0)
        return share <= tolerances.CUT or (
            share <= tolerances.MIXED_CUT
            and all(self._left(link, number) <= tolerances.MIXED_CUT for number in range(1, _HALVES))
        )

    def _left(self, link: Link, number: int) -> float:
        cut = self._silenced(link, number, other=True)
        share = self.probe.share(cut)
        if share <= tolerances.MIXED_CUT:
            return share
        return self.probe.share_of_each_image(cut) if self.probe.mixes_images else share

    def _is_halved(self, link: Link) -> bool:
        """Whether images get through where units lose all or nothing: asked once, of who might return the same for any zeros."""
        if self._lets_half_through is None:
            self._lets_half_through = self.probe.share(self._silenced(link, 0, other=False)) > tolerances.HALF
        return self._lets_half_through

    def _silenced(self, link: Link, number: int, *, other: bool) -> tuple[Silenced, ...]:
        key = self.probe.weights.derive("half", number)
        return (*self._half(link.outputs, key, other=False), *self._half(link.inputs, key, other=other))

    def _half(self, units: Units, key: WeightsKey, *, other: bool) -> Iterator[Silenced]:
        for one in weights_of(self.probe.model):
            if one.shape == units.shape:
                yield Silenced(one.name, units.before, units.count, key.number, other)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLayers:
    """Whether the images get to the logits through a network's layers."""

    sight: Sight
    links: Links
    are_enough: bool


def find_layers(sights: Iterable[Sight], are_enough: Callable[[Links], bool]) -> FoundLayers:
    """
    Find out whether the images get to the logits through a network's layers, or else whether it looks at its images at all.

    Layers are looked for under the first weights under which the network tells images apart.  Where they are found, nothing more
    is asked: logits that layers make depend on weights and images.

    Args:
        sights: Of the network under one draw of weights after another.
        are_enough: Tells whether the links that there are will do.

    Raises:
        StudentFault: As calls do.
    """
    links: Links | None = None
    for sight in sights:
        if links is None and sight.tells_apart:
            links = Links(probe=sight.probe())
            if are_enough(links):
                return FoundLayers(sight=sight, links=links, are_enough=True)
        if sight.sees:
            break
    return FoundLayers(sight=sight, links=links or Links(probe=sight.probe()), are_enough=False)
