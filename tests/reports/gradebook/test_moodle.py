"""A grading worksheet of Moodle in any language: grades and feedback are filled in, and every other byte stays."""

from __future__ import annotations

import csv
import io
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from results import graded, result

from grader.errors import UsageError
from grader.model import Feedback, GradedSubmission, Outcome, Refused
from grader.reports.gradebook import moodle, sheet
from grader.reports.gradebook.matching import Filled

ENGLISH = """\
Identifier,"Full name","ID number","Email address",Status,Grade,"Maximum Grade","Grade can be changed",\
"Last modified (submission)","Online text","Last modified (grade)","Feedback comments"
"Participant 11","Ada Lovelace",,ada@uni.example,"Submitted for grading - ",,4.00,Yes,"Monday, 3 March 2025, 10:15 AM",,-,
"Participant 12","Alan Turing",77,alan@uni.example,"No submission - ",2.00,4.00,Yes,-,,\
"Tuesday, 4 March 2025, 9:00 AM","well done, Alan"
"Participant 13","Na Li",78,na@uni.example,"Submitted for grading - ",,4.00,No,-,,-,
"""
GERMAN = """\
ID;"Vollständiger Name";Status;Bewertung;Bestwertung;"Bewertung kann geändert werden";"Zuletzt geändert (Abgabe)";\
"Zuletzt geändert (Bewertung)";"Feedback als Kommentar"
Teilnehmer/in11;"Ada Lovelace";"Zur Bewertung abgegeben";;4,00;Ja;"Montag, 3. März 2025, 10:15";-;
Teilnehmer/in12;"Alan Turing";"Keine Abgabe";1,50;4,00;Ja;-;"Dienstag, 4. März 2025, 09:00";
"""
CHINESE = """\
标识符,全名,状态,成绩,最高分,成绩可更改,最近一次修改（成绩）,反馈评论
参与者11,Ada Lovelace,已提交,,4.00,是,-,
参与者12,李娜,没有提交,,4.00,是,-,
"""
BLIND = """\
Identifier,Status,Grade,"Maximum Grade","Grade can be changed","Last modified (grade)"
"Participant 11","Submitted for grading",,4.00,Yes,-
"Participant 12","Submitted for grading",,4.00,Yes,-
"""
TEAMS = """\
Identifier,"Full name",Status,Group,Grade,"Maximum Grade","Grade can be changed","Last modified (grade)","Feedback comments"
"Participant 11","Ada Lovelace",Submitted,"Team One",,4.00,Yes,-,
"Participant 12","Alan Turing",Submitted,"Team Two",,4.00,Yes,-,
"Participant 13","Na Li",Submitted,"Team One",,4.00,Yes,-,
"""


def of(name: str, *, earned: int = 3, ungraded: bool = False) -> GradedSubmission:
    """A submission with so many of 4 points."""
    last = Outcome.UNGRADED if ungraded else Outcome.FAILED
    said = Feedback(message="<b>wrong</b>\n=1+1")
    return graded(result("a", Outcome.PASSED), result("b", last, partial=earned - 2, feedback=said), name=name)


def filled(*gradings: GradedSubmission, of_worksheet: str = ENGLISH, **more: object) -> Filled:
    """Fill a worksheet."""
    return moodle.fill(sheet.read(of_worksheet.encode(), "w.csv"), gradings, **more)  # type: ignore[arg-type]


def table(content: bytes, separator: str = ",") -> list[list[str]]:
    """What stands in the cells."""
    return list(csv.reader(io.StringIO(content.decode(), newline=""), delimiter=separator))


