"""The way to every provider: each request is paid once, whatever happens to the process that asks.

provider ─► client (httpx) ─► transport ─► courier ═► courier process ─► the service
                                                           │
                                                       the ledger

The provider sees an ordinary HTTP client. Its requests become orders to the courier, a process of
its own that outlives ours: it looks into the ledger, waits for its turn, takes from the budget,
writes down what it is about to do, does it, and stores the answer before it tells anybody.
"""
