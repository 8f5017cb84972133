"""The SQL of jobs.

Every change of a running job is conditional on its generation: a worker that was thought dead and
superseded changes nothing.
"""

# ruff: noqa: S608 - all text is our own, values are parameters

from __future__ import annotations

from tagbridge.ledger.statement import Statement

_OURS = "path = :path AND state = 'running' AND generation = :generation"
_AFRESH = "owner = NULL, claim = NULL"
_TAKEN = "path, generation, attempts, version, priority, reason"

# The generation starts at the time, so that a job that was finished and comes back never has the
# generation that somebody else may still believe in.
ADD = Statement("""
    INSERT INTO job (path, state, priority, due, attempts, reason, generation, version,
        inode, size, mtime_ns, added)
    VALUES (:path, 'open', :priority, :now, 0, '', CAST(:now * 1000000 AS BIGINT), 0,
        :inode, :size, :mtime_ns, :now)
    ON CONFLICT (path) DO UPDATE SET
        state = CASE job.state WHEN 'running' THEN 'running' ELSE 'open' END,
        version = job.version + CASE job.state WHEN 'running' THEN 1 ELSE 0 END,
        priority = CASE WHEN excluded.priority < job.priority
            THEN excluded.priority ELSE job.priority END,
        due = excluded.due,
        attempts = CASE WHEN job.state IN ('parked', 'missing') THEN 0 ELSE job.attempts END,
        reason = CASE WHEN job.state = 'missing' THEN '' ELSE job.reason END,
        inode = excluded.inode,
        size = excluded.size,
        mtime_ns = excluded.mtime_ns
""")
DUE = Statement(
    f"""
    SELECT {_TAKEN} FROM job
    WHERE state = 'open' AND priority = :priority AND due <= :now ORDER BY due LIMIT :limit
    """,
    lock="FOR UPDATE SKIP LOCKED",
)
DUE_ONE = Statement(
    f"""
    SELECT {_TAKEN} FROM job WHERE path = :path AND state = 'open' AND due <= :now
    """,
    lock="FOR UPDATE SKIP LOCKED",
)
RUN = Statement("""
    UPDATE job SET state = 'running', owner = :owner, claim = :claim, generation = :generation
    WHERE path = :path
""")
CLAIMED = Statement(f"""
    SELECT {_TAKEN} FROM job WHERE state = 'running' AND state <> 'open' AND claim = :claim
""")
HOLDS = Statement(f"SELECT 1 FROM job WHERE {_OURS}")
FINISH = Statement(f"DELETE FROM job WHERE {_OURS} AND version = :version")
# Something happened to it while it was worked on: whatever came of that is out of date.
REOPEN = Statement(f"""
    UPDATE job SET state = 'open', due = :now, attempts = 0, reason = '', {_AFRESH}
    WHERE {_OURS} AND version <> :version
""")
AGAIN = Statement(f"""
    UPDATE job SET state = 'open', due = :due, attempts = attempts + 1, reason = :reason, {_AFRESH}
    WHERE {_OURS} AND version = :version
""")
SET_ASIDE = Statement(f"""
    UPDATE job SET state = :state, reason = :reason, {_AFRESH}
    WHERE {_OURS} AND version = :version
""")
LOOK = Statement("SELECT generation FROM job WHERE path = :path")
FORGET = Statement("DELETE FROM job WHERE path = :path")
_RETRIED = f"""
    state = 'open', due = :now, attempts = 0,
    reason = CASE WHEN state = 'missing' THEN '' ELSE reason END, {_AFRESH}
"""
RETRY_ASIDE = Statement(f"""
    UPDATE job SET {_RETRIED} WHERE state <> 'open' AND state IN ('parked', 'missing')
""")
RETRY_PARKED = Statement(f"""
    UPDATE job SET {_RETRIED} WHERE state <> 'open' AND state = 'parked' AND reason = :reason
""")
RETRY_WAITING = Statement(f"""
    UPDATE job SET {_RETRIED} WHERE state = 'open' AND priority = :priority AND due > :now
""")
RETRY_BELOW = Statement(f"""
    UPDATE job SET {_RETRIED}
    WHERE (path = :key OR (path >= :first AND path < :end))
        AND (state IN ('parked', 'missing') OR (state = 'open' AND due > :now))
""")
NEXT_DUE = Statement("""
    SELECT due FROM job WHERE state = 'open' AND priority = :priority ORDER BY due LIMIT 1
""")
OWNERS = Statement("SELECT DISTINCT owner FROM job WHERE state = 'running' AND state <> 'open'")
REOPEN_ALL = Statement(f"""
    UPDATE job SET state = 'open', priority = 0, due = :now, attempts = attempts + 1, {_AFRESH}
    WHERE state = 'running' AND state <> 'open' AND owner = :owner
""")
