"""A roster, as staff write it or as Canvas and Moodle export it; what is wrong with one is said with its line."""

from __future__ import annotations

import contextlib
import csv
import io
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.classroom import Roster, Scheme, Student, read_roster
from grader.errors import UsageError

OWN = """\
ID,Name,E-Mail,SIS Login ID,sid,Section,GitHub,note
17,"Lovelace, Ada",ada@uni.example,ada77,900,A,ada-l,likes engines

18,Alan Turing,,,,,,
"""
CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Squares (43)
,,,,,Manual Posting
    Points Possible,,,,,4.00
"Lovelace, Ada",1001,900,ada,A and B,3
"Turing, Alan",1002,,alan,A,
"Student, Test",1003,,,A,
"""
TWO_NAMES = "LastName,FirstName,ID,SIS Login ID,Section,Squares (43)\nLovelace,Ada,1001,ada,A,\n"
WORKSHEET = """\
Identifier,"Full name","ID number","Email address",Status,Group,Grade,"Maximum Grade",\
"Grade can be changed","Last modified (grade)"
"Participant 11","Ada Lovelace",900,ada@uni.example,"Submitted for grading","Team One",,4.00,Yes,-
"Participant 12","Alan Turing",901,alan@uni.example,"No submission",,,4.00,Yes,-
"""
GERMAN = """\
ID;"Vollständiger Name";Status;Bewertung;Bestwertung;"Bewertung kann geändert werden";"Zuletzt geändert (Bewertung)"
Teilnehmer/in11;"Ada Lovelace";"Zur Bewertung abgegeben";;4,00;Ja;-
Teilnehmer/in12;"Alan Turing";"Keine Abgabe";1,50;4,00;Ja;-
"""
BLIND = """\
Identifier,Status,Grade,"Maximum Grade","Grade can be changed","Last modified (grade)"
"Participant 11","Submitted for grading",,4.00,Yes,-
"""
PARTICIPANTS = """\
Vorname;Nachname;ID-Nummer;E-Mail-Adresse;Gruppen
Ada;Lovelace;900;ada@uni.example;
Alan;Turing;;alan@uni.example;x
"""
NBGRADER = "id,first_name,last_name,email,lms_user_id\nada,Ada,Lovelace,ada@uni.example,1001\n"


def read(folder: Path, content: str | bytes) -> Roster:
    """Read a roster of this content."""
    (folder / "roster.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_roster(folder / "roster.csv")


def complaint(folder: Path, content: str | bytes) -> str:
    """What is said of it, behind the name of the file."""
    with pytest.raises(UsageError) as raised:
        read(folder, content)
    return str(raised.value).removeprefix(f"{folder / 'roster.csv'}")


def test_columns_of_our_own(tmp_path: Path) -> None:
    """By their headers, in either case; others are left alone, and so are rows without anything."""
    assert read(tmp_path, OWN) == Roster(
        students=(
            Student(
                id="17",
                name="Lovelace, Ada",
                email="ada@uni.example",
                logins=("ada77", "900", "ada-l"),
                section="A",
            ),
            Student(id="18", name="Alan Turing"),
        )
    )


def test_what_nbgrader_imports(tmp_path: Path) -> None:
    """First and last names apart."""
    expected = Student(id="ada", name="Ada Lovelace", email="ada@uni.example", logins=("1001",))

    assert read(tmp_path, NBGRADER).students == (expected,)


def test_without_an_id_the_address_is_it(tmp_path: Path) -> None:
    """As in Moodle's list of participants in English."""
    found = read(tmp_path, "First name,Last name,Email address,Groups\nAda,Lovelace,ada@uni.example,\n").students

    assert found == (Student(id="ada@uni.example", name="Ada Lovelace", email="ada@uni.example"),)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "bom"])
def test_whatever_the_separator(tmp_path: Path, separator: str, mark: str) -> None:
    """As spreadsheets write it."""
    content = mark + separator.join(["id", "name"]) + "\r\n" + separator.join(["1", "Zoë"]) + "\r\n"

    assert read(tmp_path, content).students == (Student(id="1", name="Zoë"),)


def test_an_export_of_canvas(tmp_path: Path) -> None:
    """As it is: possible points, what is posted by hand and the test student are nobody."""
    ada, alan = read(tmp_path, CANVAS).students

    assert read(tmp_path, CANVAS).site is Scheme.CANVAS
    assert ada == Student(id="1001", name="Lovelace, Ada", logins=("900", "ada"), section="A and B", number="1001")
    assert alan == Student(id="1002", name="Turing, Alan", logins=("alan",), section="A", number="1002")
    assert [one.name for one in read(tmp_path, TWO_NAMES).students] == ["Lovelace, Ada"]


def test_a_worksheet_of_moodle(tmp_path: Path) -> None:
    """The address is the id, as the number is another one in the next assignment."""
    roster = read(tmp_path, WORKSHEET)
    ada, alan = roster.students

    assert roster.site is Scheme.MOODLE
    assert (ada.id, ada.name, ada.email, ada.logins, ada.number) == (
        "ada@uni.example",
        "Ada Lovelace",
        "ada@uni.example",
        ("900",),
        "11",
    )
    assert "Team One" in ada.groups
    assert alan.id == "alan@uni.example"


