"""
What the steps of the workflows do: each is run by bash as it is shipped, on real git repositories.

The API is a small server that knows only what the workflows ask, and who may ask it.  What installs packages is left out.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from results import graded, result
from workflows import SHOWN, Done, Runner, git, parsed, read

from grader.model import Outcome
from grader.reports import results_json

COURSE = Path(__file__).parents[2]
FEEDBACK = read(COURSE / ".github" / "workflows" / "feedback.yml")
GRADE = read(COURSE / ".github" / "workflows" / "grade.yml")
GITLAB = read(COURSE / "docs" / "gitlab" / "grade.gitlab-ci.yml")
MARKER = "<!-- grader: result -->"
EVIL = "the head was run"
RUNS = "actions/workflows/feedback.yml/runs"
RESULTS = results_json.encode(graded(result("any_sum", Outcome.PASSED), result("any_carry", Outcome.FAILED)))
LACKING = [name for name in ("git", "curl", "jq", "bash") if shutil.which(name) is None]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(LACKING), reason=f"not installed, and runners of GitHub have them: {', '.join(LACKING)}"),
]


class Api:
    """
    GitHub's API, as far as it is asked: a pull request, the runs of an account, the comments; and GitLab's: merge requests.

    What is not known, or may not be done with the token, is not found.
    """

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.runs: list[dict[str, Any]] = [{"id": 7, "run_attempt": 1}]
        self.comments: list[dict[str, Any]] = []
        self.pulls: list[dict[str, Any]] = []
        self.merge_requests: list[dict[str, Any]] = []
        api = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                url = urlsplit(self.path)
                content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                token = self.headers.get("Authorization", "").removeprefix("Bearer ") or self.headers.get(
                    "PRIVATE-TOKEN", ""
                )
                found = api.answer(self.command, url.path, parse_qs(url.query), token, content)
                body = json.dumps(found).encode()
                self.send_response(404 if found is None else 200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PATCH = answer  # noqa: N815

            def log_message(self, *_words: Any) -> None:
                """Print nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, method: str, path: str, query: dict[str, list[str]], token: str, content: bytes) -> Any:
        """Return what is found, None if nothing is; only the token of `report` may write."""
        self.requests.append({"method": method, "path": path, "query": query, "token": token})
        if path.startswith("/projects/org%2Fpublic"):
            return (
                self._gitlab(path.removeprefix("/projects/org%2Fpublic"), query) if token == "students token" else None
            )
        repository, _, what = path.removeprefix("/repos/").partition("/public/")
        if repository != "org" or token != ("grade token" if what in ("pulls", RUNS) else "report token"):
            return None
        if (method, what) == ("GET", "pulls"):
            return self.pulls if query["head"] == ["ada:exercise-1"] else []
        if (method, what) == ("GET", RUNS):
            return {"total_count": len(self.runs), "workflow_runs": self.runs[:100]}
        if (method, what) == ("GET", "issues/1/comments"):
            page = int(query["page"][0])
            return self.comments[(page - 1) * 100 : page * 100]
        comment = {"body": json.loads(content)["body"], "user": {"login": "github-actions[bot]"}}
        if (method, what) == ("POST", "issues/1/comments"):
            self.comments.append({"id": 100 + len(self.comments), **comment})
            return self.comments[-1]
        number = what.removeprefix("issues/comments/")
        old = next((one for one in self.comments if method == "PATCH" and str(one["id"]) == number), None)
        if old is not None:
            old["body"] = comment["body"]
        return old

    def _gitlab(self, what: str, query: dict[str, list[str]]) -> Any:
        if what == "":
            return {"default_branch": "main"}
        first = (int(query["page"][0]) - 1) * 100
        return self.merge_requests[first : first + 100] if what == "/merge_requests" else None


