from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import pytest
from sqlalchemy import event

from moodle_cpd.demo import EmbeddedMoodle
from moodle_cpd.ledger import Ledger
from tests.pull.site import Site, small_world


@pytest.fixture(scope="session")
def empty_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ledger") / "empty.sqlite"
    Ledger.open(path).close()
    return path


@pytest.fixture
def site(tmp_path: Path, empty_ledger: Path) -> Iterator[Site]:
    path = tmp_path / "ledger.sqlite"
    copyfile(empty_ledger, path)
    with EmbeddedMoodle(small_world()) as server, Ledger.open(path) as ledger:
        # Nobody pulls the plug on a test, and waiting for the disk is most of its time.
        ledger._engine.dispose()
        event.listen(
            ledger._engine, "connect", lambda c, _: c.execute("PRAGMA synchronous=OFF").close()
        )
        yield Site(server, ledger)
