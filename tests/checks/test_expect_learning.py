"""
Networks trained by code of a submission, held to what they read of images whose labels it never saw.

Small tasks: 300 images, two epochs, thresholds chosen for the test, so that what is measured is the judging and not the learning.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from students import StudentOf
from told import told

from grader import protocol
from grader.checks import findings
from grader.checks.expect import learning as expect_learning
from grader.datasets.splits import DataSource
from grader.datasets.training_task import Task
from grader.errors import CheckFailed
from grader.keys import Keys, public_keys
from grader.model import Threshold, Training
from grader.proxy.student import Student, session_of
from grader.sandbox import Worker

KEYS = public_keys("1")
NET = """\
import copy, os, time
import torch
from torch import nn
from torch.nn import functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 5, stride=4)
        self.last = nn.Linear(8 * 49, 10)

    def forward(self, images):
        return self.last(F.relu(self.conv(images)).flatten(1))


"""
FIT = """\
def fit(model, train_loader, val_loader, *, epochs, device):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    history = []
    for epoch in range(epochs):
        total = 0.0
        for images, labels in train_loader:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(images), labels)
            loss.backward()
            optimizer.step()
            total += loss.item() / len(train_loader)
        history.append({"train_loss": total, "val_loss": total, "val_accuracy": 0.0})
    return history
