"""Whole trainings as students write them: what went wrong in the order of epochs is told from the history and the weights."""

from __future__ import annotations

import pytest
from fits import HEAD, TRAINING, edited
from made_keys import key
from students import StudentOf

from grader.checks.expect import history as expect_history
from grader.checks.training.evidence import LearnsTooLittle
from grader.diagnosis import fit_epochs, training
from grader.diagnosis.mistake import Mistake
from grader.errors import CheckFailed
from grader.proxy import session_of
from grader.proxy.student import Student

COURSE = expect_history.course(key(2))
START, APPEND, RETURN = "    history = []\n", "        history.append(", "    return"
EPOCHS, STEP = "    for epoch in range(epochs):\n", "            optimizer.step()\n"
FLIPPED = (
    "model(torch.where(torch.rand(len(images), 1, 1, 1) < 0.5, images, images.flip({}))), labels)\n            loss"
)
ENTRY = "        history.append(dict(train_loss=train_loss, val_loss=val_loss, val_accuracy=val_accuracy))\n"

WRONG = {
    "swapped": (edited(("val_loss, val_accuracy = ", "val_accuracy, val_loss = ")),),
    "one_entry_for_all_epochs": (
        edited(
            (START, START + "    entry = {}\n"),
            (
                ENTRY,
                "        entry.update(train_loss=train_loss, val_loss=val_loss, val_accuracy=val_accuracy)\n"
                "        history.append(entry)\n",
            ),
        ),
        edited(
            (
                EPOCHS,
                "    row = dict(train_loss=0, val_loss=0, val_accuracy=0)\n    history = [row] * epochs\n" + EPOCHS,
            ),
            (
                ENTRY,
                "        history[epoch].update(train_loss=train_loss, val_loss=val_loss, val_accuracy=val_accuracy)\n",
            ),
        ),
    ),
    "validates_before_training": (edited((TRAINING, ""), (ENTRY, TRAINING.replace("total", "loss_sum") + ENTRY)),),
    "validates_on_training_images": (edited(("in val_loader", "in train_loader")),),
    "stops_early": (
        edited(
            (
                "                count += len(labels)\n        val",
                "                count += len(labels)\n                break\n        val",
            )
        ),
    ),
    "changes_validation_images": (
        edited(("scores = model(images)", "scores = model(images + 0.1 * torch.randn_like(images))")),
        edited(("scores = model(images)", "scores = model(images.flip(3) / 2)")),
    ),
    "restores_the_first_weights": (
        edited(
            (START, START + "    best = copy.deepcopy(model.state_dict())\n"),
            (RETURN, "    model.load_state_dict(best)\n" + RETURN),
        ),
    ),
    "keeps_the_wrong_epoch": (
        edited(
            (START, START + "    kept = None\n"),
            (APPEND, "        kept = kept or copy.deepcopy(model.state_dict())\n" + APPEND),
            (RETURN, "    model.load_state_dict(kept)\n" + RETURN),
        ),
    ),
    "restores_parameters_without_statistics": (
        edited(
            (START, START + "    kept = None\n"),
            (APPEND, "        kept = kept or [p.detach().clone() for p in model.parameters()]\n" + APPEND),
            (
                RETURN,
                "    with torch.no_grad():\n        for p, old in zip(model.parameters(), kept):\n            p.copy_(old)\n"
                + RETURN,
            ),
        ),
    ),
    "averages_the_weights": (
        edited(
            (START, START + "    mean = torch.optim.swa_utils.AveragedModel(model)\n"),
            (APPEND, "        mean.update_parameters(model)\n" + APPEND),
            (RETURN, "    model.load_state_dict(mean.module.state_dict())\n" + RETURN),
        ),
    ),
    "changes_weights_after_the_last_validation": (
        edited((RETURN, "    with torch.no_grad():\n        model.linear.weight.mul_(0.5)\n" + RETURN)),
    ),
    "entry_of_another_epoch": (
        edited(
            (START, START + "    earlier = None\n"),
            (
                ENTRY,
                "        now = dict(train_loss=train_loss, val_loss=val_loss, val_accuracy=val_accuracy)\n"
                "        history.append(earlier or now)\n        earlier = now\n",
            ),
        ),
    ),
    "accuracy_in_percent": (edited(("right / count", "round(100 * right / count, 2)")),),
    "counts_instead_of_share": (edited(("right / count", "float(right)")),),
    "another_network_is_trained": (
        edited(
            (START, START + "    model = nn.Sequential(nn.Flatten(), nn.Linear(3072, 10)).double()\n"),
            ("model(images)", "model(images.double())"),
        ),
    ),
    "trains_a_copy": (edited(("    optimizer =", "    model = copy.deepcopy(model)\n    optimizer =")),),
    "returns_inside_the_loop": (edited((RETURN, "        return")),),
    "another_number_of_epochs": (
        edited(("range(epochs)", "range(1, epochs)")),
        edited(("range(epochs)", "range(epochs + 1)")),
    ),
    "entries_left_out": (
        edited(
            (APPEND, "        if epoch:\n            history.append("),
        ),
    ),
    "entries_too_many": (edited((ENTRY, 2 * ENTRY)),),
    "returns_nothing": (edited((RETURN + " history", "    return")),),
    "dictionary_of_lists": (edited((RETURN + " history", "    return {'train_loss': [1.0]}")),),
    "keys_missing": (edited(("val_accuracy=val_accuracy", "val_acc=val_accuracy")),),
    "divides_twice": (edited(("total += loss.item() * len(labels)", "total += loss.item()")),),
}
"""By the name of the mistake that must be told."""


