"""
Whether a mutant of a table computes what the table does: a ReLU after a ReLU, for one, is no mistake.
"""

from __future__ import annotations

from grader.checks import expect, tolerances
from grader.checks.architectures import networks
from grader.checks.architectures.table import Network
from grader.datasets import noise
from grader.errors import GraderError, WorkerLost
from grader.keys import public_keys
from grader.proxy import Model, RemoteName, Run, session_of_file
from grader.sandbox import Workers

_KEYS = public_keys("mutants of a table")
_DRAWS = 3
"""Of weights and images."""
_PIXELS = 100_000
"""So many are shown in one pass, or two images."""
_BRIGHTNESS = 10.0
"""Of the second draw on: small numbers do not tell a clamp from none."""


def is_same(workers: Workers, one: Network, other: Network) -> bool:
    """Return whether two tables have the same parameters and dropouts, and give the same logits and gradients in both modes."""
    side = one.sides[0]
    if one.table_at(side) != other.table_at(side) or _dropouts(one) != _dropouts(other):
        return False
    session = session_of_file(workers, networks.BUILDER)
    try:
        for draw in range(_DRAWS):
            for training in (False, True):
                runs = []
                for network in (one, other):
                    session.begin()
                    runs.append(_run(RemoteName(session, "Network"), network, draw, training=training))
                if not _agree(*runs):
                    return False
    except (GraderError, WorkerLost):  # what cannot be run is not the same
        return False
    finally:
        session.end()
    return True


def _run(builder: RemoteName, network: Network, draw: int, *, training: bool) -> Run:
    side = network.sides[0]
    model = builder.blank(networks.rows(network, side))
    assert isinstance(model, Model)
    count = max(_PIXELS // (network.channels * side * side), 2)
    images = noise.normal(_KEYS.images.derive("draw", draw), count, network.channels, side, side).float()
    upstream = noise.normal(_KEYS.images.derive("upstream", draw), count, networks.CLASSES).float()
    return model.run(
        images * (_BRIGHTNESS if draw else 1.0),
        weights=_KEYS.weights.derive("draw", draw),
        training=training,
        dropout=False,
        gradients="input",
        upstream=upstream,
    )


def _agree(one: Run, other: Run) -> bool:
    if one.output.shape != other.output.shape or one.input_gradient is None or other.input_gradient is None:
        return False
    pairs = ((one.output, other.output), (one.input_gradient, other.input_gradient))
    return all(expect.distance(received, expected) < tolerances.FUNCTION for received, expected in pairs)


def _dropouts(network: Network) -> tuple[tuple[float, str, int], ...]:
    """Return what each dropout drops, and how many layers with weights come before it."""
    found = []
    weighted = 0
    for layer in network.layers:
        weighted += layer.has_weights or layer.kind == "again"
        if layer.kind.startswith("dropout"):
            found.append((layer.size, layer.kind, weighted))
    return tuple(found)
