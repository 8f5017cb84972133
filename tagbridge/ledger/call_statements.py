"""The SQL of paid calls.

Each attempt counts as charged from its intent on. Only when the service surely did nothing for it
is that taken back, once, by the statement that ends the attempt.
"""

# ruff: noqa: S608 - all text is our own, values are parameters

from __future__ import annotations

from tagbridge.ledger.statement import Statement

_CALL = "id, state, token, courier, sent_at, status, headers, answer"
_UNSETTLED = "state IN ('intent', 'doubt')"
_PLACE = """asset_id = (SELECT id FROM asset WHERE identity = :identity)
        AND provider = :provider AND fingerprint = :fingerprint"""
_TAKEN_BACK = """cost = cost - price, charges = charges - 1, charged = charges > 1,
        token = NULL, courier = NULL, done_at = :now"""

LOOK_UP = Statement(f"""
    SELECT {_CALL} FROM call WHERE {_PLACE}
""")
IS_ANSWERED = Statement("""
    SELECT 1 FROM call WHERE asset_id = (SELECT id FROM asset WHERE identity = :identity)
        AND provider = :provider AND state = 'done' LIMIT 1
""")
CHARGES = Statement(f"SELECT charges FROM call WHERE {_PLACE}")
LOOK = Statement(f"""
    SELECT {_CALL} FROM call
    WHERE asset_id = :asset_id AND provider = :provider AND fingerprint = :fingerprint
""")
INTENT = Statement("""
    INSERT INTO call (asset_id, provider, fingerprint, state, token, courier,
        price, cost, currency, charges, charged, attempts, sent_at)
    VALUES (:asset_id, :provider, :fingerprint, 'intent', :token, :courier,
        :price, :price, :currency, 1, TRUE, 1, :sent_at)
""")
INTENT_AGAIN = Statement("""
    UPDATE call SET state = 'intent', token = :token, courier = :courier,
        price = :price, cost = cost + :price, currency = :currency,
        charges = charges + 1, charged = TRUE, attempts = attempts + 1, sent_at = :sent_at,
        status = NULL, headers = NULL, answer = NULL, done_at = NULL
    WHERE id = :id
""")
DONE = Statement(f"""
    UPDATE call SET state = 'done', status = :status, headers = :headers, answer = :answer,
        token = NULL, courier = NULL, done_at = :now
    WHERE token = :token AND {_UNSETTLED}
""")
REFUSED = Statement(f"""
    UPDATE call SET state = 'failed', status = :status, headers = :headers, answer = :answer,
        {_TAKEN_BACK}
    WHERE token = :token AND {_UNSETTLED} RETURNING provider, currency, price, sent_at
""")
UNSENT = Statement(f"""
    UPDATE call SET state = 'failed', {_TAKEN_BACK}
    WHERE token = :token AND {_UNSETTLED} RETURNING provider, currency, price, sent_at
""")
UNANSWERED = Statement(f"""
    UPDATE call SET state = 'failed', token = NULL, courier = NULL, done_at = :now
    WHERE token = :token AND {_UNSETTLED}
""")
HOLD = Statement("UPDATE call SET state = 'doubt' WHERE id = :id AND state = 'intent'")
FLYING = Statement(f"""
    SELECT courier, COUNT(*) FROM call WHERE state = 'intent' AND {_UNSETTLED}
        AND provider = :provider GROUP BY courier
""")
COURIERS = Statement(f"""
    SELECT DISTINCT courier FROM call WHERE state = 'intent' AND {_UNSETTLED}
""")
HOLD_ALL = Statement(f"""
    UPDATE call SET state = 'doubt' WHERE courier = :courier AND state = 'intent' AND {_UNSETTLED}
""")
KEEP = Statement(f"""
    UPDATE call SET state = 'done' WHERE {_PLACE} AND state = 'failed' AND answer IS NOT NULL
""")
REFUSE = Statement(f"UPDATE call SET state = 'failed' WHERE {_PLACE} AND state = 'done'")
RESEND = Statement(f"""
    UPDATE call SET state = 'failed' WHERE state = 'doubt' AND {_UNSETTLED}
        AND asset_id = (SELECT id FROM asset WHERE identity = :identity)
""")
RESEND_ALL = Statement(f"""
    UPDATE call SET state = 'failed' WHERE state = 'doubt' AND {_UNSETTLED}
""")
