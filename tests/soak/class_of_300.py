"""
Grade a class of 300 and demand one table, however it comes about.

    python tests/soak/class_of_300.py [FOLDER] [PART...] [1/N]

Downloads of Canvas (100), Moodle (80), nbgrader (60) and Gradescope (40) and plain folders (20) go into one gradebook by one
command, and back into the tables of Canvas and Moodle by one each.  Among them are late and newer uploads, groups, the same
work twice, broken and hostile files.  Then the same class is graded once more for each PART (all without one), and its table
must be the same byte for byte:

    kills     the command is killed ten times at random moments and given again
    alone     one submission at a time (--jobs 1)
    many      more at a time than there are processors (--jobs 8)
    postgres  into a database of PostgreSQL, which is started for it

With 1/N one of so many students is there.  Every command and what it took is printed; the exit code is 1 where a table differs
or a process outlives a kill.
"""

from __future__ import annotations

import csv
import io
import os
import random
import shlex
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))

import postgres

from grader import attacks
from grader.course import assignment as assignments

COURSE = Path(__file__).parents[2]
SLUG = "conv_arithmetic"
TITLE = "Convolution arithmetic"
SEED = "a class of three hundred, always the same one"
KILLS = 10
PARTS = ("kills", "alone", "many", "postgres")
_SLOW = ("never_ends_on_even",)
"""Specimens that wait for a limit: a few are enough."""
_FAMILIES = ("exit", "forged", "looking", "crashes")
_FIRST = ("Ada", "Alan", "Grace", "Na", "Edsger", "Barbara", "Donald", "Mary", "John", "Frances")
_LAST = (
    "Lovelace",
    "Turing",
    "Hopper",
    "Li",
    "Dijkstra",
    "Liskov",
    "Knuth",
    "Shaw",
    "Backus",
    "Allen",
    "Wirth",
    "Hoare",
)
_POLICY = """\
[late]
per_day = "10%"
[assignments.conv_arithmetic]
due = 2026-11-13T23:59:00
"""
_PATHS = ("canvas.zip", "moodle.zip", "submitted", "assignment_5_export", "plain")
_OUTLIVES_SECONDS = 10.0


