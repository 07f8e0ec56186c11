"""
Turn requests into replies by running student code.  UNTRUSTED SIDE.

Anything in this process may be read or changed by the submission, so nothing that it writes is believed: the harness
decodes every reply into a closed list of types and judges it there.  Imports only `grader.protocol`, torch and the
standard library (enforced in pyproject.toml).  torch is imported by the requests that need it, not here: a submission of
plain functions is answered without it.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

from grader import protocol
from grader.worker.execution import lines, program, warned
from grader.worker.execution.exceptions import raised
from grader.worker.execution.imports import Imports


class Responder:
    """What one worker knows: the submission's module and the nn.Modules that were built from it."""

    def __init__(self, gpu_share: float = 1.0) -> None:
        self.gpu_share = gpu_share
        self.module = types.ModuleType("submission")
        self.modules: dict[int, Any] = {}
        self.forbidden: tuple[str, ...] = ()
        self.only_cpu = False

    def answer(self, request: protocol.Request, tell: Callable[[int, float, float | None], None]) -> protocol.Reply:
        """Answer one request; *tell* takes how far it has come: passes begun, share of all, last loss."""
        match request:
            case protocol.Load():
                return self._load(request)
            case protocol.Call():
                return self._call(request)
            case protocol.Use():
                return self._use(request)
            case protocol.Build():
                return self._build(request)
            case protocol.Observe():
                from grader.worker.execution import observe

                self._use_device(request.device)
                function = getattr(self.module, request.name)
                with self._policy(), self._devices():
                    return observe.observe(function, request, self.modules, tell, _pack)
            case _:
                from grader.worker.execution import modules

                with self._policy(), self._devices():
                    return modules.answer(self.modules[request.handle], request)

    def _load(self, request: protocol.Load) -> protocol.Reply:
        for file in request.files:
            os.makedirs(os.path.dirname(file.path) or ".", exist_ok=True)
            with open(file.path, "wb") as target:
                target.write(file.content)
        self.forbidden = request.forbidden_operators
        if self.forbidden:
            from grader.worker.execution import every_thread

            every_thread.run_within(self._policy)
        name = os.path.basename(request.main).removesuffix(".py")
        path = os.path.join(os.getcwd(), request.main)
        self.module = types.ModuleType(name)
        self.module.__file__ = path
        sys.modules[name] = self.module  # before it runs: dataclasses and recursive imports look it up
        program.become(self.module, os.path.basename(request.main))
        with open(path, "rb") as source:
            code = compile(source.read(), path, "exec")
        exec(code, self.module.__dict__)
        return protocol.Loaded(tuple(_definitions(self.module)))

    def _call(self, request: protocol.Call) -> protocol.Reply:
        function = getattr(self.module, request.name)
        args = [protocol.unpack(value) for value in request.args]
        kwargs = {name: protocol.unpack(value) for name, value in request.kwargs.items()}
        with self._policy():
            result = function(*args, **kwargs)
            return protocol.Returned(_pack(result))

    def _use(self, request: protocol.Use) -> protocol.Reply:
        with self._policy():
            return protocol.Returned(_pack(lines.answer_of(self.module, request)))

    def _build(self, request: protocol.Build) -> protocol.Reply:
        import torch

        from grader.worker.execution.seeding import seed_torch

        args = [protocol.unpack(value) for value in request.args]
        kwargs = {name: protocol.unpack(value) for name, value in request.kwargs.items()}
        seed_torch(request.seed)
        self._use_device(request.device)
        self.modules.pop(request.handle, None)  # room for the one that takes its place
        with self._policy(), self._devices(), _initial_values(request.initial_values):
            module = getattr(self.module, request.name)(*args, **kwargs)
            if not isinstance(module, torch.nn.Module):
                raise TypeError(f"{request.name} should give an nn.Module, but it gives {_article(module)}")
            self.modules[request.handle] = module.to(request.device)
        return protocol.Built()

    @contextlib.contextmanager
    def _policy(self) -> Iterator[None]:
        """Refuse forbidden operators by whatever name they are reached.  It deters; it does not prevent."""
        if not self.forbidden or "torch" not in sys.modules:
            yield
            return
        from grader.worker.execution import modules

        with modules.forbid(self.forbidden):
            yield

    def _use_device(self, device: str) -> None:
        """Note where modules run: on a GPU, in no more of its memory than this worker's share."""
        self.only_cpu = device == "cpu"
        if not self.only_cpu and self.gpu_share < 1:
            import torch

            torch.cuda.set_per_process_memory_fraction(self.gpu_share)

    def _devices(self) -> contextlib.AbstractContextManager[object]:
        """Run on the processor what was written for a GPU, where modules run on the processor."""
        if not self.only_cpu:
            return contextlib.nullcontext()
        from grader.worker.execution import only_cpu

        return only_cpu.OnlyCpu()


