"""
Everything that may be said across the trust boundary, with its limits.

A frame is four bytes of length (big endian) and that many bytes of MessagePack.  The reader checks the length before it
allocates anything, decodes into a closed list of types (an unknown kind, a missing or an extra field is an error), and
checks the rest of what a value promises.  Tensors travel as safetensors bytes.  There is no pickle and no eval.

Both sides import this module, so it imports nothing that only one side has: neither torch nor pytest.  Of ours it uses
`grader.errors` alone.
"""

from __future__ import annotations

import array
import operator
import select
import socket
import struct
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

import msgspec

from grader.errors import ProtocolError

if TYPE_CHECKING:
    import torch

MAX_REQUEST_BYTES = 1024**3
"""A request holds at most a training split."""
MAX_CONTROL_BYTES = 1024**2
MAX_TEXT = 4_000
"""Characters kept of any one text from the worker."""
MAX_DEPTH = 8
MAX_ITEMS = 10_000
MAX_NAME = 200
MAX_TRACE = 5
MAX_STAGES = 4_000
_LENGTH = struct.Struct(">I")
_INT64 = 2**63
_MOST_BITS = 14_000  # more could not be shown: Python refuses to write integers of over 4,300 digits
_PIECE_BYTES = 1 << 18
_T = TypeVar("_T")


Name = Annotated[str, msgspec.Meta(max_length=MAX_NAME)]
Text = Annotated[str, msgspec.Meta(max_length=MAX_TEXT)]
Gradients = Literal["none", "input", "all"]
"""Which gradients a run gives: those of the images, or also the sizes of those of the parameters."""
Shape = Annotated[tuple[int, ...], msgspec.Meta(max_length=64)]


class _Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag=str.lower):
    """Base of all messages: immutable, tagged with its own name, no extra fields."""


# --- values -----------------------------------------------------------------------------------------------------------


class Plain(_Message, frozen=True):
    """None, a truth value, a number or a text, of exactly that type."""

    value: bool | int | float | Text | None


class BigInteger(_Message, frozen=True):
    """An integer that MessagePack cannot hold, as hexadecimal text."""

    digits: Annotated[str, msgspec.Meta(max_length=MAX_TEXT, pattern="^-?0x[0-9a-f]+$")]


class Sequence(_Message, frozen=True):
    """A tuple or a list."""

    is_tuple: bool
    items: Annotated[tuple[Value, ...], msgspec.Meta(max_length=MAX_ITEMS)]


class TensorValue(_Message, frozen=True):
    """One tensor, as a safetensors file with one entry."""

    blob: bytes


class Opaque(_Message, frozen=True):
    """Something that cannot cross: only what it is called."""

    type_name: Name
    text: Text


Value = Plain | BigInteger | Sequence | TensorValue | Opaque


def pack(value: object, pack_other: Callable[[object], Value], depth: int = 0) -> Value:
    """
    Turn a Python object into a Value; what is neither plain nor a sequence goes to *pack_other*.

    Numbers of other libraries that stand for an integer (`__index__`) become plain integers, so that
    `numpy.int64(5)` and `5` are the same answer.
    """
    if isinstance(value, str) and not value.isascii():
        value = sendable(value)
    if value is None or type(value) in (bool, float, str):
        return Plain(value) if not isinstance(value, str) or len(value) <= MAX_TEXT else opaque(value)  # type: ignore[arg-type]
    if isinstance(value, int):
        plain = operator.index(value)
        if -_INT64 <= plain < _INT64:
            return Plain(plain)
        if plain.bit_length() > _MOST_BITS:
            return Opaque("int", f"an integer of {plain.bit_length():,} bits")
        return BigInteger(hex(plain))
    if isinstance(value, (tuple, list)):
        if depth >= MAX_DEPTH or len(value) > MAX_ITEMS:
            return opaque(value)
        items = (tuple if isinstance(value, tuple) else list).__iter__(value)  # type: ignore[arg-type]
        return Sequence(isinstance(value, tuple), tuple(pack(item, pack_other, depth + 1) for item in items))
    return pack_other(value)


def sendable(text: str) -> str:
    """Return *text* with the halves of characters that UTF-8 cannot hold made visible."""
    return text.encode(errors="backslashreplace").decode()


