"""
Mutants of a network that is a table of layers: what each operator of `checks/architectures/edits/` makes of it.

A mutant is handed in as files that need nothing of the grader: `built_network.py` as it is, and a class that builds the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from grader.authoring.audit.mutants import Crop, Mutant, named
from grader.checks.architectures import networks
from grader.checks.architectures.edits import Clues, Layers, edits_of
from grader.checks.architectures.table import ACTIVATIONS, Layer, Network
from grader.model import Assignment

_BUILDER = "built.py"
_KINDS = frozenset({*ACTIVATIONS, "softmax", "log_softmax", "bn", "dropout"})
"""Steps that a mistake may add."""
_PROBABILITIES = (0.5,)


def tables_of(assignment: Assignment) -> tuple[Network, ...]:
    """
    Return the networks that count, of all that the assignment knows.

    Raises:
        AssignmentError: If its `networks.py` cannot be used.
    """
    every = networks.load(assignment.folder / "networks.py", assignment.networks)
    return tuple(one for one in every if one.family in assignment.networks)


def crop(assignment: Assignment, module: str, accepted: Sequence[Network]) -> Crop:
    """Return the mutants of the first accepted table of a module, each once."""
    of_module = [one for one in accepted if one.module == module]
    base = of_module[0]
    side = base.sides[0]
    right = {_shape(one.layers) for one in of_module}
    made: dict[Layers, Mutant] = {}
    counted = not_written = equivalent = 0
    for name, what, layers in _edited(base):
        counted += 1
        network = next((one for one in _fitted(replace(base, layers=layers)) if one.fits(side)), None)
        if network is None:
            not_written += 1
        elif _shape(network.layers) in right:
            equivalent += 1
        elif network.layers not in made:
            diff = _diff(base.layers, network.layers)
            made[network.layers] = Mutant(
                name=named(module, name, diff),
                of=module,
                what=f"a network {what}" if what else "a known mistake",
                diff=diff,
                files=written(network, assignment.file),
                tables=(base, network),
                is_alone=True,
            )
    return Crop(
        of=module,
        made=counted,
        not_written=not_written,
        equivalent=equivalent,
        alike=counted - not_written - equivalent - len(made),
        mutants=tuple(made.values()),
    )


def _edited(base: Network) -> Iterator[tuple[str, str, Layers]]:
    table = base.table_at(base.sides[0])
    clues = Clues(
        kinds=_KINDS,
        rows=tuple(sorted({rows for rows, _columns in table})),
        columns=tuple(sorted({columns for _rows, columns in table})),
        pairs=(),
        probabilities=_PROBABILITIES,
    )
    for edit in edits_of(base.layers, clues):
        yield edit.name, edit.difference, edit.layers


def _fitted(network: Network) -> Iterator[Network]:
    """Yield a network as it is, and with layers that are made for what comes."""
    yield network
    yield replace(network, layers=_shape(network.layers))


def _shape(layers: Layers) -> Layers:
    """Return layers without what they are made for."""
    return tuple(replace(one, inputs=0) if one.is_made_for else one for one in layers)


def written(network: Network, file: str) -> dict[str, str]:
    """Return the files of a submission that builds a table and needs nothing of the grader."""
    classes = {i for i, layer in enumerate(network.layers) if layer.kind == "linear" and not layer.size}
    main = (
        f"import torch\nfrom built import Network\n\nROWS = {networks.rows(network, network.sides[0])!r}\n"
        f"CLASSES = {classes or '()'}\n\n\n"
        f"class {network.module}(Network):\n    def __init__(self, num_classes=10):\n"
        "        rows = ((*row[:2], num_classes, *row[3:]) if i in CLASSES else row for i, row in enumerate(ROWS))\n"
        "        super().__init__(tuple(rows))\n"
    )
    return {_BUILDER: networks.BUILDER.read_text(encoding="utf-8"), file: main}


def _diff(before: Layers, after: Layers) -> str:
    """Return which layers differ, one line each, as a diff has it."""
    one, other = list(map(_line, before)), list(map(_line, after))
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    end = 0
    while end < min(len(one), len(other)) - start and one[-1 - end] == other[-1 - end]:
        end += 1
    return "\n".join(
        (
            f"@@ layer {start + 1} @@",
            *(f"-{line}" for line in one[start : len(one) - end]),
            *(f"+{line}" for line in other[start : len(other) - end]),
        )
    )


def _line(layer: Layer) -> str:
    """Return a layer as its fields that are not usual."""
    usual = Layer(kind=layer.kind)
    fields = ("size", "kernel", "stride", "padding", "groups", "bias", "dilation", "inputs", "mode", "towers")
    told = (f"{name}={getattr(layer, name)!r}" for name in fields if getattr(layer, name) != getattr(usual, name))
    return " ".join((layer.kind, *told))
