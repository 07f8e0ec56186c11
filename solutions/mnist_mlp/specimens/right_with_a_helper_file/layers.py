"""Networks of linear layers."""

from collections import OrderedDict

from torch import nn


def fully_connected(inputs, hidden, classes, bias=True, device=None):
    """Return a network with a ReLU after each hidden layer."""
    layers = OrderedDict(flatten=nn.Flatten())
    for number, units in enumerate(hidden):
        layers[f"linear{number}"] = nn.Linear(inputs, units, bias=bias, device=device)
        layers[f"relu{number}"] = nn.ReLU()
        inputs = units
    layers["logits"] = nn.Linear(inputs, classes, bias=bias, device=device)
    return nn.Sequential(layers)
