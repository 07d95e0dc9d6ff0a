"""What an HTTP status other than 200 means, and who can mend it."""

from __future__ import annotations

import re

from moodle_cpd.errors import SiteError, TransientError
from moodle_cpd.problems import Problem

_FEATURES = "/admin/settings.php?section=optionalsubsystems"
_PROTOCOLS = "/admin/settings.php?section=webserviceprotocols"
"""Pages below the site's address."""

_CAUSES = {
    401: (
        "the web server asks for a password of its own",
        "Let /webservice/ through without it in the web server's configuration",
    ),
    403: (
        "web services or the REST protocol are off, or a firewall refuses",
        f"Tick 'Enable web services' (启用网络服务): {_FEATURES}; 'Manage protocols': {_PROTOCOLS}",
    ),
    404: (
        "no Moodle web service at this address",
        "[site] url is the address of Moodle's front page, with its folder if it has one",
    ),
    405: (
        "the web server or a firewall does not let POST through",
        "Allow POST to /webservice/ there",
    ),
    407: (
        "the proxy asks for a password",
        "Put it into the address: [site] proxy = http://user:password@proxy:port",
    ),
    413: (
        "the request is too large for the web server",
        "Raise client_max_body_size (nginx) or LimitRequestBody (Apache), and PHP's post_max_size",
    ),
}


def error_of_status(
    place: str, status: int, *, is_page: bool, location: str, retry_after: float | None
) -> SiteError:
    """The error that a status stands for.

    Args:
        place: site and function, for the message.
        status: any but 200.
        is_page: whether a page for a person came along.
        location: where a redirect leads.
        retry_after: seconds that the site asked to wait, if it did.
    """
    if status in {408, 425, 429} or status >= 500:
        page = " with a web page (maintenance, or a proxy before it)" if is_page else ""
        wait = "later" if retry_after is None else f"in {retry_after:.0f} s"
        return TransientError(
            Problem(place, f"HTTP {status}{page}", "", f"Try again {wait}"),
            # Who limits the rate turns a request away before it reaches Moodle (RFC 6585, 4).
            sent=status != 429,
            retry_after=retry_after,
        )
    if 300 <= status < 400:
        return SiteError(
            Problem(
                place,
                f"the site redirects{_target(location)} (HTTP {status})",
                "",
                "Put the address that the browser ends at into [site] url; "
                "a redirect is not followed, since the token would go with it",
            )
        )
    if status not in _CAUSES:
        return SiteError(Problem(place, f"HTTP {status}", "HTTP 200"))
    found, hint = _CAUSES[status]
    return SiteError(Problem(place, f"HTTP {status}: {found}", "", hint))


def _target(location: str) -> str:
    """Where a redirect leads, without what may be secret in it, and without our own path."""
    match = re.match(r"(https?://[^/?#@;\s]+)(?![^/?#;\s])(/[^?#;\s]*)?", location)
    if match is None:
        return ""
    folder = (match[2] or "").partition("/webservice/")[0].rstrip("/")
    return f" to {match[1]}{folder}"
