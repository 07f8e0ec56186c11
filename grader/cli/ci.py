"""`grader ci`: what a pull request hands in, graded with the checks of its base."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from grader import submission as submissions
from grader.cli import ci_output
from grader.cli.ci_output import Forge, Found
from grader.cli.console import say
from grader.cli.exit_codes import ExitCode, that_counts
from grader.cli.fail_under import FailUnder, FailUnderOption, fail_under
from grader.cli.formats import Format, Sink, sinks, write
from grader.cli.grade import OutOption, PublicOption, RecheckOption, about_short_seed, folder_for_results, suite_of
from grader.cli.options import (
    CoresOption,
    SandboxName,
    SandboxOption,
    SeedOption,
    UnsafeOption,
    cores_there,
    course_of,
    reader,
    secret,
    task,
)
from grader.cli.side_by_side import Where, grade_side_by_side
from grader.course import assignment as assignments
from grader.errors import SubmissionError, UsageError
from grader.grading import GradingRequest
from grader.keys import is_searchable
from grader.model import Assignment, Audience, GradedSubmission, Refused, Submission
from grader.reports.audience import for_audience

if TYPE_CHECKING:
    from grader.pull_request import HandedIn, Repository

_BASE = "The commit that is trusted: checks, handouts and solutions are its own, unless --course names others."
_HEAD = "The commit of the student: what it hands in is read from git, and nothing of it is checked out."
_REPOSITORY = "A clone with both commits and their whole history."
_COURSE = (
    "A folder with the course. Needed where students may push to the repository: no branch of it can be trusted then."
)
_ALLOW = (
    "A path that may change besides what is handed in, or a folder and all below; * is any one part. Source beside the file is "
    "then handed in with it. Several if wanted."
)
_SUBMISSIONS = (
    "In a repository for all: the folder that holds one for each student. Without it, each student has a repository."
)
_STUDENT = (
    "In a repository of one student: whose it is, by which the result is called. Default: the name of the assignment."
)
_AUDIENCE = "Who reads what is written. A student gets of each check what it discloses, and no secret."
_FORMAT = (
    "Whose annotations, summary and outputs are written: github, those of GitHub Actions (the default), or gitlab, what GitLab "
    "shows in a merge request. NAME=PATH, several times if wanted: any format of `grade`, to that file."
)

BaseOption = Annotated[str, typer.Option("--base", metavar="REF", help=_BASE)]
HeadOption = Annotated[str, typer.Option("--head", metavar="REF", help=_HEAD)]
RepositoryOption = Annotated[Path, typer.Option("--repository", metavar="DIR", help=_REPOSITORY)]
CourseOption = Annotated[Path | None, typer.Option("--course", metavar="DIR", help=_COURSE)]
AllowOption = Annotated[list[str] | None, typer.Option("--allow", metavar="PATH", help=_ALLOW)]
StudentOption = Annotated[str | None, typer.Option("--student", metavar="NAME", help=_STUDENT)]
SubmissionsOption = Annotated[str | None, typer.Option("--submissions", metavar="FOLDER", help=_SUBMISSIONS)]
AudienceOption = Annotated[Audience, typer.Option("--audience", help=_AUDIENCE)]
FormatsOption = Annotated[list[str] | None, typer.Option("--format", metavar="github|gitlab|NAME=PATH", help=_FORMAT)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """How a pull request is read, and its submissions are graded."""

    course: Path | None
    """None for that of the base."""
    submissions: str | None
    student: str | None
    """Who handed in, in a repository of one student; None for the name of the assignment."""
    allowed: Sequence[str]
    where: Where
    seed: str
    public: bool


def ci(
    base: BaseOption,
    head: HeadOption,
    repository: RepositoryOption = Path(),
    course: CourseOption = None,
    allow: AllowOption = None,
    submissions_folder: SubmissionsOption = None,
    student: StudentOption = None,
    public: PublicOption = False,
    formats: FormatsOption = None,
    out: OutOption = None,
    fail_below: FailUnderOption = None,
    audience: AudienceOption = Audience.STUDENT,
    seed: SeedOption = None,
    sandbox: SandboxOption = SandboxName.AUTO,
    cores: CoresOption = 1,
    recheck: RecheckOption = False,
    allow_unsafe_sandbox: UnsafeOption = False,
) -> None:
    """
    Grade what a pull request hands in, with the checks of its base.

    Assignments whose files the head has changed are graded: FILE, SLUG/FILE or assignments/SLUG/FILE in a repository for
    each student, with --submissions what lies below FOLDER/STUDENT in one for all.  Any other edit is named and fails the run.
    """
    from grader.pull_request import Repository

    forge, files = _forge_and_files(formats or [])
    if forge is Forge.GITLAB and out is None:
        raise UsageError("--format gitlab: GitLab shows reports that are files; name a folder for them with --out DIR")
    least = fail_under(fail_below)
    clone = Repository(repository)
    trusted, proposed = clone.commit("--base", base), clone.commit("--head", head)
    asked = _Asked(
        course=course,
        submissions=submissions_folder,
        student=_name_of(student, submissions_folder),
        allowed=allow or [],
        where=Where(
            sandbox=sandbox.value,
            cores=cores_there(cores),
            gpu_slots=None,
            allow_unsafe=allow_unsafe_sandbox,
            recheck=recheck,
        ),
        seed=secret(seed),
        public=public,
    )
    if is_searchable(asked.seed):
        say(about_short_seed(asked.seed), style="yellow")
    if out is not None:
        folder_for_results(out)
    submissions.get_ready()

    def write_one(graded: GradedSubmission) -> None:
        """Write a result as soon as it is there: what is stopped later keeps it."""
        if out is not None:
            ci_output.write_one(for_audience(graded, audience), out)

    with TemporaryDirectory(prefix="grader-") as made:
        found = _found(clone, trusted, proposed, asked, Path(made), write_one)
    shown = [for_audience(graded, audience) for graded in found.gradings]
    write(files, found.gradings, found.refused, audience, found.folders)
    ci_output.write(forge, replace(found, gradings=shown), out)
    if not (found.gradings or found.refused or found.forbidden):
        say(f"nothing to grade: no file of a student differs from {base}")
    if found.permitted:
        say(f"permitted by --allow: {', '.join(found.permitted)}", style="yellow")
    for edit in found.forbidden:
        say(edit.why, style="red")
    for one in found.refused:
        say(f"not graded: {one.why}", style="red")
    raise typer.Exit(that_counts(_exit_codes(found, least)))


def _forge_and_files(words: Sequence[str]) -> tuple[Forge, tuple[Sink, ...]]:
    """
    Return whose page gets the result, and which files besides.

    Raises:
        UsageError: If there are two of the former, or a file has no name.
    """
    forges = [word for word in words if word in [*Forge]]
    others = [word for word in words if word not in forges]
    if len(set(forges)) > 1:
        raise UsageError(f"--format {' --format '.join(forges)}: a pull request has one page, on GitHub or on GitLab")
    unnamed = next((word for word in others if word in [*Format]), None)
    if unnamed is not None:
        raise UsageError(
            f"--format {unnamed}: what is printed is for the page of the pull request; name a file, --format {unnamed}=PATH"
        )
    files = tuple(one for one in sinks(others) if one.path is not None)
    return Forge(forges[0]) if forges else Forge.GITHUB, files


def _found(
    clone: Repository, base: str, head: str, asked: _Asked, made: Path, on_graded: Callable[[GradedSubmission], None]
) -> Found:
    """Review a pull request and grade what it hands in, in folders below *made*."""
    from grader.pull_request import Layout, review, write_course

    if asked.course is None:
        write_course(clone, base, made / "course")
    folder = course_of(asked.course or made / "course")
    loaded = [assignments.load(folder, slug) for slug in assignments.slugs(folder)]
    reviewed = review(
        clone, base, head, Layout(assignments=loaded, submissions=asked.submissions, allowed=asked.allowed)
    )
    if asked.student is not None:
        reviewed = replace(
            reviewed,
            handed_in=tuple(replace(one, name=asked.student) for one in reviewed.handed_in),
            refused=tuple(replace(one, name=asked.student) for one in reviewed.refused),
        )
    slugs = {one.assignment.slug for one in reviewed.handed_in}
    requests = [_request(asked, assignment) for assignment in loaded if assignment.slug in slugs]
    refused = list(reviewed.refused)
    gradings: list[GradedSubmission] = []
    for request in requests:
        of_this = [one for one in reviewed.handed_in if one.assignment.slug == request.assignment.slug]
        read, unread = _read(clone, of_this, made)
        refused += unread
        for graded in grade_side_by_side(request, asked.where, read) if read else ():
            gradings.append(graded)
            on_graded(graded)
    return Found(
        gradings=sorted(gradings, key=lambda one: (one.assignment, one.submission)),
        permitted=reviewed.permitted,
        refused=refused,
        forbidden=reviewed.forbidden,
        is_of_one=asked.submissions is None,
        folders={(one.assignment.slug, one.name): one.folder for one in reviewed.handed_in},
    )


def _exit_codes(found: Found, least: FailUnder | None) -> Iterator[ExitCode]:
    """Yield an exit code for all that is to be said of a pull request, and say whose points are too few."""
    if found.refused:
        yield ExitCode.WRONG
    if any(graded.ungraded for graded in found.gradings):
        yield ExitCode.UNGRADED
    if found.forbidden:
        yield ExitCode.LACKING
    missed = () if least is None else least.missed_by(found.gradings)
    if least is not None and missed:
        say(least.about(missed), style="red")
        yield ExitCode.LACKING


def _name_of(student: str | None, submissions_folder: str | None) -> str | None:
    """
    Return who handed in.

    Raises:
        UsageError: If folders say so already, or it is the name of no file.
    """
    if student is None:
        return None
    if submissions_folder is not None:
        raise UsageError("--student: in a repository for all, a submission is called by its folder")
    if not student.strip() or "/" in student or "\0" in student:
        raise UsageError(f"--student {student!r}: results are called by it, so it must be the name of a file")
    return student


def _request(asked: _Asked, assignment: Assignment) -> GradingRequest:
    return GradingRequest(
        assignment=assignment,
        seed=asked.seed,
        suite=suite_of(assignment, public=asked.public),
        task=task(assignment, None, None),
    )


def _read(clone: Repository, every: Sequence[HandedIn], made: Path) -> tuple[list[Submission], list[Refused]]:
    """Write submissions to disk and read each in a process of its own; what cannot be read keeps no other from being graded."""
    from grader.pull_request import write_submission

    read: list[Submission] = []
    refused = []
    for one in every:
        with TemporaryDirectory(prefix="submission-", dir=made) as folder:  # its own, whatever another one is called
            try:
                write_submission(clone, one, Path(folder))
                read.append(replace(reader(False)(Path(folder), one.assignment), name=one.name))
            except (SubmissionError, UsageError) as error:
                refused.append(Refused(name=one.name, why=str(error).replace(folder, one.folder or ".")))
    return read, refused
