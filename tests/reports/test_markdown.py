"""The Markdown summary: it says what the terminal says, and never more than GitHub shows."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import results
from markdown_it import MarkdownIt
from markdown_it.token import Token
from results import graded

from grader.model import (
    CheckResult,
    Feedback,
    FinalScore,
    ForbiddenEdit,
    GradedSubmission,
    Outcome,
    Refused,
    Visibility,
)
from grader.reports import markdown


def result(name: str, outcome: Outcome, **more: object) -> CheckResult:
    """One check of two points."""
    return results.result(name, outcome, title=f"The check `{name}` passes.", **more)


def parsed(*gradings: GradedSubmission) -> list[Token]:
    """What a reader of GitHub Flavored Markdown makes of the summary."""
    return MarkdownIt("commonmark").enable("table").parse(markdown.encode(gradings).decode())


def headings(tokens: list[Token]) -> list[str]:
    """Texts of the headings, as they are shown."""
    texts = [tokens[number + 1] for number, token in enumerate(tokens) if token.type == "heading_open"]
    return ["".join(child.content for child in text.children or ()) for text in texts]


def rows(tokens: list[Token]) -> list[list[str]]:
    """Cells of all tables, as they are shown."""
    found: list[list[str]] = []
    for number, token in enumerate(tokens):
        if token.type == "tr_open":
            found.append([])
        elif token.type in ("td_open", "th_open"):
            found[-1].append("".join(child.content for child in tokens[number + 1].children or ()))
    return found


def blocks(tokens: list[Token]) -> list[str]:
    """Contents of the code blocks."""
    return [token.content for token in tokens if token.type == "fence"]


def test_summary_of_a_submission() -> None:
    """A heading, the score, every check in a table, and a block for what did not pass."""
    feedback = Feedback(message="the answer is wrong", counterexample="add(1, 2)", expected="3", received="4")
    tokens = parsed(
        graded(
            result("a", Outcome.PASSED, output="not shown"),
            result("b", Outcome.FAILED, feedback=feedback, output="hi\n"),
            result("c", Outcome.TIMED_OUT, partial=1, visibility=Visibility.HIDDEN, feedback=Feedback(message="slow")),
            result("d", Outcome.SKIPPED, feedback=Feedback(message="need not be there")),
            notes=("cell 2 is left out",),
        )
    )

    shown = ["addition: ada", "✗ The check `b` passes.", "◐ The check `c` passes.", "Notes"]
    assert headings(tokens) == shown
    assert rows(tokens) == [
        ["", "points", "check"],
        ["✓ passed", "2/2", "The check `a` passes."],
        ["✗ failed", "0/2", "The check `b` passes."],
        ["◐ timed out", "1/2", "The check `c` passes. (hidden)"],
        ["– skipped", "0/2", "The check `d` passes."],
    ]
    assert blocks(tokens) == [
        "the answer is wrong\nasked    add(1, 2)\nexpected 3\nreceived 4\n",
        "hi\n",
        "slow\n",
        "cell 2 is left out\n",
    ]


@pytest.mark.parametrize(
    ("outcome", "said"),
    [(Outcome.PASSED, "**2 of 2 points**"), (Outcome.UNGRADED, "**ungraded\\: some checks could not be run")],
    ids=["graded", "ungraded"],
)
def test_score_is_said_if_it_counts(outcome: Outcome, said: str) -> None:
    """A submission that must be graded again has no score."""
    text = markdown.encode([graded(result("a", outcome))]).decode()

    assert said in text
    assert ("points**" in text) is (outcome is Outcome.PASSED)


def test_shared_message_is_shown_once() -> None:
    """Where every check says the same, it is said once."""
    same = Feedback(message="addition.py is empty")
    tokens = parsed(graded(*(result(name, Outcome.MISSING, feedback=same) for name in "abc")))

    assert blocks(tokens) == ["addition.py is empty\n"]
    assert headings(tokens) == ["addition: ada"]


def test_class_comes_first() -> None:
    """Several submissions have a table of all of them above their own."""
    wrong = graded(result("a", Outcome.FAILED), result("b", Outcome.PASSED), name="zoe")
    tokens = parsed(graded(result("a", Outcome.PASSED)), wrong, graded(result("a", Outcome.UNGRADED), name="max"))

    assert rows(tokens)[:4] == [
        ["submission", "score", "what did not pass"],
        ["ada", "2/2", ""],
        ["zoe", "2/4", "a"],
        ["max", "ungraded", "a"],
    ]
    assert headings(tokens)[:2] == ["addition: ada", "addition: zoe"]


def test_forbidden_edits_come_first_and_a_single_refusal_is_shown() -> None:
    """Their paths are text, however they are called."""
    edit = ForbiddenEdit(path="<b>.yml", why="<b>.yml is added: take it back")
    text = markdown.encode([], [Refused(name="ada", why="it is a link")], [edit]).decode()
    tokens = MarkdownIt("commonmark").enable("table").parse(text)

    assert headings(tokens) == ["Edits that are not permitted"]
    assert "&lt;b&gt;" in text
    assert "<b>" not in text
    assert rows(tokens)[1] == ["ada", "not graded", "it is a link"]


def test_summary_is_never_more_than_github_shows() -> None:
    """A large class is cut between two pieces, and how much is left out is said; blocks stay whole."""
    checks = (
        result(name, Outcome.FAILED, feedback=Feedback(message=name + "🙂" * 1900, received="`" * 1999))
        for name in (f"check_{number}" for number in range(40))
    )
    one = graded(*checks)
    text = markdown.encode([one] * 10)

    assert 900_000 < len(text) <= 1024**2
    assert re.search(
        rb"\n\n\xe2\x80\xa6 [\d,]+ more bytes are left out: GitHub shows no summary of more than 1 MiB\.\n$", text
    )
    tokens = MarkdownIt("commonmark").enable("table").parse(text.decode())
    assert tokens[-2].content.startswith("… ")


def test_long_class_table_is_cut_as_well() -> None:
    """Even the table of a huge class may be too much."""
    text = markdown.encode([graded(result("a", Outcome.PASSED), name=f"{number:0200}") for number in range(6000)])

    assert 1_000_000 < len(text) <= 1024**2
    assert b"more bytes are left out" in text


def test_a_class_of_a_gradebook_has_names_and_final_scores() -> None:
    """As its page does; a name that a roster knows stands in the heading of the submission as well."""
    final = FinalScore(assignment="sums", points=None, possible=4, standing="final", name="Ada", says="3.5 of 4 points")
    ada = replace(graded(result("a", Outcome.PASSED), result("essay", Outcome.PENDING), name="a1"), final=final)
    bob = graded(result("a", Outcome.PASSED), name="b2")
    text = markdown.encode([ada, bob], [Refused(name="c3", why="a link")], names={"b2": "Bob", "c3": "Cy"}).decode()

    rows = text.split("\n\n")[0].split("\n")
    assert rows[0] == "| student | score | what did not pass |"
    assert rows[2].startswith("| Ada \\(a1\\) | 3\\.5 of 4 points | ")
    assert rows[3].startswith("| Bob | 2/2 | ")
    assert rows[4].startswith("| Cy | not graded | ")
    assert ": Bob\n" in text
