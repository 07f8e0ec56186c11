"""A history must say what happened: right styles pass, made-up numbers are found out."""

from __future__ import annotations

import pytest
import torch
from fits import FIT, HEAD, edited
from made_keys import key
from students import StudentOf
from told import told

from grader.checks import findings
from grader.checks.expect import history as expect_history
from grader.checks.training import rehearsal
from grader.errors import CheckFailed
from grader.model import Feedback
from grader.proxy.student import Student

COURSE = expect_history.course(key(2))
BEST = """\
        if epoch == 0 or val_loss < best:
            best, kept = val_loss, copy.deepcopy(model.state_dict())
"""


def judge(student: Student, course: expect_history.Course = COURSE) -> None:
    """Require all that is required of a `fit` on the small network."""
    observation = expect_history.rehearses(student.fit, course)
    expect_history.history(observation, course.epochs)
    expect_history.history_is_true(course, observation)
    expect_history.leaves_validation_alone(student.fit, course, observation)


def failure(student: Student, course: expect_history.Course = COURSE) -> Feedback:
    """Return how `judge` fails."""
    with pytest.raises(CheckFailed) as caught:
        judge(student, course)
    return told(caught.value)


APPEND = "        history.append("
RIGHT = {
    "plain": edited(),
    "adam-and-a-schedule": edited(
        (
            "torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)",
            "torch.optim.AdamW(model.parameters(), lr=0.01)",
        ),
        (
            "    history = []\n",
            "    history = []\n    rate = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.01, "
            "epochs=epochs, steps_per_epoch=len(train_loader))\n",
        ),
        ("            optimizer.step()\n", "            optimizer.step()\n            rate.step()\n"),
    ),
    "augments": edited(
        ("model(images), labels)\n            loss", "model(images.flip(3)), labels)\n            loss")
    ),
    "smooths-labels": edited(("nn.CrossEntropyLoss()", "nn.CrossEntropyLoss(label_smoothing=0.1)")),
    "smooths-only-in-training": edited(
        (
            "            loss = criterion(model(images), labels)\n",
            "            loss = F.cross_entropy(model(images), labels, label_smoothing=0.2)\n",
        ),
    ),
    "clips-gradients": edited(
        (
            "            optimizer.step()\n",
            "            nn.utils.clip_grad_norm_(model.parameters(), 0.5)\n            optimizer.step()\n",
        ),
    ),
    "restores-the-best": edited((APPEND, BEST + APPEND), ("    return", "    model.load_state_dict(kept)\n    return")),
    "restores-a-copy": edited(
        (APPEND, BEST.replace("model.state_dict()", "model") + APPEND),
        ("    return", "    model.load_state_dict(kept.state_dict())\n    return"),
    ),
    "more-keys": edited(("dict(train_loss", "dict(epoch=epoch + 1, lr=0.05, note='fine', train_loss")),
    "tensors": edited(("val_accuracy=val_accuracy", "val_accuracy=torch.tensor(val_accuracy, dtype=torch.float64)")),
    "measures-the-training-images-afterwards": edited(
        (
            APPEND,
            "        with torch.no_grad():\n            train_loss = sum(F.cross_entropy(model(x), y, reduction='sum')"
            ".item() for x, y in train_loader) / len(train_loader.dataset)\n" + APPEND,
        ),
    ),
    "gathers-gradients": edited(("            loss.backward()\n", "            (loss / 2).backward()\n")),
    "sums-of-batches": edited(
        (
            "criterion(model(images), labels)\n            loss",
            "criterion(model(images), labels) * len(labels)\n            loss",
        ),
        ("loss.item() * len(labels)", "loss.item()"),
    ),
    "loader-of-its-own": edited(
        (
            "    history = []\n",
            "    history = []\n    train_loader = torch.utils.data.DataLoader("
            "train_loader.dataset, batch_size=10, shuffle=True)\n",
        ),
    ),
    "single-precision": edited(("criterion(scores, labels)", "criterion(scores.float(), labels)")),
}


