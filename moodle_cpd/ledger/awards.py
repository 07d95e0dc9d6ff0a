"""Awards, their serial numbers and their history."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, func, insert, select, update

from moodle_cpd.ledger import schema
from moodle_cpd.ledger.store import Store
from moodle_cpd.model.award import Award, AwardKey, AwardState, Route


@dataclass(frozen=True, slots=True)
class AwardEvent:
    """One step in an award's history.

    Attributes:
        key: which award.
        state: the state that it reached.
        sha256: of the PDF as known then; empty where there is none.
        at: when, UTC.
    """

    key: AwardKey
    state: AwardState
    sha256: str
    at: datetime


class AwardStore(Store):
    """The awards in the ledger."""

    def begin_award(
        self,
        key: AwardKey,
        route: Route,
        issued_on: datetime,
        hours: Decimal,
        credits: Decimal | None,  # noqa: A002 - the vocabulary's word, as in Award
        *,
        course: str,
        target: str,
        decision_digest: str,
        serial_prefix: str,
        certificate: bool = True,
    ) -> Award:
        """Give an award its serial number; one that was begun before is returned as it is.

        Serial numbers count from 1 without gaps for each prefix and year: the number and the
        award are one transaction.

        Args:
            key: which award.
            route: how it reaches Moodle.
            issued_on: the moment of issue; the serial's year is its year in the zone that it
                carries, so give it in the scheme's.
            hours: recognised hours that stand on it.
            credits: credits that stand on it, None where the scheme has none.
            course: idnumber of the record course; empty for a cohort.
            target: idnumber of the cohort or record activity.
            decision_digest: SHA-256 of the decision that earned it.
            serial_prefix: first letters of the serial number.
            certificate: False for a badge without certificate; it gets no verification id.
        """
        with self._write() as connection:
            known = connection.execute(select(schema.awards).where(_is(schema.awards, key)))
            row = known.one_or_none()
            if row is not None:
                return _award(row)
            connection.execute(
                insert(schema.awards).values(
                    **_columns(key),
                    route=route.value,
                    course=course,
                    target=target,
                    state=AwardState.PLANNED.value,
                    serial=_next_serial(connection, serial_prefix, issued_on.year),
                    verification_id=secrets.token_urlsafe(16) if certificate else "",
                    issued_on=issued_on,
                    hours=hours,
                    credits=credits,
                    sha256="",
                    decision_digest=decision_digest,
                    credential="",
                )
            )
            _add_event(connection, key, AwardState.PLANNED, "", issued_on)
            return _award(
                connection.execute(select(schema.awards).where(_is(schema.awards, key))).one()
            )

    def serials(self, prefix: str) -> frozenset[str]:
        """All numbers that this ledger ever gave with a prefix, on any site."""
        column = schema.awards.c.serial
        with self._read() as connection:
            found = connection.execute(select(column).where(column.startswith(f"{prefix}-")))
            return frozenset(found.scalars())

    def set_award(
        self, key: AwardKey, state: AwardState, sha256: str | None = None, *, at: datetime
    ) -> None:
        """Note how far an award has come.

        Args:
            key: which award; it must have been begun.
            state: the new state.
            sha256: of the PDF as issued; None leaves it as it is.
            at: when, UTC.

        Raises:
            KeyError: no such award.
        """
        with self._write() as connection:
            row = connection.execute(
                select(schema.awards).where(_is(schema.awards, key))
            ).one_or_none()
            if row is None:
                raise KeyError(str(key))
            digest = row.sha256 if sha256 is None else sha256
            if (row.state, row.sha256) == (state.value, digest):
                return
            connection.execute(
                update(schema.awards)
                .where(_is(schema.awards, key))
                .values(state=state.value, sha256=digest)
            )
            _add_event(connection, key, state, digest, at)

    def keep_credential(self, key: AwardKey, credential: str) -> str:
        """Keep an award's signed credential; the first one stands.

        Args:
            key: which award; it must have been begun.
            credential: as VC-JWT.

        Returns:
            The one that stands.

        Raises:
            KeyError: no such award.
        """
        with self._write() as connection:
            here = _is(schema.awards, key)
            row = connection.execute(select(schema.awards.c.credential).where(here)).one_or_none()
            if row is None:
                raise KeyError(str(key))
            if row.credential:
                return str(row.credential)
            connection.execute(update(schema.awards).where(here).values(credential=credential))
            return credential

    def award(self, key: AwardKey) -> Award | None:
        """One award; None where it was never begun."""
        with self._read() as connection:
            statement = select(schema.awards).where(_is(schema.awards, key))
            row = connection.execute(statement).one_or_none()
        return None if row is None else _award(row)

    def awards(self, site: str) -> dict[AwardKey, Award]:
        """All awards of a site, in the order of their keys."""
        c = schema.awards.c
        statement = (
            select(schema.awards)
            .where(c.site == site)
            .order_by(c.teacher, c.scheme, c.period, c.award)
        )
        with self._read() as connection:
            found = [_award(row) for row in connection.execute(statement)]
        return {award.key: award for award in found}

    def award_events(self, key: AwardKey) -> list[AwardEvent]:
        """What became of an award, earliest first."""
        table = schema.award_events
        statement = select(table).where(_is(table, key)).order_by(table.c.version)
        with self._read() as connection:
            return [
                AwardEvent(key, AwardState(row.state), row.sha256, row.at)
                for row in connection.execute(statement)
            ]


def _columns(key: AwardKey) -> dict[str, Any]:
    return {name: getattr(key, name) for name in AwardKey.__dataclass_fields__}


def _is(table: Table, key: AwardKey) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = table.c.site == key.site
    for name, value in _columns(key).items():
        condition = condition & (table.c[name] == value)
    return condition


def _next_serial(connection: Connection, prefix: str, year: int) -> str:
    table = schema.serials
    here = (table.c.prefix == prefix) & (table.c.year == year)
    last = connection.execute(select(table.c.last).where(here)).scalar()
    if last is None:
        connection.execute(insert(table).values(prefix=prefix, year=year, last=1))
    else:
        connection.execute(update(table).where(here).values(last=last + 1))
    return f"{prefix}-{year}-{(last or 0) + 1:06d}"


def _add_event(
    connection: Connection, key: AwardKey, state: AwardState, sha256: str, at: datetime
) -> None:
    table = schema.award_events
    last = connection.execute(select(func.max(table.c.version)).where(_is(table, key))).scalar()
    connection.execute(
        insert(table).values(
            **_columns(key), version=(last or 0) + 1, state=state.value, sha256=sha256, at=at
        )
    )


def _award(row: Row[Any]) -> Award:
    return Award(
        key=AwardKey(row.site, row.teacher, row.scheme, row.period, row.award),
        route=Route(row.route),
        course=row.course,
        target=row.target,
        state=AwardState(row.state),
        serial=row.serial,
        verification_id=row.verification_id,
        issued_on=row.issued_on,
        hours=row.hours,
        credits=row.credits,
        sha256=row.sha256,
        decision_digest=row.decision_digest,
        credential=row.credential,
    )
