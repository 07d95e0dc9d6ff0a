"""Single calls: what goes out, what is repeated, how long is waited in between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import requests

from moodle_cpd.errors import SiteError, TransientError
from moodle_cpd.moodle import CallError
from tests.moodle.conftest import REST, TOKEN, FakeMoodle, Reply

READ = "core_course_get_courses_by_field"
WRITE = "mod_assign_save_grades"
BUSY: Reply = (503, {}, b"busy")
GONE = {"exception": "moodle_exception", "errorcode": "sitemaintenance", "message": "x"}


def unreachable() -> requests.ConnectionError:
    from urllib3.connection import HTTPConnection
    from urllib3.connectionpool import HTTPConnectionPool
    from urllib3.exceptions import MaxRetryError, NewConnectionError

    pool = HTTPConnectionPool("moodle.example.edu.cn")
    refused = NewConnectionError(HTTPConnection("moodle.example.edu.cn"), "refused")
    return requests.ConnectionError(MaxRetryError(pool, "/webservice", refused))


def broken() -> requests.ConnectionError:
    from urllib3.exceptions import ProtocolError

    return requests.ConnectionError(ProtocolError("Connection aborted.", ConnectionResetError(104)))


def test_a_call_is_a_form_in_a_post(moodle: FakeMoodle) -> None:
    moodle.answers = [{"courses": []}]
    assert moodle.client().read(READ, {"field": "idnumber", "value": "研修 & R5"}) == {
        "courses": []
    }
    assert moodle.asked == [
        {
            "wstoken": TOKEN,
            "moodlewsrestformat": "json",
            "moodlewssettinglang": "en",
            "moodlewssettingtimezone": "UTC",
            "moodlewssettingfilter": "0",
            "field": "idnumber",
            "value": "研修 & R5",
            "wsfunction": READ,
        }
    ]
    (sent,) = moodle.sent
    assert (sent.method, sent.url) == ("POST", REST)
    assert list(moodle.asked[0])[-1] == "wsfunction", "it is the first that PHP drops"
    assert sent.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert sent.headers["User-Agent"].startswith("moodle-cpd/")


@pytest.mark.parametrize("value", [None, True, 7, "x", []])
def test_any_value_can_be_an_answer(moodle: FakeMoodle, value: object) -> None:
    moodle.answers = [value]
    assert moodle.client().read(READ) == value


class TestRepeats:
    @pytest.mark.parametrize("failure", [BUSY, GONE, b"", b'{"courses":[', unreachable(), broken()])
    def test_a_read_is_repeated_while_it_may_pass(
        self, moodle: FakeMoodle, failure: object
    ) -> None:
        moodle.answers = [failure, failure, {"courses": []}]
        assert moodle.client().read(READ) == {"courses": []}
        assert len(moodle.waited) == 2

    @pytest.mark.parametrize(
        "failure",
        [GONE, (429, {}, b""), unreachable(), {"errorcode": "upgraderunning"}],
    )
    def test_a_write_is_repeated_where_it_surely_did_nothing(
        self, moodle: FakeMoodle, failure: object
    ) -> None:
        moodle.answers = [failure, None]
        assert moodle.client().write(WRITE, {}) is None
        assert len(moodle.asked) == 2

    @pytest.mark.parametrize(
        "failure",
        [
            BUSY,
            b"",
            b'{"warnings":[',
            b"<html>portal",
            b"upstream connect error",
            b"null<!-- -->",
            (204, {}, b""),
            broken(),
            {"errorcode": "dbconnectionfailed"},
        ],
    )
    def test_a_write_that_may_have_happened_is_never_repeated(
        self, moodle: FakeMoodle, failure: object
    ) -> None:
        moodle.answers = [failure]
        with pytest.raises(TransientError) as caught:
            moodle.client().write(WRITE, {})
        assert caught.value.sent
        assert len(moodle.asked) == 1
        assert moodle.waited == []

    @pytest.mark.parametrize(
        "failure",
        [(403, {}, b""), (413, {}, b"<html>"), (302, {}, b""), {"errorcode": "invalidtoken"}],
    )
    def test_what_cannot_pass_is_not_repeated(self, moodle: FakeMoodle, failure: object) -> None:
        moodle.answers = [failure, failure]
        client = moodle.client()
        for call in (client.read, lambda function: client.write(function, {})):
            with pytest.raises(SiteError) as caught:
                call(READ)
            assert not isinstance(caught.value, TransientError)
        assert moodle.waited == []

    def test_a_refused_call_is_not_repeated(self, moodle: FakeMoodle) -> None:
        moodle.answers = [{"exception": "x", "errorcode": "usernotenroled"}]
        with pytest.raises(CallError, match="usernotenroled"):
            moodle.client().read(READ)

    def test_it_ends_after_the_configured_number(self, moodle: FakeMoodle) -> None:
        moodle.answers = [BUSY] * 3
        with pytest.raises(TransientError, match="HTTP 503"):
            moodle.client(retries=2).read(READ)
        assert len(moodle.asked) == 3

    def test_none_where_none_is_wanted(self, moodle: FakeMoodle) -> None:
        moodle.answers = [BUSY]
        with pytest.raises(TransientError):
            moodle.client(retries=0).read(READ)
        assert moodle.waited == []


class TestWaiting:
    def waits(self, moodle: FakeMoodle, chance: float, times: int) -> list[float]:
        moodle.answers = [BUSY] * times + [None]
        client = moodle.client(retries=20)
        client._chance = lambda: chance
        client.read(READ)
        return moodle.waited

    def test_it_doubles_up_to_a_minute(self, moodle: FakeMoodle) -> None:
        assert self.waits(moodle, 0.5, 9) == [0.5, 1, 2, 4, 8, 16, 32, 60, 60]

    @pytest.mark.parametrize(("chance", "first"), [(0.0, 0.25), (1.0, 0.75)])
    def test_it_is_spread_by_half(self, moodle: FakeMoodle, chance: float, first: float) -> None:
        assert self.waits(moodle, chance, 2) == [first, 2 * first]

    def test_what_the_site_asks_for_is_waited_and_a_little_more(self, moodle: FakeMoodle) -> None:
        moodle.answers = [(503, {"Retry-After": "7"}, b""), None]
        moodle.client().read(READ)
        assert moodle.waited == [7.5]

    def test_a_date_is_waited_for(self, moodle: FakeMoodle) -> None:
        later = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
        moodle.answers = [(503, {"Retry-After": later}, b""), None]
        moodle.client().read(READ)
        assert 25 < moodle.waited[0] < 32

    def test_longer_than_a_minute_ends_at_once_and_says_when(self, moodle: FakeMoodle) -> None:
        moodle.answers = [(503, {"Retry-After": "300"}, b"<html>maintenance")]
        with pytest.raises(TransientError, match="Try again in 300 s"):
            moodle.client().read(READ)
        assert moodle.waited == []


def test_requests_are_counted(moodle: FakeMoodle) -> None:
    moodle.answers = [BUSY, None, None]
    client = moodle.client()
    client.read(READ)
    client.write(WRITE, {})
    assert client.transport.requests_sent == 3


class TestClockOffset:
    @pytest.mark.parametrize("zone", ["GMT", "-0000"])
    def test_it_is_read_from_the_last_reply(self, moodle: FakeMoodle, zone: str) -> None:
        date = (datetime.now(UTC) + timedelta(hours=1)).strftime("%a, %d %b %Y %H:%M:%S ") + zone
        moodle.answers = [(200, {"Date": date}, b"null")]
        client = moodle.client()
        client.read(READ)
        assert client.transport.clock_offset == pytest.approx(3600, abs=5)

    @pytest.mark.parametrize("headers", [{}, {"Date": "yesterday"}])
    def test_it_is_unknown_without(self, moodle: FakeMoodle, headers: dict[str, str]) -> None:
        moodle.answers = [(200, headers, b"null")]
        client = moodle.client()
        client.read(READ)
        assert client.transport.clock_offset is None