@pytest.mark.parametrize("style", RIGHT)
def test_every_right_style_passes(student_of: StudentOf, style: str) -> None:
    """Optimizer, schedule, augmentation, smoothing and bookkeeping are free."""
    judge(student_of(HEAD + RIGHT[style]))


@pytest.mark.parametrize("smoothing", [0.05, 0.3])
@pytest.mark.parametrize("number", range(4))
def test_smoothing_is_told_apart_however_little_is_learnt(student_of: StudentOf, smoothing: float, number: int) -> None:
    """While nothing is learnt yet, a smoothed loss looks like any other; it is true all the same."""
    source = edited(
        ("nn.CrossEntropyLoss()", f"nn.CrossEntropyLoss(label_smoothing={smoothing})"),
        ("    history = []\n", "    history = []\n    nn.init.zeros_(model.linear.weight)\n"),
    )
    judge(student_of(HEAD + source), expect_history.course(key(number)))


@pytest.mark.parametrize("number", [0, 1, 6])
def test_the_end_is_not_smoothed_otherwise_than_the_epochs(student_of: StudentOf, number: int) -> None:
    """A network of two epochs, whose loss some smoothing of an entry gives by chance, is wrong in the end, not in epoch 1."""
    source = edited(
        ("lr=0.05, momentum=0.9", "lr=0.001"),
        ("    history = []\n", "    history = []\n    kept = None\n"),
        (APPEND, "        kept = kept or [p.detach().clone() for p in model.parameters()]\n" + APPEND),
        (
            "    return",
            "    with torch.no_grad():\n        for p, old in zip(model.parameters(), kept):\n            p.copy_(old)\n"
            "    return",
        ),
    )

    failed = failure(student_of(HEAD + source), expect_history.course(key(number)))

    assert "of epoch 3" in failed.message
    assert failed.misconception == "restores_parameters_without_statistics"


def test_another_smoothing_in_every_epoch_is_no_loss(student_of: StudentOf) -> None:
    """Numbers that only some other smoothing in each epoch would give are told."""
    source = edited(("val_loss=val_loss", "val_loss=val_loss * (1 + 0.02 * epoch)"))

    assert "of epoch" in failure(student_of(HEAD + source)).message


@pytest.mark.parametrize("epochs", [1, 2, 5])
def test_any_number_of_epochs(student_of: StudentOf, epochs: int) -> None:
    """There are as many entries as epochs were asked for, and all are worked out again."""
    judge(student_of(HEAD + FIT), expect_history.course(key(9), epochs=epochs))


