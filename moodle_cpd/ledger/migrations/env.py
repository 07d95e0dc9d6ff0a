"""Alembic's entry: run the migrations on the connection, and in the transaction, of the caller."""

from __future__ import annotations

from alembic import context

from moodle_cpd.ledger.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
