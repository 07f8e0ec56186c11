"""
Call a function of the submission with parts of the harness, and note what it does with them.  UNTRUSTED SIDE.

A training loop is known by what it makes of weights, and that is what the harness judges.  The notes say why: which mode the
network was in, whose gradients were there at a step, what the criterion got.  They are taken by parts that are the real ones
of torch (DataLoader, SGD, CrossEntropyLoss) and only take notes beside their work, so every style of loop finds what it expects.
"""

from __future__ import annotations

import contextlib
import importlib
import random
import sys
import time
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F
from torch.optim.optimizer import register_optimizer_step_pre_hook
from torch.utils.data import DataLoader, TensorDataset

from grader import protocol
from grader.worker.execution import modules
from grader.worker.execution.seeding import seed_torch

_MAX_NOTED_BYTES = 32 * 1024**2
_TELL_SECONDS = 0.2
_EPSILON = 1e-5

Tell = Callable[[int, float, float | None], None]
"""Tells the harness how far a request has come: passes begun, share of all, last loss."""


class TimeIsUp(BaseException):
    """Raised in student code when its time is over; no `except Exception` of a loop catches it."""


class _Watch:
    """Takes notes, keeps the time, tells how far the training has come."""

    def __init__(self, request: protocol.Observe, tell: Tell) -> None:
        self.notes: list[protocol.Note] = []
        self.network: nn.Module | None = None
        self.losses: list[list[float]] = []
        """Of each pass over the first loader on which `backward` was called."""
        self._room = _MAX_NOTED_BYTES
        self._passes = request.passes
        self._ends = time.monotonic() + request.stop_seconds
        self._tell = tell
        self._told = 0.0
        self._is_new_pass = True
        self._share = 0.0
        self._trained_by: dict[int, torch.optim.Optimizer] = {}
        """Of each weight of the network, by its id, the optimizer that began last to train it."""
        self._optimizers: list[weakref.ref[torch.optim.Optimizer]] = []

    def __deepcopy__(self, memo: Any) -> _Watch:
        """Stay one: who copies a network to keep its best weights copies no watch."""
        return self

    def note(self, note: protocol.Note, size: int = 0) -> None:
        """Take a note of *size* bytes, while there is room."""
        if len(self.notes) < protocol.MAX_NOTES and size <= self._room:
            self._room -= size
            self.notes.append(note)

    def see(self, tensor: torch.Tensor) -> bytes:
        """Return a tensor for a note; nothing where it cannot be noted, since taking notes must not stop who is watched."""
        try:
            return b"" if tensor.nbytes > self._room else protocol.pack_tensor(modules.on_cpu(tensor))
        except Exception:  # quantized, sparse, and whatever else torch or safetensors cannot hold
            return b""

    def begin_pass(self, loader: int) -> None:
        """Note that somebody begins to go through a loader."""
        state = b"" if self.network is None else state_of(self.network)
        self.note(protocol.PassBegun(loader, state), len(state))
        self._is_new_pass = self._is_new_pass or loader == 0

    def give_batch(self, loader: int, index: int, batches: int) -> None:
        """Note that a batch is given out; raises TimeIsUp."""
        self.keep_time()
        self.note(protocol.BatchGiven(loader))
        if loader == 0:
            done = max(len(self.losses) - (not self._is_new_pass), 0)
            self._share = min((done + index / batches) / self._passes, 1.0)
            self._tell_sometimes()

    def backward(self, loss: torch.Tensor) -> None:
        """Note that `backward` is called on *loss*; raises TimeIsUp."""
        self.keep_time()
        if loss.numel() != 1:
            return
        if self._is_new_pass:
            self.losses.append([])
            self._is_new_pass = False
        self.losses[-1].append(float(loss.detach()))
        if self.network is not None:
            self.note(protocol.Backward(self.losses[-1][-1]))

    def step(self, optimizer: torch.optim.Optimizer) -> None:
        """Note that an optimizer takes its first step on the network, where another one remembers something of its weights."""
        if self.network is None or any(one() is optimizer for one in self._optimizers):
            return
        self._optimizers.append(weakref.ref(optimizer))
        own = {id(weight) for weight in self.network.parameters()}
        weights = [one for group in optimizer.param_groups for one in group["params"] if id(one) in own]
        if any(self._remembers_alone(weight, optimizer) for weight in weights):
            self.note(protocol.Restarted())
        self._trained_by |= dict.fromkeys(map(id, weights), optimizer)

    def _remembers_alone(self, weight: torch.Tensor, optimizer: torch.optim.Optimizer) -> bool:
        """Return whether the optimizer that trained a weight before remembers something of it, and this one does not."""
        before = self._trained_by.get(id(weight))
        return before is not None and bool(before.state.get(weight)) and not optimizer.state.get(weight)

    def keep_time(self) -> None:
        """Raise TimeIsUp if the time is over."""
        if time.monotonic() > self._ends:
            raise TimeIsUp

    def _tell_sometimes(self) -> None:
        now = time.monotonic()
        if now - self._told >= _TELL_SECONDS:
            self._told = now
            begun = len(self.losses) + self._is_new_pass
            self._tell(begun, self._share, self.losses[-1][-1] if self.losses else None)


