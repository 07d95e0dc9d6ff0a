from collections.abc import Iterator
from pathlib import Path

import pytest

from moodle_cpd.ledger import Ledger
from tests.ledger.examples import empty_ledger


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


@pytest.fixture
def ledger(path: Path) -> Iterator[Ledger]:
    path.write_bytes(empty_ledger())
    with Ledger.open(path) as opened:
        yield opened
