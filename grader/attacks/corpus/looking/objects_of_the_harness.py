# /// attack
# why = "Looks in memory for the objects of the harness (a grading, a session, a student) and asks the reference that they hold."
# outcomes = ["failed", "raised"]
# ///

import contextlib
import functools
import gc

KINDS = {"Grading", "Session", "Responder", "Student", "Submission", "Assignment", "Diagnosis", "Check"}


def sources():
    gc.unfreeze()
    for found in gc.get_objects():
        if type(found).__name__ in KINDS:
            for key in ("reference", "_reference", "solution", "module", "oracles"):
                held = getattr(found, key, None)
                if type(held).__name__ == "Session":
                    from grader.proxy import Student

                    held = Student(held)
                yield held


def respond(name, *args, **kwargs):
    own = globals()[name]
    for source in sources():
        with contextlib.suppress(AttributeError, NameError):
            found = getattr(source, name)
            if found is not own and found is not honest(name):
                return found(*args, **kwargs)
    return -1


for name in FUNCTIONS + MODULES:
    globals()[name] = functools.partial(respond, name)
