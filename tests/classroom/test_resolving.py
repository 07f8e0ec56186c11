"""Whose each submission is: by what identifies a student, and never by a guess."""

from __future__ import annotations

import time
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest
from files import write_files
from hypothesis import given
from hypothesis import strategies as st

from grader.classroom import Resolved, Roster, Scheme, Student, Unclear, Work, resolve, take_in
from grader.classroom.intake.values import Person
from grader.course import assignment as assignments
from grader.submission import read

COURSE = Path(__file__).parents[2]
FILE = "conv_arithmetic.py"
WORK = "def conv2d_output_size(n, f): return n - f + 1\n"
ADA = Student(id="17", name="Lovelace, Ada", email="ada@uni.example", logins=("ada77", "Ada-L"), section="A")
ALAN = Student(id="18", name="Alan Turing", email="alan@uni.example")
ZOE = Student(id="19", name="Zoë O'Brien-Smith")
LI = Student(id="20", name="Li, Na")
OTHER_LI = Student(id="21", name="Na Li")
ROSTER = Roster(students=(ADA, ALAN, ZOE, LI, OTHER_LI))


def work(name: str, scheme: Scheme = Scheme.PLAIN, **more: object) -> Work:
    """A work of this name."""
    usual = {"who": name, "path": None, "shown": name, "student": name, **more}
    return Work(name=name, scheme=scheme, **usual)  # type: ignore[arg-type]


def on_gradescope(*people: Person, name: str = "submission_1") -> Work:
    """A work as Gradescope describes it."""
    return work(name, Scheme.GRADESCOPE, people=people)


def only(resolved: Resolved) -> str:
    """The student of the only work, if it is clear."""
    (one,) = resolved.works
    assert resolved.is_unclear == bool(resolved.unmatched or resolved.ambiguous)
    assert not resolved.is_unclear, (resolved.unmatched, resolved.ambiguous)
    return one.student


@pytest.mark.parametrize(
    ("called", "expected"),
    [
        ("17", "17"),
        ("ADA77", "17"),
        ("ada-l", "17"),
        ("Ada@uni.example", "17"),
        ("Ada Lovelace", "17"),
        ("lovelace, ada", "17"),
        ("Lovelace Ada", "17"),
        ("ada_lovelace", "17"),
        ("Turing, Alan", "18"),
        ("ALAN  TURING", "18"),
        ("Zoe\u0308 O\u2019Brien-Smith", "19"),
        ("Zoë OBrien-Smith", "19"),
    ],
)
@pytest.mark.parametrize("scheme", [Scheme.ONE, Scheme.PLAIN, Scheme.NBGRADER, Scheme.GITHUB])
def test_folders_and_files(called: str, expected: str, scheme: Scheme) -> None:
    """By an id, a login, an address or the name, in either order and with its accents as one character or two."""
    assert only(resolve(ROSTER, [work(called, scheme)])) == expected


@pytest.mark.parametrize(
    "called", ["Zoe O'Brien-Smith", "Zoë O'Brien", "Turing Alan", "AlanTuring", "Ada", "lovelace", "ada", "1", ""]
)
def test_what_is_nearly_a_name_is_nobodys(called: str) -> None:
    """It stays under its own name, and everybody is missing."""
    resolved = resolve(ROSTER, [work(called)])

    assert resolved.works == (work(called, is_resolved=True),)
    assert [one.submission for one in resolved.unmatched] == [called]
    assert resolved.missing == ROSTER.students
    assert resolved.is_unclear


def test_what_may_be_of_two_is_of_neither() -> None:
    """Both are named."""
    resolved = resolve(ROSTER, [work("Na Li")])

    assert resolved.ambiguous == (Unclear(submission="Na Li", why="this may be Li, Na (20) or Na Li (21)"),)
    assert resolved.works[0].student == "Na Li"


def test_ids_come_before_logins_and_logins_before_names() -> None:
    """Where one word is all three."""
    students = (Student(id="x", name="a"), Student(id="y", name="b", logins=("x", "c")), Student(id="z", name="c"))

    assert [one.student for one in resolve(Roster(students=students), [work("x"), work("c")]).works] == ["x", "y"]