class _Sentinel:
    """Lives as long as the graph that it is tied to."""


class _Tie(torch.autograd.Function):
    """Passes scores on and ties a sentinel to their graph."""

    @staticmethod
    def forward(ctx: Any, scores: torch.Tensor, alive: weakref.WeakSet[_Sentinel]) -> torch.Tensor:
        ctx.sentinel = _Sentinel()
        alive.add(ctx.sentinel)
        return scores.clone()

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor, None]:
        return gradients[0], None


class _Network(nn.Module):
    """The harness's: convolution, batch normalisation, ReLU, pooling to 4 x 4, dropout, linear layer, in float64."""

    def __init__(self, watch: _Watch, part: protocol.LessonNetwork) -> None:
        super().__init__()
        state = protocol.unpack_tensors(part.state)
        width, channels, *_kernel = state["conv.weight"].shape
        classes, features = state["linear.weight"].shape
        self.conv = nn.Conv2d(channels, width, 3, padding=1, dtype=torch.float64)
        self.norm = nn.BatchNorm2d(width, eps=_EPSILON, dtype=torch.float64)
        self.linear = nn.Linear(features, classes, dtype=torch.float64)
        self.load_state_dict(state)
        self.train(part.training)
        self._dropout = part.dropout
        self._watch = watch
        self._alive: weakref.WeakSet[_Sentinel] = weakref.WeakSet()

    def __deepcopy__(self, memo: Any) -> _Network:
        twin = _Network(self._watch, protocol.LessonNetwork(state_of(self), self._dropout, self.training))
        return twin.to(self.linear.weight.device)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return (N, K) scores; images of any precision, since they hold few bits."""
        seen = self._watch.see(images)
        with_graph = torch.is_grad_enabled()
        trains = self.training or self.norm.training  # `model.training = False` reaches no layer
        self._watch.note(protocol.Forward(trains, with_graph, len(self._alive), seen), len(seen))
        maps = F.relu(self.norm(self.conv(images.double())))
        features = F.adaptive_avg_pool2d(maps, 4).flatten(1)
        scores: torch.Tensor = self.linear(F.dropout(features, self._dropout, self.training))
        if with_graph:
            scores = _Tie.apply(scores, self._alive)
        return scores

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Clear the gradients, and say so."""
        self._watch.note(protocol.Cleared())
        super().zero_grad(set_to_none)


class _SGD(torch.optim.SGD):
    """The real one, which notes what gradients it is given."""

    def __init__(self, watch: _Watch, network: nn.Module, part: protocol.Optimizer) -> None:
        self._watch = watch
        self._network = network
        super().__init__(
            network.parameters(), lr=part.learning_rate, momentum=part.momentum, weight_decay=part.weight_decay
        )

    def step(self, closure: Any = None) -> Any:
        """Take a step; a closure is called first, as torch does."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        named = [(name, value) for name, value in self._network.named_parameters()]
        gradients = protocol.pack_tensors({name: modules.plain(p.grad) for name, p in named if p.grad is not None})
        weights = protocol.pack_tensors({name: modules.plain(value) for name, value in named})
        self._watch.note(protocol.Step(gradients, weights), len(gradients) + len(weights))
        super().step()
        return loss

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Clear the gradients, and say so."""
        self._watch.note(protocol.Cleared())
        super().zero_grad(set_to_none)