@pytest.mark.parametrize(
    ("worksheet", "separator", "grade", "feedback"),
    [(ENGLISH, ",", 5, 11), (GERMAN, ";", 3, 8), (CHINESE, ",", 3, 7), (TEAMS, ",", 4, 8), (BLIND, ",", 2, None)],
    ids=["english", "german", "chinese", "teams", "blind"],
)
def test_columns_are_found_in_any_language(worksheet: str, separator: str, grade: int, feedback: int | None) -> None:
    """By what stands in them; grade and feedback of one row change, and no other cell."""
    name = "Participant" if worksheet is BLIND else "Ada Lovelace"
    after = filled(of(f"{name}_11_assignsubmission_file"), of_worksheet=worksheet)

    expected = table(worksheet.encode(), separator)
    expected[1][grade] = "3"
    found = table(after.content, separator)
    if feedback is not None:
        assert found[1][feedback].startswith("<pre>Addition: 3 of 4 points<br>")
        expected[1][feedback] = found[1][feedback]
    assert found == expected
    assert (after.scores, after.unmatched) == (1, ())


def test_other_lines_stay_byte_by_byte() -> None:
    """Quotes where there were quotes and none where there were none."""
    after = filled(of("Ada Lovelace_11_assignsubmission_file"))
    old, new = ENGLISH.encode().splitlines(keepends=True), after.content.splitlines(keepends=True)

    assert [old[0], *old[2:]] == [new[0], *new[2:]]
    assert new[1].startswith(b'"Participant 11","Ada Lovelace",,ada@uni.example,"Submitted for grading - ",3,4.00,Yes,')


def test_feedback_is_html_and_no_formula() -> None:
    """What a student wrote is text in it, and the cell is one line that begins with our tag."""
    after = filled(of("Ada Lovelace_11_assignsubmission_file"))
    told = table(after.content)[1][11]

    assert "&lt;b&gt;wrong&lt;/b&gt;<br>      =1+1" in told
    assert "\n" not in told
    assert told.startswith("<pre>Addition")
    assert told.endswith("</pre>")


def test_a_comment_of_people_stays_and_ours_is_replaced() -> None:
    """The grade is filled in all the same."""
    name = "Alan Turing_12_assignsubmission_file"
    first = filled(of(name))
    ours = filled(of(name, earned=2), of_worksheet=ENGLISH.replace('"well done, Alan"', "<pre>old</pre>"))

    assert table(first.content)[2][5:12:6] == ["3", "well done, Alan"]
    assert first.left_alone == ("w.csv, line 3, column 12 'Feedback comments': 'well done, Alan': this comment stays",)
    assert table(ours.content)[2][11].startswith("<pre>Addition: 2 of 4 points")


@pytest.mark.parametrize(
    "name",
    [
        "Ada Lovelace_11_assignsubmission_file",
        "Ada Lovelace_11_assignsubmission_file_",
        "Ada Lovelace_11_assignsubmission_file_addition",
        "Ada Lovelace_11_assignsubmission_onlinetext",
        "ada99 Ada Lovelace_11_assignsubmission_file_",
        "Participant 11",
        "ada@uni.example",
        "ada",
        "Ada Lovelace",
    ],
)
def test_a_participant_is_found(name: str) -> None:
    """By what Moodle called the folder or the file, by an identifier or by a name."""
    assert table(filled(of(name)).content)[1][5] == "3"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "Ada Lovelace_12_assignsubmission_file_",
            "the number 12 is that of Participant 12, Alan Turing (line 3), but the name beside it is not; enter it by hand",
        ),
        (
            "Ada Lovelace_99_assignsubmission_file_",
            "no row has the number 99; download the worksheet of all participants",
        ),
        (
            "AnnaNa Li_13_assignsubmission_file_",
            "the number 13 is that of Participant 13, Na Li (line 4), but the name beside it is not; enter it by hand",
        ),
        (
            "grace",
            "no row has this as an identifier, a login, an address or a name; enter it by hand, or name the submission "
            "so",
        ),
        (
            "participant",
            "this may be Participant 11, Ada Lovelace (line 2), Participant 12, Alan Turing (line 3) or Participant 13, Na Li "
            "(line 4); enter it by hand",
        ),
    ],
)
def test_nobody_is_guessed(name: str, sentence: str) -> None:
    """Number and name must be of one row."""
    after = filled(of(name))

    assert after.content == ENGLISH.encode()
    assert after.unmatched == (f"{name}: {sentence}",)