def test_identifiers_that_disagree_are_ambiguous() -> None:
    """An address of one and a number of another one."""
    resolved = resolve(ROSTER, [on_gradescope(Person(name="Ada Lovelace", ids=("ada@uni.example", "18")))])

    assert [one.why for one in resolved.ambiguous] == ["this may be Lovelace, Ada (17) or Alan Turing (18)"]


def test_on_gradescope_people_choose_their_names() -> None:
    """A name is no login there; and who has another address is not who is called so."""
    named_like_an_id = resolve(ROSTER, [on_gradescope(Person(name="17"), name="17")])
    with_another = resolve(ROSTER, [on_gradescope(Person(name="Ada Lovelace", ids=("mallory@evil.example",)))])

    assert [one.why for one in named_like_an_id.unmatched] == ["nobody in the roster is called '17'"]
    assert named_like_an_id.works[0].student == "17 (not in the roster)"
    assert [one.why for one in with_another.unmatched] == [
        "Lovelace, Ada (17) is called so, and has another address in the roster"
    ]
    assert only(resolve(ROSTER, [on_gradescope(Person(name="Ada Lovelace"))])) == "17"
    of_canvas = Roster(
        students=(Student(id="1001", name="Ada Lovelace", logins=("ada@uni.example",)),), site=Scheme.CANVAS
    )
    mallory = on_gradescope(Person(name="Ada Lovelace", ids=("mallory@evil.example",)))
    assert resolve(of_canvas, [mallory]).works[0].student == "mallory@evil.example"


def test_a_group_counts_for_every_member() -> None:
    """Who is not known keeps what identifies them, or their name, which is nobody's id, and is named."""
    people = (
        Person(name="Ada", ids=("ada@uni.example",)),
        Person(name="Alan Turing"),
        Person(name="19"),
        Person(name="20", ids=("x@y",)),
    )
    resolved = resolve(ROSTER, [on_gradescope(*people)])

    assert resolved.works[0].members == resolved.works[0].students == ("17", "18", "19 (not in the roster)", "x@y")
    assert resolved.unmatched == (
        Unclear(submission="submission_1", why="19: nobody in the roster is called '19'"),
        Unclear(submission="submission_1", why="20: nobody in the roster is called '20' or 'x@y'"),
    )
    assert resolved.missing == (ZOE, LI, OTHER_LI)


ENROLLED = Roster(
    students=(
        Student(id="1001", name="Lovelace, Ada", number="1001"),
        Student(id="1002", name="O'Brien Smith, Zoë", number="1002"),
        Student(id="1003", name="Li, Na", number="1003"),
        Student(id="1004", name="Li, Na", number="1004"),
    ),
    site=Scheme.CANVAS,
)


@pytest.mark.parametrize(
    ("who", "number", "expected"),
    [
        ("lovelaceada", "1001", "1001"),
        ("obriensmithzoë", "1002", "1002"),
        ("lina", "1003", "1003"),
        ("lina", "1004", "1004"),
    ],
)
def test_canvas(who: str, number: str, expected: str) -> None:
    """By its number and the name beside it: of two who are called alike, too."""
    found = [work("x", Scheme.CANVAS, who=who, ids=(number,)), work(f"{who}_{number}_700_hw", Scheme.ONE)]

    assert [one.student for one in resolve(ENROLLED, found).works] == [expected, expected]


@pytest.mark.parametrize(
    ("roster", "who", "number", "why"),
    [
        (
            ENROLLED,
            "lovelaceada",
            "77",
            "nobody in the roster has the number 77 of Canvas; export it anew, of all sections",
        ),
        (
            ENROLLED,
            "turingalan",
            "1001",
            "the number 1001 is that of Lovelace, Ada (1001), but the name beside it is not",
        ),
        (ROSTER, "lovelaceada", "18", "the number 18 is that of Alan Turing (18), but the name beside it is not"),
        (ROSTER, "lina", "77", "this may be Li, Na (20) or Na Li (21)"),
        (ROSTER, "hoppergrace", "77", "nobody in the roster is called 'hoppergrace' or '77'"),
    ],
)
def test_numbers_of_canvas_without_their_names(roster: Roster, who: str, number: str, why: str) -> None:
    """Neither decides alone."""
    resolved = resolve(roster, [work("x", Scheme.CANVAS, who=who, ids=(number,))])

    assert [one.why for one in (*resolved.unmatched, *resolved.ambiguous)] == [why]
    is_an_id = number in [one.id for one in roster.students]
    assert resolved.works[0].student == (f"{number} (not in the roster)" if is_an_id else number)


