"""The workflows that grade pull requests: what their files permit, and what linters find in them."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from workflows import PROGRAMS, SHOWN, parsed, read

COURSE = Path(__file__).parents[2]
WORKFLOWS = {path.stem: path for path in sorted((COURSE / ".github" / "workflows").glob("*.yml"))}
ACTION = COURSE / ".github" / "actions" / "grade" / "action.yml"
GITLAB = COURSE / "docs" / "gitlab" / "grade.gitlab-ci.yml"
FEEDBACK, GRADE = read(WORKFLOWS["feedback"]), read(WORKFLOWS["grade"])
ACTIONS = {name: read(path) for name, path in WORKFLOWS.items()} | {
    f"shown {number}": parsed(text) for number, text in enumerate(SHOWN)
}
TEXTS = [*(path.read_text() for path in WORKFLOWS.values()), ACTION.read_text(), *SHOWN]


def steps() -> Iterator[dict[str, Any]]:
    """Every step of every job, and of the action."""
    for workflow in ACTIONS.values():
        for job in workflow["jobs"].values():
            yield from job["steps"]
    yield from read(ACTION)["runs"]["steps"]


# --- what the files may do --------------------------------------------------------------------------------------------


def test_actions_of_others_are_pinned() -> None:
    """By a full commit, with the version that it is."""
    uses = [line.strip() for text in TEXTS for line in text.splitlines() if re.match(r"\s*(- )?uses:", line)]
    local = [line for line in uses if "uses: ./" in line]

    assert len(uses) > len(local) > 1
    for line in set(uses) - set(local):
        assert re.search(r"uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


def test_each_action_has_one_version() -> None:
    """The same action is the same commit in every file."""
    pins = set(re.findall(r"uses: ([\w-]+/[\w-]+)@(\w+)", "\n".join(TEXTS)))

    assert len(pins) == len({name for name, _ in pins})


@pytest.mark.parametrize(
    ("workflow", "job", "permissions"),
    [
        ("feedback", "feedback", {"contents": "read"}),
        ("grade", "grade", {"actions": "read", "contents": "read", "pull-requests": "read"}),
        ("grade", "report", {"pull-requests": "write"}),
    ],
)
def test_jobs_have_least_permissions(workflow: str, job: str, permissions: dict[str, str]) -> None:
    """A workflow as a whole has none, a job what it needs."""
    found = read(WORKFLOWS[workflow])

    assert found["permissions"] == {}
    assert found["jobs"][job]["permissions"] == permissions


def test_no_job_has_been_forgotten() -> None:
    """There are no more jobs than are looked at above; what is shown in the docs may only read."""
    assert (set(FEEDBACK["jobs"]), set(GRADE["jobs"])) == ({"feedback"}, {"grade", "report"})
    for name, workflow in ACTIONS.items():
        if name.startswith("shown"):
            assert [job["permissions"] for job in workflow["jobs"].values()] == [{"contents": "read"}]


def test_no_script_holds_an_expression() -> None:
    """What a student chose reaches a script as a variable, never as a part of it."""
    scripts = [step["run"] for step in steps() if "run" in step]

    assert len(scripts) > 10
    assert not [script for script in scripts if "${{" in script]


def test_scripts_stop_at_the_first_error() -> None:
    """Each is bash that bash can read, and stops where a command fails or a variable is missing."""
    for script in (
        step["run"]
        for name in ("feedback", "grade")
        for job in ACTIONS[name]["jobs"].values()
        for step in job["steps"]
        if "run" in step
    ):
        assert script.startswith("set -euo pipefail\n")
        assert subprocess.run(["bash", "-n"], input=script, text=True).returncode == 0


def test_no_checkout_keeps_a_credential() -> None:
    """Git is given a token for as long as it fetches."""
    checkouts = [step for step in steps() if step.get("uses", "").startswith("actions/checkout@")]

    assert len(checkouts) >= 4
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


def test_feedback_has_no_secret() -> None:
    """Neither it nor the action names one, or the token."""
    for path in (WORKFLOWS["feedback"], ACTION):
        said = re.sub(r"#.*", "", path.read_text())
        assert not re.search(r"\bsecrets\b|github\.token|\bTOKEN\b", said)


def test_points_come_from_the_default_branch() -> None:
    """`grade` starts when `feedback` has ended, from a pull request, whatever came of it."""
    assert set(FEEDBACK["on"]) == {"pull_request"}
    assert GRADE["on"] == {"workflow_run": {"workflows": [FEEDBACK["name"]], "types": ["completed"]}}
    assert "github.event.workflow_run.event == 'pull_request'" in GRADE["jobs"]["grade"]["if"]


def test_grade_reads_nothing_of_the_first_run() -> None:
    """No artifact, cache or output; its own artifact goes from one job to the other, within the run."""
    uses = {name: [step for step in job["steps"] if "uses" in step] for name, job in GRADE["jobs"].items()}
    moved = {name: [step["with"] for step in found if "artifact" in step["uses"]] for name, found in uses.items()}

    assert moved == {
        "grade": [{"name": "results", "path": "results", "if-no-files-found": "ignore"}],
        "report": [{"name": "results", "path": "results"}],
    }
    for path in (WORKFLOWS["grade"], ACTION):
        said = re.sub(r"#.*", "", path.read_text())
        assert not re.search(
            r"actions/cache|\bcache:|run-id|github-token|workflow_run\.(url|artifacts_url)|/artifacts", said
        )


def test_grade_checks_out_no_head() -> None:
    """Only the course is, at a commit that no event of a student chooses; the other checkout is a bare repository."""
    references = [
        step["with"]["ref"]
        for step in GRADE["jobs"]["grade"]["steps"] + GRADE["jobs"]["report"]["steps"]
        if "checkout@" in step.get("uses", "")
    ]
    said = re.sub(r"#.*", "", WORKFLOWS["grade"].read_text())

    assert references == ["${{ vars.COURSE_REPOSITORY != '' && vars.COURSE_COMMIT || github.sha }}"] * 2
    assert not re.search(r"\bgit (-C \S+ )?(checkout|switch|restore|reset|worktree|clone|archive|show)\b", said)
    assert "git init --quiet --bare repository" in said


def test_the_job_that_writes_runs_nothing_of_the_head() -> None:
    """`report` never names the head but in the comment, and has no sandbox to run student code in."""
    named = [step["name"] for step in GRADE["jobs"]["report"]["steps"] if "workflow_run" in json.dumps(step)]

    assert named == ["comment"]
    assert not [step for step in GRADE["jobs"]["report"]["steps"] if "actions/grade" in step.get("uses", "")]


def test_a_secret_goes_to_the_checkout_of_the_course_alone() -> None:
    """A deploy key, in an environment that only the default branch may use."""
    holders = [
        step["name"] for job in GRADE["jobs"].values() for step in job["steps"] if "secrets." in json.dumps(step)
    ]

    assert holders == ["fetch the course", "fetch the grader"]
    assert {job["environment"] for job in GRADE["jobs"].values()} == {"grading"}


def run_linter(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run one that the extra `dev` installs."""
    program = shutil.which(words[0], path=f"{PROGRAMS}:{os.environ['PATH']}")
    assert program is not None, f"{words[0]} is not installed: make .venv/dev.stamp"
    return subprocess.run([program, *words[1:]], cwd=cwd, capture_output=True, text=True)


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ("zizmor", "--offline", "--no-progress", ".github"),
        *(
            ("check-jsonschema", "--builtin-schema", "vendor.github-workflows", str(path))
            for path in WORKFLOWS.values()
        ),
        ("check-jsonschema", "--builtin-schema", "vendor.github-actions", str(ACTION)),
        ("check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", str(GITLAB)),
    ],
    ids=lambda words: f"{words[0]} {Path(words[-1]).name}",
)
def test_linters_find_nothing(words: tuple[str, ...]) -> None:
    """zizmor knows attacks on workflows, the schemas what GitHub and GitLab accept."""
    done = run_linter(*words, cwd=COURSE)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(SHOWN)))
