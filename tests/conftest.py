"""What all tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings

from moodle_cpd.demo import EmbeddedMoodle, build_world

settings.register_profile("quick", max_examples=50, deadline=None)
# How long it takes to make examples tells of a busy computer, not of the program.
LONG = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", LONG, max_examples=1000)
settings.register_profile("endurance", LONG, max_examples=10_000)
# For changed programs: the same few examples each time; what fails need not be made small.
settings.register_profile(
    "mutation",
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

TODAY = date(2026, 11, 22)

# Ledgers are written to disk at each commit; in memory the tests need not wait for that.
_MEMORY = Path("/dev/shm")
if _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK):
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))


class Together:
    """How several processes share the tests."""

    def pytest_xdist_make_scheduler(self, config: pytest.Config, log: Any) -> Any:
        """Who has none left takes some of another's: a few tests are long."""
        from xdist.scheduler import WorkStealingScheduling

        return WorkStealingScheduling(config, log)


def pytest_configure(config: pytest.Config) -> None:
    """Processes share the tests only where there are some."""
    if config.pluginmanager.hasplugin("xdist"):
        config.pluginmanager.register(Together())


@pytest.fixture
def site() -> Iterator[EmbeddedMoodle]:
    """A small embedded Moodle of its own for each test."""
    with EmbeddedMoodle(build_world(seed=1, today=TODAY, teachers=24)) as running:
        yield running