WRONG = {
    "accuracy_in_percent": edited(("right / count", "100 * right / count")),
    "validates_on_training_images": edited(("in val_loader", "in train_loader")),
    "sum_of_losses": edited(
        ("val_loss, val_accuracy = total / count", "val_loss, val_accuracy = SUM"),
        (
            "                total += criterion(scores, labels).item() * len(labels)\n",
            "                total += criterion(scores, labels).item()\n",
        ),
        ("SUM", "total"),
    ),
    "last_loss": edited(("train_loss = total / count", "train_loss = loss.item()")),
    "trains_on_validation": edited(
        (
            "        with torch.no_grad():\n            for images, labels in val_loader:\n",
            "        for images, labels in val_loader:\n            optimizer.zero_grad()\n"
            "            criterion(model(images), labels).backward()\n            optimizer.step()\n"
            "        with torch.no_grad():\n            for images, labels in val_loader:\n",
        ),
    ),
    "training_mode_while_evaluating": edited(("        model.eval()\n", "")),
    "trains_a_copy": edited(
        ("    optimizer = torch", "    model = copy.deepcopy(model)\n    optimizer = torch"),
    ),
    None: edited(
        ("val_accuracy=val_accuracy", "val_accuracy=0.8 + 0.01 * epoch"),
        ("val_loss=val_loss", "val_loss=1 / (epoch + 2)"),
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_an_untrue_history_is_told(student_of: StudentOf, name: str | None) -> None:
    """What did not happen fails, and known ways to get there have a name."""
    failed = failure(student_of(HEAD + WRONG[name]))

    assert failed.misconception == name
    assert failed.hint


MADE = "    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)\n"
EPOCHS = "    for epoch in range(epochs):\n"


def anew(line: str = MADE, more: str = "") -> str:
    """Return a `fit` in which a line that makes the optimizer stands in the loop over epochs."""
    return edited((MADE, ""), (EPOCHS, EPOCHS + "    " + line + more))


def remembers(student: Student, course: expect_history.Course = COURSE) -> None:
    """Require that one optimizer trains all epochs."""
    expect_history.remembers_between_epochs(student.fit, course, expect_history.rehearses(student.fit, course))


@pytest.mark.parametrize(
    "source",
    [
        anew(),
        anew(MADE.replace("SGD(model.parameters(), lr=0.05, momentum=0.9)", "Adam(model.parameters())")),
        anew(
            "    groups = [{'params': [p]} for p in model.parameters()]\n    "
            + MADE.replace("model.parameters()", "groups")
        ),
    ],
    ids=["momentum", "adam", "groups"],
)
def test_an_optimizer_that_is_made_in_every_epoch_is_told(student_of: StudentOf, source: str) -> None:
    """What it remembers of the gradients is lost each time."""
    with pytest.raises(CheckFailed, match=r"^in every epoch another optimizer begins") as caught:
        remembers(student_of(HEAD + source))

    assert told(caught.value).misconception == "optimizer_made_anew"


@pytest.mark.parametrize(
    "source",
    [
        FIT,
        anew(MADE.replace(", momentum=0.9", "")),
        anew(more="        old = optimizer.load_state_dict(old) if epoch else None\n").replace(
            "        model.eval()\n", "        old = optimizer.state_dict()\n        model.eval()\n"
        ),
        edited((EPOCHS, EPOCHS + "        if epoch in (1, 2):\n        " + MADE)),
        edited(
            (MADE, MADE + "    other = torch.optim.Adam(model.parameters(), lr=1e-4)\n"),
            ("optimizer.step()", "optimizer.step()\n            other.step()"),
        ),
        edited(
            (MADE, MADE + "    plain = torch.optim.SGD(model.parameters(), lr=0.01)\n"),
            ("optimizer.step()", "optimizer.step()\n            plain.step()"),
        ),
    ],
    ids=["once", "nothing-to-remember", "carried-over", "changed-twice", "two-at-once", "two-and-one-forgets"],
)
def test_what_an_optimizer_remembers_may_not_be_lost_alone(student_of: StudentOf, source: str) -> None:
    """One optimizer, several at once, a few changes and none with a memory are free."""
    remembers(student_of(HEAD + source))


def test_only_the_last_entry_true_is_not_enough(student_of: StudentOf) -> None:
    """A history whose last entry is right and whose earlier ones are made up fails at the first of them."""
    source = edited(("val_accuracy=val_accuracy", "val_accuracy=val_accuracy if epoch == epochs - 1 else 0.01"))

    failed = failure(student_of(HEAD + source))

    assert failed.message == "the history does not say what happened: val_accuracy of epoch 1 is another one"


def test_training_losses_are_worked_out_again(student_of: StudentOf) -> None:
    """A training loss that falls more than it did is told with the epoch and the true one."""
    failed = failure(student_of(HEAD + edited(("train_loss=train_loss", "train_loss=train_loss / (epoch + 1)"))))

    assert failed.message == "the history does not say what happened: train_loss of epoch 2 is another one"


def test_the_sum_of_training_losses_is_no_mean(student_of: StudentOf) -> None:
    """Four batches: their sum is four times their mean in every epoch, and is not taken for a scaled loss."""
    source = edited(
        ("total += loss.item() * len(labels)\n            count += len(labels)", "total += loss.item()"),
        ("train_loss = total / count", "train_loss = total"),
    )

    assert failure(student_of(HEAD + source)).misconception == "sum_of_losses"


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (("return history", "return None"), "`fit` returns None (is a `return` missing?)"),
        (("return history", "return {'train_loss': [1.0]}"), "the history is not a list of dictionaries"),
        (("return history", "return [1.0, 2.0, 3.0]"), "the history is not a list of dictionaries"),
        (("return history", "return history[:2]"), "the history has not one entry per epoch"),
        (("val_loss=val_loss, ", ""), "the entry of epoch 1 has no val_loss"),
        (
            ("val_loss=val_loss, val_accuracy=val_accuracy", ""),
            "the entry of epoch 1 has no val_loss and no val_accuracy",
        ),
        (("val_loss=val_loss", "val_loss='low'"), "val_loss of epoch 1 is not a number"),
        (("val_loss=val_loss", "val_loss=None"), "val_loss of epoch 1 is not a number"),
    ],
)
def test_what_is_no_history_is_told(student_of: StudentOf, edit: tuple[str, str], message: str) -> None:
    """The form of a history is checked first, with one sentence for each way to miss it."""
    assert failure(student_of(HEAD + edited(edit))).message == message


