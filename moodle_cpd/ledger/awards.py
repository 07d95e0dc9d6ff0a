"""Awards and the steps of their lives: each is one transaction with its number and its history."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, insert, select, update

from moodle_cpd.ledger import schema_awards as schema
from moodle_cpd.ledger.award_rows import add_event, columns_of, is_award, of, set_certificate
from moodle_cpd.ledger.numbering import next_place, next_serial
from moodle_cpd.ledger.store import Store
from moodle_cpd.model.award import (
    Award,
    AwardKey,
    AwardState,
    CertificateState,
    Paper,
    Route,
)
from moodle_cpd.model.serial import SerialPattern

_OVER = {AwardState.WITHDRAWN, AwardState.EXPIRED}
_UNDERWAY = {AwardState.PLANNED, AwardState.WITHDRAWING}
_STANDING = {AwardState.ISSUED, AwardState.CONFIRMED}


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
        serial: SerialPattern,
        paper: Paper | None,
        valid_until: date | None = None,
        replaces: str = "",
    ) -> Award:
        """Give an award a number: its first, or one in the place of the present one.

        Numbers count from 1 without gaps for each pattern and year: the number, the award and
        what stands on the certificate are one transaction. The certificate in whose place it is
        stands until this one was read back from Moodle.

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
            serial: how numbers are written.
            paper: what stands on the certificate; None for a badge without one, which gets no
                verification id.
            valid_until: the last day on which it is valid, in the scheme's zone; None: for ever.
            replaces: the present number, in whose place a new one is wanted.

        Returns:
            The award with its number. An award that has another number than ``replaces`` is
            returned as it is: it was begun before.

        Raises:
            InputError: the pattern gives a number that was given before.
            ValueError: the present number is on its way into Moodle, or out of it.
        """
        with self._write() as connection:
            known = _find(connection, key)
            if known is not None and known.serial != replaces:
                return known
            if known is not None and known.state in _UNDERWAY:
                raise ValueError(f"{known.serial} is {known.state} and can't be replaced yet")
            number = next_serial(connection, serial, issued_on.year)
            certificate = {
                "serial": number,
                "state": CertificateState.PLANNED.value,
                "verification_id": "" if paper is None else secrets.token_urlsafe(16),
                "issued_on": issued_on,
                "valid_until": valid_until,
                "hours": hours,
                "credits": credits,
                "sha256": "",
                "decision_digest": decision_digest,
                "credential": "",
                "replaces": "" if known is None else known.serial,
                "template": "" if paper is None else paper.template,
                "content": "" if paper is None else paper.content,
                "status_index": next_place(connection),
            }
            connection.execute(_ADD_CERTIFICATE, columns_of(key) | certificate)
            if paper is not None:
                name = {"site": key.site, "serial": number, "name": paper.name}
                connection.execute(_ADD_NAME, name)
            present = {
                "route": route.value,
                "course": course,
                "target": target,
                "state": AwardState.PLANNED.value,
                "serial": number,
            }
            if known is None:
                connection.execute(_ADD, columns_of(key) | present)
            else:
                connection.execute(_CHANGE, of(key) | present)
            add_event(connection, key, number, AwardState.PLANNED, issued_on)
            return _known(connection, key)

    def set_award(
        self, key: AwardKey, state: AwardState, sha256: str | None = None, *, at: datetime
    ) -> None:
        """Note how far an award has come on its way to Moodle.

        Once it was read back, its certificate is valid, and the one in whose place it was issued
        superseded.

        Args:
            key: which award; it must have been begun.
            state: planned, issued or confirmed.
            sha256: of the PDF as issued; None leaves it as it is.
            at: when, UTC.

        Raises:
            KeyError: no such award.
            ValueError: it was taken back or is over.
        """
        with self._write() as connection:
            award = _known(connection, key)
            if award.state in {AwardState.WITHDRAWING, *_OVER}:
                raise ValueError(f"{award.serial} is {award.state} and can't become {state}")
            digest = award.sha256 if sha256 is None else sha256
            if (award.state, award.sha256) == (state, digest):
                return
            worth = CertificateState.PLANNED
            if state in _STANDING:
                worth = CertificateState.VALID
                if award.replaces and set_certificate(
                    connection,
                    award.key.site,
                    award.replaces,
                    CertificateState.SUPERSEDED,
                    only=CertificateState.VALID,
                ):
                    add_event(
                        connection, key, award.replaces, CertificateState.SUPERSEDED, at,
                        reason=award.serial,
                    )  # fmt: skip
            set_certificate(connection, key.site, award.serial, worth, sha256=digest)
            _set_state(connection, key, state)
            add_event(connection, key, award.serial, state, at, sha256=digest)

    def withdraw_award(self, key: AwardKey, reason: str, *, at: datetime) -> None:
        """Note that a person agreed to take an award back; from now on it does not stand.

        Args:
            key: which award; it must have been begun.
            reason: why, in words without personal details.
            at: when, UTC.

        Raises:
            KeyError: no such award.
        """
        with self._write() as connection:
            award = _known(connection, key)
            if award.state in {AwardState.WITHDRAWING, *_OVER}:
                return
            for serial in _live(connection, key):
                set_certificate(connection, key.site, serial, CertificateState.WITHDRAWN)
                add_event(
                    connection, key, serial, AwardState.WITHDRAWING, at, reason=reason
                )  # fmt: skip
            _set_state(connection, key, AwardState.WITHDRAWING)

    def end_award(
        self, key: AwardKey, state: AwardState, *, at: datetime, reason: str = ""
    ) -> None:
        """Note that an award is over: withdrawn in Moodle too, or expired.

        Args:
            key: which award.
            state: withdrawn, where it was being withdrawn; or expired.
            at: when, UTC.
            reason: why, in words without personal details.

        Raises:
            KeyError: no such award.
            ValueError: that state does not follow from the present one.
        """
        with self._write() as connection:
            award = _known(connection, key)
            if award.state is state:
                return
            before = {
                AwardState.WITHDRAWN: {AwardState.WITHDRAWING},
                AwardState.EXPIRED: _STANDING,
            }.get(state, set())
            if award.state not in before:
                raise ValueError(f"{award.serial} is {award.state} and can't become {state}")
            if state is AwardState.EXPIRED:
                set_certificate(connection, key.site, award.serial, CertificateState.EXPIRED)
            _set_state(connection, key, state)
            add_event(connection, key, award.serial, state, at, reason=reason)

    def void_award(self, key: AwardKey, reason: str, *, at: datetime) -> None:
        """Note that nothing was ever issued under an award's present number: it is void (作废).

        The award goes back to the number before, whose certificate is then read back anew; one
        that had no number before is none any more.

        Args:
            key: which award; nothing of it may have reached Moodle since the number was given.
            reason: why, in words without personal details.
            at: when, UTC.

        Raises:
            KeyError: no such award.
            ValueError: its number was issued.
        """
        with self._write() as connection:
            award = _known(connection, key)
            if award.state is not AwardState.PLANNED:
                raise ValueError(f"{award.serial} was issued")
            set_certificate(connection, key.site, award.serial, CertificateState.VOID)
            add_event(connection, key, award.serial, CertificateState.VOID, at, reason=reason)
            before = connection.execute(
                _STATE, {"of_site": key.site, "of_serial": award.replaces}
            ).scalar()
            if before is None:
                connection.execute(_REMOVE, of(key))
                return
            state = {
                CertificateState.WITHDRAWN: AwardState.WITHDRAWN,
                CertificateState.EXPIRED: AwardState.EXPIRED,
            }.get(CertificateState(before), AwardState.ISSUED)
            former = {"serial": award.replaces, "state": state.value}
            connection.execute(_CHANGE, of(key) | former)

    def keep_credential(self, key: AwardKey, credential: str) -> str:
        """Keep the signed credential of an award's present certificate; the first one stands.

        Args:
            key: which award; it must have been begun.
            credential: as VC-JWT.

        Returns:
            The one that stands.

        Raises:
            KeyError: no such award.
        """
        with self._write() as connection:
            award = _known(connection, key)
            if award.credential:
                return award.credential
            here = {"of_site": key.site, "of_serial": award.serial}
            connection.execute(_KEEP, here | {"credential": credential})
            return credential

    def award(self, key: AwardKey) -> Award | None:
        """One award; None where it was never begun."""
        with self._read() as connection:
            return _find(connection, key)

    def awards(self, site: str) -> dict[AwardKey, Award]:
        """All awards of a site, in the order of their keys."""
        c = schema.awards.c
        statement = _SELECT.where(c.site == site).order_by(c.teacher, c.scheme, c.period, c.award)
        with self._read() as connection:
            found = [_award(row) for row in connection.execute(statement)]
        return {award.key: award for award in found}


_SELECT = select(
    schema.awards,
    *(
        schema.certificates.c[name]
        for name in (
            *("verification_id", "issued_on", "valid_until", "hours", "credits", "sha256"),
            *("decision_digest", "credential", "replaces"),
        )
    ),
).join(
    schema.certificates,
    and_(
        schema.certificates.c.site == schema.awards.c.site,
        schema.certificates.c.serial == schema.awards.c.serial,
    ),
)

_FIND = _SELECT.where(is_award(schema.awards))
_ADD = insert(schema.awards)
_CHANGE = update(schema.awards).where(is_award(schema.awards))
_REMOVE = delete(schema.awards).where(is_award(schema.awards))
_ADD_CERTIFICATE = insert(schema.certificates)
_ADD_NAME = insert(schema.printed_names)
_NUMBERED = and_(
    schema.certificates.c.site == bindparam("of_site"),
    schema.certificates.c.serial == bindparam("of_serial"),
)
_STATE = select(schema.certificates.c.state).where(_NUMBERED)
_KEEP = update(schema.certificates).where(_NUMBERED)
_LIVE = (
    select(schema.certificates.c.serial)
    .where(
        is_award(schema.certificates),
        schema.certificates.c.state.in_(
            [CertificateState.PLANNED.value, CertificateState.VALID.value]
        ),
    )
    .order_by(schema.certificates.c.status_index)
)


def _find(connection: Connection, key: AwardKey) -> Award | None:
    row = connection.execute(_FIND, of(key)).one_or_none()
    return None if row is None else _award(row)


def _known(connection: Connection, key: AwardKey) -> Award:
    award = _find(connection, key)
    if award is None:
        raise KeyError(str(key))
    return award


def _set_state(connection: Connection, key: AwardKey, state: AwardState) -> None:
    connection.execute(_CHANGE, of(key) | {"state": state.value})


def _live(connection: Connection, key: AwardKey) -> list[str]:
    """Numbers of an award that stand or are on their way."""
    return list(connection.execute(_LIVE, of(key)).scalars())


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
        valid_until=row.valid_until,
        replaces=row.replaces,
    )
