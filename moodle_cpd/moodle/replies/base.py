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
        return model.validate_python(value)
    except ValidationError as error:
        details = error.errors(include_input=False, include_url=False, include_context=False)
        raise SiteError(
            *(
                Problem(
                    f"{where}: {function}",
                    f"unexpected reply at {'.'.join(map(str, detail['loc'])) or 'the top'}",
                    str(detail["msg"]),
                )
                for detail in details[:5]
            )
        ) from None
