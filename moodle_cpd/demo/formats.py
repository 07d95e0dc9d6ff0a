"""Names and times as Moodle writes them in a language and a zone."""

from __future__ import annotations

import re
from datetime import datetime, tzinfo
from typing import Final

from moodle_cpd.demo.state import User

_WEEKDAYS_ZH: Final = "一二三四五六日"


def full_name(user: User, language: str, order: str = "") -> str:
    """A person's name.

    Args:
        user: whose.
        language: Chinese puts the family name first and no space between.
        order: how the site puts names together whatever the language, empty without such setting.
    """
    if order:
        names = {"firstname": user.firstname, "lastname": user.lastname}
        return " ".join(names[part] for part in order.split()).strip()
    if language == "zh_cn":
        return f"{user.lastname}{user.firstname}"
    return f"{user.firstname} {user.lastname}".strip()


def plain(text: str) -> str:
    """A name as Moodle shows it: without tags, a bare ampersand as an entity."""
    return re.sub(r"&(?!\w+;|#\d+;)", "&amp;", without_tags(text))


def without_tags(text: str) -> str:
    """Text without what looks like a tag; ``<`` before white space is none."""
    return re.sub(r"<[^\s>][^>]*>?", "", text)


def date_time(moment: int | None, zone: tzinfo, language: str) -> str:
    """A moment to the minute as reports show it; empty where there is none."""
    if not moment:
        return ""
    local = datetime.fromtimestamp(moment, zone)
    hour = local.hour % 12 or 12
    if language == "zh_cn":
        half = "上午" if local.hour < 12 else "下午"
        weekday = _WEEKDAYS_ZH[local.weekday()]
        return (
            f"{local.year}年{local.month:02d}月{local.day:02d}日 星期{weekday} "
            f"{half} {hour}:{local.minute:02d}"
        )
    half = "AM" if local.hour < 12 else "PM"
    return f"{local:%A}, {local.day} {local:%B} {local.year}, {hour}:{local.minute:02d} {half}"


def day(moment: int, zone: tzinfo, language: str) -> str:
    """The day of a moment, as a profile shows a date without a time."""
    local = datetime.fromtimestamp(moment, zone)
    if language == "zh_cn":
        return f"{local.year}年{local.month:02d}月{local.day:02d}日"
    return f"{local.day} {local:%B} {local.year}"
