"""Site cohorts and their members."""

from __future__ import annotations

from typing import Any

from moodle_cpd.demo.completing import add_to_cohort
from moodle_cpd.demo.failures import (
    coding_error,
    invalid_parameter,
    moodle_exception,
    no_permission,
    not_found,
)
from moodle_cpd.demo.formats import plain
from moodle_cpd.demo.registry import Call, function
from moodle_cpd.demo.spec import (
    ALPHA,
    ALPHANUM,
    ALPHANUMEXT,
    BOOL,
    INT,
    RAW,
    TEXT,
    Value,
    default,
    many,
    optional,
    struct,
)
from moodle_cpd.demo.state import Cohort

_MEMBER_KEYS = {"cohort": ("id", "idnumber"), "user": ("id", "username")}


@function("core_cohort_get_cohorts", cohortids=default(many(INT), []))
def get_cohorts(call: Call, arguments: dict[str, Any]) -> list[dict[str, Any]]:
    """Cohorts by id, all without ids; unknown ids are left out."""
    wanted = set(arguments["cohortids"])
    rows = [row for row in call.world.tables.cohorts.values() if not wanted or row.id in wanted]
    if rows:
        _require_view(call)
    return [_cohort(row) for row in rows]


@function(
    "core_cohort_search_cohorts",
    query=RAW,
    context=struct(
        contextid=default(INT, "0"),
        contextlevel=default(ALPHANUM, ""),
        instanceid=default(INT, "0"),
    ),
    includes=default(ALPHA, "parents"),
    limitfrom=default(INT, "0"),
    limitnum=default(INT, "25"),
)
def search_cohorts(call: Call, arguments: dict[str, Any]) -> dict[str, Any]:
    """Cohorts whose name, idnumber or description holds the query; 25 unless asked for more."""
    if arguments["includes"] not in {"self", "parents", "all"}:
        raise coding_error("Invalid parameter value for 'includes'.")
    _require_view(call)
    query = arguments["query"].lower()
    rows = [
        row
        for row in sorted(call.world.tables.cohorts.values(), key=lambda row: (row.name, row.id))
        if query in row.name.lower()
        or query in row.idnumber.lower()
        or query in row.description.lower()
    ]
    start, number = arguments["limitfrom"], arguments["limitnum"]
    rows = rows[start : start + number] if number else rows[start:]
    return {"cohorts": [_cohort(row) for row in rows]}


@function("core_cohort_get_cohort_members", cohortids=many(INT))
def get_cohort_members(call: Call, arguments: dict[str, Any]) -> list[dict[str, Any]]:
    """The members of each cohort, sorted by name."""
    users = call.world.tables.users
    shown = []
    for number in arguments["cohortids"]:
        row = call.world.tables.cohorts.get(number)
        if row is None:
            raise not_found()
        _require_view(call)
        members = [users[user] for user in row.members if user in users]
        members.sort(key=lambda user: (user.lastname, user.firstname, user.id))
        shown.append({"cohortid": number, "userids": [user.id for user in members]})
    return shown


@function(
    "core_cohort_add_cohort_members",
    members=many(
        struct(
            cohorttype=struct(type=ALPHANUMEXT, value=RAW),
            usertype=struct(type=ALPHANUMEXT, value=RAW),
        )
    ),
)
def add_cohort_members(call: Call, arguments: dict[str, Any]) -> dict[str, Any]:
    """Add members; what is unknown or there already is a warning, before permissions are asked."""
    additions: list[tuple[int, int]] = []
    warnings = []
    for member in arguments["members"]:
        found = _find_pair(call, member["cohorttype"], member["usertype"], additions)
        if isinstance(found, dict):
            warnings.append(found)
            continue
        if call.account_trouble() is not None:
            raise moodle_exception("Error", "cohort/Error")
        if not (call.can("moodle/cohort:assign") or call.can("moodle/cohort:manage")):
            raise no_permission("moodle/cohort:assign")
        additions.append(found)
    now = call.world.now()
    for cohort, user in additions:
        add_to_cohort(call.world.tables, cohort, user, now)
    return {"warnings": warnings}


