"""What the site says of itself and of the token."""

from __future__ import annotations

from typing import Any

from moodle_cpd.demo.registry import Call, function
from moodle_cpd.demo.spec import ALPHANUMEXT, default, many


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
            {"name": name, "version": world.version} for name in sorted(set(world.functions))
        ],
        "downloadfiles": int(world.download_allowed),
        "uploadfiles": int(world.upload_allowed),
        "release": world.release,
        "version": world.version,
        "mobilecssurl": "",
        "advancedfeatures": [
            {"name": "enablecompletion", "value": 1},
            {"name": "enablebadges", "value": 1},
            {"name": "enablecustomreports", "value": 1},
        ],
        "usercanmanageownfiles": True,
        "userquota": 104857600,
        "usermaxuploadfilesize": 104857600,
        "userhomepage": 1,
        "userprivateaccesskey": "0123456789abcdef0123456789abcdef",
        "siteid": 1,
        "sitecalendartype": "gregorian",
        "usercalendartype": "gregorian",
        "userissiteadmin": False,
        "theme": "boost",
        "limitconcurrentlogins": 0,
        "policyagreed": 0,
    }
