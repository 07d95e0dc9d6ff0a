"""Small changes of a module, one at a time: what a slip of the pen would make of it."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

WIDTH: Final = 70
"""Characters of the surrounding expression that are shown, and by which a change is known."""

REMOVED: Final = "(removed)"

_COMPARED: Final[dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_REAL_OPERATORS: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
_OTHER_CALL: Final = {"min": "max", "max": "min", "any": "all", "all": "any"}
_WORDS: Final = {"Text", "Problem", "TypeVar", "cast"}
"""What is made of words for people, or says something to the type checker alone."""

_PLAIN: Final = ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Return | ast.Expr | ast.Raise
"""Statements that hold no others."""

_NO_VALUES: Final = {"annotation", "returns", "decorator_list", "type_comment"}


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a module.

    Attributes:
        module: the module's name below the package, ``caps``.
        function: where it is, ``Class.method``, or empty at the module's own level.
        line: from 1.
        was: what stands there, with a little around it.
        now: what is put there.
        nth: from 1; which, where the same change is possible several times in the function.
        slot: the node above, its field, and the place in a list, where there is one.
        new: the node put there.
    """

    module: str
    function: str
    line: int
    was: str
    now: str
    nth: int
    slot: tuple[ast.AST, str, int | None]
    new: ast.AST

    @property
    def key(self) -> tuple[str, str, str, str, int]:
        """What it is known by, wherever its line moves."""
        return self.module, self.function, self.was, self.now, self.nth


class ModuleChanges:
    """All changes of one module.

    Args:
        module: its name below the package.
        source: its text.
    """

    def __init__(self, module: str, source: str) -> None:
        self.name = module
        self.tree = ast.parse(source)

    def __iter__(self) -> Iterator[Change]:
        times: Counter[tuple[str, str, str]] = Counter()
        for slot, new, above, function in _walk(self.tree, "", ()):
            was, now = self._told(slot, new, above)
            if was == now:
                continue
            times[function, was, now] += 1
            nth = times[function, was, now]
            line = _line(_at(slot))
            yield Change(self.name, function, line, was, now, nth, slot, new)

    def _told(self, slot: _Slot, new: ast.AST, above: tuple[ast.AST, ...]) -> tuple[str, str]:
        old = _at(slot)
        if isinstance(old, ast.stmt) and isinstance(new, ast.Pass):
            return _short(ast.unparse(old)), REMOVED
        around = old
        for node in reversed(above):
            whole = isinstance(node, ast.expr | ast.keyword | ast.comprehension | _PLAIN)
            if not whole or len(ast.unparse(node)) > WIDTH:
                break
            around = node
        was = ast.unparse(around)
        if around is old:
            return _short(was), _short(ast.unparse(new))
        with put(slot, new):
            return was, ast.unparse(around)


_Slot = tuple[ast.AST, str, int | None]


@contextmanager
def put(slot: _Slot, new: ast.AST) -> Iterator[None]:
    """Change a tree for a while.

    Args:
        slot: the node above, its field, and the place in a list, where there is one.
        new: what is put there.
    """
    above, name, place = slot
    old = _at(slot)
    _set(above, name, place, new)
    try:
        yield
    finally:
        _set(above, name, place, old)


def _at(slot: _Slot) -> Any:
    above, name, place = slot
    found = getattr(above, name)
    return found if place is None else found[place]


def _set(above: ast.AST, name: str, place: int | None, new: object) -> None:
    if place is None:
        setattr(above, name, new)
    else:
        getattr(above, name)[place] = new


def _short(text: str) -> str:
    first = text.splitlines()[0]
    return first if len(first) <= WIDTH else f"{first[: WIDTH - 1]}…"


_Found = tuple[_Slot, ast.AST, tuple[ast.AST, ...], str]


def _walk(node: ast.AST, function: str, above: tuple[ast.AST, ...]) -> Iterator[_Found]:
    """Every change below a node, with where it is put, what is around it, and the function."""
    for name, value in ast.iter_fields(node):
        if name in _NO_VALUES:
            continue
        items = enumerate(value) if isinstance(value, list) else [(None, value)]
        for place, child in items:
            if not isinstance(child, ast.AST) or _is_left_alone(child):
                continue
            inside = _inside(child, function)
            in_class = isinstance(node, ast.ClassDef)
            if in_class and not isinstance(child, ast.FunctionDef):
                continue
            slot = (node, name, place)
            if inside or not isinstance(child, ast.stmt):
                for new in _others(child, node):
                    ast.copy_location(new, child)
                    ast.fix_missing_locations(new)
                    yield slot, new, (*above, node), inside
            yield from _walk(child, inside, (*above, node))


