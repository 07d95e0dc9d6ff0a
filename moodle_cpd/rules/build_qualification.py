"""A qualification's file part → the qualification as used: ids checked, titles made."""

from __future__ import annotations

from collections.abc import Mapping

from moodle_cpd.model.decision import Text
from moodle_cpd.rules.build_audience import build_audience
from moodle_cpd.rules.build_requirements import Checks
from moodle_cpd.rules.rulebook_qualification import QualificationRule, RenewalRule
from moodle_cpd.rules.schema_qualification import QualificationPart


def build_qualification(
    file: str, part: QualificationPart | None, titles: Mapping[str, Text], checks: Checks
) -> QualificationRule | None:
    """Make a qualification of its part of a file.

    Args:
        file: the file's path relative to the rules' folder.
        part: what the file says, None: nothing.
        titles: titles of categories by id.
        checks: note the use of ids.
    """
    if part is None:
        return None
    renewals = []
    for each in part.renewal:
        place = each.place(file)
        checks.category(each.present, place)
        title = titles.get(each.present, Text(each.present))
        title = each.title.words() if each.title else title
        renewals.append(RenewalRule(each.present, each.from_level, each.every_years, title, place))
    return QualificationRule(
        part.title.words(),
        part.expiring_days,
        tuple(renewals),
        part.place(file),
        None if part.serving is None else build_audience(file, part.serving),
    )
