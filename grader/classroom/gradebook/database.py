"""
Where a gradebook lies: a file of SQLite, or a database that a URL names.

A transaction of SQLite that writes takes the lock when it begins, so that two graders wait for each other instead of failing half
way; readers go on meanwhile (write-ahead log).
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from grader.errors import UsageError

_WAIT_SECONDS = 60
_SQLITE_FIRST = b"SQLite format 3\x00"
_ONLY_ITS_OWNER = 0o600


def url_of(where: str) -> URL:
    """
    Return the URL of a gradebook: *where* is one, or the path of a file of SQLite.

    Raises:
        UsageError: If it is a URL that nobody understands.
    """
    if "://" not in where:
        return URL.create("sqlite", database=os.path.abspath(where))
    try:
        url = make_url(where)
        url.get_dialect()
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise UsageError(
            f"--gradebook {_without_password(where)}: no such database is known; a file, or postgresql+psycopg://HOST/NAME"
        ) from None
    return url


def _without_password(where: str) -> str:
    """Return a URL that cannot be parsed without what stands before its host and behind its path."""
    scheme, _, rest = where.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2].partition('?')[0]}"


def shown(url: URL) -> str:
    """Return how a sentence calls a gradebook; never with its options, nor with a password."""
    if url.get_backend_name() == "sqlite" and url.database:
        return url.database
    return url.set(query={}).render_as_string(hide_password=True)  # a password may stand among the options, too


def engine_of(url: URL, *, make: bool) -> Engine:
    """
    Return an engine.

    Args:
        make: Whether a file that is not there is made.

    Raises:
        UsageError: If there is no such file, it is no database of SQLite, or its driver is not installed.
    """
    is_sqlite = url.get_backend_name() == "sqlite"
    if is_sqlite:
        if url.query or url.database == ":memory:":
            raise UsageError(
                f"--gradebook {shown(url)}: of SQLite a gradebook is a file, without options: give its path"
            )
        _look_at(Path(url.database or ""), make=make)
    try:
        engine = create_engine(url, connect_args={"timeout": _WAIT_SECONDS} if is_sqlite else {})
    except ModuleNotFoundError as error:
        raise UsageError(
            f"--gradebook {shown(url)}: the driver {error.name} is not installed: pip install 'convnet-grader[postgresql]'"
        ) from None
    if is_sqlite:
        event.listen(engine, "connect", _set_up)
        event.listen(engine, "begin", _begin)
    return engine


def _look_at(file: Path, *, make: bool) -> None:
    try:
        is_there = file.exists()
    except OSError as error:  # a folder that may not be entered, a name that is too long
        raise UsageError(f"--gradebook {file}: cannot be read: {error.strerror}") from None
    if not is_there:
        if not make:
            raise UsageError(f"{file}: there is no gradebook; `grade --gradebook {file}` makes one")
        try:
            os.close(os.open(file, os.O_CREAT | os.O_RDWR, _ONLY_ITS_OWNER))  # it names students
        except OSError as error:
            raise UsageError(f"--gradebook {file}: cannot be made: {error.strerror}") from None
        return
    if not file.is_file():
        raise UsageError(f"--gradebook {file}: this is no file")
    try:
        with file.open("rb") as stream:
            first = stream.read(len(_SQLITE_FIRST))
    except OSError as error:
        raise UsageError(f"--gradebook {file}: cannot be read: {error.strerror}") from None
    if first not in (b"", _SQLITE_FIRST):
        raise UsageError(f"--gradebook {file}: this is no gradebook, but another file")


def _set_up(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # we say when a transaction begins, and not Python's driver
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")  # a power cut loses the last grading, which is graded again


def _begin(connection: Connection) -> None:
    is_reader = connection.get_execution_options().get("is_reader", False)
    connection.exec_driver_sql("BEGIN" if is_reader else "BEGIN IMMEDIATE")


@contextlib.contextmanager
def told(name: str) -> Iterator[None]:
    """Make a sentence of what a database refuses; *name* is that of the gradebook."""
    try:
        yield
    except DBAPIError as error:
        why = " ".join(str(error.orig).split())
        raise UsageError(f"{name}: the gradebook cannot be used: {why}") from None
