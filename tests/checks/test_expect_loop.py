"""What is required of an epoch and of an evaluation: right styles pass, wrong numbers are told by name."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from made_keys import key
from students import StudentOf
from told import told

from grader.checks import findings
from grader.checks.expect import loop as expect_loop
from grader.checks.training import rehearsal
from grader.errors import AssignmentError, CheckFailed
from grader.model import Feedback
from grader.proxy.student import session_of

HEAD = "import torch\nfrom torch import nn\nfrom torch.nn import functional as F\n\n\n"
TRAIN = """\
def train_one_epoch(model, loader, criterion, optimizer, device):
    model.train()
    losses, sizes = [], []
    for images, labels in loader:
        optimizer.zero_grad()
        loss = criterion(model(images), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        sizes.append(len(labels))
    return RESULT
"""
MEAN = "sum(l * n for l, n in zip(losses, sizes)) / sum(sizes)"
EVALUATE = """\
def evaluate(model, loader, criterion, device):
    model.eval()
    losses, right, sizes = [], [], []
    with torch.no_grad():
        for images, labels in loader:
            scores = model(images)
            losses.append(criterion(scores, labels).item())
            right.append((scores.argmax(dim=1) == labels).sum().item())
            sizes.append(len(labels))
    loss = sum(l * n for l, n in zip(losses, sizes)) / sum(sizes)
    accuracy = sum(right) / sum(sizes)
    return loss, accuracy
"""
STILL = rehearsal.lesson(key(3), learning_rate=0.0)


def edited(source: str, *edits: tuple[str, str]) -> str:
    """Return *source* with some lines replaced; an edit that changes nothing is a mistake of the test."""
    for old, new in edits:
        assert old in source, old
        source = source.replace(old, new)
    return source


def failure(expectation: Callable[[], None]) -> Feedback:
    """Return how an expectation fails."""
    with pytest.raises(CheckFailed) as caught:
        expectation()
    return told(caught.value)


# --- the loss of an epoch ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("result", [MEAN, "sum(losses) / len(losses)", f"round({MEAN}, 8)"])
def test_a_mean_over_samples_or_batches_passes(student_of: StudentOf, result: str) -> None:
    """Both means count."""
    expect_loop.returns_mean_loss(student_of(HEAD + TRAIN.replace("RESULT", result)).train_one_epoch, STILL)


def test_a_mean_that_is_a_tensor_is_no_number(student_of: StudentOf) -> None:
    """The handout asks for a Python number, and says why."""
    student = student_of(HEAD + TRAIN.replace("RESULT", f"torch.tensor({MEAN})"))
    failed = failure(lambda: expect_loop.returns_mean_loss(student.train_one_epoch, STILL))

    assert failed.message == "the loss is a tensor, but a Python number is asked for"
    assert "`loss.item()` is the number alone" in str(failed.hint)


@pytest.mark.parametrize(
    ("result", "name"),
    [
        ("sum(losses)", "sum_of_losses"),
        ("sum(l * n for l, n in zip(losses, sizes))", "sum_over_samples"),
        ("losses[-1]", "last_loss"),
        ("losses[0]", "first_loss"),
        ("sum(losses) / sum(sizes)", "divides_twice"),
        ("sum(l * n for l, n in zip(losses, sizes)) / len(losses)", "divides_sums_by_batches"),
        ("1.0", None),
    ],
)
def test_another_loss_is_told_by_name(student_of: StudentOf, result: str, name: str | None) -> None:
    """What is not the mean fails, and known ways to miss it have a name."""
    student = student_of(HEAD + TRAIN.replace("RESULT", result))

    failed = failure(lambda: expect_loop.returns_mean_loss(student.train_one_epoch, STILL))

    assert (failed.message, failed.misconception) == ("the loss is not the mean over the epoch", name)
    epoch = rehearsal.one_epoch(STILL)
    assert failed.expected == f"{rehearsal.mean_of_samples(epoch.losses, epoch.sizes):.6g}"


@pytest.mark.parametrize(
    ("result", "received"),
    [("None", "None (is a `return` missing?)"), ("'2.3'", "2.3"), ("[2.3]", "[2.3]"), ("True", "True")],
)
def test_what_is_no_number_is_told(student_of: StudentOf, result: str, received: str) -> None:
    """None, texts, lists and truth values are no loss."""
    student = student_of(HEAD + TRAIN.replace("RESULT", result))

    failed = failure(lambda: expect_loop.returns_mean_loss(student.train_one_epoch, STILL))

    assert (failed.message, failed.received) == ("the loss is not a number", received)


def test_the_loss_does_not_depend_on_other_mistakes(student_of: StudentOf) -> None:
    """At a learning rate of 0 a loop without zero_grad, or with two steps, still returns the right loss."""
    for edit in (("        optimizer.zero_grad()\n", ""), ("optimizer.step()", "optimizer.step(); optimizer.step()")):
        student = student_of(HEAD + edited(TRAIN.replace("RESULT", MEAN), edit))
        expect_loop.returns_mean_loss(student.train_one_epoch, STILL)


# --- graphs -----------------------------------------------------------------------------------------------------------

KEEP = ("losses.append(loss.item())", "losses.append(loss)")


@pytest.mark.parametrize(
    "result", ["sum(losses).item() / len(losses)", "torch.stack(losses).mean().item()"], ids=["sum", "stack"]
)
def test_kept_graphs_are_told(student_of: StudentOf, result: str) -> None:
    """A loop that gathers losses with their graphs fails, and the number of graphs is told."""
    student = student_of(HEAD + edited(TRAIN.replace("RESULT", result), KEEP))
    lesson = rehearsal.lesson(key(4), images=16, batch_size=2)

    failed = failure(lambda: expect_loop.lets_graphs_go(student.train_one_epoch, lesson))

    assert failed.misconception == "graph_kept"
    assert failed.received == "7 graphs alive at once"  # before the last of 8 batches


@pytest.mark.parametrize(
    ("before", "remarks"), [("", 1), ("model.eval(); ", 0)], ids=["in-training-mode", "in-evaluation-mode"]
)
def test_a_second_pass_in_training_mode_is_remarked_upon(student_of: StudentOf, before: str, remarks: int) -> None:
    """It costs no points: the weights are right, and batch normalisation has seen each image twice."""
    more = f"        with torch.no_grad():\n            {before}model(images)\n        model.train()\n"
    student = student_of(
        HEAD
        + edited(TRAIN.replace("RESULT", MEAN), ("        optimizer.step()\n", "        optimizer.step()\n" + more))
    )
    with findings.gather() as found:
        expect_loop.lets_graphs_go(student.train_one_epoch, STILL)

    assert len(found.remarks) == remarks


def test_a_loop_that_never_calls_the_network_keeps_nothing_and_fails(student_of: StudentOf) -> None:
    """That no graph is alive proves nothing where there never was one."""
    student = student_of(HEAD + "def train_one_epoch(*args): return 0.5")

    failed = failure(lambda: expect_loop.lets_graphs_go(student.train_one_epoch, STILL))

    assert failed.message == "the network that you are given is never called"


# --- evaluation -------------------------------------------------------------------------------------------------------

TELLING = expect_loop.telling_lesson(key(1))


@pytest.mark.parametrize(("images", "batch_size"), [(23, 5), (31, 6), (12, 5), (19, 9)])
def test_whatever_the_key_a_lesson_tells_the_averages_apart(images: int, batch_size: int) -> None:
    """For the sizes that checks use, one is found for every key, and it is another one for another key."""
    lessons = [expect_loop.telling_lesson(key(number), images=images, batch_size=batch_size) for number in range(200)]

    assert len({tuple(lesson.everything.labels.tolist()) for lesson in lessons}) == len(lessons)


@pytest.mark.parametrize(
    "edits",
    [
        (),
        (("with torch.no_grad():", "with torch.inference_mode():"),),
        (
            (
                "    loss = sum(l * n for l, n in zip(losses, sizes)) / sum(sizes)\n",
                "    loss = sum(losses) / len(losses)\n",
            ),
        ),
        (
            ("    model.eval()\n", "    was = model.training\n    model.eval()\n"),
            ("    return", "    model.train(was)\n    return"),
        ),
        (("scores.argmax(dim=1)", "torch.max(scores.softmax(1), 1)[1]"),),
        (
            ("    model.eval()\n", "    model.eval()\n    torch.set_grad_enabled(False)\n"),
            ("    return", "    torch.set_grad_enabled(True)\n    return"),
        ),
        (("with torch.no_grad():", "with torch.set_grad_enabled(False):"),),
        (("return loss, accuracy", "return [loss, accuracy]"),),
        (("return loss, accuracy", "return torch.tensor(loss), torch.tensor(accuracy)"),),
    ],
    ids=[
        "plain",
        "inference-mode",
        "mean-of-batches",
        "restores-the-mode",
        "softmax-for-argmax",
        "switches-back",
        "context",
        "list",
        "tensors",
    ],
)
def test_right_evaluations_pass(student_of: StudentOf, edits: tuple[tuple[str, str], ...]) -> None:
    """However it is written, a right evaluation passes from either mode, and without graphs."""
    student = student_of(HEAD + edited(EVALUATE, *edits))

    expect_loop.evaluates(student.evaluate, TELLING)
    expect_loop.evaluates(student.evaluate, expect_loop.telling_lesson(key(2)), training=True, dropout=0.5)
    expect_loop.evaluates_without_gradients(student.evaluate, TELLING)


@pytest.mark.parametrize(
    ("edit", "name"),
    [
        (("return loss, accuracy", "return accuracy, loss"), "swapped"),
        (("return loss, accuracy", "return loss, 100 * accuracy"), "accuracy_in_percent"),
        (("accuracy = sum(right) / sum(sizes)", "accuracy = sum(right)"), "counts_instead_of_share"),
        (("accuracy = sum(right) / sum(sizes)", "accuracy = sum(right) / len(loader)"), "divides_by_batches"),
        (
            ("accuracy = sum(right) / sum(sizes)", "accuracy = sum(right) / (len(loader) * loader.batch_size)"),
            "divides_by_full_batches",
        ),
        (
            ("accuracy = sum(right) / sum(sizes)", "accuracy = sum(r / n for r, n in zip(right, sizes)) / len(sizes)"),
            "mean_of_batch_accuracies",
        ),
        (("accuracy = sum(right) / sum(sizes)", "accuracy = right[-1] / sizes[-1]"), "last_batch_only"),
        (
            (
                "            sizes.append",
                "            sizes.append(len(labels))\n            break\n            sizes.append",
            ),
            "stops_early",
        ),
        (("model.eval()", "model.train()"), "training_mode_while_evaluating"),
        (("loss = sum(l * n for l, n in zip(losses, sizes)) / sum(sizes)", "loss = sum(losses)"), "sum_of_losses"),
        (("criterion(scores, labels)", "criterion(scores.softmax(1), labels)"), "softmax_before_criterion"),
        (("in loader:", "in []:"), None),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_wrong_evaluations_are_told_by_name(student_of: StudentOf, edit: tuple[str, str], name: str | None) -> None:
    """What is not the loss or the accuracy fails, and known ways to miss it have a name."""
    source = edited(EVALUATE, edit)
    if name is None:
        source = "def evaluate(*args): return 0.5, 0.5\n"
        name = "loader_unused"
    student = student_of(HEAD + source)

    failed = failure(lambda: expect_loop.evaluates(student.evaluate, TELLING))

    assert failed.misconception == name
    assert failed.hint


def test_the_wrong_axis_has_a_hint_of_its_own(student_of: StudentOf) -> None:
    """An argmax over the images of the batch gives an accuracy that no averaging explains."""
    wrong = "(scores.argmax(dim=0)[:len(labels)] == labels[:10]).sum().item()"
    student = student_of(HEAD + edited(EVALUATE, ("(scores.argmax(dim=1) == labels).sum().item()", wrong)))

    failed = failure(lambda: expect_loop.evaluates(student.evaluate, expect_loop.telling_lesson(key(3), images=23)))

    assert failed.misconception is None
    assert failed.hint is not None
    assert "along which axis" in failed.hint


@pytest.mark.parametrize("result", ["(2 ** 2000, 0.5)", "(-(10 ** 400), 0.5)", "torch.empty(0)", "torch.tensor([])"])
def test_odd_numbers_are_the_submissions(student_of: StudentOf, result: str) -> None:
    """An integer beyond all floats, and a tensor of nothing, come to a verdict."""
    student = student_of(HEAD + edited(EVALUATE, ("return loss, accuracy", f"return {result}")))

    with pytest.raises(
        CheckFailed, match=r"^what comes back does not come of the scores of the network and the labels"
    ):
        expect_loop.evaluates_without_gradients(student.evaluate, TELLING)


@pytest.mark.parametrize(
    ("result", "received"), [("None", "None (is a `return` missing?)"), ("loss", None), ("(loss, accuracy, 1)", None)]
)
def test_what_is_no_pair_is_told(student_of: StudentOf, result: str, received: str | None) -> None:
    """Nothing, one number and three are no pair of loss and accuracy."""
    student = student_of(HEAD + edited(EVALUATE, ("return loss, accuracy", f"return {result}")))

    failed = failure(lambda: expect_loop.evaluates(student.evaluate, TELLING))

    assert failed.message == "the answer is not a pair of loss and accuracy"
    assert received is None or failed.received == received


@pytest.mark.parametrize("instead", ["pass", "model.training = False", "model.eval"])
def test_the_mode_of_an_evaluation_is_its_own_to_set(student_of: StudentOf, instead: str) -> None:
    """Without model.eval(), which alone reaches the layers, it is right only where the network comes in evaluation mode."""
    student = student_of(HEAD + edited(EVALUATE, ("model.eval()", instead)))

    expect_loop.evaluates(student.evaluate, TELLING, training=False)
    failed = failure(lambda: expect_loop.evaluates(student.evaluate, TELLING, training=True, dropout=0.5))

    assert failed.misconception == "training_mode_while_evaluating"


@pytest.mark.parametrize("line", ["model.linear.weight.mul_(0.5)", "model.norm.reset_running_stats()"])
def test_an_evaluation_that_changes_the_network_is_told(student_of: StudentOf, line: str) -> None:
    """Right numbers are not enough: weights and statistics must be what they were."""
    student = student_of(
        HEAD + edited(EVALUATE, ("    loss = sum", f"    with torch.no_grad():\n        {line}\n    loss = sum"))
    )

    failed = failure(lambda: expect_loop.evaluates(student.evaluate, TELLING))

    assert failed.misconception == "evaluation_changes_the_network"
    assert failed.received is not None
    assert line.split(".")[1] in failed.received


def test_graphs_in_an_evaluation_are_told(student_of: StudentOf) -> None:
    """An evaluation with gradients fails; one that never calls the network fails too."""
    student = student_of(HEAD + edited(EVALUATE, ("with torch.no_grad():", "with torch.enable_grad():")))
    idle = student_of(HEAD + "def evaluate(*args): return 0.5, 0.5\n")

    assert (
        failure(lambda: expect_loop.evaluates_without_gradients(student.evaluate, TELLING)).misconception
        == "no_no_grad"
    )
    failed = failure(lambda: expect_loop.evaluates_without_gradients(idle.evaluate, TELLING))
    assert failed.message == "the network that you are given is never called"


def test_gradients_that_stay_off_are_told(student_of: StudentOf) -> None:
    """An evaluation that switches gradients off and not on again fails, although it builds no graph."""
    start = "    model.eval()\n"
    student = student_of(HEAD + edited(EVALUATE, (start, start + "    torch.set_grad_enabled(False)\n")))

    failed = failure(lambda: expect_loop.evaluates_without_gradients(student.evaluate, TELLING))

    assert failed.misconception == "gradients_stay_off"


@pytest.mark.parametrize("number", range(20))
def test_wrong_averages_never_agree_on_a_telling_lesson(number: int) -> None:
    """Every wrong way to average gives a number of its own, so the name of a mistake is sure."""
    lesson = expect_loop.telling_lesson(key(number))
    right = rehearsal.measure(lesson.state, lesson.everything, lesson.batch_size)
    shares = [good / size for good, size in zip(right.correct, right.sizes, strict=True)]
    correct, images, batches = sum(right.correct), sum(right.sizes), len(right.sizes)
    ways = [
        correct / images,
        sum(shares) / batches,
        correct,
        correct / batches,
        correct / (batches * 5),
        100 * correct / images,
    ]

    assert len({round(way, 6) for way in ways}) == len(ways)


def test_a_function_that_never_ends_is_told(student_of: StudentOf) -> None:
    """Where the time is over, no more batches are given, and the check says so."""
    student = student_of(
        HEAD
        + "def train_one_epoch(model, loader, criterion, optimizer, device):\n    while True:\n        for _ in loader: pass\n"
    )
    session_of(student).begin(seconds=4)

    failed = failure(lambda: expect_loop.trains(student.train_one_epoch, STILL))

    assert failed.message == "your code was stopped for its time on a task that takes a moment"


def test_a_lesson_that_can_tell_nothing_apart_is_an_error_of_the_assignment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 100 images a percentage is the number of those that are right: the author is told, and nothing runs for ever."""
    monkeypatch.setattr(expect_loop, "_MAX_LABELLINGS", 20)
    with pytest.raises(AssignmentError, match="no lesson of 100 images in batches of 7 tells the wrong averages apart"):
        expect_loop.telling_lesson(key(1), images=100, batch_size=7)


SHAKEN = """chance = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for value in model.parameters():
            value += torch.randn(value.shape, generator=chance, dtype=value.dtype)"""
OF_LABELS = """number = sum((model(x).std(1) * (y + 1)).sum().item() for x, y in loader)
    return answer
"""
MADE_UP = "what comes back does not come of the scores of the network and the labels"


@pytest.mark.parametrize(
    "made_up",
    [
        "return 0.7",
        "return torch.rand(()).item() * 0 + __import__('secrets').randbelow(1000) / 7",
        SHAKEN,
        "[value.data.mul_(0.5) for value in model.parameters()]\n    return model.linear.weight.abs().sum().item()",
        OF_LABELS.replace("answer", "number"),
    ],
    ids=["constant", "chance", "noise-on-the-weights", "half", "hash-of-labels"],
)
def test_an_epoch_that_only_calls_the_network_keeps_nothing_and_fails(student_of: StudentOf, made_up: str) -> None:
    """No number and no change of the weights comes of scores and labels: that no graph is alive earns nothing."""
    source = "def train_one_epoch(model, loader, criterion, optimizer, device):\n    model(next(iter(loader))[0])\n    "
    student = student_of(HEAD + source + made_up)

    assert failure(lambda: expect_loop.lets_graphs_go(student.train_one_epoch, STILL)).message.startswith(MADE_UP)


@pytest.mark.parametrize(
    "answer",
    [
        *("(0.7, 0.5)", "None", "'none'", "(model.linear.weight.abs().sum().item(), 5)"),
        *("(model(next(iter(loader))[0]).std().item(), 5)", "(number, 0.5)"),
    ],
)
def test_an_evaluation_that_measures_nothing_builds_no_graphs_and_fails(student_of: StudentOf, answer: str) -> None:
    """Numbers that are the same for any network, or made of weights, of scores alone or of labels as numbers, measure nothing."""
    source = "@torch.no_grad()\ndef evaluate(model, loader, criterion, device):\n    model(next(iter(loader))[0])\n    "
    student = student_of(HEAD + source + OF_LABELS.replace("answer", answer))

    failed = failure(lambda: expect_loop.evaluates_without_gradients(student.evaluate, TELLING))
    assert failed.message.startswith(MADE_UP)


@pytest.mark.parametrize(
    "number",
    [
        "criterion(model(x), y).item() * 7, 5",
        "5, 100 * (model(x).argmax(1) == y).sum().item()",
        "-criterion(model(x), y)",
    ],
)
def test_wrong_numbers_of_the_network_are_numbers(student_of: StudentOf, number: str) -> None:
    """Who measures wrongly, and without gradients, has the points for these."""
    source = "@torch.no_grad()\ndef evaluate(model, loader, criterion, device):\n    x, y = next(iter(loader))\n"
    student = student_of(HEAD + source + f"    return {number}\n")

    expect_loop.evaluates_without_gradients(student.evaluate, TELLING)
