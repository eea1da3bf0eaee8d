"""Rectification: plans read into items, the ledger of items, its checks and reports; it never writes in a case."""
