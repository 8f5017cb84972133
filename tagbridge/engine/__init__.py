"""Durable jobs: what is open in the ledger is worked on, whatever was killed meanwhile."""
