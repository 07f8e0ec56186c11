"""
Do once, in a fork server, what each of its workers would do for the first time.  UNTRUSTED SIDE, but runs no student code.

What torch and Python do only once, a worker that is forked afterwards need not do, and the memory that it writes is not copied
for each.  No backward pass: its engine starts for a process, and not for a fork of it.
"""

from __future__ import annotations

import torch
from torch import nn

from grader import protocol
from grader.worker.execution import construct, modules, only_cpu
from grader.worker.execution import observe as _  # noqa: F401 - imported here, it is imported in every worker

_SIDE = 8


def warm_up() -> None:
    """Build a small network and answer requests about it."""
    with only_cpu.OnlyCpu(), construct.without_initial_values():
        network = nn.Sequential(
            nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(), nn.Flatten()
        )
        network.append(nn.Linear(4 * (_SIDE // 2) ** 2, 10))
    images = protocol.pack_tensor(torch.zeros(2, 1, _SIDE, _SIDE))
    with only_cpu.OnlyCpu():
        for request in (
            protocol.Describe(0),
            protocol.Run(0, images, 0, False, True, "none", None),
            protocol.Run(0, images, 0, True, False, "none", None),
            protocol.Trace(0, (2, 1, _SIDE, _SIDE), True),
            protocol.Predict(0, protocol.Images(images), 2),
        ):
            modules.answer(network, request)
    network(torch.zeros(2, 1, _SIDE, _SIDE))  # with a graph
