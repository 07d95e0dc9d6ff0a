"""Each fault looks to a client as it does on a real network and a real site."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from moodle_cpd.demo import EmbeddedMoodle, World
from moodle_cpd.demo.fault import Fault, Strike
from moodle_cpd.demo.faults import Faults
from tests.demo.asking import Asker

COHORTS = "core_cohort_get_cohorts"
ADD = "core_cohort_add_cohort_members"
USERS = "core_user_get_users_by_field"


@pytest.fixture
def faults(site: EmbeddedMoodle) -> Faults:
    return Faults(site)


def members(world: World) -> set[int]:
    return set(world.cohort("homeroom-2026").members)


def joining(world: World, user: int) -> dict[str, Any]:
    cohort = {"type": "id", "value": world.cohort("homeroom-2026").id}
    return {"members": [{"cohorttype": cohort, "usertype": {"type": "id", "value": user}}]}


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Fault.ERROR, 500),
        (Fault.GATEWAY, 502),
        (Fault.UNAVAILABLE, 503),
        (Fault.TOO_MANY, 429),
    ],
)
def test_statuses(ask: Asker, faults: Faults, fault: Fault, status: int) -> None:
    faults.schedule([Strike(fault, COHORTS, nth=2, amount=7)])
    assert ask.post(COHORTS, {}).status_code == 200
    reply = ask.post(COHORTS, {})
    assert reply.status_code == status
    assert reply.headers.get("Retry-After") == ("7" if status in {429, 503} else None)
    assert ask.post(COHORTS, {}).status_code == 200


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.LOST])
def test_the_connection_breaks(ask: Asker, faults: Faults, fault: Fault) -> None:
    faults.schedule([Strike(fault, COHORTS)])
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        ask.post(COHORTS, {})
    assert ask.post(COHORTS, {}).status_code == 200


def test_a_reset_comes_in_the_middle_of_the_body(
    site: EmbeddedMoodle, ask: Asker, faults: Faults
) -> None:
    faults.schedule([Strike(Fault.RESET, COHORTS, amount=0.5)])
    form = {"wstoken": site.token, "wsfunction": COHORTS, "moodlewsrestformat": "json"}
    address = f"{site.url}/webservice/rest/server.php"
    with ask.session.post(address, data=form, stream=True, timeout=5) as reply:
        assert reply.status_code == 200
        with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
            assert reply.content


def test_silence(site: EmbeddedMoodle, ask: Asker, faults: Faults) -> None:
    faults.schedule([Strike(Fault.SILENT, COHORTS)])
    form = {"wstoken": site.token, "wsfunction": COHORTS}
    with pytest.raises(requests.ReadTimeout):
        ask.session.post(f"{site.url}/webservice/rest/server.php", data=form, timeout=0.02)


def test_a_refused_connection(site: EmbeddedMoodle, ask: Asker) -> None:
    address = site.url
    site.stop()
    with pytest.raises(requests.ConnectionError, match="refused"):
        ask.session.post(address, timeout=5)
    site.start()
    assert site.url == address
    assert ask.post(COHORTS, {}).status_code == 200


def test_pages_halves_and_nothing(ask: Asker, faults: Faults) -> None:
    whole = ask.post(COHORTS, {}).content
    for fault in (Fault.PAGE, Fault.BROKEN, Fault.EMPTY):
        faults.schedule([Strike(fault, COHORTS, amount=0.5)])
        reply = ask.post(COHORTS, {})
        assert reply.status_code == 200
        if fault is Fault.PAGE:
            assert reply.content.startswith(b"<!DOCTYPE html>")
        elif fault is Fault.BROKEN:
            assert whole.startswith(reply.content)
            assert 0 < len(reply.content) < len(whole)
        else:
            assert reply.content == b""


@pytest.mark.parametrize("late", [False, True])
def test_the_work_is_done_or_not(
    world: World, ask: Asker, faults: Faults, teacher: int, late: bool
) -> None:
    faults.schedule([Strike(Fault.GATEWAY, ADD, late=late)])
    assert ask.post(ADD, joining(world, teacher)).status_code == 502
    assert members(world) == ({teacher} if late else set())


def test_who_limits_the_rate_does_it_before_the_work(
    world: World, ask: Asker, faults: Faults, teacher: int
) -> None:
    faults.schedule([Strike(Fault.TOO_MANY, ADD, late=True)])
    assert ask.post(ADD, joining(world, teacher)).status_code == 429
    assert members(world) == set()


def test_what_lasts_lasts_until_it_is_mended(
    site: EmbeddedMoodle, world: World, ask: Asker, faults: Faults
) -> None:
    before = list(world.functions)
    form = {"wstoken": site.token, "wsfunction": COHORTS, "moodlewsrestformat": "json"}
    address = f"{site.url}/webservice/rest/server.php"
    for strike, code in (
        (Strike(Fault.TOKEN, COHORTS), "invalidtoken"),
        (Strike(Fault.WITHDRAWN, COHORTS), "accessexception"),
        (Strike(Fault.CAPABILITY, COHORTS, capability="moodle/cohort:view"), "nopermissions"),
    ):
        faults.schedule([strike])
        replies = [ask.session.post(address, data=form, timeout=5).json() for _ in range(3)]
        assert [reply["errorcode"] for reply in replies] == [code] * 3
        faults.mend()
        assert isinstance(ask(COHORTS), list)
    assert world.functions == before


def test_parameters_are_dropped_without_a_word(ask: Asker, faults: Faults) -> None:
    ids = [str(number) for number in range(4, 24)]
    assert len(ask(USERS, field="id", values=ids)) == 20
    faults.schedule([Strike(Fault.PARAMETERS, USERS, amount=0.5)])
    assert 0 < len(ask(USERS, field="id", values=ids)) < 20
    assert len(ask(USERS, field="id", values=ids)) == 20


def test_rows_come_twice_also_within_a_batch(ask: Asker, faults: Faults, teacher: int) -> None:
    faults.schedule([Strike(Fault.REPEATED, COHORTS, amount=0.3)])
    ids = [row["id"] for row in ask(COHORTS)]
    assert len(ids) == len(set(ids)) + 1
    inner = "core_enrol_get_users_courses"
    faults.schedule([Strike(Fault.REPEATED, f"{inner} in a batch", amount=0.3)])
    requests_ = [{"function": inner, "arguments": f'{{"userid": {teacher}}}'}]
    reply = ask("tool_mobile_call_external_functions", requests=requests_)
    assert reply["responses"][0]["data"].count('"shortname"') > len(ask(inner, userid=teacher))


def test_events_are_told_before_the_answer(site: EmbeddedMoodle, ask: Asker) -> None:
    told: list[float] = []
    met: list[Strike] = []
    faults = Faults(site, events={Fault.CLOCK: told.append}, tell=met.append)
    strikes = [Strike(Fault.CLOCK, COHORTS, amount=-3600.0), Strike(Fault.SLOW, COHORTS, nth=2)]
    faults.schedule(strikes)
    assert isinstance(ask(COHORTS), list)
    assert isinstance(ask(COHORTS), list)
    assert told == [-3600.0]
    assert met == strikes


def test_a_deleted_course_is_gone(world: World, ask: Asker, teacher: int) -> None:
    course = world.course("C-ETHICS")
    world.delete_course("C-ETHICS")
    listed = ask("core_course_get_courses_by_field")["courses"]
    assert course.id not in {row["id"] for row in listed}
    assert course.id not in {
        row["id"] for row in ask("core_enrol_get_users_courses", userid=teacher)
    }
    refused = ask(
        "core_completion_get_course_completion_status", courseid=course.id, userid=teacher
    )
    assert refused["errorcode"] == "invalidrecordunknown"
    assert ask("core_reportbuilder_retrieve_report", reportid=1)["data"]["rows"]
