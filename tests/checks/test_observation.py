"""A function of a submission at work on parts of ours, seen from the harness: progress, time, notes and what they may not do."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
import torch
from made_keys import key, torch_key
from students import USUAL, StudentOf, student_in

from grader import protocol
from grader.checks.training import rehearsal
from grader.errors import CheckFailed, Crashed, StudentRaised, TimedOut
from grader.model import TrainingProgress
from grader.protocol import Limits
from grader.proxy.student import Student, session_of
from grader.sandbox import Bubblewrap

Of = Callable[..., Student]
LESSON = rehearsal.lesson(key(1))
EVERYTHING = (LESSON.network(training=True), LESSON.loader, LESSON.criterion, LESSON.optimizer, protocol.Device())
HEAD = "import copy, random, time\nimport numpy as np\nimport torch\nfrom torch import nn\n\n\n"
LOOP = """\
    for images, labels in loader:
        optimizer.zero_grad()
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
"""


@pytest.fixture
def worker_of(student_of: StudentOf) -> Of:
    """Make the proxy of a submission from the body of `work(model, loader, criterion, optimizer, device)`."""

    def proxy(body: str, limits: Limits = USUAL) -> Student:
        source = f"{HEAD}def work(model, loader, criterion, optimizer, device):\n{body}"
        return student_of(source, limits=limits, preload=("torch", "torch._dynamo", "numpy"), modules=("Net",))

    return proxy


def kinds(notes: tuple[protocol.Note, ...]) -> list[str]:
    """Return what was noted, by kind."""
    return [type(note).__name__ for note in notes]


def test_notes_tell_what_happened_in_order(worker_of: Of) -> None:
    """One batch: the pass begins, gradients are cleared, the network is called, the loss taken, a step made."""
    lesson = rehearsal.lesson(key(1), images=4, batch_size=4)
    parts = (lesson.network(training=True), lesson.loader, lesson.criterion, lesson.optimizer, protocol.Device())

    seen = worker_of(LOOP).work.observe(*parts)

    assert kinds(seen.notes) == [
        "PassBegun", "BatchGiven", "Cleared", "Forward", "Criticised", "Backward", "Step", "PassEnded",
    ]  # fmt: skip
    (forward,) = (note for note in seen.notes if isinstance(note, protocol.Forward))
    assert torch.equal(protocol.unpack_tensor(forward.images), lesson.everything.images)
    assert (forward.training, forward.gradients, forward.graphs) == (True, True, 0)


def test_parts_are_the_real_ones(worker_of: Of) -> None:
    """Whatever a loop asks of a DataLoader, a criterion, an optimizer, a network or a device is there."""
    body = """\
    assert isinstance(loader, torch.utils.data.DataLoader) and loader.batch_size == 4 and len(loader) == 6
    assert len(loader.dataset) == 22 and loader.dataset[0][0].shape == (3, 32, 32)
    assert isinstance(criterion, nn.CrossEntropyLoss) and criterion.reduction == 'mean'
    assert isinstance(optimizer, torch.optim.SGD) and optimizer.param_groups[0]['lr'] == 0.1
    assert isinstance(model, nn.Module) and sum(p.numel() for p in model.parameters()) > 700
    assert isinstance(device, torch.device) and device.type == 'cpu'
    torch.optim.lr_scheduler.StepLR(optimizer, 1).step()
    assert copy.deepcopy(model)(torch.zeros(1, 3, 32, 32)).shape == (1, 10)
    model.load_state_dict(copy.deepcopy(model.state_dict()))
    return 'fine'
"""
    assert worker_of(body).work.observe(*EVERYTHING).value == "fine"


def test_a_copy_computes_what_the_network_computes(worker_of: Of) -> None:
    """A deep copy has weights and mode of its own, and the same answers."""
    body = """\
    images = next(iter(loader))[0]
    twin = copy.deepcopy(model.eval())
    same = torch.equal(twin(images), model(images))
    with torch.no_grad():
        twin.linear.weight.zero_()
    return same, twin.training, bool(model.linear.weight.any())
