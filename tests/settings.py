"""Settings of an installation that works on an embedded Moodle."""

from __future__ import annotations

import json
from pathlib import Path

from moodle_cpd.cli.demo import SETTINGS
from moodle_cpd.demo import EmbeddedMoodle

MAPPINGS = Path(__file__).parents[1] / "mappings"


def write_settings(folder: Path, site: EmbeddedMoodle, *, rules: Path = MAPPINGS) -> Path:
    """Write settings and token into a folder, as a school would; the path of the settings."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "token.txt").write_text(site.token, encoding="utf-8")
    text = SETTINGS.format(url=site.url, rules=json.dumps(str(rules)))
    text = text.replace('"moodle-cpd.sqlite"', '"ledger.sqlite"')
    text = text.replace("[people]\n", 'token_file = "token.txt"\n\n[people]\n', 1)
    config = folder / "moodle-cpd.toml"
    config.write_text(text, encoding="utf-8")
    return config
