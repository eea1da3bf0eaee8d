"""责任: wrong cases traced to those who made them, and the sealed ledger of interference."""
