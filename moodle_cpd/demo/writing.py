"""What the made-up teachers hand in: texts of a given length, and scans."""

from __future__ import annotations

from random import Random
from typing import Final

_SENTENCES: Final = (
    "通过这次学习，我对教师的职责有了更深的认识。",
    "课堂是师生共同成长的地方，倾听比讲授更重要。",
    "面对不同的学生，我们要用不同的方法去引导。",
    "在今后的工作中，我将把所学用到每一节课里。",
    "家校沟通需要耐心，也需要方法。",
    "信息技术为教学打开了新的窗口。",
    "每个孩子都值得被看见、被尊重。",
    "教研活动中，同事们的建议使我受益良多。",
    "心理健康是教师幸福工作的基础。",
    "反思让经验变成智慧。",
)
_WIDTH: Final = 180


def essay(random: Random, length: int) -> str:
    """An online text as Moodle's editor stores it: HTML paragraphs.

    Args:
        random: the source of chance.
        length: characters without mark-up; there is no white space among them.
    """
    first = random.randrange(len(_SENTENCES))
    round_once = "".join(_SENTENCES[first:] + _SENTENCES[:first])
    text = (round_once * (length // len(round_once) + 1))[:length]
    paragraphs = (text[place : place + _WIDTH] for place in range(0, length, _WIDTH))
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


def scan(user: int, assignment: int) -> bytes:
    """The content of a handed-in file; different for everybody."""
    return f"%PDF-1.4\n% scan of user {user} for assignment {assignment}\n%%EOF\n".encode()
