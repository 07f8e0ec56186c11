"""A gradebook of any version becomes one of this version, in SQLite and in PostgreSQL."""

from __future__ import annotations

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from grader.classroom.gradebook import Gradebook
from grader.classroom.gradebook.database import engine_of, url_of
from grader.classroom.gradebook.tables import APPEND_ONLY, metadata
from grader.classroom.gradebook.upgrading import configuration
from grader.errors import UsageError

REVISIONS = [one.revision for one in ScriptDirectory.from_config(configuration()).walk_revisions()][::-1]


@pytest.mark.parametrize("version", REVISIONS)
def test_each_version_becomes_this_one(place: str, version: str) -> None:
    """Its tables are those that the grader writes to, column by column."""
    engine = engine_of(url_of(place), make=True)
    with engine.begin() as connection:
        config = configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, version)
    engine.dispose()
    with Gradebook.open(place):
        pass
    engine = create_engine(url_of(place))
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        assert set(inspect(connection).get_table_names()) == {"alembic_version", *APPEND_ONLY}
    engine.dispose()


def test_the_first_version_has_none_before_it() -> None:
    """Nothing leads back."""
    first = ScriptDirectory.from_config(configuration()).get_revision(REVISIONS[0])
    with pytest.raises(NotImplementedError, match="a gradebook has no version before the first"):
        first.module.downgrade()


def test_a_gradebook_of_a_later_grader_is_refused(place: str) -> None:
    """With what to do."""
    with Gradebook.open(place, make=True) as book:
        name = book.name
    engine = create_engine(url_of(place))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(UsageError) as caught:
        Gradebook.open(place)
    assert str(caught.value) == (
        f"{name}: a gradebook of version 9999, and this grader knows versions up to {REVISIONS[-1]}: "
        "use the grader that wrote it"
    )
