"""Whether Moodle lets the service account work at all."""

from __future__ import annotations

from moodle_cpd.errors import SiteError
from moodle_cpd.moodle import Moodle
from moodle_cpd.problems import Problem


def check_account(moodle: Moodle) -> None:
    """Make sure that an empty reply means an empty site.

    An account with an unaccepted site policy or a forced password change is refused by some
    functions, and answered by others as if there were nothing; asking for the account itself
    tells.

    Raises:
        SiteError: the account must do something in a browser first, or can't see itself.
    """
    own = moodle.info.userid
    if not any(user.id == own for user in moodle.users_by_id([own])):
        raise SiteError(
            Problem(
                f"{moodle.name}: core_user_get_users_by_field",
                "Moodle does not show the service account its own profile",
                "",
                "Allow moodle/user:viewdetails to the service account's role on the site",
            )
        )
