"""What lacks, by when, and what would give it: in words, and as plain values."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from moodle_cpd.decide.codec import Json, number, place_json
from moodle_cpd.decide.missing import Lack, Missing, Phase, Way
from moodle_cpd.decide.ways import WayKind
from moodle_cpd.decide.wording import OUTCOMES, UNITS, Wording
from moodle_cpd.model.decision import Place, State, Text
from moodle_cpd.model.quantity import show, show_lacking

_MOST = 5
"""Ways that are listed at each requirement; JSON has all."""

_MISSING = ("还差 {} 项", "Still missing ({})")
_MISSED = ("缺少 {} 项", "What was missing ({})")
_ANY_OF = ("以下任选 {} 项", "any {} of these")
_PREFIXES = {
    WayKind.DO: Text("", ""),
    WayKind.RETRY: Text("再做一次：", "Once more: "),
    WayKind.REPEAT: Text("以前做过，本周期重做：", "Done before, again in this period: "),
    WayKind.RECORD: Text("凭证明导入的记录：", "By a record with its document: "),
    WayKind.MARK: Text("等待评分：", "Waits to be marked: "),
    WayKind.DATE: Text(
        "已做完，但 Moodle 没有给出时间，请管理员查明：",
        "Done, but Moodle gives no time, which a person must find out: ",
    ),
}


def missing_steps(
    missing: Missing, words: Wording, *, open_: bool, places: bool
) -> Iterator[tuple[int, str]]:
    """What lacks, in words, to stand right below an outcome.

    Args:
        missing: what lacks.
        words: the language and the scheme's zone.
        open_: the outcome is still open; how it would end is told.
        places: also tell where rules and course maps say so.

    Yields:
        Level from 1, and words.
    """
    return _Steps(missing, words, places=places).all(open_=open_)


def summary(missing: Missing, words: Wording) -> str:
    """How many things lack, and by when, in one short line; empty where nothing can be done."""
    if missing.phase is Phase.OVER:
        return ""
    if not missing.lacks:
        return words.say("各项已达到，等周期结束", "all is there; the period must end")
    if missing.phase is Phase.MARKING:
        day = missing.marked_by.isoformat()
        return words.say("还差 {} 项，评分截至 {}", "{} missing, marking until {}").format(
            len(missing.lacks), day
        )
    day = missing.last.isoformat()
    return words.say("还差 {} 项，截止 {}", "{} missing, due by {}").format(len(missing.lacks), day)


def missing_json(missing: Missing) -> Json:
    """What lacks, as plain values, with every way."""
    return {
        "phase": missing.phase.value,
        "last_day": missing.last.isoformat(),
        "marked_by": missing.marked_by.isoformat(),
        "lacks": [_lack_json(lack) for lack in missing.lacks],
        "in_the_end": missing.in_the_end.value,
        "rests_on": _both(missing.rests_on),
        "consequences": [
            {"flag": each.flag, "title": _both(each.title), "place": place_json(each.place)}
            for each in missing.consequences
        ],
    }


class _Steps:
    def __init__(self, missing: Missing, words: Wording, *, places: bool) -> None:
        self._missing = missing
        self._words = words
        self._say, self._of = words.say, words.of
        self._places = places

    def all(self, *, open_: bool) -> Iterator[tuple[int, str]]:
        lacks = self._missing.lacks
        yield 1, self._due()
        if lacks:
            over = self._missing.phase is Phase.OVER
            title = self._say(*_MISSED if over else _MISSING)
            yield 1, title.format(len(lacks))
        for lack in lacks:
            yield from self._lack(lack, 2)
        if lacks and self._missing.rests_on != Text():
            words = "只计「{}」认定的学时，见该项", "Only hours recognised in {} count; see there"
            yield 2, self._say(*words).format(self._of(self._missing.rests_on))
        if open_ and (lacks or self._missing.phase is not Phase.OVER):
            yield 1, self._in_the_end()

    def _due(self) -> str:
        missing, say = self._missing, self._say
        last, marked = missing.last.isoformat(), missing.marked_by.isoformat()
        match missing.phase:
            case Phase.RUNNING:
                due = say(
                    "截止日期：{}（含当天，{} 时间）", "Due by {} (that day included, {} time)"
                )
                late = say(
                    "；此前交的作业，最晚 {} 评完分",
                    "; work handed in by then is to be marked by {}",
                )
            case Phase.MARKING:
                due = say("本周期已于 {} 结束", "The period ended on {}")
                late = say(
                    "；已交的作业，最晚 {} 评完分",
                    "; work that was handed in is to be marked by {}",
                )
            case Phase.OVER:
                due = say(
                    "本周期已于 {} 结束，不能再补",
                    "The period ended on {}; nothing new counts for it",
                )
                late = say("（评分截至 {}）", " (marking until {})")
        late = "" if missing.marked_by == missing.last else late.format(marked)
        return due.format(last, self._words.zone) + late

    def _in_the_end(self) -> str:
        outcome = self._of(OUTCOMES[self._missing.in_the_end])
        told = [outcome, *(self._of(each.title) for each in self._missing.consequences)]
        words = self._say("如果到期时没有变化：{}", "If nothing changes until then: {}")
        return words.format(self._say("；", "; ").join(told))

    def _lack(self, lack: Lack, level: int) -> Iterator[tuple[int, str]]:
        text = self._of(lack.title) + self._state(lack)
        if lack.opens_hours:
            hangs = "（学时认定以此为条件）", " (the recognition of the hours hangs on it)"
            text += self._say(*hangs)
        yield level, text + self._place(lack.place)
        for part in lack.parts:
            yield from self._lack(part, level + 1)
        for way in lack.ways[:_MOST]:
            yield level + 1, self._way(way, lack)
        if len(lack.ways) > _MOST:
            more = self._say("……另有 {} 个办法", "… and {} more ways")
            yield level + 1, more.format(len(lack.ways) - _MOST)
        if self._missing.phase is Phase.RUNNING and self._out_of_reach(lack):
            yield level + 1, _out_of_reach(lack, self._words)
            if lack.spent:
                words = (
                    "以前的周期已计过、不重复计的：{}",
                    "Counted before, and counts only once: {}",
                )
                some = self._say("；", "; ").join(lack.spent[:_MOST])
                yield level + 1, self._say(*words).format(some)

    def _out_of_reach(self, lack: Lack) -> bool:
        """Whether all ways are known and not enough; there may be any number of records."""
        open_ = lack.parts or lack.closable or self._missing.rests_on != Text()
        return not open_ and all(way.kind is not WayKind.RECORD for way in lack.ways)

    def _state(self, lack: Lack) -> str:
        """How much there is and lacks, and what is wrong with it."""
        told = []
        if lack.choose:
            whole = lack.choose == len(lack.parts)
            words = ("以下 {} 项都要", "all {} of these") if whole else _ANY_OF
            told.append(self._say(*words).format(lack.choose))
        elif _counts(lack) and lack.gap is not None and lack.need is not None:
            unit = self._of(UNITS[lack.unit])
            words = ("已有 {} / {} {}，还差 {} {}", "{} of {} {}, {} {} to go")
            have, need = show(lack.have or Decimal(0)), show(lack.need)
            told.append(self._say(*words).format(have, need, unit, show_lacking(lack.gap), unit))
        if lack.reason.zh or lack.reason.en:
            told.append(self._of(lack.reason))
        return "".join(f" · {each}" for each in told)

    def _way(self, way: Way, lack: Lack) -> str:
        course = f"{way.course_name} ({way.course_code})"
        what = self._say("课程 {}", "course {}").format(course)
        if way.kind is WayKind.RECORD:
            what = way.course_name
        if way.activity is not None:
            name = way.activity_name or str(way.activity)
            what = self._say("{}（课程 {}）", "{} (in course {})").format(name, course)
        text = self._of(_PREFIXES[way.kind]) + what
        if way.kind is not WayKind.MARK and way.asks != Text():
            text += self._say("：", ": ") + self._of(way.asks)
        if way.gain is not None and _counts(lack):
            unit = self._of(UNITS[lack.unit])
            text += f" → {_at_most(way, self._words)}{show(way.gain)} {unit}"
        elif way.kind is WayKind.RECORD and lack.unit == "hours":
            text += self._say(" → 学时以记录为准", " → as many hours as it says")
        if way.through.zh or way.through.en:
            text += self._say("（{}）", " ({})").format(self._of(way.through))
        if way.also:
            text += self._say("，还有助于另外 {} 项", ", helps {} more of these").format(way.also)
        if way.graded_in_time:
            text += self._say("，须在截止日期前评完分", ", to be marked before the period ends")
        return text + self._place(way.entry)

    def _place(self, place: Place) -> str:
        return self._words.place(place) if self._places else ""


def _counts(lack: Lack) -> bool:
    """Whether numbers tell more than that it is not there: one of one piece does not."""
    return lack.unit != "items" or lack.need != 1


def _at_most(way: Way, words: Wording) -> str:
    """A grade decides how many points it is, and whether marked work counts at all."""
    if way.by_grade:
        return words.say("最多 ", "up to ")
    if way.kind is WayKind.MARK:
        return words.say("合格可得 ", "if it passes ")
    if way.kind is WayKind.DATE:
        return words.say("如在本周期内可得 ", "if it lies in this period ")
    return ""


def _out_of_reach(lack: Lack, words: Wording) -> str:
    if not lack.ways:
        return words.say(
            "本站点目前没有可以补上它的课程或活动，请联系管理员",
            "No course or activity of this site would give it now; ask the administrator",
        )
    if lack.reachable is None or lack.need is None:
        return words.say("以上全部做完仍不够", "All of this together is not enough")
    return words.say(
        "以上全部做完也只有 {} {}，仍不够，请联系管理员",
        "All of this together comes to {} {}, which is not enough; ask the administrator",
    ).format(show(lack.reachable), words.of(UNITS[lack.unit]))


def _lack_json(lack: Lack) -> Json:
    return {
        "title": _both(lack.title),
        "state": lack.state.value,
        "waits_for_marking": lack.state is State.UNKNOWN,
        "have": _maybe(lack.have),
        "need": _maybe(lack.need),
        "unit": lack.unit,
        "gap": _maybe(lack.gap),
        "opens_hours": lack.opens_hours,
        "reason": _both(lack.reason),
        "place": place_json(lack.place),
        "choose": lack.choose,
        "parts": [_lack_json(part) for part in lack.parts],
        "ways": [_way_json(way) for way in lack.ways],
        "reachable": _maybe(lack.reachable),
        "closable": lack.closable,
        "spent": list(lack.spent),
    }


def _way_json(way: Way) -> Json:
    return {
        "kind": way.kind.value,
        "course": way.course,
        "course_name": way.course_name,
        "course_code": way.course_code,
        "activity": way.activity,
        "activity_name": way.activity_name,
        "gain": _maybe(way.gain),
        "enough": way.enough,
        "also": way.also,
        "through": _both(way.through),
        "asks": _both(way.asks),
        "by_grade": way.by_grade,
        "graded_in_time": way.graded_in_time,
        "entry": place_json(way.entry),
    }


def _both(text: Text) -> Json:
    return {"zh": text.zh, "en": text.en}


def _maybe(value: Decimal | None) -> str | None:
    return None if value is None else number(value)