def test_canvas_by_name_where_a_roster_knows_no_numbers() -> None:
    """`lovelaceada` is how Canvas writes it."""
    found = [
        work("x", Scheme.CANVAS, who="lovelaceada", ids=("77",)),
        work("y", Scheme.CANVAS, who="turingalan", ids=("78",)),
    ]

    assert [one.student for one in resolve(ROSTER, found).works] == ["17", "18"]


def test_canvas_without_names() -> None:
    """Codes are nobody's numbers."""
    resolved = resolve(ENROLLED, [work("anon_1001_700_hw", Scheme.CANVAS, who="anonymous 1001", ids=("1001",))])

    assert [one.why for one in resolved.unmatched] == [
        "Canvas has taken the names out of this download; show them, and download it again"
    ]


MOODLE = Roster(
    students=(
        Student(id="ada@uni.example", name="Ada Lovelace", number="11", groups=("Team One",)),
        Student(id="alan@uni.example", name="Alan Turing", number="12", groups=("Team Two",)),
        Student(id="na@uni.example", name="Na Li", number="13", groups=("Team One",)),
        Student(id="li@uni.example", name="Na Li", number="14", groups=()),
    ),
    site=Scheme.MOODLE,
)


def on_moodle(who: str, number: str) -> Work:
    """A folder of Moodle."""
    return work(f"{who}_{number}_assignsubmission_file", Scheme.MOODLE, who=who, ids=(number,))


@pytest.mark.parametrize(
    ("who", "number", "students"),
    [
        ("Ada Lovelace", "11", ("ada@uni.example",)),
        ("ada77 Ada Lovelace", "11", ("ada@uni.example",)),
        ("Na Li", "14", ("li@uni.example",)),
        ("Team One", "900", ("ada@uni.example", "na@uni.example")),
        ("Team Two", "900", ("alan@uni.example",)),
    ],
)
def test_moodle(who: str, number: str, students: tuple[str, ...]) -> None:
    """By the number of a participant with the name; a group by the name alone, for all of its members."""
    resolved = resolve(MOODLE, [on_moodle(who, number)])

    assert resolved.works[0].students == students
    assert not resolved.is_unclear


def test_nobody_becomes_a_group_by_the_name() -> None:
    """Whose number is that of a participant, or whose roster is of no site, is one person."""
    resolved = resolve(MOODLE, [on_moodle("Team One", "12")])
    elsewhere = resolve(
        Roster(students=(Student(id="1", name="Ada", groups=("Team One",)),)), [on_moodle("Team One", "900")]
    )

    assert [one.why for one in resolved.ambiguous] == [
        "the number 12 is that of Alan Turing (alan@uni.example), but the name beside it is not"
    ]
    assert elsewhere.is_unclear


def test_numbers_of_moodle_are_those_of_one_assignment() -> None:
    """A roster of no site has no such numbers: 18 is no participant."""
    found = [on_moodle("Ada Lovelace", "18"), on_moodle("ada77 Ada Lovelace", "18")]

    assert [one.student for one in resolve(ROSTER, found).works] == ["17", "17"]


def test_of_two_works_of_one_student_the_newest_counts() -> None:
    """By time, or by the number of an upload; where there is neither, nobody knows."""
    early, late = datetime(2025, 3, 3, tzinfo=UTC), datetime(2025, 3, 4, tzinfo=UTC)
    by_time = resolve(ROSTER, [work("17", handed_in_at=late), work("ada77", handed_in_at=early)])
    canvas = {"scheme": Scheme.CANVAS, "who": "lovelaceada", "ids": ("1001",)}
    by_upload = resolve(ENROLLED, [work("b", upload=8, **canvas), work("a", upload=9, **canvas)])  # type: ignore[arg-type]
    unknown = resolve(ROSTER, [work("17", handed_in_at=late), work("ada77")])
    at_once = resolve(ROSTER, [work("17", handed_in_at=late), work("ada77", handed_in_at=late)])

    assert [(one.student, one.submissions, one.counts) for one in by_time.duplicates] == [(ADA, ("ada77", "17"), "17")]
    assert [(one.submissions, one.counts) for one in by_upload.duplicates] == [(("b", "a"), "a")]
    assert [(one.submissions, one.counts) for one in unknown.duplicates] == [(("17", "ada77"), "")]
    assert [one.counts for one in at_once.duplicates] == [""]
    assert [one.student for one in by_time.works] == ["17", "17"]
    assert [one.is_unclear for one in (by_time, by_upload, unknown, at_once)] == [False, False, True, True]


