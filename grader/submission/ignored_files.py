"""
Tell what systems and tools leave between a student's files, and nobody hands in on purpose.
"""

from __future__ import annotations

_LEFT_BY_SYSTEMS = {"__macosx", "__pycache__", "icon\r", "thumbs.db", "desktop.ini"}
_OF_PACKAGES = {"site-packages", "dist-packages", "node_modules"}
VIRTUAL_ENVIRONMENT = "pyvenv.cfg"
"""The file that makes a folder a virtual environment, whatever the folder is called."""


def is_ignored(name: str) -> bool:
    """
    Return whether a file or folder of this name is none of the student's: hidden, a cache, packages that were installed, or
    added by Finder or Explorer.
    """
    return name.startswith(".") or name.lower() in _LEFT_BY_SYSTEMS | _OF_PACKAGES
