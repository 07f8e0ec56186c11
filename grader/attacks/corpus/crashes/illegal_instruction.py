# /// attack
# why = "Writes machine code into memory and runs it: an instruction that no processor knows."
# outcomes = ["crashed", "failed", "raised"]
# ///

import ctypes
import mmap
import platform

CODE = {"x86_64": b"\x0f\x0b", "aarch64": b"\x00\x00\x00\x00"}.get(platform.machine(), b"\xff" * 8)


def answer(*args, **kwargs):
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(CODE)
    ctypes.CFUNCTYPE(None)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
    return -1


everywhere(answer)
