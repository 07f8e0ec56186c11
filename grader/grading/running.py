"""
Run the checks of one grading, and turn what happens into CheckResults.
"""

from __future__ import annotations

import contextlib
import inspect
import time
from collections.abc import Callable, Generator, Mapping
from typing import TypeVar

import hypothesis
import hypothesis.errors
import pytest
from hypothesis import is_hypothesis_test

from grader.checks import findings
from grader.diagnosis import Mistake
from grader.errors import CheckFailed, GraderError, WorkerLost
from grader.grading import cases, choice, verdict
from grader.grading.check import Check
from grader.grading.collecting import CollectingPlugin
from grader.grading.fixtures import GRADING
from grader.grading.locating import located
from grader.grading.request import SILENT, Listener
from grader.grading.sides import Grading
from grader.model import CheckResult, Outcome
from grader.proxy import MODULE_PACKAGES

_Answer = TypeVar("_Answer")


class GradingPlugin(CollectingPlugin):
    """Run the checks of one grading and collect their results."""

    def __init__(self, grading: Grading, listener: Listener = SILENT) -> None:
        super().__init__(grading.assignment, grading.keys, grading.exercises, grading.checks)
        self.grading = grading
        self.results: list[CheckResult] = []
        self._not_chosen: Mapping[str, str] | None = None
        self._listener = listener
        self._tries = 1
        self._started = 0.0
        self._findings = findings.Findings()
        self._explained: list[tuple[int, Mistake, CheckResult]] = []

    def pytest_configure(self, config: pytest.Config) -> None:
        """Make the grading known to the fixtures."""
        super().pytest_configure(config)
        config.stash[GRADING] = self.grading
        if not hasattr(config.option, "tbstyle"):
            # without a terminal nobody reads pytest's own account of a failure, for which it would parse our sources every time
            config.option.tbstyle = "native"

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Let the reference's sandbox import what takes seconds, where a check will ask it, while others ask the submission's."""
        asked = {name for item in session.items if isinstance(item, pytest.Function) for name in item.fixturenames}
        packages: set[str] = set()
        if "networks" in asked and self.grading.assignment.modules:
            packages.update(MODULE_PACKAGES)
        if "reference" in asked and self.grading.reference is not None:
            packages.update(self.grading.reference.code.preload)
        if packages:
            with contextlib.suppress(GraderError):  # who asks it is told
                self.grading.sides.reference.warm(tuple(sorted(packages)))

    # --- asking -------------------------------------------------------------------------------------------------------

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool | None:
        check = self.checks[pyfuncitem.nodeid]
        names = inspect.signature(pyfuncitem.obj).parameters
        fixtures = {name: value for name, value in pyfuncitem.funcargs.items() if name in names}

        def ask() -> None:
            if self._tries > 1:  # all of it once more; what the fixtures asked belongs to the first try
                self._begin(check)
            self._ask(check, pyfuncitem.obj, fixtures)

        self._with_another_try(ask)
        return True

    def _with_another_try(self, ask: Callable[[], _Answer]) -> _Answer:
        """Ask, and once more with sandboxes that have been started anew where the machine failed, nobody else."""
        self._tries = 1
        while True:
            try:
                return ask()
            except Exception as error:
                if not verdict.is_tried_again(verdict.blame_for(error), self._tries):
                    raise
            self._tries += 1
            self._end_workers()
            self.grading.renew()

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
            self.grading.session.renew()
            raise
        self.grading.session.renew()

    def _begin(self, check: Check) -> None:
        self.grading.session.begin(check.seconds)
        self._findings.clear()

    def _end_workers(self) -> None:
        for session in (self.grading.session, self.grading.reference):
            if session is not None:
                with contextlib.suppress(GraderError):
                    session.end()
        with contextlib.suppress(GraderError):
            self.grading.networks.end()

    def _ask_property(self, check: Check, function: Callable[..., None], fixtures: Mapping[str, object]) -> None:
        """Ask every case; where one fails, let Hypothesis find the smallest that does."""
        drawn = cases.generate(function, self.grading.keys.of_check(check.name).cases, fixtures)
        if drawn is cases.DRAWS_ITSELF:
            function(**fixtures)
            return
        ask = function.hypothesis.inner_test  # type: ignore[attr-defined]
        try:
            for case in drawn:
                with contextlib.suppress(hypothesis.errors.UnsatisfiedAssumption):
                    ask(**fixtures, **case)
        except Exception as first:
            if verdict.outcome_of(first) is Outcome.UNGRADED or self.grading.until_lost:
                raise  # a fault of ours has no smallest case, and of a mutant nobody wants one
            picture = self._findings.picture
            with self.grading.session.same_counterexample():
                self._shrink(function, fixtures)
            self._findings.picture = picture
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

    # --- results ------------------------------------------------------------------------------------------------------

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        check = self.checks[item.nodeid]
        self._listener.on_check(check, len(self.results), len(self.checks))
        given = self._without_running(check)
        if given is not None:
            self._add(given)
            item.add_marker(pytest.mark.skip(reason="its result needs no run"))
            return (yield)
        with findings.gather() as self._findings:
            self._begin(check)
            self._tries = 1
            self._started = time.monotonic()
            try:
                return (yield)
            finally:
                self._end_workers()

    def _add(self, result: CheckResult) -> None:
        self.results.append(result)
        self._listener.on_result(result)

    def _without_running(self, check: Check) -> CheckResult | None:
        """Return the result of a check that is not run: of an unusable submission, or of an exercise that was not chosen."""
        problem = self.grading.submission.problem
        if problem is not None:
            return verdict.unusable(check, problem)
        if self._not_chosen is None:
            exercises, session = self.grading.assignment.exercises, self.grading.session
            try:
                self._not_chosen = self._with_another_try(lambda: choice.not_chosen(exercises, session))
            except Exception as error:
                return verdict.ungraded(check, verdict.fault_of(error, self._tries))
        why = self._not_chosen.get(check.exercise)
        return None if why is None else verdict.skipped(check, why)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        error = call.excinfo.value if call.excinfo is not None else None
        if self.results and self.results[-1].name == self.checks[item.nodeid].name:  # known without a run
            return report
        if call.when == "call" or (call.when == "setup" and error is not None):
            result = self._result(self.checks[item.nodeid], error)
            self._add(result)
            if self.grading.until_lost and result.outcome is not Outcome.PASSED:
                item.session.shouldfail = "a check is lost"
            if result.feedback is not None:
                report.longrepr = "\n".join(_lines(result))
        return report

    def _result(self, check: Check, error: BaseException | None) -> CheckResult:
        """End the worker of a check, gather what happened, look for the mistake and let the judge decide."""
        session = self.grading.session
        seconds = time.monotonic() - self._started
        asked, counterexample, last_name = session.asked, session.last_call, session.last_name
        try:
            output = session.end()
        except GraderError as fault:
            output, error = "", fault
        happened = verdict.Happened(
            error=error,
            exceeded=session.exceeded,
            counterexample=counterexample,
            output=output,
            findings=self._findings,
            wall_seconds=round(seconds, 3),
            peak_bytes=session.peak_bytes,
            tries=self._tries,
        )
        ended = verdict.what_ended(error, session.exceeded)
        self.grading.diagnosis.note(asked)
        self._listener.on_asked(check, asked)
        mistake = None
        if ended is not None and not self.grading.until_lost and verdict.is_to_be_explained(ended):
            mistake = self.grading.diagnosis.explain(ended, asked)

        def judged(explanation: Mistake | None) -> CheckResult:
            result = verdict.judge(check, happened, explanation)
            return located(result, ended, last_name, self.grading.submission, self.grading.assignment)

        if mistake is not None:
            self._explained.append((len(self.results), mistake, judged(None)))
        return judged(mistake)

    def pytest_sessionfinish(self) -> None:
        """Take back the explanation of each check that answers in later ones refute; its verdict stands without one."""
        for place, mistake, plain in self._explained:
            if self.grading.diagnosis.is_refuted(mistake):
                self.results[place] = plain


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
