"""Supervision across cases: alerts, file review and rectification; it reads acts and never changes a case."""
