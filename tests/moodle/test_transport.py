"""What happens below HTTP, with real sockets."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic

import pytest
from pydantic import SecretStr

from moodle_cpd.config import SiteSettings
from moodle_cpd.errors import InputError, SiteError, TransientError
from moodle_cpd.moodle import Client
from tests.moodle.conftest import TOKEN, settings
from tests.moodle.server import Server, http, raw, reply, reset_after, silence

READ = "core_course_get_courses_by_field"
LOOPBACK = "127.0.0.1"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

Connect = Callable[..., Client]


@pytest.fixture
def waited() -> list[float]:
    return []


@pytest.fixture
def connect(server: Server, waited: list[float]) -> Iterator[Connect]:
    """Clients of the server, closed in the end; repeats don't wait."""
    clients = []

    def to_server(clock: Callable[[], float] | None = None, **values: object) -> Client:
        client = Client(
            settings(**{"url": server.url, "read_timeout": 5.0, **values}),
            SecretStr(TOKEN),
            sleep=waited.append,
            chance=lambda: 0.5,
            clock=clock or monotonic,
        )
        clients.append(client)
        return client

    yield to_server
    for client in clients:
        client.close()


def free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as listener:
        return int(listener.getsockname()[1])


def failure(client: Client) -> SiteError:
    with pytest.raises(SiteError) as caught:
        client.write("mod_assign_save_grades", {})
    assert TOKEN not in str(caught.value)
    (problem,) = caught.value.problems
    assert problem.where == "moodle: mod_assign_save_grades"
    return caught.value


class TestWhole:
    @pytest.mark.parametrize(
        "data",
        [
            http(b"[1,2]"),
            http(gzip.compress(b"[1,2]"), "Content-Encoding: gzip"),
            CHUNKED + b"2\r\n[1\r\n3\r\n,2]\r\n0\r\n\r\n",
            b"HTTP/1.0 200 OK\r\n\r\n[1,2]",
            http(b"\xef\xbb\xbf[1,2]"),
        ],
        ids=["length", "gzip", "chunked", "until the end", "byte order mark"],
    )
    def test_a_reply_is_read_however_it_is_sent(
        self, server: Server, connect: Connect, data: bytes
    ) -> None:
        server.steps = [raw(data)]
        assert connect().read(READ) == [1, 2]

    def test_a_large_reply(self, server: Server, connect: Connect) -> None:
        server.steps = [
            reply(gzip.compress(b"[" + b"1," * 300_000 + b"1]"), "Content-Encoding: gzip")
        ]
        answer = connect().read(READ)
        assert isinstance(answer, list)
        assert len(answer) == 300_001

    def test_one_connection_serves_many_requests(self, server: Server, connect: Connect) -> None:
        server.steps = [reply(b"[]")] * 3
        client = connect()
        for _ in range(3):
            client.read(READ)
        assert (server.connections, len(server.requests)) == (1, 3)

    def test_the_token_is_in_the_body_alone(self, server: Server, connect: Connect) -> None:
        server.steps = [reply(b"[]")]
        connect().read(READ)
        (request,) = server.requests
        assert request.line == "POST /webservice/rest/server.php HTTP/1.1"
        assert TOKEN not in request.head
        assert f"wstoken={TOKEN}" in request.body


