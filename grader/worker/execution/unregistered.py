"""Weights of a module that torch does not know of: layers and tensors in plain lists and attributes.  UNTRUSTED SIDE."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import nn

_DEPTH = 4
"""Of lists in lists."""
_MANY = 1000
"""No more tensors than this are looked at."""
_OWN = frozenset(vars(nn.Module()))
"""Attributes that every module has."""


def weights(module: nn.Module) -> dict[str, torch.Tensor]:
    """Return by name the floating-point tensors of two axes or more that *module* holds and torch does not register."""
    seen = {id(value) for value in (*module.parameters(), *module.buffers())}
    found: dict[str, torch.Tensor] = {}
    for prefix, part in module.named_modules():
        for name, value in _within(prefix, _plain(part), _DEPTH):
            if value.is_floating_point() and value.dim() > 1 and id(value) not in seen:
                seen.add(id(value))
                found[name] = value
            if len(found) == _MANY:
                return found
    return found


def _plain(module: nn.Module) -> dict[str, object]:
    return {name: value for name, value in vars(module).items() if name not in _OWN}


def _within(name: str, value: object, depth: int) -> Iterator[tuple[str, torch.Tensor]]:
    if isinstance(value, torch.Tensor):
        yield name, value
    elif isinstance(value, nn.Module):
        yield from ((f"{name}.{inner}", one) for inner, one in value.named_parameters())
        yield from _within(name, _plain(value), depth - 1)
    elif depth > 0 and isinstance(value, dict | list | tuple):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, one in items:
            yield from _within(f"{name}.{key}" if name else str(key), one, depth - 1)
