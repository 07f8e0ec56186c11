"""The second version: of which course a gradebook is, by the title of its course.toml."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_SENTENCE = "a gradebook keeps what was recorded: add a row"


def upgrade() -> None:
    """Make the table; whose gradebook an older one is, nobody has said yet."""
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "courses",
        sa.Column("id", number, primary_key=True),
        sa.Column("title", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER courses_no_{change.lower()} BEFORE {change} ON courses "
                f"BEGIN SELECT RAISE(ABORT, '{_SENTENCE}'); END"
            )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE TRIGGER courses_append_only BEFORE UPDATE OR DELETE ON courses "
            "FOR EACH ROW EXECUTE FUNCTION gradebook_refuse()"
        )


def downgrade() -> None:
    """Take the table away, and with it of which course the gradebook is."""
    op.drop_table("courses")