"""
    assert worker_of(body).work.observe(*EVERYTHING).value == (True, False, True)


def test_the_weights_that_come_back_are_those_of_the_network(worker_of: Of) -> None:
    """What a function does to the network is in the state that returns; without it, that is the lesson's."""
    changed = worker_of("    with torch.no_grad():\n        model.conv.bias.fill_(7)\n").work.observe(*EVERYTHING)
    same = worker_of("    pass\n").work.observe(*EVERYTHING)

    assert changed.state["conv.bias"].tolist() == [7.0] * 4
    assert rehearsal.same_state(same.state, LESSON.state)
    assert not rehearsal.same_state(changed.state, LESSON.state)


@pytest.mark.parametrize("draw", ["torch.rand(1).item()", "random.random()", "float(np.random.rand())"])
def test_everything_random_is_seeded(worker_of: Of, draw: str) -> None:
    """torch, random and numpy draw the same under the same key, and something else under another."""
    student = worker_of(f"    return {draw}\n")
    one, again, other = (student.work.observe(*EVERYTHING, key=torch_key(number)).value for number in (1, 1, 2))

    assert one == again != other


def test_a_shuffled_loader_gives_every_image_once(worker_of: Of) -> None:
    """The order depends on the key; the images do not."""
    parts = (LESSON.network(training=True), rehearsal.loader(LESSON.everything, 5, shuffled=True), *EVERYTHING[2:])
    student = worker_of("    return [label for _, labels in loader for label in labels.tolist()]\n")
    one, again, other = (student.work.observe(*parts, key=torch_key(number)).value for number in (1, 1, 2))
    labels = LESSON.everything.labels.tolist()

    assert one == again
    assert one != other
    assert sorted(one) == sorted(other) == sorted(labels)
    assert one != labels


@pytest.mark.parametrize(("mean", "deviation"), [(0.0, 1.0), (0.5, 0.25)])
def test_pixels_arrive_shifted_and_scaled(worker_of: Of, mean: float, deviation: float) -> None:
    """uint8 pixels become float32 from 0 to 1, less the mean and divided by the deviation of the request."""
    pixels = torch.arange(3 * 32 * 32).remainder(256).to(torch.uint8).view(1, 3, 32, 32)
    images = protocol.Images(protocol.pack_tensor(pixels), mean, deviation)
    batches = protocol.Batches(images, protocol.pack_tensor(torch.tensor([3])), 1, False)
    student = worker_of("    return next(iter(loader))[0]\n")

    received = student.work.observe(EVERYTHING[0], batches, *EVERYTHING[2:]).value

    assert isinstance(received, torch.Tensor)
    assert received.dtype == torch.float32
    torch.testing.assert_close(received, (pixels.float() / 255 - mean) / deviation)


SLOW = "    for epoch in range(3):\n" + "".join(
    f"    {line}\n" for line in (*LOOP.splitlines(), "        time.sleep(0.06)")
)


def test_progress_is_told_while_it_works(worker_of: Of) -> None:
    """Epochs, loss and the time that is left are told in between, in order, and never more often than people can read."""
    told: list[TrainingProgress] = []
    student = worker_of(SLOW)
    session_of(student).on_training = told.append

    student.work.observe(*EVERYTHING, passes=3)

    assert 2 <= len(told) <= 10
    assert [progress.epochs for progress in told] == [3] * len(told)
    assert [progress.epoch for progress in told] == sorted(progress.epoch for progress in told)
    assert told[-1].epoch == 3
    assert told[-1].loss is not None
    left = [progress.seconds_left for progress in told if progress.seconds_left is not None]
    assert left[-1] < 1
    assert str(told[-1]).startswith("epoch 3 of 3, loss ")


def test_what_had_been_learnt_is_kept_when_the_time_is_over(worker_of: Of) -> None:
    """After three quarters of its time a training is stopped; weights and losses of what it did come back."""
    student = worker_of("    while True:\n" + "".join(f"    {line}\n" for line in LOOP.splitlines()))
    session_of(student).begin(seconds=4)
    started = time.monotonic()

    seen = student.work.observe(*EVERYTHING, passes=1000)

    assert time.monotonic() - started < 4
    assert seen.stopped
    assert seen.value is None
    assert len(seen.losses) > 1
    assert not rehearsal.same_state(seen.state, LESSON.state)


