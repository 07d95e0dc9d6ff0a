"""A change put into a module that is already imported, without importing anything again.

Functions keep their identity and get other code, so whoever imported them runs the changed one. A
constant of a module is exchanged wherever it was imported by name.
"""

from __future__ import annotations

import ast
import sys
from importlib import import_module
from types import CodeType, FunctionType, ModuleType
from typing import Any

from tests.mutation.changes import Change, ModuleChanges, put

PACKAGE = "moodle_cpd.decide"


def patch(changes: ModuleChanges, change: Change) -> None:
    """Make a change tell in this process, for good.

    Args:
        changes: those of the module, with its tree.
        change: one of them.
    """
    module = import_module(f"{PACKAGE}.{change.module}")
    with put(change.slot, change.new):
        if change.function.strip("."):
            _patch_function(module, changes.tree, change.function)
        else:
            _patch_constants(module, changes.tree, change.line)
    _forget()


def _forget() -> None:
    """Empty what functions remember of the time before the change."""
    for module in list(sys.modules.values()):
        if module.__name__.startswith(PACKAGE):
            for found in list(vars(module).values()):
                forget = getattr(found, "cache_clear", None)
                if forget is not None:
                    forget()


def _patch_function(module: ModuleType, tree: ast.Module, name: str) -> None:
    parts = name.split(".")
    code: CodeType = compile(tree, str(module.__file__), "exec")
    node: Any = tree
    found: Any = module
    for part in parts:
        node = next(each for each in node.body if getattr(each, "name", "") == part)
        first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
        code = next(
            each
            for each in code.co_consts
            if isinstance(each, CodeType) and each.co_name == part and each.co_firstlineno == first
        )
        found = found.__dict__[part]
    function = _function(found)
    function.__code__ = code
    space = module.__dict__
    if function.__defaults__:
        function.__defaults__ = tuple(_value(each, space) for each in node.args.defaults)
    function.__kwdefaults__ = {
        argument.arg: _value(default, space)
        for argument, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        if default is not None
    }


def _function(found: Any) -> FunctionType:
    """The function itself, out of a property or a static method."""
    for name in ("fget", "func", "__func__", "__wrapped__"):
        found = getattr(found, name, None) or found
    assert isinstance(found, FunctionType)
    return found


def _patch_constants(module: ModuleType, tree: ast.Module, line: int) -> None:
    for node in tree.body:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        if not node.lineno <= line <= (node.end_lineno or node.lineno):
            continue
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        assert isinstance(target, ast.Name)
        old, new = module.__dict__[target.id], _value(node.value, module.__dict__)
        for other in list(sys.modules.values()):
            if other.__name__.startswith("moodle_cpd") and vars(other).get(target.id) is old:
                setattr(other, target.id, new)


def _value(node: ast.expr, space: dict[str, Any]) -> Any:
    code = compile(ast.Expression(node), "<changed>", "eval")
    return eval(code, space)