@dataclass(slots=True)
class Class:
    """A class that is being written, and what its members hand in."""

    folder: Path
    sources: Iterator[str]
    hostile: Iterator[str]
    canvas_rows: list[str] = field(default_factory=list)
    moodle_rows: list[str] = field(default_factory=list)

    def source(self, number: int) -> str:
        """Return what the student of this number hands in: each twentieth something hostile."""
        return next(self.hostile) if number % 20 == 19 else next(self.sources)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A command that has ended."""

    code: int
    out: str
    err: str
    seconds: float


def _sources() -> Iterator[str]:
    """Yield specimens again and again, each with a line of its own, save every thirtieth: that is the one before it once more."""
    files = sorted((COURSE / "solutions" / SLUG / "specimens").glob(f"*/{SLUG}.py"))
    quick = [file.read_text() for file in files if file.parent.name not in _SLOW]
    number, last = 0, ""
    while True:
        number += 1
        last = last if number % 30 == 0 else quick[number % len(quick)] + f"\n# {number}\n"
        yield last


def _hostile(folder: Path) -> Iterator[str]:
    """Yield attacks of several families, again and again."""
    assignment = assignments.load(COURSE, SLUG)
    corpus = [one for one in attacks.load(attacks.corpus_folder()) if one.family in _FAMILIES]
    texts = []
    for one in corpus[::7]:
        target = folder / one.family / one.name
        target.mkdir(parents=True)
        one.hand_in(target, assignment)
        texts.append((target / assignment.file).read_text())
    while True:
        yield from texts


def _person(number: int) -> tuple[str, str]:
    again = "" if number < len(_FIRST) * len(_LAST) else str(number)
    return f"{_FIRST[number % len(_FIRST)]}{again}", _LAST[number // len(_FIRST) % len(_LAST)]


def _canvas(made: Class, count: int) -> None:
    rows = [f"Student,ID,SIS User ID,SIS Login ID,Section,{TITLE} (43)", "    Points Possible,,,,,30.00"]
    with zipfile.ZipFile(made.folder / "canvas.zip", "w") as packed:
        for number in range(count):
            first, last = _person(number)
            user, late = 1000 + number, "LATE_" if number % 9 == 0 else ""
            called = f"{last}{first}".lower()
            rows.append(f'"{last}, {first}",{user},s{user},{first.lower()}{number},A,')
            packed.writestr(f"{called}_{late}{user}_{5000 + number}_{SLUG}.py", made.source(number))
            if number % 11 == 0:
                packed.writestr(f"{called}_{late}{user}_{6000 + number}_{SLUG}-1.py", made.source(number))
        packed.writestr("mallorym_1200_9000_work.zip", b"this is no zip")
        packed.writestr(f"../../evil_1201_9001_{SLUG}.py", "import os")
    rows += ['"M, Mallory",1200,s1200,mallory,A,', '"Nobody, Hannah",1299,s1299,hannah,A,']
    (made.folder / "export.csv").write_text("\n".join(rows) + "\n")


def _moodle(made: Class, count: int) -> None:
    rows = [
        'Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed","Last modified (grade)",'
        '"Feedback comments"'
    ]
    with zipfile.ZipFile(made.folder / "moodle.zip", "w") as packed:
        for number in range(count):
            first, last = _person(number)
            rows.append(f'"Participant {20 + number}","{first} {last}",m{number}@x.edu,Submitted,,30.00,Yes,-,')
            before = f"{first} {last}_{20 + number}_assignsubmission"
            if number == 7:
                packed.writestr(f"{before}_onlinetext/onlinetext.html", "<p>no</p>")
            else:
                packed.writestr(f"{before}_file/{SLUG}.py", made.source(number))
    (made.folder / "worksheet.csv").write_text("\n".join(rows) + "\n")


def _nbgrader(made: Class, count: int) -> None:
    for number in range(count):
        folder = made.folder / "submitted" / f"nb{number:02}" / SLUG
        folder.mkdir(parents=True)
        (folder / f"{SLUG}.py").write_text(made.source(number))
        (folder / "timestamp.txt").write_text(f"2026-11-{10 + number % 7} 20:00:00 UTC")


def _gradescope(made: Class, count: int) -> None:
    folder, entries = made.folder / "assignment_5_export", ["---"]
    for number in range(count):
        name = f"submission_{700 + number}"
        (folder / name).mkdir(parents=True)
        (folder / name / f"{SLUG}.py").write_text(made.source(number))
        entries += [f"{name}:", "  :submitters:"]
        for letter in "GH" if number % 10 == 0 else "G":
            short = f"{letter.lower()}{number}"
            entries += [f"  - :name: {letter}{number} A", f"    :sid: {short}", f"    :email: {short}@x.edu"]
        entries += [
            f"  :created_at: 2026-11-{10 + number % 8} 10:00:00.000000000 Z",
            "  :score: 0.0",
            "  :status: processed",
        ]
    (folder / "submission_metadata.yml").write_text("\n".join(entries) + "\n")


def _plain(made: Class, count: int) -> None:
    for number in range(count):
        folder = made.folder / "plain" / f"plain{number:02}"
        folder.mkdir(parents=True)
        (folder / f"{SLUG}.py").write_text("def broken(:\n" if number == 3 else made.source(number))


def write_class(folder: Path, one_of: int = 1) -> None:
    """Write the course and what its 300 have handed in, or *one_of* so many of them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("assignments", "solutions"):
        (folder / name).symlink_to(COURSE / name)
    (folder / "course.toml").write_text(_POLICY)
    with tempfile.TemporaryDirectory() as made_in:
        made = Class(folder, _sources(), _hostile(Path(made_in)))
        for write, count in ((_canvas, 100), (_moodle, 80), (_nbgrader, 60), (_gradescope, 40), (_plain, 20)):
            write(made, max(8, count // one_of))


def words_of(*words: str) -> list[str]:
    """Return a command of the grader."""
    return [sys.executable, "-m", "grader", *words]


def grading(book: str, *words: str) -> list[str]:
    """Return the command that grades the class."""
    return words_of("grade", SLUG, *_PATHS, "--gradebook", book, "--seed", SEED, *words)


def _tell(words: list[str], what: str) -> None:
    print(f"$ {shlex.join(['grader', *words[3:]])}\n    {what}", flush=True)


def run(folder: Path, words: list[str]) -> Ran:
    """Run a command to its end, and print what it took."""
    started = time.monotonic()
    ended = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - started
    last = (ended.stdout.strip() or ended.stderr.strip() or "nothing").splitlines()[-1]
    _tell(words, f"{seconds:.1f} s, exit code {ended.returncode}; at its end: {last}")
    return Ran(code=ended.returncode, out=ended.stdout, err=ended.stderr, seconds=seconds)


def table_of(folder: Path, book: str) -> str:
    """Return the final scores and how each student stands, as the commands print them."""
    shown = run(folder, words_of("gradebook", "show", SLUG, "--gradebook", book))
    exported = run(folder, words_of("gradebook", "export", "--gradebook", book))
    return f"{shown.code}\n{shown.out}\n{exported.code}\n{exported.out}"


def killed(folder: Path, book: str, whole_seconds: float, chance: random.Random) -> Iterator[str]:
    """Give the command, kill it, and give it again; yields a sentence on each process that outlives a kill."""
    words = grading(book)
    for number in range(1, KILLS + 1):
        seconds = chance.uniform(1, 2 * whole_seconds / KILLS)
        with subprocess.Popen(words, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            time.sleep(seconds)
            below = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
            process.kill()
        _gone, left = psutil.wait_procs(below, timeout=_OUTLIVES_SECONDS)
        _tell(words, f"kill {number} after {seconds:.1f} s, {len(below)} processes below it, {len(left)} outlive it")
        for one in left:
            yield f"{one.pid} outlives kill {number}"
            one.kill()
    run(folder, words)


def back_into_sites(folder: Path, book: str) -> Iterator[str]:
    """Fill the tables of Canvas and Moodle from the gradebook; yields a sentence on each score that is another one there."""
    of = ("--assignment", SLUG, "--gradebook", book)
    exported = run(folder, words_of("gradebook", "export", "--gradebook", book)).out
    scores = {row["student"]: row for row in csv.DictReader(io.StringIO(exported))}
    for site, export, header, called in (
        ("canvas", "export.csv", f"{TITLE} (43)", lambda row: row["ID"]),
        ("moodle", "worksheet.csv", "Grade", _moodle_student),
    ):
        to = folder / f"filled-{Path(export).name}"
        run(folder, words_of("gradebook", site, export, "--out", str(to), *of))
        filled = 0
        for row in csv.DictReader(io.StringIO(to.read_text())):
            if not row.get("ID", "any"):  # the row of possible points names nobody
                continue
            there = scores.get(called(row))
            wanted = "" if there is None else there[SLUG]
            filled += bool(row[header])
            if row[header] and (not wanted or abs(float(row[header]) - float(wanted)) > 0.005):
                yield f"{to.name}: {called(row)} has {row[header]}, and {wanted or 'nothing'} in the gradebook"
        print(f"    {filled} cells of {header} in {to.name}", flush=True)


def _moodle_student(row: dict[str, str]) -> str:
    number = row["Identifier"].rpartition(" ")[2]
    return f"{row['Full name']}_{number}_assignsubmission_file"


def main(folder: Path, parts: tuple[str, ...], one_of: int) -> int:
    """Print what a class took; returns 1 where something was wrong."""
    write_class(folder, one_of)
    whole = run(folder, grading("whole.db"))
    (folder / "whole.out").write_text(whole.out + whole.err)
    once_more = run(folder, grading("whole.db"))
    complaints = [] if once_more.out == whole.out else ["the command that is given once more prints another table"]
    complaints += back_into_sites(folder, "whole.db")
    table = table_of(folder, "whole.db")
    (folder / "whole.table").write_text(table)

    def compare(part: str, book: str) -> None:
        found = table_of(folder, book)
        (folder / f"{part}.table").write_text(found)
        same = found == table
        print(f"    {part}: {'the same table' if same else 'ANOTHER TABLE'}", flush=True)
        if not same:
            complaints.append(f"{part}: another table; see {folder / part}.table and whole.table")

    if "kills" in parts:
        complaints += killed(folder, "kills.db", whole.seconds, random.Random(3))
        compare("kills", "kills.db")
    if "alone" in parts:
        run(folder, grading("alone.db", "--jobs", "1"))
        compare("alone", "alone.db")
    if "many" in parts:
        run(folder, grading("many.db", "--jobs", "8"))
        compare("many", "many.db")
    if "postgres" in parts and postgres.missing() is None:
        with tempfile.TemporaryDirectory(prefix="pg-") as made:
            os.chmod(made, 0o755)  # another user runs it
            with postgres.started(Path(made)) as url:
                book = url.replace("NAME", "postgres")
                run(folder, grading(book))
                compare("postgres", book)
    for complaint in complaints:
        print(f"WRONG: {complaint}")
    print("nothing is wrong" if not complaints else f"{len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    shares = [word for word in sys.argv[1:] if word.startswith("1/")]
    given = [word for word in sys.argv[1:] if word not in shares]
    where = Path(given[0]).resolve() if given else Path(tempfile.mkdtemp(prefix="class-of-300-"))
    sys.exit(main(where, tuple(given[1:]) or PARTS, int(shares[0][2:]) if shares else 1))
