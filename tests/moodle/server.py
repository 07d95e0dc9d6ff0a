"""A server of a few lines, for what only a socket can tell: resets, cuts, drips, TLS, tunnels."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

Step = Callable[[socket.socket], socket.socket | None]
"""Answers one request on a connection; returns the connection to go on with, None to end it."""


@dataclass(frozen=True)
class Request:
    head: str
    body: str

    @property
    def line(self) -> str:
        return self.head.partition("\r\n")[0]


@dataclass
class Server:
    """Answers request after request with the next of its steps, on loopback.

    Attributes:
        steps: one for each request.
        requests: what came, in order.
        connections: how many were opened.
        tls: what wraps each connection, if anything does.
    """

    steps: list[Step] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    tls: ssl.SSLContext | None = None

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def _accept(self) -> None:
        port_open = True
        while port_open:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                port_open = False
            else:
                self.connections += 1
                self._serve(connection)

    def _serve(self, raw: socket.socket) -> None:
        raw.settimeout(10)
        connection: socket.socket | None = raw
        try:
            connection = self.tls.wrap_socket(raw, server_side=True) if self.tls else raw
            while connection is not None and self.steps:
                request = read_request(connection)
                if request is None:
                    break
                self.requests.append(request)
                connection = self.steps.pop(0)(connection)
        except OSError:
            pass  # the client went away, as some tests mean it to
        finally:
            for end in {raw, connection} - {None}:
                end.close()  # type: ignore[union-attr]


def read_request(connection: socket.socket) -> Request | None:
    """The next request; None where the client closed the connection instead.

    What begins like TLS is answered as servers without it do: at once, as a bad request.
    """
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return None
        data += more
        if data.startswith(b"\x16\x03"):
            return Request("TLS", "")
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.decode("latin-1").split("\r\n"):
        name, _, value = line.partition(":")
        if name.lower() == "content-length":
            length = int(value)
    while len(body) < length:
        body += connection.recv(65536)
    return Request(head.decode("latin-1"), body.decode())


def http(body: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}"]
    return "\r\n".join([*lines, *headers, "", ""]).encode() + body


def reply(body: bytes, *headers: str, status: str = "200 OK") -> Step:
    """A whole reply; the connection stays open."""

    def step(connection: socket.socket) -> socket.socket:
        connection.sendall(http(body, *headers, status=status))
        return connection

    return step


def raw(data: bytes) -> Step:
    """These bytes, then the end of the connection."""

    def step(connection: socket.socket) -> None:
        connection.sendall(data)

    return step


def silence(connection: socket.socket) -> None:
    """The end of the connection before a single byte."""


def reset_after(data: bytes) -> Step:
    """These bytes, then a reset instead of an orderly end."""

    def step(connection: socket.socket) -> None:
        connection.sendall(data)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return step


def tunnel(context: ssl.SSLContext) -> Step:
    """What a proxy does with CONNECT; the other end of the tunnel is this server itself."""

    def step(connection: socket.socket) -> socket.socket:
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        return context.wrap_socket(connection, server_side=True)

    return step
