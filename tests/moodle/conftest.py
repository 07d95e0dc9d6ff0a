from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
import responses
from pydantic import SecretStr

from moodle_cpd.config import SiteSettings
from moodle_cpd.moodle import Client
from tests.moodle.php import Tree, as_lists, read_form
from tests.moodle.server import Server

TOKEN = "5ecre7" + "0" * 26
URL = "https://moodle.example.edu.cn"
REST = f"{URL}/webservice/rest/server.php"

Reply = tuple[int, dict[str, str], bytes]
Answering = Callable[[Tree], Any]


def settings(**values: object) -> SiteSettings:
    return SiteSettings.model_validate({"url": URL, **values})


def as_reply(answer: Any) -> Reply:
    """An answer as HTTP: a status, bytes, a whole reply, or a value to encode as JSON."""
    if isinstance(answer, tuple):
        return answer
    if isinstance(answer, bytes):
        return 200, {}, answer
    return 200, {"Content-Type": "application/json"}, json.dumps(answer).encode()


@dataclass
class FakeMoodle:
    """Answers requests by a script or a function and keeps what was asked.

    Time passes only as scripted: waiting is written down, and each request takes ``seconds``.
    """

    answers: list[Any] = field(default_factory=list)
    answering: Answering | None = None
    seconds: Callable[[Tree], float] = lambda _: 0.0
    asked: list[Tree] = field(default_factory=list)
    sent: list[requests.PreparedRequest] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)
    time: float = 0.0
    max_input_vars: int = 10_000

    def client(self, **values: object) -> Client:
        return Client(
            settings(**values),
            SecretStr(TOKEN),
            sleep=self.waited.append,
            chance=lambda: 0.5,
            clock=lambda: self.time,
        )

    def handle(self, request: requests.PreparedRequest) -> Reply:
        body = request.body or ""
        form = as_lists(
            read_form(body.decode() if isinstance(body, bytes) else str(body), self.max_input_vars)
        )
        self.sent.append(request)
        self.asked.append(form)
        self.time += self.seconds(form)
        answer = self.answering(form) if self.answering else self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return as_reply(answer)

    def functions(self) -> list[str]:
        return [form["wsfunction"] for form in self.asked]


@pytest.fixture
def moodle() -> Iterator[FakeMoodle]:
    fake = FakeMoodle()
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.add_callback(responses.POST, REST, callback=fake.handle)
        yield fake


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running