def opaque(value: object) -> Opaque:
    """Name a value that cannot cross."""
    try:
        text = repr(value)[:200]
    except Exception:  # a submission's own __repr__ may do anything
        text = ""
    return Opaque(type(value).__name__[:MAX_NAME], text)


def unpack(value: Value, depth: int = 0) -> object:
    """
    Turn a Value back into a Python object; tensors become torch tensors and Opaque stays what it is.

    Raises:
        ProtocolError: If it is nested more deeply than `pack` nests, or a tensor cannot be read.
    """
    if depth > MAX_DEPTH:
        raise ProtocolError(f"a value is nested more than {MAX_DEPTH} deep")
    match value:
        case Plain():
            return value.value
        case BigInteger():
            return int(value.digits, 16)
        case Sequence():
            items = [unpack(item, depth + 1) for item in value.items]
            return tuple(items) if value.is_tuple else items
        case TensorValue():
            return unpack_tensor(value.blob)
        case Opaque():
            return value


def pack_tensors(tensors: Mapping[str, torch.Tensor]) -> bytes:
    """Turn named CPU tensors into safetensors bytes; tensors may share memory or be views."""
    import safetensors.torch

    return safetensors.torch.save({name: tensor.contiguous().clone() for name, tensor in tensors.items()})


def unpack_tensors(blob: bytes) -> dict[str, torch.Tensor]:
    """
    Turn safetensors bytes into named tensors.

    Raises:
        ProtocolError: If the bytes are no safetensors file whose tensors fill it exactly.
    """
    import safetensors
    import safetensors.torch

    try:
        return safetensors.torch.load(blob)
    except (safetensors.SafetensorError, KeyError, ValueError, RuntimeError, TypeError) as error:
        raise ProtocolError(f"a tensor from the worker cannot be read: {error}") from None


def pack_tensor(tensor: torch.Tensor) -> bytes:
    """Turn one CPU tensor into safetensors bytes."""
    return pack_tensors({"": tensor})


def unpack_tensor(blob: bytes) -> torch.Tensor:
    """
    Turn the safetensors bytes of one tensor into it.

    Raises:
        ProtocolError: If there is not exactly one tensor in the bytes.
    """
    tensors = unpack_tensors(blob)
    if tensors.keys() != {""}:
        raise ProtocolError(f"expected one tensor from the worker, got {len(tensors)}")
    return tensors[""]


# --- requests: harness to worker --------------------------------------------------------------------------------------


class File(_Message, frozen=True):
    """One source file, relative to the submission."""

    path: str
    content: bytes


class Load(_Message, frozen=True):
    """Write the files into the private folder and import the main one."""

    files: tuple[File, ...]
    main: str
    forbidden_operators: tuple[str, ...]


class Call(_Message, frozen=True):
    """Call a function of the submission."""

    name: str
    args: tuple[Value, ...]
    kwargs: dict[str, Value]


class Build(_Message, frozen=True):
    """
    Construct a module of the submission under a torch seed and keep it as *handle*.

    Without *initial_values* random ones are left out, which takes most of the time of a large module: for a module whose
    weights are overwritten anyway, or do not matter.
    """

    handle: int
    name: str
    args: tuple[Value, ...]
    kwargs: dict[str, Value]
    seed: int
    device: str
    initial_values: bool


class Describe(_Message, frozen=True):
    """List a module's parameters."""

    handle: int


class Run(_Message, frozen=True):
    """
    Run a module forward, and backward if asked.

    A *weights_seed* first overwrites every parameter with noise that depends on that seed and the parameter's shape
    alone; without it the module keeps its weights.
    """

    handle: int
    images: bytes
    weights_seed: int | None
    training: bool
    dropout: bool
    """Whether dropout drops; without it, it passes on what it gets."""
    gradients: Gradients
    upstream: bytes | None
    """Tensor that multiplies the output before it is summed for the gradient; ones if absent."""


class Trace(_Message, frozen=True):
    """Run a module forward on noise and list its operators; dropout passes on what it gets, and is listed."""

    handle: int
    input_shape: Shape
    training: bool