class TestBroken:
    @pytest.mark.parametrize(
        "step",
        [
            silence,
            reset_after(b""),
            reset_after(http(b"[1,2]", length=500)),
            raw(http(b"[1,2]", length=500)),
            raw(CHUNKED + b"5\r\n[1,2"),
            raw(CHUNKED + b"5\r\n[1,2]\r\n"),
            raw(CHUNKED + b"xyz\r\n"),
            raw(b"\x15\x03\x01 no HTTP at all\r\n\r\n"),
            raw(http(b"no gzip", "Content-Encoding: gzip")),
            raw(
                http(
                    gzip.compress(b"[" + bytes(range(48, 58)) * 9 + b"]")[:20],
                    "Content-Encoding: gzip",
                )
            ),
        ],
        ids=[
            "end",
            "reset",
            "reset inside",
            "cut",
            "cut chunk",
            "no last chunk",
            "bad chunk",
            "noise",
            "bad gzip",
            "cut gzip",
        ],
    )
    def test_a_write_may_have_happened_and_a_read_is_repeated(
        self, server: Server, connect: Connect, waited: list[float], step: object
    ) -> None:
        server.steps = [step, step, reply(b"[]")]  # type: ignore[list-item]
        client = connect()
        error = failure(client)
        assert isinstance(error, TransientError)
        assert error.sent
        assert waited == []
        assert client.read(READ) == []
        assert len(server.requests) == 3

    def test_a_silent_site_is_given_up(self, server: Server, connect: Connect) -> None:
        done = threading.Event()

        def step(_: socket.socket) -> None:
            done.wait(10)

        server.steps = [step]
        error = failure(connect(read_timeout=0.05))
        done.set()
        assert isinstance(error, TransientError)
        assert error.sent
        assert "nothing came for 0.05 s; expected a reply" in str(error)

    def test_silence_inside_a_reply_is_given_up(self, server: Server, connect: Connect) -> None:
        done = threading.Event()

        def step(connection: socket.socket) -> None:
            connection.sendall(http(b"[1,2]", length=500))
            done.wait(10)

        server.steps = [step]
        error = failure(connect(read_timeout=0.05))
        done.set()
        assert "nothing came for 0.05 s" in str(error)

    @pytest.mark.parametrize("chunked", [False, True])
    def test_a_dripping_reply_ends_when_its_time_is_over(
        self, server: Server, connect: Connect, chunked: bool
    ) -> None:
        """The server sends a byte whenever the client looks at the clock, one second later."""
        ticks = threading.Semaphore(0)
        seconds = iter(range(10_000))

        def clock() -> float:
            ticks.release()
            return float(next(seconds))

        def step(connection: socket.socket) -> None:
            head = "Transfer-Encoding: chunked" if chunked else "Content-Length: 500"
            connection.sendall(f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n".encode())
            while ticks.acquire(timeout=5):
                connection.sendall(b"1\r\n1\r\n" if chunked else b"1")

        server.steps = [step]
        error = failure(connect(clock=clock, reply_timeout=20))
        ticks.release(100)
        assert isinstance(error, TransientError)
        assert error.sent
        assert "the reply was not whole after 20 s" in str(error)


class TestPooled:
    """A connection that was kept open, and what becomes of it."""

    def test_one_that_the_server_closed_meanwhile_is_not_used(
        self, server: Server, connect: Connect, waited: list[float]
    ) -> None:
        closed = threading.Event()

        def once(connection: socket.socket) -> None:
            connection.sendall(http(b"[]"))
            connection.shutdown(socket.SHUT_RDWR)
            closed.set()

        server.steps = [once, reply(b"null")]
        client = connect()
        client.read(READ)
        assert closed.wait(5)
        assert client.write("mod_assign_save_grades", {}) is None
        assert server.connections == 2
        assert waited == []

    def test_one_that_closes_on_the_next_request_leaves_a_write_in_doubt(
        self, server: Server, connect: Connect
    ) -> None:
        server.steps = [reply(b"[]"), silence, reply(b"[]")]
        client = connect()
        client.read(READ)
        error = failure(client)
        assert isinstance(error, TransientError)
        assert error.sent
        assert "the connection broke before the reply was whole" in str(error)
        assert len(server.requests) == 2

    def test_one_that_closes_on_the_next_request_does_not_trouble_a_read(
        self, server: Server, connect: Connect
    ) -> None:
        server.steps = [reply(b"[]"), silence, reply(b"[1]")]
        client = connect()
        client.read(READ)
        assert client.read(READ) == [1]

    def test_one_that_was_idle_is_not_trusted_with_a_request(
        self, server: Server, connect: Connect
    ) -> None:
        now = [0.0]
        server.steps = [reply(b"[]")] * 3
        client = connect(clock=lambda: now[0])
        client.read(READ)
        now[0] += 3
        client.read(READ)
        assert server.connections == 1
        now[0] += 4.5
        client.read(READ)
        assert server.connections == 2


class TestUnconnected:
    def test_nobody_listens(self, connect: Connect, waited: list[float]) -> None:
        port = free_port()
        error = failure(connect(url=f"http://{LOOPBACK}:{port}", retries=2))
        assert isinstance(error, TransientError)
        assert not error.sent
        assert f"no connection to {LOOPBACK}:{port}. Check [site] url" in str(error)
        assert len(waited) == 2

    def test_a_name_that_is_not_known(
        self, connect: Connect, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def unknown(*_: object, **__: object) -> None:
            raise socket.gaierror(-2, "Name or service not known")

        monkeypatch.setattr(socket, "getaddrinfo", unknown)
        error = failure(connect(url="https://moodel.example.edu.cn", retries=0))
        assert isinstance(error, TransientError)
        assert not error.sent
        assert "the name moodel.example.edu.cn is not known. Check [site] url" in str(error)

    def test_a_connection_that_takes_too_long(
        self, connect: Connect, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def slow(*_: object, **__: object) -> None:
            raise TimeoutError("timed out")

        monkeypatch.setattr("urllib3.util.connection.create_connection", slow)
        error = failure(connect(url="https://moodle.example.edu.cn", retries=0, connect_timeout=3))
        assert isinstance(error, TransientError)
        assert not error.sent
        assert "no connection to moodle.example.edu.cn within 3 s" in str(error)

    @pytest.mark.parametrize("url", ["https://.example.cn", f"https://{'a' * 70}.cn"])
    def test_an_address_that_cannot_be(self, connect: Connect, url: str) -> None:
        error = failure(connect(url=url, retries=0))
        assert "Check [site] url" in str(error)


class TestRedirect:
    @pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"])
    def test_the_token_does_not_follow(self, server: Server, connect: Connect, status: str) -> None:
        with Server(steps=[reply(b"[]")]) as other:
            server.steps = [
                reply(b"", f"Location: {other.url}/webservice/rest/server.php", status=status)
            ]
            error = failure(connect())
            assert other.requests == []
            assert f"the site redirects to {other.url} (HTTP {status[:3]})" in str(error)


class TestPlainHttp:
    @pytest.mark.parametrize(
        "url",
        ["http://moodle.example.edu.cn", "http://10.0.0.5:8080", "http://localhost.example.cn"],
    )
    def test_it_is_refused_before_anything_is_sent(self, url: str) -> None:
        with pytest.raises(InputError, match=r"\[site\] url: plain HTTP to another machine"):
            Client(settings(url=url), SecretStr(TOKEN))

    @pytest.mark.parametrize(
        "url", ["http://localhost:8090", "http://127.0.0.1", "http://127.8.8.8", "http://[::1]:80"]
    )
    def test_this_machine_needs_no_tls(self, url: str) -> None:
        Client(settings(url=url), SecretStr(TOKEN))

    def test_it_is_allowed_by_an_explicit_flag(self) -> None:
        Client(settings(url="http://10.0.0.5", allow_http=True), SecretStr(TOKEN))

    def test_a_proxy_takes_it_off_this_machine(self) -> None:
        proxy = "http://proxy.example.edu.cn:3128"
        with pytest.raises(InputError, match="plain HTTP to another machine"):
            Client(settings(url="http://127.0.0.1", proxy=proxy), SecretStr(TOKEN))
        Client(settings(url="https://127.0.0.1", proxy=proxy), SecretStr(TOKEN))


def test_the_environment_has_no_say(
    server: Server, connect: Connect, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    dead = f"http://{LOOPBACK}:{free_port()}"
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, dead)
    (tmp_path / ".netrc").write_text(f"machine {LOOPBACK} login user password secret\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))
    server.steps = [reply(b"[]")]
    assert connect().read(READ) == []
    assert "authorization" not in server.requests[0].head.lower()


def test_settings_are_what_a_client_needs() -> None:
    assert isinstance(settings(), SiteSettings)
