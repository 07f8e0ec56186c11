"""Which mutants there are: of statements and of tables, what tells them from the reference, and what an audit is a hash of."""

from __future__ import annotations

import ast
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from grader.authoring.audit import functions, statements
from grader.authoring.audit.fingerprint import code_alone, of_grader
from grader.authoring.audit.functions import made
from grader.authoring.audit.handout_points import Row, rows_of
from grader.authoring.audit.mutants import drawn
from grader.authoring.audit.questions import GENERATED, WITH_TENSORS, Call, generated
from grader.authoring.audit.same_network import is_same
from grader.authoring.audit.tables import crop, written
from grader.checks.architectures.table import Network, parse
from grader.course import assignment as assignments
from grader.model import Exercise
from grader.sandbox import Sandbox

COURSE = Path(__file__).parents[2]

LOOP = '''
import torch


@torch.no_grad()
def train(model, loader, optimizer):
    """Train."""
    model.train()
    total = 0.0
    for images in loader:
        optimizer.zero_grad()
        loss = model(images)
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total
'''


def of_loop() -> dict[tuple[str, str], list[str]]:
    """Return the lines of each mutant of the loop, by its name and what it is."""
    return {(one.name, one.what): one.source.splitlines() for one in statements.mutants_of(LOOP, "train")}


@pytest.mark.parametrize(
    "line", ["model.train()", "optimizer.zero_grad()", "loss.backward()", "optimizer.step()", "return total"]
)
def test_a_line_of_a_loop_is_left_out(line: str) -> None:
    """That line alone, whichever it is."""
    lines = of_loop()["a_line_is_missing", f"a function without `{line}`"]

    assert lines == [other for other in ast.unparse(ast.parse(LOOP)).splitlines() if other.strip() != line]


def test_lines_of_a_loop_are_exchanged_where_their_order_may_matter() -> None:
    """`step` before `backward` is a mistake; a clearing of gradients before the loss is as right as after it."""
    exchanged = {what for name, what in of_loop() if name == "two_lines_exchanged"}

    assert "a function in which `optimizer.step()` comes before `loss.backward()`" in exchanged
    assert "a function in which `loss.backward()` comes before `loss = model(images)`" in exchanged
    assert "a function in which `loss = model(images)` comes before `optimizer.zero_grad()`" not in exchanged


def test_lines_leave_a_loop_and_go_into_it() -> None:
    """What was summed is summed once, and what starts once starts with every batch."""
    told = {name: what for name, what in of_loop() if "loop" in name}

    assert told["a_line_left_its_loop"] == "a function in which `total += loss.item()` stands behind the loop"
    assert told["a_line_went_into_the_loop"] == "a function in which `total = 0.0` stands in the loop"


def test_a_decorator_is_left_out_and_the_source_is_as_before() -> None:
    """Each mutant has one change: the last one still has the decorator that an earlier one lacks."""
    every = [one.source for one in statements.mutants_of(LOOP, "train")]

    assert "@torch.no_grad()" not in every[0]
    assert all("@torch.no_grad()" in source for source in every[1:])
    assert list(statements.mutants_of(LOOP, "test")) == []


def test_mutants_of_a_function_have_names_of_their_own(tmp_path: Path) -> None:
    """Names stay the same as long as the diff does, so that a waiver can name one."""
    path = tmp_path / "squares.py"
    path.write_text("# a comment\ndef square(n):\n    return n * n\n")
    first = list(made(path, "square"))
    path.write_text("def square(n):  # another one\n    return n * n\n")

    assert [one.name for one in made(path, "square")] == [one.name for one in first]
    assert len({one.name for one in first}) == len(first) > 20
    assert all(one.diff and one.name.startswith("square/") for one in first)
    assert any(one.diff == "@@ -1,2 +1,2 @@\n def square(n):\n-    return n * n\n+    return n + n" for one in first)


def test_a_draw_follows_from_the_key_alone(tmp_path: Path) -> None:
    """The same key draws the same, another one others, and what is drawn does not depend on what else there is."""
    path = tmp_path / "squares.py"
    path.write_text("def square(n):\n    return n * n\n")
    every = list(made(path, "square"))

    assert drawn(every, 5, "a") == drawn(every[::-1], 5, "a")
    assert drawn(every, 5, "a") != drawn(every, 5, "b")
    assert len(drawn(every, 1000, "a")) == len(every)


CALLS: list[Call] = [((2, 3), {}, "")]


