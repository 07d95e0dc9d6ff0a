"""What a refusal of Moodle means: an error of the right family, in words of our own.

Moodle answers nearly every failure with HTTP 200 and an object that has ``exception`` and often
``errorcode``; files are refused with ``error`` and ``errorcode``. Its messages can name people and
even its codes are free text for plugins, so nothing of them is passed on but what has the shape
of a code, a capability or a parameter's name.

Source of the codes: ``webservice/lib.php``, ``lib/moodlelib.php`` (``require_login``) and
``lib/dmllib.php`` of Moodle 5.1, where each of those below was seen or read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from moodle_cpd.errors import CpdError, SiteError, SkipError, TransientError
from moodle_cpd.menus import FUNCTIONS, ROLE, SERVICE, TOKENS, USERS
from moodle_cpd.problems import Problem

FILE_FUNCTION = "pluginfile.php"
"""Stands for a function's name where a file is fetched."""

_INFO_FUNCTION = "core_webservice_get_site_info"


class CallError(SkipError):
    """Moodle refused one call; others may work.

    Attributes:
        function: the web service function.
        code: Moodle's ``errorcode``, or the exception's class where it has none; ``unknown``
            where neither has the shape of a code.
        unsure: whether a write may have happened all the same, in part or whole: Moodle refused
            after its work had begun, or that can't be told.
    """

    def __init__(self, problem: Problem, *, function: str, code: str) -> None:
        super().__init__(problem)
        self.function = function
        self.code = code
        self.unsure = not (code.startswith("nopermission") or code in _BEFORE_WORK)


_LOGIN = "Log in once as the service account in a browser and do what Moodle asks"

_STOPPING = {
    "invalidtoken": (
        "Moodle does not know the token; it may have expired",
        f"Make a new one: {TOKENS}",
    ),
    "servicenotavailable": ("the external service is disabled", f"Enable it: {SERVICE} > Edit"),
    "sitepolicynotagreed": ("the account has not accepted the site policy", _LOGIN),
    "forcepasswordchangenotice": ("the account must change its password", _LOGIN),
    "usernotfullysetup": ("the account's profile lacks a required field", _LOGIN),
    "wsaccessuserexpired": ("the account's password has expired", _LOGIN),
    "passwordisexpired": ("the account's password has expired", _LOGIN),
    "wsaccessusersuspended": ("the account is suspended", f"Activate it: {USERS}"),
    "wsaccessuserdeleted": ("the account is deleted", "Make a new service account"),
    "wsaccessuserunconfirmed": ("the account is not confirmed", f"Confirm it: {USERS}"),
    "usernotconfirmed": ("the account is not confirmed", f"Confirm it: {USERS}"),
    "wsaccessusernologin": (
        "the account's authentication method is 'No login'",
        f"Choose 'Web services authentication' (网络服务身份认证): {USERS}",
    ),
}
_PASSING = {
    # True where it may come after Moodle began its work, so that a write may have happened.
    "sitemaintenance": ("the site is in maintenance", False),
    "upgraderunning": ("the site is being upgraded", False),
    "dbconnectionfailed": ("Moodle does not reach its database", True),
}
_BEFORE_WORK = frozenset(
    {"invalidparameter", "requireloginerror", "servicerequireslogin", "filenotfound"}
)
_HINTS = {
    # Without a function, too, which stands last in a request so that PHP drops it first.
    "invalidparameter": (
        "A value does not suit this Moodle; or PHP's max_input_vars there is below 1000 and drops "
        "what is beyond it"
    ),
    "invalidresponse": (
        "A value on the site does not pass Moodle's own check, often a name with < or >"
    ),
    "invalidrecordunknown": "Moodle has no such item, or no such function in this version",
    "filenotfound": "The file is gone, or the account may not see it",
}
_NOPERMISSION_HINT = f"Allow it to the service account's role: {ROLE}"


def is_refusal(value: object) -> bool:
    """Whether a decoded reply is a failure instead of an answer."""
    return isinstance(value, dict) and ("exception" in value or "errorcode" in value)


def error_from(place: str, function: str, body: Mapping[str, Any]) -> CpdError:
    """The error that a refusal stands for.

    Args:
        place: site and function, for the message.
        function: what was called.
        body: the decoded refusal.
    """
    code = _code(body)
    if code in _PASSING:
        found, sent = _PASSING[code]
        return TransientError(Problem(place, f"{found} ({code})", "", "Try again later"), sent=sent)
    if code == "accessexception":
        return SiteError(_no_access(place, function))
    if code in _STOPPING:
        found, hint = _STOPPING[code]
        return SiteError(Problem(place, f"{found} ({code})", "", hint))
    hint = _NOPERMISSION_HINT if code.startswith("nopermission") else _HINTS.get(code, "")
    return CallError(
        Problem(place, f"Moodle refused: {code}{_detail(code, body)}", "", hint),
        function=function,
        code=code,
    )


def _code(body: Mapping[str, Any]) -> str:
    for name in ("errorcode", "exception"):
        value = str(body.get(name) or "")
        if re.fullmatch(r"[A-Za-z0-9_\\]{1,80}", value):
            return value
    return "unknown"


def _no_access(place: str, function: str) -> Problem:
    """Moodle has one code for all of these; which one it is stands in its debug text at best."""
    if function == FILE_FUNCTION:
        return Problem(
            place,
            "the token may not fetch files (accessexception)",
            "",
            f"Tick 'Can download files' (可下载文件): {SERVICE} > Edit > Show more",
        )
    service = (
        "the service is enabled, has the account among its users and no limit of addresses or "
        "time, and the account's role allows webservice/rest:use"
    )
    if function == _INFO_FUNCTION:
        return Problem(
            place,
            "the token may not use its service (accessexception)",
            "",
            f"See that {service}, and that this function is among the service's: {SERVICE}",
        )
    return Problem(
        place,
        "the token may not call this function (accessexception)",
        "",
        f"Add it: {FUNCTIONS}. If it is there, see that {service}",
    )


def _detail(code: str, body: Mapping[str, Any]) -> str:
    """The one part of a message that is safe and tells more than the code."""
    if code.startswith("nopermission"):
        match = re.search(
            r"\(([\w:/ ,.'-]{3,80})\)\.?\s*$", str(body.get("message") or ""), re.ASCII
        )
        return f" (needs: {match[1]})" if match else ""
    if code == "invalidparameter":
        # Present only while the site shows developers' messages: "users => 0 => email => …".
        match = re.match(r"((?:\w{1,40} => )+)", str(body.get("debuginfo") or ""), re.ASCII)
        return f" (at {match[1].removesuffix(' => ').replace(' => ', '.')})" if match else ""
    return ""
