"""What all replies share: the base model, warnings, and reading with a clear error."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from moodle_cpd.errors import SiteError
from moodle_cpd.problems import Problem

T = TypeVar("T")


class Reply(BaseModel):
    """Base of all replies."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class CallWarning(Reply):
    """What a function could not do; ``message`` can name people and is not read."""

    item: str = ""
    itemid: int = 0
    warningcode: str = ""


NOTHING: TypeAdapter[None] = TypeAdapter(None)
"""The reply of functions that answer ``null`` whatever happens."""


def check(where: str, function: str, model: TypeAdapter[T], value: object) -> T:
    """Read a decoded reply into its model.

    Args:
        where: the site's name, for messages.
        function: the web service function that answered.
        model: one of the adapters of this module.
        value: decoded JSON.

    Raises:
        SiteError: a known field is missing or of another kind; names function and path, never
            the value.
    """
    try:
        reply = model.validate_python(value)
    except ValidationError as error:
        details = error.errors(include_input=False, include_url=False, include_context=False)
        path = ".".join(map(str, details[0]["loc"])) or "the top"
        more = f", and at {len(details) - 1} more places" if len(details) > 1 else ""
        raise _unexpected(where, function, f"{path} ({details[0]['msg']}){more}") from None
    known = type(reply).model_fields.keys() if isinstance(reply, Reply) else frozenset()
    if known and isinstance(value, dict) and not known & value.keys():
        # A gateway's own JSON must not pass for a reply whose fields are all optional.
        raise _unexpected(where, function, "the top (none of the known fields)")
    return reply


def _unexpected(where: str, function: str, what: str) -> SiteError:
    return SiteError(
        Problem(
            f"{where}: {function}",
            f"unexpected reply at {what}",
            "",
            "This Moodle, or a plugin in it, answers otherwise than the versions known here",
        )
    )
