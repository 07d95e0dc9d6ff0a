"""What a reply's bytes mean: a value, or an error of the right family.

Moodle answers nearly every failure with HTTP 200 and an object that has ``exception`` and often
``errorcode``; a page in HTML comes from a proxy, a login portal or a site in maintenance.
Moodle's own messages can name people, so they are never passed on: codes and, for a missing
permission, the capability are.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from moodle_cpd.errors import CpdError, SiteError, SkipError, TransientError
from moodle_cpd.problems import Problem


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
    def is_html(self) -> bool:
        """Whether this is a page for a person instead of an answer for a program."""
        start = self.body[:200].lstrip().lower()
        return start.startswith((b"<!doctype", b"<html", b"<?xml", b"<head", b"<body"))


class CallError(SkipError):
    """Moodle refused one call; others may work.

    Attributes:
        function: the web service function.
        code: Moodle's ``errorcode``, or the exception's class where it has none.
    """

    def __init__(self, problem: Problem, *, function: str, code: str) -> None:
        super().__init__(problem)
        self.function = function
        self.code = code


_ACCOUNT = "Log in once as the service account in a browser and do what Moodle asks"
_STOPPING = {
    "invalidtoken": (
        "Moodle does not know the token, or it has expired or is limited to other addresses",
        "Make a new one: Site administration > Server > Web services > Manage tokens",
    ),
    "accessexception": (
        "the token may not call this function",
        "Add it: Site administration > Server > Web services > External services > Functions",
    ),
    "servicenotavailable": (
        "the external service is disabled",
        "Enable it: Site administration > Server > Web services > External services > Edit",
    ),
    "sitepolicynotagreed": ("the account has not accepted the site policy", _ACCOUNT),
    "forcepasswordchangenotice": ("the account must change its password", _ACCOUNT),
    "usernotfullysetup": ("the account's profile is not complete", _ACCOUNT),
    "wsaccessusersuspended": ("the account is suspended", ""),
    "wsaccessuserdeleted": ("the account is deleted", ""),
    "wsaccessuserunconfirmed": ("the account is not confirmed", ""),
    "wsaccessuserexpired": ("the account's password has expired", _ACCOUNT),
    "wsaccessusernologin": ("the account's authentication method forbids login", ""),
    "sitemaintenance": ("the site is in maintenance", "Try again when it is over"),
    "upgraderunning": ("the site is being upgraded", "Try again when it is over"),
}


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
    _check_status(place, reply)
    if not reply.body.strip():
        raise TransientError(
            Problem(place, "an empty reply", "JSON", "The web server's error log says why")
        )
    if reply.is_html:
        raise SiteError(
            Problem(
                place,
                "a web page instead of a reply",
                "JSON from Moodle",
                "A proxy, a login portal or maintenance mode stands in between: "
                "open the site's address in a browser from this machine",
            )
        )
    try:
        value = json.loads(reply.body)
    except (ValueError, RecursionError):
        raise TransientError(Problem(place, "a reply that breaks off", "whole JSON")) from None
    if isinstance(value, dict) and ("exception" in value or "errorcode" in value):
        raise error_from(place, function, value)
    return value


def error_from(place: str, function: str, body: dict[str, Any]) -> CpdError:
    """The error that an exception object of Moodle stands for."""
    code = str(body.get("errorcode") or "")
    if code == "accessexception" and function in {"", "core_webservice_get_site_info"}:
        code = "servicenotavailable"
    if code in _STOPPING:
        found, hint = _STOPPING[code]
        family = TransientError if code in {"sitemaintenance", "upgraderunning"} else SiteError
        return family(Problem(place, f"{found} ({code})", "", hint))
    if not code:
        kind = str(body.get("exception") or "")
        code = kind if re.fullmatch(r"[\w\\]{1,120}", kind) else "unknown"
    return CallError(
        Problem(place, f"Moodle refused: {code}{_detail(code, body)}", "", _hint(code)),
        function=function,
        code=code,
    )


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


def _check_status(place: str, reply: RawReply) -> None:
    if reply.status == 200:
        return
    if reply.status == 429 or reply.status >= 500:
        page = " with a web page (maintenance, or a proxy before it)" if reply.is_html else ""
        raise TransientError(
            Problem(place, f"HTTP {reply.status}{page}", "", "Try again later"),
            retry_after=retry_after(reply.headers, datetime.now(UTC)),
        )
    if 300 <= reply.status < 400:
        target = re.match(r"https?://[^/?#@]+", reply.headers.get("location", ""))
        leads = f" to {target[0]}" if target else ""
        raise SiteError(
            Problem(
                place,
                f"the site redirects{leads} (HTTP {reply.status})",
                "",
                "Put the address that the browser ends at into [site] url; "
                "a redirect is not followed, since the token would go with it",
            )
        )
    if reply.status == 403:
        raise SiteError(
            Problem(
                place,
                "HTTP 403: web services or the REST protocol are off, or a firewall refuses",
                "",
                "Site administration > General > Advanced features > Enable web services, and "
                "Server > Web services > Manage protocols > REST",
            )
        )
    if reply.status == 404:
        raise SiteError(
            Problem(
                place,
                "HTTP 404: no Moodle web service at this address",
                "",
                "[site] url is the address of Moodle's front page, with its folder if it has one",
            )
        )
    raise SiteError(Problem(place, f"HTTP {reply.status}", "HTTP 200"))


def _detail(code: str, body: dict[str, Any]) -> str:
    """The one part of a message that is safe and tells more than the code."""
    if code.startswith("nopermission"):
        match = re.search(r"\(([^()]{3,120})\)\s*$", str(body.get("message") or ""))
        return f" (needs: {match[1]})" if match else ""
    if code == "invalidparameter":
        names = re.findall(r"([a-z_]+) =>", str(body.get("debuginfo") or ""))
        return f" (at {' > '.join(names)})" if names else ""
    return ""


def _hint(code: str) -> str:
    if code.startswith("nopermission"):
        return (
            "Allow it to the service account's role: Site administration > Users > Permissions "
            "> Define roles"
        )
    return ""
