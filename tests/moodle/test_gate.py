"""Requests go out within the configured hours only."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest
from pydantic import SecretStr, ValidationError

from moodle_cpd.config import Hours, SiteSettings
from moodle_cpd.errors import ExitCode, OutOfHoursError
from moodle_cpd.moodle import Client, Gate

ZONE = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("span", "inside", "outside"),
    [
        ("22:00-06:00", ("22:00", "23:59", "00:00", "05:59"), ("06:00", "12:00", "21:59")),
        ("01:30-5:00", ("01:30", "04:59"), ("01:29", "05:00", "00:00")),
    ],
)
def test_a_span_may_pass_midnight(
    span: str, inside: tuple[str, ...], outside: tuple[str, ...]
) -> None:
    hours = Hours.parse(span)
    assert all(hours.hold(time.fromisoformat(each)) for each in inside)
    assert not any(hours.hold(time.fromisoformat(each)) for each in outside)


@pytest.mark.parametrize("text", ["22-6", "24:00-06:00", "22:00", "06:00-06:00", "22:60-06:00", ""])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="22:00-06:00"):
        SiteSettings(url="https://moodle.example", hours=text)


def test_the_zone_counts_and_the_message_says_what_to_do() -> None:
    moments = [datetime(2026, 11, 22, 14, tzinfo=UTC), datetime(2026, 11, 22, 22, 5, tzinfo=UTC)]
    gate = Gate(Hours.parse("22:00-06:00"), ZONE, lambda: moments[0])
    gate()
    moments.pop(0)
    with pytest.raises(OutOfHoursError) as caught:
        gate()
    assert caught.value.exit_code is ExitCode.OUT_OF_HOURS
    assert "06:05 (Asia/Shanghai)" in str(caught.value)
    assert "22:00-06:00" in str(caught.value)
    assert "goes on" in str(caught.value)


def test_nothing_is_sent_through_a_closed_gate() -> None:
    gate = Gate(Hours.parse("22:00-06:00"), ZONE, lambda: datetime(2026, 11, 22, 4, tzinfo=UTC))
    client = Client(SiteSettings(url="https://moodle.example"), SecretStr("0" * 32), gate=gate)
    for ask in (client.read, client.write):
        with pytest.raises(OutOfHoursError, match="Nothing was asked"):
            ask("core_webservice_get_site_info", {})
    assert client.transport.requests_sent == 0
    client.close()
