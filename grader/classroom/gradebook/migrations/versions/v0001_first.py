"""The first version: seeds, gradings and decisions, to which rows are only added."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = ("seeds", "gradings", "decisions")
_SENTENCE = "a gradebook keeps what was recorded: add a row"


def upgrade() -> None:
    """Make the tables."""
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "seeds",
        sa.Column("assignment", sa.String, primary_key=True),
        sa.Column("seed", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
    )
    op.create_table(
        "gradings",
        sa.Column("id", number, primary_key=True),
        sa.Column("assignment", sa.String, nullable=False),
        sa.Column("student", sa.String, nullable=False),
        sa.Column("submission", sa.String, nullable=False),
        sa.Column("content", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("repeat", sa.Integer, nullable=False),
        sa.Column("handed_in_at", sa.String),
        sa.Column("late", sa.Boolean, nullable=False),
        sa.Column("graded_at", sa.String, nullable=False),
        sa.Column("earned", sa.Integer, nullable=False),
        sa.Column("possible", sa.Integer, nullable=False),
        sa.Column("score", sa.Text, nullable=False),
        sa.Column("ungraded", sa.Boolean, nullable=False),
        sa.Column("refusal", sa.Text, nullable=False),
        sa.Column("common", sa.String, nullable=False),
        sa.Column("checks", sa.Text, nullable=False),
        sa.Column("result", sa.LargeBinary),
        sa.UniqueConstraint("assignment", "student", "key", "repeat", name="gradings_once"),
    )
    op.create_index("gradings_of_a_student", "gradings", ["assignment", "student", "id"])
    op.create_table(
        "decisions",
        sa.Column("id", number, primary_key=True),
        sa.Column("assignment", sa.String, nullable=False),
        sa.Column("student", sa.String, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.Column("at", sa.String, nullable=False),
    )
    op.create_index("decisions_of_a_student", "decisions", ["assignment", "student", "id"])
    if op.get_bind().dialect.name == "sqlite":
        for table in _TABLES:
            for change in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{_SENTENCE}'); END"
                )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION gradebook_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_SENTENCE}'; END $$"
        )
        for table in _TABLES:
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION gradebook_refuse()"
            )


def downgrade() -> None:
    """Nothing leads back from a first version."""
    raise NotImplementedError("a gradebook has no version before the first")