def test_a_tensor_in_a_history_is_remarked_upon(student_of: StudentOf) -> None:
    """A tensor of one number counts, and the student is told how to make it a number."""
    with findings.gather() as found:
        judge(student_of(HEAD + RIGHT["tensors"]))

    assert any("`.item()` makes it one" in remark for remark in found.remarks)


BY_HAND = (
    "    criterion = nn.CrossEntropyLoss()\n",
    "    criterion = lambda s, labels: -(s.exp() / s.exp().sum(1, True))[range(len(labels)), labels].log().mean()\n",
)
LARGE = expect_history.course(key(2), epochs=1, shift=1000.0)


def test_a_cross_entropy_that_overflows_is_told(student_of: StudentOf) -> None:
    """What is right for small logits, and no number for large ones, is not the loss of the handout."""
    by_hand = student_of(HEAD + edited(BY_HAND))
    judge(by_hand)

    with pytest.raises(
        CheckFailed, match="where the logits are large, train_loss of epoch 1 is no finite number"
    ) as caught:
        expect_history.losses_are_finite(LARGE, expect_history.rehearses(by_hand.fit, LARGE))
    assert caught.value.received == "nan"


def test_large_logits_are_none_of_a_right_loss(student_of: StudentOf) -> None:
    """The cross entropy of torch takes logits of any size, and the history stays true."""
    student = student_of(HEAD + FIT)
    observation = expect_history.rehearses(student.fit, LARGE)

    expect_history.losses_are_finite(LARGE, observation)
    expect_history.history_is_true(LARGE, observation)


def test_validation_images_that_nobody_looks_at_are_told(student_of: StudentOf) -> None:
    """A `fit` that never goes through its validation images is told so."""
    student = student_of(
        HEAD
        + edited(
            ("            for images, labels in val_loader:\n", "            for images, labels in []:\n"),
            ("total / count, right / count", "0.0, 0.0"),
        )
    )
    observation = expect_history.rehearses(student.fit, COURSE)

    with pytest.raises(CheckFailed, match="the loader of validation images is never gone through"):
        expect_history.leaves_validation_alone(student.fit, COURSE, observation)


def test_a_network_of_the_history_is_the_one_that_came_back(student_of: StudentOf) -> None:
    """Numbers are worked out from the weights that came back: weights spoilt after the last entry make it untrue."""
    failed = failure(student_of(HEAD + edited(("    return", "    nn.init.normal_(model.linear.weight)\n    return"))))

    assert "of epoch 3 is another one" in failed.message


def test_the_small_network_learns_on_its_images(student_of: StudentOf) -> None:
    """The lesson can be learnt: the reference's own losses fall, so that a course is worth a training."""
    observation = expect_history.rehearses(student_of(HEAD + FIT).fit, expect_history.course(key(5), epochs=5))
    losses = torch.tensor([entry.train_loss for entry in expect_history.history(observation, 5)])

    assert losses[-1] < losses[0]


