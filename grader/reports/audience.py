"""
What a reader may see of a grading: staff everything, a student what each check discloses.

What a student gets, field by field:

    GradedSubmission   all but `seed` and `answers`, which are empty: a student has what was handed in.  `notes` and `graded_file`
                       name the student's own files, `environment` has versions and names, `score` the points.
    FinalScore         all but `steps`, which have the reasons of decisions: `told` stands there instead.
    Fault              nothing.
    CheckResult        `name`, `title`, `exercise`, `points`, `partial`, `outcome`, `visibility`, `disclosure`, `wall_seconds`,
                       `peak_bytes`, `defined_at`: as they are.  `fault`: never.  `blame`: not of an ungraded check, where it
                       tells our faults apart.

                       full    counterexample   sentence    ungraded
    feedback           all     no mistake       its title   one sentence, the same for all
    remarks, measured  yes     yes              no          of a public check that discloses more than its sentence
    figures            all but `confusions`     no          likewise
    output             yes     yes              no          likewise

    Feedback           all: every field.  No mistake: all but `misconception` and `explained_by`.  Its title: `message` is that of
                       the check, and `counterexample`, `expected`, `received`, `picture`, `hint`, `misconception`,
                       `explained_by`, `follows_from`, `trace` and `raised_at` are empty.

A confusion matrix, with the images that were misread, is for staff: held-out labels can be read off it.

What `sentence` withholds is withheld of a check that passed, too: code that prints its arguments would print the questions.

On their own machine, where `grader check` and `grader.check()` run, students also read what kept a public check from running:
nothing is secret there, and nobody else can put it right.
"""

from __future__ import annotations

from dataclasses import replace

from grader.figures import NONE
from grader.model import Audience, CheckResult, Disclosure, Feedback, GradedSubmission, Outcome, Visibility

NOT_RUN = "this check could not be run, through no fault of yours; it costs nothing, and the course staff know of it"


def for_audience(graded: GradedSubmission, audience: Audience) -> GradedSubmission:
    """Return *graded* with what *audience* may not see taken out."""
    if audience is Audience.STAFF:
        return graded
    final = None if graded.final is None else replace(graded.final, steps=graded.final.told)
    return replace(graded, seed="", answers=(), checks=tuple(map(for_student, graded.checks)), final=final)


def for_own_machine(graded: GradedSubmission) -> GradedSubmission:
    """Return *graded* as a student sees it who has graded it."""
    return replace(graded, seed="", answers=(), checks=tuple(map(check_on_own_machine, graded.checks)))


def for_student(check: CheckResult) -> CheckResult:
    """Return *check* with what a student may not see of it taken out."""
    check = _without_held_out(check)
    if check.outcome is Outcome.UNGRADED:
        said = replace(check, feedback=Feedback(message=NOT_RUN), fault=None, blame=None)
        return said if _is_open(check) else _without_findings(said)
    check = replace(check, fault=None)
    match check.disclosure:
        case Disclosure.SENTENCE:
            title = None if check.feedback is None else Feedback(message=check.title)
            return replace(_without_findings(check), feedback=title)
        case Disclosure.COUNTEREXAMPLE if check.feedback is not None:
            return replace(check, feedback=replace(check.feedback, misconception=None, explained_by=None))
        case _:
            return check


def check_on_own_machine(check: CheckResult) -> CheckResult:
    """Return *check* as a student sees it who has run it."""
    if check.outcome is Outcome.UNGRADED and _is_open(check):
        return replace(_without_held_out(check), fault=None)
    return for_student(check)


def _is_open(check: CheckResult) -> bool:
    """Return whether a student has the check, and may read what it finds."""
    return check.visibility is Visibility.PUBLIC and check.disclosure is not Disclosure.SENTENCE


def _without_findings(check: CheckResult) -> CheckResult:
    return replace(check, remarks=(), measured=(), figures=NONE, output="")


def _without_held_out(check: CheckResult) -> CheckResult:
    return replace(check, figures=replace(check.figures, confusions=())) if check.figures.confusions else check
