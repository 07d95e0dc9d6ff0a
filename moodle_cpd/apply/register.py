"""The register of numbers: a ledger that lost some of its own must not give them again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from moodle_cpd.apply.delivery import Delivery
from moodle_cpd.apply.record_activity import find_record_activity, holdings
from moodle_cpd.errors import RefusedError, SkipError
from moodle_cpd.model.action import Action, Verb
from moodle_cpd.model.award import Route
from moodle_cpd.problems import Problem


def refuse_foreign_numbers(delivery: Delivery, groups: Iterable[Sequence[Action]]) -> None:
    """Before a number is given: does Moodle hold certificates that this ledger never numbered?

    A deleted ledger, one restored from an old backup, or a second one with the same prefix would
    give numbers twice. Whoever was given one and is not known to have it is in the plan again;
    while no number is known at all, everybody in the record course is looked at.

    Args:
        delivery: the run.
        groups: the plan's actions, those of one target together.

    Raises:
        RefusedError: Moodle holds a certificate with our prefix that this ledger does not know.
    """
    prefix = delivery.settings.certificates.serial_prefix
    known = delivery.ledger.serials(prefix)
    ours = re.compile(rf"{re.escape(prefix)}-\d{{4}}-\d{{6}}\.pdf")
    for actions in groups:
        new = {action.award.teacher for action in actions if action.verb is Verb.ISSUE}
        if actions[0].route is not Route.RECORD_COURSE or not new:
            continue
        try:
            activity = find_record_activity(delivery.moodle, actions[0].course, actions[0].target)
        except SkipError:
            continue  # Said where the target is served; nothing is numbered there.
        teachers = sorted(new & activity.enrolled if known else activity.enrolled)
        held, _ = holdings(delivery.moodle, activity, teachers)
        for teacher, holding in held.items():
            for file in holding.files:
                if (
                    ours.fullmatch(file.filename)
                    and file.filename.removesuffix(".pdf") not in known
                ):
                    raise RefusedError(
                        Problem(
                            f"{delivery.moodle.name}: teacher {teacher}",
                            f"holds certificate {file.filename} in '{actions[0].target}', a "
                            f"number that {delivery.ledger.path} never gave",
                            "",
                            "Restore the newest backup of the ledger; where that can't be done, "
                            "choose another serial_prefix under [certificates], so that no "
                            "number is given twice",
                        )
                    )
