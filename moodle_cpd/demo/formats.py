"""Names and times as Moodle writes them in a language and a zone."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Final

from moodle_cpd.demo.state import User

_WEEKDAYS_ZH: Final = "一二三四五六日"


def full_name(user: User, language: str) -> str:
    """A person's name: family name first in Chinese, last in English."""
    if language == "zh_cn":
        return f"{user.lastname}{user.firstname}"
    return f"{user.firstname} {user.lastname}"


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
