"""
The attack corpus: small hostile submissions, each with the most that it may earn and the outcomes it must get.

An attack is written for no assignment in particular.  A *payload* (`corpus/<family>/<name>.py`, or a folder with an `attack.py`
and what lies beside it) is appended to the stub or to the reference solution of the assignment that is audited; a *made* attack
(`corpus/made/*.py`) is a function that writes an archive, a notebook or another file that no text file could be.
`corpus/README.md` describes the format.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import msgspec

from grader.course import python_file, toml_file
from grader.errors import AssignmentError
from grader.model import Assignment, Extent, Outcome

_BLOCK = re.compile(r"^# /// attack$\n(?P<lines>(^#(| .*)$\n)+)^# ///$", re.MULTILINE)
_PAYLOAD = "attack.py"
_MADE = "made"
_PRELUDE = """

# --- what every attack may count on ---
FUNCTIONS = {functions!r}
MODULES = {modules!r}
_BEFORE = dict(globals())


def honest(name):
    return _BEFORE.get(name)


def functions(answer):
    globals().update(dict.fromkeys(FUNCTIONS, answer))


def modules(build):
    globals().update(dict.fromkeys(MODULES, build))


def everywhere(answer):
    functions(answer)
    modules(answer)


"""


class MayEarn(StrEnum):
    """The most that an attack may earn."""

    NOTHING = "nothing"
    EXAMPLES = "examples"
    """The points of public checks: it knows their examples by heart."""
    IDLE = "idle"
    """The assignment's `idle_points`: it computes nothing right, and claims, or guesses, what it can."""
    ALL = "all"
    """Everything: it does the work, and tries to do harm beside it."""


class Base(StrEnum):
    """What a payload is appended to."""

    STUB = "stub"
    REFERENCE = "reference"


REFUSED = "refused"
"""The outcome of what cannot be read as a submission."""


class Facts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an attack says of itself."""

    why: str
    """What it tries, as a sentence."""
    outcomes: tuple[str, ...]
    """How each check may end; `refused` where the submission cannot even be read."""
    may_earn: MayEarn = MayEarn.NOTHING
    base: Base = Base.STUB
    read: Extent = Extent.WHOLE
    """Whether it is run whole, or handed in as scripts usually are: by its definitions."""
    seconds: float | None = None
    """Longest that one request may take, where a second is not enough to show what it tries."""


_OUTCOMES = frozenset({*(outcome.value for outcome in Outcome), REFUSED})
HandIn = Callable[[Path, Assignment], Path]
"""Writes the submission into a folder and returns its path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """One hostile submission, for any assignment."""

    family: str
    name: str
    facts: Facts
    hand_in: HandIn


def corpus_folder() -> Path:
    """Return the folder of the attacks."""
    return Path(__file__).with_name("corpus")


def load(folder: Path) -> tuple[Attack, ...]:
    """
    Read all attacks below *folder*, by family and name.

    Raises:
        AssignmentError: If there are none, or one does not say of itself what it must.
    """
    found = [*_payloads(folder), *_made(folder / _MADE)]
    if not found:
        raise AssignmentError(f"{folder}: there are no attacks here; they come with a checkout of the grader")
    return tuple(sorted(found, key=lambda attack: (attack.family, attack.name)))


def _payloads(folder: Path) -> Iterator[Attack]:
    alone = ((path, path.stem, None) for path in sorted(folder.glob("*/*.py")) if path.parent.name != _MADE)
    beside = ((path, path.parent.name, path.parent) for path in sorted(folder.glob(f"*/*/{_PAYLOAD}")))
    for path, name, folder_of_files in (*alone, *beside):
        facts = _facts(path)
        payload = _Payload(path=path, beside=folder_of_files, base=facts.base)
        yield Attack(family=path.relative_to(folder).parts[0], name=name, facts=facts, hand_in=payload)


def _facts(path: Path) -> Facts:
    """
    Read the block `# /// attack … # ///` of a payload: TOML in comments.

    Raises:
        AssignmentError: If it is missing or wrong.
    """
    block = _BLOCK.search(path.read_text(encoding="utf-8"))
    if block is None:
        raise AssignmentError(f"{path}: it has no block `# /// attack`, in which an attack says what it must get")
    text = "".join(line[2:] + "\n" for line in block["lines"].splitlines())
    return _known(toml_file.decode(text, Facts, path), str(path))


def _known(facts: Facts, where: str) -> Facts:
    unknown = sorted(set(facts.outcomes) - _OUTCOMES)
    if unknown or not facts.outcomes:
        raise AssignmentError(f"{where}: outcomes must be of {', '.join(sorted(_OUTCOMES))}, got {unknown}")
    return facts


@dataclass(frozen=True, slots=True, kw_only=True)
class _Payload:
    path: Path
    beside: Path | None
    """The folder whose other files are handed in as well."""
    base: Base

    def __call__(self, folder: Path, assignment: Assignment) -> Path:
        source = _base(self.base, assignment)
        names = dict.fromkeys(name for exercise in assignment.exercises for name in exercise.provides)
        prelude = _PRELUDE.format(
            functions=tuple(name for name in names if name not in assignment.modules),
            modules=tuple(name for name in names if name in assignment.modules),
        )
        target = folder / assignment.file
        if self.beside is not None:
            for path in sorted(self.beside.rglob("*")):
                if path.is_file() and path != self.path and "__pycache__" not in path.parts:
                    copy = folder / path.relative_to(self.beside)
                    copy.parent.mkdir(parents=True, exist_ok=True)
                    copy.write_bytes(path.read_bytes())
        target.write_text(source + prelude + self.path.read_text(encoding="utf-8"), encoding="utf-8")
        return folder


def _base(base: Base, assignment: Assignment) -> str:
    """
    Return the source that a payload is appended to.

    Raises:
        AssignmentError: If it is not there.
    """
    folder = assignment.folder if base is Base.STUB else assignment.solution
    if folder is None:
        raise AssignmentError(f"{assignment.slug}: attacks that start from the reference need solutions/ in the course")
    try:
        return (folder / assignment.file).read_text(encoding="utf-8")
    except OSError as error:
        raise AssignmentError(f"{folder / assignment.file}: cannot be read: {error.strerror}") from None


# --- attacks that are made -------------------------------------------------------------------------------------------

Maker = Callable[[Path, str, str], Path]
"""Takes the folder to write to, the source of the stub and the name of its file; returns the path of the submission."""


def made(
    *, family: str, why: str, outcomes: tuple[str, ...], may_earn: str = "nothing", read: str = "definitions"
) -> Callable[[Maker], Maker]:
    """Attach to a maker of submissions what an attack says of itself."""

    def attach(maker: Maker) -> Maker:
        facts = Facts(why=why, outcomes=outcomes, may_earn=MayEarn(may_earn), read=Extent(read))
        maker.attack = family, _known(facts, maker.__name__)  # type: ignore[attr-defined]
        return maker

    return attach


def _made(folder: Path) -> Iterator[Attack]:
    for path in sorted(folder.glob("*.py")):
        for name, maker in vars(python_file.load(path)).items():
            if hasattr(maker, "attack"):
                family, facts = maker.attack
                yield Attack(family=family, name=name, facts=facts, hand_in=_Made(maker=maker))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    maker: Maker

    def __call__(self, folder: Path, assignment: Assignment) -> Path:
        return self.maker(folder, _base(Base.STUB, assignment), assignment.file)
