import os
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event

from moodle_cpd.errors import ExitCode, InputError, LockedError
from moodle_cpd.ledger import Ledger
from tests.ledger.examples import NOW, SITE, completion, empty_ledger, standing

NOBODY = 65534


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def ordinary_folder() -> Iterator[Path]:
    """A folder of an account to which permissions apply; the superuser becomes another one."""
    empty_ledger()  # made before, as the other account may be unable to read this checkout
    folder = Path(tempfile.mkdtemp())
    superuser = os.geteuid() == 0
    if superuser:
        os.chown(folder, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    try:
        yield folder
    finally:
        if superuser:
            os.seteuid(0)
        folder.chmod(0o700)
        shutil.rmtree(folder)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("open_umask")
def test_every_file_of_the_ledger_is_private_from_the_start(path: Path) -> None:
    seen: dict[str, int] = {}

    def look(*_: object) -> None:
        seen.update({file.name: mode(file) for file in path.parent.iterdir()})

    with Ledger.open(path) as ledger:
        event.listen(ledger._engine, "after_cursor_execute", look)
        ledger.start_run(SITE, "pull", NOW)
    assert "ledger.sqlite-journal" in seen
    assert set(seen.values()) == {0o600}


def test_the_file_is_private_before_anything_else_happens(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "fchmod")
    Ledger.open(path).close()
    assert mode(path) == 0o600


def test_a_commit_is_on_the_disk_when_it_returns(ledger: Ledger) -> None:
    """A power cut can't be tested; the settings that SQLite's documents ask for can."""
    with ledger._read() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "truncate"


def test_a_ledger_that_others_could_read_becomes_private(path: Path) -> None:
    path.touch()
    path.chmod(0o644)
    Ledger.open(path).close()
    assert mode(path) == 0o600


def test_what_was_written_is_there_when_it_is_opened_again(path: Path) -> None:
    with Ledger.open(path) as ledger:
        run = ledger.start_run(SITE, "pull", NOW)
        ledger.record_facts(run, [completion(5, 1)])
    with Ledger.open(path) as ledger:
        assert standing(ledger) == {5: [completion(5, 1)]}


def refused(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        Ledger.open(path)
    assert caught.value.exit_code is ExitCode.BAD_INPUT
    (problem,) = caught.value.problems
    assert problem.hint
    return str(problem)


def test_missing_folder(tmp_path: Path) -> None:
    message = refused(tmp_path / "nowhere" / "ledger.sqlite")
    assert "nowhere/ledger.sqlite: its folder does not exist" in message


def test_folder_in_place_of_the_file(path: Path) -> None:
    path.mkdir()
    assert "cannot be written: Is a directory" in refused(path)


def test_read_only_file(ordinary_folder: Path) -> None:
    path = ordinary_folder / "ledger.sqlite"
    path.write_bytes(empty_ledger())
    path.chmod(0o400)
    assert "ledger.sqlite: the ledger cannot be written: Permission denied" in refused(path)


@pytest.mark.parametrize("exists", [False, True])
def test_read_only_folder(ordinary_folder: Path, exists: bool) -> None:
    path = ordinary_folder / "ledger.sqlite"
    if exists:
        path.write_bytes(empty_ledger())
    ordinary_folder.chmod(0o500)
    assert "the ledger cannot be written" in refused(path)


def test_disk_that_turns_read_only_while_at_work(path: Path) -> None:
    with Ledger.open(path) as ledger:
        ledger._engine.dispose()
        event.listen(
            ledger._engine, "connect", lambda c, _: c.execute("PRAGMA query_only=ON").close()
        )
        with pytest.raises(InputError, match="read-only"):
            ledger.start_run(SITE, "pull", NOW)


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b"SQLite format 3\0" * 100])
def test_file_that_is_no_database(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert "not a ledger" in refused(path)
    assert path.read_bytes() == content


def test_database_of_another_program(path: Path) -> None:
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE accounts (name TEXT)")
    other.close()
    assert "another program's database" in refused(path)


def test_ledger_of_a_newer_version(path: Path) -> None:
    Ledger.open(path).close()
    newer = sqlite3.connect(path)
    newer.execute("UPDATE alembic_version SET version_num = 'cpd9999'")
    newer.commit()
    newer.close()
    assert "newer version of moodle-cpd (schema cpd9999)" in refused(path)


def test_full_disk_keeps_what_was_written_before_and_goes_on_afterwards(path: Path) -> None:
    facts = [completion(teacher, course) for teacher in range(100) for course in range(100)]
    with Ledger.open(path) as ledger:
        run = ledger.start_run(SITE, "pull", NOW)
        ledger.record_facts(run, facts[:10])
        ledger._engine.dispose()
        event.listen(
            ledger._engine,
            "connect",
            lambda c, _: c.execute("PRAGMA max_page_count=200").close(),
        )
        with pytest.raises(InputError, match="the disk is full") as caught:
            ledger.record_facts(run, facts)
        assert str(path) in str(caught.value)
        assert sum(map(len, standing(ledger).values())) == 10
    with Ledger.open(path) as ledger:
        assert ledger.record_facts(run, facts) == len(facts) - 10


def test_file_locked_by_another_program(path: Path) -> None:
    Ledger.open(path).close()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(LockedError, match="another program keeps the ledger locked"):
        Ledger.open(path, wait=0)
    other.close()


def test_reading_goes_on_while_another_opener_is_about_to_write(path: Path) -> None:
    with Ledger.open(path) as one, Ledger.open(path, wait=0) as other:
        run = one.start_run(SITE, "pull", NOW)
        one.record_facts(run, [completion(5, 1)])
        with one._write():
            assert standing(other) == {5: [completion(5, 1)]}
