# /// attack
# why = "Lifts the limits that its own side keeps, and sends what is larger than they allow."
# outcomes = ["failed", "raised", "crashed"]
# ///
import contextlib

with contextlib.suppress(ImportError):
    from grader import protocol
    from grader.protocol import values

    for module in (protocol, values):
        for name in ("MAX_TEXT", "MAX_ITEMS", "MAX_DEPTH", "MAX_NAME", "MAX_STAGES", "MAX_NOTES"):
            setattr(module, name, 10**9)


def answer(*args, **kwargs):
    deep = []
    for _ in range(300):
        deep = [deep, "x" * 10_000]
    return deep


everywhere(answer)
