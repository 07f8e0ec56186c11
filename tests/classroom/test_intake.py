"""Who handed in what, as each site names it, and what is taken for one submission."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from files import write_files
from hypothesis import given
from hypothesis import strategies as st

from grader.classroom import Intake, Scheme, Work, take_in
from grader.course import assignment as assignments
from grader.model import Assignment, Exercise, RubricItem
from grader.submission import has_drive, is_ignored, read

COURSE = Path(__file__).parents[2]
FILE = "conv_arithmetic.py"
WORK = "def conv2d_output_size(n, f): return n - f + 1\n"
METADATA = """\
---
submission_21:
  :submitters:
  - :name: Ada Lovelace
    :sid: '1815'
    :email: ada@uni.example
  :created_at: 2025-03-03 10:15:00.000000000 Z
  :results:
    tests:
    - name: not a student
submission_22:
  :submitters:
  - :name: "Zo\\xEB O'Brien"
    :sid:
  - :name: Na Li
    :email: na@uni.example
submission_24:
  :submitters:
  - :name: Gone
"""


@pytest.fixture(scope="module")
def assignment() -> Assignment:
    """An assignment of functions."""
    return assignments.load(COURSE, "conv_arithmetic")


def packed(folder: Path) -> Path:
    """Pack what lies in a folder, as a site does: without an entry for the folder itself."""
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as written:
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                written.write(file, file.relative_to(folder))
    return path


def taken(folder: Path, names: Iterable[str], assignment: Assignment, *, is_zip: bool = False) -> Intake:
    """Write files, and take them in, as a folder or as a zip."""
    write_files(folder / "all", dict.fromkeys(names, WORK))
    path = packed(folder / "all") if is_zip else folder / "all"
    (folder / "staging").mkdir()
    return take_in([path], read, assignment, folder / "staging")


def by_who(intake: Intake) -> dict[str, Work]:
    """Return works by their students."""
    assert len({work.name for work in intake.works}) == len(intake.works)
    return {work.who: work for work in intake.works}


both = pytest.mark.parametrize("is_zip", [False, True], ids=["folder", "zip"])


@both
def test_answers_that_people_grade_come_along(tmp_path: Path, assignment: Assignment, is_zip: bool) -> None:
    """A text file in which an answer is expected is handed in like code; of any other one only the name is known."""
    rubric = (RubricItem(item="names the stride", points=1),)
    essay = Exercise(name="essay", title="Essay", rubric=rubric, answer=("design.md",))
    names = [
        "lovelaceada_1001_700_conv_arithmetic.py",
        "lovelaceada_1001_701_design.md",
        "lovelaceada_1001_702_other.md",
    ]
    intake = taken(tmp_path, names, replace(assignment, exercises=(*assignment.exercises, essay)), is_zip=is_zip)
    (ada,) = intake.works

    assert ada.path is not None
    assert {path.name: path.read_text() for path in ada.path.iterdir()} == {
        "conv_arithmetic.py": WORK,
        "design.md": WORK,
        "other.md": "",
    }


@both
def test_canvas(tmp_path: Path, assignment: Assignment, is_zip: bool) -> None:
    """A student may have several files, be late, send one again, or write into a box; who has one file name has a row."""
    names = [
        "lovelaceada_1001_700_conv_arithmetic.py",
        "turingalan_LATE_1002_701_conv_arithmetic.py",
        "turingalan_LATE_1002_702_conv_arithmetic-1.py",
        "turingalan_LATE_1002_703_helper.py",
        "lina_1003_text.html",
        "lovelaceada_1004_704_conv_arithmetic.py",
        "somebody.py",
    ]
    intake = taken(tmp_path, names, assignment, is_zip=is_zip)
    ada, alan, na, other = sorted(intake.works, key=lambda work: work.ids)

    assert {work.scheme for work in intake.works} == {Scheme.CANVAS}
    assert intake.told == (f"{tmp_path / ('all.zip' if is_zip else 'all')}: 4 submissions, as Canvas names them",)
    assert [Path(path).name for path in intake.nobodys] == ["somebody.py"]
    assert (ada.name, ada.who, ada.ids, ada.late) == (
        "lovelaceada_1001_700_conv_arithmetic",
        "lovelaceada",
        ("1001",),
        False,
    )
    assert (other.name, other.who) == ("lovelaceada_1004_704_conv_arithmetic", "lovelaceada")
    assert alan.late
    assert alan.superseded == ("turingalan_LATE_1002_701_conv_arithmetic.py",)
    assert alan.name == "turingalan_LATE_1002_702_conv_arithmetic-1"
    assert alan.path is not None
    assert sorted(path.name for path in alan.path.iterdir()) == ["conv_arithmetic.py", "helper.py"]
    assert na.path is None
    assert na.refusal.endswith("text was written into the box of Canvas, and no file handed in")
    assert ada.path is not None
    assert ada.path.read_text() == WORK


def test_two_uploads_of_one_name(tmp_path: Path, assignment: Assignment) -> None:
    """The number of Canvas tells which is newer."""
    names = [f"ada_1_{number}_{FILE}" for number in (99, 100)] + [f"bob_2_101_{FILE}"]
    ada = by_who(taken(tmp_path, names, assignment))["ada"]

    assert (ada.files, ada.superseded) == ((f"ada_1_100_{FILE}",), (f"ada_1_99_{FILE}",))


def test_canvas_without_names(tmp_path: Path, assignment: Assignment) -> None:
    """Codes stand for students, also where they are digits."""
    intake = taken(tmp_path, [f"anon_3xY9z_700_{FILE}", f"LATE_anon_12345_701_{FILE}", "anon_q_link.html"], assignment)

    assert {(work.ids, work.late) for work in intake.works} == {
        (("3xY9z",), False),
        (("12345",), True),
        (("q",), False),
    }


def test_numbers_that_canvas_would_not_give(tmp_path: Path, assignment: Assignment) -> None:
    """Two files of one number are called otherwise: each is of a student of its own."""
    intake = taken(tmp_path, ["lab_1_1_ada.py", "lab_1_1_bob.py"], assignment)

    assert {(work.who, work.scheme) for work in intake.works} == {
        ("lab_1_1_ada", Scheme.PLAIN),
        ("lab_1_1_bob", Scheme.PLAIN),
    }


@both
def test_moodle_in_folders(tmp_path: Path, assignment: Assignment, is_zip: bool) -> None:
    """Text of its box is no file; the ending `_` of older exports stays in the name."""
    names = [
        f"Ada Lovelace_11_assignsubmission_file/{FILE}",
        f"Ada Lovelace_12_assignsubmission_file_/sub/{FILE}",
        "Ada Lovelace_12_assignsubmission_onlinetext/onlinetext.html",
        "Na Li_13_assignsubmission_onlinetext/onlinetext.html",
        "notes.txt",
    ]
    intake = taken(tmp_path, names, assignment, is_zip=is_zip)
    first, second, none = sorted(intake.works, key=lambda work: work.ids)

    assert {work.scheme for work in intake.works} == {Scheme.MOODLE}
    assert (first.name, first.who) == ("Ada Lovelace_11_assignsubmission_file", "Ada Lovelace")
    assert (second.name, second.who) == ("Ada Lovelace_12_assignsubmission_file_", "Ada Lovelace")
    assert second.remarks == (
        "Ada Lovelace_12_assignsubmission_onlinetext is text of Moodle's box, which is not graded",
    )
    assert none.refusal.endswith("text was written into the box of Moodle, and no file handed in")
    assert [Path(path).name for path in intake.nobodys] == ["notes.txt"]
    assert second.path is not None
    assert (second.path / "sub" / FILE).read_text() == WORK


@both
def test_moodle_in_loose_files(tmp_path: Path, assignment: Assignment, is_zip: bool) -> None:
    """Of several files of one student each has its own name again."""
    names = [f"Ada Lovelace_11_assignsubmission_file_{FILE}"]
    names += [f"Team One_12_assignsubmission_file_{name}" for name in (FILE, "helper.py", "conv_arithmetic (1).py")]
    intake = taken(tmp_path, names, assignment, is_zip=is_zip)
    ada, team = sorted(intake.works, key=lambda work: work.ids)

    assert ada.name == "Ada Lovelace_11_assignsubmission_file_conv_arithmetic"
    assert team.name == "Team One_12_assignsubmission_file_conv_arithmetic (1)"
    assert team.superseded == (f"Team One_12_assignsubmission_file_{FILE}",)
    assert team.path is not None
    assert sorted(path.name for path in team.path.iterdir()) == [FILE, "helper.py"]


def test_two_folders_of_one_student(tmp_path: Path, assignment: Assignment) -> None:
    """Nobody can tell which counts."""
    names = [f"Ada_11_assignsubmission_file{end}/{FILE}" for end in ("", "_")] + [
        f"Bob_12_assignsubmission_file/{FILE}"
    ]
    work = by_who(taken(tmp_path, names, assignment))["Ada"]

    assert work.refusal.endswith("several of one student, and nobody can tell which counts; leave one there")


@both
def test_gradescope(tmp_path: Path, assignment: Assignment, is_zip: bool) -> None:
    """Students are called by their addresses; a group has all members; what is named and not there has a row."""
    write_files(tmp_path / "all", {"assignment_5_export/submission_metadata.yml": METADATA})
    names = [f"assignment_5_export/submission_{number}/{FILE}" for number in (21, 22, 23)]
    intake = taken(tmp_path, [*names, "assignment_5_export/extra.txt"], assignment, is_zip=is_zip)
    works = {work.name: work for work in intake.works}

    assert {work.scheme for work in intake.works} == {Scheme.GRADESCOPE}
    assert works["ada@uni.example"].ids == ("ada@uni.example", "1815")
    assert works["submission_22"].members == ("Zoë O'Brien", "Na Li")
    assert works["submission_23"].remarks == ("submission_metadata.yml does not say whose it is",)
    assert works["submission_24"].refusal.endswith("names submission_24, which is not there; export it anew")
    assert [Path(path).name for path in intake.nobodys] == ["extra.txt"]


def test_nbgrader(tmp_path: Path, assignment: Assignment) -> None:
    """Of several assignments that of this name counts; who has not got it has no row, and who has none at all is named."""
    names = [
        f"submitted/ada/conv_arithmetic/{FILE}",
        f"submitted/bob/conv_arithmetic/{FILE}",
        f"submitted/carl/other/{FILE}",
        "submitted/dora/loose.py",
    ]
    stamp = "2025-03-03 10:15:00.000000 UTC\n"
    write_files(tmp_path / "all", {"submitted/ada/conv_arithmetic/timestamp.txt": stamp})
    intake = taken(tmp_path, names, assignment)

    assert [(work.name, work.remarks) for work in intake.works] == [
        ("ada", ()),
        ("bob", ("no timestamp.txt, so nobody knows when it was handed in",)),
    ]
    assert [Path(path).name for path in intake.nobodys] == ["dora"]


def test_github_classroom(tmp_path: Path, assignment: Assignment) -> None:
    """A login may have hyphens; the folder of all says how the assignment is called there."""
    names = [f"hw-1-submissions/hw-1-{login}/{name}" for login in ("ada", "a-b") for name in (FILE, ".git/HEAD")]
    intake = taken(tmp_path, [*names, "hw-1-submissions/grades.csv"], assignment)

    assert {work.name for work in intake.works} == {"ada", "a-b"}
    assert {work.scheme for work in intake.works} == {Scheme.GITHUB}
    assert [Path(path).name for path in intake.nobodys] == ["grades.csv"]


@both
@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([f"ada/{FILE}", f"bob/src/{FILE}", "carl/notes.txt", "readme.md"], {"ada", "bob", "carl"}),
        (["ada.py", "bob.py"], {"ada", "bob"}),
        (["ada.py", "bob.py", "bob (1).py", "ada-1.py"], {"ada", "bob", "ada-1"}),
        (["ada.py", f"eve/{FILE}"], {"ada", "eve"}),
        (["all/ada.py", "all/bob.py"], {"ada", "bob"}),
        (["ada.py", "ada.ipynb"], {"ada.py", "ada.ipynb"}),
    ],
    ids=["folders", "files", "newer", "both", "around", "endings"],
)
def test_a_file_or_folder_for_each(
    tmp_path: Path, assignment: Assignment, names: list[str], expected: set[str], is_zip: bool
) -> None:
    """Where no site has named them."""
    intake = taken(tmp_path, names, assignment, is_zip=is_zip)

    assert {work.name for work in intake.works} == expected
    assert {work.scheme for work in intake.works} == {Scheme.PLAIN}


@both
@pytest.mark.parametrize(
    "names",
    [
        [FILE, "ada.py", "bob.py"],
        ["CONV_arithmetic.PY", "old/conv_arithmetic.py", "older/conv_arithmetic.py"],
        ["around/conv_arithmetic.py", "around/data/x.csv"],
        ["work.py"],
        ["src/__init__.py", "src/conv_arithmetic.py"],
        ["conv_arithmetic_v1.py", "conv_arithmetic_v2.py"],
    ],
    ids=["named", "any case", "around", "one", "package", "versions"],
)
def test_one_submission_stays_one(tmp_path: Path, assignment: Assignment, names: list[str], is_zip: bool) -> None:
    """What the usual reader takes for one."""
    assert taken(tmp_path, names, assignment, is_zip=is_zip) == Intake()


def test_helpers_are_no_students(tmp_path: Path, assignment: Assignment) -> None:
    """Files that define nothing that is asked for belong to the one that does."""
    write_files(tmp_path / "all", {"work.py": WORK, "helper.py": "x = 1\n", "sub/more.py": "y = 2\n"})

    assert take_in([tmp_path / "all"], read, assignment, tmp_path) == Intake()


def test_a_students_zip_hands_in_for_nobody_else(tmp_path: Path, assignment: Assignment) -> None:
    """Beside single submissions, or called as a site calls a student's, a zip is one submission whatever it looks like."""
    names = [f"lovelaceada_1001_700_{FILE}", f"turingalan_1002_701_{FILE}"]
    write_files(tmp_path / "mallory", dict.fromkeys(names, WORK))
    write_files(tmp_path, {"eve.py": WORK})
    pretended = packed(tmp_path / "mallory")
    own = shutil.copy(pretended, tmp_path / "mallory_1003_702_work.zip")

    assert len(take_in([pretended], read, assignment, tmp_path / "s").works) == 2
    intake = take_in([tmp_path / "eve.py", pretended], read, assignment, tmp_path / "t")
    assert intake.works == ()
    assert intake.told == (
        f"{pretended} looks like a class, but stands beside single submissions ({tmp_path / 'eve.py'}), and is taken for one of "
        "them; to grade a class, name it alone",
    )
    called_so = take_in([Path(own)], read, assignment, tmp_path / "u")
    assert called_so.works == ()
    assert called_so.told == (
        f"{own} looks like a class, but is called as Canvas or Moodle call what one student has handed in, and is taken for "
        "that; to grade a class, give it another name",
    )


