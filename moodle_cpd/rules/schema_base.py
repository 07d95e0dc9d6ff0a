"""What every part of a rule file shares: strict keys, places, short forms, plain numbers."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    model_validator,
)
from pydantic_core import PydanticCustomError

from moodle_cpd.model.decision import Place
from moodle_cpd.model.decision import Text as Words
from moodle_cpd.rules.yaml_source import Mark, Table


def refuse(expected: str, hint: str = "") -> PydanticCustomError:
    """An error that says what belongs here; what stands there is told from the file."""
    return PydanticCustomError("rule", "{expected}", {"expected": expected, "hint": hint})


def misfit(found: str, expected: str = "", hint: str = "", key: str = "") -> PydanticCustomError:
    """An error about how the keys of one mapping go together.

    Args:
        found: what does not fit.
        expected: what would.
        hint: what to do.
        key: the key at whose place it is told; empty: the mapping's own place.
    """
    context = {"found": found, "expected": expected, "hint": hint, "key": key}
    return PydanticCustomError("misfit", "{found}", context)


def number(value: object) -> Decimal:
    """A plain number of a file; anything else is refused."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise refuse("a number such as 12 or 1.5, without quotes and without a unit")
    return Decimal(value)


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise refuse("a whole number")
    return value


def _text(value: object) -> str:
    if isinstance(value, int | Decimal):
        raise refuse("text", f'Put it in quotes: "{value}"')
    if not isinstance(value, str) or not value.strip():
        raise refuse("text")
    return value


Number = Annotated[Decimal, BeforeValidator(number)]
PositiveNumber = Annotated[Number, Field(gt=0)]
Whole = Annotated[int, BeforeValidator(_whole)]
Line = Annotated[str, BeforeValidator(_text)]
Id = Annotated[Line, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
Flag = Annotated[Line, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]


class Part(BaseModel):
    """A mapping of a rule file; knows its place, and may stand as a single value (short form).

    Attributes:
        reference: the paragraph of the regulation that says so.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    short_form: ClassVar[str | None] = None
    """The key that a bare value stands for, None where there is no short form."""

    reference: Line | None = None
    _mark: Mark = PrivateAttr(default=Mark(1, 1))

    @model_validator(mode="wrap")
    @classmethod
    def _place_it(cls, data: object, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if not isinstance(data, dict):
            if cls.short_form is None or data is None or isinstance(data, list):
                raise refuse(cls.shape())
            data = {cls.short_form: data}
        part = handler(data)
        if isinstance(data, Table):
            part._mark = data.mark  # noqa: SLF001 - its own class, before anybody else has it
        return part

    @classmethod
    def shape(cls) -> str:
        """What an administrator should write here, for messages."""
        keys = ", ".join(name for name in cls.model_fields if name != "reference")
        return f"a mapping with the keys {keys}"

    def place(self, file: str) -> Place:
        """Where it stands, with its reference."""
        return Place(file, self._mark.line, self._mark.column, self.reference or "")


class Text(Part):
    """Words in Chinese and English, at least one of them."""

    zh: Line | None = None
    en: Line | None = None

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.zh is None and self.en is None:
            raise misfit("no words", "zh: or en:, or both")
        return self

    def words(self) -> Words:
        """The same as the model has it."""
        return Words(self.zh or "", self.en or "")


class Hours(Part):
    """A number of hours; short form: the number alone."""

    short_form = "value"

    value: PositiveNumber
