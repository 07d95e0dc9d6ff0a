"""What can be set for one installation, and what is checked of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, model_validator

from moodle_cpd.config.base import SettingsModel
from moodle_cpd.config.hours import Hours
from moodle_cpd.config.running_hours import RunningHoursSettings
from moodle_cpd.model.award import Route
from moodle_cpd.model.people import Attribute
from moodle_cpd.model.serial import SerialPattern

TOKEN_VARIABLE = "MOODLE_CPD_TOKEN"  # noqa: S105 - the variable's name, not a token


def _address(value: str) -> str:
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or re.search(r"\s", value):
        raise ValueError("must be an address that begins with https:// or http://")
    return value


def _site_address(value: str) -> str:
    parts = urlsplit(_address(value))
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("must not carry a user, password, query or fragment")
    if parts.path.endswith(".php"):
        raise ValueError("must be the address of Moodle's front page, without a .php file")
    return value.rstrip("/")


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        raise ValueError("must be a time zone such as Asia/Shanghai") from None
    return value


def _hours(value: str) -> str:
    Hours.parse(value)
    return value


def _serial(value: str) -> str:
    SerialPattern(value)
    return value


_KEY = r"^(idnumber|username|email|profile_field:[A-Za-z0-9_]+)$"
_TEMPLATE = r"^[\w-]{1,60}$"
_NAME = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
_ADDRESS = Annotated[str, AfterValidator(_address)]
_SERIAL = Annotated[str, AfterValidator(_serial)]
# A lower-case name would let a token pass that was put here by mistake, and into messages.
_VARIABLE = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{0,63}$")]


class SiteSettings(SettingsModel):
    """Which Moodle, and how to reach it.

    Attributes:
        name: short name of the site in the ledger; ids are unique only within a site.
        url: the site's address as in Moodle's ``wwwroot``.
        token_env: environment variable that holds the token.
        token_file: file that holds the token, looked at where the variable is not set.
        token_keyring: service name in the system's keyring, looked at last.
        ca_bundle: PEM file of an own certificate authority.
        proxy: address of a proxy, with user and password in it where it asks for them.
        allow_http: allow plain HTTP to something else than loopback.
        connect_timeout: seconds.
        read_timeout: seconds without a byte.
        reply_timeout: seconds for a whole reply.
        retries: how often what is safe to repeat is repeated.
        batch_target: seconds that one batch of calls should take.
        parallel: most requests at a time; what is read and written is shared out evenly among
            them, where there is enough of it to be worth another request.
        hours: daily span in which runs may ask the site, in the zone of ``[people] time_zone``;
            None: always.
        report: id of the custom report over course participants.
        people_report: id of the custom report over users.
        files_report: id of the custom report over files, by whose hashes certificates are read back
            and compared, without fetching them.
        badges_report: id of the custom report over badges, which tells who holds one.
        student_role: id of the role that teachers are given where they are enrolled in a record
            course; on every new Moodle 5 is the student.
    """

    name: _NAME = "moodle"
    url: Annotated[str, AfterValidator(_site_address)]
    token_env: _VARIABLE = TOKEN_VARIABLE
    token_file: Path | None = None
    token_keyring: str | None = None
    ca_bundle: Path | None = None
    proxy: _ADDRESS | None = Field(default=None, repr=False)
    allow_http: bool = False
    connect_timeout: float = Field(default=10.0, gt=0, le=300)
    read_timeout: float = Field(default=120.0, gt=0, le=3600)
    reply_timeout: float = Field(default=600.0, gt=0, le=86400)
    retries: int = Field(default=4, ge=0, le=20)
    batch_target: float = Field(default=2.0, gt=0, le=600)
    parallel: int = Field(default=1, ge=1, le=8)
    hours: Annotated[str, AfterValidator(_hours)] | None = None
    report: int | None = None
    people_report: int | None = None
    files_report: int | None = None
    badges_report: int | None = None
    student_role: int = Field(default=5, ge=1)

    @property
    def open_hours(self) -> Hours | None:
        """The daily span in which runs may ask the site."""
        return None if self.hours is None else Hours.parse(self.hours)


class PullSettings(SettingsModel):
    """How Moodle is read.

    Attributes:
        strategy: the way of reading completions; None: the best that the site allows.
        full_days: days after which everything is read anew, instead of what is new.
        overlap_hours: how far behind the last reading the next one begins: Moodle's cron writes
            completions down hours after they happened, with the earlier time.
        overrides: whether, when everything is read anew, the gradebook is searched for grades of
            plain assignments that somebody wrote into it by hand.
    """

    strategy: Literal["report", "batch", "single"] | None = None
    full_days: float = Field(default=7.0, ge=0)
    overlap_hours: float = Field(default=48.0, gt=0)
    overrides: bool = True


class AttributeSource(SettingsModel):
    """Where a teacher's attribute comes from: one profile field, or membership in cohorts.

    Attributes:
        profile_field: short name of a user profile field.
        values: what stands in the field → what the rules call it; what is not listed stays as is.
        separator: where one field holds several values (``班主任、骨干教师``), what parts them.
        cohorts: idnumber of a cohort → the value that its members have.
    """

    profile_field: str | None = None
    values: dict[str, str] = Field(default_factory=dict)
    separator: str | None = None
    cohorts: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.profile_field is None) == (not self.cohorts):
            raise ValueError("give either profile_field or cohorts")
        return self


class PeopleSettings(SettingsModel):
    """Who is a teacher, and what is known of them.

    Attributes:
        cohorts: idnumbers of the cohorts that hold the teachers; empty: everyone on the site.
        attributes: where each attribute comes from.
        key: by which a teacher is the same person on several sites of one ledger: ``idnumber``,
            ``username``, ``email``, or ``profile_field:`` and a field's short name; None: no site
            is compared with another.
        time_zone: the zone in which the site's date fields were entered.
    """

    cohorts: tuple[str, ...] = ()
    attributes: dict[Attribute, AttributeSource] = Field(default_factory=dict)
    key: Annotated[str, Field(pattern=_KEY)] | None = None
    time_zone: Annotated[str, AfterValidator(_zone)] = "Asia/Shanghai"


class PaperSettings(SettingsModel):
    """How certificates look; what one award does not say is as under ``[certificates]``.

    Attributes:
        template: name of a shipped template, or of one in the folder ``templates``.
        seal: image of the authority's seal, SVG or PNG, relative to the settings file.
        signature: image of a signature, likewise.
        signatory: who signs, as shown beside the signature.
        authority: who issues it, in Chinese; empty: the authority that the scheme names.
        authority_en: the same in English.
        transcript: whether pages follow that list the hours behind it.
    """

    template: Annotated[str, Field(pattern=_TEMPLATE)] | None = None
    seal: Path | None = None
    signature: Path | None = None
    signatory: str = ""
    authority: str = ""
    authority_en: str = ""
    transcript: bool | None = None


class AwardSettings(PaperSettings):
    """How one award of a scheme reaches Moodle, and how its certificate looks.

    Attributes:
        scheme: the scheme's id.
        award: the award's id in the scheme.
        route: ``cohort`` or ``record-course``.
        cohort: idnumber of the cohort, ``{period}`` stands for the period's key.
        course: idnumber of the record course.
        activity: idnumber of the assignment in it, ``{period}`` as above.
        badge: the badge's name in Moodle, to read back that it is held; ``{period}`` as above.
        grade: what is written as grade: recognised hours, or the points of the scheme's
            assessment.
        serial: how its numbers are written; None: as ``[certificates]`` says.
        more_hours: when hours that were earned after the certificate was issued give a new one:
            as soon as they count, or once, when the period is over.
    """

    scheme: str
    award: str
    route: Route
    cohort: str | None = None
    course: str | None = None
    activity: str | None = None
    badge: str | None = None
    grade: Literal["hours", "points"] = "hours"
    serial: _SERIAL | None = None
    more_hours: Literal["at-once", "at-end"] = "at-once"

    @model_validator(mode="after")
    def _complete(self) -> Self:
        needed = {
            Route.COHORT: ("cohort", "badge"),
            Route.RECORD_COURSE: ("course", "activity"),
        }[self.route]
        missing = [name for name in needed if not getattr(self, name)]
        if missing:
            raise ValueError(f"route {self.route} needs {' and '.join(missing)}")
        for name in ("cohort", "activity", "badge"):
            value = getattr(self, name)
            if value is not None and "{period}" not in value:
                raise ValueError(
                    f"{name} needs {{period}} in it: Moodle gives a badge only once, so every "
                    "period has its own"
                )
        return self

    def target(self, period: str) -> str:
        """The idnumber of the cohort or record activity for a period."""
        return (self.cohort or self.activity or "").replace("{period}", period)

    def hands_over_in(self, activity: str) -> bool:
        """Whether an idnumber is that of the record activity of some period."""
        before, found, behind = (self.activity or "").partition("{period}")
        fits = bool(found) and activity.startswith(before) and activity.endswith(behind)
        return fits and activity[len(before) : len(before) + 1].isdigit()

    def badge_name(self, period: str) -> str | None:
        """The badge's name in Moodle for a period, None where no badge hangs on the route."""
        return None if self.badge is None else self.badge.replace("{period}", period)


