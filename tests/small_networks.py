"""Three small networks that a test may ask for, what the edits make of them, and what the diagnosis says of a source."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

import torch

from grader.checks.architectures import built_network
from grader.checks.architectures.edits import Clues, Edit, Layers, edits_of
from grader.checks.architectures.networks import BUILDER, Networks, rows
from grader.checks.architectures.table import ACTIVATIONS, Network, parse
from grader.diagnosis import network_mistakes
from grader.diagnosis.mistake import Mistake
from grader.keys import public_keys
from grader.protocol import Limits
from grader.proxy import MODULE_PACKAGES
from grader.proxy.code import Code, SourceFile
from grader.proxy.reference import session_of_file
from grader.proxy.session import Session
from grader.proxy.shared_evidence import SharedEvidence
from grader.sandbox import Sandbox

SIDE = 19
ASKED = Network(
    name="small",
    title="the small net",
    module="Net",
    family="asked",
    sides=(SIDE,),
    layers=parse(
        "conv 4 3 p1, relu, maxpool 2/2, conv 6 3 p1, relu, conv 6 3 p1, relu, maxpool 3/2, flatten, "
        "linear 12, relu, linear 12, relu, linear classes"
    ),
)
DIVIDED = replace(
    ASKED,
    layers=parse("conv 4 3 p1, bn, relu, maxpool 2/2, conv 8 3 p1 g2, bn, relu, maxpool 9/1, flatten, linear classes"),
)
NORMALISED = replace(
    ASKED,
    layers=parse("conv 4 3 p1, relu, lrn 2, maxpool 2/2, conv 6 3 p1, relu, maxpool 9/1, flatten, linear classes"),
)
CLUES = Clues(
    kinds=frozenset({*ACTIVATIONS, "softmax", "bn", "ln", "gn", "instance", "lrn", "smoothing"}),
    rows=(4, 6, 8, 12, 1),
    columns=(18, 24, 96),
    pairs=((12, 30, True),),
    probabilities=(0.3,),
)


@dataclass(frozen=True, kw_only=True)
class Explain:
    """Ask for the mistake in a network."""

    sandbox: Sandbox
    reference_sandbox: Sandbox

    def __call__(self, source: str, asked: Network = ASKED) -> Mistake | None:
        """Return what explains the network `Net` of a source."""
        code = Code(
            files=(SourceFile(path="net.py", content=source.encode()),),
            main="net.py",
            modules=("Net",),
            preload=MODULE_PACKAGES,
        )
        session = Session(self.sandbox, code, Limits(submission_seconds=60))
        builder = session_of_file(self.reference_sandbox, BUILDER)
        networks = Networks((asked,), ("asked",), builder, SharedEvidence(session, public_keys))
        session.begin()
        try:
            return network_mistakes.explain(networks, session, "Net", ())
        finally:
            session.end()
            networks.end()


UNLIKE_OTHERS = {"gradient_is_cut", "squeezes_single_images", "dropout_added"}
"""Mistakes that leave the logits of several images as they are."""


def logits(layers: Layers, asked: Network) -> torch.Tensor:
    """Return what a table computes, with parameters that depend on their shape alone."""
    network = built_network.Network(rows(replace(asked, layers=layers), SIDE)).eval()
    for value in network.parameters():
        value.data = torch.randn(value.shape, generator=torch.Generator().manual_seed(value.numel()))
    images = torch.rand(2, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(1))
    try:
        return network(images).detach().double()
    except RuntimeError:  # a network of one image alone
        return torch.zeros(0)


@functools.cache
def logits_asked_for(asked: Network) -> torch.Tensor:
    """Return what the network computes that is asked for."""
    return logits(asked.layers, asked)


def is_another(layers: Layers, asked: Network) -> bool:
    """Return whether a table computes something else than the one asked for."""
    one, other = logits(layers, asked), logits_asked_for(asked)
    return one.shape != other.shape or not torch.allclose(one, other)


def one_of_each(asked: Network) -> list[Edit]:
    """Return the first edit of each name that leaves a network which runs and computes something else."""
    made: dict[str, Edit] = {}
    for edit in edits_of(asked.made_for_its_images().layers, CLUES):
        free = tuple(replace(layer, inputs=0) if layer.is_made_for else layer for layer in edit.layers)
        if edit.name in made or not replace(asked, layers=free).fits(SIDE):
            continue
        if edit.name in UNLIKE_OTHERS or is_another(free, asked):
            made[edit.name] = replace(edit, layers=free)
    return list(made.values())


EDITS = [(ASKED, edit) for edit in one_of_each(ASKED)]
for further in (DIVIDED, NORMALISED):
    named = {edit.name for _asked, edit in EDITS}
    EDITS += [(further, edit) for edit in one_of_each(further) if edit.name not in named]
