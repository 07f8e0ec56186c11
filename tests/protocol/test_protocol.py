"""What may cross the trust boundary does so unchanged; everything else is refused before it costs anything."""

from __future__ import annotations

import contextlib
import enum
import math
import socket
import struct
import tracemalloc
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import torch
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from grader import protocol
from grader.errors import ProtocolError

plain_values = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=50)
values = st.recursive(
    plain_values, lambda inner: st.lists(inner, max_size=4) | st.lists(inner, max_size=4).map(tuple), max_leaves=20
)
KINDS = (protocol.Ask, protocol.Answer, protocol.Spawn, protocol.Stop, protocol.Report)
KIND_NAMES = ("ask", "answer", "spawn", "stop", "report")


def encode(message: msgspec.Struct) -> bytes:
    """Return the body of a frame."""
    return msgspec.msgpack.encode(message)


def across(value: object) -> object:
    """Return what arrives on our side when a worker answers with *value*."""
    answer = protocol.Answer(1, protocol.Returned(protocol.pack(value, protocol.opaque)))
    reply = protocol.decode(encode(answer), protocol.Answer).reply
    assert isinstance(reply, protocol.Returned)
    return protocol.unpack(reply.value)


def exactly(value: object) -> object:
    """Return *value* in a form whose equality sees types, the sign of zero, and NaN."""
    if isinstance(value, tuple | list):
        return (type(value), [exactly(item) for item in value])
    return (type(value), value.hex() if isinstance(value, float) else value)


def reader_of(sent: bytes) -> protocol.Reader:
    """Return a Reader of a channel on which *sent* arrives, and then its end."""
    near, far = socket.socketpair()
    with far:
        far.sendall(sent)
    return protocol.Reader(near)


# --- values ---


@given(value=values)
@example(value=math.nan)
@example(value=[math.inf, -math.inf, -0.0])
@example(value=(True, 1, 1.0, "1", None))
@example(value=(-(2**63), 2**63 - 1))
def test_plain_values_arrive_as_they_were(value: object) -> None:
    """Numbers, texts, truth values, tuples and lists cross with value and type unchanged."""
    assert exactly(across(value)) == exactly(value)


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, -(10**4000)], ids=["just-larger", "just-smaller", "huge"])
def test_integers_beyond_64_bits_arrive_as_they_were(value: int) -> None:
    """An integer that MessagePack cannot hold crosses exactly, and can be shown."""
    assert exactly(across(value)) == (int, value)
    assert str(across(value)) == str(value)


def test_integers_that_cannot_be_shown_do_not_cross() -> None:
    """An integer with more digits than Python would write arrives by its size alone."""
    assert across(10**5000) == protocol.Opaque("int", f"an integer of {(10**5000).bit_length():,} bits")
    for bits in range(14_000, 17_000, 50):
        assert str(across(1 << bits))


@pytest.mark.parametrize("digits", ["", "0x", "7", "0xg", "0x1_0", " 0x1", "0x" + "f" * protocol.MAX_TEXT])
def test_forged_integers_are_refused(digits: str) -> None:
    """Text that is no hexadecimal integer of a sensible length is no integer."""
    value = {"type": "biginteger", "digits": digits}
    tree = {"type": "answer", "number": 1, "reply": {"type": "returned", "value": value}}

    with pytest.raises(ProtocolError, match="not a message of the kind Answer"):
        protocol.decode(msgspec.msgpack.encode(tree), protocol.Answer)


class Colour(enum.IntEnum):
    """An integer with a name."""

    RED = 5


class Renamed(int):
    """An integer of a class of the submission's own."""


class Loud(str):
    """A text of a class of the submission's own."""


class Unprintable:
    """An object that cannot be shown."""

    def __repr__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize("value", [Colour.RED, Renamed(5)], ids=["enum", "subclass"])
