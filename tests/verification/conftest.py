from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from moodle_cpd.ledger import Ledger
from tests.credentials.conftest import drawer, signer, store
from tests.ledger.examples import empty_ledger

__all__ = ["drawer", "signer", "store"]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(empty_ledger())
    with Ledger.open(path) as opened:
        yield opened