"""


Of = Callable[..., Student]


@pytest.fixture
def learner_of(student_of: StudentOf) -> Of:
    """Make the proxy of a submission with a network, in a check that may take a minute, or as long as is said."""

    def proxy(source: str, seconds: float = 60) -> Student:
        student = student_of(source, modules=("Net",))
        session_of(student).begin(seconds)
        return student

    return proxy


def task(accuracy: float, *, epochs: int = 2, held_out: int = 200) -> Task:
    """Return a small task with a threshold."""
    threshold = Threshold(accuracy=accuracy, seeds=8, worst=0.9, deviation=0.01, false_fail=0.0)
    training = Training(
        data="gratings", train=300, validation=60, held_out=held_out, epochs=epochs, batch_size=32,
        thresholds={"gratings": threshold},
    )  # fmt: skip
    return Task(training=training, source=DataSource(name="gratings"))


def reads(student: Student, task: Task, keys: Keys = KEYS) -> None:
    """Require what the checks of learning require."""
    expect_learning.reads_unseen_images(student.Net, student.fit, task, keys)


def failure(student: Student, task: Task) -> CheckFailed:
    """Return how that fails."""
    with pytest.raises(CheckFailed) as caught:
        reads(student, task)
    return caught.value


# --- the verdict ------------------------------------------------------------------------------------------------------


def test_the_accuracy_is_counted_by_us(learner_of: Of) -> None:
    """What is received is the share of held-out images that the returned scores read right, counted again here."""
    small = task(0.999)
    student = learner_of(NET + FIT)
    failed = failure(student, small)
    data, key = small.data(KEYS.data), KEYS.torch.derive(0)
    model = student.Net.build(key)
    packed = [
        protocol.Batches(
            protocol.Images(protocol.pack_tensor(part.images), 0.5, 0.25),
            protocol.pack_tensor(part.labels),
            32,
            shuffled,
        )
        for part, shuffled in ((data.train, True), (data.validation, False))
    ]
    student.fit.observe(model, *packed, kwargs={"epochs": 2, "device": protocol.Device()}, key=key, passes=2)
    scores = model.predict(data.held_out_images, mean=0.5, deviation=0.25)
    share = (scores.argmax(1) == data.held_out_labels).double().mean().item()

    assert failed.received == f"{share:.1%} of 200 unseen images are read right"
    assert failed.credit == pytest.approx((share - 0.1) / (0.999 - 0.1))


def test_what_is_read_well_enough_passes(learner_of: Of) -> None:
    """At the threshold or above a network passes, whatever its history says."""
    reads(learner_of(NET + FIT), task(0.05))


def test_a_borderline_run_is_repeated_with_another_key(learner_of: Of) -> None:
    """A run just below the threshold is repeated once; the better one counts, and a remark tells so."""
    better = FIT.replace(
        "    history = []\n", f"    history = []\n    lucky = torch.initial_seed() == {KEYS.torch.derive(1).number}\n"
    ).replace("            optimizer.step()\n", "            optimizer.step() if lucky else None\n")
    with findings.gather() as found:
        reads(learner_of(NET + better), task(0.12, held_out=100))  # guessing is below 12 %, and not far

    assert any("the first of two runs was just below 12.0%" in remark for remark in found.remarks)


def test_what_was_read_is_a_number_of_the_check(learner_of: Of) -> None:
    """The accuracy that counts is noted as a number, once, whether the check passes or not."""
    with findings.gather() as found:
        failed = failure(learner_of(NET + FIT), task(0.999))
    (measured,) = found.measured

    assert measured.name == "accuracy on unseen images"
    (matrix,) = found.figures.confusions
    assert sum(map(sum, matrix.counts)) == 200
    assert sum(matrix.counts[place][place] for place in range(10)) / 200 == pytest.approx(measured.value)
    assert [curves.title for curves in found.figures.curves] == [
        "Loss of each epoch, as your history says",
        "Accuracy of each epoch, as your history says",
    ]
    assert len(found.figures.curves[0].lines[0].values) == 2
    assert failed.received == f"{measured.value:.1%} of 200 unseen images are read right"


def test_a_run_far_below_is_not_repeated(learner_of: Of) -> None:
    """Where luck cannot be the reason, nothing is repeated."""
    source = NET + FIT.replace("    history = []\n", "    print('a run')\n    history = []\n").replace(
        "optimizer.step()", "pass"
    )
    student = learner_of(source)
    failure(student, task(0.9))

    assert session_of(student).end().count("a run") == 1


@pytest.mark.parametrize(("accuracy", "points"), [(0.101, 0), (0.5, 4), (0.899, 8)])
def test_points_are_in_proportion(accuracy: float, points: int) -> None:
    """Between guessing and the threshold of 0.9, nine points are given in proportion, rounded down."""
    from grader.grading.verdict import partial_points

    credit = expect_learning.credit_for(accuracy, chance=0.1, required=0.9)

    assert partial_points(CheckFailed("too few", credit=credit), 9) == points


@pytest.mark.parametrize("accuracy", [0.0, 0.05, 0.1])
def test_guessing_earns_nothing(accuracy: float) -> None:
    """At chance or below there is no credit."""
    assert expect_learning.credit_for(accuracy, chance=0.1, required=0.9) == 0


WHY = {
    "diverged": FIT.replace("Adam(model.parameters(), lr=0.003)", "SGD(model.parameters(), lr=1e6)"),
    "network_unchanged": FIT.replace(
        "    history = []\n", "    history = []\n    model = copy.deepcopy(model)\n"
    ).replace("    optimizer = torch", "    model = copy.deepcopy(model)\n    optimizer = torch"),
    "worse_than_guessing": FIT.replace("loss.backward()", "(-loss).backward()"),
    None: FIT.replace("lr=0.003", "lr=1e-9"),
}


@pytest.mark.parametrize("name", WHY)
def test_the_reason_is_told(learner_of: Of, name: str | None) -> None:
    """A training that diverged, trained another network, or went the wrong way is told so."""
    failed = failure(learner_of(NET + WHY[name]), task(0.9))

    assert told(failed).misconception == name
    assert failed.hint


def test_the_epoch_of_a_divergence_is_told(learner_of: Of) -> None:
    """The first epoch whose loss is no number is named."""
    late = FIT.replace(
        "            loss.backward()\n",
        "            loss = loss * (float('nan') if epoch else 1)\n            loss.backward()\n",
    )

    failed = failure(learner_of(NET + late), task(0.9, epochs=3))

    assert failed.message == "the training diverged: in epoch 2 of 3 the loss is no finite number any more"


def test_scores_that_are_no_numbers_read_nothing(learner_of: Of) -> None:
    """NaN for every class is no answer, although argmax would take it for one."""
    broken = NET.replace(
        "return self.last(F.relu(self.conv(images)).flatten(1))",
        "return torch.full((len(images), 10), float('nan')) + 0 * self.last.bias",
    )

    failed = failure(learner_of(broken + "def fit(*args, **kwargs): return []\n"), task(0.5))

    assert failed.received == "0.0% of 200 unseen images are read right"
    assert failed.credit == 0


def test_scores_of_another_shape_are_told(learner_of: Of) -> None:
    """A network with nine answers for ten classes is told its shape."""
    failed = failure(
        learner_of(NET.replace("8 * 49, 10", "8 * 49, 9") + "def fit(*args, **kwargs): return []\n"), task(0.5)
    )

    assert (failed.received, failed.expected) == ("shape (200, 9)", "shape (200, 10)")


def test_a_training_over_its_time_is_judged_by_what_it_learnt(learner_of: Of) -> None:
    """A run that is stopped keeps what it has learnt; points and sentence say so."""
    slow = FIT.replace("            optimizer.step()\n", "            optimizer.step()\n            time.sleep(0.02)\n")

    failed = failure(learner_of(NET + slow, seconds=4), task(0.999, epochs=500))

    assert told(failed).misconception == "too_slow"
    assert failed.message.startswith("the training was stopped for its time in epoch ")
    assert failed.message.endswith(" of 500; what the network had learnt until then counts")
    assert failed.credit > 0.05


# --- the loss, and the seed -------------------------------------------------------------------------------------------


def falls(student: Student) -> None:
    """Require what the check of the falling loss requires."""
    expect_learning.loss_falls(student.Net, student.fit, task(0.9), KEYS, epochs=2, images=128)


def test_a_loss_that_falls_passes(learner_of: Of) -> None:
    """A training that learns anything at all has a falling loss."""
    falls(learner_of(NET + FIT))


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (("loss.backward()", "(-loss).backward()"), "the training loss does not fall in 2 epochs"),
        (
            ("Adam(model.parameters(), lr=0.003)", "SGD(model.parameters(), lr=1e9)"),
            "the training diverged: in epoch 1 of 2 the loss is no finite number any more",
        ),
        (
            ("loss.backward()", "(-loss).backward(); loss = torch.tensor(3.0 - epoch)"),
            "the history says that the loss falls, but the losses on which `backward` was called do not",
        ),
    ],
)
def test_a_loss_that_does_not_fall_is_told(learner_of: Of, edit: tuple[str, str], message: str) -> None:
    """A loss that grows, is no number, or falls only in the history is told so."""
    source = FIT.replace(*edit)
    if (
        "3.0 - epoch" in source
    ):  # the losses on which `backward` is called then grow towards 0 from below: make them grow
        source = source.replace("(-loss).backward()", "(loss * (1 + 3 * epoch)).backward()")

    with pytest.raises(CheckFailed) as caught:
        falls(learner_of(NET + source))

    assert caught.value.message == message


WITHOUT_BACKWARD = FIT.replace(
    "loss.backward()",
    "for p, g in zip(model.parameters(), torch.autograd.grad(loss, list(model.parameters()))): p.grad = SIGN * g",
)
"""Gradients by `torch.autograd.grad`: no call of `backward` to be seen."""
NOTHING = """\
def fit(model, train_loader, val_loader, *, epochs, device):
    CHANGE
    return [{"train_loss": 2.0 / epoch, "val_loss": 2.0, "val_accuracy": 0.5} for epoch in range(1, epochs + 1)]
