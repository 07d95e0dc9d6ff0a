"""Tokens and personal details stay where they belong, whatever goes wrong and whoever logs."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from pydantic import SecretStr

from moodle_cpd.errors import CpdError
from moodle_cpd.moodle import Client, Moodle, Writer
from tests.moodle.conftest import TOKEN, FakeMoodle, settings
from tests.moodle.server import Server, http, raw, reply, reset_after, silence

PERSON = "王伟"
MAIL = "wang.wei@example.edu.cn"
SECRETS = (TOKEN, PERSON, MAIL, "%E7%8E%8B")
USERS = '{"users":[{"id":3,"fullname":"王伟","username":"wang.wei@example.edu.cn"}]}'.encode()


def refusal(**body: object) -> dict[str, object]:
    return {
        "exception": f"moodle_exception {PERSON}",
        "message": f"{PERSON} {MAIL} {TOKEN}",
        "debuginfo": f"users => 0 => {MAIL}",
        **body,
    }


FAILURES: list[Any] = [
    refusal(),
    *(
        refusal(errorcode=code)
        for code in (
            "invalidtoken",
            "accessexception",
            "nopermissions",
            "invalidparameter",
            "invalidresponse",
            "sitemaintenance",
            "wsaccessusersuspended",
            f"User {PERSON} not found",
        )
    ),
    f"<html>{PERSON} {TOKEN}".encode(),
    f"Notice: Undefined {PERSON} in {TOKEN}.php on line 5 {{}}".encode(),
    f'{{"users":[{{"fullname":"{PERSON}"'.encode(),
    f"[] {PERSON} {TOKEN}".encode(),
    f"{PERSON} {TOKEN}".encode(),
    {"users": [{"id": PERSON, "fullname": {"first": PERSON}}]},
    {"users": {MAIL: TOKEN}},
    {PERSON: MAIL},
    PERSON,
    (302, {"Location": f"https://{TOKEN}@x/?token={TOKEN}"}, b""),
    (302, {"Location": f"https://x/a?user={MAIL}&token={TOKEN}"}, b""),
    *((status, {}, f"{PERSON} {TOKEN}".encode()) for status in (400, 401, 403, 404, 429, 500)),
    requests.ConnectionError(f"POST body wstoken={TOKEN}&name={PERSON}"),
    requests.exceptions.SSLError(f"{TOKEN} {PERSON}"),
]


@pytest.mark.parametrize("failure", FAILURES, ids=range(len(FAILURES)))
def test_no_error_shows_them(moodle: FakeMoodle, failure: object) -> None:
    moodle.answers = [failure] * 2
    site = Moodle(moodle.client(retries=0))
    for ask in (site.users, lambda: Writer(site).add_cohort_members(1, [3])):
        with pytest.raises(CpdError) as caught:
            ask()
        shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
        shown += repr(caught.value.problems) + repr(vars(caught.value))
        assert [secret for secret in SECRETS if secret in shown] == []


def test_no_representation_shows_the_token(moodle: FakeMoodle) -> None:
    client = moodle.client()
    for shown in (client, client.transport, Moodle(client), vars(client), vars(client.transport)):
        assert TOKEN not in f"{shown!r} {shown}"


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    one = Client(settings(url=server.url), SecretStr(TOKEN), sleep=lambda _: None)
    yield one
    one.close()


def test_no_log_shows_them(
    server: Server,
    client: Client,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    server.steps = [
        reply(USERS),
        silence,
        reset_after(http(USERS, length=500)),
        raw(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"),
        reply(USERS),
    ]
    site = Moodle(client)
    assert site.users()[0].fullname == PERSON
    assert client.read("core_user_get_users", {"name": PERSON, "mail": MAIL})
    assert len(server.requests) == 5
    logged = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    assert "POST /webservice/rest/server.php" in logged, "urllib3 logs at this level"
    shown = logged + "".join(capfd.readouterr())
    assert [secret for secret in SECRETS if secret in shown] == []


def test_no_address_shows_them(server: Server, client: Client) -> None:
    server.steps = [reply(b"[]")]
    client.read("core_user_get_users", {"name": PERSON, "mail": MAIL})
    (request,) = server.requests
    assert [secret for secret in SECRETS if secret in request.head] == []
    assert TOKEN in request.body