def test_of_very_many_mutants_some_are_looked_at(reference_sandbox: Sandbox, tmp_path: Path) -> None:
    """The draw stays the same when something else of the file changes, so that a waiver still names one of them."""
    path = tmp_path / "sums.py"
    parts = " + ".join(f"{number} * a * b" for number in range(2, 14))
    path.write_text(f"def total(a, b):\n    return {parts}\n")
    every = list(made(path, "total"))
    found = functions.crop(path, "total", CALLS, reference_sandbox, "key")

    assert len(every) == functions.MOST
    assert found.made > functions.MOST
    assert found.not_drawn == found.made - functions.MOST
    assert found.made == found.not_drawn + found.equivalent + found.alike + len(found.mutants)

    path.write_text(path.read_text() + "\n\n# the end\n")
    assert [one.name for one in made(path, "total")] == [one.name for one in every]


def test_questions_are_made_up_in_the_range_that_checks_ask() -> None:
    """No number is smaller than any that is asked; where one number alone is asked, they start from 1."""
    calls = [((n, (n + 3, 5)), {"bias": n % 2 == 0}, "") for n in range(4, 12)]

    found = generated(calls, "key")

    assert len(found) == GENERATED
    firsts = {args[0] for args, _kwargs, _lines in found}
    assert (min(firsts), max(firsts)) == (4, 22)
    assert all(isinstance(args[1], tuple) and isinstance(kwargs["bias"], bool) for args, kwargs, _lines in found)
    assert {args[0] for args, _kwargs, _lines in generated([((7,), {}, "")], "key")} == {*range(1, 15)}
    assert generated(calls, "key") == found != generated(calls, "other key")


def test_tensors_in_questions_are_drawn_anew() -> None:
    """They retain shape and dtype; labels stay, and of questions with tensors there are fewer."""
    images, labels = torch.tensor([[0.5, -2.0]], dtype=torch.float64), torch.tensor([3, 1])
    found = generated([((images, labels, (1, 2)), {"bias": images}, "")], "key")

    assert len(found) == WITH_TENSORS
    for (drawn_images, drawn_labels, _pair), kwargs, _lines in found:
        assert (
            (drawn_images.shape, drawn_images.dtype)
            == (kwargs["bias"].shape, kwargs["bias"].dtype)
            == ((1, 2), torch.float64)
        )
        assert torch.equal(drawn_labels, labels)
    assert len({str(args[0].tolist()) for args, _kwargs, _lines in found}) > WITH_TENSORS / 3


def test_mutants_with_tensors_are_told_apart_by_their_numbers(reference_sandbox: Sandbox, tmp_path: Path) -> None:
    """One that sums in another order is equivalent; one that differs in the last axis alone is not."""
    path = tmp_path / "rows.py"
    path.write_text("def rows(x):\n    return x.sum(0) + 0 * x[0]\n")
    calls = [((torch.tensor([[1.0, 2.0], [3.0, 5.0], [0.1, 0.2]]),), {}, "")]
    found = functions.crop(path, "rows", calls, reference_sandbox, "key")

    assert found.equivalent > 0
    assert 0 < len(found.mutants) < found.made


# --- tables ---


TABLE = Network(
    name="small",
    title="small",
    module="NaiveConvNet",
    family="handout",
    sides=(8,),
    channels=1,
    layers=parse("conv 4 3 p1, relu, maxpool 2/2, flatten, linear 6, relu, linear classes"),
)


def with_layers(text: str) -> Network:
    """Return the table with other layers."""
    return replace(TABLE, layers=parse(text))


def test_mutants_of_a_table_are_submissions_that_need_nothing_of_the_grader(tmp_path: Path) -> None:
    """The class builds the table, with as many classes as are asked for, where nobody has a grader."""
    for name, content in written(TABLE, "net.py").items():
        (tmp_path / name).write_text(content)
        assert "grader" not in content.replace("grader.checks", "")
    namespace: dict[str, object] = {"__name__": "net"}
    sys.path.insert(0, str(tmp_path))
    try:
        exec(compile((tmp_path / "net.py").read_text(), "net.py", "exec"), namespace)
    finally:
        sys.path.remove(str(tmp_path))
    build = namespace["NaiveConvNet"]

    assert callable(build)
    assert build(7)(torch.zeros(2, 1, 8, 8)).shape == (2, 7)