def test_linters_find_nothing_in_what_is_shown(number: int, tmp_path: Path) -> None:
    """The workflows of the docs are workflows as well."""
    shown = tmp_path / ".github" / "workflows" / "shown.yml"
    shown.parent.mkdir(parents=True)
    shown.write_text(SHOWN[number])
    known = run_linter("zizmor", "--offline", "--no-progress", ".github", cwd=tmp_path)
    fits = run_linter("check-jsonschema", "--builtin-schema", "vendor.github-workflows", str(shown), cwd=tmp_path)

    assert (known.returncode, fits.returncode) == (0, 0), known.stdout + fits.stdout


@pytest.mark.slow
def test_linters_find_what_they_should(tmp_path: Path) -> None:
    """A workflow that puts a title into a script and checks the head out with a token is found."""
    bad = tmp_path / ".github" / "workflows" / "bad.yml"
    bad.parent.mkdir(parents=True)
    step = "echo ${{ github.event.pull_request.title }}"
    bad.write_text(f"on: pull_request_target\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: {step}\n")
    done = run_linter("zizmor", "--offline", "--no-progress", ".github", cwd=tmp_path)

    assert done.returncode != 0
    assert {"dangerous-triggers", "template-injection"} <= set(re.findall(r"error\[([\w-]+)\]", done.stdout))