class World:
    """A public repository, the private course, a fork with a commit, and the API that knows them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.api = Api()
        self.servers = folder / "servers"
        self.course = self._repository("org/course", ("grader", "docker", "assignments", "solutions", ".github"))
        self.base = self._repository("org/public", ("grader", "docker", "assignments", ".github"))
        self.head = self._pull_request()
        self.api.pulls = [
            {"number": 1, "head": {"sha": self.head, "repo": {"id": 55}}, "base": {"ref": "main"}},
        ]
        self.event = {
            "repository": {"default_branch": "main", "topics": ["graded-course"]},
            "workflow_run": {
                "id": 7,
                "event": "pull_request",
                "conclusion": "success",
                "actor": {"login": "ada"},
                "created_at": "2026-03-02T10:20:30Z",
                "head_branch": "exercise-1",
                "head_repository": {"id": 55, "owner": {"login": "ada"}},
                "head_sha": self.head,
            },
        }
        self.vars = {"COURSE_REPOSITORY": "org/course", "COURSE_COMMIT": self.course}

    def runner(self, job: str, **more: Any) -> Runner:
        """A fresh machine for one job of a run."""
        usual: dict[str, Any] = {"event": self.event, "vars": self.vars, "repository": "org/public", "sha": self.base}
        return Runner(
            folder=self.folder / job,
            servers=self.servers,
            api=self.api.url,
            token=f"{job} token",
            artifacts=self.folder / "artifacts",
            **{**usual, **more},
        )

    def grade(self) -> Done:
        """Run the job that grades."""
        return self.runner("grade").job(GRADE, "grade")

    def report(self, grade: Done) -> Done:
        """Run the job that comments."""
        shutil.rmtree(self.folder / "report", ignore_errors=True)
        return self.runner("report").job(GRADE, "report", {"grade": grade})

    def hand_over(self, content: bytes) -> Done:
        """Be the job that grades, with this as its results."""
        results = self.folder / "artifacts" / "results" / "addition"
        results.mkdir(parents=True, exist_ok=True)
        (results / "ada.results.json").write_bytes(content)
        return Done(result="success", outputs={"pull-request": "1", "refusal": "", "results": "5"}, log="")

    def _repository(self, name: str, folders: tuple[str, ...]) -> str:
        work = self.folder / name.replace("/", "-")
        for folder in folders:
            shutil.copytree(COURSE / folder, work / folder, ignore=_needless)
        (work / "roster.txt").write_text("ada\ngone\n")
        git("init", "--quiet", "--initial-branch=main", cwd=work)
        git("add", "--all", "--force", cwd=work)
        git("commit", "--quiet", "--message=course", cwd=work)
        server = self.servers / f"{name}.git"
        git("clone", "--quiet", "--bare", str(work), str(server), cwd=self.folder)
        git("config", "uploadpack.allowAnySHA1InWant", "true", cwd=server)
        return git("rev-parse", "HEAD", cwd=work)

    def _pull_request(self) -> str:
        """Commit to a fork what a student hands in, and what nobody should run, and push it as GitHub does."""
        fork = self.folder / "fork"
        git("clone", "--quiet", str(self.servers / "org/public.git"), str(fork), cwd=self.folder)
        specimen = COURSE / "solutions" / "conv_arithmetic" / "specimens" / "one_bias" / "conv_arithmetic.py"
        shutil.copy(specimen, fork / "assignments" / "conv_arithmetic" / "conv_arithmetic.py")
        git("commit", "--quiet", "--all", "--message=exercise 1", cwd=fork)
        (fork / ".github" / "actions" / "grade" / "action.yml").write_text(f"# {EVIL}\n")
        (fork / "grader" / "__init__.py").write_text(f"raise SystemExit('{EVIL}')\n")
        (fork / "sitecustomize.py").write_text(f"raise SystemExit('{EVIL}')\n")
        git("add", "--all", cwd=fork)
        self.harmless = git("rev-parse", "HEAD", cwd=fork)
        git("commit", "--quiet", "--message=let me grade myself", cwd=fork)
        head = git("rev-parse", "HEAD", cwd=fork)
        server = str(self.servers / "org/public.git")
        git("push", "--quiet", server, "HEAD:refs/pull/1/head", "HEAD~1:refs/pull/1/merge", cwd=fork)
        git("push", "--quiet", server, "HEAD:refs/merge-requests/1/head", cwd=fork)
        git("clone", "--quiet", "--bare", str(fork), str(self.servers / "org/ada.git"), cwd=self.folder)
        return head


def _needless(folder: str, names: list[str]) -> set[str]:
    """What no commit of a course needs here: it would only take time."""
    is_other = Path(folder).name in ("assignments", "solutions")
    return {name for name in names if name in ("__pycache__", "specimens", "wheels", "corpus")} | {
        name for name in names if is_other and name != "conv_arithmetic"
    }


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The repositories, made once."""
    world = World(tmp_path_factory.mktemp("github"))
    yield world
    world.api.close()


