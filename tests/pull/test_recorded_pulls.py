"""The three strategies on what one real Moodle answered, each to the requests of its own pull.

The site: eight teachers in ten courses, some of them enrolled twice, and one completion whose
criterion has no time. Each request must be one that was made then, to the last parameter.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from moodle_cpd.config import PeopleSettings, PullSettings, Settings, SiteSettings
from moodle_cpd.ledger import Ledger
from moodle_cpd.model.fact import FactKind
from moodle_cpd.moodle import Client, Moodle
from moodle_cpd.moodle.reply import RawReply
from moodle_cpd.pull.catalogue import Catalogue
from moodle_cpd.pull.completions import read_completions
from moodle_cpd.pull.people import read_people
from moodle_cpd.pull.reading import Reading
from moodle_cpd.pull.strategies import Strategy, choose
from moodle_cpd.pull.watermarks import Watermarks
from tests.live.exchange import function_first
from tests.pull.site import Silent

FOLDER = Path(__file__).parents[1] / "recorded" / "pulls"
NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
REPORT, COHORT = 11, "rec8"
UNCERTAIN = (7, 2)

Completions = dict[tuple[int, int], datetime | None]


def pulled(strategy: Strategy, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Completions:
    """Completions as a strategy finds them on the recorded site, by teacher and course."""
    recorded = json.loads((FOLDER / f"{strategy}.json").read_text(encoding="utf-8"))
    replies = {form(each["form"]): each["reply"] for each in recorded}
    asked = set()

    def post(_path: str, pairs: Any, **_options: Any) -> RawReply:
        key = form(pairs)
        asked.add(key)
        return RawReply(200, {}, json.dumps(replies[key]).encode(), 0.0)

    settings = Settings(
        site=SiteSettings(name=str(strategy), url="https://moodle.example", report=REPORT),
        people=PeopleSettings(cohorts=(COHORT,)),
        pull=PullSettings(strategy=strategy.value),
    )
    moodle = Moodle(Client(settings.site, SecretStr("0" * 32), clock=lambda: 0.0))
    monkeypatch.setattr(moodle.client.transport, "post", post)
    assert moodle.info.functions, "each run asks for this first"
    assert choose(moodle, settings) is strategy
    moodle.one_by_one = strategy is Strategy.SINGLE
    name, run = moodle.name, ledger.start_run(moodle.name, "pull", NOW)
    marks = Watermarks(ledger, name, settings.pull, now=NOW, site_now=NOW, full=False)
    reading = Reading(moodle, ledger, settings, run, NOW, Silent(), strategy, marks)
    teachers = read_people(reading)
    catalogue = Catalogue(reading, lambda course: course.idnumber.startswith("C-"))
    read_completions(reading, catalogue, teachers)
    assert asked == set(replies), "nothing of the recorded pull was left out"
    assert reading.tally.new[FactKind.COURSE_COMPLETED] == 56
    return {
        (fact.teacher, fact.course): fact.at for _, facts in ledger.facts(name) for fact in facts
    }


def form(pairs: Any) -> tuple[tuple[str, str], ...]:
    return function_first([(name, str(value)) for name, value in pairs])


def test_all_find_the_same_to_the_minute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        report, batch, single = (pulled(each, ledger, monkeypatch) for each in Strategy)
    assert batch == single
    assert batch.pop(UNCERTAIN) is None
    assert report.pop(UNCERTAIN) is not None, "where the criteria don't tell, the report does"
    assert report == batch
    assert None not in batch.values()
