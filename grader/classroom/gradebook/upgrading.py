"""
Bring the tables of a gradebook to this version, in one transaction.

A database that is no gradebook, or one of a later grader, is refused.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from grader.errors import UsageError

_FOLDER = Path(__file__).with_name("migrations")
_LOCK = 0x6772616465
"""Of PostgreSQL, for those who open a new gradebook at the same time."""


def upgrade(connection: Connection, shown: str) -> None:
    """
    Make or upgrade the tables.

    Args:
        shown: What a sentence calls the gradebook.

    Raises:
        UsageError: If the database holds other tables, or those of a later version.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
    config = configuration()
    config.attributes["connection"] = connection
    scripts = ScriptDirectory.from_config(config)
    version = MigrationContext.configure(connection).get_current_revision()
    if version == scripts.get_current_head():
        return
    if version is not None and version not in {script.revision for script in scripts.walk_revisions()}:
        raise UsageError(
            f"{shown}: a gradebook of version {version}, and this grader knows versions up to {scripts.get_current_head()}: "
            "use the grader that wrote it"
        )
    there = set(inspect(connection).get_table_names()) - {"alembic_version"}
    if version is None and there:
        raise UsageError(
            f"{shown}: this database holds other tables ({', '.join(sorted(there)[:3])}) and is no gradebook"
        )
    command.upgrade(config, "head")


def configuration() -> Config:
    """Return what alembic needs to find the migrations."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    return config