@pytest.fixture
def world(made: World) -> Iterator[World]:
    """The repositories, with nothing done yet."""
    before = json.dumps([made.event, made.vars, made.api.pulls])
    yield made
    made.event, made.vars, made.api.pulls = json.loads(before)
    made.api.runs, made.api.comments, made.api.requests = [{"id": 7, "run_attempt": 1}], [], []
    for name in ("grade", "report", "feedback", "roster", "gitlab", "artifacts"):
        shutil.rmtree(made.folder / name, ignore_errors=True)


@pytest.mark.usefixtures("needs_bubblewrap")
def test_a_pull_request_is_graded(world: World) -> None:
    """All checks of the private course are asked, nothing of the head is run or checked out, and one comment says the score."""
    done = world.grade()
    results = list((world.folder / "artifacts" / "results").glob("conv_arithmetic/*.results.json"))
    found = [
        path
        for path in (world.folder / "grade").rglob("*")
        if path.is_file() and EVIL in path.read_text(errors="replace")
    ]

    assert done.outputs == {"pull-request": "1", "refusal": "", "results": "5"}, done.log
    assert EVIL not in done.log
    assert found == []
    assert [json.loads(path.read_bytes())["score"] for path in results] == [22]
    assert "hidden" in {check["visibility"] for check in json.loads(results[0].read_bytes())["checks"]}
    assert done.result == "failure"  # the head edits what is no student's
    assert world.report(done).result == "success"
    assert [comment["body"].splitlines()[0] for comment in world.api.comments] == [MARKER]
    assert world.head in world.api.comments[0]["body"]
    assert "22 of 30 points" in world.api.comments[0]["body"]


@pytest.mark.usefixtures("needs_bubblewrap")
def test_feedback_asks_the_public_checks(world: World) -> None:
    """In the student's own run, from a clone that has both sides, with annotations and without a token."""
    pull_request = {"number": 1, "base": {"sha": world.base}, "head": {"sha": world.harmless}}
    event = {"repository": {"topics": ["graded-course"]}, "pull_request": pull_request}
    done = world.runner("feedback", event=event, vars={}).job(FEEDBACK, "feedback")

    assert done.result == "success", done.log
    assert "::error" in done.log
    assert world.api.requests == []


@pytest.mark.usefixtures("needs_bubblewrap")
def test_a_roster_is_graded_from_outside(world: World) -> None:
    """The workflow of docs/operations.md: all checks for each repository that is there, and a word on one that is not."""
    (workflow,) = map(parsed, SHOWN)
    runner = world.runner(
        "roster", event={}, repository="org/course", sha=world.course, secrets={"STUDENTS_TOKEN": "students token"}
    )
    done = runner.job(workflow, "grade")
    (scored,) = (world.folder / "artifacts" / "results").glob("ada/conv_arithmetic/*.results.json")

    assert done.result == "success", done.log
    assert "::warning::gone cannot be fetched" in done.log
    assert EVIL not in done.log
    assert json.loads(scored.read_bytes())["score"] == 22


