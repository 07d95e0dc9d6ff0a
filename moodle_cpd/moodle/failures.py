"""Failures below HTTP: connection, TLS, proxy; whether the request may have reached Moodle.

``requests`` wraps ``urllib3``, which wraps ``ssl`` and ``socket``; what decides lies at different
depths, so the whole chain is looked at.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterable, Iterator
from typing import TypeVar
from urllib.parse import urlsplit

import requests
import urllib3.exceptions as u3

from moodle_cpd.config import SiteSettings
from moodle_cpd.errors import SiteError, TransientError
from moodle_cpd.problems import Problem

E = TypeVar("E", bound=BaseException)

_OWN_AUTHORITY = "For an authority of your own put its PEM file into [site] ca_bundle"
_VERIFY = {
    # X509_V_ERR_… of OpenSSL's x509_vfy.h
    9: ("is not valid yet", "Set this machine's clock right"),
    10: ("has expired", "Renew it on the web server"),
    18: ("is signed by itself", _OWN_AUTHORITY),
    19: ("comes from an authority that is not known here", _OWN_AUTHORITY),
    20: (
        "comes from an authority that is not known here",
        f"Let the web server send the whole chain, as browsers don't need it. {_OWN_AUTHORITY}",
    ),
    62: ("is for another name", "Put the name that is in the certificate into [site] url"),
    64: ("is not for this IP address", "Put the name that is in the certificate into [site] url"),
}
_RFC_5280 = range(79, 96)
"""What OpenSSL finds with its strict checks, which Python 3.13 and newer ask for."""

_NO_COMMON_TLS = re.compile("WRONG_VERSION|UNSUPPORTED|HTTP_REQUEST|PROTOCOL_VERSION|HANDSHAKE|NO_")


def failure(site: SiteSettings, function: str, error: Exception) -> SiteError:
    """The error that a failed request stands for; nothing of the original text is passed on.

    Args:
        site: where the request went.
        function: what was called, for messages.
        error: raised by ``requests`` or ``urllib3``.
    """
    place = f"{site.name}: {function}"
    chain = list(_chain(error))
    for explain in (_proxy, _tls, _unconnected, _address):
        found = explain(site, place, chain)
        if found is not None:
            return found
    if _first(chain, u3.ReadTimeoutError):
        return TransientError(
            Problem(place, f"nothing came for {site.read_timeout:g} s", "a reply", _BUSY)
        )
    if _first(chain, u3.DecodeError):
        return TransientError(Problem(place, "a compressed reply that can't be unpacked"))
    return TransientError(
        Problem(place, "the connection broke before the reply was whole", "", _BUSY)
    )


_BUSY = "Try again when the site is less busy"


def _proxy(site: SiteSettings, place: str, chain: list[BaseException]) -> SiteError | None:
    if not _first(chain, u3.ProxyError):
        return None
    status = next(
        (match[1] for error in chain if (match := re.search(r"failed: (\d{3})\b", str(error)))), ""
    )
    if status == "407":
        return SiteError(
            Problem(
                place,
                "the proxy asks for a password (HTTP 407)",
                "",
                "Put it into the address: [site] proxy = http://user:password@proxy:port",
            )
        )
    found = f"the proxy refuses (HTTP {status})" if status else "the proxy cannot be reached"
    return TransientError(Problem(place, found, "", "See [site] proxy"), sent=False)


def _tls(site: SiteSettings, place: str, chain: list[BaseException]) -> SiteError | None:
    host = _host(site)
    unverified = _first(chain, ssl.SSLCertVerificationError)
    if unverified:
        found, hint = _VERIFY.get(unverified.verify_code, ("is not valid", _OWN_AUTHORITY))
        if unverified.verify_code in _RFC_5280:
            found, hint = (
                "or its authority's lacks what RFC 5280 asks for",
                "Make the authority's certificate anew with Key Usage and key identifiers",
            )
        return SiteError(
            Problem(
                place,
                f"the certificate of {host} {found} (OpenSSL {unverified.verify_code})",
                "one that verifies",
                hint,
            )
        )
    broken = _first(chain, ssl.SSLError)
    if broken and _NO_COMMON_TLS.search(broken.reason or ""):
        return SiteError(
            Problem(
                place,
                f"{host} does not speak TLS, or none in common with this machine",
                "TLS 1.2 or newer",
                "See whether port and https:// in [site] url are right",
            )
        )
    return None


def _unconnected(site: SiteSettings, place: str, chain: list[BaseException]) -> SiteError | None:
    host = _host(site)
    if _first(chain, u3.NameResolutionError):
        found, hint = f"the name {host} is not known", "Check [site] url and the network (DNS)"
    elif _first(chain, u3.NewConnectionError):
        found = f"no connection to {host}"
        hint = "Check [site] url, the network and whether the site is up"
    elif _first(chain, u3.ConnectTimeoutError):
        found = f"no connection to {host} within {site.connect_timeout:g} s"
        hint = "Check the network, and whether a firewall lets this machine through"
    else:
        return None
    return TransientError(Problem(place, found, "", hint), sent=False)


def _address(site: SiteSettings, place: str, chain: list[BaseException]) -> SiteError | None:
    wrong = (
        _first(chain, requests.exceptions.InvalidURL)
        or _first(chain, requests.exceptions.InvalidSchema)
        or _first(chain, u3.LocationValueError)
    )
    if not wrong:
        return None
    return SiteError(
        Problem(place, "the address can't be used", "", "Check [site] url and [site] proxy")
    )


def _host(site: SiteSettings) -> str:
    return urlsplit(site.url).netloc


def _first(chain: Iterable[BaseException], kind: type[E]) -> E | None:
    return next((error for error in chain if isinstance(error, kind)), None)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and all that it was made from, outermost first."""
    seen: set[int] = set()
    ahead = [error]
    while ahead:
        current = ahead.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        inner = (*current.args, getattr(current, "reason", None), current.__cause__)
        ahead += [part for part in inner if isinstance(part, BaseException)]
