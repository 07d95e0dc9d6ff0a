"""Whether the site answers at all, as what, and as whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from moodle_cpd.doctor.finding import Finding, lack, ok, untested, warning
from moodle_cpd.errors import CpdError, SiteError, SkipError, TransientError
from moodle_cpd.menus import FUNCTIONS, ROLE, SERVICE, SYSTEM_ROLES, TOKENS, USERS
from moodle_cpd.moodle import Moodle
from moodle_cpd.moodle.client import BATCH_FUNCTION

OLDEST: Final = (4, 1)
_MOST_SECONDS: Final = 60.0

_CLOSED: Final = (
    f"One of four things: the service is enabled ({SERVICE}); where it is for 'Authorised users "
    "only' (只服务授权用户), the account is among them (the same page > Authorised users, "
    "已授权用户); the account has the "
    f"sync role ({SYSTEM_ROLES}); the role allows webservice/rest:use ({ROLE})"
)
_OWN_METHOD: Final = (
    "Give the account the authentication method 'Web services authentication' "
    f"(网络服务身份认证), which is asked for no policy: {USERS}"
)
_REMEDIES: Final = {
    "invalidtoken": (
        "Make a new token for the service account, and untick 'Valid until' (有效期至), which "
        f"Moodle sets to 30 days: {TOKENS}"
    ),
    "sitepolicynotagreed": f"{_OWN_METHOD}; or log in once as the account, and agree",
    "wsaccessusersuspended": f"Activate the account: {USERS}",
    "wsaccessuserdeleted": f"Make the account and its token anew: {USERS}; {TOKENS}",
    "wsaccessuserunconfirmed": f"Confirm the account: {USERS}",
    "wsaccessusernologin": _OWN_METHOD,
}
"""Moodle's error code → where it is mended; others bring their own hint."""


def unreachable(moodle: Moodle, error: CpdError) -> Iterator[Finding]:
    """What a failure of the very first call means; after it nothing else can be checked."""
    for problem in error.problems:
        match = re.search(r"\((\w+)\)$", problem.found)
        code = match[1] if match else ""
        if code in {"accessexception", "servicenotavailable"}:
            yield _closed(moodle)
        elif code and not isinstance(error, TransientError):
            check = "token" if code == "invalidtoken" else "account"
            yield lack(check, problem.found, _REMEDIES.get(code, problem.hint))
        else:
            check = "tls" if re.search("certificate|TLS", problem.found) else "url"
            remedy = problem.hint or "Check [site] url, and that the site is up"
            yield lack(check, problem.found, remedy)


def reach_checks(moodle: Moodle) -> Iterator[Finding]:
    """Address, encryption, clock, version and account, after the first call succeeded."""
    yield _address(moodle)
    yield _encryption(moodle)
    yield _clock(moodle)
    yield _version(moodle)
    if moodle.info.userissiteadmin:
        yield warning(
            "account:administrator",
            "the token belongs to a site administrator: it can do far more than is needed, and "
            "what it lacks as a plain account stays unseen",
            f"Use an account that has the sync role alone: {SYSTEM_ROLES}",
        )


def account_checks(moodle: Moodle) -> Iterator[Finding]:
    """Whether the account may do anything: the first call works without policy or password.

    A lack means that every other call is refused for the same reason.
    """
    own = moodle.info.userid
    try:
        moodle.users_by_id([own])
    except CpdError as error:
        yield from unreachable(moodle, error)
    else:
        yield ok("account", f"user {own} is active; no policy or password stands in its way")


def _closed(moodle: Moodle) -> Finding:
    """Tell a service without the first function from one that is closed altogether."""
    try:
        moodle.client.read(BATCH_FUNCTION, {"requests": [{"function": "none"}]})
    except SkipError:
        pass
    except SiteError:
        return lack("service", "Moodle lets the token call nothing at all", _CLOSED)
    return lack(
        "function:core_webservice_get_site_info",
        "not in the service, which otherwise works",
        f"Add it: {FUNCTIONS}",
    )


def _address(moodle: Moodle) -> Finding:
    configured, own = moodle.client.site.url, moodle.info.siteurl.rstrip("/")
    if configured == own:
        return ok("url", f"Moodle answers at {own}")
    return lack(
        "url",
        f"[site] url is {configured}, Moodle calls itself {own}: files it holds can't be read back",
        f'Set url = "{own}" under [site]',
    )


def _encryption(moodle: Moodle) -> Finding:
    site = moodle.client.site
    parts = urlsplit(site.url)
    if parts.scheme == "https":
        by = "the configured ca_bundle" if site.ca_bundle else "an authority this machine trusts"
        return ok("tls", f"the certificate of {parts.netloc} is verified by {by}")
    if site.allow_http:
        return warning(
            "tls",
            "plain HTTP, allowed by allow_http: whoever sits on the way can read the token",
            "Give the site a certificate, and take allow_http out of [site]",
        )
    return ok("tls", "plain HTTP that does not leave this machine")


def _clock(moodle: Moodle) -> Finding:
    offset = moodle.client.transport.clock_offset
    if offset is None:
        return untested("clock", "the site's replies carry no date")
    seconds = f"{abs(offset):.0f} s {'ahead of' if offset > 0 else 'behind'} this machine's"
    if abs(offset) > _MOST_SECONDS:
        return warning(
            "clock",
            f"the site's clock is {seconds}: what happens about midnight can fall into the wrong "
            "period, and new events can be missed",
            "Set both clocks by NTP",
        )
    return ok("clock", f"the site's clock is {seconds}")


def _version(moodle: Moodle) -> Finding:
    release = moodle.info.release
    match = re.match(r"(\d+)\.(\d+)", release)
    if match is None:
        return untested("version", "the site does not tell its version", "Moodle 4.1 or newer")
    if (int(match[1]), int(match[2])) < OLDEST:
        return lack("version", f"Moodle {release}", "Upgrade Moodle to 4.1 or newer")
    return ok("version", f"Moodle {release}")
