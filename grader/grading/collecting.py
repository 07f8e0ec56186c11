"""
Collect the checks of an assignment, as pytest finds them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import is_hypothesis_test

from grader.course import python_file
from grader.errors import AssignmentError
from grader.grading import cases, check_files, choice
from grader.grading.check import MARKER, Check, check_of
from grader.keys import CasesKey, GradingKeys
from grader.model import Assignment


class CollectingPlugin:
    """Collect the checks of an assignment, validated."""

    def __init__(
        self,
        assignment: Assignment,
        keys: GradingKeys | None = None,
        exercises: tuple[str, ...] = (),
        checks: tuple[str, ...] = (),
    ) -> None:
        self.checks: dict[str, Check] = {}
        """By pytest's node id."""
        self.broken: list[str] = []
        """What is wrong with the check files."""
        self._assignment = assignment
        self._keys = keys
        self._exercises = exercises
        self._names = checks

    def pytest_configure(self, config: pytest.Config) -> None:
        config.addinivalue_line("markers", MARKER)

    def pytest_exception_interact(
        self,
        node: pytest.Item | pytest.Collector,
        call: pytest.CallInfo[object],
        report: pytest.CollectReport | pytest.TestReport,
    ) -> None:
        if isinstance(report, pytest.CollectReport) and call.excinfo is not None:
            self.broken.append(_told(call.excinfo.value, node.path))

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        try:
            order = [exercise.name for exercise in self._assignment.exercises]
            for path in dict.fromkeys(item.path for item in items):
                check_files.refuse_unknown_names(path, self._assignment)
            for item in items:
                assert isinstance(item, pytest.Function)
                check = check_of(item, self._assignment)
                if check.name in (other.name for other in self.checks.values()):
                    raise AssignmentError(f"{item.path}: two checks are called `{check.name}`")
                self.checks[item.nodeid] = check
                if self._keys is not None and is_hypothesis_test(item.obj):
                    self._prepare(item.obj, self._keys.of_check(check.name).cases)
            choice.refuse_uneven(self._assignment.exercises, self.checks.values())
            items[:] = [item for item in items if self._is_asked(self.checks[item.nodeid])]
            if (self._names or self._exercises) and not items:
                raise AssignmentError(self._no_checks())
            self.checks = {item.nodeid: self.checks[item.nodeid] for item in items}
            items.sort(key=lambda item: order.index(self.checks[item.nodeid].exercise))  # as on the assignment sheet
        except AssignmentError as error:
            self.broken.append(str(error))
            raise pytest.UsageError(str(error)) from None

    def _no_checks(self) -> str:
        """Say that what is asked about has no checks here, and why, where that is known."""
        asked_for = self._names or self._exercises
        by_hand = {one.name for one in self._assignment.exercises if one.is_graded_by_hand}
        why = ": it is graded by hand" if by_hand.issuperset(asked_for) else ""
        return f"there are no checks here of {', '.join(asked_for)}{why}"

    def _is_asked(self, check: Check) -> bool:
        is_of_these = not self._exercises or check.exercise in self._exercises
        return is_of_these and (not self._names or check.name in self._names)

    def _prepare(self, function: Callable[..., None], key: CasesKey) -> None:
        cases.prepare(function, key)


def _told(error: BaseException, path: Path) -> str:
    """Say what is wrong with a check file that cannot be collected; of what pytest makes of an error, the error itself."""
    if isinstance(error, pytest.Collector.CollectError) and error.__cause__ is not None:
        error = error.__cause__
    if isinstance(error, pytest.Collector.CollectError | pytest.fail.Exception):  # a sentence of pytest's own
        return f"{path}: {error}"
    return python_file.told(error, path)


class RehearsingPlugin(CollectingPlugin):
    """Collect the checks of an assignment and generate their cases, ahead of a class that shares them."""

    def _prepare(self, function: Callable[..., None], key: CasesKey) -> None:
        super()._prepare(function, key)
        cases.generate(function, key, dict.fromkeys(inspect.signature(function).parameters))
