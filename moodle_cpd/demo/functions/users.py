"""People: looking them up, with their profile fields, as far as the account may see them."""

from __future__ import annotations

import re
from typing import Any

from moodle_cpd.demo import formats
from moodle_cpd.demo.failures import (
    coding_error,
    invalid_parameter,
    invalid_response,
    moodle_exception,
)
from moodle_cpd.demo.registry import Call, function
from moodle_cpd.demo.spec import ALPHA, RAW, many, struct
from moodle_cpd.demo.state import User

_EXACT = ("id", "idnumber", "username", "auth")
_LIKE = ("email", "firstname", "lastname")


@function("core_user_get_users", criteria=many(struct(key=ALPHA, value=RAW)))
def get_users(call: Call, arguments: dict[str, Any]) -> dict[str, Any]:
    """All users that fit every criterion; unknown criteria are dropped with a warning."""
    warnings = []
    wanted: dict[str, str] = {}
    for criterion in arguments["criteria"]:
        key = criterion["key"]
        if key in wanted:
            raise moodle_exception("keyalreadyset", "error/keyalreadyset")
        if key in _EXACT + _LIKE:
            wanted[key] = criterion["value"]
        else:
            warnings.append(
                {
                    "item": key,
                    "warningcode": "invalidfieldparameter",
                    "message": f"The search key '{key}' is not supported, "
                    "look at the web service documentation",
                }
            )
    found = []
    for user in call.world.tables.users.values():
        if user.deleted or not all(_fits(user, key, value) for key, value in wanted.items()):
            continue
        shown = details(call, user)
        if shown is not None and all(shown.get(key) for key in wanted):
            found.append(shown)
    return {"users": found, "warnings": warnings}


@function("core_user_get_users_by_field", field=ALPHA, values=many(RAW))
def get_users_by_field(call: Call, arguments: dict[str, Any]) -> list[dict[str, Any]]:
    """Users whose id, idnumber, user name or e-mail is one of those given, by id."""
    field = arguments["field"]
    if field not in {"id", "idnumber", "username", "email"}:
        raise coding_error("invalid field parameter")
    call.enter_site()
    values = set(arguments["values"])
    if field == "id" and not all(re.fullmatch(r"-?\d+", value) for value in values):
        raise invalid_parameter(f"The field '{field}' value is invalid")
    found = []
    for user in call.world.tables.users.values():
        if str(getattr(user, field)) in values:
            shown = details(call, user)
            if shown is not None and shown.get(field):
                found.append(shown)
    return found


def details(call: Call, user: User, course: int | None = None) -> dict[str, Any] | None:
    """A user as the account may see them; None where it may not see them at all."""
    own = user.id == call.user.id
    if not own and not call.can("moodle/user:viewdetails"):
        return None
    all_details = own or call.can("moodle/user:viewalldetails")
    sees_identity = call.can("moodle/site:viewuseridentity")
    identity = call.world.identity_fields if sees_identity else ()
    picture = f"{call.world.wwwroot}/theme/image.php/boost/core/1/u/"
    shown: dict[str, Any] = {"id": user.id}
    if all_details:
        shown["username"] = user.username
    shown |= {
        "firstname": _clean(user.firstname),
        "lastname": _clean(user.lastname),
        "fullname": call.full_name(user),
    }
    if own or user.email_public or "email" in identity:
        shown["email"] = user.email
    if all_details or "department" in identity:
        shown["department"] = ""
    if user.idnumber and (all_details or "idnumber" in identity):
        shown["idnumber"] = user.idnumber
    shown |= {"firstaccess": user.firstaccess, "lastaccess": user.lastaccess}
    if course is None:
        shown |= _account_fields(user, all_details=all_details)
    else:
        shown["lastcourseaccess"] = 0
    shown |= {"profileimageurlsmall": f"{picture}f2", "profileimageurl": f"{picture}f1"}
    fields = _profile(call, user)
    if fields:
        shown["customfields"] = fields
    if own and course is None:
        shown["preferences"] = _preferences(call)
    return shown


def _preferences(call: Call) -> list[dict[str, Any]]:
    held = [{"name": "_lastloaded", "value": call.world.now()}]
    if call.world.password_change_forced:
        held.insert(0, {"name": "auth_forcepasswordchange", "value": "1"})
    return held


def _clean(name: str) -> str:
    """A name that the reply's description allows: one with a tag spoils the whole reply.

    Raises:
        MoodleError: ``invalidresponse``.
    """
    if formats.without_tags(name) != name:
        raise invalid_response()
    return name


def _account_fields(user: User, *, all_details: bool) -> dict[str, Any]:
    private: dict[str, Any] = {"suspended": user.suspended}
    if all_details:
        private = {
            "auth": "manual",
            "suspended": user.suspended,
            "confirmed": True,
            "lang": user.lang,
            "theme": "",
        }
    private["timezone"] = user.timezone
    if all_details:
        private |= {"mailformat": 1, "trackforums": 0}
    return private


def _profile(call: Call, user: User) -> list[dict[str, Any]]:
    shown = []
    for field in call.world.tables.profile_fields:
        value = user.profile.get(field.shortname, "")
        if not value:
            continue
        display = value
        if field.datatype == "datetime":
            display = formats.day(int(value), call.zone, call.language)
        shown.append(
            {
                "type": field.datatype,
                "value": value,
                "displayvalue": display,
                "name": field.name,
                "shortname": field.shortname,
            }
        )
    return shown


def _fits(user: User, key: str, value: str) -> bool:
    if key == "auth":
        return value == "manual"
    held = str(getattr(user, key))
    if key in _EXACT:
        return held == value
    pattern = "".join(
        ".*" if sign == "%" else "." if sign == "_" else re.escape(sign) for sign in value
    )
    return re.fullmatch(pattern, held, re.IGNORECASE | re.DOTALL) is not None
