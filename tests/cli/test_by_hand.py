"""Adjusting and closing from the command line: what is refused, what is told, what then stands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from moodle_cpd.cli import app
from moodle_cpd.demo import EmbeddedMoodle
from moodle_cpd.errors import ExitCode
from moodle_cpd.ledger import Ledger
from tests.settings import homeroom_only, write_settings

SCHEME = "homeroom-teacher-30h"


class Installation:
    """The program on a site that was pulled and decided."""

    def __init__(self, config: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._config = config
        self._capsys = capsys

    def run(self, *arguments: str, expect: ExitCode = ExitCode.DONE) -> str:
        self._capsys.readouterr()
        code = app.run(["-c", str(self._config), *arguments])
        told = self._capsys.readouterr()
        assert code == expect, told.err
        return told.out + told.err

    def explained(self, teacher: str, period: str = "2026") -> dict[str, Any]:
        text = self.run("-q", "explain", teacher, "--period", period, "--json")
        found: dict[str, Any] = json.loads(text[: text.rindex("]") + 1])[0]
        return found


@pytest.fixture
def program(
    site: EmbeddedMoodle, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Installation:
    config = write_settings(tmp_path, site, rules=homeroom_only(tmp_path / "rules"))
    installation = Installation(config, capsys)
    installation.run("pull")
    installation.run("decide")
    return installation


WHY = ("--reason", "the list was lost", "--document", "D 2026-7")
ADD = (
    "add",
    "--scheme",
    SCHEME,
    "--category",
    "homeroom-training",
    "--hours",
    "4.5",
    "--on",
    "2026-05-01",
    *WHY,
)


def test_added_hours_count_are_told_and_withdrawn(program: Installation) -> None:
    before = float(program.explained("T0009")["decision"]["earned"])
    told = program.run("adjust", "T0009", *ADD)
    key = told.split("Recorded: ")[1].split(".")[0]
    program.run("decide")
    assert float(program.explained("T0009")["decision"]["earned"]) == before + 4.5
    text = program.run("explain", "T0009", "--period", "2026")
    assert key in text
    assert "D 2026-7" in text
    assert "1 adjustments" in program.run("status")
    again = program.run("adjust", "T0009", *ADD, expect=ExitCode.BAD_INPUT)
    assert "recorded already" in again
    program.run("adjust", "T0009", "withdraw", key, *WHY)
    program.run("decide")
    assert float(program.explained("T0009")["decision"]["earned"]) == before


def test_a_fact_is_removed_by_its_key(program: Installation) -> None:
    found = program.explained("T0009")
    line = next(each for each in found["decision"]["credit_lines"] if float(each["counted"]))
    scheme = ("--scheme", SCHEME)
    program.run("adjust", "T0009", "remove", *scheme, line["facts"][-1], *WHY)
    program.run("decide")
    now = program.explained("T0009")["decision"]
    lost = float(found["decision"]["earned"]) - float(now["earned"])
    assert lost == float(line["counted"])
    dated = ("date", *scheme, line["facts"][-1], "--on", "2026-05-01")
    told = program.run("adjust", "T0009", *dated, *WHY, expect=ExitCode.BAD_INPUT)
    assert "Moodle gives a time" in told


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("add", "--scheme", "nonsense", *ADD[3:]), "unknown: 'nonsense'"),
        (("add", *ADD[3:]), "Missing option '--scheme'"),
        ((*ADD[:4], "z", *ADD[5:]), "--category: unknown: 'z'"),
        ((*ADD[:6], "-1", *ADD[7:]), "--hours: '-1'"),
        (("remove", "--scheme", SCHEME, "0" * 16, *WHY), "no fact of that teacher"),
        (
            ("excuse", "--scheme", SCHEME, "z", "--on", "2026-05-01", *WHY),
            "WORK: unknown: 'z'",
        ),
        (("withdraw", "by-hand-0", *WHY), "no adjustment of that teacher"),
    ],
)
def test_what_can_not_be_meant_is_refused(
    program: Installation, arguments: tuple[str, ...], told: str
) -> None:
    assert told in program.run("adjust", "T0009", *arguments, expect=ExitCode.BAD_INPUT)


def test_a_period_is_closed_once_it_is_over_and_stands(program: Installation) -> None:
    close = ("close", SCHEME, "2025", "--document", "D 9")
    running = ("close", SCHEME, "2026", "--document", "D 9", "--yes")
    assert "not over" in program.run(*running, expect=ExitCode.REFUSED)
    assert "Nothing was recorded" in program.run(*close, expect=ExitCode.CHANGES_PENDING)
    assert "Closed periods" not in program.run("status")
    assert "Closed: period 2025" in program.run(*close, "--yes")
    assert "was closed on" in program.run(*close, "--yes", expect=ExitCode.BAD_INPUT)
    assert "Closed periods" in program.run("status")
    before = program.run("-q", "explain", "T0009", "--period", "2025", "--json")
    program.run("decide", "--all")
    assert program.run("-q", "explain", "T0009", "--period", "2025", "--json") == before


def test_an_adjustment_of_a_closed_period_that_is_taken_back_leaves_it_as_it_was_closed(
    program: Installation, tmp_path: Path
) -> None:
    program.run("close", SCHEME, "2025", "--document", "D 9", "--yes")
    before = program.explained("T0009", "2025")["decision"]
    late = tmp_path / "late.csv"
    late.write_text(
        "idnumber,what,date,document,hours\nT0009,市中小学班主任培训班,2025-11-05,D 1,5\n"
    )
    program.run("import", "records", str(late), "--yes")
    program.run("decide")
    assert program.explained("T0009", "2025")["decision"] == before
    added = [*ADD]
    added[added.index("--on") + 1] = "2025-11-05"
    key = program.run("adjust", "T0009", *added).split("Recorded: ")[1].split(".")[0]
    program.run("decide")
    with_both = program.explained("T0009", "2025")["decision"]
    assert float(with_both["earned"]) == float(before["earned"]) + 4.5 + 5
    program.run("adjust", "T0009", "withdraw", key, *WHY)
    for _ in range(2):
        told = program.run("decide", "--all")
        assert program.explained("T0009", "2025")["decision"] == before
        assert "is closed as" in told


def test_closing_counts_nobody_whose_late_hours_still_count(
    site: EmbeddedMoodle, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of a teacher with unknown duties nothing was ever decided, so nothing is held back."""
    config = write_settings(tmp_path, site, rules=homeroom_only(tmp_path / "rules"))
    site.world.tables.users[11].profile["duty"] = ""
    program = Installation(config, capsys)
    program.run("pull")
    told = json.loads(
        program.run("-q", "close", SCHEME, "2025", "--document", "D 9", "--yes", "--json")
    )
    with Ledger.open(tmp_path / "ledger.sqlite") as ledger:
        decided = {each.teacher for each in ledger.latest_decisions("demo")}
        assert len(ledger.people("demo").keys() - decided) == 1
        assert ledger.known_when_closed("demo", ledger.people("demo")).keys() == decided
    assert told["without_decision"] == 0