class LimitSettings(SettingsModel):
    """How much one plan may change without an explicit word.

    Attributes:
        awards: most awards issued by one plan.
        supersessions: most certificates that stand and that one plan corrects, renews or lets
            expire.
        withdrawals: most awards that one plan takes back, where that was allowed at all.
        share: largest share of all known teachers that one plan gives awards to, once it gives
            more than ``share_from`` awards.
        share_from: see ``share``.
        pull_age_hours: hours after which ``apply`` wants Moodle to be read anew.
    """

    awards: int = Field(default=200, ge=0)
    supersessions: int = Field(default=50, ge=0)
    withdrawals: int = Field(default=10, ge=0)
    share: float = Field(default=0.5, ge=0, le=1)
    share_from: int = Field(default=60, ge=0)
    pull_age_hours: float = Field(default=24.0, gt=0)


class CertificateSettings(PaperSettings):
    """What stands on a certificate besides what the decision says.

    Attributes:
        templates: folder of own templates, one folder each, relative to the settings file.
        serial: how the numbers of certificates are written, see ``SerialPattern``.
        badge_serial: how those of badges without certificate are.
        verification_url: where the QR code leads; the certificate's id is appended. Without it
            the serial and the fingerprint stand there as text.
        fonts: folder with further fonts, for characters in names that the installed fonts lack;
            relative to the settings file.
        keys: folder with the issuer's keys, relative likewise; without it certificates carry no
            signed credential.
    """

    templates: Path | None = None
    serial: _SERIAL = "CPD-{year}-{number:06}"
    badge_serial: _SERIAL = "CPDB-{year}-{number:06}"
    verification_url: _ADDRESS | None = None
    fonts: Path | None = None
    keys: Path | None = None