def test_integers_of_other_classes_become_plain(value: int) -> None:
    """A subclass of int arrives as the plain integer it stands for."""
    assert exactly(across(value)) == (int, 5)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param({1: "a"}, protocol.Opaque("dict", "{1: 'a'}"), id="dict-whose-keys-are-no-texts"),
        pytest.param({1}, protocol.Opaque("set", "{1}"), id="set"),
        pytest.param(b"ab", protocol.Opaque("bytes", "b'ab'"), id="bytes"),
        pytest.param(1 + 2j, protocol.Opaque("complex", "(1+2j)"), id="complex"),
        pytest.param(Loud("hi"), protocol.Opaque("Loud", "'hi'"), id="subclass-of-str"),
        pytest.param(Unprintable(), protocol.Opaque("Unprintable", ""), id="repr-that-raises"),
    ],
)
def test_other_objects_arrive_by_name_only(value: object, expected: protocol.Opaque) -> None:
    """An object that is no plain value crosses as its type's name and a short text, never as itself."""
    assert across(value) == expected


def nested(depth: int) -> object:
    """Return *depth* lists inside each other."""
    value: object = 0
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [nested(protocol.MAX_DEPTH), [0] * protocol.MAX_ITEMS, "x" * protocol.MAX_TEXT],
    ids=["depth", "items", "text"],
)
def test_the_largest_values_still_cross(value: object) -> None:
    """A value at the limit arrives whole."""
    assert across(value) == value


@pytest.mark.parametrize(
    "value",
    [[0] * (protocol.MAX_ITEMS + 1), "x" * (protocol.MAX_TEXT + 1)],
    ids=["items", "text"],
)
def test_larger_values_do_not_cross(value: object) -> None:
    """One item or character beyond the limit makes a value opaque, and short."""
    assert across(value) == protocol.Opaque(type(value).__name__, repr(value)[:200])


class Disguised(dict[str, object]):
    """A dictionary that shows other entries than it has."""

    def __iter__(self) -> Iterator[str]:
        return iter(["shown"])

    def items(self) -> Any:
        return [("shown", 1)]


def test_a_dictionary_arrives_with_what_it_holds() -> None:
    """Keys that are texts and all entries cross, those that the dictionary really has."""
    assert across([{"epoch": 1, "loss": [0.5]}, {}]) == [{"epoch": 1, "loss": [0.5]}, {}]
    assert across(Disguised(held=2)) == {"held": 2}


@pytest.mark.parametrize(
    "value",
    [{str(key): 0 for key in range(protocol.MAX_ITEMS + 1)}, {"x" * (protocol.MAX_NAME + 1): 0}, {"a": 0, None: 1}],
    ids=["entries", "key", "key-that-is-no-text"],
)
def test_other_dictionaries_do_not_cross(value: dict[str, int]) -> None:
    """A dictionary with too many entries, too long a key or a key that is no text arrives by name only."""
    assert across(value) == protocol.Opaque("dict", repr(value)[:200])


def test_nesting_beyond_the_limit_does_not_cross() -> None:
    """What lies deeper than the limit is opaque; what lies above it arrives."""
    arrived = across(nested(protocol.MAX_DEPTH + 1))

    for _ in range(protocol.MAX_DEPTH):
        assert isinstance(arrived, list)
        (arrived,) = arrived
    assert arrived == protocol.Opaque("list", "[0]")


def test_a_list_that_contains_itself_ends() -> None:
    """A cyclic list is cut off at the limit on depth."""
    cycle: list[object] = []
    cycle.append(cycle)

    arrived = across(cycle)
    for _ in range(protocol.MAX_DEPTH):
        assert isinstance(arrived, list)
        (arrived,) = arrived
    assert isinstance(arrived, protocol.Opaque)


def test_a_sequence_cannot_lie_about_its_items() -> None:
    """A subclass of list is read as a list, whatever it says that iterating over it gives."""

    class Lying(list):  # type: ignore[type-arg]
        def __iter__(self):  # type: ignore[no-untyped-def]
            return iter([42])

    assert across(Lying([1, 2])) == [1, 2]