def _initial_values(wanted: bool) -> contextlib.AbstractContextManager[None]:
    from grader.worker.execution import construct

    return contextlib.nullcontext() if wanted else construct.without_initial_values()


def _article(value: object) -> str:
    return "None: is a `return` missing?" if value is None else f"a {type(value).__name__}"


def _definitions(module: types.ModuleType) -> Iterator[protocol.Definition]:
    torch = sys.modules.get("torch")
    for name, value in list(vars(module).items())[:2000]:
        if name.startswith("_") or len(name) > protocol.MAX_NAME:
            continue
        if torch is not None and isinstance(value, type) and issubclass(value, torch.nn.Module):
            kind = "module"
        else:
            kind = "function" if callable(value) else "value"
        yield protocol.Definition(name, kind)


def _pack(value: object) -> protocol.Value:
    return protocol.pack(value, _pack_other)


def _pack_array(array: Any) -> bytes:
    from safetensors.numpy import save

    return save({"": sys.modules["numpy"].ascontiguousarray(array)})  # it is there: an array came of it


def _pack_other(value: object) -> protocol.Value:
    """Pack numbers of other libraries, arrays and tensors."""
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor):
        from grader.worker.execution import modules

        if value.ndim == 0 and not value.dtype.is_floating_point and not value.dtype.is_complex:
            return protocol.pack(value.item(), protocol.opaque)
        return protocol.TensorValue(protocol.pack_tensor(modules.plain(value)))
    if type(value).__module__.partition(".")[0] == "numpy" and hasattr(value, "item"):
        if getattr(value, "ndim", 1) == 0:
            return protocol.pack(value.item(), protocol.opaque)
        with contextlib.suppress(Exception):  # an array of texts or objects can only be named
            return protocol.ArrayValue(_pack_array(value))
    if isinstance(value, float):
        return protocol.Plain(float.__float__(value))
    with contextlib.suppress(Exception):
        return protocol.pack(type(value).__index__(value), protocol.opaque)  # type: ignore[attr-defined]
    return protocol.opaque(value)


def serve(channel: socket.socket, threads: int, gpu_share: float) -> NoReturn:
    """
    Answer requests until the harness closes the channel or the process is killed.

    Args:
        threads: On how many it computes.
        gpu_share: How much of a GPU's memory it may take, from above 0 to 1.
    """
    session = Responder(gpu_share)
    if threads > 1 and "torch" in sys.modules:  # the fork server has one: it must not start others before it forks
        sys.modules["torch"].set_num_threads(threads)
    sys.meta_path.insert(0, Imports())
    program.begin()
    warned.point_at_the_submission()
    requests = protocol.Reader(channel)
    while (ask := requests.receive(protocol.Ask, protocol.MAX_REQUEST_BYTES)) is not None:
        number = ask.number

        def tell(passes: int, share: float, loss: float | None, number: int = number) -> None:
            protocol.send(channel, protocol.Progress(number, passes, share, loss))

        try:
            reply = session.answer(ask.request, tell)
        except BaseException as error:  # SystemExit and KeyboardInterrupt of student code are answers too
            reply = raised(error)
        program.flush()
        protocol.send(channel, protocol.Answer(ask.number, reply))
    os._exit(0)