def test_all_members_of_a_group_get_its_score() -> None:
    """Moodle calls the folder by the group, with a number that is no participant's."""
    after = filled(of("Team One_77_assignsubmission_file_"), of_worksheet=TEAMS)

    assert [row[4] for row in table(after.content)[1:]] == ["3", "", "3"]
    assert after.unmatched == ()


PHRASES = """\
Identifier,Full name,Email address,Status,Group,Grade,Maximum Grade,Grade can be changed,Last modified (grade)
Participant 1,Ada Lovelace,ada@uni.edu,No submission,G1,,4.00,Yes,-
Participant 2,Eve Mallory,eve@uni.edu,Submitted for grading,G2,,4.00,Yes,-
"""


@pytest.mark.parametrize("name", ["No submission", "Submitted for grading", "ada@uni.edu", "G1", "Ada Lovelace"])
def test_who_has_a_number_is_no_group(name: str) -> None:
    """People choose their names: one that is a status, an address or a group of others brings nobody points."""
    after = filled(of(f"{name}_2_assignsubmission_file_"), of_worksheet=PHRASES)

    assert after.content == PHRASES.encode()
    assert "but the name beside it is not" in after.unmatched[0]


@pytest.mark.parametrize("name", ["No submission", "Submitted for grading"])
def test_a_status_identifies_nobody(name: str) -> None:
    """Although only one has it."""
    assert filled(of(name), of_worksheet=PHRASES).scores == 0


def test_a_name_that_could_not_be_read_too_is_nobody_s() -> None:
    """Nobody knows which of both results counts."""
    after = filled(of("Ada Lovelace"), of_worksheet=PHRASES, refused=(Refused(name="Ada Lovelace", why="not read"),))

    assert after.scores == 0
    assert "there is a result, and another one that says it could not be read" in after.unmatched[0]


def test_a_crafted_worksheet_takes_no_minutes() -> None:
    """Long runs of digits and of `<` are looked at once."""
    rows = f"{'1' * 60_000}x1,{'<' * 60_000},x,No submission,G1,,4.00,Yes,-"
    started = time.process_time()
    filled(of("Eve Mallory"), of_worksheet=PHRASES + rows + "\n")

    assert time.process_time() - started < 5


def test_a_member_with_a_submission_of_its_own_is_told() -> None:
    """Neither score is written for that one; the others have theirs."""
    after = filled(of("Team One_5_assignsubmission_file_"), of("Na Li", earned=2), of_worksheet=TEAMS)

    assert [row[4] for row in table(after.content)[1:]] == ["3", "", ""]
    assert after.unmatched == (
        "Na Li and Team One_5_assignsubmission_file_: both of them are of line 4; keep the result that counts",
    )


def test_what_has_no_score_stays() -> None:
    """Ungraded and not read; without a column of feedback that is said too."""
    refused = (Refused(name="bob", why="bob.7z: not read"),)
    after = filled(of("Participant 11", ungraded=True), of_worksheet=BLIND, refused=refused)

    assert after.content == BLIND.encode()
    assert after.left_alone == (
        "Participant 11: ungraded, so there is no score to enter; grade again",
        "w.csv: has no column of feedback; switch Feedback comments on in the assignment",
    )
    assert after.unmatched == ("bob: could not be read, so there is no score to enter",)
    assert after.missing == ("Participant 12 (line 3)",)


def test_scores_are_converted_with_the_decimal_mark_of_the_file() -> None:
    """Where one asks for it."""
    german = GERMAN.replace("4,00", "10,00")
    after = filled(of("Ada Lovelace"), of_worksheet=german, scale=True)

    assert table(after.content, ";")[1][3] == "7,50"


LEVELS = """\
Nr,Nom,Niveau,Niveaux,Statut,Note,Maximum,Modifiable,Date,Commentaires
Participant 11,Ada Lovelace,3,5,remis,,4.00,oui,-,
"""


