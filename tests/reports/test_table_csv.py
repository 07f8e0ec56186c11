"""A class as CSV: a row for each submission, and no 0 where nothing was graded."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from fractions import Fraction

import results
from results import result

from grader.model import CheckResult, FinalScore, GradedSubmission, Outcome, Refused
from grader.reports import table_csv


def graded(name: str, *checks: CheckResult) -> GradedSubmission:
    """A submission with these results."""
    return results.graded(*checks, name=name, graded_file=f"{name}.ipynb")


def read(*gradings: GradedSubmission) -> list[dict[str, str]]:
    """The rows by their header."""
    return list(csv.DictReader(io.StringIO(table_csv.encode(gradings).decode(), newline="")))


def test_row_has_the_points_of_each_check() -> None:
    """Score and checks, in the order in which they were graded, a part of the points among them."""
    (row,) = read(graded("ada", result("b", Outcome.PASSED), result("a", Outcome.FAILED, partial=1)))

    assert row == {
        "submission": "ada",
        "sha256": "0" * 64,
        "score": "3",
        "max_score": "4",
        "pending": "0",
        "status": "graded",
        "graded_file": "ada.ipynb",
        "reason": "",
        "b": "2",
        "a": "1",
    }
    assert list(row)[8:] == ["b", "a"]


def test_ungraded_is_empty_and_no_zero() -> None:
    """A score that does not count cannot be imported by mistake."""
    (row,) = read(graded("ada", result("a", Outcome.PASSED), result("b", Outcome.UNGRADED)))

    assert (row["score"], row["max_score"], row["status"], row["a"], row["b"]) == ("", "4", "ungraded", "2", "")


def test_submissions_with_other_checks_have_empty_cells() -> None:
    """Every check of the class has a column; who has no such check has no number there."""
    ada, zoe = read(graded("ada", result("a", Outcome.PASSED)), graded("zoe", result("b", Outcome.FAILED)))

    assert (ada["a"], ada["b"]) == ("2", "")
    assert (zoe["a"], zoe["b"]) == ("", "0")


def test_text_is_in_quotes_and_numbers_are_not() -> None:
    """So that a `;` in a name starts no cell, and a spreadsheet adds numbers up."""
    text = table_csv.encode([results.graded(result("a", Outcome.PASSED), name="a;=1\nb,ü")]).decode()

    assert text == (
        '"submission","sha256","score","max_score","pending","status","graded_file","reason","a"\n'
        f'"a;=1\\nb,ü","{"0" * 64}",2,2,0,"graded","","",2\n'
    )


def test_empty_class_has_a_header() -> None:
    """No submission is no error."""
    assert (
        table_csv.encode([]) == b'"submission","sha256","score","max_score","pending","status","graded_file","reason"\n'
    )


def test_what_could_not_be_read_has_a_row_without_a_score() -> None:
    """A gradebook that imports the table lacks nobody and gives nobody a 0."""
    text = table_csv.encode([graded("ada", result("a", Outcome.PASSED))], [Refused(name="bob", why="bob.7z: not read")])
    _ada, bob = csv.DictReader(io.StringIO(text.decode(), newline=""))

    assert {name: value for name, value in bob.items() if value} == {
        "submission": "bob",
        "status": "refused",
        "reason": "bob.7z: not read",
    }


def test_students_are_named_and_scores_are_final_where_somebody_knows_them() -> None:
    """Of a gradebook what staff have given, and nothing waits; of a roster the name; the columns of others stay as they are."""
    essay = result("essay", Outcome.PENDING)
    final = FinalScore(
        assignment="sums",
        points=Fraction(7, 2),
        possible=4,
        standing="final",
        name="Ada Lovelace",
        marks={"essay": Fraction(3, 2)},
    )
    ada = replace(graded("a1", result("a", Outcome.PASSED), essay), final=final)
    nobody = replace(graded("c3", essay), final=replace(final, points=None, standing="excused", name="", marks={}))
    text = table_csv.encode([ada, nobody], [Refused(name="b2", why="a link")], {"b2": "Bob (b2)"}).decode()
    rows = {row["submission"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}

    columns = ("student", "score", "max_score", "pending", "status", "essay")
    assert [rows["a1"][name] for name in columns] == ["Ada Lovelace (a1)", "3.5", "4", "0", "final", "1.5"]
    assert [rows["c3"][name] for name in columns] == ["c3", "", "4", "0", "excused", ""]
    assert [rows["b2"][name] for name in columns] == ["Bob (b2)", "", "", "", "refused", ""]
