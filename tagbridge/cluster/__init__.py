"""Many machines: the ledger in PostgreSQL says what is open, Procrastinate tells who begins it.

Only the ledger counts. What stands in Procrastinate's tables may be lost, doubled or late without
harm: whoever is told of a job claims it in the ledger first, and what is open there without having
been told of is told of again.
"""
