"""
The pytest plugin: the `check` marker, the fixtures that checks use, and test reports that become CheckResults.

`grade.py` runs pytest with a GradingPlugin; `pytest assignments/<slug>/checks --submission PATH` builds the same
plugin from the command line.  One path, two doors.
"""

from __future__ import annotations

import contextlib
import inspect
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import hypothesis.errors
import pytest
from hypothesis import is_hypothesis_test

from grader import submission
from grader.checks import expect
from grader.checks.architectures.networks import Networks
from grader.course import assignment as assignments
from grader.datasets.training_task import Task, task_of
from grader.diagnosis.misconceptions import Mistake
from grader.errors import (
    AssignmentError,
    CheckFailed,
    GraderError,
    StudentFault,
    UsageError,
    WorkerLost,
)
from grader.grading import cases, scoring, verdict
from grader.grading.sides import Grading, not_chosen, open_grading
from grader.keys import CasesKey, GradingKeys, Keys, checked_secret, draw_secret
from grader.model import Assignment, CheckResult, Disclosure, Fault, Feedback, Outcome, Visibility
from grader.proxy.evidence import Question
from grader.proxy.reference import Reference
from grader.proxy.student import Student
from grader.sandbox import Local, choose

_MAX_TRIES = 2
"""How often a check is tried where the machine fails; what the submission does is never tried twice."""
_MARKER = "check(points, exercise, disclosure=None, seconds=None): a check, what it is worth and where it belongs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A collected check: what its marker and its docstring say."""

    name: str
    title: str
    exercise: str
    points: int
    visibility: Visibility
    disclosure: Disclosure
    seconds: float | None


OnCheck = Callable[[Check, int, int], None]
"""Told of a check before it runs: the check, its number from 0, how many there are."""


def ignore_check(check: Check, number: int, total: int) -> None:
    """Do nothing."""


