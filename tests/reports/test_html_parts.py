"""The parts of HTML pages: which words of answers differ, drawn windows, what is counted of a class, what is told once."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from results import graded, result

from grader.checks.pictures import windows
from grader.model import Cause, CheckResult, ExplainedBy, Feedback, Outcome
from grader.reports.html.class_facts import facts
from grader.reports.html.differences import parts
from grader.reports.html.feedback_blocks import Blocks
from grader.reports.html.picture import SIDE, drawn
from grader.reports.html.sequence import rows
from grader.reports.html.shown import shown
from grader.reports.next_steps import next_steps

# --- differences ------------------------------------------------------------------------------------------------------


def differing(expected: str | None, received: str | None) -> tuple[list[str], list[str]]:
    """The words that are marked in each."""
    first, second = parts(expected, received)
    return [part.text for part in first if part.differs], [part.text for part in second if part.differs]


def test_words_that_differ_are_marked_and_nothing_is_lost() -> None:
    """One number of a shape, and all of it can still be read."""
    first, second = parts("(8, 4, 6)", "(8, 4, 7)")

    assert differing("(8, 4, 6)", "(8, 4, 7)") == (["6"], ["7"])
    assert "".join(part.text for part in first) == "(8, 4, 6)"
    assert "".join(part.text for part in second) == "(8, 4, 7)"


def test_words_of_one_answer_alone_are_marked_there() -> None:
    """What is missing is marked in the answer that has it."""
    assert differing("(1, 28, 28)", "(28, 28)") == (["1, "], [])


@pytest.mark.parametrize(
    ("expected", "received"),
    [
        ("3", "4"),
        ("same", "same"),
        (None, "4"),
        ("3", None),
        ("a " * 300, "b " * 300),
        ("ValueError", "it returned -1"),
    ],
)
def test_nothing_is_marked_where_that_says_nothing(expected: str | None, received: str | None) -> None:
    """All of it differs, nothing does, there is nothing to compare, or too much."""
    assert parts(expected, received) == ((), ())


# --- sequences --------------------------------------------------------------------------------------------------------


def steps_of(expected: str | None, received: str | None) -> list[tuple[str, str, bool, bool]]:
    """The rows of both."""
    return [(row.expected, row.received, row.differs, row.is_first) for row in rows(expected, received)]


def test_steps_stand_beside_each_other() -> None:
    """What is equal in one row, and the first difference marked, also where a step is missing."""
    assert steps_of("1 x 8 → 1 x 4 → 16 → 10", "1 x 8 → 1 x 4 → 32 → 9") == [
        ("1 x 8", "1 x 8", False, False),
        ("1 x 4", "1 x 4", False, False),
        ("16", "32", True, True),
        ("10", "9", True, False),
    ]
    assert steps_of("8 → 4 → 16 → 10", "8 → 16 → 10")[1:3] == [("4", "", True, True), ("16", "16", False, False)]


@pytest.mark.parametrize(
    ("expected", "received"),
    [
        ("3", "4"),
        ("a → b", "a → c"),
        (None, "a → b → c"),
        ("a → b → c", "no layer"),
        ("a → " * 99, "a → " * 99),
    ],
)
def test_what_is_no_sequence_is_text(expected: str | None, received: str | None) -> None:
    """Two steps are seen at a glance, and hundreds are no table."""
    assert rows(expected, received) == ()


# --- pictures ---------------------------------------------------------------------------------------------------------


def test_a_picture_of_any_length_stays_text() -> None:
    """A crafted one has a million pixels; each would be a rectangle."""
    assert drawn(" ".join("." * 1_000_000) + "\n[---]") is None


def test_windows_are_drawn_where_the_text_has_them() -> None:
    """Each begins a stride further; padding is labelled, and what hangs over says so."""
    picture = drawn(windows(5, 3, stride=2, padding=1))

    assert picture is not None
    assert [pixel.label for pixel in picture.pixels] == ["0", "", "", "", "", "", "0"]
    assert [(window.x // SIDE, window.width // SIDE, window.counts) for window in picture.windows] == [
        (0, 3, True),
        (2, 3, True),
        (4, 3, True),
        (6, 3, False),
    ]
    assert picture.width == 9 * SIDE
    assert picture.label == (
        "7 pixels, 2 of them padding; a window over 3 begins at 1, 3, 5, 7; the last window hangs over the end: it does not count"
    )


@pytest.mark.parametrize(
    ("text", "received", "begin", "note"),
    [
        (windows(4, 2, stride=2), "3", [4], "the last window is outside: it does not count, and your answer is 3"),
        (
            windows(7, 3, stride=3),
            "4",
            [6, 9],
            "the last 2 windows are not inside: they do not count, and your answer is 4",
        ),
        (windows(7, 3, stride=3), "3", [6], "the last window hangs over the end: it does not count"),
        (windows(4, 2, stride=2), "2", [], ""),
        (windows(4, 2, stride=2), "1", [], ""),
        (windows(4, 2, stride=2), "(3, 3)", [], ""),
        (windows(4, 2, stride=2), "-3", [], ""),
        (
            windows(4, 2, stride=2),
            "999",
            [4, 6, 8],
            "the last 3 windows are not inside: they do not count, and your answer is 999",
        ),
        (windows(24, 2, stride=22), "9", [], ""),
    ],
)
def test_windows_that_an_answer_counts_and_that_do_not_fit_are_drawn(
    text: str, received: str, begin: list[int], note: str
) -> None:
    """Where they are the reason of a wrong count, the first few; each as wide as the others."""
    picture = drawn(text, received)

    assert picture is not None
    outside = [window for window in picture.windows if not window.counts]
    assert [window.x // SIDE for window in outside] == begin
    assert {window.width for window in picture.windows} == {picture.windows[0].width}
    assert picture.note == note
    assert picture.width >= max(window.x + window.width for window in picture.windows)
    assert picture.height > picture.windows[-1].y


def test_dilated_windows_show_their_values() -> None:
    """Between them are pixels that do not count."""
    picture = drawn(windows(5, 2, dilation=3))

    assert picture is not None
    assert picture.windows[0].values == (0, 3 * SIDE)
    assert picture.windows[0].width == 4 * SIDE


@pytest.mark.parametrize("f", [1, 2, 3, 7])
@pytest.mark.parametrize("stride", [1, 3])
@pytest.mark.parametrize("dilation", [1, 2])
def test_whatever_is_drawn_as_text_can_be_drawn(f: int, stride: int, dilation: int) -> None:
    """The two agree on how a picture looks."""
    text = windows(8, f, stride=stride, dilation=dilation)
    picture = drawn(text)

    assert picture is not None
    assert len(picture.windows) == text.count("\n")


@pytest.mark.parametrize(
    "text", ["", "no picture", ". . .", ". .\n<script>", ". . .\n[---]  first\n  [---]", ". . .\n" + "[---]\n" * 30]
)
def test_what_is_no_picture_stays_text(text: str) -> None:
    """Nothing is guessed."""
    assert drawn(text) is None


# --- what is shown ----------------------------------------------------------------------------------------------------

MISTAKE = Feedback(
    message="wrong",
    hint="carry",
    misconception="never_carries",
    explained_by=ExplainedBy(reproduces="8 answers", distance=1),
)
AGAIN = Feedback(
    message="wrong again",
    hint="carry",
    misconception="never_carries",
    follows_from=Cause(check="first", says="the same mistake as in “First.”"),
)


def labels(feedback: Feedback | None, *before: Feedback) -> list[tuple[str, str, str]]:
    """What a reader learns of the last of several checks, and where links lead."""
    checks = [
        result(f"check_{number}", Outcome.FAILED, feedback=one, title=f"Title {number}.")
        for number, one in enumerate((*before, feedback))
    ]
    said = shown(graded(*checks)).exercises[0].checks[-1].said
    assert said is not None
    return [(fact.label, fact.value, fact.leads_to) for fact in said.facts]


def test_a_mistake_is_named_once_with_what_it_rests_on() -> None:
    """The check that follows from another one leads there, and repeats neither hint nor name."""
    assert labels(MISTAKE) == [("hint", "carry", ""), ("mistake", "never_carries", "")]
    assert labels(AGAIN, MISTAKE) == [("cause", "the same mistake as in “First.”", "first")]


def test_a_line_that_raised_is_told_once() -> None:
    """Further checks that raised there say no more than that."""
    raised = Feedback(message="ValueError", trace=("a.py, line 3",), counterexample="f(1)")
    whole = graded(
        result("one", Outcome.RAISED, feedback=raised),
        result("two", Outcome.RAISED, feedback=raised, exercise="doubles"),
        result("three", Outcome.FAILED, feedback=MISTAKE),
    )
    said = [check.said and check.said.message for exercise in shown(whole).exercises for check in exercise.checks]

    assert said == ["ValueError", "wrong", "raised at the same line as above"]


def test_next_are_checks_that_follow_from_no_other() -> None:
    """Three of them are named, with how many follow; those that say nothing are counted."""
    others = [
        result(f"other_{number}", Outcome.FAILED, feedback=Feedback(message=f"wrong {number}")) for number in range(4)
    ]
    silent = result("silent", Outcome.FAILED, feedback=Feedback(message="Any two numbers are added."))
    not_run = result("not_run", Outcome.UNGRADED, feedback=Feedback(message="our fault"))
    found = next_steps(
        graded(
            result("first", Outcome.FAILED, feedback=MISTAKE),
            result("second", Outcome.FAILED, feedback=AGAIN),
            *others,
            silent,
            not_run,
        )
    )

    assert [(step.check.name, step.followers) for step in found.first] == [("first", 1), ("other_0", 0), ("other_1", 0)]
    assert (found.more, found.silent, found.has_to_fix) == (2, 1, True)


# --- a class ----------------------------------------------------------------------------------------------------------


def test_a_class_is_counted() -> None:
    """Scores, who passed which check, and who made which mistake; what is ungraded counts in no score."""
    right = result("first", Outcome.PASSED)
    wrong = result("first", Outcome.FAILED, feedback=MISTAKE)
    whole = [
        graded(right, result("second", Outcome.PASSED, title="Second."), name="ada"),
        graded(wrong, result("second", Outcome.PASSED, title="Second."), name="bob"),
        graded(wrong, result("second", Outcome.FAILED, title="Second."), name="cyd"),
        graded(right, result("second", Outcome.UNGRADED, title="Second."), name="dan"),
    ]
    counted = facts(whole)

    assert [(bin.label, bin.count) for bin in counted.bins if bin.count] == [("0–9", 1), ("50–59", 1), ("100", 1)]
    assert (counted.mean, counted.median) == (50, 50)
    assert [(rate.key[1], rate.passed, rate.tried) for rate in counted.rates] == [("first", 2, 4), ("second", 2, 3)]
    assert [(one.key[1], one.hint, one.who) for one in counted.explanations] == [
        ("never_carries", "carry", ("bob", "cyd"))
    ]


def test_nothing_graded_is_no_average() -> None:
    """There is no number where there is none."""
    counted = facts([graded(result("first", Outcome.UNGRADED))])

    assert (counted.mean, counted.median, sum(bin.count for bin in counted.bins)) == (None, None, 0)


def test_what_several_are_told_is_stored_once() -> None:
    """A second student with the same feedback adds nothing; another one adds what is different."""
    blocks = Blocks()
    first = blocks.of(graded(result("first", Outcome.FAILED, feedback=MISTAKE), name="ada"))
    stored = len(blocks.every)
    second = blocks.of(graded(result("first", Outcome.FAILED, feedback=MISTAKE), name="bob"))
    other = replace(MISTAKE, message="wrong in its own way")
    third = blocks.of(graded(result("first", Outcome.FAILED, feedback=other), name="cyd"))

    assert first == second
    assert len(blocks.every) == stored + 1  # its title and its facts are there already
    assert sum(a != b for a, b in zip(first, third, strict=True)) == 1


def told_in_class(*checks: CheckResult, seed: str = "1") -> str:
    """What the page of a class tells of a student, in order."""
    blocks = Blocks()
    numbers = blocks.of(graded(*checks, seed=seed))
    slot = re.compile(r'<slot name="(\d+)"></slot>')

    def whole(number: int) -> str:
        return slot.sub(lambda found: whole(int(found[1])), str(blocks.every[number]))

    return "\n".join(map(whole, numbers))


def test_what_did_not_pass_comes_first() -> None:
    """Exercises with something to read, and in each what did not pass; in their own order, so that `as above` is above."""
    hint = Feedback(message="wrong", hint="carry")
    told = told_in_class(
        result("a", Outcome.PASSED, title="Right A."),
        result("b", Outcome.PASSED, title="Right B.", exercise="doubles"),
        result("c", Outcome.FAILED, title="Wrong C.", exercise="doubles", feedback=hint),
        result("d", Outcome.SKIPPED, title="Skipped D.", exercise="doubles"),
        result("e", Outcome.RAISED, title="Wrong E.", exercise="doubles", feedback=replace(hint, message="else")),
    )
    titles = ["Doubles", "Wrong C.", "carry", "Wrong E.", "as above", "Right B.", "Skipped D.", "Sums", "Right A."]

    assert [told.index(title) for title in titles] == sorted(told.index(title) for title in titles)


@pytest.mark.parametrize(("seed", "is_told"), [("1", True), ("", False)])
def test_staff_are_told_that_students_read_less(seed: str, is_told: bool) -> None:
    """Unless all of the page is what students read, who never get the seed."""
    assert ("As staff see it" in told_in_class(result("a", Outcome.PASSED), seed=seed)) == is_told


def test_what_the_code_printed_is_shown_where_somebody_reads_it() -> None:
    """At the check that did not pass, though one that did printed the same before."""
    told = told_in_class(
        result("a", Outcome.PASSED, output="printed here"),
        result("b", Outcome.FAILED, output="printed here", feedback=Feedback(message="wrong")),
    )

    assert told.count("printed here") == 1
