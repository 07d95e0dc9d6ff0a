"""One teacher's awards on an embedded Moodle, decided as a test wishes, applied step by step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Connection

from moodle_cpd.apply import ApplyReport, Delivery, apply_plan
from moodle_cpd.certificates import NoticeRenderer, Press, Stationery
from moodle_cpd.cli import app
from moodle_cpd.cli.everybody import standing
from moodle_cpd.config import load_settings, read_token
from moodle_cpd.demo import EmbeddedMoodle, Request, Response
from moodle_cpd.errors import ExitCode
from moodle_cpd.ledger import Ledger
from moodle_cpd.ledger.store import Store
from moodle_cpd.model.award import Award
from moodle_cpd.model.decision import Outcome
from moodle_cpd.model.result import Result
from moodle_cpd.moodle import Client, Moodle, Writer
from moodle_cpd.plan import Plan, make_plan
from tests.settings import homeroom_only, write_settings

WRITES = {
    *("core_cohort_add_cohort_members", "core_cohort_delete_cohort_members"),
    *("core_files_upload", "mod_assign_save_grades"),
}
ACTIVITY = "homeroom-2026"


class Cut(BaseException):
    """The process is gone."""


class Steps:
    """Counts lasting steps, and cuts the run off after one of them."""

    def __init__(self) -> None:
        self.left = 0
        self.unheard = False

    def passed(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Cut

    def note_write(self, request: Request) -> Response | None:
        if request.function in WRITES:
            self.unheard = True
        return None


class Hand:
    """One teacher's awards on an embedded Moodle, decided as a test wishes."""

    def __init__(self, site: EmbeddedMoodle, config: Path) -> None:
        self.site, self.config = site, config
        self.settings = load_settings(config)
        self.path = config.parent / "ledger.sqlite"
        self.draw, self.draw_notice = Press([Stationery()], processes=1), NoticeRenderer()
        with Ledger.open(self.path) as ledger:
            results = list(standing(ledger, "demo"))
        self.result = next(r for r in results if r.outcome is Outcome.MET and r.period == "2026")
        self.steps = Steps()

    def awards(self, ledger: Ledger) -> list[Award]:
        found = ledger.awards("demo").values()
        return [award for award in found if award.key.teacher == self.result.teacher]

    def plan(self, ledger: Ledger, *results: Result) -> Plan:
        whole = make_plan(
            site="demo",
            url=self.site.url,
            rules_digest="",
            certificates="",
            read_at=None,
            on=datetime.now(UTC),
            results=results,
            awards=ledger.awards("demo"),
            routes=self.settings.awards,
        )
        teacher = self.result.teacher
        mine = tuple(action for action in whole.actions if action.award.teacher == teacher)
        return replace(whole, actions=mine)

    def apply(self, *results: Result, cut_after: int = 0) -> ApplyReport:
        self.steps.left, self.steps.unheard = cut_after, False
        client = Client(self.settings.site, read_token(self.settings.site))
        with Ledger.open(self.path) as ledger:
            moodle = Moodle(client)
            delivery = Delivery(
                moodle=moodle,
                writer=Writer(moodle),
                ledger=ledger,
                settings=self.settings,
                people=ledger.people("demo"),
                run=1,
                clock=lambda: datetime.now(UTC),
            )
            try:
                return apply_plan(
                    self.plan(ledger, *results),
                    delivery,
                    lambda: self.draw,
                    lambda: self.draw_notice,
                    Silent(),
                    withdraw=True,
                )
            finally:
                self.steps.left = 0
                client.close()


class Silent:
    """Nobody watches."""

    def start(self, label: str, total: int | None) -> None:
        pass

    def advance(self, count: int = 1) -> None:
        pass


def met(hand: Hand, hours: int) -> Result:
    return replace(hand.result, recognised=hand.result.recognised + Decimal(hours))


def lost(hand: Hand) -> Result:
    return replace(hand.result, outcome=Outcome.NOT_MET, awards=(), unmet=True)


def hand_on(site: EmbeddedMoodle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hand:
    """A hand on a site whose people were read; nothing is issued yet."""
    config = write_settings(tmp_path, site, rules=homeroom_only(tmp_path / "rules"))
    assert app.run(["-c", str(config), "-q", "sync", "--json"]) == ExitCode.CHANGES_PENDING
    hand = Hand(site, config)
    site.after.append(hand.steps.note_write)
    write = Store._write

    @contextmanager
    def counted(self: Store) -> Iterator[Connection]:
        if hand.steps.unheard:
            hand.steps.unheard = False
            hand.steps.passed()
        with write(self) as connection:
            yield connection
        hand.steps.passed()

    monkeypatch.setattr(Store, "_write", counted)
    return hand