@pytest.mark.usefixtures("needs_bubblewrap")
def test_merge_requests_are_graded_from_outside(world: World) -> None:
    """The job `grade` of the template for GitLab, in a checkout of the course."""
    other = {"iid": 2, "sha": world.head, "target_branch": "other"}
    world.api.merge_requests = [*[other] * 100, {"iid": 1, "sha": world.head, "target_branch": "main"}]
    runner = world.runner("gitlab")
    git("clone", "--quiet", str(world.servers / "org/course.git"), str(runner.workspace), cwd=world.folder)
    environment = {
        "CI_API_V4_URL": world.api.url,
        "CI_SERVER_URL": world.servers.as_uri(),
        "CI_PROJECT_DIR": str(runner.workspace),
        "PYTHONPATH": str(runner.workspace),
        "STUDENTS": "org/public",
        "STUDENTS_TOKEN": "students token",
    }
    done = subprocess.run(
        ["bash", "-c", "set -euo pipefail\n" + "\n".join(GITLAB["grade"]["script"])],
        cwd=runner.workspace,
        env=runner.environment() | environment,
        capture_output=True,
        text=True,
    )
    (scored,) = (runner.workspace / "results").glob("*/conv_arithmetic/*.results.json")

    assert done.returncode == 1, done.stderr  # the head edits what is no student's
    assert scored.relative_to(runner.workspace / "results").parts[0] == "1"
    assert json.loads(scored.read_bytes())["score"] == 22
    assert EVIL not in done.stdout + done.stderr


def test_nothing_is_graded_without_the_topic(world: World) -> None:
    """A repository says that it is a course."""
    world.event["repository"]["topics"] = ["deep-learning"]

    assert world.grade().result == "skipped"


@pytest.mark.parametrize(("key", "value"), [("event", "push"), ("conclusion", "cancelled"), ("conclusion", "skipped")])
def test_other_runs_are_not_graded(world: World, key: str, value: str) -> None:
    """Only a feedback run of a pull request that has ended by itself is."""
    world.event["workflow_run"][key] = value

    assert world.grade().result == "skipped"


@pytest.mark.parametrize(
    ("key", "value"),
    [("head", {"sha": "0" * 40, "repo": {"id": 55}}), ("head", {"sha": "", "repo": None}), ("base", {"ref": "other"})],
    ids=["moved on", "fork removed", "into another branch"],
)
def test_a_pull_request_that_the_api_does_not_know_is_refused(world: World, key: str, value: Any) -> None:
    """The event's commit must be its head now, of the same repository, and go into the default branch."""
    world.api.pulls[0][key] = value
    done = world.grade()

    assert done.result == "failure"
    assert f"no open pull request into main has the commit {world.head} now: nothing is graded" in done.log
    assert world.report(done).result == "skipped"


def test_attempts_of_a_day_are_counted(world: World) -> None:
    """The twenty-first is refused in a sentence, which the comment says as well, before anything is fetched."""
    world.api.runs = [{"id": number, "run_attempt": 1} for number in range(7, 28)]
    done = world.grade()
    (asked,) = [one["query"] for one in world.api.requests if one["path"].endswith("/runs")]
    sentence = "this is number 21 of ada on 2026-03-02 (UTC), and 20 a day are graded: push again tomorrow"

    assert done.result == "failure"
    assert f"::error::{sentence}" in done.log
    assert (asked["actor"], asked["event"]) == (["ada"], ["pull_request"])
    assert asked["created"] == ["2026-03-02T00:00:00Z..2026-03-02T10:20:30Z"]
    assert list((world.folder / "grade" / "workspace").iterdir()) == []
    assert world.report(done).result == "success"
    assert [comment["body"] for comment in world.api.comments] == [
        f"{MARKER}\nCommit {world.head} is not graded: {sentence}.\n"
    ]


def test_running_again_is_an_attempt(world: World) -> None:
    """Also of a single run, with another limit."""
    world.vars["ATTEMPTS"] = "4"
    world.api.runs = [{"id": 7, "run_attempt": 5}]

    assert "this is number 5 of ada on 2026-03-02 (UTC), and 4 a day are graded" in world.grade().log


def test_another_workflow_of_the_same_name_is_refused(world: World) -> None:
    """A pull request may bring one: its run is not among those of feedback.yml."""
    world.api.runs = [{"id": 6, "run_attempt": 1}]
    done = world.grade()

    assert done.result == "failure"
    assert "::error::run 7 is no run of feedback.yml by ada: nothing is graded" in done.log


