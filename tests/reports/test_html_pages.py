"""HTML pages as files: well formed, by themselves, readable without script, and telling what the other reports tell."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from itertools import pairwise

import pytest
from parsed_pages import Page
from results import graded, result

from grader.model import (
    Audience,
    Cause,
    Disclosure,
    Exercise,
    Feedback,
    GradedSubmission,
    Location,
    Outcome,
    Refused,
    Visibility,
)
from grader.reports import html
from grader.reports.audience import for_audience

WRONG = Feedback(
    message="the answer is wrong",
    counterexample="add(1, 2)",
    expected="(3, 1)",
    received="(3, 2)",
    picture=". . .\n[---]\n  [---]  hangs over the end: it does not count",
    hint="count again",
    misconception="off_by_one",
)
FOLLOWS = Feedback(
    message="wrong too",
    hint="count again",
    misconception="off_by_one",
    follows_from=Cause(check="any_sum", says="the same mistake as in “Any two numbers are added.”"),
)


def student() -> GradedSubmission:
    """A submission with a mistake, what follows from it, and something right."""
    return graded(
        result("any_sum", Outcome.FAILED, feedback=WRONG, output="debugging", defined_at=Location(path="a.py", line=4)),
        result("any_carry", Outcome.FAILED, feedback=FOLLOWS, title="Any carry is added."),
        result("any_double", Outcome.PASSED, exercise="doubles", title="Any number is doubled."),
        graded_file="addition.ipynb",
        notes=("cell 3 is left out",),
    )


def of_class() -> bytes:
    """A page of a student who is right, one who is not, one who is ungraded, and a file that cannot be read."""
    right = graded(result("any_sum", Outcome.PASSED), name="ada")
    ungraded = graded(result("any_sum", Outcome.UNGRADED), name="zoe")
    return html.encode(
        [right, student_named("bob"), ungraded], [Refused(name="cyd", why="cyd.txt: expected a .py file")]
    )


def student_named(name: str) -> GradedSubmission:
    """The student above by another name."""
    return graded(*student().checks, name=name)


PAGES = {"feedback": lambda: html.encode([student()]), "class": of_class}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_one_file(name: str) -> None:
    """It links, loads and sends nothing, and its policy lets in only what it holds."""
    page = Page(PAGES[name]())

    assert not {"img", "iframe", "object", "base", "video", "audio"} & {tag for tag, _attributes in page.tags}
    assert [attributes["href"] for attributes in page.named("link")] == ["data:,"]
    assert all((attributes["href"] or "").startswith("#") for attributes in page.named("a"))
    names = {name for _tag, attributes in page.tags for name in attributes}
    assert not [name for name in names if name.startswith("on") or name in ("src", "style", "action")]
    (policy,) = [
        attributes["content"] or ""
        for attributes in page.named("meta")
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    hashes = [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in page.raw.values()]
    assert re.findall("'sha256-(.*?)'", policy) == hashes
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy


def test_only_the_class_has_a_script() -> None:
    """The feedback of a student needs none."""
    assert "script" not in Page(html.encode([student()])).raw
    assert "script" in Page(of_class()).raw


@pytest.mark.parametrize("name", PAGES)
def test_links_and_labels_lead_to_something(name: str) -> None:
    """Every target and every label exists, once."""
    page = Page(PAGES[name]())
    ids = [attributes["id"] for _tag, attributes in page.tags if "id" in attributes]
    targets = [(attributes["href"] or "")[1:] for attributes in page.named("a")]
    labels = [attributes["aria-labelledby"] for _tag, attributes in page.tags if "aria-labelledby" in attributes]

    assert len(ids) == len(set(ids))
    assert set(targets) | set(labels) <= set(ids)
    assert targets


@pytest.mark.parametrize("name", PAGES)
def test_headings_are_in_order(name: str) -> None:
    """One of the first level, and none that skips a level."""
    levels = [int(tag[1]) for tag, _attributes in Page(PAGES[name]()).tags if re.fullmatch("h[1-6]", tag)]

    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_a_student_reads_all_that_was_found() -> None:
    """Score, file, what to do next, the check with both answers, what it printed, and notes."""
    words = Page(html.encode([student()])).words

    for said in (
        "Addition ada 2 of 6 points graded: addition.ipynb",
        "1 of 3 checks passed",
        "What to do next Any two numbers are added. 1 other check follows from it Then check again: grader check addition",
        "Sums 0/4 points",
        "✗ failed 0/2 Any two numbers are added. the answer is wrong asked add(1, 2) expected (3, 1 ) received (3, 2 ) picture",
        "hint count again mistake off_by_one",
        "look at a.py, line 4",
        "what your code printed debugging",
        "wrong too cause the same mistake as in “Any two numbers are added.”",
        "✓ passed 2/2 Any number is doubled.",
        "Notes cell 3 is left out",
    ):
        assert said in words
    assert words.count("count again") == 1


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome.PASSED, "Nothing is left to fix."),
        (Outcome.UNGRADED, "1 check could not be run, which costs nothing: grade again."),
    ],
)
def test_what_is_next_where_nothing_is_to_fix(outcome: Outcome, said: str) -> None:
    """Nothing, or to grade again; no command."""
    words = Page(html.encode([graded(result("any_sum", outcome))])).words

    assert f"What to do next {said} Sums" in words
    assert ("ungraded" in words) == (outcome is Outcome.UNGRADED)


def test_what_all_checks_say_is_said_once_and_next() -> None:
    """As of a file that cannot be read."""
    same = Feedback(message="addition.py is empty")
    words = Page(html.encode([graded(*(result(name, Outcome.MISSING, feedback=same) for name in ("a", "b")))])).words

    assert words.count("addition.py is empty") == 1
    assert "What to do next All checks say the same: addition.py is empty Then check again" in words


def test_hidden_checks_that_say_nothing_are_counted_for_students() -> None:
    """A student knows where to look, and is told nothing else."""
    hidden = result(
        "secret", Outcome.FAILED, feedback=WRONG, visibility=Visibility.HIDDEN, disclosure=Disclosure.SENTENCE
    )
    words = Page(html.encode([for_audience(graded(hidden), Audience.STUDENT)])).words

    assert "1 check did not pass and says only what it checks" in words
    assert "add(1, 2)" not in words
    assert "off_by_one" not in words


def test_an_exercise_that_was_left_out_is_one_sentence() -> None:
    """Of a choice, what was not chosen lists no checks."""
    either = tuple(Exercise(name=name, title=name, provides=(), choose_one="either") for name in ("sums", "doubles"))
    why = Feedback(message="`double` need not be there")
    left_out = result("any_double", Outcome.SKIPPED, exercise="doubles", title="Doubled.", feedback=why)
    words = Page(html.encode([graded(result("any_sum", Outcome.PASSED), left_out, exercises=either)])).words

    assert "doubles does not count 0/2 points `double` need not be there" in words
    assert "Doubled." not in words


def test_a_class_is_read_without_script() -> None:
    """What is not graded comes first; scores, mistakes, checks and students are tables."""
    page = Page(of_class())

    for said in (
        "Addition 4 submissions, 1 ungraded, 1 could not be read",
        "Not graded zoe : ungraded through no fault of the student; grade again cyd : could not be read (cyd.txt: expected",
        "Scores mean 66.7 %, median 66.7 %",
        "Mistakes those made most first mistake by who off_by_one count again 1 bob",
        "Any two numbers are added. Sums 1 of 2",
        "cyd not graded could not be read zoe ungraded 1 any_sum ada 2/2 0 bob 2/6 2 off_by_one",
    ):
        assert said in page.words
    assert page.words.index("Not graded") < page.words.index("Scores")
    (chart,) = [attributes for attributes in page.named("svg") if attributes.get("class") == "chart"]
    assert "30–39 percent: 1, " in (chart["aria-label"] or "")


def test_a_class_of_several_assignments_names_them() -> None:
    """Checks of one name are counted apart."""
    other = replace(graded(result("any_sum", Outcome.FAILED, feedback=WRONG)), assignment="other", title="Other")
    words = Page(html.encode([graded(result("any_sum", Outcome.PASSED)), other])).words

    assert words.startswith("Addition, Other: 2 submissions Addition, Other 2 submissions")
    assert "ada Addition 2/2 0 ada Other 0/2 1 off_by_one" in words
    assert "Any two numbers are added. Sums 0 of 1 Any two numbers are added. Sums 1 of 1" in words


def test_a_class_of_which_nothing_can_be_read() -> None:
    """It has no scores, and says why."""
    words = Page(html.encode([], [Refused(name="cyd", why="cyd.txt: expected a .py file")])).words

    assert "Nothing is graded" in words
    assert "cyd.txt: expected a .py file" in words


def test_long_names_are_cut() -> None:
    """No name of a file makes the table unreadable."""
    page = html.encode([student_named("a" * 100_000), student_named("b")])

    assert len(page) < 60_000
    assert "a" * 199 + "…" in page.decode()
