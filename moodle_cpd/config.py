"""Settings of one installation: ``moodle-cpd.toml`` and the environment.

Everything that depends on the site stands here; everything that an authority decides stands in
the rules. Every problem of the file is reported at once, with its line.
"""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from moodle_cpd.errors import InputError
from moodle_cpd.model.award import Route
from moodle_cpd.model.people import Attribute
from moodle_cpd.problems import Problem

CONFIG_NAME = "moodle-cpd.toml"
TOKEN_VARIABLE = "MOODLE_CPD_TOKEN"  # noqa: S105 - the variable's name, not a token

_NAME = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SiteSettings(_Settings):
    """Which Moodle, and how to reach it.

    Attributes:
        name: short name of the site in the ledger; ids are unique only within a site.
        url: the site's address as in Moodle's ``wwwroot``.
        token_env: environment variable that holds the token.
        token_file: file that holds the token, looked at where the variable is not set.
        token_keyring: service name in the system's keyring, looked at last.
        ca_bundle: PEM file of an own certificate authority.
        proxy: address of a proxy.
        allow_http: allow plain HTTP to something else than loopback.
        connect_timeout: seconds.
        read_timeout: seconds without a byte.
        reply_timeout: seconds for a whole reply.
        retries: how often what is safe to repeat is repeated.
        batch_target: seconds that one batch of calls should take.
        report: id of the custom report over course participants, for ``doctor`` to check.
    """

    name: _NAME = "moodle"
    url: str
    token_env: str = TOKEN_VARIABLE
    token_file: Path | None = None
    token_keyring: str | None = None
    ca_bundle: Path | None = None
    proxy: str | None = None
    allow_http: bool = False
    connect_timeout: float = Field(default=10.0, gt=0)
    read_timeout: float = Field(default=120.0, gt=0)
    reply_timeout: float = Field(default=600.0, gt=0)
    retries: int = Field(default=4, ge=0, le=20)
    batch_target: float = Field(default=2.0, gt=0)
    report: int | None = None

    @model_validator(mode="after")
    def _address(self) -> Self:
        parts = urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("url must be an address such as https://moodle.example.edu.cn")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError("url must not carry a user, password, query or fragment")
        return self


class AttributeSource(_Settings):
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


class PeopleSettings(_Settings):
    """Who is a teacher, and what is known of them.

    Attributes:
        cohorts: idnumbers of the cohorts that hold the teachers; empty: everyone on the site.
        attributes: where each attribute comes from.
        time_zone: the zone in which the site's date fields were entered.
    """

    cohorts: tuple[str, ...] = ()
    attributes: dict[Attribute, AttributeSource] = Field(default_factory=dict)
    time_zone: str = "Asia/Shanghai"


class AwardSettings(_Settings):
    """How one award of a scheme reaches Moodle.

    Attributes:
        scheme: the scheme's id.
        award: the award's id in the scheme.
        route: ``cohort`` or ``record-course``.
        cohort: idnumber of the cohort, ``{period}`` stands for the period's key.
        course: idnumber of the record course.
        activity: idnumber of the assignment in it, ``{period}`` as above.
        badge: the badge's name in Moodle, to read back that it is held; ``{period}`` as above.
        grade: what is written as grade.
        template: the certificate's template.
    """

    scheme: str
    award: str
    route: Route
    cohort: str | None = None
    course: str | None = None
    activity: str | None = None
    badge: str | None = None
    grade: Literal["hours"] = "hours"

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

    def badge_name(self, period: str) -> str | None:
        """The badge's name in Moodle for a period, None where no badge hangs on the route."""
        return None if self.badge is None else self.badge.replace("{period}", period)


class LimitSettings(_Settings):
    """How much one plan may change without an explicit word.

    Attributes:
        awards: most awards issued by one plan.
        share: largest share of all known teachers that one plan gives awards to, once it gives
            more than ``share_from`` awards.
        share_from: see ``share``.
    """

    awards: int = Field(default=200, ge=0)
    share: float = Field(default=0.5, ge=0, le=1)
    share_from: int = Field(default=60, ge=0)


class CertificateSettings(_Settings):
    """What stands on a certificate besides what the decision says.

    Attributes:
        authority: who issues it, in Chinese and English.
        authority_en: the same in English.
        serial_prefix: first letters of every serial number.
        verification_url: where the QR code leads; the certificate's id is appended. Without it
            the serial and the fingerprint stand there as text.
        fonts: folder with further fonts, for characters in names that the installed fonts lack;
            relative to the settings file.
    """

    authority: str = "继续教育管理机构"
    authority_en: str = ""
    serial_prefix: str = Field(default="CPD", pattern=r"^[A-Z0-9]{1,12}$")
    verification_url: str | None = None
    fonts: Path | None = None