@pytest.mark.parametrize(
    ("content", "expected"),
    [(GERMAN, [("11", "Ada Lovelace"), ("12", "Alan Turing")]), (BLIND, [("11", "Participant 11")])],
    ids=["german", "blind"],
)
def test_a_worksheet_without_addresses(tmp_path: Path, content: str, expected: list[tuple[str, str]]) -> None:
    """In any language, and without names."""
    assert [(one.id, one.name) for one in read(tmp_path, content).students] == expected


def test_participants_in_any_language(tmp_path: Path) -> None:
    """Addresses show which column is theirs."""
    ada, alan = read(tmp_path, PARTICIPANTS).students

    assert ada == Student(id="ada@uni.example", name="Ada Lovelace", email="ada@uni.example", logins=("900",))
    assert alan == Student(id="alan@uni.example", name="Alan Turing", email="alan@uni.example")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("id,name\n1,Ada\n\n1 ,Bob\n", ", line 4: the id '1' is that of line 2 as well; each student has one of their own"),
        ("id,name\nADA,Ada\nada,Bob\n", ", line 3: the id 'ada' is that of line 2 as well; each student has one of their own"),
        ("id,name\n1,Ada\n2,\n", ", line 3: the student '2' has no name"),
        ("id,name\n1,Ada\n,Bob\n", ", line 3: 'Bob' has no id; every student needs one"),
        ("id,name\n", ": there is no student in it"),
        ("", ": the file is empty: export it anew"),
        ("id,name,section\n1,Lovelace, Ada,A\n", ", line 2: 4 cells under 3 headers; put a name with a comma in quotes"),
        ("id,name,Full Name\n1,a,b\n", ", line 1: the columns 'name' and 'Full Name' both have the name; leave one there"),
        (f"id,name\n1,{'x' * 301}\n", f", line 2: '{'x' * 59}…' has 301 characters; at most 300 are read"),
        ("id,name\n1,A\x1b[2Jda\n", r", line 2: 'A\x1b[2Jda' holds a control character; take it out"),
        ('id,name\n1,"A\nda"\n', r", line 2: 'A\nda' holds a control character; take it out"),
        (
            "points,when\n1,2\n",
            ", line 1: no roster begins so: it has the columns id and name, and may have email, login, section and github; "
            "exports of Canvas (Grades > Export) and Moodle (a grading worksheet, the list of participants) are taken as they "
            "are",
        ),
        ('id,name\n1,"Ada\n', ", line 2: a cell begins with a quote that never ends: export the file anew"),
        (
            b"id,name\n1,Zo\xeb\n",
            ", line 2: byte 0xeb is no UTF-8: give the file as it was downloaded, or save it as `CSV UTF-8`",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, content: str | bytes, sentence: str) -> None:
    """In one sentence."""
    assert complaint(tmp_path, content) == sentence


def test_how_much_is_read(tmp_path: Path) -> None:
    """10,000 students in little time, and no more than any course has."""
    rows = [f"{number},Student {number},s{number}@uni.example" for number in range(20_001)]
    started = time.monotonic()
    assert len(read(tmp_path, "\n".join(["id,name,email", *rows[:10_000]])).students) == 10_000
    assert time.monotonic() - started < 20
    assert complaint(tmp_path, "\n".join(["id,name,email", *rows])) == (
        ": 20,001 rows; no course has more than 20,000 students"
    )
    assert complaint(tmp_path, b"x" * (8 * 1024**2 + 1)) == ": more than 8 MiB, which no roster has"


def test_a_formula_is_a_name_like_any_other(tmp_path: Path) -> None:
    """Nothing is calculated, and nothing of it is lost."""
    formula = '=HYPERLINK("https://evil.example","Ada")'
    text = io.StringIO()
    csv.writer(text).writerows([["id", "name"], ["1", formula]])

    assert read(tmp_path, text.getvalue()).students[0].name == formula


cells = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30).filter(
    lambda text: text.strip() == text
)


@given(names=st.lists(cells, min_size=1, max_size=10))
def test_names_come_back_as_they_were_written(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    """Whatever people are called."""
    text = io.StringIO()
    rows = [[f"id{number}", name] for number, name in enumerate(names)]
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows([["id", "name"], *rows])
    students = read(tmp_path_factory.mktemp("roster"), text.getvalue()).students

    assert [[one.id, one.name] for one in students] == rows


@given(content=st.binary(max_size=300) | st.text(alphabet='id,name\n;"=@1x\t\r', max_size=120).map(str.encode))
def test_any_bytes_are_a_roster_or_get_a_sentence(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """And nothing else is raised."""
    folder = tmp_path_factory.mktemp("roster")
    students: tuple[Student, ...] = ()
    with contextlib.suppress(UsageError):
        students = read(folder, content).students

    assert len({one.id.casefold() for one in students}) == len(students)
    assert all(one.id and one.name for one in students)