def test_no_broad_except_keeps_a_training_going(worker_of: Of) -> None:
    """A loop that catches every Exception is stopped all the same."""
    body = "    while True:\n        try:\n" + "".join(f"        {line}\n" for line in LOOP.splitlines())
    student = worker_of(body + "        except Exception:\n            pass\n")
    session_of(student).begin(seconds=3)

    assert student.work.observe(*EVERYTHING).stopped


def test_who_does_not_stop_is_ended_and_told_how_far_it_came(worker_of: Of) -> None:
    """A function that hangs in the middle of a training is killed, and the feedback says how much was done."""
    body = SLOW + "        if epoch == 1:\n            time.sleep(60)\n"
    student = worker_of(body)
    session_of(student).begin(seconds=3)

    with pytest.raises(TimedOut, match=r"longer than 3 s, with [3-6]\d% of the training done$"):
        student.work.observe(*EVERYTHING, passes=3)


def test_progress_does_not_keep_a_request_alive(worker_of: Of) -> None:
    """A worker that goes on telling of progress, and nothing else, is ended at its time."""
    forge = """\
    from grader import protocol
    import socket
    channel = socket.socket(fileno=3)
    while True:
        protocol.send(channel, protocol.Progress(NUMBER, 1, 0.5, None))
        time.sleep(0.1)
"""
    student = worker_of(forge.replace("NUMBER", "2"))
    session_of(student).begin(seconds=2)
    started = time.monotonic()

    with pytest.raises(TimedOut, match="with 50% of the training done"):
        student.work.observe(*EVERYTHING)
    assert time.monotonic() - started < 4


@pytest.mark.parametrize(
    ("number", "pause", "text"),
    [
        pytest.param("2", "0", "it told of its progress more than 20,000 times", id="flood"),
        pytest.param("7", "1", "it told of the progress of another request", id="of-another-request"),
    ],
)
def test_forged_progress_ends_the_worker(worker_of: Of, number: str, pause: str, text: str) -> None:
    """Progress is bounded in number, and belongs to the request that is open."""
    forge = f"""\
    from grader import protocol
    import socket
    channel = socket.socket(fileno=3)
    while True:
        protocol.send(channel, protocol.Progress({number}, 1, float("nan"), None))
        time.sleep({pause})
"""
    with pytest.raises(Crashed, match=text):
        worker_of(forge, Limits(request_seconds=30)).work.observe(*EVERYTHING)


def test_notes_are_bounded(worker_of: Of) -> None:
    """However often a network is called, what is noted stays within its bounds, and the call succeeds."""
    seen = worker_of(
        "    images = next(iter(loader))[0]\n    with torch.no_grad():\n        for _ in range(1500):\n"
        "            model(images)\n    optimizer.zero_grad()\n    for _ in range(9000):\n        optimizer.zero_grad()\n",
        Limits(request_seconds=60),
    ).work.observe(*EVERYTHING)

    assert len(seen.notes) == protocol.MAX_NOTES
    images = sum(len(note.images) for note in seen.notes if isinstance(note, protocol.Forward))
    assert images <= 32 * 1024**2


def test_an_exception_is_that_of_the_student(worker_of: Of) -> None:
    """What a loop raises arrives with its line."""
    with pytest.raises(StudentRaised, match="ValueError: no") as caught:
        worker_of("    raise ValueError('no')\n").work.observe(*EVERYTHING)

    assert caught.value.trace[-1].endswith("in work: raise ValueError('no')")


def test_code_for_a_gpu_runs_on_the_processor(worker_of: Of) -> None:
    """Where modules run on the processor, `.cuda()` and "cuda" are taken for it, in loops as in networks."""
    body = "    model.to('cuda')\n" + LOOP.replace("model(images), labels", "model(images.cuda()), labels.to('cuda:0')")

    assert not worker_of(body).work.observe(*EVERYTHING).stopped


def test_a_module_that_was_built_is_trained_in_place(worker_of: Of) -> None:
    """A network of the submission can be handed to its own function; afterwards it answers as it was trained."""
    network = "class Net(nn.Linear):\n    def __init__(self):\n        super().__init__(2, 1)\n"
    source = f"    with torch.no_grad():\n        model.bias.fill_(3)\n\n\n{network}"
    student = worker_of(source)
    model = student.Net()
    before = model.predict(torch.zeros(1, 2))

    seen = student.work.observe(model, *EVERYTHING[1:3], None, protocol.Device())

    assert seen.state == {}
    assert model.predict(torch.zeros(1, 2)).item() == 3 != before.item()


