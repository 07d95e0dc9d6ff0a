"""The embedded Moodle answers what a real one answered in the same scenes.

The recorder's own scenes are played against it; every reply is compared with the recorded one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from moodle_cpd.demo import EmbeddedMoodle
from moodle_cpd.demo.functions import load_functions
from moodle_cpd.demo.registry import FUNCTIONS
from moodle_cpd.demo.spec import Many, Spec, Struct, Value
from tests.demo.comparing import differences, normal
from tests.demo.stage import build_stage, build_world
from tests.live.recorder import RECORDED
from tests.live.scenarios import SCENES

load_functions()

EXCHANGES = sorted((RECORDED / "exchanges").glob("*/*.json"))
# How many grades fell into the newest one's second is chance; that one itself is always there.
BY_CHANCE = {"mod_assign_get_grades/since-its-second"}
DESCRIPTIONS = sorted((RECORDED / "descriptions").glob("*.json"))


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    target = tmp_path_factory.mktemp("embedded")
    with EmbeddedMoodle(build_world()) as site:
        stage = build_stage(site, target)
        for scene in SCENES:
            scene(stage)
        yield target / "exchanges"


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def test_there_are_recordings() -> None:
    assert len(EXCHANGES) > 200
    assert len(DESCRIPTIONS) > 20


@pytest.mark.parametrize("recorded", EXCHANGES, ids=_name)
def test_answers_as_the_real_moodle_did(recorded: Path, played: Path) -> None:
    real = json.loads(recorded.read_text(encoding="utf-8"))
    embedded = json.loads(
        (played / recorded.parent.name / recorded.name).read_text(encoding="utf-8")
    )
    assert embedded["status"] == real["status"]
    assert embedded["content_type"] == real["content_type"]
    if isinstance(real["reply"], str) and real["reply"].lstrip().lower().startswith("<!doctype"):
        assert embedded["reply"].lower().startswith("<!doctype")
        return
    if _name(recorded) in BY_CHANCE:
        for exchange in (real, embedded):
            del exchange["reply"]["assignments"][0]["grades"][:-1]
    assert differences(normal(real["reply"]), normal(embedded["reply"])) == []


@pytest.mark.parametrize("described", DESCRIPTIONS, ids=lambda path: path.stem)
def test_takes_the_parameters_that_the_real_moodle_takes(described: Path) -> None:
    description = json.loads(described.read_text(encoding="utf-8"))
    spec = FUNCTIONS[description["function"]].parameters
    assert _told(spec) == _plain(description["parameters"])


def _told(spec: Spec) -> dict[str, Any]:
    """A description in the form of the recorded ones."""
    told: dict[str, Any] = {}
    if isinstance(spec, Value):
        told["type"] = spec.type
    elif isinstance(spec, Many):
        told["list"] = _told(spec.of)
    elif isinstance(spec, Struct):
        told["fields"] = {name: _told(part) for name, part in spec.parts.items()}
    if spec.need != "required":
        told["need"] = spec.need
    return told


def _plain(description: dict[str, Any]) -> dict[str, Any]:
    """A recorded description without defaults, which differ in notation, and permissions."""
    plain: dict[str, Any] = {}
    for key in ("type", "need"):
        if key in description:
            plain[key] = description[key]
    if "list" in description:
        plain["list"] = _plain(description["list"])
    if "fields" in description:
        plain["fields"] = {name: _plain(part) for name, part in description["fields"].items()}
    return plain
