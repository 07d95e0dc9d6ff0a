"""What the site says of itself and of the token."""

from __future__ import annotations

from typing import Any

from moodle_cpd.demo.registry import Call, function
from moodle_cpd.demo.spec import ALPHANUMEXT, default, many

_FEATURES = (
    ("usecomments", 1),
    ("usetags", 1),
    ("enablenotes", 1),
    ("messaging", 1),
    ("enableblogs", 1),
    ("enablecompletion", 1),
    ("enablebadges", 1),
    ("messagingallusers", 0),
    ("enablecustomreports", 1),
    ("enableglobalsearch", 0),
    ("mnet_dispatcher_mode", 0),
    ("enablecompetencies", 1),
)


@function("core_webservice_get_site_info", serviceshortnames=default(many(ALPHANUMEXT), []))
def get_site_info(call: Call, _: dict[str, Any]) -> dict[str, Any]:
    """The site, the account and the functions of its service."""
    world = call.world
    user = call.user
    return {
        "sitename": world.site_name,
        "username": user.username,
        "firstname": user.firstname,
        "lastname": user.lastname,
        "fullname": call.full_name(user),
        "lang": call.language,
        "userid": user.id,
        "siteurl": world.wwwroot,
        "userpictureurl": f"{world.wwwroot}/theme/image.php/boost/core/1/u/f1",
        "functions": [
            {"name": name, "version": _version(name, world.version)} for name in world.functions
        ],
        "downloadfiles": int(world.download_allowed),
        "uploadfiles": int(world.upload_allowed),
        "release": world.release,
        "version": world.version,
        "mobilecssurl": "",
        "advancedfeatures": [{"name": name, "value": value} for name, value in _FEATURES],
        "usercanmanageownfiles": True,
        "userquota": 104857600,
        "usermaxuploadfilesize": 209715200,
        "userhomepage": 1,
        "userprivateaccesskey": "0123456789abcdef0123456789abcdef",
        "siteid": 1,
        "sitecalendartype": "gregorian",
        "usercalendartype": "gregorian",
        "userissiteadmin": False,
        "theme": "boost",
        "limitconcurrentlogins": 0,
        "policyagreed": int(not world.policy_unaccepted),
    }


def _version(function: str, version: str) -> str:
    """The version of the component that a function belongs to: plugins have none behind a dot."""
    return version if function.startswith("core_") else version.partition(".")[0]
