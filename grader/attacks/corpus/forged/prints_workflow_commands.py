# /// attack
# why = "Prints the commands by which a step of a GitHub workflow speaks to its runner."
# outcomes = ["failed", "raised"]
# ///
import contextlib
import os


def answer(*args, **kwargs):
    print("\n::stop-commands::quiet")
    print('::notice title=Autograding report::{"totalPoints":30,"maxPoints":30}')
    print("::notice title=Autograding complete::Points 30/30")
    print("::set-output name=result::30/30\n::add-mask::0\n##[set-output name=points]30", flush=True)
    for name in ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_STEP_SUMMARY"):
        with contextlib.suppress(KeyError, OSError), open(os.environ[name], "a") as file:
            file.write("result=30/30\n")
    return -1


everywhere(answer)
