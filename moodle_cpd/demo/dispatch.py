"""From the parameters of a request to the body of a reply, as Moodle's REST server does it."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from moodle_cpd.demo import registry
from moodle_cpd.demo.access import OTHER_FUNCTIONS
from moodle_cpd.demo.failures import (
    MoodleError,
    access_denied,
    invalid_parameter,
    moodle_exception,
    not_found,
)
from moodle_cpd.demo.functions import load_functions
from moodle_cpd.demo.protocol import Tree
from moodle_cpd.demo.registry import FUNCTIONS, Call
from moodle_cpd.demo.world import World

load_functions()

_SETTING = "moodlewssetting"


def answer(world: World, parameters: Tree) -> object:
    """Answer a web service request; the world's lock is held by the caller.

    Args:
        world: the live state.
        parameters: all parameters of the request, nested; consumed.

    Returns:
        The reply, ready for JSON; a failure is a dictionary with ``exception``.
    """
    try:
        call = _settings(world, parameters)
        parameters.pop("moodlewsrestformat", None)
        _authenticate(world, parameters.pop("wstoken", None))
        name = parameters.pop("wsfunction", None)
        _require_function(world, name)
        return registry.run(call, name, parameters)
    except MoodleError as error:
        return error.body(debug=world.debug)


def authenticate_file_access(world: World, token: object) -> None:
    """The checks that uploads and downloads by token begin with.

    Raises:
        MoodleError: the token or the account is refused.
    """
    _authenticate(world, token)


def _settings(world: World, parameters: Tree) -> Call:
    values = {
        name: parameters.pop(_SETTING + name, None)
        for name in ("raw", "fileurl", "filter", "lang", "timezone")
    }
    language = values["lang"] if values["lang"] in world.languages else world.language
    own = world.service_user.timezone
    local = world.time_zone if own == "99" else own
    zone = world.force_timezone or values["timezone"] or local
    try:
        info = ZoneInfo(str(zone))
    except (ZoneInfoNotFoundError, ValueError):
        info = ZoneInfo(world.time_zone)
    return Call(
        world,
        language=str(language),
        zone=info,
        file_urls=values["fileurl"] != "0",
        run=registry.run,
    )


def _authenticate(world: World, token: object) -> None:
    if token != world.token:
        raise moodle_exception("invalidtoken", "Invalid token - token not found")
    if world.maintenance_setting:
        raise moodle_exception(
            "sitemaintenance", "The site is undergoing maintenance and is currently not available"
        )
    if world.service_user.suspended:
        raise moodle_exception(
            "wsaccessusersuspended",
            f"Refused web service access for suspended username: {world.service_user.username}",
        )
    if "webservice/rest:use" not in world.capabilities:
        raise access_denied(
            "You are not allowed to use the rest protocol (missing capability: webservice/rest:use)"
        )


def _require_function(world: World, name: object) -> None:
    if not name:
        raise invalid_parameter("Missing function name")
    if name not in FUNCTIONS and name not in OTHER_FUNCTIONS:
        raise not_found()
    if name not in FUNCTIONS or name not in world.functions or not world.service_enabled:
        raise access_denied(f"Access to the function {name}() is not allowed.")
