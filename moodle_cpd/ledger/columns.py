"""Column types: how UTC moments, decimals, dates and JSON stand in the database."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, Column, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


def decimal_text(value: Decimal) -> str:
    """A decimal as text, the same for equal numbers: ``80.00000`` and ``8E+1`` give ``80``."""
    return format(value.normalize(), "f")


def json_text(value: object) -> str:
    """JSON, compact and with sorted keys: the same text for the same value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def text_column(name: str, *, empty: bool = False) -> Column[str]:
    """A column of text; ``empty``: it may hold nothing."""
    return Column(name, Text, nullable=empty)


def number_column(name: str, *, empty: bool = False) -> Column[int]:
    """A column of whole numbers; ``empty``: it may hold nothing."""
    return Column(name, BigInteger, nullable=empty)


class UtcSeconds(TypeDecorator[datetime]):
    """A moment as whole seconds since 1970 in UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Write; a moment without a zone is a mistake in the program."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return int(value.timestamp())

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Read, in UTC."""
        return None if value is None else datetime.fromtimestamp(value, UTC)


class DecimalText(TypeDecorator[Decimal]):
    """A decimal as text: SQLite has binary floats only, and those can't hold 0.1 hours."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """Write."""
        return None if value is None else decimal_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        """Read."""
        return None if value is None else Decimal(value)


class DateText(TypeDecorator[date]):
    """A calendar day as ``YYYY-MM-DD``."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        """Write."""
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        """Read."""
        return None if value is None else date.fromisoformat(value)


class JsonText(TypeDecorator[object]):
    """A JSON value as compact text with sorted keys."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        """Write."""
        return None if value is None else json_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> object:
        """Read."""
        return None if value is None else json.loads(value)
