"""Complaints and hotline orders: taken in, handled within limits, answered, called back; nothing can be deleted."""