def test_a_folder_may_have_numbers_in_its_name(tmp_path: Path, assignment: Assignment) -> None:
    """Canvas gives no folders, so that this is the instructor's."""
    write_files(tmp_path / "cs_101_2025_hw1", {f"ada/{FILE}": WORK, f"bob/{FILE}": WORK})

    assert len(take_in([tmp_path / "cs_101_2025_hw1"], read, assignment, tmp_path / "s").works) == 2


def test_several_classes(tmp_path: Path, assignment: Assignment) -> None:
    """Of two sections nobody shares a name, or a row."""
    for section in ("a", "b"):
        write_files(tmp_path / section, {f"ada/{FILE}": WORK, f"bob/{FILE}": WORK})
    intake = take_in([tmp_path / "a", tmp_path / "b"], read, assignment, tmp_path / "s")

    assert [work.name for work in intake.works] == ["ada", "bob", "ada_2", "bob_2"]
    assert len({work.path for work in intake.works}) == 4


own = st.sampled_from(["hw.py", "hw-1.py", "hw (2).py", "hw (2)-1.py"])
part = own | st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=20)
digits = st.integers(0, 10**20).map(str)


@given(data=st.data())
def test_no_two_share_a_row_and_no_file_is_lost(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Whatever students call themselves and their files."""
    who = st.sampled_from(["ada", "Ada", "ADA", "o_brien", "é", "e\u0301"])
    canvas = st.tuples(who, st.sampled_from(["", "_LATE"]), st.sampled_from("123"), digits, part).map(
        lambda one: f"{one[0]}{one[1]}_{one[2]}_{one[3]}_{one[4]}"
    )
    moodle = st.tuples(who, st.sampled_from("123"), st.sampled_from(["file", "onlinetext"]), part).map(
        lambda one: f"{one[0]}_{one[1]}_assignsubmission_{one[2]}_{one[3]}"
    )
    scheme = data.draw(st.sampled_from([canvas, moodle]))
    names = data.draw(
        st.lists(scheme | part.filter(lambda name: name not in (".", "..")), min_size=2, max_size=8, unique=True)
    )
    folder = tmp_path_factory.mktemp("class")
    there = [name for name in names if len(name.encode()) < 250]
    write_files(folder / "all", dict.fromkeys(there, "x = 1\n"))
    is_zip = data.draw(st.booleans())
    intake = take_in(
        [packed(folder / "all") if is_zip else folder / "all"],
        read,
        assignments.load(COURSE, "conv_arithmetic"),
        folder / "staging",
    )
    seen = [path for work in intake.works for path in (*work.files, *work.superseded, *work.others)]
    seen += [Path(path).name for path in intake.nobodys if not path.startswith("all.zip: ")]
    lost = [path for path in intake.nobodys if path.startswith("all.zip: ")]
    expected = [name for name in there if not is_ignored(name)]
    readable = [
        name for name in expected if not is_zip or (name.isprintable() and "\\" not in name and not has_drive(name))
    ]

    assert len({work.name for work in intake.works}) == len(intake.works)
    assert len(seen) == len(set(seen))
    if intake.works:
        assert set(readable) <= set(seen)
        assert len(lost) == len(expected) - len(readable)


ODD_LINES = ["  - *a", "  - &a {x: y}", "  - :name: ../../up", "  - :name: ''", '    :sid: "\\ud800"', "  - - -", "x:"]


@given(
    lines=st.lists(
        st.sampled_from([*METADATA.splitlines(), *ODD_LINES])
        | st.tuples(st.sampled_from(["  - :name: ", "    :sid: ", "    :email: "]), st.text(max_size=12)).map("".join)
    )
)
def test_whatever_people_call_themselves_on_gradescope(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    """Each folder has a row, whose name is one part of a path."""
    folder = tmp_path_factory.mktemp("export")
    text = "\n".join(lines).encode(errors="surrogatepass")
    names = [f"submission_{number}/{FILE}" for number in (21, 22, 23)]
    write_files(folder, {"submission_metadata.yml": text, **dict.fromkeys(names, WORK)})
    works = take_in([folder], read, assignments.load(COURSE, "conv_arithmetic"), folder / "staging").works

    assert sorted(path for work in works for path in work.files) == ["submission_21", "submission_22", "submission_23"]
    assert len({work.name for work in works}) == len(works)
    for work in works:
        assert Path(work.name).name == work.name
        assert work.name.encode()


def test_a_name_from_gradescope_leads_nowhere(tmp_path: Path, assignment: Assignment) -> None:
    """Whatever students call themselves there: files of results are called so."""
    people = "submission_21:\n  :submitters:\n  - :name: ../../up\nsubmission_22:\n  :submitters:\n  - :name: ..\n"
    write_files(tmp_path / "all", {"submission_metadata.yml": people})
    intake = taken(tmp_path, [f"submission_{number}/{FILE}" for number in (21, 22)], assignment)

    assert [work.name for work in intake.works] == [".._.._up", "_.."]
