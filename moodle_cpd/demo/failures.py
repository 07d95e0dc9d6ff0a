"""Moodle's errors as values: the classes and codes that its replies name."""

from __future__ import annotations

from typing import Any

CAPABILITY_NAMES = {
    "moodle/cohort:view": "View site-wide cohorts",
    "moodle/cohort:assign": "Add and remove cohort members",
    "moodle/cohort:manage": "Create, delete and move cohorts",
    "mod/assign:grade": "Grade assignment",
    "mod/assign:view": "View assignment",
    "mod/assign:viewgrades": "View grades",
    "gradereport/user:view": "View user report",
    "moodle/grade:viewall": "View grades of other users",
    "enrol/manual:enrol": "Enrol users",
    "moodle/course:viewparticipants": "View participants",
    "moodle/badges:viewotherbadges": "View public badges in other users' profiles",
    "report/progress:view": "View activity completion reports",
    "moodle/course:enrolreview": "Review course enrolments",
    "moodle/course:managefiles": "Manage files",
}


class MoodleError(Exception):
    """A failure that Moodle reports in the body of a reply with status 200.

    Attributes:
        exception: the PHP class that the reply names.
        errorcode: None where the class has no such field.
        message: as Moodle words it in English.
        debuginfo: shown only on a site with debugging on.
    """

    def __init__(
        self, exception: str, errorcode: str | None, message: str, debuginfo: str | None = None
    ) -> None:
        super().__init__(message)
        self.exception = exception
        self.errorcode = errorcode
        self.message = message
        self.debuginfo = debuginfo

    def body(self, *, debug: bool = False) -> dict[str, Any]:
        """The reply's body as the REST server writes it."""
        body: dict[str, Any] = {"exception": self.exception}
        if self.errorcode is not None:
            body["errorcode"] = self.errorcode
        body["message"] = self.message
        if debug and self.debuginfo is not None:
            body["debuginfo"] = self.debuginfo
        return body


def moodle_exception(errorcode: str, message: str, debuginfo: str | None = None) -> MoodleError:
    """The general error class."""
    return MoodleError("core\\exception\\moodle_exception", errorcode, message, debuginfo)


def invalid_parameter(debuginfo: str) -> MoodleError:
    """A parameter is missing, unknown or of a wrong type; only ``debuginfo`` says which."""
    return MoodleError(
        "core\\exception\\invalid_parameter_exception",
        "invalidparameter",
        "Invalid parameter value detected",
        debuginfo,
    )


def access_denied(debuginfo: str) -> MoodleError:
    """The token may not do this at all."""
    return MoodleError(
        "webservice_access_exception", "accessexception", "Access control exception", debuginfo
    )


def no_permission(capability: str) -> MoodleError:
    """A capability is missing; the message names it in words, never by its technical name."""
    name = CAPABILITY_NAMES.get(capability, capability)
    return MoodleError(
        "core\\exception\\required_capability_exception",
        "nopermissions",
        f"Sorry, but you do not currently have permissions to do that ({name}).",
    )


def not_found() -> MoodleError:
    """A record that was asked for by id does not exist; Moodle does not say which."""
    return MoodleError(
        "dml_missing_record_exception",
        "invalidrecordunknown",
        "Can't find data record in database.",
    )


def coding_error(hint: str) -> MoodleError:
    """A value that Moodle's code did not foresee."""
    return MoodleError(
        "core\\exception\\coding_exception",
        "codingerror",
        f"Coding error detected, it must be fixed by a programmer: {hint}",
    )


def write_error() -> MoodleError:
    """The database refused a row."""
    return MoodleError("dml_write_exception", "dmlwriteexception", "Error writing to database")


def invalid_response() -> MoodleError:
    """The whole reply is refused because one value in it is not what its description allows."""
    return MoodleError(
        "core\\exception\\invalid_response_exception",
        "invalidresponse",
        "Invalid response value detected",
    )
