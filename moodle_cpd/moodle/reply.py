"""What a reply's bytes mean: a value, a file, or an error of the right family.

Between Moodle and us stand web servers, PHP, gateways, login portals and firewalls, and each of
them answers in its own way; only JSON from Moodle is an answer.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from moodle_cpd.errors import SiteError, TransientError
from moodle_cpd.moodle.refusal import error_from, is_refusal
from moodle_cpd.moodle.status import error_of_status
from moodle_cpd.problems import Problem

_BLANK = b"\xef\xbb\xbf \t\r\n"
"""Byte order marks and white space: a site's own PHP file saved with them sends them first."""

_PHP = re.compile(
    rb"(Fatal error|Parse error|Warning|Notice|Deprecated)(?:</b>)?: .{0,2000}? on line ", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class RawReply:
    """What came back over HTTP.

    Attributes:
        status: HTTP status.
        headers: names in lower case.
        body: decoded from its transfer encoding.
        seconds: from sending to the last byte.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def is_page(self) -> bool:
        """Whether this is a page for a person (HTML, XML) instead of an answer for a program."""
        return self.body.lstrip(_BLANK).startswith(b"<")


class UnreadableError(SiteError):
    """An answer came, but not one of Moodle's; what Moodle did can't be told from it."""


def parse(where: str, function: str, reply: RawReply) -> object:
    """The value of a reply.

    Args:
        where: the site's name, for messages.
        function: the web service function that was called.
        reply: what came back.

    Returns:
        Whatever JSON says, ``None`` and plain numbers included.

    Raises:
        SiteError: the address, the account or the service is wrong.
        TransientError: the site did not answer properly this time.
        CallError: Moodle refused this one call.
    """
    place = f"{where}: {function}"
    if reply.status != 200:
        _raise_for_status(place, function, reply)
    body = reply.body.lstrip(_BLANK)
    if not body:
        raise TransientError(
            Problem(place, "an empty reply", "JSON", "The web server's error log says why")
        )
    if reply.is_page:
        raise _page_error(place, body)
    try:
        value = json.loads(body)
    except RecursionError:
        raise UnreadableError(
            Problem(place, "a reply nested deeper than any of Moodle's", "JSON from Moodle")
        ) from None
    except ValueError as error:
        raise _garbled_error(place, body, str(error)) from None
    if is_refusal(value):
        raise error_from(place, function, value)
    return value


def content(where: str, function: str, reply: RawReply) -> bytes:
    """The bytes of a file.

    A refusal looks like a small JSON file, and a portal's page like an HTML file; what tells them
    from files is that Moodle gives every file a ``Content-Disposition``.

    Args:
        where: the site's name, for messages.
        function: what was called, for messages.
        reply: what came back.

    Raises:
        SiteError: the address, the account or the service is wrong.
        TransientError: the site did not answer properly this time.
        CallError: Moodle does not hand out this file.
    """
    place = f"{where}: {function}"
    if reply.status != 200:
        _raise_for_status(place, function, reply)
    if "content-disposition" not in reply.headers:
        if reply.is_page:
            raise _page_error(place, reply.body)
        _raise_refusal(place, function, reply)
    return reply.body


def retry_after(headers: dict[str, str], now: datetime) -> float | None:
    """Seconds that ``Retry-After`` asks for (RFC 9110, 10.2.3), None where it says nothing."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def _raise_for_status(place: str, function: str, reply: RawReply) -> None:
    if reply.status < 300:
        raise UnreadableError(Problem(place, f"HTTP {reply.status}", "HTTP 200"))
    if reply.status < 500:
        # Moodle gives some refusals a status of their own: a file that is not there has 404.
        _raise_refusal(place, function, reply)
    raise error_of_status(
        place,
        reply.status,
        is_page=reply.is_page,
        location=reply.headers.get("location", ""),
        retry_after=retry_after(reply.headers, datetime.now(UTC)),
    )


def _raise_refusal(place: str, function: str, reply: RawReply) -> None:
    try:
        value = json.loads(reply.body)
    except (ValueError, RecursionError):
        return
    if is_refusal(value):
        raise error_from(place, function, value)


def _page_error(place: str, body: bytes) -> SiteError:
    php = _PHP.search(body)
    if php is not None:
        return _php_error(place, php)
    if b"<EXCEPTION" in body[:500]:
        return UnreadableError(
            Problem(
                place,
                "Moodle did not get the request's form (it answers in XML)",
                "JSON",
                "A redirect or proxy drops it on the way, or it is larger than post_max_size in "
                "php.ini",
            )
        )
    return UnreadableError(
        Problem(
            place,
            "a web page instead of a reply",
            "JSON from Moodle",
            "A proxy, a login portal or maintenance mode stands in between: "
            "open the site's address in a browser from this machine",
        )
    )


def _garbled_error(place: str, body: bytes, reason: str) -> SiteError:
    php = _PHP.search(body)
    if php is not None:
        return _php_error(place, php)
    if reason.startswith("Extra data"):
        return UnreadableError(
            Problem(
                place,
                "something stands behind the reply",
                "JSON alone",
                "A plugin of Moodle, or a proxy that changes replies, adds it",
            )
        )
    if body.startswith((b"{", b"[", b'"')):
        return TransientError(Problem(place, "a reply that breaks off", "whole JSON"))
    return UnreadableError(
        Problem(
            place,
            "a reply that is not Moodle's",
            "JSON",
            "Something between this machine and Moodle answers: a gateway, a firewall, a proxy",
        )
    )


def _php_error(place: str, match: re.Match[bytes]) -> SiteError:
    kind = match[1].decode("ascii")
    if kind.endswith("error"):
        # Time or memory ran out, most often: a smaller request, or a calmer hour, can do better.
        return TransientError(
            Problem(place, f"PHP ended with '{kind}'", "", "The web server's error log says why")
        )
    return UnreadableError(
        Problem(
            place,
            f"PHP prints '{kind}' into its reply",
            "JSON alone",
            "Set display_errors = Off in php.ini; the web server's error log has the messages",
        )
    )
