"""The HTTP side of the embedded Moodle: a threading server on loopback with keep-alive."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import TracebackType
from typing import Self

from moodle_cpd.demo.exchange import Alter, Hook, Request, Response, as_page
from moodle_cpd.demo.pages import decoded_path, parse_form, respond
from moodle_cpd.demo.state import User
from moodle_cpd.demo.world import World


class EmbeddedMoodle:
    """A made-up site behind real HTTP on loopback.

    Hooks are for tests: those in ``before`` may answer in place of the site; those in ``after``
    run when the work is done and nothing of the reply was sent, and may replace it; those in
    ``alter`` are shown the reply and change it.

    Args:
        world: what the site holds.
        path: prefix of the site's address, for example ``/moodle``.
        latency: seconds that every request takes longer.
        inner_latency: seconds that every call takes longer, those within a batch included.
        date: what its replies' ``Date`` says, in Unix seconds.
    """

    def __init__(
        self,
        world: World,
        *,
        path: str = "",
        latency: float = 0.0,
        inner_latency: float = 0.0,
        date: Callable[[], float] = time.time,
    ) -> None:
        self.world = world
        self.path = path.rstrip("/")
        self.latency = latency
        self.inner_latency = inner_latency
        self.log: list[Request] = []
        self.before: list[Hook] = []
        self.after: list[Hook] = []
        self.alter: list[Alter] = []
        self.date = date
        self._port = 0
        self._log_lock = Lock()
        self._server: _Server | None = None
        self._thread: Thread | None = None

    @property
    def url(self) -> str:
        """The site's address.

        Raises:
            RuntimeError: the server is not running.
        """
        if self._server is None:
            raise RuntimeError("the embedded Moodle is not running")
        return f"http://127.0.0.1:{self._server.server_address[1]}{self.path}"

    @property
    def token(self) -> str:
        """Token of the service account, which is no administrator."""
        return self.world.token

    @property
    def account(self) -> User:
        """The service account."""
        return self.world.service_user

    def start(self) -> None:
        """Begin to serve on a free port of 127.0.0.1; after a stop on the same one."""
        self._server = _Server(self, self._port)
        self._port = self._server.server_address[1]
        self.world.wwwroot = self.url
        self._thread = Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop serving and close all connections; harmless when it does not run."""
        if self._server is None or self._thread is None:
            return
        self._server.shutdown()
        self._thread.join()
        self._server.close_connections()
        self._server.server_close()
        self._server = self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def handle(self, method: str, target: str, body: bytes, content_type: str) -> Response:
        """Answer one HTTP request.

        Args:
            method: ``GET`` or ``POST``.
            target: the request's target with its query.
            body: the request's body.
            content_type: as the client named it.
        """
        address, _, query = target.partition("?")
        path = decoded_path(address, self.path)
        with self._log_lock:
            request = Request(len(self.log) + 1, method, address if path is None else path)
            self.log.append(request)
        if path is None:
            response = as_page(404, "404", "Not found")
        else:
            parts = parse_form(body, content_type)
            request.form_encoded = not content_type.startswith("multipart/")
            response = respond(self.world, request, query, parts, self.before)
        pause = self.latency + self.inner_latency * request.inner
        if pause > 0:
            time.sleep(pause)
        for hook in self.after:
            response = hook(request) or response
        for alter in self.alter:
            response = alter(request, response)
        request.status = response.status
        return response


_RESET = struct.pack("ii", 1, 0)
"""For ``SO_LINGER``: closing resets the connection at once."""

_RequestSocket = socket.socket | tuple[bytes, socket.socket]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, site: EmbeddedMoodle, port: int) -> None:
        self.site = site
        self._connections: set[_RequestSocket] = set()
        self._connections_lock = Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    def process_request(self, request: _RequestSocket, client_address: object) -> None:
        with self._connections_lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: _RequestSocket) -> None:
        with self._connections_lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: _RequestSocket, client_address: object) -> None:
        """A client that went away is no news; anything else is a fault of this program."""
        with self._connections_lock:
            known = request in self._connections
        if known:
            super().handle_error(request, client_address)

    def close_connections(self) -> None:
        """End the connections that clients keep open, so that their threads end."""
        with self._connections_lock:
            waiting = list(self._connections)
            self._connections.clear()
        for connection in waiting:
            if isinstance(connection, socket.socket):
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "nginx"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def do_GET(self) -> None:
        """Answer a GET request."""
        self._answer("GET")

    def do_POST(self) -> None:
        """Answer a POST request."""
        self._answer("POST")

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The site's clock, for the header ``Date``."""
        return super().date_time_string(self.server.site.date() if timestamp is None else timestamp)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the inherited name
        """Write nothing: requests are in the site's log, and addresses may carry tokens."""

    def _answer(self, method: str) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        content_type = self.headers.get("Content-Type", "")
        response = self.server.site.handle(method, self.path, body, content_type)
        if response.drop:
            self.close_connection = True
            return
        if response.silent:
            self.close_connection = True
            with suppress(OSError):
                self.connection.recv(1)
            return
        with suppress(ConnectionError):
            self.send_response(response.status)
            self.send_header("Content-Type", response.content_type)
            self.send_header("Content-Length", str(len(response.body)))
            for name, value in response.headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(response.body[: response.cut])
            self.wfile.flush()
        if response.cut is not None:
            self.close_connection = True
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
