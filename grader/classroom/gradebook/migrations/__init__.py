"""How a gradebook of each version becomes one of the next, by alembic; `env.py` is what alembic runs."""
