"""The attack corpus: what each attack says of itself, and what becomes of all of them on a real assignment."""

from __future__ import annotations

import ast
import contextlib
import importlib
import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest
from tiny_courses import WriteCourse

from grader import attacks
from grader.attacks import Base, MayEarn
from grader.attacks.audit import Audit, audit, stage
from grader.course import assignment as assignments
from grader.errors import AssignmentError
from grader.sandbox import Bubblewrap, Local

COURSE = Path(__file__).parents[2]
SEED = "too long to be found by trying, as some attacks do"
CORPUS = attacks.load(attacks.corpus_folder())
FAMILIES = {attack.family for attack in CORPUS}


def named(*names: str) -> list[attacks.Attack]:
    """Return attacks by family/name."""
    by_name = {f"{attack.family}/{attack.name}": attack for attack in CORPUS}
    return [by_name[name] for name in names]


# --- what an attack says of itself ---


def test_the_corpus_is_large_and_covers_every_family() -> None:
    """There are well over a hundred attacks, of every family."""
    assert len(CORPUS) >= 120
    wanted = {
        *("exit", "forged", "spoofed", "looking", "memorised", "state", "network", "resources", "crashes", "imports"),
        *("archives", "notebooks", "encodings", "training", "computed"),
    }
    assert wanted <= FAMILIES


def test_every_attack_is_documented() -> None:
    """Each says in one sentence what it tries, and names are unique."""
    for attack in CORPUS:
        assert re.fullmatch(r"[A-Z].{10,250}\.", attack.facts.why), f"{attack.family}/{attack.name}"
    assert len({(attack.family, attack.name) for attack in CORPUS}) == len(CORPUS)


def test_who_earns_nothing_declares_no_pass() -> None:
    """An attack that declares a passed check says what it may earn."""
    for attack in CORPUS:
        if "passed" in attack.facts.outcomes:
            assert attack.facts.may_earn is not MayEarn.NOTHING, f"{attack.family}/{attack.name}"


def test_payloads_are_small() -> None:
    """A payload can be read in a minute."""
    for path in attacks.corpus_folder().glob("*/*.py"):
        if path.parent.name != "made":
            assert len(path.read_text().splitlines()) <= 80, path
            ast.parse(path.read_text())


@pytest.mark.parametrize("slug", assignments.slugs(COURSE))
def test_a_payload_finds_the_names_of_any_assignment(slug: str, tmp_path: Path) -> None:
    """Whatever assignment it is handed in to, a payload is appended to its stub, after the names that are asked for."""
    assignment = assignments.load(COURSE, slug)
    (attack,) = named("exit/os_exit_when_called")

    path = attack.hand_in(tmp_path, assignment)

    source = (path / assignment.file).read_text()
    assert source.startswith((assignment.folder / assignment.file).read_text())
    names = {name for exercise in assignment.exercises for name in exercise.provides}
    scope: dict[str, Any] = {}
    prelude = source[source.index("FUNCTIONS = ") :]
    exec(compile(prelude, "attack", "exec"), scope)
    assert {*scope["FUNCTIONS"], *scope["MODULES"]} == names
    assert {scope[name] for name in names} == {scope["answer"]}


BLOCK = '# /// attack\n# why = "Tries nothing at all, which is no attack."\n# outcomes = ["raised"]\n# ///\n'


def corpus_of(folder: Path, text: str) -> Path:
    """Write a corpus of one attack."""
    (folder / "exit").mkdir()
    (folder / "exit" / "one.py").write_text(text)
    return folder


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "x = 1\n", "it has no block `# /// attack`, in which an attack says what it must get", id="no-block"
        ),
        pytest.param(BLOCK.replace("why = ", "why "), r"one\.py: not TOML: Expected '='", id="not-toml"),
        pytest.param(BLOCK.replace("# why", "# reason"), "reason: there is no such key", id="no-reason"),
        pytest.param(
            BLOCK.replace("raised", "won"), r"outcomes must be of crashed, failed, .*, got \['won'\]", id="unknown"
        ),
        pytest.param(BLOCK.replace('"raised"', ""), r"outcomes must be of crashed, .*, got \[\]", id="no-outcome"),
    ],
)
def test_an_attack_that_says_it_wrongly_is_named(tmp_path: Path, text: str, message: str) -> None:
    """A block that is missing or wrong is an error with the file in it."""
    with pytest.raises(AssignmentError, match=message):
        attacks.load(corpus_of(tmp_path, text))


