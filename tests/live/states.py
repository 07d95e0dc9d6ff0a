"""States of a site that no web service can set: a person sets them, or a command does."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

_ASKED = {
    "capability": "Set the capability {0} of the service account's role to: {1}",
    "default-capability": "Set the capability {0} of the role 'Authenticated user' to: {1}",
    "web-services": "Advanced features > Enable web services: {0}",
    "rest": "Manage protocols > REST: {0}",
    "maintenance": "Server > Maintenance mode: {0}",
    "cli-maintenance": "admin/cli/maintenance.php: {0}",
    "site-policy": "A site policy that the service account has not accepted: {0}",
    "password-change": "Force the service account to change its password: {0}",
    "suspension": "Suspend the service account: {0}",
    "service": "Enable the external service of the service account: {0}",
    "account-in-service": "The service account among the service's authorised users: {0}",
    "downloads": "'Can download files' in the external service: {0}",
    "forced-zone": "Location settings > Force timezone: {0}",
    "account-zone": "Time zone in the service account's profile: {0}",
    "max-input-vars": "PHP's max_input_vars: {0} (off: as before), then restart PHP",
    "submit": "As {0}, hand in this online text in the assignment {1}: {2}",
    "open": "As {0}, begin a submission in the assignment {1}, but do not hand it in",
    "completed-without-criterion": "Only in the database: {0} has completed {1}, by no criterion",
    "broken-name": "Only in the database: the first name of {0} holds a script tag: {1}",
    "badge-hidden": "As {0}, hide the badges in the profile: {1}",
    "cron": "Run cron twice",
}


class States:
    """Brings the site into states.

    Args:
        hook: a command that is called with a verb and its arguments; without one, a person is
            asked and confirms each.
    """

    def __init__(self, hook: str | None) -> None:
        self._hook = shlex.split(hook) if hook else None

    def set(self, verb: str, *arguments: str) -> None:
        """Bring about a state and leave it."""
        asked = _ASKED[verb].format(*arguments)
        if self._hook is None:
            input(f"{asked}\n  [Enter] when done ")
        else:
            subprocess.run([*self._hook, verb, *arguments], check=True)

    @contextmanager
    def during(self, verb: str, *arguments: str, after: str) -> Iterator[None]:
        """Bring about a state for a while; the last argument is then ``after``."""
        self.set(verb, *arguments)
        try:
            yield
        finally:
            self.set(verb, *arguments[:-1], after)

    @contextmanager
    def without(self, capability: str) -> Iterator[None]:
        """Take a capability from the service account for a while."""
        with self.during("capability", capability, "off", after="on"):
            yield
