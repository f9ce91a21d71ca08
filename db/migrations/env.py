"""Alembic's entry: runs on the connection that `db.workspace` hands over."""

from alembic import context

from db.models import Base

connection = context.config.attributes["connection"]
# Batch mode rebuilds tables on SQLite, which cannot alter most things in place.
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