# --- tensors ---

DTYPES = (torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.uint8, torch.bool)


class Stubborn(torch.Tensor):
    """A subclass whose operations give wrong answers."""

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):  # type: ignore[no-untyped-def]
        raise RuntimeError("no operation is allowed")


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("shape", [(), (0,), (2, 0, 3), (3, 2)], ids=["scalar", "empty", "empty-plane", "matrix"])
def test_tensors_arrive_as_they_were(dtype: torch.dtype, shape: tuple[int, ...]) -> None:
    """Shape, dtype and values of a tensor cross unchanged."""
    tensor = torch.arange(math.prod(shape)).reshape(shape).to(dtype)

    arrived = protocol.unpack_tensor(protocol.pack_tensor(tensor))
    assert arrived.dtype == dtype
    assert arrived.shape == shape
    assert torch.equal(arrived, tensor)


def test_values_that_are_no_numbers_arrive() -> None:
    """NaN and infinities in a tensor cross; judging them is not the protocol's business."""
    arrived = protocol.unpack_tensor(protocol.pack_tensor(torch.tensor([math.nan, math.inf, -math.inf])))

    assert arrived.isnan().tolist() == [True, False, False]
    assert arrived[1:].tolist() == [math.inf, -math.inf]


@pytest.mark.parametrize(
    "tensor",
    [
        pytest.param(torch.ones(1).expand(1000, 3), id="expanded"),
        pytest.param(torch.arange(6.0).reshape(2, 3).T, id="transposed"),
        pytest.param(torch.arange(20.0)[3:9:2], id="slice-of-a-larger-one"),
    ],
)
def test_views_arrive_as_what_they_show(tensor: torch.Tensor) -> None:
    """A tensor that borrows memory crosses with its own values, and owns as many bytes as it has values."""
    arrived = protocol.unpack_tensor(protocol.pack_tensor(tensor))

    assert torch.equal(arrived, tensor)
    assert arrived.untyped_storage().nbytes() == tensor.numel() * tensor.element_size()


def test_tensors_that_share_memory_cross_together() -> None:
    """Two names for one tensor, as tied weights are, arrive as two tensors."""
    tied = torch.arange(3.0)

    arrived = protocol.unpack_tensors(protocol.pack_tensors({"a": tied, "b": tied}))
    assert {name: tensor.tolist() for name, tensor in arrived.items()} == {"a": [0, 1, 2], "b": [0, 1, 2]}


@pytest.mark.parametrize("count", [0, 2], ids=["none", "two"])
def test_one_tensor_means_one(count: int) -> None:
    """Where one tensor was promised, another number of them is refused."""
    blob = protocol.pack_tensors({str(number): torch.zeros(1) for number in range(count)})

    with pytest.raises(ProtocolError, match=f"expected one tensor from the worker, got {count}"):
        protocol.unpack_tensor(blob)


def tensor_file(header: str, data: bytes = b"") -> bytes:
    """Return a safetensors file with any header."""
    return struct.pack("<Q", len(header)) + header.encode() + data


