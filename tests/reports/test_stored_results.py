"""What results.json holds is read again: every report that can be made of a grading can be made of the file."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest
from any_results import checks
from hypothesis import given
from hypothesis import strategies as st
from results import TWO_EXERCISES, graded, result
from rich.console import Console

from grader.errors import UsageError
from grader.figures import Bars, Confusion, Curves, Figures, Line, Misread
from grader.model import Audience, Disclosure, Feedback, Location, Outcome, Refused, Visibility
from grader.reports import (
    code_quality,
    github,
    html,
    junit,
    markdown,
    results_json,
    stored_results,
    table_csv,
    terminal,
)
from grader.reports.audience import for_audience

REFUSED = Refused(name="cyd", why="cyd.txt is no Python")
WRONG = Feedback(message="wrong", counterexample="add(1, 2)", expected="3", received="4", picture=". .", hint="count")
AT = Location(path="hw/a.ipynb", line=30, cell=4)
RAISED = Feedback(message="raised", trace=("cell 4, line 2",), raised_at=AT)


def stored(folder: Path, *gradings, refused=()) -> Path:
    """Write results as `--format json` does."""
    path = folder / "all.json"
    path.write_bytes(results_json.encode_all(gradings, refused))
    return path


@given(results=st.lists(checks, min_size=1, max_size=3))
def test_what_is_read_would_be_written_again(results, tmp_path_factory) -> None:
    """Byte by byte, whatever a submission says."""
    whole = graded(*results)
    path = tmp_path_factory.mktemp("stored") / "ada.results.json"
    path.write_bytes(results_json.encode(whole))
    (again,), refused = stored_results.read([path])

    assert results_json.encode(again) == path.read_bytes()
    assert refused == []


def at_terminal(whole) -> str:
    """What a terminal shows."""
    console = Console(width=100, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    console.print(terminal.one(whole))
    return console.export_text()


@pytest.mark.parametrize(
    "report",
    [
        pytest.param(at_terminal, id="terminal"),
        pytest.param(html.one, id="html"),
        pytest.param(lambda whole: junit.encode([whole], [REFUSED]), id="junit"),
        pytest.param(lambda whole: table_csv.encode([whole], [REFUSED]), id="csv"),
        pytest.param(lambda whole: markdown.encode([whole], [REFUSED]), id="markdown"),
        pytest.param(lambda whole: github.encode([whole], [REFUSED]), id="github"),
        pytest.param(lambda whole: code_quality.encode([whole], [REFUSED]), id="code-quality"),
    ],
)
@pytest.mark.parametrize("audience", list(Audience), ids=str)
def test_every_report_is_the_same_from_the_file(report, audience, tmp_path) -> None:
    """For staff and for students, also of a check that was partly right, and of one whose exercise does not count."""
    whole = graded(
        result("any_sum", Outcome.PASSED, remarks=("a list is fine",)),
        result("any_pair", Outcome.FAILED, feedback=WRONG, points=4, partial=3, output="printed\n", defined_at=AT),
        result("any_three", Outcome.RAISED, feedback=RAISED),
        result(
            "secret",
            Outcome.FAILED,
            feedback=WRONG,
            visibility=Visibility.HIDDEN,
            disclosure=Disclosure.SENTENCE,
            exercise="doubles",
        ),
        result("halves", Outcome.SKIPPED, feedback=Feedback(message="need not be there"), exercise="doubles"),
        notes=("a note",),
        graded_file="addition.ipynb",
        exercises=TWO_EXERCISES,
    )
    (again,), _refused = stored_results.read([stored(tmp_path, whole)])

    assert report(for_audience(again, audience)) == report(for_audience(whole, audience))


def test_results_from_before_locations_are_read(tmp_path) -> None:
    """A file that does not say where checks failed is as good as it was."""
    known = result("any_sum", Outcome.RAISED, feedback=RAISED, defined_at=AT)
    tree = json.loads(results_json.encode(graded(known)))
    for key in ("raised_at", "defined_at"):
        del tree["checks"][0][key]
    path = tmp_path / "ada.results.json"
    path.write_text(json.dumps(tree))
    ((again,), _refused) = stored_results.read([path])

    assert again.checks[0].location is None
    assert again.checks[0].feedback.trace == RAISED.trace


IMAGE = Misread(width=2, height=1, channels=1, pixels=b"ab", label=0, read_as=1)
FIGURES = Figures(
    curves=(Curves(title="loss", step="epoch", lines=(Line(name="training", values=(1.0, None)),)),),
    bars=(Bars(title="norms", of="parameter", labels=("a",), values=(1.0,)),),
    confusions=(Confusion(title="read", labels=("0", "1"), counts=((1, 2), (3, 4)), misread=(IMAGE,)),),
)


def with_figures(**values: object) -> bytes:
    """A results.json whose first figure of each kind has other values, as `curves__lines=...`."""
    tree = json.loads(results_json.encode(graded(result("any_sum", Outcome.PASSED, figures=FIGURES))))
    for place, value in values.items():
        kind, key = place.split("__")
        tree["checks"][0]["figures"][kind][0][key] = value
    return json.dumps(tree).encode()


def test_figures_are_read_and_may_be_missing(tmp_path) -> None:
    """They come back as they were; a file from before there were any is as good as it was."""
    path = tmp_path / "ada.results.json"
    path.write_bytes(with_figures())
    ((again,), _refused) = stored_results.read([path])
    assert again.checks[0].figures == FIGURES

    tree = json.loads(with_figures())
    del tree["checks"][0]["figures"]
    path.write_text(json.dumps(tree))
    ((again,), _refused) = stored_results.read([path])
    assert again.checks[0].figures == Figures()


LINE, ROW = {"name": "x", "values": [1.0]}, [0] * 2
PIXELS = {"width": 2, "height": 1, "channels": 1, "pixels": "YWI=", "label": 0, "read_as": 1}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(with_figures(curves__lines=[LINE] * 5), "Expected `array` of length <= 4", id="lines"),
        pytest.param(
            with_figures(curves__lines=[LINE | {"values": [1.0] * 201}]),
            "Expected `array` of length <= 200",
            id="points",
        ),
        pytest.param(with_figures(bars__labels=["a"] * 65), "Expected `array` of length <= 64", id="bars"),
        pytest.param(with_figures(bars__labels=[]), "0 bars have labels, and 1 have values", id="bars-without-labels"),
        pytest.param(with_figures(confusions__labels=["a"] * 21), "Expected `array` of length <= 20", id="classes"),
        pytest.param(
            with_figures(confusions__counts=[ROW]),
            "a confusion matrix: its matrix is not one of 2 rows and columns, for as many labels",
            id="rows",
        ),
        pytest.param(
            with_figures(confusions__counts=[ROW, [0]]), "its matrix is not one of 2 rows and columns", id="columns"
        ),
        pytest.param(
            with_figures(confusions__misread=[PIXELS | {"width": 3}]),
            "an image has 2 values, which are not 3 x 1 pixels",
            id="pixels",
        ),
        pytest.param(
            with_figures(confusions__misread=[PIXELS | {"read_as": 2}]),
            "an image has a class beyond its 2 labels",
            id="class",
        ),
        pytest.param(
            with_figures(confusions__misread=[PIXELS | {"width": 10**6}]), "Expected `int` <= 64", id="large-image"
        ),
        pytest.param(with_figures(confusions__misread=[PIXELS] * 7), "Expected `array` of length <= 6", id="images"),
    ],
)
def test_figures_from_elsewhere_are_bounded(tmp_path, content, why) -> None:
    """Whatever a file says, no page grows by it, and parts that do not fit are named."""
    path = tmp_path / "ada.results.json"
    path.write_bytes(content)

    with pytest.raises(UsageError, match=f"this is no results.json: .*{re.escape(why)}"):
        stored_results.read([path])


def test_when_it_was_graded_is_read_and_may_be_missing(tmp_path) -> None:
    """Of a file from before it was written nothing is known; anything but a time in UTC is refused."""
    path = tmp_path / "ada.results.json"
    whole = replace(graded(result("any_sum", Outcome.PASSED)), graded_at="2026-01-31T12:00:59Z")
    path.write_bytes(results_json.encode(whole))
    ((again,), _refused) = stored_results.read([path])
    assert again.graded_at == "2026-01-31T12:00:59Z"
    assert "Graded 2026-01-31 12:00 UTC" in html.encode([again]).decode()

    tree = json.loads(path.read_bytes())
    del tree["graded_at"]
    path.write_text(json.dumps(tree))
    ((before,), _refused) = stored_results.read([path])
    assert before.graded_at == ""
    assert "Graded 2" not in html.encode([before]).decode()

    path.write_text(json.dumps(tree | {"graded_at": "yesterday"}))
    with pytest.raises(UsageError, match=r"this is no results\.json: Expected `str` matching regex"):
        stored_results.read([path])


def test_folders_arrays_and_refusals_are_read(tmp_path) -> None:
    """A folder gives its *.results.json by name; of an array each object is one; what was refused stays so."""
    for name in ("eve", "ada"):
        (tmp_path / f"{name}.results.json").write_bytes(results_json.encode(graded(name=name)))
    (tmp_path / "notes.json").write_text("{}")
    array = stored(tmp_path, graded(name="bob"), refused=[REFUSED])
    gradings, refused = stored_results.read([tmp_path, array])

    assert [one.submission for one in gradings] == ["ada", "eve", "bob"]
    assert refused == [REFUSED]


def changed(**values: object) -> bytes:
    """A results.json with other values."""
    return json.dumps(json.loads(results_json.encode(graded(result("any_sum", Outcome.PASSED)))) | values).encode()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(b"", "this is no results.json: Input data was truncated", id="empty"),
        pytest.param(b"{", "this is no results.json: Input data was truncated", id="cut-off"),
        pytest.param(b"[1]", "this is no results.json: Expected `object`, got `int`", id="number"),
        pytest.param(b"[" * 100_000, "this is no results.json: ", id="nested"),
        pytest.param(b"\xff\xfe", "this is no results.json: ", id="no-text"),
        pytest.param(b"{}", "Object missing required field `version`", id="another-object"),
        pytest.param(
            changed(version=2),
            "a results.json of version 2, and this grader reads versions 3 and 4: grade again with it",
            id="older",
        ),
        pytest.param(changed(score=-1), "Expected `int` >= 0 - at `$.score`", id="negative"),
        pytest.param(changed(score=10**400), "- at `$.score`", id="huge"),
        pytest.param(changed(score="9"), "Expected `int`, got `str` - at `$.score`", id="text"),
        pytest.param(changed(checks=[{}]), "Object missing required field `name` - at `$.checks[0]`", id="check"),
    ],
)
def test_what_is_no_result_is_refused_in_a_sentence(tmp_path, content, why) -> None:
    """With the file, and what is wrong in it."""
    path = tmp_path / "ada.results.json"
    path.write_bytes(content)

    with pytest.raises(UsageError) as refused:
        stored_results.read([path])
    assert str(refused.value).startswith(f"{path}: ")
    assert why in str(refused.value)


def test_what_is_not_there_is_said(tmp_path) -> None:
    """A file, or any result in a folder."""
    with pytest.raises(UsageError, match="nowhere: cannot be read: No such file or directory"):
        stored_results.read([tmp_path / "nowhere"])
    with pytest.raises(
        UsageError,
        match=r"there is no \*\.results\.json in this folder, or in one of an assignment in it; `grade --out` and",
    ):
        stored_results.read([tmp_path])


def test_what_students_hand_in_is_no_result(tmp_path) -> None:
    """Beside results lie their folders; links are not followed.  What `ci` writes lies in folders of assignments."""
    (tmp_path / "refused.results.json").write_bytes(results_json.encode_all([], [REFUSED]))
    for folder, name in (("addition", "ada"), ("mallory", "mallory"), ("elsewhere", "eve")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.results.json").write_bytes(results_json.encode(graded(name=name)))
    (tmp_path / "zero.results.json").symlink_to("/dev/zero")
    (tmp_path / "multiplication").symlink_to(tmp_path / "elsewhere")

    gradings, refused = stored_results.read([tmp_path])
    assert ([one.submission for one in gradings], refused) == (["ada"], [REFUSED])

    (tmp_path / "bob.results.json").write_bytes(results_json.encode(graded(name="bob")))
    gradings, _refused = stored_results.read([tmp_path])
    assert [one.submission for one in gradings] == ["bob"]


def test_a_score_is_that_of_its_checks(tmp_path) -> None:
    """Nobody has more than the checks earned, or than is possible."""
    path = tmp_path / "ada.results.json"
    for forged in (changed(score=3), changed(score=2, max_score=1)):
        path.write_bytes(forged)
        with pytest.raises(UsageError, match=r"a score of \d of \d, but its checks earned 2: grade again"):
            stored_results.read([path])


def test_pending_points_are_those_of_its_exercises(tmp_path) -> None:
    """They are told twice, and may be neither earned already nor more than is possible."""
    path = tmp_path / "ada.results.json"
    exercise = {"name": "sums", "title": "Sums", "score": 2, "max_score": 2, "counts": True, "pending": 1}
    said = r"a score of 2 of 2 and 1 pending, but in its exercises [01] are: grade again"
    for forged in (changed(pending=1), changed(pending=1, exercises=[exercise])):
        path.write_bytes(forged)
        with pytest.raises(UsageError, match=said):
            stored_results.read([path])


def test_version_3_is_read(tmp_path) -> None:
    """In it nothing was graded by hand: no point is pending, and no answer is there."""
    older = json.loads(changed(version=3))
    del older["pending"], older["answers"], older["exercises"][0]["pending"]
    path = stored(tmp_path, graded(name="bob"), refused=[REFUSED])
    refusal = json.loads(results_json.encode_refused(REFUSED)) | {"version": 3}
    path.write_text(json.dumps([older, refusal]))

    (again,), refused = stored_results.read([path])

    assert (again.score.earned, again.score.pending, again.pending, again.answers) == (2, 0, (), ())
    assert refused == [REFUSED]


def test_a_pipe_or_a_device_is_no_result(tmp_path) -> None:
    """Neither is waited for, nor read without end."""
    os.mkfifo(tmp_path / "pipe.results.json")
    for path in (tmp_path / "pipe.results.json", Path("/dev/zero")):
        with pytest.raises(UsageError, match="cannot be read: this is no plain file"):
            stored_results.read([path])


def test_an_exercise_may_have_no_check(tmp_path) -> None:
    """In a file that somebody has made: every report is one all the same."""
    none = {"name": "sums", "title": "Sums", "score": 0, "max_score": 0, "counts": False}
    path = tmp_path / "ada.results.json"
    path.write_bytes(changed(exercises=[none], checks=[], score=0, max_score=0))
    (read,), _refused = stored_results.read([path])

    assert "Sums" in at_terminal(read)
    assert b"Sums" in html.encode([read])


def test_a_file_of_any_size_is_not_read(tmp_path) -> None:
    """A sparse file of 65 MiB is refused by its size."""
    path = tmp_path / "large.results.json"
    with path.open("wb") as file:
        file.truncate(65 * 1024**2)

    with pytest.raises(UsageError, match=r"more than 64 MiB, which no results\.json has"):
        stored_results.read([path])
