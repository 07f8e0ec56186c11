# /// attack
# why = "Brings `sitecustomize.py` and `usercustomize.py`, which every Python runs that starts there, and starts one."
# outcomes = ["failed", "raised", "crashed", "timed_out"]
# ///

import contextlib
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
os.environ["PYTHONPATH"] = HERE
os.environ["PYTHONSTARTUP"] = os.path.join(HERE, "sitecustomize.py")
sys.path.insert(0, HERE)
with contextlib.suppress(Exception):
    import site

    site.execsitecustomize()
    site.execusercustomize()
with contextlib.suppress(Exception):
    subprocess.run([sys.executable, "-c", "pass"], timeout=0.5)
everywhere(lambda *args, **kwargs: -1)