@pytest.mark.parametrize(
    "blob",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(struct.pack("<Q", 2**63) + b"{}", id="header-of-eight-exbibytes"),
        pytest.param(tensor_file("{"), id="header-cut-off"),
        pytest.param(
            tensor_file('{"":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}', bytes(4)), id="too-few-bytes"
        ),
        pytest.param(
            tensor_file('{"":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', bytes(9)), id="rest-at-the-end"
        ),
        pytest.param(tensor_file('{"":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}', bytes(8)), id="hole"),
        pytest.param(
            tensor_file('{"":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}', bytes(4)), id="negative-side"
        ),
        pytest.param(
            tensor_file('{"":{"dtype":"F32","shape":[274877906944],"data_offsets":[0,4]}}', bytes(4)),
            id="claims-one-tebibyte",
        ),
        pytest.param(
            tensor_file(f'{{"":{{"dtype":"F32","shape":[0,{2**63}],"data_offsets":[0,0]}}}}'), id="empty-but-huge"
        ),
        pytest.param(
            tensor_file(f'{{"":{{"dtype":"F32","shape":[{2**62},4,0],"data_offsets":[0,0]}}}}'), id="sides-overflow"
        ),
        pytest.param(
            tensor_file('{"":{"dtype":"F4","shape":[2],"data_offsets":[0,1]}}', bytes(1)), id="dtype-of-4-bits"
        ),
        pytest.param(tensor_file('{"":{"dtype":"X9","shape":[1],"data_offsets":[0,1]}}', bytes(1)), id="unknown-dtype"),
        pytest.param(b"\x80\x04\x95\x00", id="a-pickle"),
    ],
)
def test_forged_tensors_are_refused(blob: bytes) -> None:
    """Bytes whose header promises something else than follows are an error of the worker's, and cost nothing."""
    tracemalloc.start()
    try:
        with pytest.raises(ProtocolError, match="a tensor from the worker cannot be read"):
            protocol.unpack_tensors(blob)
        assert tracemalloc.get_traced_memory()[1] < 1024**2
    finally:
        tracemalloc.stop()


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_damaged_tensors_never_break_the_harness(data: st.DataObject) -> None:
    """Whatever byte of a tensor is changed or cut, reading it gives tensors or a ProtocolError."""
    blob = bytearray(protocol.pack_tensors({"": torch.arange(4.0), "b": torch.zeros(2, 2, dtype=torch.int64)}))
    for _ in range(data.draw(st.integers(1, 3))):
        blob[data.draw(st.integers(0, len(blob) - 1))] = data.draw(st.integers(0, 255))
    del blob[data.draw(st.integers(0, len(blob))) :]

    try:
        tensors = protocol.unpack_tensors(bytes(blob))
    except ProtocolError:
        return
    assert all(type(tensor) is torch.Tensor for tensor in tensors.values())


@given(blob=st.binary(max_size=200))
def test_random_bytes_are_no_tensor(blob: bytes) -> None:
    """Random bytes give no tensor that is asked for, and no error but ProtocolError."""
    with pytest.raises(ProtocolError):
        protocol.unpack_tensor(blob)


# --- messages ---

ANSWER = protocol.Answer(3, protocol.Returned(protocol.Sequence(True, (protocol.Plain(1), protocol.Opaque("a", "b")))))


@pytest.mark.parametrize("kind", KINDS, ids=KIND_NAMES)
@given(message=st.binary(max_size=100))
def test_random_bytes_are_no_message(kind: type, message: bytes) -> None:
    """Random bytes are never a message, and raise ProtocolError only."""
    assume(kind is not protocol.Stop or message != b"\x80")  # a Stop has no fields: an empty map is one
    with pytest.raises(ProtocolError, match="not a message of the kind "):
        protocol.decode(message, kind)


@pytest.mark.parametrize("kind", KINDS, ids=KIND_NAMES)
@pytest.mark.parametrize(
    "message",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\x91" * 100_000, id="arrays-inside-arrays"),
        pytest.param(b"\x81\xa5value" * 100_000, id="maps-inside-maps"),
        pytest.param(b"\xc9\xff\xff\xff\xff\x01", id="extension-of-four-gigabytes"),
        pytest.param(b"\xdd\xff\xff\xff\xff", id="array-of-four-billion-items"),
        pytest.param(b"\xc6\xff\xff\xff\xff", id="four-gigabytes"),
        pytest.param(b"\xa3\xff\xfe\xfd", id="text-that-is-not-utf-8"),
    ],
)
def test_hostile_bytes_are_no_message(kind: type, message: bytes) -> None:
    """Bytes that are made to hurt a decoder raise ProtocolError and allocate next to nothing."""
    tracemalloc.start()
    try:
        with pytest.raises(ProtocolError, match="not a message of the kind "):
            protocol.decode(message, kind)
        assert tracemalloc.get_traced_memory()[1] < 1024**2
    finally:
        tracemalloc.stop()


