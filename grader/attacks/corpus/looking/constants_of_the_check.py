# /// attack
# why = "Disassembles the check that calls it and answers with the next constant in it, to which the answer is compared."
# outcomes = ["failed", "raised"]
# ///
"""`expect.equal(student.conv2d_output_size(7, 3), 5)` loads the 5 right after the call has returned."""

import dis
import sys


def answer(*args, **kwargs):
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_name.startswith("test"):
            for step in dis.get_instructions(frame.f_code):
                if step.offset > frame.f_lasti and step.opname == "LOAD_CONST" and isinstance(step.argval, int | tuple):
                    return step.argval
        frame = frame.f_back
    return -1


everywhere(answer)
