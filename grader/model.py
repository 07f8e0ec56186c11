"""
The values that travel between modules: frozen, typed, and free of behaviour beyond simple sums.

Imports nothing but the standard library, figures and the limits of a worker, so that every module may use them.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from grader.figures import NONE, Figures
from grader.protocol import Limits


class Outcome(enum.StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    RAISED = "raised"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    CRASHED = "crashed"
    MISSING = "missing"
    SKIPPED = "skipped"
    UNGRADED = "ungraded"
    PENDING = "pending"
    """It is an item of a rubric, for which staff have not given points yet."""


class Blame(enum.StrEnum):
    """Whose doing it is that a check did not pass."""

    STUDENT = "student"
    LIMIT = "limit"
    """The submission's, by passing a limit that another machine or course might set higher."""
    HARNESS = "harness"
    """Ours: a bug of the grader or of a check."""
    INFRASTRUCTURE = "infrastructure"
    """The machine's: grade again, there or elsewhere."""


class Visibility(enum.StrEnum):
    """Whether a student may run a check (`assignments/`) or only staff (`solutions/`)."""

    PUBLIC = "public"
    HIDDEN = "hidden"


class Disclosure(enum.StrEnum):
    """How much of a check a student sees, `reports/audience.py` has it; staff see all."""

    SENTENCE = "sentence"
    COUNTEREXAMPLE = "counterexample"
    FULL = "full"


class Suite(enum.StrEnum):
    """Which checks to run."""

    PUBLIC = "public"
    ALL = "all"


class Audience(enum.StrEnum):
    """Who reads a report."""

    STUDENT = "student"
    STAFF = "staff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a machine must have for a grading, as it was measured."""

    memory_bytes: int
    """Of all processes together, harness included, while a right submission is graded."""
    gpu: bool = False
    """Whether a GPU, without which a right submission would not be done in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a submission may not do.  It deters and does not prevent: the sandbox is what protects."""

    forbidden_imports: tuple[str, ...] = ()
    """Modules that may not be imported, submodules included."""
    forbidden_operators: tuple[str, ...] = ()
    """Prefixes of ATen operator names that may not run while a request is answered; "autograd" is what computes derivatives."""
    max_submission_bytes: int = 1_000_000
    """Largest submission, all files together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """The accuracy that networks must reach on a data set, and how it was found: `grader calibrate` writes it."""

    accuracy: float
    """Least share of the held-out images that must be read right, from 0 to 1."""
    seeds: int
    """How many times the reference was trained for it."""
    worst: float
    """Accuracy of the worst of them."""
    deviation: float
    """Standard deviation between them."""
    false_fail: float
    """Most probable share of right networks that miss it, for the sampling of held-out images alone."""
    train: int | None = None
    """Images to train on, where it is not the assignment's number."""
    epochs: int | None = None
    """Likewise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """What the networks of an assignment are trained on, and for how long."""

    data: str
    """Name of the data set, where no other one is named."""
    train: int
    """Images to train on."""
    validation: int
    """Images with labels that the training may measure itself on."""
    held_out: int
    """Images whose labels never leave the harness."""
    epochs: int
    batch_size: int
    thresholds: Mapping[str, Threshold] = field(default_factory=dict)
    """By the name of the data set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricItem:
    """One thing that staff look for in an exercise that is graded by hand."""

    item: str
    """What it is, for students and staff; no two of an exercise are the same."""
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """One named thing to do; groups checks, or the items of a rubric."""

    name: str
    title: str
    provides: tuple[str, ...] = ()
    """Names that the submission must define; none where it is graded by hand."""
    choose_one: str = ""
    """Group of exercises of which one is enough: the best counts, an absent one is skipped; empty for no group."""
    rubric: tuple[RubricItem, ...] = ()
    """For what staff give points; empty where checks do."""
    answer: tuple[str, ...] = ()
    """Names of the files in which the answer to an exercise graded by hand is expected."""

    @property
    def is_graded_by_hand(self) -> bool:
        """Whether staff give the points, and no check does."""
        return bool(self.rubric)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """An assignment folder, validated."""

    slug: str
    title: str
    summary: str
    file: str
    """Name of the file that students hand in."""
    idle_points: int = 0
    """The most points that a submission which computes nothing right can earn; `grader audit --attacks` holds attacks to it."""
    modules: tuple[str, ...]
    """Names that give an nn.Module when they are called: classes, or functions that make one."""
    networks: tuple[str, ...]
    """Families of the networks in `networks.py` that count; the first is the one asked for."""
    packages: tuple[str, ...]
    """What a submission may import besides the standard library and its own files."""
    exercises: tuple[Exercise, ...]
    limits: Limits
    policy: Policy
    training: Training | None = None
    """None where no network is trained."""
    needs: Needs | None = None
    """None where nobody has measured it."""
    course: Path
    """The folder of the course, or what was handed out of it: nothing above it is looked at."""
    folder: Path
    """`assignments/<slug>`: what a student may see."""
    solution: Path | None
    """`solutions/<slug>`: what a student may never see; None in a course copy without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A line of what was handed in, as it lies there."""

    path: str
    """The student's own name of the file, relative to the submission, with forward slashes."""
    line: int = 1
    """From 1; 1 as well where no more than the file is known."""
    cell: int = 0
    """Number among the code cells of a notebook, from 1; 0 in a script, or where no cell is meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One file of a submission."""

    path: str
    """Relative to the submission, with forward slashes."""
    content: bytes
    given_as: str = ""
    """The student's own name of it, likewise; empty for what was not handed in as a file."""


