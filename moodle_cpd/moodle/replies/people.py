"""Who is on a site: users, cohorts, enrolments, and the site itself.

Field names are Moodle's; what no room reads is left out.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, TypeAdapter

from moodle_cpd.moodle.replies.base import CallWarning, Reply


class FunctionName(Reply):
    """A function that the token may call."""

    name: str


class SiteInfo(Reply):
    """``core_webservice_get_site_info``."""

    sitename: str
    username: str
    userid: int
    siteurl: str
    functions: tuple[FunctionName, ...]
    release: str = ""
    version: str = ""
    downloadfiles: int = 0
    uploadfiles: int = 0
    userissiteadmin: bool = False

    @property
    def function_names(self) -> frozenset[str]:
        """What the token may call."""
        return frozenset(function.name for function in self.functions)


class CustomField(Reply):
    """A user profile field; ``value`` is as stored, dates are Unix times; then as displayed."""

    shortname: str
    type: str = ""
    value: str | None = None
    displayvalue: str | None = None


class User(Reply):
    """An item of ``core_user_get_users`` and ``core_user_get_users_by_field``."""

    id: int
    fullname: str
    firstname: str = ""
    lastname: str = ""
    username: str = ""
    idnumber: str = ""
    email: str = ""
    lang: str = ""
    suspended: bool = False
    customfields: tuple[CustomField, ...] = ()


class Users(Reply):
    """``core_user_get_users``."""

    users: tuple[User, ...]


class Cohort(Reply):
    """A cohort; ``idnumber`` may be empty."""

    id: int
    idnumber: str | None = None


class Cohorts(Reply):
    """``core_cohort_search_cohorts``."""

    cohorts: tuple[Cohort, ...]


class CohortMembers(Reply):
    """An item of ``core_cohort_get_cohort_members``."""

    cohortid: int
    userids: tuple[int, ...]


class AddedMembers(Reply):
    """``core_cohort_add_cohort_members``: silent about what worked."""

    warnings: tuple[CallWarning, ...] = ()


class EnrolledUser(Reply):
    """An item of ``core_enrol_get_enrolled_users``."""

    id: int


SITE_INFO = TypeAdapter(SiteInfo)
USERS = TypeAdapter(Users)
USER_LIST = TypeAdapter(tuple[User, ...])
COHORTS = TypeAdapter(Cohorts)
CREATED_COHORTS = TypeAdapter(Annotated[tuple[Cohort, ...], Field(min_length=1)])
COHORT_MEMBERS = TypeAdapter(tuple[CohortMembers, ...])
ADDED_MEMBERS = TypeAdapter(AddedMembers)
ENROLLED_USERS = TypeAdapter(tuple[EnrolledUser, ...])
