"""A gradebook of Canvas: one column gets scores, nobody's score is guessed, and every other byte stays."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from results import graded, result

from grader.errors import UsageError
from grader.model import GradedSubmission, Outcome, Refused
from grader.reports.gradebook import canvas, sheet
from grader.reports.gradebook.matching import Filled, letters_of

EXPORT = """\
Student,ID,SIS User ID,SIS Login ID,Section,Homework 1 (41),Homework 2 (42),Addition (43),Final Score
,,,,,Manual Posting,,,
    Points Possible,,,,,10.00,4.00,4.00,(read only)
"Lovelace, Ada",1001,U1,ada@uni.example,"A, B",7.00,,,88.00
"Turing, Alan",1002,U2,alan,A,,3,,91.00
"Li, Na",1003,U3,na.li,A,,EX,,
"Li, Na",1004,U4,nali2,B,,N/A,,
"O'Brien-Smith, Zoë",1005,TestStudent,1002,B,,,,
"Student, Test",1999,,a5e1f0,A,,,,
"""
BY_HAND = "enter it by hand"
ANONYMOUS = "Canvas has taken the names out of this download; show them, and download it again"
UNKNOWN = "no row has this as an identifier, a login, an address or a name; enter it by hand, or name the submission so"


def of(name: str, *, earned: int = 3, ungraded: bool = False) -> GradedSubmission:
    """A submission with so many of 4 points."""
    last = Outcome.UNGRADED if ungraded else Outcome.FAILED
    return graded(result("a", Outcome.PASSED), result("b", last, partial=earned - 2), name=name)


def filled(
    *gradings: GradedSubmission, export: str = EXPORT, refused: tuple[Refused, ...] = (), column: str | None = "42"
) -> Filled:
    """Fill the export."""
    return canvas.fill(sheet.read(export.encode(), "g.csv"), gradings, refused, column=column)


def changes(after: Filled, export: str = EXPORT) -> dict[int, str]:
    """The lines that are other ones, by number."""
    lines = zip(export.splitlines(keepends=True), after.content.decode().splitlines(keepends=True), strict=True)
    return {number: new for number, (old, new) in enumerate(lines, 1) if old != new}


@pytest.mark.parametrize(
    "name",
    [
        "lovelaceada_1001_777_naive_convnet",
        "lovelaceada_LATE_1001_777_naive_convnet-1",
        "1001",
        "U1",
        "ADA@uni.example",
        "ada",
        "Lovelace, Ada",
        "Ada Lovelace",
        "ada_lovelace",
    ],
)
def test_a_student_is_found_by_what_the_row_says(name: str) -> None:
    """The number in Canvas' own name of the file, an identifier, a login with or without its domain, a name."""
    after = filled(of(name))

    assert changes(after) == {4: '"Lovelace, Ada",1001,U1,ada@uni.example,"A, B",7.00,3,,88.00\n'}
    assert (after.scores, after.unmatched, after.left_alone) == (1, (), ())


def test_the_number_in_a_file_name_is_that_of_canvas() -> None:
    """Not one of the school's, which another student may have."""
    assert changes(filled(of("turingalan_1002_777_x", earned=2))) == {5: '"Turing, Alan",1002,U2,alan,A,,2,,91.00\n'}


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Li, Na", "Li, Na: this may be Li, Na (line 6) or Li, Na (line 7); enter it by hand"),
        ("1002", "1002: this may be Turing, Alan (line 5) or O'Brien-Smith, Zoë (line 8); enter it by hand"),
        ("student, test", f"student, test: {UNKNOWN}"),
        (
            "turingalan_1001_2_x",
            f"turingalan_1001_2_x: the ID 1001 is that of Lovelace, Ada (line 4), but the name beside it is not; {BY_HAND}",
        ),
        ("grace", f"grace: {UNKNOWN}"),
        ("lovelaceada_1_2_x", "lovelaceada_1_2_x: no row has the ID 1; export the gradebook of all sections"),
        ("anon_3xY9_777_x", f"anon_3xY9_777_x: {ANONYMOUS}"),
        ("anon_1001_777_x", f"anon_1001_777_x: {ANONYMOUS}"),
        ("LATE_anon_1001_777_x", f"LATE_anon_1001_777_x: {ANONYMOUS}"),
        ("ada_U1_2_x", f"ada_U1_2_x: {UNKNOWN}"),
    ],
)  # fmt: skip
def test_nobody_is_guessed(name: str, sentence: str) -> None:
    """What fits nobody or several is named, and nothing is written for it."""
    after = filled(of(name), of("alan", earned=2))

    assert changes(after) == {5: '"Turing, Alan",1002,U2,alan,A,,2,,91.00\n'}
    assert after.unmatched == (sentence,)
    assert after.scores == 1


