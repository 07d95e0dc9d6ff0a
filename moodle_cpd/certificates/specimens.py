"""Made-up certificates that try a template: long names, rare characters, much and little."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final

from moodle_cpd.certificates.content import CertificateContent
from moodle_cpd.certificates.transcript import Transcript, TranscriptLine
from moodle_cpd.model.decision import Text

PLAIN: Final = CertificateContent(
    serial="CPD-2026-000123",
    verification_id="k7Qm2xV9sTz4Wb8NcE3pLw",
    award_title=Text("继续教育结业证书", "Certificate of Completion"),
    scheme_title=Text("中小学教师继续教育规定", "Regulation on Teachers' Continuing Education"),
    period_label="2025年3月至2026年2月",
    period_label_en="March 2025 to February 2026",
    teacher=0,
    full_name="欧阳慧敏",
    hours=Decimal(72),
    credits=Decimal("7.2"),
    issued_on=datetime(2026, 3, 1, 2, tzinfo=UTC),
    time_zone="Asia/Shanghai",
    authority="示例州教育和体育局",
    authority_en="Education Bureau of Example Prefecture",
    verification_url="https://cpd.example.edu.cn/verify",
)

NAMES: Final = (
    "李",
    "王𠮷",
    "𫍯㛃䶮",
    "阿依古丽·买买提",
    "努尔艾合买提·阿卜杜热西提·穆罕默德伊明阿吉·托合提买买提·艾则孜江·吐尔逊",
    "斯朗旺堆·格桑曲珍·次仁多吉·洛桑旦增·白玛央金·强巴扎西·索朗卓玛·德吉措姆",
    "Maria-Magdalena Alexandra von Hohenstein-Schwarzenberg",
    "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwaren",
    '#eval("1+1") *b* _i_ $x$ <script> =HYPERLINK(1) \\u{41} //',
)
"""One character; rare ones; other nationalities' names of 40 characters; Latin ones; and text that
would be markup if it were not plain text."""


def specimens() -> Iterator[tuple[str, CertificateContent]]:
    """What a template must be able to draw, each with words that tell what is special about it."""
    yield "a plain certificate", PLAIN
    for name in NAMES:
        yield f"the name {name}", replace(PLAIN, full_name=name)
    yield (
        "long titles and a long authority's name",
        replace(
            PLAIN,
            award_title=Text(
                "中小学幼儿园骨干教师和学科带头人专项能力提升培训结业证书",
                "Certificate of Completion of the Professional Development Programme",
            ),
            scheme_title=Text(
                "关于进一步加强全州中小学幼儿园教师继续教育学时登记与管理工作的实施细则（试行）",
                "Detailed Rules on the Registration of Continuing Education Hours (on trial)",
            ),
            authority="示例自治州教育和体育局教师工作科暨教师进修学校",
            authority_en="Education and Sports Bureau of the Example Autonomous Prefecture",
            period_label="2025年9月1日至2028年8月31日",
            period_label_en="1 September 2025 to 31 August 2028",
            serial="示州继教字[2026]第00000123号",
        ),
    )
    yield (
        "as little as there can be",
        replace(
            PLAIN,
            award_title=Text("结业证书"),
            scheme_title=Text("培训规定"),
            authority_en="",
            period_label_en="",
            credits=None,
            verification_url=None,
        ),
    )
    yield (
        "English alone",
        replace(PLAIN, award_title=Text("", "Certificate"), scheme_title=Text("", "Regulation")),
    )
    yield (
        "all that there can be",
        listed(
            replace(
                PLAIN,
                signatory="局长 王小明",
                valid_until=date(2029, 2, 28),
                replaces="CPD-2025-000099",
            ),
            200,
        ),
    )


def listed(content: CertificateContent, count: int) -> CertificateContent:
    """The content with the hours of a transcript of so many lines, and with that transcript."""
    transcript = long_transcript(count)
    hours = transcript.recognised
    return replace(content, hours=hours, credits=hours / 10, transcript=transcript)


def long_transcript(count: int) -> Transcript:
    """A transcript of so many lines; every seventh was capped, every eleventh has no date."""
    compulsory, elective = Text("必修", "Compulsory"), Text("选修", "Elective")
    lines = tuple(
        TranscriptLine(
            day=None if number % 11 == 10 else date(2025, 3, 1) + timedelta(days=number),
            course=f"第{number + 1}期 课堂教学观察与评价（线上线下混合研修）",
            category=elective if number % 3 else compulsory,
            given=Decimal(2),
            counted=Decimal("0.5") if number % 7 == 6 else Decimal(2),
            reason=Text("本类最多计 40 学时", "40 hours of this category at most")
            if number % 7 == 6
            else Text(),
        )
        for number in range(count)
    )
    sums = tuple(
        (title, sum((line.counted for line in lines if line.category is title), Decimal(0)))
        for title in (compulsory, elective)
    )
    earned = sum((hours for _, hours in sums), Decimal(0))
    return Transcript(lines, sums, earned, earned)
