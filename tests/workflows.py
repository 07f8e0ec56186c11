"""
Workflows of GitHub Actions as files that are read, and as jobs that are run: every `run:` step by bash, in order.

What GitHub's own actions do is done here with git and folders, as far as our workflows ask for it; what installs packages is left
out by name.  Expressions are evaluated as GitHub documents them, as far as our workflows use them.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

INSTALLS = frozenset(
    {
        "install bubblewrap",
        "let ordinary users make namespaces",
        "install what the grader needs",
        "install what reports need",
    }
)
"""Steps that change the machine, by name: they are not run."""
PROGRAMS = Path(sys.executable).parent
"""Where `python` is, as after actions/setup-python and pip."""
_OPERATIONS = Path(__file__).parents[1] / "docs" / "operations.md"
SHOWN = re.findall(r"^```yaml\n(.*?)^```", _OPERATIONS.read_text(), re.MULTILINE | re.DOTALL)
"""The workflows that the docs show."""
_TOKEN = re.compile(r"\s*('(?:[^']|'')*'|&&|\|\||==|!=|[!(),]|[\w.*-]+)")
_STATUS = re.compile(r"\b(always|cancelled|failure)\(\)")


def read(path: Path) -> dict[str, Any]:
    """Return what a YAML file holds."""
    return parsed(path.read_text())


def parsed(text: str) -> dict[str, Any]:
    """Return what YAML says; `on` is a word, which YAML 1.1 takes for true."""
    found: dict[str, Any] = yaml.safe_load(text)
    if True in found:
        found["on"] = found.pop(True)
    return found


# --- expressions ------------------------------------------------------------------------------------------------------


def evaluated(text: Any, contexts: Mapping[str, Any]) -> Any:
    """Replace what stands in `${{ }}`; a value that is nothing else stays what it is."""
    if not isinstance(text, str):
        return text
    whole = re.fullmatch(r"\s*\$\{\{(.*)\}\}\s*", text, re.DOTALL)
    if whole is not None and "${{" not in whole[1]:
        return expression(whole[1], contexts)
    return re.sub(r"\$\{\{(.*?)\}\}", lambda match: shown(expression(match[1], contexts)), text, flags=re.DOTALL)


def shown(value: Any) -> str:
    """Write a value as GitHub does."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def expression(text: str, contexts: Mapping[str, Any]) -> Any:
    """Evaluate one expression."""
    tokens = _TOKEN.findall(text)
    assert not _TOKEN.sub("", text).strip(), f"not understood: {text}"
    value = _or(tokens, contexts)
    assert not tokens, f"not understood: {text}"
    return value


def _or(tokens: list[str], contexts: Mapping[str, Any]) -> Any:
    value = _and(tokens, contexts)
    while tokens[:1] == ["||"]:
        tokens.pop(0)
        other = _and(tokens, contexts)
        value = value or other
    return value


def _and(tokens: list[str], contexts: Mapping[str, Any]) -> Any:
    value = _equal(tokens, contexts)
    while tokens[:1] == ["&&"]:
        tokens.pop(0)
        other = _equal(tokens, contexts)
        value = value and other
    return value


def _equal(tokens: list[str], contexts: Mapping[str, Any]) -> Any:
    value = _value(tokens, contexts)
    while tokens and tokens[0] in ("==", "!="):
        is_same = tokens.pop(0) == "=="
        value = (shown(value) == shown(_value(tokens, contexts))) is is_same
    return value


def _value(tokens: list[str], contexts: Mapping[str, Any]) -> Any:
    token = tokens.pop(0)
    if token == "!":
        return not _value(tokens, contexts)
    if token == "(":
        value = _or(tokens, contexts)
        assert tokens.pop(0) == ")"
        return value
    if token.startswith("'"):
        return token[1:-1].replace("''", "'")
    if token.isdigit():
        return int(token)
    if tokens[:1] == ["("]:
        return _call(token, tokens, contexts)
    value: Any = contexts
    for name in token.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _call(name: str, tokens: list[str], contexts: Mapping[str, Any]) -> Any:
    tokens.pop(0)
    given = []
    while tokens[0] != ")":
        given.append(_or(tokens, contexts))
        if tokens[0] == ",":
            tokens.pop(0)
    tokens.pop(0)
    if name == "contains":
        return given[1] in given[0]
    return {"fromJSON": json.loads, "cancelled": lambda: False, "always": lambda: True}[name](*given)


# --- jobs -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of a job."""

    result: str
    outputs: dict[str, str]
    log: str
    """What its steps printed."""


