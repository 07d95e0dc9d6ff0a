"""More than one request at a time only where that is allowed, and never more than that."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Barrier, Lock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from moodle_cpd.config import SiteSettings
from moodle_cpd.demo import EmbeddedMoodle, Request, Response, build_world
from moodle_cpd.errors import SiteError
from moodle_cpd.moodle import Client
from moodle_cpd.moodle.client import Call
from moodle_cpd.moodle.parallel import WORTH_A_REQUEST, even_parts, side_by_side
from tests.conftest import TODAY

FUNCTION = "core_enrol_get_users_courses"


class Crowding:
    """Counts requests that are at a site at the same time."""

    def __init__(self, site: EmbeddedMoodle) -> None:
        self.most = self._now = 0
        self._lock = Lock()
        site.before.append(self._come)
        site.after.append(self._go)

    def _come(self, _: Request) -> Response | None:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        return None

    def _go(self, _: Request) -> Response | None:
        with self._lock:
            self._now -= 1
        return None


@pytest.fixture
def slow_site() -> Iterator[EmbeddedMoodle]:
    with EmbeddedMoodle(build_world(1, today=TODAY, teachers=12), latency=0.005) as site:
        yield site


def ask(
    site: EmbeddedMoodle, parallel: int, *, batch: bool, number: int = 120
) -> tuple[list[object], int]:
    """Answers, and how many requests were sent."""
    settings = SiteSettings(url=site.url, parallel=parallel, batch_target=0.001)
    client = Client(settings, SecretStr(site.token), sleep=lambda _: None)
    users = sorted(site.world.cohort("teachers").members)
    calls = [Call(FUNCTION, {"userid": users[n % len(users)]}) for n in range(number)]
    answers = list(client.read_many(calls, batch=batch))
    client.close()
    return answers, client.transport.requests_sent


@pytest.mark.parametrize("batch", [False, True])
def test_never_more_than_allowed_and_the_same_answers(
    slow_site: EmbeddedMoodle, batch: bool
) -> None:
    number = 120 if batch else 30
    alone = Crowding(slow_site)
    one_by_one, _ = ask(slow_site, 1, batch=batch, number=number)
    assert alone.most == 1
    together = Crowding(slow_site)
    answers, sent = ask(slow_site, 3, batch=batch, number=number)
    assert answers == one_by_one
    assert 1 < together.most <= 3
    assert sent == sum(request.n > 0 for request in slow_site.log[-sent:])


def test_a_list_that_one_request_takes_is_shared_out(slow_site: EmbeddedMoodle) -> None:
    """Else one request has all the work, and nothing goes beside it."""
    settings = SiteSettings(url=slow_site.url, parallel=2)
    client = Client(settings, SecretStr(slow_site.token), sleep=lambda _: None)
    users = sorted(slow_site.world.cohort("teachers").members)
    for number, requests in ((40, 2), (WORTH_A_REQUEST, 1)):
        before = client.transport.requests_sent
        calls = [Call(FUNCTION, {"userid": users[n % len(users)]}) for n in range(number)]
        assert len(list(client.read_many(calls))) == number
        assert client.transport.requests_sent - before == requests
    client.close()


@given(st.integers(0, 400), st.integers(1, 90), st.integers(1, 8))
def test_parts_are_whole_and_alike_and_no_more_than_need_be(
    count: int, most: int, beside: int
) -> None:
    items = list(range(count))
    parts = even_parts(items, most, beside)
    assert [each for part in parts for each in part] == items
    sizes = [len(part) for part in parts]
    assert all(0 < size <= most for size in sizes)
    assert len(set(sizes[:-1])) <= 1
    assert sizes[-1:] <= sizes[:1]
    fewest = -(-count // most)
    assert len(parts) <= -(-fewest // beside) * beside
    assert len(parts) <= max(fewest, count // WORTH_A_REQUEST)


def test_the_first_failure_ends_it(slow_site: EmbeddedMoodle) -> None:
    slow_site.world.token = "0" * 32
    settings = SiteSettings(url=slow_site.url, parallel=3)
    client = Client(settings, SecretStr("1" * 32), sleep=lambda _: None)
    calls = [Call(FUNCTION, {"userid": 4})] * 40
    with pytest.raises(SiteError, match="invalidtoken"):
        list(client.read_many(calls, batch=False))
    assert client.transport.requests_sent <= 6
    client.close()


def test_who_is_told_to_wait_holds_the_others_back(slow_site: EmbeddedMoodle) -> None:
    told: list[int] = []

    def busy(request: Request) -> Response | None:
        if told:
            return None
        told.append(request.n)
        return Response(429, headers=(("Retry-After", "5"),))

    slow_site.before.append(busy)
    waited: list[float] = []
    settings = SiteSettings(url=slow_site.url, parallel=2)
    client = Client(settings, SecretStr(slow_site.token), sleep=waited.append, chance=lambda: 0.0)
    list(client.read_many([Call(FUNCTION, {"userid": 4})] * 8, batch=False))
    client.close()
    assert waited[0] == 5.0
    assert len(waited) > 4, "whoever asks meanwhile waits as well"


def test_answers_come_in_order_whoever_is_first() -> None:
    together = Barrier(2)

    def answer(part: int) -> list[int]:
        together.wait(timeout=10)
        return [part, -part]

    assert list(side_by_side(2, [1, 2, 3, 4], answer)) == [1, -1, 2, -2, 3, -3, 4, -4]
