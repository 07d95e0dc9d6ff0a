from __future__ import annotations

import socket
import time
from datetime import date
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
import requests

from moodle_cpd.demo import EmbeddedMoodle, Request, Response, World, build_world
from tests.demo.asking import Asker, mark


def test_the_address_carries_the_prefix(world: World) -> None:
    with EmbeddedMoodle(world, path="/moodle") as site:
        assert site.url.endswith("/moodle")
        ask = Asker(site)
        assert ask("core_webservice_get_site_info")["siteurl"] == site.url
        outside = site.url.removesuffix("/moodle") + "/webservice/rest/server.php"
        assert ask.session.get(outside, timeout=10).status_code == 404
        assert "继续教育" in ask.session.get(site.url, timeout=10).content.decode()
        ask.close()


def test_requests_are_logged_without_tokens(site: EmbeddedMoodle, ask: Asker) -> None:
    ask("core_cohort_get_cohorts", cohortids=[1])
    ask("core_cohort_get_cohort_members", cohortids=[99])
    batch = [{"function": "core_cohort_get_cohorts"}] * 3
    ask("tool_mobile_call_external_functions", requests=batch)
    first, second, third = site.log
    assert (first.n, first.function, first.status) == (1, "core_cohort_get_cohorts", 200)
    assert first.params == {"cohortids": {"0": "1"}}
    assert second.errorcode == "invalidrecordunknown"
    assert third.inner == 3
    assert site.token not in repr(site.log)


def test_one_connection_serves_many_requests(site: EmbeddedMoodle) -> None:
    parts = urlsplit(site.url)
    body = f"wstoken={site.token}&wsfunction=core_cohort_get_cohorts&moodlewsrestformat=json"
    request = (
        f"POST /webservice/rest/server.php HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=10) as line:
        for _ in range(3):
            line.sendall(request)
            assert line.recv(65536).startswith(b"HTTP/1.1 200")
    assert len(site.log) == 3


def test_stopping_closes_kept_connections(world: World) -> None:
    site = EmbeddedMoodle(world)
    site.start()
    ask = Asker(site)
    ask("core_webservice_get_site_info")
    address = site.url
    site.stop()
    with pytest.raises(requests.ConnectionError):
        ask.session.get(address, timeout=10)
    ask.close()
    site.stop()
    with pytest.raises(RuntimeError):
        _ = site.url


def test_hooks_answer_in_place_of_the_site(site: EmbeddedMoodle, ask: Asker) -> None:
    def busy(request: Request) -> Response | None:
        if request.function != "core_cohort_get_cohorts":
            return None
        return Response(503, b"<html>busy</html>", headers=(("Retry-After", "7"),))

    site.before.append(busy)
    reply = ask.post("core_cohort_get_cohorts", {})
    assert (reply.status_code, reply.headers["Retry-After"]) == (503, "7")
    assert ask("core_webservice_get_site_info")["userid"] == site.account.id
    assert [request.status for request in site.log] == [503, 200]


def test_a_reply_can_be_lost_after_the_work_was_done(
    site: EmbeddedMoodle, ask: Asker, world: World, teacher: int
) -> None:
    site.after.append(lambda request: Response(drop=True))
    record = world.assignment("qianshan-2025")
    with pytest.raises(requests.ConnectionError):
        ask.post(
            "mod_assign_save_grades",
            {"assignmentid": record.id, "applytoall": 0, "grades": [mark(teacher, 72)]},
        )
    assert world.grade_of(teacher, "qianshan-2025") == 72


def test_latency_is_added_to_each_request_and_inner_call(world: World) -> None:
    with EmbeddedMoodle(world, latency=0.02, inner_latency=0.02) as site:
        ask = Asker(site)
        start = time.monotonic()
        ask(
            "tool_mobile_call_external_functions",
            requests=[{"function": "core_cohort_get_cohorts"}] * 4,
        )
        assert time.monotonic() - start >= 0.1
        ask.close()


def test_states_of_the_site(site: EmbeddedMoodle, ask: Asker, world: World) -> None:
    world.maintenance = True
    reply = ask.post("core_webservice_get_site_info", {})
    assert reply.status_code == 503
    assert reply.text.startswith("<!DOCTYPE")
    world.maintenance = False
    world.webservices_enabled = False
    assert ask.post("core_webservice_get_site_info", {}).status_code == 403
    world.webservices_enabled = True
    world.token = "f" * 32
    world.debug = True
    wrong = ask("core_webservice_get_site_info", extra=1)
    assert wrong["errorcode"] == "invalidparameter"
    assert wrong["debuginfo"] == "Unexpected keys (extra) detected in parameter array."


def test_without_a_format_the_answer_is_xml(ask: Asker) -> None:
    good = ask.post("core_cohort_get_cohort_members", {"cohortids": [2], "moodlewsrestformat": ""})
    assert good.headers["Content-Type"].startswith("application/xml")
    tree = ElementTree.fromstring(good.content)
    assert [value.text for value in tree.iter("VALUE")] == ["2"]
    bad = ask.post("core_cohort_get_cohort_members", {"cohortids": [99], "moodlewsrestformat": ""})
    assert ElementTree.fromstring(bad.content).findtext("ERRORCODE") == "invalidrecordunknown"


def test_uploads_in_parts_and_downloads(site: EmbeddedMoodle, ask: Asker, world: World) -> None:
    address = f"{site.url}/webservice/upload.php"
    form = {"token": site.token, "itemid": "0", "filearea": "draft"}
    files = {"file_1": ("证书.pdf", b"%PDF-1.7 demo", "application/pdf")}
    [stored] = ask.session.post(address, data=form, files=files, timeout=10).json()
    assert stored["filesize"] == 13
    teacher = next(iter(world.cohort("teachers").members))
    record = world.assignment("qianshan-2025")
    ask(
        "mod_assign_save_grades",
        assignmentid=record.id,
        applytoall=0,
        grades=[mark(teacher, 72, stored["itemid"])],
    )
    [file] = world.files_of(teacher, record.id)
    assert (file.content, file.mimetype) == (b"%PDF-1.7 demo", "application/pdf")
    status = ask("mod_assign_get_submission_status", assignid=record.id, userid=teacher)
    [shown] = status["feedback"]["plugins"][1]["fileareas"][0]["files"]
    reply = ask.session.post(shown["fileurl"], data={"token": site.token}, timeout=10)
    assert (reply.status_code, reply.content) == (200, b"%PDF-1.7 demo")
    world.upload_allowed = False
    refused = ask.session.post(address, data=form, files=files, timeout=10).json()
    assert refused["errorcode"] == "accessexception"


def test_worlds_are_the_same_for_the_same_seed_and_date() -> None:
    day = date(2026, 11, 22)
    one = build_world(3, today=day, teachers=30)
    two = build_world(3, today=day, teachers=30, clock=lambda: 0.0)
    assert one.tables == two.tables, "no clock decides what happened"
    assert one.token == two.token
    assert one.description == two.description
    assert build_world(4, today=day, teachers=30).tables != one.tables
    assert build_world(3, today=date(2026, 11, 21), teachers=30).tables != one.tables