def test_a_file_of_makers_that_cannot_be_loaded_is_named(tmp_path: Path) -> None:
    """So is an error in a file of made attacks."""
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "archives.py").write_text("1 / 0\n")
    with pytest.raises(
        AssignmentError,
        match=r"made/archives\.py:1: cannot be loaded: `1 / 0` raises ZeroDivisionError: division by zero",
    ):
        attacks.load(tmp_path)


def test_a_folder_without_attacks_is_named(tmp_path: Path) -> None:
    """An empty corpus must not pass for one that nothing gets through."""
    with pytest.raises(AssignmentError, match="there are no attacks here; they come with a checkout of the grader"):
        attacks.load(tmp_path)


def test_a_maker_with_an_unknown_outcome_is_named() -> None:
    """A made attack is held to the same words."""
    with pytest.raises(AssignmentError, match=r"broken: outcomes must be of .*, got \['lost'\]"):

        @attacks.made(family="archives", why="Is never written.", outcomes=("lost",))
        def broken(folder: Path, stub: str, file: str) -> Path:
            return folder


def test_attacks_on_the_reference_need_one(tiny_course: WriteCourse, tmp_path: Path) -> None:
    """In a course copy without solutions such an attack cannot be written, and that is said."""
    course = tiny_course("", reference=None)
    attack = next(attack for attack in CORPUS if attack.facts.base is Base.REFERENCE)

    with pytest.raises(AssignmentError, match=r"attacks that start from the reference need solutions/ in the course"):
        attack.hand_in(tmp_path, course.assignment)


@pytest.mark.parametrize(("slug", "every"), [("conv_arithmetic", 1), ("naive_convnet", 5)])
def test_every_attack_can_be_read_or_is_refused_as_it_declares(slug: str, every: int, tmp_path: Path) -> None:
    """Reading a hostile submission gives one that can be graded, or one sentence; never another error."""
    assignment = assignments.load(COURSE, slug)
    wrong = {}
    for attack in CORPUS[::every]:  # what an attack reads like hardly depends on the assignment
        refused = stage(attack, tmp_path, assignment).submission is None
        if refused != ("refused" in attack.facts.outcomes) and attack.facts.outcomes != ("refused",):
            wrong[attack.name] = refused
    assert wrong == {}


# --- what becomes of them ---


def audited(slug: str, chosen: list[attacks.Attack], kind: type = Bubblewrap, *, unprotected: bool = False) -> Audit:
    """Audit an assignment of the course."""
    assignment = assignments.load(COURSE, slug)
    return audit(
        assignment,
        chosen,
        seed=SEED,
        submission_sandbox=lambda: kind(assignment.packages),
        reference_sandbox=lambda: Local(assignment.packages),
        unprotected=unprotected,
    )


def complaints(found: Audit) -> list[str]:
    """Return all that must not be."""
    return [
        *(f"{finding.attack.name} earned {finding.earned}" for finding in found.earned),
        *(f"{finding.attack.name} broke the grader: {finding.broke}" for finding in found.broke),
        *(f"{finding.attack.name} ended as {finding.unexpected}" for finding in found.unexpected),
        *found.honest,
        *found.left_behind,
    ]


def one_of_each_kind(corpus: tuple[attacks.Attack, ...]) -> list[attacks.Attack]:
    """Return one attack of every family for each way in which its attacks declare to end."""
    kinds = {(attack.family, attack.facts.outcomes, attack.facts.may_earn): attack for attack in corpus}
    return list(kinds.values())


