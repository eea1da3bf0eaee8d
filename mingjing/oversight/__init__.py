"""Supervision documents, listed cases, filing of major penalties: what a supervisor orders, what a unit answers."""
