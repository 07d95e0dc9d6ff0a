"""Whether the site answers, as what, and as whom: the first thing that is wrong is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pydantic import SecretStr

from moodle_cpd.config import Settings
from moodle_cpd.demo import EmbeddedMoodle, World
from moodle_cpd.doctor import Finding, Verdict
from moodle_cpd.doctor.reach import reach_checks
from moodle_cpd.moodle import Client, Moodle
from tests.doctor.conftest import Examine


def with_url(settings: Settings, url: str, **others: object) -> Settings:
    site = settings.site.model_copy(update={"url": url, **others})
    return settings.model_copy(update={"site": site})


def suspend(world: World) -> None:
    world.service_user.suspended = True


def close(world: World) -> None:
    world.set_capability("webservice/rest:use", False)


@pytest.mark.parametrize(
    ("bend", "check", "found", "remedy"),
    [
        (suspend, "account", "suspended", "Browse list of users"),
        (close, "service", "nothing at all", "Assign system roles"),
        (
            lambda w: w.withdraw_function("core_webservice_get_site_info"),
            "function:core_webservice_get_site_info",
            "otherwise works",
            "Add functions",
        ),
        (lambda w: setattr(w, "webservices_enabled", False), "url", "HTTP 403", "Manage protocols"),
        (lambda w: setattr(w, "maintenance", True), "url", "HTTP 503", "Try again"),
        (lambda w: setattr(w, "maintenance_setting", True), "url", "maintenance", "Try again"),
    ],
)
def test_what_stops_the_first_call_is_the_only_finding(
    site: EmbeddedMoodle,
    look: Examine,
    bend: Callable[[World], None],
    check: str,
    found: str,
    remedy: str,
) -> None:
    bend(site.world)
    examined = look()
    assert [finding.check for finding in examined.findings] == [check]
    assert examined[check].verdict is Verdict.LACK
    assert found in examined[check].found
    assert remedy in examined[check].remedy


@pytest.mark.parametrize(
    ("flag", "found", "remedy"),
    [
        ("policy_unaccepted", "site policy", "Web services authentication"),
        ("password_change_forced", "password", "Log in once"),
    ],
)
def test_an_account_that_is_refused_everything_but_the_first_call_ends_it(
    site: EmbeddedMoodle, look: Examine, flag: str, found: str, remedy: str
) -> None:
    setattr(site.world, flag, True)
    examined = look()
    assert examined.findings[-1].check == "account"
    assert examined.lacks == {"account"}
    assert found in examined["account"].found
    assert remedy in examined["account"].remedy


def test_an_unknown_token(look: Examine) -> None:
    finding = look(token="0" * 32)["token"]
    assert finding.verdict is Verdict.LACK
    assert "Valid until" in finding.remedy


def test_no_site_at_the_address(look: Examine, settings: Settings) -> None:
    examined = look(settings=with_url(settings, "http://127.0.0.1:1", retries=0))
    assert [finding.check for finding in examined.findings] == ["url"]
    assert "[site] url" in examined["url"].remedy


def test_a_site_without_tls_asked_by_https(
    site: EmbeddedMoodle, look: Examine, settings: Settings
) -> None:
    settings = with_url(settings, site.url.replace("http:", "https:"), retries=0)
    assert [finding.check for finding in look(settings=settings).findings] == ["tls"]


def test_another_address_than_moodles_own(site: EmbeddedMoodle, look: Examine) -> None:
    site.world.wwwroot = "https://moodle.example.edu.cn"
    finding = look()["url"]
    assert finding.verdict is Verdict.LACK
    assert 'url = "https://moodle.example.edu.cn"' in finding.remedy


def test_plain_http_that_was_allowed_is_still_told(look: Examine, settings: Settings) -> None:
    examined = look(settings=with_url(settings, settings.site.url, allow_http=True))
    assert examined["tls"].verdict is Verdict.WARNING


@pytest.mark.parametrize(
    ("release", "verdict"),
    [
        ("4.1.2+ (Build: 20230401)", Verdict.OK),
        ("5.1+ (Build: 20251017)", Verdict.OK),
        ("4.0.9 (Build: 20230501)", Verdict.LACK),
        ("3.11 (Build: 20210517)", Verdict.LACK),
        ("", Verdict.UNTESTED),
    ],
)
def test_the_version(site: EmbeddedMoodle, look: Examine, release: str, verdict: Verdict) -> None:
    site.world.release = release
    assert look()["version"].verdict is verdict


@pytest.fixture
def moodle(site: EmbeddedMoodle, settings: Settings) -> Iterator[Moodle]:
    client = Client(settings.site, SecretStr(site.token))
    yield Moodle(client)
    client.close()


def reached(moodle: Moodle) -> dict[str, Finding]:
    return {finding.check: finding for finding in reach_checks(moodle)}


@pytest.mark.parametrize(
    ("offset", "verdict"),
    [
        (0.4, Verdict.OK),
        (-60.0, Verdict.OK),
        (61.0, Verdict.WARNING),
        (-3600.0, Verdict.WARNING),
        (None, Verdict.UNTESTED),
    ],
)
def test_the_clock(moodle: Moodle, offset: float | None, verdict: Verdict) -> None:
    assert moodle.info.userid
    moodle.client.transport.clock_offset = offset
    assert reached(moodle)["clock"].verdict is verdict


def test_an_administrators_token_is_more_than_is_needed(moodle: Moodle) -> None:
    assert "account:administrator" not in reached(moodle)
    moodle._info = moodle.info.model_copy(update={"userissiteadmin": True})
    assert reached(moodle)["account:administrator"].verdict is Verdict.WARNING
