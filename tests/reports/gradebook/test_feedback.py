"""How pages of feedback are called in a zip, read as Canvas and Moodle read it."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from results import graded, result

from grader.errors import UsageError
from grader.model import GradedSubmission, Outcome, Refused
from grader.reports.gradebook import feedback, sheet
from grader.reports.gradebook.feedback import Pages

HEADER = 'Identifier,"Full name",Status,Group,Grade,"Maximum Grade","Grade can be changed","Last modified (grade)"\n'
PEOPLE = """\
"Participant 11","Ada Lovelace",Submitted,"Team One",,4.00,Yes,-
"Participant 12","Alan_Turing / ../x",Submitted,"Team Two",,4.00,Yes,-
"Participant 13","Na Li",Submitted,"Team One",,4.00,Yes,-
"""


def of(name: str, outcome: Outcome = Outcome.PASSED) -> GradedSubmission:
    """A result of this name."""
    return graded(result("a", outcome), name=name)


def as_canvas_reads(path: str) -> tuple[str, str] | None:
    """User and file, by the rules of `infer_comment_context_from_filename`."""
    name = path.rpartition("/")[2]
    parts = name.split("_")
    numbers = [part for part in parts if re.fullmatch("[0-9]+", part)][:2]
    is_file = len(numbers) == 2 and not parts[-1].startswith("link") and not name.startswith("._")
    return (numbers[0], numbers[1]) if is_file else None


def as_moodle_reads(path: str) -> tuple[int, str] | None:
    """Participant and file, by the rules of `is_valid_filename_for_import`."""
    parts = path.split("/")
    if parts[-1][:1] in (".", "~"):
        return None
    for number, part in enumerate(parts):
        info = part.split("_", 4)
        if len(info) >= 4 and re.fullmatch("[0-9]+", info[1]) and info[2:4] == ["assignsubmission", "file"]:
            return int(info[1]), "/".join([*info[4:], *parts[number + 1 :]])
    return None


def on_moodle(*gradings: GradedSubmission, people: str = PEOPLE, refused: tuple[Refused, ...] = ()) -> Pages:
    """Name pages by this worksheet."""
    return feedback.for_moodle(sheet.read((HEADER + people).encode(), "w.csv"), gradings, refused)


def test_canvas() -> None:
    """Late or not, each has the numbers of its user and of a file of theirs."""
    pages = feedback.for_canvas([of("lovelaceada_1001_700_hw"), of("turingalan_LATE_1002_702_hw-1"), of("_1003_703_x")])

    assert [name for name, _graded in pages.results] == [
        "lovelaceada_1001_700_feedback.html",
        "turingalan_1002_702_feedback.html",
        "student_1003_703_feedback.html",
    ]
    assert [as_canvas_reads(name) for name, _graded in pages.results] == [
        ("1001", "700"),
        ("1002", "702"),
        ("1003", "703"),
    ]
    assert pages.unmatched == ()


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["ada"], "ada: this is not how Canvas calls what was handed in; grade the download of all submissions"),
        (
            ["ada_١_٢_x"],
            "ada_١_٢_x: this is not how Canvas calls what was handed in; grade the download of all submissions",
        ),
        (
            ["anon_3xY_700_hw"],
            "anon_3xY_700_hw: Canvas has taken the names out of this download; show them, and download it again",
        ),
        (
            ["ada_1_7_hw", "ada_01_8_hw"],
            "ada_1_7_hw and ada_01_8_hw: all of them may be of user 1; keep the result that counts",
        ),
    ],
)
def test_what_canvas_would_not_take(names: list[str], sentence: str) -> None:
    """It is named, and not in the zip."""
    pages = feedback.for_canvas([of(name) for name in names])

    assert (pages.results, pages.unmatched) == ((), (sentence,))


def test_moodle() -> None:
    """Each member of a group gets the page of the group, under their own number."""
    pages = on_moodle(of("Team One_11000_assignsubmission_file"), of("Alan Turing x_12_assignsubmission_file"))

    assert [(name, one.submission) for name, one in pages.results] == [
        ("Ada Lovelace_11_assignsubmission_file/feedback.html", "Team One_11000_assignsubmission_file"),
        ("Alan Turing x_12_assignsubmission_file/feedback.html", "Alan Turing x_12_assignsubmission_file"),
        ("Na Li_13_assignsubmission_file/feedback.html", "Team One_11000_assignsubmission_file"),
    ]
    assert [as_moodle_reads(name) for name, _graded in pages.results] == [
        (number, "feedback.html") for number in (11, 12, 13)
    ]
    assert pages.unmatched == pages.missing == ()


def test_a_group_with_the_number_of_a_participant_is_not_given_out() -> None:
    """Its feedback would be that of somebody else."""
    pages = on_moodle(of("Team One_12_assignsubmission_file"))

    assert pages.results == ()
    assert pages.unmatched == (
        "Team One_12_assignsubmission_file: the number 12 is that of Participant 12, Alan_Turing / ../x (line 3), but the "
        "name beside it is not; enter it by hand",
    )
    assert len(pages.missing) == 3


def test_a_number_that_two_rows_have_is_nobodys() -> None:
    """Moodle never writes such a worksheet."""
    people = PEOPLE.replace("Participant 13", "Participant 011")
    pages = on_moodle(of("Team One_900_assignsubmission_file"), people=people)

    assert [name for name, _graded in pages.results] == ["Ada Lovelace_11_assignsubmission_file/feedback.html"]
    assert pages.unmatched == (
        "Team One_900_assignsubmission_file: w.csv, line 4, column 1 'Identifier': 'Participant 011' is no number of one "
        "participant; download it anew",
    )


def test_what_has_no_feedback_is_said() -> None:
    """Ungraded, which may come, and what could not be read."""
    refused = (Refused(name="bob", why="bob.7z: not read"),)
    canvas = feedback.for_canvas([of("ada_1_7_hw", Outcome.UNGRADED)], refused)
    moodle = on_moodle(of("Na Li", Outcome.UNGRADED), refused=refused)

    for pages, name in ((canvas, "ada_1_7_hw"), (moodle, "Na Li")):
        assert pages.results == ()
        assert pages.left_alone == (f"{name}: ungraded, so there is no feedback to give out; grade again",)
        assert pages.unmatched == ("bob: could not be read, so there is no feedback",)


def test_results_of_several_assignments_are_refused() -> None:
    """And of none."""
    with pytest.raises(
        UsageError, match="these are results of several assignments, addition, other: name those of one"
    ):
        feedback.for_canvas([of("ada_1_7_hw"), replace(of("bob_2_8_hw"), assignment="other")])
    with pytest.raises(UsageError, match="no submission in these results was graded"):
        feedback.for_canvas([])


hostile = st.text(max_size=300) | st.sampled_from(
    ["../../etc", "12", "_", "._x", "link", "a_5_b", "\u202e", "é" * 400, "١٢", "٣ -"]
)


@given(name=hostile, user=st.integers(0, 10**18 - 1), file=st.integers(0, 10**18 - 1), rest=hostile)
def test_canvas_reads_the_numbers_that_it_gave(name: str, user: int, file: int, rest: str) -> None:
    """Whatever somebody is called, and calls a file: what is in the zip is of who handed it in, and one part of a path."""
    pages = feedback.for_canvas([of(f"{name}_{user}_{file}_{rest}")])

    for path, one in pages.results:
        found = as_canvas_reads(path)
        assert found is not None
        assert f"_{found[0]}_{found[1]}_" in one.submission
        assert len(path.encode()) <= 255
        assert path.isprintable()
        assert not set(path) & set('/\\:*?"<>|')


@given(name=hostile.map(lambda text: re.sub(r"[\0\r\n]", "", text)), number=st.integers(0, 10**18 - 1))
def test_moodle_reads_the_number_of_the_row(name: str, number: int) -> None:
    """Whatever somebody is called."""
    person = '"' + name.replace('"', '""') + '"'
    try:
        pages = on_moodle(
            of(f"Participant {number}"), people=f'"Participant {number}",{person},Submitted,T,,4.00,Yes,-\n'
        )
    except UsageError:
        return  # half a character is no UTF-8
    for path, _graded in pages.results:
        assert as_moodle_reads(path) == (number, "feedback.html")
        assert path.count("/") == 1
        assert path.isprintable()
        assert ".." not in path
        assert len(path.partition("/")[0].encode()) <= 255
    assert len(pages.results) == 1


def test_a_class_of_ten_thousand_takes_little_time() -> None:
    """Each is looked up by its number."""
    people = "".join(f'"Participant {number}","Student {number}",Submitted,T,,4.00,Yes,-\n' for number in range(10_000))
    gradings = [of(f"Student {number}_{number}_assignsubmission_file") for number in range(10_000)]
    started = time.monotonic()
    pages = on_moodle(*gradings, people=people)

    assert time.monotonic() - started < 30
    assert len({name for name, _graded in pages.results}) == 10_000
