from __future__ import annotations

from pathlib import Path

from moodle_cpd.config import load_settings


def test_the_folder_of_further_fonts_is_relative_to_the_settings_file(tmp_path: Path) -> None:
    path = tmp_path / "moodle-cpd.toml"
    site = '[site]\nurl = "https://moodle.example.edu.cn"\n'
    path.write_text(site, encoding="utf-8")
    assert load_settings(path).certificates.fonts is None
    path.write_text(site + '[certificates]\nfonts = "fonts"\n', encoding="utf-8")
    assert load_settings(path).certificates.fonts == tmp_path.resolve() / "fonts"