def test_every_mutant_of_a_table_is_counted_once() -> None:
    """Such as do not fit their images are counted as not written, and no mutant is a network that counts."""
    assignment = assignments.load(COURSE, "naive_convnet")

    found = crop(assignment, "NaiveConvNet", (TABLE,))

    assert found.made == found.not_written + found.equivalent + found.alike + len(found.mutants)
    assert found.not_written > 0
    assert len({one.name for one in found.mutants}) == len(found.mutants) > 100
    (missing,) = (one for one in found.mutants if one.diff == "@@ layer 2 @@\n-relu")
    assert missing.name.startswith("NaiveConvNet/")
    assert missing.what.startswith("a network ")
    also_right = with_layers("conv 4 3 p1, maxpool 2/2, flatten, linear 6, relu, linear classes")
    fewer = crop(assignment, "NaiveConvNet", (TABLE, also_right))
    assert fewer.equivalent == found.equivalent + 1


@pytest.mark.parametrize(
    ("text", "same"),
    [
        pytest.param("conv 4 3 p1, relu, relu, maxpool 2/2, flatten, linear 6, relu, linear classes", True, id="twice"),
        pytest.param("conv 4 3 p1, maxpool 2/2, relu, flatten, linear 6, relu, linear classes", True, id="order"),
        pytest.param("conv 4 3 p1, relu, avgpool 2/2, flatten, linear 6, relu, linear classes", False, id="average"),
        pytest.param("conv 4 3 p1, relu, maxpool 2/2, flatten, linear 7, relu, linear classes", False, id="width"),
        pytest.param(
            "conv 4 3 p1, relu, maxpool 2/2, flatten, dropout 0.5, linear 6, relu, linear classes", False, id="dropout"
        ),
    ],
)
def test_a_table_that_computes_the_same_is_no_mistake(reference_sandbox: Sandbox, text: str, same: bool) -> None:
    """A ReLU after a ReLU changes nothing; whatever changes logits, gradients, parameters or dropouts does."""
    assert is_same(reference_sandbox, TABLE, with_layers(text)) is same


# --- what an audit rests on ---


def test_prose_is_no_part_of_what_an_audit_rests_on() -> None:
    """Comments, docstrings and empty lines may change; whatever runs may not."""
    source = '"""A module."""\nX = 1  # one\n\n\ndef f(a):\n    """\n    Say.\n    """\n    return "# no comment"\n'
    other = 'X = 1\n\ndef f(a):\n    """Say it better."""\n    # and why\n    return "# no comment"\n'

    assert code_alone(source) == code_alone(other) == 'X = 1\ndef f(a):\n    return "# no comment"'
    assert code_alone(source.replace("X = 1", "X = 2")) != code_alone(source)
    assert code_alone(source.replace("no comment", "not one")) != code_alone(source)


def test_each_part_of_the_grader_that_decides_has_a_hash() -> None:
    """A part that is not there would be the same for ever."""
    hashes = of_grader()

    assert {"checks", "grading", "diagnosis", "worker", "keys.py"} <= hashes.keys()
    assert len({*hashes.values()}) == len(hashes)


def test_points_of_a_handout_are_those_of_its_table(tmp_path: Path) -> None:
    """The first table with the columns; sums and other tables are none."""
    readme = tmp_path / "README.md"
    readme.write_text(
        "| a | b |\n|---|---|\n| x | 1 |\n\n| | exercise | question | points |\n|---|---|---|---|\n| 1 | `Sums` | Which? | 5 |\n"
        "| 2 | Doubles | Why? | **7** |\n| | | | **12** |\n\n| exercise | points |\n|---|---|\n| Others | 3 |\n"
    )

    assert rows_of(readme) == (
        Row(cells=("1", "Sums", "Which?", "5"), points=5),
        Row(cells=("2", "Doubles", "Why?", "7"), points=7),
        Row(cells=("", "", "", "12"), points=12),
    )
    assert rows_of(tmp_path / "none.md") == ()


@pytest.mark.parametrize("cells", [("Sums of pairs",), ("sums",), ("add, add_all",), ("`add_all` and `add`",)])
def test_a_row_is_that_of_an_exercise_by_title_name_or_what_it_asks_for(cells: tuple[str, ...]) -> None:
    """Handouts name exercises in all of these ways."""
    exercise = Exercise(name="sums", title="Sums of pairs", provides=("add", "add_all"))

    assert Row(cells=tuple(cell.replace("`", "") for cell in cells), points=1).is_of(exercise)
    assert not Row(cells=("add",), points=1).is_of(exercise)