LIE = """def fit(model, train_loader, val_loader, *, epochs, device):
    for images, labels in train_loader: pass
    for images, labels in val_loader: pass
    CHANGE
    return [dict(train_loss=2 / (n + 1), val_loss=2.1 / (n + 1), val_accuracy=0.9) for n in range(epochs)]
"""
BACKWARD = "torch.tensor(2.0, requires_grad=True).backward()"
CHANGES = {
    "worse": "nn.init.normal_(model.linear.weight, std=9)",
    "half": "[value.data.mul_(0.5) for value in model.parameters()]",
    "zero": "[value.data.zero_() for value in model.parameters()]",
    "last-layer": "model.linear.weight.data *= 0.1",
    "mean-logit": "model.linear.bias.data -= model(images).detach().mean(0)",
    "how-often": "nn.init.zeros_(model.linear.weight); model.linear.bias.data = (torch.bincount("
    "torch.cat([y for _x, y in train_loader]), minlength=10) + 0.5).log().to(model.linear.bias)",
}
"""Of the weights, none of which learns anything of an image, though the loss falls in most."""


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("pass", "`fit` returns, but the network that it was given has not changed"),
        (BACKWARD, "`fit` returns, but the network that it was given has not changed"),
        *((change, "nothing that came back shows a training") for change in CHANGES.values()),
    ],
    ids=["nothing", "a-loss-of-its-own", *CHANGES],
)
def test_a_history_without_a_training_is_told(student_of: StudentOf, change: str, message: str) -> None:
    """A history of the right form earns nothing by itself, nor do validation images that are gone through."""
    student = student_of(HEAD + LIE.replace("CHANGE", change))
    observation = expect_history.rehearses(student.fit, COURSE)

    assert len(expect_history.history(observation, COURSE.epochs)) == COURSE.epochs
    for judges in (expect_history.has_trained, expect_history.leaves_validation_alone):
        with pytest.raises(CheckFailed, match=message):
            judges(student.fit, COURSE, observation)


def test_who_trains_a_copy_has_trained(student_of: StudentOf) -> None:
    """The losses of a copy are those of the network: its history is untrue, which another check says."""
    source = edited(("    criterion", "    model = copy.deepcopy(model)\n    criterion"))
    fit = student_of(HEAD + source).fit

    expect_history.has_trained(fit, COURSE, expect_history.rehearses(fit, COURSE))


def test_images_are_found_among_others() -> None:
    """Labels go with the images, in any order; an image that is none of them has no label."""
    batch = COURSE.lesson.everything
    order = torch.tensor([5, 0, 3])
    found = rehearsal.labels_of(batch.images[order], batch)

    assert found is not None
    assert torch.equal(found, batch.labels[order])
    assert rehearsal.labels_of(batch.images[:2] + 1, batch) is None
    assert rehearsal.labels_of(batch.images[:0], batch) is None


LEARNS = """def fit(model, train_loader, val_loader, *, epochs, device):
    for epoch in range(epochs):
        for images, labels in train_loader:
            loss = F.cross_entropy(model(images + 0.01 * torch.randn_like(images)), labels) ** 2
            for value, slope in zip(model.parameters(), torch.autograd.grad(loss, list(model.parameters()))):
                value.data -= RATE * slope
    return [dict(train_loss=1.0, val_loss=1.0, val_accuracy=2.0)] * epochs
"""


@pytest.mark.parametrize("rate", [0.05, 1e-3, 1e-6])
def test_who_learns_slowly_has_trained(student_of: StudentOf, rate: float) -> None:
    """However little the loss falls, what a network owes to labels shows it, where no number is right and no call is seen."""
    fit = student_of(HEAD + LEARNS.replace("RATE", str(rate))).fit

    expect_history.has_trained(fit, COURSE, expect_history.rehearses(fit, COURSE))
