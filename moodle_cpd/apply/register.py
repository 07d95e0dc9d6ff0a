"""The register of numbers: a ledger that lost its own must not begin again at one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from moodle_cpd.apply.delivery import Delivery
from moodle_cpd.apply.record_activity import find_record_activity, holdings
from moodle_cpd.errors import RefusedError, SkipError
from moodle_cpd.model.action import Action
from moodle_cpd.model.award import Route
from moodle_cpd.problems import Problem


def refuse_foreign_numbers(delivery: Delivery, groups: Iterable[Sequence[Action]]) -> None:
    """Before the first number is given: does Moodle hold certificates that another ledger numbered?

    A deleted ledger, or a second one with the same prefix, would give numbers twice. Whoever was
    given one before is in the first plan again, so looking at its teachers is enough.

    Args:
        delivery: the run.
        groups: the plan's actions, those of one target together.

    Raises:
        RefusedError: Moodle holds a certificate with our prefix that this ledger does not know.
    """
    prefix = delivery.settings.certificates.serial_prefix
    if delivery.ledger.serials(prefix):
        return
    ours = re.compile(rf"{re.escape(prefix)}-\d{{4}}-\d{{6}}\.pdf")
    for actions in groups:
        if actions[0].route is not Route.RECORD_COURSE:
            continue
        try:
            activity = find_record_activity(delivery.moodle, actions[0].course, actions[0].target)
        except SkipError:
            continue  # Said where the target is served; nothing is numbered there.
        teachers = [a.award.teacher for a in actions if a.award.teacher in activity.enrolled]
        held, _ = holdings(delivery.moodle, activity, teachers)
        for teacher, holding in held.items():
            for file in holding.files:
                if ours.fullmatch(file.filename):
                    raise RefusedError(
                        Problem(
                            f"{delivery.moodle.name}: teacher {teacher}",
                            f"holds certificate {file.filename} in '{actions[0].target}', and "
                            f"{delivery.ledger.path} has never given a number",
                            "",
                            "Restore the ledger from its backup; where that can't be done, choose "
                            "another serial_prefix under [certificates], so that no number is "
                            "given twice",
                        )
                    )