@function(
    "core_cohort_create_cohorts",
    cohorts=many(
        struct(
            categorytype=struct(type=TEXT, value=RAW),
            name=RAW,
            idnumber=RAW,
            description=optional(RAW),
            descriptionformat=default(INT, "1"),
            visible=optional(BOOL),
            theme=optional(Value("theme")),
            customfields=optional(many(struct(shortname=ALPHANUMEXT, value=RAW))),
        )
    ),
)
def create_cohorts(call: Call, arguments: dict[str, Any]) -> list[dict[str, Any]]:
    """Make site cohorts; an ID that is taken is refused before permissions are asked."""
    tables = call.world.tables
    made = []
    for row in arguments["cohorts"]:
        if row["idnumber"] and tables.cohort_by("idnumber", row["idnumber"]) is not None:
            raise invalid_parameter("record already exists: idnumber=" + row["idnumber"])
        call.enter_site()
        call.require("moodle/cohort:manage")
        cohort = Cohort(
            tables.next_id("cohort"), row["idnumber"], row["name"], row.get("description", "")
        )
        cohort.visible = row.get("visible", True)
        tables.cohorts[cohort.id] = cohort
        shown = _cohort(cohort)
        del shown["customfields"]
        made.append(shown)
    return made


@function("core_cohort_delete_cohort_members", members=many(struct(cohortid=INT, userid=INT)))
def delete_cohort_members(call: Call, arguments: dict[str, Any]) -> None:
    """Take members out; badges stay with them."""
    tables = call.world.tables
    for member in arguments["members"]:
        if member["cohortid"] not in tables.cohorts or member["userid"] not in tables.users:
            raise not_found()
        call.enter_site()
        if not (call.can("moodle/cohort:assign") or call.can("moodle/cohort:manage")):
            raise no_permission("moodle/cohort:assign")
    for member in arguments["members"]:
        tables.cohorts[member["cohortid"]].members.pop(member["userid"], None)


def _find_pair(
    call: Call,
    cohort_type: dict[str, str],
    user_type: dict[str, str],
    additions: list[tuple[int, int]],
) -> tuple[int, int] | dict[str, str]:
    """Cohort and user to join, or the warning that Moodle gives instead."""
    cohort_key, cohort_value = cohort_type["type"], cohort_type["value"]
    user_key, user_value = user_type["type"], user_type["value"]
    if cohort_key not in _MEMBER_KEYS["cohort"]:
        return _warning("1", f"invalid parameter: cohortype={cohort_key}")
    if user_key not in _MEMBER_KEYS["user"]:
        return _warning("1", f"invalid parameter: usertype={user_key}")
    cohort = call.world.tables.cohort_by(cohort_key, cohort_value)
    if cohort is None:
        return _warning("2", f"cohort {cohort_key}={cohort_value} not exists")
    user = next(
        (
            row
            for row in call.world.tables.users.values()
            if str(getattr(row, user_key)) == user_value and not row.deleted
        ),
        None,
    )
    if user is None:
        return _warning("2", f"user {user_key}={user_value} not exists")
    if user.id in cohort.members or (cohort.id, user.id) in additions:
        return _warning(
            "3",
            f"record already exists: cohort({cohort_key}={cohort_value} {user_key}={user_value})",
        )
    return cohort.id, user.id


def _warning(code: str, message: str) -> dict[str, str]:
    return {"warningcode": code, "message": message}


def _require_view(call: Call) -> None:
    call.enter_site()
    if not (call.can("moodle/cohort:view") or call.can("moodle/cohort:manage")):
        raise no_permission("moodle/cohort:view")


def _cohort(row: Cohort) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": plain(row.name),
        "idnumber": row.idnumber,
        "description": row.description,
        "descriptionformat": row.description_format,
        "visible": row.visible,
        "theme": "",
        "customfields": [],
    }
