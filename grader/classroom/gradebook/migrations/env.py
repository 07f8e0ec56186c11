"""Run migrations on the connection that `upgrading.py` hands over, in its transaction."""

from alembic import context

from grader.classroom.gradebook.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
