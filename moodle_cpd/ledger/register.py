"""The register: every number that was ever given, what it is worth, and what stood on it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, func, select

from moodle_cpd.ledger import schema_awards as schema
from moodle_cpd.ledger.award_rows import is_award, of
from moodle_cpd.ledger.store import Store, batches
from moodle_cpd.model.award import AwardKey, AwardState, Certificate, CertificateState

_BATCH = 500


@dataclass(frozen=True, slots=True)
class AwardEvent:
    """One step in the history of an award and of its numbers.

    Attributes:
        key: which award.
        serial: the number that it happened to.
        state: what the award came to; superseded and void are said of the number alone.
        sha256: of the PDF as known then; empty where there is none.
        reason: why, in words without personal details; of a superseded number, the one in its
            place; may be empty.
        at: when, UTC.
    """

    key: AwardKey
    serial: str
    state: AwardState | CertificateState
    sha256: str
    reason: str
    at: datetime


class RegisterStore(Store):
    """The register in the ledger."""

    def certificates(self, site: str) -> Iterator[Certificate]:
        """Every number that was given on a site, in the order in which they were given.

        Badges without certificate are among them; see ``Certificate.is_paper``.
        """
        table = schema.certificates
        last = -1
        while True:
            statement = (
                select(table)
                .where(table.c.site == site, table.c.status_index > last)
                .order_by(table.c.status_index)
                .limit(_BATCH)
            )
            with self._read() as connection:
                found = [_certificate(row) for row in connection.execute(statement)]
            if not found:
                return
            yield from found
            last = found[-1].status_index

    def certificate(self, serial: str) -> Certificate | None:
        """The entry of a number, on any site; None where it was never given."""
        return self._one(schema.certificates.c.serial == serial)

    def certificate_by_verification_id(self, id_: str) -> Certificate | None:
        """The entry that a certificate's QR code leads to, on any site; None without one."""
        return self._one(schema.certificates.c.verification_id == id_) if id_ else None

    def serials(self) -> frozenset[str]:
        """All numbers that this ledger ever gave, on any site."""
        with self._read() as connection:
            return frozenset(connection.execute(select(schema.certificates.c.serial)).scalars())

    def printed_name(self, serial: str) -> str | None:
        """The holder's name as it was printed, on any site; None where it is not known any more."""
        table = schema.printed_names
        with self._read() as connection:
            return connection.execute(select(table.c.name).where(table.c.serial == serial)).scalar()

    def printed_names(self, site: str) -> dict[str, str]:
        """Holders' names as they were printed, by number."""
        table = schema.printed_names
        with self._read() as connection:
            rows = connection.execute(
                select(table.c.serial, table.c.name).where(table.c.site == site)
            )
            return {row.serial: row.name for row in rows}

    def forget_printed_names(self, site: str, serials: Collection[str]) -> None:
        """Forget the names that stand on certificates; these can't be drawn again then."""
        table = schema.printed_names
        for batch in batches(sorted(serials), _BATCH):
            with self._write() as connection:
                connection.execute(
                    delete(table).where(table.c.site == site, table.c.serial.in_(batch))
                )

    def award_events(self, key: AwardKey) -> list[AwardEvent]:
        """What became of an award and its numbers, earliest first."""
        return self._events(is_award(schema.award_events), key)

    def certificate_events(self, site: str, serial: str) -> list[AwardEvent]:
        """What became of one number, earliest first."""
        certificate = self.certificate(serial)
        if certificate is None or certificate.key.site != site:
            return []
        return self._events(
            is_award(schema.award_events) & (schema.award_events.c.serial == serial),
            certificate.key,
        )

    def first_reached(
        self, site: str, states: Collection[AwardState | CertificateState]
    ) -> dict[str, datetime]:
        """When numbers of a site first came to one of these states, UTC, by number."""
        table = schema.award_events
        statement = (
            select(table.c.serial, func.min(table.c.at).label("at"))
            .where(table.c.site == site, table.c.state.in_([state.value for state in states]))
            .group_by(table.c.serial)
        )
        with self._read() as connection:
            return {row.serial: row.at for row in connection.execute(statement)}

    def _events(self, condition: ColumnElement[bool], key: AwardKey) -> list[AwardEvent]:
        table = schema.award_events
        with self._read() as connection:
            rows = connection.execute(
                select(table).where(condition).order_by(table.c.version), of(key)
            ).all()
        return [
            AwardEvent(_key(row), row.serial, _state(row.state), row.sha256, row.reason, row.at)
            for row in rows
        ]

    def _one(self, condition: ColumnElement[bool]) -> Certificate | None:
        with self._read() as connection:
            row = connection.execute(select(schema.certificates).where(condition)).one_or_none()
        return None if row is None else _certificate(row)


def _state(text: str) -> AwardState | CertificateState:
    return AwardState(text) if text in set(AwardState) else CertificateState(text)


def _key(row: Row[Any]) -> AwardKey:
    return AwardKey(row.site, row.teacher, row.scheme, row.period, row.award)


def _certificate(row: Row[Any]) -> Certificate:
    return Certificate(
        serial=row.serial,
        key=_key(row),
        state=CertificateState(row.state),
        verification_id=row.verification_id,
        issued_on=row.issued_on,
        valid_until=row.valid_until,
        hours=row.hours,
        credits=row.credits,
        sha256=row.sha256,
        decision_digest=row.decision_digest,
        credential=row.credential,
        replaces=row.replaces,
        template=row.template,
        content=row.content,
        status_index=row.status_index,
    )