class _CrossEntropy(nn.CrossEntropyLoss):
    """The real one, which notes what it is given."""

    def __init__(self, watch: _Watch, label_smoothing: float) -> None:
        super().__init__(label_smoothing=label_smoothing)
        self._watch = watch

    def forward(self, input: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """Return the mean cross entropy."""
        if isinstance(input, torch.Tensor) and isinstance(target, torch.Tensor):
            scores, labels = self._watch.see(input), self._watch.see(target)
            self._watch.note(protocol.Criticised(scores, labels), len(scores) + len(labels))
        return super().forward(input, target)


class _Loader(DataLoader[Any]):
    """The real one, which notes who goes through it, and gives out nothing when the time is over."""

    def __init__(self, watch: _Watch, number: int, part: protocol.Batches, seed: int) -> None:
        self._watch = watch
        self._number = number
        images, labels = modules.pixels(part.images), protocol.unpack_tensor(part.labels)
        order = torch.Generator().manual_seed(seed)
        super().__init__(TensorDataset(images, labels), part.batch_size, shuffle=part.shuffled, generator=order)

    def __iter__(self) -> Iterator[Any]:  # type: ignore[override]
        self._watch.begin_pass(self._number)
        try:
            for index, batch in enumerate(super().__iter__()):
                self._watch.give_batch(self._number, index, len(self))
                yield batch
        finally:  # also for who only looks at the first batch
            self._watch.note(protocol.PassEnded(self._number))


def observe(
    function: Callable[..., object],
    request: protocol.Observe,
    built: dict[int, nn.Module],
    tell: Tell,
    pack: Callable[[object], protocol.Value],
) -> protocol.Observed:
    """Call *function* with the parts of *request*; *built* are the modules that the request may name."""
    watch = _Watch(request, tell)
    parts = _Parts(watch, request, built)
    args = [parts.make(part) for part in request.args]
    kwargs = {name: parts.make(part) for name, part in request.kwargs.items()}
    _sow(request.seed)
    value: protocol.Value = protocol.Plain(None)
    stopped = False
    recorded = torch.is_grad_enabled()
    with _watched_backward(watch), _watched_optimizers(watch):
        try:
            value = pack(function(*args, **kwargs))
        except TimeIsUp:
            stopped = True
    state = b"" if watch.network is None else state_of(watch.network)
    means = tuple(sum(losses) / len(losses) for losses in watch.losses[: protocol.MAX_ITEMS])
    left_off = recorded and not torch.is_grad_enabled()
    return protocol.Observed(value, tuple(watch.notes), state, stopped, means, left_off)


class _Parts:
    """Makes the parts of one call; the optimizer is over the network that was made before it."""

    def __init__(self, watch: _Watch, request: protocol.Observe, built: dict[int, nn.Module]) -> None:
        self._watch = watch
        self._seed = request.seed
        self._built = built
        self._device = torch.device(request.device)
        self._loaders = 0

    def make(self, part: protocol.Part) -> object:
        match part:
            case protocol.LessonNetwork():
                self._watch.network = _Network(self._watch, part).to(self._device)
                return self._watch.network
            case protocol.BuiltModule():
                return self._built[part.handle]
            case protocol.Batches():
                self._loaders += 1
                return _Loader(self._watch, self._loaders - 1, part, self._seed)
            case protocol.Criterion():
                return _CrossEntropy(self._watch, part.label_smoothing)
            case protocol.Optimizer():
                assert self._watch.network is not None
                return _SGD(self._watch, self._watch.network, part)
            case protocol.Device():
                return self._device
            case protocol.Plain():
                return part.value


def state_of(network: nn.Module) -> bytes:
    """Return the safetensors bytes of a network's state_dict."""
    return protocol.pack_tensors({name: modules.plain(value) for name, value in network.state_dict().items()})


def _sow(seed: int) -> None:
    """Seed everything that a training commonly draws from."""
    seed_torch(seed)
    random.seed(seed)
    if "numpy" in sys.modules:
        with contextlib.suppress(ImportError, OSError):  # an assignment may offer no numpy, although torch brings it
            importlib.import_module("numpy.random").seed(seed % 2**32)


@contextlib.contextmanager
def _watched_backward(watch: _Watch) -> Iterator[None]:
    """Notice every call of `loss.backward()`."""
    real = torch.Tensor.backward

    is_nested = False  # a torch function mode makes `backward` call itself once more

    def backward(self: torch.Tensor, *args: Any, **kwargs: Any) -> None:
        nonlocal is_nested
        if is_nested:
            real(self, *args, **kwargs)
            return
        is_nested = True
        try:
            watch.backward(self)
            real(self, *args, **kwargs)
        finally:
            is_nested = False

    torch.Tensor.backward = backward  # type: ignore[method-assign]
    try:
        yield
    finally:
        torch.Tensor.backward = real  # type: ignore[method-assign]


@contextlib.contextmanager
def _watched_optimizers(watch: _Watch) -> Iterator[None]:
    """Notice every step of an optimizer."""

    def before_a_step(optimizer: torch.optim.Optimizer, *_: Any) -> None:
        with contextlib.suppress(Exception):  # of an optimizer whose parts are others: taking notes stops nobody
            watch.step(optimizer)

    hook = register_optimizer_step_pre_hook(before_a_step)
    try:
        yield
    finally:
        hook.remove()
