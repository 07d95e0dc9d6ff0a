"""Record how a real Moodle answers this program: ``python -m tests.live.recorder``.

Point it at a Moodle that may be thrown away or restored from a snapshot; how to prepare one is
told in ``docs/developers/recording.md``. Environment:

``MOODLE_RECORD_URL``           address of the site
``MOODLE_RECORD_TOKEN``         token of a service account as the program needs it
``MOODLE_RECORD_ADMIN_TOKEN``   token of an administrator, for making data
``MOODLE_RECORD_HOOK``          command that sets states of the site; without it a person is asked

Each exchange becomes a file ``tests/recorded/exchanges/FUNCTION/SCENARIO.json``; the ids of what
the scenes play with stand in ``tests/recorded/stage.json``.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from tests.live.scenarios import SCENES
from tests.live.stage import build, write_stage
from tests.live.states import States

RECORDED = Path(__file__).parents[1] / "recorded"


def main() -> int:
    """Play all scenes; ends with 1 where something went otherwise than on Moodle 5.1."""
    environment = os.environ
    states = States(environment.get("MOODLE_RECORD_HOOK"))
    stage = build(
        environment["MOODLE_RECORD_URL"],
        environment["MOODLE_RECORD_TOKEN"],
        environment["MOODLE_RECORD_ADMIN_TOKEN"],
        states,
        RECORDED,
    )
    shutil.rmtree(RECORDED / "exchanges", ignore_errors=True)
    write_stage(stage)
    for scene in SCENES:
        scene(stage)
    for line in stage.unexpected:
        sys.stderr.write(f"unexpected: {line}\n")
    return 1 if stage.unexpected else 0


if __name__ == "__main__":
    sys.exit(main())
