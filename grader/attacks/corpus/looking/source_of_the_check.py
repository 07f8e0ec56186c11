# /// attack
# why = "Reads the source of the check that calls it, by its frames, and answers with the value written beside the call."
# outcomes = ["failed", "raised"]
# ///

import ast
import contextlib
import functools
import inspect
import linecache


def written_beside(name, line, source):
    """Return the literals that stand in the same statement as a call of *name*, outside of that call."""
    for statement in ast.walk(ast.parse(source)):
        if isinstance(statement, ast.stmt) and statement.lineno <= line <= (statement.end_lineno or 0):
            for part in ast.walk(statement):
                sides = [*getattr(part, "args", []), getattr(part, "left", None), *getattr(part, "comparators", [])]
                if any(isinstance(side, ast.Call) and name in ast.unparse(side.func) for side in sides):
                    for side in sides:
                        with contextlib.suppress(ValueError, TypeError):
                            yield ast.literal_eval(side)


def respond(name, *args, **kwargs):
    for frame in inspect.stack():
        if frame.function.startswith("test"):
            with contextlib.suppress(Exception):
                return next(written_beside(name, frame.lineno, "".join(linecache.getlines(frame.filename))))
    return -1


for name in FUNCTIONS + MODULES:
    globals()[name] = functools.partial(respond, name)