class Settings(_Settings):
    """All settings of one installation.

    Attributes:
        ledger: path of the ledger's file, relative to the settings file.
        rules: path of the folder with ``schemes/`` and ``courses/``, relative likewise.
    """

    ledger: Path = Path("moodle-cpd.sqlite")
    rules: Path = Path("mappings")
    site: SiteSettings
    people: PeopleSettings = PeopleSettings()
    limits: LimitSettings = LimitSettings()
    certificates: CertificateSettings = CertificateSettings()
    awards: tuple[AwardSettings, ...] = ()

    def record_courses(self) -> frozenset[str]:
        """Idnumbers of the courses in which we write; nothing in them is ever a fact."""
        return frozenset(award.course for award in self.awards if award.course)


def load_settings(path: Path) -> Settings:
    """Read the settings file; paths in it become absolute.

    Args:
        path: the file, usually ``moodle-cpd.toml``.

    Raises:
        InputError: it can't be read, is no TOML, or holds what it should not; all problems.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise InputError(
            Problem(str(path), "no such file", "", "Run 'moodle-cpd init' to write one")
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise InputError(Problem(str(path), f"cannot be read: {reason}")) from None
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(_toml_problem(path, str(error))) from None
    try:
        settings = Settings.model_validate(raw)
    except ValidationError as error:
        raise InputError(
            *(_setting_problem(path, text, dict(detail)) for detail in error.errors())
        ) from None
    return _with_absolute_paths(settings, path.resolve().parent)


def read_token(site: SiteSettings) -> SecretStr:
    """The token of the service account, from the environment, a file or the keyring, in order.

    Raises:
        InputError: there is none, or the file can't be read.
    """
    token = os.environ.get(site.token_env, "").strip()
    if not token and site.token_file is not None:
        try:
            token = site.token_file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise InputError(
                Problem(str(site.token_file), "the token file cannot be read as text")
            ) from None
    if not token and site.token_keyring is not None:
        token = _keyring_token(site)
    if not token:
        raise InputError(
            Problem(
                "token",
                f"none found for site '{site.name}'",
                f"the environment variable {site.token_env}, or token_file or token_keyring "
                "under [site]",
                "Moodle shows the token under Site administration > Server > Manage tokens",
            )
        )
    if not re.fullmatch(r"[0-9A-Za-z]{16,128}", token):
        raise InputError(
            Problem("token", "what was found is not a Moodle token", "letters and digits only")
        )
    return SecretStr(token)


def _keyring_token(site: SiteSettings) -> str:
    try:
        import keyring  # noqa: PLC0415 - an optional dependency
    except ImportError:
        raise InputError(
            Problem(
                "token_keyring",
                "the package 'keyring' is not installed",
                "",
                "Install it with: pip install 'moodle-cpd[keyring]'",
            )
        ) from None
    return (keyring.get_password(site.token_keyring, site.name) or "").strip()


def _with_absolute_paths(settings: Settings, base: Path) -> Settings:
    def absolute(path: Path | None) -> Path | None:
        return None if path is None else base / path

    site = settings.site.model_copy(
        update={
            "url": settings.site.url.rstrip("/"),
            "token_file": absolute(settings.site.token_file),
            "ca_bundle": absolute(settings.site.ca_bundle),
        }
    )
    return settings.model_copy(
        update={
            "ledger": base / settings.ledger,
            "rules": base / settings.rules,
            "site": site,
            "certificates": settings.certificates.model_copy(
                update={"fonts": absolute(settings.certificates.fonts)}
            ),
        }
    )


def _toml_problem(path: Path, message: str) -> Problem:
    match = re.search(r"^(.*?)\s*\(at line (\d+), column (\d+)\)$", message)
    if match is None:
        return Problem(str(path), f"not valid TOML: {message}")
    return Problem(f"{path}:{match[2]}:{match[3]}", f"not valid TOML: {match[1]}")


def _setting_problem(path: Path, text: str, detail: dict[str, Any]) -> Problem:
    location = [part for part in detail["loc"] if part != "[key]"]
    line = _line_of(text, location)
    name = ".".join(str(part) for part in location) or "the file"
    message = str(detail["msg"]).removeprefix("Value error, ")
    if detail["type"] == "extra_forbidden":
        message = "unknown setting"
    if detail["type"] == "missing":
        message = "a setting that is needed is missing"
    return Problem(f"{path}:{line}:1", f"{name}: {message}")


def _line_of(text: str, location: list[Any]) -> int:
    """The line on which a setting stands; TOML's reader in the standard library keeps none."""
    lines = text.splitlines()
    start = 0
    for part in location:
        if isinstance(part, int):
            name = str(location[0])
            headers = [n for n, line in enumerate(lines) if line.strip() == f"[[{name}]]"]
            start = headers[part] if part < len(headers) else start
            continue
        pattern = re.compile(rf"^\s*(\[+[\w.\"-]*\b{re.escape(str(part))}\b|\"?{part}\"?\s*=)")
        for number in range(start, len(lines)):
            if pattern.match(lines[number]):
                start = number
                break
    return start + 1
