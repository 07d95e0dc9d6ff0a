"""Badges that a person holds."""

from __future__ import annotations

from typing import Any

from moodle_cpd.demo.formats import plain
from moodle_cpd.demo.registry import Call, function
from moodle_cpd.demo.spec import BOOL, INT, RAW, default
from moodle_cpd.demo.state import Badge, IssuedBadge, User
from moodle_cpd.demo.tables import SYSTEM_CONTEXT, course_context


@function(
    "core_badges_get_user_badges",
    userid=default(INT, "0"),
    courseid=default(INT, "0"),
    page=default(INT, "0"),
    perpage=default(INT, "0"),
    search=default(RAW, ""),
    onlypublic=default(BOOL, "0"),
)
def get_user_badges(call: Call, arguments: dict[str, Any]) -> dict[str, Any]:
    """A person's badges, newest first; of other people only those they don't hide."""
    number = arguments["userid"] or call.user.id
    user = call.active_user(number)
    call.enter_site()
    other = user.id != call.user.id
    if other:
        call.require("moodle/badges:viewotherbadges")
    held = [
        (badge, issued)
        for badge, issued in call.world.issued_badges_of(user.id)
        if (issued.visible or not (other or arguments["onlypublic"]))
        and arguments["search"].lower() in badge.name.lower()
        and arguments["courseid"] in {0, badge.course}
    ]
    held.sort(key=lambda pair: (pair[1].dateissued, pair[1].id), reverse=True)
    if arguments["perpage"]:
        start = arguments["page"] * arguments["perpage"]
        held = held[start : start + arguments["perpage"]]
    return {"badges": [_badge(call, *pair, user) for pair in held], "warnings": []}


def _badge(call: Call, badge: Badge, issued: IssuedBadge, user: User) -> dict[str, Any]:
    world = call.world
    context = SYSTEM_CONTEXT if badge.course is None else course_context(badge.course)
    # What an account that may not configure badges is not told comes as a default, not as nothing:
    # ``visible`` and ``status`` say nothing here.
    shown: dict[str, Any] = {
        "id": badge.id,
        "name": badge.name,
        "description": badge.description,
        "timecreated": 0,
        "timemodified": 0,
        "issuername": world.badge_issuer,
        "issuerurl": world.wwwroot,
        "issuercontact": "cpd@example.invalid",
        "type": 1 if badge.course is None else 2,
    }
    if badge.course is not None:
        shown["coursefullname"] = plain(world.tables.courses[badge.course].fullname)
    return shown | {
        "attachment": 1,
        "notification": 1,
        "status": 0,
        "uniquehash": issued.uniquehash,
        "dateissued": issued.dateissued,
        "dateexpire": issued.dateexpire,
        "visible": 0,
        "recipientid": user.id,
        "recipientfullname": call.full_name(user),
        "version": "2",
        "language": "en",
        "imagecaption": "Image caption",
        "badgeurl": f"{world.wwwroot}/webservice/pluginfile.php/{context}/badges/badgeimage/"
        f"{badge.id}/f3",
        "alignment": [],
        "relatedbadges": [],
    }
