"""What people see in a notebook: well-formed HTML that says what the terminal says, and obeys nothing of a student."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from results import BLAME, graded

from grader.course import assignment as assignments
from grader.model import (
    Assignment,
    CheckResult,
    Disclosure,
    Exercise,
    Feedback,
    Outcome,
    Visibility,
)
from grader.reports import html

HOSTILE = "<script>alert(1)</script>\x1b[31m</div><img src=x onerror='alert(2)'>{{ 7 * 7 }}"
SHOWN = "<script>alert(1)</script>\\x1b[31m</div><img src=x onerror='alert(2)'>{{ 7 * 7 }}"


class Page(HTMLParser):
    """A parsed fragment: its tags with their attributes, its words, and which tags were open where."""

    def __init__(self, fragment: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, tuple[str, ...]]] = []
        """Each text with the tags around it, written `tag.class.class`."""
        self._open: list[tuple[str, str]] = []
        self.feed(fragment)
        self.close()
        assert self._open == [], "a tag is left open"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open.append((tag, ".".join([tag, *(dict(attrs).get("class") or "").split()])))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if data.strip() and self._open[-1][0] != "style":
            self.texts.append((data, tuple(name for _tag, name in self._open)))

    @property
    def words(self) -> str:
        """All that is read, with single spaces."""
        return " ".join(" ".join(text for text, _around in self.texts).split())

    def inside(self, name: str) -> list[str]:
        """Texts that stand in a tag of this name and classes."""
        return [" ".join(text.split()) for text, around in self.texts if name in around]


@pytest.fixture
def assignment(tmp_path: Path) -> Assignment:
    """An assignment of two exercises."""
    path = tmp_path / "assignments" / "addition" / "assignment.toml"
    path.parent.mkdir(parents=True)
    exercises = "".join(
        f'[[exercises]]\nname = "{name}"\ntitle = "{name.capitalize()}"\nprovides = []\n'
        for name in ("sums", "doubles")
    )
    path.write_text(f'title = "Addition"\nsummary = "Add."\nfile = "addition.py"\n{exercises}')
    return assignments.load(tmp_path, "addition")


def result(
    title: str = "Any two numbers are added.",
    outcome: Outcome = Outcome.FAILED,
    exercise: str = "sums",
    *,
    feedback: Feedback | None = None,
    remarks: tuple[str, ...] = (),
    output: str = "",
    visibility: Visibility = Visibility.PUBLIC,
) -> CheckResult:
    """One check of two points."""
    return CheckResult(
        name="any_sum",
        title=title,
        exercise=exercise,
        points=2,
        outcome=outcome,
        blame=BLAME.get(outcome),
        visibility=visibility,
        disclosure=Disclosure.FULL,
        feedback=feedback,
        remarks=remarks,
        output=output,
    )


def either(*names: str) -> tuple[Exercise, ...]:
    """Exercises of which one is enough."""
    return tuple(Exercise(name=name, title=name.capitalize(), provides=(), choose_one="either") for name in names)


# --- student text -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "place",
    [
        "message",
        "counterexample",
        "expected",
        "received",
        "hint",
        "misconception",
        "trace",
        "remark",
        "output",
        "note",
        "name",
        "title",
    ],
)
def test_student_text_is_shown_and_not_obeyed(place: str) -> None:
    """Wherever it appears, a tag or a template stays text, and control characters are spelt out."""
    parts: dict[str, str | tuple[str, ...]] = {"message": "wrong"}
    if place in Feedback.__slots__:
        parts[place] = (HOSTILE,) if place == "trace" else HOSTILE
    whole = graded(
        result(
            title=HOSTILE if place == "title" else "Added.",
            feedback=Feedback(**parts),  # type: ignore[arg-type]
            remarks=(HOSTILE,) if place == "remark" else (),
            output=HOSTILE if place == "output" else "",
        ),
        name=HOSTILE if place == "name" else "ada",
        notes=(HOSTILE,) if place == "note" else (),
    )
    fragment = html.one(whole)

    page = Page(fragment)
    assert page.words.count(SHOWN) == 1
    assert not {"script", "img"} & {tag for tag, _attributes in page.tags}
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", fragment)


@pytest.mark.parametrize("make", ["progress", "problem"])
def test_other_fragments_escape_as_well(assignment: Assignment, make: str) -> None:
    """Neither the progress bar nor an error lets a tag through."""
    fragment = html.problem(HOSTILE) if make == "problem" else html.progress(assignment, HOSTILE, 0, 2)

    page = Page(fragment)
    assert SHOWN in page.words
    assert not {"script", "img"} & {tag for tag, _attributes in page.tags}


@pytest.mark.parametrize(
    ("text", "shown", "hidden"),
    [
        ("a" * 1_000_000, "a" * 4000, "996,000 more characters"),
        ("b\n" * 500, "b b b", "460 more lines"),
        ("\x00" * 1_000_000, "\\x00\\x00", "999,000 more characters"),
    ],
    ids=["long-line", "many-lines", "control-characters"],
)
def test_long_text_is_cut_and_says_so(text: str, shown: str, hidden: str) -> None:
    """However much a student's code says, the page stays small, and how much is missing is said."""
    fragment = html.one(graded(result(feedback=Feedback(message="wrong", received=text))))

    words = Page(fragment).words
    assert shown in words
    assert hidden in words
    assert len(fragment) < 20_000