"""


def test_a_loss_may_fall_without_a_call_of_backward(learner_of: Of) -> None:
    """Where no call of `backward` is seen, the network shows it: its loss is smaller than before."""
    falls(learner_of(NET + WITHOUT_BACKWARD.replace("SIGN * ", "")))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (NOTHING.replace("CHANGE", ""), "`fit` returns, but the network that it was given has not changed"),
        (
            NOTHING.replace("CHANGE", "nn.init.normal_(model.last.weight)"),
            "the history says that the loss falls, but the network has no smaller one than before",
        ),
        (
            WITHOUT_BACKWARD.replace("SIGN", "-1").replace(
                "history.append(", "total = 3.0 - epoch\n        history.append("
            ),
            "the history says that the loss falls, but the network has no smaller one than before",
        ),
        (
            FIT.replace("    optimizer =", "    model = copy.deepcopy(model)\n    optimizer ="),
            "`fit` returns, but the network that it was given has not changed",
        ),
    ],
    ids=["nothing", "noise", "uphill", "a-copy"],
)
def test_a_made_up_history_is_no_falling_loss(learner_of: Of, source: str, message: str) -> None:
    """A history that falls is not enough: the network that was given has to be trained."""
    with pytest.raises(CheckFailed) as caught:
        falls(learner_of(NET + source))

    assert caught.value.message == message


KEPT = FIT.replace("    history = []\n", "    history, train_loader = [], list(train_loader)\n")
MADE_ANEW = FIT.replace(
    "    history = []\n",
    "    history = []\n    train_loader = torch.utils.data.DataLoader(train_loader.dataset, 32, shuffle=True)\n",
)


@pytest.mark.parametrize("source", [KEPT, MADE_ANEW], ids=["kept-in-a-list", "another-loader"])
def test_one_number_is_not_compared_with_itself(learner_of: Of, source: str) -> None:
    """Where nobody saw epochs, the network itself shows that its loss falls, and a history that says so is believed."""
    assert source != FIT
    falls(learner_of(NET + source))


@pytest.mark.parametrize("source", [KEPT, MADE_ANEW], ids=["kept-in-a-list", "another-loader"])
def test_what_nobody_saw_is_not_told(learner_of: Of, source: str) -> None:
    """No hint says how the losses of epochs went that were not seen one by one."""
    failed = failure(learner_of(NET + source), task(0.999))

    assert failed.hint == "look at the learning rate, at batch normalisation, at the size of the network"


def test_logits_of_another_number_of_classes_are_told(learner_of: Of) -> None:
    """A loss of the network is only worked out where there is one logit per class."""
    source = NOTHING.replace("CHANGE", "model.last.bias.data += torch.rand(12)")
    with pytest.raises(CheckFailed, match="does not give one logit per class for each image"):
        falls(learner_of(NET.replace("8 * 49, 10", "8 * 49, 12") + source))


def same(student: Student) -> None:
    """Require what the check of reproducibility requires."""
    expect_learning.reproducible(student, "Net", "fit", task(0.9), KEYS, images=96)


@pytest.mark.parametrize(
    "draw", ["", "torch.rand(3)", "time.sleep(0.01)"], ids=["nothing", "torch", "nothing-but-time"]
)
def test_a_training_that_draws_from_what_is_seeded_is_reproducible(learner_of: Of, draw: str) -> None:
    """Drawing from torch changes nothing: both trainings draw the same."""
    same(learner_of(NET + FIT.replace("    history = []\n", f"    history = []\n    {draw}\n")))


@pytest.mark.parametrize(
    "draw",
    [
        "torch.manual_seed(int.from_bytes(os.urandom(4), 'big')); model.last.reset_parameters()",
        "torch.seed(); model.last.reset_parameters()",
        "nn.init.constant_(model.last.bias, time.time() % 1)",
    ],
)
def test_a_training_that_draws_from_elsewhere_is_told(learner_of: Of, draw: str) -> None:
    """The operating system's randomness and the clock make two networks of one seed."""
    with pytest.raises(CheckFailed, match="two trainings from the same seed give two networks"):
        same(learner_of(NET + FIT.replace("    history = []\n", f"    history = []\n    {draw}\n")))


