"""
What is done with a submission's nn.Module: fill, run, describe, trace, train, predict.  UNTRUSTED SIDE.

"Shape-hash fill": every parameter is overwritten with noise that depends only on a seed, the parameter's role and its number of
rows and columns, in whatever order the module stores them (layouts.py).  Two models of the same architecture then compute the
same function, whatever their layers are called and however they are ordered or nested.  Exchanging two layers of equal shape
changes nothing, which is right: they are exchangeable in the architecture too.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import torch
from torch import nn
from torch.utils.weak import WeakTensorKeyDictionary

from grader import protocol
from grader.errors import RefusedDtype
from grader.worker.execution import layouts, trace, unregistered
from grader.worker.execution.adam import Adam
from grader.worker.execution.dispatch import DispatchMode
from grader.worker.execution.exceptions import raised
from grader.worker.execution.seeding import seed_torch

_AUTOGRAD = "autograd"
"""Stands among forbidden operators for all that computes derivatives."""
_NOISE_BLOCK = 1 << 20
_NUMBERS_COMPARED = 1 << 12
"""At most, of each tensor that was filled."""
_NORM_PART = 1 << 16
_FAINTEST = 1e-20
"""Squares below this have lost digits, or are zeros by now."""


def answer(module: nn.Module, request: protocol.Request) -> protocol.Reply:
    """Answer a request about *module*."""
    match request:
        case protocol.Describe():
            return _describe(module, moments=request.moments)
        case protocol.Run():
            return _run(module, request)
        case protocol.Trace():
            return _trace(module, request)
        case protocol.Train():
            return _train(module, request)
        case protocol.Predict():
            return _predict(module, request)
    raise TypeError(f"no request about a module: {type(request).__name__}")


def plain(tensor: torch.Tensor) -> torch.Tensor:
    """
    Return a CPU tensor that is no subclass, has no hooks and needs no gradient.

    Raises:
        RefusedDtype: If its dtype may not cross to the harness.
    """
    with torch._C.DisableTorchFunctionSubclass():
        dtype = str(tensor.dtype).removeprefix("torch.")
    if dtype not in protocol.DTYPES:
        raise RefusedDtype(dtype)
    return on_cpu(tensor)


def on_cpu(tensor: torch.Tensor) -> torch.Tensor:
    """Return what `plain` does, of whatever dtype."""
    with torch._C.DisableTorchFunctionSubclass():
        return tensor.detach().as_subclass(torch.Tensor).to("cpu").contiguous()


def pixels(packed: protocol.Images) -> torch.Tensor:
    """Return images as a network gets them: uint8 pixels as float32, shifted and scaled; others as they are."""
    images = protocol.unpack_tensor(packed.blob)
    if images.dtype != torch.uint8:
        return images
    return images.float().div_(255).sub_(packed.mean).div_(packed.deviation)


class ForbiddenOperatorUsed(RuntimeError):
    """Raised in student code at the moment it reaches a forbidden operator."""

    def __init__(self, operator: str) -> None:
        self.forbidden_operator = operator
        super().__init__(f"{operator} may not be used in this exercise: write it yourself")


class _Forbid(DispatchMode):
    def __init__(self, prefixes: tuple[str, ...]) -> None:
        super().__init__()
        self._prefixes = prefixes

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = func._schema.name.partition("::")[2]
        if name.startswith(self._prefixes):
            raise ForbiddenOperatorUsed(name)
        if _AUTOGRAD in self._prefixes and _differentiates(name):
            raise ForbiddenOperatorUsed(_AUTOGRAD)
        return func(*args, **(kwargs or {}))


def _differentiates(operator: str) -> bool:
    """Return whether this operator is run by autograd: in a backward pass, or by a tensor that has a tangent."""
    return torch._C._current_graph_task_id() != -1 or operator == "_has_same_storage_numel"  # asked of tangents alone


@contextlib.contextmanager
def forbid(prefixes: tuple[str, ...]) -> Iterator[None]:
    """Make every ATen operator whose name starts with one of *prefixes* raise; "autograd" is what computes derivatives."""
    with _Forbid(prefixes):
        yield


def _describe(module: nn.Module, *, moments: bool) -> protocol.Described:
    registered, others = module.named_parameters(), unregistered.weights(module).items()
    return protocol.Described(
        _entries(registered, moments=moments),
        _entries(others, moments=moments),
        tuple(name for name, value in module.named_parameters() if _is_awaited(value)),
    )


def _is_awaited(value: torch.Tensor) -> bool:
    return isinstance(value, nn.parameter.UninitializedParameter)


def _entries(tensors: Iterable[tuple[str, torch.Tensor]], *, moments: bool) -> tuple[protocol.ParameterEntry, ...]:
    return tuple(
        protocol.ParameterEntry(
            name,
            tuple(layouts.units_first(value).shape),
            str(value.dtype).removeprefix("torch."),
            value.requires_grad,
            *(_moments(value) if moments else ()),
        )
        for name, value in tensors
        if not _is_awaited(value)
    )


def _moments(value: torch.Tensor) -> tuple[float, float]:
    numbers = plain(value).double()
    return (numbers.mean().item(), numbers.std(correction=0).item()) if numbers.numel() else (0.0, 0.0)


class _Noise:
    """
    Standard normal numbers in any amount, float32, made of one block of 2^20 that is turned and signed for every tile.

    Drawing 10^8 normals takes seconds; writing copies of a block that stays in the processor's cache takes a tenth of it.
    """

    def __init__(self, seed: int, count: int) -> None:
        self._generator = torch.Generator().manual_seed(seed)
        block = torch.randn(min(count, _NOISE_BLOCK), generator=self._generator)
        self._twice = torch.cat([block, block]) if count > _NOISE_BLOCK else block

    def write(self, target: torch.Tensor, scale: float) -> None:
        """Overwrite *target*, one-dimensional, with noise times *scale*."""
        if len(target) <= _NOISE_BLOCK:
            torch.mul(self._twice[: len(target)], scale, out=target)
            return
        tiles = -(-len(target) // _NOISE_BLOCK)
        signs = torch.randn(tiles, generator=self._generator).sign().tolist()
        turns = torch.randint(0, _NOISE_BLOCK, (tiles,), generator=self._generator).tolist()
        for part, sign, turn in zip(target.split(_NOISE_BLOCK), signs, turns, strict=True):
            torch.mul(self._twice[turn : turn + len(part)], scale * sign, out=part)


def _seed_of(*key: object) -> int:
    return int.from_bytes(hashlib.sha256(repr(key).encode()).digest()[:6], "big")


class _Written(NamedTuple):
    """
    What was written into a tensor, and some of the numbers, so that it is seen whether they are there still.

    Versions do not show a change through `.data` or NumPy, and an address is used again as soon as it is free; numbers show both.
    """

    key: int
    version: int
    numbers: torch.Tensor

    @classmethod
    def read(cls, value: torch.Tensor, key: int) -> _Written:
        """Return what *value* holds, written from *key*."""
        return cls(key, _version(value), _some(value).clone())

    def is_in(self, value: torch.Tensor, key: int) -> bool:
        """Say whether *value* holds what *key* would write."""
        return self.key == key and self.version == _version(value) and torch.equal(self.numbers, _some(value))


def _version(value: torch.Tensor) -> int:
    """Return the number of changes that torch has counted; it counts none in inference mode."""
    return 0 if value.is_inference() else value._version


def _some(value: torch.Tensor) -> torch.Tensor:
    """Return all numbers of a small tensor, and numbers from all over a large one."""
    return value.reshape(-1)[:: value.numel() // _NUMBERS_COMPARED + 1]


_CONTAINERS = (nn.Module, nn.Sequential, nn.ModuleList, nn.ModuleDict)
"""Modules of torch that have no buffers but those that a submission registers."""
_filled: WeakTensorKeyDictionary = WeakTensorKeyDictionary()
"""What was last written into a tensor: what nobody touched need not be written again."""


@torch.no_grad()
def _fill(module: nn.Module, seed: int, refilled: tuple[str, ...]) -> None:
    """
    Overwrite all floating-point parameters, and the buffers of torch's layers; scale by role so that activations stay near 1.

    What a module of the submission keeps in a buffer, as a mean to subtract, is a constant of its own and stays.  Those named in
    *refilled* get other noise than without.  Writing the weights of a large network takes longer than a question about it, so
    tensors that still hold what is to be written are left alone.
    """
    done: set[int] = set()
    others = {id(value) for name, value in module.named_parameters() if name in refilled} if refilled else set()
    for layer in module.modules():
        normalises = isinstance(layer, nn.modules.batchnorm._NormBase)
        for name, value in (*layer._parameters.items(), *_statistics(layer, normalises)):
            if value is None or id(value) in done or not value.is_floating_point():
                continue
            done.add(id(value))
            stored = layouts.units_first(value)
            rows = stored.shape[0] if stored.dim() else 1
            columns = stored.numel() // max(rows, 1)
            role = name if normalises else "matrix" if stored.dim() > 1 else "vector"
            scale = math.sqrt(2 / columns) if stored.dim() > 1 else 0.1
            if normalises and name in ("weight", "running_var"):
                scale = 1.0
            key = _seed_of(seed, role, rows, columns, *(("refilled",) if id(value) in others else ()))
            written: _Written | None = _filled.get(value)
            if written is not None and written.is_in(value, key):
                continue
            in_place = value.dtype == torch.float32 and value.device.type == "cpu" and stored.is_contiguous()
            target = stored.view(-1) if in_place else torch.empty(value.numel())
            _Noise(key, value.numel()).write(target, scale)
            if normalises and name in ("weight", "running_var"):
                target.tanh_().mul_(0.5).add_(1)
            if not in_place:
                stored.copy_(target.view(stored.shape))
            _filled[value] = _Written.read(value, key)


def _statistics(layer: nn.Module, normalises: bool) -> Iterator[tuple[str, torch.Tensor | None]]:
    """Yield the buffers in which a layer of torch keeps what it has computed before."""
    is_of_torch = type(layer).__module__.startswith("torch.") and type(layer) not in _CONTAINERS
    for name, value in layer._buffers.items():
        if is_of_torch or (normalises and name in ("running_mean", "running_var")):
            yield name, value


_Before = list[tuple[torch.Tensor, torch.Tensor]]
"""Weights that are not filled anew before the next pass, and what they were before this one."""


@torch.no_grad()
def _reorder(module: nn.Module, request: protocol.Reordered, before: _Before) -> None:
    """Shuffle units of one parameter."""
    value = _with_units(module, request, before)
    if value is not None:
        units = value.reshape(request.before, request.count, -1)
        value.copy_(units[:, _order(request).to(value.device)].reshape(value.shape))


@torch.no_grad()
def _silence(module: nn.Module, request: protocol.Silenced, before: _Before) -> None:
    """Make half of the units of one parameter zero."""
    value = _with_units(module, request, before)
    if value is not None:
        order, half = _order(request).to(value.device), request.count // 2
        units = value.reshape(request.before, request.count, -1)
        units.index_fill_(1, order[half:] if request.other else order[:half], 0)
        if units.data_ptr() != value.data_ptr():  # else they are the parameter's own numbers
            value.copy_(units.reshape(value.shape))


def _with_units(
    module: nn.Module, request: protocol.Reordered | protocol.Silenced, before: _Before
) -> torch.Tensor | None:
    """Return the weights of a request; None if there are none that have so many units."""
    filled: dict[str, torch.Tensor] = dict(module.named_parameters())
    value = filled.get(request.name)
    if value is None:
        value = unregistered.weights(module).get(request.name)
    slices = request.before * request.count
    if value is None or not slices or value.numel() % slices:
        return None
    if request.name not in filled:
        before.append((value, value.detach().clone()))
    return layouts.units_first(value)


def _order(request: protocol.Reordered | protocol.Silenced) -> torch.Tensor:
    return torch.randperm(request.count, generator=torch.Generator().manual_seed(request.seed))


def _device(module: nn.Module) -> torch.device:
    return next((value.device for value in module.parameters()), torch.device("cpu"))


def _initialise_lazy(module: nn.Module, images: torch.Tensor) -> None:
    if any(isinstance(value, nn.parameter.UninitializedParameter) for value in module.parameters()):
        with torch.no_grad():
            module(images)


def _forward(module: nn.Module, images: torch.Tensor) -> torch.Tensor:
    output = module(images)
    if not isinstance(output, torch.Tensor):
        raise TypeError(f"forward must return one tensor of scores, but it returned {_what_instead(output)}")
    return output


def _what_instead(output: object) -> str:
    if output is None:
        return "None: is a `return` missing?"
    if isinstance(output, (tuple, list)):
        return f"{len(output)} things: return the scores alone"
    return f"a {type(output).__name__}"


def _run(module: nn.Module, request: protocol.Run) -> protocol.Ran:
    device = _device(module)
    images = protocol.unpack_tensor(request.images).to(device)
    module.train(request.training)
    _initialise_lazy(module, images)
    layouts.learn(module, images)
    if request.weights_seed is not None:
        _fill(module, request.weights_seed, request.refilled)
    before: _Before = []
    for shuffled in request.reordered:
        _reorder(module, shuffled, before)
    for silenced in request.silenced:
        _silence(module, silenced, before)
    if request.torch_seed is not None:
        seed_torch(request.torch_seed)
    wanted = request.gradients != "none"
    frozen = [value for value in module.parameters() if request.gradients != "all" and value.requires_grad]
    dropping = contextlib.nullcontext() if request.dropout else trace.NoDropout()
    for value in frozen:  # gradients of weights that nobody asked for cost as much time and memory as the weights
        value.requires_grad_(False)
    try:
        with torch.set_grad_enabled(wanted), dropping:
            output = _forward(module, images.requires_grad_(wanted))
            if not wanted:
                return protocol.Ran(protocol.pack_tensor(plain(output)), None, {})
            module.zero_grad()
            upstream = torch.ones_like(output)
            if request.upstream is not None:
                upstream = protocol.unpack_tensor(request.upstream).to(output)
            if upstream.numel() != output.numel():  # there is no such gradient, and the shape tells the harness so
                return protocol.Ran(protocol.pack_tensor(plain(output)), None, {})
            upstream = upstream.view(output.shape)
            if output.requires_grad:  # else the graph was cut: every gradient is absent, which is the evidence
                (output * upstream).sum().backward()
    finally:
        for value in frozen:
            value.requires_grad_(True)
        for changed, numbers in reversed(before):
            changed.data.copy_(numbers)
    gradient = torch.zeros_like(images) if images.grad is None else images.grad
    norms = {name: _norm(plain(value.grad)) for name, value in module.named_parameters() if value.grad is not None}
    return protocol.Ran(protocol.pack_tensor(plain(output)), protocol.pack_tensor(plain(gradient)), norms)


def _norm(gradient: torch.Tensor) -> float:
    """Return the Euclidean norm, added up in double precision; where squares leave float32, they are taken in it too."""
    parts = gradient.view(-1).split(_NORM_PART)
    squares = sum(torch.dot(part, part).item() for part in parts)
    if not _FAINTEST < squares < math.inf:
        squares = sum(part.double().square().sum().item() for part in parts)
    return math.sqrt(squares)


def _trace(module: nn.Module, request: protocol.Trace) -> protocol.Traced:
    noise = torch.Generator().manual_seed(0)
    images = torch.randn(request.input_shape, generator=noise).mul_(3).add_(1).to(_device(module))  # not standardised
    module.train(request.training)
    _initialise_lazy(module, images)
    layouts.learn(module, images)
    if request.weights_seed is not None:
        _fill(module, request.weights_seed, ())
    recorder = trace.Recorder(images, projects=request.weights_seed is not None)
    try:
        with torch.no_grad(), trace.NoDropout(recorder.drop), recorder:
            output = _forward(module, images)
    except Exception as error:
        return protocol.Traced(recorder.stages(None), raised(error))
    return protocol.Traced(recorder.stages(output), None)


def _train(module: nn.Module, request: protocol.Train) -> protocol.Trained:
    device = _device(module)
    images = pixels(request.images).to(device)
    labels = protocol.unpack_tensor(request.labels).to(device)
    module.train()
    _initialise_lazy(module, images[:1])
    seed_torch(request.seed)
    order = torch.Generator().manual_seed(request.seed)
    optimizer = Adam(module.parameters(), request.learning_rate)
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
    images = pixels(request.images).to(_device(module))
    module.eval()
    outputs = [plain(_forward(module, batch)) for batch in images.split(request.batch_size)]
    return protocol.Predicted(protocol.pack_tensor(torch.cat(outputs)))