class Settings(SettingsModel):
    """All settings of one installation.

    Attributes:
        ledger: path of the ledger's file, relative to the settings file.
        rules: path of the folder with ``schemes/`` and ``courses/``, relative likewise.
    """

    ledger: Path = Path("moodle-cpd.sqlite")
    rules: Path = Path("mappings")
    site: SiteSettings
    people: PeopleSettings = PeopleSettings()
    pull: PullSettings = PullSettings()
    limits: LimitSettings = LimitSettings()
    certificates: CertificateSettings = CertificateSettings()
    awards: tuple[AwardSettings, ...] = ()
    running_hours: tuple[RunningHoursSettings, ...] = ()

    @model_validator(mode="after")
    def _activities_apart(self) -> Self:
        seen: set[tuple[str, str]] = set()
        for each in self.running_hours:
            name = f"running_hours: activity '{each.activity}'"
            if (each.course, each.activity) in seen:
                raise ValueError(f"{name} is named twice; it shows one scheme")
            seen.add((each.course, each.activity))
            if any(
                award.course == each.course and award.hands_over_in(each.activity)
                for award in self.awards
            ):
                raise ValueError(
                    f"{name} is one in which certificates are handed over: a grade there would "
                    "complete it and give the badge; make another assignment"
                )
        return self

    @model_validator(mode="after")
    def _numbers_apart(self) -> Self:
        patterns = list(dict.fromkeys(self._serials()))
        for number, one in enumerate(patterns):
            for other in patterns[number + 1 :]:
                if SerialPattern(one).may_meet(SerialPattern(other)):
                    raise ValueError(
                        f"serial patterns '{one}' and '{other}' can give the same number"
                    )
        return self

    def _serials(self) -> Iterator[str]:
        yield self.certificates.serial
        yield self.certificates.badge_serial
        yield from (award.serial for award in self.awards if award.serial)

    def serial_pattern(self, award: AwardSettings) -> SerialPattern:
        """How the numbers of an award are written."""
        texts = self.certificates
        general = texts.badge_serial if award.route is Route.COHORT else texts.serial
        return SerialPattern(award.serial or general)

    def paper(self, scheme: str, award: str) -> PaperSettings:
        """How an award's certificates look: its own settings, then those of all certificates."""
        own = next(
            (each for each in self.awards if (each.scheme, each.award) == (scheme, award)),
            PaperSettings(),
        )
        return PaperSettings(
            **{
                name: getattr(own, name) or getattr(self.certificates, name)
                for name in PaperSettings.model_fields
                if name != "transcript"
            },
            transcript=own.transcript
            if own.transcript is not None
            else bool(self.certificates.transcript),
        )

    def record_courses(self) -> frozenset[str]:
        """Idnumbers of the courses in which we write; nothing in them is ever a fact."""
        awards = {award.course for award in self.awards if award.course}
        return frozenset(awards | {each.course for each in self.running_hours})