class ProblemKind(enum.Enum):
    """Why a whole submission is unusable."""

    EMPTY = enum.auto()
    UNREADABLE = enum.auto()
    """No Python of which anything can be run: not UTF-8, or a syntax error."""
    FORBIDDEN = enum.auto()
    """It uses what the policy forbids."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that makes a whole submission unusable and is the student's to fix."""

    kind: ProblemKind
    message: str
    location: Location | None = None
    """Where it stands; None where nobody says."""


class Extent(enum.StrEnum):
    """How much of a submission runs when it is loaded."""

    DEFINITIONS = "definitions"
    """What it defines; what trains, plots or downloads stays out."""
    WHOLE = "whole"
    """Everything, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSpan:
    """Where a run of lines of the graded file stands in what was handed in."""

    line: int
    """First line in the graded file, from 1."""
    lines: int
    cell: int
    """Number among the code cells, from 1; 0 in a script."""
    cell_line: int
    """First line in the cell or script, from 1."""
    file: str = ""
    """A notebook or script that the given notebook runs; empty for itself."""
    file_line: int = 0
    """Where its first line stands in that file as it lies there, from 1; 0 where that is unknown, or there is no such file."""
    apart: int = 0
    """How many lines of that file further each line of it stands: 0 where the file has its cell on one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Defined:
    """A name that the assignment asks for, and where the submission defines it."""

    name: str
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """A name that the student wrote but that the graded file does not define."""

    name: str
    why: str
    """A sentence for the student: where it stands, and what keeps it out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a student wrote for an exercise that is graded by hand."""

    exercise: str
    """Its name."""
    path: str
    """The student's own name of the file that it stands in."""
    text: str
    """Of bounded length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """Files that one student sent once; never changed."""

    name: str
    files: tuple[SourceFile, ...]
    sha256: str
    """Of all paths and contents, in order."""
    imports: tuple[str, ...] = ()
    """Top-level modules that the files import, as written."""
    problem: Problem | None = None
    omitted: tuple[str, ...] = ()
    """What of a notebook or script was not taken over, and why, one sentence each."""
    given_as: str = ""
    """The student's own name of the main file."""
    source_map: tuple[SourceSpan, ...] = ()
    """Where the lines of the main file stand in the notebook, in order; empty for a script, whose lines stay."""
    absent: tuple[Absent, ...] = ()
    """Names that it holds and that cannot be reached."""
    definitions: tuple[Defined, ...] = ()
    """Where it defines what the assignment asks for."""
    extent: Extent = Extent.DEFINITIONS
    answers: tuple[Answer, ...] = ()
    """What it holds for exercises that are graded by hand, in their order."""
    unanswered: tuple[str, ...] = ()
    """Exercises whose answer is expected in a file, and not there: of a folder or a zip, as beside one file nobody looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedBy:
    """On what the name of a mistake rests."""

    reproduces: str
    """What of the submission the mistake gives too."""
    distance: int | None = None
    """How many changes of what is right make it; None where nobody counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Another check that shows better what this one found."""

    check: str
    """Its name."""
    says: str
    """How they belong together, as a sentence for the student."""
    function: str | None = None
    """What is called here and checked there; None where both have the same mistake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """What a reader learns from a check that did not pass."""

    message: str
    counterexample: str | None = None
    expected: str | None = None
    received: str | None = None
    picture: str | None = None
    """Of the question: lines of characters."""
    hint: str | None = None
    misconception: str | None = None
    """Name of the mistake that explains what the check found."""
    explained_by: ExplainedBy | None = None
    """On what that name rests; None where the check found it whole."""
    follows_from: Cause | None = None
    """The check to look at first; None where this is one."""
    trace: tuple[str, ...] = ()
    """Where student code raised: lines of the student's own files."""
    raised_at: Location | None = None
    """The last of these, as it lies there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What went wrong on our side, for those who fix it."""

    blame: Blame
    text: str
    """The error and what it says."""
    traceback: str
    """Where, in our code; empty where nothing is known of it."""
    tries: int = 1
    """How often the check was tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A number that a check found out about a submission, whatever it was worth."""

    name: str
    """What was measured, for people."""
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One check on one submission."""

    name: str
    title: str
    exercise: str
    points: int
    outcome: Outcome
    blame: Blame | None
    """Whose doing it is; None where there is nothing to blame anybody for."""
    visibility: Visibility
    disclosure: Disclosure
    feedback: Feedback | None = None
    remarks: tuple[str, ...] = ()
    output: str = ""
    """What student code printed during the check, capped."""
    wall_seconds: float = 0.0
    peak_bytes: int = 0
    """
    The most memory that one process of it had resident: student code, and Python and the packages that all workers share.  0
    where that is unknown, or nothing of the submission ran.
    """
    partial: int = 0
    """Points for a part of what was asked, where a check that failed gives points in proportion."""
    fault: Fault | None = None
    """What went wrong where the outcome is ungraded."""
    measured: tuple[Measured, ...] = ()
    figures: Figures = NONE
    defined_at: Location | None = None
    """Where what it is about is defined, or ought to be; None where that is unknown, or nothing is to fix."""

    @property
    def location(self) -> Location | None:
        """Where to look first: at the line that raised, else at the definition."""
        raised_at = None if self.feedback is None else self.feedback.raised_at
        return raised_at or self.defined_at

    @property
    def earned(self) -> int:
        """Points earned: all for a pass, else those for a part."""
        return self.points if self.outcome is Outcome.PASSED else self.partial


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseScore:
    """Points of one exercise."""

    exercise: str
    title: str
    earned: int
    possible: int
    counts: bool = True
    """False where another exercise of the same choose-one group counts instead."""
    pending: int = 0
    """How many of the possible points wait for staff: neither earned nor lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Points of one submission."""

    earned: int
    possible: int
    exercises: tuple[ExerciseScore, ...]

    @property
    def pending(self) -> int:
        """How many of the possible points wait for staff."""
        return sum(total.pending for total in self.exercises if total.counts)

    @property
    def settled(self) -> int:
        """How many of the possible points are earned or lost for good: all but those that wait."""
        return self.possible - self.pending


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalScore:
    """Points of one student in one assignment, after lateness and all that staff have decided."""

    assignment: str
    points: Fraction | None
    """None where there is no score: nothing was handed in, it could not be graded, or the student is excused."""
    possible: int
    standing: str
    """How far it may be relied on, in a word."""
    steps: tuple[str, ...] = ()
    """How it came about, a sentence each; for staff, since reasons of decisions are in it."""
    told: tuple[str, ...] = ()
    """The same as the student may read it: without who has decided something, and why."""
    comments: tuple[str, ...] = ()
    """What staff say to the student."""
    says: str = ""
    """What it comes to, in words: `27 of 30 points`, `excused`."""
    name: str = ""
    """Of the student; empty where no roster has it."""
    marks: Mapping[str, Fraction] = field(default_factory=dict)
    """Points that people have given for items of a rubric, by the names of their checks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalScores:
    """Those of one student in all assignments."""

    student: str
    """Their id."""
    name: str
    """Empty where no roster has it."""
    scores: tuple[FinalScore, ...]
    total: Fraction | None
    """Share of the points of the course, from 0 to 1 without extra credit; None where nothing counts yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingProgress:
    """How far a training has come, as the worker says: for people to see, and for nothing else."""

    epoch: int
    """The one that runs, from 1."""
    epochs: int
    loss: float | None
    """The last one that is known."""
    seconds_left: float | None

    def __str__(self) -> str:
        loss = "" if self.loss is None else f", loss {self.loss:.3g}"
        left = "" if self.seconds_left is None else f", {self.seconds_left:.0f} s left"
        return f"epoch {self.epoch} of {self.epochs}{loss}{left}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Where a grading ran: enough to repeat it."""

    grader: str
    python: str
    torch: str
    platform: str
    sandbox: str
    device: str
    threads: int = 1
    """Processors that the worker computed on."""
    memory: str = "nothing"
    """What held the memory of all its processes together."""
    data: str | None = None
    """Name of the data that networks were trained on; None where the assignment trains none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """What was handed over for grading and could not be read."""

    name: str
    why: str
    """A sentence that names the path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForbiddenEdit:
    """A change of a pull request in what is no student's."""

    path: str
    """In the repository."""
    why: str
    """A sentence that names the path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GradedSubmission:
    """The result of one grading."""

    assignment: str
    title: str
    """Of the assignment."""
    submission: str
    sha256: str
    seed: str
    """The secret that every question followed from, for staff; empty where the reader may not see it."""
    environment: Environment
    checks: tuple[CheckResult, ...]
    score: Score
    graded_file: str = ""
    """The student's own name of the file that was graded; empty for the cells of a running kernel."""
    notes: tuple[str, ...] = field(default=())
    """Sentences about the whole submission: what was left out, what went wrong."""
    graded_at: str = ""
    """When the grading ended, in UTC as `2026-01-31T12:00:00Z`; empty where that is unknown."""
    answers: tuple[Answer, ...] = ()
    """To exercises that are graded by hand, for staff."""
    final: FinalScore | None = None
    """What became of its points, where a gradebook says so."""

    @property
    def pending(self) -> tuple[str, ...]:
        """Names of the exercises that wait for staff."""
        return tuple(total.exercise for total in self.score.exercises if total.counts and total.pending)

    @property
    def ungraded(self) -> bool:
        """Whether some check could not be graded through no fault of the student."""
        return any(check.outcome is Outcome.UNGRADED for check in self.checks)

    @property
    def to_fix(self) -> tuple[CheckResult, ...]:
        """Checks that did not pass and whose points count."""
        counted = {total.exercise for total in self.score.exercises if total.counts}
        fine = (Outcome.PASSED, Outcome.SKIPPED, Outcome.PENDING)
        return tuple(check for check in self.checks if check.exercise in counted and check.outcome not in fine)
