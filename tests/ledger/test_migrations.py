from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from moodle_cpd.ledger import Ledger, schema
from moodle_cpd.ledger.upgrade import configuration


def test_migrations_make_the_tables_that_the_program_uses(ledger: Ledger) -> None:
    with ledger._read() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, schema.metadata) == []
        made = inspect(connection)
        for table in schema.metadata.tables.values():
            columns = {column["name"]: column for column in made.get_columns(table.name)}
            assert set(columns) == set(table.columns.keys())
            for column in table.columns:
                assert columns[column.name]["nullable"] == column.nullable, column
            key = made.get_pk_constraint(table.name)["constrained_columns"]
            assert key == [column.name for column in table.primary_key]


def test_every_key_leads_with_the_site() -> None:
    first = {t.name: next(iter(t.primary_key)).name for t in schema.metadata.tables.values()}
    assert first.pop("serials") == "series"  # numbers are single in the whole ledger
    assert set(first.values()) == {"site"}


def test_the_newest_migration_is_the_one_that_the_program_expects() -> None:
    assert ScriptDirectory.from_config(configuration()).get_current_head() == schema.REVISION


def test_a_migration_that_breaks_off_leaves_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    create = Operations.create_table

    def break_off(self: Operations, name: str, *args: object, **options: object) -> object:
        if len(made) == 4:
            raise RuntimeError
        made.append(name)
        return create(self, name, *args, **options)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(Operations, "create_table", break_off)
        with pytest.raises(RuntimeError):
            Ledger.open(path)
    assert len(made) == 4
    with Ledger.open(path) as ledger:
        assert ledger.runs("moodle") == []
