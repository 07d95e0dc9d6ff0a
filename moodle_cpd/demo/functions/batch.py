"""Many calls in one request; the first error ends it, what stands behind is not run."""

from __future__ import annotations

import json
from typing import Any, Final

from moodle_cpd.demo.exchange import encode
from moodle_cpd.demo.failures import MoodleError
from moodle_cpd.demo.registry import FUNCTIONS, Call, function
from moodle_cpd.demo.spec import ALPHANUMEXT, BOOL, RAW, Value, default, many, struct

_COMPONENTS: Final = {
    "invalidparameter": "debug",
    "codingerror": "debug",
    "usernotenroled": "completion",
    "notenroled": "completion",
    "nocriteriaset": "completion",
}
"""Where the text of an error lives; "moodle" for the others."""


@function(
    "tool_mobile_call_external_functions",
    requests=many(
        struct(
            function=ALPHANUMEXT,
            arguments=default(RAW, "{}"),
            settingraw=default(BOOL, "0"),
            settingfilter=default(BOOL, "0"),
            settingfileurl=default(BOOL, "1"),
            settinglang=default(Value("lang"), ""),
        )
    ),
)
def call_external_functions(call: Call, arguments: dict[str, Any]) -> dict[str, Any]:
    """Run inner calls in order; each answer is JSON inside JSON."""
    responses: list[dict[str, Any]] = []
    for request in arguments["requests"]:
        language = request["settinglang"]
        inner = Call(
            call.world,
            language if language in call.world.languages else call.language,
            call.zone,
            request["settingfileurl"],
            call.run,
        )
        response = _one(inner, request["function"], _parse(request["arguments"]))
        responses.append(response)
        if response["error"]:
            break
    return {"responses": responses}


def _parse(text: str) -> dict[str, Any]:
    """Inner arguments; what is no JSON object counts as no arguments."""
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    if isinstance(value, list):
        return {str(place): item for place, item in enumerate(value)}
    return value if isinstance(value, dict) else {}


def _one(call: Call, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    if name not in call.world.functions or name not in FUNCTIONS:
        refused = {"errorcode": "accessexception", "module": "webservice"}
        return {"error": True, "exception": encode(refused)}
    try:
        data = call.run(call, name, arguments)
    except MoodleError as error:
        component = _COMPONENTS.get(error.errorcode or "", "moodle")
        failure = {
            "message": error.message,
            "errorcode": error.errorcode,
            "link": call.world.wwwroot + "/",
            "moreinfourl": f"https://docs.moodle.org/501/en/error/{component}/{error.errorcode}",
        }
        return {"error": True, "exception": encode(failure)}
    return {"error": False, "data": None if data is None else encode(data)}
