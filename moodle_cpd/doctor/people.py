"""Whether the account sees people as it must: all of them, with user name and profile fields.

Without a capability Moodle shows fewer people or fewer fields and says nothing (source:
``user/externallib.php``, ``user/lib.php``); so what one function shows is held against another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from moodle_cpd.config import Settings
from moodle_cpd.doctor.finding import Finding, lack, ok, some, untested, warning
from moodle_cpd.menus import PROFILE_FIELDS, USER_POLICIES, USERS, allow
from moodle_cpd.moodle import Moodle
from moodle_cpd.moodle.replies import User

_SAMPLE: Final = 200
_GUESSES: Final = 150
_GUEST: Final = 1
"""The guest account's id, the first that Moodle gives."""
_NAMED: Final = 10


@dataclass(frozen=True, slots=True)
class Seen:
    """What the account sees of people.

    Attributes:
        asked: how many surely existing people were asked for by id; None where ids were guessed.
        by_id: who is seen when asked for by id.
        found: who is found by searching for everyone; None where that is not needed.
    """

    asked: int | None
    by_id: tuple[User, ...]
    found: tuple[User, ...] | None

    def everyone(self) -> tuple[User, ...]:
        """All that are seen one way or the other, each once, by id."""
        users = {user.id: user for user in (*self.by_id, *(self.found or ()))}
        return tuple(users[number] for number in sorted(users))


def look(moodle: Moodle, teachers: Collection[int] | None) -> Seen:
    """Ask for people the way a pull does.

    Args:
        moodle: the site.
        teachers: members of the teachers' cohorts; None where everyone on the site is a teacher:
            then everyone is searched for, and people with ids near the account's own are asked
            for by id, to compare.
    """
    own = moodle.info.userid
    if teachers is not None:
        sample = sorted(set(teachers) - {own})[:_SAMPLE]
        return Seen(len(sample), moodle.users_by_id(sample) if sample else (), None)
    near = [n for n in range(own - _GUESSES, own + _GUESSES) if n > _GUEST and n != own]
    by_id = tuple(user for user in moodle.users_by_id(near) if user.id != own)
    found = tuple(user for user in moodle.users() if user.id not in {own, _GUEST})
    return Seen(None, by_id, found)


def seen_checks(seen: Seen) -> Iterator[Finding]:
    """Whether people are seen, found and shown with their user names."""
    check = "read:users"
    if seen.asked == 0:
        yield untested(check, "no teacher is known to ask for")
        return
    if not seen.by_id:
        who = "nobody but the account itself" if seen.asked is None else f"none of {seen.asked}"
        yield lack(check, f"{who} is shown when asked for by id", allow("moodle/user:viewdetails"))
        return
    yield ok(check, f"shown when asked for by id: {some(len(seen.by_id), 'person', 'people')}")
    if seen.found is not None:
        yield _search(seen.by_id, seen.found)
    if any(not user.username for user in seen.by_id):
        yield lack(
            "read:user-details",
            "people are shown without user name and hidden profile fields",
            allow("moodle/user:viewalldetails"),
        )
    else:
        yield ok("read:user-details", "user names are shown")


def profile_checks(seen: Seen, settings: Settings) -> Iterator[Finding]:
    """Whether each configured profile field is shown for at least one teacher.

    Args:
        seen: what the account sees.
        settings: which fields.
    """
    users = seen.everyone()
    if not users:
        return
    for attribute, source in sorted(settings.people.attributes.items()):
        if source.profile_field is None:
            continue
        check = f"profile-field:{source.profile_field}"
        having = sum(
            any(field.shortname == source.profile_field for field in user.customfields)
            for user in users
        )
        if having:
            yield ok(check, f"{attribute}: filled in for {having} of {len(users)} people")
        else:
            yield lack(
                check,
                f"{attribute}: none of {len(users)} people shows a profile field with this short "
                "name",
                f"Make it with exactly this short name and fill it in: {PROFILE_FIELDS}. Where it "
                f"is not 'Visible to everyone': {allow('moodle/user:viewalldetails')}",
            )


def _search(by_id: Sequence[User], found: Sequence[User]) -> Finding:
    """Everyone is found by an e-mail address of ``%``, so only whose address can be seen."""
    check = "read:user-search"
    lost = sorted({user.id for user in by_id} - {user.id for user in found})
    if not lost:
        return ok(check, f"found: {some(len(found), 'person', 'people')}")
    if 2 * len(lost) > len(by_id):
        return lack(
            check,
            f"{len(lost)} of {len(by_id)} people that are seen by id are not found by "
            "searching for everyone",
            f"{allow('moodle/site:viewuseridentity')}; and tick 'Email address' under 'Show user "
            f"identity': {USER_POLICIES}",
        )
    named = ", ".join(map(str, lost[:_NAMED])) + (", …" if len(lost) > _NAMED else "")
    return warning(
        check,
        f"{len(lost)} of {len(by_id)} people that are seen by id are not found by searching "
        f"for everyone (users {named}): no e-mail address of theirs can be seen",
        f"Give them an e-mail address: {USERS}",
    )
