"""Settings of an installation that works on an embedded Moodle."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from moodle_cpd.cli.demo import SETTINGS
from moodle_cpd.demo import EmbeddedMoodle

MAPPINGS = Path(__file__).parents[1] / "mappings"


def homeroom_only(folder: Path) -> Path:
    """Rules with the homeroom teachers' regulation alone, in a folder."""
    return rules_of(folder, "homeroom")


def rules_of(folder: Path, name: str) -> Path:
    """Rules with one shipped regulation alone, in a folder."""
    for kind in ("schemes", "courses"):
        (folder / kind).mkdir(parents=True)
        for file in (MAPPINGS / kind).glob(f"*{name}*"):
            shutil.copy(file, folder / kind)
    return folder


def write_settings(
    folder: Path,
    site: EmbeddedMoodle,
    *,
    rules: Path = MAPPINGS,
    running_hours: bool = False,
) -> Path:
    """Write settings and token into a folder, as a school would; the path of the settings."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "token.txt").write_text(site.token, encoding="utf-8")
    known = {path.stem for path in (rules / "schemes").glob("*.yaml")}
    tables, _, hours = SETTINGS.partition("[[running_hours]]\n")
    head, *awards = tables.split("[[awards]]\n")
    wanted = [part for part in awards if part.split('"', 2)[1] in known]
    text = "[[awards]]\n".join([head, *wanted])
    text += f"[[running_hours]]\n{hours}" if running_hours else ""
    text = text.format(url=site.url, rules=json.dumps(str(rules)))
    text = text.replace('"moodle-cpd.sqlite"', '"ledger.sqlite"')
    text = text.replace('[certificates]\nkeys = "keys"\n\n', "")
    text = text.replace("[people]\n", 'token_file = "token.txt"\n\n[people]\n', 1)
    config = folder / "moodle-cpd.toml"
    config.write_text(text, encoding="utf-8")
    return config