def test_two_submissions_of_one_student_are_told_apart_by_people() -> None:
    """Neither is written."""
    after = filled(of("ada"), of("1001", earned=2), of("alan", earned=2))

    assert changes(after) == {5: '"Turing, Alan",1002,U2,alan,A,,2,,91.00\n'}
    assert after.unmatched == (
        "ada and 1001: all of them may be of Lovelace, Ada (line 4); keep the result that counts",
    )


def test_what_has_no_score_stays() -> None:
    """Excused, not assigned, ungraded, not read: the cell keeps what it has, and why is told."""
    refused = Refused(name="bob", why="bob.7z: not read")
    after = filled(of("1003"), of("1004"), of("ada", ungraded=True), refused=(refused,))

    assert changes(after) == {}
    assert after.left_alone == (
        "g.csv, line 6, column 7 'Homework 2 (42)': 'EX': stays, and so 1003 has no score there",
        "g.csv, line 7, column 7 'Homework 2 (42)': 'N/A': stays, and so 1004 has no score there",
        "ada: ungraded, so there is no score to enter; grade again",
    )
    assert after.unmatched == ("bob: could not be read, so there is no score to enter",)


def test_a_score_that_somebody_entered_is_told_when_it_is_replaced() -> None:
    """With the place; the same score once more is no news."""
    first = filled(of("ada"))
    again = canvas.fill(sheet.read(first.content, "g.csv"), [of("ada", earned=2)], column="42")

    assert first.replaced == ()
    assert again.replaced == ("g.csv, line 4, column 7 'Homework 2 (42)': '3' is 2 now",)
    assert canvas.fill(sheet.read(first.content, "g.csv"), [of("ada")], column="42").replaced == ()


def test_who_has_no_result_is_named() -> None:
    """All rows of students to which no submission belongs."""
    assert filled(of("ada")).missing == (
        "Turing, Alan (line 5)",
        "Li, Na (line 6)",
        "Li, Na (line 7)",
        "O'Brien-Smith, Zoë (line 8)",
    )


@pytest.mark.parametrize("column", [None, "Addition", "Addition (43)", "43", "addition"])
def test_the_column_is_found_by_title_header_or_number(column: str | None) -> None:
    """Without a name it is that of the assignment's title."""
    assert changes(filled(of("alan"), column=column)) == {5: '"Turing, Alan",1002,U2,alan,A,,3,3,91.00\n'}


TWICE = EXPORT.replace("Homework 1 (41)", "Addition (41)")
EUROPEAN = EXPORT.replace(",", ";").replace("4.00;4.00", "100,00;4,00")


@pytest.mark.parametrize(
    ("export", "column", "sentence"),
    [
        (
            EXPORT,
            "Homework 3",
            "g.csv, line 1: no column of an assignment is called 'Homework 3'; --column names one of 'Homework 1 (41)', "
            "'Homework 2 (42)', "
            "'Addition (43)'",
        ),
        (
            TWICE,
            None,
            "g.csv, line 1: 2 columns are called 'Addition': 'Addition (41)', 'Addition (43)'; --column names one",
        ),
        (
            EXPORT,
            "Homework 1",
            "g.csv, line 3, column 6 'Homework 1 (41)': '10.00': 10 points are possible there, and 4 in addition: --scale "
            "converts the scores; or change the points there, and export it anew",
        ),
        (
            EXPORT.replace("10.00", "(läs endast)"),
            "41",
            "g.csv, line 3, column 6 'Homework 1 (41)': '(läs endast)': Canvas does not import this column; choose that of an "
            "assignment",
        ),
        (
            "Name,Points\nada,3\n",
            None,
            "g.csv, line 1, column 1 'Name': 'Name': a gradebook of Canvas begins with the columns Student and ID: export it by "
            "Grades > Export",
        ),
        (
            "Student,ID,Addition\nada,1,\n",
            None,
            "g.csv, line 1: there is no column Section, without which Canvas takes no file: export it anew",
        ),
        (
            EXPORT.replace(",,EX,,", ""),
            "42",
            "g.csv, line 6, column 7 'Homework 2 (42)': '': the row has 5 cells and no such column; export it anew",
        ),
    ],
    ids=["none", "several", "points", "read-only", "no-gradebook", "no-section", "short-row"],
)
def test_what_cannot_be_filled_is_refused(export: str, column: str | None, sentence: str) -> None:
    """With file, line, column, value, and what to do."""
    with pytest.raises(UsageError) as refused:
        filled(of("1003"), export=export, column=column)

    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("gradings", "sentence"),
    [
        ((), "no submission in these results was graded, so there is nothing to fill in"),
        (("addition", "other"), "these are results of several assignments, addition, other: name those of one"),
    ],
)
def test_results_are_of_one_assignment(gradings: tuple[str, ...], sentence: str) -> None:
    """One column is that of one."""
    with pytest.raises(UsageError) as refused:
        filled(*(replace(of("ada"), assignment=name) for name in gradings))

    assert str(refused.value) == sentence