class Train(_Message, frozen=True):
    """Train a module in place: Adam, cross entropy, shuffled batches."""

    handle: int
    images: bytes
    labels: bytes
    epochs: int
    batch_size: int
    learning_rate: float
    seed: int


class Predict(_Message, frozen=True):
    """Return a module's outputs for images, in evaluation mode."""

    handle: int
    images: bytes
    batch_size: int


Request = Load | Call | Build | Describe | Run | Trace | Train | Predict


class Ask(_Message, frozen=True):
    """A request and its number; the reply repeats the number."""

    number: int
    request: Request


# --- replies: worker to harness ---------------------------------------------------------------------------------------


class Definition(_Message, frozen=True):
    """A name that the submission defines; *kind* is "function", "module" or "value"."""

    name: Name
    kind: Name


class Loaded(_Message, frozen=True):
    """The submission was imported."""

    definitions: Annotated[tuple[Definition, ...], msgspec.Meta(max_length=MAX_ITEMS)]


class Returned(_Message, frozen=True):
    """What a function returned."""

    value: Value


class Built(_Message, frozen=True):
    """A module was constructed."""


class ParameterEntry(_Message, frozen=True):
    """One parameter of a module."""

    name: Name
    shape: Shape
    dtype: Name
    trainable: bool


class Described(_Message, frozen=True):
    """Parameters of a module, in registration order."""

    parameters: Annotated[tuple[ParameterEntry, ...], msgspec.Meta(max_length=MAX_ITEMS)]


class StageEntry(_Message, frozen=True):
    """One operator that ran, and the shape of its output; *probability* is that of a dropout."""

    operator: Name
    shape: Shape
    probability: float | None = None


class Ran(_Message, frozen=True):
    """What a forward (and backward) pass gave."""

    output: bytes
    input_gradient: bytes | None
    gradient_norms: Annotated[dict[Name, float], msgspec.Meta(max_length=MAX_ITEMS)]
    """Euclidean norm of the gradient of each parameter that got one."""


class Traced(_Message, frozen=True):
    """The operators of a forward pass, up to where it raised."""

    stages: Annotated[tuple[StageEntry, ...], msgspec.Meta(max_length=MAX_STAGES)]
    raised: Raised | None


class Trained(_Message, frozen=True):
    """Mean training loss of every epoch, as the worker saw it."""

    losses: tuple[float, ...]


class Predicted(_Message, frozen=True):
    """Outputs for the images of a Predict."""

    outputs: bytes


class Raised(_Message, frozen=True):
    """Student code raised; *type_names* are the exception's class and bases."""

    type_names: Annotated[tuple[Name, ...], msgspec.Meta(min_length=1, max_length=100)]
    text: Text
    trace: Annotated[tuple[Text, ...], msgspec.Meta(max_length=MAX_TRACE)]
    forbidden_operator: Name | None = None


Reply = Loaded | Returned | Built | Described | Ran | Traced | Trained | Predicted | Raised


class Answer(_Message, frozen=True):
    """A reply to the request of the same number."""

    number: int
    reply: Reply


# --- control: harness to the warm parent and back ---------------------------------------------------------------------


class Spawn(_Message, frozen=True):
    """Fork a worker; two descriptors travel with it: the worker's channel and the supervisor's lifeline."""

    preload: tuple[str, ...]
    """Packages to import in the warm parent before it forks, if it has not yet."""
    best_effort: bool
    """Whether to go on where the kernel refuses a namespace."""
    readable: tuple[str, ...]
    """Paths that Landlock leaves readable; empty for no Landlock."""
    memory_bytes: int
    """Address space beyond what the warm parent has; 0 for no limit."""
    scratch_bytes: int
    file_bytes: int
    output_bytes: int
    processes: int
    open_files: int


class Stop(_Message, frozen=True):
    """Kill the worker now."""


class Started(_Message, frozen=True):
    """The worker is confined and waits for requests; said by its supervisor, as is Ended."""


