"""HTTP to one Moodle: TLS, proxy, time-outs, one pooled session; the token only in the body."""

from __future__ import annotations

import ipaddress
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Lock
from urllib.parse import urlsplit

import requests
from pydantic import SecretStr
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from moodle_cpd import __version__
from moodle_cpd.config import SiteSettings
from moodle_cpd.errors import InputError, TransientError
from moodle_cpd.moodle.failures import failure
from moodle_cpd.moodle.reply import RawReply
from moodle_cpd.problems import Problem

_CHUNK = 1 << 16
_POOL = 4
_IDLE = 4.0
"""Seconds after which a pooled connection is no longer trusted: Apache closes it after 5 by
default, and a write that meets the closing can't be told from one that arrived."""


class Transport:
    """Sends requests to one site and brings back bytes; knows nothing of Moodle's functions.

    Args:
        site: where and how.
        token: goes into every request's body under ``field``, never elsewhere.
        clock: monotonic seconds, for the limit on a whole reply.
        now: this computer's time, UTC.

    Attributes:
        requests_sent: how many requests were sent.
        clock_offset: seconds that the site's clock is ahead of ours, from its last reply's
            ``Date``; None before the first.

    Raises:
        InputError: plain HTTP to something that is not this machine, without the flag; or a
            CA bundle that can't be used.
    """

    def __init__(
        self,
        site: SiteSettings,
        token: SecretStr,
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        _refuse_plain_http(site)
        _check_ca_bundle(site)
        self.site = site
        self.requests_sent = 0
        self.clock_offset: float | None = None
        self._token = token
        self._clock = clock
        self._now = now
        self._last_use = clock()
        self._lock = Lock()
        self._under_way = 0
        self._session = requests.Session()
        # The environment's proxies and .netrc would send the token where no one configured it.
        self._session.trust_env = False
        self._session.headers["User-Agent"] = f"moodle-cpd/{__version__}"
        self._session.verify = str(site.ca_bundle) if site.ca_bundle else True
        if site.proxy:
            self._session.proxies = {"http": site.proxy, "https": site.proxy}
        adapter = HTTPAdapter(
            pool_connections=_POOL, pool_maxsize=max(_POOL, site.parallel), max_retries=0
        )
        self._session.mount("https://", adapter)
        self._session.mount("http://", adapter)

    def elapsed(self) -> float:
        """Monotonic seconds, for measuring spans."""
        return self._clock()

    def close(self) -> None:
        """Close the pooled connections."""
        self._session.close()

    def post(
        self,
        path: str,
        pairs: Iterable[tuple[str, str]],
        *,
        function: str,
        field: str = "wstoken",
        extra: Mapping[str, str] | None = None,
    ) -> RawReply:
        """Send one form and read the whole reply.

        Args:
            path: below the site's address.
            pairs: the form's fields.
            function: what is called, for messages.
            field: under which name Moodle looks for the token.
            extra: fields that come before the others.

        Raises:
            SiteError: the address or its certificate is wrong.
            TransientError: no connection, or it broke; ``sent`` tells whether Moodle may have
                got the request.
        """
        form = [(field, self._token.get_secret_value()), *(extra or {}).items(), *pairs]
        start = self._begin()
        try:
            with self._session.post(
                f"{self.site.url}{path}",
                data=form,
                timeout=(self.site.connect_timeout, self.site.read_timeout),
                allow_redirects=False,
                stream=True,
            ) as response:
                body = self._read(response, start, function)
        except (requests.RequestException, HTTPError, OSError) as error:
            raise failure(self.site, function, error) from None
        finally:
            self._end()
        headers = {name.lower(): value for name, value in response.headers.items()}
        self._note_clock(headers.get("date"))
        return RawReply(response.status_code, headers, body, self._clock() - start)

    def _begin(self) -> float:
        """Count a request; connections that stood idle are closed while nobody uses any."""
        with self._lock:
            start = self._clock()
            if not self._under_way and start - self._last_use > _IDLE:
                self._session.close()
            self._under_way += 1
            self.requests_sent += 1
        return start

    def _end(self) -> None:
        with self._lock:
            self._under_way -= 1
            self._last_use = self._clock()

    def _read(self, response: requests.Response, start: float, function: str) -> bytes:
        limit = start + self.site.reply_timeout
        chunks = []
        # One read of the socket at a time: whole chunks of a slow reply can take for ever.
        while chunk := response.raw.read1(_CHUNK, decode_content=True):
            chunks.append(chunk)
            if self._clock() > limit:
                raise TransientError(
                    Problem(
                        f"{self.site.name}: {function}",
                        f"the reply was not whole after {self.site.reply_timeout:g} s",
                        "",
                        "Try again when the site is less busy, or raise [site] reply_timeout",
                    )
                )
        return b"".join(chunks)

    def _note_clock(self, date: str | None) -> None:
        if date is None:
            return
        try:
            moment = parsedate_to_datetime(date)
        except ValueError:
            return
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        self.clock_offset = (moment - self._now()).total_seconds()


def _check_ca_bundle(site: SiteSettings) -> None:
    if site.ca_bundle is None:
        return
    place = "[site] ca_bundle"
    try:
        ssl.create_default_context(cafile=site.ca_bundle)
    except ssl.SSLError:
        raise InputError(
            Problem(
                place,
                f"{site.ca_bundle} holds no certificate that can be read",
                "PEM text: -----BEGIN CERTIFICATE----- …",
                "Export it from Windows as 'Base-64 encoded X.509', or turn it from DER into PEM",
            )
        ) from None
    except OSError as error:
        raise InputError(
            Problem(place, f"{site.ca_bundle} cannot be read: {error.strerror}")
        ) from None


def _refuse_plain_http(site: SiteSettings) -> None:
    parts = urlsplit(site.url)
    # Through a proxy even what is meant for this machine leaves it.
    way = urlsplit(site.proxy or site.url)
    local = _is_loopback(parts.hostname) and _is_loopback(way.hostname)
    if parts.scheme == "https" or site.allow_http or local:
        return
    raise InputError(
        Problem(
            "[site] url",
            "plain HTTP to another machine: the token could be read on the way",
            "https://…",
            "Where that risk is accepted, set allow_http = true under [site]",
        )
    )


def _is_loopback(host: str | None) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False
