"""Registers of objects and inspectors: rows, changes, imports, versions committed to in the log."""