def test_many_notes_are_counted() -> None:
    """A notebook of a thousand cells does not bury its score."""
    page = Page(html.one(graded(result(), notes=tuple(f"cell {number}" for number in range(1000)))))

    assert "1000 notes" in page.words
    assert "and 960 more" in page.words


# --- one submission ---------------------------------------------------------------------------------------------------


def test_fragment_needs_nothing_else() -> None:
    """It loads nothing, links nowhere and runs nothing."""
    feedback = Feedback(message="wrong", trace=("addition.py, line 1",), hint="count")
    page = Page(html.one(graded(result(feedback=feedback, output="hello"))))

    assert not {"script", "link", "img", "iframe", "a"} & {tag for tag, _attributes in page.tags}
    names = {name for _tag, attributes in page.tags for name in attributes}
    assert names <= {"class", "style", "open", "aria-hidden"}


def test_every_part_of_the_feedback_is_shown_with_its_label() -> None:
    """A reader learns what was asked, both answers, where it happened, a hint and the mistake."""
    feedback = Feedback(
        message="the answer is wrong",
        counterexample="add(1, 2)",
        expected="3",
        received="4",
        hint="count again",
        misconception="off_by_one",
        trace=("addition.py, line 2, in add: return 4",),
    )
    page = Page(html.one(graded(result(feedback=feedback, remarks=("a list is fine",), output="hi"))))

    for words in (
        "the answer is wrong",
        "asked add(1, 2)",
        "expected 3",
        "received 4",
        "hint count again",
        "mistake off_by_one",
        "where it happened addition.py, line 2, in add: return 4",
        "note: a list is fine",
        "what your code printed hi",
    ):
        assert words in page.words


def test_exercises_are_headings_with_their_points(assignment: Assignment) -> None:
    """Checks stand under their exercise, exercises in the order of the assignment, and the score comes first."""
    page = Page(
        html.one(
            graded(
                result("Doubled.", Outcome.PASSED, "doubles"),
                result("Added.", feedback=Feedback(message="wrong")),
                result("Subtracted.", Outcome.PASSED),
            )
        )
    )

    order = ["Addition ada", "4 of 6 points", "Sums 2/4", "Added.", "wrong", "Subtracted.", "Doubles", "Doubled."]
    places = [page.words.index(part) for part in order]
    assert places == sorted(places)


@pytest.mark.parametrize("outcome", list(Outcome), ids=str)
def test_outcome_is_said_in_words(outcome: Outcome) -> None:
    """Nobody needs to see a colour or a mark, which a screen reader leaves out, to know how a check ended."""
    page = Page(html.one(graded(result("Added.", outcome, feedback=Feedback(message="why")))))

    badge = [text for text, around in page.texts if f"span.badge.{outcome.value}" in around and "div.line" in around]
    assert badge[-1].strip() == outcome.value.replace("_", " ")
    mark = {"passed": "✓", "skipped": "–", "ungraded": "?", "pending": "…"}.get(outcome, "✗")
    assert badge[0] == mark
    assert {"passed": "2/2", "pending": "–/2"}.get(outcome, "0/2") in page.inside("span.points.quiet")


def test_only_what_needs_reading_is_open() -> None:
    """An exercise that is complete is folded; one that lost points is not, nor one with a remark."""
    right = result("Doubled.", Outcome.PASSED, "doubles")
    noted = result("Doubled.", Outcome.PASSED, "doubles", remarks=("slow",))
    opened = [
        ["open" in attributes for tag, attributes in Page(html.one(whole)).tags if tag == "details"]
        for whole in (graded(result(), right), graded(result(), noted))
    ]

    assert opened == [[True, False], [True, True]]


