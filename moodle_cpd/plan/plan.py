"""A plan: what would change on a site, as a sorted value with a digest.

Whoever applies a plan names its digest, and what is applied is made anew from what is known at
that time: if the two differ, nothing happens.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256

from moodle_cpd.model.action import Action, Verb
from moodle_cpd.model.running_hours import HoursUpdate
from moodle_cpd.problems import Problem


@dataclass(frozen=True)
class Plan:
    """What would change on one site.

    Attributes:
        site: the site's name in the configuration.
        url: the site's address.
        rules_digest: SHA-256 of the rulebook behind the decisions.
        certificates: SHA-256 of what stands on certificates besides the decisions: names,
            authority, address for verification, and how numbers begin.
        read_at: when the facts were last read from Moodle, UTC; None: never.
        actions: sorted by award.
        recorded_only: awards that are earned and that the authority issues by other ways.
        expiring: awards that stand and end soon unless they are renewed; ``status`` lists them.
        problems: why something that was earned is not in the plan.
        running_hours: what teachers will see otherwise of their hours, by assignment and teacher.
    """

    site: str
    url: str
    rules_digest: str
    certificates: str
    read_at: datetime | None
    actions: tuple[Action, ...]
    recorded_only: int = 0
    expiring: int = 0
    problems: tuple[Problem, ...] = ()
    running_hours: tuple[HoursUpdate, ...] = ()

    @cached_property
    def digest(self) -> str:
        """SHA-256 over site, rulebook, certificates and every change, in hexadecimal."""
        content: dict[str, object] = {
            "site": self.site,
            "url": self.url,
            "rules": self.rules_digest,
            "certificates": self.certificates,
            "actions": [asdict(action) for action in self.actions],
        }
        if self.running_hours:
            content["running_hours"] = [
                [*each.place, each.scheme, each.period, each.amount, each.text_sha256]
                for each in self.running_hours
            ]
        text = json.dumps(
            content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str
        )
        return sha256(text.encode()).hexdigest()

    @property
    def executable(self) -> tuple[Action, ...]:
        """The actions that ``apply`` carries out without a further word: all but withdrawals."""
        return tuple(action for action in self.actions if action.verb is not Verb.WITHDRAW)

    @property
    def would_write(self) -> bool:
        """Whether ``apply`` would do anything without a further word."""
        return bool(self.executable or self.running_hours)

    @property
    def withdrawals(self) -> tuple[Action, ...]:
        """Awards whose ground is lost; a person decides."""
        return self.of(Verb.WITHDRAW)

    def of(self, *verbs: Verb) -> tuple[Action, ...]:
        """The actions that do one of these."""
        return tuple(action for action in self.actions if action.verb in verbs)

    @property
    def messages(self) -> int:
        """How many messages Moodle sends because of it, at most."""
        return sum(action.messages for action in self.executable)
