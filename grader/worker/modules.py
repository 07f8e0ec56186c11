"""
What is done with a submission's nn.Module: fill, run, describe, train, predict.  UNTRUSTED SIDE.

"Shape-hash fill": every parameter is overwritten with noise that depends only on a seed, the parameter's role and
its number of rows and columns.  Two models of the same architecture then compute the same function, whatever their
layers are called and however they are ordered or nested.  Exchanging two layers of equal shape changes nothing, which
is right: they are exchangeable in the architecture too.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
from collections.abc import Iterator
from typing import Any

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from grader import protocol

_NOISE_BLOCK = 1 << 20


def answer(module: nn.Module, request: protocol.Request) -> protocol.Reply:
    """Answer a request about *module*."""
    match request:
        case protocol.Describe():
            return _describe(module)
        case protocol.Run():
            return _run(module, request)
        case protocol.Train():
            return _train(module, request)
        case protocol.Predict():
            return _predict(module, request)
    raise TypeError(f"no request about a module: {type(request).__name__}")


def plain(tensor: torch.Tensor) -> torch.Tensor:
    """Return a CPU tensor that is no subclass, has no hooks and needs no gradient."""
    with torch._C.DisableTorchFunctionSubclass():
        return tensor.detach().as_subclass(torch.Tensor).to("cpu").contiguous()


class ForbiddenOperatorUsed(RuntimeError):
    """Raised in student code at the moment it reaches a forbidden operator."""

    def __init__(self, operator: str) -> None:
        self.forbidden_operator = operator
        super().__init__(f"{operator} may not be used in this exercise: write it yourself")


class _Forbid(TorchDispatchMode):
    def __init__(self, prefixes: tuple[str, ...]) -> None:
        super().__init__()
        self._prefixes = prefixes

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = func._schema.name.partition("::")[2]
        if name.startswith(self._prefixes):
            raise ForbiddenOperatorUsed(name)
        return func(*args, **(kwargs or {}))


class _RecordStages(TorchDispatchMode):
    """Record the output shape of every operator: works for modules, functions and views alike."""

    def __init__(self) -> None:
        super().__init__()
        self.stages: list[protocol.StageEntry] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        first = result[0] if isinstance(result, (tuple, list)) and result else result
        if isinstance(first, torch.Tensor) and len(self.stages) < protocol.MAX_STAGES:
            self.stages.append(protocol.StageEntry(func._schema.name.partition("::")[2], tuple(first.shape)))
        return result


@contextlib.contextmanager
def forbid(prefixes: tuple[str, ...]) -> Iterator[None]:
    """Make every ATen operator whose name starts with one of *prefixes* raise."""
    with _Forbid(prefixes):
        yield


def _describe(module: nn.Module) -> protocol.Described:
    return protocol.Described(
        tuple(
            protocol.ParameterEntry(
                name, tuple(value.shape), str(value.dtype).removeprefix("torch."), value.requires_grad
            )
            for name, value in module.named_parameters()
            if not isinstance(value, nn.parameter.UninitializedParameter)
        )
    )


def _noise(seed: int, count: int) -> torch.Tensor:
    """
    Return *count* standard normal numbers, float32, from one block of at most 2^20 that is tiled with changes.

    Drawing 10^8 normals takes seconds; a rotated and signed copy of a block for every tile is as good here.
    """
    generator = torch.Generator().manual_seed(seed)
    block = torch.randn(min(count, _NOISE_BLOCK), generator=generator)
    if count <= _NOISE_BLOCK:
        return block
    tiles = -(-count // _NOISE_BLOCK)
    signs = torch.randn(tiles, generator=generator).sign().tolist()
    turns = torch.randint(0, _NOISE_BLOCK, (tiles,), generator=generator).tolist()
    return torch.cat([sign * block.roll(turn) for sign, turn in zip(signs, turns, strict=True)])[:count]


def _seed_of(*key: object) -> int:
    return int.from_bytes(hashlib.sha256(repr(key).encode()).digest()[:6], "big")


@torch.no_grad()
def _fill(module: nn.Module, seed: int) -> None:
    """Overwrite all floating-point parameters and buffers; scale by role so that activations stay near 1."""
    done: set[int] = set()
    for layer in module.modules():
        normalises = isinstance(layer, nn.modules.batchnorm._NormBase)
        for name, value in (*layer._parameters.items(), *layer._buffers.items()):
            if value is None or id(value) in done or not value.is_floating_point():
                continue
            done.add(id(value))
            rows = value.shape[0] if value.dim() else 1
            columns = value.numel() // max(rows, 1)
            role = name if normalises else "matrix" if value.dim() > 1 else "vector"
            noise = _noise(_seed_of(seed, role, rows, columns), value.numel()).view(value.shape)
            if normalises and name in ("weight", "running_var"):
                noise = 1 + 0.5 * torch.tanh(noise)
            else:
                noise = noise * (math.sqrt(2 / columns) if value.dim() > 1 else 0.1)
            value.copy_(noise)


def _device(module: nn.Module) -> torch.device:
    return next((value.device for value in module.parameters()), torch.device("cpu"))


def _initialise_lazy(module: nn.Module, images: torch.Tensor) -> None:
    if any(isinstance(value, nn.parameter.UninitializedParameter) for value in module.parameters()):
        with torch.no_grad():
            module(images)


def _forward(module: nn.Module, images: torch.Tensor) -> torch.Tensor:
    output = module(images)
    if not isinstance(output, torch.Tensor):
        raise TypeError(
            f"forward must return a tensor of scores, it returned {type(output).__name__}: is a `return` missing?"
        )
    return output


def _run(module: nn.Module, request: protocol.Run) -> protocol.Ran:
    device = _device(module)
    images = protocol.unpack_tensor(request.images).to(device)
    module.train(request.training)
    _initialise_lazy(module, images)
    if request.weights_seed is not None:
        _fill(module, request.weights_seed)
    recorder = _RecordStages()
    with torch.set_grad_enabled(request.gradients), recorder if request.stages else contextlib.nullcontext():
        output = _forward(module, images.requires_grad_(request.gradients))
    input_gradient = parameter_gradients = None
    if request.gradients:
        module.zero_grad()
        upstream = torch.ones_like(output)
        if request.upstream is not None:
            upstream = protocol.unpack_tensor(request.upstream).to(output)
        if output.requires_grad:  # else the graph was cut: every gradient is absent, which is the evidence
            (output * upstream).sum().backward()
        gradient = torch.zeros_like(images) if images.grad is None else images.grad
        input_gradient = protocol.pack_tensor(plain(gradient))
        parameter_gradients = protocol.pack_tensors(
            {name: plain(value.grad) for name, value in module.named_parameters() if value.grad is not None}
        )
    return protocol.Ran(
        protocol.pack_tensor(plain(output)), input_gradient, parameter_gradients, tuple(recorder.stages)
    )


def _train(module: nn.Module, request: protocol.Train) -> protocol.Trained:
    device = _device(module)
    images = protocol.unpack_tensor(request.images).to(device)
    labels = protocol.unpack_tensor(request.labels).to(device)
    module.train()
    _initialise_lazy(module, images[:1])
    torch.manual_seed(request.seed)
    order = torch.Generator().manual_seed(request.seed)
    optimizer = torch.optim.Adam(module.parameters(), lr=request.learning_rate)
    losses = []
    for _epoch in range(request.epochs):
        total = 0.0
        for batch in torch.randperm(len(images), generator=order).split(request.batch_size):
            batch = batch.to(device)
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(_forward(module, images[batch]), labels[batch])
            loss.backward()
            optimizer.step()
            total += loss.item() * len(batch)
        losses.append(total / len(images))
    return protocol.Trained(tuple(losses))


@torch.no_grad()
def _predict(module: nn.Module, request: protocol.Predict) -> protocol.Predicted:
    images = protocol.unpack_tensor(request.images).to(_device(module))
    module.eval()
    outputs = [plain(_forward(module, batch)) for batch in images.split(request.batch_size)]
    return protocol.Predicted(protocol.pack_tensor(torch.cat(outputs)))
