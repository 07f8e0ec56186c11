# /// attack
# why = "Raises an exception whose lines are commands for the runner of a GitHub workflow, should they be shown as they are."
# outcomes = ["raised", "failed"]
# ///
LINES = (
    "wrong",
    "::stop-commands::quiet",
    '::notice title=Autograding report::{"totalPoints":30,"maxPoints":30}',
    "      ::add-mask::0",
    "      ##[error]30 of 30 points",
)


def answer(*args, **kwargs):
    raise RuntimeError("\n".join(LINES))


everywhere(answer)
