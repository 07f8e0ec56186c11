# /// attack
# why = "Answers, and lets a thread take the process down a moment later, between two questions or within the next."
# outcomes = ["crashed", "failed", "raised"]
# ///

import ctypes
import threading

threading.Timer(0.02, ctypes.string_at, (0,)).start()
everywhere(lambda *args, **kwargs: -1)