@dataclass(kw_only=True)
class Runner:
    """One machine, which runs one job; its folder is empty at first."""

    folder: Path
    servers: Path
    """Where OWNER/NAME.git are."""
    api: str
    repository: str
    sha: str
    event: dict[str, Any]
    token: str = ""
    vars: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    artifacts: Path = Path()
    """What jobs of the same run hand over."""

    def job(self, workflow: dict[str, Any], name: str, needs: Mapping[str, Done] | None = None) -> Done:
        """Run a job of a workflow; `skipped` is its result where its condition is false."""
        job = workflow["jobs"][name]
        self.contexts: dict[str, Any] = {
            "github": {
                "event": self.event,
                "repository": self.repository,
                "sha": self.sha,
                "token": self.token,
                "workspace": str(self.workspace),
            },
            "vars": self.vars,
            "secrets": self.secrets,
            "needs": {key: {"result": one.result, "outputs": one.outputs} for key, one in (needs or {}).items()},
            "steps": {},
        }
        if not expression(str(job.get("if", "true == true")).removeprefix("${{").removesuffix("}}"), self.contexts):
            return Done(result="skipped", outputs={}, log="")
        self.workspace.mkdir(parents=True)
        self.log = ""
        result = "success" if self._steps(job["steps"], self.contexts) else "failure"
        outputs = {key: shown(evaluated(value, self.contexts)) for key, value in job.get("outputs", {}).items()}
        return Done(result=result, outputs=outputs, log=self.log)

    @property
    def workspace(self) -> Path:
        """Where steps start."""
        return self.folder / "workspace"

    def environment(self) -> dict[str, str]:
        """Return what every step finds in its environment, as far as our steps look."""
        home = self.folder / "home"
        home.mkdir(parents=True, exist_ok=True)
        return {
            "PATH": f"{PROGRAMS}:{os.environ['PATH']}",
            "HOME": str(home),
            "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", str(home / ".cache")),
            "LANG": "C.UTF-8",
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self.api,
            "GITHUB_SERVER_URL": self.servers.as_uri(),
            "GITHUB_REPOSITORY": self.repository,
            "GITHUB_REPOSITORY_OWNER": self.repository.partition("/")[0],
            "GITHUB_RUN_ID": "77",
            "GITHUB_SHA": self.sha,
            "GITHUB_WORKSPACE": str(self.workspace),
        }

    def _steps(self, steps: list[dict[str, Any]], contexts: dict[str, Any]) -> bool:
        is_well = True
        for step in steps:
            condition = str(step.get("if", "true == true")).removeprefix("${{").removesuffix("}}")
            is_due = (is_well or _STATUS.search(condition)) and expression(condition, contexts)
            done = self._step(step, contexts) if is_due else ("skipped", {})
            if "id" in step:
                contexts["steps"][step["id"]] = {"outcome": done[0], "outputs": done[1]}
            is_well = is_well and done[0] != "failure"
        return is_well

    def _step(self, step: dict[str, Any], contexts: dict[str, Any]) -> tuple[str, dict[str, str]]:
        if step.get("name") in INSTALLS:
            return "success", {}
        if "run" in step:
            environment = {key: shown(evaluated(value, contexts)) for key, value in step.get("env", {}).items()}
            return self._run(step["run"], environment)
        given = {key: shown(evaluated(value, contexts)) for key, value in step.get("with", {}).items()}
        action = step["uses"].partition("@")[0]
        if action.startswith("./"):
            return self._composite(self.workspace / action, given), {}
        if action == "actions/upload-artifact":
            return "success", self._upload(given)
        {
            "actions/checkout": self._checkout,
            "actions/download-artifact": self._download,
            "actions/setup-python": lambda _given: None,
        }[action](given)
        return "success", {}

    def _run(self, script: str, environment: dict[str, str]) -> tuple[str, dict[str, str]]:
        commands = {name: self.folder / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ENV")}
        for path in commands.values():
            path.write_text("")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=self.workspace,
            env={**self.environment(), **{name: str(path) for name, path in commands.items()}, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )
        self.log += done.stdout
        return "failure" if done.returncode else "success", dict(_pairs(commands["GITHUB_OUTPUT"].read_text()))

    def _composite(self, folder: Path, given: dict[str, str]) -> str:
        action = read(folder / "action.yml")
        inputs = {name: one.get("default", "") for name, one in action["inputs"].items()}
        assert set(given) <= set(inputs)
        contexts = {"github": self.contexts["github"], "inputs": inputs | given, "steps": {}}
        return "success" if self._steps(action["runs"]["steps"], contexts) else "failure"

    def _checkout(self, given: dict[str, str]) -> None:
        """Do as actions/checkout, with credentials that do not persist."""
        target = self.workspace / given.get("path", "")
        url = (self.servers / f"{given.get('repository') or self.repository}.git").as_uri()
        reference = given.get("ref") or ("refs/pull/1/merge" if "pull_request" in self.event else self.sha)
        git("init", "--quiet", str(target), cwd=self.workspace)
        if given.get("fetch-depth") == "0":
            git("fetch", "--quiet", url, "+refs/heads/*:refs/remotes/origin/*", reference, cwd=target)
        git("fetch", "--quiet", *([] if "fetch-depth" in given else ["--depth=1"]), url, reference, cwd=target)
        if given.get("sparse-checkout"):
            git("sparse-checkout", "set", *given["sparse-checkout"].split(), cwd=target)
        git("checkout", "--quiet", "--detach", "FETCH_HEAD", cwd=target)

    def _upload(self, given: dict[str, str]) -> dict[str, str]:
        source = self.workspace / given["path"]
        if not source.is_dir() or not any(source.iterdir()):
            return {}
        shutil.copytree(source, self.artifacts / given["name"])
        return {"artifact-id": "5"}

    def _download(self, given: dict[str, str]) -> None:
        shutil.copytree(self.artifacts / given["name"], self.workspace / given["path"])


def _pairs(written: str) -> Iterator[tuple[str, str]]:
    """Yield what was appended to `$GITHUB_OUTPUT`, on one line each or between delimiters."""
    lines = iter(written.splitlines())
    for line in lines:
        name, equals, value = line.partition("=")
        if equals and "<<" not in name:
            yield name, value
        else:
            name, _, end = line.partition("<<")
            yield name, "\n".join(iter(lambda end=end: next(lines, end), end))


def git(*words: str, cwd: Path) -> str:
    """Run git as where nobody has configured it, and return what it prints."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    who = {f"GIT_{role}_{what}": "ada@localhost" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    done = subprocess.run(
        ["git", *words],
        cwd=cwd,
        env=environment | who | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
