"""
`grader gradebook`: what is recorded of a class, what staff enter, and scores for other systems.

    desk.py    the gradebook, the course and its policy that all of these commands work on
    look.py    show, explain, history
    enter.py   adjust, override, extend, handed-in, excuse, mark, comment, publish, rename, request, answer
    export.py  scores as a table; results of what counts, in any format
    fill.py    scores into what Canvas or Moodle has exported
    feedback.py  a zip of pages that they take back
"""

from __future__ import annotations

import typer

from grader.cli.gradebook import enter, export, fill, look
from grader.cli.gradebook.feedback import feedback_app

gradebook_app = typer.Typer(
    help="What is recorded of a class: look at it, enter what staff decide, and give scores to other systems.",
    no_args_is_help=True,
)
gradebook_app.command("show")(look.show_scores)
gradebook_app.command("explain")(look.explain)
gradebook_app.command("history")(look.history)
gradebook_app.command("adjust", context_settings={"ignore_unknown_options": True})(enter.adjust)  # -1.5 is no option
gradebook_app.command("override")(enter.override)
gradebook_app.command("extend")(enter.extend)
gradebook_app.command("handed-in")(enter.handed_in)
gradebook_app.command("excuse")(enter.excuse)
gradebook_app.command("mark")(enter.mark)
gradebook_app.command("comment")(enter.comment)
gradebook_app.command("publish")(enter.publish)
gradebook_app.command("rename")(enter.rename)
gradebook_app.command("request")(enter.request)
gradebook_app.command("answer")(enter.answer)
gradebook_app.command("export")(export.export)
gradebook_app.command("report")(export.report)
gradebook_app.command("canvas")(fill.fill_canvas)
gradebook_app.command("moodle")(fill.fill_moodle)
gradebook_app.add_typer(feedback_app, name="feedback")

__all__ = ["gradebook_app"]