@settings(max_examples=300)
@given(data=st.data())
def test_damaged_messages_never_break_the_harness(data: st.DataObject) -> None:
    """Whatever byte of an answer is changed, decoding it gives an Answer or a ProtocolError."""
    message = bytearray(encode(ANSWER))
    for _ in range(data.draw(st.integers(1, 3))):
        message[data.draw(st.integers(0, len(message) - 1))] = data.draw(st.integers(0, 255))

    with contextlib.suppress(ProtocolError):
        assert isinstance(protocol.decode(bytes(message), protocol.Answer), protocol.Answer)


@pytest.mark.parametrize(
    ("tree", "complaint"),
    [
        pytest.param({"type": "answer", "number": 1}, "missing required field `reply`", id="missing-field"),
        pytest.param(
            {"type": "answer", "number": 1, "reply": {"type": "built"}, "points": 5},
            "unknown field `points`",
            id="extra-field",
        ),
        pytest.param(
            {"type": "answer", "number": 1, "reply": {"type": "verdict"}}, "Invalid value 'verdict'", id="unknown-kind"
        ),
        pytest.param(
            {"type": "answer", "number": "1", "reply": {"type": "built"}}, "Expected `int`, got `str`", id="wrong-type"
        ),
        pytest.param(
            {"type": "ask", "number": 1, "request": {"type": "describe", "handle": 1}},
            "Invalid value 'ask'",
            id="a-request",
        ),
        pytest.param(
            {"type": "answer", "number": 1, "reply": {"type": "returned", "value": {"type": "plain", "value": b"x"}}},
            "got `bytes`",
            id="bytes-for-a-number",
        ),
    ],
)
def test_the_list_of_messages_is_closed(tree: object, complaint: str) -> None:
    """A message that is nearly right is refused, and the error says what is wrong."""
    with pytest.raises(ProtocolError, match="not a message of the kind Answer: .*" + complaint):
        protocol.decode(msgspec.msgpack.encode(tree), protocol.Answer)


def test_deep_answers_are_refused() -> None:
    """Nesting that no honest worker sends ends in ProtocolError, not in a crash of the harness."""
    value = b"\x83\xa4type\xa8sequence\xa8is_tuple\xc2\xa5items\x91" * 100_000 + encode(protocol.Plain(0))
    body = b"\x83\xa4type\xa6answer\xa6number\x01\xa5reply\x82\xa4type\xa8returned\xa5value" + value

    with pytest.raises(ProtocolError, match="recursion"):
        protocol.decode(body, protocol.Answer)


# --- frames ---


def frame(body: bytes) -> bytes:
    """Return *body* as it travels."""
    return struct.pack(">I", len(body)) + body


def test_frames_arrive_in_order_and_then_the_end() -> None:
    """Messages that arrive in one piece are read one by one; the end of the channel is None."""
    reader = reader_of(frame(encode(ANSWER)) + frame(encode(protocol.Answer(4, protocol.Built()))))

    assert reader.receive(protocol.Answer, 1000) == ANSWER
    assert reader.receive(protocol.Answer, 1000) == protocol.Answer(4, protocol.Built())
    assert reader.receive(protocol.Answer, 1000) is None


def test_what_is_sent_is_what_is_received() -> None:
    """`send` and `Reader` agree on frames, also for one that is larger than a socket's buffer."""
    near, far = socket.socketpair()
    request = protocol.Load((protocol.File("a.py", bytes(100_000)),), "a.py", ("conv",))
    with near, far:
        protocol.send(far, protocol.Ask(1, request))
        assert protocol.Reader(near).receive(protocol.Ask, protocol.MAX_REQUEST_BYTES) == protocol.Ask(1, request)