class Ended(_Message, frozen=True):
    """
    How a worker ended, said by its supervisor, which never runs student code.

    Attributes:
        fault: Why the worker could not be confined, or empty.
        exit_code: Exit code, or the negative number of the signal that ended it.
        output: What it wrote to stdout and stderr, as much as was kept.
        dropped_bytes: How much more it wrote.
    """

    fault: str
    exit_code: int
    output: bytes
    dropped_bytes: int


Report = Started | Ended


# --- frames -----------------------------------------------------------------------------------------------------------

_encoder = msgspec.msgpack.Encoder()
_decoders: dict[Any, msgspec.msgpack.Decoder[Any]] = {
    kind: msgspec.msgpack.Decoder(kind) for kind in (Ask, Answer, Reply, Spawn, Stop, Report)
}


def decode(message: bytes | bytearray, kind: type[_T] | Any) -> _T:
    """
    Turn the bytes of a frame into a message of one kind.

    Raises:
        ProtocolError: If the bytes are anything else.
    """
    try:
        return _decoders[kind].decode(message)  # type: ignore[no-any-return]
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        name = getattr(kind, "__name__", "Report")  # the only kind that is a union
        raise ProtocolError(f"not a message of the kind {name}: {error}") from None


def decode_reply(content: bytes) -> Reply:
    """
    Turn the bytes of a reply, as kept on disk, back into it.

    Raises:
        ProtocolError: If the bytes are anything else.
    """
    return decode(content, Reply)


def send(channel: socket.socket, message: msgspec.Struct, descriptors: tuple[int, ...] = ()) -> None:
    """Write one frame; *descriptors* travel with it."""
    body = _encoder.encode(message)
    frame = _LENGTH.pack(len(body)) + body
    if descriptors:
        sent = channel.sendmsg([frame], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))])
        frame = frame[sent:]
    channel.sendall(frame)


class Reader:
    """Reads frames from one channel, several at a time if they have arrived."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._buffer = bytearray()
        self._arrived = select.poll()
        self._arrived.register(channel, select.POLLIN)

    def receive(self, kind: type[_T] | Any, limit_bytes: int) -> _T | None:
        """
        Read one frame; None where the other side has closed the channel.

        Raises:
            ProtocolError: If the frame is longer than *limit_bytes*, is cut off or is not of *kind*.
            TimeoutError: If the channel has a timeout and it passes.
        """
        if not self._fill(_LENGTH.size):
            if self._buffer:
                raise ProtocolError("a frame was cut off in its length")
            return None
        (length,) = _LENGTH.unpack_from(self._buffer)
        if length > limit_bytes:
            raise ProtocolError(f"a frame of {length:,} bytes is longer than the limit of {limit_bytes:,}")
        end = _LENGTH.size + length
        if not self._fill(end):
            raise ProtocolError(f"a frame was cut off after {len(self._buffer):,} of {end:,} bytes")
        message: _T = decode(bytes(memoryview(self._buffer)[_LENGTH.size : end]), kind)
        del self._buffer[:end]
        return message

    def has_more(self, seconds: float = 0) -> bool:
        """Return whether something has arrived that nobody has read yet, or arrives within *seconds*."""
        if not self._buffer and self._arrived.poll(1000 * seconds):
            self._buffer += self._channel.recv(_PIECE_BYTES)
        return bool(self._buffer)

    def _fill(self, count: int) -> bool:
        """Read until *count* bytes are there; memory grows with what arrives, not with what was announced."""
        while len(self._buffer) < count:
            piece = self._channel.recv(_PIECE_BYTES)
            if not piece:
                return False
            self._buffer += piece
        return True


def receive_spawn(control: socket.socket) -> tuple[Spawn, int, int] | None:
    """
    Read a Spawn and its two descriptors; None where the harness has gone.

    Raises:
        ProtocolError: If the frame is not a Spawn with two descriptors.
    """
    head, descriptors, _flags, _address = socket.recv_fds(control, _LENGTH.size, 2)
    if not head:
        return None
    if len(descriptors) != 2:
        raise ProtocolError(f"a Spawn needs two descriptors, got {len(descriptors)}")
    (length,) = _LENGTH.unpack(head)  # the harness sends a whole frame at once, so its length is never cut
    body = control.recv(length, socket.MSG_WAITALL)
    return decode(body, Spawn), descriptors[0], descriptors[1]