def test_a_group_and_a_work_of_ones_own() -> None:
    """The newest counts for who has both, and the group's for the others."""
    group = work(
        "g",
        Scheme.GRADESCOPE,
        people=(Person(ids=("17",)), Person(ids=("18",))),
        handed_in_at=datetime(2025, 3, 3, tzinfo=UTC),
    )
    own = work("17", handed_in_at=datetime(2025, 3, 4, tzinfo=UTC))
    resolved = resolve(ROSTER, [group, own])

    assert [(one.student.id, one.counts) for one in resolved.duplicates] == [("17", "17")]
    assert resolved.missing == (ZOE, LI, OTHER_LI)


def test_from_a_folder_to_students(tmp_path: Path) -> None:
    """Of two sections, of which each has a folder `17`."""
    for section in ("a", "b"):
        write_files(tmp_path / section, {f"17/{FILE}": WORK, f"Alan Turing/{FILE}": WORK, f"who/{FILE}": WORK})
    assignment = assignments.load(COURSE, "conv_arithmetic")
    intake = take_in([tmp_path / "a", tmp_path / "b"], read, assignment, tmp_path / "s")
    resolved = resolve(ROSTER, intake.works)

    assert [(one.name, one.student) for one in intake.works if one.who == "17"] == [("17", "17"), ("17_2", "17_2")]
    assert {one.name: one.student for one in resolved.works} == {
        "17": "17",
        "17_2": "17",
        "Alan Turing": "18",
        "Alan Turing_2": "18",
        "who": "who",
        "who_2": "who_2",
    }
    assert [one.submissions for one in resolved.duplicates] == [("17", "17_2"), ("Alan Turing", "Alan Turing_2")]


def test_a_class_of_ten_thousand_takes_little_time() -> None:
    """Each is looked up, and compared with nobody."""
    students = tuple(Student(id=f"{number}", name=f"Last{number}, First Middle{number}") for number in range(10_000))
    works = [work(f"First Middle{number} Last{number}") for number in range(10_000)]
    started = time.monotonic()
    resolved = resolve(Roster(students=students), works)

    assert time.monotonic() - started < 20
    assert [one.student for one in resolved.works] == [one.id for one in students]


letters = st.text(st.characters(categories=["L", "M"]), min_size=1, max_size=8).filter(
    lambda text: unicodedata.category(text[0])[0] == "L"
)
names = st.tuples(letters, letters)
ways = st.sampled_from(
    [
        lambda first, last: f"{first} {last}",
        lambda first, last: f"{last}, {first}",
        lambda first, last: unicodedata.normalize("NFD", f"{last} , {first}"),
        lambda first, last: unicodedata.normalize("NFC", f"{first}  {last}"),
        lambda first, last: f"{first}_{last}",
    ]
)


@given(people=st.lists(names, min_size=1, max_size=6), data=st.data())
def test_a_name_in_any_order_leads_to_its_student_or_to_nobody(
    people: list[tuple[str, str]], data: st.DataObject
) -> None:
    """It never leads to another one: who shares a name with somebody is ambiguous, and nobody is lost."""
    students = tuple(
        Student(id=f"#{number}", name=data.draw(st.sampled_from([f"{first} {last}", f"{last}, {first}"])))
        for number, (first, last) in enumerate(people)
    )
    works = [work(data.draw(ways)(*name)) for name in people]
    resolved = resolve(Roster(students=students), works)

    for student, one in zip(students, resolved.works, strict=True):
        unclear = {problem.submission for problem in (*resolved.ambiguous, *resolved.unmatched)}
        assert one.student == student.id or one.name in unclear
    apart = {tuple(sorted(unicodedata.normalize("NFKC", part).casefold() for part in name)) for name in people}
    if len(apart) == len(people):
        assert not resolved.ambiguous
        for student, one, name in zip(students, resolved.works, people, strict=True):
            if "," in student.name or "," in one.name or one.name.split() == list(name):
                assert one.student == student.id
