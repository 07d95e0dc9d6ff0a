"""What ``status`` lists of awards: those that end soon, and what a withdrawal left to a person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from moodle_cpd.config import Settings
from moodle_cpd.decide import results_from_json
from moodle_cpd.ledger import Ledger
from moodle_cpd.model.award import Award, AwardState
from moodle_cpd.plan import EndingSoon


def ending_soon(ledger: Ledger, site: str, on: datetime) -> list[dict[str, object]]:
    """Awards that stand and whose last day is near or past at a moment, the earliest first."""
    ending = EndingSoon(ledger.awards(site).values(), on)
    for teacher, results in ledger.decided(site) if ending.teachers else ():
        if teacher in ending.teachers:
            ending.take(results_from_json(site, teacher, results))
    return [{**_named(award), "valid_until": str(until)} for until, award in ending.found()]


def being_withdrawn(ledger: Ledger, site: str) -> list[dict[str, object]]:
    """Awards that are withdrawn and that Moodle was not seen to follow yet."""
    return [
        _named(award)
        for award in ledger.awards(site).values()
        if award.state is AwardState.WITHDRAWING
    ]


def badges_left(ledger: Ledger, settings: Settings) -> list[dict[str, object]]:
    """Badges of withdrawn awards: Moodle keeps them, and only a person can take them away.

    Whether somebody did is not known here; the link leads to where it is seen.
    """
    site = settings.site
    routes = {(route.scheme, route.award): route for route in settings.awards}
    found = []
    for award in ledger.awards(site.name).values():
        route = routes.get((award.key.scheme, award.key.award))
        badge = None if route is None else route.badge_name(award.key.period)
        if award.state is AwardState.WITHDRAWN and badge is not None:
            link = f"{site.url}/user/profile.php?id={award.key.teacher}"
            found.append({**_named(award), "badge": badge, "link": link})
    return found


def words(data: dict[str, list[dict[str, object]]]) -> Iterator[str]:
    """The lists of this module as lines for a terminal, each under its name."""
    for each in data["ending_soon"]:
        yield (
            f"! {each['serial']} of teacher {each['teacher']}: its last day is "
            f"{each['valid_until']}, and it was not renewed yet"
        )
    for each in data["being_withdrawn"]:
        yield (
            f"! {each['serial']} of teacher {each['teacher']} is withdrawn, and Moodle was not "
            "seen to follow: the next 'sync --yes' goes on with it"
        )
    for each in data["badges_left"]:
        yield (
            f"! {each['serial']} of teacher {each['teacher']} was withdrawn; Moodle keeps badge "
            f"'{each['badge']}' until a person revokes it: {each['link']}"
        )


def _named(award: Award) -> dict[str, object]:
    key = award.key
    return {
        "serial": award.serial,
        "teacher": key.teacher,
        "scheme": key.scheme,
        "period": key.period,
        "award": key.award,
    }