def test_a_course_that_is_not_pinned_is_refused(world: World) -> None:
    """A branch may move between two jobs."""
    world.vars["COURSE_COMMIT"] = "main"
    done = world.grade()

    assert done.result == "failure"
    assert "::error::the variable COURSE_COMMIT is 'main': write the full commit of the course, 40 digits" in done.log


def test_a_credential_that_is_left_stops_the_grading(world: World) -> None:
    """Whatever put it there, before anything of the head is read."""
    (script,) = [step["run"] for step in GRADE["jobs"]["grade"]["steps"] if "credential is left" in step["name"]]
    for name in ("course", "repository"):
        git("init", "--quiet", str(world.folder / "grade" / name), cwd=world.folder)
    run = ["bash", "-c", script]
    clean = subprocess.run(run, cwd=world.folder / "grade", capture_output=True, text=True)
    git("config", "http.https://github.com/.extraheader", "secret", cwd=world.folder / "grade" / "course")
    left = subprocess.run(run, cwd=world.folder / "grade", capture_output=True, text=True)

    assert (clean.returncode, clean.stdout) == (0, "")
    assert left.returncode == 1
    assert "::error::git still has a credential in course: nothing is graded" in left.stdout
    assert "secret" not in left.stdout


def test_one_comment_is_updated(world: World) -> None:
    """The second grading replaces what the first said."""
    first = world.report(world.hand_over(RESULTS))
    second = world.report(world.hand_over(results_json.encode(graded(result("any_sum", Outcome.PASSED)))))

    assert (first.result, second.result) == ("success", "success"), first.log + second.log
    assert len(world.api.comments) == 1
    assert "2 of 2 points" in world.api.comments[0]["body"]
    assert "2 of 4 points" not in world.api.comments[0]["body"]


def test_a_comment_of_a_student_is_left_alone(world: World) -> None:
    """Also where it starts with the marker, and where that of the workflow is on the second page."""
    forged = {"id": 1, "body": f"{MARKER}\n30 of 30 points", "user": {"login": "ada"}}
    others = [{"id": 2 + number, "body": "?", "user": {"login": "ada"}} for number in range(110)]
    of_the_workflow = {"id": 500, "body": f"{MARKER}\nold", "user": {"login": "github-actions[bot]"}}
    world.api.comments = [forged, *others, of_the_workflow]
    world.report(world.hand_over(RESULTS))

    assert forged["body"] == f"{MARKER}\n30 of 30 points"
    assert "2 of 4 points" in of_the_workflow["body"]
    assert len(world.api.comments) == 112


def test_a_shared_repository_shows_no_score(world: World) -> None:
    """In the comment, that is."""
    world.vars["SHARED"] = "true"
    world.report(world.hand_over(RESULTS))

    assert [comment["body"] for comment in world.api.comments] == [
        f"{MARKER}\nCommit {world.head} is graded.\n\nThe course staff have the result.\n"
    ]


def test_what_is_no_result_is_not_reported(world: World) -> None:
    """The job that ran student code is not believed: its artifact is results.json, or nothing."""
    done = world.report(world.hand_over(b'{"score": 30}'))

    assert done.result == "failure"
    assert "this is no results.json" in done.log
    assert world.api.comments == []


def test_a_run_that_graded_nothing_says_so(world: World) -> None:
    """The comment leads to the run."""
    outputs = {"pull-request": "1", "refusal": "", "results": ""}
    world.report(Done(result="failure", outputs=outputs, log=""))
    run = f"{world.servers.as_uri()}/org/public/actions/runs/77"

    assert [comment["body"] for comment in world.api.comments] == [
        f"{MARKER}\nNothing of commit {world.head} was graded; [the run]({run}) says why.\n"
    ]


def test_a_long_report_is_cut(world: World) -> None:
    """GitHub refuses more than 65,536 characters."""
    many = [result(f"any_{number}", Outcome.PASSED, title=f"{number} {'x' * 150}") for number in range(500)]
    world.report(world.hand_over(results_json.encode(graded(*many))))

    assert 60_000 < len(world.api.comments[0]["body"]) <= 65_536
    assert world.api.comments[0]["body"].endswith("\n\n… the rest is in the results of the run")
