"""Paid calls: each is written down before it is made, and its answer is kept for ever."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from tagbridge.ledger import call_statements as sql
from tagbridge.ledger.assets import PICTURE, digest
from tagbridge.ledger.packing import packed, unpacked
from tagbridge.ledger.quotas import DAY_SECONDS
from tagbridge.ledger.terms import Busy, Full, Go, Held, Refused, StoredAnswer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tagbridge.ledger.connection import Connection, Rows
    from tagbridge.ledger.database import Database
    from tagbridge.ledger.quotas import Quotas
    from tagbridge.ledger.terms import CallKey, Permission, Terms
    from tagbridge.ledger.workers import Workers


class _Call(NamedTuple):
    """One row, as `call_statements` asks for it."""

    id: int
    state: str
    token: str | None
    courier: str
    sent_at: float
    status: int
    headers: str
    answer: bytes


class Calls:
    """The table of calls.

    A call goes from intent (before the request leaves) to done or failed, or to doubt when its
    courier died: then nobody knows whether the service did it.
    """

    def __init__(self, database: Database, quotas: Quotas, workers: Workers) -> None:
        self._database = database
        self._quotas = quotas
        self._workers = workers

    def look_up(self, key: CallKey) -> StoredAnswer | Busy | None:
        """Return the stored answer, or who makes the call just now."""

        def work(connection: Connection) -> StoredAnswer | Busy | None:
            row = _row(connection, key)
            if row is None:
                return None
            return _answer(row) if row.state == "done" else self._busy(connection, row)

        return self._database.read(work)

    def is_answered(self, identity: str, provider: str) -> bool:
        """Return whether anything that a provider said of a picture is stored."""
        values = {"identity": digest(identity), "provider": provider}
        return self._database.look_up(sql.IS_ANSWERED, values) is not None

    def charges(self, keys: Iterable[CallKey]) -> int:
        """Return how often that one of some calls was charged which was charged most often."""
        places = [_place(key) for key in keys]

        def work(connection: Connection) -> int:
            rows = (sql.CHARGES(connection, **place).first() for place in places)
            return max((int(row[0]) for row in rows if row is not None), default=0)

        return self._database.read(work)

    def is_full(self, terms: Terms) -> bool:
        """Return whether as many calls are under way as the account may have at once."""
        return self._database.read(lambda connection: self._is_full(connection, terms))

    def begin(self, key: CallKey, terms: Terms, *, courier: str, token: str) -> Permission:
        """Ask for permission to make a call, which is then counted and written down.

        Args:
            key: Which answer is wanted.
            terms: The budgets, and the policy for calls in doubt.
            courier: Who will make the call.
            token: Names this attempt; asked again with the same one, the permission stands.
        """
        picture = {"identity": digest(key.identity), "media_type": key.media_type}
        attempt = {
            "courier": courier,
            "token": token,
            "price": terms.cost,
            "currency": terms.priced_currency,
        }

        def work(connection: Connection) -> Permission:
            place = {
                "asset_id": PICTURE(connection, **picture).scalar_one(),
                "provider": key.provider,
                "fingerprint": key.fingerprint,
            }
            row = _call(sql.LOOK(connection, **place))
            if row is not None and row.state != "failed":
                standing = self._standing(connection, row, terms, token)
                if standing is not None:
                    return standing
            now = self._database.now(connection)
            reason = self._quotas.take(connection, terms, now)
            if reason is not None:
                return Refused(until=(now // DAY_SECONDS + 1) * DAY_SECONDS, reason=reason)
            if self._is_full(connection, terms):  # asked now that no other can begin one as well
                self._quotas.give_back(
                    *(connection, terms.provider, terms.priced_currency, now),
                    calls=1,
                    cost=terms.cost,
                )
                return Full()
            if row is None:
                sql.INTENT(connection, sent_at=now, **place, **attempt)
            else:
                sql.INTENT_AGAIN(connection, sent_at=now, id=row.id, **attempt)
            return Go()

        return self._database.transaction(work)

    def finish(self, token: str, answer: StoredAnswer) -> None:
        """Store the answer to a call, even if its courier was thought dead meanwhile.

        What a service refuses to do costs nothing, but was a call.
        """
        values = {
            "token": token,
            "status": answer.status,
            "headers": json.dumps(answer.headers, separators=(",", ":")),
            "answer": packed(answer.body),
        }

        def work(connection: Connection) -> None:
            if answer.is_success:
                sql.DONE(connection, **values)
            else:
                self._give_back(connection, sql.REFUSED(connection, **values), calls=0)

        self._database.transaction(work)

    def fail(self, token: str, *, sent: bool) -> None:
        """Note that a call got no answer.

        Args:
            token: Names the attempt.
            sent: Whether anything may have reached the service. If not, it was no call.
        """

        def work(connection: Connection) -> None:
            if sent:
                sql.UNANSWERED(connection, token=token)
            else:
                self._give_back(connection, sql.UNSENT(connection, token=token), calls=1)

        self._database.transaction(work)

    def keep(self, keys: Iterable[CallKey]) -> None:
        """Take stored failures for the last word: these requests are never sent again."""
        places = [_place(key) for key in keys]
        self._database.transaction(lambda connection: sql.KEEP.many(connection, places))

    def refuse(self, keys: Iterable[CallKey]) -> None:
        """Take stored answers for useless: these requests are sent again."""
        places = [_place(key) for key in keys]
        self._database.transaction(lambda connection: sql.REFUSE.many(connection, places))

    def settle_dead(self) -> int:
        """Put the calls of dead couriers in doubt, and return how many."""

        def work(connection: Connection) -> int:
            couriers = [courier for (courier,) in sql.COURIERS(connection)]
            dead = [name for name in couriers if not self._workers.is_alive(connection, name)]
            return sum(sql.HOLD_ALL(connection, courier=name).rowcount for name in dead)

        return self._database.transaction(work)

    def resend_held(self, identities: Iterable[str] | None) -> int:
        """Allow calls in doubt to be sent again: those of some pictures, or all (None)."""
        digests = None if identities is None else [digest(identity) for identity in identities]

        def work(connection: Connection) -> int:
            if digests is None:
                return sql.RESEND_ALL(connection).rowcount
            return sum(sql.RESEND(connection, identity=one).rowcount for one in digests)

        return self._database.transaction(work)

    def _is_full(self, connection: Connection, terms: Terms) -> bool:
        if terms.concurrency is None:
            return False
        rows = sql.FLYING(connection, provider=terms.provider).all()
        # What a dead courier had in hand is under way no more.
        alive = (int(n) for courier, n in rows if self._workers.is_alive(connection, courier))
        return sum(alive) >= terms.concurrency

    def _standing(
        self, connection: Connection, row: _Call, terms: Terms, token: str
    ) -> Permission | None:
        """Return what a call that is done, under way or in doubt allows; None: to send it again."""
        if row.state == "done":
            return _answer(row)
        if row.state == "intent" and row.token == token:
            return Go()
        busy = self._busy(connection, row)
        if busy is not None:
            return busy
        sql.HOLD(connection, id=row.id)
        return None if terms.in_doubt == "resend" else Held(sent_at=row.sent_at)

    def _busy(self, connection: Connection, row: _Call) -> Busy | None:
        if row.state == "intent" and self._workers.is_alive(connection, row.courier):
            return Busy(courier=row.courier)
        return None

    def _give_back(
        self,
        connection: Connection,
        ended: Rows,
        *,
        calls: int,
    ) -> None:
        for provider, currency, price, sent_at in ended.all():
            self._quotas.give_back(connection, provider, currency, sent_at, calls=calls, cost=price)


def stored_answer(connection: Connection, key: CallKey) -> StoredAnswer | None:
    """Return the stored answer, for somebody who only looks."""
    row = _row(connection, key)
    return _answer(row) if row is not None and row.state == "done" else None


def _row(connection: Connection, key: CallKey) -> _Call | None:
    return _call(sql.LOOK_UP(connection, **_place(key)))


def _call(rows: Rows) -> _Call | None:
    row = rows.first()
    return None if row is None else _Call(*row)


def _place(key: CallKey) -> dict[str, object]:
    return {
        "identity": digest(key.identity),
        "provider": key.provider,
        "fingerprint": key.fingerprint,
    }


def _answer(row: _Call) -> StoredAnswer:
    headers = tuple((name, value) for name, value in json.loads(row.headers))
    return StoredAnswer(status=row.status, headers=headers, body=unpacked(row.answer))
