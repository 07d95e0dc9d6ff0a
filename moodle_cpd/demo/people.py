"""The people of a made-up prefecture: counties, schools, names, duties, dates.

Names are drawn from common Chinese surnames and given names, with rare characters and awkward
ones mixed in at fixed places, so that every seed has them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

TEACHER: Final = "教师"
HOMEROOM: Final = "班主任"
BACKBONE: Final = "骨干教师"
PROSPECTIVE_HOMEROOM: Final = "拟任班主任"
GRADE_ONE: Final = "高一教师"
HEAD: Final = "校长"
SUPPORT: Final = "教辅人员"


@dataclass(frozen=True, slots=True)
class School:
    """A school of the prefecture and the stage it teaches."""

    name: str
    county: str
    stage: str


SHEXIAN: Final = "射县实验小学"
YULIN: Final = "榆林镇中心小学"
"""Two schools that train by plans of their own."""

SCHOOLS: Final = (
    School(SHEXIAN, "射县", "小学"),
    School("千山区第一初级中学", "千山区", "初中"),
    School("千山区高级中学", "千山区", "高中"),
    School("云岭县中心幼儿园", "云岭县", "幼儿园"),
    School(YULIN, "云岭县", "小学"),
    School("云岭县职业高级中学", "云岭县", "中职"),
)

_SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏"
)
_DOUBLE_SURNAMES: Final = ("欧阳", "司马", "上官", "诸葛")
_GIVEN: Final = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰文红建国志梅建平海燕晓东雪松春梅宇轩"
    "子涵思远嘉怡浩然欣怡梦琪立新永康雨桐"
)

# The places are given as fractions of the list, so that worlds of any size have them.
_PRESET_NAMES: Final = (
    ("𠅤", "建国"),
    ("龚", "䶮"),
    ("王", "㛃"),
    ("李", "㙓"),
    ("陈", "𬭚"),
    ("吉克", "阿依·曲莫"),
    ("O'Brien", "Máire"),
    ("赵", '=HYPERLINK("http://example.invalid","点我")'),
    ("孙", "#晓明"),
    ("周 ", "小 红"),
    ("吴", "小&宝"),
)


@dataclass(frozen=True, slots=True)
class Teacher:
    """A made-up teacher as the site's administrator would enter them; None is a missing value.

    Attributes:
        lastname: family name.
        firstname: given name.
        school: where they work, None where the profile was left empty.
        duties: one or more duties, in the order in which they are joined with ``、``.
        birth: date of birth.
        hire: first day of service.
        idnumber: the authority's own number, may be empty.
        suspended: the account is suspended.
    """

    lastname: str
    firstname: str
    school: School | None
    duties: tuple[str, ...]
    birth: date | None
    hire: date | None
    idnumber: str
    suspended: bool


def draw_teachers(random: Random, number: int, today: date) -> list[Teacher]:
    """Make up teachers, spread evenly over the schools.

    Args:
        random: the source of chance; the same state gives the same people.
        number: how many.
        today: nobody is hired after it.
    """
    names = _names(random, number)
    return [_draw(random, index, names[index], today) for index in range(number)]


def _names(random: Random, number: int) -> list[tuple[str, str]]:
    names = []
    for _ in range(number):
        surname = (
            random.choice(_DOUBLE_SURNAMES) if random.random() < 0.03 else random.choice(_SURNAMES)
        )
        given = "".join(random.sample(_GIVEN, 1 if random.random() < 0.25 else 2))
        names.append((surname, given))
    for place, name in enumerate(_PRESET_NAMES):
        if number > len(_PRESET_NAMES):
            names[(place * number) // len(_PRESET_NAMES) + 3 * number // 100] = name
    return names


def _draw(random: Random, index: int, name: tuple[str, str], today: date) -> Teacher:
    school = SCHOOLS[index % len(SCHOOLS)]
    age = random.randint(24, 58)
    birth = today - timedelta(days=int(age * 365.25) + random.randrange(365))
    years = max(0, min(age - 22, int(random.expovariate(1 / 12))))
    hire = date(today.year - years, 9, 1)
    if hire > today:
        hire = date(today.year - 1, 9, 1)
    return Teacher(
        lastname=name[0],
        firstname=name[1],
        school=None if index % 37 == 17 else school,
        duties=_duties(random, index),
        birth=None if index % 41 == 11 else birth,
        hire=None if index % 43 == 19 else hire,
        idnumber="" if index % 31 == 23 else f"T{index + 1:04d}",
        suspended=index % 40 == 29,
    )


def _duties(random: Random, index: int) -> tuple[str, ...]:
    if index < len(SCHOOLS):
        return (HEAD,)
    if index % 29 == 13:
        return (SUPPORT,)
    duties = [TEACHER]
    if random.random() < 0.42:
        duties.append(HOMEROOM)
    if random.random() < 0.15:
        duties.append(BACKBONE)
    if HOMEROOM not in duties and index % 11 == 4:
        duties.append(PROSPECTIVE_HOMEROOM)
    if SCHOOLS[index % len(SCHOOLS)].stage == "高中" and index % 4 == 0:
        duties.append(GRADE_ONE)
    return tuple(duties)