@pytest.mark.parametrize(
    ("name", "source"),
    [pytest.param(name, source, id=f"{name}-{i}") for name, some in WRONG.items() for i, source in enumerate(some)],
)
def test_a_wrong_fit_fails_and_its_mistake_is_named(student_of: StudentOf, name: str, source: str) -> None:
    """Each mistake fails on the history or on the network, with its own name."""
    mistake = explained(student_of(HEAD + source))

    assert mistake is not None
    assert mistake.name == name


def explained(student: Student) -> Mistake | None:
    """Return what explains how this `fit` fails."""
    with pytest.raises(CheckFailed) as caught:
        judge(student)
    return training.explain(caught.value.evidence)


def judge(student: Student) -> None:
    """Require all that is required of a `fit` on the small network."""
    observation = expect_history.rehearses(student.fit, COURSE)
    expect_history.history(observation, COURSE.epochs)
    expect_history.has_trained(student.fit, COURSE, observation)
    expect_history.history_is_true(COURSE, observation)


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("weights_hardly_change", edited(("lr=0.05", "lr=1e-7"))),
        ("no_step_reaches_the_network", edited((STEP, ""))),
        (
            "weights_stop_changing",
            edited(
                (START, START + "    rate = torch.optim.lr_scheduler.StepLR(optimizer, 1, gamma=0.05)\n"),
                ("momentum=0.9", "momentum=0"),
                (STEP, STEP + "            rate.step()\n"),
            ),
        ),
        ("trains_on_turned_images", edited(("model(images), labels)\n            loss", FLIPPED.format(-1)))),
        ("trains_on_turned_images", edited(("model(images), labels)\n            loss", FLIPPED.format(-2)))),
        (None, edited(("model(images), labels)\n            loss", "model(images + 0.1), labels)\n            loss"))),
        (None, edited()),
    ],
)
def test_little_learning_is_told_by_what_fit_does_with_our_network(
    student_of: StudentOf, name: str | None, source: str
) -> None:
    """Steps that are far too small, or become so, show in the weights of any network; a right `fit` is not blamed."""
    student = student_of(HEAD + source)

    mistake = fit_epochs.of_little_learning("fit", session_of(student))

    assert (mistake and mistake.name) == name


def test_a_network_of_the_submission_is_asked_about_with_ours(student_of: StudentOf) -> None:
    """Nobody notes what happens to a network of the submission, so one of ours is trained in its place."""
    student = student_of(HEAD + edited((STEP, "")))
    observation = expect_history.rehearses(student.fit, COURSE)
    evidence = expect_history.unchanged(observation).evidence

    with_session, without = training.explain(evidence, session_of(student)), training.explain(evidence)

    assert with_session is not None
    assert with_session.name == "no_step_reaches_the_network"
    assert without is not None
    assert without.name == "network_unchanged"


def test_losses_that_are_told_alike_are_one_entry(student_of: StudentOf) -> None:
    """A history that says the same of all epochs, where other losses were seen, is explained as one dictionary."""
    observation = expect_history.rehearses(student_of(HEAD + edited()).fit, COURSE)

    alike = fit_epochs.of_told_losses(LearnsTooLittle(observation=observation, told=(1.0, 1.0, 1.0)))
    differ = fit_epochs.of_told_losses(LearnsTooLittle(observation=observation, told=(1.0, 1.0, 0.9)))

    assert alike is not None
    assert alike.name == "one_entry_for_all_epochs"
    assert differ is None