def test_scores_are_converted_where_one_asks_for_it() -> None:
    """With a decimal comma where the file has one, and in quotes where that is the separator."""
    column = {"column": "42", "scale": True}
    semicolons = canvas.fill(sheet.read(EUROPEAN.encode(), "g.csv"), [of("alan")], **column)
    commas = canvas.fill(
        sheet.read(EXPORT.replace("10.00,4.00", '10.00,"33,00"').encode(), "g.csv"), [of("alan")], **column
    )

    assert b'"Turing; Alan";1002;U2;alan;A;;75;;91.00\n' in semicolons.content
    assert b'"Turing, Alan",1002,U2,alan,A,,"24,75",,91.00\n' in commas.content


def test_names_may_have_two_columns() -> None:
    """As Canvas exports them where a course says so."""
    export = "LastName,FirstName,ID,SIS Login ID,Section,Addition (43)\nLovelace,Ada,1001,x,A,\nTuring,Alan,1002,y,A,\n"
    after = filled(of("ada lovelace"), of("turingalan_1002_3_x"), export=export, column=None)

    assert changes(after, export) == {2: "Lovelace,Ada,1001,x,A,3\n", 3: "Turing,Alan,1002,y,A,3\n"}


NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=6)


@given(
    st.lists(st.tuples(NAMES, NAMES, st.sampled_from(["", "3", "N/A", "EX", "=1+1", "9,5"])), min_size=1, max_size=6),
    st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["", "\ufeff"]),
    st.data(),
)
def test_of_any_gradebook_only_our_cells_change(
    students: list[tuple[str, str, str]], separator: str, end: str, quoting: int, bom: str, data: st.DataObject
) -> None:
    """Whatever the others are called and have: read as a table, all other cells are the same, and so is how they are written."""
    rows = [["Student", "ID", "SIS Login ID", "Section", "Addition (43)", "Other (44)"]]
    rows += [["    Points Possible", "", "", "", "4", "9"]]
    rows += [
        [name, str(100 + number), f"login{number}", section, "", other]
        for number, (name, section, other) in enumerate(students)
    ]
    text = io.StringIO()
    csv.writer(text, delimiter=separator, quoting=quoting, lineterminator=end).writerows(rows)  # type: ignore[arg-type]
    content = (bom + text.getvalue()).encode()
    chosen = data.draw(st.sets(st.integers(0, len(students) - 1), min_size=1))
    called = {number: letters_of(students[number][0]) or "x" for number in chosen}
    handed_in = [of(f"{name}_{100 + number}_5_y") for number, name in called.items()]
    after = canvas.fill(sheet.read(content, "g.csv"), handed_in)

    expected = [list(row) for row in rows]
    for number in chosen:
        expected[2 + number][4] = "3"
    again = io.StringIO()
    csv.writer(again, delimiter=separator, quoting=quoting, lineterminator=end).writerows(expected)  # type: ignore[arg-type]
    assert after.content == (bom + again.getvalue()).encode()
    assert after.scores == len(chosen)


@pytest.mark.parametrize(
    "header", ["HW 2: Addition (42)", "Week 3 – ADDITION (42)", "2. addition (42)", "Homework 2 addition"]
)
def test_the_column_that_ends_with_the_title_is_found(header: str) -> None:
    """As courses number their assignments; which one it was is told."""
    export = EXPORT.replace("Addition (43)", "Additional work (43)").replace("Homework 2 (42)", header)
    filled = canvas.fill(sheet.read(export.encode(), "g.csv"), [of("ada@uni.example")])
    assert filled.column == header
    (row,) = (row for row in csv.DictReader(io.StringIO(filled.content.decode())) if row["ID"] == "1001")
    assert row[header] == "3"


def test_the_exact_title_is_taken_before_one_that_ends_with_it() -> None:
    """And nothing is told, since it is the one that anybody would take."""
    export = EXPORT.replace("Homework 2 (42)", "HW: Addition (42)")
    filled = canvas.fill(sheet.read(export.encode(), "g.csv"), [of("ada@uni.example")])
    assert filled.column == ""
    (row,) = (row for row in csv.DictReader(io.StringIO(filled.content.decode())) if row["ID"] == "1001")
    assert (row["Addition (43)"], row["HW: Addition (42)"]) == ("3", "")


def test_of_two_columns_that_end_with_the_title_neither_is_taken() -> None:
    """Staff know which one is meant."""
    export = EXPORT.replace("Addition (43)", "HW 3: Addition (43)").replace("Homework 2 (42)", "HW 2: Addition (42)")
    with pytest.raises(UsageError) as caught:
        canvas.fill(sheet.read(export.encode(), "g.csv"), [of("ada@uni.example")])
    assert str(caught.value) == (
        "g.csv, line 1: 2 columns end with 'Addition': 'HW 2: Addition (42)', 'HW 3: Addition (43)'; --column names one"
    )