@pytest.mark.usefixtures("needs_bubblewrap")
@pytest.mark.slow
@pytest.mark.whole
def test_one_attack_of_each_kind_earns_and_breaks_nothing() -> None:
    """The short form of the whole audit below, with the reference between the attacks."""
    chosen = one_of_each_kind(CORPUS)
    found = audited("conv_arithmetic", chosen)

    assert {attack.family for attack in chosen} == FAMILIES
    assert complaints(found) == []
    assert found.holds


@pytest.mark.usefixtures("needs_bubblewrap")
@pytest.mark.audit
def test_no_attack_earns_or_breaks_anything() -> None:
    """Every attack of the corpus gets what it declares, and the reference between them gets every point."""
    found = audited("conv_arithmetic", list(CORPUS))

    assert complaints(found) == []
    assert found.holds
    assert len(found.findings) == len(CORPUS)


@pytest.mark.usefixtures("needs_bubblewrap")
@pytest.mark.audit
def test_no_attack_on_networks_earns_or_breaks_anything() -> None:
    """The families that aim at networks hold where networks are asked for."""
    aimed = [attack for attack in CORPUS if attack.family in ("spoofed", "training", "memorised", "crashes")]

    assert complaints(audited("naive_convnet", aimed)) == []


@pytest.mark.usefixtures("needs_bubblewrap")
@pytest.mark.slow
@pytest.mark.whole
def test_one_attack_on_networks_of_each_kind_earns_and_breaks_nothing() -> None:
    """The short form, where networks are asked for."""
    aimed = [attack for attack in one_of_each_kind(CORPUS) if attack.family in ("spoofed", "training", "memorised")]

    assert complaints(audited("naive_convnet", aimed)) == []


OUTWARDS = [attack for attack in CORPUS if attack.family in ("looking", "state", "network")]
"""Attacks that reach for other processes, files and hosts."""


@pytest.mark.slow
@pytest.mark.whole
@pytest.mark.parametrize(
    "every", [pytest.param(1, marks=pytest.mark.remaining, id="all"), pytest.param(4, id="each-fourth")]
)
def test_the_local_sandbox_holds_too(every: int) -> None:
    """Without bubblewrap, what reaches for other processes, files and resources gets no further."""
    assert complaints(audited("conv_arithmetic", OUTWARDS[::every], Local)) == []


@pytest.mark.usefixtures("needs_bubblewrap")
def test_without_the_boundary_the_same_attacks_earn_points() -> None:
    """The table means something: in one process with the answers, attacks get full marks or take the grader down."""
    chosen = named("forged/patches_verdicts", "exit/os_exit_when_called", "forged/patches_expect")

    found = audited("conv_arithmetic", chosen, unprotected=True)

    assert found.holds
    worth = {finding.attack.name: finding.unprotected for finding in found.findings}
    patched, ended, disarmed = (worth[attack.name] for attack in chosen)
    assert patched is not None
    assert ended is not None
    assert disarmed is not None
    assert patched.earned == patched.possible == found.possible
    assert (ended.earned, "ended its process with exit code 0" in ended.broke) == (0, True)
    assert disarmed.earned > found.possible / 2


GRADER_NAME = re.compile(r"\bgrader(?:\.[a-z_]+)+")


def test_attacks_on_the_grader_name_what_is_there() -> None:
    """Each module of the grader that an attack imports or looks for exists: a target that has moved would be missed by nobody."""
    aimed = 0
    for path in sorted(attacks.corpus_folder().rglob("*.py")):
        text = path.read_text(errors="replace")
        wanted = {name for name in GRADER_NAME.findall(text) if not name.startswith(("grader.py", "grader.check"))}
        with contextlib.suppress(SyntaxError, ValueError):
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "grader":
                    wanted |= {f"{node.module}.{alias.name}" for alias in node.names}
        for name in wanted - INVENTED:
            aimed += 1
            assert resolves(name), f"{path}: {name}"
    assert aimed > 30


INVENTED = {"grader.secret", "grader.key"}
"""Words that are no modules: they tell uses of one hash function apart."""


def resolves(name: str) -> bool:
    """Return whether a dotted name is a module of the grader, or something in one."""
    module, _, attribute = name.rpartition(".")
    try:
        found = importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        found = False
    return found or hasattr(importlib.import_module(module), attribute)