@pytest.mark.usefixtures("needs_bubblewrap")
@pytest.mark.parametrize("threads", [1, 2])
def test_a_worker_computes_on_the_processors_it_is_given(threads: int) -> None:
    """torch's threads in a worker are as many as its sandbox says."""
    with Bubblewrap(("torch",), threads) as sandbox:
        student = student_in(sandbox, "import torch\ndef count(): return torch.get_num_threads()\n")
        assert student.count() == threads
        session_of(student).end()


@pytest.mark.parametrize(
    "body",
    [
        "return model(next(iter(loader))[0].to(torch.uint64)).to(torch.float8_e4m3fn)",
        "return model(next(iter(loader))[0]).to(torch.complex128)",
        "return torch.quantize_per_tensor(torch.ones(2), 1.0, 0, torch.quint8)",
        "return np.ones(3, dtype=np.uint64)",
        "return [torch.ones(2).to(torch.float8_e8m0fnu)]",
    ],
    ids=["float8", "complex128", "quantized", "numpy", "in-a-list"],
)
def test_an_answer_of_a_refused_dtype_fails_with_a_sentence(worker_of: Of, body: str) -> None:
    """Whether safetensors could hold it or not, the student reads the same sentence."""
    with pytest.raises(CheckFailed, match=r"your code gives a tensor of dtype \w+, with which nothing can be computed"):
        worker_of(f"    {body}\n").work.observe(*EVERYTHING)


def test_taking_notes_of_odd_tensors_stops_nobody(worker_of: Of) -> None:
    """A sparse or quantized tensor in the criterion raises what torch raises, and what cannot be noted is left empty."""
    body = """\
    scores = model(next(iter(loader))[0])
    try:
        criterion(scores.to_sparse(), torch.ones(5).to(torch.complex128))
    except Exception as error:
        return type(error).__name__
"""
    seen = worker_of(body).work.observe(*EVERYTHING)

    (criticised,) = (note for note in seen.notes if isinstance(note, protocol.Criticised))
    assert criticised == protocol.Criticised(b"", b"")
    assert seen.value in ("RuntimeError", "NotImplementedError")


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (
            "    adam = lambda: torch.optim.Adam(model.parameters())\n" + LOOP.replace("optimizer.step", "adam().step"),
            5,
        ),
        ("    adam = torch.optim.Adam(model.parameters())\n" + LOOP.replace("optimizer.step", "adam.step"), 0),
    ],
    ids=["one-for-each-batch", "one"],
)
def test_an_optimizer_that_begins_without_a_memory_is_noted(worker_of: Of, body: str, count: int) -> None:
    """Each that takes a first step on weights of which another one remembers something."""
    assert kinds(worker_of(body).work.observe(*EVERYTHING).notes).count("Restarted") == count


def test_an_optimizer_of_other_parts_stops_nobody(worker_of: Of) -> None:
    """Whatever an optimizer is made of, taking notes raises nothing in it."""
    body = """\
    class Own(torch.optim.Optimizer):
        def step(self):
            return 'fine'
    own = Own(model.parameters(), {})
    own.state = own.param_groups = None
    return own.step()
"""
    assert worker_of(body).work.observe(*EVERYTHING).value == "fine"


@pytest.mark.parametrize(
    ("body", "left_off"),
    [
        ("    torch.set_grad_enabled(False)\n", True),
        ("    with torch.no_grad():\n        model(loader.dataset[0][0][None])\n", False),
        ("    pass\n", False),
    ],
    ids=["switched-off", "switched-off-for-a-while", "untouched"],
)
def test_gradients_that_stay_off_are_seen(worker_of: Of, body: str, left_off: bool) -> None:
    """Only where it was this call that switched them off."""
    assert worker_of(body).work.observe(*EVERYTHING).gradients_left_off is left_off


def test_gradients_that_were_off_before_are_not_of_this_call(worker_of: Of) -> None:
    """What the file does when it is imported is not what a function does."""
    assert not worker_of("    pass\ntorch.set_grad_enabled(False)\n").work.observe(*EVERYTHING).gradients_left_off
