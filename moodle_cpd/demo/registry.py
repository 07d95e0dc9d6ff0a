"""The web service functions that the embedded Moodle knows, and how one of them is called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from moodle_cpd.demo import formats
from moodle_cpd.demo.failures import MoodleError, moodle_exception, no_permission, not_found
from moodle_cpd.demo.spec import Spec, Struct, check
from moodle_cpd.demo.state import Assignment, Course, User
from moodle_cpd.demo.world import World


@dataclass(slots=True)
class Call:
    """The circumstances of one call.

    Attributes:
        world: the live state; its lock is held.
        language: language of texts and formatted values.
        zone: zone of formatted times.
        file_urls: addresses of files are made for web service clients.
        run: calls another function of the service, as a batch does.
    """

    world: World
    language: str
    zone: ZoneInfo
    file_urls: bool = True
    run: Callable[[Call, str, dict[str, Any]], object] = field(default=lambda *_: None)

    @property
    def user(self) -> User:
        """The account that calls."""
        return self.world.service_user

    def can(self, capability: str) -> bool:
        """Whether the account holds a capability."""
        return capability in self.world.capabilities

    def full_name(self, user: User) -> str:
        """A person's name as the site puts it together."""
        return formats.full_name(user, self.language, self.world.full_name_order)

    def require(self, capability: str) -> None:
        """Refuse the call without a capability.

        Raises:
            MoodleError: ``nopermissions``.
        """
        if not self.can(capability):
            raise no_permission(capability)

    def can_enter(self, course: int) -> bool:
        """Whether the account may look into a course at all."""
        known = self.can("moodle/course:view") or self.learns_in(self.user.id, course)
        return known and self.account_trouble() is None

    def learns_in(self, user: int, course: int) -> bool:
        """Whether a person has an active enrolment in a course now."""
        return self.world.tables.is_active(user, course, self.world.now())

    def account_trouble(self) -> MoodleError | None:
        """What forbids the account to look into any context; None if it is in order."""
        if self.world.password_change_forced:
            return moodle_exception("forcepasswordchangenotice", "error/forcepasswordchangenotice")
        if self.world.policy_unaccepted:
            address = f"{self.world.wwwroot}/user/policy.php"
            return moodle_exception(
                "sitepolicynotagreed",
                f'Site policy not agreed: <a href="{address}">Click here to open the site '
                "policy.</a>",
            )
        return None

    def enter_site(self) -> None:
        """Look at what belongs to the whole site.

        Raises:
            MoodleError: the account has not agreed to the policy, or must change its password.
        """
        trouble = self.account_trouble()
        if trouble is not None:
            raise trouble

    def enter(self, course: int) -> Course:
        """Look into a course.

        Raises:
            MoodleError: there is no such course, or it is closed to the account.
        """
        row = self.world.tables.courses.get(course)
        if row is None:
            raise not_found()
        self.enter_site()
        if not self.can_enter(course):
            raise _closed()
        if not row.visible and not self.can("moodle/course:viewhiddencourses"):
            raise _closed()
        return row

    def enter_module(self, assignment: Assignment) -> Course:
        """Look into an activity.

        Raises:
            MoodleError: its course or the activity itself is closed to the account.
        """
        course = self.enter(assignment.course)
        if not self.sees_module(assignment):
            raise _closed()
        return course

    def sees_module(self, assignment: Assignment) -> bool:
        """Whether the account may see an activity of a course that it may enter."""
        visible = assignment.visible or self.can("moodle/course:viewhiddenactivities")
        return visible and self.can("mod/assign:view")

    def active_user(self, user: int) -> User:
        """A user that exists; suspended ones do.

        Raises:
            MoodleError: there is no such user, or it is deleted or the guest.
        """
        row = self.world.tables.users.get(user)
        if row is None:
            raise not_found()
        if row.deleted:
            raise moodle_exception("userdeleted", "This user account has been deleted")
        if row.username == "guest":
            raise moodle_exception(
                "guestsarenotallowed", "The guest user is not allowed to do this"
            )
        return row


def _closed() -> MoodleError:
    return MoodleError(
        "core\\exception\\require_login_exception",
        "requireloginerror",
        "Course or activity not accessible.",
    )


Handler = Callable[[Call, dict[str, Any]], object]


@dataclass(frozen=True, slots=True)
class Function:
    """A web service function."""

    name: str
    parameters: Struct
    handler: Handler


FUNCTIONS: dict[str, Function] = {}


def function(name: str, **parameters: Spec) -> Callable[[Handler], Handler]:
    """Register a handler under Moodle's name of the function, with its parameters."""

    def register(handler: Handler) -> Handler:
        FUNCTIONS[name] = Function(name, Struct(parameters), handler)
        return handler

    return register


def run(call: Call, name: str, arguments: dict[str, Any]) -> object:
    """Check the arguments and call a function that is in the service.

    Raises:
        MoodleError: whatever Moodle would have answered.
    """
    wanted = FUNCTIONS[name]
    return wanted.handler(call, check(wanted.parameters, arguments))
