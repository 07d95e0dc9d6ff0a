"""How migrations make columns; what is said here never changes, as what they did never does."""

from __future__ import annotations

import sqlalchemy as sa


def text(name: str, *, empty: bool = False) -> sa.Column[str]:
    """A column of text."""
    return sa.Column(name, sa.Text, nullable=empty)


def number(name: str, *, empty: bool = False) -> sa.Column[int]:
    """A column of whole numbers."""
    return sa.Column(name, sa.BigInteger, nullable=empty)


def award_key() -> list[sa.Column[str] | sa.Column[int]]:
    """The columns that name an award, made anew."""
    return [text("site"), number("teacher"), text("scheme"), text("period"), text("award")]


AWARD = ("site", "teacher", "scheme", "period", "award")
"""Their names."""
