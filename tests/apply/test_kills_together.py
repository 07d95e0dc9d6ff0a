"""Killed while several awards share a request, and run again: none is lost and none is twice."""

from __future__ import annotations

import signal
from pathlib import Path

from moodle_cpd.demo import EmbeddedMoodle, build_world
from tests.apply.test_kills import end_state, run_sync, token
from tests.conftest import TODAY
from tests.settings import homeroom_only, write_settings

__all__ = ["token"]

MOMENTS = (
    "cohort intent add_cohort_member",
    "cohort sent add_cohort_member",
    "cohort result add_cohort_member",
    "record-course begun",
    "record-course intent upload_draft",
    "record-course sent upload_draft",
    "record-course result upload_draft",
    "record-course intent save_grade",
    "record-course sent save_grade",
    "record-course result save_grade",
    "record-course state confirmed",
)


def test_killed_with_three_awards_in_a_request_the_end_is_the_same(
    tmp_path: Path, token: None
) -> None:
    rules = homeroom_only(tmp_path / "rules")
    ends = []
    for name, moments in (("whole", ()), ("killed", MOMENTS)):
        with EmbeddedMoodle(build_world(seed=1, today=TODAY, teachers=60)) as site:
            config = write_settings(tmp_path / name, site, rules=rules)
            log = tmp_path / "log"
            for moment in moments:
                assert run_sync(config, moment, log, 3) == -signal.SIGKILL, (
                    moment,
                    log.read_text(),
                )
            assert run_sync(config, "", log, 3) == 0, log.read_text()
            ends.append(end_state(site, config.parent / "ledger.sqlite"))
    assert ends[0] == ends[1]