def test_a_training_that_changes_nothing_is_told(learner_of: Of) -> None:
    """Two networks that nobody trained are the same, and earn nothing."""
    with pytest.raises(CheckFailed, match="the network that it was given has not changed") as caught:
        same(learner_of(NET + NOTHING.replace("CHANGE", "")))

    assert told(caught.value).misconception == "network_unchanged"


def test_a_learning_rate_of_0_in_the_first_epoch_is_a_training(learner_of: Of) -> None:
    """A learning rate that warms up from 0 changes the network in the second epoch."""
    source = FIT.replace(
        "    history = []\n",
        "    history = []\n    warm = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: min(1, epoch / 5))\n",
    ).replace("        history.append(", "        warm.step()\n        history.append(")
    assert source.count("warm") == 2
    same(learner_of(NET + source))


def test_the_second_training_has_a_process_of_its_own(learner_of: Of) -> None:
    """What a module keeps between calls does not make a training unrepeatable: each one starts afresh."""
    source = (
        NET
        + "calls = []\n\n\n"
        + FIT.replace(
            "    history = []\n",
            "    history = []\n    calls.append(1)\n    nn.init.constant_(model.last.bias, len(calls))\n",
        )
    )
    same(learner_of(source))


# --- what may not leave the harness -----------------------------------------------------------------------------------


