"""
The second door: `pytest assignments/<slug>/checks --submission PATH`, with the plugin that `grade.py` uses.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from grader import submission
from grader.course import assignment as assignments
from grader.datasets import task_of
from grader.errors import UsageError
from grader.grading import scoring
from grader.grading.check import MARKER
from grader.grading.collecting import CollectingPlugin
from grader.grading.request import GradingRequest, Sides
from grader.grading.running import GradingPlugin
from grader.grading.sides import open_grading
from grader.keys import checked_secret, draw_secret
from grader.sandbox import Local, choose


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
    config.addinivalue_line("markers", MARKER)
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
    reference = Local(assignment.packages)
    config.add_cleanup(sandbox.close)
    config.add_cleanup(reference.close)
    request = GradingRequest(assignment=assignment, seed=seed, task=task)
    sides = Sides(submission=sandbox, reference=reference)
    return GradingPlugin(open_grading(request, submission.read(path, assignment), sides))