def _inside(child: ast.AST, function: str) -> str:
    """Methods are named with their class; what is inside a function belongs to the function."""
    if isinstance(child, ast.ClassDef) and not function:
        return f"{child.name}."
    if isinstance(child, ast.FunctionDef) and (not function or function.endswith(".")):
        return function + child.name
    return function


def _is_left_alone(node: ast.AST) -> bool:
    match node:
        case ast.Import() | ast.ImportFrom() | ast.Assert() | ast.JoinedStr():
            return True
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.Call(func=ast.Name(id=name)):
            return name in _WORDS
        case ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
        case ast.AnnAssign(annotation=ast.Name(id="TypeAlias")):
            return True
    return False


def _others(node: ast.AST, above: ast.AST) -> Iterator[ast.AST]:
    """What may stand in the place of a node."""
    match node:
        case ast.Compare():
            yield from _compared(node)
        case ast.BoolOp():
            yield from _joined(node)
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield operand
        case ast.BinOp(op=op) if type(op) in _REAL_OPERATORS:
            yield ast.BinOp(node.left, _REAL_OPERATORS[type(op)](), node.right)
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() as value):
            yield ast.Constant(value + 1)
            yield ast.Constant(value - 1)
        case ast.Call():
            yield from _calls(node)
        case ast.Return(value=ast.expr() as value) if not _is_none(value):
            yield ast.Return(ast.Constant(None))
        case ast.comprehension(ifs=ifs):
            for place in range(len(ifs)):
                rest = [*ifs[:place], *ifs[place + 1 :]]
                yield ast.comprehension(node.target, node.iter, rest, node.is_async)
        case ast.stmt():
            yield from _statements(node)
    if isinstance(node, ast.expr) and _is_condition(node, above):
        yield ast.UnaryOp(ast.Not(), node)


def _joined(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    for place in range(len(node.values)):
        rest = [*node.values[:place], *node.values[place + 1 :]]
        yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def _compared(node: ast.Compare) -> Iterator[ast.AST]:
    for place, op in enumerate(node.ops):
        for other in _COMPARED[type(op)]:
            ops = [*node.ops[:place], other(), *node.ops[place + 1 :]]
            yield ast.Compare(node.left, ops, node.comparators)


def _calls(node: ast.Call) -> Iterator[ast.AST]:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name in _OTHER_CALL:
        yield ast.Call(ast.Name(_OTHER_CALL[name], ast.Load()), node.args, node.keywords)
    if name in {"sorted", "reversed"}:
        yield ast.Call(ast.Name("list", ast.Load()), node.args[:1], [])
    for place, keyword in enumerate(node.keywords):
        if keyword.arg is not None and (name == "replace" or keyword.arg in {"key", "reverse"}):
            rest = [*node.keywords[:place], *node.keywords[place + 1 :]]
            yield ast.Call(node.func, node.args, rest)


def _statements(node: ast.stmt) -> Iterator[ast.AST]:
    match node:
        case ast.Expr(value=ast.Yield() | ast.YieldFrom()):
            # It stays a generator, of less.
            yield ast.Expr(ast.YieldFrom(ast.Tuple([], ast.Load())))
        case ast.Expr() | ast.Raise() | ast.Return(value=None):
            yield ast.Pass()
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield ast.Pass()
        case ast.AugAssign(op=op):
            yield ast.Pass()
            if type(op) in _REAL_OPERATORS:
                yield ast.AugAssign(node.target, _REAL_OPERATORS[type(op)](), node.value)
        case ast.Continue():
            yield ast.Break()
            yield ast.Pass()
        case ast.Break():
            yield ast.Pass()


def _is_condition(node: ast.expr, above: ast.AST) -> bool:
    """A condition that no other change turns round."""
    if not isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.NamedExpr | ast.Subscript):
        return False
    if isinstance(above, ast.If | ast.IfExp | ast.While):
        return above.test is node
    return isinstance(above, ast.comprehension) and node in above.ifs


def _line(node: ast.AST) -> int:
    if isinstance(node, ast.comprehension):
        return node.target.lineno
    return int(getattr(node, "lineno", 0))


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