@pytest.mark.parametrize(
    ("worksheet", "more", "sentence"),
    [
        (
            "Name,Points\nAda,3\n",
            {},
            "w.csv, line 2, column 1 'Name': 'Ada': identifiers of Moodle end in a number: download the assignment's grading "
            "worksheet",
        ),
        (
            ENGLISH.splitlines()[0],
            {},
            "w.csv: there is no participant in it: download the grading worksheet anew",
        ),
        (
            CHINESE.replace("4.00", "好"),
            {},
            "w.csv: no column has a grade with its maximum right of it, so this is no grading worksheet, or its grades are words "
            "of a scale, which no score becomes",
        ),
        (
            CHINESE,
            {"column": "Grade"},
            "--column Grade: w.csv has no such column that could be it; fitting: '成绩'",
        ),
        (
            LEVELS,
            {},
            "w.csv, line 1: 'Niveau', 'Note': each of them may be the column; --column names it",
        ),
        (
            CHINESE.replace("反馈评论", "反馈评论,更多").replace("-,\n", "-,,\n"),
            {},
            "w.csv, line 1: '反馈评论', '更多': each of them may be the column; --feedback-column names it",
        ),
        (
            ENGLISH.replace("4.00", "10.00"),
            {},
            "w.csv, line 2, column 7 'Maximum Grade': '10.00': 10 points are possible there, and 4 in addition: --scale "
            "converts the scores; or change the points there, and export it anew",
        ),
    ],
    ids=["no-worksheet", "nobody", "scale", "no-such-column", "two-grades", "two-feedbacks", "points"],
)
def test_what_cannot_be_filled_is_refused(worksheet: str, more: dict[str, object], sentence: str) -> None:
    """In a sentence that says what to do."""
    with pytest.raises(UsageError) as refused:
        filled(of("Ada Lovelace"), of_worksheet=worksheet, **more)

    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("worksheet", "column"), [(LEVELS, "Note"), (LEVELS.replace("Note", "Grade"), None)], ids=["named", "english"]
)
def test_one_of_several_columns_of_grades_can_be_named(worksheet: str, column: str | None) -> None:
    """In English it has the usual name."""
    after = filled(of("Ada Lovelace"), of_worksheet=worksheet, column=column)

    assert table(after.content)[1][2:7] == ["3", "5", "remis", "3", "4.00"]


def test_one_of_several_columns_of_feedback_can_be_named() -> None:
    """Where plugins have more of them."""
    two = CHINESE.replace("反馈评论", "反馈评论,更多").replace("-,\n", "-,,\n")
    after = filled(of("Ada Lovelace"), of_worksheet=two, feedback_column="更多")

    assert [bool(cell) for cell in table(after.content)[1][7:]] == [False, True]


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)


@given(
    st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=5),
    st.text(st.characters(codec="utf-8", exclude_categories=("N", "C")), min_size=1, max_size=8),
    st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "\ufeff"]),
    st.data(),
)
def test_of_any_worksheet_only_grades_and_feedback_change(
    people: list[tuple[str, str]], word: str, separator: str, end: str, bom: str, data: st.DataObject
) -> None:
    """Whatever the language is, what people are called and how cells are written."""
    rows = [[f"{word}0", *(f"{word}{number}" for number in range(1, 8))]]
    rows += [
        [f"{word}{100 + number}", name, f"s{status}", "", "4,00", "+", "-", ""]
        for number, (name, status) in enumerate(people)
    ]

    def written(table: list[list[str]]) -> bytes:
        text = io.StringIO()
        csv.writer(text, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator=end).writerows(table)
        return (bom + text.getvalue()).encode()

    chosen = data.draw(st.sets(st.integers(0, len(people) - 1)))
    gradings = [replace(of(str(100 + number)), notes=(f"{number}",)) for number in chosen] or [of("nobody at all")]
    after = moodle.fill(sheet.read(written(rows), "w.csv"), gradings)

    found = table(after.content.removeprefix(b"\xef\xbb\xbf"), separator)
    for number in chosen:
        rows[1 + number][3] = "3"
        assert found[1 + number][7].startswith("<pre>")
        rows[1 + number][7] = found[1 + number][7]
    assert after.content == written(rows)