def test_long_trace_is_folded() -> None:
    """Three lines are shown at once, more of them on a click."""
    folded = []
    for count in (3, 4):
        feedback = Feedback(message="raised", trace=tuple(f"line {number}" for number in range(count)))
        page = Page(html.one(graded(result(outcome=Outcome.RAISED, feedback=feedback))))
        (aside,) = [attributes for _tag, attributes in page.tags if attributes.get("class") == "aside"]
        folded.append("open" not in aside)

    assert folded == [False, True]


def test_hidden_checks_are_marked() -> None:
    """Staff see which checks students cannot run."""
    whole = graded(result("Added.", visibility=Visibility.HIDDEN), result("Doubled.", exercise="doubles"))
    words = Page(html.one(whole)).words

    assert "Added. (hidden)" in words
    assert words.count("(hidden)") == 1


def test_shared_message_is_shown_once() -> None:
    """Where every check says the same, it is said once, above them."""
    same = Feedback(message="addition.py is empty")
    checks = [result(title, Outcome.MISSING, feedback=same) for title in ("Added.", "Subtracted.")]
    words = Page(html.one(graded(*checks))).words

    assert words.count("addition.py is empty") == 1
    assert words.index("addition.py is empty") < words.index("Added.") < words.index("Subtracted.")


def test_exercise_that_was_not_chosen_is_one_sentence() -> None:
    """Of a choice, what was left out has no list of checks, and nothing about it looks like a failure."""
    why = Feedback(message="`double` need not be there")
    chosen = result("Added.", Outcome.PASSED)
    others = [result(title, Outcome.SKIPPED, "doubles", feedback=why) for title in ("Doubled.", "Doubled twice.")]
    page = Page(html.one(graded(chosen, *others, exercises=either("sums", "doubles"))))

    assert "Doubles does not count 0/4 `double` need not be there" in page.words
    assert "Doubled" not in page.words
    assert "2 of 2 points" in page.words
    assert not page.inside("span.badge.failed")


def test_exercise_that_is_not_the_best_does_not_count() -> None:
    """Both were tried: the lesser one keeps its feedback and says that its points do not count."""
    right, wrong = result("Added.", Outcome.PASSED), result("Doubled.", exercise="doubles")
    page = Page(html.one(graded(right, wrong, exercises=either("sums", "doubles"))))

    assert page.words.count("does not count") == 1
    assert "Doubles does not count 0/2" in page.words
    assert "Doubled." in page.words


def test_output_is_shown_once_and_two_of_them() -> None:
    """What several checks printed alike is shown once; of different outputs the first two."""
    outputs = ("same", "same", "second", "third", "fourth")
    words = Page(html.one(graded(*(result(output=output) for output in outputs)))).words

    assert [words.count(output) for output in ("same", "second", "third")] == [1, 1, 0]
    assert "and other output in 2 more checks" in words


def test_ungraded_says_that_it_costs_nothing() -> None:
    """With an ungraded check there is no score, but a count of what could not be run."""
    whole = graded(result(outcome=Outcome.UNGRADED), result(outcome=Outcome.PASSED))
    words = Page(html.one(whole)).words

    assert "1 check could not be run, which costs nothing" in words
    assert "points" not in words


# --- progress ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("done", "width"), [(0, "0%"), (1, "25%"), (3, "75%")])
def test_progress_bar_moves(assignment: Assignment, done: int, width: str) -> None:
    """Its width, its value for assistive technology and its words agree."""
    page = Page(html.progress(assignment, "Any two numbers are added.", done, 4))
    (bar,) = [attributes for _tag, attributes in page.tags if attributes.get("role") == "progressbar"]

    assert (bar["aria-valuenow"], bar["aria-valuemax"]) == (str(done), "4")
    assert f"width: {width}" in [attributes.get("style") for _tag, attributes in page.tags]
    assert page.words == f"Addition check {done + 1} of 4 Any two numbers are added."


def test_progress_before_the_number_is_known(assignment: Assignment) -> None:
    """An empty bar, and no count of nothing."""
    page = Page(html.progress(assignment, "starting", 0, 0))

    assert page.words == "Addition starting"