class CollectingPlugin:
    """Collect the checks of an assignment, validated; with keys, generate their cases ahead of a class."""

    def __init__(self, assignment: Assignment, keys: GradingKeys | None = None) -> None:
        self.checks: dict[str, Check] = {}
        """By pytest's node id."""
        self.broken: list[str] = []
        """What is wrong with the check files."""
        self._assignment = assignment
        self._keys = keys

    def pytest_configure(self, config: pytest.Config) -> None:
        config.addinivalue_line("markers", _MARKER)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.broken.append(f"{report.nodeid}: {str(report.longrepr).strip().splitlines()[-1]}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        try:
            order = [exercise.name for exercise in self._assignment.exercises]
            for item in items:
                assert isinstance(item, pytest.Function)
                check = _check_of(item, self._assignment)
                if check.name in (other.name for other in self.checks.values()):
                    raise AssignmentError(f"{item.path}: two checks are called `{check.name}`")
                self.checks[item.nodeid] = check
                if self._keys is not None and is_hypothesis_test(item.obj):
                    self._prepare(item.obj, self._keys.of_check(check.name).cases)
            self._refuse_uneven_choice()
            items.sort(key=lambda item: order.index(self.checks[item.nodeid].exercise))  # as on the assignment sheet
        except AssignmentError as error:
            self.broken.append(str(error))
            raise pytest.UsageError(str(error)) from None

    def _refuse_uneven_choice(self) -> None:
        """Of a choose-one group the best exercise counts, so all must be worth the same."""
        points: dict[str, dict[str, int]] = {}
        for exercise in self._assignment.exercises:
            worth = sum(check.points for check in self.checks.values() if check.exercise == exercise.name)
            if exercise.choose_one and worth:
                points.setdefault(exercise.choose_one, {})[exercise.name] = worth
        for group, worths in points.items():
            if len(set(worths.values())) > 1:
                told = ", ".join(f"{name} {worth}" for name, worth in worths.items())
                raise AssignmentError(f"choose_one {group!r}: its exercises must be worth the same points, got {told}")

    def _prepare(self, function: Callable[..., None], key: CasesKey) -> None:
        cases.prepare(function, key)
        cases.generate(function, key, dict.fromkeys(inspect.signature(function).parameters))


class GradingPlugin(CollectingPlugin):
    """Run the checks of one grading and collect their results."""

    def __init__(self, grading: Grading, on_check: OnCheck = ignore_check) -> None:
        super().__init__(grading.assignment, grading.keys)
        self.grading = grading
        self.results: list[CheckResult] = []
        self._not_chosen: Mapping[str, str] | None = None
        self._tries = 1
        self._on_check = on_check

    def pytest_configure(self, config: pytest.Config) -> None:
        """Make the grading known to the fixtures below."""
        super().pytest_configure(config)
        config.stash[_GRADING] = self.grading
        if not hasattr(config.option, "tbstyle"):
            # without a terminal nobody reads pytest's own account of a failure, for which it would parse our sources every time
            config.option.tbstyle = "native"

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool | None:
        check = self.checks[pyfuncitem.nodeid]
        names = inspect.signature(pyfuncitem.obj).parameters
        fixtures = {name: value for name, value in pyfuncitem.funcargs.items() if name in names}
        for self._tries in range(1, _MAX_TRIES + 1):
            try:
                self._ask(check, pyfuncitem.obj, fixtures)
            except Exception as error:
                if self._tries == _MAX_TRIES or not verdict.is_of_the_machine(error):
                    raise
                self._start_again(check)
            else:
                break
        return True

    def _ask(self, check: Check, function: Callable[..., None], fixtures: Mapping[str, object]) -> None:
        """Ask what a check asks, and end the worker: what it says of its end belongs to the answer."""
        try:
            if is_hypothesis_test(function):
                self._ask_property(check, function, fixtures)
            else:
                function(**fixtures)
        except KeyboardInterrupt:  # nobody asks any more, and a fault at this end would be tried again
            raise
        except BaseException:
            self.grading.student._renew()
            raise
        self.grading.student._renew()

    def _start_again(self, check: Check) -> None:
        """Try a check once more, all of it, with sandboxes that have been started anew: the machine failed, nobody else."""
        self._end_workers()
        self.grading.renew()
        self._begin(check)

    def _begin(self, check: Check) -> None:
        self.grading.student._begin(check.seconds)
        expect.take_remarks()
        expect.take_measured()

    def _end_workers(self) -> None:
        for side in (self.grading.student, self.grading.reference):
            if side is not None:
                with contextlib.suppress(GraderError):
                    side._end()
        self.grading.networks.end()

    def _ask_property(self, check: Check, function: Callable[..., None], fixtures: Mapping[str, object]) -> None:
        """Ask every case; where one fails, let Hypothesis find the smallest that does."""
        drawn = cases.generate(function, self.grading.keys.of_check(check.name).cases, fixtures)
        ask = function.hypothesis.inner_test  # type: ignore[attr-defined]
        try:
            for case in drawn:
                with contextlib.suppress(hypothesis.errors.UnsatisfiedAssumption):
                    ask(**fixtures, **case)
        except Exception as first:
            with self.grading.student._keeping_counterexample():
                self._shrink(function, fixtures)
            raise first from None  # shrinking was cut short: the first counterexample stands

    def _shrink(self, function: Callable[..., None], fixtures: Mapping[str, object]) -> None:
        """
        Let Hypothesis raise the smallest failure; returns only where the worker did not last that long.

        Raises:
            CheckFailed: If nothing fails when asked again, or that is the failure; or whatever else the case raises.
        """
        try:
            function(**fixtures)
        except WorkerLost:
            return
        raise CheckFailed("your code answers the same question differently when it is asked again")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        check = self.checks[item.nodeid]
        self._on_check(check, len(self.results), len(self.checks))
        given = self._without_running(check)
        if given is not None:
            self.results.append(given)
            item.add_marker(pytest.mark.skip(reason="its result needs no run"))
            return (yield)
        self._begin(check)
        self._tries = 1
        self._started = time.monotonic()
        try:
            return (yield)
        finally:
            self._end_workers()

    def _without_running(self, check: Check) -> CheckResult | None:
        """Return the result of a check of a submission that is unusable, or of an exercise that was not chosen."""
        problem = self.grading.submission.problem
        if problem is not None:
            return _result(check, outcome=problem.outcome, feedback=Feedback(message=problem.message))
        if self._not_chosen is None:
            self._not_chosen = not_chosen(self.grading)
        if check.exercise in self._not_chosen:
            feedback = Feedback(message=self._not_chosen[check.exercise])
            return _result(check, outcome=Outcome.SKIPPED, feedback=feedback)
        return None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        error = call.excinfo.value if call.excinfo is not None else None
        if self.results and self.results[-1].name == self.checks[item.nodeid].name:  # known without a run
            return report
        if call.when == "call" or (call.when == "setup" and error is not None):
            result = self._judge(self.checks[item.nodeid], error)
            self.results.append(result)
            if result.feedback is not None:
                report.longrepr = "\n".join(_lines(result))
        return report

    def _judge(self, check: Check, error: BaseException | None) -> CheckResult:
        student = self.grading.student
        seconds = time.monotonic() - self._started
        questions, modules, counterexample = student._recorded(), student._built(), student._counterexample()
        try:
            output = student._end()
        except GraderError as fault:
            output, error = "", fault
        exceeded = student._exceeded_limit()
        if exceeded is not None and (error is None or verdict.outcome_of(error) is not Outcome.UNGRADED):
            error = exceeded
        feedback, partial, fault_of_ours = None, 0, None
        outcome = Outcome.PASSED
        if error is not None:
            outcome = verdict.outcome_of(error)
            explained = isinstance(error, CheckFailed) and error.is_explained
            theirs = outcome is Outcome.FAILED or isinstance(error, StudentFault)
            mistake = self._mistake(questions, modules) if theirs and not explained else None
            feedback = verdict.feedback_on(error, counterexample, mistake)
            partial = verdict.partial_points(error, check.points)
            if outcome is Outcome.UNGRADED:
                fault_of_ours = verdict.fault_of(error, self._tries)
        return _result(
            check,
            outcome=outcome,
            feedback=feedback,
            remarks=expect.take_remarks(),
            measured=expect.take_measured(),
            output=output,
            wall_seconds=round(seconds, 3),
            partial=partial,
            fault=fault_of_ours,
        )

    def _mistake(self, questions: tuple[Question, ...], modules: tuple[str, ...]) -> Mistake | None:
        """Return the known mistake behind a failed check; that it cannot be found out must not cost the verdict."""
        try:
            return self.grading.diagnose(questions, modules)
        except (Exception, WorkerLost):
            return None


def _result(check: Check, *, outcome: Outcome, feedback: Feedback | None, **more: object) -> CheckResult:
    return CheckResult(
        name=check.name,
        title=check.title,
        exercise=check.exercise,
        points=check.points,
        outcome=outcome,
        visibility=check.visibility,
        disclosure=check.disclosure,
        feedback=feedback,
        **more,  # type: ignore[arg-type]
    )


def ungraded(check: Check, fault: Fault) -> CheckResult:
    """Return the result of a check that could not be run."""
    message = f"this check could not be run, through no fault of the submission: {fault.text}"
    return _result(check, outcome=Outcome.UNGRADED, feedback=Feedback(message=message), fault=fault)


def _lines(result: CheckResult) -> Generator[str]:
    feedback = result.feedback
    assert feedback is not None
    yield result.title
    yield feedback.message
    for label in ("counterexample", "expected", "received", "hint"):
        value = getattr(feedback, label)
        if value:
            yield f"  {label}: {value}"
    yield from (f"  {line}" for line in feedback.trace)


def _check_of(item: pytest.Function, assignment: Assignment) -> Check:
    """
    Read the marker of a collected function.

    Raises:
        AssignmentError: If it has none, or the marker is wrong.
    """
    where = f"{item.path}: `{item.name}`"
    marker = item.get_closest_marker("check")
    if marker is None:
        raise AssignmentError(f"{where} is not marked as a check; add @pytest.mark.check(points=…, exercise=…)")
    try:
        points, exercise, disclosure, seconds = _arguments(*marker.args, **marker.kwargs)
    except (TypeError, ValueError) as error:
        raise AssignmentError(f"{where}: {str(error).removeprefix('_arguments() ')} in its check marker") from None
    if item.cls is not None:
        raise AssignmentError(f"{where} is a method; a check is a plain function")
    if seconds is not None and not (isinstance(seconds, int | float) and seconds > 0):
        raise AssignmentError(f"{where}: seconds must be a number above 0, got {seconds!r}")
    if type(points) is not int or points < 1:
        raise AssignmentError(f"{where}: points must be a whole number above 0, got {points!r}")
    known = [other.name for other in assignment.exercises]
    if exercise not in known:
        raise AssignmentError(f"{where}: exercise must be one of {', '.join(known)}, got {exercise!r}")
    title = " ".join((inspect.getdoc(item.obj) or "").split())
    if not title:
        raise AssignmentError(f"{where} has no docstring, which is the sentence that a student reads")
    is_public = assignment.folder in item.path.parents
    return Check(
        name=_name_of(item),
        title=title,
        exercise=exercise,
        points=points,
        visibility=Visibility.PUBLIC if is_public else Visibility.HIDDEN,
        disclosure=disclosure or (Disclosure.FULL if is_public else Disclosure.COUNTEREXAMPLE),
        seconds=seconds,
    )


def _name_of(item: pytest.Item) -> str:
    return item.name.removeprefix("test_")


def _arguments(
    points: int, exercise: str, disclosure: str | None = None, seconds: float | None = None
) -> tuple[int, str, Disclosure | None, float | None]:
    return points, exercise, None if disclosure is None else Disclosure(disclosure), seconds


# --- what checks may ask for ------------------------------------------------------------------------------------------

_GRADING = pytest.StashKey[Grading]()


@pytest.fixture(scope="session")
def student(pytestconfig: pytest.Config) -> Student:
    """Whatever the submission defines, answered by a worker of this check."""
    return pytestconfig.stash[_GRADING].student


@pytest.fixture(scope="session")
def reference(pytestconfig: pytest.Config) -> Reference:
    """The reference solution, answered by a process that never sees a submission."""
    grading = pytestconfig.stash[_GRADING]
    if grading.reference is None:
        raise AssignmentError("a check asks for `reference`, but this copy of the course has no solutions")
    return Reference(grading.reference, f"solutions/{grading.assignment.slug}/{grading.assignment.file}")


@pytest.fixture(scope="session")
def networks(pytestconfig: pytest.Config) -> Networks:
    """The networks that the assignment knows, to compare the submission's with."""
    return pytestconfig.stash[_GRADING].networks


@pytest.fixture(scope="session")
def task(pytestconfig: pytest.Config) -> Task:
    """What networks are trained on in this grading."""
    task = pytestconfig.stash[_GRADING].task
    if task is None:
        raise AssignmentError("a check asks for `task`, but assignment.toml has no [training]")
    return task


@pytest.fixture
def keys(request: pytest.FixtureRequest) -> Keys:
    """What this check may draw random numbers from: keys of its own, that follow from the secret of the grading."""
    return request.config.stash[_GRADING].keys.of_check(_name_of(request.node))


# --- the second door: pytest's own command line -----------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what a grading needs to know."""
    group = parser.getgroup("grader", "grade a submission")
    group.addoption("--submission", metavar="PATH", help="the submission that the checks question")
    group.addoption("--grading-seed", metavar="TEXT", help="secret of the grading (default: drawn)")
    group.addoption("--grading-data", metavar="NAME", help="data set to train on (default: the assignment's)")
    group.addoption("--grading-data-root", metavar="DIR", type=Path, help="where real data lie")
    group.addoption("--grading-sandbox", metavar="NAME", default="auto", help="auto, bubblewrap or local")


def pytest_configure(config: pytest.Config) -> None:
    """Register a GradingPlugin where --submission is given."""
    config.addinivalue_line("markers", _MARKER)
    path = config.getoption("--submission", default=None)
    if path is None or config.pluginmanager.has_plugin("grading"):
        return
    try:
        plugin = _from_command_line(config, Path(path))
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None
    config.pluginmanager.register(plugin, "grading")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Stop where checks were collected but no submission was named."""
    collecting = any(isinstance(plugin, CollectingPlugin) for plugin in config.pluginmanager.get_plugins())
    if not collecting and any(item.get_closest_marker("check") for item in items):
        raise pytest.UsageError("these are checks: name the submission that they question with --submission PATH")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the score after pytest's own summary."""
    plugin = config.pluginmanager.get_plugin("grading")
    if isinstance(plugin, GradingPlugin) and plugin.results:
        total = scoring.score(plugin.results, plugin.grading.assignment.exercises)
        terminalreporter.write_line(f"score: {total.earned} of {total.possible} points", bold=True)


def _from_command_line(config: pytest.Config, path: Path) -> GradingPlugin:
    found = {assignments.of_checks(Path(name.partition("::")[0]).resolve()) for name in config.args}
    if len(found) != 1 or None in found:
        raise UsageError("--submission needs the checks of one assignment, as in assignments/<slug>/checks")
    ((course, slug),) = (place for place in found if place is not None)
    assignment = assignments.load(course, slug)
    seed = config.getoption("--grading-seed")
    seed = draw_secret() if seed is None else checked_secret(seed)
    task = task_of(assignment, config.getoption("--grading-data"), config.getoption("--grading-data-root"))
    sandbox = choose(config.getoption("--grading-sandbox"), assignment.packages)
    ours = Local(assignment.packages)
    config.add_cleanup(sandbox.close)
    config.add_cleanup(ours.close)
    return GradingPlugin(
        open_grading(
            assignment,
            submission.read(path, assignment),
            seed=seed,
            device="cpu",
            task=task,
            sandbox=sandbox,
            ours=ours,
        )
    )
