from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from moodle_cpd.demo import EmbeddedMoodle, World, build_world
from tests.demo.asking import Asker

TODAY = date(2026, 11, 22)


@pytest.fixture
def world() -> World:
    return build_world(1, today=TODAY, teachers=24)


@pytest.fixture
def site(world: World) -> Iterator[EmbeddedMoodle]:
    with EmbeddedMoodle(world) as running:
        yield running


@pytest.fixture
def ask(site: EmbeddedMoodle) -> Iterator[Asker]:
    asker = Asker(site)
    yield asker
    asker.close()


@pytest.fixture
def teacher(world: World) -> int:
    """A teacher whose profile is complete."""
    users = world.tables.users
    return next(
        user
        for user in world.cohort("teachers").members
        if len(users[user].profile) == 6 and users[user].idnumber and not users[user].suspended
    )