@pytest.mark.parametrize(
    ("sent", "complaint"),
    [
        pytest.param(b"\0\0", "a frame was cut off in its length", id="half-a-length"),
        pytest.param(b"\0\0\0\x0ahello", "a frame was cut off after 9 of 14 bytes", id="half-a-frame"),
        pytest.param(b"\0\0\x10\0", "a frame of 4,096 bytes is longer than the limit of 1,000", id="too-long"),
        pytest.param(b"\xff\xff\xff\xff", "a frame of 4,294,967,295 bytes is longer", id="longest-that-can-be-said"),
        pytest.param(frame(b""), "not a message of the kind Answer", id="empty"),
        pytest.param(frame(encode(protocol.Stop())), "not a message of the kind Answer", id="of-another-kind"),
        pytest.param(b"HTTP/1.1 200 OK\r\n", "longer than the limit", id="another-protocol"),
    ],
)
def test_broken_frames_are_refused(sent: bytes, complaint: str) -> None:
    """A frame that is cut off, too long or of another kind is a ProtocolError that says so."""
    with pytest.raises(ProtocolError, match=complaint):
        reader_of(sent).receive(protocol.Answer, 1000)


def test_an_announced_length_allocates_nothing() -> None:
    """Memory grows with what arrives, not with what a frame announces."""
    reader = reader_of(struct.pack(">I", 2**31) + b"x" * 100)
    tracemalloc.start()
    try:
        with pytest.raises(ProtocolError, match="cut off after 104 of 2,147,483,652 bytes"):
            reader.receive(protocol.Answer, 2**32)
        assert tracemalloc.get_traced_memory()[1] < 4 * 1024**2
    finally:
        tracemalloc.stop()


def test_a_silent_channel_times_out() -> None:
    """A channel with a timeout on which nothing comes raises TimeoutError, also in the middle of a frame."""
    near, far = socket.socketpair()
    with near, far:
        near.settimeout(0.01)
        far.sendall(b"\0\0\0\x0ahel")
        with pytest.raises(TimeoutError):
            protocol.Reader(near).receive(protocol.Answer, 1000)


SPAWN = protocol.Spawn(("torch",), False, (), 1, 2, 3, 4, 5, 6, 7, 8, 9, 1.0)


@pytest.mark.parametrize("more", [True, False])
def test_an_order_without_descriptors(more: bool) -> None:
    """What makes containers is told of the next submission; a fork server, which forks and knows no submission, is not."""
    near, far = socket.socketpair()
    with near, far:
        protocol.send(far, protocol.NextSubmission(more=more))
        assert protocol.receive_order(near) == (protocol.NextSubmission(more=more), ())
        protocol.send(far, protocol.NextSubmission(more=more))
        with pytest.raises(ProtocolError, match="not a Spawn: NextSubmission"):
            protocol.receive_spawn(near)


def test_a_spawn_brings_two_descriptors() -> None:
    """A Spawn arrives with the two descriptors that were sent along, and then the end as None."""
    near, far = socket.socketpair()
    with near:
        with far:
            protocol.send(far, SPAWN, (far.fileno(), far.fileno()))
        received = protocol.receive_spawn(near)
        assert received is not None
        spawn, *descriptors = received
        assert spawn == SPAWN
        for descriptor in descriptors:
            socket.socket(fileno=descriptor).close()
        assert protocol.receive_spawn(near) is None


def test_a_spawn_without_descriptors_is_refused() -> None:
    """A Spawn that brings nothing to reach the worker by is a ProtocolError."""
    near, far = socket.socketpair()
    with near, far:
        protocol.send(far, SPAWN)
        with pytest.raises(ProtocolError, match="a Spawn needs two descriptors, got 0"):
            protocol.receive_spawn(near)
