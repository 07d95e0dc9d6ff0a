"""What teachers are told, in the languages that they have: the program's own words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from moodle_cpd.decide.wording import OUTCOMES, UNITS
from moodle_cpd.model.decision import Outcome, Text


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language; those of the rules come as the rules have them."""

    chinese: bool
    outcomes: dict[Outcome, str]
    hours: str
    earned: str
    points: str
    missing: str
    lacks: str
    unknown: str
    of_all: str
    any_of: str
    more: str
    all_there: str
    until: str
    colon: str
    stop: str
    between: str
    number: str
    ground: str
    units: dict[str, str]

    def of(self, text: Text) -> str:
        """A text of the rules in this language, or in the other one."""
        return text.told(chinese=self.chinese)


SIMPLIFIED: Final = Words(
    chinese=True,
    outcomes={outcome: words.zh for outcome, words in OUTCOMES.items()},
    hours="目前认定 {} 学时",
    earned="（已修 {} 学时）",
    points="目前 {} 分",
    missing="还差：",
    lacks="还差 {} 学时",
    unknown="待定",
    of_all="（{} / {}）",
    any_of="以下任选 {} 项：{}",
    more="另有 {} 项",
    all_there="各项要求均已达到，等周期结束。",
    until="有效期至 {}",
    colon="：",
    stop="。",
    between="，",
    number="证书编号：{}",
    ground="依据《{scheme}》{paragraph}：{period}，认定 {hours} 学时，各项要求均已达到。",
    units={unit: words.zh for unit, words in UNITS.items()},
)
TRADITIONAL: Final = Words(
    chinese=True,
    outcomes={
        Outcome.NOT_APPLICABLE: "不適用",
        Outcome.EXEMPT: "免修",
        Outcome.WAIVED: "自願放棄",
        Outcome.IN_PROGRESS: "進行中",
        Outcome.MET: "達到要求",
        Outcome.NOT_MET: "未達到要求",
        Outcome.VALID: "資格有效",
        Outcome.EXPIRING: "資格即將失效",
        Outcome.LAPSED: "資格已失效",
    },
    hours="目前認定 {} 學時",
    earned="（已修 {} 學時）",
    points="目前 {} 分",
    missing="還差：",
    lacks="還差 {} 學時",
    unknown="待定",
    of_all="（{} / {}）",
    any_of="以下任選 {} 項：{}",
    more="另有 {} 項",
    all_there="各項要求均已達到，等週期結束。",
    until="有效期至 {}",
    colon="：",
    stop="。",
    between="，",
    number="證書編號：{}",
    ground="依據《{scheme}》{paragraph}：{period}，認定 {hours} 學時，各項要求均已達到。",
    units={"hours": "學時", "points": "分", "items": "項"},
)
ENGLISH: Final = Words(
    chinese=False,
    outcomes={outcome: words.en for outcome, words in OUTCOMES.items()}
    | {
        Outcome.VALID: "qualification valid",
        Outcome.EXPIRING: "qualification lapses soon",
        Outcome.LAPSED: "qualification lapsed",
    },
    hours="{} hours recognised so far",
    earned=" ({} earned)",
    points="{} points so far",
    missing="Still missing:",
    lacks="{} hours to go",
    unknown="not known yet",
    of_all=" ({} / {})",
    any_of="any {} of these: {}",
    more="and {} more",
    all_there="All is there; the period must end.",
    until="valid until {}",
    colon=": ",
    stop=".",
    between=", ",
    number="Certificate No. {}",
    ground="{scheme}{paragraph}: {period}, {hours} hours recognised, every requirement met.",
    units={unit: words.en for unit, words in UNITS.items()},
)
_TRADITIONAL_CODES: Final = ("zh_tw", "zh_hk", "zh_mo", "zh_hant")


def language_of(code: str) -> str:
    """The language in which a teacher is told: ``zh``, ``zh-tw`` or ``en``.

    Args:
        code: Moodle's code of the teacher's language, for example ``zh_cn``.
    """
    if code.lower().startswith(_TRADITIONAL_CODES):
        return "zh-tw"
    return "zh" if code.lower().startswith("zh") else "en"


def words_of(language: str) -> Words:
    """The words of a language as ``language_of`` names it."""
    return {"zh": SIMPLIFIED, "zh-tw": TRADITIONAL}.get(language, ENGLISH)
