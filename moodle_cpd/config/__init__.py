"""Settings of one installation: ``moodle-cpd.toml``, and the token from outside it.

Everything that depends on the site stands here; everything that an authority decides stands in
the rules.
"""

from moodle_cpd.config.hours import Hours
from moodle_cpd.config.reading import load_settings, read_token
from moodle_cpd.config.running_hours import RunningHoursSettings
from moodle_cpd.config.settings import (
    TOKEN_VARIABLE,
    AttributeSource,
    AwardSettings,
    CertificateSettings,
    LimitSettings,
    PaperSettings,
    PeopleSettings,
    PullSettings,
    Settings,
    SiteSettings,
)

CONFIG_NAME = "moodle-cpd.toml"

__all__ = [
    "CONFIG_NAME",
    "TOKEN_VARIABLE",
    "AttributeSource",
    "AwardSettings",
    "CertificateSettings",
    "Hours",
    "LimitSettings",
    "PaperSettings",
    "PeopleSettings",
    "PullSettings",
    "RunningHoursSettings",
    "Settings",
    "SiteSettings",
    "load_settings",
    "read_token",
]
