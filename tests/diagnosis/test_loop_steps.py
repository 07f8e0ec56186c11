"""Training loops as students write them: right ones pass in every style, wrong ones fail and their mistake is named."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

import pytest
from made_keys import key
from students import StudentOf
from told import told

from grader.checks.expect import loop as expect_loop
from grader.checks.training import rehearsal
from grader.errors import CheckFailed
from grader.model import Feedback

HEAD = "import copy\nimport torch\nfrom torch import nn\nfrom torch.nn import functional as F\n\n\n"
TRAIN = """\
def train_one_epoch(model, loader, criterion, optimizer, device):
    model.train()
    total, count = 0.0, 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        optimizer.zero_grad()
        scores = model(images)
        loss = criterion(scores, labels)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
        count += len(labels)
    return total / count
"""


def edited(source: str, *edits: tuple[str, str]) -> str:
    """Return *source* with some lines replaced; an edit that changes nothing is a mistake of the test."""
    for old, new in edits:
        assert old in source, old
        source = source.replace(old, new)
    return HEAD + source


ZERO, STEP, BACK = "        optimizer.zero_grad()\n", "        optimizer.step()\n", "        loss.backward()\n"
SCORES, LOSS, RETURN = "scores = model(images)", "loss = criterion(scores, labels)", "    return total / count\n"

RIGHT_EPOCHS = {
    "plain": edited(TRAIN),
    "clears-at-the-end": edited(TRAIN, (ZERO, ""), (STEP, STEP + ZERO)),
    "clears-to-zeros": edited(TRAIN, ("zero_grad()", "zero_grad(set_to_none=False)")),
    "clears-the-network": edited(TRAIN, ("optimizer.zero_grad()", "model.zero_grad()")),
    "clears-by-hand": edited(TRAIN, (ZERO, "        for p in model.parameters():\n            p.grad = None\n")),
    "clears-after-the-loss": edited(TRAIN, (ZERO, ""), (BACK, ZERO + BACK)),
    "mean-over-batches": edited(
        TRAIN, ("loss.item() * len(labels)", "loss.item()"), (RETURN, "    return total / len(loader)\n")
    ),
    "scaler-that-is-off": edited(
        TRAIN,
        ("    total, count", '    scaler = torch.amp.GradScaler("cuda", enabled=False)\n    total, count'),
        ("loss.backward()", "scaler.scale(loss).backward()"),
        ("optimizer.step()", "scaler.step(optimizer)\n        scaler.update()"),
    ),
    "autocast": edited(
        TRAIN,
        (SCORES, 'with torch.autocast("cpu", dtype=torch.bfloat16):\n            scores = model(images)'),
    ),
    "half-precision-images": edited(TRAIN, ("images.to(device)", "images.to(device, dtype=torch.bfloat16)")),
    "closure": edited(
        TRAIN,
        (
            f"{ZERO}        {SCORES}\n        {LOSS}\n{BACK}{STEP}",
            textwrap.indent(
                "def closure():\n    optimizer.zero_grad()\n    loss = criterion(model(images), labels)\n"
                "    loss.backward()\n    return loss\nloss = optimizer.step(closure)\n",
                "        ",
            ),
        ),
    ),
    "enumerates-and-indexes": edited(
        TRAIN,
        (
            "    for images, labels in loader:\n",
            "    for step, batch in enumerate(loader, 1):\n        images, labels = batch\n",
        ),
    ),
    "while-with-an-iterator": edited(
        TRAIN,
        (
            "    for images, labels in loader:\n",
            "    batches = iter(loader)\n    while (batch := next(batches, None)) is not None:\n        images, labels = batch\n",
        ),
    ),
    "gradients-asked-for": edited(
        TRAIN,
        (
            "        loss.backward()\n",
            "        parameters = list(model.parameters())\n"
            "        for p, g in zip(parameters, torch.autograd.grad(loss, parameters)):\n            p.grad = g\n",
        ),
    ),
    "log-softmax-first": edited(TRAIN, (LOSS, "loss = criterion(scores.log_softmax(dim=1), labels)")),
    "one-hot-labels": edited(TRAIN, (LOSS, "loss = criterion(scores, F.one_hot(labels, 10).to(scores))")),
    "keeps-losses-as-tensors": edited(
        TRAIN,
        ("total += loss.item() * len(labels)", "total += loss.detach() * len(labels)"),
        (RETURN, "    return (total / count).item()\n"),
    ),
    "for-a-gpu": edited(
        TRAIN, ("images.to(device), labels.to(device)", "images.cuda(non_blocking=True), labels.cuda()")
    ),
    "counts-the-batches-first": edited(TRAIN, ("    for images", "    for _ in loader:\n        pass\n    for images")),
    "another-network-beside-it": edited(
        TRAIN, ("    total, count", "    twin = copy.deepcopy(model)\n    total, count")
    ),
    "two-forwards": edited(TRAIN, (STEP, STEP + "        with torch.no_grad():\n            model(images)\n")),
}

WRONG_EPOCHS = {
    "no_zero_grad": (
        edited(TRAIN, (ZERO, "")),
        edited(TRAIN, (ZERO, ""), ("    total, count", "    optimizer.zero_grad()\n    total, count")),
    ),
    "zero_grad_before_step": (
        edited(TRAIN, (ZERO, ""), (BACK, BACK + ZERO)),
        edited(TRAIN, (BACK, BACK + "        model.zero_grad()\n")),
    ),
    "no_step": (edited(TRAIN, (STEP, "")),),
    "no_backward": (edited(TRAIN, (BACK, "")),),
    "several_steps_per_batch": (edited(TRAIN, (STEP, 2 * STEP)), edited(TRAIN, (STEP, 3 * STEP))),
    "one_step_per_epoch": (edited(TRAIN, (ZERO, ""), (STEP, ""), (RETURN, "    optimizer.step()\n" + RETURN)),),
    "steps_left_out": (
        edited(
            TRAIN,
            ("    for images, labels in loader:\n", "    for i, (images, labels) in enumerate(loader):\n"),
            (STEP, "        if i != 1:\n    " + STEP),
        ),
    ),
    "stops_early": (
        edited(TRAIN, (RETURN, "    " + RETURN)),
        edited(
            TRAIN,
            (
                "        count += len(labels)\n",
                "        count += len(labels)\n        if count > 9:\n            break\n",
            ),
        ),
    ),
    "several_passes": (edited(TRAIN, ("in loader:", "in [*loader, *loader]:")),),
    "eval_mode_while_training": (
        edited(TRAIN, ("model.train()", "model.eval()")),
        edited(TRAIN, ("model.train()", "model.eval()\n    model.training = True")),
    ),
    "gradients_stay_scaled": (edited(TRAIN, (BACK, "        (loss * 65536).backward()\n")),),
    "softmax_before_criterion": (
        edited(TRAIN, (LOSS, "loss = criterion(scores.softmax(dim=1), labels)")),
        edited(TRAIN, (SCORES, "scores = nn.Softmax(dim=-1)(model(images))"), (ZERO, "")),
    ),
    "softmax_over_the_batch": (edited(TRAIN, (LOSS, "loss = criterion(scores.softmax(dim=0), labels)")),),
    "sigmoid_before_criterion": (edited(TRAIN, (LOSS, "loss = criterion(scores.sigmoid(), labels)")),),
    "changes_labels": (
        edited(TRAIN, (LOSS, "loss = criterion(scores, (labels + 1) % 10)")),
        edited(TRAIN, (LOSS, "loss = criterion(scores, labels.flip(0))")),
    ),
    "mixes_pixels": (
        edited(TRAIN, (SCORES, "scores = model(images.permute(0, 2, 3, 1).reshape(images.shape))")),
        edited(TRAIN, (SCORES, "scores = model(images.transpose(0, 1).reshape(images.shape))")),
    ),
    "changes_images": (
        edited(TRAIN, (SCORES, "scores = model(images / 255)")),
        edited(TRAIN, (SCORES, "scores = model(images - 0.5)")),
        edited(TRAIN, (SCORES, "scores = model(images + torch.rand_like(images))")),
        edited(TRAIN, (SCORES, "scores = model(images.to(torch.uint64))")),
    ),
    "detached_loss": (
        edited(TRAIN, (SCORES, "scores = model(images).detach().requires_grad_()")),
        edited(TRAIN, (BACK, "        loss = torch.tensor(loss.item(), requires_grad=True)\n" + BACK)),
    ),
    "wrong_sign": (edited(TRAIN, (BACK, "        (-loss).backward()\n")),),
    "sum_instead_of_mean": (edited(TRAIN, (BACK, "        (loss * len(labels)).backward()\n")),),
    "divides_the_loss_by_batches": (edited(TRAIN, (BACK, "        (loss / len(loader)).backward()\n")),),
    "divides_the_loss_by_images": (
        edited(TRAIN, (BACK, "        (loss / images.shape[0]).backward()\n")),
        edited(TRAIN, (BACK, "        loss = loss / len(loader.dataset)\n" + BACK)),
    ),
    "scales_the_gradient": (edited(TRAIN, (BACK, "        (loss * 0.37).backward()\n")),),
    "clips_the_gradient": (
        edited(TRAIN, (STEP, "        nn.utils.clip_grad_norm_(model.parameters(), 0.1)\n" + STEP)),
        edited(TRAIN, (STEP, "        nn.utils.clip_grad_value_(model.parameters(), 0.01)\n" + STEP)),
        edited(TRAIN, (STEP, "        for p in model.parameters():\n            p.grad.clamp_(-0.02, 0.02)\n" + STEP)),
    ),
    "own_criterion": (
        edited(TRAIN, (LOSS, "loss = F.mse_loss(scores, F.one_hot(labels, 10).to(scores))")),
        edited(TRAIN, (LOSS, "loss = nn.BCEWithLogitsLoss()(scores, F.one_hot(labels, 10).double())")),
        edited(TRAIN, (LOSS, "loss = F.cross_entropy(scores, labels, label_smoothing=0.1)")),
        edited(TRAIN, (LOSS, "loss = F.nll_loss(scores, labels)")),
    ),
    "adds_an_l2_penalty": (
        edited(
            TRAIN, (LOSS, "loss = criterion(scores, labels) + 0.1 * sum(p.square().sum() for p in model.parameters())")
        ),
        edited(TRAIN, (LOSS, LOSS + "\n        loss += 0.01 / 2 * model.linear.weight.norm() ** 2")),
    ),
    "adds_an_l1_penalty": (edited(TRAIN, (LOSS, LOSS + " + 1e-3 * sum(p.abs().sum() for p in model.parameters())")),),
    "trains_on_its_own_answers": (edited(TRAIN, (LOSS, "loss = F.cross_entropy(scores, scores.argmax(1))")),),
    "another_gradient": (edited(TRAIN, (LOSS, LOSS + " + scores.abs().sqrt().mean()")),),
    "augments_images": (
        edited(TRAIN, (SCORES, "scores = model(images.flip(3))")),
        edited(
            TRAIN, (SCORES, "scores = model(torch.stack([x.flip(-1) if i % 2 else x for i, x in enumerate(images)]))")
        ),
    ),
    "begins_the_loader_anew": (
        edited(
            TRAIN,
            (
                "    for images, labels in loader:\n",
                "    for _ in range(len(loader)):\n        images, labels = next(iter(loader))\n",
            ),
        ),
    ),
    "leaves_out_a_batch": (
        edited(TRAIN, (ZERO, "        if len(images) < loader.batch_size:\n            continue\n" + ZERO)),
    ),
    "step_before_backward": (edited(TRAIN, (ZERO, STEP + ZERO), (BACK + STEP, BACK)),),
    "gathers_gradients": (
        edited(
            TRAIN,
            ("    for images, labels in loader:\n", "    for i, (images, labels) in enumerate(loader):\n"),
            (ZERO, ""),
            (STEP, "        if i % 2:\n    " + STEP + "    " + ZERO),
        ),
    ),
    "changes_the_learning_rate": (
        edited(
            TRAIN,
            ("    total, count", "    rate = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.9)\n    total, count"),
            (STEP, STEP + "        rate.step()\n"),
        ),
        edited(TRAIN, ("    total, count", "    optimizer.param_groups[0]['lr'] = 0.01\n    total, count")),
    ),
    "optimizer_made_anew": (edited(TRAIN, (STEP, STEP + "        optimizer.state.clear()\n")),),
    "steps_by_hand_too": (
        edited(
            TRAIN,
            (
                STEP,
                STEP + "        with torch.no_grad():\n            for p in model.parameters():\n"
                "                p -= 0.1 * p.grad\n",
            ),
        ),
    ),
    "shrinks_the_weights": (
        edited(
            TRAIN,
            (
                STEP,
                STEP + "        for p in model.parameters():\n            p.data *= 0.99\n",
            ),
        ),
    ),
    "clips_the_weights": (
        edited(
            TRAIN,
            (
                STEP,
                STEP + "        with torch.no_grad():\n            for p in model.parameters():\n"
                "                p.clamp_(-0.5, 0.5)\n",
            ),
        ),
    ),
    "some_parameters_untrained": (
        edited(TRAIN, ("    total, count", "    model.conv.requires_grad_(False)\n    total, count")),
    ),
    "another_optimizer": (
        edited(TRAIN, ("    total, count", "    optimizer = torch.optim.Adam(model.parameters())\n    total, count")),
        edited(TRAIN, (ZERO, "        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)\n" + ZERO)),
    ),
    "weights_changed_elsewhere": (
        edited(TRAIN, (STEP, STEP + "        with torch.no_grad():\n            model.linear.weight.mul_(0.9)\n")),
    ),
    "loader_unused": (
        edited(TRAIN, ("in loader:", "in [(torch.rand(4, 3, 32, 32), torch.zeros(4, dtype=torch.long))]:")),
    ),
    "network_unused": (
        edited(TRAIN, (SCORES, "scores = torch.zeros(len(images), 10, requires_grad=True)"), (STEP, "")),
    ),
}
"""By the name of the mistake that must be told."""


def failure(expectation: Callable[[], None]) -> Feedback:
    """Return how an expectation fails."""
    with pytest.raises(CheckFailed) as caught:
        expectation()
    return told(caught.value)


@pytest.mark.parametrize("style", RIGHT_EPOCHS)
def test_every_right_style_passes(student_of: StudentOf, style: str) -> None:
    """However it is written, a right epoch passes from either mode, and holds no graphs."""
    student = student_of(RIGHT_EPOCHS[style])

    expect_loop.trains(student.train_one_epoch, rehearsal.lesson(key(1)), training=False)
    expect_loop.returns_mean_loss(student.train_one_epoch, rehearsal.lesson(key(3), learning_rate=0.0))
    expect_loop.lets_graphs_go(student.train_one_epoch, rehearsal.lesson(key(4), images=16, batch_size=2))


@pytest.mark.parametrize("style", ["plain", "clears-at-the-end", "closure"])
def test_a_right_loop_passes_every_lesson(student_of: StudentOf, style: str) -> None:
    """Loaders of one batch, last batches of one image, other criteria and optimizers: a right loop passes them all."""
    student = student_of(RIGHT_EPOCHS[style])
    for number in range(3):
        for lesson in rehearsal.lessons(key(number)):
            expect_loop.trains(student.train_one_epoch, lesson)


@pytest.mark.parametrize(
    ("name", "source"),
    [
        pytest.param(name, source, id=f"{name}-{i}")
        for name, some in WRONG_EPOCHS.items()
        for i, source in enumerate(some)
    ],
)
def test_a_wrong_epoch_fails_and_its_mistake_is_named(student_of: StudentOf, name: str, source: str) -> None:
    """Each mistake fails on its weights, with its own name, sentence and hint."""
    student = student_of(source)

    failed = failure(lambda: expect_loop.trains(student.train_one_epoch, rehearsal.lesson(key(1))))

    assert failed.misconception == name
    assert failed.hint


@pytest.mark.parametrize("number", range(5))
def test_mistakes_are_told_whatever_the_numbers(student_of: StudentOf, number: int) -> None:
    """The mistake that is named does not depend on the key of a lesson."""
    student = student_of(WRONG_EPOCHS["no_zero_grad"][0])
    other = student_of(WRONG_EPOCHS["sum_instead_of_mean"][0])
    lesson = rehearsal.lesson(key(100 + number))

    assert failure(lambda: expect_loop.trains(student.train_one_epoch, lesson)).misconception == "no_zero_grad"
    assert failure(lambda: expect_loop.trains(other.train_one_epoch, lesson)).misconception == "sum_instead_of_mean"


def test_a_network_left_in_evaluation_mode_is_noticed(student_of: StudentOf) -> None:
    """A loop that never switches to training mode passes where it is on already, and fails where it is off."""
    student = student_of(edited(TRAIN, ("    model.train()\n", "")))

    expect_loop.trains(student.train_one_epoch, rehearsal.lesson(key(1)), training=True)
    failed = failure(lambda: expect_loop.trains(student.train_one_epoch, rehearsal.lesson(key(1)), training=False))

    assert failed.misconception == "eval_mode_while_training"
    assert "in evaluation mode while it is trained" in failed.message


def test_the_sum_of_gradients_is_told_with_its_batches(student_of: StudentOf) -> None:
    """Without zero_grad the second step has the gradient of two batches, and the sentence says so."""
    student = student_of(WRONG_EPOCHS["no_zero_grad"][0])

    failed = failure(lambda: expect_loop.trains(student.train_one_epoch, rehearsal.lesson(key(1))))

    assert failed.message == "at step 2, the gradient is the sum over batches 1 to 2"


def test_the_factor_of_a_scaled_gradient_is_told(student_of: StudentOf) -> None:
    """A loss divided by the 6 batches has a sixth of the gradient."""
    student = student_of(WRONG_EPOCHS["divides_the_loss_by_batches"][0])

    failed = failure(lambda: expect_loop.trains(student.train_one_epoch, rehearsal.lesson(key(1))))

    assert failed.message.startswith("at step 1, the gradient is 0.1667 times that of the mean loss: 1 / 6,")


def test_notes_never_make_a_wrong_loop_right(student_of: StudentOf) -> None:
    """A submission that reaches into our parts and forges every note still fails on the weights that came back."""
    source = edited(
        TRAIN,
        (ZERO, ""),
        (
            "    total, count",
            "    loader._watch.note = lambda *args, **kwargs: None\n    loader._watch.notes.clear()\n    total, count",
        ),
    )
    student = student_of(source)

    failed = failure(lambda: expect_loop.trains(student.train_one_epoch, rehearsal.lesson(key(1))))

    assert failed.misconception == "loader_unused"  # what the notes, which are empty, seem to tell
