# /// attack
# why = "Brings a path file, `x.pth`, whose lines Python runs when it makes a folder one of packages."
# outcomes = ["failed", "raised", "crashed"]
# ///

import contextlib
import os
import site

with contextlib.suppress(Exception):
    site.addsitedir(os.path.dirname(os.path.abspath(__file__)))
everywhere(lambda *args, **kwargs: -1)
