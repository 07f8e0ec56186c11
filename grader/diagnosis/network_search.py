"""
Search for the edits of a right table that make of it what a submission's network is.

A table says by arithmetic alone which parameters and which steps it has, so most edits are refused without a run.  Of those left,
the projections of the steps say from which layer on the network computes something else, and only edits there are run.  One
is named only if its network computes what the submission's does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import chain

from grader.checks.architectures.edits import Clues, Edit, Layers, edits_of
from grader.checks.architectures.structure import Seen, Structure, ordered, seen_of
from grader.checks.architectures.table import ACTIVATIONS, Layer, Network
from grader.diagnosis.misconceptions import Misconception
from grader.diagnosis.network_evidence import IN_A_ROW, NetworkEvidence, same_projection

_BASES = 2
"""So many of the accepted networks that are most like the submission's are tried."""
_NODES = 8
"""So many networks with one edit, the most like the submission's, are tried with a second one."""
_EDITS = 12_000
"""So many edits are tried by arithmetic, on whatever machine."""
_RUNS, _NUMBERS = (16, 200), 400_000_000
"""Of the networks that arithmetic cannot tell apart so many are run, at least and at most: as many as have so many parameters."""
_FIRST_LAYERS = 0.25
"""Of a run, what it costs at least to run the first layers alone; as many parameters as they have of all are their share."""
_SIZES = re.compile(
    r"to have (\d+) channels, but got (\d+) channels|multiplied \(\d+x(\d+) and (\d+)x\d+\)"
    r"|shape '\[-1, (\d+)\]' is invalid for input of size (\d+)"
)
"""What torch says that a layer is made for, and what it gets."""
_SAME_FOR_ONE_IMAGE = {
    "convolution_mixes_images",
    "flatten_mixes_images",
    "flattens_the_images_too",
    "gradient_is_cut",
    "squeezes_single_images",
}
"""Mistakes that do not show in the steps, which are those of one image."""
_OF_A_BIAS = {"a_bias_is_not_used", "bias_after_the_activation", "one_bias_for_all_units"}
"""Mistakes that may show in a later step first, since biases are little and may be added by hand."""
_MADE_OF_OTHERS = {"conv", "linear", "maxpool"}
"""Kinds of steps that may be written as products and slices, which a trace does not tell from others; so may activations."""
_OF_THE_OUTPUT = {"softmax", "log_softmax", "argmax"}
"""Likewise, of steps that no handout's table has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The edits that make of a right network what a submission's is."""

    base: Network
    edits: tuple[Edit, ...]
    network: Network


@dataclass(frozen=True, slots=True, kw_only=True)
class _Node:
    """A network with some edits, and how far it is from the submission's as far as arithmetic tells."""

    base: Network
    edits: tuple[Edit, ...]
    network: Network
    distance: int


def explain(
    bases: Sequence[Network], evidence: NetworkEvidence, known: Sequence[Misconception] = (), *, max_edits: int
) -> Explanation | None:
    """
    Return the edits of one of *bases* that explain the evidence, or None.

    Args:
        most_edits: One or two.
        known: Mistakes that an author wrote as edits of tables; one of them comes before any other edit.

    Raises:
        StudentFault, WorkerLost: As asking the submission does.
    """
    return _Search(evidence, bases, known).explain(max_edits)


def alike(bases: Sequence[Network], evidence: NetworkEvidence) -> list[Network]:
    """Return those of *bases* that arithmetic cannot tell from a submission's network."""
    return _Search(evidence, bases, ()).alike()


