"""Certificates that verify and that don't; own authorities; proxies."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from moodle_cpd.errors import InputError, SiteError, TransientError
from moodle_cpd.moodle import Client
from tests.moodle.conftest import TOKEN, settings
from tests.moodle.server import Server, http, raw, reply, tunnel
from tests.moodle.test_transport import READ, failure, free_port
from tests.moodle.tls import Authority


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority.make(tmp_path_factory.mktemp("authority"))


def client(server: Server, **values: object) -> Client:
    return Client(
        settings(**{"url": server.url, "retries": 0, "read_timeout": 5.0, **values}),
        SecretStr(TOKEN),
        sleep=lambda _: None,
    )


@pytest.fixture
def secure(server: Server, authority: Authority) -> Server:
    server.tls = authority.server()
    server.steps = [reply(b"[]")] * 3
    return server


def test_an_unknown_authority_is_refused_before_the_token_is_sent(secure: Server) -> None:
    error = failure(client(secure))
    assert not isinstance(error, TransientError)
    assert f"the certificate of 127.0.0.1:{secure.port} comes from an authority that" in str(error)
    assert "[site] ca_bundle" in str(error)
    assert secure.requests == []


def test_an_own_authority_verifies(secure: Server, authority: Authority) -> None:
    one = client(secure, ca_bundle=authority.bundle)
    assert one.read(READ) == []
    one.close()


def test_an_expired_certificate_is_called_so(secure: Server, authority: Authority) -> None:
    secure.tls = authority.server(days=-1)
    error = failure(client(secure, ca_bundle=authority.bundle))
    assert "has expired (OpenSSL 10); expected one that verifies. Renew it" in str(error)
    assert secure.requests == []


def test_a_certificate_for_another_name_is_called_so(secure: Server, authority: Authority) -> None:
    secure.tls = authority.server(host="127.0.0.2")
    error = failure(client(secure, ca_bundle=authority.bundle))
    assert "is not for this IP address" in str(error)
    assert secure.requests == []


def test_https_to_a_port_without_tls_is_called_so(server: Server) -> None:
    server.steps = [raw(http(b"<html>400", status="400 Bad Request"))]
    error = failure(client(server, url=server.url.replace("http", "https")))
    assert "does not speak TLS" in str(error)


class TestBundle:
    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"garbage",
            b"-----BEGIN CERTIFICATE-----\ngarbage\n-----END CERTIFICATE-----\n",
            b"\xff\xfe-\x00-\x00",
        ],
    )
    def test_garbage_is_refused_at_once(self, tmp_path: Path, content: bytes) -> None:
        bundle = tmp_path / "ca.pem"
        bundle.write_bytes(content)
        with pytest.raises(InputError) as caught:
            Client(settings(ca_bundle=bundle), SecretStr(TOKEN))
        assert str(caught.value).startswith(
            f"[site] ca_bundle: {bundle} holds no certificate that can be read; expected PEM"
        )

    @pytest.mark.parametrize("name", ["none.pem", "."])
    def test_what_cannot_be_read_is_refused_at_once(self, tmp_path: Path, name: str) -> None:
        with pytest.raises(InputError, match=r"\[site\] ca_bundle: "):
            Client(settings(ca_bundle=tmp_path / name), SecretStr(TOKEN))


class TestProxy:
    def test_https_goes_through_a_tunnel(self, server: Server, authority: Authority) -> None:
        server.steps = [tunnel(authority.server()), reply(b"[]")]
        one = client(
            server,
            url="https://127.0.0.1:4443",
            ca_bundle=authority.bundle,
            proxy=server.url.replace("//", "//user:secret@"),
        )
        assert one.read(READ) == []
        one.close()
        connect, post = server.requests
        assert connect.line.startswith("CONNECT 127.0.0.1:4443 ")
        assert "proxy-authorization: basic" in connect.head.lower()
        assert TOKEN not in connect.head + connect.body
        assert f"wstoken={TOKEN}" in post.body
        assert "proxy-authorization" not in post.head.lower()

    def test_plain_http_is_handed_to_it(self, server: Server) -> None:
        server.steps = [reply(b"[]")]
        one = client(server, url="http://localhost:8090", proxy=server.url)
        assert one.read(READ) == []
        one.close()
        line = server.requests[0].line
        assert line == "POST http://localhost:8090/webservice/rest/server.php HTTP/1.1"

    def test_a_certificate_behind_it_is_verified_too(
        self, server: Server, authority: Authority
    ) -> None:
        server.steps = [tunnel(authority.server())]
        error = failure(client(server, url="https://127.0.0.1:4443", proxy=server.url))
        assert "the certificate of 127.0.0.1:4443 comes from an authority" in str(error)

    def test_one_that_is_not_there(self, server: Server) -> None:
        proxy = f"http://user:secret@127.0.0.1:{free_port()}"
        error = failure(client(server, url="https://moodle.example.edu.cn", proxy=proxy))
        assert isinstance(error, TransientError)
        assert not error.sent
        assert str(error).endswith("the proxy cannot be reached. See [site] proxy")

    @pytest.mark.parametrize(
        ("status", "words"),
        [
            ("407 Proxy Authentication Required", "the proxy asks for a password (HTTP 407)"),
            ("403 Forbidden", "the proxy refuses (HTTP 403). See [site] proxy"),
            ("502 Bad Gateway", "the proxy refuses (HTTP 502). See [site] proxy"),
        ],
    )
    def test_one_that_refuses_the_tunnel(self, server: Server, status: str, words: str) -> None:
        server.steps = [raw(f"HTTP/1.1 {status}\r\n\r\n".encode())]
        proxy = server.url.replace("//", "//user:secret@")
        error = failure(client(server, url="https://moodle.example.edu.cn", proxy=proxy))
        assert words in str(error)
        assert "secret" not in str(error)
        assert isinstance(error, SiteError)
