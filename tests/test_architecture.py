"""The rooms stay apart: imports point down, HTTP and SQL live in one room each, no clock inside."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "moodle_cpd"
ROOT = Path(__file__).parents[1]

LAYERS = {
    "cli": 5,
    "apply": 4,
    "plan": 4,
    "pull": 4,
    "cases": 4,
    "doctor": 4,
    "demo": 4,
    "records": 4,
    "verification": 4,
    "decide": 3,
    "certificates": 3,
    "credentials": 3,
    "rules": 2,
    "ledger": 2,
    "moodle": 2,
    "config": 1,
    "errors": 1,
    "menus": 1,
    "problems": 1,
    "model": 1,
}
BESIDE = {
    ("apply", "plan"),
    ("credentials", "certificates"),
    ("doctor", "apply"),
    ("doctor", "pull"),
    ("config", "errors"),
    ("config", "menus"),
    ("config", "problems"),
    ("config", "model"),
    ("errors", "problems"),
}
"""Imports within a layer, one way each."""

FORBIDDEN = {("decide", "ledger"), ("decide", "moodle"), ("rules", "config")}
OUTSIDE = {"sqlalchemy": "ledger", "alembic": "ledger", "requests": "moodle", "urllib3": "moodle"}
CLOCKLESS = (
    *("rules", "decide", "records", "cases", "plan", "model", "certificates", "credentials"),
    "verification",
)


def modules() -> list[Path]:
    return sorted(p for p in PACKAGE.rglob("*.py") if "migrations" not in p.parts)


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_down(path: Path) -> None:
    here = room(path)
    if here == "__init__":
        return
    for name in imports(path):
        parts = name.split(".")
        if parts[0] != "moodle_cpd" or len(parts) == 1:
            home = OUTSIDE.get(parts[0])
            assert home in {None, here}, f"{parts[0]} belongs to {home} alone"
            continue
        there = parts[1]
        if there == here:
            continue
        assert (here, there) not in FORBIDDEN
        assert there != "demo" or here == "cli"
        assert LAYERS[here] > LAYERS[there] or (here, there) in BESIDE, f"{here} imports {there}"


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Imports for types alone count too: who needs them can't be understood without the others."""
    names = {".".join(p.relative_to(ROOT).with_suffix("").parts): p for p in modules()}
    names = {name.removesuffix(".__init__"): path for name, path in names.items()}
    circles = TopologicalSorter({name: list(imported(path, names)) for name, path in names.items()})
    circles.prepare()


def imported(path: Path, names: Collection[str]) -> Iterator[str]:
    """Modules of ours that one imports: the submodule where one is named, else the face."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "") in names:
            for alias in node.names:
                member = f"{node.module}.{alias.name}"
                yield member if member in names else node.module or ""


def test_every_room_is_on_the_map() -> None:
    rooms = {room(path) for path in modules()} - {"__init__"}
    assert rooms == set(LAYERS)


@pytest.mark.parametrize("name", CLOCKLESS)
def test_the_core_has_no_clock(name: str) -> None:
    for path in (PACKAGE / name).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                assert node.attr not in {"now", "utcnow", "today"}, f"{path}:{node.lineno}"
            if isinstance(node, ast.ImportFrom):
                assert node.module != "time", f"{path}:{node.lineno}"


def test_no_module_is_too_long() -> None:
    everything = PACKAGE.rglob("*.py")
    lengths = {p: len(p.read_text(encoding="utf-8").splitlines()) for p in everything}
    assert {str(p): n for p, n in lengths.items() if n > 400} == {}


def test_only_what_belongs_stands_at_the_top() -> None:
    allowed = {"pyproject.toml", "moodle_cpd", "mappings", "tests", "docs", "README.md", "LICENSE"}
    made = {"build", "dist", "moodle_cpd.egg-info", "moodle_cpd-demo", "moodle-cpd-demo"}
    found = {p.name for p in ROOT.iterdir() if not p.name.startswith(".")}
    assert found - allowed - made == set()