class _Search:
    def __init__(self, evidence: NetworkEvidence, bases: Sequence[Network], known: Sequence[Misconception]) -> None:
        self._evidence = evidence
        self._known = known
        self._structure = evidence.structure
        self._stops_at = _kind_of_error(evidence.examined.error)
        seen = {step.kind for step in self._structure.used_steps}
        made_for_these = (base for base in bases if self._structure.side in base.sides)
        self._bases = [alike for base in made_for_these for alike in _written_otherwise(base.made_for_its_images())]
        asked = {step.kind for base in self._bases for step in _seen(base, self._structure)}
        bends = set(ACTIVATIONS) if asked & ACTIVATIONS.keys() and not seen & ACTIVATIONS.keys() else set()
        self._bends_by_hand = frozenset(bends)
        self._by_hand = ((asked - seen) & _MADE_OF_OTHERS) | bends | (_OF_THE_OUTPUT - seen)
        """Kinds of steps that the trace does not show since they are made of others; the function tells them."""
        self._steps = self._told(self._structure.used_steps)
        self._edits_left = _EDITS
        least, maximum = _RUNS
        self._numbers = max(sum(parameter.count for parameter in self._structure.parameters), 1)
        self._runs_left = float(min(max(_NUMBERS // self._numbers, least), maximum))

    def alike(self) -> list[Network]:
        return [one for one in self._bases if self._distance(one, one) == 0]

    def explain(self, max_edits: int) -> Explanation | None:
        nodes = sorted((self._node(one, (), one) for one in self._bases), key=lambda node: node.distance)[:_BASES]
        for _number in range(max_edits):
            fitting: list[tuple[_Node, int | None]] = []
            nearer: list[_Node] = []
            for node in nodes:
                where = self._first_difference(node)
                for one in self._edited(node):
                    if one.distance == 0 and self._may_explain(node, one, where):
                        shows = one.edits[-1].name not in _SAME_FOR_ONE_IMAGE
                        fitting.append((one, where if shows else None))
                    elif one.distance < node.distance:
                        nearer.append(one)
            fitting.sort(key=lambda one: self._adds_unseen(one[0]))
            found = self._first_that_reproduces(fitting)
            if found is not None:
                return Explanation(base=found.base, edits=found.edits, network=found.network)
            best = sorted(nearer, key=lambda node: node.distance)
            # of a network that stops nothing behind tells a second edit from none, so each must be seen
            alike = [node for node, _where in fitting] if self._stops_at is None else []
            nodes = (alike + best)[:_NODES]
        return None

    def _edited(self, node: _Node) -> Iterator[_Node]:
        clues = clues_of(self._structure, node.network, self._bends_by_hand)
        by_hand = self._by_an_author(node.network.layers) if not node.edits else iter(())
        for edit in chain(by_hand, edits_of(node.network.layers, clues)):
            if self._edits_left <= 0:
                return
            for layers in self._variants(edit.layers):
                yield self._node(node.base, (*node.edits, edit), replace(node.network, layers=layers))

    def _by_an_author(self, layers: Layers) -> Iterator[Edit]:
        for one in self._known:
            for wrong in one.implementation(layers):
                if wrong != layers:
                    yield Edit(name=one.name, difference="", question=one.hint, layers=wrong)

    def _variants(self, layers: Layers) -> Iterator[Layers]:
        """Yield what may have become of the layers behind an edit: unfit, fitted, or behind a pooling that fits the maps."""
        if self._stops_at is not None:
            yield layers
            return
        yield tuple(replace(one, inputs=0) if one.is_made_for and one.inputs else one for one in layers)
        shape = self._structure.images
        flat = next((i for i, layer in enumerate(layers) if layer.kind.startswith("flatten")), None)
        if flat is not None and not replace(_ANY, layers=layers, channels=shape[0]).fits(shape[1]):
            side = self._side_before_flatten()
            if side:
                yield (*layers[:flat], Layer(kind="adaptive", size=side), *layers[flat:])

    def _side_before_flatten(self) -> int:
        maps = [step.shape for step in self._steps if len(step.shape) == 3]
        return maps[-1][-1] if maps else 0

    def _node(self, base: Network, edits: tuple[Edit, ...], network: Network) -> _Node:
        self._edits_left -= 1
        return _Node(base=base, edits=edits, network=network, distance=self._distance(network, base))

    def _distance(self, network: Network, base: Network) -> int:
        """Return how many parameters and steps differ; 0 where arithmetic cannot tell the network from the submission's."""
        structure = self._structure
        steps = network.steps(structure.side, structure.classes)
        stops_at = network.layers[len(steps)].kind if len(steps) < len(network.layers) else None
        apart = 0 if stops_at == self._stops_at or (stops_at and self._stops_at == "") else 1
        table = network.table_at(structure.side, structure.classes)
        apart += (table - structure.table).total() + (structure.table - table).total()
        apart += dropouts_apart(structure, network, base)
        return apart + _steps_apart(self._steps, self._told(seen_of(network.layers, steps)))

    def _adds_unseen(self, node: _Node) -> bool:
        """Return whether an edit adds a kind of step that the trace does not show, which is less likely than others."""
        there, before = ({step.kind for step in _seen(one, self._structure)} for one in (node.network, node.base))
        return bool((there - before) & self._by_hand)

    def _told(self, steps: Sequence[Seen]) -> tuple[Seen, ...]:
        return ordered(step for step in steps if step.kind not in self._by_hand)

    def _raises_the_same(self, network: Network) -> bool:
        """Return whether torch's message names what goes into the layer that does not fit, and what that layer is made for."""
        steps = network.steps(self._structure.side, self._structure.classes)
        layer = network.layers[len(steps)]
        before = steps[-1].shape if steps else self._structure.images
        if not layer.has_weights:
            return True
        given = before[-1] if layer.kind == "linear" else before[0]
        if layer.kind == "conv" and given == layer.inputs:  # a map that is too small, or none
            return True
        told = _SIZES.search(str(self._evidence.examined.error))
        if told is None:
            return False
        numbers = [int(number) for number in told.groups() if number is not None]
        return {given, layer.inputs or given} == set(numbers)

    def _first_told(self, where: int | None) -> int | None:
        """Return the number of the first step from a difference on whose projection tells networks apart; None if none does."""
        if where is None:
            return None
        nearby = range(where, min(where + IN_A_ROW, len(self._steps)))
        return next((i for i in nearby if _is_told(self._steps[i])), None)

    def _first_layers(self, network: Network, told: int) -> Network:
        """Return as many layers of a network as give one step, which say for little whether it goes on as the submission's."""
        for count in range(1, len(network.layers) + 1):
            first = replace(network, layers=network.layers[:count])
            if len(self._told(_seen(first, self._structure))) > told and not _goes_on(network.layers, count):
                break
        return first

    def _has_projection(self, first: Network, told: int) -> bool:
        projections = [step.projection for step in self._told(self._evidence.seen(first))]
        return len(projections) > told and same_projection(self._steps[told].projection, projections[told])

    def _share(self, first: Network) -> float:
        """Return what share of all numbers the first layers have."""
        table = first.table_at(self._structure.side, self._structure.classes)
        return sum(rows * columns * count for (rows, columns), count in table.items()) / self._numbers

    def _first_difference(self, node: _Node) -> int | None:
        """Return the number of the first step from which on the projections differ; None where nothing is known of it."""
        if node.distance or self._stops_at is not None:
            return None
        received = [step.projection for step in self._steps]
        expected = [step.projection for step in self._told(self._evidence.seen(node.network))]
        if len(expected) != len(received):
            return None
        same = [same_projection(one, other) for one, other in zip(received, expected, strict=True)]
        starts = (i for i in range(len(same)) if not any(same[i : i + IN_A_ROW]))
        return next(starts, len(same))

    def _may_explain(self, node: _Node, one: _Node, where: int | None) -> bool:
        """Return whether an edit is where the projections begin to differ; what cuts a gradient may be anywhere."""
        if where is None:
            return True
        if one.edits[-1].name == "gradient_is_cut":
            return where >= len(self._steps) - 1 and self._lacks_gradients(one)
        if where >= len(self._steps) - 1 and one.edits[-1].name in _SAME_FOR_ONE_IMAGE:
            return True  # the last step may lack its bias, where that is added by hand
        retained = replace(node.network, layers=node.network.layers[: _first_changed(node, one)])
        count = len(self._told(_seen(retained, self._structure)))
        return count in (where, where + 1) or (count < where and one.edits[-1].name in _OF_A_BIAS)

    def _lacks_gradients(self, one: _Node) -> bool:
        """Return whether as many parameters get no gradient as there are before the cut."""
        layers = one.network.layers
        cut = max(i for i, layer in enumerate(layers) if layer.kind == "cut")
        before = replace(one.network, layers=layers[:cut])
        return before.table_at(self._structure.side).total() == self._evidence.lacking_gradients

    def _first_that_reproduces(self, nodes: Sequence[tuple[_Node, int | None]]) -> _Node | None:
        seen: set[Layers] = set()
        for node, where in nodes:
            if node.network.layers in seen:
                continue
            seen.add(node.network.layers)
            if self._stops_at is not None:
                if self._raises_the_same(node.network):
                    return node
                continue
            if self._runs_left <= 0:
                return None
            told = self._first_told(where)
            if told is not None:
                first = self._first_layers(node.network, told)
                if not self._has_projection(first, told):
                    self._runs_left -= min(max(self._share(first), _FIRST_LAYERS), 1)
                    continue
            self._runs_left -= 1
            if not self._evidence.differences(node.network):
                return node
        return None


_ANY = Network(name="", title="", module="", family="", sides=(1,), layers=())


_KINDS = {
    "relu": ("relu", "relu6", "clamped"),
    "elu": ("elu", "selu"),
    "bn": ("bn", "instance", "bn_of_batch"),
}
"""What a step of a trace may be, where that is more than what it is called."""


def clues_of(structure: Structure, network: Network, by_hand: frozenset[str] = frozenset()) -> Clues:
    """Return what a structure says of the edits of a network that are plausible; steps *by_hand* may be in it unseen."""
    dropouts = (*structure.evaluation_dropouts, *structure.training_dropouts)
    extra = structure.table - network.table_at(structure.side, structure.classes)
    return Clues(
        kinds=by_hand
        | frozenset(chain.from_iterable(_KINDS.get(step.kind, (step.kind,)) for step in structure.used_steps)),
        rows=tuple(sorted({rows for rows, _columns in structure.table})),
        columns=tuple(sorted({columns for _rows, columns in structure.table})),
        pairs=tuple((rows, columns, (rows, 1) in extra) for rows, columns in sorted(extra) if columns > 1),
        probabilities=tuple(dict.fromkeys(one.probability for one in dropouts)),
    )


def _dropouts(structure: Structure) -> tuple[tuple[float, bool, int], ...]:
    """Return the dropouts of a network: what they drop, whether they never stop, and how many layers come before each."""
    always = [(one.probability, one.convolutions, one.linears) for one in structure.evaluation_dropouts]
    training = [(one.probability, one.convolutions, one.linears) for one in structure.training_dropouts]
    found = []
    for one in training or always:
        found.append((one[0], one in always, one[1] + one[2]))
    return tuple(found)


def dropouts_apart(structure: Structure, network: Network, base: Network) -> int:
    """
    Return how many dropouts differ.

    Where the table asked for has some, they may be before or after an activation, and a check of its own says where; then only
    those count that never stop.
    """
    found = _dropouts(structure)
    expected = []
    weighted = 0
    for layer in network.layers:
        weighted += layer.has_weights or layer.kind == "again"
        if layer.kind in ("dropout", "dropout_always"):
            expected.append((layer.size, layer.kind == "dropout_always", weighted))
    if any(layer.kind == "dropout" for layer in base.layers):
        expected = [one for one in expected if one[1]]
        found = tuple(one for one in found if one[1])
    return max(len(found), len(expected)) - sum(one in found for one in expected)


def _kind_of_error(error: BaseException | None) -> str | None:
    """Return at which kind of layer a network stops; "" where torch does not say, None where it does not stop."""
    if error is None:
        return None
    text = str(error)
    for kind, parts in (
        ("linear", ("cannot be multiplied", "invalid for input of size", "size mismatch")),
        ("conv", (" channels, but got ", "Kernel size can't be greater")),
        ("maxpool", ("Output size is too small",)),
        ("bn", ("running_mean should contain",)),
    ):
        if any(part in text for part in parts):
            return kind
    return ""


def _written_otherwise(network: Network) -> Iterator[Network]:
    """Yield a network, and others that are as right: with an adaptive pooling that takes whole maps, without one that is idle."""
    yield network
    steps = network.steps(network.sides[0])
    for place, step in enumerate(steps):
        if step.layer.kind == "adaptive" and step.before == step.shape:
            yield replace(network, layers=(*network.layers[:place], *network.layers[place + 1 :]))
        if step.layer.kind == "maxpool" and step.shape[1:] == (1, 1):
            whole = Layer(kind="adaptive_max", size=1)
            yield replace(network, layers=(*network.layers[:place], whole, *network.layers[place + 1 :]))


def _seen(network: Network, structure: Structure) -> tuple[Seen, ...]:
    return seen_of(network.layers, network.steps(structure.side, structure.classes))


def _is_told(step: Seen) -> bool:
    """Return whether the projection of a step tells networks apart; that of a product does not if its bias is added by hand."""
    return step.projection is not None and step.kind not in ("conv", "linear")


def _goes_on(layers: Layers, count: int) -> bool:
    """Return whether the next layer may still change which step comes last: a ReLU counts as before the pooling it follows."""
    return count < len(layers) and layers[count].kind in ("relu", "relu6")


def _first_changed(node: _Node, one: _Node) -> int:
    pairs = zip(node.network.layers, one.network.layers, strict=False)
    same = (replace(a, inputs=0) == replace(b, inputs=0) for a, b in pairs)
    return next((i for i, is_same in enumerate(same) if not is_same), len(node.network.layers))


def _steps_apart(received: Sequence[Seen], expected: Sequence[Seen]) -> int:
    """Return how many steps have to be omitted, added or exchanged."""
    start = 0
    while start < min(len(received), len(expected)) and received[start] == expected[start]:
        start += 1
    one, other = received[start:], expected[start:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    if not one or not other:
        return len(one) + len(other)
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return max(len(one), len(other)) - sum(block.size for block in blocks)