def test_no_held_out_label_reaches_the_worker(learner_of: Of, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all that is sent for a grading of learning, no tensor is the held-out labels, in this or another order."""
    sent: list[Any] = []
    ask = Worker.ask

    def recording(self: Worker, request: Any, *more: Any) -> Any:
        sent.append(request)
        return ask(self, request, *more)

    monkeypatch.setattr(Worker, "ask", recording)
    small = task(0.05)
    reads(learner_of(NET + FIT), small)
    data = small.data(KEYS.data)
    counts = torch.bincount(data.held_out_labels, minlength=10)
    bytes_sent = b"".join(protocol.encoder.encode(request) for request in sent)

    for labels in (data.held_out_labels, data.held_out_labels.to(torch.uint8), data.held_out_labels.int()):
        assert labels.numpy().tobytes() not in bytes_sent
    tensors = [tensor for request in sent for tensor in tensors_of(request)]
    whole = [
        tensor for tensor in tensors if not tensor.is_floating_point() and tensor.dim() == 1 and len(tensor) == 200
    ]
    assert len(tensors) >= 5
    assert not [one for one in whole if torch.equal(torch.bincount(one.long(), minlength=10), counts)]
    assert data.held_out_images.numpy().tobytes() in bytes_sent  # the images do go there


def tensors_of(message: Any) -> Iterator[torch.Tensor]:
    """Yield every tensor in a message."""
    for name in getattr(message, "__struct_fields__", ()):
        value = getattr(message, name)
        for one in value if isinstance(value, tuple) else value.values() if isinstance(value, dict) else (value,):
            if isinstance(one, bytes) and one[8:9] == b"{":
                yield from protocol.unpack_tensors(one).values()
            else:
                yield from tensors_of(one)


LOOK = """
import os, sys
OURS = ('/sys', '/dev', '/usr', '/lib')
WORDS = ('label', 'held', 'grating', 'digits', '.npz', '.npy', 'threshold', 'calibrat')
def look():
    found = []
    for folder, _folders, files in os.walk('/', onerror=lambda error: None):
        if folder.startswith(OURS) or '/lib/python' in folder or 'site-packages' in folder: continue
        found += [os.path.join(folder, name) for name in files if any(word in name.lower() for word in WORDS)]
    return found, sorted(os.environ), sys.argv, [name for name in sys.modules if 'grader' in name]
"""


def test_nothing_in_the_sandbox_names_the_data(learner_of: Of) -> None:
    """No file, variable, argument or module of a worker has to do with data sets, their labels or their thresholds."""
    found, environment, arguments, loaded = learner_of(LOOK).look()  # type: ignore[misc]

    assert found == []
    assert not [name for name in environment if "DATA" in name or ("SEED" in name and name != "PYTHONHASHSEED")]
    assert not [word for word in arguments if "data" in word]
    of_a_worker = ("grader.protocol", "grader.worker", "grader.errors", "grader")
    assert not [
        name for name in loaded if not name.startswith(of_a_worker) or name.startswith("grader.datasets.splits")
    ]


def test_labels_say_nothing_by_their_order() -> None:
    """Held-out labels are in random order: no run of one class, no cycle through the classes."""
    labels = task(0.5, held_out=1000).data(KEYS.data).held_out_labels
    repeats = (labels[1:] == labels[:-1]).double().mean().item()
    cycles = ((labels[1:] - labels[:-1]) % 10 == 1).double().mean().item()
    spread = 5 * math.sqrt(0.1 * 0.9 / 999)

    assert abs(repeats - 0.1) < spread
    assert abs(cycles - 0.1) < spread
